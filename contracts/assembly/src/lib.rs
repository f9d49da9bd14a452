//! Proposals, votes with delegation, execution.
#![forbid(unsafe_code)]
