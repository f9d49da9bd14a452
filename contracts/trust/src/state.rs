//! What is stored, and where. The layout is public: auditors read it raw.
//!
//! | key | record | written by |
//! |---|---|---|
//! | `p` | [`Parameters`] | authority |
//! | `e` | [`Fixed`]: times, keys, the instance | instantiation |
//! | `n` ‖ `y` | u64: serial number of the next task | whatever puts a task down |
//! | `z` ‖ 0 ‖ rank u8 ‖ due ‖ serial | [`Task`] | as above |
//! | `z` ‖ 1 ‖ [`Task`] | (due u64, serial u64): the one task of a matter | as above |
//! | `contract_info` | JSON {contract, version} (CW2) | instantiation |
//!
//! `t` belongs to [`tree`](crate::tree::state), `m` to
//! [`mailbox`](crate::mailbox::state), `k` to [`keys`](crate::keys::state), `d`
//! to [`deals`](crate::deals::state), `g` to [`gates`](crate::gates::state). Numbers in keys are big-endian; values are borsh
//! unless said otherwise.

use std::fmt;

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::Key;

use crate::element::Element;
use crate::parameters::Parameters;
use crate::proofs::Kept;
use crate::times::Clock;

/// What instantiation fixes for good.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Fixed {
    /// How time is divided, and since when.
    pub clock: Clock,
    /// The verifying keys.
    pub keys: Kept,
    /// F("mycel/trust/inst", chain id, contract).
    pub instance: Element,
    /// Most weight that one partner gives a member in a period: what gates ask
    /// for is reckoned in it, so it never changes.
    pub pair_cap: u32,
    /// A development network.
    pub development: bool,
}

/// A matter that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Task {
    /// Entries wait to be appended.
    Append,
    /// Entries of this mailbox are folded and old.
    Clean(u64),
    // ---- deals
    /// A deal goes on.
    Deal(u64),
    /// A jury was asked about a rating, by own number of the case.
    Dispute(u64),
}

impl Task {
    /// Its place among tasks that are due: a lower one is done first.
    #[must_use]
    pub const fn rank(self) -> u8 {
        match self {
            Task::Append => 0,
            // ---- deals
            Task::Deal(_) => 1,
            Task::Dispute(_) => 3,
            Task::Clean(_) => 2,
        }
    }

    const fn number(self) -> u64 {
        match self {
            Task::Append => 0,
            Task::Clean(number) => number,
            // ---- deals
            Task::Deal(number) | Task::Dispute(number) => number,
        }
    }
}

/// How many ranks there are.
pub const RANKS: u8 = 4;

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Task::Append => f.write_str("append"),
            Task::Clean(number) => write!(f, "clean {number}"),
            // ---- deals
            Task::Deal(number) => write!(f, "deal {number}"),
            Task::Dispute(number) => write!(f, "dispute {number}"),
        }
    }
}

/// The parameters.
#[must_use]
pub fn parameters() -> Key<Parameters> {
    Key::new(b'p', &[])
}

/// What is fixed.
#[must_use]
pub fn fixed() -> Key<Fixed> {
    Key::new(b'e', &[])
}

/// The serial number of the next task.
#[must_use]
pub fn serial() -> Key<u64> {
    Key::new(b'n', b"y")
}

/// Where tasks of a rank begin.
#[must_use]
pub fn rank(rank: u8) -> Vec<u8> {
    vec![b'z', 0, rank]
}

/// A task.
#[must_use]
pub fn task(rank: u8, due: u64, serial: u64) -> Key<Task> {
    let mut rest = vec![0, rank];
    rest.extend_from_slice(&two(due, serial));
    Key::new(b'z', &rest)
}

/// Where the task of a matter lies: its due time and serial number.
#[must_use]
pub fn place(task: Task) -> Key<(u64, u64)> {
    let mut rest = vec![1, task.rank()];
    rest.extend_from_slice(&task.number().to_be_bytes());
    Key::new(b'z', &rest)
}

/// Two numbers side by side.
#[must_use]
pub fn two(a: u64, b: u64) -> [u8; 16] {
    (u128::from(a) << 64 | u128::from(b)).to_be_bytes()
}
