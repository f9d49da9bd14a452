//! Draws whose volunteers come by proofs of trust.

use crate::pools::decided;
use crate::world::members::ordinary;
use crate::world::{DAY, World, person, plain, split, volunteering};
use cosmwasm_std::{Addr, Binary, HexBinary};
use mycel_double::trust;
use mycel_kit::peers::members::Status;
use mycel_kit::peers::sortition::DrawInput;
use mycel_kit::peers::trust::{Gate, GateTerm, Mode, Term};
use mycel_kit::{Id, Seconds};
use mycel_sandbox::{Code, Native, Receipt, Refusal, address};
use mycel_sortition::ask::QueryMsg;
use mycel_sortition::msg::{Attribute, ExecuteMsg};
use serde_json::{Value, json};

const GATE: u64 = 4;

/// A world with a trust whose key is `key`, and a gate for draws.
struct Proofs {
    world: World,
    trust: Addr,
}

impl Proofs {
    fn new(persons: u64) -> Proofs {
        let mut world = World::new(persons);
        let native = Native::new(trust::instantiate, trust::execute, trust::query);
        let code = world.sandbox.store(Code::native(native));
        let begin = json!({"key": address("key")});
        let trust = world
            .sandbox
            .instantiate2(&address("key"), code, "trust", &begin)
            .expect("trust");
        let assembly = world.assembly.clone();
        let named = json!({"set_parameters": {"trust": trust}});
        world.ok(&assembly, &decided("constitutional", &named));
        let mut proofs = Proofs { world, trust };
        proofs.gate(|_| ());
        proofs
    }

    fn gate(&mut self, change: impl FnOnce(&mut Gate)) {
        let mut gate = Gate {
            gate: Id(GATE),
            consumer: self.world.sortition.to_string(),
            mode: Mode::Once,
            term: Term::Action {},
            ttl: Seconds(DAY),
            open: true,
        };
        change(&mut gate);
        let told = trust::ExecuteMsg::SetGate(gate);
        self.say_trust(&told).expect("a gate");
    }

    fn say_trust(&mut self, msg: &trust::ExecuteMsg) -> Result<Receipt, Refusal> {
        let trust = self.trust.clone();
        self.world.sandbox.execute(&address("key"), &trust, msg)
    }

    fn open(&mut self, input: DrawInput) -> u64 {
        self.world.open(&DrawInput {
            gate: Some(Id(GATE)),
            ..input
        })
    }

    fn show(&mut self, draw: u64, nf: u8, action: &Value) -> Result<Receipt, Refusal> {
        self.show_at(GATE, &draw.to_string(), nf, action)
    }

    fn show_at(
        &mut self,
        gate: u64,
        term: &str,
        nf: u8,
        action: &Value,
    ) -> Result<Receipt, Refusal> {
        let told = trust::ExecuteMsg::Show {
            gate: Id(gate),
            term: term.to_owned(),
            nf: HexBinary::from(vec![nf; 32]),
            subject: HexBinary::from(vec![0; 32]),
            action: Binary::from(action.to_string().into_bytes()),
        };
        self.say_trust(&told)
    }

    #[track_caller]
    fn no(&mut self, refused: Result<Receipt, Refusal>, words: &str) {
        match refused {
            Ok(_) => panic!("accepted, not refused with `{words}`"),
            Err(refusal) => assert!(refusal.text.contains(words), "{}", refusal.text),
        }
        self.world.check();
    }
}

fn action(draw: u64, number: u64, told: &[(&str, &str)]) -> Value {
    let attributes: Vec<Attribute> = told
        .iter()
        .map(|(feature, value)| Attribute {
            feature: (*feature).into(),
            value: (*value).into(),
            salt: None,
        })
        .collect();
    json!({"volunteer": {"draw": draw.to_string(), "address": person(number),
        "attributes": attributes}})
}

