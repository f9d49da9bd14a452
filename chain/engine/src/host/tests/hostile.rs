//! What a hostile peer may send, and what it costs.
use mycel_types::header::PART_BYTES;

use super::net::{GENESIS, Net, parts};
use crate::host::{HostEffect, HostInput, PartRefusal, ProposalPart, assembly::MAX_SLOTS};

/// A network of four whose proposer has a block of several parts, and those parts.
fn with_parts(seed: u64) -> (Net, usize, Vec<ProposalPart>) {
    let mut net = Net::new(4, seed);
    net.submit(&format!("ada:0:k={}", "v".repeat(150_000)));
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
    let parts = parts(&effects);
    assert_eq!(parts.len(), 3);
    (net, proposer, parts)
}

fn send(net: &mut Net, to: usize, part: &ProposalPart) -> Option<PartRefusal> {
    let now = net.now;
    let effects = net.nodes[to]
        .step(now, HostInput::Part(Box::new(part.clone())))
        .unwrap();
    assert!(matches!(effects[0], HostEffect::Received(_)));
    effects.iter().find_map(|e| match e {
        HostEffect::Refused(refusal) => Some(*refusal),
        _ => None,
    })
}

#[test]
fn forged_parts_are_refused_before_a_byte_is_kept() {
    let (mut net, proposer, parts) = with_parts(1);
    let to = (proposer + 1) % 4;
    let other = (proposer + 2) % 4;
    let good = parts[1].clone();
    let changed = |change: &dyn Fn(&mut ProposalPart)| {
        let mut part = good.clone();
        change(&mut part);
        part
    };
    let signed_by = |net: &Net, who: usize, mut part: ProposalPart| {
        part.signature = net.nodes[who]
            .key
            .sign(&part.init.sign_bytes("net-1"))
            .to_bytes();
        part
    };
    let foreign_address = net.nodes[other].address();
    let cases = vec![
        (changed(&|p| p.signature = [0; 64]), PartRefusal::Signature),
        (signed_by(&net, other, good.clone()), PartRefusal::Signature),
        (
            signed_by(&net, other, changed(&|p| p.init.proposer = foreign_address)),
            PartRefusal::Proposer,
        ),
        (
            changed(&|p| p.init.value.time.0 += 1),
            PartRefusal::Signature,
        ),
        (
            {
                let mut part = good.clone();
                let bytes = part.init.sign_bytes("other-net");
                part.signature = net.nodes[proposer].key.sign(&bytes).to_bytes();
                part
            },
            PartRefusal::Signature,
        ),
        (
            signed_by(&net, proposer, changed(&|p| p.init.size = 3 << 20)),
            PartRefusal::Size,
        ),
        (
            signed_by(&net, proposer, changed(&|p| p.init.value.parts = 30_000)),
            PartRefusal::Size,
        ),
        (
            signed_by(&net, proposer, changed(&|p| p.init.size = 0)),
            PartRefusal::Size,
        ),
        (changed(&|p| p.init.height = 0), PartRefusal::Height),
        (changed(&|p| p.init.height = 3), PartRefusal::Height),
        (changed(&|p| p.init.height = u64::MAX), PartRefusal::Height),
        (changed(&|p| p.init.round = 11), PartRefusal::Round),
        (changed(&|p| p.init.round = u32::MAX), PartRefusal::Round),
        (changed(&|p| p.init.pol_round = Some(0)), PartRefusal::Round),
        (
            changed(&|p| p.bytes = vec![0; PART_BYTES].into()),
            PartRefusal::Proof,
        ),
        (changed(&|p| p.index = 0), PartRefusal::Proof),
        (changed(&|p| p.index = 77), PartRefusal::Proof),
        (
            changed(&|p| p.bytes = p.bytes.slice(1..)),
            PartRefusal::Proof,
        ),
        (
            changed(&|p| p.proof = vec![[0; 32]; 40]),
            PartRefusal::Proof,
        ),
        (changed(&|p| p.proof.clear()), PartRefusal::Proof),
    ];
    for (i, (part, expected)) in cases.iter().enumerate() {
        assert_eq!(send(&mut net, to, part), Some(*expected), "case {i}");
        assert_eq!(net.nodes[to].host().buffered(), 0, "case {i}");
    }
    // none of it stands in the way of the real ones, in any order, and none of it is taken in between
    assert_eq!(send(&mut net, to, &parts[2]), None);
    for (part, _) in &cases {
        assert!(send(&mut net, to, part).is_some());
    }
    assert_eq!(send(&mut net, to, &parts[2]), Some(PartRefusal::Duplicate));
    assert_eq!(send(&mut net, to, &parts[0]), None);
    assert!(net.nodes[to].host().buffered() > PART_BYTES);
    let now = net.now;
    let effects = net.nodes[to]
        .step(now, HostInput::Part(Box::new(parts[1].clone())))
        .unwrap();
    assert!(
        matches!(&effects[0], HostEffect::Received(Some(p)) if p.valid && p.value == good.init.value)
    );
    assert_eq!(net.nodes[to].host().buffered(), 0);
    for part in &parts {
        assert_eq!(send(&mut net, to, part), Some(PartRefusal::Duplicate));
    }
}

