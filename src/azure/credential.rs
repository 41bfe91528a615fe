//! Tokens, asked for once and kept until shortly before they end.
//!
//! Some clients ask for a token with every request; behind the developer's
//! credential stands a process of its own for each. A dead identity endpoint
//! would hold every request for as long as the library retries, so asking is
//! bounded in time, and after a failure nobody asks again for a moment. It goes
//! on when its caller has given up: the token is for all.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::error::ErrorKind;
use azure_identity::{
    DeveloperToolsCredential, ManagedIdentityCredential, ManagedIdentityCredentialOptions,
    UserAssignedId,
};

use super::error::{TokenError, redacted_message};
use crate::clock;

/// An identity that cannot be used as it is set up.
#[derive(Debug, thiserror::Error)]
#[error("the identity cannot be used: {0}")]
pub struct CredentialError(#[from] azure_core::Error);

/// The identity that the platform gives this program. Asks nobody yet.
///
/// # Errors
/// [`CredentialError`] when the platform's settings for it make no sense.
pub fn managed_identity(
    client_id: Option<String>,
) -> Result<Arc<dyn TokenCredential>, CredentialError> {
    let user_assigned_id = client_id.map(UserAssignedId::ClientId);
    let options = ManagedIdentityCredentialOptions { user_assigned_id, ..Default::default() };
    Ok(CachingCredential::wrap(
        ManagedIdentityCredential::new(Some(options))?,
        MANAGED_IDENTITY_TIMEOUT,
    ))
}

/// Whoever is signed in to Azure's command-line tools. Asks nobody yet.
///
/// # Errors
/// [`CredentialError`] when the tools' credential cannot be made.
pub fn developer_tools() -> Result<Arc<dyn TokenCredential>, CredentialError> {
    Ok(CachingCredential::wrap(DeveloperToolsCredential::new(None)?, DEVELOPER_TOOLS_TIMEOUT))
}

/// How long before its end a token is replaced, and until when it still
/// serves, in seconds.
const RENEWAL_MARGIN_SECONDS: i64 = 300;
const MIN_VALIDITY_SECONDS: i64 = 30;

/// How long a token may take to come. The platform's endpoint answers in
/// milliseconds, a command-line tool in seconds.
const MANAGED_IDENTITY_TIMEOUT: Duration = Duration::from_secs(5);
const DEVELOPER_TOOLS_TIMEOUT: Duration = Duration::from_secs(30);

/// How long nobody asks again after a failure.
const BACK_OFF: Duration = Duration::from_secs(5);

/// A credential and its tokens, by scope.
struct TokenCache {
    source: Arc<dyn TokenCredential>,
    /// How long a token may take to come.
    timeout: Duration,
    /// How long nobody asks again after asking in vain.
    back_off: Duration,
    /// Locked for a look or a change, never while somebody is asked.
    entries: Mutex<HashMap<String, CacheEntry>>,
    /// Held by the one who asks; the others wait for its answer instead of asking too.
    renewal_lock: tokio::sync::Mutex<()>,
}

/// The last token, and when and why asking brought none that lasts.
#[derive(Clone, Default)]
struct CacheEntry {
    token: Option<AccessToken>,
    last_failure: Option<(Instant, String)>,
}

/// A handle, so that asking outlives the request that began it.
struct CachingCredential(Arc<TokenCache>);

impl CachingCredential {
    fn wrap(source: Arc<dyn TokenCredential>, timeout: Duration) -> Arc<dyn TokenCredential> {
        Self::with_back_off(source, timeout, BACK_OFF)
    }

    fn with_back_off(
        source: Arc<dyn TokenCredential>,
        timeout: Duration,
        back_off: Duration,
    ) -> Arc<dyn TokenCredential> {
        Arc::new(Self(Arc::new(TokenCache {
            source,
            timeout,
            back_off,
            entries: Mutex::default(),
            renewal_lock: tokio::sync::Mutex::default(),
        })))
    }
}

impl TokenCache {
    fn lock_entries(&self) -> MutexGuard<'_, HashMap<String, CacheEntry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn entry(&self, scope: &str) -> CacheEntry {
        self.lock_entries().get(scope).cloned().unwrap_or_default()
    }

    /// Asks, unless somebody has just done so.
    async fn renew_if_needed(&self, scope: &str) -> azure_core::Result<AccessToken> {
        let _guard = self.renewal_lock.lock().await;
        let entry = self.entry(scope);
        if let Some(token) = entry.token_valid_for(RENEWAL_MARGIN_SECONDS) {
            return Ok(token);
        }
        if let Some(reason) = entry.recent_failure(self.back_off) {
            return Err(credential_error(reason));
        }
        // Without the caller's options: the token is for those who come after it too.
        let scopes = [scope];
        let request = self.source.get_token(&scopes, None);
        let answer = match tokio::time::timeout(self.timeout, request).await {
            Ok(answer) => answer.map_err(|error| redacted_message(&error)),
            Err(_) => Err(format!("no token within {:?}", self.timeout)),
        };
        let mut entries = self.lock_entries();
        let entry = entries.entry(scope.to_owned()).or_default();
        match answer {
            Ok(token) => {
                *entry = CacheEntry { token: Some(token.clone()), last_failure: None };
                if entry.token_valid_for(RENEWAL_MARGIN_SECONDS).is_none() {
                    // What lasts too short is not asked for with every request either.
                    entry.last_failure = Some((Instant::now(), "tokens last too short".to_owned()));
                }
                Ok(token)
            }
            Err(reason) => {
                tracing::warn!(identity.scope = scope, reason, "Azure gives no token");
                entry.last_failure = Some((Instant::now(), reason.clone()));
                Err(credential_error(reason))
            }
        }
    }
}

