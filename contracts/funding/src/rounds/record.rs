//! Records of rounds.

use borsh::{BorshDeserialize, BorshSerialize};

use super::msg::Admission;
use crate::rules::{Place, Rule, Saturation, Sums, Wide};

/// Who counts as one giver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Identity {
    /// The member whose address pays.
    Addresses,
    /// Whoever showed a proof at this gate.
    Proofs(u64),
}

/// What a round is: fixed when it is opened.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Round {
    /// The member whose own round it is; 0: a decision opened it.
    pub opener: u64,
    /// What it is called.
    pub title: String,
    /// Who counts as one giver.
    pub identity: Identity,
    /// How matching is weighed.
    pub rule: Rule,
    /// What happens where weights are below the pool.
    pub saturation: Saturation,
    /// Most that one project gets of the pool, in 1/10,000.
    pub cap_bps: u16,
    /// Who admits projects.
    pub admission: Admission,
    /// When it was opened.
    pub opened: u64,
    /// When contributions begin.
    pub begins: u64,
    /// When they end.
    pub ends: u64,
    /// Least pool when contributions begin, in pico-credits.
    pub min_pool: u64,
    /// Most projects.
    pub max_projects: u16,
}

impl Round {
    /// Whether declared groups count as one giver.
    #[must_use]
    pub const fn clustered(&self) -> bool {
        matches!(self.rule, Rule::Clustered {})
    }
}

/// What a round is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Stage {
    /// Sponsors and projects come.
    Open,
    /// Contributions are taken.
    Giving,
    /// Who controls the project at this place among the admitted and those after it is asked.
    Checking(u16),
    /// The pool's holds are asked what they have left.
    Gathering,
    /// Contributions after that of this giver to this project are packed; `None`: all.
    Packing(Option<(u64, u16)>),
    /// Pairs are weighed.
    Weighing,
    /// The pool is divided.
    Dividing,
    /// The project at this place among the admitted and those after it get their matching.
    Matching(u16),
    /// Sponsors from this one on get back what is left.
    Returning(u8),
    /// Contributions from this one on are paid.
    Settling(u32),
    /// Payees from this project on are free again; then the round is done, or cancelled.
    Closing {
        /// The project.
        project: u16,
        /// Everything went back.
        cancelled: bool,
    },
    /// All is paid.
    Done,
    /// Cancelled: sponsors from this one on get their money back.
    Releasing(u8),
    /// Cancelled: contributions from this one on go back.
    Refunding(u32),
    /// Everything went back.
    Cancelled,
}

impl Stage {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Stage::Open => "open",
            Stage::Giving => "giving",
            Stage::Checking(_) => "checking",
            Stage::Gathering => "gathering",
            Stage::Packing(_) => "packing",
            Stage::Weighing => "weighing",
            Stage::Dividing => "dividing",
            Stage::Matching(_) => "matching",
            Stage::Returning(_) => "returning",
            Stage::Settling(_) => "settling",
            Stage::Closing { .. } => "closing",
            Stage::Done => "done",
            Stage::Releasing(_) | Stage::Refunding(_) => "cancelling",
            Stage::Cancelled => "cancelled",
        }
    }

    /// Whether money is already being paid out, so that nothing is cancelled any more.
    #[must_use]
    pub const fn paying(self) -> bool {
        matches!(
            self,
            Stage::Matching(_)
                | Stage::Returning(_)
                | Stage::Settling(_)
                | Stage::Closing {
                    cancelled: false,
                    ..
                }
                | Stage::Done
        )
    }

    /// Whether it is cancelled or about to be.
    #[must_use]
    pub const fn cancelled(self) -> bool {
        matches!(
            self,
            Stage::Releasing(_)
                | Stage::Refunding(_)
                | Stage::Closing {
                    cancelled: true,
                    ..
                }
                | Stage::Cancelled
        )
    }

    /// Whether nothing is left to do.
    #[must_use]
    pub const fn over(self) -> bool {
        matches!(self, Stage::Done | Stage::Cancelled)
    }
}

/// What became of money of one sort: contributions, or sponsors' pools. In
/// pico-credits; `came` is all the others together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Flow {
    /// What holds were worth when they were placed.
    pub came: u128,
    /// Of holds that are not settled: as above, less what was captured.
    pub open: u128,
    /// Paid to projects.
    pub paid: u128,
    /// Given back by this contract.
    pub back: u128,
    /// What the holds had lost to the commons when they were settled.
    pub decayed: u128,
    /// Of holds that had expired: credit gave them back, less what they had lost.
    pub expired: u128,
}

impl Flow {
    /// Whether what came is all the others, to the unit.
    #[must_use]
    pub const fn adds_up(&self) -> bool {
        // each is a sum of holds, and fewer than 2^64 are below 2^63 each
        self.came == self.open + self.paid + self.back + self.decayed + self.expired
    }
}

