//! Records of the register.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;

/// What an entry is.
#[cw_serde]
#[derive(Copy, Eq, BorshSerialize, BorshDeserialize)]
pub enum Kind {
    /// Everybody's at once.
    Essential,
    /// Its author's for seven years, who owes dues of its revenue.
    Proprietary,
}

/// The sums.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Totals {
    /// Entries so far.
    pub entries: u64,
    /// Payments and cases so far.
    pub matters: u64,
    /// Cases that wait for their juries.
    pub open_cases: u64,
    /// Dues that reports made.
    pub dues: u128,
    /// Of these, paid.
    pub dues_paid: u128,
    /// Restoration that juries found owed.
    pub restoration: u128,
    /// Of this, paid.
    pub restoration_paid: u128,
    /// Rewards that authors earned.
    pub earned: u128,
    /// Of these, paid.
    pub rewarded: u128,
    /// The last hold of the rewards' pool; densely from 1.
    pub funds: u64,
    /// All up to this one are used up or gone.
    pub spent_funds: u64,
}

/// An innovation.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// Its title.
    pub title: String,
    /// Under which licence it is published.
    pub licence: String,
    /// SHA-256 of what shows it.
    pub evidence: [u8; 32],
    /// Whose it is: a person or an organisation.
    pub author: u64,
    /// When it was registered.
    pub at: u64,
    /// From when it is everybody's.
    pub commons_from: u64,
    /// Dues in 1/10,000 of revenue, as when it was registered.
    pub dues_bps: u32,
    /// Seconds to pay them in.
    pub dues_seconds: u32,
    /// Reports of revenue so far.
    pub reports: u64,
    /// All up to this report are paid.
    pub settled: u64,
    /// Dues so far.
    pub dues: u128,
    /// Of these, paid.
    pub paid: u128,
    /// From how many builders on it earns, as when it was registered …
    pub builders_least: u32,
    /// … and for how many at most.
    pub builders_most: u32,
    /// Persons who reported that they built it, as far as they count.
    pub builders: u32,
    /// What these reports are worth, once there are enough of them.
    pub accrued: u128,
    /// Rewards paid.
    pub rewarded: u128,
}

impl Entry {
    /// Dues not yet paid.
    #[must_use]
    pub fn owes(&self) -> u128 {
        self.dues.saturating_sub(self.paid)
    }

    /// What its author has earned with it: nothing until enough built it.
    #[must_use]
    pub const fn earned(&self) -> u128 {
        if self.builders >= self.builders_least {
            self.accrued
        } else {
            0
        }
    }
}

/// A report of revenue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Report {
    /// When.
    pub at: u64,
    /// How much came in, in pico-credits.
    pub revenue: u64,
    /// What is owed of it.
    pub due: u64,
    /// Until when.
    pub due_by: u64,
    /// Dues of the entry up to this report: it is paid when as much was paid.
    pub so_far: u128,
    /// SHA-256 of the accounts that show it.
    pub evidence: [u8; 32],
}

/// What is paid off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Debt {
    /// Dues of an entry.
    Dues(u64),
    /// Restoration, by the case that found it owed.
    Restoration(u64),
}

impl Debt {
    /// As it is told.
    #[must_use]
    pub const fn parts(self) -> (&'static str, u64) {
        match self {
            Debt::Dues(entry) => ("dues", entry),
            Debt::Restoration(matter) => ("restoration", matter),
        }
    }
}

/// Something that is due once.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Matter {
    /// A hold that pays a debt.
    Payment(Payment),
    /// A question to a jury.
    Case(Case),
}

/// A hold that pays a debt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Payment {
    /// The hold.
    pub hold: u64,
    /// What it pays.
    pub debt: Debt,
}

/// What a jury is asked.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Question {
    /// Whether a use of a technology harmed a commons.
    Harm {
        /// The commons.
        commons: u64,
        /// The technology.
        technology: String,
        /// Who used it.
        user: u64,
        /// The restoration that is asked for.
        amount: u64,
    },
    /// Whether a technology does harm inside a boundary.
    Impact {
        /// Where; none: the whole community.
        commons: Option<u64>,
        /// The technology.
        technology: String,
    },
}

