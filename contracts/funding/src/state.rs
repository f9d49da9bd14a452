//! What is stored, and where. The layout is public: auditors read it raw.
//!
//! | key | record | written by |
//! |---|---|---|
//! | `p` | [`Parameters`] | authority |
//! | `y` | u64: serial number of the next task | whatever puts a task down |
//! | `z` ‖ rank u8 ‖ due ‖ serial | [`Task`] | as above |
//! | `x` ‖ [`Task`] | (due u64, serial u64): the one task of a matter | as above |
//! | `contract_info` | JSON {contract, version} (CW2) | instantiation |
//!
//! `r` ‖ kind belongs to [`rounds`](crate::rounds::state), `w` to
//! [`rules`](crate::rules), `d` to [`dividend`](crate::dividend), `g` to
//! [`register`](crate::register). Numbers in keys are big-endian; values are
//! borsh unless said otherwise.

use std::fmt;

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::Key;

use crate::parameters::Parameters;

/// A matter that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Task {
    /// A round moves on.
    Round(u64),
    /// A deposit of the dividend is counted, or what nobody claimed is released.
    Dividend(u64),
    /// An entry of the register moves on.
    Register(u64),
}

impl Task {
    /// Its place among tasks that are due: a lower one is done first.
    #[must_use]
    pub const fn rank(self) -> u8 {
        match self {
            Task::Dividend(_) => 0,
            Task::Round(_) => 1,
            Task::Register(_) => 2,
        }
    }
}

/// How many ranks there are.
pub const RANKS: u8 = 3;

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Task::Round(number) => write!(f, "round {number}"),
            Task::Dividend(number) => write!(f, "dividend {number}"),
            Task::Register(number) => write!(f, "register {number}"),
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
pub fn task(rank: u8, due: u64, serial: u64) -> Key<Task> {
    let mut rest = vec![rank];
    rest.extend_from_slice(&two(due, serial));
    Key::new(b'z', &rest)
}

/// Where the task of a matter lies: its due time and serial number.
#[must_use]
pub fn place(task: Task) -> Key<(u64, u64)> {
    let (Task::Round(number) | Task::Dividend(number) | Task::Register(number)) = task;
    let mut rest = vec![task.rank()];
    rest.extend_from_slice(&number.to_be_bytes());
    Key::new(b'x', &rest)
}

/// Two numbers side by side.
#[must_use]
pub fn two(a: u64, b: u64) -> [u8; 16] {
    (u128::from(a) << 64 | u128::from(b)).to_be_bytes()
}