#[test]
fn a_proposer_has_one_value_a_round() {
    let (mut net, proposer, parts) = with_parts(2);
    let to = (proposer + 1) % 4;
    assert_eq!(send(&mut net, to, &parts[0]), None);
    let mut second = parts[1].clone();
    second.init.value.time.0 += 1;
    second.signature = net.nodes[proposer]
        .key
        .sign(&second.init.sign_bytes("net-1"))
        .to_bytes();
    assert_eq!(send(&mut net, to, &second), Some(PartRefusal::Conflict));
    send(&mut net, to, &parts[1]);
    send(&mut net, to, &parts[2]);
    assert_eq!(send(&mut net, to, &second), Some(PartRefusal::Conflict));
}

#[test]
fn a_byzantine_validator_cannot_make_memory_grow_without_bound() {
    let (mut net, _, parts) = with_parts(3);
    let mut kept = 0;
    for height in 1..=4 {
        for round in 0..60 {
            let base = net.nodes[0].host().base();
            let proposer = base.validators.proposer(height, round).unwrap().address;
            let key = net.nodes[net.index_of(proposer)].key.clone();
            for twist in 0..3 {
                let mut part = parts[1].clone();
                part.init.height = height;
                part.init.round = round;
                part.init.proposer = proposer;
                part.init.value.time.0 += twist;
                part.signature = key.sign(&part.init.sign_bytes("net-1")).to_bytes();
                if send(&mut net, 0, &part).is_none() {
                    kept += 1;
                }
            }
        }
    }
    assert_eq!(
        kept, 22,
        "rounds 0 to 10 of the next two heights, one value each"
    );
    assert!(net.nodes[0].host().assemblies.partial() <= MAX_SLOTS);
    assert!(net.nodes[0].host().buffered() <= MAX_SLOTS * PART_BYTES);
    for _ in 0..6 {
        net.height();
    }
    net.agree();
    assert_eq!(net.nodes[0].host().buffered(), 0);
}

#[test]
fn a_proposer_that_signs_garbage_costs_one_round() {
    let mut net = Net::new(4, 4);
    let proposer = net.proposer(0);
    let to = (proposer + 1) % 4;
    let garbage = mycel_types::header::PartSet::new(vec![7u8; 100]);
    let (bytes, proof) = garbage.part(0).unwrap();
    let init = crate::host::Init {
        height: 1,
        round: 0,
        pol_round: None,
        proposer: net.nodes[proposer].address(),
        value: mycel_types::header::ValueId {
            hash: [1; 32],
            parts: 1,
            parts_hash: garbage.root(),
            time: GENESIS.plus_millis(20),
        },
        size: 100,
    };
    let part = ProposalPart {
        init,
        signature: net.nodes[proposer]
            .key
            .sign(&init.sign_bytes("net-1"))
            .to_bytes(),
        index: 0,
        proof,
        bytes,
    };
    assert_eq!(send(&mut net, to, &part), Some(PartRefusal::Block));
    assert_eq!(send(&mut net, to, &part), Some(PartRefusal::Duplicate));
    assert!(net.round(1));
    net.agree();
}

#[test]
fn undecodable_parts_are_an_error_and_no_panic() {
    let (_, _, parts) = with_parts(5);
    let bytes = borsh::to_vec(&parts[0]).unwrap();
    assert!(bytes.len() <= ProposalPart::MAX_ENCODED);
    assert_eq!(borsh::from_slice::<ProposalPart>(&bytes).unwrap(), parts[0]);
    for cut in [0, 1, 50, 150, bytes.len() - 1] {
        assert!(borsh::from_slice::<ProposalPart>(&bytes[..cut]).is_err());
    }
    let mut huge = bytes.clone();
    // the proof's length
    let at = borsh::object_length(&(parts[0].init, parts[0].signature, parts[0].index)).unwrap();
    huge[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(borsh::from_slice::<ProposalPart>(&huge).is_err());
}
