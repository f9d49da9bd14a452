//! Requests as they come in: JSON-RPC bodies and URIs, bounded before they are read.
use std::collections::BTreeMap;

use serde_json::Value;

use crate::{config::RpcConfig, error::RpcError, params::Params};

/// One JSON-RPC request.
#[derive(Debug)]
pub struct Request {
    /// The caller's name for it; `None` wants no answer.
    pub id: Option<Value>,
    /// The method.
    pub method: String,
    /// The arguments, unread.
    pub params: Value,
}

/// A body: one request or a batch, each readable or not.
#[derive(Debug)]
pub enum Body {
    /// One request; answered by an object.
    One(Result<Request, RpcError>),
    /// Several; answered by a list.
    Batch(Vec<Result<Request, RpcError>>),
}

impl Body {
    /// Reads a body within the bounds of depth and batch.
    pub fn parse(bytes: &[u8], config: &RpcConfig) -> Result<Self, RpcError> {
        check_depth(bytes, config.json_depth)?;
        let value: Value =
            serde_json::from_slice(bytes).map_err(|e| RpcError::Parse(e.to_string()))?;
        match value {
            Value::Array(list) if list.is_empty() => {
                Err(RpcError::Request("batch request is empty".into()))
            }
            Value::Array(list) if list.len() > config.batch => Err(RpcError::Request(format!(
                "batch request exceeds maximum ({}) allowed number of requests",
                config.batch
            ))),
            Value::Array(list) => Ok(Self::Batch(list.into_iter().map(Request::parse).collect())),
            one => Ok(Self::One(Request::parse(one))),
        }
    }
}

impl Request {
    fn parse(value: Value) -> Result<Self, RpcError> {
        let refuse = |why: &str| Err(RpcError::Request(why.into()));
        let Value::Object(mut fields) = value else {
            return refuse("a request is a JSON object");
        };
        let id = match fields.remove("id") {
            None | Some(Value::Null) => None,
            Some(id @ (Value::String(_) | Value::Number(_))) => Some(id),
            Some(_) => return refuse("id is neither a string nor a number"),
        };
        let Some(Value::String(method)) = fields.remove("method") else {
            return refuse("method is not a string");
        };
        let params = fields.remove("params").unwrap_or(Value::Null);
        Ok(Self { id, method, params })
    }
}

/// Refuses nesting above `limit` without building anything.
pub fn check_depth(bytes: &[u8], limit: usize) -> Result<(), RpcError> {
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for byte in bytes {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > limit {
            return Err(RpcError::Request(format!(
                "JSON is nested deeper than {limit}"
            )));
        }
    }
    Ok(())
}

/// Reads the arguments of a URI: `height=5&path="/x"&data=0x0a`.
pub fn uri_params(query: &str, names: &[&'static str]) -> Result<Params, RpcError> {
    let mut values = BTreeMap::new();
    for pair in query.split('&').filter(|p| !p.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let Some(name) = names.iter().find(|n| **n == name) else {
            continue; // as CometBFT: an unknown name changes nothing
        };
        values.insert(*name, percent_decode(value)?);
    }
    Ok(Params::uri(values))
}

fn percent_decode(text: &str) -> Result<String, RpcError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next().unwrap_or(0), rest.next().unwrap_or(0)];
                let mut out = [0];
                hex::decode_to_slice(digits, &mut out)
                    .map_err(|_| RpcError::params("invalid percent escape in URI"))?;
                out[0]
            }
            other => other,
        });
    }
    String::from_utf8(bytes).map_err(|_| RpcError::params("URI argument is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_counts_outside_of_strings_only() {
        let config = RpcConfig {
            json_depth: 3,
            ..RpcConfig::default()
        };
        let ok = br#"{"id":1,"method":"[[[[{{{\"[","params":{"a":[]}}"#;
        assert!(matches!(Body::parse(ok, &config), Ok(Body::One(Ok(_)))));
        let deep = br#"{"id":1,"method":"x","params":{"a":[[]]}}"#;
        assert!(matches!(
            Body::parse(deep, &config),
            Err(RpcError::Request(_))
        ));
        let bomb = "[".repeat(2 << 20);
        assert!(Body::parse(bomb.as_bytes(), &RpcConfig::default()).is_err());
    }

    #[test]
    fn a_uri_gives_the_same_arguments_as_json() {
        let p = uri_params(
            "path=%22/a%22&data=0x0aFF&height=7&prove=true&other=1",
            &["path", "data", "height", "prove"],
        )
        .unwrap();
        assert_eq!(p.text("path").unwrap().as_deref(), Some("/a"));
        assert_eq!(p.hex("data").unwrap(), Some(vec![0x0a, 0xff]));
        assert_eq!(p.int("height").unwrap(), Some(7));
        assert!(p.flag("prove").unwrap());
        assert!(uri_params("path=%2", &["path"]).is_err());
        assert!(
            uri_params("height=x", &["height"])
                .unwrap()
                .int("height")
                .is_err()
        );
    }
}
