//! Whole-system tests, in one binary: it is linked once, and while one town waits for its next block another works.
mod assembly;
mod commons;
mod compat;
mod crash;
mod doors;
mod light;
mod market;
mod member;
mod town;
mod trust;
mod up;
