//! Keys of services: used where they are needed, shown nowhere.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// A key. It cannot be printed, so no log line, error or `Debug` output holds one by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The key itself, for the request that needs it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(key: String) -> Self {
        Self(key)
    }
}

impl FromStr for Secret {
    type Err = Infallible;

    fn from_str(key: &str) -> Result<Self, Infallible> {
        Ok(Self(key.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn a_secret_is_not_printed() {
        let printed = format!("{:?}", Secret::from("rf_live_0123".to_owned()));

        assert_eq!(printed, "Secret(…)");
    }
}
