//! A forest with peers that a test moves. Persons 1 to 30, of whom 1 to 3 are
//! enrolled and hold shares; organisations 101 to 108, each controlled by one
//! person: 101 by person 11, and so on.

use cosmwasm_std::{Addr, HexBinary};
use mycel_commons::cap;
use mycel_commons::monitors::ask::{
    DisputeView, MonitorsResponse, ReadingView, ReadingsResponse, SeatView, SeatsResponse,
};
use mycel_commons::monitors::{self, invariants, state};
use mycel_commons::registry::admission::Policy;
use mycel_commons::registry::{self};
use mycel_commons::{Quantity, contract, query};
use mycel_kit::peers::commons::Reading;
use mycel_kit::standard::Invariants;
use mycel_kit::{Amount, Seconds};
use mycel_sandbox::{Code, Native, Receipt, Refusal, Sandbox, address};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::peers;

pub const START: u64 = 1_700_000_000;
pub const DAY: u64 = 86_400;
/// An epoch of the forest.
pub const EPOCH: u64 = 100 * DAY;
/// How old a reading may be.
pub const WINDOW: u64 = 30 * DAY;
/// What a jury has.
pub const CASE: u64 = 10 * DAY;
/// How long an opening waits for readings.
pub const GRACE: u64 = 5 * DAY;
/// A bond.
pub const BOND: u64 = 100_000_000_000_000;
/// How long a hold lasts.
pub const AGE: u64 = 400 * DAY;
/// A lay term.
pub const TERM: u64 = 300 * DAY;

pub fn native() -> Native {
    Native::new(contract::instantiate, contract::execute, query::query)
        .with_reply(contract::reply)
        .with_sudo(|deps, env, msg: mycel_bindings::SudoMsg| match msg {
            mycel_bindings::SudoMsg::EndBlock {} => contract::end_block(deps, env),
        })
}

/// A person or organisation by number: its name.
pub fn name(number: u64) -> String {
    format!("member-{number}")
}

fn units(units: u128) -> Quantity {
    Quantity::new(units).expect("a quantity")
}

/// The forest's rules.
pub fn rules() -> registry::Rules {
    registry::Rules {
        epoch_seconds: EPOCH as u32,
        enrolment: Policy::Decision {},
        monitors: monitors::Rules {
            window: Seconds(WINDOW),
            most: units(1_000_000),
            bond: Amount::new(BOND).expect("an amount"),
            lay_term: Seconds(TERM),
            ..monitors::Rules::default()
        },
        cap: cap::Rules {
            harvest: cap::Rule::Proportional { f_ppm: 100_000 },
            production: Some(cap::Model::Schaefer(cap::production::Schaefer {
                r_ppm: 400_000,
                capacity: units(10_000),
            })),
            kappa_ppm: 0,
            rise_bps: 10_000,
            grace_seconds: GRACE as u32,
            stabiliser: None,
        },
        regeneration: mycel_commons::regeneration::Rules::default(),
        rights: mycel_commons::rights::Rules {
            concentration_bps: 10_000,
            ..Default::default()
        },
        market: mycel_commons::market::Rules {
            auctions: 0,
            ..Default::default()
        },
        order: serde_json::from_value(json!({
            "tolerance_bps": 0, "notice_seconds": 30 * DAY, "reduced_seconds": 60 * DAY,
            "suspended_seconds": 90 * DAY, "excluded_seconds": 365 * DAY,
            "reduced_bps": 5_000, "appeal_seconds": 10 * DAY,
        }))
        .expect("rules of order"),
    }
}

pub struct World {
    pub sandbox: Sandbox,
    pub assembly: Addr,
    pub members: Addr,
    pub credit: Addr,
    pub sortition: Addr,
    pub commons: Addr,
    evidence: u64,
}

impl World {
    pub fn new() -> World {
        World::with(Code::native(native()), rules())
    }

