//! What a request may be refused with.
use serde_json::{Value, json};

use crate::{backend::Fault, query::QueryError};

/// A refusal, as JSON-RPC says it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RpcError {
    /// The bytes are no JSON.
    #[error("error unmarshaling request: {0}")]
    Parse(String),
    /// JSON, but no request.
    #[error("{0}")]
    Request(String),
    /// No such method.
    #[error("method not found")]
    Method,
    /// A later version brings this method.
    #[error("not yet: {0}")]
    NotYet(&'static str),
    /// The arguments cannot be read.
    #[error("error converting json params to arguments: {0}")]
    Params(String),
    /// The answer is no: out of range, not found, too slow.
    #[error("{0}")]
    Internal(String),
}

impl RpcError {
    /// An answer that says no.
    pub fn internal(text: impl Into<String>) -> Self {
        Self::Internal(text.into())
    }

    /// Arguments that cannot be read.
    pub fn params(text: impl Into<String>) -> Self {
        Self::Params(text.into())
    }

    /// The JSON-RPC code.
    pub fn code(&self) -> i64 {
        match self {
            Self::Parse(_) => -32700,
            Self::Request(_) => -32600,
            Self::Method => -32601,
            Self::NotYet(_) => -32001,
            Self::Params(_) => -32602,
            Self::Internal(_) => -32603,
        }
    }

    /// The `error` object: CometBFT's message for the code, with the story under `data`.
    pub fn to_json(&self) -> Value {
        let (code, story) = (self.code(), self.to_string());
        match self {
            Self::Method => json!({"code": code, "message": "Method not found"}),
            Self::NotYet(_) => json!({"code": code, "message": story}),
            Self::Parse(_) => {
                json!({"code": code, "message": "Parse error. Invalid JSON", "data": story})
            }
            Self::Request(_) => json!({"code": code, "message": "Invalid Request", "data": story}),
            Self::Params(_) => json!({"code": code, "message": "Invalid params", "data": story}),
            Self::Internal(_) => json!({"code": code, "message": "Internal error", "data": story}),
        }
    }
}

impl From<Fault> for RpcError {
    fn from(fault: Fault) -> Self {
        Self::Internal(fault.0)
    }
}

impl From<QueryError> for RpcError {
    fn from(error: QueryError) -> Self {
        Self::Internal(error.to_string())
    }
}
