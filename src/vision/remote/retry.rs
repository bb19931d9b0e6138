//! What became of a request, whether it is worth a second one, and what to say if it is not.

use std::time::{Duration, Instant};

use ureq::Error;

use super::client::Answer;
use crate::{Failure, Watch};

/// How long to wait before the second request, if the service does not say.
const BREATH: Duration = Duration::from_millis(500);
/// What must be left of the time for a second request to make sense.
const WORTH: Duration = Duration::from_secs(1);

/// What became of a request.
pub(super) enum Attempt {
    /// There is an answer, of whatever status.
    Answered(Answer),
    /// No connection, or it broke.
    Broken,
    /// It took too long.
    TooSlow,
    /// More than is taken.
    TooMuch,
    /// Not HTTP, or no certificate that is trusted.
    Strange(&'static str),
}

impl Attempt {
    /// Sorts errors. Their own words are not used, as they may hold the address.
    pub(super) fn of(error: &Error) -> Self {
        match error {
            Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => Self::Broken,
            Error::Timeout(_) => Self::TooSlow,
            Error::BodyExceedsLimit(_) => Self::TooMuch,
            Error::Rustls(_) | Error::Tls(_) => Self::Strange("has no certificate that is trusted"),
            Error::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => Self::TooSlow,
            Error::Io(_) | Error::HostNotFound | Error::ConnectionFailed => Self::Broken,
            Error::Http(_) => Self::Strange(
                "cannot be asked: its key or header has letters that HTTP does not allow",
            ),
            _ => Self::Strange("does not speak HTTP as it should"),
        }
    }

    /// How long to wait before a second request, if one may help and there is time.
    pub(super) fn again(&self, until: Instant) -> Option<Duration> {
        let wait = match self {
            Self::Answered(answer) if answer.status == 429 || answer.status >= 500 => {
                answer.wait.unwrap_or(BREATH)
            }
            Self::Broken => BREATH,
            _ => return None,
        };
        let left = until.saturating_duration_since(Instant::now());
        (wait <= left.checked_sub(WORTH)?).then_some(wait)
    }

    /// The answer, or why there is none.
    pub(super) fn settle(self, host: &str) -> Result<Answer, Failure> {
        match self {
            Self::Answered(answer) => match refusal(answer.status, host) {
                Some(sentence) => Err(Failure::Unavailable(sentence)),
                None => Ok(answer),
            },
            Self::Broken => Err(Failure::Unavailable(format!(
                "The service at {host} cannot be reached, or dropped the connection."
            ))),
            Self::TooSlow => Err(Failure::TimedOut),
            Self::TooMuch => Err(Failure::Garbage(format!(
                "The service at {host} answered more than 4 MB."
            ))),
            Self::Strange(what) => Err(Failure::Garbage(format!("The service at {host} {what}."))),
        }
    }
}

/// Why this status is no answer. A 400 and a 422 are the caller's to judge.
fn refusal(status: u16, host: &str) -> Option<String> {
    let why = match status {
        200..=299 | 400 | 422 => return None,
        300..=399 => "redirects elsewhere, which is not followed: configure the address itself",
        401 | 403 => "does not accept the key",
        404 | 405 => "knows no such address or model",
        413 => "finds the photo too large",
        429 => "is busy",
        500.. => "fails",
        _ => "does not take the request",
    };
    Some(format!("The service at {host} {why} (status {status})."))
}

/// Whether there is still time.
pub(super) fn in_time(watch: &Watch<'_>) -> Result<(), Failure> {
    if (watch.cancelled)() {
        return Err(Failure::Cancelled);
    }
    if watch.is_over() {
        Err(Failure::TimedOut)
    } else {
        Ok(())
    }
}
