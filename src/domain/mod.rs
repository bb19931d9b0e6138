//! The rules of the stock room, one file per noun. Knows no HTTP and no actor.
//!
//! Every function that changes something takes a [`crate::store::Tx`] and the [`access::User`] who asks,
//! and checks the right itself, in the transaction, because only there is the row's warehouse known.

pub mod access;
pub mod barcodes;
pub mod check;
#[cfg(test)]
pub(crate) mod fixture;
pub mod inventory;
pub mod items;
pub mod labels;
pub mod links;
pub mod logins;
pub mod looks;
pub mod movements;
pub mod number;
pub mod orders;
pub mod page;
pub mod passwords;
pub mod people;
pub mod photos;
pub mod policy;
pub mod scans;
pub mod secrets;
pub mod sheets;
pub mod status;
pub mod subject;
pub mod text;
pub mod tokens;
pub mod warehouses;
pub mod words;
