//! A chain of one validator in this process, and people with keys on it.
use std::{path::Path, sync::Arc};

use bytes::Bytes;
use cosmos_sdk_proto::{
    Any,
    cosmos::{
        auth::v1beta1 as auth,
        bank::v1beta1::MsgSend,
        base::{abci::v1beta1::TxMsgData, v1beta1::Coin},
        tx::v1beta1::{
            AuthInfo, Fee, ModeInfo, SignerInfo, SimulateRequest, SimulateResponse, TxBody, TxRaw,
            mode_info,
        },
    },
    cosmwasm::wasm::v1 as wasm,
};
use k256::ecdsa::{Signature, SigningKey, signature::Signer as _};
use mycel_app::{App, AppConfig};
use mycel_engine::{Scripted, development};
use mycel_store::{Config, RedbStore};
use mycel_types::{
    AccountAddress, Application, CheckOutcome, Genesis, GenesisAccount, Limits, Params, QueryAt,
    QueryOutcome, Reservations, Time, TxResult,
};
use prost::Message;

pub const CHAIN: &str = "town-1";
pub const START: Time = Time(1_700_000_000_000);
pub const GAS: u64 = 2_000_000;

/// Somebody with a key.
#[derive(Clone)]
pub struct Person {
    pub secret: SigningKey,
    pub address: AccountAddress,
}

impl Person {
    pub fn new(seed: u8) -> Self {
        let secret = SigningKey::from_slice(&[seed; 32]).unwrap();
        let public = public_key(&secret);
        let address = AccountAddress::of_secp256k1(&public);
        Self { secret, address }
    }

    pub fn name(&self) -> String {
        self.address.to_string()
    }
}

fn public_key(secret: &SigningKey) -> [u8; 33] {
    let point = secret.verifying_key().to_encoded_point(true);
    point.as_bytes().try_into().unwrap()
}

/// The first three people of every town; they have 1,000,000 `ucredit` each.
pub fn people() -> [Person; 3] {
    [Person::new(1), Person::new(2), Person::new(3)]
}

pub struct Town {
    pub app: Arc<App>,
    pub chain: Scripted,
}

pub fn new_app() -> Arc<App> {
    let store = RedbStore::in_memory(Config::default()).unwrap();
    Arc::new(App::new(Arc::new(store), AppConfig::default()).unwrap())
}

pub fn genesis(params: Params) -> Genesis {
    let accounts = people()
        .iter()
        .map(|p| GenesisAccount {
            address: p.address.clone(),
            coins: vec![("ucredit".into(), 1_000_000)],
            class: String::new(),
        })
        .collect();
    let key = development::keys(1)[0].verification_key().to_bytes();
    development::genesis_with(CHAIN.parse().unwrap(), START, &[key], accounts, params)
}

impl Town {
    pub fn new() -> Self {
        Self::with(Params::development())
    }

    pub fn with(params: Params) -> Self {
        Self::of(new_app(), &genesis(params))
    }

    pub fn of(app: Arc<App>, genesis: &Genesis) -> Self {
        let chain = Scripted::new(app.clone(), genesis, development::keys(1)).unwrap();
        Self { app, chain }
    }

    pub fn query(&self, path: &str, request: &impl Message) -> QueryOutcome {
        self.query_raw(path, &request.encode_to_vec(), QueryAt::default())
    }

    pub fn query_raw(&self, path: &str, request: &[u8], at: QueryAt) -> QueryOutcome {
        self.app.query(path, request, at, &Limits::default())
    }

    pub fn ask<A: Message + Default>(&self, path: &str, request: &impl Message) -> A {
        let outcome = self.query(path, request);
        assert_eq!(outcome.code, 0, "{path}: {}", outcome.log);
        A::decode(&outcome.value[..]).unwrap()
    }

