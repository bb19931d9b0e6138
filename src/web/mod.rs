//! HTTP: the whole URL table on one screen, one file per noun below it.
//!
//! A handler parses into types, with the user and the right in its signature, calls one function of the
//! domain inside [`crate::store::Store`], and answers. Rules are not its business.

pub mod auth;
pub mod input;
pub mod respond;
