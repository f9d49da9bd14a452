//! Trust from the command line, against the real contracts with real proofs: the guide as it stands, and what wrong use
//! is told.
mod community;
#[path = "trust/keys.rs"]
mod keys;
#[path = "../../client/tests/mock/mod.rs"]
mod mock;
#[path = "trust/relay.rs"]
mod relay;
#[path = "trust/third.rs"]
mod third;
#[path = "trust/wallet.rs"]
mod wallet;
#[path = "trust/words.rs"]
mod words;
#[path = "trust/zk.rs"]
mod zk;

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use community::{Community, Hook};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    QuerySmartContractStateRequest, QuerySmartContractStateResponse,
};
use cosmwasm_std::Addr;
use mock::chain::{CHAIN, MockChain};
use mycel_client::{
    Development, SecretKey,
    trust::{
        Keyring, element,
        mailbox::{committed, key_of, seal},
    },
};
use mycel_mailbox::{Direction, Rating, Tree, fr, tag};
use mycel_sandbox::{Sandbox, Verifier, mock_proof};
use mycel_store::Delta;
use mycel_town::{
    contracts::{ASSEMBLY, CREDIT, Contracts, FUNDING, SORTITION, TRUST},
    seed,
    setup::{self, Terms},
    town,
};
use mycel_types::{AccountAddress, Params, StoreId, key, record::Chain};
use prost::Message;
use serde_json::{Value, json};

const START: u64 = 1_700_000_000;
const CREDITS: u64 = 1_000_000_000_000;

/// A town in which six members dealt with member 1 and rated it, one of them badly.
struct Village {
    sandbox: Sandbox,
    contracts: Contracts,
    keys: BTreeMap<u32, SecretKey>,
    /// Members whose words are other ones now, with the key that their deals were made with.
    lost: BTreeMap<u32, SecretKey>,
    /// Those who dealt with member 1.
    partners: std::ops::RangeInclusive<u32>,
}

impl Village {
    fn new(members: u32) -> Self {
        let contracts = Contracts::read_or_native(None).unwrap();
        let terms = Terms {
            jury_cap: 3,
            ..Terms::default()
        };
        let keys: BTreeMap<u32, SecretKey> = (1..=members).map(|n| (n, town::member(n))).collect();
        let mut sandbox = seed::sandbox_on(CHAIN, &contracts, &terms, START).unwrap();
        seed::enrol(&mut sandbox, &contracts, &keys, None).unwrap();
        for name in setup::END_BLOCK {
            let contract = Addr::unchecked(contracts.address(name).to_string());
            sandbox.subscribe_end_block(&contract).unwrap();
        }
        // keys count in terms that open a day later
        sandbox.advance_time(130);
        sandbox.end_block();
        Self {
            sandbox,
            contracts,
            keys,
            lost: BTreeMap::new(),
            partners: 2..=7,
        }
    }

    fn contract(&self, name: &str) -> Addr {
        Addr::unchecked(self.contracts.address(name).to_string())
    }

    fn say(&mut self, member: u32, contract: &str, body: &Value) {
        let sender = Addr::unchecked(self.keys[&member].address().to_string());
        let contract = self.contract(contract);
        let said = self.sandbox.execute(&sender, &contract, body);
        said.unwrap_or_else(|e| panic!("{member}: {body}: {}", e.text));
    }

    /// What the assembly decides of trust.
    fn decided(&mut self, action: &Value) {
        self.decided_of(TRUST, action);
    }

    /// What the assembly decides of a contract.
    fn decided_of(&mut self, contract: &str, action: &Value) {
        let (assembly, contract) = (self.contract(ASSEMBLY), self.contract(contract));
        let body = json!({"decided": {"proposal": "1", "electorate": "all",
            "class": "ordinary", "action": action}});
        let said = self.sandbox.execute(&assembly, &contract, &body);
        said.unwrap_or_else(|e| panic!("{body}: {}", e.text));
    }

    fn keyring(&self, member: u32) -> Keyring {
        let trust = self.contracts.address(TRUST).to_string();
        let key = self.lost.get(&member).unwrap_or(&self.keys[&member]);
        Keyring::new(key, CHAIN, &trust)
    }

