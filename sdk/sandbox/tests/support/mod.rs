//! Contracts that do what they are told, native and in Wasm, so that a test
//! can play any contract.
//!
//! * puppet: `execute` keeps its message under `last` and answers with it;
//!   `instantiate` keeps its message under `script`; `reply` keeps what it gets
//!   under `reply` and answers with the script; `sudo` and `migrate` keep their
//!   message under `last`; `query` answers with its message.
//! * asker: `execute` asks the chain its message and keeps the answer under
//!   `answer` and its `Env` under `last`; `query` asks too and gives the answer.
#![allow(dead_code, reason = "each test file uses its part")]

use cosmwasm_std::{
    Addr, Binary, ContractResult, Deps, DepsMut, Env, MessageInfo, QuerierWrapper, Reply, Response,
    from_json, to_json_vec,
};
use mycel_props::module;
use mycel_sandbox::{Code, Native, Sandbox, address};
use serde_json::{Value, json};

const PUPPET: &str = r#"
  (func (export "instantiate") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (call $write (i32.const 700) (local.get $msg)) (i32.const 512))
  (func (export "execute") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (call $write (i32.const 640) (local.get $msg)) (local.get $msg))
  (func (export "reply") (param $env i32) (param $msg i32) (result i32)
    (call $write (i32.const 760) (local.get $msg)) (call $read (i32.const 700)))
  (func (export "migrate") (param $env i32) (param $msg i32) (result i32)
    (call $write (i32.const 640) (local.get $msg)) (i32.const 512))
  (func (export "sudo") (param $env i32) (param $msg i32) (result i32)
    (call $write (i32.const 640) (local.get $msg)) (i32.const 512))
  (func (export "query") (param $env i32) (param $msg i32) (result i32) (local.get $msg))
"#;

const ASKER: &str = r#"
  (func (export "instantiate") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (i32.const 512))
  (func (export "execute") (param $env i32) (param $info i32) (param $msg i32) (result i32)
    (call $write (i32.const 820) (call $ask (local.get $msg)))
    (call $write (i32.const 640) (local.get $env)) (i32.const 512))
"#;

const IMPORTS: &str = r#"
  (import "env" "db_read" (func $read (param i32) (result i32)))
  (import "env" "db_write" (func $write (param i32 i32)))
  (import "env" "query_chain" (func $ask (param i32) (result i32)))
"#;

const KEYS: &str = r#"
  (data (i32.const 640) "\8c\02\00\00\04\00\00\00\04\00\00\00last")
  (data (i32.const 700) "\c8\02\00\00\06\00\00\00\06\00\00\00script")
  (data (i32.const 760) "\04\03\00\00\05\00\00\00\05\00\00\00reply")
  (data (i32.const 820) "\40\03\00\00\06\00\00\00\06\00\00\00answer")
"#;

fn compiled(functions: &str) -> Code {
    let own = [KEYS, functions].concat();
    let wasm = module::contract(IMPORTS, 16, r#"{"ok":{}}"#, &own);
    Code::compiled(&wasm).expect("a contract")
}

fn keep(deps: &mut DepsMut, key: &str, value: &impl serde::Serialize) {
    deps.storage
        .set(key.as_bytes(), &to_json_vec(value).expect("JSON"));
}

fn answered(value: Value) -> Result<Response<Value>, String> {
    match serde_json::from_value(value).expect("a response") {
        ContractResult::Ok(response) => Ok(response),
        ContractResult::Err(why) => Err(why),
    }
}

type Answer = Result<Response<Value>, String>;

fn native_puppet() -> Native {
    fn instantiate(mut deps: DepsMut, _: Env, _: MessageInfo, msg: Value) -> Answer {
        keep(&mut deps, "script", &msg);
        Ok(Response::new())
    }
    fn execute(mut deps: DepsMut, _: Env, _: MessageInfo, msg: Value) -> Answer {
        keep(&mut deps, "last", &msg);
        answered(msg)
    }
    fn told(mut deps: DepsMut, _: Env, msg: Value) -> Answer {
        keep(&mut deps, "last", &msg);
        Ok(Response::new())
    }
    fn reply(mut deps: DepsMut, _: Env, reply: Reply) -> Answer {
        keep(&mut deps, "reply", &reply);
        answered(from_json(deps.storage.get(b"script").expect("a script")).expect("JSON"))
    }
    fn query(_: Deps, _: Env, msg: Value) -> Result<Binary, String> {
        let result: ContractResult<Binary> = serde_json::from_value(msg).expect("a result");
        result.into_result()
    }
    Native::new(instantiate, execute, query)
        .with_sudo(told)
        .with_migrate(told)
        .with_reply(reply)
}

fn ask(querier: QuerierWrapper, msg: &Value) -> Vec<u8> {
    let answer = querier.raw_query(&to_json_vec(msg).expect("JSON"));
    to_json_vec(&answer).expect("JSON")
}

fn native_asker() -> Native {
    fn instantiate(_: DepsMut, _: Env, _: MessageInfo, _: Value) -> Answer {
        Ok(Response::new())
    }
    fn execute(mut deps: DepsMut, env: Env, _: MessageInfo, msg: Value) -> Answer {
        let answer = ask(deps.querier, &msg);
        deps.storage.set(b"answer", &answer);
        keep(&mut deps, "last", &env);
        Ok(Response::new())
    }
    fn query(deps: Deps, _: Env, msg: Value) -> Result<Binary, String> {
        Ok(ask(deps.querier, &msg).into())
    }
    Native::new(instantiate, execute, query)
}

/// Which way contracts are registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Native,
    Compiled,
}

