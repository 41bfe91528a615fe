//! Caches the available versions, because a fleet that asks every minute must not list the releases every
//! time. A listing is single-flight: requests that arrive during it wait for its result.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::storage::Storage;
use super::{AvailableVersions, ReleasesError, lookup};

/// The age at which an answer is stale.
const MAX_AGE: Duration = Duration::from_secs(60);

/// How long a request waits for a listing before it is given a stale answer.
const STALE_FALLBACK_TIMEOUT: Duration = Duration::from_secs(2);

/// The time after a failure during which the releases are not listed again.
const BACK_OFF: Duration = Duration::from_secs(5);

/// A storage with a cache.
#[derive(Clone, Debug)]
pub(super) struct CachedReleases(Arc<CacheState>);

type Answer = Result<Arc<AvailableVersions>, ReleasesError>;

#[derive(Debug)]
struct CacheState {
    storage: Storage,
    /// Never locked during a listing.
    cache: Mutex<Cache>,
    /// Locked during a listing.
    refresh_lock: tokio::sync::Mutex<()>,
}

impl CachedReleases {
    pub(super) fn new(storage: Storage) -> Self {
        Self(Arc::new(CacheState {
            storage,
            cache: Mutex::default(),
            refresh_lock: tokio::sync::Mutex::default(),
        }))
    }

    pub(super) async fn available(&self) -> Answer {
        if let Some(answer) = self.0.lock_cache().cached_answer(Instant::now()) {
            return answer;
        }
        let inner = Arc::clone(&self.0);
        // The listing is a separate task, so that a cancelled request does not cancel it for the
        // other requests.
        let mut refresh = tokio::spawn(async move { inner.refresh().await });
        let listed = match tokio::time::timeout(STALE_FALLBACK_TIMEOUT, &mut refresh).await {
            Ok(listed) => listed,
            Err(_) => {
                let stale = self.0.lock_cache().available.clone();
                match stale {
                    Some((available, _)) => return Ok(available),
                    None => refresh.await,
                }
            }
        };
        listed.unwrap_or_else(|error| Err(self.0.storage.read_error(error.to_string())))
    }
}

impl CacheState {
    fn lock_cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lists the releases, unless another request did so while this one waited for the lock.
    async fn refresh(&self) -> Answer {
        let _guard = self.refresh_lock.lock().await;
        if let Some(answer) = self.lock_cache().cached_answer(Instant::now()) {
            return answer;
        }
        let listed = lookup::available_versions(&self.storage).await.map(Arc::new);
        self.lock_cache().update(listed, Instant::now())
    }
}

/// The last answer, and the last failure since then.
#[derive(Debug, Default)]
struct Cache {
    available: Option<(Arc<AvailableVersions>, Instant)>,
    failure: Option<(ReleasesError, Instant)>,
}

impl Cache {
    /// The answer, or `None` if the releases have to be listed for it.
    fn cached_answer(&self, now: Instant) -> Option<Answer> {
        let is_within = |limit, then: Instant| now.saturating_duration_since(then) < limit;
        match (&self.available, &self.failure) {
            (Some((available, at)), _) if is_within(MAX_AGE, *at) => {
                Some(Ok(Arc::clone(available)))
            }
            (_, Some((failure, at))) if is_within(BACK_OFF, *at) => Some(self.last_known(failure)),
            _ => None,
        }
    }

    /// Stores the result of a listing and returns the answer. After a failure this is the last answer,
    /// however old it is, because a published version remains published. A version that is withdrawn
    /// during an outage is served until the outage ends.
    ///
    /// An outage is logged here, once, because requests are anonymous and may be cancelled.
    fn update(&mut self, listed: Answer, now: Instant) -> Answer {
        match listed {
            Ok(available) => {
                if self.failure.is_some() {
                    tracing::info!("the releases can be read again");
                }
                *self = Self { available: Some((Arc::clone(&available), now)), failure: None };
                Ok(available)
            }
            Err(failure) => {
                match (&self.failure, &self.available) {
                    (Some(_), _) => {
                        tracing::debug!(error = %failure, "the releases still cannot be read")
                    }
                    (None, None) => {
                        tracing::error!(error = %failure, "the releases cannot be read, and none are cached")
                    }
                    (None, Some(_)) => {
                        tracing::warn!(error = %failure, "the cached releases are served");
                    }
                }
                let answer = self.last_known(&failure);
                self.failure = Some((failure, now));
                answer
            }
        }
    }

