//! The JSON-RPC frame, and what carries it.
use std::future::Future;

use serde_json::{Value, json};

use crate::ClientError;

/// Bytes of one answer.
pub const MAX_ANSWER_BYTES: usize = 32 << 20;

/// `Send` where there are threads; browsers have none.
#[cfg(not(target_arch = "wasm32"))]
pub trait MaybeSend: Send {}
#[cfg(not(target_arch = "wasm32"))]
impl<T: Send> MaybeSend for T {}
/// `Send` where there are threads; browsers have none.
#[cfg(target_arch = "wasm32")]
pub trait MaybeSend {}
#[cfg(target_arch = "wasm32")]
impl<T> MaybeSend for T {}

/// `Sync` where there are threads; browsers have none.
#[cfg(not(target_arch = "wasm32"))]
pub trait MaybeSync: Sync {}
#[cfg(not(target_arch = "wasm32"))]
impl<T: Sync> MaybeSync for T {}
/// `Sync` where there are threads; browsers have none.
#[cfg(target_arch = "wasm32")]
pub trait MaybeSync {}
#[cfg(target_arch = "wasm32")]
impl<T> MaybeSync for T {}

/// Carries one call to a node. [`request`] and [`response`] do the framing.
pub trait Transport: MaybeSend + MaybeSync {
    /// Calls a method with an object of parameters and returns its `result`.
    fn call(
        &self,
        method: &str,
        params: Value,
    ) -> impl Future<Output = Result<Value, ClientError>> + MaybeSend;

    /// Waits; between polls.
    fn sleep(&self, millis: u64) -> impl Future<Output = ()> + MaybeSend;
}

/// A request's bytes.
pub fn request(id: u64, method: &str, params: &Value) -> Vec<u8> {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
        .to_string()
        .into_bytes()
}

/// The `result` of a response, or the error that it carries.
pub fn response(bytes: &[u8]) -> Result<Value, ClientError> {
    if bytes.len() > MAX_ANSWER_BYTES {
        return Err(ClientError::Answer(format!(
            "bytes={} limit={MAX_ANSWER_BYTES}",
            bytes.len()
        )));
    }
    let frame: Value = serde_json::from_slice(bytes).map_err(ClientError::answer)?;
    result(frame)
}

/// The `result` of a parsed response.
pub fn result(mut frame: Value) -> Result<Value, ClientError> {
    let text = |v: Option<&Value>| match v {
        Some(Value::String(text)) => text.clone(),
        _ => String::new(),
    };
    if let Some(error) = frame.get("error").filter(|e| !e.is_null()) {
        let code = error.get("code").and_then(Value::as_i64).unwrap_or(0);
        let (message, data) = (text(error.get("message")), text(error.get("data")));
        if code == -32001 {
            let what = if data.is_empty() { message } else { data };
            return Err(ClientError::NotYet(
                what.strip_prefix("not yet: ").unwrap_or(&what).to_owned(),
            ));
        }
        let message = match (message.is_empty(), data.is_empty()) {
            (_, true) => message,
            (true, false) => data,
            (false, false) => format!("{message}: {data}"),
        };
        return Err(ClientError::Rpc { code, message });
    }
    match frame.get_mut("result") {
        Some(result) => Ok(result.take()),
        None => Err(ClientError::answer("neither result nor error")),
    }
}
