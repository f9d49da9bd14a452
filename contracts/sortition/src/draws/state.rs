//! What draws store, under small letters.
//!
//! | key | record | written by |
//! |---|---|---|
//! | `g` | [`Totals`] | whatever they count |
//! | `f` ‖ ref | u64: the draw of that name | opening |
//! | `d` ‖ draw | [`Terms`]: what was asked for | opening |
//! | `e` ‖ draw | [`Draw`]: where it is | everything |
//! | `v` ‖ draw ‖ values | u16: the type with these values, a byte a feature | volunteering |
//! | `j` ‖ draw | `Vec<u16>`: numbers of types that lost their last person | volunteering, freezing |
//! | `k` ‖ draw ‖ type | [`Type`] | volunteering, freezing |
//! | `m` ‖ draw ‖ type ‖ page | up to 64 persons, borsh `Vec<u32>` | volunteering, freezing |
//! | `h` ‖ person ‖ draw | [`Entry`]: where a volunteer stands | volunteering, freezing |
//! | `b` ‖ draw ‖ nullifier | u32: the person that a proof names, for ever | proofs shown |
//! | `c` ‖ draw | [`Frozen`]: the pool that the lottery is for | freezing |
//! | `n` ‖ draw ‖ post | [`Post`](super::posts::Post) | solvers |
//! | `o` ‖ draw ‖ post ‖ page | a page of a lottery, raw | solvers |
//! | `q` ‖ draw ‖ n | u32: the n-th post that is complete | solvers |
//! | `r` ‖ draw ‖ person | u32: a person's post in this try; person as u64 | solvers |
//! | `w` ‖ draw | [`Verification`](super::verify::Verification) under way | verifying |
//! | `a` ‖ draw | `Vec<u64>`: seats of each type over all panels of the best, the chances published | verifying |
//! | `s` ‖ draw | [`Panel`](super::seats::Panel) | seating |
//! | `u` ‖ draw ‖ n | [`Passed`](super::seats::Passed): who was drawn and does not sit | seating, declining |
//! | `i` ‖ person | [`Sat`](super::sat::Sat): when a person sat | seating, declining |
//!
//! draw: u64; person, page, post, n: u32; type: u16; all big-endian. The types
//! of `v`, `k`, `m`, `h` are numbered as they came; those of a lottery, of
//! seats and of the root count only types with persons ([`Frozen::raw`]).

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_std::Storage;
use mycel_kit::Key;
use mycel_kit::lottery::{Fraction, Pool, Rank};
use mycel_kit::peers::sortition::{Feature, Quota};

use super::error::DrawError;
use crate::error::ContractError;
use crate::state::two;

/// What was asked for; never changes.
#[derive(Clone, Debug, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Terms {
    /// The requester's own name for it.
    pub reference: String,
    /// Who asked.
    pub client: String,
    /// Seats.
    pub size: u16,
    /// What volunteers tell of themselves.
    pub features: Vec<FeatureTerms>,
    /// Quotas, by place of feature and value.
    pub quotas: Vec<mycel_kit::lottery::Quota>,
    /// When it was opened.
    pub opened: u64,
    /// Until when volunteers may come.
    pub until: u64,
    /// When it lapses if nobody could freeze it.
    pub give_up: u64,
    /// The gate of trust whose proofs volunteers come by.
    pub gate: Option<u64>,
}

/// A feature.
#[derive(Clone, Debug, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct FeatureTerms {
    /// Its name.
    pub name: String,
    /// What it can be.
    pub values: Vec<String>,
    /// Whose credential says it.
    pub issuer: Option<u64>,
}

impl Terms {
    /// The features as asked for.
    #[must_use]
    pub fn features(&self) -> Vec<Feature> {
        self.features
            .iter()
            .map(|feature| Feature {
                name: feature.name.clone(),
                values: feature.values.clone(),
                issuer: feature.issuer.map(mycel_kit::Id),
            })
            .collect()
    }

    /// The quotas as asked for.
    #[must_use]
    pub fn quotas(&self) -> Vec<Quota> {
        let number = |n: u32| u16::try_from(n).unwrap_or(u16::MAX);
        self.quotas
            .iter()
            .map(|quota| {
                let (feature, value) = self.named(quota.feature, quota.value);
                Quota {
                    feature: feature.to_owned(),
                    value: value.to_owned(),
                    min: number(quota.min),
                    max: number(quota.max),
                }
            })
            .collect()
    }

