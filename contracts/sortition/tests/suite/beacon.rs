//! The beacon through the contract's messages: the same published rounds as
//! native code and as the compiled contract in the chain's engine, with equal
//! states, and the gas of a verification.
//!
//! Needs `mycel_sortition.wasm`, built by `cargo xtask contracts`; looked for
//! in `$MYCEL_CONTRACTS`, else in the target folder's `contracts`.

use std::fmt::Write as _;
use std::path::PathBuf;

use cosmwasm_std::{
    Addr, Binary, Deps, DepsMut, Empty, Env, MessageInfo, Response, StdError, to_hex,
    to_json_binary,
};
use mycel_bindings::SudoMsg;
use mycel_sandbox::{Code, Native, Receipt, Refusal, Sandbox, address};
use mycel_sortition::beacon::commit_reveal;
use mycel_sortition::{contract, query};
use serde_json::{Value, json};

const QUICKNET: &str = "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a";
const QUICKNET_123: &str = "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92";
/// Another round of the same network: a valid signature, but not of round 123.
const QUICKNET_657413: &str = "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b";
/// A round of another network of the same scheme.
const OTHER_3: &str = "b98dae74f6a9d2ec79d75ba273dcfda86a45d589412860eb4c0fd056b00654dbf667c1b6884987c9aee0d43f8ba9db52";
const DEFAULT: &str = "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31";
const DEFAULT_72785: &str = "82f5d3d2de4db19d40a6980e8aa37842a0e55d1df06bd68bddc8d60002e8e959eb9cfa368b3c1b77d18f02a54fe047b80f0989315f83b12a74fd8679c4f12aae86eaf6ab5690b34f1fddd50ee3cc6f6cdf59e95526d5a5d82aaa84fa6f181e42";
const DEFAULT_72784: &str = "a609e19a03c2fcc559e8dae14900aaefe517cb55c840f6e69bc8e4f66c8d18e8a609685d9917efbfb0c37f058c2de88f13d297c7e19e0ab24813079efe57a182554ff054c7638153f9b26a60e7111f71a0ff63d9571704905d3ca6df0b031747";
const DEFAULT_VALUE: &str = "8b676484b5fb1f37f9ec5c413d7d29883504e5b669f604a1ce68b3388e9ae3d9";
const FASTNET: &str = "a0b862a7527fee3a731bcb59280ab6abd62d5c0b6ea03dc4ddf6612fdfc9d01f01c31542541771903475eb1ec6615f8d0df0b8b6dce385811d6dcf8cbefb8759e5e616a3dfd054c928940766d9a5b9db91e3b697e5d70a975181e007f87fca5e";
const FASTNET_23456: &str = "98401ef9833e75bf06fda3243e4fcf6d075d62b45c2a59d26df5d5fcbdfd0c14ee89fc035abd5528a8c25b68fbecae65";

/// When quicknet's round 123 is, and when the contract's clock stands so that
/// what is settled then is bound to it.
const GENESIS: u64 = 1_692_803_367;
const NOW: u64 = GENESIS + 122 * 3 - 60;

fn native() -> Code {
    let native = Native::new(contract::instantiate, contract::execute, query::query);
    Code::native(native.with_sudo(|deps, env, msg: SudoMsg| match msg {
        SudoMsg::EndBlock {} => contract::end_block(deps, env),
    }))
}

