//! How far below zero a position may fall, and what bounds the numbers that
//! decide it.

use mycel_kit::Amount;

use crate::error::ContractError;
use crate::state::{Account, Kind, Parameters, Terms};

/// The whole scale: a limit in full.
pub const FULL_SCALE_BPS: u16 = 10_000;
/// The cap of an account's own limit and of starters outside development.
pub const CAP: Amount = match Amount::credits(5_000) {
    Some(cap) => cap,
    None => Amount::MAX,
};

/// floor((starter line, for persons + own limit) · scale / 10,000), at most
/// 2^63 − 1. Rounded down: towards less debt.
#[must_use]
pub fn standard(account: &Account, terms: &Terms) -> Amount {
    let line = match account.kind {
        Kind::Person => terms.starter_line.pico(),
        Kind::Org | Kind::Contract | Kind::Mirror => 0,
    };
    let whole = u128::from(line) + u128::from(account.limit.pico());
    let scaled = whole * u128::from(account.scale_bps) / u128::from(FULL_SCALE_BPS);
    u64::try_from(scaled)
        .ok()
        .and_then(Amount::new)
        .unwrap_or(Amount::MAX)
}

/// The greatest own limit or starter that the authority may set.
#[must_use]
pub fn cap(parameters: &Parameters) -> Amount {
    if parameters.development {
        Amount::MAX
    } else {
        CAP
    }
}

/// Refuses an amount above the cap.
///
/// # Errors
/// [`ContractError::OutOfBounds`].
pub fn within_cap(
    what: &'static str,
    amount: Amount,
    parameters: &Parameters,
) -> Result<Amount, ContractError> {
    let cap = cap(parameters);
    if amount <= cap {
        return Ok(amount);
    }
    Err(ContractError::OutOfBounds {
        what,
        value: amount.to_string(),
        least: "0".to_owned(),
        most: cap.to_string(),
    })
}

/// Refuses a number outside 0 to `most`.
///
/// # Errors
/// [`ContractError::OutOfBounds`].
pub fn at_most(what: &'static str, value: u32, most: u32) -> Result<(), ContractError> {
    if value <= most {
        return Ok(());
    }
    Err(ContractError::OutOfBounds {
        what,
        value: value.to_string(),
        least: "0".to_owned(),
        most: most.to_string(),
    })
}
