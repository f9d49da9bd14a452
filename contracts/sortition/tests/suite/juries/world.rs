//! A community with the real members contract, and juries over it.

use cosmwasm_std::{Addr, Binary};
use mycel_kit::Id;
use mycel_kit::peers::members::{MembersQuery, Related};
use mycel_kit::peers::sortition::{Case, CaseOpened, CaseStatus, Drawn, outcomes};
use mycel_kit::standard::Invariants;
use mycel_sandbox::{Code, Native, Receipt, Refusal, Sandbox, address};
use mycel_sortition::ask::{Nothing, QueryMsg};
use mycel_sortition::juries::ask::{JuriesResponse, JurorResponse, JuryView};
use mycel_sortition::juries::{ballot, invariants, record};
use mycel_sortition::{contract, query};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub const DAY: u64 = 86_400;
/// When worlds begin.
pub const START: u64 = 1_700_000_000;
/// The beacon's period.
pub const PERIOD: u64 = 5;
/// How long cases of these tests have.
pub const TERM: u64 = 16 * 1_000;

pub use crate::world::{Random, told};

/// sortition as ordinary functions.
pub fn native() -> Native {
    Native::new(contract::instantiate, contract::execute, query::query)
        .with_sudo(|deps, env, _: mycel_bindings::SudoMsg| contract::end_block(deps, env))
}

/// members as ordinary functions.
pub fn members() -> Native {
    use mycel_members::{contract, query};
    Native::new(contract::instantiate, contract::execute, query::query)
        .with_reply(contract::reply)
        .with_sudo(|deps, env, _: mycel_bindings::SudoMsg| contract::end_block(deps, env))
}

/// A member by its place, from 1: its name.
pub fn name(number: u64) -> String {
    let letters = (0..5).rev().map(|place| {
        let digit = (number >> (3 * place)) & 7;
        char::from(b"abcdefgh"[digit as usize])
    });
    format!("member-{}", letters.collect::<String>())
}

pub struct World {
    pub sandbox: Sandbox,
    pub assembly: Addr,
    pub members: Addr,
    pub sortition: Addr,
}

/// What a case needs beside who it is about.
#[derive(Clone, Copy)]
pub struct Needs {
    pub kind: &'static str,
    pub size: u16,
    pub bps: u16,
}

pub const NOTICE: Needs = Needs {
    kind: "sanction",
    size: 5,
    bps: 5_001,
};
pub const ENTRY: Needs = Needs {
    kind: "entry",
    size: 11,
    bps: 6_667,
};
pub const DEFAULT: Needs = Needs {
    kind: "default",
    size: 23,
    bps: 6_667,
};

impl World {
    /// So many members, all founders and so unrelated; `client` and `credit` are clients beside members.
    pub fn new(people: u64) -> World {
        World::with(people, json!({}))
    }

    /// With numbers of sortition's parameters.
    pub fn with(people: u64, numbers: Value) -> World {
        World::begin(
            Code::native(native()),
            Code::native(members()),
            people,
            numbers,
        )
    }

    pub fn begin(sortition: Code, members: Code, people: u64, numbers: Value) -> World {
        let mut sandbox = Sandbox::new(START);
        let assembly = address("assembly");
        let members_code = sandbox.store(members.with_checksum([7; 32]));
        let sortition_code = sandbox.store(sortition.with_checksum([8; 32]));
        let members = sandbox
            .predict(&assembly, members_code, "members")
            .expect("an address");
        sandbox.set_authorities(Some(&members), Some(&assembly));
        let sortition = sandbox
            .instantiate2(
                &assembly,
                sortition_code,
                "sortition",
                &json!({
                    "authority": assembly,
                    "development": true,
                    "parameters": {
                        "members": members,
                        "clients": [
                            {"name": "members", "address": members},
                            {"name": "client", "address": address("client")},
                            {"name": "credit", "address": address("credit")},
                        ],
                        "beacon": {"commit_reveal": {"period_seconds": PERIOD}},
                        "numbers": numbers,
                    },
                }),
            )
            .expect("sortition");
        let made = sandbox
            .instantiate2(
                &assembly,
                members_code,
                "members",
                &json!({
                    "authority": assembly,
                    "community": "riverside",
                    "development": true,
                    "peers": {"sortition": sortition, "items": [sortition]},
                    // as many as want to may join, from one sponsor, too
                    "parameters": {"numbers": {"growth_least": 100}},
                }),
            )
            .expect("members");
        assert_eq!(made, members);
        let mut world = World {
            sandbox,
            assembly,
            members,
            sortition,
        };
        world.people(1, people);
        world.block();
        world
    }

    /// Founders with these numbers.
    pub fn people(&mut self, first: u64, last: u64) {
        let limit = 50;
        let mut from = first;
        while from <= last {
            let to = (from + limit - 1).min(last);
            let seeds: Vec<Value> = (from..=to)
                .map(|number| json!({"address": address(&name(number)), "handle": name(number)}))
                .collect();
            let (assembly, members) = (self.assembly.clone(), self.members.clone());
            self.sandbox
                .execute(&assembly, &members, &json!({"seed": {"members": seeds}}))
                .expect("founders");
            from = to + 1;
        }
    }

