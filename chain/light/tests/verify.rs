//! Bundles over a real store and real signatures: what holds is accepted, whatever is changed is refused.
mod chain;

use chain::{MockChain, public_key, update, write};
use mycel_light::{Bundle, Trust, VerifyError, verify, verify_step, verify_trusted};
use mycel_store::Delta;
use mycel_types::{AccountAddress, Address, StoreId, key, record::Account};

fn account() -> (Vec<u8>, Vec<u8>) {
    let address = AccountAddress::new([7; 20]).unwrap();
    let record = Account {
        sequence: 5,
        ..Account::default()
    };
    (key::account(&address), borsh::to_vec(&record).unwrap())
}

/// A chain of five blocks; the state after block 2 has an account and a contract's entry.
fn sample() -> MockChain {
    let mut chain = MockChain::new();
    chain.grow_to(1);
    let (account, record) = account();
    let contract = AccountAddress::new([9; 32]).unwrap();
    let entry = key::contract_data(&contract, b"a\0\0\0\x01");
    let mut delta = write(&[
        (StoreId::Mycel, &account, &record),
        (StoreId::Mycel, &entry, &[1, 2, 3]),
        (StoreId::Ibc, b"clients/07", b"state"),
    ]);
    for n in 0..40u8 {
        delta.set(StoreId::Mycel, vec![0x20, n], Some(vec![n + 1].into()));
    }
    chain.grow(delta, vec![]);
    chain.grow_to(5);
    chain
}

#[test]
fn values_and_absences_of_both_stores_are_proven() {
    let chain = sample();
    let (account, record) = account();
    for (store, key, value) in [
        (StoreId::Mycel, account.as_slice(), Some(record.as_slice())),
        (StoreId::Mycel, b"\x20\x07", Some(&[8][..])),
        (StoreId::Ibc, b"clients/07", Some(b"state")),
        (StoreId::Mycel, b"nothing here", None),
        (StoreId::Mycel, b"\x20\xff", None),
        (StoreId::Ibc, b"nothing", None),
    ] {
        let bytes = chain.bundle(store, key, 2, &[]).to_json();
        let verified = verify(&bytes, &chain.trust_validators(3)).unwrap();
        assert_eq!(verified.value.as_deref(), value);
        assert_eq!((verified.height, verified.header_height), (2, 3));
        assert_eq!(verified.key, key);
    }
    // a single leaf on the left or on the right, and none of the two beside it
    let empty = chain.bundle(StoreId::Ibc, b"clients/07", 1, &[]);
    assert_eq!(empty.value, None);
    verify(&empty.to_json(), &chain.trust_block(2)).unwrap();
}

#[test]
fn a_story_tells_what_the_bytes_say() {
    let chain = sample();
    let (account, _) = account();
    let story = chain.bundle(StoreId::Mycel, &account, 2, &[]).story;
    assert!(story.starts_with("account mycel1"), "{story}");
    assert!(story.contains("sequence=5"), "{story}");
    let absent = chain.bundle(StoreId::Mycel, b"\x01", 2, &[]).story;
    assert_eq!(absent, "entry 01: absent");
}

/// What a byte is changed to: one bit, another bit, a neighbour in the alphabet, a digit, a space.
const CHANGES: [fn(u8) -> u8; 6] = [
    |b| b ^ 1,
    |b| b ^ 0x20,
    |b| b.wrapping_add(1),
    |_| b'0',
    |_| b'1',
    |_| b' ',
];

/// Each byte in turn is changed in each of these ways.
fn no_byte_can_change(bytes: &[u8], trust: &Trust, changes: &[fn(u8) -> u8]) {
    verify(bytes, trust).expect("the original verifies");
    let mut changed = bytes.to_vec();
    for place in 0..bytes.len() {
        let original = bytes[place];
        for change in changes {
            let other = change(original);
            if other == original {
                continue;
            }
            changed[place] = other;
            assert!(
                verify(&changed, trust).is_err(),
                "byte {place} {:?} -> {:?} is not noticed near {:?}",
                char::from(original),
                char::from(other),
                String::from_utf8_lossy(
                    &bytes[place.saturating_sub(30)..(place + 10).min(bytes.len())]
                )
            );
        }
        changed[place] = original;
    }
    for shorter in [0, 1, bytes.len() / 2, bytes.len() - 1] {
        assert!(
            verify(&bytes[..shorter], trust).is_err(),
            "cut to {shorter}"
        );
    }
    for extra in [b"\n".as_slice(), b" ", b"{}", b"\0"] {
        assert!(verify(&[bytes, extra].concat(), trust).is_err());
    }
}

