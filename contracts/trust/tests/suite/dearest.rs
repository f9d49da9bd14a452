//! What the end of a block costs at most: entries in leaves far from one another, each of a deal of its own that ends with
//! it while its persons have others; offers that lapse, ratings that never came, and deals that are taken away, all at once.
use std::fs;
use std::path::Path;

use cosmwasm_std::HexBinary;
use mycel_mailbox::tag;
use mycel_trust::deals::end::KEPT_PERIODS;
use serde_json::json;

use crate::dealing::{offer, open, promise};
use crate::wasm::wasm;
use crate::world::{TIMES, World};

/// Leaves: a tree of eleven levels.
const PERSONS: u64 = 1_100;
/// Deals that end at once: more than the end of a block takes.
const DEALS: u64 = 60;
/// Seconds of an offer and of a deal's promises in these worlds.
const OFFER: u64 = 300;
const RATING: u64 = 300;
/// What a contract has at the end of a block, and how much of it is never used.
const GAS: u64 = 2_000_000;
const SPARE: u64 = GAS / 10;

/// The two of a deal, far from each other and from all others.
fn pair(deal: u64) -> (u64, u64) {
    let far = PERSONS / (2 * DEALS);
    (1 + 2 * deal * far, 1 + (2 * deal + 1) * far)
}

/// Ends blocks until one of them has nothing to do. Gives the gas of each.
fn end_blocks(world: &mut World) -> Vec<u64> {
    let mut gas = vec![];
    loop {
        let trust = world.trust.clone();
        let done = world.sandbox.end_block();
        let ended = done.into_iter().find(|(contract, _)| *contract == trust);
        let (_, receipt) = ended.expect("subscribed");
        let receipt = receipt.expect("the end of a block");
        let worked = receipt.attribute("work").is_some();
        gas.push(receipt.gas);
        if !worked {
            return gas;
        }
        world.sandbox.advance_time(1);
    }
}

#[test]
fn the_end_of_a_block_has_gas_to_spare_however_much_is_due_at_once() {
    let mut world = World::with(wasm());
    for person in 1..=PERSONS {
        world.enrol(person);
    }
    let mut deals = vec![];
    for nonce in 0..DEALS {
        let (a, b) = pair(nonce);
        for person in [a, b] {
            let key = HexBinary::from(tag::hash("key", &[&person.to_be_bytes()]));
            world.ok(person, &json!({"publish_viewing_key": {"key": key}}));
        }
        let deal = offer(&mut world, (a, b), nonce + 1);
        promise(&mut world, &deal, (a, b), nonce + 1);
        // both have another, too
        offer(&mut world, (a, b), nonce + 1_001);
        offer(&mut world, (b, a), nonce + 1_001);
        deals.push(deal);
    }
    let mut rows = vec![];
    let mut note = |what: &str, gas: Vec<u64>| {
        rows.push((what.to_owned(), gas.iter().copied().max().unwrap_or(0)));
    };
    for (dir, what) in [(0, "first ratings"), (1, "ratings that end their deals")] {
        for (nonce, deal) in (1..).zip(&deals) {
            open(&mut world, deal, dir, nonce);
        }
        world.sandbox.advance_time(u64::from(TIMES.appeal) + 1);
        note(what, end_blocks(&mut world));
    }
    world.sandbox.advance_time(OFFER);
    note("offers that lapse", end_blocks(&mut world));
    for nonce in 0..DEALS {
        let (a, b) = pair(nonce);
        let deal = offer(&mut world, (a, b), nonce + 2_001);
        world.ok(b, &json!({"accept_deal": {"deal": deal}}));
    }
    world
        .sandbox
        .advance_time(RATING + u64::from(TIMES.open_window));
    note("ratings that never came", end_blocks(&mut world));
    for nonce in 0..DEALS {
        let (a, b) = pair(nonce);
        for person in [a, b] {
            let told = world.fold(person, 1, 5);
            world.ok(person, &told);
        }
    }
    world.check();
    // ended deals are kept while their ratings count, and go all at once
    let kept = u64::from(KEPT_PERIODS + 1);
    world.sandbox.advance_time(u64::from(TIMES.period) * kept);
    note("old entries and deals", end_blocks(&mut world));
    world.check();

    let mut text = format!(
        "# SDK gas of the dearest end of a block: {DEALS} matters due at once among {PERSONS} leaves; a block has {GAS}\n"
    );
    for (what, gas) in &rows {
        text.push_str(&format!("{what}: {gas}\n"));
        assert!(*gas < GAS - SPARE, "{what}: {gas}");
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dearest.txt");
    #[allow(clippy::disallowed_methods, reason = "a test's own setting")]
    if std::env::var_os("MYCEL_UPDATE").is_some() {
        fs::write(&file, &text).expect("tests/dearest.txt");
    }
    let recorded = fs::read_to_string(&file).unwrap_or_default();
    let number = |line: &str| -> Option<u64> { line.rsplit_once(": ")?.1.parse().ok() };
    let recorded: Vec<u64> = recorded.lines().skip(1).filter_map(number).collect();
    assert_eq!(recorded.len(), rows.len(), "{text}");
    for ((what, gas), before) in rows.iter().zip(recorded) {
        assert!(
            gas.abs_diff(before) <= before / 20,
            "{what}: {gas}, recorded {before}: more than a twentieth; if that is meant, record with MYCEL_UPDATE=1"
        );
    }
}
