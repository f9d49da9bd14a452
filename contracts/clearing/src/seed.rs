//! Confirmed obligations of a development network.
//!
//! By message the authority seeds up to 500 at a time. A genesis writes the
//! same state at once with [`write()`]: 94,223 obligations of 37,677 persons
//! are some 40,000 keys, most of them one a person.

use std::collections::BTreeMap;

use cosmwasm_std::{DepsMut, Response, Storage};
use mycel_kit::{Amount, Id, Seconds};

use crate::book::{self, Entry, PER_PAGE, Page, flag};
use crate::error::ContractError;
use crate::msg::SeedMsg;
use crate::obligations;
use crate::people::{self, RECENT};
use crate::state;

/// Most obligations in one `seed`.
pub const MAX_SEED: usize = 500;

/// An obligation that exists from the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed {
    /// Who owes.
    pub debtor: u32,
    /// Whom.
    pub creditor: u32,
    /// How much.
    pub amount: Amount,
    /// Unix seconds.
    pub due: u32,
    /// Class of priority.
    pub priority: u8,
    /// Whether both sides tender it.
    pub tendered: bool,
}

impl Seed {
    fn entry(&self) -> Entry {
        let tender = flag::TENDER_DEBTOR | flag::TENDER_CREDITOR;
        Entry {
            place: 0,
            debtor: self.debtor,
            creditor: self.creditor,
            due: self.due,
            flags: (self.priority & flag::PRIORITY) | if self.tendered { tender } else { 0 },
        }
    }
}

/// The authority of a development network seeds obligations.
///
/// # Errors
/// No development network, too many, out of bounds.
pub fn seed(deps: DepsMut, sender: &str, seeds: &[SeedMsg]) -> Result<Response, ContractError> {
    let parameters = state::parameters().load(deps.storage)?;
    mycel_kit::roles::only(sender, &parameters.authority)?;
    if !parameters.development {
        return Err(ContractError::DevelopmentOnly { what: "seed" });
    }
    if seeds.len() > MAX_SEED {
        return Err(ContractError::TooMany {
            what: "obligations",
            count: seeds.len(),
            most: MAX_SEED,
        });
    }
    for given in seeds {
        let seed = read(given)?;
        obligations::add(deps.storage, seed.entry(), seed.amount)?;
    }
    Ok(Response::new()
        .add_attribute("action", "seed")
        .add_attribute("count", seeds.len().to_string()))
}

fn read(given: &SeedMsg) -> Result<Seed, ContractError> {
    let (debtor, creditor) = (
        people::number(given.debtor)?,
        people::number(given.creditor)?,
    );
    if debtor == creditor {
        return Err(ContractError::WithOneself { person: debtor });
    }
    if given.amount.is_zero() {
        return Err(ContractError::ZeroAmount);
    }
    obligations::priority_within(given.priority)?;
    let Seconds(due) = given.due;
    Ok(Seed {
        debtor,
        creditor,
        amount: given.amount,
        due: u32::try_from(due).map_err(|_| ContractError::Due {
            due,
            earliest: 0,
            latest: u64::from(u32::MAX),
        })?,
        priority: given.priority,
        tendered: given.tendered,
    })
}

/// Writes what the same obligations, seeded one after another into a contract
/// just begun, would have left: each page and each ledger once.
///
/// # Errors
/// The contract was not begun, or obligations exist already.
pub fn write(storage: &mut dyn Storage, seeds: &[Seed]) -> Result<(), ContractError> {
    let mut counters = state::counters().load(storage)?;
    if counters.obligation != 0 || u32::try_from(seeds.len()).is_err() {
        return Err(ContractError::TooMany {
            what: "obligations",
            count: counters.obligation as usize,
            most: 0,
        });
    }
    let mut ledgers: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    let mut sum = 0;
    for (number, page) in (0u32..).zip(seeds.chunks(PER_PAGE as usize)) {
        let mut written = Page::default();
        for (place, seed) in (0u8..).zip(page) {
            let mut entry = seed.entry();
            entry.place = place;
            written.entries.push(entry);
            written.amounts.push(seed.amount.pico());
            sum += seed.amount.signed();
            let obligation = number * PER_PAGE + u32::from(place);
            for person in [seed.debtor, seed.creditor] {
                ledgers.entry(person).or_default().push(obligation);
            }
        }
        written.save(storage, number);
    }
    for (person, numbers) in ledgers {
        let full = (numbers.len() - 1) / RECENT;
        for (page, numbers) in (0u32..).zip(numbers.chunks(RECENT).take(full)) {
            state::ledger_page(person, page).save(storage, &numbers.to_vec());
        }
        let ledger = state::Ledger {
            proposals: 0,
            pages: full as u32,
            recent: numbers[full * RECENT..].to_vec(),
        };
        state::ledger(person).save(storage, &ledger);
    }
    counters.obligation = seeds.len() as u32;
    state::counters().save(storage, &counters);
    let mut totals = state::totals().load(storage)?;
    totals.confirmed += sum;
    totals.outstanding += sum;
    state::totals().save(storage, &totals);
    Ok(())
}

/// The obligation of a number, as a sentence for lists of open items.
#[must_use]
pub fn describe(found: &book::Found) -> String {
    let entry = found.entry();
    let owed = mycel_kit::Credits(i128::from(found.amount()));
    let number = Id(u64::from(found.number));
    format!(
        "obligation {number}: {} owes {} {owed}",
        entry.debtor, entry.creditor
    )
}
