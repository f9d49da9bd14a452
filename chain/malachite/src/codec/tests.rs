use super::*;
use crate::context::{Address, Height, Proposal, Signature, Value, Vote};
use arc_malachitebft_app_channel::app::streaming::{StreamContent, StreamId};
use arc_malachitebft_core_types::{
    ExtendedCommitCertificate, ExtendedCommitSignature, NilOrVal, PolkaSignature, Round,
    RoundCertificate, RoundCertificateType, RoundSignature, SignedExtension, SignedProposal,
    SignedVote, Validity, VoteType,
};
use mycel_types::{Time, header::ValueId};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

fn id(n: u8) -> ValueId {
    ValueId {
        hash: [n; 32],
        parts: 3,
        parts_hash: [n.wrapping_add(1); 32],
        time: Time(1_700_000_000_123),
    }
}

fn who(n: u8) -> Address {
    Address(mycel_types::Address([n; 20]))
}

fn signature(n: u8) -> Signature {
    Signature([n; 64])
}

fn vote(kind: VoteType, value: NilOrVal<ValueId>, extension: bool) -> SignedVote<Chain> {
    SignedVote::new(
        Vote {
            kind,
            height: Height(7),
            round: Round::new(70_000),
            value,
            validator: who(4),
            extension: extension
                .then(|| SignedExtension::new(Bytes::from_static(b"beacon"), signature(8))),
        },
        signature(9),
    )
}

fn proposal() -> SignedProposal<Chain> {
    SignedProposal::new(
        Proposal {
            height: Height(7),
            round: Round::new(2),
            value: Value(id(1)),
            pol_round: Round::Nil,
            proposer: who(4),
        },
        signature(9),
    )
}

fn polka() -> PolkaCertificate<Chain> {
    PolkaCertificate {
        height: Height(7),
        round: Round::new(1),
        value_id: id(2),
        polka_signatures: vec![PolkaSignature::new(who(1), signature(3))],
    }
}

fn samples() -> Vec<(&'static str, Bytes)> {
    let c = BorshCodec::default();
    let consensus = [
        SignedConsensusMsg::Vote(vote(VoteType::Prevote, NilOrVal::Nil, false)),
        SignedConsensusMsg::Vote(vote(VoteType::Precommit, NilOrVal::Val(id(1)), true)),
        SignedConsensusMsg::Proposal(proposal()),
    ];
    let liveness = [
        LivenessMsg::Vote(vote(VoteType::Precommit, NilOrVal::Val(id(1)), false)),
        LivenessMsg::PolkaCertificate(polka()),
        LivenessMsg::SkipRoundCertificate(RoundCertificate {
            height: Height(7),
            round: Round::new(4),
            cert_type: RoundCertificateType::Skip,
            round_signatures: vec![RoundSignature::new(
                VoteType::Prevote,
                NilOrVal::Nil,
                who(1),
                signature(2),
            )],
        }),
    ];
    let proposed = ProposedValue::<Chain> {
        height: Height(7),
        round: Round::new(0),
        valid_round: Round::Nil,
        proposer: who(4),
        value: Value(id(1)),
        validity: Validity::Valid,
    };
    let proof = ValidatorProof::<Chain>::new(vec![1; 32], vec![2; 38], signature(1));
    let status = sync::Status::<Chain> {
        peer_id: peer(),
        tip_height: Height(9),
        history_min_height: Height(1),
    };
    let request =
        sync::Request::<Chain>::ValueRequest(sync::ValueRequest::new(Height(3)..=Height(9)));
    let response = sync::Response::<Chain>::ValueResponse(sync::ValueResponse::new(
        Height(3),
        vec![sync::RawDecidedValue::new(
            Bytes::from_static(b"a block"),
            ExtendedCommitCertificate {
                height: Height(3),
                round: Round::new(0),
                value_id: id(5),
                commit_signatures: vec![ExtendedCommitSignature::new(who(1), signature(7), None)],
            },
        )],
    ));
    let mut all = Vec::new();
    macro_rules! round_trip {
        ($name:literal, $type:ty, $value:expr) => {{
            let bytes = c.encode(&$value).unwrap();
            let back: $type = c.decode(bytes.clone()).unwrap();
            assert_eq!(back, $value, $name);
            all.push(($name, bytes));
        }};
    }
    for m in consensus {
        round_trip!("consensus", SignedConsensusMsg<Chain>, m);
    }
    for m in liveness {
        round_trip!("liveness", LivenessMsg<Chain>, m);
    }
    round_trip!("polka", PolkaCertificate<Chain>, polka());
    round_trip!("proposed", ProposedValue<Chain>, proposed);
    round_trip!("proof", ValidatorProof<Chain>, proof);
    for part in super::part::samples() {
        round_trip!("part", Part, part);
        let data = StreamMessage::new(
            StreamId::new(Bytes::from_static(b"stream")),
            3,
            StreamContent::Data(part),
        );
        round_trip!("stream", StreamMessage<Part>, data);
    }
    let fin = StreamMessage::new(
        StreamId::new(Bytes::from_static(b"stream")),
        4,
        StreamContent::Fin,
    );
    round_trip!("stream", StreamMessage<Part>, fin);
    round_trip!("status", sync::Status<Chain>, status);
    round_trip!("request", sync::Request<Chain>, request);
    assert_eq!(
        c.encoded_len(&response).unwrap(),
        c.encode(&response).unwrap().len()
    );
    round_trip!("response", sync::Response<Chain>, response);
    all
}

