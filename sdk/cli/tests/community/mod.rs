//! Members, credit, the assembly and sortition in a sandbox, served over HTTP on loopback as a node would: transactions run at
//! once, each in a block of its own; time passes when a test says so.
#![allow(dead_code, reason = "each suite uses a part")]
pub mod page;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use cosmos_sdk_proto::{
    cosmos::{
        auth::v1beta1::{BaseAccount, QueryAccountResponse},
        base::abci::v1beta1::GasInfo,
        tx::v1beta1::{SimulateResponse, TxBody, TxRaw},
    },
    cosmwasm::wasm::v1::{
        MsgExecuteContract, QueryRawContractStateRequest, QueryRawContractStateResponse,
        QuerySmartContractStateRequest, QuerySmartContractStateResponse,
    },
};
use cosmwasm_std::Addr;
use mycel_client::{Development, SecretKey};
use mycel_kit::roles;
use mycel_props::door;
use mycel_sandbox::{Code, Native, Sandbox, address};
use mycel_town::{
    civic::{Rehearsal, Stage},
    contracts::Contracts,
    forest, round, seed,
    setup::{self, Terms},
    town,
};
use mycel_types::{AccountAddress, Params, key, record::Chain};
use prost::Message;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// When the chain begins.
const START: u64 = 1_700_000_000;
const CHAIN: &str = "mycel-sandbox";
/// A round of drand's quicknet that is published, and the network's key.
pub const ROUND: u64 = 123;
const QUICKNET: &str = "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a";
const DAY: u64 = 86_400;
/// Seconds of a step: a season of the forest is thirty of them.
const STEP: u64 = 60;

/// What a served community remembers.
struct Node {
    sandbox: Sandbox,
    records: BTreeMap<Vec<u8>, Vec<u8>>,
    found: BTreeMap<String, Value>,
    sequences: BTreeMap<String, u64>,
    /// Raw entries of contracts that are told wrongly.
    lies: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Answers in the node's place, where it has one.
    hook: Option<Hook>,
}

/// Answers a method with its parameters, or leaves it to the node.
pub type Hook = Box<dyn FnMut(&Sandbox, &str, &Value) -> Option<Value> + Send>;

/// A community of named members and its home directory.
pub struct Community {
    /// With `network.json`.
    pub home: tempfile::TempDir,
    /// Its members' keys.
    pub development: Development,
    /// The contract that draws lots.
    pub sortition: Addr,
    node: Arc<Mutex<Node>>,
}

fn native(name: &str) -> Code {
    Code::native(match name {
        "assembly" => {
            use mycel_assembly::{contract, query};
            Native::new(contract::instantiate, contract::execute, query::query)
                .with_reply(contract::reply)
        }
        "sortition" => {
            use mycel_sortition::{contract, query};
            Native::new(contract::instantiate, contract::execute, query::query)
        }
        "members" => {
            use mycel_members::{contract, query};
            Native::new(contract::instantiate, contract::execute, query::query)
                .with_reply(contract::reply)
        }
        "funding" => {
            use mycel_funding::{contract, query};
            Native::new(contract::instantiate, contract::execute, query::query)
                .with_reply(contract::reply)
        }
        _ => {
            use mycel_credit::{contract, policies::Standard, query};
            Native::new(
                contract::instantiate::<Standard>,
                contract::execute::<Standard>,
                query::query::<Standard>,
            )
        }
    })
}

impl Community {
    /// `member-1` … under these handles, each with a starter of 100 credits. Randomness comes from drand, whose round
    /// [`ROUND`] is the one that what is settled on the first day is bound to.
    pub fn new(handles: &[&str]) -> Self {
        let genesis = START - (ROUND - 4) * DAY;
        Self::with(
            handles,
            json!({"drand": {"public_key": QUICKNET, "genesis": genesis.to_string(),
                "period_seconds": DAY, "scheme": "bls-unchained-g1-rfc9380"}}),
        )
    }

    /// With randomness from this source. `member-1` is sortition's client `court`.
    pub fn with(handles: &[&str], beacon: Value) -> Self {
        Self::grown(handles, beacon, false)
    }

    /// With a funding contract beside.
    pub fn funded(handles: &[&str]) -> Self {
        let beacon = json!({"commit_reveal": {"period_seconds": 100}});
        Self::grown(handles, beacon, true)
    }

