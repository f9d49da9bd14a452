//! Signing without ever signing two different things for one place.
//!
//! What was signed is durable before the signature leaves: the `sign` file holds every place of the highest
//! height with its bytes and signature. The same bytes at the same place get the same signature again, so a node
//! that was killed replays to the same votes; other bytes, or a place that lies behind, are refused. What is no
//! consensus message (the Init of a proposal's parts, a network identity) is signed under a domain of its own.
mod file;
mod key;

use std::sync::{Arc, Mutex, PoisonError};

use borsh::{BorshDeserialize, BorshSerialize};
pub use file::FileSigner;
pub use key::{KeyError, KeyFile};
use mycel_types::Address;

/// An ed25519 signature.
pub type Signature = [u8; 64];

/// What is signed at a place. Ordered as a round passes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum Step {
    /// The proposal.
    Proposal,
    /// The prevote.
    Prevote,
    /// The precommit.
    Precommit,
}

/// A place at which a validator signs at most one thing, ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct SignPoint {
    /// Height.
    pub height: u64,
    /// Round.
    pub round: u32,
    /// Step.
    pub step: Step,
}

/// Why nothing was signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Something else was signed there.
    #[error("refused to sign twice: {0:?} already has a signature of other bytes")]
    Conflict(SignPoint),
    /// Something later was signed.
    #[error("refused to sign backwards: {asked:?} lies behind {last:?}")]
    Backwards {
        /// What was asked.
        asked: SignPoint,
        /// What was signed last.
        last: SignPoint,
    },
    /// The record could not be made durable, so nothing may leave.
    #[error("sign file: {0}")]
    Store(String),
}

/// Why a key vouches for something that is no vote. The name is part of the signed bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// For the Init of a proposal's parts. The block store remembers what was announced, durably, before a part
    /// leaves; the proposal itself is signed as a consensus message.
    Init,
    /// That a network identity belongs to this validator.
    Peer,
    /// For a vote's extension.
    Extension,
}

impl Purpose {
    /// What is signed: a domain that no vote begins with, then the bytes.
    pub fn sign_bytes(self, bytes: &[u8]) -> Vec<u8> {
        let domain: &[u8] = match self {
            Self::Init => b"mycel/init/v1",
            Self::Peer => b"mycel/peer/v1",
            Self::Extension => b"mycel/extension/v1",
        };
        [domain, bytes].concat()
    }
}

/// A validator's consensus key with its memory.
pub trait Signer: Send {
    /// The public key.
    fn public_key(&self) -> [u8; 32];

    /// Signs `bytes` at a place: durable first; same bytes, same answer.
    fn sign(&mut self, at: SignPoint, bytes: &[u8]) -> Result<Signature, Refused>;

    /// Signs [`Purpose::sign_bytes`]: what is no consensus message, and cannot be taken for one.
    fn vouch(&self, purpose: Purpose, bytes: &[u8]) -> Signature;

    /// The validator address of the key.
    fn address(&self) -> Address {
        Address::of_ed25519(&self.public_key())
    }
}

/// One signer for the host (Init parts) and the engine (votes, proposals).
#[derive(Clone)]
pub struct SharedSigner(Arc<Mutex<dyn Signer>>);

impl SharedSigner {
    /// Shares a signer.
    pub fn new(signer: impl Signer + 'static) -> Self {
        Self(Arc::new(Mutex::new(signer)))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, dyn Signer + 'static> {
        // a signer's record is replaced whole, so it is consistent even after a panic elsewhere
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Signer for SharedSigner {
    fn public_key(&self) -> [u8; 32] {
        self.lock().public_key()
    }
    fn sign(&mut self, at: SignPoint, bytes: &[u8]) -> Result<Signature, Refused> {
        self.lock().sign(at, bytes)
    }
    fn vouch(&self, purpose: Purpose, bytes: &[u8]) -> Signature {
        self.lock().vouch(purpose, bytes)
    }
}
