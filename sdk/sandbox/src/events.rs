//! Events by wasmd's names and rules: `wasm` for plain attributes, `wasm-<type>`
//! for custom events.

use cosmwasm_std::{Attribute, Event};
use mycel_types::{Params, codes::wasm};

use crate::error::{Failure, Run};
use crate::message::charge;
use crate::world::World;

/// Prices of wasmd: an attribute, a custom event.
const ATTRIBUTE: u64 = 10;
const CUSTOM: u64 = 20;

/// An event about a contract: it names it first, which no contract can fake.
pub(crate) fn about(kind: &str, contract: &str) -> Event {
    let mut event = Event::new(kind);
    event.attributes.push(Attribute {
        key: "_contract_address".into(),
        value: contract.into(),
    });
    event
}

pub(crate) fn emit(world: &mut World, event: Event) -> Run<()> {
    world.emitted += event.ty.len();
    for attribute in &event.attributes {
        world.emitted += attribute.key.len() + attribute.value.len();
    }
    let limit = Params::default().events_max_bytes;
    if world.emitted as u64 > limit {
        let bytes = world.emitted;
        return Err(Failure::new(
            wasm::LIMIT,
            format_args!("events and data: bytes={bytes} limit={limit}"),
        )
        .into());
    }
    world.events.push(event);
    Ok(())
}

pub(crate) fn emit_all(
    world: &mut World,
    contract: usize,
    attributes: Vec<Attribute>,
    events: Vec<Event>,
) -> Run<()> {
    if !attributes.is_empty() {
        emit_one(world, contract, "wasm".into(), attributes)?;
    }
    for event in events {
        charge(world, contract, CUSTOM)?;
        let kind = event.ty.trim();
        if kind.len() <= 2 {
            return Err(Failure::new(
                wasm::INVALID_EVENT,
                format_args!("Event type too short: '{kind}'"),
            )
            .into());
        }
        emit_one(world, contract, format!("wasm-{kind}"), event.attributes)?;
    }
    Ok(())
}

fn emit_one(
    world: &mut World,
    contract: usize,
    kind: String,
    attributes: Vec<Attribute>,
) -> Run<()> {
    let mut event = about(&kind, &world.contracts[contract].address);
    let mut gas = 0;
    for attribute in attributes {
        gas += ATTRIBUTE + (attribute.key.len() + attribute.value.len()) as u64;
        let (key, value) = (attribute.key.trim(), attribute.value.trim());
        if key.is_empty() || key.starts_with('_') {
            let shown: String = key.chars().take(80).collect();
            let why = format_args!("attribute key is empty or reserved: '{shown}'");
            return Err(Failure::new(wasm::INVALID_EVENT, why).into());
        }
        let same = key.len() == attribute.key.len() && value.len() == attribute.value.len();
        event.attributes.push(if same {
            attribute
        } else {
            Attribute {
                key: key.to_owned(),
                value: value.to_owned(),
            }
        });
    }
    charge(world, contract, gas)?;
    emit(world, event)
}

/// A submessage's events as its sender sees them: attributes in order of keys.
pub(crate) fn sorted(events: &[Event]) -> Vec<Event> {
    let mut events = events.to_vec();
    for event in &mut events {
        event.attributes.sort_by(|a, b| a.key.cmp(&b.key));
    }
    events
}
