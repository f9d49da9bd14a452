//! A community in the sandbox: the assembly, the real members, and small peers.
pub mod peers;
pub mod town;

use std::path::PathBuf;

use cosmwasm_std::{Addr, Binary};
use mycel_assembly::ask::{PhaseName, ProposalView, QueryMsg, RunsResponse};
use mycel_assembly::msg::{Nothing, ProposalRef};
use mycel_assembly::{contract, invariants, query};
use mycel_kit::Id;
use mycel_kit::standard::Invariants;
use mycel_sandbox::{Code, Native, Receipt, Refusal, Sandbox, address};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

pub const DAY: u64 = 86_400;
/// When worlds begin.
pub const START: u64 = 1_700_000_000;
/// What the commons hold in the beginning: a million credits.
pub const COMMONS: u128 = 1_000_000_000_000_000_000;

/// Seconds of a draft, a deliberation, a vote and a timelock in these worlds.
pub const DRAFT: u64 = 1_000;
pub const TALK: u64 = 100;
pub const VOTE: u64 = 200;
pub const LOCK: u64 = 300;
/// Seconds for carrying out.
pub const RUN: u64 = 5_000;
/// Seconds between urgent pauses.
pub const REST: u64 = 50;

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

/// The assembly as ordinary functions.
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

/// The community.
pub struct World {
    pub sandbox: Sandbox,
    pub assembly: Addr,
    pub members: Addr,
    /// credit, sortition, commons, and a contract to decide about.
    pub credit: Addr,
    pub sortition: Addr,
    pub commons: Addr,
    pub probe: Addr,
}

