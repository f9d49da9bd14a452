//! The development keys of the trust contract's circuits, as files beside this one.
use std::sync::OnceLock;

use mycel_circuits::Kind;
use mycel_verifier::{key::VerifyingKey, snarkjs};

/// A development key as everyone has it without making it.
#[derive(Clone, Debug)]
pub struct Known {
    /// What verifies.
    pub verifying: VerifyingKey,
    /// BLAKE3 of the proving key's file, for [`mycel_prover::ProvingKey::read`].
    pub zkey: [u8; 32],
}

macro_rules! files {
    ($name:literal) => {
        (
            include_str!(concat!("golden/", $name, ".json")),
            include_str!(concat!("golden/", $name, ".digests")),
        )
    };
}

/// The development key of a circuit.
///
/// # Panics
/// Never: the embedded files are tested.
#[must_use]
pub fn key(kind: Kind) -> &'static Known {
    static KNOWN: [OnceLock<Known>; 4] = [const { OnceLock::new() }; 4];
    let (place, (json, digests)) = match kind {
        Kind::Attest => (0, files!("attest")),
        Kind::Fold => (1, files!("fold")),
        Kind::Show => (2, files!("show")),
        Kind::Member => (3, files!("member")),
    };
    KNOWN[place].get_or_init(|| parse(json, digests).expect("the embedded keys are tested"))
}

fn parse(json: &str, digests: &str) -> Option<Known> {
    let verifying = snarkjs::key_from(&serde_json::from_str(json).ok()?).ok()?;
    let zkey = digests.split_whitespace().next()?;
    let digit = |at: usize| u8::from_str_radix(zkey.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..zkey.len()).step_by(2).map(digit).collect();
    Some(Known {
        verifying,
        zkey: bytes?.try_into().ok()?,
    })
}
