//! Rounds, re-proposals, times, and proposals that come too early.
use mycel_types::Time;

use super::net::{GENESIS, Net, parts};
use crate::host::{
    HostEffect, HostInput,
    judge::{CLOCK_PRECISION, MESSAGE_DELAY, is_timely},
};

#[test]
fn a_live_proposal_must_fit_the_clock_and_later_rounds_allow_more() {
    let now = Time(1_000_000_000);
    let oldest = now.0 - MESSAGE_DELAY - CLOCK_PRECISION;
    assert!(is_timely(now, 0, Time(oldest)));
    assert!(!is_timely(now, 0, Time(oldest - 1)));
    assert!(is_timely(now, 1, Time(oldest - 1500)));
    assert!(!is_timely(now, 1, Time(oldest - 1501)));
    assert!(is_timely(now, 0, now.plus_millis(CLOCK_PRECISION)));
    for round in [0, 5, u32::MAX] {
        assert!(!is_timely(now, round, now.plus_millis(CLOCK_PRECISION + 1)));
    }
    assert!(is_timely(now, u32::MAX, Time(0)));
}

#[test]
fn an_untimely_proposal_gets_nil_but_its_re_proposal_gets_votes() {
    let mut net = Net::new(4, 1);
    let first = net.proposer(0);
    let late = net.now.plus_millis(CLOCK_PRECISION + 100);
    let effects = net.nodes[first]
        .step(
            late,
            HostInput::GetValue {
                height: 1,
                round: 0,
            },
        )
        .unwrap();
    let HostEffect::Propose { value, .. } = effects[0] else {
        panic!()
    };
    let now = net.now;
    let sent = parts(&effects);
    for i in (0..4).filter(|i| *i != first) {
        let effects = net.nodes[i]
            .step(now, HostInput::Part(Box::new(sent[0].clone())))
            .unwrap();
        assert!(
            matches!(effects[0], HostEffect::Received(Some(p)) if !p.valid),
            "its clock runs ahead"
        );
    }
    // a polka formed elsewhere: the next proposer streams the value again under its own Init
    let second = net.proposer(1);
    assert_ne!(first, second);
    let proposer = net.nodes[second].address();
    let effects = net.nodes[second]
        .step(
            now,
            HostInput::Restream {
                height: 1,
                round: 1,
                pol_round: Some(0),
                proposer,
                value,
            },
        )
        .unwrap();
    let again = parts(&effects);
    assert_eq!(again.len(), 1);
    let to = (0..4).find(|i| *i != first && *i != second).unwrap();
    let effects = net.nodes[to]
        .step(now, HostInput::Part(Box::new(again[0].clone())))
        .unwrap();
    let HostEffect::Received(Some(proposed)) = effects[0] else {
        panic!("{effects:?}")
    };
    assert!(proposed.valid && proposed.value == value && proposed.pol_round == Some(0));
    // streaming again repeats the stored Init, also for somebody else's round
    for (by, who) in [(second, proposer), (to, proposer)] {
        let restream = HostInput::Restream {
            height: 1,
            round: 1,
            pol_round: Some(0),
            proposer: who,
            value,
        };
        let repeated = parts(&net.nodes[by].step(now, restream).unwrap());
        assert_eq!(repeated, again);
    }
    let certificate = net.certificate(1, 1, proposed, &[0, 1, 2]);
    let effects = net.nodes[to]
        .step(now, HostInput::Decided(certificate))
        .unwrap();
    assert!(matches!(effects[0], HostEffect::Committed(_)));
}

#[test]
fn an_old_proposal_is_untimely_in_round_0_and_timely_ten_rounds_later() {
    let mut net = Net::new(4, 2);
    let first = net.proposer(0);
    let now = net.now;
    let sent = parts(
        &net.nodes[first]
            .step(
                now,
                HostInput::GetValue {
                    height: 1,
                    round: 0,
                },
            )
            .unwrap(),
    );
    let later = now.plus_millis(MESSAGE_DELAY + CLOCK_PRECISION + 1);
    let to = (first + 1) % 4;
    let effects = net.nodes[to]
        .step(later, HostInput::Part(Box::new(sent[0].clone())))
        .unwrap();
    assert!(matches!(effects[0], HostEffect::Received(Some(p)) if !p.valid));
}

