//! The opening of a state, encrypted under the seed and left on the chain.
//!
//! Each fold has a key of its own: it is derived from the seed, the identity,
//! the number of the fold and the commitment that results. So no nonce is ever
//! used twice with one key, without any randomness: two different plaintexts
//! would need one commitment.

use ark_bn254::Fr;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use mycel_verifier::field;

use crate::error::MailboxError;
use crate::hash::element;
use crate::state::State;

const CONTEXT: &str = "mycel 2026-11-22 trust backup v1";
const PLAIN: usize = 16 * 8 + 4 + 32;

/// What a backup takes on the chain.
pub const BYTES: usize = PLAIN + 16;

fn cipher(seed: &[u8; 32], idc: &Fr, folds: u64, c: &Fr) -> ChaCha20Poly1305 {
    let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
    hasher.update(seed);
    hasher.update(&element(idc));
    hasher.update(&folds.to_be_bytes());
    hasher.update(&element(c));
    let key: [u8; 32] = hasher.finalize().into();
    ChaCha20Poly1305::new(Key::from_slice(&key))
}

/// Encrypts the opening of a state after so many folds.
#[must_use]
pub fn seal(seed: &[u8; 32], idc: &Fr, folds: u64, state: &State) -> Vec<u8> {
    let mut plain = Vec::with_capacity(PLAIN);
    for sum in state.buckets.as_flattened() {
        plain.extend_from_slice(&sum.to_be_bytes());
    }
    plain.extend_from_slice(&state.last.to_be_bytes());
    plain.extend_from_slice(&element(&state.r));
    cipher(seed, idc, folds, &state.commit())
        .encrypt(&Nonce::default(), plain.as_slice())
        .expect("a short text is always encrypted")
}

/// Decrypts it; `c` is the commitment on the chain, which the state must open.
pub fn open(
    seed: &[u8; 32],
    idc: &Fr,
    folds: u64,
    c: &Fr,
    backup: &[u8],
) -> Result<State, MailboxError> {
    if backup.len() != BYTES {
        return Err(MailboxError::Backup);
    }
    let plain = cipher(seed, idc, folds, c)
        .decrypt(&Nonce::default(), backup)
        .map_err(|_| MailboxError::Backup)?;
    let (sums, rest) = plain.split_at_checked(16 * 8).ok_or(MailboxError::Backup)?;
    let (last, r) = rest.split_at_checked(4).ok_or(MailboxError::Backup)?;
    let mut state = State {
        last: u32::from_be_bytes(last.try_into().map_err(|_| MailboxError::Backup)?),
        r: field::decode(r).map_err(|_| MailboxError::Backup)?,
        ..State::default()
    };
    let (words, _) = sums.as_chunks::<8>();
    for (sum, word) in state.buckets.as_flattened_mut().iter_mut().zip(words) {
        *sum = u64::from_be_bytes(*word);
    }
    match state.commit() == *c {
        true => Ok(state),
        false => Err(MailboxError::Backup),
    }
}
