//! Trust in a sandbox among stand-ins, with the cheap verifier. Native trust
//! also takes `receive`, which puts a rating into the queue without a deal, so
//! that mailboxes can be tested alone.

pub mod members;

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Addr, Binary, DepsMut, Env, HexBinary, MessageInfo, Response};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_ceremony::development;
use mycel_circuits::Kind;
use mycel_kit::Id;
use mycel_kit::peers::trust::TrustMsg;
use mycel_mailbox::{Fr, Identity, element, fr, tag};
use mycel_sandbox::{Code, Native, Receipt, Refusal, Sandbox, Verifier, address, mock_proof};
use mycel_trust::call::Call;
use mycel_trust::element::Element;
use mycel_trust::error::ContractError;
use mycel_trust::mailbox::ask::{EntriesResponse, MailboxResponse, StatusResponse};
use mycel_trust::mailbox::{self, Entry};
use mycel_trust::msg::ExecuteMsg;
use mycel_trust::proofs::Circuit;
use mycel_trust::times::Times;
use mycel_trust::{contract, invariants, query};
use serde_json::{Value, json};

use members::Say;

/// The sandbox's chain.
pub const CHAIN: &str = "mycel-sandbox";
/// When worlds begin.
pub const BEGIN: u64 = 1_800_000_000;
/// Times of a fast town.
pub const TIMES: Times = Times {
    slot: 10,
    day: 100,
    period: 1_000,
    appeal: 20,
    open_window: 50,
};

/// What native trust takes in these tests.
#[cw_serde]
enum Told {
    Receive { person: Id, c: HexBinary, due: Id },
    Withdraw { due: Id, serial: Id },
}

fn execute(
    deps: DepsMut<'_, MycelQuery>,
    env: Env,
    info: MessageInfo,
    msg: Value,
) -> Result<Response<MycelMsg>, ContractError> {
    if let Ok(told) = serde_json::from_value::<Told>(msg.clone()) {
        let mut call = Call::begin(deps, env, info.sender.as_str())?;
        match told {
            Told::Receive { person, c, due } => {
                let c: Element = c.as_slice().try_into().expect("32 bytes");
                let entry = Entry {
                    c,
                    ct: [5; 32],
                    deal: tag::hash("test", &[&c]),
                    dir: 0,
                };
                mailbox::receive(&mut call, person.0, entry, due.0)?;
            }
            Told::Withdraw { due, serial } => {
                let (due, serial) = (due.0, serial.0);
                mailbox::withdraw(&mut call, mailbox::Ticket { due, serial })?;
            }
        }
        return Ok(call.response);
    }
    let msg: ExecuteMsg = serde_json::from_value(msg)
        .map_err(|why| ContractError::Answer(format!("unreadable: {why}")))?;
    contract::execute(deps, env, info, msg)
}

/// Trust as functions.
pub fn native() -> Native {
    Native::new(contract::instantiate, execute, query::query)
        .with_reply(mycel_trust::deals::dispute::opened)
        .with_sudo(
            |deps: DepsMut<'_, MycelQuery>, env: Env, _: mycel_bindings::SudoMsg| {
                contract::end_block(deps, env)
            },
        )
}

/// A town with trust.
#[derive(Clone)]
pub struct World {
    pub sandbox: Sandbox,
    pub trust: Addr,
    pub members: Addr,
    pub assembly: Addr,
}

/// What `instantiate` is told.
pub fn told(sandbox: &Sandbox, assembly: &Addr, members: &Addr, digests: &[[u8; 32]; 4]) -> Value {
    let _ = sandbox;
    let mut keys = serde_json::Map::new();
    for (circuit, digest) in Circuit::ALL.into_iter().zip(digests) {
        let name = circuit.name();
        keys.insert(
            name.to_owned(),
            json!({"id": name, "digest": HexBinary::from(digest)}),
        );
    }
    json!({
        "authority": assembly,
        "development": true,
        "times": TIMES,
        "keys": keys,
        "parameters": {
            "members": members,
            "numbers": {"offer_seconds": 300, "rating_seconds": 300, "case_seconds": 300},
        },
    })
}

impl World {
    /// Native.
    pub fn new() -> World {
        World::with(Code::native(native()))
    }

    /// Trust of this code.
    pub fn with(code: Code) -> World {
        let mut sandbox = Sandbox::new(BEGIN);
        sandbox.set_development(true);
        sandbox.set_verifier(Verifier::Mock);
        let digests = Circuit::ALL.map(|circuit| {
            sandbox
                .register_mock_key(circuit.name(), circuit.inputs())
                .expect("a key")
        });
        World::among(sandbox, &digests, code)
    }

