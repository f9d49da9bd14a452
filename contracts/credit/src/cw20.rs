//! The cw20 facade: stock wallets and contracts see a token whose balance is
//! what could be given away without debt. Credit headroom never appears as
//! money. Positions always add up to zero, so nobody mints: money comes into
//! being by owing it. What is burned goes to the commons, which the supply does
//! not count: balance and supply fall by it, as a token's do.

use cosmwasm_std::{Binary, BlockInfo, DepsMut, Env, Response, Storage, Uint128};
use mycel_kit::Amount;
use mycel_kit::peers::must;
use mycel_kit::roles::Unauthorized;

use crate::accounts::{number, valid};
use crate::error::ContractError;
use crate::fold::{Batch, Entry};
use crate::msg::{Expiration, ReceiverMsg};
use crate::pay::{Payment, may_pay, not_mirror, pay};
use crate::policies::Policies;
use crate::state::{self, Account, Allowance};

impl Expiration {
    /// Whether it is over.
    #[must_use]
    pub fn is_expired(&self, block: &BlockInfo) -> bool {
        match self {
            Expiration::AtHeight(height) => block.height >= *height,
            Expiration::AtTime(time) => block.time >= *time,
            Expiration::Never {} => false,
        }
    }
}

/// Pays a contract and calls its `receive`; if it refuses, nothing happened.
///
/// # Errors
/// As for a payment.
pub fn send<P: Policies>(
    deps: DepsMut,
    now: u64,
    payment: Payment<'_>,
    msg: Binary,
) -> Result<Response, ContractError> {
    let response = pay::<P>(deps.storage, now, payment)?;
    let told = ReceiverMsg::Receive {
        sender: payment.by.unwrap_or(payment.from).to_owned(),
        amount: Uint128::from(payment.amount.pico()),
        msg,
    };
    Ok(response.add_submessages(must(payment.to, &told)))
}

/// Burns what somebody owns: it goes to the commons. Only a balance can be
/// burned, never headroom; a debt ends by repaying it.
///
/// # Errors
/// Zero, an unknown, frozen or closed account, or more than the balance.
pub fn burn<P: Policies>(
    storage: &mut dyn Storage,
    now: u64,
    owner: &str,
    by: Option<&str>,
    amount: Amount,
) -> Result<Response, ContractError> {
    if amount.is_zero() {
        return Err(ContractError::ZeroAmount);
    }
    let from = number(storage, owner)?;
    let mut batch = Batch::open(storage, now)?;
    let account = batch.account::<P>(storage, from)?;
    may_pay(account, owner)?;
    if account.position < amount.signed() {
        return Err(ContractError::BalanceExceeded {
            balance: account.position.max(0),
            amount: amount.signed(),
        });
    }
    batch.shift(from, -amount.signed(), Entry::Move)?;
    batch.totals.commons += amount.signed();
    batch.close(storage)?;
    let action = if by.is_some() { "burn_from" } else { "burn" };
    let response = Response::new()
        .add_attribute("action", action)
        .add_attribute("from", owner);
    let response = match by {
        Some(by) => response.add_attribute("by", by),
        None => response,
    };
    Ok(response
        .add_attribute("to", "commons")
        .add_attribute("amount", amount.to_string()))
}

/// Lets a spender pay more.
///
/// # Errors
/// No account, oneself as spender, an expiry that is past.
pub fn increase(
    deps: DepsMut,
    env: &Env,
    owner: &str,
    spender: &str,
    amount: Amount,
    expires: Option<Expiration>,
) -> Result<Response, ContractError> {
    let spender = valid(deps.api, spender)?;
    let storage = deps.storage;
    let number = grantor(storage, owner, &spender)?;
    let account = state::account(number).load(storage)?;
    let mut allowance =
        live(storage, number, &account, owner, &spender, &env.block)?.unwrap_or(Allowance {
            amount: Amount::ZERO,
            expires: Expiration::default(),
            owner: owner.to_owned(),
            since: env.block.time.seconds(),
        });
    allowance.amount =
        allowance
            .amount
            .checked_add(amount)
            .ok_or_else(|| ContractError::OutOfBounds {
                what: "allowance",
                value: format!("{} + {amount}", allowance.amount),
                least: "0".to_owned(),
                most: Amount::MAX.to_string(),
            })?;
    write(storage, number, &spender, allowance, expires, &env.block)?;
    Ok(said("increase_allowance", owner, &spender, amount))
}

