//! A community in the sandbox: the commons, the real members, credit and
//! sortition; decisions come from one key in the assembly's place.
//!
//! After each accepted message, and after each end of a block, every invariant
//! is checked ([`World::check`]).

#![allow(dead_code, reason = "each subject uses some of it")]

pub mod judging;
pub mod nature;
pub mod town;

use std::path::PathBuf;

use cosmwasm_std::Addr;
use mycel_commons::ask::{Nothing, QueryMsg};
use mycel_commons::quantity::Quantity;
use mycel_commons::{contract, market, monitors, query, regeneration, rights};
use mycel_credit::policies::Standard;
use mycel_kit::standard::Invariants;
use mycel_sandbox::{Code, Native, Receipt, Refusal, Sandbox, address};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub const DAY: u64 = 86_400;
/// When worlds begin.
pub const START: u64 = 1_700_000_000;
/// An epoch in these worlds.
pub const EPOCH: u64 = 10_000;
/// Seconds of each step of the ladder, and in which a measure may be appealed.
pub const TERM: u64 = 100_000;
pub const APPEAL: u64 = 2_000;
/// Seconds that juries have, and in which a verdict may be appealed at sortition.
pub const JURY: u64 = 16_000;
/// One credit in pico-credits.
pub const CREDIT: u64 = 1_000_000_000_000;
/// The starter of everybody, in credits.
pub const STARTER: u64 = 10_000;

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

/// The contract as ordinary functions.
pub fn native() -> Native {
    Native::new(contract::instantiate, contract::execute, query::query)
        .with_reply(contract::reply)
        .with_sudo(|deps, env, _: mycel_bindings::SudoMsg| contract::end_block(deps, env))
}

fn members() -> Native {
    use mycel_members::{contract, query};
    Native::new(contract::instantiate, contract::execute, query::query)
        .with_reply(contract::reply)
        .with_sudo(|deps, env, _: mycel_bindings::SudoMsg| contract::end_block(deps, env))
}

fn sortition() -> Native {
    use mycel_sortition::{contract, query};
    Native::new(contract::instantiate, contract::execute, query::query)
        .with_sudo(|deps, env, _: mycel_bindings::SudoMsg| contract::end_block(deps, env))
}

fn credit() -> Native {
    Native::new(
        mycel_credit::contract::instantiate::<Standard>,
        mycel_credit::contract::execute::<Standard>,
        mycel_credit::query::query::<Standard>,
    )
    .with_sudo(mycel_credit::contract::sudo::<Standard>)
}

/// Names of `n` persons, who have the numbers 1 to `n`; the letters keep handles apart.
pub fn names(n: usize) -> Vec<String> {
    const LETTERS: &[u8] = b"abcdefghkpqrstxyz";
    let letter = |n: usize| char::from(LETTERS[n % LETTERS.len()]);
    (0..n)
        .map(|n| {
            let (a, b) = (n % LETTERS.len(), n / LETTERS.len());
            let (c, d) = (b / LETTERS.len(), b / LETTERS.len().pow(2));
            format!("{}{}{}{}", letter(9 + d), letter(c), letter(b), letter(a))
        })
        .collect()
}

/// Rules that tests can wait for: a cap of 1,000,000 units whatever the stock.
pub fn rules() -> Value {
    let most = Quantity::new(1_000_000_000).expect("a quantity");
    let mut monitors = json!(monitors::Rules::usual(most));
    monitors["window"] = json!((2 * EPOCH).to_string());
    let mut market = json!(market::Rules::default());
    market["commit_seconds"] = json!(1_000);
    market["reveal_seconds"] = json!(1_000);
    json!({
        "epoch_seconds": EPOCH,
        "enrolment": {"decision": {}},
        "monitors": monitors,
        "cap": {
            "harvest": {"fixed": {"quantity": "1000000"}},
            "kappa_ppm": 0, "rise_bps": 1_000, "grace_seconds": 1_000,
        },
        "regeneration": regeneration::Rules::default(),
        "rights": rights::Rules::default(),
        "market": market,
        "order": {
            "tolerance_bps": 500,
            "notice_seconds": TERM, "reduced_seconds": TERM,
            "suspended_seconds": TERM, "excluded_seconds": 2 * TERM,
            "reduced_bps": 5_000, "appeal_seconds": APPEAL,
        },
    })
}

/// A value with one field, named by its path (`/order/reduced_bps`), changed.
pub fn with(mut value: Value, path: &str, field: Value) -> Value {
    *value
        .pointer_mut(path)
        .unwrap_or_else(|| panic!("no field {path}")) = field;
    value
}