#[test]
fn no_byte_of_a_proof_of_presence_can_change() {
    let mut chain = sample();
    chain.silent = vec![Address::of_ed25519(&public_key(2))];
    chain.grow_to(7); // blocks 6 and 7 lack a signature
    let (account, _) = account();
    let bundle = chain.bundle(StoreId::Mycel, &account, 6, &[]);
    no_byte_can_change(&bundle.to_json(), &chain.trust_validators(7), &CHANGES);
}

#[test]
fn no_byte_of_a_proof_of_absence_can_change() {
    let chain = sample();
    let bundle = chain.bundle(StoreId::Mycel, b"nothing here", 3, &[]);
    no_byte_can_change(&bundle.to_json(), &chain.trust_block(4), &CHANGES);
}

#[test]
fn no_byte_of_a_path_can_change() {
    let chain = changing();
    let bundle = chain.bundle(StoreId::Ibc, key::IBC_SENTINEL, 8, &[2, 5]);
    no_byte_can_change(&bundle.to_json(), &chain.trust_block(2), &CHANGES[..1]);
}

/// A chain that replaces all its validators: 1–4, from block 5 on 3–6, from block 8 on 5–8.
fn changing() -> MockChain {
    let mut chain = MockChain::new();
    chain.grow_to(2);
    let swap = |out: [u8; 2], new: [u8; 2]| {
        let gone = out.map(|n| update(n, 0));
        let come = new.map(|n| update(n, 10));
        [gone, come].concat()
    };
    assert_eq!(chain.grow(Delta::new(), swap([1, 2], [5, 6])), 3);
    chain.grow_to(5);
    assert_eq!(chain.grow(Delta::new(), swap([3, 4], [7, 8])), 6);
    chain.grow_to(10);
    chain
}

#[test]
fn a_changed_validator_set_is_followed_by_overlap_and_not_skipped() {
    let chain = changing();
    let first = chain.block(2);
    verify_trusted(&chain.trust_block(2), first).unwrap();
    // half of the trusted power still signs block 5
    verify_step(first, chain.block(5), None).unwrap();
    // nobody of it signs block 9
    assert!(matches!(
        verify_step(first, chain.block(9), None),
        Err(VerifyError::Step { from: 2, to: 9, .. })
    ));
    verify_step(chain.block(5), chain.block(9), None).unwrap();
    // the next block needs no overlap, only the announced set
    for height in 1..10 {
        let mut from = chain.block(height).clone();
        from.next_validators = None;
        verify_step(&from, chain.block(height + 1), None).unwrap();
    }
    // not backwards
    assert!(verify_step(chain.block(5), chain.block(3), None).is_err());
    // through the bundle
    let sentinel = |path: &[u64]| {
        chain
            .bundle(StoreId::Ibc, key::IBC_SENTINEL, 8, path)
            .to_json()
    };
    verify(&sentinel(&[2, 5]), &chain.trust_block(2)).unwrap();
    verify(&sentinel(&[2, 5]), &chain.trust_validators(2)).unwrap();
    assert!(verify(&sentinel(&[2]), &chain.trust_block(2)).is_err());
    assert!(verify(&sentinel(&[]), &chain.trust_block(2)).is_err());
}

#[test]
fn an_expired_block_is_not_stepped_from() {
    let chain = sample();
    let expiry = |period| mycel_light::Expiry {
        now: (chain.block(3).header.time + std::time::Duration::from_secs(60)).unwrap(),
        trusting_period: std::time::Duration::from_secs(period),
        clock_drift: std::time::Duration::from_secs(1),
    };
    verify_step(chain.block(1), chain.block(3), Some(expiry(3600))).unwrap();
    assert!(verify_step(chain.block(1), chain.block(3), Some(expiry(10))).is_err());
}

