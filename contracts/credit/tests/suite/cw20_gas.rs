//! A payment against a cw20 transfer by cw20-base 2.0.0, in the same engine
//! and at the chain's prices: at most 1.3 times the gas.
//!
//! The figure of cw20-base is recorded in `cw20_gas.txt`. To take it again,
//! build a contract that exports cw20-base's entry points and name its Wasm:
//! `MYCEL_CW20=cw20_base.wasm MYCEL_UPDATE=1 cargo test -p mycel-credit cw20_gas::`.

use std::any::Any;
use std::path::PathBuf;

use crate::world::{DAY, World};
use bytes::Bytes;
use cosmwasm_std::{Addr, ContractResult, MessageInfo, Response, from_json, to_json_vec};
use mycel_credit::msg::{ExecuteMsg, NewAccount};
use mycel_kit::Amount;
use mycel_runtime::testing::{MockApi, MockEnvironment};
use mycel_runtime::{
    AddressOp, Call, CallOutcome, Cancel, CodeId, CursorId, Direction, EntryPoint, Environment,
    Hosted, KeyRange, Vm, VmConfig,
};

/// VM gas in one SDK gas.
const VM_GAS: u64 = 140_000;
/// Tag and address before every key of a contract.
const PREFIX: u64 = 33;
/// Setting up a call.
const INSTANCE: u64 = 2_000;

/// A contract's world at the chain's default prices.
#[derive(Default)]
struct Priced {
    inner: MockEnvironment,
    storage_gas: u64,
}

impl Priced {
    fn paid<T>(&mut self, answer: Hosted<T>, sdk_gas: u64) -> Hosted<T> {
        self.storage_gas += sdk_gas;
        Hosted {
            value: answer.value,
            gas: sdk_gas * VM_GAS,
        }
    }
}

impl Environment for Priced {
    fn get(&mut self, key: &[u8]) -> Hosted<Option<Bytes>> {
        let answer = self.inner.get(key);
        let value = match &answer.value {
            Ok(Some(value)) => value.len() as u64,
            _ => 0,
        };
        self.paid(answer, 1_000 + 3 * (PREFIX + key.len() as u64 + value))
    }

    fn set(&mut self, key: &[u8], value: Option<&[u8]>) -> Hosted<()> {
        let gas = value.map_or(1_000, |value| {
            2_000 + 30 * (PREFIX + (key.len() + value.len()) as u64)
        });
        let answer = self.inner.set(key, value);
        self.paid(answer, gas)
    }

    fn scan(&mut self, range: KeyRange, direction: Direction) -> Hosted<CursorId> {
        self.inner.scan(range, direction)
    }

    fn next(&mut self, cursor: CursorId) -> Hosted<Option<(Bytes, Bytes)>> {
        self.inner.next(cursor)
    }

    fn query(&mut self, request: &[u8], gas_left: u64) -> Hosted<Bytes> {
        self.inner.query(request, gas_left)
    }

    fn address(&mut self, op: AddressOp, bytes: &[u8]) -> Hosted<Bytes> {
        self.inner.address(op, bytes)
    }
}

/// A contract with its priced world.
struct Contract {
    vm: Vm,
    code: CodeId,
    env: Option<Box<Priced>>,
}

impl Contract {
    fn new(wasm: &[u8]) -> Contract {
        let vm = Vm::new(VmConfig::default()).expect("an engine");
        let code = vm.load(wasm).expect("a contract");
        let mut env = Box::new(Priced::default());
        env.inner.api = MockApi::default().with_prefix("mycel");
        Contract {
            vm,
            code,
            env: Some(env),
        }
    }

    /// An address of the chain, of 20 bytes.
    fn address(&mut self, number: u8) -> String {
        let env = self.env.as_mut().expect("a world");
        let text = env.inner.address(AddressOp::Humanize, &[number; 20]).value;
        String::from_utf8(text.expect("an address").to_vec()).expect("text")
    }

