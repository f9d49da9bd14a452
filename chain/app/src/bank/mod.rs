//! Coins: balances by address and denomination. Genesis mints, nothing else does, and nothing burns, so the sum of
//! all balances of a denomination never changes.
pub(crate) mod coins;

use mycel_types::{AccountAddress, Event, codes, key};

use crate::{
    error::{Failure, Run},
    session::Session,
};
use coins::Coins;

/// `MsgSend`, and the funds of a message to a contract.
pub(crate) fn send(
    session: &mut Session,
    from: &AccountAddress,
    to: &AccountAddress,
    coins: &Coins,
) -> Run<()> {
    take(session, from, coins)?;
    give(session, to, coins)?;
    session.emit(Event::new(
        "transfer",
        [
            ("recipient", to.to_string()),
            ("sender", from.to_string()),
            ("amount", coins.to_string()),
        ],
    ))?;
    session.emit(Event::new("message", [("sender", from.to_string())]))
}

/// `MsgMultiSend`: from one to many.
pub(crate) fn multi_send(
    session: &mut Session,
    from: &AccountAddress,
    coins: &Coins,
    outputs: &[(AccountAddress, Coins)],
) -> Run<()> {
    take(session, from, coins)?;
    session.emit(Event::new("message", [("sender", from.to_string())]))?;
    for (to, part) in outputs {
        give(session, to, part)?;
        let pairs = [("recipient", to.to_string()), ("amount", part.to_string())];
        session.emit(Event::new("transfer", pairs))?;
    }
    Ok(())
}

fn take(session: &mut Session, from: &AccountAddress, coins: &Coins) -> Run<()> {
    for (denom, amount) in coins.iter() {
        let have = balance(session, from, denom)?;
        let Some(left) = have.checked_sub(amount) else {
            return Err(Failure::new(
                codes::INSUFFICIENT_FUNDS,
                format_args!("spendable balance {have}{denom} is smaller than {amount}{denom}"),
            )
            .into());
        };
        set_balance(session, from, denom, left)?;
    }
    session.emit(Event::new(
        "coin_spent",
        [("spender", from.to_string()), ("amount", coins.to_string())],
    ))
}

fn give(session: &mut Session, to: &AccountAddress, coins: &Coins) -> Run<()> {
    for (denom, amount) in coins.iter() {
        let have = balance(session, to, denom)?;
        // the supply is a u128 that genesis has checked, so no part of it overflows
        set_balance(session, to, denom, have.saturating_add(amount))?;
    }
    session.touch_account(to)?;
    session.emit(Event::new(
        "coin_received",
        [("receiver", to.to_string()), ("amount", coins.to_string())],
    ))
}

/// A balance, at the price of a read.
pub(crate) fn balance(session: &mut Session, of: &AccountAddress, denom: &str) -> Run<u128> {
    Ok(session.record(&key::balance(of, denom))?.unwrap_or(0))
}

fn set_balance(session: &mut Session, of: &AccountAddress, denom: &str, to: u128) -> Run<()> {
    let key = key::balance(of, denom);
    match to {
        0 => session.delete(key),
        some => session.write(key, &some),
    }
}
