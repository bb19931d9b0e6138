//! What every test binary shares: what a machine must have, and processes that end with the tests.

pub(crate) mod guard;
pub(crate) mod requirements;
pub(crate) mod wait;