    pub fn with(code: Code, rules: registry::Rules) -> World {
        let mut sandbox = Sandbox::new(START);
        let assembly = address("assembly");
        let mut peer = |name: &str, native: Native| {
            let code = sandbox.store(Code::native(native));
            sandbox
                .instantiate(&assembly, code, name, &json!({}))
                .expect("a peer")
        };
        let members = peer("members", peers::people());
        let credit = peer("credit", peers::bank());
        let sortition = peer("sortition", peers::court());
        let code = sandbox.store(code);
        let commons = sandbox
            .instantiate(
                &assembly,
                code,
                "commons",
                &json!({
                    "development": true,
                    "peers": {"assembly": assembly, "members": members, "credit": credit, "sortition": sortition},
                    "parameters": {"numbers": {"case_seconds": CASE}},
                }),
            )
            .expect("commons");
        let mut world = World {
            sandbox,
            assembly,
            members,
            credit,
            sortition,
            commons,
            evidence: 0,
        };
        for person in 1..=30 {
            world.person(person, "person", "none");
        }
        for organisation in 101..=108 {
            world.person(organisation, "org", "none");
            world.control(organisation, &[(organisation - 90, 10_000)]);
        }
        world.decide(json!({"found": {
            "name": "forest", "unit": "kg", "boundary": "by the river",
            "geometry": HexBinary::from(&[7; 32]), "rules": rules,
            "members": [{"person": "1", "shares": 1_000}, {"person": "2", "shares": 1_000}, {"person": "3", "shares": 0}],
        }}));
        for organisation in 101..=107 {
            world.decide(json!({"accredit": {"organisation": organisation.to_string()}}));
        }
        world
    }

    // ---- peers

    fn set(&mut self, peer: &Addr, key: &str, value: Value) {
        let assembly = self.assembly.clone();
        self.sandbox
            .execute(
                &assembly,
                peer,
                &json!({"set": {"key": key, "value": value}}),
            )
            .expect("set");
    }

    /// Somebody in the community.
    pub fn person(&mut self, number: u64, kind: &str, step: &str) {
        let (members, at) = (self.members.clone(), address(&name(number)));
        self.set(
            &members,
            &format!("standing/{at}"),
            json!({"person": number.to_string(), "status": "active", "step": step, "since": "0", "kind": kind, "roles": ["pay", "vote"]}),
        );
        self.set(
            &members,
            &format!("person/{number}"),
            json!({"address": at, "kind": kind}),
        );
    }

    /// Somebody has left the community.
    pub fn gone(&mut self, number: u64) {
        let (members, at) = (self.members.clone(), address(&name(number)));
        self.set(&members, &format!("standing/{at}"), Value::Null);
    }

    /// Who controls an organisation.
    pub fn control(&mut self, organisation: u64, persons: &[(u64, u16)]) {
        let (members, at) = (self.members.clone(), address(&name(organisation)));
        let persons: Vec<Value> = persons
            .iter()
            .map(|(person, bps)| json!({"person": person.to_string(), "bps": bps}))
            .collect();
        self.set(
            &members,
            &format!("controllers/{at}"),
            json!({"persons": persons}),
        );
    }

    pub fn silence(&mut self, peer: &Addr, silent: bool) {
        self.set(peer, "silent", json!(silent));
    }

    pub fn no_jurors(&mut self, refuse: bool) {
        let sortition = self.sortition.clone();
        self.set(&sortition, "refuse", json!(refuse));
    }

    /// What is left of a hold; 0: gone.
    pub fn leave_of(&mut self, hold: u64, amount: u64) {
        let (assembly, credit) = (self.assembly.clone(), self.credit.clone());
        self.sandbox
            .execute(
                &assembly,
                &credit,
                &json!({"leave": {"hold": hold.to_string(), "amount": amount.to_string()}}),
            )
            .expect("a hold");
    }

    /// `captured` for the fund, or `released`.
    pub fn sum(&self, what: &str) -> u64 {
        self.sandbox
            .query(&self.credit, &json!({"sum": what}))
            .expect("a sum")
    }

    /// Cases at sortition.
    pub fn cases(&self) -> u64 {
        self.sandbox
            .query(&self.sortition, &json!({"cases": {}}))
            .expect("a count")
    }

    /// What a jury said, finally.
    pub fn say(&mut self, case: u64, outcome: &str) {
        let status = if outcome == "lapsed" {
            "lapsed"
        } else {
            "decided"
        };
        let outcome = if status == "lapsed" { "" } else { outcome };
        self.said(
            case,
            json!({"case": case.to_string(), "status": status, "outcome": outcome, "final": true}),
        );
    }

    pub fn said(&mut self, _case: u64, said: Value) {
        let (assembly, sortition) = (self.assembly.clone(), self.sortition.clone());
        self.sandbox
            .execute(&assembly, &sortition, &json!({"say": said}))
            .expect("a case");
    }

    /// What a jury said, and what follows.
    pub fn judge(&mut self, case: u64, outcome: &str) {
        self.say(case, outcome);
        self.ok("anyone", json!({"advance": {"case": case.to_string()}}));
        self.check();
    }

    /// The lot of a case of ours draws these.
    pub fn draw(&mut self, own: u64, persons: &[u64]) {
        let (assembly, sortition) = (self.assembly.clone(), self.sortition.clone());
        let persons: Vec<String> = persons.iter().map(u64::to_string).collect();
        self.sandbox
            .execute(
                &assembly,
                &sortition,
                &json!({"draw": {"ref": format!("commons/{own}"), "persons": persons}}),
            )
            .expect("drawn");
    }

