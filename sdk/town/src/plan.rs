//! What a town is to be like, and who is in it.
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use mycel_client::{Amount, SecretKey};
use mycel_types::AccountAddress;

use crate::{
    debts::{self, Debt},
    members::Trade,
    rows::{self, Kind, Payment},
    setup::Terms,
    town::{TownError, member},
};

/// Payments of a generated town that ends by itself.
const PAYMENTS_TO_EXIT: usize = 500;
/// Obligations of a generated town, beside the triangle's three.
const OBLIGATIONS: usize = 60;
/// Decay of a generated town: the contract's default of 0.001 a day.
pub(crate) const RATE_PPB_PER_DAY: u32 = 1_000_000;

/// What the town is like.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Folder of compiled contracts.
    pub contracts: PathBuf,
    /// The network's folder.
    pub dir: PathBuf,
    /// Nodes in processes of their own: the binary to run.
    pub processes: Option<PathBuf>,
    /// How many validators.
    pub validators: usize,
    /// How many members a generated town has.
    pub members: u32,
    /// Seed of the generated payments.
    pub seed: u64,
    /// A file of transfers to replay instead.
    pub data: Option<PathBuf>,
    /// Accounts whose transfers are left out.
    pub skip: BTreeSet<u32>,
    /// At most so many payments.
    pub payments: Option<usize>,
    /// A file of debts that stand in genesis, with those who owe them.
    pub debts: Option<PathBuf>,
    /// How many debts of the town's own trade become obligations.
    pub obligations: Option<usize>,
    /// What everyone gets, in credits.
    pub starter: u64,
    /// Everyone's limit, in credits.
    pub limit: u64,
    /// Days of contract time a second; 0 is real time.
    pub days_per_second: u64,
    /// At least so many milliseconds between two payments.
    pub pace_ms: Option<u64>,
    /// Seats of the assembly that is drawn by lot, and decides; 0: none.
    pub seats: usize,
    /// Whether members live of a forest and give to projects.
    pub shares: bool,
    /// Whether to end with figures instead of staying up.
    pub exit: bool,
    /// Further addresses that exist from genesis on.
    pub accounts: Vec<AccountAddress>,
}

/// The town's payments and debts, and everyone in them.
pub struct People {
    /// In order.
    pub payments: Vec<Payment>,
    /// What they owe each other beside.
    pub debts: Vec<Debt>,
    /// Everyone's key, by account number; person numbers follow this order from 1.
    pub keys: BTreeMap<u32, SecretKey>,
}

impl People {
    /// The person number of each account.
    pub fn persons(&self) -> BTreeMap<u32, u64> {
        self.keys.keys().copied().zip(1..).collect()
    }
}

impl Plan {
    /// Reads or makes payments, debts and keys.
    pub fn people(&self) -> Result<People, TownError> {
        let most = self.payments.unwrap_or(usize::MAX);
        let (payments, debts, numbers): (Vec<Payment>, Vec<Debt>, BTreeSet<u32>) =
            match (&self.debts, &self.data) {
                (Some(path), _) => {
                    let lines = rows::read(path, Kind::Debts, &self.skip, usize::MAX)?;
                    let debts: Vec<Debt> = lines.into_iter().map(Debt::from).collect();
                    let numbers = debts.iter().flat_map(|d| [d.debtor, d.creditor]).collect();
                    (vec![], debts, numbers)
                }
                (None, Some(path)) => {
                    let payments = rows::read(path, Kind::Transfers, &self.skip, most)?;
                    let numbers = payments.iter().flat_map(|p| [p.from, p.to]).collect();
                    let debts = debts::of_trade(&payments, self.obligations.unwrap_or(0));
                    (payments, debts, numbers)
                }
                (None, None) => {
                    let count = self.payments.unwrap_or(PAYMENTS_TO_EXIT);
                    let payments: Vec<Payment> =
                        Trade::new(self.seed, self.members).take(count).collect();
                    let debts = self.own_debts(&payments);
                    (payments, debts, (1..=self.members).collect())
                }
            };
        Ok(People {
            payments,
            debts,
            keys: numbers.into_iter().map(|n| (n, member(n))).collect(),
        })
    }

    /// The triangle first, whose three owe nobody else; then what trade leaves between the others, of the lowest
    /// numbers first.
    fn own_debts(&self, payments: &[Payment]) -> Vec<Debt> {
        let most = self.obligations.unwrap_or(OBLIGATIONS);
        if most == 0 || self.members < 3 {
            return vec![];
        }
        let others = |debt: &Debt| debt.debtor > 3 && debt.creditor > 3;
        let mut traded = debts::of_trade(payments, usize::MAX);
        traded.retain(others);
        // close neighbours owe each other in circles, scattered pairs hardly do
        traded.sort_by_key(|debt| debt.debtor.max(debt.creditor));
        let mut debts = debts::triangle().to_vec();
        debts.extend(traded.into_iter().take(most));
        debts
    }

    /// The terms in pico-credits, for so many obligations.
    pub fn terms(&self, obligations: usize) -> Result<Terms, TownError> {
        let credits = |what: &str, n: u64| {
            Amount::credits(n).ok_or_else(|| {
                TownError::Input(format!("{what}={n} is above 9223372 credits; choose less"))
            })
        };
        Ok(Terms {
            rate_ppb_per_day: if self.data.is_some() {
                0
            } else {
                RATE_PPB_PER_DAY
            },
            starter: credits("starter", self.starter)?,
            limit: credits("limit", self.limit)?,
            // time to download and solve, on a slow machine too
            commit_seconds: 5 + obligations as u64 / 8_000,
            ..Terms::default()
        })
    }

    /// A limit that differs from what the contract opens an account with.
    pub fn own_limit(&self, terms: &Terms) -> Option<Amount> {
        const OPENING: u64 = 1000;
        (self.limit != OPENING).then_some(terms.limit)
    }

    /// How many times faster contracts see time pass.
    pub fn time_scale(&self) -> u64 {
        const SECONDS_PER_DAY: u64 = 86_400;
        self.days_per_second.saturating_mul(SECONDS_PER_DAY).max(1)
    }
}
