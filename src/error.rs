//! What can go wrong, and how it is told.
//!
//! One type, one table. A rule of the stock room that refuses a request is a [`Problem`] with a stable
//! [`Code`]; the table below gives each code its HTTP status and title, so no handler chooses a
//! status by hand. Everything that is nobody's mistake (the database is gone, a bug) is a cause of
//! [`Code::Unavailable`] or [`Code::Internal`]: its text is logged once, at the boundary that
//! answers, and never shown.
//!
//! A violated database constraint becomes a problem by the constraint's name, see
//! [`Error::from`]`<diesel::result::Error>`: the database is the judge, and there is no
//! check-then-insert.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

/// The result of everything that can be refused or fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident $code:literal $status:literal $title:literal;)*) => {
        /// A stable name for a kind of refusal; clients may match on it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// Every code, in the order of the table, for the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The HTTP status that carries it.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }

            /// One line for people, the same for every occurrence (RFC 9457 section 3.1.3).
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }
        }
    };
}

codes! {
    /// Not JSON, not UTF-8, a cursor that was not ours.
    Malformed "malformed" 400 "The request could not be read";
    /// No valid session or token came with the request.
    Unauthenticated "unauthenticated" 401 "Sign in first";
    /// Name or password wrong; which one is not told.
    WrongCredentials "wrong_credentials" 401 "Name or password is wrong";
    /// The role in this warehouse is too low.
    Forbidden "forbidden" 403 "Not allowed";
    /// A browser's session cookie came with a request from another site.
    CrossOrigin "cross_origin" 403 "Request from another site";
    /// No such row, or none that this person may see.
    NotFound "not_found" 404 "Not found";
    /// The path exists, the method does not.
    MethodNotAllowed "method_not_allowed" 405 "Method not allowed";
    /// The body did not arrive in time. Not 408, after which browsers send all of it once more without asking.
    TooSlow "too_slow" 400 "Sent too slowly";
    /// Somebody decided this order first; `current` says who.
    OrderAlreadyDecided "order_already_decided" 409 "Already decided";
    /// The order's status does not allow this step.
    OrderNotOpen "order_not_open" 409 "The order does not allow this now";
    /// The movement would take stock below zero.
    InsufficientStock "insufficient_stock" 409 "Not enough stock";
    /// The stock is not what the caller believed.
    StockChanged "stock_changed" 409 "Stock changed meanwhile";
    /// The movement was reversed before.
    AlreadyReversed "already_reversed" 409 "Already reversed";
    /// The count sheet was applied or discarded; `current` says by whom.
    SheetClosed "sheet_closed" 409 "The count sheet is closed";
    /// The count sheet changed no stock, so there is nothing to undo.
    SheetNotApplied "sheet_not_applied" 409 "The count sheet was not applied";
    /// Another item has this SKU.
    DuplicateSku "duplicate_sku" 409 "SKU already in use";
    /// Another item has this barcode.
    DuplicateBarcode "duplicate_barcode" 409 "Barcode already in use";
    /// Another warehouse has this code.
    DuplicateCode "duplicate_code" 409 "Code already in use";
    /// Another person signs in by this name.
    DuplicateLogin "duplicate_login" 409 "Sign-in name already in use";
    /// The item is archived and takes no new stock or orders.
    Archived "archived" 409 "Archived";
    /// The detector cannot work; the detail says why.
    DetectorNotReady "detector_not_ready" 409 "The detector is not ready";
    /// The scan's status does not allow this step.
    ScanNotOpen "scan_not_open" 409 "The scan does not allow this now";
    /// The photo was removed when its time was up; what was found on it is kept.
    PhotoGone "photo_gone" 404 "The photo was removed";
    /// The row was changed since the caller read it.
    StaleVersion "stale_version" 412 "Changed meanwhile";
    /// The body is larger than the limit.
    TooLarge "too_large" 413 "Too large";
    /// The image has more bytes or pixels than are taken.
    ImageTooLarge "image_too_large" 413 "The image is too large";
    /// The body is not of the media type this route reads.
    UnsupportedMediaType "unsupported_media_type" 415 "Unsupported media type";
    /// Not an image, not a photo, or a damaged one.
    UnsupportedImage "unsupported_image" 415 "This image cannot be used";
    /// Understood but not acceptable; `errors` lists every field.
    Validation "validation" 422 "Some values are not acceptable";
    /// More would be received than is outstanding, and `accept_over` is not set.
    OverReceipt "over_receipt" 422 "More than was ordered";
    /// The key was used for another request.
    IdempotencyKeyReused "idempotency_key_reused" 422 "Idempotency key reused";
    /// `If-Match` or `expected` is missing.
    PreconditionRequired "precondition_required" 428 "Say what you believe is there";
    /// Too many requests; wait for `Retry-After`.
    RateLimited "rate_limited" 429 "Too many requests";
    /// A bug; the request id leads to the log.
    Internal "internal" 500 "Something broke on our side";
    /// A queue is full; come back after `Retry-After`.
    Busy "busy" 503 "Too busy just now";
    /// The database does not answer; come back after `Retry-After`.
    Unavailable "unavailable" 503 "The database cannot be reached";
}

/// What is wrong with one field of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) into the body, or the name of a query parameter.
    pub pointer: String,
    /// A sentence for people.
    pub detail: String,
    /// A stable word for programs, such as `range`.
    pub code: &'static str,
}

/// A refusal that is told to the caller in full.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Which refusal.
    pub code: Code,
    /// What happened this time, for people.
    pub detail: String,
    /// All fields that are wrong, not only the first.
    pub errors: Vec<FieldError>,
    /// The row as it is now, where the state of the row is the reason.
    pub current: Option<Value>,
}