    // ---- time

    pub fn now(&self) -> u64 {
        self.sandbox.now()
    }

    pub fn block(&mut self) {
        self.wait(1);
    }

    pub fn wait(&mut self, seconds: u64) {
        self.sandbox.advance_time(seconds);
        self.sandbox.end_block();
    }

    /// Until a time; nothing if it is past.
    pub fn until(&mut self, time: u64) {
        let seconds = time.saturating_sub(self.now());
        if seconds > 0 {
            self.wait(seconds);
        }
    }

    // ---- messages

    pub fn say(&mut self, who: &str, msg: Value) -> Result<Receipt, Refusal> {
        let sortition = self.sortition.clone();
        self.sandbox.execute(&address(who), &sortition, &msg)
    }

    #[track_caller]
    pub fn ok(&mut self, who: &str, msg: Value) -> Receipt {
        match self.say(who, msg.clone()) {
            Ok(receipt) => receipt,
            Err(refusal) => panic!("{who}: {msg}: {}", refusal.text),
        }
    }

    /// Refused with these words, and nothing is left.
    #[track_caller]
    pub fn no(&mut self, who: &str, msg: Value, words: &str) {
        let before = self.sandbox.state_hash();
        match self.say(who, msg.clone()) {
            Ok(_) => panic!("{who}: {msg}: accepted, not refused with `{words}`"),
            Err(refusal) => assert!(
                refusal.text.contains(words),
                "{who}: {msg}: refused with `{}`, not `{words}`",
                refusal.text
            ),
        }
        assert_eq!(self.sandbox.state_hash(), before, "something was left");
    }

    /// To members.
    #[track_caller]
    pub fn member_ok(&mut self, who: &str, msg: Value) -> Receipt {
        let members = self.members.clone();
        match self.sandbox.execute(&address(who), &members, &msg) {
            Ok(receipt) => receipt,
            Err(refusal) => panic!("{who}: {msg}: {}", refusal.text),
        }
    }

    #[track_caller]
    pub fn advance(&mut self) {
        self.ok("anyone", json!({"advance": {}}));
    }

    pub fn opening(&self, reference: &str, needs: Needs, parties: &[u64], term: u64) -> Value {
        let parties: Vec<Id> = parties.iter().copied().map(Id).collect();
        json!({"open_case": {
            "ref": reference, "kind": needs.kind, "size": needs.size,
            "threshold_bps": needs.bps, "parties": parties,
            "deadline": (self.now() + term).to_string(),
        }})
    }

    /// A case of the client.
    #[track_caller]
    pub fn open(&mut self, needs: Needs, parties: &[u64]) -> u64 {
        let msg = self.opening("client/1", needs, parties, TERM);
        case_of(&self.ok("client", msg))
    }

    /// Until the beacon is there; draws.
    #[track_caller]
    pub fn draw(&mut self, case: u64) {
        self.wait(3 * PERIOD);
        self.advance();
        assert_ne!(self.jury(case).step, "drawing");
    }

    /// Lets the time to strike pass.
    #[track_caller]
    pub fn seat(&mut self, case: u64) {
        self.draw(case);
        let jury = self.jury(case);
        if jury.step == "striking" {
            self.until(jury.until.0);
            self.advance();
        }
        assert_eq!(self.jury(case).step, "committing");
    }

    pub fn commit_msg(&self, case: u64, person: u64, outcome: &str) -> Value {
        let jury = self.which(case);
        let hash = ballot::commitment(case, jury, person, outcome, &[3; 32], &[person as u8; 32]);
        json!({"commit_vote": {"case": case.to_string(), "commitment": cosmwasm_std::to_hex(hash)}})
    }

    pub fn reveal_msg(&self, case: u64, person: u64, outcome: &str) -> Value {
        json!({"reveal_vote": {
            "case": case.to_string(), "outcome": outcome,
            "reasons": "03".repeat(32), "salt": cosmwasm_std::to_hex([person as u8; 32]),
        }})
    }

    #[track_caller]
    pub fn commit(&mut self, case: u64, person: u64, outcome: &str) {
        let msg = self.commit_msg(case, person, outcome);
        self.ok(&name(person), msg);
    }

    #[track_caller]
    pub fn reveal(&mut self, case: u64, person: u64, outcome: &str) {
        let msg = self.reveal_msg(case, person, outcome);
        self.ok(&name(person), msg);
    }

    /// The whole jury votes so, in the order drawn; the last word is repeated.
    #[track_caller]
    pub fn vote(&mut self, case: u64, words: &[&str]) {
        let jury = self.sitting(case);
        let word = |nth: usize| *words.get(nth).or(words.last()).expect("a word");
        for (nth, person) in jury.iter().enumerate() {
            self.commit(case, *person, word(nth));
        }
        for (nth, person) in jury.iter().enumerate() {
            if self.jury(case).step == "revealing" {
                self.reveal(case, *person, word(nth));
            }
        }
    }