impl fmt::Debug for CachingCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CachingCredential").field(&self.0.source).finish()
    }
}

#[async_trait::async_trait]
impl TokenCredential for CachingCredential {
    async fn get_token(
        &self,
        scopes: &[&str],
        _: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let scope = scopes.join(" ");
        let entry = self.0.entry(&scope);
        if let Some(token) = entry.token_valid_for(RENEWAL_MARGIN_SECONDS) {
            return Ok(token);
        }
        let usable = entry.token_valid_for(MIN_VALIDITY_SECONDS);
        if let Some(reason) = entry.recent_failure(self.0.back_off) {
            return usable.ok_or_else(|| credential_error(reason));
        }
        let cache = self.0.clone();
        let renewal = tokio::spawn(async move { cache.renew_if_needed(&scope).await });
        match usable {
            Some(token) => Ok(token),
            None => renewal.await.unwrap_or_else(|error| Err(credential_error(error.to_string()))),
        }
    }
}

impl CacheEntry {
    /// The token, if it lasts so many seconds more.
    fn token_valid_for(&self, seconds: i64) -> Option<AccessToken> {
        let expires_at = |token: &&AccessToken| token.expires_on.unix_timestamp();
        let is_valid = |token: &&AccessToken| expires_at(token) > clock::now().unix() + seconds;
        self.token.as_ref().filter(is_valid).cloned()
    }

    /// Why asking was in vain a moment ago.
    fn recent_failure(&self, back_off: Duration) -> Option<String> {
        let (at, reason) = self.last_failure.as_ref()?;
        (at.elapsed() < back_off).then(|| reason.clone())
    }
}