    /// The names of a feature and of a value of it.
    #[must_use]
    pub fn named(&self, feature: u8, value: u8) -> (&str, &str) {
        let feature = self.features.get(usize::from(feature));
        feature.map_or(("", ""), |feature| {
            let value = feature.values.get(usize::from(value));
            (&feature.name, value.map_or("", String::as_str))
        })
    }
}

/// Where a draw is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Stage {
    /// Volunteers come and go.
    #[default]
    Open,
    /// Who may no longer deal is left out.
    Barring {
        /// Persons above this are still to be asked for.
        after: Option<u64>,
    },
    /// Who must rest is left out; the root is made.
    Freezing {
        /// The next type, as they came.
        raw: u16,
        /// Types with persons before it.
        kind: u16,
        /// Its next page.
        page: u32,
    },
    /// Solvers commit and post; lotteries are verified.
    Solving,
    /// What solvers posted is removed.
    Closing {
        /// The next post.
        post: u32,
        /// What comes then.
        then: Then,
    },
    /// Waits for the beacon.
    Awaiting,
    /// The index is drawn; its panel is looked for.
    Finding {
        /// The next page of the lottery.
        page: u32,
        /// Different panels on the pages before.
        place: u32,
        /// All panels on them, equal ones counted each.
        before: u32,
    },
    /// Seats are given.
    Seating,
    /// All seats are given; who does not want one declines.
    Seated,
    /// The panel stands.
    Done,
    /// Ended without a panel.
    Lapsed,
}

/// What follows when posts are removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Then {
    /// One was accepted.
    Await,
    /// Another try.
    Solve,
    /// No lottery.
    Lapse,
}

impl Stage {
    /// Its name on the wire.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Stage::Open => "open",
            Stage::Barring { .. } | Stage::Freezing { .. } => "freezing",
            Stage::Solving => "solving",
            Stage::Closing { then, .. } => match then {
                Then::Await => "awaiting",
                Then::Solve => "solving",
                Then::Lapse => "lapsing",
            },
            Stage::Awaiting | Stage::Finding { .. } => "awaiting",
            Stage::Seating => "seating",
            Stage::Seated => "seated",
            Stage::Done => "done",
            Stage::Lapsed => "lapsed",
        }
    }
}

/// The best lottery so far; the accepted one after the deadline.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Best {
    /// Whose post.
    pub post: u32,
    /// What it is worth.
    pub rank: Rank,
    /// The least chance of anyone.
    pub least: Fraction,
    /// What that is at most in any lottery.
    pub bound: Fraction,
}

/// One draw.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Draw {
    /// Where it is.
    pub stage: Stage,
    /// Volunteers.
    pub persons: u32,
    /// Numbers of types that were ever given.
    pub types: u16,
    /// Volunteers that the freeze left out.
    pub left_out: u32,
    /// Which quota fell short when it was last tried to freeze; why it lapsed.
    pub short: String,
    /// As of which height volunteers' standing was read.
    pub height: u64,
    /// When that was.
    pub as_of: u64,
    /// Of the frozen pool, see [`freeze`](super::freeze).
    pub root: [u8; 32],
    /// When the pool was frozen.
    pub frozen: u64,
    /// How often solvers were asked.
    pub tries: u32,
    /// m: panels that a lottery has.
    pub panels: u32,
    /// Until when solvers commit.
    pub commit_until: u64,
    /// Until when they post.
    pub deadline: u64,
    /// Commitments so far.
    pub posts: u32,
    /// The first of this try.
    pub first: u32,
    /// Lotteries that are complete.
    pub complete: u32,
    /// Of which have been verified or are being.
    pub taken: u32,
    /// The best so far.
    pub best: Option<Best>,
    /// When it was accepted; 0: not yet.
    pub accepted: u64,
    /// The beacon's round.
    pub round: u64,
    /// When that round is.
    pub round_time: u64,
    /// Until when it is waited for.
    pub round_until: u64,
    /// What the beacon said.
    pub value: Option<[u8; 32]>,
    /// The index drawn.
    pub index: u32,
    /// When the first panel was complete.
    pub seated: u64,
    /// Until when who was drawn may decline.
    pub decline_until: u64,
    /// How many were drawn and do not sit.
    pub passed: u32,
    /// When it ended.
    pub ended: u64,
}

/// Volunteers that tell the same of themselves.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Type {
    /// Place of the value of each feature.
    pub values: Vec<u8>,
    /// Persons.
    pub count: u32,
}