/// Lengths that tests can wait for.
pub fn short() -> Value {
    json!({
        "residency_seconds": 60, "draft_seconds": DRAFT, "supporters": 2, "supporters_bps": 0,
        "deliberation_seconds": TALK, "panel_seconds": 4 * TALK,
        "ordinary_vote_seconds": VOTE, "ordinary_timelock_seconds": LOCK,
        "spending_vote_seconds": VOTE, "spending_timelock_seconds": LOCK,
        "constitutional_vote_seconds": 2 * VOTE, "constitutional_timelock_seconds": 2 * LOCK,
        "urgent_vote_seconds": VOTE / 2, "execution_seconds": RUN,
        "pause_rest_seconds": REST,
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

impl World {
    /// `n` founders, short lengths.
    pub fn new(n: usize) -> World {
        World::begin(Code::native(native()), n, short())
    }

    pub fn begin(code: Code, n: usize, numbers: Value) -> World {
        World::with(code, Code::native(members()), n, numbers)
    }

    /// … with another form of members.
    pub fn with(code: Code, members: Code, n: usize, numbers: Value) -> World {
        let mut sandbox = Sandbox::new(START);
        let key = address("key");
        let code = sandbox.store(code.with_checksum([9; 32]));
        let assembly = sandbox.predict(&key, code, "assembly").expect("an address");
        let double = sandbox.store(Code::native(peers::double()));
        let mut peer = |name: &str| {
            sandbox
                // as in genesis, the assembly makes them: it is their admin
                .instantiate(
                    &assembly,
                    double,
                    name,
                    &json!({"commons": COMMONS.to_string()}),
                )
                .expect(name)
        };
        let (credit, sortition, commons, probe) = (
            peer("credit"),
            peer("sortition"),
            peer("commons"),
            peer("probe"),
        );
        let members_code = sandbox.store(members);
        let members = sandbox
            .predict(&key, members_code, "members")
            .expect("an address");
        sandbox.set_authorities(Some(&members), Some(&assembly));
        let made = sandbox
            .instantiate2(
                &key,
                code,
                "assembly",
                &json!({
                    "development": true,
                    "peers": {"members": members, "credit": credit, "sortition": sortition, "commons": commons},
                    "parameters": {"areas": ["housing", "water"], "numbers": numbers},
                }),
            )
            .expect("assembly");
        assert_eq!(made, assembly);
        let made = sandbox
            .instantiate2(
                &key,
                members_code,
                "members",
                &json!({
                    "authority": assembly, "community": "riverside", "development": true,
                    "peers": {"assembly": assembly},
                    "parameters": {"numbers": {"growth_least": 1000, "sponsor_residency": 0, "invites_per_epoch": 50}},
                }),
            )
            .expect("members");
        assert_eq!(made, members);
        let mut world = World {
            sandbox,
            assembly,
            members,
            credit,
            sortition,
            commons,
            probe,
        };
        world.found(&names(n));
        world.block();
        world
    }

    /// Founders, as genesis makes them: with the assembly as sender.
    pub fn found(&mut self, names: &[String]) {
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

    /// An organisation that one person controls, as an electorate.
    pub fn organisation_of(&mut self, name: &str, shell: &str) -> serde_json::Value {
        let members = self.members.clone();
        let person = self.number(name).to_string();
        let org = json!({"purpose": "noise", "threshold_bps": 6000, "controllers": [{"person": person, "bps": 10_000}]});
        let own = address(shell);
        self.tell(
            &members,
            name,
            &json!({"found": {"address": own, "handle": shell, "org": org}}),
        );
        self.tell(
            &members,
            shell,
            &json!({"approve_founding": {"address": own}}),
        );
        self.block();
        json!({"organisation": self.number(shell).to_string()})
    }

    /// One message to the assembly from a name.
    pub fn say(&mut self, name: &str, msg: Value) -> Result<Receipt, Refusal> {
        let assembly = self.assembly.clone();
        self.sandbox.execute(&address(name), &assembly, &msg)
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

    /// One message to another contract.
    #[track_caller]
    pub fn tell(&mut self, contract: &Addr, name: &str, msg: &Value) -> Receipt {
        match self.sandbox.execute(&address(name), contract, msg) {
            Ok(receipt) => receipt,
            Err(refusal) => panic!("{name}: {msg}: {}", refusal.text),
        }
    }

    /// What a peer answers to a question from now on.
    pub fn script(&mut self, contract: &Addr, question: &str, answer: &Value) {
        let msg = json!({"script": {"question": question, "answer": answer}});
        self.tell(&contract.clone(), "key", &msg);
    }

    /// A peer refuses messages with this word; an empty one refuses none.
    pub fn break_at(&mut self, contract: &Addr, word: Option<&str>) {
        self.tell(&contract.clone(), "key", &json!({"break": word}));
    }

    /// What a peer was sent.
    pub fn log(&self, contract: &Addr) -> Vec<(String, Value)> {
        self.sandbox.read(contract, peers::log).expect("a peer")
    }

    #[track_caller]
    pub fn query<T: DeserializeOwned>(&self, msg: &impl Serialize) -> T {
        match self.sandbox.query(&self.assembly, msg) {
            Ok(answer) => answer,
            Err(refusal) => panic!("{}", refusal.text),
        }
    }

    pub fn refused(&self, msg: &impl Serialize) -> String {
        self.sandbox
            .query::<Value>(&self.assembly, msg)
            .expect_err("refused")
            .text
    }

    #[track_caller]
    pub fn proposal(&self, number: u64) -> ProposalView {
        self.query(&QueryMsg::Proposal(ProposalRef {
            proposal: Id(number),
        }))
    }

    #[track_caller]
    pub fn phase(&self, number: u64) -> PhaseName {
        self.proposal(number).phase
    }

    #[track_caller]
    pub fn runs(&self, number: u64) -> RunsResponse {
        self.query(&QueryMsg::Runs(ProposalRef {
            proposal: Id(number),
        }))
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

    /// Makes a draft; gives its number.
    #[track_caller]
    pub fn propose(&mut self, name: &str, proposal: Value) -> u64 {
        let receipt = self.ok(name, json!({"propose": proposal}));
        attribute(&receipt, "wasm-propose", "proposal")
            .and_then(|text| text.parse().ok())
            .expect("a number")
    }

    /// A draft that a second person supports: deliberation begins.
    #[track_caller]
    pub fn brought(&mut self, proposal: Value) -> u64 {
        let all = names(2);
        let number = self.propose(&all[0], proposal);
        self.ok(
            &all[1],
            json!({"support": {"proposal": number.to_string()}}),
        );
        self.block();
        number
    }

    /// … and the vote.
    #[track_caller]
    pub fn opened(&mut self, proposal: Value) -> u64 {
        let number = self.brought(proposal);
        if self.phase(number) != PhaseName::Vote {
            self.wait(TALK.max(1));
            self.advance();
        }
        assert_eq!(self.phase(number), PhaseName::Vote);
        self.block();
        number
    }

    #[track_caller]
    pub fn vote(&mut self, name: &str, number: u64, ballot: Value) {
        self.ok(
            name,
            json!({"vote": {"proposal": number.to_string(), "ballot": ballot}}),
        );
    }

    /// The vote ends and is counted.
    #[track_caller]
    pub fn count(&mut self, number: u64) {
        let until = self.proposal(number).until.0;
        self.wait(until.saturating_sub(self.now()).max(1));
        for _ in 0..100 {
            self.advance();
            if !matches!(self.phase(number), PhaseName::Vote | PhaseName::Tally) {
                return;
            }
            self.block();
        }
        panic!("is not counted");
    }

    /// Voted on by `yes` and `no` persons, counted.
    #[track_caller]
    pub fn decided(&mut self, proposal: Value, yes: usize, no: usize) -> u64 {
        let number = self.opened(proposal);
        for (place, name) in names(yes + no).iter().enumerate() {
            let word = if place < yes { "yes" } else { "no" };
            self.vote(name, number, json!(word));
        }
        self.count(number);
        number
    }

    /// The timelock ends.
    #[track_caller]
    pub fn released(&mut self, proposal: Value, yes: usize) -> u64 {
        let number = self.decided(proposal, yes, 0);
        self.release(number);
        number
    }

    #[track_caller]
    pub fn release(&mut self, number: u64) {
        if self.phase(number) == PhaseName::Timelock {
            let until = self.proposal(number).until.0;
            self.wait(until.saturating_sub(self.now()).max(1));
            self.advance();
        }
    }

    #[track_caller]
    pub fn execute(&mut self, number: u64) -> Receipt {
        self.ok(
            "anyone",
            json!({"execute": {"proposal": number.to_string()}}),
        )
    }

    /// Whatever is due.
    #[track_caller]
    pub fn advance(&mut self) {
        self.ok("anyone", json!({"advance": {"limit": 50}}));
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
            .read(&self.assembly, |storage| {
                (
                    mycel_assembly::state::totals()
                        .load(storage)
                        .expect("totals"),
                    invariants::recompute(storage),
                )
            })
            .expect("assembly");
        assert_eq!(anew, Ok(kept));
    }
}

/// A proposal with yes and no.
pub fn yes_no(class: &str, actions: &[Value]) -> Value {
    proposal(class, json!({"yes_no": {"actions": actions}}))
}

/// A proposal of all members.
pub fn proposal(class: &str, ballot: Value) -> Value {
    json!({"title": "a matter", "text": "what it is about", "electorate": "all", "class": class, "ballot": ballot})
}

/// With one field of another value.
pub fn with(mut proposal: Value, field: &str, value: Value) -> Value {
    proposal[field] = value;
    proposal
}

/// Base64 of JSON.
pub fn bytes(json: &Value) -> Binary {
    Binary::from(json.to_string().into_bytes())
}

/// What a contract is told as decided.
pub fn told_to(contract: &Addr, action: &Value) -> Value {
    json!({"decided": {"contract": contract, "action": bytes(action)}})
}

pub fn spend(to: &str, amount: u128) -> Value {
    json!({"spend": {"to": address(to), "amount": amount.to_string()}})
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