#[test]
fn another_chain_another_trust_and_another_height_are_refused() {
    let chain = sample();
    let other = MockChain::with(&[(11, 10)]);
    let bundle = chain.bundle(StoreId::Ibc, key::IBC_SENTINEL, 2, &[]);
    let mut grown = other;
    grown.grow_to(3);
    for trust in [
        grown.trust_validators(1),
        grown.trust_block(3),
        chain.trust_block(2),
        Trust::Validators([0; 32]),
    ] {
        assert!(matches!(
            verify(&bundle.to_json(), &trust),
            Err(VerifyError::Untrusted { .. })
        ));
    }
    // the proof of one height under the header of another
    let mut moved = chain.bundle(StoreId::Ibc, b"clients/07", 2, &[]);
    let block = chain.last(2);
    moved = Bundle::new(
        moved.store,
        moved.key,
        moved.value,
        moved.proof,
        vec![],
        block,
    );
    assert!(matches!(
        verify(&moved.to_json(), &chain.trust_validators(1)),
        Err(VerifyError::Proof(_))
    ));
}

#[test]
fn two_thirds_are_not_enough_and_one_bad_signature_is_too_many() {
    let mut chain = MockChain::with(&[(1, 10), (2, 10), (3, 10)]);
    chain.grow_to(1);
    chain.silent = vec![Address::of_ed25519(&public_key(3))];
    chain.grow_to(3);
    assert!(matches!(
        verify_trusted(&chain.trust_validators(2), chain.block(2)),
        Err(VerifyError::Commit { height: 2, .. })
    ));
    // a quorum is there, and one further signature is of another block
    let mut chain = MockChain::new();
    chain.grow_to(3);
    let mut block = chain.block(3).clone();
    let foreign = chain.block(2).commit.signatures[3].clone();
    block.commit.signatures[3] = foreign;
    assert!(matches!(
        verify_trusted(&chain.trust_validators(3), &block),
        Err(VerifyError::Commit { height: 3, .. })
    ));
}

#[test]
fn malformed_absences_are_refused_and_never_panic() {
    use ics23::{CommitmentProof, NonExistenceProof, commitment_proof::Proof};
    use prost::Message;

    let chain = sample();
    let absent = chain.bundle(StoreId::Mycel, b"nothing here", 3, &[]);
    let decoded = CommitmentProof::decode(absent.proof.ops[0].data.as_slice()).unwrap();
    let Some(Proof::Nonexist(proof)) = decoded.proof else {
        panic!("an absence");
    };
    let variants = [
        NonExistenceProof {
            left: proof.right.clone(),
            right: proof.left.clone(),
            ..proof.clone()
        },
        NonExistenceProof {
            left: proof.left.clone(),
            right: proof.left.clone(),
            ..proof.clone()
        },
        NonExistenceProof {
            left: None,
            right: None,
            ..proof.clone()
        },
        NonExistenceProof {
            left: None,
            ..proof.clone()
        },
        NonExistenceProof {
            right: None,
            ..proof.clone()
        },
        NonExistenceProof {
            key: b"nothing else".to_vec(),
            ..proof.clone()
        },
        {
            let mut cut = proof.clone();
            cut.left.iter_mut().for_each(|l| l.path.clear());
            cut
        },
        {
            let mut cut = proof.clone();
            cut.left.iter_mut().for_each(|l| l.path.clear());
            cut.right.iter_mut().for_each(|r| r.path.clear());
            cut
        },
        {
            let mut cut = proof.clone();
            cut.left.iter_mut().for_each(|l| l.leaf = None);
            cut
        },
    ];
    for (place, variant) in variants.into_iter().enumerate() {
        let mut bundle = absent.clone();
        let changed = CommitmentProof {
            proof: Some(Proof::Nonexist(variant)),
        };
        bundle.proof.ops[0].data = changed.encode_to_vec();
        let verdict = verify(&bundle.to_json(), &chain.trust_validators(4));
        assert!(
            matches!(verdict, Err(VerifyError::Proof(_))),
            "variant {place}: {verdict:?}"
        );
    }
}

#[test]
fn the_tree_spec_is_that_of_the_tree() {
    assert_eq!(mycel_light::proof::tree_spec(), jmt::ics23_spec());
    assert_eq!(mycel_light::proof::TREE_OP, mycel_store::TREE_OP);
    assert_eq!(mycel_light::proof::SIMPLE_OP, mycel_store::MAP_OP);
}
