//! What is kept of cases, under capital letters.
//!
//! | key | record | |
//! |---|---|---|
//! | `N` | [`Totals`]: every kept sum | |
//! | `C` ‖ case | [`Case`] | |
//! | `J` ‖ case ‖ jury | [`Jury`]: 0 the first, 1 the one after an appeal | |
//! | `D` ‖ case ‖ jury | [`Drawing`] | while it lasts |
//! | `B` ‖ case ‖ jury ‖ person | [`Ballot`] | |
//! | `S` ‖ person | list of (case u64, jury u8): places held now | |
//! | `H` ‖ person ‖ case ‖ jury | u8 1: was seated | for ever |
//! | `R` ‖ ref | u64: the case that draws persons under this name | |
//! | `P` ‖ person ‖ client | u32: that client's open cases in which it is a party | |
//! | `L` ‖ person ‖ client | list of u64: the last cases about it that were decided | |
//!
//! Cases are numbered from 1. Numbers: u64 big-endian; jury: one byte.

use std::collections::VecDeque;

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::Key;

use super::pick::Row;
use crate::state::two;

/// A case.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Case {
    /// The name of the client that asked; empty: the assembly.
    pub client: String,
    /// Its own name for the case.
    pub reference: String,
    /// What is judged.
    pub kind: String,
    /// Jurors, as asked for.
    pub size: u16,
    /// Votes needed in 1/10,000, as asked for.
    pub threshold_bps: u16,
    /// Person numbers, as given.
    pub parties: Vec<u64>,
    /// When.
    pub opened: u64,
    /// Until when it must be decided; after an appeal, anew.
    pub deadline: u64,
    /// Who appealed, and when.
    pub appealed: Option<(u64, u64)>,
    /// Of the first jury, then of the second.
    pub verdicts: Vec<Verdict>,
    /// Why the jury that sat last decided nothing. Without a verdict the measure
    /// ends; a first verdict stands.
    pub lapsed: Option<Lapse>,
}

impl Case {
    /// How long a jury has.
    #[must_use]
    pub fn term(&self) -> u64 {
        let begun = self.appealed.map_or(self.opened, |(_, at)| at);
        self.deadline.saturating_sub(begun)
    }

    /// Which jury sits or sat last.
    #[must_use]
    pub fn jury(&self) -> u8 {
        u8::from(self.appealed.is_some())
    }

    /// Whether a jury is still at work.
    #[must_use]
    pub fn open(&self) -> bool {
        self.lapsed.is_none() && self.verdicts.len() == usize::from(self.jury())
    }
}

/// What a jury said.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Verdict {
    /// One of the kind's outcomes.
    pub outcome: String,
    /// Of the reasons that most of those gave who voted for it.
    pub reasons: [u8; 32],
    /// When.
    pub at: u64,
    /// From when on it is final.
    pub appeal_until: u64,
}

/// Why a jury ended without a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Lapse {
    /// The deadline passed.
    Time,
    /// Too few could be called.
    TooFew,
    /// Seats stayed empty, and the votes of the others did not suffice.
    Absent,
}

/// Where a person called stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Place {
    /// Was drawn; may be struck.
    Called,
    /// Was struck by the first party.
    StruckByFirst,
    /// Was struck by the others.
    StruckByOthers,
    /// Was not needed.
    Spared,
    /// Sits; has not committed.
    Seated,
    /// Has committed.
    Committed,
    /// Has voted.
    Voted,
    /// Lost the seat by absence.
    Absent,
    /// Gave the seat back.
    Recused,
    /// Was drawn for a task without votes.
    Drawn,
}

impl Place {
    /// Sits now.
    #[must_use]
    pub fn sits(self) -> bool {
        matches!(self, Place::Seated | Place::Committed | Place::Voted)
    }

    /// Sits or sat: on the second jury they are never more than a minority.
    #[must_use]
    pub fn has_sat(self) -> bool {
        self.sits() || matches!(self, Place::Absent | Place::Recused | Place::Drawn)
    }

    /// Is waited for, or may be.
    #[must_use]
    pub fn holds(self) -> bool {
        self.sits() || matches!(self, Place::Called | Place::Drawn)
    }

    /// On the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Place::Called => "called",
            Place::StruckByFirst => "struck_by_first",
            Place::StruckByOthers => "struck_by_others",
            Place::Spared => "spared",
            Place::Seated => "seated",
            Place::Committed => "committed",
            Place::Voted => "voted",
            Place::Absent => "absent",
            Place::Recused => "recused",
            Place::Drawn => "drawn",
        }
    }
}

/// A person called, in the order drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Seat {
    /// Who.
    pub person: u64,
    /// Where it stands.
    pub place: Place,
}

/// What a jury is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Step {
    /// Persons are drawn.
    Drawing,
    /// The parties may strike.
    Striking,
    /// Jurors commit.
    Committing,
    /// Jurors reveal.
    Revealing,
    /// Persons drawn do what they were drawn for.
    Serving,
    /// Over.
    Ended,
}

impl Step {
    /// On the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Step::Drawing => "drawing",
            Step::Striking => "striking",
            Step::Committing => "committing",
            Step::Revealing => "revealing",
            Step::Serving => "serving",
            Step::Ended => "ended",
        }
    }
}

