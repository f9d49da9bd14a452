//! Which contracts are called at the end of every block.
use mycel_types::{
    AccountAddress, Event, key,
    record::{Code, Contract, Subscription},
};

use super::invalid;
use crate::{error::Run, msg, session::Session, wasm};

/// Subscriptions at most: every block walks all of them.
pub(crate) const MOST: usize = 64;

/// Subscribes a contract that has `sudo`.
pub(super) fn subscribe(session: &mut Session, contract: &str) -> Run<()> {
    let contract = msg::address("contract", contract)?;
    let Some(record) = session.record::<Contract>(&key::contract(&contract))? else {
        return Err(invalid(format_args!("{contract} is no contract")).into());
    };
    let code: Option<Code> = session.record(&key::code(record.code_id))?;
    let sudo = match &code {
        Some(code) => wasm::exports(session, code, "sudo")?,
        None => false,
    };
    if !sudo {
        return Err(invalid(format_args!("{contract} has no entry point sudo")).into());
    }
    let params = &session.scene().params;
    let most = params.block_max_gas.saturating_sub(params.end_block_gas);
    if params.tx_max_gas > most {
        return Err(invalid(format_args!(
            "a transaction of tx_max_gas={} would find no room beside end_block_gas={} in block_max_gas={}",
            params.tx_max_gas, params.end_block_gas, params.block_max_gas
        ))
        .into());
    }
    let key = key::subscription(&contract);
    if session.raw(&key)?.is_some() {
        return Err(invalid(format_args!("{contract} is subscribed already")).into());
    }
    if session.entries(&key::subscriptions())?.len() >= MOST {
        return Err(invalid(format_args!(
            "{MOST} contracts are subscribed, which is the limit"
        ))
        .into());
    }
    session.write(key, &Subscription::default())?;
    tell(session, "subscribe_end_block", &contract)
}

/// Ends a subscription.
pub(super) fn unsubscribe(session: &mut Session, contract: &str) -> Run<()> {
    let (contract, _) = known(session, contract)?;
    session.delete(key::subscription(&contract))?;
    tell(session, "unsubscribe_end_block", &contract)
}

/// Calls a suspended subscriber again.
pub(super) fn resume(session: &mut Session, contract: &str) -> Run<()> {
    let (contract, subscription) = known(session, contract)?;
    if !subscription.suspended {
        return Err(invalid(format_args!("{contract} is not suspended")).into());
    }
    session.write(key::subscription(&contract), &Subscription::default())?;
    tell(session, "resume_end_block", &contract)
}

fn known(session: &mut Session, contract: &str) -> Run<(AccountAddress, Subscription)> {
    let contract = msg::address("contract", contract)?;
    match session.record(&key::subscription(&contract))? {
        Some(subscription) => Ok((contract, subscription)),
        None => Err(invalid(format_args!("{contract} is not subscribed")).into()),
    }
}

fn tell(session: &mut Session, kind: &str, contract: &AccountAddress) -> Run<()> {
    session.emit(Event::new(kind, [("contract", contract.to_string())]))
}