    /// Native, with the development keys and the chain's verifier.
    pub fn real() -> World {
        let mut sandbox = Sandbox::new(BEGIN);
        sandbox.set_development(true);
        let digests = Kind::ALL.map(|kind| {
            let key = development::key(kind).verifying.encode();
            sandbox
                .register_verifying_key(kind.name(), &key, None, true)
                .expect("a key")
        });
        World::among(sandbox, &digests, Code::native(native()))
    }

    /// Trust of this code among stand-ins, with keys of these digests.
    pub fn among(mut sandbox: Sandbox, digests: &[[u8; 32]; 4], code: Code) -> World {
        let assembly = address("assembly");
        sandbox.set_authorities(None, Some(&assembly));
        let number = sandbox.store(Code::native(members::native()));
        let members = sandbox
            .instantiate2(&assembly, number, "members", &json!({}))
            .expect("members");
        let number = sandbox.store(code);
        let msg = told(&sandbox, &assembly, &members, digests);
        let trust = sandbox
            .instantiate(&assembly, number, "trust", &msg)
            .expect("trust");
        sandbox.subscribe_end_block(&trust).expect("subscribed");
        World {
            sandbox,
            trust,
            members,
            assembly,
        }
    }

    /// So many seconds pass, and a block ends.
    pub fn wait(&mut self, seconds: u64) {
        self.sandbox.advance_time(seconds);
        for (_, result) in self.sandbox.end_block() {
            result.expect("the end of a block");
        }
    }

    pub fn tell(&mut self, sender: &Addr, msg: &Value) -> Result<Receipt, Refusal> {
        let trust = self.trust.clone();
        self.sandbox.execute(sender, &trust, msg)
    }

    /// A person acts.
    pub fn act(&mut self, person: u64, msg: &Value) -> Result<Receipt, Refusal> {
        self.tell(&member(person), msg)
    }

    #[track_caller]
    pub fn ok(&mut self, person: u64, msg: &Value) -> Receipt {
        let receipt = self.act(person, msg);
        receipt.unwrap_or_else(|why| panic!("{msg}: {why:?}"))
    }

    #[track_caller]
    pub fn no(&mut self, person: u64, msg: &Value, words: &str) {
        let before = self.sandbox.state_hash();
        let why = self.act(person, msg).expect_err("refused").text;
        assert!(why.contains(words), "{why}");
        assert_eq!(self.sandbox.state_hash(), before);
    }

    pub fn decided(&mut self, class: &str, action: &Value) -> Result<Receipt, Refusal> {
        let msg = json!({"decided": {
            "proposal": "1", "electorate": "all", "class": class, "action": action
        }});
        self.tell(&self.assembly.clone(), &msg)
    }

    pub fn say(&mut self, said: &Say) -> Result<Receipt, Refusal> {
        let members = self.members.clone();
        self.sandbox.execute(&address("anyone"), &members, said)
    }

    /// Members tells trust.
    pub fn members(&mut self, told: TrustMsg) -> Result<Receipt, Refusal> {
        let trust = self.trust.to_string();
        self.say(&Say::Tell { trust, told })
    }

    /// A person that members knows, with a mailbox of its first identity.
    pub fn enrol(&mut self, person: u64) -> Receipt {
        let address = member(person).to_string();
        let known = Say::Know {
            address,
            person: Id(person),
        };
        self.say(&known).expect("known");
        let idc = cosmwasm_std::to_hex(self.idc(person, 0));
        let told = TrustMsg::Enrol {
            person: Id(person),
            idc,
        };
        self.members(told).expect("enrolled")
    }

    /// An address is one more key of a person, with these roles.
    pub fn key(&mut self, address: &Addr, person: u64, roles: &[&str]) {
        let known = Say::Holds {
            address: address.to_string(),
            person: Id(person),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        };
        self.say(&known).expect("known");
    }

    pub fn set_leaf(&mut self, person: u64, live: bool, vouch: u32) {
        let told = TrustMsg::SetLeaf {
            person: Id(person),
            live,
            vouch,
        };
        self.members(told).expect("set");
    }

