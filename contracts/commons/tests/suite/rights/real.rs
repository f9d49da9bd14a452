//! With the real members and credit, and epochs that open by themselves: what
//! was played by hand elsewhere holds here; and what messages cost, compiled.

use std::fmt::Write as _;

use mycel_commons::rights::baskets::BasketView;
use mycel_commons::rights::invariants::recompute;
use mycel_sandbox::{Code, Receipt};
use serde_json::{Value, json};

use crate::world::{EPOCH, World, names, native, wasm};

fn about(what: &str, units: u64) -> Value {
    json!({what: {"commons": "1", "quantity": units.to_string()}})
}

fn entitlement(world: &World, person: u64) -> Value {
    world.query(&json!({"entitlement": {"commons": "1", "person": person.to_string()}}))
}

fn field(world: &World, person: u64, name: &str) -> String {
    let told = entitlement(world, person);
    told["account"][name].as_str().expect("a number").to_owned()
}

fn check(world: &World) {
    world.check();
    assert_eq!(world.read(recompute), Ok(()));
}

fn next_epoch(world: &mut World, labs: &[String]) {
    world.wait(EPOCH - 7_200);
    world.readings(1, labs, 10_000_000);
    world.wait(7_200);
    check(world);
}

#[test]
fn overage_is_paid_out_of_a_hold_into_the_common_fund_of_credit() {
    let mut world = World::begin(Code::native(native()), 20);
    let all = names(20);
    let (forest, labs) = world.growing(20, &[(1, 1_000_000), (2, 1_000_000)]);
    assert_eq!(forest, 1);
    world.as_(&all[0]).say(about("harvest", 10_002));
    // 1 credit a unit, dearer by 2 of 10,000, rounded up
    let owed: i128 = field(&world, 1, "owed").parse().expect("a number");
    assert_eq!(owed, 2_000_400_000_000);
    next_epoch(&mut world, &labs);
    assert_eq!(field(&world, 1, "waiting"), "9998");
    let before = world.money(&all[0]);
    let pay = json!({"pay_overage": {"commons": "1", "epoch": "1"}});
    world.hold(&all[0], 5_000_000_000_000, &pay);
    check(&world);
    // the rest of the hold came back
    assert_eq!(before - world.money(&all[0]), owed);
    assert_eq!(field(&world, 1, "owed"), "0");
    assert_eq!(
        (field(&world, 1, "waiting"), field(&world, 1, "balance")),
        ("0".into(), "9998".into())
    );
}

#[test]
fn what_is_set_aside_and_what_baskets_hold_is_within_the_next_cap_when_it_opens_by_itself() {
    let mut world = World::begin(Code::native(native()), 20);
    let all = names(20);
    let (_, labs) = world.growing(20, &[(1, 10_000_000), (2, 10_000_000)]);
    let open =
        json!({"open_basket": {"commons": "1", "tier": "fresh", "window": 2, "fee_bps": 100}});
    world.decide(1, "ordinary", open);
    world.as_(&all[0]).say(about("bank", 10_000));
    world
        .as_(&all[0])
        .say(json!({"deposit": {"commons": "1", "basket": "1", "quantity": "4000"}}));
    next_epoch(&mut world, &labs);
    let told = entitlement(&world, 1);
    assert_eq!(told["preview"]["tac"], json!("990000"));
    assert_eq!(told["account"]["carried"], json!("6000"));
    let basket: BasketView = world.query(&json!({"basket": {"commons": "1", "basket": "1"}}));
    assert_eq!(basket.content.units(), 4_000);
    // and once more, untouched
    next_epoch(&mut world, &labs);
    assert_eq!(entitlement(&world, 1)["preview"]["tac"], json!("996000"));
    world
        .as_(&all[0])
        .say(json!({"redeem": {"commons": "1", "basket": "1", "quantity": "4000"}}));
    check(&world);
    assert_eq!(field(&world, 1, "received"), "3960");
}

#[test]
fn the_real_members_say_who_controls_a_shell() {
    let mut world = World::begin(Code::native(native()), 20);
    let all = names(20);
    world.growing(20, &[(1, 15_000_000), (2, 20_000_000)]);
    let shell = world.organisation("shellone", &[(&all[0], 10_000)]);
    let members = json!([{"person": shell.to_string(), "shares": 0}]);
    world.decide(
        1,
        "ordinary",
        json!({"enrol": {"commons": "1", "members": members}}),
    );
    let give = |shares: u64| json!({"transfer_shares": {"commons": "1", "to": shell.to_string(), "shares": shares}});
    world.as_(&all[1]).refused(
        give(5_000_001),
        "above the concentration cap: person=1 has=15000000",
    );
    world.as_(&all[1]).say(give(5_000_000));
    check(&world);
}

