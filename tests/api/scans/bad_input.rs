//! What is no photo, or no form, is refused with a clear word, and nothing is changed.
