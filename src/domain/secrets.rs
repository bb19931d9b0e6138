//! Secrets: what a session, a token or a link is known by. The database keeps their hashes only.

use std::fmt;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use sha2::{Digest, Sha256};

/// Bytes of randomness. They cannot be guessed, so a plain hash without salt or stretching is enough,
/// and one indexed look-up finds it.
const BYTES: usize = 32;

/// A secret in the open, on its way to or from its holder.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A new one, of letters that need no escaping in an address, a cookie or a header.
    pub fn random() -> Self {
        Self(BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; BYTES]>()))
    }

    /// What somebody presented.
    pub fn presented(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for its holder alone.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What the database knows it by.
    pub fn hash(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&self.0))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_secrets_are_alike_and_none_shows_itself() {
        let (one, other) = (Secret::random(), Secret::random());
        assert_ne!(one, other);
        assert_eq!(one.reveal().len(), 43);
        assert!(!format!("{one:?}").contains(one.reveal()));
        assert_eq!(one.hash(), Secret::presented(one.reveal()).hash());
        assert_ne!(one.hash(), one.reveal());
    }
}
