//! A method's arguments, from JSON (named or by place) or from a URI.
use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::{backend::TxHash, error::RpcError};

/// Arguments by name; `null` and absent are one.
#[derive(Debug, Default)]
pub struct Params(BTreeMap<&'static str, Argument>);

#[derive(Debug)]
enum Argument {
    Json(Value),
    Uri(String),
}

impl Params {
    /// From JSON-RPC's `params`: an object, a list in the order of `names`, or nothing.
    pub fn json(params: Value, names: &[&'static str]) -> Result<Self, RpcError> {
        let mut found = BTreeMap::new();
        match params {
            Value::Null => {}
            Value::Object(mut fields) => {
                for name in names {
                    if let Some(value) = fields.remove(*name) {
                        found.insert(*name, value);
                    }
                }
            }
            Value::Array(list) if list.len() > names.len() => {
                return Err(RpcError::params(format!(
                    "expected at most {} parameters, got {}",
                    names.len(),
                    list.len()
                )));
            }
            Value::Array(list) => found.extend(names.iter().copied().zip(list)),
            _ => return Err(RpcError::params("params are neither an object nor a list")),
        }
        found.retain(|_, v| !v.is_null());
        Ok(Self(
            found
                .into_iter()
                .map(|(k, v)| (k, Argument::Json(v)))
                .collect(),
        ))
    }

    /// From a URI's decoded arguments.
    pub fn uri(values: BTreeMap<&'static str, String>) -> Self {
        Self(
            values
                .into_iter()
                .filter(|(_, v)| !v.is_empty())
                .map(|(k, v)| (k, Argument::Uri(v)))
                .collect(),
        )
    }

    /// A whole number: a JSON number, or digits in a string.
    pub fn int(&self, name: &str) -> Result<Option<i64>, RpcError> {
        let number = match self.0.get(name) {
            None => return Ok(None),
            Some(Argument::Json(Value::Number(n))) => n.as_i64(),
            Some(Argument::Json(Value::String(s))) => s.parse().ok(),
            Some(Argument::Uri(s)) => s.trim_matches('"').parse().ok(),
            Some(Argument::Json(_)) => None,
        };
        match number {
            Some(n) => Ok(Some(n)),
            None => Err(wrong(name, "a whole number")),
        }
    }

    /// A truth value; absent is false.
    pub fn flag(&self, name: &str) -> Result<bool, RpcError> {
        match self.0.get(name) {
            None => Ok(false),
            Some(Argument::Json(Value::Bool(b))) => Ok(*b),
            Some(Argument::Uri(s)) if s == "true" => Ok(true),
            Some(Argument::Uri(s)) if s == "false" => Ok(false),
            _ => Err(wrong(name, "true or false")),
        }
    }

    /// A string; in a URI between quotes.
    pub fn text(&self, name: &str) -> Result<Option<String>, RpcError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Argument::Json(Value::String(s))) => Ok(Some(s.clone())),
            Some(Argument::Uri(s)) => match quoted(s) {
                Some(s) => Ok(Some(s.into())),
                None => Err(wrong(name, "a string in double quotes")),
            },
            _ => Err(wrong(name, "a string")),
        }
    }

    /// Bytes that JSON carries in hex; in a URI as `0x…` or hex between quotes.
    pub fn hex(&self, name: &str) -> Result<Option<Vec<u8>>, RpcError> {
        let text = match self.0.get(name) {
            None => return Ok(None),
            Some(Argument::Json(Value::String(s))) => s,
            Some(Argument::Uri(s)) => quoted(s).unwrap_or(s),
            Some(Argument::Json(_)) => return Err(wrong(name, "a string of hex digits")),
        };
        let digits = text.strip_prefix("0x").unwrap_or(text);
        hex::decode(digits)
            .map(Some)
            .map_err(|_| wrong(name, "a string of hex digits"))
    }

    /// Bytes that JSON carries in base64; in a URI as `0x…`, or the bytes between quotes themselves.
    pub fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, RpcError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Argument::Json(Value::String(s))) => STANDARD
                .decode(s)
                .map(Some)
                .map_err(|_| wrong(name, "base64")),
            Some(Argument::Uri(s)) => match (s.strip_prefix("0x"), quoted(s)) {
                (Some(digits), _) => hex::decode(digits)
                    .map(Some)
                    .map_err(|_| wrong(name, "0x and hex digits")),
                (None, Some(s)) => Ok(Some(s.as_bytes().to_vec())),
                (None, None) => Err(wrong(name, "0x and hex digits, or a quoted string")),
            },
            Some(Argument::Json(_)) => Err(wrong(name, "base64")),
        }
    }

    /// A hash. Clients send base64 or hex, and the two cannot be confused at this length.
    pub fn hash(&self, name: &str) -> Result<TxHash, RpcError> {
        let text = match self.0.get(name) {
            None => return Err(wrong(name, "a hash")),
            Some(Argument::Json(Value::String(s))) => s,
            Some(Argument::Uri(s)) => quoted(s).unwrap_or(s),
            Some(Argument::Json(_)) => return Err(wrong(name, "a hash in base64 or hex")),
        };
        hex::decode(text.strip_prefix("0x").unwrap_or(text))
            .or_else(|_| STANDARD.decode(text))
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| wrong(name, "a hash of 32 bytes in base64 or hex"))
    }
}

fn quoted(text: &str) -> Option<&str> {
    text.strip_prefix('"')?.strip_suffix('"')
}

fn wrong(name: &str, wanted: &str) -> RpcError {
    RpcError::params(format!("{name} must be {wanted}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn named_and_placed_arguments_are_alike() {
        let names = &["hash", "prove"];
        for params in [
            json!({"hash": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "prove": true}),
            json!(["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", true]),
            json!({"hash": "00".repeat(32), "prove": true}),
        ] {
            let p = Params::json(params, names).unwrap();
            assert_eq!(p.hash("hash").unwrap(), [0; 32]);
            assert!(p.flag("prove").unwrap());
        }
        assert!(Params::json(json!([1, 2, 3]), names).is_err());
        assert!(Params::json(json!("x"), names).is_err());
    }

    #[test]
    fn numbers_come_as_numbers_or_strings_and_nothing_else() {
        let int = |v| Params::json(json!({"h": v}), &["h"]).unwrap().int("h");
        assert_eq!(int(json!("5")), Ok(Some(5)));
        assert_eq!(int(json!(5)), Ok(Some(5)));
        assert_eq!(int(json!(null)), Ok(None));
        for bad in [json!("abc"), json!(1.5), json!(""), json!([]), json!(true)] {
            assert!(int(bad).is_err());
        }
    }
}
