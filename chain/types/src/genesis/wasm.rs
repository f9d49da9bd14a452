//! Contracts that stand in genesis, so that a network begins with members, positions and obligations.
use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::{AccountAddress, record::Permission};

/// Codes and contracts of genesis, as if they had been stored and instantiated in this order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GenesisWasm {
    /// Numbered from 1 in this order.
    pub codes: Vec<GenesisCode>,
    /// Numbered from 1 in this order.
    pub contracts: Vec<GenesisContract>,
    /// Contracts that are called at the end of every block.
    pub end_block: Vec<AccountAddress>,
}

impl GenesisWasm {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty() && self.contracts.is_empty() && self.end_block.is_empty()
    }
}

/// A code of genesis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisCode {
    /// The Wasm, uncompressed.
    pub wasm: Base64,
    /// Whose it is.
    pub creator: AccountAddress,
    /// Who may instantiate it.
    #[serde(default = "everybody")]
    pub permission: Permission,
}

fn everybody() -> Permission {
    Permission::Everybody
}

/// A contract of genesis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisContract {
    /// Its address: [`AccountAddress::instantiate2`] of its code's checksum, creator and salt, without the message.
    pub address: AccountAddress,
    /// The number of its code.
    pub code_id: u64,
    /// Who created it.
    pub creator: AccountAddress,
    /// What makes its address predictable; 1 to 64 bytes.
    pub salt: Base64,
    /// A name for people.
    pub label: String,
    /// Who may migrate it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admin: Option<AccountAddress>,
    /// The message of its instantiation, for its history. It is not run: `state` is what it left.
    #[serde(default = "empty_object")]
    pub msg: serde_json::Value,
    /// All that it keeps.
    #[serde(default)]
    pub state: Vec<GenesisEntry>,
}

fn empty_object() -> serde_json::Value {
    serde_json::Value::Object(serde_json::Map::new())
}

/// An entry of a contract's data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisEntry {
    /// As the contract wrote it.
    pub key: Base64,
    /// Not empty.
    pub value: Base64,
}

/// Bytes that stand in JSON as standard base64 with padding.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Base64(pub Bytes);

impl<T: Into<Bytes>> From<T> for Base64 {
    fn from(bytes: T) -> Self {
        Self(bytes.into())
    }
}

impl fmt::Debug for Base64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            0..=64 => f.write_str(&STANDARD.encode(&self.0)),
            n => write!(f, "{n} bytes"),
        }
    }
}

impl Serialize for Base64 {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&base64::display::Base64Display::new(&self.0, &STANDARD))
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Text;
        impl serde::de::Visitor<'_> for Text {
            type Value = Base64;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("base64")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Base64, E> {
                let bytes = STANDARD.decode(text).map_err(E::custom)?;
                Ok(Base64(bytes.into()))
            }
        }
        d.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contracts_of_genesis_survive_json() {
        let creator = AccountAddress::new(vec![7; 20]).unwrap();
        let wasm = GenesisWasm {
            codes: vec![GenesisCode {
                wasm: b"\0asm".to_vec().into(),
                creator: creator.clone(),
                permission: Permission::AnyOf(vec![creator.clone()]),
            }],
            contracts: vec![GenesisContract {
                address: AccountAddress::instantiate2(&[1; 32], &creator, b"mycel/credit", b""),
                code_id: 1,
                creator: creator.clone(),
                salt: b"mycel/credit".to_vec().into(),
                label: "credit".into(),
                admin: None,
                msg: serde_json::json!({"a": 1}),
                state: vec![GenesisEntry {
                    key: vec![0, 1].into(),
                    value: vec![255].into(),
                }],
            }],
            end_block: vec![creator],
        };
        let json = serde_json::to_string(&wasm).unwrap();
        assert!(json.contains(r#"{"key":"AAE=","value":"/w=="}"#), "{json}");
        assert_eq!(serde_json::from_str::<GenesisWasm>(&json).unwrap(), wasm);
        assert!(serde_json::from_str::<Base64>(r#""AAE""#).is_err());
    }
}
