//! Secret keys: BIP-39 words, BIP-44 path `m/44'/118'/0'/0/index`, secp256k1.
use std::fmt;

use bip32::{DerivationPath, XPrv};
use bip39::Mnemonic;
use k256::ecdsa::{Signature, SigningKey, signature::Signer};
use mycel_types::AccountAddress;
use sha2::{Digest, Sha256};

use crate::ClientError;

/// The coin type of the path, as all Cosmos wallets use it.
pub const COIN_TYPE: u32 = 118;

/// A secp256k1 secret key. Erased from memory when dropped; shows only its address.
#[derive(Clone)]
pub struct SecretKey(SigningKey);

impl SecretKey {
    /// The key of 12 to 24 English words at `m/44'/118'/0'/0/index`, without a passphrase.
    pub fn from_mnemonic(words: &str, index: u32) -> Result<Self, ClientError> {
        let invalid = |e: &dyn fmt::Display| ClientError::Key(e.to_string());
        let mnemonic =
            Mnemonic::parse_in(bip39::Language::English, words.trim()).map_err(|e| invalid(&e))?;
        let path: DerivationPath = format!("m/44'/{COIN_TYPE}'/0'/0/{index}")
            .parse()
            .map_err(|e| invalid(&e))?;
        let key = XPrv::derive_from_path(mnemonic.to_seed(""), &path).map_err(|e| invalid(&e))?;
        Ok(Self(key.private_key().clone()))
    }

    /// The key of 32 raw bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, ClientError> {
        SigningKey::from_slice(bytes)
            .map(Self)
            .map_err(|e| ClientError::Key(e.to_string()))
    }

    /// A key that everybody can compute, for development networks only: the first valid one among SHA-256 of
    /// `mycel/development`, the network's seed, the number and a counter.
    pub fn for_development(seed: &str, number: u64) -> Self {
        (0u32..)
            .find_map(|counter| {
                let digest = Sha256::new()
                    .chain_update(b"mycel/development")
                    .chain_update((seed.len() as u64).to_be_bytes())
                    .chain_update(seed)
                    .chain_update(number.to_be_bytes())
                    .chain_update(counter.to_be_bytes())
                    .finalize();
                SigningKey::from_slice(&digest).ok()
            })
            .map(Self)
            .expect("all but one in 2^127 hashes are secp256k1 keys")
    }

    /// The 32 raw bytes. Handle with care.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes().into()
    }

    /// The compressed public key.
    pub fn public_key(&self) -> [u8; 33] {
        let point = self.0.verifying_key().to_encoded_point(true);
        let mut bytes = [0; 33];
        bytes.copy_from_slice(point.as_bytes());
        bytes
    }

    /// The account that this key signs for.
    pub fn address(&self) -> AccountAddress {
        AccountAddress::of_secp256k1(&self.public_key())
    }

    /// Signs SHA-256 of the message: deterministic (RFC 6979), `r ‖ s` with low s.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        let signature: Signature = self.0.sign(message);
        signature
            .normalize_s()
            .unwrap_or(signature)
            .to_bytes()
            .into()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({})", self.address())
    }
}

/// 24 English words from 32 random bytes.
pub fn mnemonic(entropy: &[u8; 32]) -> Result<String, ClientError> {
    Mnemonic::from_entropy(entropy)
        .map(|m| m.to_string())
        .map_err(|e| ClientError::Key(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_give_the_key_that_cosmos_wallets_derive() {
        // CosmJS: Secp256k1HdWallet.fromMnemonic(words, { prefix: "cosmos" }) of this well-known phrase
        let words = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
        let key = SecretKey::from_mnemonic(words, 0).unwrap();
        let (_, bytes) = bech32::decode("cosmos19rl4cm2hmr8afy4kldpxz3fka4jguq0auqdal4").unwrap();
        assert_eq!(key.address().as_bytes(), bytes);
        assert_ne!(
            key.address(),
            SecretKey::from_mnemonic(words, 1).unwrap().address()
        );
    }

    #[test]
    fn wrong_words_are_refused_and_24_are_made() {
        assert!(SecretKey::from_mnemonic("abandon abandon", 0).is_err());
        assert!(SecretKey::from_mnemonic(&"zoo ".repeat(12), 0).is_err());
        let words = mnemonic(&[7; 32]).unwrap();
        assert_eq!(words.split(' ').count(), 24);
        SecretKey::from_mnemonic(&words, 0).unwrap();
    }

    #[test]
    fn a_key_shows_only_its_address() {
        let key = SecretKey::for_development("t", 1);
        assert_eq!(format!("{key:?}"), format!("SecretKey({})", key.address()));
        assert_eq!(key.address(), SecretKey::for_development("t", 1).address());
        assert_ne!(key.address(), SecretKey::for_development("t", 2).address());
        assert_eq!(
            SecretKey::from_bytes(&key.to_bytes()).unwrap().address(),
            key.address()
        );
    }
}