    /// A person's identity of an index.
    pub fn identity(&self, person: u64, index: u64) -> Identity {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&person.to_be_bytes());
        Identity::from_seed(&seed, CHAIN, self.trust.as_str(), index)
    }

    pub fn idc(&self, person: u64, index: u64) -> Element {
        element(&self.identity(person, index).idc())
    }

    /// The chain's name.
    pub fn sandbox_chain(&self) -> &'static str {
        CHAIN
    }

    /// What keeps proofs for this contract from counting elsewhere.
    pub fn instance(&self) -> Fr {
        fr(&self.raw_instance())
    }

    pub fn raw_instance(&self) -> Element {
        let asked: Value = self.query(&json!({"parameters": {}}));
        hex(asked["instance"].as_str().expect("an instance"))
    }

    /// A rating waits for a mailbox until `due`.
    pub fn receive(&mut self, person: u64, c: u64, due: u64) {
        self.receive_entry(person, &tag::small(c), due);
    }

    /// As [`World::receive`], of any commitment.
    pub fn receive_entry(&mut self, person: u64, c: &Element, due: u64) {
        let c = HexBinary::from(c);
        let told =
            json!({"receive": {"person": person.to_string(), "c": c, "due": due.to_string()}});
        self.tell(&address("anyone"), &told).expect("received");
    }

    #[track_caller]
    pub fn query<T: serde::de::DeserializeOwned>(&self, msg: &Value) -> T {
        self.sandbox.query(&self.trust, msg).expect("an answer")
    }

    /// The version of a person's newest viewing key; 1 where there is none yet.
    pub fn newest_key(&self, person: u64) -> u64 {
        let asked = json!({"viewing_key": {"person": person.to_string()}});
        let found = self.sandbox.query::<Value>(&self.trust, &asked);
        found
            .ok()
            .and_then(|one| one["version"].as_u64())
            .unwrap_or(1)
    }

    pub fn mailbox(&self, person: u64) -> MailboxResponse {
        self.query(&json!({"mailbox": {"person": person.to_string()}}))
    }

    pub fn entries(&self, person: u64) -> EntriesResponse {
        self.query(&json!({"entries": {"person": person.to_string()}}))
    }

    pub fn status(&self) -> StatusResponse {
        self.query(&json!({"status": {}}))
    }

    /// The message that folds a person's next entries, with a proof that holds
    /// for what the contract knows now.
    pub fn fold(&self, person: u64, entries: u8, commitment: u64) -> Value {
        let one = self.mailbox(person);
        let kept: EntriesResponse = self.query(&json!({"entries": {
            "person": person.to_string(),
            "after": (one.folded + u32::from(entries)).checked_sub(2),
            "limit": 1,
        }}));
        let commitment = tag::small(commitment);
        let head = match kept.entries.first() {
            Some(entry) => bytes(&entry.head),
            None => [9; 32],
        };
        let inputs = [
            bytes(&one.idc),
            bytes(&one.state),
            bytes(&one.folded_head),
            commitment,
            head,
        ];
        fold(entries, &commitment, &mock_proof("fold", &inputs))
    }

    /// All that is stored holds.
    #[track_caller]
    pub fn check(&self) {
        let state = self.sandbox.state();
        let storage = Stored(&state[&self.trust]);
        let wrong = invariants::audit(&storage, &poseidon).expect("readable");
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

/// A fold on the wire.
pub fn fold(entries: u8, commitment: &Element, proof: &Binary) -> Value {
    json!({"fold": {
        "entries": entries,
        "commitment": HexBinary::from(commitment),
        "proof": proof,
        "backup": Binary::from(b"sealed"),
    }})
}

/// The address of a person.
pub fn member(person: u64) -> Addr {
    address(&format!("person{person}"))
}

pub fn bytes(hex: &HexBinary) -> Element {
    hex.as_slice().try_into().expect("32 bytes")
}

pub fn hex(text: &str) -> Element {
    bytes(&HexBinary::from_hex(text).expect("hexadecimal"))
}

/// circomlib's Poseidon, not asked of a chain.
pub fn poseidon(inputs: &[Element]) -> Element {
    let inputs: Vec<Fr> = inputs.iter().map(fr).collect();
    element(&mycel_verifier::poseidon::hash(&inputs).expect("1 to 12 inputs"))
}

/// A contract's state, to be read only.
pub struct Stored<'a>(pub &'a std::collections::BTreeMap<Vec<u8>, Vec<u8>>);

impl cosmwasm_std::Storage for Stored<'_> {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.0.get(key).cloned()
    }

    fn range<'a>(
        &'a self,
        start: Option<&[u8]>,
        end: Option<&[u8]>,
        order: cosmwasm_std::Order,
    ) -> Box<dyn Iterator<Item = cosmwasm_std::Record> + 'a> {
        use std::ops::Bound;
        let from = start.map_or(Bound::Unbounded, |key| Bound::Included(key.to_vec()));
        let to = end.map_or(Bound::Unbounded, |key| Bound::Excluded(key.to_vec()));
        if start.zip(end).is_some_and(|(start, end)| start >= end) {
            return Box::new(std::iter::empty());
        }
        let found = self.0.range((from, to));
        let found = found.map(|(key, value)| (key.clone(), value.clone()));
        match order {
            cosmwasm_std::Order::Ascending => Box::new(found),
            cosmwasm_std::Order::Descending => Box::new(found.rev()),
        }
    }

    fn set(&mut self, _: &[u8], _: &[u8]) {
        unreachable!("read only")
    }

    fn remove(&mut self, _: &[u8]) {
        unreachable!("read only")
    }
}