#[test]
fn a_draw_by_proofs_seats_the_addresses_that_proofs_named() {
    let mut proofs = Proofs::new(12);
    let draw = proofs.open(split("1", "side", &[("left", 1), ("right", 2)]));
    assert_eq!(proofs.world.draw(draw).gate, Some(Id(GATE)));
    for number in 1..=9u8 {
        let side = if number % 3 == 0 { "left" } else { "right" };
        let action = action(draw, number.into(), &[("side", side)]);
        proofs.show(draw, number, &action).expect("shown");
        proofs.world.check();
    }
    proofs.world.finish(draw);
    let seated = proofs.world.seated(draw);
    assert_eq!(seated.len(), 3);
    assert!(seated.iter().all(|person| (1..=9).contains(person)));
    assert_eq!(seated.iter().filter(|person| *person % 3 == 0).count(), 1);
    proofs.world.check();
}

#[test]
fn a_draw_takes_proofs_or_addresses_and_never_both() {
    let mut proofs = Proofs::new(3);
    let by_proofs = proofs.open(plain("1", 1));
    let by_address = proofs.world.open(&plain("2", 1));
    let msg = volunteering(by_proofs, &[]);
    proofs.world.no(&person(1), &msg, "identity refused");
    let shown = proofs.show(by_address, 1, &action(by_address, 1, &[]));
    // trust asks since when the draw takes proofs, and is refused
    proofs.no(shown, "gate is not the draw's");
    let sortition = proofs.world.sortition.clone();
    let told = json!({"shown": {"gate": GATE.to_string(), "term": by_address.to_string(),
        "nf": "01".repeat(32), "subject": "00".repeat(32), "action": action(by_address, 1, &[])}});
    let trust = proofs.trust.clone();
    let refused = proofs.world.sandbox.execute(&trust, &sortition, &told);
    proofs.no(refused, "takes addresses");
    proofs.world.volunteer(by_address, 1, &[]);
    proofs
        .show(by_proofs, 1, &action(by_proofs, 1, &[]))
        .expect("shown");
}

#[test]
fn one_nullifier_and_one_address_a_draw() {
    let mut proofs = Proofs::new(4);
    let draw = proofs.open(plain("1", 1));
    proofs.show(draw, 7, &action(draw, 1, &[])).expect("shown");
    let sortition = proofs.world.sortition.clone();
    let trust = proofs.trust.clone();
    // even if trust forgot what was spent
    let again = json!({"shown": {"gate": GATE.to_string(), "term": draw.to_string(),
        "nf": "07".repeat(32), "subject": "00".repeat(32), "action": action(draw, 2, &[])}});
    let refused = proofs.world.sandbox.execute(&trust, &sortition, &again);
    proofs.no(refused, "this nullifier was shown already");
    let refused = proofs.show(draw, 8, &action(draw, 1, &[]));
    proofs.no(refused, "another proof names this person");
    // who left does not come again by the same proof
    let leaves = ExecuteMsg::Withdraw { draw: Id(draw) };
    proofs.world.ok(&person(1), &leaves);
    let refused = proofs.world.sandbox.execute(&trust, &sortition, &again);
    proofs.no(refused, "this nullifier was shown already");
    proofs.show(draw, 9, &action(draw, 1, &[])).expect("shown");
    assert_eq!(proofs.world.draw(draw).persons, 1);
}

#[test]
fn only_trust_tells_of_proofs_and_only_of_this_draws_gate_and_term() {
    let mut proofs = Proofs::new(3);
    let draw = proofs.open(plain("1", 1));
    let other = proofs.open(plain("2", 1));
    let told = |gate: u64, term: u64, nf: &str| {
        json!({"shown": {"gate": gate.to_string(), "term": term.to_string(), "nf": nf,
            "subject": "00".repeat(32), "action": action(draw, 1, &[])}})
    };
    let nf = "01".repeat(32);
    for who in [person(1), address("key"), proofs.world.assembly.clone()] {
        proofs
            .world
            .no(&who, &told(GATE, draw, &nf), "unauthorized");
    }
    let trust = proofs.trust.clone();
    let elsewhere = told(GATE + 1, draw, &nf);
    proofs
        .world
        .no(&trust, &elsewhere, "gate is not the draw's");
    let later = told(GATE, other, &nf);
    proofs
        .world
        .no(&trust, &later, "term is not the draw's number");
    proofs.world.no(&trust, &told(GATE, draw, "01"), "32 bytes");
    proofs.world.ok(&trust, &told(GATE, draw, &nf));
}