/// Where a volunteer stands: the type as it came, and the place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Entry {
    /// The type.
    pub raw: u16,
    /// The place.
    pub index: u32,
}

/// What the lottery is for.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Frozen {
    /// Types with persons, quotas.
    pub pool: Pool,
    /// Each type's number as it came.
    pub raw: Vec<u16>,
}

/// What invariants are judged by.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Totals {
    /// Draws ever opened; the next one's number.
    pub draws: u64,
    /// Of which lapsed.
    pub lapsed: u64,
    /// Of which are done.
    pub done: u64,
    /// Panels done that are full.
    pub full: u64,
    /// Full panels that fit every quota.
    pub fitting: u64,
    /// Seats taken now.
    pub seated: u64,
    /// Of which by someone of that place in the frozen pool.
    pub from_pool: u64,
    /// Lotteries accepted.
    pub accepted: u64,
    /// Of which with published chances that add up to the seats of all panels.
    pub published: u64,
    /// Of which with a round later than the acceptance.
    pub later: u64,
    /// The most often that anyone sat running.
    pub longest: u32,
}

/// The sums.
#[must_use]
pub fn totals() -> Key<Totals> {
    Key::new(b'g', &[])
}

/// The sums as they are.
///
/// # Errors
/// Only for unreadable state.
pub fn load_totals(storage: &dyn Storage) -> Result<Totals, ContractError> {
    Ok(totals().may_load(storage)?.unwrap_or_default())
}

/// The draw of a name.
#[must_use]
pub fn reference(reference: &str) -> Key<u64> {
    Key::new(b'f', reference.as_bytes())
}

/// What was asked for.
#[must_use]
pub fn terms(draw: u64) -> Key<Terms> {
    Key::new(b'd', &draw.to_be_bytes())
}

/// Where a draw is.
#[must_use]
pub fn draw(draw: u64) -> Key<Draw> {
    Key::new(b'e', &draw.to_be_bytes())
}

/// A draw by its number.
///
/// # Errors
/// There is none.
pub fn load(storage: &dyn Storage, number: u64) -> Result<(Terms, Draw), ContractError> {
    let terms = terms(number)
        .may_load(storage)?
        .ok_or(DrawError::Unknown { draw: number })?;
    Ok((terms, draw(number).load(storage)?))
}

/// The type with these values.
#[must_use]
pub fn type_of(draw: u64, values: &[u8]) -> Key<u16> {
    Key::new(b'v', &under(draw, values))
}

/// Numbers of types without persons, to be given anew.
#[must_use]
pub fn unused(draw: u64) -> Key<Vec<u16>> {
    Key::new(b'j', &draw.to_be_bytes())
}

/// A type.
#[must_use]
pub fn kind(draw: u64, raw: u16) -> Key<Type> {
    Key::new(b'k', &under(draw, &raw.to_be_bytes()))
}

/// A page of a type's persons.
#[must_use]
pub fn members(draw: u64, raw: u16, page: u32) -> Key<Vec<u32>> {
    let mut rest = under(draw, &raw.to_be_bytes());
    rest.extend_from_slice(&page.to_be_bytes());
    Key::new(b'm', &rest)
}

/// Where a volunteer stands.
#[must_use]
pub fn entry(person: u32, draw: u64) -> Key<Entry> {
    let mut rest = person.to_be_bytes().to_vec();
    rest.extend_from_slice(&draw.to_be_bytes());
    Key::new(b'h', &rest)
}

/// Whom the proof of a nullifier names.
#[must_use]
pub fn nullifier(draw: u64, nf: &[u8; 32]) -> Key<u32> {
    Key::new(b'b', &under(draw, nf))
}

/// The frozen pool.
#[must_use]
pub fn frozen(draw: u64) -> Key<Frozen> {
    Key::new(b'c', &draw.to_be_bytes())
}

/// Seats of each type over all panels of the best.
#[must_use]
pub fn sums(draw: u64) -> Key<Vec<u64>> {
    Key::new(b'a', &draw.to_be_bytes())
}

/// The rest of a key below a draw.
#[must_use]
pub fn under(draw: u64, rest: &[u8]) -> Vec<u8> {
    let mut bytes = draw.to_be_bytes().to_vec();
    bytes.extend_from_slice(rest);
    bytes
}

/// The rest of a key below a draw: two numbers.
#[must_use]
pub fn under_two(draw: u64, a: u32, b: u32) -> [u8; 16] {
    two(draw, u64::from(a) << 32 | u64::from(b))
}
