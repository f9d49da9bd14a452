//! members and the real credit: what one says, the other understands.

use crate::world::{ALL, Peers, World, native};
use cosmwasm_std::Addr;
use mycel_credit::policies::Standard;
use mycel_kit::peers::credit::Position;
use mycel_kit::peers::members::Status;
use mycel_sandbox::{Code, Native, Refusal, address};
use serde_json::json;

fn town() -> (World, Addr) {
    let peers = Peers {
        credit: false,
        ..ALL
    };
    let mut world = World::begin(Code::native(native()), peers, json!({"growth_least": 100}));
    world.found(&["ana", "ben", "cleo"]);
    let code = world.sandbox.store(Code::native(
        Native::new(
            mycel_credit::contract::instantiate::<Standard>,
            mycel_credit::contract::execute::<Standard>,
            mycel_credit::query::query::<Standard>,
        )
        .with_sudo(mycel_credit::contract::sudo::<Standard>),
    ));
    let begin = json!({"authority": world.standin, "parameters": {"members": world.members},
        "starter_grant": "0", "development": true});
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

#[test]
fn who_left_gets_no_second_account_under_another_address() {
    let (mut world, credit) = town();
    world.ok("cleo", json!({"leave": {}}));
    world.ok("anyone", json!({"advance": {"person": "3"}}));
    world.no(
        "ana",
        json!({"invite": {"address": address("cleo")}}),
        "address taken",
    );
    // the real credit refuses the number itself, too
    let members = world.members.clone();
    let again = json!({"open_account": {"owner": address("cleo-2"), "kind": "person", "person": "3", "sponsor": null}});
    let refused = world
        .sandbox
        .execute(&members, &credit, &again)
        .expect_err("a number is seen once");
    assert!(refused.text.contains("person seen"), "{}", refused.text);
}