    fn last_known(&self, failure: &ReleasesError) -> Answer {
        match &self.available {
            Some((available, _)) => Ok(Arc::clone(available)),
            None => Err(failure.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::rollout::{Percent, Rollout};
    use super::*;

    impl Cache {
        /// Makes the last answer older than [`MAX_AGE`].
        fn expire(&mut self) {
            let (_, at) = self.available.as_mut().unwrap();
            *at = at.checked_sub(MAX_AGE).unwrap();
        }
    }

    fn available(version: &str) -> Arc<AvailableVersions> {
        Arc::new(AvailableVersions::new(vec![version.parse().unwrap()], &rolled_out(&[version])))
    }

    /// Versions that all devices may install.
    fn rolled_out(versions: &[&str]) -> Rollout {
        let mut rollout = Rollout::default();
        for version in versions {
            rollout.percentages.insert(version.parse().unwrap(), Percent::ALL);
        }
        rollout
    }

    /// Publishes versions in place of those that were published.
    fn publish(directory: &Path, versions: &[&str]) {
        for version in versions {
            let folder = directory.join(version);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("manifest.json"), "{}").unwrap();
        }
        let rollout = serde_json::to_string(&rolled_out(versions)).unwrap();
        std::fs::write(directory.join("releases.json"), rollout).unwrap();
    }

    fn failure(reason: &str) -> ReleasesError {
        ReleasesError::Read { location: "https://x".to_owned(), reason: reason.to_owned() }
    }

    fn cached_answer(
        cache: &Cache,
        now: Instant,
    ) -> Option<Result<Arc<AvailableVersions>, String>> {
        cache.cached_answer(now).map(|answer| answer.map_err(|error| error.to_string()))
    }

    #[test]
    fn an_answer_is_cached_for_a_minute() {
        let start = Instant::now();
        let mut cache = Cache::default();
        assert_eq!(cached_answer(&cache, start), None);
        cache.update(Ok(available("1.0.0")), start).unwrap();
        let last = start + MAX_AGE - Duration::from_millis(1);
        assert_eq!(cached_answer(&cache, last), Some(Ok(available("1.0.0"))));
        assert_eq!(cached_answer(&cache, start + MAX_AGE), None);
        cache.update(Ok(available("1.1.0")), start + MAX_AGE).unwrap();
        assert_eq!(cached_answer(&cache, start + MAX_AGE), Some(Ok(available("1.1.0"))));
    }

    #[test]
    fn a_failure_is_cached_during_the_back_off() {
        let start = Instant::now();
        let mut cache = Cache::default();
        assert!(cache.update(Err(failure("gone")), start).is_err());
        let last = start + BACK_OFF - Duration::from_millis(1);
        assert_eq!(cached_answer(&cache, last), Some(Err(failure("gone").to_string())));
        assert_eq!(cached_answer(&cache, start + BACK_OFF), None);
        assert!(cache.update(Err(failure("still gone")), start + BACK_OFF).is_err());
        assert_eq!(
            cached_answer(&cache, start + BACK_OFF),
            Some(Err(failure("still gone").to_string()))
        );
        cache.update(Ok(available("1.0.0")), start + BACK_OFF * 2).unwrap();
        assert_eq!(cached_answer(&cache, start + BACK_OFF * 2), Some(Ok(available("1.0.0"))));
    }

    #[test]
    fn the_last_known_answer_is_served_while_listing_fails() {
        let start = Instant::now();
        let mut cache = Cache::default();
        cache.update(Ok(available("1.0.0")), start).unwrap();
        let mut now = start + MAX_AGE;
        for _ in 0..1_000 {
            assert_eq!(cached_answer(&cache, now), None, "the releases have to be listed again");
            assert_eq!(cache.update(Err(failure("gone")), now).unwrap(), available("1.0.0"));
            assert_eq!(cached_answer(&cache, now), Some(Ok(available("1.0.0"))));
            now += BACK_OFF;
        }
        cache.update(Ok(available("1.1.0")), now).unwrap();
        assert_eq!(cached_answer(&cache, now), Some(Ok(available("1.1.0"))));
    }

    #[test]
    fn the_answer_that_nothing_is_published_is_cached() {
        let start = Instant::now();
        let mut cache = Cache::default();
        cache.update(Ok(Arc::default()), start).unwrap();
        assert_eq!(cached_answer(&cache, start), Some(Ok(Arc::default())));
    }

    #[tokio::test]
    async fn a_directory_is_listed_once_and_its_answer_survives_the_directory() {
        let directory = tempfile::tempdir().unwrap();
        let releases = CachedReleases::new(Storage::directory(directory.path().to_owned()));
        publish(directory.path(), &["1.0.0"]);
        assert_eq!(releases.available().await.unwrap(), available("1.0.0"));
        publish(directory.path(), &["1.0.0", "1.1.0"]);
        assert_eq!(releases.available().await.unwrap(), available("1.0.0"), "the answer is fresh");
        drop(directory);
        releases.0.lock_cache().expire();
        for _ in 0..2 {
            assert_eq!(releases.available().await.unwrap(), available("1.0.0"));
        }
        assert!(releases.0.lock_cache().failure.is_some());
    }

    #[tokio::test]
    async fn an_expired_answer_is_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let releases = CachedReleases::new(Storage::directory(directory.path().to_owned()));
        assert_eq!(releases.available().await.unwrap(), Arc::default());
        publish(directory.path(), &["1.0.0"]);
        releases.0.lock_cache().expire();
        assert_eq!(releases.available().await.unwrap(), available("1.0.0"));
    }

    /// A file that cannot be read must not make withdrawn versions available.
    #[tokio::test]
    async fn an_invalid_releases_json_does_not_replace_the_last_answer() {
        let directory = tempfile::tempdir().unwrap();
        let releases = CachedReleases::new(Storage::directory(directory.path().to_owned()));
        publish(directory.path(), &["1.0.0"]);
        assert_eq!(releases.available().await.unwrap(), available("1.0.0"));
        publish(directory.path(), &["1.0.0", "1.1.0"]);
        for invalid in ["{}", "{\"schema\":2}", ""] {
            std::fs::write(directory.path().join("releases.json"), invalid).unwrap();
            releases.0.lock_cache().expire();
            assert_eq!(releases.available().await.unwrap(), available("1.0.0"), "{invalid}");
            assert!(releases.0.lock_cache().failure.take().is_some(), "{invalid}");
        }
    }
}
