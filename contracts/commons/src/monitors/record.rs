//! Records of seats, readings and disputes.

use borsh::{BorshDeserialize, BorshSerialize};

use super::rules::Rules;
use super::value::{Part, Value};
use crate::quantity::Quantity;

/// All about a commons' monitors that is needed for its value: one record, so
/// that whoever needs the value reads one key.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Watch {
    /// Seats ever taken: they are numbered from 1.
    pub seats: u64,
    /// Readings ever given: they are numbered from 1.
    pub readings: u64,
    /// Seats held now, by number; at most 15.
    pub held: Vec<Held>,
    /// The last reading of each seat, by seat; also of seats given up, while
    /// it is at most a window old.
    pub current: Vec<Current>,
    /// The dispute about the spread or a rise that is open.
    pub dispute: Option<Open>,
    /// Seats of organisations that the lot fills for now.
    pub lots: u8,
    /// The lot that is drawn now.
    pub lot: Option<Lot>,
    /// When an epoch was closed last.
    pub closed: u64,
    /// What a jury let stand last of readings that were too high or too far apart.
    pub stood: Option<Stood>,
}

/// What a jury let stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Stood {
    /// When it spoke.
    pub at: u64,
    /// What counted then.
    pub quantity: Quantity,
}

/// A seat that is held.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Held {
    /// Its number.
    pub seat: u64,
    /// Who holds it: an organisation or a person, by number.
    pub person: u64,
    /// Who controls at least a quarter of the organisation, when last asked.
    pub controllers: Vec<u64>,
    /// Drawn by lot.
    pub lay: bool,
    /// Until when it counts: its bond's expiry, or the end of a lay term; 0
    /// while too little is left of its bond.
    pub until: u64,
}

/// A seat's last reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Current {
    /// The reading's number.
    pub reading: u64,
    /// The seat.
    pub seat: u64,
    /// Units.
    pub quantity: Quantity,
    /// What was taken meanwhile, as far as seen.
    pub extraction: Option<Quantity>,
    /// When.
    pub at: u64,
    /// On the low side of a dispute that a jury let fall.
    pub overruled: bool,
    /// On the high side of one, or a challenge failed.
    pub confirmed: bool,
    /// A challenge of it is open.
    pub challenge: Option<u64>,
}

/// An open dispute about spread or rise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Open {
    /// Its number.
    pub dispute: u64,
    /// What nothing may exceed meanwhile.
    pub ceiling: Quantity,
}

/// A lot that is drawn.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Lot {
    /// The own number of its case.
    pub case: u64,
    /// Who was drawn, in that order; empty until known.
    pub drawn: Vec<u64>,
    /// Since when it is known.
    pub since: u64,
    /// How long each is waited for before the next may accept as well.
    pub turn: u64,
    /// Until when anybody may accept.
    pub until: u64,
    /// Who declined.
    pub declined: Vec<u64>,
}

impl Lot {
    /// From when a person may accept; `None`: not drawn, or declined. Whoever
    /// declined is not waited for.
    #[must_use]
    pub fn turn_of(&self, person: u64) -> Option<u64> {
        let mut from = self.since;
        for one in &self.drawn {
            if self.declined.contains(one) {
                continue;
            }
            if *one == person {
                return Some(from);
            }
            from = from.saturating_add(self.turn);
        }
        None
    }
}

impl Watch {
    /// A seat that is held.
    #[must_use]
    pub fn seat(&self, seat: u64) -> Option<&Held> {
        self.held.iter().find(|held| held.seat == seat)
    }

    /// The seat that a person or organisation holds.
    #[must_use]
    pub fn seat_of(&self, person: u64) -> Option<&Held> {
        self.held.iter().find(|held| held.person == person)
    }

    /// How many seats of a kind are held.
    #[must_use]
    pub fn count(&self, lay: bool) -> usize {
        self.held.iter().filter(|held| held.lay == lay).count()
    }

    /// A seat's last reading.
    #[must_use]
    pub fn reading(&self, seat: u64) -> Option<&Current> {
        self.current.iter().find(|one| one.seat == seat)
    }

    /// Whether a reading is fresh.
    #[must_use]
    pub fn is_fresh(&self, one: &Current, now: u64, window: u64) -> bool {
        let young = one.at.saturating_add(window) >= now;
        young && self.seat(one.seat).is_some_and(|held| held.until > now)
    }

    /// The readings as they take part.
    #[must_use]
    pub fn parts(&self, now: u64, window: u64) -> Vec<Part> {
        let takes = |one: &&Current| {
            // of a seat that was given up it still holds the value down for a window
            self.seat(one.seat).is_some() || one.at.saturating_add(window) >= now
        };
        let part = |one: &Current| Part {
            quantity: one.quantity.units(),
            fresh: self.is_fresh(one, now, window),
            overruled: one.overruled,
            confirmed: one.confirmed,
            challenged: one.challenge.is_some(),
        };
        self.current.iter().filter(takes).map(part).collect()
    }

    /// What the readings say at a time.
    #[must_use]
    pub fn value(&self, now: u64, rules: &Rules) -> Value {
        let ceiling = self.dispute.map(|open| open.ceiling.units());
        let parts = self.parts(now, rules.window.0);
        super::value::value(&parts, rules.quorum.into(), rules.spread_ppm, ceiling)
    }

    /// Forgets what no longer takes part, but nothing that a jury judges. Of
    /// seats given up at most so many are kept, the lowest: none lifts anything.
    pub fn prune(&mut self, now: u64, window: u64) {
        let held: Vec<u64> = self.held.iter().map(|held| held.seat).collect();
        self.current.retain(|one| {
            held.contains(&one.seat)
                || one.challenge.is_some()
                || one.at.saturating_add(window) >= now
        });
        while self.current.len() > held.len() + super::rules::MOST_SEATS {
            let highest = (0..self.current.len())
                .filter(|at| !held.contains(&self.current[*at].seat))
                .max_by_key(|at| self.current[*at].quantity);
            let Some(highest) = highest else { break };
            self.current.remove(highest);
        }
    }
}

