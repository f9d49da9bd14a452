//! Viewing keys: what two partners make their deal's key of.

use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::MailboxError;

const CONTEXT: &str = "mycel 2026-11-22 trust viewing key v1";

/// One numbered viewing key. Old ones stay derivable: deals name the number.
/// Erased from memory when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct ViewingKey {
    secret: StaticSecret,
}

impl std::fmt::Debug for ViewingKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "ViewingKey(secret)")
    }
}

impl ViewingKey {
    /// The key of a seed by number.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32], chain_id: &str, contract: &str, version: u32) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
        let parts: [&[u8]; 4] = [
            seed,
            chain_id.as_bytes(),
            contract.as_bytes(),
            &version.to_be_bytes(),
        ];
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Self {
            secret: StaticSecret::from(<[u8; 32]>::from(hasher.finalize())),
        }
    }

    /// What is published.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        PublicKey::from(&self.secret).to_bytes()
    }

    /// The secret shared with the owner of another key. A key of small order
    /// gives everyone the same secret and is refused.
    pub fn shared(&self, other: &[u8; 32]) -> Result<[u8; 32], MailboxError> {
        let shared = self.secret.diffie_hellman(&PublicKey::from(*other));
        match shared.was_contributory() {
            true => Ok(shared.to_bytes()),
            false => Err(MailboxError::ZeroSecret),
        }
    }
}
