//! What people call a row: a prefix and its key, `RO-1042`. The number alone is understood too.

/// Makes the name of a kind of row: a type that is read from an address and shown to people.
macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $id:ident, $prefix:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name(pub $id);

        impl std::str::FromStr for $name {
            type Err = crate::error::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let digits = text.strip_prefix($prefix).unwrap_or(text);
                let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
                plain
                    .then(|| digits.parse().ok())
                    .flatten()
                    .map(|id| Self($id(id)))
                    .ok_or_else(|| crate::error::Error::not_found(format_args!("{} “{text}”", $what)))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}{}", $prefix, self.0.0)
            }
        }
    };
}

pub(crate) use number;
