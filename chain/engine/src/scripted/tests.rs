use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use mycel_types::Time;
use tendermint::block::{CommitSig, signed_header::SignedHeader};
use tendermint_light_client_verifier::{
    ProdVerifier, Verdict, Verifier,
    options::Options,
    types::{TrustedBlockState, UntrustedBlockState},
};

use super::Scripted;
use crate::{
    development,
    mock::{Disk, Mock},
};

fn town(n: usize) -> (Scripted, Arc<Mock>) {
    let keys = development::keys(n);
    let genesis = development::genesis(
        "town-1".parse().unwrap(),
        Time(1_700_000_000_000),
        &keys[..n.min(4)],
        vec![],
    );
    let app = Arc::new(Mock::new(Disk::default()));
    (Scripted::new(app.clone(), &genesis, keys).unwrap(), app)
}

fn verify(town: &Scripted, trusted: u64, header: &SignedHeader, height: u64) -> Verdict {
    let trust = town.signed_header(trusted).unwrap();
    let set = town.validators(height).unwrap().to_tendermint(height);
    let next = town
        .validators(height + 1)
        .unwrap()
        .to_tendermint(height + 1);
    let trusted_next = town
        .validators(trusted + 1)
        .unwrap()
        .to_tendermint(trusted + 1);
    ProdVerifier::default().verify_update_header(
        UntrustedBlockState {
            signed_header: header,
            validators: &set,
            next_validators: Some(&next),
        },
        TrustedBlockState {
            chain_id: &trust.header.chain_id,
            header_time: trust.header.time,
            height: trust.header.height,
            next_validators: &trusted_next,
            next_validators_hash: trust.header.next_validators_hash,
        },
        &Options {
            trust_threshold: Default::default(),
            trusting_period: Duration::from_secs(1_000_000),
            clock_drift: Duration::from_secs(10),
        },
        (trust.header.time + Duration::from_secs(1000)).unwrap(),
    )
}

#[test]
fn the_light_client_accepts_every_header_and_no_flipped_signature() {
    let (mut town, _) = town(4);
    for i in 0..20 {
        assert!(town.submit(format!("ada:{i}:k{i}=v")).ok());
        town.produce().unwrap();
    }
    for height in 2..=20 {
        let header = town.signed_header(height).unwrap();
        assert_eq!(verify(&town, height - 1, &header, height), Verdict::Success);
        assert_eq!(verify(&town, 1, &header, height), Verdict::Success);
        let mut bad = header.clone();
        if let CommitSig::BlockIdFlagCommit { signature, .. } = &mut bad.commit.signatures[0] {
            let mut bytes = signature.clone().unwrap().as_bytes().to_vec();
            bytes[40] ^= 1;
            *signature = Some(bytes.try_into().unwrap());
        }
        assert_ne!(verify(&town, height - 1, &bad, height), Verdict::Success);
    }
}

#[test]
fn a_validator_change_takes_effect_two_heights_later() {
    let (mut town, _) = town(5);
    let fifth = development::keys(5)[4].verification_key().to_bytes();
    town.produce().unwrap();
    assert!(
        town.submit(format!("ada:0:power {} 25", hex::encode(fifth)))
            .ok()
    );
    town.produce().unwrap();
    for _ in 0..3 {
        town.produce().unwrap();
    }
    let sizes: Vec<usize> = (1..=6).map(|h| town.validators(h).unwrap().len()).collect();
    assert_eq!(
        sizes,
        [4, 4, 4, 5, 5, 5],
        "the block at height 2 changes set 4"
    );
    assert_eq!(town.validators(4).unwrap().at(0).unwrap().power, 25);
    for height in 2..=5 {
        let header = town.signed_header(height).unwrap();
        assert_eq!(verify(&town, height - 1, &header, height), Verdict::Success);
    }
}

#[test]
fn a_decided_block_runs_even_if_a_transaction_is_inadmissible() {
    let (mut town, app) = town(1);
    let txs = vec![
        Bytes::from_static(b"ada:7:k=v"),
        Bytes::from_static(b"ada:0:k=w"),
    ];
    let done = town.decide(town.time().plus_millis(1), txs).unwrap();
    let codes: Vec<u32> = done.outcome.results.iter().map(|r| r.code).collect();
    assert_eq!(codes, [32, 0]);
    assert_eq!(app.value("k").unwrap(), "w");
    assert_eq!(town.produce().unwrap().block.header.height.value(), 2);
}
