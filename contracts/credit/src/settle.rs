//! `settle {accounts}`: anyone may realise decay.

use cosmwasm_std::{DepsMut, Event, Response};

use crate::accounts::number;
use crate::decay;
use crate::error::ContractError;
use crate::msg::MAX_SETTLE;
use crate::policies::Policies;
use crate::state::{self, Totals};

/// Settles each account now; an account named twice is settled twice, which
/// changes nothing.
///
/// # Errors
/// More than 64, or an unknown account; nothing is written then.
pub fn settle<P: Policies>(
    deps: DepsMut,
    now: u64,
    accounts: &[String],
) -> Result<Response, ContractError> {
    if accounts.len() > MAX_SETTLE {
        return Err(ContractError::TooMany {
            what: "accounts",
            count: accounts.len(),
            most: MAX_SETTLE,
        });
    }
    let lambda = state::terms().load(deps.storage)?.clock.at(now)?;
    let mut shard = None;
    let mut moved = Totals::default();
    let mut response = Response::new().add_attribute("action", "settle");
    for address in accounts {
        let number = number(deps.storage, address)?;
        shard.get_or_insert(state::shard_of(number));
        let key = state::account(number);
        let mut account = key.load(deps.storage)?;
        let taken = decay::settle::<P>(&mut account, lambda, &mut moved)?;
        key.save(deps.storage, &account);
        if taken > 0 {
            response = response.add_event(
                Event::new("settle")
                    .add_attribute("owner", address)
                    .add_attribute("to_commons", taken.to_string()),
            );
        }
    }
    if let Some(shard) = shard.filter(|_| moved != Totals::default()) {
        let key = state::totals(shard);
        let mut totals = key.may_load(deps.storage)?.unwrap_or_default();
        totals.positive += moved.positive;
        totals.commons += moved.commons;
        key.save(deps.storage, &totals);
    }
    Ok(response.add_attribute("to_commons", moved.commons.to_string()))
}