/// A jury.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Jury {
    /// Seats.
    pub size: u16,
    /// Votes needed.
    pub needed: u16,
    /// How many each side may strike.
    pub strikes: u16,
    /// Parties, and who controls those that are organisations.
    pub interests: Vec<u64>,
    /// Members there were when it was asked for: nobody who came later sits.
    pub numbers: u32,
    /// Rounds of the beacon: of the first drawing, of replacements.
    pub rounds: Vec<u64>,
    /// What it is at.
    pub step: Step,
    /// Until when.
    pub until: u64,
    /// Everybody called, in the order drawn.
    pub seats: Vec<Seat>,
    /// Who struck, once for each person struck.
    pub strikers: Vec<u64>,
    /// Votes by outcome.
    pub votes: Vec<u16>,
}

impl Jury {
    /// How many are at a place that is so.
    #[must_use]
    pub fn count(&self, so: impl Fn(Place) -> bool) -> u16 {
        let found = self.seats.iter().filter(|seat| so(seat.place)).count();
        u16::try_from(found).unwrap_or(u16::MAX)
    }

    /// How many a party has struck.
    #[must_use]
    pub fn struck_by(&self, party: u64) -> u16 {
        let struck = self.strikers.iter().filter(|one| **one == party).count();
        u16::try_from(struck).unwrap_or(u16::MAX)
    }

    /// Seats that nobody holds.
    #[must_use]
    pub fn empty(&self) -> u16 {
        self.size.saturating_sub(self.count(Place::sits))
    }

    /// How often absent jurors were replaced.
    #[must_use]
    pub fn replaced(&self) -> usize {
        self.rounds.len().saturating_sub(1)
    }
}

/// Who is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Pass {
    /// Everybody.
    First,
    /// Whoever was busy.
    Second,
    /// Whoever judged the matter before.
    Last,
}

/// A drawing that is under way.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Drawing {
    /// The beacon's round.
    pub round: u64,
    /// The seed, once the beacon is known.
    pub seed: Option<[u8; 32]>,
    /// How many are still wanted.
    pub want: u16,
    /// Who was called.
    pub row: Row,
    /// Who was passed over as busy, in that order; from the first on they are
    /// called again when the row is at its end.
    pub busy: VecDeque<u32>,
    /// Who was passed over as having judged the matter before, in that order: a
    /// minority of the seats is theirs where nobody else is left.
    pub before: VecDeque<u32>,
    /// The person whose relations are being looked at, how many interests were,
    /// and in which pass it was called.
    pub checking: Option<(u64, u16, Pass)>,
}

/// What a juror committed to and showed.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Ballot {
    /// The commitment.
    pub commitment: [u8; 32],
    /// The outcome's index among the kind's, and the hash of the reasons.
    pub vote: Option<(u8, [u8; 32])>,
}

/// Kept sums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Totals {
    /// Cases ever opened.
    pub cases: u64,
    /// Of them with a jury at work.
    pub open: u64,
    /// With a verdict and no jury at work.
    pub decided: u64,
    /// Lapsed without any verdict.
    pub lapsed: u64,
    /// Appeals.
    pub appeals: u64,
    /// Verdicts.
    pub verdicts: u64,
    /// Places held now.
    pub places: u64,
    /// Votes ever counted.
    pub votes: u64,
    /// Seats of all juries ever asked for.
    pub seats: u64,
}

fn of_jury(case: u64, jury: u8) -> Vec<u8> {
    [&case.to_be_bytes()[..], &[jury]].concat()
}

fn of_party(person: u64, client: &str) -> Vec<u8> {
    [&person.to_be_bytes()[..], client.as_bytes()].concat()
}

/// The sums.
#[must_use]
pub fn totals() -> Key<Totals> {
    Key::new(b'N', &[])
}

/// A case.
#[must_use]
pub fn case(case: u64) -> Key<Case> {
    Key::new(b'C', &case.to_be_bytes())
}

/// A jury.
#[must_use]
pub fn jury(case: u64, jury: u8) -> Key<Jury> {
    Key::new(b'J', &of_jury(case, jury))
}

/// A drawing.
#[must_use]
pub fn drawing(case: u64, jury: u8) -> Key<Drawing> {
    Key::new(b'D', &of_jury(case, jury))
}

/// A ballot.
#[must_use]
pub fn ballot(case: u64, jury: u8, person: u64) -> Key<Ballot> {
    let rest = [&of_jury(case, jury)[..], &person.to_be_bytes()].concat();
    Key::new(b'B', &rest)
}

/// The places that a person holds.
#[must_use]
pub fn places(person: u64) -> Key<Vec<(u64, u8)>> {
    Key::new(b'S', &person.to_be_bytes())
}

/// That a person sat.
#[must_use]
pub fn sat(person: u64, case: u64, jury: u8) -> Key<u8> {
    Key::new(b'H', &[&two(person, case)[..], &[jury]].concat())
}

/// The case that draws under a name.
#[must_use]
pub fn named(reference: &str) -> Key<u64> {
    Key::new(b'R', reference.as_bytes())
}

/// A client's open cases with this party.
#[must_use]
pub fn pending(person: u64, client: &str) -> Key<u32> {
    Key::new(b'P', &of_party(person, client))
}

/// A client's last decided cases about a person.
#[must_use]
pub fn last(person: u64, client: &str) -> Key<Vec<u64>> {
    Key::new(b'L', &of_party(person, client))
}