/// How far a case is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Progress {
    /// Sortition was asked in this transaction.
    Asked,
    /// The jury has it.
    Open,
    /// The jury said yes, and it was acted upon.
    Upheld,
    /// The jury said no.
    Dismissed,
    /// Nobody decided in time.
    Lapsed,
}

/// A question to a jury.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Case {
    /// The question.
    pub question: Question,
    /// Who asked.
    pub by: u64,
    /// Who is party to it, the asker first.
    pub parties: Vec<u64>,
    /// SHA-256 of what shows it.
    pub evidence: [u8; 32],
    /// When.
    pub at: u64,
    /// Until when the jury must have decided.
    pub deadline: u64,
    /// Sortition's number.
    pub case: u64,
    /// How far it is.
    pub progress: Progress,
}

/// Restoration that a jury found owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Restoration {
    /// The harmed commons.
    pub commons: u64,
    /// Who owes it.
    pub user: u64,
    /// How much.
    pub amount: u64,
    /// Of this, paid.
    pub paid: u64,
    /// Until when.
    pub due_by: u64,
}

/// What a person has in the register that others count on.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Person {
    /// Entries that owe dues.
    pub owing: u32,
    /// Restorations not paid.
    pub restorations: u32,
    /// Its questions that wait for juries.
    pub cases: u32,
    /// Since when its registrations are counted, and how many they are.
    pub registered: (u64, u32),
}

/// A hold of the rewards' pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Fund {
    /// The hold.
    pub hold: u64,
    /// What it has, as far as is known here.
    pub left: u64,
    /// When it may expire.
    pub expires: u64,
}

/// How far a technology is restricted.
#[cw_serde]
#[derive(Copy, Eq, PartialOrd, Ord, Default, BorshSerialize, BorshDeserialize)]
pub enum Step {
    /// Not at all.
    #[default]
    None,
    /// Its users are told what a jury found.
    Notice,
    /// Nothing new with it; no rewards.
    Limited,
    /// Not inside this boundary.
    Refused,
}

impl Step {
    /// One step up; the last stays.
    #[must_use]
    pub const fn up(self) -> Step {
        match self {
            Step::None => Step::Notice,
            Step::Notice => Step::Limited,
            Step::Limited | Step::Refused => Step::Refused,
        }
    }

    /// What follows when it ends.
    #[must_use]
    pub const fn down(self) -> Step {
        match self {
            Step::Refused => Step::Limited,
            Step::Limited => Step::Notice,
            Step::Notice | Step::None => Step::None,
        }
    }

    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Step::None => "none",
            Step::Notice => "notice",
            Step::Limited => "limited",
            Step::Refused => "refused",
        }
    }
}

/// How a technology stands inside a boundary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Restriction {
    /// Refused by vote until then.
    pub voted_until: Option<u64>,
    /// The proposal that decided it.
    pub proposal: u64,
    /// The step that reviews led to, …
    pub step: Step,
    /// … until when; then one below for as long.
    pub until: u64,
    /// Seconds of a step, as when the last review was upheld.
    pub term: u32,
    /// The review that waits for its jury.
    pub review: Option<u64>,
}

impl Restriction {
    /// The step in force that reviews led to, and until when.
    #[must_use]
    pub fn reviewed(&self, now: u64) -> (Step, u64) {
        let (mut step, mut until) = (self.step, self.until);
        while step != Step::None && now >= until {
            step = step.down();
            until = until.saturating_add(u64::from(self.term).max(1));
        }
        match step {
            Step::None => (Step::None, 0),
            step => (step, until),
        }
    }

    /// The step in force, by vote or by review, and until when.
    #[must_use]
    pub fn at(&self, now: u64) -> (Step, u64) {
        match self.voted_until {
            Some(until) if now < until => (Step::Refused, until),
            _ => self.reviewed(now),
        }
    }
}
