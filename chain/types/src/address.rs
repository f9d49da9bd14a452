//! Addresses: of validators (20 bytes, as CometBFT derives them) and of accounts and contracts (bech32).
use std::{fmt, str::FromStr};

use borsh::{BorshDeserialize, BorshSerialize};
use sha2::{Digest, Sha256};

/// The human-readable prefix of account and contract addresses.
pub const HRP: &str = "mycel";

/// A validator's address: the first 20 bytes of SHA-256 of its ed25519 consensus key.
#[derive(
    Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize, BorshDeserialize,
)]
pub struct Address(pub [u8; 20]);

impl Address {
    /// Derives the address of an ed25519 consensus key.
    pub fn of_ed25519(key: &[u8; 32]) -> Self {
        let digest = Sha256::digest(key);
        let mut bytes = [0; 20];
        bytes.copy_from_slice(&digest[..20]);
        Self(bytes)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode_upper(self.0))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a text or byte string is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not bech32 at all.
    #[error("invalid address: {0}")]
    Bech32(String),
    /// Bech32 of another chain.
    #[error("invalid address: prefix={found} expected={HRP}")]
    Prefix {
        /// The prefix that was found.
        found: String,
    },
    /// Accounts have 20 bytes, contracts 32.
    #[error("invalid address: length={0} expected=20 or 32")]
    Length(usize),
}

/// An account (20 bytes) or a contract (32 bytes), written in bech32 with the prefix `mycel`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize)]
pub struct AccountAddress(Vec<u8>);

impl AccountAddress {
    /// Takes 20 or 32 raw bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, AddressError> {
        let bytes = bytes.into();
        match bytes.len() {
            20 | 32 => Ok(Self(bytes)),
            n => Err(AddressError::Length(n)),
        }
    }

    /// The address of a compressed secp256k1 key: RIPEMD-160 of SHA-256, as in Cosmos.
    pub fn of_secp256k1(compressed: &[u8; 33]) -> Self {
        Self(ripemd::Ripemd160::digest(Sha256::digest(compressed)).to_vec())
    }

    /// The address that `MsgInstantiateContract2` makes, known before the contract exists: wasmd's, from the SHA-256
    /// of the uncompressed Wasm, the creator and a salt of 1 to 64 bytes. `msg` is empty unless it is to be part of
    /// the address (`fix_msg`).
    pub fn instantiate2(checksum: &[u8; 32], creator: &Self, salt: &[u8], msg: &[u8]) -> Self {
        let length = |part: &[u8]| (part.len() as u64).to_be_bytes();
        let creator = creator.as_bytes();
        Self::of_wasm(&[
            &length(checksum),
            checksum,
            &length(creator),
            creator,
            &length(salt),
            salt,
            &length(msg),
            msg,
        ])
    }

    /// The address of the `instance`th contract that `MsgInstantiateContract` makes.
    pub fn instantiate(code_id: u64, instance: u64) -> Self {
        Self::of_wasm(&[&code_id.to_be_bytes(), &instance.to_be_bytes()])
    }

    /// The SDK's `address.Module("wasm", key)`: SHA-256 of SHA-256("module") and the key under the module's name.
    fn of_wasm(key: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(Sha256::digest(b"module"));
        hasher.update(b"wasm\0");
        for part in key {
            hasher.update(part);
        }
        Self(hasher.finalize().to_vec())
    }

    /// The raw bytes: 20 for an account, 32 for a contract.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// `account_number` as Cosmos clients sign it: the first 52 bits of SHA-256 of the address, so that no
    /// global counter is written when an account is created, and JavaScript holds it exactly.
    pub fn account_number(&self) -> u64 {
        let digest = Sha256::digest(&self.0);
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        u64::from_be_bytes(first) >> 12
    }
}

impl BorshDeserialize for AccountAddress {
    fn deserialize_reader<R: std::io::Read>(reader: &mut R) -> std::io::Result<Self> {
        let n = u32::deserialize_reader(reader)?;
        if n != 20 && n != 32 {
            return Err(std::io::Error::new(
                std::io::ErrorKind::InvalidData,
                "address length",
            ));
        }
        let mut bytes = vec![0; n as usize];
        reader.read_exact(&mut bytes)?;
        Ok(Self(bytes))
    }
}

