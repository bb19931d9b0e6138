//! How often somebody may try to sign in.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::{DefaultKeyedRateLimiter, Quota};

use crate::error::{Code, Error, Result};
use crate::web::respond::RATE_LIMIT_SECONDS;

/// Attempts that one address may make for one name at once; then one every [`RATE_LIMIT_SECONDS`].
const ATTEMPTS: NonZeroU32 = NonZeroU32::new(20).expect("20 is not 0");

/// Names and addresses that are remembered before those that have not been seen lately are forgotten.
const REMEMBERED: usize = 10_000;

/// Who tried to sign in lately; one for all threads of a server.
pub struct Attempts(DefaultKeyedRateLimiter<(String, Option<IpAddr>)>);

impl std::fmt::Debug for Attempts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Attempts").field(&self.0.len()).finish()
    }
}

impl Default for Attempts {
    fn default() -> Self {
        let period = Duration::from_secs(RATE_LIMIT_SECONDS);
        let quota = Quota::with_period(period).expect("the period is not 0");
        Self(DefaultKeyedRateLimiter::keyed(quota.allow_burst(ATTEMPTS)))
    }
}

impl Attempts {
    /// Counts an attempt.
    ///
    /// # Errors
    /// `rate_limited` when there were too many for this name from this address.
    pub(super) fn count(&self, login: &str, from: Option<IpAddr>) -> Result<()> {
        if self.0.len() > REMEMBERED {
            self.0.retain_recent();
        }
        self.0.check_key(&(login.into(), from)).map_err(|_until| {
            let detail = "Too many attempts to sign in by this name; wait a little.";
            Error::refused(Code::RateLimited, detail)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessing_is_slowed_down_for_one_name_and_address_only() {
        let attempts = Attempts::default();
        let here = Some(IpAddr::from([127, 0, 0, 1]));
        for _ in 0..ATTEMPTS.get() {
            attempts.count("mina", here).unwrap();
        }
        let refused = attempts.count("mina", here).unwrap_err();
        assert_eq!(refused.code(), Code::RateLimited);
        attempts.count("omar", here).unwrap();
        attempts
            .count("mina", Some(IpAddr::from([127, 0, 0, 2])))
            .unwrap();
    }
}