/// SDK gas of a call of each message, the real peers played by native code.
fn gas_table() -> String {
    let code = Code::compiled(&wasm("mycel_commons.wasm")).expect("a contract");
    let mut world = World::begin(code, 60);
    let all = names(60);
    let members: Vec<(u64, u32)> = (1..=50).map(|person| (person, 1_000_000)).collect();
    let (_, labs) = world.growing(60, &members);
    let mut table = String::from(
        "# SDK gas of messages about rights, without the transaction's bytes and signatures\n",
    );
    let mut row = |name: &str, receipt: &Receipt| {
        let _ = writeln!(table, "{name} {}", receipt.gas);
    };
    let w = &mut world;
    let one = |person: usize| all[person - 1].clone();
    let persons =
        |from: u64, to: u64| -> Vec<String> { (from..=to).map(|n| n.to_string()).collect() };
    let up =
        |from: u64, to: u64| json!({"bring_up": {"commons": "1", "persons": persons(from, to)}});
    row(
        "harvest/touches",
        &w.as_(&one(1)).say(about("harvest", 100)),
    );
    row("harvest", &w.as_(&one(1)).say(about("harvest", 100)));
    row(
        "harvest/beyond",
        &w.as_(&one(1)).say(about("harvest", 9_801)),
    );
    row("retire", &w.as_(&one(2)).say(about("retire", 10)));
    row("cancel", &w.as_(&one(2)).say(about("cancel", 10)));
    row("bank", &w.as_(&one(2)).say(about("bank", 500)));
    row("borrow", &w.as_(&one(2)).say(about("borrow", 100)));
    row("repay", &w.as_(&one(2)).say(about("repay", 100)));
    let give = |what: &str, field: &str| json!({what: {"commons": "1", "to": "3", field: if field == "shares" { json!(10) } else { json!("10") }}});
    row(
        "transfer",
        &w.as_(&one(2)).say(give("transfer", "quantity")),
    );
    row(
        "transfer_shares",
        &w.as_(&one(2)).say(give("transfer_shares", "shares")),
    );
    let lease = json!({"lease": {"commons": "1", "to": "3", "shares": 10, "epochs": 2}});
    row("lease", &w.as_(&one(2)).say(lease));
    row(
        "return_lease",
        &w.as_(&one(3))
            .say(json!({"return_lease": {"commons": "1", "lease": "1"}})),
    );
    let open =
        json!({"open_basket": {"commons": "1", "tier": "fresh", "window": 3, "fee_bps": 100}});
    row("open_basket", &w.decide(1, "ordinary", open));
    let of = |what: &str| json!({what: {"commons": "1", "basket": "1", "quantity": "100"}});
    row("deposit", &w.as_(&one(2)).say(of("deposit")));
    row("redeem", &w.as_(&one(2)).say(of("redeem")));
    row("bring_up/1", &w.as_(&one(9)).say(up(4, 4)));
    row("bring_up/46", &w.as_(&one(9)).say(up(5, 50)));
    w.readings(1, &labs, 5_000_000);
    row("bring_up/50/again", &w.as_(&one(9)).say(up(1, 50)));
    // shells: a person with as many organisations as members let it control
    for shell in ["ka", "le", "mi", "no", "pu"] {
        let number = w.organisation(&format!("shell{shell}"), &[(&one(10), 10_000)]);
        let members = json!([{"person": number.to_string(), "shares": 1_000}]);
        w.decide(
            1,
            "ordinary",
            json!({"enrol": {"commons": "1", "members": members}}),
        );
    }
    let give = json!({"transfer_shares": {"commons": "1", "to": "10", "shares": 10}});
    row("transfer_shares/5_organisations", &w.as_(&one(2)).say(give));
    for (name, question) in [
        (
            "query/entitlement",
            json!({"entitlement": {"commons": "1", "person": "2"}}),
        ),
        (
            "query/holding",
            json!({"holding": {"commons": "1", "person": "2"}}),
        ),
        (
            "query/entitlements/50",
            json!({"entitlements": {"commons": "1"}}),
        ),
        ("query/yields", json!({"yields": {"commons": "1"}})),
    ] {
        let gas = w.sandbox.query_gas(&w.commons, &question).expect(name);
        let _ = writeln!(table, "{name} {gas}");
    }
    table
}

#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "one variable rewrites golden files"
)]
fn gas_of_messages_about_rights_is_what_was_reviewed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gas-rights.txt");
    let now = gas_table();
    if std::env::var_os("MYCEL_UPDATE").is_some() {
        std::fs::write(path, &now).expect("writes the golden file");
    }
    let reviewed = std::fs::read_to_string(path).expect("tests/gas-rights.txt");
    let rows = |table: &str| -> Vec<(String, f64)> {
        let rows = table.lines().filter(|line| !line.starts_with('#'));
        rows.filter_map(|row| {
            let (name, gas) = row.split_once(' ')?;
            Some((name.to_owned(), gas.parse().ok()?))
        })
        .collect()
    };
    let (now, reviewed) = (rows(&now), rows(&reviewed));
    assert_eq!(now.len(), reviewed.len(), "MYCEL_UPDATE=1 writes it");
    for ((name, gas), (known, before)) in now.iter().zip(&reviewed) {
        assert_eq!(name, known);
        assert!(*gas < 20_000_000.0, "{name}: {gas} is no transaction");
        let off = (gas - before).abs() / before;
        assert!(
            off <= 0.05,
            "{name}: {gas} gas, reviewed {before}; MYCEL_UPDATE=1 writes it"
        );
    }
}
