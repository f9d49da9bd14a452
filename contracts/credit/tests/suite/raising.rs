//! A line of the limit for trust that was shown: what raises it, for whom, and
//! how it ends by itself.

use crate::world::months::{capacity, code, economy, enrol, limit};
use crate::world::{CREDIT, DAY, World};
use cosmwasm_std::{HexBinary, Int128, from_json};
use mycel_credit::msg::{
    AccountsResponse, EconomyChanges, ExecuteMsg, ExportItem, ExportResponse, NewAccount,
    PositionResponse, QueryMsg,
};
use mycel_credit::state::Kind;
use mycel_kit::peers::credit::{CreditQuery, Settled};
use mycel_kit::peers::trust::{ConsumerMsg, Gate, Identity, Mode, Shown, Term, TrustQuery};
use mycel_kit::{Amount, Id, Seconds};

const GATE: u64 = 7;

/// Two members of whom trust knows the identities, and a gate of mode named.
fn town() -> World {
    let mut world = economy(EconomyChanges {
        raise_gate: Some(Id(GATE)),
        raise_amount: Amount::credits(300),
        ..EconomyChanges::default()
    });
    for (person, name) in (1..).zip(["anna", "ben"]) {
        enrol(&mut world, name, person, None);
        identity(&mut world, person);
    }
    let trust = world.address("trust");
    let json = format!(r#"{{"set_parameters":{{"trust":"{trust}"}}}}"#);
    world.say("authority", &json).unwrap();
    gate(&mut world, |_| ());
    world
}

fn gate(world: &mut World, change: impl FnOnce(&mut Gate)) {
    let mut gate = Gate {
        gate: Id(GATE),
        consumer: world.env().contract.address.to_string(),
        mode: Mode::Named,
        term: Term::Seconds(Seconds(91 * DAY)),
        ttl: Seconds(91 * DAY),
        open: true,
    };
    change(&mut gate);
    let trust = world.address("trust");
    let question = TrustQuery::Gate { gate: Id(GATE) };
    world.answer(&trust, &question, &gate);
}

fn identity(world: &mut World, person: u64) {
    let trust = world.address("trust");
    let question = TrustQuery::Identity { person: Id(person) };
    let answer = Identity {
        idc: idc(person),
        live: true,
    };
    world.answer(&trust, &question, &answer);
}

fn idc(person: u64) -> HexBinary {
    vec![person as u8; 32].into()
}

/// As trust says it, through JSON; `change` bends it.
fn show_with(world: &mut World, by: &str, member: &str, change: impl FnOnce(&mut Told)) -> u32 {
    let mut told = Shown {
        gate: Id(GATE),
        term: "12".to_owned(),
        nf: vec![9; 32].into(),
        subject: idc(if member == "ben" { 2 } else { 1 }),
        action: serde_json::json!({"raise_line": {"member": world.address(member)}}),
    };
    change(&mut told);
    let json = serde_json::to_string(&ConsumerMsg::Shown(told)).unwrap();
    match from_json::<ExecuteMsg>(&json) {
        Ok(msg) => {
            let by = world.address(by);
            code(world.execute(&by, msg))
        }
        Err(_) => u32::MAX,
    }
}

type Told = Shown<serde_json::Value>;

fn show(world: &mut World, member: &str) -> u32 {
    show_with(world, "trust", member, |_| ())
}

const UNAUTHORIZED: u32 = 1;
const NOT_RAISED: u32 = 64;

#[test]
fn a_proof_shown_at_the_named_gate_raises_the_limit_and_says_so_everywhere() {
    let mut world = town();
    let before = limit(&world, "anna");
    assert_eq!(show(&mut world, "anna"), 0);
    assert_eq!(limit(&world, "anna"), before + 300);
    assert_eq!(limit(&world, "ben"), before);
    let until = world.now + 91 * DAY;
    let member = world.address("anna");
    let position: PositionResponse = world
        .query(QueryMsg::Position {
            member: member.clone(),
            at: None,
        })
        .unwrap();
    let told = position.raised.unwrap();
    assert_eq!(told.amount, Amount::credits(300).unwrap());
    assert_eq!(told.until, Seconds(until));
    assert_eq!(position.limit.signed(), (before + 300) * CREDIT);
    let accounts: AccountsResponse = world
        .query(QueryMsg::Accounts {
            after: None,
            limit: None,
        })
        .unwrap();
    let account = accounts
        .accounts
        .into_iter()
        .find(|account| account.owner == member)
        .unwrap();
    assert_eq!(account.raised, Some(told.clone()));
    assert_eq!(
        account.own_limit,
        capacity(&world, "anna").granted,
        "the own limit is as before"
    );
    let export: ExportResponse = world
        .query(QueryMsg::Export {
            member,
            after: None,
        })
        .unwrap();
    let exported = export.items.iter().find_map(|item| match item {
        ExportItem::Account(account) => account.raised.clone(),
        _ => None,
    });
    assert_eq!(exported, Some(told));
}

#[test]
fn a_raised_line_can_be_spent_and_ends_by_itself_and_takes_nothing() {
    let mut world = town();
    let own = limit(&world, "anna");
    let has = world.stored("anna").position;
    assert_eq!(show(&mut world, "anna"), 0);
    let all = has + (own + 300) * CREDIT;
    assert!(world.pay("anna", "ben", all + 1).is_err());
    world.pay("anna", "ben", all).unwrap();
    world.now += 91 * DAY - 1;
    assert_eq!(limit(&world, "anna"), own + 300, "up to the last second");
    world.now += 1;
    // nobody did anything: no sweep, no message
    assert_eq!(limit(&world, "anna"), own);
    assert_eq!(world.stored("anna").position, -(own + 300) * CREDIT);
    assert!(world.pay("anna", "ben", 1).is_err());
    let position: PositionResponse = world
        .query(QueryMsg::Position {
            member: world.address("anna"),
            at: None,
        })
        .unwrap();
    assert_eq!(position.raised, None);
    assert_eq!(position.position, Int128::new(-(own + 300) * CREDIT));
}

#[test]
fn showing_again_renews_a_line_and_never_adds_to_it() {
    let mut world = town();
    let own = limit(&world, "anna");
    assert_eq!(show(&mut world, "anna"), 0);
    world.now += 60 * DAY;
    assert_eq!(show(&mut world, "anna"), 0);
    assert_eq!(limit(&world, "anna"), own + 300);
    world.now += 90 * DAY;
    assert_eq!(limit(&world, "anna"), own + 300);
    // a shorter gate does not shorten what was shown
    gate(&mut world, |gate| gate.ttl = Seconds(1));
    assert_eq!(show(&mut world, "anna"), 0);
    world.now += DAY - 1;
    assert_eq!(limit(&world, "anna"), own + 300);
    world.now += 1;
    assert_eq!(limit(&world, "anna"), own);
}

#[test]
fn a_line_lasts_a_year_at_most() {
    let mut world = town();
    gate(&mut world, |gate| gate.ttl = Seconds(u64::MAX));
    assert_eq!(show(&mut world, "anna"), 0);
    let raised = world.stored("anna").raised.unwrap();
    assert_eq!(raised.until, world.now + 366 * DAY);
}

#[test]
fn own_limit_and_line_for_trust_together_stay_within_the_cap() {
    let mut world = town();
    for (own, expected) in [(4_900, 5_000), (5_000, 5_000), (6_000, 6_000)] {
        let owner = world.address("anna");
        let limit_set = ExecuteMsg::SetLimit {
            owner,
            limit: Amount::credits(own).unwrap(),
        };
        let authority = world.authority.to_string();
        world.execute(&authority, limit_set).unwrap();
        assert_eq!(show(&mut world, "anna"), 0);
        assert_eq!(limit(&world, "anna"), expected);
    }
}

#[test]
fn a_sanction_scales_a_raised_line_too() {
    let mut world = town();
    assert_eq!(show(&mut world, "anna"), 0);
    let whole = limit(&world, "anna");
    let owner = world.address("anna");
    let json =
        format!(r#"{{"set_standing":{{"owner":"{owner}","scale_bps":5000,"frozen":false}}}}"#);
    world.say("authority", &json).unwrap();
    assert_eq!(limit(&world, "anna"), whole / 2);
}

#[test]
fn only_trust_says_that_a_proof_was_shown() {
    let mut world = town();
    for by in ["anna", "authority", "ben"] {
        assert_eq!(show_with(&mut world, by, "anna", |_| ()), UNAUTHORIZED);
    }
    world
        .say("authority", r#"{"set_parameters":{"trust":""}}"#)
        .unwrap();
    assert_ne!(show(&mut world, "anna"), 0, "nobody is trust yet");
}

#[test]
fn a_friends_proof_raises_nobodys_line() {
    let mut world = town();
    let friend = |told: &mut Told| told.subject = idc(2);
    assert_eq!(show_with(&mut world, "trust", "anna", friend), NOT_RAISED);
    let nobody = |told: &mut Told| told.subject = vec![0; 32].into();
    assert_eq!(show_with(&mut world, "trust", "anna", nobody), NOT_RAISED);
    let short = |told: &mut Told| told.subject = vec![1; 31].into();
    assert_eq!(show_with(&mut world, "trust", "anna", short), NOT_RAISED);
    assert_eq!(world.stored("anna").raised, None);
}

#[test]
fn another_gate_another_mode_or_another_consumer_raises_no_line() {
    let mut world = town();
    let other = |told: &mut Told| told.gate = Id(GATE + 1);
    assert_eq!(show_with(&mut world, "trust", "anna", other), NOT_RAISED);
    type Bend = fn(&mut Gate);
    let bent: [Bend; 4] = [
        |gate| gate.mode = Mode::Once,
        |gate| gate.mode = Mode::Pseudonym,
        |gate| gate.consumer = "elsewhere".to_owned(),
        |gate| gate.term = Term::Action {},
    ];
    for bend in bent {
        gate(&mut world, bend);
        assert_eq!(show(&mut world, "anna"), NOT_RAISED);
    }
    gate(&mut world, |_| ());
    for json in [
        r#"{"raise_gate":"0"}"#,
        r#"{"raise_gate":"7","raise_amount":"0"}"#,
    ] {
        let json = format!(r#"{{"set_parameters":{{"economy":{json}}}}}"#);
        world.say("authority", &json).unwrap();
        assert_eq!(show(&mut world, "anna"), NOT_RAISED);
    }
    let zero = |told: &mut Told| told.gate = Id(0);
    world
        .say(
            "authority",
            r#"{"set_parameters":{"economy":{"raise_gate":"0"}}}"#,
        )
        .unwrap();
    assert_eq!(show_with(&mut world, "trust", "anna", zero), NOT_RAISED);
}

#[test]
fn an_action_that_credit_does_not_know_is_refused() {
    let mut world = town();
    let member = world.address("anna");
    for action in [
        serde_json::json!({"volunteer": {"draw": "1"}}),
        serde_json::json!({"raise_line": {"member": member, "amount": "9"}}),
        serde_json::json!({"raise_line": {}}),
    ] {
        let bend = |told: &mut Told| told.action = action;
        assert_eq!(show_with(&mut world, "trust", "anna", bend), u32::MAX);
    }
}

#[test]
fn organisations_strangers_and_who_leaves_get_no_line() {
    let mut world = town();
    let org = NewAccount {
        kind: Kind::Org,
        person: None,
        ..world.person("org", 0)
    };
    let authority = world.authority.to_string();
    world
        .execute(&authority, ExecuteMsg::OpenAccount(org))
        .unwrap();
    assert_eq!(show(&mut world, "org"), NOT_RAISED);
    assert_ne!(show(&mut world, "stranger"), 0);
    let owner = world.address("anna");
    world
        .execute(&authority, ExecuteMsg::SetLeaving { owner })
        .unwrap();
    assert_eq!(show(&mut world, "anna"), 28, "leaving");
}

#[test]
fn an_account_that_closes_loses_its_line() {
    let mut world = town();
    assert_eq!(show(&mut world, "ben"), 0);
    let has = world.stored("ben").position;
    if has > 0 {
        world.pay("ben", "anna", has).unwrap();
    }
    let (owner, authority) = (world.address("ben"), world.authority.to_string());
    world
        .execute(&authority, ExecuteMsg::CloseAccount { owner })
        .unwrap();
    assert_eq!(world.stored("ben").raised, None);
    enrol(&mut world, "ben", 2, None);
    assert_eq!(world.stored("ben").raised, None);
}

#[test]
fn what_was_settled_is_told_each_way_as_trust_asks() {
    let mut world = town();
    let (anna, ben) = (world.address("anna"), world.address("ben"));
    for (from, to, amount) in [(&anna, &ben, 25), (&ben, &anna, 4), (&anna, &ben, 10)] {
        let paid = ExecuteMsg::Pay {
            to: to.clone(),
            amount: Amount::credits(amount).unwrap(),
            reference: Some("chairs".into()),
            memo: None,
        };
        world.execute(from, paid).unwrap();
    }
    let ask = |world: &World, reference: &str, a: &str, b: &str| -> Settled {
        let question = CreditQuery::Settled {
            r#ref: reference.to_owned(),
            a: a.to_owned(),
            b: b.to_owned(),
        };
        let question = from_json(cosmwasm_std::to_json_vec(&question).unwrap()).unwrap();
        world.query(question).unwrap()
    };
    let credits = |n: i128| (n * CREDIT).unsigned_abs().into();
    let told = ask(&world, "chairs", &anna, &ben);
    assert_eq!((told.a_to_b, told.b_to_a), (credits(35), credits(4)));
    let told = ask(&world, "chairs", &ben, &anna);
    assert_eq!((told.a_to_b, told.b_to_a), (credits(4), credits(35)));
    let told = ask(&world, "tables", &anna, &ben);
    assert!(told.a_to_b.is_zero() && told.b_to_a.is_zero());
}
