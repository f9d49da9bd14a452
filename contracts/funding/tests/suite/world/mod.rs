//! A community in the sandbox: funding among the real members and the real
//! credit. One key decides, in place of the assembly.

pub mod town;

use std::path::PathBuf;

use cosmwasm_std::{Addr, Binary, Order};
use mycel_credit::policies::Standard;
use mycel_double::trust;
use mycel_funding::ask::{Nothing, QueryMsg};
use mycel_funding::rounds::ask::{ResultsResponse, RoundResponse};
use mycel_funding::rounds::record::Flow;
use mycel_funding::rounds::state as rounds;
use mycel_funding::{contract, query};
use mycel_kit::peers::credit::Position;
use mycel_kit::peers::trust::{Gate, Mode, Term};
use mycel_kit::standard::Invariants;
use mycel_kit::{Id, Seconds};
use mycel_sandbox::{Code, Native, Receipt, Refusal, Sandbox, address};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub const DAY: u64 = 86_400;
/// When worlds begin.
pub const START: u64 = 1_700_000_000;
/// One credit.
pub const CREDIT: u64 = 1_000_000_000_000;
/// Seconds until a round begins, and that it lasts, in these worlds.
pub const AHEAD: u64 = 1_000;
pub const LASTS: u64 = 10_000;
/// The gate of trust that is there for rounds.
pub const GATE: u64 = 3;
/// How long holds live.
pub const MAX_AGE: u64 = 90 * DAY;

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
pub fn wasm(name: &str) -> Code {
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
    let bytes = std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask contracts`", path.display()));
    Code::compiled(&bytes).expect("a contract that the chain would store")
}

/// Funding as ordinary functions.
pub fn native() -> Native {
    Native::new(contract::instantiate, contract::execute, query::query)
        .with_reply(contract::reply)
        .with_sudo(|deps, env, msg: mycel_bindings::SudoMsg| match msg {
            mycel_bindings::SudoMsg::EndBlock {} => contract::end_block(deps, env),
        })
}

/// The real members as ordinary functions.
pub fn members() -> Native {
    use mycel_members::{contract, query};
    Native::new(contract::instantiate, contract::execute, query::query)
        .with_reply(contract::reply)
        .with_sudo(|deps, env, msg: mycel_bindings::SudoMsg| match msg {
            mycel_bindings::SudoMsg::EndBlock {} => contract::end_block(deps, env),
        })
}

/// The real credit as ordinary functions.
pub fn credit() -> Native {
    Native::new(
        mycel_credit::contract::instantiate::<Standard>,
        mycel_credit::contract::execute::<Standard>,
        mycel_credit::query::query::<Standard>,
    )
    .with_sudo(mycel_credit::contract::sudo::<Standard>)
}

/// The three contracts' codes.
pub struct Codes {
    pub funding: Code,
    pub members: Code,
    pub credit: Code,
}

impl Codes {
    pub fn native() -> Codes {
        Codes {
            funding: Code::native(native()),
            members: Code::native(members()),
            credit: Code::native(credit()),
        }
    }

    pub fn compiled() -> Codes {
        Codes {
            funding: wasm("mycel_funding.wasm"),
            members: wasm("mycel_members.wasm"),
            credit: wasm("mycel_credit.wasm"),
        }
    }
}

/// The community.
pub struct World {
    pub sandbox: Sandbox,
    pub funding: Addr,
    pub members: Addr,
    pub credit: Addr,
    /// Once there is one; acts under the name `trust`.
    pub trust: Option<Addr>,
}

/// Lengths that tests can wait for.
pub fn short() -> Value {
    json!({
        "round_seconds_least": 100, "round_ahead_seconds": 7 * DAY, "settle_seconds": DAY,
        "project_supporters": 0,
    })
}

/// Names of `n` persons; the letters keep handles apart.
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

/// Base64 of JSON.
pub fn bytes(json: &Value) -> Binary {
    Binary::from(json.to_string().into_bytes())
}

/// Pico-credits of so many credits.
pub fn pico(credits: u64) -> String {
    (u128::from(credits) * u128::from(CREDIT)).to_string()
}

/// An attribute of an event.
pub fn attribute(receipt: &Receipt, event: &str, key: &str) -> Option<String> {
    receipt
        .events
        .iter()
        .filter(|one| one.ty == format!("wasm-{event}"))
        .flat_map(|one| &one.attributes)
        .find(|attribute| attribute.key == key)
        .map(|attribute| attribute.value.clone())
}

impl World {
    /// `n` founders, all contracts native.
    pub fn new(n: usize) -> World {
        World::with(Codes::native(), n, short())
    }

    pub fn with(codes: Codes, n: usize, numbers: Value) -> World {
        let mut sandbox = Sandbox::new(START);
        let key = address("key");
        let [funding, members, credit] = [
            (codes.funding, 7, "funding"),
            (codes.members, 8, "members"),
            (codes.credit, 9, "credit"),
        ]
        .map(|(code, sum, name)| {
            let code = sandbox.store(code.with_checksum([sum; 32]));
            let own = sandbox.predict(&key, code, name).expect("an address");
            (code, name, own)
        });
        sandbox.set_authorities(Some(&members.2), Some(&key));
        let begin = [
            (
                &credit,
                json!({
                    "authority": key, "development": true, "starter_line": pico(1_000_000),
                    "parameters": {"members": members.2, "funding": funding.2,
                        "holders": [{"address": funding.2, "max_age": MAX_AGE.to_string()}]},
                }),
            ),
            (
                &members,
                json!({
                    "authority": key, "community": "riverside", "development": true,
                    "peers": {"assembly": key, "credit": credit.2, "items": [funding.2]},
                    "parameters": {"numbers": {"growth_least": 1000, "sponsor_residency": 0, "invites_per_epoch": 50}},
                }),
            ),
            (
                &funding,
                json!({
                    "authority": key, "development": true,
                    "parameters": {"members": members.2, "credit": credit.2, "numbers": numbers},
                }),
            ),
        ];
        for ((code, name, own), begin) in begin {
            let made = sandbox
                .instantiate2(&key, *code, name, &begin)
                .unwrap_or_else(|refusal| panic!("{name}: {}", refusal.text));
            assert_eq!(made, *own);
        }
        let mut world = World {
            sandbox,
            funding: funding.2,
            members: members.2,
            credit: credit.2,
            trust: None,
        };
        world.found(&names(n));
        world.wait(1);
        world
    }

    /// From now on there is a trust, with [`GATE`] for rounds of this contract.
    #[track_caller]
    pub fn trusting(&mut self) {
        let native = Native::new(trust::instantiate, trust::execute, trust::query);
        let code = self.sandbox.store(Code::native(native));
        let begin = json!({"key": address("key")});
        let made = self
            .sandbox
            .instantiate2(&address("key"), code, "trust", &begin)
            .unwrap_or_else(|refusal| panic!("trust: {}", refusal.text));
        self.set(&json!({"trust": made}));
        self.trust = Some(made);
        self.gate(|_| ());
    }

    /// The gate is as this from now on.
    #[track_caller]
    pub fn gate(&mut self, change: impl FnOnce(&mut Gate)) {
        let mut gate = Gate {
            gate: Id(GATE),
            consumer: self.funding.to_string(),
            mode: Mode::Once,
            term: Term::Action {},
            ttl: Seconds(DAY),
            open: true,
        };
        change(&mut gate);
        let trust = self.trust.clone().expect("a trust");
        self.tell(&trust, "key", &json!({"set_gate": gate}));
    }

    /// Who acts under this name.
    pub fn who(&self, name: &str) -> Addr {
        match &self.trust {
            Some(trust) if name == "trust" => trust.clone(),
            _ => address(name),
        }
    }

    /// Founders, as genesis makes them.
    pub fn found(&mut self, names: &[String]) {
        for part in names.chunks(50) {
            let seeds: Vec<Value> = part
                .iter()
                .map(|name| json!({"address": address(name), "handle": name}))
                .collect();
            let members = self.members.clone();
            self.tell(&members, "key", &json!({"seed": {"members": seeds}}));
        }
    }

    /// An organisation of these persons, with an address of its own name.
    pub fn organisation(&mut self, name: &str, controllers: &[&str]) {
        let members = self.members.clone();
        let org = self.org(controllers);
        self.tell(
            &members,
            controllers[0],
            &json!({"found": {"address": address(name), "handle": name, "org": org}}),
        );
        for one in controllers[1..].iter().chain([&name]) {
            self.tell(
                &members,
                one,
                &json!({"approve_founding": {"address": address(name)}}),
            );
        }
    }

    fn org(&self, controllers: &[&str]) -> Value {
        let mut left = 10_000;
        let each = 10_000 / controllers.len();
        let shares: Vec<Value> = controllers
            .iter()
            .enumerate()
            .map(|(place, name)| {
                let bps = if place + 1 == controllers.len() {
                    left
                } else {
                    each
                };
                left -= bps;
                json!({"person": self.number(name).to_string(), "bps": bps})
            })
            .collect();
        json!({"purpose": "a workshop", "threshold_bps": 5_001, "controllers": shares})
    }

    /// Control of an organisation passes to others; all of both say so.
    pub fn pass_control(&mut self, name: &str, from: &[&str], to: &[&str]) {
        let members = self.members.clone();
        let org = self.number(name).to_string();
        let change = self.org(to);
        let receipt = self.tell(
            &members,
            from[0],
            &json!({"propose_change": {"org": org, "change": change}}),
        );
        let serial: u32 = receipt
            .events
            .iter()
            .flat_map(|one| &one.attributes)
            .find(|one| one.key == "serial")
            .map(|one| one.value.parse().expect("a number"))
            .expect("a serial number");
        for one in from.iter().chain(to) {
            let _ = self.sandbox.execute(
                &address(one),
                &members,
                &json!({"approve_change": {"org": org, "serial": serial}}),
            );
        }
        let now: mycel_kit::peers::members::Controllers = self
            .sandbox
            .query(&members, &json!({"controllers": {"org": address(name)}}))
            .unwrap_or_else(|refusal| panic!("{}", refusal.text));
        let mut expected: Vec<u64> = to.iter().map(|name| self.number(name)).collect();
        let mut found: Vec<u64> = now.persons.iter().map(|one| one.person.0).collect();
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected, "control passed");
    }

    /// The next block, so many seconds later; funding's own work at its end.
    pub fn wait(&mut self, seconds: u64) {
        self.sandbox.advance_time(seconds);
        self.sandbox.end_block();
    }

    pub fn now(&self) -> u64 {
        self.sandbox.now()
    }

    /// One message to funding from a name.
    pub fn say(&mut self, name: &str, msg: Value) -> Result<Receipt, Refusal> {
        let funding = self.funding.clone();
        self.sandbox.execute(&self.who(name), &funding, &msg)
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
        let funding = self.funding.clone();
        self.refused(&funding, name, &msg, words);
    }

    #[track_caller]
    pub fn refused(&mut self, contract: &Addr, name: &str, msg: &Value, words: &str) {
        let before = self.sandbox.state_hash();
        match self.sandbox.execute(&self.who(name), contract, msg) {
            Ok(_) => panic!("{name}: {msg}: accepted, not refused with `{words}`"),
            Err(refusal) => assert!(
                refusal.text.contains(words),
                "{name}: {msg}: refused with `{}`, not `{words}`",
                refusal.text
            ),
        }
        let after = self.sandbox.state_hash();
        assert_eq!(after, before, "a refusal left something");
    }

    /// One message to another contract.
    #[track_caller]
    pub fn tell(&mut self, contract: &Addr, name: &str, msg: &Value) -> Receipt {
        match self.sandbox.execute(&address(name), contract, msg) {
            Ok(receipt) => receipt,
            Err(refusal) => panic!("{name}: {msg}: {}", refusal.text),
        }
    }

    /// What is decided by all, with a class.
    pub fn decision(class: &str, action: &Value) -> Value {
        json!({"decided": {"proposal": "1", "electorate": "all", "class": class, "action": action}})
    }

    #[track_caller]
    pub fn decided(&mut self, action: &Value) -> Receipt {
        self.ok("key", World::decision("ordinary", action))
    }

    #[track_caller]
    pub fn set(&mut self, changes: &Value) {
        let action = json!({"set_parameters": changes});
        self.ok("key", World::decision("constitutional", &action));
    }

    #[track_caller]
    pub fn query<T: DeserializeOwned>(&self, msg: &impl Serialize) -> T {
        match self.sandbox.query(&self.funding, msg) {
            Ok(answer) => answer,
            Err(refusal) => panic!("{}", refusal.text),
        }
    }

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

    /// A member's position in pico-credits.
    #[track_caller]
    pub fn position(&self, name: &str) -> i128 {
        let answer: Position = self
            .sandbox
            .query(
                &self.credit,
                &json!({"position": {"member": address(name), "at": null}}),
            )
            .unwrap_or_else(|refusal| panic!("{name}: {}", refusal.text));
        answer.position.i128()
    }

    // ---- holds

    /// Puts money aside for funding.
    pub fn hold(&mut self, name: &str, amount: u64, msg: &Value) -> Result<Receipt, Refusal> {
        let credit = self.credit.clone();
        let msg =
            json!({"hold": {"for": self.funding, "amount": amount.to_string(), "msg": bytes(msg)}});
        self.sandbox.execute(&address(name), &credit, &msg)
    }

    #[track_caller]
    pub fn held(&mut self, name: &str, amount: u64, msg: &Value) -> Receipt {
        match self.hold(name, amount, msg) {
            Ok(receipt) => receipt,
            Err(refusal) => panic!("{name}: {msg}: {}", refusal.text),
        }
    }

    #[track_caller]
    pub fn not_held(&mut self, name: &str, amount: u64, msg: &Value, words: &str) {
        let credit = self.credit.clone();
        let msg =
            json!({"hold": {"for": self.funding, "amount": amount.to_string(), "msg": bytes(msg)}});
        self.refused(&credit, name, &msg, words);
    }

    /// Gives credits to a project.
    #[track_caller]
    pub fn give(&mut self, name: &str, credits: u64, round: u64, project: u64) -> Receipt {
        self.held(name, credits * CREDIT, &contribute(round, project))
    }

    /// Gives credits to the pool.
    #[track_caller]
    pub fn sponsor(&mut self, name: &str, credits: u64, round: u64) -> Receipt {
        self.held(name, credits * CREDIT, &sponsor(round))
    }

    // ---- rounds

    /// The terms of a round that begins soon.
    pub fn terms(&self, rule: Value) -> Value {
        let begins = self.now() + AHEAD;
        json!({
            "title": "public goods", "identity": {"addresses": {}}, "rule": rule,
            "saturation": "scale", "cap_bps": 10_000, "begins": begins.to_string(),
            "ends": (begins + LASTS).to_string(), "admission": "members",
        })
    }

    /// A round that a decision opens.
    #[track_caller]
    pub fn open(&mut self, terms: &Value) -> u64 {
        let receipt = self.decided(&json!({"open_round": terms}));
        attribute(&receipt, "open_round", "round")
            .and_then(|text| text.parse().ok())
            .expect("a round")
    }

    /// A project that its payee submits.
    #[track_caller]
    pub fn submit(&mut self, name: &str, round: u64) -> u64 {
        self.submit_for(name, name, round)
    }

    #[track_caller]
    pub fn submit_for(&mut self, name: &str, payee: &str, round: u64) -> u64 {
        let receipt = self.ok(name, project(payee, round));
        attribute(&receipt, "submit", "project")
            .and_then(|text| text.parse().ok())
            .expect("a project")
    }

    /// A round with this rule, a pool of so many credits that the first
    /// sponsors, projects of these; contributions have begun.
    #[track_caller]
    pub fn begun(&mut self, rule: Value, pool: u64, projects: &[&str]) -> u64 {
        let terms = self.terms(rule);
        self.begun_with(&terms, pool, projects)
    }

    #[track_caller]
    pub fn begun_with(&mut self, terms: &Value, pool: u64, projects: &[&str]) -> u64 {
        let round = self.open(terms);
        if pool > 0 {
            let first = names(1).remove(0);
            self.sponsor(&first, pool, round);
        }
        for name in projects {
            self.submit(name, round);
        }
        self.wait(AHEAD);
        self.advance();
        assert_eq!(self.stage(round), "giving");
        round
    }

    /// Contributions end, and the round moves on until it is over.
    #[track_caller]
    pub fn finish(&mut self, round: u64) {
        self.end(round);
        self.drive(round, 500);
    }

    /// Contributions end.
    #[track_caller]
    pub fn end(&mut self, round: u64) {
        let ends = self.round(round).round.ends.0;
        let wait = ends.saturating_sub(self.now());
        self.sandbox.advance_time(wait);
    }

    /// Messages of so many units until the round is over; how many.
    #[track_caller]
    pub fn drive(&mut self, round: u64, limit: u32) -> u32 {
        let mut messages = 0;
        while !["done", "cancelled"].contains(&self.stage(round).as_str()) {
            self.ok(
                "anyone",
                json!({"advance": {"limit": limit, "round": round.to_string()}}),
            );
            self.check();
            messages += 1;
            assert!(messages < 10_000, "it goes on and on");
        }
        messages
    }

    #[track_caller]
    pub fn round(&self, round: u64) -> RoundResponse {
        self.query(&json!({"round": {"round": round.to_string()}}))
    }

    /// How many rounds there are.
    pub fn rounds(&self) -> u64 {
        self.totals().rounds
    }

    pub fn totals(&self) -> mycel_funding::rounds::record::Totals {
        self.sandbox
            .read(&self.funding, |storage| {
                rounds::totals()
                    .may_load(storage)
                    .expect("totals")
                    .unwrap_or_default()
            })
            .expect("funding")
    }

    #[track_caller]
    pub fn stage(&self, round: u64) -> String {
        self.round(round).round.stage
    }

    #[track_caller]
    pub fn results(&self, round: u64) -> ResultsResponse {
        self.query(&json!({"results": {"round": round.to_string()}}))
    }

    /// What projects were paid of the pool, as gathered.
    #[track_caller]
    pub fn matching(&self, round: u64) -> Vec<u128> {
        let payouts = self.results(round).payouts;
        payouts.iter().map(|one| one.matching.u128()).collect()
    }

    /// Whatever is due.
    #[track_caller]
    pub fn advance(&mut self) {
        self.ok("anyone", json!({"advance": {}}));
    }

    /// Every invariant holds, here and in credit; the kept sums are those of
    /// the records; each record of a hold is a hold at credit, or an expired one.
    #[track_caller]
    pub fn check(&self) {
        for contract in [&self.funding, &self.credit] {
            let answer: Invariants = self
                .sandbox
                .query(contract, &QueryMsg::Invariants(Nothing {}))
                .unwrap_or_else(|refusal| panic!("{}", refusal.text));
            for invariant in answer.invariants {
                assert!(invariant.holds, "{invariant:?}");
            }
        }
        self.sandbox
            .read(&self.funding, |storage| {
                let totals = rounds::totals()
                    .may_load(storage)
                    .expect("totals")
                    .unwrap_or_default();
                let (mut given, mut pool) = (Flow::default(), Flow::default());
                let mut holds = 0;
                for round in 1..=totals.rounds {
                    let course = rounds::course(round).load(storage).expect("a round");
                    assert!(course.given.adds_up() && course.pool.adds_up());
                    add(&mut given, &course.given);
                    add(&mut pool, &course.pool);
                    let mut open = 0;
                    for serial in 0..course.holds {
                        let held = rounds::held(round, serial).may_load(storage).expect("held");
                        if let Some(held) = held {
                            open += u128::from(held.amount);
                            holds += 1;
                        }
                    }
                    assert_eq!(open, course.given.open, "escrow of round {round}");
                    let sponsors = rounds::sponsors(round).may_load(storage).expect("sponsors");
                    let mut open = 0;
                    for sponsor in sponsors.unwrap_or_default() {
                        if !sponsor.settled {
                            open += u128::from(sponsor.amount - sponsor.taken);
                            holds += 1;
                        }
                    }
                    assert_eq!(open, course.pool.open, "pool of round {round}");
                    let of = |kind, round: u64| rounds::head(kind, &[&round.to_be_bytes()]);
                    let count = |kind| {
                        let (start, end) = (of(kind, round), of(kind, round + 1));
                        storage
                            .range_keys(Some(&start), Some(&end), Order::Ascending)
                            .count()
                    };
                    let places = rounds::round(round).load(storage).expect("a round");
                    assert_eq!(count(b'k'), usize::from(course.admitted), "admitted");
                    let full = course.admitted >= places.max_projects;
                    assert!(full || count(b'z') == 0, "one waits for a free place");
                }
                assert_eq!((given, pool), (totals.given, totals.pool), "sums of rounds");
                assert_eq!(holds, totals.holds, "open holds");
            })
            .expect("funding");
    }
}

fn add(sum: &mut Flow, more: &Flow) {
    sum.came += more.came;
    sum.open += more.open;
    sum.paid += more.paid;
    sum.back += more.back;
    sum.decayed += more.decayed;
    sum.expired += more.expired;
}

pub fn contribute(round: u64, project: u64) -> Value {
    json!({"contribute": {"round": round.to_string(), "project": project.to_string(), "showing": null}})
}

pub fn sponsor(round: u64) -> Value {
    json!({"sponsor": {"round": round.to_string()}})
}

/// A project to be submitted.
pub fn project(payee: &str, round: u64) -> Value {
    json!({"submit": {"round": round.to_string(), "payee": address(payee), "title": "a workshop",
        "text_hash": "ab".repeat(32)}})
}

/// Which project, for messages that name both.
pub fn which(round: u64, project: u64) -> Value {
    json!({"round": round.to_string(), "project": project.to_string()})
}

pub fn quadratic() -> Value {
    json!({"quadratic": {}})
}

pub fn pairwise() -> Value {
    json!({"pairwise": {}})
}