    fn grown(handles: &[&str], beacon: Value, funded: bool) -> Self {
        let development = Development {
            seed: "community-tests".into(),
            members: handles.len() as u32,
        };
        let mut sandbox = Sandbox::new(START);
        let key = address("genesis");
        let names = ["assembly", "members", "credit", "sortition"];
        let codes = names.map(|name| {
            let digest = Sha256::digest(name).into();
            sandbox.store(native(name).with_checksum(digest))
        });
        let place = |n: usize| sandbox.predict(&key, codes[n], names[n]).unwrap();
        let [assembly, members, credit, sortition] = [0, 1, 2, 3].map(place);
        sandbox.set_authorities(Some(&members), Some(&assembly));
        let mut others = BTreeMap::new();
        let mut clients = vec![];
        let mut money = json!({"members": members});
        if funded {
            let code = native("funding").with_checksum(Sha256::digest("funding").into());
            let code = sandbox.store(code);
            let begin = json!({"authority": assembly, "development": true, "parameters": {
                "members": members, "credit": credit, "sortition": sortition, "numbers": {
                    "round_seconds_least": 100, "settle_seconds": 86_400, "project_supporters": 1}}});
            let made = sandbox.instantiate2(&key, code, "funding", &begin);
            let made = made.unwrap_or_else(|e| panic!("funding: {}", e.text));
            let age = (90 * DAY).to_string();
            clients.push(json!({"name": "funding", "address": made}));
            money = json!({"members": members, "funding": made, "holders": [{"address": made, "max_age": age}]});
            others.insert("funding", made);
        }
        clients.push(json!({"name": "court", "address": development.member(1).address()}));
        clients.push(json!({"name": "assembly", "address": assembly}));
        let beginnings = [
            json!({
                "development": true,
                "peers": {"members": members, "credit": credit, "sortition": sortition},
                "parameters": {"areas": ["water"], "numbers": {
                    "residency_seconds": 0, "supporters": 2, "supporters_bps": 0,
                    "deliberation_seconds": 100, "ordinary_vote_seconds": 200,
                    "ordinary_timelock_seconds": 50, "spending_vote_seconds": 200,
                    "spending_timelock_seconds": 50, "constitutional_vote_seconds": 400,
                    "constitutional_timelock_seconds": 300, "urgent_vote_seconds": 60,
                }},
            }),
            json!({"authority": assembly, "community": "riverside", "development": true,
                "peers": {"assembly": assembly, "credit": credit}}),
            json!({"authority": assembly, "development": true, "starter_grant": "100000000000000",
                "parameters": money}),
            json!({"authority": assembly, "development": true, "parameters": {
                "members": members, "beacon": beacon,
                "clients": clients,
                "numbers": {"commit_seconds": 100, "post_seconds": 100, "decline_seconds": 100,
                    "jury_cap": 3}}}),
        ];
        for n in 0..4 {
            let made = sandbox.instantiate2(&key, codes[n], names[n], &beginnings[n]);
            made.unwrap_or_else(|e| panic!("{}: {}", names[n], e.text));
        }
        let seeds: Vec<Value> = (1u32..)
            .zip(handles)
            .map(
                |(n, handle)| json!({"address": development.member(n).address(), "handle": handle}),
            )
            .collect();
        let seeded = sandbox.execute(&assembly, &members, &json!({"seed": {"members": seeds}}));
        seeded.unwrap_or_else(|e| panic!("seed: {}", e.text));
        sandbox.advance_time(1);
        sandbox.end_block();
        let mut contracts =
            json!({"members": members, "assembly": assembly, "sortition": sortition});
        for (name, address) in &others {
            contracts[name] = json!(address);
        }
        Self::served(sandbox, development, &credit, &sortition, contracts)
    }

    /// A sandbox's town, whose members this development made, served.
    pub fn served(
        sandbox: Sandbox,
        development: Development,
        credit: &Addr,
        sortition: &Addr,
        contracts: Value,
    ) -> Self {
        let chain = Chain {
            id: sandbox.chain_id(),
            initial_height: 1,
            genesis_ms: START * 1_000,
            genesis_hash: [0; 32],
            gas_schedule: 1,
            prepare_version: 1,
        };
        let node = Node {
            sandbox,
            records: BTreeMap::from([
                (key::chain(), borsh::to_vec(&chain).unwrap()),
                (
                    key::params(),
                    borsh::to_vec(&Params::development()).unwrap(),
                ),
            ]),
            found: BTreeMap::new(),
            sequences: BTreeMap::new(),
            lies: BTreeMap::new(),
            hook: None,
        };
        let chain_id = node.sandbox.chain_id();
        let node = Arc::new(Mutex::new(node));
        let url = serve(node.clone());
        let home = tempfile::tempdir().unwrap();
        let network = json!({
            "chain_id": chain_id, "rpc": [url], "contract": credit, "contracts": contracts,
            "development": development,
        });
        std::fs::write(home.path().join("network.json"), network.to_string()).unwrap();
        Self {
            home,
            development,
            sortition: sortition.clone(),
            node,
        }
    }