impl FromStr for AccountAddress {
    type Err = AddressError;
    fn from_str(text: &str) -> Result<Self, AddressError> {
        if text.len() > 90 {
            return Err(AddressError::Length(text.len()));
        }
        let checked = bech32::primitives::decode::CheckedHrpstring::new::<bech32::Bech32>(text)
            .map_err(|e| AddressError::Bech32(e.to_string()))?;
        let hrp = checked.hrp();
        if hrp.to_lowercase() != HRP {
            return Err(AddressError::Prefix {
                found: hrp.to_lowercase(),
            });
        }
        Self::new(checked.byte_iter().collect::<Vec<u8>>())
    }
}

impl fmt::Display for AccountAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hrp = bech32::Hrp::parse(HRP).expect("the constant prefix is valid bech32");
        let text = bech32::encode::<bech32::Bech32>(hrp, &self.0).map_err(|_| fmt::Error)?;
        f.write_str(&text)
    }
}

impl fmt::Debug for AccountAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl serde::Serialize for AccountAddress {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for AccountAddress {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_survives_text_and_bytes() {
        let a = AccountAddress::new(vec![7; 20]).unwrap();
        assert_eq!(a, a.to_string().parse().unwrap());
        assert!(a.to_string().starts_with("mycel1"));
        let stored = borsh::to_vec(&a).unwrap();
        assert_eq!(a, borsh::from_slice(&stored).unwrap());
        assert!(a.account_number() < 1 << 52);
    }

    #[test]
    fn foreign_and_odd_addresses_are_refused() {
        assert!(
            "cosmos19lmy02328gnqmlyvk5tkf9dyl8nhx74a90x3k7"
                .parse::<AccountAddress>()
                .is_err()
        );
        assert!(AccountAddress::new(vec![1; 21]).is_err());
        assert!(borsh::from_slice::<AccountAddress>(&[255, 255, 255, 255]).is_err());
    }

    #[test]
    fn classic_addresses_equal_those_of_wasmd() {
        // recorded from a wasmd: code 1 instance 1, code 2 instance 2
        for (code, instance, expected) in [
            (
                1,
                1,
                "wasm14hj2tavq8fpesdwxxcu44rty3hh90vhujrvcmstl4zr3txmfvw9s0phg4d",
            ),
            (
                2,
                2,
                "wasm1nc5tatafv6eyq7llkr2gv50ff9e22mnf70qgjlv737ktmt4eswrqr5j2ht",
            ),
        ] {
            assert_eq!(
                AccountAddress::instantiate(code, instance).as_bytes(),
                raw(expected)
            );
        }
    }

    #[test]
    fn predictable_addresses_equal_the_published_vectors() {
        // the vectors of cosmwasm-std's `instantiate2_address`
        let checksum = "13a1fc994cc6d1c81b746ee0c0ff6f90043875e0bf1d9be6b7d779fc978dc2a5";
        let checksum: [u8; 32] = hex::decode(checksum).unwrap().try_into().unwrap();
        let creator = hex::decode("9999999999aaaaaaaaaabbbbbbbbbbcccccccccc").unwrap();
        let creator = AccountAddress::new(creator).unwrap();
        let long = "aabbccddeeffffeeddbbccddaa66551155aaaabbcc787878789900aabbccddeeffffeeddbbccddaa66551155aaaabbcc\
                    787878789900aabbbbcc221100acadae";
        for (salt, msg, expected) in [
            (
                "61",
                "",
                "5e865d3e45ad3e961f77fd77d46543417ced44d924dc3e079b5415ff6775f847",
            ),
            (
                "61",
                "{}",
                "0995499608947a5281e2c7ebd71bdb26a1ad981946dad57f6c4d3ee35de77835",
            ),
            (
                "61",
                r#"{"some":123,"structure":{"nested":["ok",true]}}"#,
                "83326e554723b15bac664ceabc8a5887e27003abe9fbd992af8c7bcea4745167",
            ),
            (
                long,
                "",
                "9384c6248c0bb171e306fd7da0993ec1e20eba006452a3a9e078883eb3594564",
            ),
        ] {
            let salt = hex::decode(salt).unwrap();
            let address = AccountAddress::instantiate2(&checksum, &creator, &salt, msg.as_bytes());
            assert_eq!(hex::encode(address.as_bytes()), expected);
        }
    }

    fn raw(bech32: &str) -> Vec<u8> {
        let (_, bytes) = bech32::decode(bech32).unwrap();
        bytes
    }
}