fn credential_error(reason: String) -> azure_core::Error {
    azure_core::Error::new(ErrorKind::Credential, TokenError(reason))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use azure_core::time::{Duration as Span, OffsetDateTime};

    use super::*;

    /// An identity whose first tokens last so many seconds each; then it is dead.
    #[derive(Debug)]
    struct StubIdentity {
        lifetimes: Vec<i64>,
        calls: AtomicUsize,
    }

    #[async_trait::async_trait]
    impl TokenCredential for StubIdentity {
        async fn get_token(
            &self,
            _: &[&str],
            _: Option<TokenRequestOptions<'_>>,
        ) -> azure_core::Result<AccessToken> {
            let call = self.calls.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            let lifetime =
                self.lifetimes.get(call).ok_or_else(|| credential_error("dead".to_owned()))?;
            let expires_at = OffsetDateTime::now_utc() + Span::seconds(*lifetime);
            Ok(AccessToken::new(format!("token {call}"), expires_at))
        }
    }

    fn caching_credential(lifetimes: &[i64]) -> (Arc<StubIdentity>, Arc<dyn TokenCredential>) {
        caching_credential_with_back_off(lifetimes, BACK_OFF)
    }

    fn caching_credential_with_back_off(
        lifetimes: &[i64],
        back_off: Duration,
    ) -> (Arc<StubIdentity>, Arc<dyn TokenCredential>) {
        let source =
            Arc::new(StubIdentity { lifetimes: lifetimes.to_vec(), calls: AtomicUsize::new(0) });
        (
            source.clone(),
            CachingCredential::with_back_off(source, MANAGED_IDENTITY_TIMEOUT, back_off),
        )
    }

    async fn token(credential: &Arc<dyn TokenCredential>) -> Result<String, String> {
        let token = credential.get_token(&["scope"], None).await;
        token.map(|token| token.token.secret().to_owned()).map_err(|error| error.to_string())
    }

    fn call_count(source: &StubIdentity) -> usize {
        source.calls.load(Ordering::SeqCst)
    }

    #[tokio::test]
    async fn concurrent_callers_share_one_token_request() {
        let (source, credential) = caching_credential(&[RENEWAL_MARGIN_SECONDS + 60]);
        let all = futures::future::join_all((0..20).map(|_| token(&credential))).await;
        assert!(all.iter().all(|one| one.as_deref() == Ok("token 0")), "{all:?}");
        assert_eq!(call_count(&source), 1);
        assert!(credential.get_token(&["other"], None).await.is_err(), "each scope has its own");
    }

    #[tokio::test]
    async fn an_expiring_token_is_served_while_it_is_renewed() {
        let (source, credential) = caching_credential_with_back_off(
            &[RENEWAL_MARGIN_SECONDS - 60, RENEWAL_MARGIN_SECONDS + 60],
            Duration::ZERO,
        );
        assert_eq!(token(&credential).await.as_deref(), Ok("token 0"));
        assert_eq!(token(&credential).await.as_deref(), Ok("token 0"));
        while token(&credential).await.as_deref() != Ok("token 1") {
            tokio::task::yield_now().await;
        }
        assert_eq!(call_count(&source), 2);
    }

    #[tokio::test]
    async fn an_expiring_token_is_served_while_its_renewal_fails() {
        let (source, credential) =
            caching_credential_with_back_off(&[RENEWAL_MARGIN_SECONDS - 60], Duration::ZERO);
        for _ in 0..20 {
            assert_eq!(token(&credential).await.as_deref(), Ok("token 0"));
            tokio::task::yield_now().await;
        }
        assert!(call_count(&source) > 1, "nobody asked for another");
    }

    #[tokio::test]
    async fn a_short_lived_token_is_not_renewed_on_every_request() {
        let (source, credential) = caching_credential(&[RENEWAL_MARGIN_SECONDS - 60; 20]);
        for _ in 0..20 {
            assert_eq!(token(&credential).await.as_deref(), Ok("token 0"));
            tokio::task::yield_now().await;
        }
        assert_eq!(call_count(&source), 1);
    }

    #[tokio::test]
    async fn an_expired_token_is_not_served_and_its_failed_renewal_is_not_retried_at_once() {
        let (source, credential) = caching_credential(&[MIN_VALIDITY_SECONDS - 10]);
        assert_eq!(token(&credential).await.as_deref(), Ok("token 0"));
        for _ in 0..3 {
            let refused = token(&credential).await.unwrap_err();
            assert!(refused.contains("too short"), "{refused}");
        }
        assert_eq!(call_count(&source), 1);
    }

    #[tokio::test]
    async fn a_token_request_outlives_its_cancelled_caller() {
        let (source, credential) = caching_credential(&[RENEWAL_MARGIN_SECONDS + 60]);
        tokio::select! {
            biased;
            _ = token(&credential) => panic!("it answered at once"),
            () = std::future::ready(()) => {}
        }
        for _ in 0..1_000 {
            if call_count(&source) > 0 {
                break;
            }
            tokio::task::yield_now().await;
        }
        assert_eq!(call_count(&source), 1, "asking ended with its caller");
        assert_eq!(token(&credential).await.as_deref(), Ok("token 0"));
        assert_eq!(call_count(&source), 1);
    }
}
