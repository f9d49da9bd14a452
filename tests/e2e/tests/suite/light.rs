//! A tendermint light client follows a run: it accepts every header and no forged signature.
use std::time::Duration;

use mycel_client::Client;
use mycel_e2e::Town;
use tendermint::{Time, block::CommitSig, block::signed_header::SignedHeader};
use tendermint_light_client_verifier::{
    ProdVerifier, Verdict, Verifier,
    options::Options,
    types::{TrustedBlockState, UntrustedBlockState, ValidatorSet},
};

struct Header {
    signed: SignedHeader,
    set: ValidatorSet,
}

fn verify(trusted: &Header, untrusted: &Header) -> Verdict {
    let header = &trusted.signed.header;
    ProdVerifier::default().verify_update_header(
        UntrustedBlockState {
            signed_header: &untrusted.signed,
            validators: &untrusted.set,
            next_validators: None,
        },
        TrustedBlockState {
            chain_id: &header.chain_id,
            header_time: header.time,
            height: header.height,
            next_validators: &trusted.set,
            next_validators_hash: header.next_validators_hash,
        },
        &Options {
            trust_threshold: Default::default(),
            trusting_period: Duration::from_secs(86_400),
            clock_drift: Duration::from_secs(10),
        },
        Time::now(),
    )
}

#[tokio::test]
async fn a_tendermint_light_client_accepts_every_header_and_no_flipped_signature() {
    let town = Town::start(&["--members", "20"]);
    let client = Client::http(&town.url(2)).unwrap();
    // the town trades, so blocks come
    let tip = loop {
        let tip = client.status().await.unwrap().latest_height;
        if tip > 5 {
            break tip;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let mut headers = vec![];
    for height in 1..=tip {
        let block = client.light_block(Some(height)).await.unwrap();
        let set = block.validators.set().clone();
        let signed = SignedHeader::new(block.header, block.commit).unwrap();
        headers.push(Header { signed, set });
    }
    for pair in headers.windows(2) {
        assert_eq!(verify(&pair[0], &pair[1]), Verdict::Success);
    }
    // skipping is allowed as long as the set is known
    assert_eq!(
        verify(&headers[0], &headers[headers.len() - 1]),
        Verdict::Success
    );
    for index in 0..4 {
        let mut forged = Header {
            signed: headers[3].signed.clone(),
            set: headers[3].set.clone(),
        };
        let Some(CommitSig::BlockIdFlagCommit {
            signature: Some(signature),
            ..
        }) = forged.signed.commit.signatures.get_mut(index)
        else {
            continue;
        };
        let mut bytes = signature.as_bytes().to_vec();
        bytes[7] ^= 1;
        *signature = bytes.as_slice().try_into().unwrap();
        assert_ne!(
            verify(&headers[2], &forged),
            Verdict::Success,
            "signature {index}"
        );
    }
}
