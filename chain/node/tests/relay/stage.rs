//! A scripted chain with a stand-in of trust in genesis, a relay before it, and its doors on a real socket.
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use cosmos_sdk_proto::cosmos::auth::v1beta1::{
    BaseAccount, QueryAccountRequest, QueryAccountResponse,
};
use mycel_app::{App, AppConfig};
use mycel_engine::{Scripted, blocks::Blocks, development};
use mycel_node::{
    Home, NodeRelay, RelayKey,
    backend::{Identity, NodeBackend, Submit},
    config::RelaySection,
};
use mycel_rpc::{Errand, Refusal, Relay as _, RpcConfig, Sent};
use mycel_store::{Config, RedbStore};
use mycel_types::{
    AccountAddress, Application, GenesisAccount, GenesisCode, GenesisContract, GenesisWasm, Limits,
    Params, QueryAt, Time, header::ValidatorSet, record::Permission,
};
use prost::Message as _;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{broadcast, oneshot},
};

use crate::{nosy::Nosy, trust};

/// Everybody knows it; only tests use it.
pub const KEY: [u8; 32] = [7; 32];

pub struct Stage {
    pub chain: Arc<Mutex<Scripted>>,
    pub nosy: Arc<Nosy>,
    pub relay: Arc<NodeRelay>,
    pub address: SocketAddr,
    pub trust: AccountAddress,
    _stop: oneshot::Sender<()>,
    _home: tempfile::TempDir,
}

pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: Value,
}

pub fn account() -> AccountAddress {
    AccountAddress::of_secp256k1(&RelayKey::new(&KEY).unwrap().public())
}

/// A good show: nullifier `n`, and what a test changes.
pub fn show(n: u64, change: impl FnOnce(&mut Value)) -> Value {
    let mut fields = json!({"gate": 1, "slot": 5, "nf": nullifier(n),
        "action": STANDARD.encode("{}"), "proof": proof(9)});
    change(&mut fields);
    json!({"show": fields})
}

pub fn nullifier(n: u64) -> String {
    format!("{:064x}", n + 0xabcd_0000)
}

/// A proof that passes, unless the byte is below 4.
pub fn proof(byte: u8) -> String {
    STANDARD.encode([byte; 256])
}

impl Stage {
    pub async fn new(change: impl FnOnce(&mut RelaySection)) -> Self {
        Self::with(change, Params::development()).await
    }