pub fn puppet(way: Way) -> Code {
    match way {
        Way::Native => Code::native(native_puppet()).with_checksum([1; 32]),
        Way::Compiled => compiled(PUPPET).with_checksum([1; 32]),
    }
}

pub fn asker(way: Way) -> Code {
    match way {
        Way::Native => Code::native(native_asker()).with_checksum([2; 32]),
        Way::Compiled => compiled(ASKER).with_checksum([2; 32]),
    }
}

/// Puppets (with their scripts) and one asker.
pub struct Theatre {
    pub sandbox: Sandbox,
    pub ana: Addr,
    pub puppets: Vec<Addr>,
    pub asker: Addr,
    pub puppet_code: u64,
}

pub fn theatre(way: Way, scripts: &[Value]) -> Theatre {
    let mut sandbox = Sandbox::new(1_700_000_000);
    let ana = address("ana");
    let puppet_code = sandbox.store(puppet(way));
    let asker_code = sandbox.store(asker(way));
    let puppets = (0..)
        .zip(scripts)
        .map(|(n, script)| {
            let name = format!("puppet {n}");
            sandbox
                .instantiate2(&ana, puppet_code, &name, script)
                .expect("made")
        })
        .collect();
    let asker = sandbox
        .instantiate2(&ana, asker_code, "asker", &json!({}))
        .expect("made");
    Theatre {
        sandbox,
        ana,
        puppets,
        asker,
        puppet_code,
    }
}

impl Theatre {
    /// What a puppet keeps under a key.
    pub fn kept(&self, puppet: usize, key: &str) -> Option<Value> {
        let raw = self.sandbox.raw(&self.puppets[puppet], key.as_bytes());
        raw.map(|raw| serde_json::from_slice(&raw).expect("JSON"))
    }

    /// The first puppet answers this.
    pub fn tell(&mut self, response: &Value) -> Result<mycel_sandbox::Receipt, String> {
        let told = self
            .sandbox
            .execute(&self.ana.clone(), &self.puppets[0].clone(), response);
        told.map_err(|refusal| refusal.text)
    }
}

pub fn b64(text: &str) -> String {
    Binary::from(text.as_bytes()).to_base64()
}

pub fn response(messages: Vec<Value>, data: Option<&str>) -> Value {
    json!({"ok": {"messages": messages, "attributes": [], "events": [], "data": data.map(b64)}})
}

pub fn nothing() -> Value {
    response(vec![], None)
}

pub fn failing() -> Value {
    json!({"error": "on purpose"})
}

pub fn call(contract: &Addr, msg: &Value) -> Value {
    json!({"wasm": {"execute": {"contract_addr": contract, "msg": b64(&msg.to_string()), "funds": []}}})
}

pub fn sub(msg: Value, reply_on: &str, gas_limit: Option<u64>) -> Value {
    json!({"id": 7, "payload": b64("note"), "msg": msg, "gas_limit": gas_limit, "reply_on": reply_on})
}

/// A reproducible stream of numbers (splitmix64).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

/// Cases to run: `MYCEL_CASES`, or `default`.
pub fn cases(default: u64) -> u64 {
    let told = std::env::var("MYCEL_CASES").ok();
    told.and_then(|text| text.parse().ok()).unwrap_or(default)
}
