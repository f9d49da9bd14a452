//! A community in the sandbox: members, double as juries and authority, and
//! two small peers that keep to the interface and remember what they were told.
pub mod peers;
pub mod town;

use std::path::PathBuf;

use cosmwasm_std::{Addr, Binary};
use mycel_kit::Id;
use mycel_kit::peers::members::Standing;
use mycel_kit::standard::Invariants;
use mycel_members::ask::{MemberView, QueryMsg};
use mycel_members::msg::{AddressRef, Nothing, PersonRef};
use mycel_members::{contract, invariants, query};
use mycel_sandbox::{Code, Native, Receipt, Refusal, Sandbox, address};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub const DAY: u64 = 86_400;
/// When worlds begin.
pub const START: u64 = 1_700_000_000;

/// A reproducible stream of numbers (splitmix64).
#[derive(Clone)]
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// A number from the environment.
#[allow(clippy::disallowed_methods, reason = "tests are told their size")]
pub fn told(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

/// A contract's Wasm, built by `cargo xtask contracts`.
#[allow(
    clippy::disallowed_methods,
    reason = "where the Wasm lies is told by the environment"
)]
pub fn wasm(name: &str) -> Vec<u8> {
    let folder = std::env::var_os("MYCEL_CONTRACTS")
        .map(PathBuf::from)
        .unwrap_or_else(|| {
            // <target>/<profile>/deps/<this test>
            let test = std::env::current_exe().expect("this test's path");
            test.ancestors()
                .nth(3)
                .expect("a target folder")
                .join("contracts")
        });
    let path = folder.join(name);
    std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask contracts`", path.display()))
}

/// members as ordinary functions.
pub fn native() -> Native {
    Native::new(contract::instantiate, contract::execute, query::query)
        .with_reply(contract::reply)
        .with_sudo(|deps, env, msg: mycel_bindings_sudo::SudoMsg| match msg {
            mycel_bindings_sudo::SudoMsg::EndBlock {} => contract::end_block(deps, env),
        })
}

use mycel_bindings as mycel_bindings_sudo;

/// The double as ordinary functions.
pub fn double() -> Native {
    Native::new(
        |deps, _env, info, msg: mycel_double::msg::InstantiateMsg| {
            mycel_double::contract::instantiate(deps, info, msg)
        },
        mycel_double::contract::execute,
        mycel_double::contract::query,
    )
}

/// Which peers members begins with.
#[derive(Clone, Copy)]
pub struct Peers {
    pub credit: bool,
    pub trust: bool,
    pub sortition: bool,
}

pub const ALL: Peers = Peers {
    credit: true,
    trust: true,
    sortition: true,
};

/// The community.
pub struct World {
    pub sandbox: Sandbox,
    pub key: Addr,
    pub double: Addr,
    pub credit: Addr,
    pub trust: Addr,
    pub members: Addr,
}

impl World {
    /// With all peers and these parameters (`numbers` as JSON).
    pub fn new(numbers: Value) -> World {
        World::begin(Code::native(native()), ALL, numbers)
    }

    pub fn begin(code: Code, peers: Peers, numbers: Value) -> World {
        let mut sandbox = Sandbox::new(START);
        let key = address("key");
        let double_code = sandbox.store(Code::native(double()));
        let credit_code = sandbox.store(Code::native(peers::credit()));
        let trust_code = sandbox.store(Code::native(peers::trust()));
        let members_code = sandbox.store(code.with_checksum([7; 32]));
        let members = sandbox
            .predict(&key, members_code, "members")
            .expect("an address");
        let double = sandbox
            .instantiate2(
                &key,
                double_code,
                "double",
                &json!({"key": key, "development": true, "members": members, "appeal_seconds": "0"}),
            )
            .expect("double");
        let credit = sandbox
            .instantiate2(&key, credit_code, "credit", &json!({"members": members}))
            .expect("credit");
        let trust = sandbox
            .instantiate2(&key, trust_code, "trust", &json!({"members": members}))
            .expect("trust");
        sandbox.set_authorities(Some(&members), Some(&double));
        let or_none = |there: bool, address: &Addr| {
            if there {
                address.to_string()
            } else {
                String::new()
            }
        };
        let made = sandbox
            .instantiate2(
                &key,
                members_code,
                "members",
                &json!({
                    "authority": double,
                    "community": "riverside",
                    "development": true,
                    "peers": {
                        "credit": or_none(peers.credit, &credit),
                        "trust": or_none(peers.trust, &trust),
                        "sortition": or_none(peers.sortition, &double),
                    },
                    "parameters": {"numbers": numbers},
                }),
            )
            .expect("members");
        assert_eq!(made, members);
        let mut world = World {
            sandbox,
            key,
            double,
            credit,
            trust,
            members,
        };
        world.block();
        world
    }

    /// The next block, a second later.
    pub fn block(&mut self) {
        self.wait(1);
    }

    /// The next block, so many seconds later.
    pub fn wait(&mut self, seconds: u64) {
        self.sandbox.advance_time(seconds);
        self.sandbox.end_block();
    }

    pub fn now(&self) -> u64 {
        self.sandbox.now()
    }

    /// One message to members from a name.
    pub fn say(&mut self, name: &str, msg: Value) -> Result<Receipt, Refusal> {
        let members = self.members.clone();
        self.sandbox.execute(&address(name), &members, &msg)
    }

    /// One message that is accepted.
    #[track_caller]
    pub fn ok(&mut self, name: &str, msg: Value) -> Receipt {
        match self.say(name, msg.clone()) {
            Ok(receipt) => receipt,
            Err(refusal) => panic!("{name}: {msg}: {}", refusal.text),
        }
    }

    /// One message that is refused with these words, and leaves nothing.
    #[track_caller]
    pub fn no(&mut self, name: &str, msg: Value, words: &str) {
        let before = self.sandbox.state_hash();
        match self.say(name, msg.clone()) {
            Ok(_) => panic!("{name}: {msg}: accepted, not refused with `{words}`"),
            Err(refusal) => assert!(
                refusal.text.contains(words),
                "{name}: {msg}: refused with `{}`, not `{words}`",
                refusal.text
            ),
        }
        assert_eq!(
            self.sandbox.state_hash(),
            before,
            "a refusal left something"
        );
    }

    /// The key decides through double, as the assembly.
    pub fn decide(&mut self, class: &str, action: &Value) -> Result<Receipt, Refusal> {
        let (key, double) = (self.key.clone(), self.double.clone());
        let msg = json!({"decide_for": {
            "contract": self.members,
            "electorate": "all",
            "class": class,
            "action": Binary::from(action.to_string().into_bytes()),
        }});
        self.sandbox.execute(&key, &double, &msg)
    }

    #[track_caller]
    pub fn decided(&mut self, action: Value) {
        if let Err(refusal) = self.decide("constitutional", &action) {
            panic!("{action}: {}", refusal.text);
        }
    }

    /// Founders by name, with handles and commitments of their own.
    #[track_caller]
    pub fn found(&mut self, names: &[&str]) {
        let members: Vec<Value> = names
            .iter()
            .map(|name| json!({"address": address(name), "handle": name, "idc": idc(name)}))
            .collect();
        let (key, double) = (self.key.clone(), self.double.clone());
        let seed = json!({"seed": {"members": members}}).to_string();
        let msg = json!({"forward": {
            "contract": self.members,
            "msg": Binary::from(seed.into_bytes()),
        }});
        if let Err(refusal) = self.sandbox.execute(&key, &double, &msg) {
            panic!("seed: {}", refusal.text);
        }
        self.block();
    }

    /// An invitation and its acceptance.
    #[track_caller]
    pub fn join(&mut self, sponsor: &str, name: &str) {
        self.ok(sponsor, json!({"invite": {"address": address(name)}}));
        let number = self.number(sponsor);
        self.ok(name, accept(Some(number), name));
        self.block();
    }

    /// Whatever is due.
    #[track_caller]
    pub fn advance(&mut self) {
        self.ok("anyone", json!({"advance": {"limit": 50}}));
    }

    /// The key decides a case as a jury.
    #[track_caller]
    pub fn verdict(&mut self, case: u64, outcome: &str) {
        let (key, double) = (self.key.clone(), self.double.clone());
        let msg = json!({"decide": {
            "case": case.to_string(), "outcome": outcome, "reasons": "ab".repeat(32),
        }});
        if let Err(refusal) = self.sandbox.execute(&key, &double, &msg) {
            panic!("decide {case}: {}", refusal.text);
        }
    }

    /// Accuses, has the jury say so, and acts on it.
    #[track_caller]
    pub fn sentence(&mut self, accuser: &str, name: &str, step: &str) {
        let case = self.accuse(accuser, name, step);
        self.verdict(case, "uphold");
        self.ok("anyone", json!({"advance": {"case": case.to_string()}}));
        self.block();
    }

    /// Accuses; gives the case.
    #[track_caller]
    pub fn accuse(&mut self, accuser: &str, name: &str, step: &str) -> u64 {
        let person = self.number(name).to_string();
        let msg = json!({"accuse": {"person": person, "step": step, "reasons": "cd".repeat(32)}});
        case_of(&self.ok(accuser, msg))
    }

    #[track_caller]
    pub fn query<T: DeserializeOwned>(&self, msg: &impl Serialize) -> T {
        match self.sandbox.query(&self.members, msg) {
            Ok(answer) => answer,
            Err(refusal) => panic!("{}", refusal.text),
        }
    }

    pub fn refused(&self, msg: &impl Serialize) -> String {
        self.sandbox
            .query::<Value>(&self.members, msg)
            .expect_err("refused")
            .text
    }

    #[track_caller]
    pub fn number(&self, name: &str) -> u64 {
        self.standing(name).person.0
    }

    #[track_caller]
    pub fn standing(&self, name: &str) -> Standing {
        let address = address(name).to_string();
        self.query(&QueryMsg::Standing(AddressRef { address }))
    }

    pub fn is_known(&self, name: &str) -> bool {
        let address = address(name).to_string();
        self.sandbox
            .query::<Standing>(&self.members, &QueryMsg::Standing(AddressRef { address }))
            .is_ok()
    }

    #[track_caller]
    pub fn member(&self, name: &str) -> MemberView {
        let person = Id(self.number(name));
        self.query(&QueryMsg::Member(PersonRef { person }))
    }

    /// How credit knows an address: kind, person, sponsor, scale, frozen, leaving; none if unknown.
    pub fn account(&self, name: &str) -> Option<peers::Account> {
        let address = address(name);
        self.sandbox
            .read(&self.credit, |storage| {
                peers::account(storage, address.as_str())
            })
            .expect("credit")
    }

    /// What trust was told of a person last: live, weight, retired.
    pub fn leaf(&self, number: u64) -> Option<peers::Leaf> {
        self.sandbox
            .read(&self.trust, |storage| peers::leaf(storage, number))
            .expect("trust")
    }

    pub fn class(&self, name: &str) -> Option<String> {
        self.sandbox.allowance_class(&address(name))
    }

    /// Sets a position at credit's.
    pub fn owe(&mut self, name: &str, position: i64) {
        let (key, credit) = (self.key.clone(), self.credit.clone());
        let msg =
            json!({"test": {"owner": address(name), "position": position.to_string(), "open": 0}});
        self.sandbox
            .execute(&key, &credit, &msg)
            .expect("credit's test entry");
    }

    /// Sets the number of open items at credit's.
    pub fn open_at_credit(&mut self, name: &str, open: u32) {
        let (key, credit) = (self.key.clone(), self.credit.clone());
        let msg = json!({"test": {"owner": address(name), "position": "0", "open": open}});
        self.sandbox
            .execute(&key, &credit, &msg)
            .expect("credit's test entry");
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
            .read(&self.members, |storage| {
                (
                    mycel_members::state::totals()
                        .load(storage)
                        .expect("totals"),
                    invariants::recompute(storage),
                )
            })
            .expect("members");
        assert_eq!(anew, Ok(kept.clone()));
        let classes = self.sandbox.allowance_classes();
        let with = |class: &str| classes.values().filter(|has| *has == class).count();
        assert_eq!(with("member"), kept.classed_persons as usize);
        assert_eq!(with("organisation"), kept.classed_orgs as usize);
    }
}

/// A commitment of its own for a name.
pub fn idc(name: &str) -> String {
    use std::fmt::Write as _;
    let mut text = String::from("00");
    let mut random = Random(name.bytes().fold(7, |sum: u64, byte| {
        sum.wrapping_mul(131).wrapping_add(byte.into())
    }));
    for _ in 0..31 {
        write!(text, "{:02x}", random.below(256)).expect("a string");
    }
    text
}

/// Accepts an invitation under one's own name.
pub fn accept(sponsor: Option<u64>, name: &str) -> Value {
    json!({"accept": {
        "sponsor": sponsor.map(|number| number.to_string()),
        "handle": name,
        "idc": idc(name),
    }})
}

/// The case that was opened in a message.
#[track_caller]
pub fn case_of(receipt: &Receipt) -> u64 {
    event_attribute(receipt, "wasm-case_opened", "case")
        .and_then(|text| text.parse().ok())
        .expect("a case was opened")
}

/// An attribute of the first event of a name.
pub fn event_attribute(receipt: &Receipt, event: &str, key: &str) -> Option<String> {
    receipt
        .events
        .iter()
        .find(|found| found.ty == event)?
        .attributes
        .iter()
        .find(|attribute| attribute.key == key)
        .map(|attribute| attribute.value.clone())
}

/// How many events of a name there are.
pub fn events(receipt: &Receipt, event: &str) -> usize {
    receipt
        .events
        .iter()
        .filter(|found| found.ty == event)
        .count()
}
