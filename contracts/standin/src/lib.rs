//! The assembly and the juries of a development network, by one key.
#![forbid(unsafe_code)]
