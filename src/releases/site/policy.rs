//! The content security policies of the site.
//!
//! Each page contains its policy in a `<meta>` element, because the static site of a storage account
//! cannot send headers of its own. A server that can sends the policy as a header as well, with
//! [`FRAME_POLICY`], which browsers ignore in a `<meta>` element.

/// The policy of the pages without script.
pub const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
     form-action 'none'; base-uri 'none'";

/// The policy of the installation page. It allows more than [`PAGE_POLICY`]:
/// - `script-src 'self'`: ESP Web Tools and the script that verifies the images.
/// - `connect-src 'self' blob:`: the script fetches the images, verifies them and passes the verified
///   bytes to ESP Web Tools, which fetches them as `blob:` addresses.
/// - The hash in `style-src`: the only inline `<style>` element of ESP Web Tools 10.4.0, which formats
///   its console. Another version needs another hash, which the browser prints on its console.
pub const INSTALL_POLICY: &str = "default-src 'none'; script-src 'self'; \
     style-src 'self' 'sha256-b2Omuoh2JkOIanVTAfAZHwUz9plh5wcKDvK2buVGrFQ='; img-src 'self'; \
     connect-src 'self' blob:; form-action 'none'; base-uri 'none'";

/// Prevents other sites from embedding a page in a frame.
pub const FRAME_POLICY: &str = "frame-ancestors 'none'";
