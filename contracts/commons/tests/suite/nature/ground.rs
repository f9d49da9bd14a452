//! What these tests do beside what the monitors' tests do: more than one
//! commons, harvest, claims; and every invariant of this part after each step.

use mycel_commons::cap::ask::{CapResponse, EpochView};
use mycel_commons::cap::{self, Epoch, Rule};
use mycel_commons::regeneration::ask::{ClaimView, RegenerationResponse};
use mycel_commons::registry::{self, Rules};
use mycel_commons::rights::ask::EntitlementResponse;
use mycel_commons::{Quantity, regeneration, rights};
use mycel_sandbox::{Code, Receipt, address};
use serde_json::{Value, json};

pub use crate::monitors::world::{BOND, DAY, EPOCH, GRACE, World, attribute, name, native};

/// Who reads in every commons of these tests.
pub const MONITORS: [u64; 3] = [101, 102, 103];

pub fn units(units: u128) -> Quantity {
    Quantity::new(units).expect("a quantity")
}

/// A tenth of the stock; any rise; no model, so that no reading is implausible.
pub fn rules() -> Rules {
    let mut rules = crate::monitors::world::rules();
    rules.cap.production = None;
    rules.cap.harvest = Rule::Proportional { f_ppm: 100_000 };
    rules.regeneration = regeneration::Rules {
        attest_seconds: (10 * DAY) as u32,
        ..regeneration::Rules::default()
    };
    rules
}

/// A forest in which three monitors have their seats.
pub fn forest(rules: Rules) -> World {
    forest_of(Code::native(native()), rules)
}

/// … with another form of the contract.
pub fn forest_of(code: Code, rules: Rules) -> World {
    let mut world = World::with(code, rules);
    for monitor in MONITORS {
        world
            .bond_for(monitor, BOND, 10_000 * DAY)
            .unwrap_or_else(|refusal| panic!("{}", refusal.text));
    }
    world
}

/// … and all read the same, so that its first epoch is open.
pub fn opened(rules: Rules, stock: u128) -> World {
    let mut world = forest(rules);
    readings(&mut world, 1, stock);
    world.advance();
    check(&world, true);
    world
}

/// All monitors of a commons read the same.
pub fn readings(world: &mut World, commons: u64, quantity: u128) {
    for monitor in MONITORS {
        read(world, commons, monitor, quantity);
    }
}

pub fn read(world: &mut World, commons: u64, monitor: u64, quantity: u128) -> Receipt {
    let evidence = world.evidence();
    let msg = json!({"read": {"commons": commons.to_string(), "quantity": quantity.to_string(), "evidence": evidence}});
    let receipt = world.ok(&name(monitor), msg);
    check(world, false);
    receipt
}

/// Time passes until a second after the open epoch's end; what is due is done.
pub fn over(world: &mut World) {
    let closes = latest(world, 1).closes;
    let now = world.now();
    world.wait(closes.saturating_sub(now).max(1));
    world.advance();
    check(world, true);
}

/// The next epoch of the forest, with a stock that all read.
pub fn next(world: &mut World, stock: u128) -> Epoch {
    over(world);
    if latest(world, 1).closing.is_some() {
        readings(world, 1, stock);
        world.advance();
    } else {
        panic!("an epoch opened before anything was read");
    }
    check(world, true);
    latest(world, 1)
}

/// A child of the forest in which the same monitors have seats; gives its number.
pub fn child(world: &mut World, parent: u64, rules: &Rules) -> u64 {
    let found = json!({"found": {
        "name": "grove", "unit": "kg", "boundary": "by the pond", "parent": parent.to_string(),
        "geometry": "07".repeat(32), "rules": rules,
        "members": [{"person": "4", "shares": 10_000_000}],
    }});
    world.decide(found);
    let number = world
        .sandbox
        .read(&world.commons, |storage| {
            registry::state::founded().load(storage)
        })
        .expect("commons")
        .expect("a number");
    for monitor in MONITORS {
        let (credit, commons) = (world.credit.clone(), world.commons.clone());
        let expires = world.now() + 4_000 * DAY;
        let hold = json!({"hold": {
            "owner": address(&name(monitor)), "for": commons, "amount": "100000000000000",
            "expires": expires.to_string(), "msg": {"bond": {"commons": number.to_string()}},
        }});
        world
            .sandbox
            .execute(&address("anyone"), &credit, &hold)
            .unwrap_or_else(|refusal| panic!("{}", refusal.text));
    }
    number
}

pub fn allot(world: &mut World, parent: u64, child: u64, ppm: u32) {
    let action = json!({"allot_budget": {"commons": parent.to_string(), "child": child.to_string(), "ppm": ppm}});
    world.decide_by(json!({"commons": parent.to_string()}), "ordinary", action);
}

