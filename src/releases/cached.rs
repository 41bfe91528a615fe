//! A container's answer, kept for a while: a fleet that asks every minute
//! must not list the container every time. Requests that come while it is
//! listed wait for that listing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::container::Container;
use super::{Newest, Release, ReleasesError};

/// How old an answer may be.
const AGE: Duration = Duration::from_secs(60);

/// How long a caller waits for a listing when the last answer is known.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long nobody asks again after a failure.
const PAUSE: Duration = Duration::from_secs(5);

/// A container and what is known of it.
#[derive(Clone, Debug)]
pub(super) struct Cached(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    container: Container,
    /// Locked for a look or a change, never while the container is listed.
    kept: Mutex<Kept>,
    /// Held by the one who lists; the others wait for its answer.
    listing: tokio::sync::Mutex<()>,
}

impl Cached {
    pub(super) fn new(container: Container) -> Self {
        Self(Arc::new(Inner {
            container,
            kept: Mutex::default(),
            listing: tokio::sync::Mutex::default(),
        }))
    }

    pub(super) async fn newest(&self) -> Result<Newest, ReleasesError> {
        if let Some(answer) = self.0.kept().answer(Instant::now()) {
            return answer;
        }
        let inner = Arc::clone(&self.0);
        // A task of its own: a caller who gives up must not end the listing
        // that the others wait for.
        let mut listing = tokio::spawn(async move { inner.list().await });
        let listed = match tokio::time::timeout(PATIENCE, &mut listing).await {
            Ok(listed) => listed,
            Err(_) => {
                let last = self.0.kept().newest;
                match last {
                    Some((newest, _)) => return Ok(newest),
                    None => listing.await,
                }
            }
        };
        listed.unwrap_or_else(|error| Err(self.0.container.failed(error.to_string())))
    }

    pub(super) async fn all(&self) -> Result<Vec<Release>, ReleasesError> {
        self.0.container.all().await
    }
}

impl Inner {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lists, unless somebody has just done so.
    async fn list(&self) -> Result<Newest, ReleasesError> {
        let _turn = self.listing.lock().await;
        if let Some(answer) = self.kept().answer(Instant::now()) {
            return answer;
        }
        let listed = self.container.newest().await;
        self.kept().learn(listed, Instant::now())
    }
}

/// The last answer and the last failure since it.
#[derive(Debug, Default)]
struct Kept {
    newest: Option<(Newest, Instant)>,
    failure: Option<(ReleasesError, Instant)>,
}

impl Kept {
    /// The answer, unless the container has to be asked for it.
    fn answer(&self, now: Instant) -> Option<Result<Newest, ReleasesError>> {
        let is_within = |limit, then: Instant| now.saturating_duration_since(then) < limit;
        match (&self.newest, &self.failure) {
            (Some((newest, at)), _) if is_within(AGE, *at) => Some(Ok(*newest)),
            (_, Some((failure, at))) if is_within(PAUSE, *at) => Some(self.last_known(failure)),
            _ => None,
        }
    }

    /// Takes in what a listing gave, and answers. After a failure the last
    /// answer stands, however old it is: a version that was published stays so.
    ///
    /// Everybody may ask, and a device that gives up hears no answer: so the log
    /// has an outage from here, and once.
    fn learn(
        &mut self,
        listed: Result<Newest, ReleasesError>,
        now: Instant,
    ) -> Result<Newest, ReleasesError> {
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

    fn last_known(&self, failure: &ReleasesError) -> Result<Newest, ReleasesError> {
        self.newest.map(|(newest, _)| newest).ok_or_else(|| failure.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn newest(version: &str) -> Newest {
        let mut newest = Newest::default();
        newest.consider(version);
        newest
    }

    fn failure(reason: &str) -> ReleasesError {
        ReleasesError { place: "https://x".to_owned(), reason: reason.to_owned() }
    }

    fn answer(kept: &Kept, now: Instant) -> Option<Result<Newest, String>> {
        kept.answer(now).map(|answer| answer.map_err(|error| error.reason))
    }

    #[test]
    fn an_answer_serves_for_a_minute_and_then_the_container_is_asked() {
        let start = Instant::now();
        let mut kept = Kept::default();
        assert_eq!(answer(&kept, start), None);
        kept.learn(Ok(newest("1.0.0")), start).unwrap();
        let last = start + AGE - Duration::from_millis(1);
        assert_eq!(answer(&kept, last), Some(Ok(newest("1.0.0"))));
        assert_eq!(answer(&kept, start + AGE), None);
        kept.learn(Ok(newest("1.1.0")), start + AGE).unwrap();
        assert_eq!(answer(&kept, start + AGE), Some(Ok(newest("1.1.0"))));
    }

    #[test]
    fn a_failure_is_answered_for_a_moment_and_then_the_container_is_asked() {
        let start = Instant::now();
        let mut kept = Kept::default();
        assert!(kept.learn(Err(failure("gone")), start).is_err());
        let last = start + PAUSE - Duration::from_millis(1);
        assert_eq!(answer(&kept, last), Some(Err("gone".to_owned())));
        assert_eq!(answer(&kept, start + PAUSE), None);
        assert!(kept.learn(Err(failure("still gone")), start + PAUSE).is_err());
        assert_eq!(answer(&kept, start + PAUSE), Some(Err("still gone".to_owned())));
        kept.learn(Ok(newest("1.0.0")), start + PAUSE * 2).unwrap();
        assert_eq!(answer(&kept, start + PAUSE * 2), Some(Ok(newest("1.0.0"))));
    }

    #[test]
    fn what_was_known_stands_while_the_container_fails() {
        let start = Instant::now();
        let mut kept = Kept::default();
        kept.learn(Ok(newest("1.0.0")), start).unwrap();
        let mut now = start + AGE;
        for _ in 0..1_000 {
            assert_eq!(answer(&kept, now), None, "the container has to be asked again");
            assert_eq!(kept.learn(Err(failure("gone")), now).unwrap(), newest("1.0.0"));
            assert_eq!(answer(&kept, now), Some(Ok(newest("1.0.0"))));
            now += PAUSE;
        }
        kept.learn(Ok(newest("1.1.0")), now).unwrap();
        assert_eq!(answer(&kept, now), Some(Ok(newest("1.1.0"))));
    }

    #[test]
    fn nothing_published_is_an_answer_too() {
        let start = Instant::now();
        let mut kept = Kept::default();
        kept.learn(Ok(Newest::default()), start).unwrap();
        assert_eq!(answer(&kept, start), Some(Ok(Newest::default())));
    }
}
