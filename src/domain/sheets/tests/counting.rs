//! Counting by hand and with scanners.
