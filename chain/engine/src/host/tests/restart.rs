//! Every row of the crash table that is the host's, and mixed directories.
use rand_core::RngCore;

use super::net::{Net, parts};
use crate::{
    CrashPoint,
    host::{HostEffect, HostInput, recover},
    mock::{Disk, Mock},
};
use mycel_types::{Application, Halt};

#[test]
fn a_node_killed_at_any_point_comes_back_to_the_same_state() {
    for (seed, point) in CrashPoint::ALL.into_iter().enumerate() {
        if point == CrashPoint::WalWritten {
            continue; // the engine's, not the host's
        }
        println!("point={point}");
        let mut net = Net::new(4, seed as u64);
        for i in 0..8 {
            net.submit(&format!("ada:{i}:k{i}=v{i}"));
            let victim = i % 4;
            let height = net.nodes[victim].height();
            net.nodes[victim].kill_at(point, height);
            net.height();
        }
        net.height();
        net.agree();
        assert!(net.crashes >= 6, "crashes={}", net.crashes);
        let app = net.nodes[0].app();
        for i in 0..8 {
            assert_eq!(app.value(&format!("k{i}")), Some(format!("v{i}")));
        }
    }
}

#[test]
fn all_validators_killed_at_once_come_back() {
    for point in [
        CrashPoint::UndecidedStored,
        CrashPoint::BlockStored,
        CrashPoint::StateStored,
    ] {
        let mut net = Net::new(4, 77);
        net.submit("ada:0:k=v");
        net.height();
        net.submit("ada:1:l=w");
        for node in &net.nodes {
            node.kill_at(point, 2);
        }
        net.height();
        // whoever lost its pool gets the transaction again
        net.submit("ada:1:l=w");
        net.height();
        net.height();
        net.agree();
        assert_eq!(net.nodes[0].app().value("l").unwrap(), "w", "{point}");
    }
}

#[test]
fn random_kills_and_losses_lose_and_double_nothing() {
    for seed in 100..106 {
        println!("seed={seed}");
        let mut net = Net::new(4, seed);
        net.loss = 5;
        net.shuffle = true;
        for i in 0..15 {
            net.submit(&format!("ada:{i}:k{i}={i}"));
            for v in 0..4 {
                if net.rng.next_u32().is_multiple_of(4) {
                    let point = CrashPoint::ALL[net.rng.next_u32() as usize % 5];
                    let height = net.nodes[v].height();
                    net.nodes[v].kill_at(point, height);
                }
            }
            net.height();
        }
        for i in 0..15 {
            net.submit(&format!("ada:{i}:k{i}={i}"));
        }
        net.height();
        net.height();
        net.agree();
        let app = net.nodes[0].app();
        assert!((0..15).all(|i| app.value(&format!("k{i}")) == Some(i.to_string())));
    }
}

#[test]
fn a_proposer_killed_after_storing_proposes_the_same_block_again() {
    let mut net = Net::new(4, 5);
    net.submit("ada:0:k=v");
    let proposer = net.proposer(0);
    let now = net.now;
    let get = HostInput::GetValue {
        height: 1,
        round: 0,
    };
    let before = parts(&net.nodes[proposer].step(now, get.clone()).unwrap());
    net.nodes[proposer].start();
    let offered = net.nodes[proposer]
        .step(
            now,
            HostInput::StartedRound {
                height: 1,
                round: 0,
            },
        )
        .unwrap();
    assert!(matches!(&offered[0], HostEffect::Undecided(v) if v[0].value == before[0].init.value));
    let after = parts(
        &net.nodes[proposer]
            .step(now.plus_millis(9999), get)
            .unwrap(),
    );
    assert_eq!(before, after);
}

#[test]
fn a_state_that_lags_is_brought_up_and_one_that_leads_is_refused() {
    let mut net = Net::new(4, 6);
    for i in 0..6 {
        net.submit(&format!("ada:{i}:k{i}=v"));
        net.height();
    }
    let base = net.nodes[0].host().base().clone();
    let genesis = net.nodes[0].genesis().clone();
    for lag in [5, 3, 0] {
        net.nodes[0].disk.rewind(lag);
        net.nodes[0].start();
        assert_eq!(*net.nodes[0].host().base(), base, "lag={lag}");
    }
    // another application at the same heights
    net.nodes[0].disk.rewind(3);
    let twisted = Mock::twisted(net.nodes[0].disk.clone());
    let halt = recover(&twisted, &net.nodes[0].blocks, &genesis).unwrap_err();
    assert!(
        matches!(&halt, Halt::Diverged(text) if text.contains("app_hash")),
        "{halt}"
    );
    // state without blocks
    let empty = crate::blocks::Blocks::in_memory().unwrap();
    let halt = recover(&net.nodes[1].app(), &empty, &genesis).unwrap_err();
    assert!(
        halt.to_string().contains("mixed data directories"),
        "{halt}"
    );
    // blocks without their beginning
    let mut pruned = Net::new(1, 7);
    for _ in 0..5 {
        pruned.height();
    }
    pruned.nodes[0].blocks.prune(4, 10).unwrap();
    pruned.nodes[0].disk.rewind(1);
    let genesis = pruned.nodes[0].genesis().clone();
    let halt = recover(&pruned.nodes[0].app(), &pruned.nodes[0].blocks, &genesis).unwrap_err();
    assert!(
        halt.to_string().contains("mixed data directories"),
        "{halt}"
    );
}

#[test]
fn another_genesis_is_refused() {
    let net = Net::new(1, 8);
    let mut other = net.nodes[0].genesis().clone();
    other.chain_id = "other-1".parse().unwrap();
    let halt = recover(&net.nodes[0].app(), &net.nodes[0].blocks, &other).unwrap_err();
    assert!(halt.to_string().contains("another genesis"), "{halt}");
    let fresh = Mock::new(Disk::default());
    assert!(fresh.info().height.is_none());
}

#[test]
fn a_decision_that_is_durable_is_acknowledged_again() {
    let mut net = Net::new(4, 10);
    net.submit("ada:0:k=v");
    net.height();
    let finished = net.finished[&1].clone();
    let certificate = crate::host::Certificate {
        height: 1,
        round: 0,
        value: finished.value,
        signatures: vec![],
    };
    let effects = net.nodes[2]
        .step(net.now, HostInput::Decided(certificate))
        .unwrap();
    let [HostEffect::Committed(again)] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!(again.outcome, finished.outcome);
}