    /// A deal of member 1 with another, settled, rated by both, each rating opened with a proof that costs nothing.
    fn deal(&mut self, number: u64, partner: u32, rating: Rating) {
        let rings = [self.keyring(1), self.keyring(partner)];
        let reference = format!("work-{partner}");
        let to = self.keys[&1].address();
        self.say(
            partner,
            CREDIT,
            &json!({"pay": {"to": to, "amount": (20 * CREDITS).to_string(), "ref": reference}}),
        );
        let nonce = [partner as u8; 32];
        let deal = tag::deal(&rings[0].instance(), 1, partner.into(), &nonce);
        let keys = [
            key_of(&rings[0], &deal, 1, &rings[1].viewing(1).public()).unwrap(),
            key_of(&rings[1], &deal, 1, &rings[0].viewing(1).public()).unwrap(),
        ];
        let id = number.to_string();
        self.say(
            1,
            TRUST,
            &json!({"open_deal": {"b": partner.to_string(), "nonce": hex::encode(nonce),
                "k": hex::encode(element(&keys[0].k())), "key_a": 1, "key_b": 1, "ref": reference}}),
        );
        self.say(partner, TRUST, &json!({"accept_deal": {"deal": id}}));
        let sides = [(1, Direction::AtoB), (partner, Direction::BtoA)];
        let sealed = sides.map(|(who, dir)| {
            let place = dir.number() as usize;
            (
                who,
                dir,
                seal(&rings[place], &keys[place], &deal, dir, &rating).unwrap(),
            )
        });
        for (who, _, (sealed, salt)) in &sealed {
            let hash = hex::encode(committed(sealed, salt));
            self.say(
                *who,
                TRUST,
                &json!({"commit_rating": {"deal": id, "hash": hash}}),
            );
        }
        for (who, dir, (sealed, salt)) in &sealed {
            let small = |number: u64| tag::small(number);
            let inputs = [
                element(&keys[0].k()),
                deal,
                small(dir.number()),
                small(rating.weight.into()),
                element(&sealed.ct),
                element(&sealed.c),
            ];
            let vk = setup::key_id(mycel_circuits::Kind::Attest);
            self.say(
                *who,
                TRUST,
                &json!({"open_rating": {"deal": id, "dir": dir.number(),
                    "c": hex::encode(element(&sealed.c)), "ct": hex::encode(element(&sealed.ct)),
                    "salt": hex::encode(salt), "proof": mock_proof(&vk, &inputs)}}),
            );
        }
    }

    fn served(mut self) -> Community {
        self.sandbox.set_verifier(Verifier::Mock);
        for member in [1].into_iter().chain(self.partners.clone()) {
            let key = hex::encode(self.keyring(member).viewing(1).public());
            self.say(member, TRUST, &json!({"publish_viewing_key": {"key": key}}));
        }
        for (number, partner) in (1..).zip(self.partners.clone()) {
            let rating = Rating {
                outcome: partner != 7,
                weight: 20,
                eco: 600,
                reciprocity: 800,
            };
            self.deal(number, partner, rating);
        }
        self.sandbox.advance_time(12);
        self.sandbox.end_block();
        self.sandbox.set_verifier(Verifier::Groth16);
        self.sandbox.watch_proofs(mycel_props::proofs::keep);
        let development = Development {
            seed: town::SEED.into(),
            members: self.keys.len() as u32,
        };
        let (credit, sortition) = (self.contract(CREDIT), self.contract(SORTITION));
        let others = json!(self.contracts.others());
        let town = Community::served(self.sandbox, development, &credit, &sortition, others);
        town.hook(proofs());
        let path = town.home.path().join("network.json");
        let text = std::fs::read_to_string(&path).unwrap();
        let mut network: Value = serde_json::from_str(&text).unwrap();
        network["validators"] = json!(chain(&Sandbox::new(START)).trust_validators(1).to_string());
        std::fs::write(&path, network.to_string()).unwrap();
        town
    }
}

fn trust_of(network: &Value) -> AccountAddress {
    network["contracts"][TRUST]
        .as_str()
        .unwrap()
        .parse()
        .unwrap()
}

/// The contracts' state in a chain of blocks that validators signed.
fn chain(sandbox: &Sandbox) -> MockChain {
    let mut mock = MockChain::new();
    let mut delta = Delta::new();
    for (contract, entries) in sandbox.state() {
        let contract: AccountAddress = contract.as_str().parse().unwrap();
        for (entry, value) in entries {
            let key = key::contract_data(&contract, &entry);
            delta.set(StoreId::Mycel, key, Some(value.into()));
        }
    }
    let record = Chain {
        id: CHAIN.into(),
        initial_height: 1,
        genesis_ms: START * 1_000,
        genesis_hash: [0; 32],
        gas_schedule: 1,
        prepare_version: 1,
    };
    // the second block's header is 2,468 ms old by this chain's clock
    let passed = (sandbox.now() - START) * 1_000;
    let params = Params {
        time_scale: (passed / 2_468).max(1),
        ..Params::development()
    };
    for (key, value) in [
        (key::chain(), borsh::to_vec(&record).unwrap()),
        (key::params(), borsh::to_vec(&params).unwrap()),
    ] {
        delta.set(StoreId::Mycel, key, Some(value.into()));
    }
    mock.grow(delta, vec![]);
    mock.grow_to(2);
    mock
}

