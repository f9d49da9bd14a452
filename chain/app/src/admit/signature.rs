//! Signatures over secp256k1.
use cosmos_sdk_proto::{Any, cosmos::crypto::secp256k1::PubKey};
use mycel_types::{AccountAddress, codes};
use prost::Message as _;
use secp256k1::{Message, Secp256k1, VerifyOnly, ecdsa::Signature};
use sha2::{Digest, Sha256};

use super::request::Request;
use crate::error::Failure;

/// A compressed secp256k1 key, 33 bytes; whether it is a point shows when it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PublicKey([u8; 33]);

impl PublicKey {
    pub(crate) const TYPE_URL: &'static str = "/cosmos.crypto.secp256k1.PubKey";

    /// Reads a key of a signer; kinds that are not built yet say so.
    pub(crate) fn read(any: &Any) -> Result<Self, Failure> {
        match any.type_url.as_str() {
            Self::TYPE_URL => {
                let key = PubKey::decode(&any.value[..])
                    .map_err(|e| Failure::new(codes::INVALID_PUBKEY, e))?;
                let bytes = key.key.try_into().map_err(|key: Vec<u8>| {
                    Failure::new(
                        codes::INVALID_PUBKEY,
                        format_args!("length={} expected=33", key.len()),
                    )
                })?;
                Ok(Self(bytes))
            }
            "/cosmos.crypto.multisig.LegacyAminoPubKey" => Err(Failure::not_yet("multisig keys")),
            "/cosmos.crypto.secp256r1.PubKey" => Err(Failure::not_yet("secp256r1 keys")),
            "/cosmos.crypto.ed25519.PubKey" => Err(Failure::not_yet("ed25519 keys")),
            other => {
                let shown: String = other.chars().take(200).collect();
                Err(Failure::new(
                    codes::INVALID_PUBKEY,
                    format_args!("unable to resolve type URL {shown}"),
                ))
            }
        }
    }

    /// Whose key it is.
    pub(crate) fn address(&self) -> AccountAddress {
        AccountAddress::of_secp256k1(&self.0)
    }

    /// The protobuf form.
    pub(crate) fn to_proto(self) -> Vec<u8> {
        PubKey {
            key: self.0.to_vec(),
        }
        .encode_to_vec()
    }

    /// Reads an account's stored key.
    pub(crate) fn stored((type_url, value): &(String, Vec<u8>)) -> Result<Self, Failure> {
        Self::read(&Any {
            type_url: type_url.clone(),
            value: value.clone(),
        })
    }
}

/// Checks signatures.
pub(crate) struct Keys {
    secp: Secp256k1<VerifyOnly>,
}

impl Keys {
    pub(crate) fn new() -> Self {
        Self {
            secp: Secp256k1::verification_only(),
        }
    }

    /// Checks all signatures of a transaction. Signers whose key is left out are looked up in `known`.
    pub(crate) fn verify(
        &self,
        request: &Request,
        chain_id: &str,
        known: impl Fn(&AccountAddress) -> Option<PublicKey>,
    ) -> Result<(), Failure> {
        for signer in &request.signers {
            let key = signer
                .key
                .or_else(|| known(&signer.address))
                .ok_or_else(|| {
                    Failure::new(
                        codes::INVALID_PUBKEY,
                        "account pubkey not set: send it along",
                    )
                })?;
            let bytes = request.sign_bytes(chain_id, &signer.address);
            if !self.is_good(&key, &bytes, &signer.signature) {
                return Err(Failure::new(
                    codes::UNAUTHORIZED,
                    format_args!(
                        "signature verification failed; please verify account number ({}) and chain-id ({chain_id}): \
                         (unable to verify single signer signature)",
                        signer.address.account_number()
                    ),
                ));
            }
        }
        Ok(())
    }

    /// One signature: 64 bytes, low S, over SHA-256.
    fn is_good(&self, key: &PublicKey, bytes: &[u8], signature: &[u8]) -> bool {
        let Ok(key) = secp256k1::PublicKey::from_slice(&key.0) else {
            return false;
        };
        let Ok(signature) = Signature::from_compact(signature) else {
            return false;
        };
        let mut low = signature;
        low.normalize_s();
        let digest = Message::from_digest(Sha256::digest(bytes).into());
        low == signature && self.secp.verify_ecdsa(digest, &signature, &key).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use k256::ecdsa::{SigningKey, signature::hazmat::PrehashSigner};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn verdicts_equal_those_of_k256(seed in 1u8..255, text: Vec<u8>, flip in any::<Option<(u8, u8)>>(), high: bool) {
            use k256::ecdsa::signature::hazmat::PrehashVerifier;
            let secret = SigningKey::from_slice(&[seed; 32]).unwrap();
            let public = secret.verifying_key();
            let digest = Sha256::digest(&text);
            let signature: k256::ecdsa::Signature = secret.sign_prehash(&digest).unwrap();
            let signature = signature.normalize_s().unwrap_or(signature);
            let mut bytes = signature.to_bytes().to_vec();
            if high {
                let (r, s) = (signature.r(), signature.s());
                let negated = -*s;
                bytes = k256::ecdsa::Signature::from_scalars(r.to_bytes(), negated.to_bytes()).unwrap().to_bytes().to_vec();
            }
            if let Some((at, with)) = flip {
                let at = usize::from(at) % 64;
                bytes[at] ^= with;
            }
            let theirs = k256::ecdsa::Signature::from_slice(&bytes)
                .is_ok_and(|s| s.normalize_s().is_none() && public.verify_prehash(&digest, &s).is_ok());
            let key = PublicKey(public.to_encoded_point(true).as_bytes().try_into().unwrap());
            prop_assert_eq!(Keys::new().is_good(&key, &text, &bytes), theirs);
            if flip.is_none() || flip.is_some_and(|(_, with)| with == 0) {
                prop_assert_eq!(theirs, !high);
            }
        }
    }
}
