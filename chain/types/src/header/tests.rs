use tendermint::{
    block::parts,
    merkle::simple_hash_from_byte_vectors,
    vote::{CanonicalVote, Type},
};
use tendermint_proto::Protobuf;

use super::*;
use crate::ValidatorUpdate;

type Sha = tendermint::crypto::default::Sha256;

/// Ed25519 public keys of the seeds [1; 32] … [4; 32].
fn keys() -> [[u8; 32]; 4] {
    [
        "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c",
        "8139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394",
        "ed4928c628d1c2c6eae90338905995612959273a5c63f93636c14614ac8737d1",
        "ca93ac1705187071d67b83c7ff0efe8108e8ec4530575d7726879333dbdabe7c",
    ]
    .map(|k| hex::decode(k).unwrap().try_into().unwrap())
}

fn base() -> Base {
    let outcome = Outcome {
        app_hash: AppHash([5; 32]),
        results: vec![],
        events: vec![],
        validators: keys()
            .into_iter()
            .map(|key| ValidatorUpdate { key, power: 10 })
            .collect(),
        params: None,
    };
    Base::genesis(
        "test-1".parse().unwrap(),
        1,
        Time(1_700_000_000_000),
        Params::default(),
        &outcome,
    )
    .unwrap()
}

#[test]
fn our_hashes_are_those_of_the_tendermint_crates() {
    let base = base();
    assert_eq!(
        Hash::Sha256(base.validators.hash()),
        base.validators.to_tendermint(1).hash()
    );
    for n in [0usize, 1, 2, 3, 5, 8, 13] {
        let leaves: Vec<Vec<u8>> = (0..n).map(|i| vec![i as u8; i]).collect();
        assert_eq!(
            merkle::root(&leaves),
            simple_hash_from_byte_vectors::<Sha>(&leaves)
        );
        let hashes: Vec<[u8; 32]> = leaves.iter().map(|l| merkle::leaf_hash(l)).collect();
        let root = merkle::root_of_hashes(&hashes);
        for i in 0..n {
            let proof = merkle::prove(&hashes, i).unwrap();
            assert!(merkle::verify(&root, n, i, &hashes[i], &proof));
            assert!(!merkle::verify(&root, n, (i + 1) % (n + 1), &hashes[i], &proof) || n == 0);
            assert!(!merkle::verify(&root, n, i, &[9; 32], &proof));
        }
        assert!(merkle::prove(&hashes, n).is_none());
    }
}

#[test]
fn sign_bytes_are_those_of_the_tendermint_crates() {
    let value = ValueId {
        hash: [1; 32],
        parts: 3,
        parts_hash: [2; 32],
        time: Time(1_700_000_000_123),
    };
    let canonical = CanonicalVote {
        vote_type: Type::Precommit,
        height: 7u32.into(),
        round: 2u8.into(),
        block_id: Some(tendermint::block::Id {
            hash: Hash::Sha256([1; 32]),
            part_set_header: parts::Header::new(3, Hash::Sha256([2; 32])).unwrap(),
        }),
        timestamp: Some(value.time.try_into().unwrap()),
        chain_id: "test-1".parse().unwrap(),
    };
    let ours = vote_sign_bytes("test-1", VoteKind::Precommit, 7, 2, Some(&value));
    assert_eq!(
        ours,
        Protobuf::<tendermint_proto::types::CanonicalVote>::encode_length_delimited_vec(canonical)
    );
    assert_ne!(
        ours,
        vote_sign_bytes("test-1", VoteKind::Prevote, 7, 2, Some(&value))
    );
    assert_ne!(
        ours,
        vote_sign_bytes("test-1", VoteKind::Precommit, 7, 2, None)
    );
}

#[test]
fn a_block_survives_its_bytes_and_its_parts() {
    let base = base();
    let txs = vec![Bytes::from(vec![7; 100_000]), Bytes::from_static(b"x")];
    let proposer = base.validators.proposer(1, 0).unwrap().address;
    let block = base
        .block(base.last_time.plus_millis(5), proposer, txs)
        .unwrap();
    base.check(&block).unwrap();
    let bytes = encode_block(&block);
    assert_eq!(decode_block(&bytes).unwrap(), block);
    let parts = PartSet::new(bytes.clone());
    assert_eq!(parts.total(), 2);
    let mut joined = vec![];
    for i in 0..2 {
        let (part, proof) = parts.part(i).unwrap();
        assert!(verify_part(&parts.root(), 2, i, &part, &proof));
        assert!(!verify_part(&parts.root(), 2, 1 - i, &part, &proof));
        joined.extend_from_slice(&part);
    }
    assert_eq!(joined, bytes);
    let mut padded = bytes;
    padded.extend_from_slice(&[0xf8, 0x01, 0]);
    assert_eq!(decode_block(&padded), Err(HeaderError::NotCanonical));
    assert!(decode_block(&[1, 2, 3]).is_err());
    let input = base.input(&block).unwrap();
    assert_eq!((input.height, input.txs.len()), (1, 2));
}

