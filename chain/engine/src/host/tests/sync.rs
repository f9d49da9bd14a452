//! Value sync, and what contradicts our own state.
use bytes::Bytes;
use mycel_types::Halt;

use super::net::Net;
use crate::host::{HostEffect, HostInput, SyncOutcome};

fn ask(net: &mut Net, from: usize, low: u64, high: u64) -> Vec<crate::host::DecidedValue> {
    let now = net.now;
    let input = HostInput::GetDecided {
        from: low,
        to: high,
    };
    match net.nodes[from].step(now, input).unwrap().remove(0) {
        HostEffect::DecidedValues(values) => values,
        other => panic!("{other:?}"),
    }
}

#[test]
fn decided_values_are_served_in_bounded_pages_without_gaps() {
    let mut net = Net::new(4, 1);
    for i in 0..80 {
        if i % 8 == 0 {
            net.submit(&format!("ada:{}:k={i}", i / 8));
        }
        net.height();
    }
    let page = ask(&mut net, 0, 1, u64::MAX);
    assert_eq!(page.len(), 64);
    assert!(page.iter().zip(1..).all(|(v, h)| v.certificate.height == h));
    assert_eq!(ask(&mut net, 0, 65, 1000).len(), 16);
    assert!(ask(&mut net, 0, 81, 90).is_empty());
    assert!(ask(&mut net, 0, 0, 10).is_empty());
    let reversed = ask(&mut net, 0, 10, 3);
    assert!(reversed.is_empty());
    net.nodes[0].blocks.prune(50, 1000).unwrap();
    assert!(ask(&mut net, 0, 10, 60).is_empty());
    let now = net.now;
    let effects = net.nodes[0].step(now, HostInput::HistoryMin).unwrap();
    assert!(matches!(effects[0], HostEffect::HistoryMin(50)));
}

#[test]
fn a_lying_sync_peer_is_named_and_changes_nothing() {
    let mut net = Net::new(4, 2);
    let slow = (net.proposer(0) + 1) % 4;
    net.submit("ada:0:k=v");
    let host = net.nodes[slow].host.take();
    assert!(net.round(0));
    net.nodes[slow].host = host;
    let from = (slow + 1) % 4;
    let value = ask(&mut net, from, 1, 1).remove(0);
    let now = net.now;
    let send = |net: &mut Net, height: u64, bytes: Bytes| {
        let proposer = net.nodes[from].address();
        let synced = HostInput::Synced {
            height,
            round: 0,
            proposer,
            bytes,
        };
        match net.nodes[slow].step(now, synced).unwrap().remove(0) {
            HostEffect::Synced(outcome) => outcome,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        send(&mut net, 1, Bytes::from_static(b"garbage")),
        SyncOutcome::PeerFault
    );
    assert_eq!(
        send(&mut net, 1, vec![0; 3 << 20].into()),
        SyncOutcome::PeerFault
    );
    assert_eq!(send(&mut net, 2, value.bytes.clone()), SyncOutcome::NotNow);
    // a well-formed block of another state: passed on, for only the certificate can tell who is wrong
    let base = net.nodes[slow].host().base().clone();
    let mut other = base.clone();
    other.app_hash.0 = [9; 32];
    let block = other
        .block(
            base.last_time.plus_millis(5),
            base.validators.at(0).unwrap().address,
            vec![],
        )
        .unwrap();
    let bytes = Bytes::from(mycel_types::header::encode_block(&block));
    let SyncOutcome::Value(lie) = send(&mut net, 1, bytes) else {
        panic!()
    };
    assert_ne!(lie.value, value.certificate.value);
    // the real one still goes through
    assert!(matches!(
        send(&mut net, 1, value.bytes.clone()),
        SyncOutcome::Value(_)
    ));
    let effects = net.nodes[slow]
        .step(now, HostInput::Decided(value.certificate))
        .unwrap();
    assert!(
        matches!(effects[0], HostEffect::Committed(_)),
        "{effects:?}"
    );
}

#[test]
fn a_certified_block_that_contradicts_our_state_halts_with_a_report() {
    let mut net = Net::new(4, 3);
    net.nodes[3].twisted = true;
    net.nodes[3].start();
    net.submit("ada:0:k=v");
    for _ in 0..12 {
        let _ = net.round(0) || net.round(1) || net.round(2);
        if net.nodes[0].height() > 3 {
            break;
        }
    }
    let height = net.nodes[3].height();
    let value = ask(&mut net, 0, height, height).remove(0);
    let now = net.now;
    let proposer = net.nodes[0].address();
    let synced = HostInput::Synced {
        height,
        round: 0,
        proposer,
        bytes: value.bytes.clone(),
    };
    let effects = net.nodes[3].step(now, synced).unwrap();
    assert!(matches!(
        effects[0],
        HostEffect::Synced(SyncOutcome::Value(_))
    ));
    let decided = HostInput::Decided(value.certificate);
    let effects = net.nodes[3].step(now, decided).unwrap();
    let [HostEffect::Halt(Halt::Diverged(report))] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert!(
        report.contains("app_hash") && report.contains("two thirds"),
        "{report}"
    );
    // it does nothing more
    let effects = net.nodes[3].step(now, HostInput::Ready).unwrap();
    assert!(matches!(effects.as_slice(), [HostEffect::Halt(_)]));
    assert_eq!(net.nodes[3].blocks.tip().unwrap(), Some(height - 1));
}

#[test]
fn a_certificate_that_proves_nothing_halts() {
    let mut net = Net::new(4, 4);
    let proposer = net.proposer(0);
    let now = net.now;
    let effects = net.nodes[proposer]
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
    let proposed = crate::host::Proposed {
        height: 1,
        round: 0,
        pol_round: None,
        proposer: net.nodes[proposer].address(),
        value,
        valid: true,
    };
    let certificate = net.certificate(1, 0, proposed, &[0, 1]);
    let effects = net.nodes[proposer]
        .step(now, HostInput::Decided(certificate))
        .unwrap();
    assert!(matches!(&effects[0], HostEffect::Halt(Halt::Diverged(r)) if r.contains("power=20")));
    assert_eq!(net.nodes[proposer].blocks.tip().unwrap(), None);
}