/// Lets a spender pay less; at nothing the allowance ends.
///
/// # Errors
/// As [`increase`], and no such allowance.
pub fn decrease(
    deps: DepsMut,
    env: &Env,
    owner: &str,
    spender: &str,
    amount: Amount,
    expires: Option<Expiration>,
) -> Result<Response, ContractError> {
    let spender = valid(deps.api, spender)?;
    let storage = deps.storage;
    let number = grantor(storage, owner, &spender)?;
    let account = state::account(number).load(storage)?;
    let mut allowance = live(storage, number, &account, owner, &spender, &env.block)?.ok_or(
        ContractError::AllowanceExceeded {
            allowance: 0,
            amount: amount.signed(),
        },
    )?;
    match allowance.amount.pico().saturating_sub(amount.pico()) {
        0 => remove(storage, number, &spender),
        left => {
            allowance.amount = Amount::new(left).unwrap_or(Amount::ZERO);
            write(storage, number, &spender, allowance, expires, &env.block)?;
        }
    }
    Ok(said("decrease_allowance", owner, &spender, amount))
}

/// Takes a payment off the spender's allowance.
///
/// # Errors
/// An unknown owner, a mirror account, or more than is allowed now.
pub fn draw(
    storage: &mut dyn Storage,
    block: &BlockInfo,
    owner: &str,
    spender: &str,
    amount: Amount,
) -> Result<(), ContractError> {
    let number = number(storage, owner)?;
    let account = state::account(number).load(storage)?;
    not_mirror(&account, number)?;
    let allowed = live(storage, number, &account, owner, spender, block)?;
    let have = allowed
        .as_ref()
        .map_or(Amount::ZERO, |allowed| allowed.amount);
    let (Some(mut allowed), Some(left)) = (allowed, have.pico().checked_sub(amount.pico())) else {
        return Err(ContractError::AllowanceExceeded {
            allowance: have.signed(),
            amount: amount.signed(),
        });
    };
    if left == 0 {
        remove(storage, number, spender);
    } else {
        allowed.amount = Amount::new(left).unwrap_or(Amount::ZERO);
        state::allowance(number, spender).save(storage, &allowed);
    }
    Ok(())
}

/// The allowance in force: not expired, and given by the address that the
/// account answers to now (a recovered account forgets what a stolen key gave)
/// since it was last opened.
///
/// # Errors
/// Only for unreadable state.
pub fn live(
    storage: &dyn Storage,
    number: u32,
    account: &Account,
    owner: &str,
    spender: &str,
    block: &BlockInfo,
) -> Result<Option<Allowance>, ContractError> {
    match state::allowance(number, spender).may_load(storage)? {
        Some(allowed) if in_force(storage, number, account, &allowed, owner, block)? => {
            Ok(Some(allowed))
        }
        _ => Ok(None),
    }
}

/// Whether an allowance is in force.
///
/// # Errors
/// Only for unreadable state.
pub fn in_force(
    storage: &dyn Storage,
    number: u32,
    account: &Account,
    allowed: &Allowance,
    owner: &str,
    block: &BlockInfo,
) -> Result<bool, ContractError> {
    if allowed.owner != owner || allowed.expires.is_expired(block) {
        return Ok(false);
    }
    Ok(!account.returned || allowed.since >= state::identity(number).load(storage)?.opened)
}

fn grantor(storage: &dyn Storage, owner: &str, spender: &str) -> Result<u32, ContractError> {
    if owner == spender {
        return Err(ContractError::SelfPayment {
            address: owner.to_owned(),
        });
    }
    number(storage, owner)
}

fn write(
    storage: &mut dyn Storage,
    number: u32,
    spender: &str,
    mut allowance: Allowance,
    expires: Option<Expiration>,
    block: &BlockInfo,
) -> Result<(), ContractError> {
    if let Some(expires) = expires {
        if expires.is_expired(block) {
            return Err(ContractError::Expired {
                what: "allowance",
                id: u64::from(number),
                expires: block.time.seconds(),
            });
        }
        allowance.expires = expires;
    }
    state::allowance(number, spender).save(storage, &allowance);
    state::allowance_for(spender, number).save(storage, &1);
    Ok(())
}

fn remove(storage: &mut dyn Storage, number: u32, spender: &str) {
    storage.remove(state::allowance(number, spender).bytes());
    storage.remove(state::allowance_for(spender, number).bytes());
}

fn said(action: &'static str, owner: &str, spender: &str, amount: Amount) -> Response {
    Response::new()
        .add_attribute("action", action)
        .add_attribute("owner", owner)
        .add_attribute("spender", spender)
        .add_attribute("amount", amount.to_string())
}

/// What only an account may do that this token has not: refused as cw20-base
/// refuses it for a token without minter or marketing account.
///
/// # Errors
/// Always.
pub fn nobody<T>(sender: &str, needs: &str) -> Result<T, ContractError> {
    Err(Unauthorized {
        sender: sender.to_owned(),
        needs: needs.to_owned(),
    }
    .into())
}
