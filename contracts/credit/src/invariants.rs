//! What must always hold, written once: the query, the tests and the auditor
//! judge with the same code.
//!
//! [`Books`] come from the sums that the contract keeps ([`read`]), or from a
//! walk over every raw record ([`recompute`]); the two must agree.

use cosmwasm_std::{Order, Storage};
use mycel_kit::standard::{Invariant, Number};

use crate::decay::{Clock, MAX_RATE_PPB_PER_DAY, lam};
use crate::error::ContractError;
use crate::state::{self, Account, Parameters, SHARDS, Terms, Totals};

/// The sums that the invariants speak of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// Over all shards.
    pub totals: Totals,
    /// The genesis account.
    pub genesis: i128,
    /// All holders' pots together.
    pub pots: i128,
}

impl Books {
    /// All positions as counted, holds, commons and genesis, and what payments
    /// moved between an account that is counted and one that is not yet.
    #[must_use]
    pub fn sum(&self) -> i128 {
        let totals = &self.totals;
        totals.positive - totals.negative
            + totals.held
            + totals.commons
            + self.genesis
            + totals.transit
    }
}

/// Adds the shards up.
#[must_use]
pub fn fold(shards: impl IntoIterator<Item = Totals>) -> Totals {
    shards
        .into_iter()
        .fold(Totals::default(), |sum, shard| sum.plus(&shard))
}

/// The books as the contract keeps them: 17 reads and one for each holder with
/// open holds, however many accounts.
///
/// # Errors
/// Only for unreadable state.
pub fn read(storage: &dyn Storage) -> Result<Books, ContractError> {
    let mut shards = Vec::with_capacity(usize::from(SHARDS));
    for shard in 0..SHARDS {
        shards.push(state::totals(shard).may_load(storage)?.unwrap_or_default());
    }
    let mut pots = 0i128;
    for (key, value) in storage.range(Some(b"W"), Some(b"X"), Order::Ascending) {
        let holder = String::from_utf8_lossy(&key[1..]);
        pots += state::pot(&holder).decode(&value)?.amount;
    }
    Ok(Books {
        totals: fold(shards),
        genesis: state::genesis().load(storage)?,
        pots,
    })
}

/// What a walk over all accounts adds up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Walk {
    /// Σ position: what members have and owe.
    pub positions: i128,
    /// Σ decay not yet collected by the commons.
    pub due: i128,
    /// Σ max(counted, 0): must be [`Totals::positive`].
    pub positive: i128,
    /// Σ max(−counted, 0): must be [`Totals::negative`].
    pub negative: i128,
    /// Σ received − spent not yet counted: must be [`Totals::transit`].
    pub transit: i128,
}

impl Walk {
    /// Adds one account.
    pub fn add(&mut self, account: &Account) {
        let counted = account.counted();
        for (sum, part) in [
            (&mut self.positions, account.position),
            (&mut self.due, account.pending.due),
            (&mut self.positive, counted.max(0)),
            (&mut self.negative, (-counted).max(0)),
            (
                &mut self.transit,
                account.pending.received - account.pending.spent(),
            ),
        ] {
            // 2^27 accounts at the bound would be needed to get here
            *sum = sum.saturating_add(part);
        }
    }
}

/// Walks over accounts: what an auditor compares with the kept sums.
#[must_use]
pub fn recompute<'a>(accounts: impl IntoIterator<Item = &'a Account>) -> Walk {
    let mut walk = Walk::default();
    for account in accounts {
        walk.add(account);
    }
    walk
}

/// Judges every invariant that state alone can show. The others (views never
/// grow, a new rate moves nothing, settling twice is settling once, the limit
/// binds, native and Wasm agree) are about steps and are tested.
#[must_use]
pub fn judge(books: &Books, parameters: &Parameters, terms: &Terms) -> Vec<Invariant> {
    let Clock {
        lambda, lam: rate, ..
    } = terms.clock;
    let entry = |id: &str, sentence: &str, holds: bool, numbers: Vec<Number>| Invariant {
        id: id.to_owned(),
        sentence: sentence.to_owned(),
        holds,
        numbers,
    };
    vec![
        entry(
            "CREDIT-1",
            "the sum of all stored positions is 0",
            books.sum() == 0,
            vec![
                Number::new("sum", books.sum()),
                Number::new("positive", books.totals.positive),
                Number::new("negative", books.totals.negative),
                Number::new("held", books.totals.held),
                Number::new("commons", books.totals.commons),
                Number::new("genesis", books.genesis),
                Number::new("transit", books.totals.transit),
                Number::new("volume", books.totals.volume),
            ],
        ),
        entry(
            "CREDIT-8",
            "the rate is within its bounds and the clock runs at it",
            parameters.rate_ppb_per_day <= MAX_RATE_PPB_PER_DAY
                && rate == lam(parameters.rate_ppb_per_day),
            vec![
                Number::new("rate_ppb_per_day", parameters.rate_ppb_per_day),
                Number::new("lam", rate),
                Number::new("lambda", lambda),
            ],
        ),
        entry(
            "CREDIT-9",
            "the commons fund is not negative",
            books.totals.commons >= 0,
            vec![Number::new("commons", books.totals.commons)],
        ),
        entry(
            "CREDIT-11",
            "each holder's pot equals its open holds",
            books.pots == books.totals.held && books.totals.held >= books.totals.reserved,
            vec![
                Number::new("pots", books.pots),
                Number::new("held", books.totals.held),
                Number::new("reserved", books.totals.reserved),
            ],
        ),
        entry(
            "CREDIT-12",
            "the genesis account is not positive",
            books.genesis <= 0,
            vec![Number::new("genesis", books.genesis)],
        ),
    ]
}
