//! Calls at the end of blocks: order, gas, failure, and that they decide like anybody else.
use mycel_bindings::{MycelMsg, MycelQuery, ParamChanges};
use mycel_types::{
    AccountAddress, Application as _, Authorities, BlockInput, Cancel, Event, Genesis, Params,
    Parent, Verdict,
};
use serde_json::{Value, json};

use crate::{
    puppet,
    seeded::{Seed, seeded},
    stage::{input_of, replay, saying},
    town::{Person, Town, execute, new_app, people, send},
};

const FAIL: &str = r#"{"error":"on purpose"}"#;

/// A town with an assembly and tickers from genesis on, all subscribed.
struct Clock {
    town: Town,
    genesis: Genesis,
    ada: Person,
    assembly: AccountAddress,
    /// In the order of their addresses.
    tickers: Vec<AccountAddress>,
}

fn clock(end_block_gas: u64, tickers: usize, writes: u32) -> Clock {
    let (voice, tick) = (puppet::puppet(), puppet::ticker(writes));
    let names: Vec<_> = (0..tickers).map(|n| format!("ticker{n}")).collect();
    let script = || vec![(b"script".to_vec(), puppet::NOTHING.into())];
    let mut seeds = vec![Seed {
        code: &voice,
        name: "assembly",
        state: script(),
    }];
    seeds.extend(names.iter().map(|name| Seed {
        code: &tick,
        name,
        state: script(),
    }));
    let assembly = seeds[0].address();
    let mut tickers: Vec<_> = seeds[1..].iter().map(Seed::address).collect();
    let mut params = Params::development();
    params.end_block_gas = end_block_gas;
    params.authorities = Authorities {
        members: Some(assembly.clone()),
        assembly: Some(assembly.clone()),
    };
    let mut genesis = seeded(params, &seeds);
    genesis.app_state.wasm.end_block = tickers.clone();
    tickers.sort();
    let [ada, ..] = people();
    Clock {
        town: Town::of(new_app(), &genesis),
        genesis,
        ada,
        assembly,
        tickers,
    }
}

impl Clock {
    /// Produces a block; gives its events.
    fn tick(&mut self) -> Vec<Event> {
        self.town.chain.produce().unwrap().outcome.events.clone()
    }

    /// Which tickers were called, by their place.
    fn ticked(&mut self) -> Vec<usize> {
        let events = self.tick();
        self.called(&events)
    }

    fn called(&self, events: &[Event]) -> Vec<usize> {
        self.about("sudo", events)
    }

    fn about(&self, kind: &str, events: &[Event]) -> Vec<usize> {
        let of_kind = events.iter().filter(|e| e.kind == kind);
        of_kind
            .map(|e| {
                let address = &e.attributes[0].value;
                let place = self.tickers.iter().position(|t| t.to_string() == *address);
                place.unwrap()
            })
            .collect()
    }

    /// Changes what a ticker answers from the next block on; gives the events of this block.
    fn teach(&mut self, ticker: usize, script: &str) -> Vec<Event> {
        let message = execute(&self.ada, &self.tickers[ticker], script);
        self.town.done(&self.ada.clone(), vec![message]);
        let height = self.town.chain.height();
        self.town.chain.outcome(height).unwrap().events.clone()
    }

    /// The assembly decides; gives the events of the block's end.
    fn decide(&mut self, message: MycelMsg) -> Vec<Event> {
        let message = execute(&self.ada, &self.assembly, &saying(vec![message]));
        self.town.done(&self.ada.clone(), vec![message]);
        let height = self.town.chain.height();
        self.town.chain.outcome(height).unwrap().events.clone()
    }

    fn refused(&mut self, message: MycelMsg) -> String {
        let message = execute(&self.ada, &self.assembly, &saying(vec![message]));
        let result = self.town.run(&self.ada.clone(), vec![message]);
        assert!(!result.ok());
        result.log
    }

