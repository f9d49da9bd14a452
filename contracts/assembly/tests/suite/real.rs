//! The assembly with the real members, credit and sortition: what one says,
//! the others understand.

use crate::world::{COMMONS, DAY, World, names, native, short, spend, told_to, with, yes_no};
use cosmwasm_std::Addr;
use mycel_assembly::ask::PhaseName;
use mycel_credit::policies::Standard;
use mycel_sandbox::{Code, Native, address};
use serde_json::{Value, json};

fn credit() -> Native {
    Native::new(
        mycel_credit::contract::instantiate::<Standard>,
        mycel_credit::contract::execute::<Standard>,
        mycel_credit::query::query::<Standard>,
    )
    .with_sudo(mycel_credit::contract::sudo::<Standard>)
}

fn sortition() -> Native {
    use mycel_sortition::{contract, query};
    Native::new(contract::instantiate, contract::execute, query::query)
}

/// Nine members with accounts; the assembly is everybody's authority.
pub fn town() -> World {
    let mut world = World::begin(Code::native(native()), 9, short());
    let own = world.assembly.clone();
    let code = world.sandbox.store(Code::native(credit()));
    let begin =
        json!({"authority": own, "parameters": {"members": world.members}, "development": true});
    let credit = world
        .sandbox
        .instantiate2(&own, code, "credit", &begin)
        .expect("credit");
    let code = world.sandbox.store(Code::native(sortition()));
    let begin = json!({"authority": own, "development": true, "parameters": {"members": world.members,
        "clients": [{"name": "assembly", "address": own}]}});
    let sortition = world
        .sandbox
        .instantiate2(&own, code, "sortition", &begin)
        .expect("sortition");
    world.credit = credit.clone();
    world.sortition = sortition.clone();
    let members = world.members.clone();
    let all = [
        told_to(
            &members,
            &json!({"set_peers": {"credit": credit, "sortition": sortition}}),
        ),
        told_to(
            &own,
            &json!({"set_peers": {"credit": credit, "sortition": sortition}}),
        ),
    ];
    let number = world.released(yes_no("constitutional", &all), 7);
    world.execute(number);
    assert_eq!(world.phase(number), PhaseName::Executed);
    world.tell(
        &members,
        "anyone",
        &json!({"backfill": {"after": "0", "limit": 50}}),
    );
    world.block();
    world
}

fn say(world: &mut World, contract: &Addr, name: &str, msg: &Value) -> Result<(), String> {
    let said = world.sandbox.execute(&address(name), contract, msg);
    said.map(|_| ()).map_err(|refusal| refusal.text)
}

fn pay(world: &mut World, from: &str, to: &str) -> Result<(), String> {
    let credit = world.credit.clone();
    let msg = json!({"pay": {"to": address(to), "amount": "5000000000000"}});
    say(world, &credit, from, &msg)
}

#[test]
fn parameters_of_the_real_contracts_change_and_somebody_is_admitted() {
    let mut world = town();
    let (members, credit) = (world.members.clone(), world.credit.clone());
    let actions = [
        told_to(
            &members,
            &json!({"set_parameters": {"numbers": {"vouches_most": 7}}}),
        ),
        told_to(
            &credit,
            &json!({"set_parameters": {"rate_ppb_per_day": 2_000_000}}),
        ),
        told_to(&members, &json!({"admit": {"address": address("dora")}})),
    ];
    let number = world.released(yes_no("constitutional", &actions), 7);
    world.execute(number);
    assert_eq!(
        world.phase(number),
        PhaseName::Executed,
        "{:?}",
        world.runs(number)
    );
    let shown: Value = world
        .sandbox
        .query(&members, &json!({"parameters": {}}))
        .expect("members");
    assert_eq!(shown["numbers"]["vouches_most"], 7);
    let shown: Value = world
        .sandbox
        .query(&credit, &json!({"parameters": {}}))
        .expect("credit");
    assert_eq!(shown["parameters"]["rate_ppb_per_day"], 2_000_000);
    let accept = json!({"accept": {"sponsor": null, "handle": "dora", "idc": format!("00{}", "ab".repeat(31))}});
    say(&mut world, &members, "dora", &accept).expect("admitted");
    world.check();
}

