//! What is stored, and where. The layout is public: auditors and whoever
//! draws again read it raw.
//!
//! | key | record | written by |
//! |---|---|---|
//! | `p` | [`Parameters`] | authority |
//! | `y` | u64: serial number of the next task | whatever puts a task down |
//! | `z` ‖ due ‖ serial | [`Task`] | as above |
//! | `x` ‖ [`Task`] | (due u64, serial u64): the one task of a matter | as above |
//! | `contract_info` | JSON {contract, version} (CW2) | instantiation |
//!
//! Other small letters belong to [`draws`](crate::draws::state), capital ones
//! to [`juries`](crate::juries), digits to [`beacon`](crate::beacon). Numbers in
//! keys are big-endian; values are borsh unless said otherwise.

use std::fmt;

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::Key;

use crate::parameters::Parameters;

/// A matter that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Task {
    /// A draw moves on.
    Draw(u64),
    /// A case moves on.
    Case(u64),
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Task::Draw(number) => write!(f, "draw {number}"),
            Task::Case(number) => write!(f, "case {number}"),
        }
    }
}

/// The parameters.
#[must_use]
pub fn parameters() -> Key<Parameters> {
    Key::new(b'p', &[])
}

/// The serial number of the next task.
#[must_use]
pub fn serial() -> Key<u64> {
    Key::new(b'y', &[])
}

/// A task.
#[must_use]
pub fn task(due: u64, serial: u64) -> Key<Task> {
    Key::new(b'z', &two(due, serial))
}

/// Where the task of a matter lies: its due time and serial number.
#[must_use]
pub fn place(task: Task) -> Key<(u64, u64)> {
    let (kind, number) = match task {
        Task::Draw(number) => (0, number),
        Task::Case(number) => (1, number),
    };
    let mut rest = vec![kind];
    rest.extend_from_slice(&number.to_be_bytes());
    Key::new(b'x', &rest)
}

/// Two numbers side by side.
#[must_use]
pub fn two(a: u64, b: u64) -> [u8; 16] {
    (u128::from(a) << 64 | u128::from(b)).to_be_bytes()
}
