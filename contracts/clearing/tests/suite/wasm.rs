//! The compiled contract in the chain's engine: the same bytes as native code
//! for every answer, every refusal and the whole state (CLEARING-7), and the
//! gas of each message.
//!
//! Needs `mycel_clearing.wasm`, built by `cargo xtask contracts`; looked for
//! in `$MYCEL_CONTRACTS`, else in the target folder's `contracts`.

mod gas;

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::world::market::terms;
use crate::world::town::{PERSONS, Town};
use crate::world::{DAY, World, credits, sarafu, told};
use cosmwasm_std::{
    Addr, Binary, ContractResult, Env, MessageInfo, Response, SystemResult, to_json_vec,
};
use mycel_clearing::msg::{
    ChoiceMsg, ChooseMsg, Costs, ExecuteMsg, LinkMsg, MarketKind, MarketMsg, NeedMsg, OfferMsg,
    QueryMsg,
};
use mycel_clearing::seed;
use mycel_kit::{Id, Seconds};
use mycel_runtime::testing::{MockInstance, MockInstanceOptions, mock_instance_with_options};
use mycel_runtime::{Call, CallOutcome, EntryPoint};

/// VM gas of one unit of SDK gas.
const MULTIPLIER: u64 = 140_000;

#[allow(
    clippy::disallowed_methods,
    reason = "where the Wasm lies is told by the environment"
)]
fn wasm() -> Vec<u8> {
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
    let path = folder.join("mycel_clearing.wasm");
    std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask contracts`", path.display()))
}

/// The contract compiled, in a world of its own.
struct Compiled(MockInstance);

impl Compiled {
    /// The first message of a native world, repeated here.
    fn like(world: &World, wasm: &[u8]) -> Compiled {
        let options = MockInstanceOptions {
            gas_limit: 20_000_000 * MULTIPLIER,
            ..MockInstanceOptions::default()
        };
        let mut compiled = Compiled(mock_instance_with_options(wasm, options));
        let msg = to_json_vec(&world.first).expect("JSON");
        let info = MessageInfo {
            sender: Addr::unchecked(&world.authority),
            funds: vec![],
        };
        compiled.call(world, &info, &msg, EntryPoint::Instantiate);
        compiled
    }

    fn call(
        &mut self,
        world: &World,
        info: &MessageInfo,
        msg: &[u8],
        entry: EntryPoint,
    ) -> Vec<u8> {
        let peers = world.peers.clone();
        self.0
            .env()
            .update_wasm(move |query| match peers.answer(query) {
                SystemResult::Ok(answer) => SystemResult::Ok(answer),
                SystemResult::Err(error) => SystemResult::Err(error),
            });
        let env: Env = world.env();
        let (env, info) = (
            to_json_vec(&env).expect("JSON"),
            to_json_vec(info).expect("JSON"),
        );
        let call = match entry {
            EntryPoint::Instantiate => Call::instantiate(&env, &info, msg),
            _ => Call::execute(&env, &info, msg),
        };
        let before = self.0.env().storage.clone();
        let bytes = match self.0.call(call) {
            CallOutcome::Ok(bytes) => bytes.to_vec(),
            other => panic!("{other:?}"),
        };
        if bytes.starts_with(br#"{"error""#) {
            self.0.env().storage = before;
        }
        bytes
    }

    fn execute(&mut self, world: &World, sender: &str, msg: &ExecuteMsg) -> Vec<u8> {
        let info = MessageInfo {
            sender: Addr::unchecked(sender),
            funds: vec![],
        };
        let msg = to_json_vec(msg).expect("JSON");
        self.call(world, &info, &msg, EntryPoint::Execute)
    }

    fn query(&mut self, world: &World, msg: &QueryMsg) -> Vec<u8> {
        let (env, msg) = (
            to_json_vec(&world.env()).expect("JSON"),
            to_json_vec(msg).expect("JSON"),
        );
        match self.0.call(Call::query(&env, &msg)) {
            CallOutcome::Ok(bytes) => bytes.to_vec(),
            other => panic!("{other:?}"),
        }
    }
}

/// What the native contract would hand to the chain.
fn native_execute(world: &mut World, sender: &str, msg: ExecuteMsg) -> Vec<u8> {
    let result: ContractResult<Response> = world
        .execute(sender, msg)
        .map(|()| world.last.clone())
        .into();
    to_json_vec(&result).expect("JSON")
}

fn native_query(world: &World, msg: QueryMsg) -> Vec<u8> {
    let result: ContractResult<Binary> = world.query_bytes(msg).into();
    to_json_vec(&result).expect("JSON")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Every query there is, about somebody and the last rounds.
fn queries(town: &mut Town) -> Vec<QueryMsg> {
    let person = Id(1 + town.random.below(PERSONS));
    let member = town.world.person(person.0);
    let round = Id(town.random.below(3));
    vec![
        QueryMsg::About {},
        QueryMsg::Parameters {},
        QueryMsg::Invariants {},
        QueryMsg::Totals {},
        QueryMsg::Obligation {
            id: Id(town.random.below(6)),
        },
        QueryMsg::Obligations { person, page: None },
        QueryMsg::Proposals {
            person,
            after: None,
        },
        QueryMsg::Round { round: Some(round) },
        QueryMsg::Graph { round, page: None },
        QueryMsg::Post { round, post: 0 },
        QueryMsg::Body { round, page: 0 },
        QueryMsg::Duals { round, node: None },
        QueryMsg::Settled { round, page: None },
        QueryMsg::Helped { round, person },
        QueryMsg::Market { market: 0 },
        QueryMsg::Posted { market: 0, person },
        QueryMsg::Posted { market: 4, person },
        QueryMsg::Postings {
            market: 4,
            needs: person.0 > 2,
            after: None,
        },
        QueryMsg::Promises {
            person,
            after: None,
        },
        QueryMsg::OpenItems {
            member: member.clone(),
        },
        QueryMsg::Export {
            member: member.clone(),
            after: None,
        },
        QueryMsg::Export {
            member,
            after: Some("m/0".into()),
        },
    ]
}

/// `MYCEL_WASM_CASES` sets how many towns (default 20).
#[test]
fn native_and_wasm_give_the_same_bytes_for_random_messages() {
    let (cases, first) = (told("MYCEL_WASM_CASES", 20), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_WASM_CASES={cases} MYCEL_SEED={first}");
    let wasm = wasm();
    let mut messages = 0u64;
    for seed in first..first + cases {
        let mut town = Town::new(seed);
        let mut compiled = Compiled::like(&town.world, &wasm);
        compiled.0.env().storage = town.world.storage.map.clone();
        for step in 0..120 {
            town.wait();
            let (sender, msg) = town.message();
            let theirs = compiled.execute(&town.world, &sender, &msg);
            let ours = native_execute(&mut town.world, &sender, msg.clone());
            let context = format!("MYCEL_SEED={seed} MYCEL_WASM_CASES=1 step={step} {msg:?}");
            assert_eq!(text(&ours), text(&theirs), "{context}");
            assert_eq!(
                town.world.storage.map,
                compiled.0.env().storage,
                "{context}"
            );
            messages += 1;
        }
        for query in queries(&mut town) {
            let theirs = compiled.query(&town.world, &query);
            let ours = native_query(&town.world, query.clone());
            assert_eq!(text(&ours), text(&theirs), "MYCEL_SEED={seed} {query:?}");
        }
    }
    eprintln!("{messages} messages");
}

#[test]
fn both_begin_with_the_same_state() {
    let world = World::new();
    let mut compiled = Compiled::like(&world, &wasm());
    assert_eq!(world.storage.map, compiled.0.env().storage);
}

#[test]
fn what_cannot_be_read_is_refused_in_wasm_and_traps_nothing() {
    let world = World::new();
    let mut compiled = Compiled::like(&world, &wasm());
    let sender = MessageInfo {
        sender: Addr::unchecked(&world.authority),
        funds: vec![],
    };
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for bad in [
        "",
        "{",
        "null",
        "[]",
        "{}",
        r#"{"propose":{}}"#,
        r#"{"propose":{"with":1,"i_owe":true,"amount":"1","due":"1"}}"#,
        r#"{"confirm":{"proposal":"-1"}}"#,
        r#"{"advance":{"round":"0","limit":-1}}"#,
        r#"{"advance":{"round":"0","limit":4294967296}}"#,
        r#"{"advance":{"round":"0","more":1}}"#,
        r#"{"post":{"round":"0","post":0,"page":0,"data":"?!"}}"#,
        r#"{"commit":{"round":"0","hash":"zz","bytes":1}}"#,
        "\u{0}",
        r#"{"unknown":{}}"#,
        deep.as_str(),
    ] {
        let answer = compiled.call(&world, &sender, bad.as_bytes(), EntryPoint::Execute);
        assert!(
            answer.starts_with(br#"{"error""#),
            "{bad}: {}",
            text(&answer)
        );
    }
}
