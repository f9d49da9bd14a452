//! Who belongs: members, organisations, vouching, standing.
#![forbid(unsafe_code)]