    pub fn account(&self, of: &AccountAddress) -> Option<auth::BaseAccount> {
        let request = auth::QueryAccountRequest {
            address: of.to_string(),
        };
        let outcome = self.query("/cosmos.auth.v1beta1.Query/Account", &request);
        (outcome.code == 0).then(|| {
            let answer = auth::QueryAccountResponse::decode(&outcome.value[..]).unwrap();
            auth::BaseAccount::decode(&answer.account.unwrap().value[..]).unwrap()
        })
    }

    pub fn sequence(&self, of: &AccountAddress) -> u64 {
        self.account(of).map_or(0, |a| a.sequence)
    }

    /// Gas that an account may use now.
    pub fn allowance(&self, of: &AccountAddress) -> u64 {
        let request = of.to_string();
        let outcome = self.query_raw(
            "/mycel.v1/allowance",
            request.as_bytes(),
            QueryAt::default(),
        );
        assert_eq!(outcome.code, 0, "{}", outcome.log);
        let json: serde_json::Value = serde_json::from_slice(&outcome.value).unwrap();
        json["gas"].as_str().unwrap().parse().unwrap()
    }

    pub fn balance(&self, of: &AccountAddress) -> u128 {
        use cosmos_sdk_proto::cosmos::bank::v1beta1 as bank;
        let answer: bank::QueryBalanceResponse = self.ask(
            "/cosmos.bank.v1beta1.Query/Balance",
            &bank::QueryBalanceRequest {
                address: of.to_string(),
                denom: "ucredit".into(),
            },
        );
        answer.balance.unwrap().amount.parse().unwrap()
    }

    /// Signs as `who` with the next sequence.
    pub fn sign(&self, who: &Person, messages: Vec<Any>) -> Bytes {
        self.sign_with(who, messages, GAS)
    }

    pub fn sign_with(&self, who: &Person, messages: Vec<Any>, gas: u64) -> Bytes {
        Draft::new(messages)
            .gas(gas)
            .sign(&[(who, self.sequence(&who.address))])
    }

    pub fn check(&self, tx: &[u8]) -> CheckOutcome {
        self.app.check(tx, &Reservations::default())
    }

    /// Through the pool into a block.
    pub fn run(&mut self, who: &Person, messages: Vec<Any>) -> TxResult {
        let tx = self.sign(who, messages);
        self.submit(tx)
    }

    pub fn submit(&mut self, tx: Bytes) -> TxResult {
        let checked = self.chain.submit(tx.clone());
        assert!(checked.ok(), "{}", checked.log);
        let block = self.chain.produce().unwrap();
        assert_eq!(block.block.data.len(), 1);
        block.outcome.results[0].clone()
    }

    /// As [`Town::run`], and it must succeed.
    pub fn done(&mut self, who: &Person, messages: Vec<Any>) -> TxResult {
        let result = self.run(who, messages);
        assert!(
            result.ok(),
            "{} {}: {}",
            result.codespace,
            result.code,
            result.log
        );
        assert_eq!(result.log, "");
        result
    }

    /// Stores a code; gives its number.
    pub fn store(&mut self, who: &Person, code: &[u8]) -> u64 {
        let tx = self.sign_with(who, vec![store_code(who, code)], 20_000_000);
        let result = self.submit(tx);
        assert!(result.ok(), "{}", result.log);
        let answer: wasm::MsgStoreCodeResponse = answer(&result, 0);
        answer.code_id
    }

    /// Instantiates a contract; gives its address.
    pub fn instantiate(&mut self, who: &Person, code_id: u64, msg: &str) -> AccountAddress {
        let result = self.done(who, vec![instantiate(who, code_id, msg)]);
        let answer: wasm::MsgInstantiateContractResponse = answer(&result, 0);
        answer.address.parse().unwrap()
    }

    pub fn smart(&self, contract: &AccountAddress, msg: &str) -> QueryOutcome {
        self.query(
            "/cosmwasm.wasm.v1.Query/SmartContractState",
            &wasm::QuerySmartContractStateRequest {
                address: contract.to_string(),
                query_data: msg.into(),
            },
        )
    }