/// Every error of AIMS.
#[derive(Clone, Debug)]
pub enum Error {
    /// The caller can do something about it.
    Refused(Box<Problem>),
    /// Nobody's mistake; the text goes to the log, not to the caller.
    Failed {
        /// [`Code::Internal`], [`Code::Busy`] or [`Code::Unavailable`].
        code: Code,
        /// What happened, for the log.
        cause: String,
    },
}

impl Error {
    /// Refuses with a sentence for people.
    pub fn refused(code: Code, detail: impl Into<String>) -> Self {
        Self::Refused(Box::new(Problem {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            current: None,
        }))
    }

    /// Refuses because of the fields given; `errors` must not be empty.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = errors
            .iter()
            .map(|e| e.detail.as_str())
            .collect::<Vec<_>>()
            .join("; ");
        let mut problem = Problem {
            code: Code::Validation,
            detail,
            errors,
            current: None,
        };
        if problem.detail.is_empty() {
            problem.detail = Code::Validation.title().into();
        }
        Self::Refused(Box::new(problem))
    }

    /// Refuses because of one field.
    pub fn field(pointer: &str, code: &'static str, detail: impl Into<String>) -> Self {
        Self::invalid(vec![FieldError {
            pointer: pointer.into(),
            detail: detail.into(),
            code,
        }])
    }

    /// Says that there is no such thing, or none this person may see.
    pub fn not_found(what: impl fmt::Display) -> Self {
        Self::refused(Code::NotFound, format!("There is no {what}."))
    }

    /// A failure that is a bug.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self::Failed {
            code: Code::Internal,
            cause: cause.to_string(),
        }
    }

    /// A bounded queue is full.
    pub fn busy(cause: impl fmt::Display) -> Self {
        Self::Failed {
            code: Code::Busy,
            cause: cause.to_string(),
        }
    }

    /// The database does not answer.
    pub fn unavailable(cause: impl fmt::Display) -> Self {
        Self::Failed {
            code: Code::Unavailable,
            cause: cause.to_string(),
        }
    }

    /// Adds the row as it is now, for the caller to look at.
    #[must_use]
    pub fn with_current(mut self, row: &impl Serialize) -> Self {
        if let Self::Refused(problem) = &mut self {
            problem.current = serde_json::to_value(row).ok();
        }
        self
    }

    /// The code of either kind.
    pub fn code(&self) -> Code {
        match self {
            Self::Refused(problem) => problem.code,
            Self::Failed { code, .. } => *code,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(problem) => write!(f, "{}: {}", problem.code.as_str(), problem.detail),
            Self::Failed { code, cause } => write!(f, "{}: {cause}", code.as_str()),
        }
    }
}

impl std::error::Error for Error {}

/// Which refusal a violated constraint stands for: the name that both dialects give it, and the
/// columns, which is all that SQLite says of a unique index (`UNIQUE constraint failed: item.sku`).
const CONSTRAINTS: &[(&str, &str, Code, &str)] = &[
    (
        "item_sku_unique",
        "item.sku",
        Code::DuplicateSku,
        "Another item has this SKU.",
    ),
    (
        "barcode_pkey",
        "barcode.code",
        Code::DuplicateBarcode,
        "Another item has this barcode.",
    ),
    (
        "warehouse_code_unique",
        "warehouse.code",
        Code::DuplicateCode,
        "Another warehouse has this code.",
    ),
    (
        "user_login_unique",
        "user.login",
        Code::DuplicateLogin,
        "Another person signs in by this name.",
    ),
    (
        "movement_reversed_once",
        "movement.reverses_id",
        Code::AlreadyReversed,
        "This movement was reversed before.",
    ),
    (
        "label_once_in_a_warehouse",
        "vision_label.kind, vision_label.label, vision_label.warehouse_id",
        Code::Busy,
        "Somebody else said what this label means at the same moment; try again.",
    ),
    (
        "label_once_for_all",
        "vision_label.kind, vision_label.label",
        Code::Busy,
        "Somebody else said what this label means at the same moment; try again.",
    ),
];

fn refusal(name: &str, message: &str) -> Option<Error> {
    let columns = message.strip_prefix("UNIQUE constraint failed: ");
    let matches = |&&(constraint, column, ..): &&(&str, &str, Code, &str)| {
        name == constraint || columns == Some(column)
    };
    CONSTRAINTS
        .iter()
        .find(matches)
        .map(|&(_, _, code, detail)| Error::refused(code, detail))
}

/// What the databases say when they cannot work just now, in words of which Diesel makes nothing.
const OUTAGES: &[&str] = &[
    "database is locked",
    "database table is locked",
    "attempt to write a readonly database",
    "unable to open database file",
    "disk I/O error",
    "database or disk is full",
    "terminating connection",
    "server closed the connection",
    "the database system is",
];

fn is_outage(message: &str) -> bool {
    OUTAGES.iter().any(|said| message.starts_with(said))
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind as Kind, Error as Diesel};
        match &error {
            Diesel::DatabaseError(
                Kind::ClosedConnection | Kind::UnableToSendCommand | Kind::ReadOnlyTransaction,
                info,
            ) => Self::unavailable(info.message()),
            Diesel::DatabaseError(Kind::Unknown, info) if is_outage(info.message()) => {
                Self::unavailable(info.message())
            }
            Diesel::DatabaseError(Kind::SerializationFailure, info) => Self::busy(info.message()),
            Diesel::DatabaseError(_, info) if info.message().contains("deadlock detected") => {
                Self::busy(info.message())
            }
            Diesel::DatabaseError(_, info) => {
                let name = info.constraint_name().unwrap_or_default();
                refusal(name, info.message()).unwrap_or_else(|| Self::internal(&error))
            }
            Diesel::BrokenTransactionManager => Self::unavailable(error),
            _ => Self::internal(error),
        }
    }
}
