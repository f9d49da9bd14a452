//! What mailboxes store.
//!
//! | key | record |
//! |---|---|
//! | `m` ‖ `b` ‖ person u64 | [`Mailbox`] |
//! | `m` ‖ `i` ‖ index u32 | u64: whose mailbox has this place in the tree |
//! | `m` ‖ `e` ‖ person u64 ‖ number u32 | [`Kept`]: an entry, until it is folded and four periods older than the last that is |
//! | `m` ‖ `u` ‖ person u64 | raw bytes: the sealed opening of C, as the last fold left it |
//! | `m` ‖ `q` ‖ due u64 ‖ serial u64 | [`Waiting`]: a rating that waits to be appended |
//! | `m` ‖ `n` | [`Totals`] |

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::Key;

use crate::element::Element;
use crate::state::two;

/// A person's mailbox.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Mailbox {
    /// Whose.
    pub person: u64,
    /// Its place in the tree.
    pub index: u32,
    /// The identity commitment; zero while there is none.
    pub idc: Element,
    /// C: the commitment to what the entries folded so far add up to.
    pub state: Element,
    /// F: the head that C contains.
    pub folded_head: Element,
    /// H: the head of everything ever received.
    pub head: Element,
    /// Entries ever received.
    pub entries: u32,
    /// Of these, folded.
    pub folded: u32,
    /// Of these, not kept any more.
    pub cleaned: u32,
    /// Folds ever made with the openings since the last reset.
    pub folds: u32,
    /// The period of joining.
    pub joined: u32,
    /// The day on which the identity was set.
    pub keyed: u32,
    /// Weight of vouches, at most 64.
    pub vouch: u8,
    /// Whether members says that its leaf counts.
    pub live: bool,
    /// The period of the last reset.
    pub reset: Option<u32>,
}

impl Mailbox {
    /// Whether its leaf is in the tree.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.live && self.idc != crate::element::ZERO
    }

    /// joined + 2^24·keyed + 2^48·vouch.
    #[must_use]
    pub fn attr(&self) -> u64 {
        u64::from(self.joined) | u64::from(self.keyed) << 24 | u64::from(self.vouch) << 48
    }

    /// Another identity, nothing folded, all that was received given up. Gives
    /// how many entries were never folded.
    pub fn begin_anew(&mut self, idc: Element, period: u32, day: u32) -> u32 {
        let given_up = self.tail();
        self.idc = idc;
        self.state = super::EMPTY_STATE;
        self.folded_head = self.head;
        self.folded = self.entries;
        self.folds = 0;
        self.joined = period;
        self.keyed = day;
        self.reset = Some(period);
        given_up
    }

    /// Entries that wait to be folded.
    #[must_use]
    pub fn tail(&self) -> u32 {
        self.entries.saturating_sub(self.folded)
    }
}

/// A rating for a mailbox.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Entry {
    /// The commitment.
    pub c: Element,
    /// The rating, sealed for the two partners.
    pub ct: Element,
    /// The deal.
    pub deal: Element,
    /// 0: a's rating of b; 1: b's of a.
    pub dir: u8,
}

/// A rating in a mailbox.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Kept {
    /// What came.
    pub entry: Entry,
    /// In which period.
    pub period: u32,
    /// The head after it.
    pub head: Element,
}

/// A rating that waits to be appended.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Waiting {
    /// To whose mailbox.
    pub person: u64,
    /// What.
    pub entry: Entry,
}

/// Sums over all mailboxes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Totals {
    /// Mailboxes.
    pub mailboxes: u32,
    /// Of these, with a leaf that counts.
    pub leaves: u32,
    /// Entries ever appended.
    pub entries: u64,
    /// Of these, folded.
    pub folded: u64,
    /// Of these, not kept any more.
    pub cleaned: u64,
    /// Ratings that wait to be appended.
    pub waiting: u64,
    /// Ratings that ever waited: the last serial number.
    pub serial: u64,
}

/// A person's mailbox.
#[must_use]
pub fn mailbox(person: u64) -> Key<Mailbox> {
    Key::new(b'm', &[b"b", &person.to_be_bytes()[..]].concat())
}

/// Whose a place in the tree is.
#[must_use]
pub fn place(index: u32) -> Key<u64> {
    Key::new(b'm', &[b"i", &index.to_be_bytes()[..]].concat())
}

/// An entry of a mailbox, counted from 0.
#[must_use]
pub fn entry(person: u64, number: u32) -> Key<Kept> {
    let parts = [b"e", &person.to_be_bytes()[..], &number.to_be_bytes()];
    Key::new(b'm', &parts.concat())
}

/// The backup of a person's last fold.
#[must_use]
pub fn backup(person: u64) -> Vec<u8> {
    [b"mu", &person.to_be_bytes()[..]].concat()
}

/// A rating that waits.
#[must_use]
pub fn waiting(due: u64, serial: u64) -> Key<Waiting> {
    Key::new(b'm', &[b"q", &two(due, serial)[..]].concat())
}

/// Sums.
#[must_use]
pub fn totals() -> Key<Totals> {
    Key::new(b'm', b"n")
}