    pub async fn with(change: impl FnOnce(&mut RelaySection), params: Params) -> Self {
        let wasm = trust::wasm();
        let creator = AccountAddress::new(vec![1; 20]).unwrap();
        let checksum: [u8; 32] = Sha256::digest(&wasm).into();
        let trust = AccountAddress::instantiate2(&checksum, &creator, b"mycel/trust", b"");
        let listed = |address: AccountAddress| GenesisAccount {
            address,
            coins: vec![],
            class: String::new(),
        };
        let accounts = vec![listed(creator.clone()), listed(account())];
        let key = development::keys(1)[0].verification_key().to_bytes();
        let mut genesis = development::genesis_with(
            "relay-1".parse().unwrap(),
            Time(1_700_000_000_000),
            &[key],
            accounts,
            params,
        );
        genesis.app_state.wasm = GenesisWasm {
            codes: vec![GenesisCode {
                wasm: wasm.into(),
                creator: creator.clone(),
                permission: Permission::Everybody,
            }],
            contracts: vec![GenesisContract {
                address: trust.clone(),
                code_id: 1,
                creator,
                salt: b"mycel/trust".to_vec().into(),
                label: "trust".into(),
                admin: None,
                msg: json!({}),
                state: vec![],
            }],
            end_block: vec![],
        };
        let store = Arc::new(RedbStore::in_memory(Config::default()).unwrap());
        let app: Arc<dyn Application> = Arc::new(App::new(store, AppConfig::default()).unwrap());
        let nosy = Arc::new(Nosy::new(app));
        let mut chain =
            Scripted::new(nosy.clone(), &genesis, development::keys(1)).expect("a genesis");
        chain.produce().unwrap();
        let pool = chain.pool().clone();
        let home = tempfile::tempdir().unwrap();
        let folder = Home::new(home.path());
        folder.create().unwrap();
        let mut section = RelaySection::of(vec![trust.to_string()]);
        section.per_address = 1000;
        change(&mut section);
        RelayKey::new(&KEY)
            .unwrap()
            .create(&home.path().join(&section.key))
            .unwrap();
        let inlet = pool.clone();
        let submit: Submit = Arc::new(move |tx| inlet.submit(tx).outcome);
        let app: Arc<dyn Application> = nosy.clone();
        let relay = NodeRelay::open(
            &section,
            &folder,
            "relay-1",
            app.clone(),
            pool.clone(),
            submit.clone(),
        );
        let relay = Arc::new(relay.unwrap());
        let backend = NodeBackend {
            app,
            first: (1, Arc::new(ValidatorSet::new([(key, 10)]).unwrap())),
            genesis: Arc::new(genesis),
            blocks: Arc::new(Blocks::in_memory().unwrap()),
            pool,
            submit,
            identity: Identity {
                node_id: "ab".repeat(20),
                moniker: "relay".into(),
                p2p_address: "tcp://127.0.0.1:1".into(),
                validator_key: key,
            },
            events: broadcast::channel(16).0,
            neighbours: Arc::new(|| 0),
            dialled: vec![],
            relay: Some(relay.clone()),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (_stop, stopped) = oneshot::channel::<()>();
        let stop = async {
            let _ = stopped.await;
        };
        let config = RpcConfig {
            query_time: std::time::Duration::from_secs(60),
            ..RpcConfig::default()
        };
        tokio::spawn(mycel_rpc::serve(listener, Arc::new(backend), config, stop));
        Self {
            chain: Arc::new(Mutex::new(chain)),
            nosy,
            relay,
            address,
            trust,
            _stop,
            _home: home,
        }
    }

    /// Posts an errand.
    pub async fn post(&self, msg: &Value) -> Reply {
        let errand = json!({"contract": self.trust.to_string(), "msg": msg});
        self.send(&errand.to_string()).await
    }

    /// Posts a body.
    pub async fn send(&self, body: &str) -> Reply {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let n = body.len();
        let request = format!(
            "POST /mycel/relay HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {n}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = vec![];
        // a refused body may end in a reset after the answer
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
        Reply {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_lowercase(),
            body: serde_json::from_str(body).unwrap_or_else(|e| panic!("{e}: {body}")),
        }
    }

    /// Asks the relay without a socket.
    pub fn relay(&self, msg: Value) -> Result<Sent, Refusal> {
        let errand = Errand {
            contract: self.trust.to_string(),
            msg,
        };
        self.relay.relay(&errand, &Limits::default())
    }

    /// How many transactions wait.
    pub fn waiting(&self) -> usize {
        self.chain.lock().unwrap().pool().size().0
    }

    /// Makes a block; whether each of its transactions succeeded.
    pub fn produce(&self) -> Vec<bool> {
        let block = self.chain.lock().unwrap().produce().unwrap();
        block.outcome.results.iter().map(|r| r.ok()).collect()
    }

    /// The relay's committed sequence.
    pub fn sequence(&self) -> u64 {
        let request = QueryAccountRequest {
            address: account().to_string(),
        };
        let answer = self.nosy.query(
            "/cosmos.auth.v1beta1.Query/Account",
            &request.encode_to_vec(),
            QueryAt::default(),
            &Limits::default(),
        );
        let found = QueryAccountResponse::decode(&answer.value[..]).unwrap();
        BaseAccount::decode(&found.account.unwrap().value[..])
            .unwrap()
            .sequence
    }
}