/// Where a round stands: what changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Course {
    /// What it is at.
    pub stage: Stage,
    /// Projects that were submitted: numbered from 1.
    pub projects: u16,
    /// Projects that are admitted.
    pub admitted: u16,
    /// Proofs that were shown.
    pub showings: u64,
    /// Pairs of giver and project.
    pub gifts: u32,
    /// Holds of contributions that were placed: numbered from 0.
    pub holds: u32,
    /// Of them not settled.
    pub open_holds: u32,
    /// The first time at which a contribution's hold may expire.
    pub first_expiry: u64,
    /// Contributions.
    pub given: Flow,
    /// The pool.
    pub pool: Flow,
    /// What the pool's holds had left when they were gathered.
    pub gathered: u128,
    /// Of it for projects.
    pub matching: u128,
    /// Of it for the sponsors.
    pub returned: u128,
    /// Of `matching`, what projects did not get yet, as it was when gathered.
    pub unmatched: u128,
    /// Pages of contributions by person.
    pub pages: u32,
    /// The bound of pairs, once it is known.
    pub m: u64,
}

impl Course {
    /// Of a round that is just opened.
    #[must_use]
    pub fn begin() -> Course {
        Course {
            stage: Stage::Open,
            projects: 0,
            admitted: 0,
            showings: 0,
            gifts: 0,
            holds: 0,
            open_holds: 0,
            first_expiry: u64::MAX,
            given: Flow::default(),
            pool: Flow::default(),
            gathered: 0,
            matching: 0,
            returned: 0,
            unmatched: 0,
            pages: 0,
            m: 0,
        }
    }
}

/// Where a project stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Status {
    /// It looks for support or for a decision.
    Waiting,
    /// It may be given to.
    Admitted,
    /// Taken back: what was given to it goes back.
    Withdrawn,
}

impl Status {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Status::Waiting => "waiting",
            Status::Admitted => "admitted",
            Status::Withdrawn => "withdrawn",
        }
    }
}

/// A project.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Project {
    /// Who submitted it.
    pub submitter: u64,
    /// Who is paid.
    pub payee: u64,
    /// The payee is an organisation.
    pub org: bool,
    /// What it is called.
    pub title: String,
    /// SHA-256 of its text.
    pub text_hash: [u8; 32],
    /// Where it stands.
    pub status: Status,
    /// Members who support it.
    pub supporters: u32,
    /// Who controls the payee, as last seen; for a person itself.
    pub controllers: Vec<u64>,
    /// What it gets of the pool as it was gathered; known when the pool is divided.
    pub matching: u128,
    /// What of it was paid: the holds decayed meanwhile.
    pub matched: u128,
    /// What it was paid of its contributions.
    pub direct: u128,
}

/// What was given to a project.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Tally {
    /// Roots of what earns match, by who counts as one.
    pub sums: Sums,
    /// What earns match.
    pub matched: u128,
    /// What does not: of controllers and of organisations.
    pub unmatched: u128,
    /// Givers.
    pub givers: u32,
}

/// What one giver gave to one project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Gift {
    /// In all, as the holds were placed.
    pub amount: u64,
    /// Whether it earns match.
    pub matched: bool,
}

/// A hold of a contribution, until it is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Held {
    /// Its number at credit.
    pub hold: u64,
    /// The person that paid.
    pub person: u64,
    /// The project.
    pub project: u16,
    /// What it was when it was placed.
    pub amount: u64,
}

/// A sponsor's hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Sponsor {
    /// Its number at credit.
    pub hold: u64,
    /// Whose: a person's or organisation's number; 0: the commons'.
    pub person: u64,
    /// What it was when it was placed.
    pub amount: u64,
    /// What was captured of it.
    pub taken: u64,
    /// What it had left when it was last looked at; 0 before the pool is gathered.
    pub left: u64,
    /// Of `left`, what is for projects; the rest goes back.
    pub quota: u64,
    /// Settled: nothing of it is held any more.
    pub settled: bool,
}

/// What one has open in rounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Stake {
    /// Holds that are not settled.
    pub holds: u32,
    /// Projects that would be paid to it.
    pub projects: u32,
}

/// A project that takes part in the division.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Part {
    /// The project.
    pub project: u16,
    /// What it gets of the pool as it was gathered; 0 before the pool is divided.
    pub matching: u128,
}

/// Where the weighing of pairs stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Weighing {
    /// The next pair.
    pub place: Place,
    /// Weights by place among the admitted, Q64.
    pub weights: Vec<Wide>,
}

/// The sums over all rounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Totals {
    /// Rounds that were opened.
    pub rounds: u64,
    /// Contributions.
    pub given: Flow,
    /// Pools.
    pub pool: Flow,
    /// Holds that are not settled.
    pub holds: u64,
    /// Of all pools that were divided: what they were …
    pub gathered: u128,
    /// … what projects got of them …
    pub matching: u128,
    /// … and what went back.
    pub returned: u128,
}
