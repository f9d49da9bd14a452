//! What the cw20 facade answers, as cw20-base does: pages of 10, at most 30.

use cosmwasm_std::{BlockInfo, Order, Storage};

use crate::cw20::{in_force, live};
use crate::error::ContractError;
use crate::msg::{
    AllAccountsResponse, AllAllowancesResponse, AllSpenderAllowancesResponse, AllowanceInfo,
    AllowanceResponse, SpenderAllowanceInfo,
};
use crate::state;

const DEFAULT_PAGE: u32 = 10;
const MAX_PAGE: u32 = 30;

fn page(limit: Option<u32>) -> usize {
    limit.unwrap_or(DEFAULT_PAGE).min(MAX_PAGE) as usize
}

/// What follows a key and all that begins with it and no more text.
fn above(key: &[u8]) -> Vec<u8> {
    [key, &[0]].concat()
}

/// The end of all keys that begin so: text and numbers below 2^32 − 2^24.
fn end(prefix: &[u8]) -> Vec<u8> {
    [prefix, &[u8::MAX]].concat()
}

/// What a spender may still pay; nothing for strangers.
///
/// # Errors
/// Only for unreadable state.
pub fn allowance(
    storage: &dyn Storage,
    block: &BlockInfo,
    owner: &str,
    spender: &str,
) -> Result<AllowanceResponse, ContractError> {
    let allowed = match state::number_of(owner).may_load(storage)? {
        Some(number) => {
            let account = state::account(number).load(storage)?;
            live(storage, number, &account, owner, spender, block)?
        }
        None => None,
    };
    Ok(AllowanceResponse {
        allowance: allowed.as_ref().map_or(0, |a| a.amount.pico()).into(),
        expires: allowed.map_or_else(Default::default, |a| a.expires),
    })
}

/// An owner's allowances in force, by spender.
///
/// # Errors
/// Only for unreadable state.
pub fn by_owner(
    storage: &dyn Storage,
    block: &BlockInfo,
    owner: &str,
    start_after: Option<String>,
    limit: Option<u32>,
) -> Result<AllAllowancesResponse, ContractError> {
    let mut allowances = Vec::new();
    if let Some(number) = state::number_of(owner).may_load(storage)? {
        let account = state::account(number).load(storage)?;
        let prefix = state::allowance(number, "");
        let start = start_after.map_or_else(
            || prefix.bytes().to_vec(),
            |spender| above(state::allowance(number, &spender).bytes()),
        );
        let stop = end(prefix.bytes());
        for (key, value) in storage.range(Some(&start), Some(&stop), Order::Ascending) {
            let allowed = prefix.decode(&value)?;
            if !in_force(storage, number, &account, &allowed, owner, block)? {
                continue;
            }
            if allowances.len() >= page(limit) {
                break;
            }
            allowances.push(AllowanceInfo {
                spender: String::from_utf8_lossy(&key[5..]).into_owned(),
                allowance: allowed.amount.pico().into(),
                expires: allowed.expires,
            });
        }
    }
    Ok(AllAllowancesResponse { allowances })
}

/// The allowances in force for a spender, by number of the owner's account.
///
/// # Errors
/// Only for unreadable state.
pub fn by_spender(
    storage: &dyn Storage,
    block: &BlockInfo,
    spender: &str,
    start_after: Option<String>,
    limit: Option<u32>,
) -> Result<AllSpenderAllowancesResponse, ContractError> {
    let prefix = [b"F", spender.as_bytes()].concat();
    let after = match start_after {
        Some(owner) => state::number_of(&owner).may_load(storage)?,
        None => None,
    };
    let start = after.map_or_else(
        || prefix.clone(),
        |number| above(state::allowance_for(spender, number).bytes()),
    );
    let stop = end(&prefix);
    let mut allowances = Vec::new();
    for (key, _) in storage.range(Some(&start), Some(&stop), Order::Ascending) {
        let Some(number) = key.strip_prefix(&prefix[..]) else {
            break;
        };
        // a longer spender begins with this one
        let Ok(number) = number.try_into().map(u32::from_be_bytes) else {
            continue;
        };
        if allowances.len() >= page(limit) {
            break;
        }
        let owner = state::identity(number).load(storage)?.address;
        let account = state::account(number).load(storage)?;
        if let Some(allowed) = live(storage, number, &account, &owner, spender, block)? {
            allowances.push(SpenderAllowanceInfo {
                owner,
                allowance: allowed.amount.pico().into(),
                expires: allowed.expires,
            });
        }
    }
    Ok(AllSpenderAllowancesResponse { allowances })
}

/// The addresses of all accounts.
#[must_use]
pub fn accounts(
    storage: &dyn Storage,
    start_after: Option<String>,
    limit: Option<u32>,
) -> AllAccountsResponse {
    let start = match start_after {
        Some(address) => above(state::number_of(&address).bytes()),
        None => b"x".to_vec(),
    };
    let range = storage.range(Some(&start), Some(b"y"), Order::Ascending);
    AllAccountsResponse {
        accounts: range
            .take(page(limit))
            .map(|(key, _)| String::from_utf8_lossy(&key[1..]).into_owned())
            .collect(),
    }
}
