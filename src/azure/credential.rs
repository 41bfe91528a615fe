//! A token cache with single-flight renewal.
//!
//! Some clients request a token with every call, and the developer credential
//! starts a process for each. An unreachable identity endpoint would block every call
//! for as long as the library retries, so a token request has a time-out and a
//! failure a back-off. A token request outlives its caller, because the token
//! serves all callers.

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

/// An identity whose settings are invalid.
#[derive(Debug, thiserror::Error)]
#[error("the identity cannot be used: {0}")]
pub struct CredentialError(#[from] azure_core::Error);

/// Returns the managed identity of this program. Does no I/O.
///
/// # Errors
/// If the platform's settings for the identity are invalid.
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

/// Returns the identity of the user who is signed in to Azure's command-line
/// tools. Does no I/O.
pub fn developer_tools() -> Result<Arc<dyn TokenCredential>, CredentialError> {
    Ok(CachingCredential::wrap(DeveloperToolsCredential::new(None)?, DEVELOPER_TOOLS_TIMEOUT))
}

/// How long before its expiry a token is renewed, and how long before its expiry
/// it can still be used, in seconds.
const RENEWAL_MARGIN_SECONDS: i64 = 300;
const MIN_VALIDITY_SECONDS: i64 = 30;

/// Time-outs of a token request. The platform's endpoint answers in
/// milliseconds, a command-line tool in seconds.
const MANAGED_IDENTITY_TIMEOUT: Duration = Duration::from_secs(5);
const DEVELOPER_TOOLS_TIMEOUT: Duration = Duration::from_secs(30);

/// The delay after a failure before the next token request.
const BACK_OFF: Duration = Duration::from_secs(5);

/// A credential and its tokens, by scope.
struct TokenCache {
    source: Arc<dyn TokenCredential>,
    timeout: Duration,
    /// The delay after a failure before the next token request.
    back_off: Duration,
    /// Never locked during a token request.
    entries: Mutex<HashMap<String, CacheEntry>>,
    /// Held during a token request; other callers wait for its result instead
    /// of sending their own.
    renewal_lock: tokio::sync::Mutex<()>,
}

/// The last token, and when and why the last renewal failed.
#[derive(Clone, Default)]
struct CacheEntry {
    token: Option<AccessToken>,
    last_failure: Option<(Instant, String)>,
}

/// A handle, so that a token request outlives the caller that started it.
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

    /// Requests a token unless another caller has just done so.
    async fn renew_if_needed(&self, scope: &str) -> azure_core::Result<AccessToken> {
        let _guard = self.renewal_lock.lock().await;
        let entry = self.entry(scope);
        if let Some(token) = entry.token_valid_for(RENEWAL_MARGIN_SECONDS) {
            return Ok(token);
        }
        if let Some(reason) = entry.recent_failure(self.back_off) {
            return Err(credential_error(reason));
        }
        // The caller's options are not used, because the token serves later callers too.
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
                    // Do not request short-lived tokens on every call either.
                    let reason = "the lifetime of new tokens is too short".to_owned();
                    entry.last_failure = Some((Instant::now(), reason));
                }
                Ok(token)
            }
            Err(reason) => {
                tracing::warn!(identity.scope = scope, reason, "no token could be obtained");
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
    /// The token, if it is valid for at least so many more seconds.
    fn token_valid_for(&self, seconds: i64) -> Option<AccessToken> {
        let expires_at = |token: &&AccessToken| token.expires_on.unix_timestamp();
        let is_valid = |token: &&AccessToken| expires_at(token) > clock::now().unix() + seconds;
        self.token.as_ref().filter(is_valid).cloned()
    }

    /// Why the last token request failed, during its back-off.
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

    /// An identity whose tokens have these lifetimes in seconds. It fails once
    /// they are used up.
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
        assert!(call_count(&source) > 1, "no renewal was requested");
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
            _ = token(&credential) => panic!("the request was not cancelled"),
            () = std::future::ready(()) => {}
        }
        for _ in 0..1_000 {
            if call_count(&source) > 0 {
                break;
            }
            tokio::task::yield_now().await;
        }
        assert_eq!(call_count(&source), 1, "the request ended with its caller");
        assert_eq!(token(&credential).await.as_deref(), Ok("token 0"));
        assert_eq!(call_count(&source), 1);
    }
}