    // ---- time

    pub fn now(&self) -> u64 {
        self.sandbox.now()
    }

    pub fn wait(&mut self, seconds: u64) {
        self.sandbox.advance_time(seconds);
    }

    /// Everything due, as often as needed.
    pub fn advance(&mut self) {
        for _ in 0..20 {
            let receipt = self.ok("anyone", json!({"advance": {}}));
            let failed = receipt.events.iter().find(|one| one.ty == "wasm-failed");
            assert!(failed.is_none(), "a task fails: {failed:?}");
            let done = attribute(&receipt, "wasm-advance", "work");
            if done.as_deref() == Some("0") {
                return;
            }
        }
    }

    /// Days pass, and what is due is done each day.
    pub fn days(&mut self, days: u64) {
        for _ in 0..days {
            self.wait(DAY);
            self.advance();
        }
    }

    // ---- messages

    pub fn tell(&mut self, who: &str, msg: Value) -> Result<Receipt, Refusal> {
        let commons = self.commons.clone();
        self.sandbox.execute(&address(who), &commons, &msg)
    }

    #[track_caller]
    pub fn ok(&mut self, who: &str, msg: Value) -> Receipt {
        let said = msg.to_string();
        self.tell(who, msg)
            .unwrap_or_else(|refusal| panic!("{said}: {}", refusal.text))
    }

    #[track_caller]
    pub fn refused(&mut self, who: &str, msg: Value, why: &str) {
        let before = self.sandbox.state_hash();
        let refusal = self.tell(who, msg).expect_err(why);
        assert!(refusal.text.contains(why), "{why}: {}", refusal.text);
        assert_eq!(self.sandbox.state_hash(), before);
    }

    pub fn decide_by(&mut self, electorate: Value, class: &str, action: Value) {
        let (assembly, commons) = (self.assembly.clone(), self.commons.clone());
        self.sandbox
            .execute(
                &assembly,
                &commons,
                &json!({"decided": {"proposal": "1", "electorate": electorate, "class": class, "action": action}}),
            )
            .expect("decided");
    }

    pub fn decide(&mut self, action: Value) {
        self.decide_by(json!("all"), "constitutional", action);
    }

    pub fn bond_for(&mut self, owner: u64, amount: u64, age: u64) -> Result<Receipt, Refusal> {
        let (credit, commons) = (self.credit.clone(), self.commons.clone());
        let expires = self.now() + age;
        self.sandbox.execute(
            &address("anyone"),
            &credit,
            &json!({"hold": {
                "owner": address(&name(owner)), "for": commons, "amount": amount.to_string(),
                "expires": expires.to_string(), "msg": {"bond": {"commons": "1"}},
            }}),
        )
    }

    /// A hold for a seat; gives its number.
    #[track_caller]
    pub fn bond(&mut self, owner: u64) -> u64 {
        let receipt = self
            .bond_for(owner, BOND, AGE)
            .unwrap_or_else(|refusal| panic!("{owner}: {}", refusal.text));
        attribute(&receipt, "wasm", "hold")
            .and_then(|text| text.parse().ok())
            .expect("a hold")
    }

    #[track_caller]
    pub fn bond_refused(&mut self, owner: u64, amount: u64, why: &str) {
        let before = self.sandbox.state_hash();
        let refusal = self.bond_for(owner, amount, AGE).expect_err(why);
        assert!(refusal.text.contains(why), "{why}: {}", refusal.text);
        assert_eq!(self.sandbox.state_hash(), before);
    }

    /// Evidence that was not used yet.
    pub fn evidence(&mut self) -> HexBinary {
        self.evidence += 1;
        let mut hash = [0xe0; 32];
        hash[24..].copy_from_slice(&self.evidence.to_be_bytes());
        HexBinary::from(&hash)
    }

    pub fn read_msg(&mut self, quantity: u128) -> Value {
        let evidence = self.evidence();
        json!({"read": {"commons": "1", "quantity": quantity.to_string(), "evidence": evidence}})
    }

    #[track_caller]
    pub fn read(&mut self, who: u64, quantity: u128) {
        let msg = self.read_msg(quantity);
        self.ok(&name(who), msg);
        self.check();
    }

    #[track_caller]
    pub fn read_refused(&mut self, who: u64, quantity: u128, why: &str) {
        let msg = self.read_msg(quantity);
        self.refused(&name(who), msg, why);
    }

