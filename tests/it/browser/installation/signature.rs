//! The script that verifies signatures.

use serde_json::json;

use super::site::{MANIFEST, Site};
use crate::browser::chromium::Chromium;

/// Changes every bit of a signature file, except for those of the untrusted comment, and returns which
/// changes are accepted.
const ACCEPTED_CHANGES: &str = "
    const [file] = arguments;
    const done = arguments[arguments.length - 1];
    const script = new URL('minisign.js', document.querySelector('script[src$=\"install.js\"]').src);
    const key = document.querySelector('cloudsmets-installer').getAttribute('keys').split(' ')[0];
    const download = async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer());
    (async () => {
        const { parsePublicKey, RefusedSignature, verify } = await import(script);
        const keys = [parsePublicKey(key)];
        const [content, original] = [await download(file), await download(`${file}.minisig`)];
        const isAccepted = async (signature) => {
            try {
                await verify(content, new TextDecoder().decode(signature), keys);
                return true;
            } catch (error) {
                if (error instanceof RefusedSignature) return false;
                throw error;
            }
        };
        const accepted = [];
        for (let index = original.indexOf(10); index < original.length - 1; index += 1) {
            for (let bit = 0; bit < 8; bit += 1) {
                const changed = original.slice();
                changed[index] ^= 1 << bit;
                if (await isAccepted(changed)) accepted.push([index, bit]);
            }
        }
        return { isOriginalAccepted: await isAccepted(original), accepted };
    })().then(done, (error) => done(String(error)));";

#[tokio::test(flavor = "multi_thread")]
async fn every_bit_of_a_signature_matters() {
    let Some((chromium, site)) = Chromium::start().zip(Site::start()) else { return };
    let client = chromium.connect().await;
    client.goto(&site.page()).await.unwrap();
    let outcome = client.execute_async(ACCEPTED_CHANGES, vec![json!(MANIFEST)]).await.unwrap();
    assert_eq!(outcome, json!({"isOriginalAccepted": true, "accepted": []}));
    client.close().await.unwrap();
}
