//! Cases, draws and decisions by one key.

use cosmwasm_std::testing::{MockApi, MockStorage};
use cosmwasm_std::{
    Addr, Binary, ContractResult, Deps, DepsMut, Empty, Env, MessageInfo, QuerierWrapper, Response,
    StdError, SystemResult, coins, from_json, to_json_binary,
};
use mycel_bindings::MycelQuery;
use mycel_double::contract;
use mycel_double::error::{ContractError, KINDS};
use mycel_double::msg::{InstantiateMsg, QueryMsg};
use mycel_kit::peers::members::MembersQuery;
use mycel_kit::peers::sortition::{Case, CaseStatus, Drawn};
use mycel_kit::standard::Invariants;
use mycel_sandbox::{Code, Native, Receipt, Refusal, Sandbox, address};
use serde_json::{Value, json};

const DAY: u64 = 86_400;

fn native() -> Code {
    Code::native(Native::new(
        |deps, _env, info, msg: InstantiateMsg| contract::instantiate(deps, info, msg),
        contract::execute,
        contract::query,
    ))
}

/// Receives decisions and keeps the last; knows three persons, as members does.
fn receiver() -> Code {
    fn begin(_: DepsMut<'_>, _: Env, _: MessageInfo, _: Empty) -> Result<Response, StdError> {
        Ok(Response::new())
    }
    fn execute(
        deps: DepsMut<'_>,
        _: Env,
        info: MessageInfo,
        msg: Value,
    ) -> Result<Response, StdError> {
        if msg.get("refuse").is_some() {
            return Err(StdError::msg("refused by the receiver"));
        }
        let kept = json!({"from": info.sender, "msg": msg}).to_string();
        deps.storage.set(b"last", kept.as_bytes());
        Ok(Response::new())
    }
    fn query(_: Deps<'_>, _: Env, msg: MembersQuery) -> Result<Binary, StdError> {
        let MembersQuery::Standing { address: asked } = msg else {
            return Err(StdError::msg("not asked"));
        };
        let person = ["ana", "ben", "cleo"]
            .iter()
            .position(|name| address(name).as_str() == asked)
            .ok_or_else(|| StdError::msg("unknown member"))?;
        to_json_binary(
            &json!({"person": (person + 1).to_string(), "status": "active", "step": "none",
            "since": "0", "kind": "person", "roles": []}),
        )
    }
    Code::native(Native::new(begin, execute, query))
}

struct World {
    sandbox: Sandbox,
    double: Addr,
    receiver: Addr,
}

impl World {
    fn new(code: Code, appeal_seconds: u64) -> World {
        let mut sandbox = Sandbox::new(1_700_000_000);
        let key = address("key");
        let receiver_code = sandbox.store(receiver());
        let receiver = sandbox
            .instantiate2(&key, receiver_code, "receiver", &json!({}))
            .expect("receiver");
        let double_code = sandbox.store(code.with_checksum([3; 32]));
        let begin = json!({"key": key, "development": true, "members": receiver,
            "appeal_seconds": appeal_seconds.to_string()});
        let double = sandbox
            .instantiate2(&key, double_code, "double", &begin)
            .expect("double");
        sandbox.set_authorities(Some(&double), Some(&double));
        World {
            sandbox,
            double,
            receiver,
        }
    }

    fn say(&mut self, name: &str, msg: &Value) -> Result<Receipt, Refusal> {
        self.sandbox.execute(&address(name), &self.double, msg)
    }

    #[track_caller]
    fn ok(&mut self, name: &str, msg: Value) -> Receipt {
        match self.say(name, &msg) {
            Ok(receipt) => receipt,
            Err(refusal) => panic!("{msg}: {}", refusal.text),
        }
    }

    #[track_caller]
    fn no(&mut self, name: &str, msg: Value, words: &str) {
        let before = self.sandbox.state_hash();
        let refusal = self.say(name, &msg).expect_err(words);
        assert!(refusal.text.contains(words), "{}", refusal.text);
        assert_eq!(self.sandbox.state_hash(), before);
    }

    fn open(&self, parties: &[&str]) -> Value {
        json!({"open_case": {"ref": "members/1", "kind": "sanction", "size": 11,
            "threshold_bps": 6667, "parties": parties,
            "deadline": (self.sandbox.now() + 14 * DAY).to_string()}})
    }

    fn case(&self, id: u64) -> Case {
        self.sandbox
            .query(&self.double, &json!({"case": {"id": id.to_string()}}))
            .expect("a case")
    }

    fn check(&self) {
        let answer: Invariants = self
            .sandbox
            .query(&self.double, &json!({"invariants": {}}))
            .expect("invariants");
        assert!(answer.invariants.iter().all(|one| one.holds), "{answer:?}");
    }
}

fn decide(case: u64, outcome: &str) -> Value {
    json!({"decide": {"case": case.to_string(), "outcome": outcome, "reasons": "ab".repeat(32)}})
}

fn appeal(case: u64) -> Value {
    json!({"appeal": {"case": case.to_string()}})
}

