//! Solves what the contracts verify: clearing, allocation, assignment.
#![forbid(unsafe_code)]