    /// The town of `mycel up` without its validators: `members` of whom members 13 to 18 live of a forest, which had a good
    /// season and is in a drought now; a round of funding is over, and one takes gifts. The three organisations that watch the
    /// forest have the keys of the members after the last.
    pub fn shared(members: u32) -> Self {
        let watch = [members + 1, members + 2, members + 3];
        let keys: BTreeMap<u32, SecretKey> = (1..=watch[2]).map(|n| (n, town::member(n))).collect();
        let founders = keys.range(..=members).map(|(n, key)| (*n, key.clone()));
        let contracts = Contracts::read_or_native(None).unwrap();
        let terms = Terms {
            jury_cap: 3,
            ..Terms::default()
        };
        let mut sandbox = seed::sandbox(&contracts, &terms, 1, START, seed::Way::Native).unwrap();
        seed::enrol(&mut sandbox, &contracts, &founders.collect(), None).unwrap();
        for name in setup::END_BLOCK {
            let contract = Addr::unchecked(contracts.address(name).to_string());
            sandbox.subscribe_end_block(&contract).unwrap();
        }
        sandbox.advance_time(2);
        sandbox.end_block();
        let mut stage = Rehearsal::new(sandbox, &contracts, &keys, CHAIN);
        let all: Vec<u32> = (1..=members).collect();
        let story = async {
            let planned = forest::plan(&mut stage, &all, &watch, STEP).await?;
            let (all_members, class) = (roles::Electorate::All, roles::Class::Ordinary);
            stage
                .decide(all_members, class, "", &planned.actions, &[])
                .await?;
            let lived = forest::live(&mut stage, planned, |_| ()).await?;
            forest::outlive(&mut stage, lived).await?;
            let first = round::open(&mut stage, &all, 1, &round::FIRST).await?;
            let second = round::open(&mut stage, &all, 1, &round::SECOND).await?;
            round::finish(&mut stage, &first, |_| ()).await?;
            round::give(&mut stage, &second).await
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.unwrap().block_on(story).unwrap();
        let development = Development {
            seed: town::SEED.into(),
            members: watch[2],
        };
        let address = |name: &str| Addr::unchecked(contracts.address(name).to_string());
        let others = json!(contracts.others());
        let (credit, sortition) = (address("credit"), address("sortition"));
        Self::served(stage.sandbox, development, &credit, &sortition, others)
    }

    /// Answers in the node's place from now on.
    pub fn hook(&self, hook: Hook) {
        self.node.lock().unwrap().hook = Some(hook);
    }

    /// The contracts' clock.
    pub fn now(&self) -> u64 {
        self.node.lock().unwrap().sandbox.now()
    }

    /// What a member tells sortition, without the command line.
    pub fn tell(&self, member: u32, msg: &Value) {
        let sender = Addr::unchecked(self.development.member(member).address().to_string());
        let mut node = self.node.lock().unwrap();
        let told = node.sandbox.execute(&sender, &self.sortition, msg);
        told.unwrap_or_else(|e| panic!("{msg}: {}", e.text));
    }

    /// A raw entry of sortition.
    pub fn raw(&self, key: &[u8]) -> Option<Vec<u8>> {
        let node = self.node.lock().unwrap();
        node.sandbox.raw(&self.sortition, key)
    }

    /// From now on the node tells this of a raw entry of a contract; the truth again with nothing.
    pub fn lie(&self, key: &[u8], value: Option<Vec<u8>>) {
        let mut node = self.node.lock().unwrap();
        match value {
            Some(value) => node.lies.insert(key.to_vec(), value),
            None => node.lies.remove(key),
        };
    }

    /// The next block, so many seconds later.
    pub fn wait(&self, seconds: u64) {
        let mut node = self.node.lock().unwrap();
        node.sandbox.advance_time(seconds);
        node.sandbox.end_block();
    }
}

fn serve(node: Arc<Mutex<Node>>) -> String {
    door::serve(move || {
        let node = node.clone();
        move |method: &str, params: &Value| {
            let answer = node.lock().unwrap().answer(method, params);
            answer.map_err(|message| (door::INTERNAL, message))
        }
    })
}

impl Node {
    fn answer(&mut self, method: &str, params: &Value) -> Result<Value, String> {
        if let Some(hook) = &mut self.hook
            && let Some(answer) = hook(&self.sandbox, method, params)
        {
            return Ok(answer);
        }
        let height = self.sandbox.height().to_string();
        match method {
            "status" => {
                let time = tendermint::Time::from_unix_timestamp(self.sandbox.now() as i64, 0);
                let network = self.sandbox.chain_id();
                Ok(json!({"node_info": {"network": network}, "sync_info": {
                    "latest_block_height": height, "latest_block_time": time.unwrap().to_rfc3339()}}))
            }
            "abci_query" => {
                let data = hex::decode(params["data"].as_str().unwrap()).unwrap();
                let asked = self.query(params["path"].as_str().unwrap(), &data);
                Ok(match asked {
                    Ok(value) => json!({"response": {"code": 0, "height": height,
                        "value": STANDARD.encode(value)}}),
                    Err(log) => {
                        json!({"response": {"code": 9, "codespace": "wasm", "height": height,
                        "log": format!("{log}: query wasm contract failed")}})
                    }
                })
            }
            "broadcast_tx_sync" => {
                let tx = STANDARD.decode(params["tx"].as_str().unwrap()).unwrap();
                let hash = hex::encode_upper(Sha256::digest(&tx));
                let result = self.run(&tx);
                let found =
                    json!({"hash": hash, "height": height, "index": 0, "tx_result": result});
                self.found.insert(hash.clone(), found);
                Ok(json!({"code": 0, "hash": hash}))
            }
            "tx" => {
                let hash = STANDARD.decode(params["hash"].as_str().unwrap()).unwrap();
                let found = self.found.get(&hex::encode_upper(hash)).cloned();
                found.ok_or_else(|| "tx not found".into())
            }
            other => Err(format!("unknown method={other}")),
        }
    }