    /// The answer of a smart query, as JSON.
    pub fn smart_json(&self, contract: &AccountAddress, msg: &str) -> serde_json::Value {
        let outcome = self.smart(contract, msg);
        assert_eq!(outcome.code, 0, "{}", outcome.log);
        let answer = wasm::QuerySmartContractStateResponse::decode(&outcome.value[..]).unwrap();
        serde_json::from_slice(&answer.data).unwrap()
    }

    /// What a contract keeps under a key.
    pub fn raw(&self, contract: &AccountAddress, key: &str) -> Vec<u8> {
        let answer: wasm::QueryRawContractStateResponse = self.ask(
            "/cosmwasm.wasm.v1.Query/RawContractState",
            &wasm::QueryRawContractStateRequest {
                address: contract.to_string(),
                query_data: key.into(),
            },
        );
        answer.data
    }

    pub fn raw_text(&self, contract: &AccountAddress, key: &str) -> String {
        String::from_utf8(self.raw(contract, key)).unwrap()
    }

    pub fn history(&self, contract: &AccountAddress) -> Vec<wasm::ContractCodeHistoryEntry> {
        let answer: wasm::QueryContractHistoryResponse = self.ask(
            "/cosmwasm.wasm.v1.Query/ContractHistory",
            &wasm::QueryContractHistoryRequest {
                address: contract.to_string(),
                pagination: None,
            },
        );
        answer.entries
    }

    pub fn info(&self, contract: &AccountAddress) -> wasm::ContractInfo {
        let answer: wasm::QueryContractInfoResponse = self.ask(
            "/cosmwasm.wasm.v1.Query/ContractInfo",
            &wasm::QueryContractInfoRequest {
                address: contract.to_string(),
            },
        );
        answer.contract_info.unwrap()
    }

    pub fn admin(&self, contract: &AccountAddress) -> String {
        self.info(contract).admin
    }

    pub fn simulate(&self, tx: &[u8]) -> Result<SimulateResponse, String> {
        #[allow(deprecated)]
        let request = SimulateRequest {
            tx: None,
            tx_bytes: tx.to_vec(),
        };
        let outcome = self.query("/cosmos.tx.v1beta1.Service/Simulate", &request);
        match outcome.code {
            0 => Ok(SimulateResponse::decode(&outcome.value[..]).unwrap()),
            6 => Err(outcome.log),
            other => panic!("code={other}: {}", outcome.log),
        }
    }
}

/// A transaction before it is signed.
#[derive(Clone)]
pub struct Draft {
    pub body: TxBody,
    pub fee: Fee,
    pub mode: i32,
    pub chain_id: String,
    pub with_key: bool,
}

impl Draft {
    pub fn new(messages: Vec<Any>) -> Self {
        Self {
            body: TxBody {
                messages,
                ..Default::default()
            },
            fee: Fee {
                gas_limit: GAS,
                ..Default::default()
            },
            mode: 1,
            chain_id: CHAIN.into(),
            with_key: true,
        }
    }

    pub fn gas(mut self, gas: u64) -> Self {
        self.fee.gas_limit = gas;
        self
    }

    pub fn payer(mut self, payer: &Person) -> Self {
        self.fee.payer = payer.name();
        self
    }

    pub fn granter(mut self, granter: &Person) -> Self {
        self.fee.granter = granter.name();
        self
    }

    pub fn auth(&self, signers: &[(&Person, u64)]) -> AuthInfo {
        let info = |(who, sequence): &(&Person, u64)| SignerInfo {
            public_key: self.with_key.then(|| public_any(who)),
            mode_info: Some(ModeInfo {
                sum: Some(mode_info::Sum::Single(mode_info::Single {
                    mode: self.mode,
                })),
            }),
            sequence: *sequence,
        };
        AuthInfo {
            signer_infos: signers.iter().map(info).collect(),
            fee: Some(self.fee.clone()),
            ..Default::default()
        }
    }

    pub fn sign(&self, signers: &[(&Person, u64)]) -> Bytes {
        let body = self.body.encode_to_vec();
        self.sign_bytes(body, self.auth(signers).encode_to_vec(), signers)
    }

