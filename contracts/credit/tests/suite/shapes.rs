//! What other contracts say and ask in the kit's shapes is what this contract
//! reads, and its answers are what they read.

use crate::world::World;
use cosmwasm_std::{from_json, to_json_vec};
use mycel_credit::msg::{Action, ExecuteMsg, QueryMsg};
use mycel_kit::peers::assembly::AssemblyMsg;
use mycel_kit::peers::credit::{CreditMsg, CreditQuery, Hold, Kind, Position, Resolution};
use mycel_kit::peers::items::{ItemsQuery, OpenItems};
use mycel_kit::roles::{Class, Electorate};
use mycel_kit::{Amount, Id};
use serde::de::DeserializeOwned;

fn say(world: &mut World, sender: &str, msg: &impl serde::Serialize) {
    let msg: ExecuteMsg = from_json(to_json_vec(msg).unwrap()).expect("a message of this contract");
    world.execute(sender, msg).expect("does it");
}

fn ask<T: DeserializeOwned>(world: &World, question: &impl serde::Serialize) -> T {
    let question: QueryMsg = from_json(to_json_vec(question).unwrap()).expect("a question");
    world.query(question).expect("answers in the asker's shape")
}

#[test]
fn peers_speak_to_credit_in_the_kits_shapes() {
    let mut world = World::new(|_| {});
    world.name_holders(&["funding"]);
    let members = world.authority.to_string();
    let (ana, ben, funding) = (
        world.address("ana"),
        world.address("ben"),
        world.address("funding"),
    );
    for (owner, person) in [(&ana, 1), (&ben, 2)] {
        let open = CreditMsg::OpenAccount {
            owner: owner.clone(),
            kind: Kind::Person,
            person: Some(Id(person)),
            sponsor: None,
        };
        say(&mut world, &members, &open);
    }
    let owner = ana.clone();
    let standing = CreditMsg::SetStanding {
        owner,
        scale_bps: 5_000,
        frozen: false,
    };
    say(&mut world, &members, &standing);
    let json = format!(r#"{{"hold":{{"for":"{funding}","amount":"5","msg":"e30="}}}}"#);
    world.say("ana", &json).unwrap();
    let told: Hold = ask(&world, &CreditQuery::Hold { id: Id(1) });
    assert_eq!(
        (told.owner, told.holder, told.amount.pico()),
        (ana.clone(), funding.clone(), 5)
    );
    let member = ana.clone();
    let truth: Position = ask(&world, &CreditQuery::Position { member, at: None });
    assert_eq!((truth.held.u128(), truth.frozen), (5, false));
    let open: OpenItems = ask(
        &world,
        &ItemsQuery::OpenItems {
            member: ana.clone(),
        },
    );
    assert_eq!(open.open, 1);
    let open: OpenItems = ask(
        &world,
        &CreditQuery::OpenItems {
            member: ana.clone(),
        },
    );
    assert_eq!(open.open, 1);
    let items = vec![
        Resolution::Capture {
            hold: Id(1),
            amount: Amount::new(2).unwrap(),
            to: ben.clone(),
        },
        Resolution::Release { hold: Id(1) },
    ];
    say(&mut world, &funding, &CreditMsg::Resolve { items });
    let to = world.address("new key");
    say(
        &mut world,
        &members,
        &CreditMsg::Rotate {
            from: ana,
            to: to.clone(),
        },
    );
    say(
        &mut world,
        &members,
        &CreditMsg::SetLeaving { owner: to.clone() },
    );
    world.say("new key", r#"{"close_to":{}}"#).unwrap();
    say(&mut world, &members, &CreditMsg::CloseAccount { owner: to });
    let action = Action::SpendCommons {
        to: Some(ben),
        amount: Amount::new(1).unwrap(),
        hold_for: None,
        msg: None,
    };
    let decided = AssemblyMsg::Decided {
        proposal: Id(1),
        electorate: Electorate::All,
        class: Class::Spending,
        action,
    };
    say(&mut world, &members, &decided);
    world.check();
}
