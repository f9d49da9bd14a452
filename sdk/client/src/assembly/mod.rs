//! The assembly contract, typed, and what its decisions would change, in words.
mod names;
pub mod words;

pub use names::Names;
pub use words::{Reader, Words};
