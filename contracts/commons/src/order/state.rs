//! What is stored of order: tag `o`.
//!
//! | key | record | |
//! |---|---|---|
//! | `o` 0 | [`Counts`] | |
//! | `o` 1 ‖ commons ‖ person | [`Standing`] | the ladder |
//! | `o` 2 ‖ measure | [`Measure`] | densely from 1 |
//! | `o` 3 ‖ accusation | [`Accusation`] | densely from 1 |
//! | `o` 4 ‖ commons ‖ accuser | u64: its open accusation | |
//! | `o` 5 ‖ commons ‖ person ‖ measure | u8 1 | |
//! | `o` 6 ‖ commons ‖ person ‖ accusation | u8 1 as accuser, 2 as accused | |
//! | `o` 7 ‖ commons ‖ accused ‖ accusation | u8 1: of something grave, and open | |

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::Key;
use mycel_kit::ladder::{Rung, Step};

use crate::quantity::Quantity;
use crate::state::key;

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Counts {
    /// Measures ever taken.
    pub measures: u64,
    /// Of these, lifted by an appeal.
    pub lifted: u64,
    /// Of these, before a jury now.
    pub appealed: u64,
    /// Accusations ever made.
    pub accusations: u64,
    /// Of these, before a jury now.
    pub accusations_open: u64,
}

/// Where someone is on a commons' ladder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Standing {
    /// The step.
    pub rung: Rung,
    /// The last epoch whose overuse counted; 0: none.
    pub overused: u64,
}

/// Why a measure was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Why {
    /// More was harvested in an epoch than tolerance allows.
    Overuse {
        /// The epoch.
        epoch: u64,
        /// Beyond the entitlement.
        over: Quantity,
        /// The entitlement.
        entitlement: Quantity,
    },
    /// A jury upheld an accusation.
    Upheld {
        /// The accusation.
        accusation: u64,
    },
    /// A jury found an accusation malicious: against who made it.
    Malicious {
        /// The accusation.
        accusation: u64,
    },
    /// A jury found a challenge of a reading malicious: against who made it.
    Challenge,
}

/// What became of a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum State {
    /// In force until its step expires; may be appealed until its time.
    Taken,
    /// Before a jury.
    Appealed,
    /// Nobody can appeal it any more.
    Final,
    /// A jury lifted it.
    Lifted,
    /// Lowered after mediation.
    Lowered,
}

impl State {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            State::Taken => "taken",
            State::Appealed => "appealed",
            State::Final => "final",
            State::Lifted => "lifted",
            State::Lowered => "lowered",
        }
    }
}

/// One measure against someone.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Measure {
    /// The commons.
    pub commons: u64,
    /// Against whom.
    pub person: u64,
    /// The step it climbed to.
    pub step: Step,
    /// Where the person was before.
    pub before: Rung,
    /// Why.
    pub why: Why,
    /// When.
    pub at: u64,
    /// Until when it may be appealed.
    pub until: u64,
    /// What became of it.
    pub state: State,
    /// The appeal's case, by own number.
    pub case: Option<u64>,
}

/// What someone is accused of.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Charge {
    /// What it did.
    Conduct,
    /// So grave that a step is skipped.
    Grave,
    /// Harvest that it did not tell.
    Unreported {
        /// How much.
        quantity: Quantity,
    },
}

/// What became of an accusation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Judged {
    /// Not yet.
    Open,
    /// Upheld.
    Upheld,
    /// Dismissed.
    Dismissed,
    /// Malicious.
    Malicious,
    /// Nobody decided in time.
    Lapsed,
}

impl Judged {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Judged::Open => "open",
            Judged::Upheld => "upheld",
            Judged::Dismissed => "dismissed",
            Judged::Malicious => "malicious",
            Judged::Lapsed => "lapsed",
        }
    }
}

/// An accusation before a jury.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Accusation {
    /// The commons.
    pub commons: u64,
    /// Who accuses.
    pub accuser: u64,
    /// Whom.
    pub accused: u64,
    /// Of what.
    pub charge: Charge,
    /// In words.
    pub text: String,
    /// SHA-256 of the evidence.
    pub evidence: [u8; 32],
    /// When.
    pub at: u64,
    /// The highest step that its jury is large enough for.
    pub most: Step,
    /// The case, by own number.
    pub case: u64,
    /// What became of it.
    pub judged: Judged,
}

/// What was counted.
#[must_use]
pub fn counts() -> Key<Counts> {
    key(b'o', 0, &[])
}

/// Where someone is on the ladder.
#[must_use]
pub fn standing(commons: u64, person: u64) -> Key<Standing> {
    key(b'o', 1, &[commons, person])
}

/// A measure.
#[must_use]
pub fn measure(number: u64) -> Key<Measure> {
    key(b'o', 2, &[number])
}

/// An accusation.
#[must_use]
pub fn accusation(number: u64) -> Key<Accusation> {
    key(b'o', 3, &[number])
}

/// The open accusation of an accuser.
#[must_use]
pub fn open_of(commons: u64, accuser: u64) -> Key<u64> {
    key(b'o', 4, &[commons, accuser])
}

/// A person's measures.
#[must_use]
pub fn measure_of(commons: u64, person: u64, measure: u64) -> Key<u8> {
    key(b'o', 5, &[commons, person, measure])
}

/// Accusations by and against a person.
#[must_use]
pub fn accusation_of(commons: u64, person: u64, accusation: u64) -> Key<u8> {
    key(b'o', 6, &[commons, person, accusation])
}

/// That a person is accused of something grave, until a jury said.
#[must_use]
pub fn grave_of(commons: u64, accused: u64, accusation: u64) -> Key<u8> {
    key(b'o', 7, &[commons, accused, accusation])
}
