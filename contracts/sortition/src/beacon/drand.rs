//! A round of a drand network, checked against the network's public key.
//!
//! The message of an unchained round is SHA-256(round), of a chained one
//! SHA-256(previous signature ‖ round), the round in 8 bytes big-endian. It is
//! hashed to the signature's curve by RFC 9380 with the suite name of the
//! ciphersuite "basic" of draft-irtf-cfrg-bls-signature; the signature σ holds
//! if e(σ, g2) = e(H(m), key) with signatures in G1, or e(g1, σ) = e(key, H(m))
//! with signatures in G2. The randomness is SHA-256(σ).
//!
//! Points are compressed (48 bytes in G1, 96 in G2); that they lie on the
//! curve and in its subgroup is part of reading them.

use cosmwasm_std::{
    Api, BLS12_381_G1_GENERATOR, BLS12_381_G2_GENERATOR, HashFunction, VerificationError,
};
use sha2::{Digest, Sha256};

use super::error::BeaconError;
use super::hex;
use super::source::Scheme;

/// The ciphersuite's name for signatures in G1.
pub const DST_G1: &[u8] = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";
/// The ciphersuite's name for signatures in G2; `bls-unchained-on-g1` hashes
/// to G1 under this name.
pub const DST_G2: &[u8] = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_";
/// Bytes of a point of G1.
pub const G1: usize = 48;
/// Bytes of a point of G2.
pub const G2: usize = 96;
/// Bytes of the seed that stands for the signature before a chain's first.
pub const SEED: usize = 32;

/// A public key of a scheme.
///
/// # Errors
/// Not hexadecimal, of another length, no point of its group, or the neutral
/// point, which would accept a forged signature.
pub fn public_key(api: &dyn Api, scheme: Scheme, text: &str) -> Result<Vec<u8>, BeaconError> {
    let refused = |why| BeaconError::Source { why };
    let bytes = match scheme {
        Scheme::PedersenChained => G1,
        Scheme::UnchainedG1Rfc9380 | Scheme::UnchainedOnG1 => G2,
    };
    let key = hex(text, bytes).ok_or_else(|| {
        refused(match scheme {
            Scheme::PedersenChained => "public_key needs 48 bytes in lower case hexadecimal",
            _ => "public_key needs 96 bytes in lower case hexadecimal",
        })
    })?;
    // 1 = e(r, s) holds for the neutral point only, and reading it checks it
    let neutral = match scheme {
        Scheme::PedersenChained => {
            api.bls12_381_pairing_equality(&[], &[], &key, &BLS12_381_G2_GENERATOR)
        }
        Scheme::UnchainedG1Rfc9380 | Scheme::UnchainedOnG1 => {
            api.bls12_381_pairing_equality(&[], &[], &BLS12_381_G1_GENERATOR, &key)
        }
    };
    match neutral {
        Ok(false) => Ok(key),
        Ok(true) => Err(refused("public_key is the neutral point")),
        Err(_) => Err(refused("public_key is no point of the scheme's group")),
    }
}

/// The randomness of a round, if its signature holds.
///
/// # Errors
/// [`BeaconError::Signature`]: not of this form, round, chain or key.
pub fn verify(
    api: &dyn Api,
    scheme: Scheme,
    key: &str,
    round: u64,
    signature: &str,
    previous: Option<&str>,
) -> Result<[u8; 32], BeaconError> {
    let refused = |why| BeaconError::Signature {
        round,
        scheme: scheme.name(),
        why,
    };
    let key = public_key(api, scheme, key)?;
    let chained = scheme == Scheme::PedersenChained;
    let (bytes, form) = if chained {
        (G2, "a signature has 96 bytes in lower case hexadecimal")
    } else {
        (G1, "a signature has 48 bytes in lower case hexadecimal")
    };
    let signature = hex(signature, bytes).ok_or_else(|| refused(form))?;
    let mut message = Sha256::new();
    match (chained, previous) {
        (false, None) => {}
        (false, Some(_)) => return Err(refused("an unchained round has no previous signature")),
        (true, None) => return Err(refused("a chained round needs the previous signature")),
        (true, Some(text)) => {
            // the first round follows the group's seed
            let bytes = if round == 1 { SEED } else { G2 };
            let previous = hex(text, bytes)
                .ok_or_else(|| refused("the previous signature has another form"))?;
            message.update(previous);
        }
    }
    let message = message.chain_update(round.to_be_bytes()).finalize();
    let holds = match scheme {
        Scheme::PedersenChained => api
            .bls12_381_hash_to_g2(HashFunction::Sha256, &message, DST_G2)
            .and_then(|point| {
                api.bls12_381_pairing_equality(&BLS12_381_G1_GENERATOR, &signature, &key, &point)
            }),
        Scheme::UnchainedG1Rfc9380 => in_g1(api, &message, DST_G1, &signature, &key),
        Scheme::UnchainedOnG1 => in_g1(api, &message, DST_G2, &signature, &key),
    };
    match holds {
        Ok(true) => Ok(Sha256::digest(&signature).into()),
        Ok(false) => Err(refused(if chained {
            "it is not this key's for this round after that signature"
        } else {
            "it is not this key's for this round"
        })),
        Err(_) => Err(refused("it is no point of the scheme's group")),
    }
}

fn in_g1(
    api: &dyn Api,
    message: &[u8],
    domain: &[u8],
    signature: &[u8],
    key: &[u8],
) -> Result<bool, VerificationError> {
    let point = api.bls12_381_hash_to_g1(HashFunction::Sha256, message, domain)?;
    api.bls12_381_pairing_equality(&point, key, signature, &BLS12_381_G2_GENERATOR)
}

#[cfg(test)]
#[path = "vectors.rs"]
mod vectors;
