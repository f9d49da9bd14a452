//! Events of contracts, by wasmd's names and rules: `wasm` for plain attributes, `wasm-<type>` for custom events,
//! each beginning with the contract's address, which no contract can fake.
use mycel_types::{AccountAddress, Attribute, Event, codes::wasm};

use super::response;
use crate::{
    error::{Failure, Run},
    session::Session,
};

/// Prices of wasmd: an attribute, a custom event, a byte.
const ATTRIBUTE: u64 = 10;
const CUSTOM: u64 = 20;
const BYTE: u64 = 1;

/// The key under which every contract event names its contract.
const CONTRACT: &str = "_contract_address";

/// An event of the chain about a contract.
pub(super) fn about(
    kind: &str,
    contract: &AccountAddress,
    more: impl IntoIterator<Item = (&'static str, String)>,
) -> Event {
    let first = [(CONTRACT, contract.to_string())];
    Event::new(kind, first.into_iter().chain(more))
}

/// Emits what a contract's response says.
pub(super) fn emit(
    session: &mut Session,
    contract: &AccountAddress,
    attributes: Vec<response::Attribute>,
    custom: Vec<response::Event>,
) -> Run<()> {
    if !attributes.is_empty() {
        emit_one(session, contract, "wasm".into(), attributes)?;
    }
    for event in custom {
        session.meter.charge(CUSTOM, "Custom contract event")?;
        let kind = event.kind.trim();
        if kind.len() <= 2 {
            return Err(Failure::new(
                wasm::INVALID_EVENT,
                format_args!("Event type too short: '{kind}'"),
            )
            .into());
        }
        emit_one(session, contract, format!("wasm-{kind}"), event.attributes)?;
    }
    Ok(())
}

fn emit_one(
    session: &mut Session,
    contract: &AccountAddress,
    kind: String,
    attributes: Vec<response::Attribute>,
) -> Run<()> {
    let limit = session.scene().params.attribute_max_bytes;
    let mut event = about("", contract, []);
    event.kind = kind;
    event.attributes.reserve_exact(attributes.len());
    for attribute in attributes {
        let bytes = attribute.key.len().saturating_add(attribute.value.len()) as u64;
        let price = ATTRIBUTE.saturating_add(BYTE.saturating_mul(bytes));
        session
            .meter
            .charge(price, "Custom contract event attributes")?;
        if bytes > limit {
            return Err(Failure::new(
                wasm::LIMIT,
                format_args!("attribute: bytes={bytes} limit={limit}"),
            )
            .into());
        }
        event.attributes.push(checked(attribute)?);
    }
    session.emit(event)
}

fn checked(attribute: response::Attribute) -> Result<Attribute, Failure> {
    let trimmed = |text: String| match text.trim() {
        same if same.len() == text.len() => text,
        shorter => shorter.to_string(),
    };
    let (key, value) = (trimmed(attribute.key), trimmed(attribute.value));
    if key.is_empty() {
        let shown: String = value.chars().take(80).collect();
        return Err(Failure::new(
            wasm::INVALID_EVENT,
            format_args!("Empty attribute key. Value: {shown}"),
        ));
    }
    if key.starts_with('_') {
        let shown: String = key.chars().take(80).collect();
        return Err(Failure::new(
            wasm::INVALID_EVENT,
            format_args!("Attribute key starts with reserved prefix _: '{shown}'"),
        ));
    }
    Ok(Attribute { key, value })
}

/// A submessage's events as its sender sees them: attributes in order of their keys.
pub(super) fn for_reply(events: &[Event]) -> Vec<response::Event> {
    events
        .iter()
        .map(|event| {
            let attribute = |a: &Attribute| response::Attribute {
                key: a.key.clone(),
                value: a.value.clone(),
            };
            let mut attributes: Vec<_> = event.attributes.iter().map(attribute).collect();
            attributes.sort_by(|a, b| a.key.cmp(&b.key));
            response::Event {
                kind: event.kind.clone(),
                attributes,
            }
        })
        .collect()
}