#[test]
fn who_may_not_volunteer_by_address_is_not_named_by_a_proof() {
    let mut proofs = Proofs::new(3);
    let draw = proofs.open(split("1", "side", &[("left", 1)]));
    let left = [("side", "left")];
    proofs.world.bar(2);
    let refused = proofs.show(draw, 1, &action(draw, 2, &left));
    proofs.no(refused, "unauthorized");
    let mut silent = ordinary(3);
    silent.roles = vec!["pay".into()];
    proofs.world.set(3, silent);
    let refused = proofs.show(draw, 2, &action(draw, 3, &left));
    proofs.no(refused, "vote");
    let refused = proofs.show(draw, 3, &action(draw, 99, &left));
    proofs.no(refused, "unauthorized");
    let refused = proofs.show(draw, 4, &action(draw, 1, &[]));
    proofs.no(refused, "attributes refused");
    let refused = proofs.show(draw, 5, &action(draw, 1, &[("side", "right")]));
    proofs.no(refused, "attributes refused");
    // what was refused has spent nothing
    proofs
        .show(draw, 1, &action(draw, 1, &left))
        .expect("shown");
    assert_eq!(ordinary(1).status, Status::Active);
}

#[test]
fn a_draw_names_an_open_gate_for_draws_of_this_contract() {
    let mut proofs = Proofs::new(3);
    let assembly = proofs.world.assembly.clone();
    let asked = |gate: u64| {
        ExecuteMsg::OpenDraw(DrawInput {
            gate: Some(Id(gate)),
            ..plain("1", 1)
        })
    };
    proofs.world.no(&assembly, &asked(GATE + 1), "unknown gate");
    type Bend = fn(&mut Gate);
    let bent: [Bend; 4] = [
        |gate| gate.open = false,
        |gate| gate.mode = Mode::Named,
        |gate| gate.consumer = "elsewhere".into(),
        |gate| gate.term = Term::Seconds(Seconds(DAY)),
    ];
    for bend in bent {
        proofs.gate(bend);
        proofs.world.no(&assembly, &asked(GATE), "gate refused");
    }
    proofs.gate(|_| ());
    proofs.world.ok(&assembly, &asked(GATE));
    let nobody = json!({"set_parameters": {"trust": ""}});
    proofs
        .world
        .ok(&assembly, &decided("constitutional", &nobody));
    let another = ExecuteMsg::OpenDraw(DrawInput {
        gate: Some(Id(GATE)),
        ..plain("3", 1)
    });
    proofs.world.no(&assembly, &another, "trust");
}

#[test]
fn trust_is_told_since_when_a_draw_takes_proofs_and_only_while_it_does() {
    let mut proofs = Proofs::new(3);
    let opened = proofs.world.now();
    let draw = proofs.open(plain("1", 1));
    let plain_draw = proofs.world.open(&plain("2", 1));
    let ask = |proofs: &Proofs, gate: u64, term: &str| {
        let question = QueryMsg::GateTerm {
            gate: Id(gate),
            term: term.to_owned(),
        };
        let answer: Result<GateTerm, Refusal> = proofs
            .world
            .sandbox
            .query(&proofs.world.sortition, &question);
        answer.ok()
    };
    let number = draw.to_string();
    proofs.world.wait(10);
    let told = ask(&proofs, GATE, &number).expect("a term");
    assert_eq!(told.opens, Seconds(opened));
    assert_eq!(ask(&proofs, GATE + 1, &number), None);
    assert_eq!(ask(&proofs, GATE, &plain_draw.to_string()), None);
    for term in ["", "x", "99", "01", " 1"] {
        assert_eq!(ask(&proofs, GATE, term), None, "{term}");
    }
    proofs.show(draw, 1, &action(draw, 1, &[])).expect("shown");
    let until = proofs.world.draw(draw).until.0;
    proofs.world.wait_until(until);
    proofs.world.run();
    assert_eq!(ask(&proofs, GATE, &number), None);
    let refused = proofs.show(draw, 2, &action(draw, 2, &[]));
    proofs.no(refused, "draw of another stage");
}
