//! JSON in CometBFT 0.38's shapes: heights, gas and powers are strings, codes and indexes numbers, hashes upper-case
//! hex, other bytes base64, and what Go would leave out or call `null` is left out or `null`.
pub mod block;
pub mod event;
pub mod node;
pub mod result;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

/// Standard base64.
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Base64, or `null` for no bytes: Go's nil slice.
pub fn base64_or_null(bytes: &[u8]) -> Value {
    if bytes.is_empty() {
        Value::Null
    } else {
        base64(bytes).into()
    }
}

/// A list, or `null` for an empty one: Go's nil slice.
pub fn list_or_null(list: Vec<Value>) -> Value {
    if list.is_empty() {
        Value::Null
    } else {
        list.into()
    }
}
