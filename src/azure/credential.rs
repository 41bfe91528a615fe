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

use super::reason::{NoToken, reason};
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
    Ok(CachingCredential::around(ManagedIdentityCredential::new(Some(options))?, LONGEST_ANSWER))
}

/// Whoever is signed in to Azure's command-line tools. Asks nobody yet.
///
/// # Errors
/// [`BadIdentity`] when the tools' credential cannot be made.
pub fn developer() -> Result<Arc<dyn TokenCredential>, BadIdentity> {
    Ok(CachingCredential::around(DeveloperToolsCredential::new(None)?, LONGEST_COMMAND))
}

/// How long before its end a token is replaced, and until when it still
/// serves, in seconds.
const RENEWED: i64 = 300;
const USABLE: i64 = 30;

/// How long a token may take to come. The platform's endpoint answers in
/// milliseconds, a command-line tool in seconds.
const LONGEST_ANSWER: Duration = Duration::from_secs(5);
const LONGEST_COMMAND: Duration = Duration::from_secs(30);

/// How long nobody asks again after a failure.
const PAUSE: Duration = Duration::from_secs(5);

/// A credential whose tokens are kept, by scope.
struct CachingCredential {
    source: Arc<dyn TokenCredential>,
    /// How long a token may take to come.
    limit: Duration,
    /// How long nobody asks again after asking in vain.
    pause: Duration,
    /// Locked for a look or a change, never while somebody is asked.
    kept: Mutex<HashMap<String, Kept>>,
    /// Held by the one who asks; the others wait for its answer instead of asking too.
    asking: tokio::sync::Mutex<()>,
}

/// The last token, and when and why asking brought none that lasts.
#[derive(Clone, Default)]
struct Kept {
    token: Option<AccessToken>,
    in_vain: Option<(Instant, String)>,
}

impl CachingCredential {
    fn around(source: Arc<dyn TokenCredential>, limit: Duration) -> Arc<dyn TokenCredential> {
        Self::patient(source, limit, PAUSE)
    }

    fn patient(
        source: Arc<dyn TokenCredential>,
        limit: Duration,
        pause: Duration,
    ) -> Arc<dyn TokenCredential> {
        Arc::new(Shared(Arc::new(Self {
            source,
            limit,
            pause,
            kept: Mutex::default(),
            asking: tokio::sync::Mutex::default(),
        })))
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<String, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self, scope: &str) -> Kept {
        self.kept().get(scope).cloned().unwrap_or_default()
    }

    /// Asks, unless somebody has just done so.
    async fn renew(&self, scope: &str) -> azure_core::Result<AccessToken> {
        let _turn = self.asking.lock().await;
        let known = self.known(scope);
        if let Some(token) = known.token_for(RENEWED) {
            return Ok(token);
        }
        if let Some(reason) = known.in_vain_within(self.pause) {
            return Err(failure(reason));
        }
        // Without the caller's options: the token is for those who come after it too.
        let scopes = [scope];
        let asking = self.source.get_token(&scopes, None);
        let answer = match tokio::time::timeout(self.limit, asking).await {
            Ok(answer) => answer.map_err(|error| reason(&error)),
            Err(_) => Err(format!("no token within {:?}", self.limit)),
        };
        let mut kept = self.kept();
        let kept = kept.entry(scope.to_owned()).or_default();
        match answer {
            Ok(token) => {
                *kept = Kept { token: Some(token.clone()), in_vain: None };
                if kept.token_for(RENEWED).is_none() {
                    // What lasts too short is not asked for with every request either.
                    kept.in_vain = Some((Instant::now(), "tokens last too short".to_owned()));
                }
                Ok(token)
            }
            Err(reason) => {
                tracing::warn!(identity.scope = scope, reason, "Azure gives no token");
                kept.in_vain = Some((Instant::now(), reason.clone()));
                Err(failure(reason))
            }
        }
    }
}

/// A handle, so that asking outlives the request that began it.
struct Shared(Arc<CachingCredential>);

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CachingCredential").field(&self.0.source).finish()
    }
}

#[async_trait::async_trait]
impl TokenCredential for Shared {
    async fn get_token(
        &self,
        scopes: &[&str],
        _: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let scope = scopes.join(" ");
        let known = self.0.known(&scope);
        if let Some(token) = known.token_for(RENEWED) {
            return Ok(token);
        }
        let usable = known.token_for(USABLE);
        if let Some(reason) = known.in_vain_within(self.0.pause) {
            return usable.ok_or_else(|| failure(reason));
        }
        let credential = self.0.clone();
        let renewal = tokio::spawn(async move { credential.renew(&scope).await });
        match usable {
            Some(token) => Ok(token),
            None => renewal.await.unwrap_or_else(|error| Err(failure(error.to_string()))),
        }
    }
}

impl Kept {
    /// The token, if it lasts so many seconds more.
    fn token_for(&self, seconds: i64) -> Option<AccessToken> {
        let ends = |token: &&AccessToken| token.expires_on.unix_timestamp();
        let lasts = |token: &&AccessToken| ends(token) > clock::now().unix() + seconds;
        self.token.as_ref().filter(lasts).cloned()
    }