#[test]
fn a_proposal_for_the_height_after_is_stored_and_offered_when_its_round_starts() {
    let mut net = Net::new(4, 3);
    // node `slow` hears nothing of height 1 until the others propose height 2
    let proposer = net.proposer(0);
    let slow = (proposer + 1) % 4;
    net.submit("ada:0:k=v");
    let host = net.nodes[slow].host.take();
    assert!(net.round(0));
    net.nodes[slow].host = host;
    let second = {
        let address = net.nodes[proposer]
            .host()
            .base()
            .validators
            .proposer(2, 0)
            .unwrap()
            .address;
        net.index_of(address)
    };
    if second == slow {
        return;
    }
    net.now = net.now.plus_millis(50);
    let now = net.now;
    let sent = parts(
        &net.nodes[second]
            .step(
                now,
                HostInput::GetValue {
                    height: 2,
                    round: 0,
                },
            )
            .unwrap(),
    );
    let effects = net.nodes[slow]
        .step(now, HostInput::Part(Box::new(sent[0].clone())))
        .unwrap();
    assert!(matches!(effects.as_slice(), [HostEffect::Received(None)]));
    // even a restart in between loses nothing
    net.nodes[slow].start();
    net.sync(slow, second);
    // so much later that it would be untimely if it came now
    let later = now.plus_millis(60_000);
    let effects = net.nodes[slow]
        .step(
            later,
            HostInput::StartedRound {
                height: 2,
                round: 0,
            },
        )
        .unwrap();
    let HostEffect::Undecided(values) = &effects[0] else {
        panic!()
    };
    assert_eq!(values.len(), 1);
    assert!(values[0].valid && values[0].value == sent[0].init.value);
    assert!(matches!(effects[1], HostEffect::Work));
}

#[test]
fn time_is_strictly_increasing_even_if_a_clock_was_set_back() {
    let mut net = Net::new(1, 4);
    for _ in 0..3 {
        net.now = GENESIS;
        assert!(net.round(0));
    }
    let times: Vec<u64> = net.finished.values().map(|f| f.value.time.0).collect();
    assert!(times.windows(2).all(|w| w[0] < w[1]), "{times:?}");
}

#[test]
fn a_proposer_that_names_another_or_builds_on_another_state_gets_nil() {
    let mut net = Net::new(4, 5);
    net.nodes[0].twisted = true;
    net.nodes[0].start();
    net.submit("ada:0:k=v");
    net.height();
    // from height 2 on node 0 has another app hash: its proposals get nil, the others' get its nil
    let mut refused = 0;
    for _ in 0..8 {
        let proposer = net.proposer(0);
        let height = net.nodes[1].height();
        if net.nodes[0].height() < height {
            break;
        }
        if proposer == 0 {
            let now = net.now.plus_millis(50);
            let sent = parts(
                &net.nodes[0]
                    .step(now, HostInput::GetValue { height, round: 0 })
                    .unwrap(),
            );
            let effects = net.nodes[1]
                .step(now, HostInput::Part(Box::new(sent[0].clone())))
                .unwrap();
            assert!(matches!(effects[0], HostEffect::Received(Some(p)) if !p.valid));
            refused += 1;
            break;
        }
        net.round(0);
    }
    let stuck = net.nodes[0].height();
    assert!(refused == 1 || stuck < net.nodes[1].height());
}

#[test]
fn a_block_that_was_executed_while_its_votes_travelled_is_not_executed_again() {
    let mut net = Net::new(1, 6);
    net.submit("ada:0:k=v");
    let now = net.now;
    let node = &mut net.nodes[0];
    let effects = node
        .step(
            now,
            HostInput::GetValue {
                height: 1,
                round: 0,
            },
        )
        .unwrap();
    let HostEffect::Propose { value, .. } = effects[0] else {
        panic!()
    };
    assert!(effects.iter().any(|e| matches!(e, HostEffect::Work)));
    assert_eq!(node.disk.executions(), 0, "not before the answer is sent");
    node.step(now, HostInput::Work);
    assert_eq!(node.disk.executions(), 1);
    assert_eq!(node.app().value("k"), None, "without side effect");
    let proposed = crate::host::Proposed {
        height: 1,
        round: 0,
        pol_round: None,
        proposer: node.address(),
        value,
        valid: true,
    };
    let certificate = net.certificate(1, 0, proposed, &[0]);
    let node = &mut net.nodes[0];
    node.step(now, HostInput::Decided(certificate));
    assert_eq!(node.disk.executions(), 1);
    assert_eq!(node.app().value("k").unwrap(), "v");
}