/// Answers verified reads from such a chain, as it is when its height is asked for.
fn proofs() -> Hook {
    let mut node = None::<mock::Node>;
    Box::new(move |sandbox, method, params| {
        let verified = match method {
            "commit" | "validators" => true,
            "abci_query" if params["prove"] != json!(true) => return keys::record(params),
            "abci_query" => true,
            "status" => {
                node = Some(mock::Node::new(chain(sandbox)));
                let time = tendermint::Time::from_unix_timestamp(sandbox.now() as i64, 0);
                return Some(json!({"node_info": {"network": CHAIN}, "sync_info": {
                    "latest_block_height": "2", "latest_block_time": time.unwrap().to_rfc3339()}}));
            }
            _ => false,
        };
        verified.then(|| node.as_ref().unwrap().answer(method, params).unwrap())
    })
}

/// As a node that shows somebody a roll of its own: all leaves and one that is nobody's, under the root that these have.
/// Whoever proves about it is known by that root.
fn marked(trust: AccountAddress) -> Hook {
    let contract = Addr::unchecked(trust.to_string());
    let mut honest = proofs();
    let mut looks = 0;
    Box::new(move |sandbox, method, params| {
        if method == "status" {
            // whoever waits for the next slot has it at the next look
            looks += 1;
            let mut status = honest(sandbox, method, params)?;
            let now = sandbox.now() as i64 + 10 * looks;
            let now = tendermint::Time::from_unix_timestamp(now, 0).unwrap();
            status["sync_info"]["latest_block_time"] = json!(now.to_rfc3339());
            return Some(status);
        }
        if params["path"] != json!("/cosmwasm.wasm.v1.Query/SmartContractState") {
            return honest(sandbox, method, params);
        }
        let data = hex::decode(params["data"].as_str().unwrap()).unwrap();
        let asked = QuerySmartContractStateRequest::decode(data.as_slice()).unwrap();
        let question: Value = serde_json::from_slice(&asked.query_data).unwrap();
        if asked.address != contract.as_str()
            || question.get("leaves").or(question.get("root")).is_none()
        {
            return None;
        }
        let ask = |question: &Value| -> Value {
            let answer = sandbox.query_raw(&contract, question.to_string().as_bytes());
            serde_json::from_slice(&answer.unwrap()).unwrap()
        };
        let mut roll = ask(&json!({"leaves": {}}));
        assert_eq!(roll["next"], Value::Null);
        let leaves = roll["leaves"].as_array_mut().unwrap();
        leaves.push(json!({"index": 900, "leaf": hex::encode(tag::small(5))}));
        let mut tree = Tree::default();
        for leaf in leaves {
            let bytes = hex::decode(leaf["leaf"].as_str().unwrap()).unwrap();
            let index = leaf["index"].as_u64().unwrap() as u32;
            tree.set(index, fr(&bytes.try_into().unwrap())).unwrap();
        }
        let mut answer = match question.get("leaves") {
            Some(_) => roll,
            None => ask(&question),
        };
        answer["root"] = json!(hex::encode(element(&tree.root())));
        let data = answer.to_string().into_bytes();
        let value = QuerySmartContractStateResponse { data }.encode_to_vec();
        Some(json!({"response": {"code": 0, "height": "2", "value": STANDARD.encode(value)}}))
    })
}

