//! What contracts may say to the chain and ask of it.
#![forbid(unsafe_code)]
