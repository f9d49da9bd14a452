//! members and the real credit: what one says, the other understands.

use crate::world::{ALL, Peers, World, accept, idc, native};
use cosmwasm_std::Addr;
use mycel_credit::policies::Standard;
use mycel_kit::peers::credit::Position;
use mycel_kit::peers::members::Status;
use mycel_sandbox::{Code, Native, Refusal, address};
use serde_json::{Value, json};

const STARTER: i128 = 250_000_000_000_000;

fn town() -> (World, Addr) {
    town_with("0")
}

fn town_with(grant: &str) -> (World, Addr) {
    let peers = Peers {
        credit: false,
        ..ALL
    };
    let mut world = World::begin(
        Code::native(native()),
        peers,
        json!({"growth_least": 100, "sponsor_residency": 0}),
    );
    world.found(&["ana", "ben", "cleo"]);
    let code = world.sandbox.store(Code::native(
        Native::new(
            mycel_credit::contract::instantiate::<Standard>,
            mycel_credit::contract::execute::<Standard>,
            mycel_credit::query::query::<Standard>,
        )
        .with_sudo(mycel_credit::contract::sudo::<Standard>),
    ));
    let begin = json!({"authority": world.double, "parameters": {"members": world.members},
        "starter_grant": grant, "development": true});
    let key = world.key.clone();
    let credit = world
        .sandbox
        .instantiate2(&key, code, "real-credit", &begin)
        .expect("credit");
    world.decided(json!({"set_peers": {"credit": credit}}));
    world.ok("anyone", json!({"backfill": {"after": "0", "limit": 50}}));
    world.block();
    (world, credit)
}

fn pay(world: &mut World, credit: &Addr, from: &str, to: &str) -> Result<(), Refusal> {
    let msg = json!({"pay": {"to": address(to), "amount": "5000000000000"}});
    world
        .sandbox
        .execute(&address(from), credit, &msg)
        .map(|_| ())
}

fn position(world: &World, credit: &Addr, name: &str) -> Result<i128, Refusal> {
    let msg = json!({"position": {"member": address(name), "at": null}});
    world
        .sandbox
        .query::<Position>(credit, &msg)
        .map(|answer| answer.position.i128())
}

#[test]
fn enrolment_sanctions_rotation_and_leaving_reach_the_real_accounts() {
    let (mut world, credit) = town();
    world.join("ana", "dan");
    pay(&mut world, &credit, "dan", "ben").expect("dan has an account with a limit");
    assert_eq!(
        position(&world, &credit, "dan").expect("an account"),
        -5_000_000_000_000
    );

    for step in ["notice", "reduced", "suspended"] {
        world.sentence("cleo", "ana", step);
    }
    let refused = pay(&mut world, &credit, "ana", "ben").expect_err("frozen");
    assert!(refused.text.contains("frozen"), "{}", refused.text);

    let add = json!({"add_key": {"address": address("ben-new"), "roles": ["vote"]}});
    world.ok("ben", add);
    world.ok("ben-new", json!({"accept_key": {"person": "2"}}));
    world.ok("ben", json!({"rotate": {"to": address("ben-new")}}));
    assert!(position(&world, &credit, "ben-new").expect("an account") > 0);

    world.ok("dan", json!({"leave": {}}));
    let close = json!({"advance": {"person": "4"}});
    world.no(
        "anyone",
        close.clone(),
        "open items: position=-5000000000000",
    );
    assert!(
        pay(&mut world, &credit, "dan", "cleo").is_err(),
        "leaving: receives and repays only"
    );
    pay(&mut world, &credit, "cleo", "dan").expect("repays for dan");
    world.ok("anyone", close);
    assert_eq!(world.standing("dan").status, Status::Left);
    assert!(
        pay(&mut world, &credit, "cleo", "dan").is_err(),
        "the account is closed"
    );
    world.check();
}

fn credit_says(world: &mut World, credit: &Addr, from: &str, msg: Value) {
    world
        .sandbox
        .execute(&address(from), credit, &msg)
        .expect("credit takes it");
}

#[test]
fn who_left_comes_back_to_the_same_account_without_a_second_starter() {
    let (mut world, credit) = town_with("1000000000000000");
    let begins = position(&world, &credit, "cleo").expect("an account");
    assert!(
        (STARTER - 1_000_000_000_000..=STARTER).contains(&begins),
        "{begins}"
    );
    credit_says(&mut world, &credit, "cleo", json!({"close_to": {}}));
    for step in ["notice", "reduced"] {
        world.sentence("ana", "cleo", step);
    }
    world.ok("cleo", json!({"leave": {}}));
    world.ok("anyone", json!({"advance": {"person": "3"}}));
    assert!(pay(&mut world, &credit, "ana", "cleo").is_err(), "closed");
    world.block();
    world.ok("ana", json!({"invite": {"address": address("cleo")}}));
    world.ok("cleo", accept(Some(1), "cleo"));
    assert_eq!(world.number("cleo"), 3);
    let again = position(&world, &credit, "cleo").expect("an account");
    assert_eq!(again, 0, "no second starter");
    let asked = json!({"position": {"member": address("cleo"), "at": null}});
    let told: Position = world.sandbox.query(&credit, &asked).expect("a position");
    assert_eq!(
        told.limit.pico(),
        500_000_000_000_000,
        "half of 1,000: the sanction goes on"
    );
    pay(&mut world, &credit, "ana", "cleo").expect("open again");
    pay(&mut world, &credit, "cleo", "ben").expect("and pays");
    world.check();

    // a further time, at another address
    world.ok("cleo", json!({"leave": {}}));
    world.ok("anyone", json!({"advance": {"person": "3"}}));
    world.block();
    let key = json!({"add_key": {"address": address("cleo-2"), "roles": ["pay", "recover"]}});
    world.ok("cleo", key);
    world.ok("cleo-2", json!({"accept_key": {"person": "3"}}));
    world.ok("ana", json!({"invite": {"address": address("cleo-2")}}));
    let back = json!({"accept": {"sponsor": "1", "handle": "cleo", "idc": idc("cleo")}});
    world.ok("cleo-2", back);
    let moved = position(&world, &credit, "cleo-2").expect("an account");
    assert_eq!(moved, 0);
    assert!(position(&world, &credit, "cleo").is_err());
    pay(&mut world, &credit, "cleo-2", "ben").expect("pays from there");
    world.check();
    // the real credit refuses a number whose account is open
    let members = world.members.clone();
    let again = json!({"open_account": {"owner": address("cleo-3"), "kind": "person", "person": "3", "sponsor": null}});
    let refused = world
        .sandbox
        .execute(&members, &credit, &again)
        .expect_err("it has an account");
    assert!(refused.text.contains("person seen"), "{}", refused.text);
}
