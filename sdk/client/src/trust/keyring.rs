//! All secrets of a member's trust, from the account's secret key: nothing else needs to be kept.
use mycel_mailbox::{
    Fr, Identity, ViewingKey,
    identity::trust_seed,
    tag::{self, Element},
};
use zeroize::Zeroizing;

use super::TrustError;
use crate::SecretKey;

/// BLAKE3's context of what is drawn from the seed: times, salts.
const DRAWN: &str = "mycel 2026-11-22 trust wallet v1";
/// Identities that are tried to find a commitment: one a rekeying.
pub const MOST_IDENTITIES: u64 = 256;

/// The secrets of one account in one trust contract. The seed is erased from memory when dropped.
#[derive(Clone)]
pub struct Keyring {
    seed: Zeroizing<[u8; 32]>,
    chain_id: String,
    contract: String,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keyring({} on {})", self.contract, self.chain_id)
    }
}

impl Keyring {
    /// Of an account's key.
    pub fn new(key: &SecretKey, chain_id: &str, contract: &str) -> Self {
        Self {
            seed: Zeroizing::new(trust_seed(&key.to_bytes())),
            chain_id: chain_id.to_owned(),
            contract: contract.to_owned(),
        }
    }

    /// The seed.
    pub fn seed(&self) -> &[u8; 32] {
        &self.seed
    }

    /// The chain.
    pub fn chain_id(&self) -> &str {
        &self.chain_id
    }

    /// The contract's address.
    pub fn contract(&self) -> &str {
        &self.contract
    }

    /// What keeps proofs for this contract from counting elsewhere.
    pub fn instance(&self) -> Element {
        tag::instance(&self.chain_id, &self.contract)
    }

    /// The identity of a number; 0 is the first, each rekeying takes the next.
    pub fn identity(&self, index: u64) -> Identity {
        Identity::from_seed(&self.seed, &self.chain_id, &self.contract, index)
    }

    /// The viewing key of a number.
    pub fn viewing(&self, version: u32) -> ViewingKey {
        ViewingKey::from_seed(&self.seed, &self.chain_id, &self.contract, version)
    }

    /// The number of the identity with this commitment.
    pub fn find(&self, idc: &Fr) -> Result<u64, TrustError> {
        (0..MOST_IDENTITIES)
            .find(|index| self.identity(*index).idc() == *idc)
            .ok_or(TrustError::Foreign)
    }

    fn drawn(&self, purpose: &str, parts: &[&[u8]]) -> blake3::Hasher {
        let mut hasher = blake3::Hasher::new_derive_key(DRAWN);
        let all = [
            &self.seed[..],
            self.chain_id.as_bytes(),
            self.contract.as_bytes(),
        ];
        for part in all.iter().chain(&[purpose.as_bytes()]).chain(parts) {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        hasher
    }

    /// A number below `range` that only this key knows: times that nobody else can foresee.
    pub fn draw(&self, purpose: &str, number: u64, range: u64) -> u64 {
        let mut bytes = [0; 16];
        let hash = self.drawn(purpose, &[&number.to_be_bytes()]).finalize();
        bytes.copy_from_slice(&hash.as_bytes()[..16]);
        // 128 bits for 64: the remainder is as good as even
        (u128::from_be_bytes(bytes) % u128::from(range.max(1))) as u64
    }

    /// What hides a rating until it is opened.
    pub fn salt(&self, deal: &Element, dir: u8) -> [u8; 32] {
        self.drawn("salt", &[deal, &[dir]]).finalize().into()
    }

    /// A nonce of a deal that this account opens: another one for each number.
    pub fn nonce(&self, with: u64, number: u64) -> [u8; 32] {
        let parts: [&[u8]; 2] = [&with.to_be_bytes(), &number.to_be_bytes()];
        self.drawn("nonce", &parts).finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(n: u64, chain: &str, contract: &str) -> Keyring {
        Keyring::new(&SecretKey::for_development("k", n), chain, contract)
    }

    #[test]
    fn identities_are_one_s_own_by_key_chain_contract_and_number() {
        let base = ring(1, "a", "c").identity(0).idc();
        assert_eq!(ring(1, "a", "c").identity(0).idc(), base);
        for other in [
            ring(2, "a", "c").identity(0).idc(),
            ring(1, "b", "c").identity(0).idc(),
            ring(1, "a", "d").identity(0).idc(),
            ring(1, "a", "c").identity(1).idc(),
        ] {
            assert_ne!(other, base);
        }
        assert_eq!(
            ring(1, "a", "c")
                .find(&ring(1, "a", "c").identity(7).idc())
                .unwrap(),
            7
        );
        assert!(matches!(
            ring(1, "a", "c").find(&Fr::from(1u64)),
            Err(TrustError::Foreign)
        ));
    }

    #[test]
    fn viewing_keys_salts_and_times_are_one_s_own_by_key_chain_and_contract() {
        let made = |ring: &Keyring| {
            (
                ring.viewing(1).public(),
                ring.salt(&[1; 32], 0),
                ring.nonce(1, 2),
                ring.draw("fold", 1, 1 << 60),
            )
        };
        let base = made(&ring(1, "a", "c"));
        assert_eq!(made(&ring(1, "a", "c")), base);
        for other in [ring(2, "a", "c"), ring(1, "b", "c"), ring(1, "a", "d")] {
            let other = made(&other);
            assert!(other.0 != base.0 && other.1 != base.1);
            assert!(other.2 != base.2 && other.3 != base.3);
        }
        let versions = [0, 1, 2].map(|version| ring(1, "a", "c").viewing(version).public());
        assert!(versions[0] != versions[1] && versions[1] != versions[2]);
    }

    #[test]
    fn salts_nonces_and_times_differ_by_purpose_and_are_the_same_again() {
        let one = ring(1, "a", "c");
        assert_eq!(one.salt(&[1; 32], 0), one.salt(&[1; 32], 0));
        assert_ne!(one.salt(&[1; 32], 0), one.salt(&[1; 32], 1));
        assert_ne!(one.salt(&[1; 32], 0), one.salt(&[2; 32], 0));
        assert_ne!(one.nonce(1, 2), one.nonce(2, 1));
        assert_ne!(one.draw("fold", 1, 1 << 60), one.draw("rest", 1, 1 << 60));
        assert_eq!(one.draw("fold", 1, 1), 0);
        assert_eq!(format!("{one:?}"), "Keyring(c on a)");
    }
}
