//! Obligations, clearing in circles, allocation to need.
#![forbid(unsafe_code)]