#[test]
fn nothing_is_proven_about_a_roll_whose_root_the_validators_did_not_sign() {
    let town = Village::new(12).served();
    town.wait(15);
    let file = "mycel trust prove --to court --challenge 7 --weight 900 -o p.json --from member-1";
    let path = town.home.path().join("network.json");
    let network: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    town.hook(marked(trust_of(&network)));
    let ran = town.line(file);
    let said = "the leaves that the node gave have another root";
    assert!(ran.err.contains(said), "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("proven=true"), "{}", ran.err);
    assert_eq!((ran.code, ran.out.as_str()), (4, ""));
    assert!(!town.home.path().join("p.json").exists());
    town.hook(proofs());
    let ran = town.line(file);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

#[test]
fn the_page_on_trust_is_run_as_it_stands() {
    let town = Village::new(12).served();
    let commands = town.page(include_str!("../../../docs/trust.md"));
    assert!(commands > 12, "commands={commands}");
}

#[test]
fn what_is_wrong_about_trust_is_said_with_what_to_do_next() {
    let town = Village::new(12).served();
    // what came changed the roll in this slot: proofs are about the next
    town.wait(15);
    let mut wrong = vec![];
    for (line, code, with) in [
        (
            "mycel trust open member-9 --from member-1",
            1,
            "mycel trust rekey --viewing",
        ),
        (
            "mycel trust accept 99 --from member-1",
            1,
            "mycel trust status member-1",
        ),
        (
            "mycel trust rate 1 kept --from member-1",
            1,
            "cannot be changed",
        ),
        ("mycel trust rate 1 --eco 1001 --from member-1", 2, "1000"),
        ("mycel trust show 9 --from member-1", 1, "mycel trust gates"),
        ("mycel trust show 1 --from member-2", 1, "total weight"),
        ("mycel trust show 2 --from member-1", 1, "--force"),
        ("mycel trust dispute 1 --from member-1", 1, "in the mailbox"),
        ("mycel trust verify nothing.json", 2, "nothing.json"),
        (
            "mycel trust prove --to x --challenge 1 --weight 100000 -o p.json --from member-1",
            1,
            "total weight",
        ),
        (
            "mycel trust prove --to x --challenge 1 --kept 90 -o p.json --from member-1",
            1,
            "kept words",
        ),
    ] {
        let ran = town.line(line);
        if (ran.code, ran.err.contains(with), ran.out.is_empty()) != (code, true, true) {
            wrong.push(format!("{line}: {} {}{}", ran.code, ran.out, ran.err));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_member_takes_along_what_trust_and_all_other_contracts_hold_of_it() {
    let mut village = Village::new(12);
    let ring = village.keyring(1);
    let (viewing, idc) = (ring.viewing(1).public(), ring.identity(0).idc());
    let approve = json!({"approve_reset": {"person": "1"}});
    village.decided(&approve);
    let town = village.served();
    let ran = town.line("mycel member export member-1 -o all.json");
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let text = std::fs::read_to_string(town.home.path().join("all.json")).unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    let contracts = all["contracts"].as_object().unwrap();
    for name in [
        "members",
        "credit",
        "sortition",
        "assembly",
        "funding",
        "trust",
    ] {
        assert!(contracts.contains_key(name), "{name}");
    }
    let records = contracts["trust"]["records"].as_array().unwrap();
    let of = |part: &str| -> Vec<&Value> {
        let found = records.iter().filter_map(|record| record.get(part));
        found.collect()
    };
    let mailbox = of("mailbox")[0];
    assert_eq!(mailbox["mailbox"]["person"], "1");
    assert!(mailbox["mailbox"]["backup"].is_string());
    assert!(mailbox["reset_until"].is_string());
    assert_eq!(mailbox["entries"].as_array().unwrap().len(), 6);
    assert_eq!(of("deals").len(), 6);
    assert_eq!(of("viewing_keys")[0]["key"], hex::encode(viewing));
    assert_eq!(of("identities"), [&json!(hex::encode(element(&idc)))]);
}

#[test]
fn a_file_that_was_altered_does_not_hold_and_one_that_cannot_be_judged_says_so() {
    let town = Village::new(12).served();
    let made = town.line("mycel trust prove --to court --challenge 7 --weight 900 --kept 75 -o p.json --from member-1");
    assert_eq!(made.code, 0, "{}{}", made.out, made.err);
    let path = town.home.path().join("p.json");
    let text = std::fs::read_to_string(&path).unwrap();
    mycel_props::proofs::keep_file("show", &serde_json::from_str(&text).unwrap());
    let verify = |name: &str, text: &str, more: &str| {
        std::fs::write(town.home.path().join(name), text).unwrap();
        town.line(&format!("mycel trust verify {name}{more}"))
    };
    assert_eq!(verify("a.json", &text, "").code, 0);
    assert_eq!(verify("a.json", &text, " --to court --challenge 7").code, 0);
    assert_eq!(verify("a.json", &text, " --to court --challenge 8").code, 4);
    assert_eq!(
        verify("a.json", &text, " --max-age 1").code,
        4,
        "the header is years old"
    );
    for (field, value) in [
        ("verifier", json!("somebody else")),
        ("challenge", json!("8")),
        ("person", json!(1)),
        (
            "thresholds",
            json!({"theta": 0, "t_min": 950, "theta_rel": 0, "theta_eco": 0, "theta_rec": 0}),
        ),
        (
            "thresholds",
            json!({"theta": u64::MAX, "t_min": 900, "theta_rel": 0, "theta_eco": 0, "theta_rec": 0}),
        ),
    ] {
        let mut altered: Value = serde_json::from_str(&text).unwrap();
        altered[field] = value;
        let ran = verify("b.json", &altered.to_string(), "");
        assert_eq!(
            (ran.code, ran.out.as_str()),
            (4, ""),
            "{field}: {}",
            ran.err
        );
    }
    let home = tempfile::tempdir().unwrap();
    let output = snapbox::cmd::Command::new(snapbox::cmd::cargo_bin!("mycel"))
        .env("MYCEL_HOME", home.path())
        .args(["trust", "verify"])
        .arg(&path)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(5), "nothing is trusted there");
}