#[test]
fn a_case_is_opened_by_a_contract_decided_by_the_key_and_final_when_no_appeal_can_follow() {
    let mut world = World::new(native(), 7 * DAY);
    let msg = world.open(&["1", "2"]);
    let receipt = world.ok("client", msg);
    let data: Value = from_json(receipt.data.expect("data")).expect("JSON");
    assert_eq!(data, json!({"case": "1"}));
    let case = world.case(1);
    assert_eq!(
        (case.status, case.r#final, case.outcome.as_str()),
        (CaseStatus::Open, false, "")
    );
    assert_eq!(
        (case.r#ref.as_str(), case.kind.as_str()),
        ("members/1", "sanction")
    );
    world.no("ana", decide(1, "uphold"), "unauthorized");
    world.no("key", decide(2, "uphold"), "unknown case: case=2");
    world.ok("key", decide(1, "uphold"));
    let case = world.case(1);
    assert_eq!((case.status, case.r#final), (CaseStatus::Decided, false));
    assert_eq!(case.reasons, "ab".repeat(32));
    world.no(
        "key",
        decide(1, "dismiss"),
        "case closed: case=1 status=decided",
    );
    world.sandbox.advance_time(7 * DAY);
    assert!(world.case(1).r#final);
    world.no("ana", appeal(1), "case closed");
    world.check();
}

#[test]
fn a_party_appeals_once_and_the_case_is_decided_once_more() {
    let mut world = World::new(native(), 7 * DAY);
    let msg = world.open(&["1", "2"]);
    world.ok("client", msg);
    world.no("ana", appeal(1), "case closed: case=1 status=open");
    world.ok("key", decide(1, "uphold"));
    world.no("cleo", appeal(1), "no party: person=3");
    world.no("dan", appeal(1), "peer did not answer");
    world.ok("ben", appeal(1));
    world.no("ana", appeal(1), "case closed: case=1 status=appealed");
    let case = world.case(1);
    assert_eq!((case.status, case.r#final), (CaseStatus::Appealed, false));
    world.ok("key", decide(1, "dismiss"));
    let case = world.case(1);
    assert_eq!(
        (case.status, case.r#final, case.outcome.as_str()),
        (CaseStatus::Decided, true, "dismiss")
    );
    world.no("ana", appeal(1), "case closed");
    world.no("key", decide(1, "uphold"), "case closed");
    world.check();
}

#[test]
fn what_is_not_decided_in_time_has_lapsed_and_after_an_appeal_the_first_verdict_stands() {
    let mut world = World::new(native(), 7 * DAY);
    for _ in 0..2 {
        let msg = world.open(&["1", "2"]);
        world.ok("client", msg);
    }
    world.sandbox.advance_time(13 * DAY);
    world.ok("key", decide(2, "uphold"));
    world.ok("ana", appeal(2));
    world.sandbox.advance_time(DAY + 1);
    assert_eq!(world.case(1).status, CaseStatus::Lapsed);
    world.no(
        "key",
        decide(1, "uphold"),
        "case closed: case=1 status=lapsed",
    );
    assert_eq!(world.case(2).status, CaseStatus::Appealed);
    world.sandbox.advance_time(13 * DAY);
    let case = world.case(2);
    assert_eq!(
        (case.status, case.outcome.as_str(), case.r#final),
        (CaseStatus::Decided, "uphold", true)
    );
}

#[test]
fn a_case_out_of_bounds_is_refused() {
    let mut world = World::new(native(), 0);
    for (field, value, words) in [
        ("ref", json!("x".repeat(129)), "ref bytes=129"),
        ("ref", json!(""), "ref bytes=0"),
        ("kind", json!("x".repeat(33)), "kind bytes=33"),
        ("size", json!(0), "size=0"),
        ("threshold_bps", json!(4_999), "threshold_bps=4999"),
        ("parties", json!([]), "parties=0"),
        ("parties", json!(vec!["1"; 51]), "parties=51"),
        ("deadline", json!("1"), "deadline=1"),
        ("deadline", json!("9999999999"), "deadline=9999999999"),
    ] {
        let mut msg = world.open(&["1"]);
        msg["open_case"][field] = value;
        world.no("client", msg, words);
    }
}

#[test]
fn the_key_names_who_was_drawn_once_for_each_name() {
    let mut world = World::new(native(), 0);
    let drawn = |world: &World| -> Drawn {
        world
            .sandbox
            .query(
                &world.double,
                &json!({"drawn": {"ref": "credit/assess/42/3"}}),
            )
            .expect("drawn")
    };
    assert!(!drawn(&world).done);
    let draw = json!({"draw": {"ref": "credit/assess/42/3", "persons": ["3", "1"]}});
    world.no("ana", draw.clone(), "unauthorized");
    world.ok("key", draw.clone());
    let answer = drawn(&world);
    assert!(answer.done);
    assert_eq!(
        answer.persons.iter().map(|id| id.0).collect::<Vec<_>>(),
        [3, 1]
    );
    world.no("key", draw, "already drawn");
}

#[test]
fn a_decision_arrives_in_the_assemblys_shape_with_dense_proposal_numbers() {
    let mut world = World::new(native(), 0);
    let action = json!({"set_parameters": {"rate": 5}});
    let msg = |world: &World, action: &str| {
        json!({"decide_for": {"contract": world.receiver,
        "electorate": {"commons": "7"}, "class": "constitutional",
        "action": Binary::from(action.as_bytes().to_vec())}})
    };
    let good = msg(&world, &action.to_string());
    world.no("ana", good.clone(), "unauthorized");
    for proposal in ["1", "2"] {
        world.ok("key", good.clone());
        let raw = world.sandbox.raw(&world.receiver, b"last").expect("told");
        let kept: Value = from_json(raw).expect("JSON");
        assert_eq!(kept["from"], json!(world.double));
        assert_eq!(
            kept["msg"],
            json!({"decided": {"proposal": proposal,
            "electorate": {"commons": "7"}, "class": "constitutional", "action": action}})
        );
    }
    // what the receiver cannot read it refuses, and nothing is left
    let broken = msg(&world, r#"{"set_parameters":"#);
    let before = world.sandbox.state_hash();
    assert!(world.say("key", &broken).is_err());
    assert_eq!(world.sandbox.state_hash(), before);
}

#[test]
fn the_key_speaks_as_authority_to_contracts_and_to_the_chain() {
    let mut world = World::new(native(), 0);
    let forward = |world: &World, msg: &str| {
        json!({"forward": {"contract": world.receiver,
        "msg": Binary::from(msg.as_bytes().to_vec())}})
    };
    let hello = forward(&world, r#"{"hello":{}}"#);
    world.no("ana", hello.clone(), "unauthorized");
    world.ok("key", hello);
    let refuse = forward(&world, r#"{"refuse":{}}"#);
    world.no("key", refuse, "refused by the receiver");
    let class = json!({"chain": {"msg": {"set_allowance_class": {"address": address("ana"), "class": "member"}}}});
    world.no("ana", class.clone(), "unauthorized");
    world.ok("key", class);
    let class = world.sandbox.allowance_class(&address("ana"));
    assert_eq!(class.as_deref(), Some("member"));
}

#[test]
fn only_the_key_names_members_and_without_them_nobody_appeals() {
    let mut world = World::new(native(), DAY);
    let set = json!({"set_members": {"members": address("nobody")}});
    world.no("ana", set.clone(), "unauthorized");
    world.ok("key", set);
    let msg = world.open(&["1"]);
    world.ok("client", msg);
    world.ok("key", decide(1, "uphold"));
    world.no("ana", appeal(1), "peer did not answer: members");
}

struct Chain(bool);

impl cosmwasm_std::Querier for Chain {
    fn raw_query(&self, _: &[u8]) -> cosmwasm_std::QuerierResult {
        let answer = json!({"development": self.0}).to_string();
        SystemResult::Ok(ContractResult::Ok(Binary::from(answer.into_bytes())))
    }
}

#[test]
fn it_refuses_to_exist_outside_development_networks() {
    let begin = |chain: bool, development: bool, funds: u128| {
        let (mut storage, api, querier) = (MockStorage::new(), MockApi::default(), Chain(chain));
        let deps = DepsMut {
            storage: &mut storage,
            api: &api,
            querier: QuerierWrapper::<MycelQuery>::new(&querier),
        };
        let info = MessageInfo {
            sender: api.addr_make("key"),
            funds: if funds == 0 {
                vec![]
            } else {
                coins(funds, "x")
            },
        };
        let msg = InstantiateMsg {
            key: api.addr_make("key").to_string(),
            development,
            members: None,
            appeal_seconds: None,
        };
        contract::instantiate(deps, info, msg).map(|_| ())
    };
    assert_eq!(begin(true, true, 0), Ok(()));
    assert_eq!(begin(true, false, 0), Err(ContractError::DevelopmentOnly));
    assert_eq!(begin(false, true, 0), Err(ContractError::DevelopmentOnly));
    assert_eq!(begin(true, true, 1), Err(ContractError::CoinsRefused));
}

#[test]
fn numbers_and_phrases_of_errors_are_given_once() {
    for (at, kind) in KINDS.iter().enumerate() {
        assert_eq!(kind.code as usize, at + 1);
        let same = KINDS.iter().filter(|other| other.phrase == kind.phrase);
        assert_eq!(same.count(), 1);
    }
    assert_eq!(ContractError::UnknownCase { case: 1 }.code(), 4);
}

#[test]
fn the_query_types_are_sortitions() {
    let id = mycel_kit::Id(5);
    let theirs = mycel_kit::peers::sortition::SortitionQuery::Case { id };
    let ours: QueryMsg =
        from_json(serde_json::to_vec(&theirs).expect("JSON")).expect("the same shape");
    assert_eq!(ours, QueryMsg::Case { id });
}