/// Gives persons shares of the treasury.
pub fn grant(world: &mut World, person: u64, shares: u32) {
    let action = json!({"grant_shares": {"commons": "1", "members": [{"person": person.to_string(), "shares": shares}]}});
    world.decide_by(json!({"commons": "1"}), "ordinary", action);
}

/// A person leaves the community.
pub fn gone(world: &mut World, person: u64) {
    let (assembly, members) = (world.assembly.clone(), world.members.clone());
    let at = address(&name(person));
    let value = json!({"person": person.to_string(), "status": "left", "step": "none", "since": "0", "kind": "person", "roles": []});
    let set = json!({"set": {"key": format!("standing/{at}"), "value": value}});
    world
        .sandbox
        .execute(&assembly, &members, &set)
        .expect("members");
}

/// Says something about units of the forest: `harvest`, `retire`, `bank`.
#[track_caller]
pub fn units_of(world: &mut World, person: u64, what: &str, quantity: u128) -> Receipt {
    let msg = json!({what: {"commons": "1", "quantity": quantity.to_string()}});
    let receipt = world.ok(&name(person), msg);
    check(world, false);
    receipt
}

pub fn latest(world: &World, commons: u64) -> Epoch {
    found(world, commons).expect("an epoch")
}

pub fn found(world: &World, commons: u64) -> Option<Epoch> {
    world
        .sandbox
        .read(&world.commons, |storage| {
            cap::latest(storage, commons).expect("readable")
        })
        .expect("commons")
}

pub fn sums(world: &World, commons: u64, epoch: u64) -> rights::Sums {
    world
        .sandbox
        .read(&world.commons, |storage| {
            rights::sums(storage, commons, epoch).expect("readable")
        })
        .expect("commons")
}

/// What a person could use of the forest now.
pub fn balance(world: &World, person: u64) -> u128 {
    let answer: EntitlementResponse =
        world.query(json!({"entitlement": {"commons": "1", "person": person.to_string()}}));
    answer.account.balance.units()
}

pub fn cap(world: &World, commons: u64) -> CapResponse {
    world.query(json!({"cap": {"commons": commons.to_string()}}))
}

pub fn shown(world: &World, commons: u64, number: u64) -> EpochView {
    world.query(json!({"epoch": {"commons": commons.to_string(), "number": number.to_string()}}))
}

// ---- claims

pub fn claim_msg(world: &mut World, cells: &[u64], from: u64, to: u64, quantity: u128) -> Value {
    let evidence = world.evidence();
    let cells: Vec<String> = cells.iter().map(u64::to_string).collect();
    json!({"claim": {
        "commons": "1", "cells": cells, "from": from.to_string(), "to": to.to_string(),
        "quantity": quantity.to_string(), "evidence": evidence,
    }})
}

/// A person claims cells of last year; gives the claim's number.
#[track_caller]
pub fn claim(world: &mut World, person: u64, cells: &[u64], quantity: u128) -> u64 {
    let from = world.now() - 300 * DAY;
    let msg = claim_msg(world, cells, from, from + 200 * DAY, quantity);
    let receipt = world.ok(&name(person), msg);
    check(world, false);
    attribute(&receipt, "wasm-claim", "claim")
        .and_then(|text| text.parse().ok())
        .expect("a number")
}

pub fn attest_msg(claim: u64, quantity: u128) -> Value {
    json!({"attest": {"claim": claim.to_string(), "quantity": quantity.to_string()}})
}

/// The three monitors attest these.
#[track_caller]
pub fn attest(world: &mut World, claim: u64, quantities: [u128; 3]) {
    for (monitor, quantity) in MONITORS.into_iter().zip(quantities) {
        world.ok(&name(monitor), attest_msg(claim, quantity));
        check(world, false);
    }
}

pub fn seen(world: &World, claim: u64) -> ClaimView {
    world.query(json!({"claim": {"id": claim.to_string()}}))
}

pub fn restored(world: &World) -> RegenerationResponse {
    world.query(json!({"regeneration": {"commons": "1"}}))
}

/// Every invariant of every part by the contract's answer, and this part's kept
/// sums from the raw records. `settled`: nothing is left to do.
#[track_caller]
pub fn check(world: &World, settled: bool) {
    world.check();
    world
        .sandbox
        .read(&world.commons, |storage| {
            super::agenda::nothing_is_forgotten(storage);
            let caps = cap::invariants::recompute(storage, settled);
            let kept = cap::state::totals().may_load(storage).expect("sums");
            assert_eq!(caps, Ok(kept.unwrap_or_default()));
            let claims = regeneration::invariants::recompute(storage);
            let kept = regeneration::state::totals()
                .may_load(storage)
                .expect("sums");
            assert_eq!(claims, Ok(kept.unwrap_or_default()));
        })
        .expect("commons");
}