#[test]
fn an_ordinary_decision_is_too_little_for_a_contract_that_judges_itself() {
    let mut world = town();
    // the assembly's own table lets it pass; credit's does not
    let limit = told_to(
        &world.credit,
        &json!({"set_limit": {"owner": address(&names(1)[0]), "limit": "5"}}),
    );
    let commons = with(
        yes_no("ordinary", std::slice::from_ref(&limit)),
        "electorate",
        json!("all"),
    );
    let number = world.released(commons, 7);
    world.execute(number);
    assert_eq!(world.phase(number), PhaseName::Executed);
    let unknown = told_to(&world.credit, &json!({"mint": {"to": address("eve")}}));
    let number = world.released(yes_no("ordinary", &[unknown]), 7);
    world.execute(number);
    assert_eq!(world.runs(number).runs[0].state, "failed");
}

#[test]
fn the_commons_of_the_real_credit_are_spent_within_the_cap() {
    let mut world = town();
    let all = names(9);
    // decay fills the commons
    for pair in all.chunks_exact(2) {
        pay(&mut world, &pair[0], &pair[1]).expect("a payment");
    }
    world.wait(300 * DAY);
    let credit = world.credit.clone();
    let accounts: Vec<_> = all.iter().map(|name| address(name)).collect();
    say(
        &mut world,
        &credit,
        "anyone",
        &json!({"settle": {"accounts": accounts}}),
    )
    .expect("settled");
    world.block();
    let shown: Value = world.query(&json!({"spending": {}}));
    let held: u128 = shown["commons"]
        .as_str()
        .and_then(|text| text.parse().ok())
        .expect("held");
    assert!(held > 10, "{held}");
    let more = json!({"propose": yes_no("spending", &[spend(&all[8], held / 10 + 1)])});
    world.no(&all[0], more, "spending cap");
    let number = world.released(yes_no("spending", &[spend(&all[8], held / 10)]), 7);
    world.execute(number);
    assert_eq!(
        world.phase(number),
        PhaseName::Executed,
        "{:?}",
        world.runs(number)
    );
    let _ = COMMONS;
    world.check();
}

#[test]
fn a_pause_stops_payments_and_members_but_never_decisions_nor_leaving() {
    let mut world = town();
    let all = names(9);
    let (members, credit) = (world.members.clone(), world.credit.clone());
    let pause = |contract: &Addr| json!({"pause": {"contract": contract, "seconds": 7 * DAY}});
    let both = [pause(&members), pause(&credit)];
    let number = world.brought(yes_no("urgent", &both));
    for name in &all[..7] {
        world.vote(name, number, json!("yes"));
    }
    world.count(number);
    world.release(number);
    pay(&mut world, &all[0], &all[1]).expect("not paused yet");
    world.execute(number);
    assert_eq!(
        world.phase(number),
        PhaseName::Executed,
        "{:?}",
        world.runs(number)
    );
    let refused = pay(&mut world, &all[0], &all[1]).expect_err("paused");
    assert!(refused.contains("paused: until="), "{refused}");
    let invite = json!({"invite": {"address": address("new")}});
    let refused = say(&mut world, &members, &all[0], &invite).expect_err("paused");
    assert!(refused.contains("paused: until="), "{refused}");
    // decisions, due work and leaving go on
    say(&mut world, &members, &all[8], &json!({"leave": {}})).expect("leaving is free");
    say(
        &mut world,
        &members,
        "anyone",
        &json!({"advance": {"limit": 5}}),
    )
    .expect("advances");
    say(&mut world, &credit, &all[8], &json!({"close_to": {}})).expect("winds up");
    let last = json!({"advance": {"person": "9"}});
    say(&mut world, &members, "anyone", &last).expect("left");
    say(
        &mut world,
        &credit,
        "anyone",
        &json!({"settle": {"accounts": [address(&all[0])]}}),
    )
    .expect("settles");
    let rule = told_to(&members, &json!({"admit": {"address": address("dora")}}));
    let other = world.released(yes_no("ordinary", &[rule]), 7);
    world.execute(other);
    assert_eq!(
        world.phase(other),
        PhaseName::Executed,
        "{:?}",
        world.runs(other)
    );
    // it lapses by itself
    world.wait(7 * DAY);
    pay(&mut world, &all[0], &all[1]).expect("the pause is over");
    say(&mut world, &members, &all[0], &invite).expect("the pause is over");
    // and is ended sooner by a decision
    let number = world.brought(yes_no("urgent", &[pause(&credit)]));
    for name in &all[..7] {
        world.vote(name, number, json!("yes"));
    }
    world.count(number);
    world.release(number);
    world.execute(number);
    pay(&mut world, &all[0], &all[1]).expect_err("paused");
    let end = told_to(&credit, &json!({"pause": {"until": "0"}}));
    let number = world.released(yes_no("ordinary", &[end]), 7);
    world.execute(number);
    pay(&mut world, &all[0], &all[1]).expect("heard again");
    // longer than a week is refused by the contract itself
    let long = told_to(
        &credit,
        &json!({"pause": {"until": (world.now() + 30 * DAY).to_string()}}),
    );
    let number = world.released(yes_no("ordinary", &[long]), 7);
    world.execute(number);
    assert!(world.runs(number).runs[0].state == "failed");
    pay(&mut world, &all[0], &all[1]).expect("not paused");
    world.check();
}

