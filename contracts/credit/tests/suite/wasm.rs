//! The compiled contract in the chain's engine: the same bytes as native code
//! for every answer, every refusal and the whole state (CREDIT-10), and the
//! gas of each message.
//!
//! Needs `mycel_credit.wasm`, built by `cargo xtask contracts`; looked for in
//! `$MYCEL_CONTRACTS`, else in the target folder's `contracts`.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::world::town::{Effect, Town};
use crate::world::{DAY, Random, World, told};
use cosmwasm_std::{Addr, Binary, ContractResult, Env, MessageInfo, Response, to_json_vec};
use mycel_credit::msg::{ExecuteMsg, InstantiateMsg, NewAccount, QueryMsg};
use mycel_credit::state;
use mycel_kit::{Amount, Id, Seconds};
use mycel_runtime::testing::{MockInstance, mock_instance};
use mycel_runtime::{Call, CallOutcome, EntryPoint};

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
    let path = folder.join("mycel_credit.wasm");
    std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask contracts`", path.display()))
}

/// The contract compiled, in a world of its own.
struct Compiled(MockInstance);

impl Compiled {
    /// The first message of a native world, repeated here.
    fn like(world: &World, wasm: &[u8]) -> Compiled {
        let mut compiled = Compiled(mock_instance(wasm, &[]));
        compiled.0.env().update_wasm(world.others());
        let msg = to_json_vec(&world.first).expect("JSON");
        let info = MessageInfo {
            sender: world.authority.clone(),
            funds: vec![],
        };
        compiled.call(&world.env(), &info, &msg, EntryPoint::Instantiate);
        compiled
    }

    fn call(&mut self, env: &Env, info: &MessageInfo, msg: &[u8], entry: EntryPoint) -> Vec<u8> {
        let (env, info) = (
            to_json_vec(env).expect("JSON"),
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
        self.call(&world.env(), &info, &msg, EntryPoint::Execute)
    }

    fn end_block(&mut self, world: &World) {
        let env = to_json_vec(&world.env()).expect("JSON");
        let call = Call::plain(EntryPoint::Sudo, &env, br#"{"end_block":{}}"#);
        let outcome = self.0.call(call);
        assert!(
            matches!(&outcome, CallOutcome::Ok(bytes) if bytes.starts_with(br#"{"ok""#)),
            "{outcome:?}"
        );
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

/// Every query there is, about somebody.
fn queries(random: &mut Random, address: &str, now: u64) -> Vec<QueryMsg> {
    let (address, member) = (address.to_owned(), address.to_owned());
    let at = Some(Seconds(now - 50 * DAY + random.below(100 * DAY)));
    vec![
        QueryMsg::About {},
        QueryMsg::Parameters {},
        QueryMsg::Invariants {},
        QueryMsg::Commons {},
        QueryMsg::AccountCount {},
        QueryMsg::TokenInfo {},
        QueryMsg::Accounts {
            after: None,
            limit: Some(random.below(8) as u32),
        },
        QueryMsg::Position {
            member: member.clone(),
            at: None,
        },
        QueryMsg::Position {
            member: member.clone(),
            at,
        },
        QueryMsg::Export {
            member: member.clone(),
            after: None,
        },
        QueryMsg::OpenItems {
            member: member.clone(),
        },
        QueryMsg::Requests {
            member: member.clone(),
            after: None,
        },
        QueryMsg::Statement {
            member: member.clone(),
            from: Seconds(0),
            to: Seconds(now),
        },
        QueryMsg::Plan {
            member: member.clone(),
        },
        QueryMsg::Hold { id: Id(1) },
        QueryMsg::Pool { id: Id(1) },
        QueryMsg::Waterfall {},
        QueryMsg::Controller {},
        QueryMsg::Capacity {
            member: member.clone(),
        },
        QueryMsg::Starter {
            member: member.clone(),
        },
        QueryMsg::AllAllowances {
            owner: member.clone(),
            start_after: None,
            limit: None,
        },
        QueryMsg::AllSpenderAllowances {
            spender: member,
            start_after: None,
            limit: None,
        },
        QueryMsg::AllAccounts {
            start_after: None,
            limit: Some(3),
        },
        QueryMsg::Minter {},
        QueryMsg::MarketingInfo {},
        QueryMsg::DownloadLogo {},
        QueryMsg::Balance { address },
    ]
}

#[test]
fn native_and_wasm_give_the_same_bytes_for_random_messages() {
    let (cases, first) = (told("MYCEL_WASM_CASES", 1_000), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_WASM_CASES={cases} MYCEL_SEED={first}");
    let wasm = wasm();
    let mut messages = 0u64;
    for seed in first..first + cases {
        let mut town = Town::empty(seed);
        let mut compiled = Compiled::like(&town.world, &wasm);
        // what the town was told natively before it began
        compiled.0.env().storage = town.world.storage.map.clone();
        let steps = 6 + town.random.below(16);
        for step in 0..steps {
            town.wait();
            if town.random.below(6) == 0 {
                compiled.end_block(&town.world);
                town.world.end_block();
            }
            let (sender, msg, effect) = if step < 3 {
                town.opening()
            } else {
                town.message()
            };
            // the peers answer both alike
            compiled.0.env().update_wasm(town.world.others());
            let theirs = compiled.execute(&town.world, &sender, &msg);
            let ours = native_execute(&mut town.world, &sender, msg.clone());
            let context = format!("MYCEL_SEED={seed} MYCEL_WASM_CASES=1 step={step} {msg:?}");
            assert_eq!(text(&ours), text(&theirs), "{context}");
            assert_eq!(
                town.world.storage.map,
                compiled.0.env().storage,
                "{context}"
            );
            if let Effect::Rotation { who, to } = effect
                && ours.starts_with(br#"{"ok""#)
            {
                town.addresses[who] = to;
            }
            if msg_opens(&msg) && ours.starts_with(br#"{"ok""#) {
                town.opened += 1;
            }
            messages += 1;
        }
        let somebody = town.addresses[town.random.below(6) as usize].clone();
        for query in queries(&mut town.random, &somebody, town.world.now) {
            let theirs = compiled.query(&town.world, &query);
            let ours = native_query(&town.world, query.clone());
            assert_eq!(text(&ours), text(&theirs), "MYCEL_SEED={seed} {query:?}");
        }
    }
    eprintln!("{messages} messages");
}

fn msg_opens(msg: &ExecuteMsg) -> bool {
    matches!(msg, ExecuteMsg::OpenAccount(_))
}

#[test]
fn what_cannot_be_read_is_refused_in_wasm_and_traps_nothing() {
    let world = World::new(|_| {});
    let mut compiled = Compiled::like(&world, &wasm());
    let sender = MessageInfo {
        sender: world.authority.clone(),
        funds: vec![],
    };
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for bad in [
        "",
        "{",
        "null",
        "[]",
        "{}",
        r#"{"pay":{}}"#,
        r#"{"pay":{"to":"a","amount":"1e3"}}"#,
        r#"{"pay":{"to":"a","amount":"99999999999999999999"}}"#,
        r#"{"pay":null}"#,
        r#"{"settle":{"accounts":[1]}}"#,
        "\u{0}",
        r#"{"unknown":{}}"#,
        deep.as_str(),
        r#"{"set_standing":{"owner":"a","scale_bps":65536,"frozen":false}}"#,
        r#"{"set_standing":{"owner":"a","scale_bps":1.5,"frozen":false}}"#,
    ] {
        let answer = compiled.call(&world.env(), &sender, bad.as_bytes(), EntryPoint::Execute);
        assert!(
            answer.starts_with(br#"{"error""#),
            "{bad}: {}",
            text(&answer)
        );
    }
}

/// Gas of one call of each message, VM units, in the order of the file.
fn gas_table() -> String {
    let wasm = wasm();
    let mut world = World::new(|_| {});
    let mut compiled = Compiled::like(&world, &wasm);
    let mut table = String::from(
        "# VM gas of each message (storage and address prices of the mock chain included)\n",
    );
    let _ = writeln!(table, "instantiate {}", compiled.0.gas_used());
    let mut row = |world: &mut World, name: &str, sender: &str, msg: ExecuteMsg| {
        let theirs = compiled.execute(world, sender, &msg);
        let gas = compiled.0.gas_used();
        assert_eq!(
            text(&native_execute(world, sender, msg)),
            text(&theirs),
            "{name}"
        );
        let _ = writeln!(table, "{name} {gas}");
    };
    let authority = world.authority.to_string();
    let (ana, ben) = (world.address("ana"), world.address("ben"));
    let amount = Amount::credits(25).expect("an amount");
    let one = world.person("ana", 1);
    row(
        &mut world,
        "open_account",
        &authority,
        ExecuteMsg::OpenAccount(one),
    );
    let mut accounts: Vec<NewAccount> = vec![world.person("ben", 2)];
    accounts.extend((3..52).map(|n| world.person(&format!("member {n}"), n)));
    row(
        &mut world,
        "open_accounts/50",
        &authority,
        ExecuteMsg::OpenAccounts { accounts },
    );
    let pay = |to: &str| ExecuteMsg::Pay {
        to: to.into(),
        amount,
        reference: None,
        memo: None,
    };
    row(&mut world, "pay/first", &ana, pay(&ben));
    row(&mut world, "pay/same_second", &ana, pay(&ben));
    world.now += DAY;
    row(&mut world, "pay/both_decay", &ana, pay(&ben));
    row(
        &mut world,
        "transfer",
        &ben,
        ExecuteMsg::Transfer {
            recipient: ana.clone(),
            amount,
        },
    );
    let memo = Some("m".repeat(140));
    let reference = Some("r".repeat(64));
    row(
        &mut world,
        "pay/ref_and_memo",
        &ana,
        ExecuteMsg::Pay {
            to: ben.clone(),
            amount,
            reference,
            memo,
        },
    );
    let too_much = Amount::credits(5_000).expect("an amount");
    row(
        &mut world,
        "pay/refused",
        &ana,
        ExecuteMsg::Pay {
            to: ben.clone(),
            amount: too_much,
            reference: None,
            memo: None,
        },
    );
    let text = |json: &str| cosmwasm_std::from_json::<ExecuteMsg>(json).expect("a message");
    let funding = world.address("funding");
    let holders = format!(
        r#"{{"set_parameters":{{"holders":[{{"address":"{funding}","max_age":"864000"}}]}}}}"#
    );
    row(
        &mut world,
        "set_parameters/holders",
        &authority,
        text(&holders),
    );
    for (name, sender, json) in [
        (
            "hold",
            &ana,
            format!(r#"{{"hold":{{"for":"{funding}","amount":"9000000000000","msg":"e30="}}}}"#),
        ),
        (
            "resolve/capture",
            &funding,
            format!(
                r#"{{"resolve":{{"items":[{{"capture":{{"hold":"1","amount":"5000000000000","to":"{ben}"}}}}]}}}}"#
            ),
        ),
        (
            "resolve/release",
            &funding,
            r#"{"resolve":{"items":[{"release":{"hold":"1"}}]}}"#.to_owned(),
        ),
        (
            "request",
            &ben,
            format!(r#"{{"request":{{"from":"{ana}","amount":"5000000000000","ref":"deal/9"}}}}"#),
        ),
        (
            "accept_request",
            &ana,
            r#"{"accept_request":{"request":"1"}}"#.to_owned(),
        ),
        (
            "ask_refund",
            &ana,
            format!(r#"{{"ask_refund":{{"ref":"deal/9","from":"{ben}"}}}}"#),
        ),
        ("decline", &ben, r#"{"decline":{"request":"2"}}"#.to_owned()),
        (
            "increase_allowance",
            &ana,
            format!(r#"{{"increase_allowance":{{"spender":"{ben}","amount":"9000000000000"}}}}"#),
        ),
        (
            "transfer_from",
            &ben,
            format!(
                r#"{{"transfer_from":{{"owner":"{ana}","recipient":"{ben}","amount":"1000000000000"}}}}"#
            ),
        ),
        (
            "send",
            &ana,
            format!(r#"{{"send":{{"contract":"{ben}","amount":"1000000000000","msg":"e30="}}}}"#),
        ),
        (
            "open_pool",
            &ana,
            format!(
                r#"{{"open_pool":{{"to":"{ben}","target":"5000000000000","deadline":"{}"}}}}"#,
                world.now + 864_000
            ),
        ),
        (
            "pledge",
            &ana,
            r#"{"pledge":{"pool":"1","amount":"5000000000000"}}"#.to_owned(),
        ),
        (
            "advance_pool/1",
            &ana,
            r#"{"advance_pool":{"pool":"1","limit":50}}"#.to_owned(),
        ),
    ] {
        row(&mut world, name, sender, text(&json));
    }
    world.now += DAY;
    row(
        &mut world,
        "settle/1",
        &ana,
        ExecuteMsg::Settle {
            accounts: vec![ben.clone()],
        },
    );
    world.now += 100 * DAY;
    let accounts = (3..52)
        .chain(3..18)
        .map(|n| world.address(&format!("member {n}")))
        .collect();
    row(
        &mut world,
        "settle/64",
        &ana,
        ExecuteMsg::Settle { accounts },
    );
    row(
        &mut world,
        "set_limit",
        &authority,
        ExecuteMsg::SetLimit {
            owner: ana.clone(),
            limit: amount,
        },
    );
    let standing = ExecuteMsg::SetStanding {
        owner: ana,
        scale_bps: 5_000,
        frozen: true,
    };
    row(&mut world, "set_standing", &authority, standing);
    let changes = mycel_credit::msg::ParameterChanges {
        rate_ppb_per_day: Some(2_000_000),
        ..Default::default()
    };
    row(
        &mut world,
        "set_parameters",
        &authority,
        ExecuteMsg::SetParameters(Box::new(changes)),
    );
    assert!(state::account_count().load(&world.storage).is_ok());
    table
}

/// Reviewed like code. Another compiler may shift it a little; more than 5 %
/// is a change that somebody should have looked at.
#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "one variable rewrites golden files"
)]
fn gas_of_each_message_is_what_was_reviewed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/gas.txt");
    let now = gas_table();
    if std::env::var_os("MYCEL_UPDATE").is_some() {
        std::fs::write(path, &now).expect("writes the golden file");
    }
    let reviewed = std::fs::read_to_string(path).expect("tests/gas.txt");
    let numbers = |table: &str| -> Vec<(String, f64)> {
        let rows = table.lines().filter(|line| !line.starts_with('#'));
        rows.filter_map(|row| {
            row.split_once(' ')
                .map(|(name, gas)| (name.to_owned(), gas.parse().expect("gas")))
        })
        .collect()
    };
    let (now_rows, reviewed_rows) = (numbers(&now), numbers(&reviewed));
    assert_eq!(
        now_rows.len(),
        reviewed_rows.len(),
        "MYCEL_UPDATE=1 rewrites {path}"
    );
    for ((name, gas), (reviewed_name, reviewed_gas)) in now_rows.iter().zip(&reviewed_rows) {
        assert_eq!(name, reviewed_name, "MYCEL_UPDATE=1 rewrites {path}");
        let ratio = gas / reviewed_gas;
        assert!(
            (0.95..=1.05).contains(&ratio),
            "{name}: {gas} now, {reviewed_gas} reviewed; MYCEL_UPDATE=1 rewrites {path}"
        );
    }
}

/// The message type that `World` remembers is what the Wasm is begun with.
#[test]
fn both_begin_with_the_same_state() {
    let world = World::new(|msg: &mut InstantiateMsg| msg.symbol = Some("TOWN".into()));
    let mut compiled = Compiled::like(&world, &wasm());
    assert_eq!(world.storage.map, compiled.0.env().storage);
}