#[test]
fn every_wrong_field_is_refused_by_name() {
    let base = base();
    let proposer = base.validators.at(0).unwrap().address;
    let good = base
        .block(base.last_time.plus_millis(1), proposer, vec![])
        .unwrap();
    let named = |change: &dyn Fn(&mut Block)| {
        let mut block = good.clone();
        change(&mut block);
        base.check(&block).unwrap_err()
    };
    let other = Hash::Sha256([9; 32]);
    let field = |e: HeaderError| match e {
        HeaderError::Field { field, .. } => field,
        e => panic!("{e}"),
    };
    assert_eq!(
        field(named(&|b| b.header.data_hash = Some(other))),
        "data_hash"
    );
    assert_eq!(
        field(named(&|b| b.header.validators_hash = other)),
        "validators_hash"
    );
    assert_eq!(
        field(named(&|b| b.header.consensus_hash = other)),
        "consensus_hash"
    );
    assert_eq!(field(named(&|b| b.header.height = 2u32.into())), "height");
    assert_eq!(field(named(&|b| b.data.push(vec![1]))), "data_hash");
    assert!(named(&|b| b.header.app_hash = vec![1; 32].try_into().unwrap()).is_divergence());
    assert!(!named(&|b| b.header.data_hash = None).is_divergence());
    assert!(matches!(
        named(&|b| b.header.time = base.last_time.try_into().unwrap()),
        HeaderError::Time(_)
    ));
    assert!(matches!(
        named(&|b| b.header.proposer_address = account::Id::new([3; 20])),
        HeaderError::Proposer(_)
    ));
}

#[test]
fn proposers_turn_in_proportion_to_power_and_rounds_visit_everyone() {
    for powers in [[10, 10, 10, 10], [1, 2, 3, 6], [100, 1, 1, 1], [7, 7, 5, 1]] {
        let set = ValidatorSet::new(keys().into_iter().zip(powers)).unwrap();
        let unit = powers
            .into_iter()
            .fold(0, |g, p| if g == 0 { p } else { num_gcd(g, p) });
        let turns: u64 = powers.iter().sum::<u64>() / unit;
        for v in set.iter() {
            let own = (100..100 + turns)
                .filter(|h| set.proposer(*h, 0).unwrap().address == v.address)
                .count() as u64;
            assert_eq!(own, v.power / unit, "{powers:?}");
        }
        for h in 0..20 {
            let seen: std::collections::BTreeSet<Address> = (0..4)
                .map(|r| set.proposer(h, r).unwrap().address)
                .collect();
            assert_eq!(seen.len(), 4);
        }
    }
    assert!(ValidatorSet::default().proposer(1, 0).is_none());
}

fn num_gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { num_gcd(b, a % b) }
}

#[test]
fn impossible_validator_sets_are_refused() {
    let [a, b, ..] = keys();
    assert!(ValidatorSet::new([(a, 1), (a, 2)]).is_err());
    assert!(ValidatorSet::new([(a, 0)]).is_err());
    assert!(ValidatorSet::new([(a, MAX_TOTAL_POWER), (b, 1)]).is_err());
    let set = ValidatorSet::new([(a, 1)]).unwrap();
    assert!(set.apply(&[ValidatorUpdate { key: a, power: 0 }]).is_err());
    let set = set.apply(&[ValidatorUpdate { key: b, power: 5 }]).unwrap();
    assert_eq!(set.at(0).unwrap().key, b);
    assert!(set.is_quorum(5) && !set.is_quorum(4));
}

#[test]
fn results_hash_covers_what_consensus_covers() {
    let result = TxResult::failed(crate::codes::OUT_OF_GAS, "story", 5, 6);
    let mut told = result.clone();
    told.log = "another story".into();
    assert_eq!(
        results_hash(std::slice::from_ref(&result)),
        results_hash(&[told])
    );
    let mut other = result.clone();
    other.gas_used = 7;
    assert_ne!(results_hash(&[result]), results_hash(&[other]));
}
