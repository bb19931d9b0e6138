//! Why a connection ends: one table. The code carries the verdict, so that no client knocks in vain for ever:
//! after 41xx it comes back and resumes, after 45xx it does not (RFC 6455 section 7.4.2 leaves 4000 to 4999 to
//! applications).

macro_rules! closes {
    ($($(#[$doc:meta])* $variant:ident $code:literal $name:literal;)*) => {
        /// Why the server ends a connection.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Close { $($(#[$doc])* $variant,)* }

        impl Close {
            /// Every reason, in the order of the codes.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The code of the WebSocket's close frame.
            pub const fn code(self) -> u16 {
                match self { $(Self::$variant => $code,)* }
            }

            /// The name in `bye` and in the counters.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

closes! {
    /// More was waiting for this client than it may; it missed nothing that a resume does not bring.
    SlowConsumer 4100 "slow_consumer";
    /// The server is going down; `bye` says when to come back.
    Restarting 4101 "restarting";
    /// Two pings were not answered.
    NoPong 4102 "no_pong";
    /// What the session followed cannot be followed any further, such as a room whose log was pruned before
    /// it was read; joining again begins anew.
    Evicted 4103 "evicted";
    /// The log could not be read, so nothing can be promised.
    LogUnavailable 4104 "log_unavailable";
    /// Not a frame of this protocol: not JSON, an unknown type, a value of the wrong kind.
    Malformed 4500 "malformed";
    /// Larger than [`super::MESSAGE_LIMIT`].
    TooLarge 4501 "too_large";
    /// Binary, or not UTF-8.
    NotText 4502 "not_text";
    /// Signed out, or the token was revoked.
    SignedOut 4503 "signed_out";
    /// More frames in a short time than any honest client sends.
    Flood 4504 "flood";
    /// Connected, and joined no room for a while.
    NeverJoined 4505 "never_joined";
}

impl Close {
    /// Whether the client should connect again by itself.
    pub const fn comes_back(self) -> bool {
        self.code() < 4500
    }
}