    /// Why asking was in vain a moment ago.
    fn in_vain_within(&self, pause: Duration) -> Option<String> {
        let (at, reason) = self.in_vain.as_ref()?;
        (at.elapsed() < pause).then(|| reason.clone())
    }
}

fn failure(reason: String) -> azure_core::Error {
    azure_core::Error::new(ErrorKind::Credential, NoToken(reason))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use azure_core::time::{Duration as Span, OffsetDateTime};

    use super::*;

    /// An identity whose first tokens last so many seconds each; then it is dead.
    #[derive(Debug)]
    struct Lasting(Vec<i64>, AtomicUsize);

    #[async_trait::async_trait]
    impl TokenCredential for Lasting {
        async fn get_token(
            &self,
            _: &[&str],
            _: Option<TokenRequestOptions<'_>>,
        ) -> azure_core::Result<AccessToken> {
            let asked = self.1.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            let lasts = self.0.get(asked).ok_or_else(|| failure("dead".to_owned()))?;
            let ends = OffsetDateTime::now_utc() + Span::seconds(*lasts);
            Ok(AccessToken::new(format!("token {asked}"), ends))
        }
    }

    fn identity(lasting: &[i64]) -> (Arc<Lasting>, Arc<dyn TokenCredential>) {
        patient_identity(lasting, PAUSE)
    }

    fn patient_identity(
        lasting: &[i64],
        pause: Duration,
    ) -> (Arc<Lasting>, Arc<dyn TokenCredential>) {
        let source = Arc::new(Lasting(lasting.to_vec(), AtomicUsize::new(0)));
        (source.clone(), CachingCredential::patient(source, LONGEST_ANSWER, pause))
    }

    async fn token(credential: &Arc<dyn TokenCredential>) -> Result<String, String> {
        let token = credential.get_token(&["scope"], None).await;
        token.map(|token| token.token.secret().to_owned()).map_err(|error| error.to_string())
    }

    fn times(source: &Lasting) -> usize {
        source.1.load(Ordering::SeqCst)
    }

    #[tokio::test]
    async fn a_token_is_asked_for_once_by_whoever_comes_first() {
        let (source, credential) = identity(&[RENEWED + 60]);
        let all = futures::future::join_all((0..20).map(|_| token(&credential))).await;
        assert!(all.iter().all(|one| one.as_deref() == Ok("token 0")), "{all:?}");
        assert_eq!(times(&source), 1);
        assert!(credential.get_token(&["other"], None).await.is_err(), "each scope has its own");
    }

    #[tokio::test]
    async fn a_token_near_its_end_serves_while_another_is_asked_for() {
        let (source, credential) = patient_identity(&[RENEWED - 60, RENEWED + 60], Duration::ZERO);
        assert_eq!(token(&credential).await.as_deref(), Ok("token 0"));
        assert_eq!(token(&credential).await.as_deref(), Ok("token 0"));
        while token(&credential).await.as_deref() != Ok("token 1") {
            tokio::task::yield_now().await;
        }
        assert_eq!(times(&source), 2);
    }

    #[tokio::test]
    async fn a_token_near_its_end_outlives_a_dead_identity() {
        let (source, credential) = patient_identity(&[RENEWED - 60], Duration::ZERO);
        for _ in 0..20 {
            assert_eq!(token(&credential).await.as_deref(), Ok("token 0"));
            tokio::task::yield_now().await;
        }
        assert!(times(&source) > 1, "nobody asked for another");
    }

    #[tokio::test]
    async fn a_token_that_is_short_from_the_start_is_not_asked_for_each_time() {
        let (source, credential) = identity(&[RENEWED - 60; 20]);
        for _ in 0..20 {
            assert_eq!(token(&credential).await.as_deref(), Ok("token 0"));
            tokio::task::yield_now().await;
        }
        assert_eq!(times(&source), 1);
    }

    #[tokio::test]
    async fn a_token_at_its_end_does_not_serve_and_a_failure_stands_for_a_moment() {
        let (source, credential) = identity(&[USABLE - 10]);
        assert_eq!(token(&credential).await.as_deref(), Ok("token 0"));
        for _ in 0..3 {
            let refused = token(&credential).await.unwrap_err();
            assert!(refused.contains("too short"), "{refused}");
        }
        assert_eq!(times(&source), 1);
    }

    #[tokio::test]
    async fn asking_goes_on_when_the_caller_has_given_up() {
        let (source, credential) = identity(&[RENEWED + 60]);
        tokio::select! {
            biased;
            _ = token(&credential) => panic!("it answered at once"),
            () = std::future::ready(()) => {}
        }
        for _ in 0..1_000 {
            if times(&source) > 0 {
                break;
            }
            tokio::task::yield_now().await;
        }
        assert_eq!(times(&source), 1, "asking ended with its caller");
        assert_eq!(token(&credential).await.as_deref(), Ok("token 0"));
        assert_eq!(times(&source), 1);
    }
}