#[allow(
    clippy::disallowed_methods,
    reason = "where the Wasm lies is told by the environment"
)]
fn compiled() -> Code {
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
    let path = folder.join("mycel_sortition.wasm");
    let wasm = std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask contracts`", path.display()));
    Code::compiled(&wasm).expect("a contract that the chain would store")
}

/// A members contract that knows ana, ben and cleo as persons 1, 2 and 3.
fn members() -> Code {
    fn nothing(_: DepsMut<'_>, _: Env, _: MessageInfo, _: Value) -> Result<Response, StdError> {
        Ok(Response::new())
    }
    fn instantiate(_: DepsMut<'_>, _: Env, _: MessageInfo, _: Empty) -> Result<Response, StdError> {
        Ok(Response::new())
    }
    fn answer(_: Deps<'_>, _: Env, asked: Value) -> Result<Binary, StdError> {
        let names = ["ana", "ben", "cleo"];
        let found = asked["standing"]["address"].as_str().and_then(|asked| {
            let mut all = names.iter();
            all.position(|name| address(name).as_str() == asked)
        });
        let answer = match (&asked["standing"], found) {
            (Value::Null, _) => match asked.as_object().and_then(|one| one.keys().next()) {
                Some(key) if key == "count" => json!({"count": 3, "numbers": "3"}),
                Some(key) if key == "person" => {
                    json!({"address": address("ana"), "kind": "person"})
                }
                _ => return Err(StdError::msg("not asked here")),
            },
            (_, Some(place)) => json!({"person": (place + 1).to_string(), "status": "active",
                "step": "none", "since": "0", "kind": "person", "roles": ["pay", "vote"]}),
            _ => return Err(StdError::msg("unknown member")),
        };
        to_json_binary(&answer)
    }
    Code::native(Native::new(instantiate, nothing, answer))
}

struct World {
    sandbox: Sandbox,
    contract: Addr,
    cases: u32,
}

fn drand(key: &str, genesis: u64, period: u32, scheme: &str) -> Value {
    json!({"drand": {"public_key": key, "genesis": genesis.to_string(),
        "period_seconds": period, "scheme": scheme}})
}

fn quicknet() -> Value {
    drand(QUICKNET, GENESIS, 3, "bls-unchained-g1-rfc9380")
}

impl World {
    fn new(code: &Code, now: u64, beacon: &Value, development: bool) -> Result<World, Refusal> {
        let mut sandbox = Sandbox::new(now);
        sandbox.set_development(development);
        let key = address("assembly");
        let members = sandbox.store(members());
        let members = sandbox.instantiate2(&key, members, "members", &json!({}))?;
        let code = sandbox.store(code.clone());
        let first = json!({"authority": key, "development": development, "parameters": {
            "members": members, "beacon": beacon,
            "clients": [{"name": "court", "address": address("court")}]}});
        let contract = sandbox.instantiate2(&key, code, "sortition", &first)?;
        Ok(World {
            sandbox,
            contract,
            cases: 0,
        })
    }

    fn act(&mut self, who: &str, msg: Value) -> Result<Receipt, Refusal> {
        let contract = self.contract.clone();
        self.sandbox.execute(&address(who), &contract, &msg)
    }

    fn refused(&mut self, who: &str, msg: Value) -> String {
        self.act(who, msg).expect_err("a refusal").text
    }

    /// Something is settled now; gives the round that it is bound to.
    fn settle(&mut self) -> u64 {
        self.cases += 1;
        let deadline = (self.sandbox.now() + 40 * 86_400).to_string();
        let case = json!({"open_case": {"ref": format!("court/{}", self.cases), "kind": "flags",
            "size": 5, "threshold_bps": 5_001, "parties": ["1"], "deadline": deadline}});
        let receipt = self.act("court", case).expect("a case");
        let round = receipt.attribute("round").expect("told");
        round.parse().expect("a number")
    }

    fn round(&self, round: u64) -> Value {
        let question = json!({"round": {"round": round.to_string()}});
        self.sandbox
            .query(&self.contract, &question)
            .expect("a round")
    }

    fn decided(&mut self, class: &str, beacon: &Value) -> Result<Receipt, Refusal> {
        let action = json!({"set_parameters": {"beacon": beacon}});
        self.act(
            "assembly",
            json!({"decided": {"proposal": "1", "electorate": "all", "class": class, "action": action}}),
        )
    }
}

fn post(round: u64, signature: &str, previous: Option<&str>) -> Value {
    json!({"beacon": {"post": {"round": round.to_string(), "signature": signature, "previous": previous}}})
}

/// A drand round is refused for every wrong part of it, then taken from a
/// stranger, once. Gives everything said and the state's hash, and the gas.
fn published_rounds(code: &Code) -> (String, Vec<(&'static str, u64)>) {
    let mut told = String::new();
    let mut gas = Vec::new();
    let mut world = World::new(code, NOW, &quicknet(), false).expect("begins");
    let early = world.refused("stranger", post(123, QUICKNET_123, None));
    assert!(early.contains("beacon not awaited: round=123"), "{early}");
    assert_eq!(world.settle(), 123);
    let flipped = format!("00{}", &QUICKNET_123[2..]);
    for (round, signature, previous, why) in [
        (124, QUICKNET_123, None, "not awaited"),
        (123, QUICKNET_657413, None, "not this key's for this round"),
        (123, OTHER_3, None, "not this key's for this round"),
        (123, &flipped, None, "no point"),
        (123, "", None, "48 bytes"),
        (123, DEFAULT_72785, None, "48 bytes"),
        (123, QUICKNET_123, Some(QUICKNET_123), "no previous"),
    ] {
        let refused = world.refused("stranger", post(round, signature, previous));
        assert!(refused.contains(why), "{refused}");
        let _ = writeln!(told, "{refused}");
    }
    assert_eq!(world.round(123)["value"], Value::Null);
    let receipt = world
        .act("stranger", post(123, QUICKNET_123, None))
        .expect("a published round");
    gas.push(("post/bls-unchained-g1-rfc9380", receipt.gas));
    let _ = writeln!(told, "{:?}", receipt.events);
    let again = world.refused("stranger", post(123, QUICKNET_123, None));
    assert!(again.contains("beacon known: round=123"), "{again}");
    let _ = writeln!(
        told,
        "{} {}",
        world.round(123),
        to_hex(world.sandbox.state_hash())
    );

    // `default`, the chained network, follows by decision; what it signs is its own
    let chained = drand(DEFAULT, 1_595_431_050, 30, "pedersen-bls-chained");
    let mut world =
        World::new(code, 1_595_431_050 + 72_784 * 30 - 60, &quicknet(), false).expect("begins");
    let weak = world.decided("ordinary", &chained).expect_err("too weak");
    assert!(weak.text.contains("decision insufficient"), "{}", weak.text);
    world.decided("constitutional", &chained).expect("decided");
    assert_eq!(world.settle(), 72_785);
    for (previous, why) in [
        (None, "needs the previous signature"),
        (Some(DEFAULT_72785), "not this key's for this round after"),
    ] {
        let refused = world.refused("stranger", post(72_785, DEFAULT_72785, previous));
        assert!(refused.contains(why), "{refused}");
        let _ = writeln!(told, "{refused}");
    }
    let message = post(72_785, DEFAULT_72785, Some(DEFAULT_72784));
    let receipt = world.act("stranger", message).expect("a published round");
    gas.push(("post/pedersen-bls-chained", receipt.gas));
    assert_eq!(world.round(72_785)["value"], DEFAULT_VALUE);
    let _ = writeln!(
        told,
        "{} {}",
        world.round(72_785),
        to_hex(world.sandbox.state_hash())
    );

    let older = drand(FASTNET, 0, 10, "bls-unchained-on-g1");
    let mut world = World::new(code, 23_455 * 10 - 60, &older, false).expect("begins");
    assert_eq!(world.settle(), 23_456);
    let receipt = world
        .act("stranger", post(23_456, FASTNET_23456, None))
        .expect("a published round");
    gas.push(("post/bls-unchained-on-g1", receipt.gas));
    let _ = writeln!(told, "{}", to_hex(world.sandbox.state_hash()));
    (told, gas)
}

/// Members commit and reveal on a development network.
fn by_members(code: &Code) -> (String, Vec<(&'static str, u64)>) {
    let mut told = String::new();
    let mut gas = Vec::new();
    let source = json!({"commit_reveal": {"period_seconds": 10}});
    let mut world = World::new(code, 1_000, &source, true).expect("begins");
    let parameters: Value = world
        .sandbox
        .query(&world.contract, &json!({"parameters": {}}))
        .expect("answers");
    let warning = parameters["warning"].as_str().expect("a warning");
    assert!(warning.contains("predictable"), "{warning}");
    let round = world.settle();
    assert_eq!(round, 103, "at second 1020");
    let sealed = |person: u64, byte: u8| {
        to_hex(commit_reveal::hash(
            "mycel-sandbox",
            round,
            person,
            &[byte; 32],
        ))
    };
    let commit = |hash: String| json!({"beacon": {"commit": {"round": "103", "hash": hash}}});
    let reveal =
        |byte: u8| json!({"beacon": {"reveal": {"round": "103", "secret": to_hex([byte; 32])}}});
    let stranger = world.refused("stranger", commit(sealed(4, 4)));
    assert!(stranger.contains("unauthorized"), "{stranger}");
    let receipt = world.act("ana", commit(sealed(1, 1))).expect("commits");
    gas.push(("commit", receipt.gas));
    world.act("ben", commit(sealed(2, 2))).expect("commits");
    let twice = world.refused("ben", commit(sealed(2, 3)));
    let early = world.refused("ben", reveal(2));
    world.sandbox.advance_time(10);
    let late = world.refused("cleo", commit(sealed(3, 3)));
    let receipt = world.act("ana", reveal(1)).expect("reveals");
    gas.push(("reveal", receipt.gas));
    let other = world.refused("ben", reveal(3));
    let _ = writeln!(told, "{stranger} {twice} {early} {late} {other}");
    for (refused, why) in [
        (&twice, "one a person"),
        (&early, "out of phase"),
        (&late, "out of phase"),
        (&other, "not the one committed to"),
    ] {
        assert!(refused.contains(why), "{refused}");
    }
    let shown = world.round(round);
    assert_eq!(shown["commitments"].as_array().map(Vec::len), Some(2));
    assert_eq!(shown["commitments"][0]["secret"], to_hex([1; 32]));
    let _ = writeln!(told, "{shown} {}", to_hex(world.sandbox.state_hash()));
    (told, gas)
}

#[test]
fn published_rounds_of_drand_hold_and_wrong_ones_are_refused_natively_and_in_wasm() {
    let compiled = compiled();
    let (theirs, gas) = published_rounds(&compiled);
    // the same checksum: the same address
    let (ours, _) = published_rounds(&native().with_checksum(compiled.checksum()));
    assert_eq!(ours, theirs);
    reviewed("drand", &gas);
}

#[test]
fn members_commit_and_reveal_natively_and_in_wasm() {
    let compiled = compiled();
    let (theirs, gas) = by_members(&compiled);
    // the same checksum: the same address
    let (ours, _) = by_members(&native().with_checksum(compiled.checksum()));
    assert_eq!(ours, theirs);
    reviewed("members", &gas);
}

#[test]
fn a_contract_that_is_none_for_development_takes_no_predictable_source() {
    let source = json!({"commit_reveal": {"period_seconds": 10}});
    let refused = World::new(&native(), NOW, &source, false)
        .err()
        .expect("refused");
    assert!(
        refused.text.contains("beacon for development only"),
        "{}",
        refused.text
    );
    let mut world = World::new(&native(), NOW, &quicknet(), false).expect("begins");
    let refused = world
        .decided("constitutional", &source)
        .expect_err("refused");
    assert!(
        refused.text.contains("beacon for development only"),
        "{}",
        refused.text
    );
    // nor a key that is no point of the scheme's group
    let broken = drand(DEFAULT, GENESIS, 3, "bls-unchained-g1-rfc9380");
    let refused = world
        .decided("constitutional", &broken)
        .expect_err("refused");
    assert!(
        refused.text.contains("public_key needs 96 bytes"),
        "{}",
        refused.text
    );
}

/// SDK gas as it was reviewed, within 5 %; `MYCEL_UPDATE=1` rewrites the file's part.
#[allow(
    clippy::disallowed_methods,
    reason = "one variable rewrites golden files"
)]
fn reviewed(part: &str, gas: &[(&str, u64)]) {
    let path = format!("{}/tests/gas-beacon-{part}.txt", env!("CARGO_MANIFEST_DIR"));
    let mut table = String::from("# SDK gas of each message to the beacon\n");
    for (name, gas) in gas {
        let _ = writeln!(table, "{name} {gas}");
    }
    if std::env::var_os("MYCEL_UPDATE").is_some() {
        std::fs::write(&path, &table).expect("writes the golden file");
    }
    let text = std::fs::read_to_string(&path).expect("a golden file");
    let rows: Vec<(&str, u64)> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|row| row.split_once(' '))
        .map(|(name, gas)| (name, gas.parse().expect("gas")))
        .collect();
    assert_eq!(rows.len(), gas.len(), "MYCEL_UPDATE=1 rewrites {path}");
    for ((name, gas), (reviewed_name, reviewed)) in gas.iter().zip(rows) {
        assert_eq!(*name, reviewed_name, "MYCEL_UPDATE=1 rewrites {path}");
        let near = gas.abs_diff(reviewed) * 20 <= reviewed;
        assert!(
            near,
            "{name}: {gas} now, {reviewed} reviewed; MYCEL_UPDATE=1 rewrites {path}"
        );
    }
}
