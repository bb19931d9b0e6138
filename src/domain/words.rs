//! The closed vocabularies of the stock room: an enum in Rust, a word in the database and on the wire.
//!
//! The words are the users' own. A word in a column that is not in the list here is a bug, and reading it
//! fails; the database refuses it too (a named CHECK).

/// Makes an enum whose variants are words: text in both databases, a string in JSON.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $variant:ident $word:literal,)* }) => {
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize, utoipa::ToSchema,
            diesel::expression::AsExpression, diesel::deserialize::FromSqlRow,
        )]
        $(#[$doc])*
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub enum $name {
            $($(#[$word_doc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Every word, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word in the database, on the wire and in addresses.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::domain::words::Unknown;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|known| known.as_str() == word)
                    .ok_or_else(|| crate::domain::words::Unknown {
                        word: word.into(),
                        known: Self::ALL.iter().map(|known| known.as_str()).collect(),
                    })
            }
        }

        impl<DB: diesel::backend::Backend> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where
            str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, DB>,
            ) -> diesel::serialize::Result {
                self.as_str().to_sql(out)
            }
        }

        impl<DB: diesel::backend::Backend> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                let word = <String as diesel::deserialize::FromSql<_, DB>>::from_sql(bytes)?;
                Ok(word.parse()?)
            }
        }
    };
}

pub(crate) use words;

/// A word that is not in the vocabulary.
#[derive(Clone, Debug, thiserror::Error)]
#[error("“{word}” is not one of {}", known.join(", "))]
pub struct Unknown {
    /// What was there.
    pub word: String,
    /// What could have been.
    pub known: Vec<&'static str>,
}

/// The words of a comma-separated filter, such as `critical,low`.
///
/// # Errors
/// `validation` at `pointer`, naming every word that is not known.
pub fn list<T>(text: Option<&str>, pointer: &str) -> crate::error::Result<Vec<T>>
where
    T: std::str::FromStr<Err = Unknown>,
{
    let (mut words, mut errors) = (Vec::new(), Vec::new());
    let parts = text.unwrap_or_default().split(',').map(str::trim);
    for part in parts.filter(|part| !part.is_empty()) {
        match part.parse() {
            Ok(word) => words.push(word),
            Err(unknown) => errors.push(crate::error::FieldError {
                pointer: pointer.into(),
                detail: format!("{unknown}."),
                code: "word",
            }),
        }
    }
    if errors.is_empty() {
        Ok(words)
    } else {
        Err(crate::error::Error::invalid(errors))
    }
}
