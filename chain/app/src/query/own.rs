//! What only this chain knows, as JSON.
use mycel_store::{Direction, KeyRange};
use mycel_types::{
    AccountAddress, StoreId, Time, codes, key,
    record::{Account, Subscription},
};
use serde_json::json;

use super::{Answer, Ask, Found, json as answer};
use crate::{
    admit,
    error::Failure,
    state::{Records, decode},
};

pub(super) fn version(_: &Ask<'_>) -> Answer {
    Ok(Found {
        key: bytes::Bytes::new(),
        value: env!("CARGO_PKG_VERSION").into(),
        proof: None,
    })
}

pub(super) fn params(ask: &Ask<'_>) -> Answer {
    answer(&*ask.state.params)
}

pub(super) fn chain(ask: &Ask<'_>) -> Answer {
    let chain = &ask.state.chain;
    answer(&json!({
        "id": chain.id,
        "initial_height": chain.initial_height.to_string(),
        "genesis_ms": chain.genesis_ms.to_string(),
        "genesis_hash": hex::encode(chain.genesis_hash),
        "gas_schedule": chain.gas_schedule,
        "prepare_version": chain.prepare_version,
        "height": ask.state.height.to_string(),
        "time_ms": ask.state.time.millis().to_string(),
    }))
}

/// The gas allowance of the address in the request (as text), at the state's time or at a later one, which may
/// follow after a space, in milliseconds.
pub(super) fn allowance(ask: &Ask<'_>) -> Answer {
    let text = String::from_utf8_lossy(ask.request);
    let mut words = text.split_whitespace();
    let invalid = |what: String| Failure::new(codes::INVALID_REQUEST, what);
    let address: AccountAddress = words
        .next()
        .unwrap_or_default()
        .parse()
        .map_err(|e: mycel_types::AddressError| invalid(e.to_string()))?;
    let at = match words.next() {
        None => ask.state.time,
        Some(ms) => Time(
            ms.parse()
                .map_err(|_| invalid("time is no number".into()))?,
        ),
    };
    let account: Option<Account> = (&ask.state.snapshot).record(&key::account(&address))?;
    let account = account.ok_or_else(|| {
        Failure::new(
            codes::UNKNOWN_ADDRESS,
            format_args!("account {address} not found"),
        )
    })?;
    let params = &ask.state.params;
    let class = admit::class(params, &account.allowance);
    let name = match account.allowance.class.as_str() {
        "" => params.default_class.clone(),
        own => own.to_string(),
    };
    answer(&json!({
        "address": address,
        "class": name,
        "gas": (admit::level(params, &account.allowance, at) / admit::MILLI).to_string(),
        "capacity": class.map_or(0, |c| c.capacity).to_string(),
        "per_second": class.map_or(0, |c| c.rate).to_string(),
        "may_store_code": class.is_some_and(|c| c.may_store_code),
        "at_ms": at.millis().to_string(),
    }))
}

/// The planned upgrade; `null` if there is none.
pub(super) fn upgrade(ask: &Ask<'_>) -> Answer {
    answer(
        &ask.state
            .upgrade
            .as_ref()
            .map(|plan| json!({"height": plan.height.to_string(), "name": plan.name})),
    )
}

/// Who is called at the end of blocks, in order of address, and the gas that is kept for them.
pub(super) fn end_block(ask: &Ask<'_>) -> Answer {
    let range = KeyRange::prefix(&key::subscriptions());
    let mut subscriptions = vec![];
    for entry in ask
        .state
        .snapshot
        .scan(StoreId::Mycel, range, Direction::Forward)
    {
        let (key, value) = entry?;
        let record: Subscription = decode(&key, &value)?;
        // table tag and length come first
        if let Ok(contract) = AccountAddress::new(key.get(2..).unwrap_or_default()) {
            subscriptions.push(json!({
                "contract": contract,
                "failures": record.failures,
                "suspended": record.suspended,
            }));
        }
    }
    answer(&json!({
        "gas": ask.state.reserved_gas.to_string(),
        "subscriptions": subscriptions,
    }))
}