    /// The end of a block: the sweep.
    fn end_block(&mut self, world: &World) -> u64 {
        let env = to_json_vec(&world.env()).expect("JSON");
        self.run(Call::plain(EntryPoint::Sudo, &env, br#"{"end_block":{}}"#))
    }

    /// One call: whole SDK gas of it, with its events.
    fn call(&mut self, world: &World, sender: &str, msg: &[u8], begin: bool) -> u64 {
        let env = to_json_vec(&world.env()).expect("JSON");
        let info = to_json_vec(&MessageInfo {
            sender: Addr::unchecked(sender),
            funds: vec![],
        })
        .expect("JSON");
        let call = if begin {
            Call::instantiate(&env, &info, msg)
        } else {
            Call::execute(&env, &info, msg)
        };
        self.run(call)
    }

    fn run(&mut self, call: Call<'_>) -> u64 {
        let world = self.env.take().expect("a world");
        let report = self
            .vm
            .call(&self.code, call, u64::MAX / 2, world, &Cancel::new());
        let any: Box<dyn Any> = report.env;
        self.env = any.downcast::<Priced>().ok();
        let CallOutcome::Ok(answer) = report.outcome else {
            panic!("{:?}", report.outcome)
        };
        let answer: ContractResult<Response> = from_json(&answer[..]).expect("a response");
        let response = answer.unwrap();
        let attributes = response.attributes.iter();
        let events: u64 = attributes
            .map(|a| 10 + (a.key.len() + a.value.len()) as u64)
            .sum();
        INSTANCE + report.gas_used.div_ceil(VM_GAS) + events
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "where files lie is told by the environment"
)]
fn told(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from)
}

fn credit_wasm() -> Vec<u8> {
    let folder = told("MYCEL_CONTRACTS").unwrap_or_else(|| {
        let test = std::env::current_exe().expect("this test's path");
        let target = test.ancestors().nth(3).expect("a target folder");
        target.join("contracts")
    });
    let path = folder.join("mycel_credit.wasm");
    std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask contracts`", path.display()))
}

const AMOUNT: u64 = 25_000_000_000_000;

/// A transfer between two accounts that both have a balance.
fn cw20_transfer(wasm: &[u8]) -> u64 {
    let world = World::new(|_| {});
    let mut cw20 = Contract::new(wasm);
    let (ana, ben) = (cw20.address(1), cw20.address(2));
    let begin = format!(
        r#"{{"name":"Mycel credit","symbol":"CREDIT","decimals":12,"initial_balances":[
        {{"address":"{ana}","amount":"1000000000000000"}},{{"address":"{ben}","amount":"1000000000000000"}}]}}"#
    );
    cw20.call(&world, &ana, begin.as_bytes(), true);
    let transfer = format!(r#"{{"transfer":{{"recipient":"{ben}","amount":"{AMOUNT}"}}}}"#);
    cw20.call(&world, &ana, transfer.as_bytes(), false);
    cw20.call(&world, &ana, transfer.as_bytes(), false)
}

/// Gas of payments in different situations, by name.
fn payments() -> Vec<(&'static str, u64)> {
    let mut world = World::new(|_| {});
    let mut credit = Contract::new(&credit_wasm());
    let authority = credit.address(100);
    world.first.authority = authority.clone();
    let begin = to_json_vec(&world.first).expect("JSON");
    credit.call(&world, &authority, &begin, true);
    let accounts: Vec<_> = (0..12)
        .map(|n| NewAccount {
            owner: credit.address(n),
            ..world.person("somebody", u64::from(n))
        })
        .collect();
    let open = to_json_vec(&ExecuteMsg::OpenAccounts { accounts }).expect("JSON");
    credit.call(&world, &authority, &open, false);
    let pay = |credit: &mut Contract, world: &World, from: u8, to: u8| {
        let msg = ExecuteMsg::Pay {
            to: credit.address(to),
            amount: Amount::new(AMOUNT).expect("an amount"),
            reference: None,
            memo: None,
        };
        let sender = credit.address(from);
        credit.call(world, &sender, &to_json_vec(&msg).expect("JSON"), false)
    };
    world.now += 100 * DAY;
    credit.end_block(&world);
    let first = pay(&mut credit, &world, 0, 1);
    world.now += 1_000;
    let again = pay(&mut credit, &world, 0, 1);
    let back = pay(&mut credit, &world, 1, 0);
    for to in 2..5 {
        world.now += 1_000;
        pay(&mut credit, &world, 0, to);
    }
    world.now += 1_000;
    let fifth = pay(&mut credit, &world, 0, 5);
    for to in 6..8 {
        pay(&mut credit, &world, 0, to);
    }
    let eighth = pay(&mut credit, &world, 0, 8);
    let ninth = pay(&mut credit, &world, 0, 9);
    world.now += 30 * DAY;
    let new_month = pay(&mut credit, &world, 0, 9);
    let sweep = credit.end_block(&world);
    eprintln!("end of a block of 12 accounts: {sweep} gas");
    vec![
        ("first", first),
        ("again", again),
        ("back", back),
        ("fifth_payee", fifth),
        ("eighth_payee", eighth),
        ("ninth_payee_spills", ninth),
        ("first_of_a_period_books", new_month),
    ]
}

#[test]
fn a_payment_costs_at_most_1_3_times_a_cw20_transfer() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cw20_gas.txt");
    if let (Some(wasm), Some(_)) = (told("MYCEL_CW20"), told("MYCEL_UPDATE")) {
        let gas = cw20_transfer(&std::fs::read(wasm).expect("the Wasm of cw20-base"));
        let text = format!("# SDK gas of a transfer by cw20-base 2.0.0 in this engine\n{gas}\n");
        std::fs::write(path, text).expect("writes the recording");
    }
    let recorded = std::fs::read_to_string(path).expect("tests/cw20_gas.txt");
    let cw20: u64 = recorded
        .lines()
        .find(|line| !line.starts_with('#'))
        .and_then(|line| line.parse().ok())
        .expect("a figure");
    let payments = payments();
    for (name, gas) in &payments {
        let ratio = *gas as f64 / cw20 as f64;
        eprintln!("pay/{name}: {gas} gas, {ratio:.3} of a cw20 transfer ({cw20})");
    }
    for (name, gas) in payments {
        let ratio = gas as f64 / cw20 as f64;
        // now and then a payment books what earlier ones left to the sweep
        if !name.ends_with("books") && !name.ends_with("spills") {
            assert!(ratio <= 1.3, "pay/{name}: {gas} of {cw20}");
        }
    }
}
