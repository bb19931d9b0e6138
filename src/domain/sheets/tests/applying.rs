//! Applying sheets, and taking them back.
