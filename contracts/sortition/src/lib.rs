//! Fair lots that anyone can check.
#![forbid(unsafe_code)]