/// Who is enrolled with how many shares, as messages say it.
pub fn shares(all: &[(u64, u32)]) -> Vec<Value> {
    all.iter()
        .map(|(person, shares)| json!({"person": person.to_string(), "shares": shares}))
        .collect()
}

/// The community.
pub struct World {
    pub sandbox: Sandbox,
    /// The key in the assembly's place.
    pub assembly: Addr,
    pub members: Addr,
    pub credit: Addr,
    pub sortition: Addr,
    pub commons: Addr,
}

/// Someone who says something to the commons.
pub struct Speaker<'a> {
    world: &'a mut World,
    name: String,
}

impl Speaker<'_> {
    /// What is accepted; every invariant holds after it.
    #[track_caller]
    pub fn say(self, msg: Value) -> Receipt {
        let commons = self.world.commons.clone();
        self.tell(&commons, msg)
    }

    /// What another contract accepts.
    #[track_caller]
    pub fn tell(self, contract: &Addr, msg: Value) -> Receipt {
        let Speaker { world, name } = self;
        let said = world.sandbox.execute(&address(&name), contract, &msg);
        let receipt = match said {
            Ok(receipt) => receipt,
            Err(refusal) => panic!("{name}: {msg}: {}", refusal.text),
        };
        world.check();
        receipt
    }

    /// What is refused with these words, and leaves nothing.
    #[track_caller]
    pub fn refused(self, msg: Value, words: &str) {
        let commons = self.world.commons.clone();
        self.refused_by(&commons, msg, words);
    }

    /// What another contract refuses with these words.
    #[track_caller]
    pub fn refused_by(self, contract: &Addr, msg: Value, words: &str) {
        let Speaker { world, name } = self;
        let before = world.sandbox.state_hash();
        match world.sandbox.execute(&address(&name), contract, &msg) {
            Ok(_) => panic!("{name}: {msg}: accepted, not refused with `{words}`"),
            Err(refusal) => assert!(
                refusal.text.contains(words),
                "{name}: {msg}: refused with `{}`, not `{words}`",
                refusal.text
            ),
        }
        assert_eq!(
            world.sandbox.state_hash(),
            before,
            "a refusal left something"
        );
    }

    /// Whatever comes of it.
    pub fn tries(self, msg: &Value) -> Result<Receipt, Refusal> {
        let commons = self.world.commons.clone();
        self.world
            .sandbox
            .execute(&address(&self.name), &commons, msg)
    }
}

impl World {
    /// `persons` founders, the contract native.
    pub fn new(persons: usize) -> World {
        World::begin(Code::native(native()), persons)
    }

    pub fn begin(code: Code, persons: usize) -> World {
        World::of(
            Code::native(members()),
            Code::native(credit()),
            code,
            persons,
        )
    }

    /// As [`World::begin`], with members and credit in other forms, too.
    pub fn of(people: Code, bank: Code, code: Code, persons: usize) -> World {
        let mut sandbox = Sandbox::new(START);
        let assembly = address("assembly");
        let mut predict = |name: &str, code: Code, sum: u8| {
            let code = sandbox.store(code.with_checksum([sum; 32]));
            let made = sandbox.predict(&assembly, code, name).expect("an address");
            (code, made)
        };
        let (members_code, members) = predict("members", people, 1);
        let (credit_code, credit) = predict("credit", bank, 2);
        let (sortition_code, sortition) = predict("sortition", Code::native(sortition()), 3);
        let (commons_code, commons) = predict("commons", code, 4);
        sandbox.set_authorities(Some(&members), Some(&assembly));
        let mut world = World {
            sandbox,
            assembly,
            members,
            credit,
            sortition,
            commons,
        };
        let starter = (u128::from(STARTER) * u128::from(CREDIT)).to_string();
        world.make(
            sortition_code,
            "sortition",
            json!({
                "authority": world.assembly, "development": true,
                "parameters": {
                    "members": world.members,
                    "clients": [
                        {"name": "members", "address": world.members},
                        {"name": "commons", "address": world.commons},
                    ],
                    "beacon": {"commit_reveal": {"period_seconds": 5}},
                    "numbers": {"jury_cap": 3, "appeal_seconds": 0, "juries_per_person": 20, "in_a_row": 10},
                },
            }),
        );
        world.make(
            credit_code,
            "credit",
            json!({
                "authority": world.assembly, "development": true, "starter_grant": starter,
                "parameters": {
                    "members": world.members, "sortition": world.sortition,
                    "holders": [{"address": world.commons, "max_age": (365 * DAY).to_string()}],
                    "economy": {"starter_opening": i64::MAX.to_string()},
                },
            }),
        );
        world.make(
            commons_code,
            "commons",
            json!({
                "development": true,
                "peers": {"assembly": world.assembly, "members": world.members,
                    "credit": world.credit, "sortition": world.sortition},
                "parameters": {"numbers": {"case_seconds": JURY, "epoch_seconds_least": 10}},
            }),
        );
        world.make(
            members_code,
            "members",
            json!({
                "authority": world.assembly, "community": "riverside", "development": true,
                "peers": {"credit": world.credit, "sortition": world.sortition,
                    "items": [world.credit, world.sortition, world.commons]},
                "parameters": {"numbers": {"growth_least": 1_000, "sponsor_residency": 0}},
            }),
        );
        world
            .sandbox
            .subscribe_end_block(&world.commons.clone())
            .expect("subscribed");
        world.people(&names(persons));
        world.block();
        world
    }