/// Why a seat is no longer held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Ended {
    /// Its monitor left it.
    Left,
    /// A jury found its reading wrong.
    Refuted,
    /// It had no fresh reading when the quorum was missed.
    Absent,
    /// It had none in two epochs, though the quorum was there.
    Silent,
    /// Too little was left of its bond, for too long.
    Unbonded,
    /// Its monitor came to have an interest, or may not hold it any more.
    Unfit,
    /// A lay term is over.
    Term,
}

impl Ended {
    /// On the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Ended::Left => "left",
            Ended::Refuted => "refuted",
            Ended::Absent => "absent",
            Ended::Silent => "silent",
            Ended::Unbonded => "unbonded",
            Ended::Unfit => "unfit",
            Ended::Term => "term",
        }
    }

    /// Whether the bond is lost.
    #[must_use]
    pub const fn forfeits(self) -> bool {
        matches!(self, Ended::Refuted | Ended::Absent)
    }
}

/// A seat, from when it was taken on.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Seat {
    /// Who holds or held it.
    pub person: u64,
    /// Drawn by lot.
    pub lay: bool,
    /// Since when.
    pub since: u64,
    /// Holds at credit that are its bond; at most 3.
    pub bonds: Vec<u64>,
    /// Since when too little is left of them.
    pub short: Option<u64>,
    /// Readings given.
    pub readings: u32,
    /// When the last was.
    pub last: u64,
    /// Epochs in a row without a reading.
    pub silent: u8,
    /// Open disputes in which a reading of it may be refuted.
    pub disputed: u32,
    /// Claims that it attested and that are not decided, or whose jury may take
    /// its bond.
    pub bound: u32,
    /// When it was given up or taken away, and why.
    pub ended: Option<(u64, Ended)>,
    /// The bond is lost.
    pub forfeited: bool,
}

/// What became of a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Fate {
    /// Nothing: it stands, or was followed by another.
    Stands,
    /// A jury found it wrong, in this dispute.
    Refuted(u64),
    /// A jury let a dispute fall in which it was on the low side.
    Overruled(u64),
    /// A jury let a dispute about it fall.
    Confirmed(u64),
    /// No jury decided about it, and it no longer counts.
    SetAside(u64),
}

impl Fate {
    /// On the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Fate::Stands => "stands",
            Fate::Refuted(_) => "refuted",
            Fate::Overruled(_) => "overruled",
            Fate::Confirmed(_) => "confirmed",
            Fate::SetAside(_) => "set_aside",
        }
    }
}

/// A reading, for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Reading {
    /// The seat.
    pub seat: u64,
    /// Who.
    pub person: u64,
    /// Units.
    pub quantity: Quantity,
    /// What was taken meanwhile, as far as seen.
    pub extraction: Option<Quantity>,
    /// SHA-256 of the evidence.
    pub evidence: [u8; 32],
    /// When.
    pub at: u64,
    /// What became of it.
    pub fate: Fate,
}

/// What a dispute is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum About {
    /// Readings lie too far apart.
    Spread,
    /// They say more than can have grown.
    Rise,
    /// A member challenged one.
    Challenge {
        /// Who.
        by: u64,
        /// SHA-256 of the reasons.
        reasons: [u8; 32],
    },
}

impl About {
    /// On the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            About::Spread => "spread",
            About::Rise => "rise",
            About::Challenge { .. } => "challenge",
        }
    }
}

/// How a dispute ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Outcome {
    /// The accused readings are wrong.
    Refuted,
    /// They are not.
    Dismissed,
    /// They are not, and who said so knew it.
    Malicious,
    /// Nobody decided.
    Lapsed,
}

impl Outcome {
    /// On the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Refuted => "refuted",
            Outcome::Dismissed => "dismissed",
            Outcome::Malicious => "malicious",
            Outcome::Lapsed => "lapsed",
        }
    }
}

/// A dispute before a jury.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Dispute {
    /// The commons.
    pub commons: u64,
    /// What it is about.
    pub about: About,
    /// Readings that may be refuted: reading and seat.
    pub accused: Vec<(u64, u64)>,
    /// The others that took part: reading and seat.
    pub others: Vec<(u64, u64)>,
    /// Who is judged or concerned, in the order that makes their strikes fair.
    pub parties: Vec<u64>,
    /// When.
    pub opened: u64,
    /// How often a case was asked for.
    pub attempt: u16,
    /// The own number of its case; absent while none could be opened.
    pub case: Option<u64>,
    /// When it ended, and how.
    pub ended: Option<(u64, Outcome)>,
}

/// What somebody did for a commons by watching it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Service {
    /// Readings given.
    pub readings: u32,
    /// Of them refuted.
    pub refuted: u32,
    /// Challenges that a jury upheld.
    pub challenges: u32,
}

/// Kept sums over all commons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Sums {
    /// Seats ever taken.
    pub seats: u64,
    /// Of them held now.
    pub held: u64,
    /// Holds that are bonds.
    pub bonds: u64,
    /// Readings ever given.
    pub readings: u64,
    /// Evidence ever used, of claims as well.
    pub evidence: u64,
    /// Disputes ever opened.
    pub disputes: u64,
    /// Of them open.
    pub open: u64,
    /// Readings refuted.
    pub refuted: u64,
    /// Seats whose bond was forfeited.
    pub forfeited: u64,
}
