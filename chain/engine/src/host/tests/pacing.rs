//! When the next height starts.
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use mycel_types::Time;

use super::net::{GENESIS, Net, parts};
use crate::host::{HostEffect, HostInput};

/// A network after one block, and a node that does not propose next, with the next height.
fn after_one(txs: bool) -> (Net, usize, u64) {
    let mut net = Net::new(4, 9);
    if txs {
        net.submit("ada:0:k=v");
    }
    net.height();
    let proposer = net.proposer(0);
    (net, (proposer + 1) % 4, 2)
}

fn starts(effects: &[HostEffect]) -> Option<u64> {
    effects.iter().find_map(|e| match e {
        HostEffect::Start { height, .. } => Some(*height),
        _ => None,
    })
}

fn wakes(effects: &[HostEffect]) -> Option<Time> {
    effects.iter().find_map(|e| match e {
        HostEffect::WakeAt(at) => Some(*at),
        _ => None,
    })
}

#[test]
fn an_idle_chain_waits_five_seconds_and_a_transaction_wakes_it() {
    let (mut net, node, next) = after_one(false);
    let now = net.now;
    let last = net.nodes[node].host().base().last_time;
    let rest = net.nodes[node]
        .step(now, HostInput::Finalized { height: 1 })
        .unwrap();
    assert_eq!(starts(&rest), None);
    assert_eq!(wakes(&rest), Some(last.plus_millis(5000)));
    let early = net.nodes[node]
        .step(now.plus_millis(100), HostInput::Wake)
        .unwrap();
    assert_eq!(starts(&early), None);
    net.submit("ada:0:k=v");
    let woken = net.nodes[node]
        .step(now.plus_millis(101), HostInput::Wake)
        .unwrap();
    assert_eq!(starts(&woken), Some(next));
    let again = net.nodes[node]
        .step(now.plus_millis(102), HostInput::Wake)
        .unwrap();
    assert!(again.is_empty(), "it started once");
}

#[test]
fn an_idle_chain_goes_on_when_its_time_has_come() {
    let (mut net, node, next) = after_one(false);
    let now = net.now;
    let rest = net.nodes[node]
        .step(now, HostInput::Finalized { height: 1 })
        .unwrap();
    let at = wakes(&rest).unwrap();
    let woken = net.nodes[node].step(at, HostInput::Wake).unwrap();
    assert_eq!(starts(&woken), Some(next));
}

#[test]
fn one_proof_block_follows_a_payment_and_then_the_chain_rests() {
    let (mut net, node, next) = after_one(true);
    let now = net.now;
    let effects = net.nodes[node]
        .step(now, HostInput::Finalized { height: 1 })
        .unwrap();
    assert_eq!(starts(&effects), Some(next), "the proof block");
    net.height();
    let effects = net.nodes[node]
        .step(net.now, HostInput::Finalized { height: 2 })
        .unwrap();
    assert_eq!(starts(&effects), None, "the proof block was empty");
}

#[test]
fn a_part_of_the_next_height_wakes_a_resting_node() {
    let (mut net, node, next) = after_one(false);
    let now = net.now;
    let rest = net.nodes[node]
        .step(now, HostInput::Finalized { height: 1 })
        .unwrap();
    assert_eq!(starts(&rest), None);
    let proposer = net.proposer(0);
    let sent = parts(
        &net.nodes[proposer]
            .step(
                now,
                HostInput::GetValue {
                    height: 2,
                    round: 0,
                },
            )
            .unwrap(),
    );
    let effects = net.nodes[node]
        .step(now, HostInput::Part(Box::new(sent[0].clone())))
        .unwrap();
    assert_eq!(starts(&effects), Some(next));
}

#[test]
fn a_proposer_waits_until_its_clock_has_passed_the_last_block() {
    let mut net = Net::new(1, 9);
    let early = GENESIS;
    let effects = net.nodes[0].step(early, HostInput::Ready).unwrap();
    assert_eq!(wakes(&effects), Some(GENESIS.plus_millis(1)));
    let effects = net.nodes[0]
        .step(GENESIS.plus_millis(1), HostInput::Wake)
        .unwrap();
    assert_eq!(starts(&effects), Some(1));
    net.submit("ada:0:k=v");
    net.height();
    let last = net.nodes[0].host().base().last_time;
    let effects = net.nodes[0]
        .step(last, HostInput::Finalized { height: 1 })
        .unwrap();
    assert_eq!(wakes(&effects), Some(last.plus_millis(1)));
}

#[test]
fn the_pool_calls_when_it_gets_its_first_transaction() {
    let net = Net::new(1, 9);
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = calls.clone();
    net.nodes[0].pool.on_first(move || {
        counter.fetch_add(1, Ordering::SeqCst);
    });
    for i in 0..3 {
        net.nodes[0].pool.submit(format!("ada:{i}:k=v").into());
    }
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}
