//! What is stored of commons and their members: tag `r`.
//!
//! | key | record | |
//! |---|---|---|
//! | `r` 0 | u64: how many commons were founded | |
//! | `r` 1 ‖ commons | [`Commons`] | densely from 1 |
//! | `r` 2 ‖ commons | [`Description`] | |
//! | `r` 3 ‖ commons | [`Rules`] in force | |
//! | `r` 4 ‖ commons | [`Rules`] from the next epoch on | absent: the same |
//! | `r` 5 ‖ commons ‖ person | [`Enrolment`] | stays after it ended |
//! | `r` 6 ‖ commons ‖ person ‖ height | bool: whether it has a say from that block on | |
//! | `r` 7 ‖ parent ‖ child | u32: the child's budget in ppm of the parent's cap | |
//! | `r` 8 ‖ commons ‖ person | [`Application`] | |
//! | `r` 9 ‖ person ‖ commons | u8 1: has or had to do with it | |
//! | `r` 10 ‖ commons ‖ controller ‖ organisation | u8 1: an enrolled organisation it controls | at 25 % |
//! | `r` 11 ‖ commons ‖ organisation | list of u64: who controls it, as last seen | |
//! | `r` 12 ‖ organisation | u64: accredited since | |
//! | `r` 14 ‖ person | u32: commons it is enrolled in now | |
//! | `r` 13 ‖ commons ‖ person | u32: newcomers it vouched for who were enrolled | |

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::Key;
use mycel_kit::peers::credit::Kind;

use super::rules::Rules;
use crate::state::key;

/// Where a commons is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Status {
    /// Epochs follow each other.
    Open,
    /// The one that is open is the last.
    Closing,
    /// No epoch is open, none will be.
    Closed,
}

impl Status {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Status::Open => "open",
            Status::Closing => "closing",
            Status::Closed => "closed",
        }
    }
}

/// A commons: what most messages need of it.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Commons {
    /// Whose budget it lives in.
    pub parent: Option<u64>,
    /// 1 for one without a parent.
    pub depth: u8,
    /// When it was founded.
    pub founded: u64,
    /// Where it is.
    pub status: Status,
    /// How many are enrolled, organisations as well.
    pub enrolled: u32,
    /// Places given to electors so far.
    pub places: u32,
    /// Children that are not closed.
    pub children: u32,
    /// What its children may take, in ppm of its cap.
    pub budgets_ppm: u32,
}

/// What a commons is.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Description {
    /// Its name.
    pub name: String,
    /// What it is counted in, e.g. `kg`.
    pub unit: String,
    /// Where it ends, in words.
    pub boundary: String,
    /// SHA-256 of the boundary's geometry.
    pub geometry: [u8; 32],
}

/// Why an enrolment is no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Standing {
    /// It is.
    Enrolled,
    /// Left by itself.
    Withdrawn,
    /// Left the community, or was expelled from it.
    Gone,
    /// Excluded, the fourth step of the ladder.
    Excluded,
}

impl Standing {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Standing::Enrolled => "enrolled",
            Standing::Withdrawn => "withdrawn",
            Standing::Gone => "gone",
            Standing::Excluded => "excluded",
        }
    }
}

/// A person or organisation in a commons.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Enrolment {
    /// What it is.
    pub kind: Kind,
    /// Whether it still is.
    pub standing: Standing,
    /// Since when it is as it is.
    pub since: u64,
    /// A person's place among the electors, dense from 0, for good.
    pub place: Option<u32>,
}

impl Enrolment {
    /// Whether it holds.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.standing == Standing::Enrolled
    }
}

/// Someone who asks to be enrolled.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Application {
    /// When it asked.
    pub asked: u64,
    /// Who vouches.
    pub welcomed: Vec<u64>,
}

/// How many commons were founded.
#[must_use]
pub fn founded() -> Key<u64> {
    key(b'r', 0, &[])
}

/// A commons.
#[must_use]
pub fn commons(number: u64) -> Key<Commons> {
    key(b'r', 1, &[number])
}

/// What it is.
#[must_use]
pub fn description(commons: u64) -> Key<Description> {
    key(b'r', 2, &[commons])
}

/// Its rules.
#[must_use]
pub fn rules(commons: u64) -> Key<Rules> {
    key(b'r', 3, &[commons])
}

/// Its rules from the next epoch on.
#[must_use]
pub fn next_rules(commons: u64) -> Key<Rules> {
    key(b'r', 4, &[commons])
}

/// Someone in a commons.
#[must_use]
pub fn enrolment(commons: u64, person: u64) -> Key<Enrolment> {
    key(b'r', 5, &[commons, person])
}

/// Whether a person has a say from the block after a height's on.
#[must_use]
pub fn say_after(commons: u64, person: u64, height: u64) -> Key<bool> {
    key(b'r', 6, &[commons, person, height])
}

/// A child's budget.
#[must_use]
pub fn budget(parent: u64, child: u64) -> Key<u32> {
    key(b'r', 7, &[parent, child])
}

/// Someone who asks to be enrolled.
#[must_use]
pub fn application(commons: u64, person: u64) -> Key<Application> {
    key(b'r', 8, &[commons, person])
}

/// That a person has or had to do with a commons.
#[must_use]
pub fn involved(person: u64, commons: u64) -> Key<u8> {
    key(b'r', 9, &[person, commons])
}

/// That an enrolled organisation is controlled by a person.
#[must_use]
pub fn controlled(commons: u64, controller: u64, organisation: u64) -> Key<u8> {
    key(b'r', 10, &[commons, controller, organisation])
}

/// Who controls an organisation, as last seen.
#[must_use]
pub fn controllers(commons: u64, organisation: u64) -> Key<Vec<u64>> {
    key(b'r', 11, &[commons, organisation])
}

/// That an organisation may send monitors.
#[must_use]
pub fn accredited(organisation: u64) -> Key<u64> {
    key(b'r', 12, &[organisation])
}

/// How many commons a person is enrolled in now.
#[must_use]
pub fn enrolments(person: u64) -> Key<u32> {
    key(b'r', 14, &[person])
}

/// How many newcomers a person vouched for who were enrolled.
#[must_use]
pub fn welcomed(commons: u64, person: u64) -> Key<u32> {
    key(b'r', 13, &[commons, person])
}
