//! Addresses and signatures for native contracts, by the chain's rules.

use std::cell::RefCell;
use std::collections::BTreeSet;

use cosmwasm_std::testing::MockApi;
use cosmwasm_std::{
    Addr, Api, CanonicalAddr, HashFunction, RecoverPubkeyError, StdError, StdResult,
    VerificationError,
};
use mycel_types::AccountAddress;

/// Addresses that are remembered as valid.
const REMEMBERED: usize = 1 << 16;

/// Bech32 takes longer than a payment: addresses seen before are remembered.
#[derive(Debug, Default)]
pub(crate) struct ChainApi {
    valid: RefCell<BTreeSet<String>>,
}

/// cosmwasm-std's own native signature checks, the ones contracts get.
fn signatures() -> MockApi {
    MockApi::default()
}

impl Api for ChainApi {
    fn addr_validate(&self, human: &str) -> StdResult<Addr> {
        if self.valid.borrow().contains(human) {
            return Ok(Addr::unchecked(human));
        }
        // worded as contracts in Wasm get it
        let refused =
            |why: &dyn std::fmt::Display| StdError::msg(format!("addr_validate errored: {why}"));
        let address: AccountAddress = human.parse().map_err(|why| refused(&why))?;
        if address.to_string() != human {
            return Err(refused(&"invalid address: not normalized"));
        }
        let mut valid = self.valid.borrow_mut();
        if valid.len() >= REMEMBERED {
            valid.clear();
        }
        valid.insert(human.to_owned());
        Ok(Addr::unchecked(human))
    }

    fn addr_canonicalize(&self, human: &str) -> StdResult<CanonicalAddr> {
        let address: AccountAddress = human
            .parse()
            .map_err(|why| StdError::msg(format!("addr_canonicalize errored: {why}")))?;
        Ok(address.as_bytes().to_vec().into())
    }

    fn addr_humanize(&self, canonical: &CanonicalAddr) -> StdResult<Addr> {
        let address = AccountAddress::new(canonical.as_slice())
            .map_err(|why| StdError::msg(format!("addr_humanize errored: {why}")))?;
        Ok(Addr::unchecked(address.to_string()))
    }

    fn bls12_381_aggregate_g1(&self, g1s: &[u8]) -> Result<[u8; 48], VerificationError> {
        signatures().bls12_381_aggregate_g1(g1s)
    }

    fn bls12_381_aggregate_g2(&self, g2s: &[u8]) -> Result<[u8; 96], VerificationError> {
        signatures().bls12_381_aggregate_g2(g2s)
    }

    fn bls12_381_pairing_equality(
        &self,
        ps: &[u8],
        qs: &[u8],
        r: &[u8],
        s: &[u8],
    ) -> Result<bool, VerificationError> {
        signatures().bls12_381_pairing_equality(ps, qs, r, s)
    }

    fn bls12_381_hash_to_g1(
        &self,
        hash_function: HashFunction,
        msg: &[u8],
        dst: &[u8],
    ) -> Result<[u8; 48], VerificationError> {
        signatures().bls12_381_hash_to_g1(hash_function, msg, dst)
    }

    fn bls12_381_hash_to_g2(
        &self,
        hash_function: HashFunction,
        msg: &[u8],
        dst: &[u8],
    ) -> Result<[u8; 96], VerificationError> {
        signatures().bls12_381_hash_to_g2(hash_function, msg, dst)
    }

    fn secp256k1_verify(
        &self,
        message_hash: &[u8],
        signature: &[u8],
        public_key: &[u8],
    ) -> Result<bool, VerificationError> {
        signatures().secp256k1_verify(message_hash, signature, public_key)
    }

    fn secp256k1_recover_pubkey(
        &self,
        message_hash: &[u8],
        signature: &[u8],
        recovery_param: u8,
    ) -> Result<Vec<u8>, RecoverPubkeyError> {
        signatures().secp256k1_recover_pubkey(message_hash, signature, recovery_param)
    }

    fn secp256r1_verify(
        &self,
        message_hash: &[u8],
        signature: &[u8],
        public_key: &[u8],
    ) -> Result<bool, VerificationError> {
        signatures().secp256r1_verify(message_hash, signature, public_key)
    }

    fn secp256r1_recover_pubkey(
        &self,
        message_hash: &[u8],
        signature: &[u8],
        recovery_param: u8,
    ) -> Result<Vec<u8>, RecoverPubkeyError> {
        signatures().secp256r1_recover_pubkey(message_hash, signature, recovery_param)
    }

    fn ed25519_verify(
        &self,
        message: &[u8],
        signature: &[u8],
        public_key: &[u8],
    ) -> Result<bool, VerificationError> {
        signatures().ed25519_verify(message, signature, public_key)
    }

    fn ed25519_batch_verify(
        &self,
        messages: &[&[u8]],
        signatures_: &[&[u8]],
        public_keys: &[&[u8]],
    ) -> Result<bool, VerificationError> {
        signatures().ed25519_batch_verify(messages, signatures_, public_keys)
    }

    fn debug(&self, _message: &str) {}
}
