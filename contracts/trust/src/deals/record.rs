//! What is kept of deals. [`super::state`] says under which keys.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::element::Element;
use crate::mailbox::Ticket;

/// Where a deal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Stage {
    /// One side offered it.
    Offered,
    /// Both want it: ratings are awaited.
    Running,
    /// Nothing more can come of it.
    Ended,
}

impl Stage {
    /// On the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Stage::Offered => "offered",
            Stage::Running => "running",
            Stage::Ended => "ended",
        }
    }
}

/// A deal between two persons.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Deal {
    /// Who offered it.
    pub a: u64,
    /// Who accepts it.
    pub b: u64,
    /// Its number in the field.
    pub element: Element,
    /// What commits to the key that seals its ratings.
    pub k: Element,
    /// Which viewing keys that key comes from: a's, b's.
    pub keys: [u32; 2],
    /// Under which their payment stands.
    pub reference: Option<String>,
    /// What its ratings weigh; cut once more when it is accepted.
    pub weight: u16,
    /// When it was offered.
    pub offered: u64,
    /// Where it is.
    pub stage: Stage,
    /// Offered: until when it may be accepted. Running: until when ratings are
    /// promised. Ended: when this record goes.
    pub until: u64,
    /// When the second rating was promised.
    pub both: Option<u64>,
    /// The periods, first and last, in which its weight counts.
    pub reach: (u32, u32),
    /// a's rating of b, b's of a.
    pub sides: [Side; 2],
}

/// One of the two ratings.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Side {
    /// BLAKE3(c, ct, salt).
    pub promised: Option<[u8; 32]>,
    /// What became of it.
    pub rating: Rating,
}

/// A rating, as far as everyone knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Rating {
    /// It may still come.
    #[default]
    Awaited,
    /// It was opened, and waits until the rated can no longer dispute it.
    Opened(Sealed),
    /// The rated revealed and disputed it: a jury is asked.
    Disputed(Sealed, Dispute),
    /// It lies in the mailbox of the rated, since this period.
    Given(u32),
    /// A jury dropped it.
    Dropped,
    /// It was not opened in time: there is no entry, and everyone sees that.
    Absent,
}

impl Rating {
    /// On the wire.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Rating::Awaited => "awaited",
            Rating::Opened(_) => "opened",
            Rating::Disputed(..) => "disputed",
            Rating::Given(_) => "given",
            Rating::Dropped => "dropped",
            Rating::Absent => "absent",
        }
    }

    /// Whether nothing more becomes of it.
    #[must_use]
    pub const fn over(&self) -> bool {
        !matches!(
            self,
            Rating::Awaited | Rating::Opened(_) | Rating::Disputed(..)
        )
    }
}

/// A rating that only the two can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Sealed {
    /// What commits to it.
    pub c: Element,
    /// The rating, masked.
    pub ct: Element,
    /// Where and until when it waits for the mailbox of the rated.
    pub ticket: Ticket,
}

/// What the rated revealed to a jury.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Dispute {
    /// Own number of the case.
    pub case: u64,
    /// The rating.
    pub packed: Element,
    /// Its blinding.
    pub rho: Element,
}

/// A case asked for, by own number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Asked {
    /// The deal.
    pub deal: u64,
    /// Which rating.
    pub dir: u8,
    /// Until when the jury must have decided.
    pub deadline: u64,
    /// From when on no answer is an answer: the dispute has lapsed.
    pub gives_up: u64,
    /// Sortition's number.
    pub case: Option<u64>,
}

/// Every kept sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Totals {
    /// Deals ever offered.
    pub offered: u64,
    /// Offers taken back or lapsed.
    pub withdrawn: u64,
    /// Deals ever accepted.
    pub accepted: u64,
    /// Deals that ended, of those accepted.
    pub ended: u64,
    /// Places taken: each open offer takes one, each running deal two.
    pub places: u64,
    /// Ratings promised.
    pub promised: u64,
    /// Ratings opened.
    pub opened: u64,
    /// Ratings opened that have neither been given nor dropped.
    pub waiting: u64,
    /// Of those, disputed before a jury.
    pub disputed: u64,
    /// Ratings given to a mailbox.
    pub given: u64,
    /// Ratings dropped by juries.
    pub dropped: u64,
    /// Ratings that never came, of deals that ended.
    pub absent: u64,
}