    fn query(&self, path: &str, data: &[u8]) -> Result<Vec<u8>, String> {
        match path {
            "/cosmwasm.wasm.v1.Query/SmartContractState" => {
                let request = QuerySmartContractStateRequest::decode(data).unwrap();
                let contract = Addr::unchecked(request.address);
                let answer = self.sandbox.query_raw(&contract, &request.query_data);
                let data = answer.map_err(|refusal| refusal.text)?;
                Ok(QuerySmartContractStateResponse { data }.encode_to_vec())
            }
            "/cosmwasm.wasm.v1.Query/RawContractState" => {
                let request = QueryRawContractStateRequest::decode(data).unwrap();
                let contract = Addr::unchecked(request.address);
                let lie = self.lies.get(&request.query_data).cloned();
                let data = lie.or_else(|| self.sandbox.raw(&contract, &request.query_data));
                let data = data.unwrap_or_default();
                Ok(QueryRawContractStateResponse { data }.encode_to_vec())
            }
            "/store/mycel/key" => Ok(self.records.get(data).cloned().unwrap_or_default()),
            "/cosmos.auth.v1beta1.Query/Account" => {
                use cosmos_sdk_proto::cosmos::auth::v1beta1::QueryAccountRequest;
                let address = QueryAccountRequest::decode(data).unwrap().address;
                let account = BaseAccount {
                    sequence: self.sequences.get(&address).copied().unwrap_or(0),
                    address,
                    ..BaseAccount::default()
                };
                let account = cosmos_sdk_proto::Any {
                    type_url: "/cosmos.auth.v1beta1.BaseAccount".into(),
                    value: account.encode_to_vec(),
                };
                let account = Some(account);
                Ok(QueryAccountResponse { account }.encode_to_vec())
            }
            "/cosmos.tx.v1beta1.Service/Simulate" => {
                let gas_info = Some(GasInfo {
                    gas_wanted: 0,
                    gas_used: 100_000,
                });
                let result = None;
                Ok(SimulateResponse { gas_info, result }.encode_to_vec())
            }
            other => Err(format!("unknown path={other}")),
        }
    }

    /// Runs a transaction's messages in a block a second later.
    fn run(&mut self, tx: &[u8]) -> Value {
        let raw = TxRaw::decode(tx).unwrap();
        let body = TxBody::decode(raw.body_bytes.as_slice()).unwrap();
        self.sandbox.advance_time(1);
        let mut events = vec![];
        for any in body.messages {
            let call = MsgExecuteContract::decode(any.value.as_slice()).unwrap();
            let sender: AccountAddress = call.sender.parse().unwrap();
            *self.sequences.entry(sender.to_string()).or_default() += 1;
            let (sender, contract) = (Addr::unchecked(call.sender), Addr::unchecked(call.contract));
            match self.sandbox.execute_raw(&sender, &contract, &call.msg) {
                Ok(receipt) => events.extend(receipt.events),
                Err(refusal) => {
                    return json!({"code": 5, "codespace": "wasm", "log": refusal.text,
                        "gas_wanted": "0", "gas_used": "0"});
                }
            }
        }
        let event = |event: &cosmwasm_std::Event| {
            let attributes: Vec<Value> = event
                .attributes
                .iter()
                .map(|a| json!({"key": a.key, "value": a.value}))
                .collect();
            json!({"type": event.ty, "attributes": attributes})
        };
        let events: Vec<Value> = events.iter().map(event).collect();
        json!({"code": 0, "gas_wanted": "130000", "gas_used": "100000", "events": events})
    }
}