    pub fn sign_bytes(&self, body: Vec<u8>, auth: Vec<u8>, signers: &[(&Person, u64)]) -> Bytes {
        let signatures = signers.iter().map(|(who, _)| {
            let number = who.address.account_number();
            let bytes = mycel_types::tx::sign_bytes(&body, &auth, &self.chain_id, number);
            let signature: Signature = who.secret.sign(&bytes);
            let signature = signature.normalize_s().unwrap_or(signature);
            signature.to_bytes().to_vec()
        });
        let signatures = signatures.collect();
        TxRaw {
            body_bytes: body,
            auth_info_bytes: auth,
            signatures,
        }
        .encode_to_vec()
        .into()
    }
}

pub fn public_any(who: &Person) -> Any {
    use cosmos_sdk_proto::cosmos::crypto::secp256k1::PubKey;
    let key = public_key(&who.secret).to_vec();
    Any {
        type_url: "/cosmos.crypto.secp256k1.PubKey".into(),
        value: PubKey { key }.encode_to_vec(),
    }
}

pub fn any(type_url: &str, message: &impl Message) -> Any {
    Any {
        type_url: type_url.into(),
        value: message.encode_to_vec(),
    }
}

pub fn coins(amount: u128) -> Vec<Coin> {
    match amount {
        0 => vec![],
        some => vec![Coin {
            denom: "ucredit".into(),
            amount: some.to_string(),
        }],
    }
}

pub fn send(from: &Person, to: &AccountAddress, amount: u128) -> Any {
    let message = MsgSend {
        from_address: from.name(),
        to_address: to.to_string(),
        amount: coins(amount),
    };
    any("/cosmos.bank.v1beta1.MsgSend", &message)
}

pub fn store_code(who: &Person, code: &[u8]) -> Any {
    let message = wasm::MsgStoreCode {
        sender: who.name(),
        wasm_byte_code: code.to_vec(),
        instantiate_permission: None,
    };
    any("/cosmwasm.wasm.v1.MsgStoreCode", &message)
}

pub fn instantiate(who: &Person, code_id: u64, msg: &str) -> Any {
    let message = wasm::MsgInstantiateContract {
        sender: who.name(),
        admin: who.name(),
        code_id,
        label: "test".into(),
        msg: msg.into(),
        funds: vec![],
    };
    any("/cosmwasm.wasm.v1.MsgInstantiateContract", &message)
}

pub fn execute(who: &Person, contract: &AccountAddress, msg: &str) -> Any {
    execute_with(who, contract, msg, 0)
}

pub fn execute_with(who: &Person, contract: &AccountAddress, msg: &str, funds: u128) -> Any {
    let message = wasm::MsgExecuteContract {
        sender: who.name(),
        contract: contract.to_string(),
        msg: msg.into(),
        funds: coins(funds),
    };
    any("/cosmwasm.wasm.v1.MsgExecuteContract", &message)
}

/// The answer of message `index`.
pub fn answer<M: Message + Default>(result: &TxResult, index: usize) -> M {
    let data = TxMsgData::decode(&result.data[..]).unwrap();
    M::decode(&data.msg_responses[index].value[..]).unwrap()
}

/// The value of an event's attribute, of the first event that has it.
pub fn attribute(result: &TxResult, kind: &str, key: &str) -> Option<String> {
    let of_kind = result.events.iter().filter(|e| e.kind == kind);
    let mut attributes = of_kind.flat_map(|e| &e.attributes);
    attributes.find(|a| a.key == key).map(|a| a.value.clone())
}

/// A contract of the published crate cosmwasm-vm.
pub fn upstream(name: &str) -> Vec<u8> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/oracle/Cargo.toml");
    let folder = mycel_runtime::testing::recording::upstream_contracts(&manifest)
        .unwrap_or_else(|why| panic!("{why}"));
    std::fs::read(folder.join(name)).unwrap()
}
