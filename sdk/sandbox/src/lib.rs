//! A town of contracts in memory, native or compiled, in virtual time.
#![forbid(unsafe_code)]
