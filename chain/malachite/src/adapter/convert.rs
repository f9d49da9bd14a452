//! Between the host's words and Malachite's.
use arc_malachitebft_app_channel::app::consensus::ProposedValue;
use arc_malachitebft_core_types::{
    CommitCertificate, ExtendedCommitCertificate, ExtendedCommitSignature, Round, Validity,
};
use arc_malachitebft_sync::RawDecidedValue;
use mycel_engine::host::{Certificate, DecidedValue, Proposed};

use crate::context::{Address, Chain, Height, Signature, Value};

pub(super) fn proposed(value: Proposed) -> ProposedValue<Chain> {
    ProposedValue {
        height: Height(value.height),
        round: Round::new(value.round),
        valid_round: Round::from(value.pol_round),
        proposer: Address(value.proposer),
        value: Value(value.value),
        validity: Validity::from_bool(value.valid),
    }
}

pub(super) fn certificate_of(certificate: &CommitCertificate<Chain>) -> Certificate {
    Certificate {
        height: certificate.height.0,
        round: certificate.round.as_u32().unwrap_or(0),
        value: certificate.value_id,
        signatures: certificate
            .commit_signatures
            .iter()
            .map(|s| (s.address.0, s.signature.0))
            .collect(),
    }
}

pub(super) fn decided_value(decided: DecidedValue) -> RawDecidedValue<Chain> {
    let c = decided.certificate;
    RawDecidedValue::new(
        decided.bytes,
        ExtendedCommitCertificate {
            height: Height(c.height),
            round: Round::new(c.round),
            value_id: c.value,
            commit_signatures: c
                .signatures
                .into_iter()
                .map(|(who, signature)| {
                    ExtendedCommitSignature::new(Address(who), Signature(signature), None)
                })
                .collect(),
        },
    )
}
