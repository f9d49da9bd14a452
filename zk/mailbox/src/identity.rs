//! A member's secret in the field, and what is made of it.

use ark_bn254::Fr;
use ark_ff::AdditiveGroup;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::hash::{fr, p3};
use crate::tag::{self, selector};

/// The trust seed of an account: from its secret key, so that whoever has the
/// mnemonic has it again.
#[must_use]
pub fn trust_seed(account_secret: &[u8; 32]) -> [u8; 32] {
    blake3::derive_key("mycel 2026-11-22 trust seed v1", account_secret)
}

/// A member's identity in one contract on one chain. Erased from memory when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Identity {
    /// The secret: whoever has it can show what the member can show.
    pub sk: Fr,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Identity(secret)")
    }
}

impl Identity {
    /// sk = F("sk", seed, chain id, contract, index); a new index after a rekey.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32], chain_id: &str, contract: &str, index: u64) -> Self {
        let parts: [&[u8]; 4] = [
            seed,
            chain_id.as_bytes(),
            contract.as_bytes(),
            &index.to_be_bytes(),
        ];
        Self {
            sk: fr(&tag::hash("sk", &parts)),
        }
    }

    /// The public commitment: P3(sk, 0, sel5).
    #[must_use]
    pub fn idc(&self) -> Fr {
        p3(self.sk, Fr::ZERO, selector::IDENTITY)
    }

    /// The one nullifier in a scope: P3(sk, scope, sel6).
    #[must_use]
    pub fn nullifier(&self, scope: Fr) -> Fr {
        p3(self.sk, scope, selector::NULLIFIER)
    }

    /// The blinding of the state after so many folds: P3(sk, folds, sel8).
    #[must_use]
    pub fn blinding(&self, folds: u64) -> Fr {
        p3(self.sk, folds.into(), selector::BLINDING)
    }
}