fn peer() -> sync::PeerId {
    let key = libp2p_identity::Keypair::ed25519_from_bytes([7; 32]).unwrap();
    sync::PeerId::from_bytes(&key.public().to_peer_id().to_bytes()).unwrap()
}

/// Decodes as everything; what matters is that it returns.
fn decode_as_everything(bytes: &Bytes) -> usize {
    let c = BorshCodec::default();
    let mut understood = 0;
    macro_rules! attempt {
        ($($type:ty),*) => { $(
            let result: Result<$type, CodecError> = c.decode(bytes.clone());
            if let Ok(value) = result {
                understood += 1;
                // whatever decodes can be written again, to the same bytes, unless it bears no signature
                match c.encode(&value) {
                    Ok(again) => assert_eq!(again, *bytes),
                    Err(CodecError::Withheld) => {}
                    Err(e) => panic!("decoded but not encoded: {e}"),
                }
            }
        )* };
    }
    attempt!(
        SignedConsensusMsg<Chain>,
        LivenessMsg<Chain>,
        PolkaCertificate<Chain>,
        ProposedValue<Chain>,
        ValidatorProof<Chain>,
        Part,
        StreamMessage<Part>,
        sync::Status<Chain>,
        sync::Request<Chain>,
        sync::Response<Chain>
    );
    understood
}

#[test]
fn every_message_survives_the_wire_and_the_formats_stay_as_they_are() {
    let mut hash = Sha256::new();
    for (name, bytes) in samples() {
        hash.update(name);
        hash.update(&bytes);
    }
    assert_eq!(
        hex::encode(hash.finalize()),
        include_str!("format.sha256").trim()
    );
}

#[test]
fn a_list_that_claims_to_be_long_is_refused_before_anything_is_allocated() {
    let c = BorshCodec::default();
    let mut bytes = c.encode(&polka()).unwrap().to_vec();
    let at = bytes.len() - (20 + 64) - 4;
    bytes[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    let result: Result<PolkaCertificate<Chain>, _> = c.decode(bytes.into());
    assert!(result.unwrap_err().to_string().contains("limit=256"));
}

#[test]
fn rounds_heights_and_times_that_cometbft_cannot_hold_are_refused() {
    let c = BorshCodec::default();
    let good = vote(VoteType::Precommit, NilOrVal::Val(id(1)), false);
    let bad = [
        Vote {
            height: Height(u64::MAX),
            ..good.message.clone()
        },
        Vote {
            value: NilOrVal::Val(ValueId {
                time: Time(u64::MAX),
                ..id(1)
            }),
            ..good.message.clone()
        },
    ];
    for message in bad {
        let bytes = c
            .encode(&SignedConsensusMsg::Vote(SignedVote::new(
                message,
                signature(1),
            )))
            .unwrap();
        let result: Result<SignedConsensusMsg<Chain>, _> = c.decode(bytes);
        assert!(matches!(result, Err(CodecError::Range { .. })));
    }
    let far = Vote {
        round: Round::new(u32::MAX),
        ..good.message
    };
    let far = SignedConsensusMsg::Vote(SignedVote::new(far, signature(1)));
    assert!(matches!(c.encode(&far), Err(CodecError::Range { .. })));
}

#[test]
fn a_vote_without_signature_does_not_leave() {
    let unsigned = SignedVote::new(
        vote(VoteType::Prevote, NilOrVal::Nil, false).message,
        Signature::WITHHELD,
    );
    let result = BorshCodec::default().encode(&SignedConsensusMsg::<Chain>::Vote(unsigned));
    assert!(matches!(result, Err(CodecError::Withheld)));
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        decode_as_everything(&bytes.into());
    }

    #[test]
    fn mutated_messages_never_panic(
        which in any::<prop::sample::Index>(),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<Option<prop::sample::Index>>(),
    ) {
        let samples = samples();
        let mut bytes = samples[which.index(samples.len())].1.to_vec();
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        decode_as_everything(&bytes.into());
    }
}
