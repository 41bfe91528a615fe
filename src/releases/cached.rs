//! A container's answer, kept for a while: a fleet that asks every minute
//! must not list the container every time. Requests that come while it is
//! listed wait for that listing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::container::Container;
use super::{NewestVersions, Release, ReleasesError};

/// How old an answer may be.
const MAX_AGE: Duration = Duration::from_secs(60);

/// How long a caller waits for a listing when the last answer is known.
const STALE_FALLBACK_TIMEOUT: Duration = Duration::from_secs(2);

/// How long nobody asks again after a failure.
const BACK_OFF: Duration = Duration::from_secs(5);

/// A container and what is known of it.
#[derive(Clone, Debug)]
pub(super) struct CachedContainer(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    container: Container,
    /// Locked for a look or a change, never while the container is listed.
    cache: Mutex<Cache>,
    /// Held by the one who lists; the others wait for its answer.
    refresh_lock: tokio::sync::Mutex<()>,
}

impl CachedContainer {
    pub(super) fn new(container: Container) -> Self {
        Self(Arc::new(Inner {
            container,
            cache: Mutex::default(),
            refresh_lock: tokio::sync::Mutex::default(),
        }))
    }

    pub(super) async fn newest(&self) -> Result<NewestVersions, ReleasesError> {
        if let Some(answer) = self.0.lock_cache().cached_answer(Instant::now()) {
            return answer;
        }
        let inner = Arc::clone(&self.0);
        // A task of its own: a caller who gives up must not end the listing
        // that the others wait for.
        let mut refresh = tokio::spawn(async move { inner.refresh().await });
        let listed = match tokio::time::timeout(STALE_FALLBACK_TIMEOUT, &mut refresh).await {
            Ok(listed) => listed,
            Err(_) => {
                let last = self.0.lock_cache().newest;
                match last {
                    Some((newest, _)) => return Ok(newest),
                    None => refresh.await,
                }
            }
        };
        listed.unwrap_or_else(|error| Err(self.0.container.read_error(error.to_string())))
    }

    pub(super) async fn all(&self) -> Result<Vec<Release>, ReleasesError> {
        self.0.container.all().await
    }
}

impl Inner {
    fn lock_cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lists, unless somebody has just done so.
    async fn refresh(&self) -> Result<NewestVersions, ReleasesError> {
        let _guard = self.refresh_lock.lock().await;
        if let Some(answer) = self.lock_cache().cached_answer(Instant::now()) {
            return answer;
        }
        let listed = self.container.newest().await;
        self.lock_cache().update(listed, Instant::now())
    }
}

/// The last answer and the last failure since it.
#[derive(Debug, Default)]
struct Cache {
    newest: Option<(NewestVersions, Instant)>,
    failure: Option<(ReleasesError, Instant)>,
}

impl Cache {
    /// The answer, unless the container has to be asked for it.
    fn cached_answer(&self, now: Instant) -> Option<Result<NewestVersions, ReleasesError>> {
        let is_within = |limit, then: Instant| now.saturating_duration_since(then) < limit;
        match (&self.newest, &self.failure) {
            (Some((newest, at)), _) if is_within(MAX_AGE, *at) => Some(Ok(*newest)),
            (_, Some((failure, at))) if is_within(BACK_OFF, *at) => Some(self.last_known(failure)),
            _ => None,
        }
    }

    /// Takes in what a listing gave, and answers. After a failure the last
    /// answer stands, however old it is: a version that was published stays so.
    ///
    /// Everybody may ask, and a device that gives up hears no answer: so the log
    /// has an outage from here, and once.
    fn update(
        &mut self,
        listed: Result<NewestVersions, ReleasesError>,
        now: Instant,
    ) -> Result<NewestVersions, ReleasesError> {
        match listed {
            Ok(newest) => {
                if self.failure.is_some() {
                    tracing::info!("the releases can be read again");
                }
                *self = Self { newest: Some((newest, now)), failure: None };
                Ok(newest)
            }
            Err(failure) => {
                match (&self.failure, &self.newest) {
                    (Some(_), _) => tracing::debug!(error = %failure, "still no releases"),
                    (None, None) => tracing::error!(error = %failure, "no releases are known"),
                    (None, Some(_)) => {
                        tracing::warn!(error = %failure, "the last known releases stand");
                    }
                }
                let answer = self.last_known(&failure);
                self.failure = Some((failure, now));
                answer
            }
        }
    }