    /// The height of the block in which a ticker was last called.
    fn last(&self, ticker: usize) -> u64 {
        let env = self.town.raw(&self.tickers[ticker], "last");
        if env.is_empty() {
            return 0;
        }
        let env: Value = serde_json::from_slice(&env).unwrap();
        assert_eq!(env["transaction"], Value::Null, "{env}");
        env["block"]["height"].as_u64().unwrap()
    }

    fn name(&self, ticker: usize) -> String {
        self.tickers[ticker].to_string()
    }
}

#[test]
fn subscribers_are_called_in_the_order_of_their_addresses() {
    let mut clock = clock(2_000_000, 4, 1);
    assert_eq!(clock.ticked(), [0, 1, 2, 3]);
    assert_eq!(clock.ticked(), [0, 1, 2, 3]);
    assert_eq!(clock.last(3), 2);
    let told = clock.town.raw_text(&clock.tickers[0], "answer");
    assert_eq!(told, r#"{"end_block":{}}"#);
    let listed = clock
        .town
        .query_raw("/mycel.v1/end_block", b"", Default::default());
    let listed: Value = serde_json::from_slice(&listed.value).unwrap();
    assert_eq!(listed["gas"], "2000000");
    assert_eq!(listed["subscriptions"][3]["contract"], clock.name(3));
    // what the block's events are is proven with the others
    let outcome = clock.town.chain.outcome(2).unwrap();
    let root = mycel_app::events_root(&outcome.results, &outcome.events).unwrap();
    let stored = clock.town.query_raw(
        "/store/mycel/key",
        &mycel_types::key::events_root(2),
        Default::default(),
    );
    assert_eq!(stored.value, root.to_vec());
    replay(&clock.town, &clock.genesis);
}

#[test]
fn the_gas_of_all_is_bounded_and_the_next_block_goes_on_where_it_ran_out() {
    // each needs a little more than a third
    let mut clock = clock(100_000, 5, 3);
    let mut seen = vec![];
    for _ in 0..5 {
        let called = clock.ticked();
        assert!((1..5).contains(&called.len()), "{called:?}");
        seen.extend(called);
    }
    // nobody is skipped, nobody comes twice before all have come once
    let expected: Vec<_> = (0..seen.len()).map(|n| n % 5).collect();
    assert_eq!(seen, expected);
    let asked = clock.town.raw(&clock.tickers[0], "last");
    assert!(!asked.is_empty());
    // a call that found too little gas left nothing, and did not count as a failure
    assert!(clock.tick().iter().all(|e| e.kind == "sudo"));
    replay(&clock.town, &clock.genesis);
}

#[test]
fn a_call_that_needs_more_than_all_the_gas_fails_and_does_not_block_the_others() {
    let mut clock = clock(100_000, 3, 1);
    // the second asks for a loop through itself: messages without end
    let own = clock.name(1);
    let again = json!({"wasm": {"execute": {"contract_addr": own, "msg": "e30=", "funds": []}}});
    let many: Vec<_> = (0..60)
        .map(|_| json!({"id": 0, "msg": again, "gas_limit": null, "reply_on": "never"}))
        .collect();
    let script = json!({"ok": {"messages": many}}).to_string();
    let events = clock.teach(1, &script);
    assert_eq!(
        clock.called(&events),
        [0],
        "the second found too little left"
    );
    let events = clock.tick();
    // now it is first, and has all the gas there is
    assert_eq!(clock.about("end_block_failed", &events), [1]);
    assert_eq!(clock.called(&events), [0usize; 0]);
    let events = clock.tick();
    assert_eq!(clock.called(&events), [2, 0]);
    replay(&clock.town, &clock.genesis);
}

#[test]
fn a_failing_call_is_undone_and_three_in_a_row_suspend() {
    let mut clock = clock(2_000_000, 3, 1);
    let events = clock.teach(1, FAIL);
    assert_eq!(clock.called(&events), [0, 2], "a script holds at once");
    let failed = events
        .iter()
        .find(|e| e.kind == "end_block_failed")
        .unwrap();
    let shown: Vec<_> = failed.attributes.iter().map(|a| a.value.as_str()).collect();
    assert_eq!(
        shown,
        [
            clock.name(1).as_str(),
            "1",
            "on purpose: execute wasm contract failed"
        ]
    );
    assert_eq!(clock.last(1), 0, "what it wrote is undone");
    assert_eq!(clock.last(2), 1);
    // one that succeeds begins anew
    clock.tick();
    let events = clock.teach(1, puppet::NOTHING);
    assert_eq!(clock.called(&events), [0, 1, 2]);
    let at = clock.town.chain.height();
    let first = clock.teach(1, FAIL);
    assert_eq!(clock.about("end_block_failed", &first), [1]);
    let second = clock.tick();
    assert_eq!(clock.about("end_block_failed", &second), [1]);
    let third = clock.tick();
    assert_eq!(clock.about("end_block_suspended", &third), [1]);
    let fourth = clock.tick();
    assert_eq!(clock.called(&fourth), [0, 2], "the others are not held up");
    assert!(fourth.iter().all(|e| e.kind == "sudo"));
    assert_eq!(clock.last(1), at);

    // the authority resumes it
    clock.teach(1, puppet::NOTHING);
    let contract = clock.name(1);
    let events = clock.decide(MycelMsg::ResumeEndBlock {
        contract: contract.clone(),
    });
    assert_eq!(clock.called(&events), [0, 1, 2]);
    assert!(
        clock
            .refused(MycelMsg::ResumeEndBlock { contract })
            .contains("not suspended")
    );
    replay(&clock.town, &clock.genesis);
}

#[test]
fn what_a_call_writes_counts_as_live_bytes() {
    let mut clock = clock(2_000_000, 2, 1);
    clock.tick();
    // the second one's failing call counts nothing
    clock.teach(1, FAIL);
    for ticker in &clock.tickers {
        let mut live = 0u64;
        for key in ["script", "answer", "last"] {
            live += (key.len() + clock.town.raw(ticker, key).len()) as u64;
        }
        let key = mycel_types::key::contract_bytes(ticker);
        let counted = clock
            .town
            .query_raw("/store/mycel/key", &key, Default::default());
        assert_eq!(counted.value[..], live.to_le_bytes());
    }
}

#[test]
fn the_story_of_a_failure_is_bounded() {
    let mut clock = clock(2_000_000, 1, 1);
    let long = json!({"error": "é".repeat(20_000)}).to_string();
    let events = clock.teach(0, &long);
    assert_eq!(clock.about("end_block_failed", &events), [0]);
    let told = &events[0].attributes[2].value;
    assert!(
        told.starts_with("éé") && told.len() < 10_000,
        "{}",
        told.len()
    );
    replay(&clock.town, &clock.genesis);
}

#[test]
fn decisions_of_a_call_that_fails_leave_nothing() {
    let mut clock = clock(2_000_000, 2, 1);
    let first = clock.name(0);
    let set = |changes: ParamChanges| MycelMsg::SetParams {
        changes: Box::new(changes),
    };
    clock.decide(set(ParamChanges {
        assembly_authority: Some(first),
        ..Default::default()
    }));
    let memo = set(ParamChanges {
        memo_max_bytes: Some(777u64.into()),
        ..Default::default()
    });
    let leave = MycelMsg::UnsubscribeEndBlock {
        contract: clock.name(1),
    };
    // there is no plan to cancel
    let events = clock.teach(0, &saying(vec![memo, leave, MycelMsg::CancelUpgrade {}]));
    let kinds: Vec<_> = events.iter().map(|e| e.kind.as_str()).collect();
    assert_eq!(kinds, ["end_block_failed", "sudo"]);
    let height = clock.town.chain.height();
    assert_eq!(clock.town.chain.outcome(height).unwrap().params, None);
    assert_eq!(clock.tick().len(), 2);
    replay(&clock.town, &clock.genesis);
}

#[test]
fn no_more_than_64_are_subscribed_and_none_beside_which_a_transaction_finds_no_room() {
    let mut clock = clock(2_000_000, 64, 1);
    let (ada, code) = (clock.ada.clone(), puppet::ticker(2));
    let id = clock.town.store(&ada, &code);
    let late = clock.town.instantiate(&ada, id, puppet::NOTHING);
    let subscribe = MycelMsg::SubscribeEndBlock {
        contract: late.to_string(),
    };
    let why = clock.refused(subscribe.clone());
    assert!(why.contains("64 contracts are subscribed"), "{why}");
    clock.decide(MycelMsg::UnsubscribeEndBlock {
        contract: clock.name(7),
    });
    clock.decide(subscribe);

    let mut params = Params::development();
    params.block_max_gas = params.tx_max_gas + params.end_block_gas - 1;
    let mut stage = crate::stage::Stage::with(params);
    let id = stage.town.store(&ada, &code);
    let ticker = stage.town.instantiate(&ada, id, puppet::NOTHING);
    let result = stage.refused(MycelMsg::SubscribeEndBlock {
        contract: ticker.to_string(),
    });
    assert!(result.log.contains("would find no room"), "{}", result.log);
}

#[test]
fn subscriptions_are_the_assemblys_to_give_and_take() {
    let mut clock = clock(2_000_000, 2, 1);
    let (ada, code) = (clock.ada.clone(), puppet::ticker(1));
    let id = clock.town.store(&ada, &code);
    let late = clock
        .town
        .instantiate(&ada, id, puppet::NOTHING)
        .to_string();
    let subscribe = |contract: &str| MycelMsg::SubscribeEndBlock {
        contract: contract.into(),
    };
    let unsubscribe = |contract: &str| MycelMsg::UnsubscribeEndBlock {
        contract: contract.into(),
    };
    let gone = clock.name(0);
    let events = clock.decide(unsubscribe(&gone));
    assert_eq!(clock.called(&events), [1]);
    assert!(clock.refused(unsubscribe(&gone)).contains("not subscribed"));
    let events = clock.decide(subscribe(&late));
    assert_eq!(clock.called(&events), [1], "from the next block on");
    clock.tickers.push(late.parse().unwrap());
    let mut called = clock.ticked();
    called.sort();
    assert_eq!(called, [1, 2]);
    assert!(clock.refused(subscribe(&late)).contains("already"));
    assert!(
        clock
            .refused(subscribe(&clock.assembly.to_string()))
            .contains("no entry point sudo")
    );
    let nobody = AccountAddress::instantiate(99, 1).to_string();
    assert!(clock.refused(subscribe(&nobody)).contains("is no contract"));
    replay(&clock.town, &clock.genesis);
}

#[test]
fn blocks_keep_the_gas_of_subscribers_free() {
    let mut params = Params::development();
    params.block_max_gas = 4_000_000;
    params.tx_max_gas = 2_000_000;
    let code = puppet::ticker(1);
    let seed = || Seed {
        code: &code,
        name: "ticker",
        state: vec![(b"script".to_vec(), puppet::NOTHING.into())],
    };
    let [ada, ben, _] = people();
    for subscribed in [false, true] {
        let mut genesis = seeded(params.clone(), &[seed()]);
        if subscribed {
            genesis.app_state.wasm.end_block = vec![seed().address()];
        }
        let mut town = Town::of(new_app(), &genesis);
        for who in [&ada, &ben] {
            let tx = town.sign_with(who, vec![send(who, &ada.address, 1)], 2_000_000);
            assert!(town.chain.submit(tx).ok());
        }
        let block = town.chain.produce().unwrap();
        let expected = if subscribed { 1 } else { 2 };
        assert_eq!(block.block.data.len(), expected, "chosen");
        town.chain.produce().unwrap();
        let txs = vec![
            town.sign_with(&ada, vec![send(&ada, &ada.address, 1)], 2_000_000),
            town.sign_with(&ben, vec![send(&ben, &ada.address, 1)], 2_000_000),
        ];
        // a proposal that leaves no room is refused, and if it were decided the transaction would get its code
        let time = town.chain.time().plus_millis(1000);
        let height = town.chain.height();
        let proposal = BlockInput {
            height: height + 1,
            time,
            txs: txs.clone().into(),
            ..input_of(&town, height)
        };
        let verdict = town.app.validate(&Parent::Committed(height), &proposal);
        assert_eq!(verdict == Verdict::Accept, !subscribed, "{verdict:?}");
        let block = town.chain.decide(time, txs).unwrap();
        let codes: Vec<_> = block.outcome.results.iter().map(|r| r.code).collect();
        assert_eq!(codes, if subscribed { [0, 41] } else { [0, 0] });
        replay(&town, &genesis);
    }
    // where a transaction would find no room beside them, nobody can be subscribed
    params.block_max_gas = 2_500_000;
    let mut genesis = seeded(params, &[seed()]);
    genesis.app_state.wasm.end_block = vec![seed().address()];
    let why = new_app().init_chain(&genesis).unwrap_err();
    assert!(why.to_string().contains("block_max_gas must hold"), "{why}");
}

#[test]
fn a_subscriber_with_authority_decides_at_the_end_of_a_block() {
    let mut clock = clock(2_000_000, 2, 1);
    // the first ticker becomes the assembly
    let first = clock.name(0);
    clock.decide(MycelMsg::SetParams {
        changes: Box::new(ParamChanges {
            assembly_authority: Some(first),
            ..Default::default()
        }),
    });
    let change = MycelMsg::SetParams {
        changes: Box::new(ParamChanges {
            memo_max_bytes: Some(777u64.into()),
            ..Default::default()
        }),
    };
    let keys = mycel_engine::development::keys(1);
    let raise = MycelMsg::UpdateValidators {
        updates: vec![mycel_bindings::ValidatorUpdate {
            pub_key: keys[0].verification_key().to_bytes().to_vec().into(),
            power: 11u64.into(),
        }],
    };
    let leave = MycelMsg::UnsubscribeEndBlock {
        contract: clock.name(1),
    };
    let stop = MycelMsg::UnsubscribeEndBlock {
        contract: clock.name(0),
    };
    clock.teach(0, &saying(vec![change, raise, leave, stop]));
    let height = clock.town.chain.height();
    let outcome = clock.town.chain.outcome(height).unwrap().clone();
    assert_eq!(
        clock.called(&outcome.events),
        [0],
        "the second is not called any more"
    );
    assert_eq!(outcome.params.unwrap().memo_max_bytes, 777);
    assert_eq!(outcome.validators.len(), 1);
    assert_eq!(outcome.validators[0].power, 11);
    assert!(clock.tick().is_empty());
    clock.tick();
    let set = clock.town.chain.validators(height + 2).unwrap();
    assert_eq!(set.total_power(), 11);
    replay(&clock.town, &clock.genesis);
}

#[test]
fn a_restart_goes_on_with_the_subscriber_that_comes_next() {
    let mut clock = clock(100_000, 5, 3);
    let dir = tempfile::tempdir().unwrap();
    let open = || {
        let store = mycel_store::RedbStore::open(dir.path(), Default::default()).unwrap();
        mycel_app::App::new(std::sync::Arc::new(store), Default::default()).unwrap()
    };
    open().init_chain(&clock.genesis).unwrap();
    let mut suspended = 0;
    for height in 1..=12 {
        let events = match height {
            3 => clock.teach(2, FAIL),
            _ => clock.tick(),
        };
        suspended += clock.about("end_block_suspended", &events).len();
        let app = open();
        let parent = Parent::Committed(height - 1);
        let done = app
            .execute(&parent, &input_of(&clock.town, height), &Cancel::new())
            .unwrap();
        app.commit(&done).unwrap();
        let ours = clock.town.chain.outcome(height).unwrap();
        assert_eq!(&done.outcome, ours, "height={height}");
    }
    assert_eq!(suspended, 1);
}

#[test]
fn a_subscriber_that_never_ends_ends_with_the_gas() {
    let body = puppet::with_body(
        "(i32.const 512)",
        r#"(func (export "sudo") (param $env i32) (param $msg i32) (result i32) (loop $on (br $on)) (i32.const 512))"#,
    );
    let seed = || Seed {
        code: &body,
        name: "loop",
        state: vec![],
    };
    let mut params = Params::development();
    params.end_block_gas = 100_000;
    let mut genesis = seeded(params, &[seed()]);
    genesis.app_state.wasm.end_block = vec![seed().address()];
    let mut town = Town::of(new_app(), &genesis);
    let kinds: Vec<_> = (0..4)
        .flat_map(|_| town.chain.produce().unwrap().outcome.events.clone())
        .map(|e| e.kind)
        .collect();
    assert_eq!(
        kinds,
        [
            "end_block_failed",
            "end_block_failed",
            "end_block_suspended"
        ]
    );
    replay(&town, &genesis);
}

/// The records of authorities must not change their form by accident.
#[test]
fn the_app_hash_of_fixed_decisions_is_pinned() {
    let mut clock = clock(60_000, 3, 2);
    clock.teach(1, FAIL);
    let keys = mycel_engine::development::keys(2);
    for message in [
        MycelMsg::UpdateValidators {
            updates: vec![mycel_bindings::ValidatorUpdate {
                pub_key: keys[0].verification_key().to_bytes().to_vec().into(),
                power: 12u64.into(),
            }],
        },
        MycelMsg::SetContractQuota {
            contract: clock.name(0),
            bytes: Some(5000u64.into()),
        },
        MycelMsg::ScheduleUpgrade {
            height: 1000u64.into(),
            name: "v2".into(),
        },
        MycelMsg::SetAllowanceClass {
            address: people()[1].name(),
            class: Some("developer".into()),
        },
    ] {
        clock.decide(message);
    }
    clock.tick();
    let hash = clock.town.chain.app_hash().to_string();
    assert_eq!(
        hash,
        "6760ACFF19DBEAAFC4CA76EA5F35629B7DEB79766D461C311A0C5B43729B4606"
    );
}

#[test]
fn contracts_ask_about_subscriptions() {
    let mut clock = clock(2_000_000, 2, 1);
    let ada = clock.ada.clone();
    let id = clock.town.store(&ada, &puppet::asker());
    let asker = clock.town.instantiate(&ada, id, "{}");
    clock.teach(1, FAIL);
    let mut ask = |contract: String| {
        let question = json!({"custom": MycelQuery::EndBlock { contract }}).to_string();
        clock
            .town
            .done(&ada, vec![execute(&ada, &asker, &question)]);
        let answer: Value = serde_json::from_slice(&clock.town.raw(&asker, "answer")).unwrap();
        let data = answer["ok"]["ok"].as_str().unwrap();
        let data = cosmwasm_std::Binary::from_base64(data).unwrap();
        serde_json::from_slice::<Value>(&data).unwrap()
    };
    let (good, bad) = (clock.tickers[0].to_string(), clock.tickers[1].to_string());
    assert_eq!(
        ask(good),
        json!({"subscribed": true, "failures": 0, "suspended": false})
    );
    assert_eq!(ask(bad.clone())["failures"], 2);
    assert_eq!(ask(bad)["suspended"], true);
    assert_eq!(ask(asker.to_string())["subscribed"], false);
}
