//! Planned upgrades: where a binary that does not know one stops, and one that knows it goes on.
use std::sync::Arc;

use mycel_app::{App, AppConfig};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_store::{Config, RedbStore};
use mycel_types::{Application as _, Cancel, Halt, Parent};

use crate::stage::Stage;

fn plan(height: u64, name: &str) -> MycelMsg {
    MycelMsg::ScheduleUpgrade {
        height: height.into(),
        name: name.into(),
    }
}

#[test]
fn plans_lie_in_the_future_and_can_be_changed() {
    let mut stage = Stage::new();
    let now = stage.town.chain.height();
    for height in [0, now, now + 1, now + 2] {
        let result = stage.refused(plan(height, "v2"));
        assert!(result.log.contains("too early"), "{}", result.log);
    }
    for name in ["", "a b", &"x".repeat(65)] {
        let result = stage.refused(plan(1000, name));
        assert!(result.log.contains("name"), "{}", result.log);
    }
    let result = stage.refused(MycelMsg::CancelUpgrade {});
    assert!(
        result.log.contains("no upgrade is planned"),
        "{}",
        result.log
    );
    stage.decide(plan(1000, "v2"));
    stage.decide(plan(2000, "v3"));
    let told = stage
        .town
        .query_raw("/mycel.v1/upgrade", b"", Default::default());
    assert_eq!(&told.value[..], br#"{"height":"2000","name":"v3"}"#);
    let answer = stage.asked(&MycelQuery::Upgrade {}).unwrap();
    assert_eq!(
        (&answer["height"], &answer["name"]),
        (&"2000".into(), &"v3".into())
    );
    stage.decide(MycelMsg::CancelUpgrade {});
    let answer = stage.asked(&MycelQuery::Upgrade {}).unwrap();
    assert!(answer["height"].is_null());
    stage.replay();
}

#[test]
fn a_binary_without_the_upgrade_stops_before_its_height_and_one_that_has_it_goes_on() {
    let mut stage = Stage::new();
    let at = stage.town.chain.height() + 3;
    stage.decide(plan(at, "v2"));
    // the block before it is committed, and then this binary stops
    let stopped = stage.town.chain.produce().unwrap_err();
    let expected = Halt::Upgrade {
        name: "v2".into(),
        height: at,
    };
    assert_eq!(stopped, expected);
    let app = stage.town.app.clone();
    assert_eq!(app.info().height, Some(at - 1), "the last block is durable");

    // the same blocks on a disk, for the next start
    let dir = tempfile::tempdir().unwrap();
    let open = |upgrades: &[&str]| {
        let store = RedbStore::open(dir.path(), Config::default()).unwrap();
        let config = AppConfig {
            upgrades: upgrades.iter().map(|u| u.to_string()).collect(),
            ..AppConfig::default()
        };
        App::new(Arc::new(store), config)
    };
    let old = open(&[]).unwrap();
    old.init_chain(&stage.genesis).unwrap();
    let input = |height: u64| {
        let block = stage.town.chain.block_at(height);
        let time = stage.town.chain.time();
        mycel_types::BlockInput {
            height,
            time: match block {
                Some(block) => block.header.time.try_into().unwrap(),
                None => time.plus_millis(1000 * (height + 2 - at)),
            },
            proposer: Default::default(),
            last_commit: Default::default(),
            misbehavior: vec![],
            next_validators_hash: [0; 32],
            txs: block
                .map(|b| b.data.iter().cloned().map(Into::into).collect())
                .unwrap_or_default(),
        }
    };
    for height in 1..at {
        let parent = Parent::Committed(height - 1);
        let done = old
            .execute(&parent, &input(height), &Cancel::new())
            .unwrap();
        let committed = old.commit(&done);
        assert_eq!(committed.is_err(), height == at - 1);
        if height == at - 1 {
            // nor does it execute ahead of the commit
            let ahead = old.execute(&Parent::Executed(done), &input(at), &Cancel::new());
            assert_eq!(ahead.unwrap_err(), expected);
        }
    }
    drop(old);
    assert_eq!(open(&[]).err(), Some(expected.clone()));
    assert_eq!(open(&["v1"]).err(), Some(expected));
    let new = open(&["v1", "v2"]).unwrap();
    let done = new
        .execute(&Parent::Committed(at - 1), &input(at), &Cancel::new())
        .unwrap();
    let told: Vec<_> = done
        .outcome
        .events
        .iter()
        .map(|e| e.kind.as_str())
        .collect();
    assert_eq!(told, ["upgrade"]);
    new.commit(&done).unwrap();
    let done = new
        .execute(&Parent::Committed(at), &input(at + 1), &Cancel::new())
        .unwrap();
    assert!(done.outcome.events.is_empty(), "it happens once");
    new.commit(&done).unwrap();
    drop(new);
    open(&[]).expect("after it, the name is not asked for any more");
}
