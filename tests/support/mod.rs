//! What every test binary shares: what a machine must have, and processes that end with the tests.

pub(crate) mod aims;
pub(crate) mod guard;
pub(crate) mod people;
pub(crate) mod ports;
pub(crate) mod requirements;
pub(crate) mod wait;
