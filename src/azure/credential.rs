//! Tokens, asked for once and kept until shortly before they end.
//!
//! The clients ask for a token with every request; behind the developer's
//! credential stands a process of its own for each. A dead identity endpoint
//! would hold every request for as long as the library retries, so asking is
//! bounded in time, and after a failure nobody asks again for a moment.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::error::ErrorKind;
use azure_identity::{
    DeveloperToolsCredential, ManagedIdentityCredential, ManagedIdentityCredentialOptions,
    UserAssignedId,
};
use tokio::sync::Mutex;

use crate::clock;

/// An identity that cannot be used as it is set up.
#[derive(Debug, thiserror::Error)]
#[error("the identity cannot be used: {0}")]
pub struct BadIdentity(#[from] azure_core::Error);

/// The identity that the platform gives this program. Asks nobody yet.
///
/// # Errors
/// [`BadIdentity`] when the platform's settings for it make no sense.
pub fn managed(client_id: Option<String>) -> Result<Arc<dyn TokenCredential>, BadIdentity> {
    let user_assigned_id = client_id.map(UserAssignedId::ClientId);
    let options = ManagedIdentityCredentialOptions { user_assigned_id, ..Default::default() };
    Ok(Kept::around(ManagedIdentityCredential::new(Some(options))?, LONGEST_ANSWER))
}

/// Whoever is signed in to Azure's command-line tools. Asks nobody yet.
///
/// # Errors
/// [`BadIdentity`] when the tools' credential cannot be made.
pub fn developer() -> Result<Arc<dyn TokenCredential>, BadIdentity> {
    Ok(Kept::around(DeveloperToolsCredential::new(None)?, LONGEST_COMMAND))
}

/// How long before its end a token is replaced, and until when the old one
/// still serves if that fails, in seconds.
const RENEWED: i64 = 300;
const USABLE: i64 = 30;

/// How long a token may take to come. The platform's endpoint answers in
/// milliseconds, a command-line tool in seconds.
const LONGEST_ANSWER: Duration = Duration::from_secs(5);
const LONGEST_COMMAND: Duration = Duration::from_secs(30);

/// How long nobody asks again after a failure.
const PAUSE: Duration = Duration::from_secs(5);

/// A credential whose tokens are kept, by scope. The lock is held while one
/// request asks, so that the others wait for its answer instead of asking too.
struct Kept {
    source: Arc<dyn TokenCredential>,
    limit: Duration,
    scopes: Mutex<HashMap<String, Scope>>,
}

#[derive(Default)]
struct Scope {
    token: Option<AccessToken>,
    failed: Option<(Instant, String)>,
}

impl Kept {
    fn around(source: Arc<dyn TokenCredential>, limit: Duration) -> Arc<dyn TokenCredential> {
        Arc::new(Self { source, limit, scopes: Mutex::default() })
    }

    async fn ask(&self, scopes: &[&str]) -> azure_core::Result<AccessToken> {
        // Without the caller's options: the token is for those who come after it too.
        let asking = self.source.get_token(scopes, None);
        tokio::time::timeout(self.limit, asking)
            .await
            .unwrap_or_else(|_| Err(failure("the identity endpoint does not answer".to_owned())))
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").field("source", &self.source).finish_non_exhaustive()
    }
}

#[async_trait::async_trait]
impl TokenCredential for Kept {
    async fn get_token(
        &self,
        scopes: &[&str],
        _: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let mut kept = self.scopes.lock().await;
        let scope = kept.entry(scopes.join(" ")).or_default();
        if let Some(token) = scope.token_for(RENEWED) {
            return Ok(token);
        }
        if let Some((at, reason)) = &scope.failed
            && at.elapsed() < PAUSE
        {
            let usable = scope.token_for(USABLE);
            return usable.ok_or_else(|| failure(reason.clone()));
        }
        match self.ask(scopes).await {
            Ok(token) => {
                *scope = Scope { token: Some(token.clone()), failed: None };
                Ok(token)
            }
            Err(error) => {
                tracing::warn!(error = %error, "no token from Azure");
                scope.failed = Some((Instant::now(), error.to_string()));
                scope.token_for(USABLE).ok_or(error)
            }
        }
    }
}

impl Scope {
    /// The token, if it lasts so many seconds more.
    fn token_for(&self, seconds: i64) -> Option<AccessToken> {
        let ends = |token: &&AccessToken| token.expires_on.unix_timestamp();
        let lasts = |token: &&AccessToken| ends(token) > clock::now().unix() + seconds;
        self.token.as_ref().filter(lasts).cloned()
    }
}

fn failure(reason: String) -> azure_core::Error {
    azure_core::Error::with_message(ErrorKind::Credential, reason)
}