    pub fn challenge_msg(&self, seat: u64) -> Value {
        json!({"challenge": {"commons": "1", "seat": seat.to_string(), "reasons": HexBinary::from(&[5; 32])}})
    }

    /// Organisations 101, 102, 103 with their bonds.
    pub fn three(&mut self) -> [u64; 3] {
        [101, 102, 103].map(|organisation| self.bond(organisation))
    }

    /// … and person 21 in the lay seat.
    pub fn four(&mut self) -> [u64; 3] {
        let holds = self.three();
        self.advance();
        let own = self.lot_case().expect("a lot");
        self.draw(own, &[21]);
        self.days(1);
        self.ok(&name(21), json!({"accept_seat": {"commons": "1"}}));
        self.check();
        holds
    }

    /// Seats 1 to 4 read.
    pub fn all_read(&mut self, quantities: [u128; 4]) {
        for (who, quantity) in [101, 102, 103, 21].into_iter().zip(quantities) {
            self.read(who, quantity);
        }
    }

    // ---- questions

    #[track_caller]
    pub fn query<T: DeserializeOwned>(&self, msg: Value) -> T {
        self.sandbox
            .query(&self.commons, &msg)
            .unwrap_or_else(|refusal| panic!("{msg}: {}", refusal.text))
    }

    pub fn feed(&self) -> Reading {
        self.query(json!({"reading": {"commons": "1"}}))
    }

    pub fn monitors(&self) -> MonitorsResponse {
        self.query(json!({"monitors": {"commons": "1"}}))
    }

    /// What counts, and its status.
    #[track_caller]
    pub fn counts(&self) -> (u128, String) {
        let value = self.monitors().value.expect("a value");
        (value.counts.units(), value.status)
    }

    pub fn status(&self) -> String {
        self.monitors()
            .value
            .map_or_else(|| "none".to_owned(), |value| value.status)
    }

    pub fn seat(&self, number: u64) -> SeatView {
        let page: SeatsResponse = self.query(
            json!({"seats": {"commons": "1", "after": (number - 1).to_string(), "limit": 1}}),
        );
        page.seats.into_iter().next().expect("a seat")
    }

    pub fn reading(&self, number: u64) -> ReadingView {
        let page: ReadingsResponse = self.query(
            json!({"readings": {"commons": "1", "after": (number - 1).to_string(), "limit": 1}}),
        );
        page.readings.into_iter().next().expect("a reading")
    }

    pub fn dispute(&self, number: u64) -> DisputeView {
        self.query(json!({"dispute": {"id": number.to_string()}}))
    }

    /// Sortition's case of a dispute.
    #[track_caller]
    pub fn case_of(&self, dispute: u64) -> u64 {
        self.dispute(dispute).case.expect("a case").0
    }

    /// Our own number of the case of the lot that is drawn.
    pub fn lot_case(&self) -> Option<u64> {
        self.watch().lot.map(|lot| lot.case)
    }

    pub fn watch(&self) -> state::Watch {
        self.sandbox
            .read(&self.commons, |storage| state::watch(1).load(storage))
            .expect("commons")
            .expect("a watch")
    }

    /// The epoch that opened last: number and cap.
    pub fn epoch(&self) -> Option<(u64, u128)> {
        self.sandbox
            .read(&self.commons, |storage| {
                cap::state::last_epoch(storage, 1).expect("readable")
            })
            .expect("commons")
            .map(|epoch| (epoch.number, epoch.cap.units()))
    }

    /// Every invariant of this part, and the kept sums from the raw records.
    #[track_caller]
    pub fn check(&self) {
        let answer: Invariants = self.query(json!({"invariants": {}}));
        for invariant in answer.invariants {
            assert!(invariant.holds, "{invariant:?}");
        }
        let (kept, anew) = self
            .sandbox
            .read(&self.commons, |storage| {
                (
                    state::sums()
                        .may_load(storage)
                        .expect("sums")
                        .unwrap_or_default(),
                    invariants::recompute(storage),
                )
            })
            .expect("commons");
        assert_eq!(anew, Ok(kept));
    }
}

/// An attribute of an event.
pub fn attribute(receipt: &Receipt, event: &str, key: &str) -> Option<String> {
    receipt
        .events
        .iter()
        .filter(|one| one.ty == event)
        .flat_map(|one| &one.attributes)
        .find(|attribute| attribute.key == key)
        .map(|attribute| attribute.value.clone())
}

impl World {
    /// Seats 1 to 3 read.
    pub fn all_three(&mut self, quantities: [u128; 3]) {
        for (who, quantity) in [101, 102, 103].into_iter().zip(quantities) {
            self.read(who, quantity);
        }
    }
}
