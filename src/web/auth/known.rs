//! Who waits asks again and again, and is the same each time: looked up once, and again after something was
//! written.
//!
//! This is never out of date on the server where a token is revoked or a role taken away: whatever is
//! committed ends it ([`Store::commits`](crate::store::Store::commits)), elsewhere a second later. Whoever asks
//! for anything else is looked up anew each time.

use crate::domain::access::User;
use crate::domain::logins::Found;
use crate::store::Since;
use crate::time::Time;

/// Who was recognised by what, since the last commit.
#[derive(Debug, Default)]
pub struct Known(Since<(User, Option<Time>)>);

impl Known {
    /// Whoever was recognised by what has this hash, if nothing was committed since.
    pub(super) fn find(&self, commits: u64, hash: &str, now: Time) -> Option<User> {
        let (user, until) = self.0.find(commits, hash)?;
        until.is_none_or(|until| now < until).then_some(user)
    }

    /// Remembers whom a look-up found that began when there were so many commits.
    pub(super) fn remember(&self, commits: u64, hash: String, found: &Found) {
        let known = (found.user.clone(), found.until);
        self.0.remember(commits, hash, known);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::ids::UserId;

    #[test]
    fn what_expires_is_no_longer_known() {
        let user = User {
            id: UserId(1),
            login: "vera".into(),
            name: "Vera".into(),
            admin: false,
            roles: BTreeMap::new(),
        };
        let found = Found {
            user,
            until: Some(Time(10)),
            note_due: false,
        };
        let known = Known::default();

        known.remember(1, "hash".into(), &found);

        assert!(known.find(1, "hash", Time(9)).is_some());
        assert!(known.find(1, "hash", Time(10)).is_none());
    }
}
