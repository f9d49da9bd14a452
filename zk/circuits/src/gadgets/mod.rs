//! Gadgets: pieces that circuits are made of, one a file.
//!
//! Each says what its rows force. None checks more than it says.

pub mod absorb;
pub mod attributes;
pub mod bits;
pub mod identity;
pub mod path;
pub mod poseidon;
pub mod seal;
pub mod shift;
pub mod state;
pub mod threshold;