#[test]
fn a_panel_is_asked_of_the_real_sortition() {
    let mut world = town();
    let panel = json!({"size": 3, "features": [{"name": "age", "values": ["young", "old"]}],
        "quotas": [{"feature": "age", "value": "old", "min": 1, "max": 2}]});
    let asked = with(yes_no("ordinary", &[]), "panel", panel);
    let number = world.brought(asked);
    assert_eq!(world.phase(number), PhaseName::Deliberation);
    let sortition = world.sortition.clone();
    let shown: Value = world
        .sandbox
        .query(
            &sortition,
            &json!({"drawn": {"ref": format!("assembly/{number}")}}),
        )
        .expect("a draw");
    assert_eq!(shown["done"], false);
    let advise = json!({"advise": {"proposal": number.to_string(), "option": 1, "text": ""}});
    world.no(
        &names(1)[0],
        advise,
        "not seated: the panel is not drawn yet",
    );
    world.check();
}

#[test]
fn a_panel_that_the_real_sortition_refuses_holds_up_no_proposal() {
    let mut world = town();
    // four of three
    let panel = json!({"size": 3, "features": [{"name": "age", "values": ["young", "old"]}],
        "quotas": [{"feature": "age", "value": "old", "min": 4, "max": 4}]});
    let number = world.brought(with(yes_no("ordinary", &[]), "panel", panel));
    let found = world.proposal(number);
    assert_eq!((found.phase, found.panel), (PhaseName::Deliberation, 0));
    let why = found.no_panel.expect("a reason");
    assert!(why.contains("quota"), "{why}");
    world.check();
}

/// The real clearing beside them.
pub fn clearing(world: &mut World) -> Addr {
    use mycel_clearing::{contract, query};
    let own = world.assembly.clone();
    let code = world.sandbox.store(Code::native(Native::new(
        contract::instantiate,
        contract::execute,
        query::query,
    )));
    let begin = json!({"authority": own, "members": world.members, "credit": world.credit});
    world
        .sandbox
        .instantiate2(&own, code, "clearing", &begin)
        .expect("clearing")
}

/// The real funding beside them.
pub fn funding(world: &mut World) -> Addr {
    use mycel_funding::{contract, query};
    let own = world.assembly.clone();
    let code = world.sandbox.store(Code::native(Native::new(
        contract::instantiate,
        contract::execute,
        query::query,
    )));
    let begin = json!({"authority": own, "development": true,
        "parameters": {"members": world.members, "credit": world.credit}});
    world
        .sandbox
        .instantiate2(&own, code, "funding", &begin)
        .expect("funding")
}

#[test]
fn a_paused_clearing_takes_nothing_new_and_its_rounds_go_on() {
    let mut world = town();
    let all = names(9);
    let clearing = clearing(&mut world);
    let due = world.now() + DAY;
    let propose =
        json!({"propose": {"with": "2", "i_owe": true, "amount": "5", "due": due.to_string()}});
    say(&mut world, &clearing, &all[0], &propose).expect("heard");
    let pause = json!({"pause": {"contract": clearing, "seconds": DAY}});
    let number = world.brought(yes_no("urgent", &[pause]));
    for name in &all[..7] {
        world.vote(name, number, json!("yes"));
    }
    world.count(number);
    world.release(number);
    world.execute(number);
    assert_eq!(
        world.phase(number),
        PhaseName::Executed,
        "{:?}",
        world.runs(number)
    );
    let refused = say(&mut world, &clearing, &all[0], &propose).expect_err("paused");
    assert!(refused.contains("paused: until="), "{refused}");
    for due in [
        json!({"open_round": {}}),
        json!({"advance": {"round": "1", "limit": 5}}),
        json!({"drop_proposal": {"proposal": "1"}}),
    ] {
        let said = say(&mut world, &clearing, &all[0], &due);
        assert!(!said.is_err_and(|why| why.contains("paused")), "{due}");
    }
    world.wait(DAY);
    let due = (world.now() + DAY).to_string();
    let propose = json!({"propose": {"with": "2", "i_owe": true, "amount": "5", "due": due}});
    say(&mut world, &clearing, &all[0], &propose).expect("heard again");
}