    /// From opening to verdict.
    #[track_caller]
    pub fn judged(&mut self, needs: Needs, parties: &[u64], word: &str) -> u64 {
        let case = self.open(needs, parties);
        self.seat(case);
        self.vote(case, &[word]);
        case
    }

    // ---- questions

    #[track_caller]
    pub fn query<T: DeserializeOwned>(&self, msg: &impl Serialize) -> T {
        match self.sandbox.query(&self.sortition, msg) {
            Ok(answer) => answer,
            Err(refusal) => panic!("{}", refusal.text),
        }
    }

    #[track_caller]
    pub fn case(&self, case: u64) -> Case {
        self.query(&QueryMsg::Case { id: Id(case) })
    }

    #[track_caller]
    pub fn stands(&self, case: u64) -> (CaseStatus, String, bool) {
        let case = self.case(case);
        (case.status, case.outcome, case.r#final)
    }

    #[track_caller]
    pub fn juries(&self, case: u64) -> JuriesResponse {
        self.query(&QueryMsg::Juries { case: Id(case) })
    }

    /// The jury that sits, or sat last.
    #[track_caller]
    pub fn jury(&self, case: u64) -> JuryView {
        self.juries(case).juries.pop().expect("a jury")
    }

    #[track_caller]
    pub fn which(&self, case: u64) -> u8 {
        self.juries(case).juries.len() as u8 - 1
    }

    pub fn at(&self, case: u64, places: &[&str]) -> Vec<u64> {
        let seats = self.jury(case).seats.into_iter();
        let at = seats.filter(|seat| places.contains(&seat.place.as_str()));
        at.map(|seat| seat.person.0).collect()
    }

    pub fn sitting(&self, case: u64) -> Vec<u64> {
        self.at(case, &["seated", "committed", "voted"])
    }

    #[track_caller]
    pub fn juror(&self, person: u64) -> JurorResponse {
        self.query(&QueryMsg::Juror { person: Id(person) })
    }

    #[track_caller]
    pub fn drawn(&self, reference: &str) -> Drawn {
        let r#ref = reference.to_owned();
        self.query(&QueryMsg::Drawn { r#ref })
    }

    pub fn related(&self, a: u64, b: u64) -> bool {
        let question = MembersQuery::Related { a: Id(a), b: Id(b) };
        let answer: Related = self
            .sandbox
            .query(&self.members, &question)
            .expect("related");
        answer.any()
    }

    #[track_caller]
    pub fn number(&self, who: &str) -> u64 {
        let question = MembersQuery::Standing {
            address: address(who).to_string(),
        };
        let standing: mycel_kit::peers::members::Standing =
            self.sandbox.query(&self.members, &question).expect(who);
        standing.person.0
    }

    /// Every invariant holds, and the kept sums are those of the raw records.
    #[track_caller]
    pub fn check(&self) {
        let answer: Invariants = self.query(&QueryMsg::Invariants(Nothing {}));
        for invariant in answer.invariants {
            assert!(invariant.holds, "{invariant:?}");
        }
        let (kept, anew) = self
            .sandbox
            .read(&self.sortition, |storage| {
                let kept = record::totals().may_load(storage).expect("totals");
                (kept.unwrap_or_default(), invariants::recompute(storage))
            })
            .expect("sortition");
        assert_eq!(anew, Ok(kept));
    }

    /// What a vote may say.
    pub fn words(&self, case: u64) -> &'static [&'static str] {
        outcomes(&self.case(case).kind)
    }
}

/// The case that was opened.
#[track_caller]
pub fn case_of(receipt: &Receipt) -> u64 {
    let data: &Binary = receipt.data.as_ref().expect("data");
    let start = data.iter().position(|byte| *byte == b'{').expect("JSON");
    let opened: CaseOpened = serde_json::from_slice(&data[start..]).expect("case opened");
    opened.case.0
}

/// An attribute of the contract's event.
#[track_caller]
pub fn told_by(receipt: &Receipt, event: &str, key: &str) -> String {
    let wanted = receipt
        .events
        .iter()
        .find(|one| one.ty == format!("wasm-{event}"));
    let attributes = &wanted.expect(event).attributes;
    let attribute = attributes.iter().find(|one| one.key == key);
    attribute.expect(key).value.clone()
}

/// Persons in an event's attribute.
pub fn persons(receipt: &Receipt, event: &str, key: &str) -> Vec<u64> {
    let wanted = receipt.events.iter().filter(|one| one.ty == event);
    let attributes = wanted.flat_map(|one| &one.attributes);
    let texts = attributes
        .filter(|one| one.key == key)
        .map(|one| &one.value);
    texts
        .flat_map(|text| text.split(','))
        .filter_map(|text| text.parse().ok())
        .collect()
}
