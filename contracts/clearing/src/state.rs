//! What is stored, and where. The layout is public: auditors, solvers and
//! makers of a genesis read and write it raw.
//!
//! | key | record | written by |
//! |---|---|---|
//! | `p` | [`Parameters`] | authority |
//! | `N` | [`Counters`]: the next number of everything | whatever is numbered |
//! | `t` | [`Totals`] of obligations | confirmation, payment, settlement |
//! | `e` ‖ page | entries of 128 obligations, see [`book`](crate::book) | confirmation, flags |
//! | `v` ‖ page | their amounts | confirmation, payment, settlement |
//! | `u` ‖ person | [`Ledger`]: the newest numbers of a person's obligations | confirmation |
//! | `d` ‖ person ‖ page | 64 older ones, u32 each | confirmation |
//! | `c` ‖ page | standing consent of 4,096 persons, a bit each | consent |
//! | `o` ‖ proposal | [`Proposal`] | propose |
//! | `h` ‖ person ‖ proposal | one byte: which proposals concern a person | propose |
//! | `x` ‖ obligation | [`Extension`] waiting for the other side | extend |
//! | `j` ‖ obligation | u64: the case about it | dispute |
//! | `a` | u64: the clearing round that runs | rounds |
//! | `l` | u64: the clearing round before | rounds |
//! | `r` ‖ round | [`Round`](crate::round::Round) | rounds |
//! | `i` ‖ group | which obligations of 64 pages are frozen, 16 bytes a page | freezing |
//! | `m` ‖ round ‖ page | the frozen graph's persons, ascending: varints of differences | freezing |
//! | `b` ‖ round ‖ page | persons that may not deal, as `m` | freezing |
//! | `s` ‖ round ‖ post | [`Post`](crate::posts::Post) | solvers |
//! | `y` ‖ round ‖ post ‖ page | a posted certificate, 64 KiB a page | solvers |
//! | `q` ‖ round ‖ n | u32: the n-th post that is complete | solvers |
//! | `k` ‖ round ‖ address | u8: how many posts of a solver | solvers |
//! | `w` ‖ round | [`Verification`](crate::verify::Verification) under way | verifying |
//! | `z` ‖ round ‖ page | its running divergence, 4,096 nodes a page | verifying |
//! | `contract_info` | JSON {contract, version} (CW2) | instantiation |
//!
//! What [`allocation`](crate::allocation) stores stands there. person, page,
//! group, post, obligation: u32; round, proposal: u64; all big-endian.
//! Values are borsh unless said otherwise: integers little-endian.

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::{Amount, Key};

/// Classes of priority of obligations.
pub const PRIORITIES: usize = 4;

/// Decided by the authority.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Parameters {
    /// Who decides: the assembly, or a key until there is one.
    pub authority: String,
    /// Who knows members; empty while there is none.
    pub members: String,
    /// Who moves money; empty while there is none.
    pub credit: String,
    /// Who judges disputes; empty while there is none.
    pub sortition: String,
    /// Obligations may be seeded.
    pub development: bool,
    /// How long a round takes tenders before it freezes.
    pub open_seconds: u64,
    /// How long after the freeze solvers may commit.
    pub commit_seconds: u64,
    /// How long after the freeze the best solution is taken.
    pub solve_seconds: u64,
    /// Obligations due within this time of the freeze may enter.
    pub horizon_seconds: u64,
    /// Between the end of a round and the next.
    pub pause_seconds: u64,
    /// Weight of a unit set off, by priority.
    pub weights: [u32; PRIORITIES],
}

/// The next number of everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Counters {
    /// Obligations, from 0.
    pub obligation: u32,
    /// Proposals.
    pub proposal: u64,
    /// Rounds.
    pub round: u64,
    /// Markets.
    pub market: u32,
    /// Promises of delivery.
    pub promise: u64,
}

/// Where obligations came from and where they went; outstanding =
/// confirmed − cleared − paid − cancelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Totals {
    /// Σ of all amounts now.
    pub outstanding: i128,
    /// Σ of amounts ever confirmed.
    pub confirmed: i128,
    /// Σ set off in rounds.
    pub cleared: i128,
    /// Σ recorded as paid.
    pub paid: i128,
    /// Σ that both sides, or a jury, ended.
    pub cancelled: i128,
}

/// A person's newest obligations; older ones lie 64 a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Ledger {
    /// Open proposals that this person made.
    pub proposals: u8,
    /// How many full pages there are.
    pub pages: u32,
    /// At most 64 numbers, ended ones among them until pruned.
    pub recent: Vec<u32>,
}

/// An obligation that one side proposed.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Proposal {
    /// Who will owe.
    pub debtor: u32,
    /// Whom.
    pub creditor: u32,
    /// How much.
    pub amount: Amount,
    /// Unix seconds.
    pub due: u32,
    /// Class of priority.
    pub priority: u8,
    /// Whether the debtor proposed it.
    pub by_debtor: bool,
    /// From when it is void.
    pub expires: u64,
    /// What it is for.
    pub reference: String,
}

/// A later due date that one side has signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Extension {
    /// Whether the debtor signed.
    pub by_debtor: bool,
    /// The date.
    pub due: u32,
}

/// The parameters.
#[must_use]
pub fn parameters() -> Key<Parameters> {
    Key::new(b'p', &[])
}

/// The next numbers.
#[must_use]
pub fn counters() -> Key<Counters> {
    Key::new(b'N', &[])
}

/// The sums.
#[must_use]
pub fn totals() -> Key<Totals> {
    Key::new(b't', &[])
}

/// A person's newest obligations.
#[must_use]
pub fn ledger(person: u32) -> Key<Ledger> {
    Key::new(b'u', &person.to_be_bytes())
}

/// A full page of older ones.
#[must_use]
pub fn ledger_page(person: u32, page: u32) -> Key<Vec<u32>> {
    Key::new(b'd', &pair(person, page))
}

/// A proposal.
#[must_use]
pub fn proposal(number: u64) -> Key<Proposal> {
    Key::new(b'o', &number.to_be_bytes())
}

/// That a proposal concerns a person.
#[must_use]
pub fn proposal_of(person: u32, number: u64) -> Key<u8> {
    let mut rest = person.to_be_bytes().to_vec();
    rest.extend_from_slice(&number.to_be_bytes());
    Key::new(b'h', &rest)
}

/// A later due date that waits.
#[must_use]
pub fn extension(obligation: u32) -> Key<Extension> {
    Key::new(b'x', &obligation.to_be_bytes())
}

/// The case about a disputed obligation.
#[must_use]
pub fn case(obligation: u32) -> Key<u64> {
    Key::new(b'j', &obligation.to_be_bytes())
}

/// The clearing round that runs.
#[must_use]
pub fn active_round() -> Key<u64> {
    Key::new(b'a', &[])
}

fn pair(a: u32, b: u32) -> [u8; 8] {
    (u64::from(a) << 32 | u64::from(b)).to_be_bytes()
}