    fn make(&mut self, code: u64, name: &str, msg: Value) {
        let assembly = self.assembly.clone();
        self.sandbox
            .instantiate2(&assembly, code, name, &msg)
            .unwrap_or_else(|refusal| panic!("{name}: {}", refusal.text));
    }

    /// Founders, as genesis makes them.
    pub fn people(&mut self, names: &[String]) {
        for part in names.chunks(50) {
            let seeds: Vec<Value> = part
                .iter()
                .map(|name| json!({"address": address(name), "handle": name}))
                .collect();
            let (assembly, members) = (self.assembly.clone(), self.members.clone());
            let seed = json!({"seed": {"members": seeds}});
            if let Err(refusal) = self.sandbox.execute(&assembly, &members, &seed) {
                panic!("seed: {}", refusal.text);
            }
        }
    }

    /// An organisation with an address of this name; gives its number.
    #[track_caller]
    pub fn organisation(&mut self, name: &str, controllers: &[(&str, u16)]) -> u64 {
        let members = self.members.clone();
        let all: Vec<Value> = controllers
            .iter()
            .map(|(who, bps)| json!({"person": self.number(who).to_string(), "bps": bps}))
            .collect();
        let org = json!({"purpose": "work", "threshold_bps": 5_001, "controllers": all});
        let own = address(name);
        let found = json!({"found": {"address": own, "handle": name, "org": org}});
        self.as_(controllers[0].0).tell(&members, found);
        for (who, _) in &controllers[1..] {
            let yes = json!({"approve_founding": {"address": own}});
            self.as_(who).tell(&members, yes);
        }
        let yes = json!({"approve_founding": {"address": own}});
        self.as_(name).tell(&members, yes);
        self.block();
        self.number(name)
    }

    // ---- time

    pub fn now(&self) -> u64 {
        self.sandbox.now()
    }

    /// The next block, a second later.
    #[track_caller]
    pub fn block(&mut self) {
        self.wait(1);
    }

    /// The next block, so many seconds later.
    #[track_caller]
    pub fn wait(&mut self, seconds: u64) {
        self.sandbox.advance_time(seconds);
        for (contract, ended) in self.sandbox.end_block() {
            if let Err(refusal) = ended {
                panic!("end of block: {contract}: {}", refusal.text);
            }
        }
        self.check();
    }

    // ---- messages

