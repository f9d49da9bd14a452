//! Rewrites a checked module.
