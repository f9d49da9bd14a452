//! From a body's bytes to an answer's bytes.
use std::sync::Arc;

use serde_json::Value;

use crate::{
    door::{Door, envelope},
    error::RpcError,
    method,
    request::{Body, Request},
};

/// Most bytes that a batch's answers may have together.
const BATCH_ANSWER: usize = 16 << 20;

/// Answers an HTTP body; `None` if nobody asked for an answer. Requests of a batch run one after another.
pub async fn body(door: &Arc<Door>, bytes: &[u8]) -> Result<Option<String>, RpcError> {
    match Body::parse(bytes, &door.config)? {
        Body::One(request) => Ok(one(door, request).await.map(|v| v.to_string())),
        Body::Batch(list) => {
            let (mut answers, mut bytes) = (vec![], 0);
            for request in list {
                if let Some(answer) = one(door, request).await {
                    answers.push(answer.to_string());
                    bytes += answers.last().map_or(0, String::len);
                }
                if bytes > BATCH_ANSWER {
                    return Err(RpcError::internal(format!(
                        "the batch's answers are larger than {BATCH_ANSWER} bytes; ask one by one"
                    )));
                }
            }
            Ok((!answers.is_empty()).then(|| format!("[{}]", answers.join(","))))
        }
    }
}

async fn one(door: &Arc<Door>, request: Result<Request, RpcError>) -> Option<Value> {
    match request {
        Err(error) => Some(envelope(None, Err(error))),
        Ok(request) => {
            // a notification names no caller, and what it changes nobody would learn: it is not run
            let id = request.id?;
            let answer = method::call(door, &request.method, request.params).await;
            Some(envelope(Some(&id), answer))
        }
    }
}