    /// Someone, by name.
    pub fn as_(&mut self, name: &str) -> Speaker<'_> {
        Speaker {
            world: self,
            name: name.to_owned(),
        }
    }

    fn decision(electorate: &Value, class: &str, action: &Value) -> Value {
        json!({"decided": {"proposal": "1", "electorate": electorate, "class": class, "action": action}})
    }

    /// A decision that is carried out: `"all"`, or a commons' number.
    #[track_caller]
    pub fn decide(
        &mut self,
        electorate: impl Into<Electorate>,
        class: &str,
        action: Value,
    ) -> Receipt {
        let decision = Self::decision(&electorate.into().0, class, &action);
        self.as_("assembly").say(decision)
    }

    /// A decision that is refused with these words.
    #[track_caller]
    pub fn undecided(
        &mut self,
        electorate: impl Into<Electorate>,
        class: &str,
        action: Value,
        words: &str,
    ) {
        let decision = Self::decision(&electorate.into().0, class, &action);
        self.as_("assembly").refused(decision, words);
    }

    /// A forest with [`rules`]; gives its number.
    #[track_caller]
    pub fn found(&mut self, members: &[(u64, u32)]) -> u64 {
        self.found_with(rules(), None, members)
    }

    #[track_caller]
    pub fn found_with(&mut self, rules: Value, parent: Option<u64>, members: &[(u64, u32)]) -> u64 {
        let found = founding(rules, parent, members);
        let receipt = self.decide("all", "ordinary", found);
        attribute(&receipt, "wasm-found", "commons")
            .and_then(|text| text.parse().ok())
            .expect("a number")
    }

    /// Puts money aside for the contract; gives the hold's number.
    #[track_caller]
    pub fn hold(&mut self, name: &str, pico: u64, msg: &Value) -> u64 {
        let (credit, hold) = (self.credit.clone(), self.hold_msg(pico, msg));
        let receipt = self.as_(name).tell(&credit, hold);
        attribute(&receipt, "wasm", "hold")
            .and_then(|text| text.parse().ok())
            .expect("a hold")
    }

    /// What credit is told to put money aside.
    pub fn hold_msg(&self, pico: u64, msg: &Value) -> Value {
        let msg = cosmwasm_std::Binary::from(msg.to_string().into_bytes());
        json!({"hold": {"for": self.commons, "amount": pico.to_string(), "msg": msg}})
    }

    /// Whatever is due, as often as there is something.
    #[track_caller]
    pub fn advance(&mut self) {
        self.as_("anyone").say(json!({"advance": {}}));
    }

    // ---- questions

    #[track_caller]
    pub fn query<T: DeserializeOwned>(&self, msg: &impl Serialize) -> T {
        match self.sandbox.query(&self.commons, msg) {
            Ok(answer) => answer,
            Err(refusal) => panic!("{}", refusal.text),
        }
    }

    /// Why a question is refused.
    #[track_caller]
    pub fn unanswered(&self, msg: &impl Serialize) -> String {
        self.sandbox
            .query::<Value>(&self.commons, msg)
            .expect_err("refused")
            .text
    }

    /// A person's or organisation's number.
    #[track_caller]
    pub fn number(&self, name: &str) -> u64 {
        let standing: mycel_kit::peers::members::Standing = self
            .sandbox
            .query(
                &self.members,
                &json!({"standing": {"address": address(name)}}),
            )
            .unwrap_or_else(|refusal| panic!("{name}: {}", refusal.text));
        standing.person.0
    }

    /// What a member has at credit, in pico-credits.
    #[track_caller]
    pub fn money(&self, name: &str) -> i128 {
        let question = json!({"position": {"member": address(name), "at": null}});
        let position: mycel_kit::peers::credit::Position = self
            .sandbox
            .query(&self.credit, &question)
            .unwrap_or_else(|refusal| panic!("{name}: {}", refusal.text));
        position.position.i128()
    }

    /// What `account` says of someone in a commons.
    #[track_caller]
    pub fn account(&self, commons: u64, name: &str) -> Value {
        self.query(&json!({"account": {"commons": commons.to_string(), "member": address(name)}}))
    }

    /// Every invariant holds, by the contract's own answer, and what registry
    /// and order keep as sums is what their raw records say.
    #[track_caller]
    pub fn check(&self) {
        let answer: Invariants = self.query(&QueryMsg::Invariants(Nothing {}));
        for invariant in answer.invariants {
            assert!(invariant.holds, "{invariant:?}");
        }
        self.read(|storage| {
            use mycel_commons::{order, registry};
            let founded = registry::state::founded().may_load(storage);
            for number in 1..=founded.expect("readable").unwrap_or(0) {
                let kept = registry::commons(storage, number).expect("a commons");
                let counted = registry::invariants::recount(storage, number);
                assert_eq!(counted, Ok((kept.enrolled, kept.places)), "{number}");
            }
            let kept = order::state::counts().may_load(storage).expect("readable");
            assert_eq!(
                order::invariants::recount(storage),
                Ok(kept.unwrap_or_default())
            );
        });
    }

    /// Reads the contract's raw state.
    pub fn read<T>(&self, look: impl FnOnce(&dyn cosmwasm_std::Storage) -> T) -> T {
        self.sandbox.read(&self.commons, look).expect("the commons")
    }
}

/// Who decides, as JSON.
pub struct Electorate(Value);

impl Electorate {
    pub fn json(&self) -> &Value {
        &self.0
    }
}

impl From<&str> for Electorate {
    fn from(all: &str) -> Electorate {
        Electorate(json!(all))
    }
}

impl From<u64> for Electorate {
    fn from(commons: u64) -> Electorate {
        Electorate(json!({"commons": commons.to_string()}))
    }
}

/// What founds a forest.
pub fn founding(rules: Value, parent: Option<u64>, members: &[(u64, u32)]) -> Value {
    json!({"found": {
        "name": "the forest", "unit": "kg", "boundary": "from the river to the ridge",
        "geometry": "ab".repeat(32), "parent": parent.map(|parent| parent.to_string()),
        "rules": rules, "members": shares(members),
    }})
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

/// How many events of a name.
pub fn events(receipt: &Receipt, event: &str) -> usize {
    receipt.events.iter().filter(|one| one.ty == event).count()
}
