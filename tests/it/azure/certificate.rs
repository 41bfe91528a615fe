//! A self-signed certificate for servers on 127.0.0.1.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// A self-signed certificate and its key, in files.
pub(crate) struct Certificate {
    directory: TempDir,
    der: CertificateDer<'static>,
}

impl Certificate {
    pub(crate) fn new() -> Self {
        let names = ["127.0.0.1".to_owned(), "localhost".to_owned()];
        let generated = rcgen::generate_simple_self_signed(names).unwrap();
        let directory = TempDir::new().unwrap();
        fs::write(directory.path().join("cert.pem"), generated.cert.pem()).unwrap();
        fs::write(directory.path().join("key.pem"), generated.signing_key.serialize_pem()).unwrap();
        Self { directory, der: generated.cert.der().clone() }
    }

    /// The certificate's file. A program trusts it if `SSL_CERT_FILE` names it.
    pub(crate) fn file(&self) -> PathBuf {
        self.directory.path().join("cert.pem")
    }

    pub(crate) fn key_file(&self) -> PathBuf {
        self.directory.path().join("key.pem")
    }

    /// A configuration for clients that trust only this certificate.
    pub(crate) fn client_config(&self) -> Arc<ClientConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(self.der.clone()).unwrap();
        let client = ClientConfig::builder().with_root_certificates(roots);
        Arc::new(client.with_no_client_auth())
    }
}
