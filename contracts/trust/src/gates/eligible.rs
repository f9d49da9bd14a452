//! Among how many a prover hides: leaves that could pass a gate by what
//! everyone knows, which is all but what ratings say.
//!
//! Public are: whether a leaf counts, since when its key and its member are
//! there, what it is vouched for, and how much weight its mailbox received in
//! each period. So it is known whether perfect ratings would pass.

use cosmwasm_std::{Deps, Storage};
use mycel_bindings::MycelQuery;
use mycel_kit::peers::trust::Term;

use super::ask::EligibleResponse;
use super::rules::Thresholds;
use super::{gate, term};
use crate::deals;
use crate::error::ContractError;
use crate::mailbox::{self, Mailbox};
use crate::state::fixed;

/// Leaves on a page, most and the default.
pub const PAGE: u32 = 50;
/// Weights of the periods, the running one first.
const WEIGHTS: [u64; 4] = [8, 4, 2, 1];
/// Longevity counts up to this.
const MAX_AGE: u32 = 16;

/// T of a mailbox in a period: exact where nothing was given up by a reset.
fn history(storage: &dyn Storage, person: u64, period: u32) -> Result<u64, ContractError> {
    let mut sum = 0u64;
    for (age, weight) in (0u32..).zip(WEIGHTS) {
        if let Some(period) = period.checked_sub(age) {
            let received = deals::state::received(person, period).may_load(storage)?;
            sum = sum.saturating_add(received.unwrap_or(0).saturating_mul(weight));
        }
    }
    Ok(sum)
}

fn could(
    storage: &dyn Storage,
    one: &Mailbox,
    asked: &Thresholds,
    period: u32,
) -> Result<bool, ContractError> {
    let age = period.saturating_sub(one.joined).min(MAX_AGE);
    let standing = u64::from(age) * u64::from(one.vouch);
    Ok(standing >= asked.least_standing() && history(storage, one.person, period)? >= asked.t_min)
}

/// A page of leaves, counted at the beginning of the slot now.
///
/// # Errors
/// No such gate, or no such term of its consumer.
pub fn page(
    deps: Deps<'_, MycelQuery>,
    now: u64,
    number: u64,
    term: Option<u64>,
    after: Option<u32>,
    limit: Option<u32>,
) -> Result<EligibleResponse, ContractError> {
    let storage = deps.storage;
    let found = gate(storage, number)?;
    let clock = fixed().load(storage)?.clock;
    let start = clock.slot_start(clock.slot_of(now));
    let period = clock.period_of(start);
    let opens = match found.term {
        Term::Seconds(seconds) => Some(term::of_time(seconds.0, start).opens),
        Term::Action {} => match term {
            Some(term) => Some(term::of_consumer(
                storage,
                deps.querier,
                number,
                &found.consumer,
                term,
            )?),
            // in no term in particular: as in one that opens today
            None => None,
        },
    };
    let cutoff = match opens {
        Some(opens) => term::cutoff(&clock, opens).ok(),
        None => clock.day_of(start).checked_sub(1),
    };
    let limit = limit.unwrap_or(PAGE).clamp(1, PAGE);
    let looked = mailbox::by_place(storage, after, limit)?;
    let (mut eligible, mut leaves) = (0, 0);
    for one in looked.iter().filter(|one| one.counts()) {
        leaves += 1;
        let keyed = cutoff.is_some_and(|cutoff| one.keyed <= cutoff);
        let passes = match &found.thresholds {
            None => true,
            Some(asked) => could(storage, one, asked, period)?,
        };
        eligible += u32::from(keyed && passes);
    }
    let last = looked.last().map(|one| one.index);
    let all = mailbox::totals(storage)?.mailboxes;
    Ok(EligibleResponse {
        eligible,
        leaves,
        next: last.filter(|last| last.saturating_add(1) < all),
    })
}