    fn last_known(&self, failure: &ReleasesError) -> Result<NewestVersions, ReleasesError> {
        self.newest.map(|(newest, _)| newest).ok_or_else(|| failure.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn newest(version: &str) -> NewestVersions {
        let mut newest = NewestVersions::default();
        newest.add(version);
        newest
    }

    fn failure(reason: &str) -> ReleasesError {
        ReleasesError { location: "https://x".to_owned(), reason: reason.to_owned() }
    }

    fn cached_answer(cache: &Cache, now: Instant) -> Option<Result<NewestVersions, String>> {
        cache.cached_answer(now).map(|answer| answer.map_err(|error| error.reason))
    }

    #[test]
    fn an_answer_is_cached_for_a_minute() {
        let start = Instant::now();
        let mut cache = Cache::default();
        assert_eq!(cached_answer(&cache, start), None);
        cache.update(Ok(newest("1.0.0")), start).unwrap();
        let last = start + MAX_AGE - Duration::from_millis(1);
        assert_eq!(cached_answer(&cache, last), Some(Ok(newest("1.0.0"))));
        assert_eq!(cached_answer(&cache, start + MAX_AGE), None);
        cache.update(Ok(newest("1.1.0")), start + MAX_AGE).unwrap();
        assert_eq!(cached_answer(&cache, start + MAX_AGE), Some(Ok(newest("1.1.0"))));
    }

    #[test]
    fn a_failure_is_cached_during_the_back_off() {
        let start = Instant::now();
        let mut cache = Cache::default();
        assert!(cache.update(Err(failure("gone")), start).is_err());
        let last = start + BACK_OFF - Duration::from_millis(1);
        assert_eq!(cached_answer(&cache, last), Some(Err("gone".to_owned())));
        assert_eq!(cached_answer(&cache, start + BACK_OFF), None);
        assert!(cache.update(Err(failure("still gone")), start + BACK_OFF).is_err());
        assert_eq!(cached_answer(&cache, start + BACK_OFF), Some(Err("still gone".to_owned())));
        cache.update(Ok(newest("1.0.0")), start + BACK_OFF * 2).unwrap();
        assert_eq!(cached_answer(&cache, start + BACK_OFF * 2), Some(Ok(newest("1.0.0"))));
    }

    #[test]
    fn the_last_known_answer_is_served_while_the_container_fails() {
        let start = Instant::now();
        let mut cache = Cache::default();
        cache.update(Ok(newest("1.0.0")), start).unwrap();
        let mut now = start + MAX_AGE;
        for _ in 0..1_000 {
            assert_eq!(cached_answer(&cache, now), None, "the container has to be asked again");
            assert_eq!(cache.update(Err(failure("gone")), now).unwrap(), newest("1.0.0"));
            assert_eq!(cached_answer(&cache, now), Some(Ok(newest("1.0.0"))));
            now += BACK_OFF;
        }
        cache.update(Ok(newest("1.1.0")), now).unwrap();
        assert_eq!(cached_answer(&cache, now), Some(Ok(newest("1.1.0"))));
    }

    #[test]
    fn the_answer_of_an_empty_container_is_cached() {
        let start = Instant::now();
        let mut cache = Cache::default();
        cache.update(Ok(NewestVersions::default()), start).unwrap();
        assert_eq!(cached_answer(&cache, start), Some(Ok(NewestVersions::default())));
    }
}
