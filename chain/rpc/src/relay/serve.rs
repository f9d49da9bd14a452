//! The relay's HTTP side.
use std::{net::IpAddr, sync::Arc};

use axum::{
    Extension, Json,
    body::Body,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use tokio::time::Instant;

use super::{Errand, Refusal, Sent};
use crate::{
    door::Door,
    error::RpcError,
    http::{Unread, read},
    request::check_depth,
};

/// Who is at the other end of the connection.
#[derive(Clone, Copy, Debug)]
pub struct Caller(pub IpAddr);

/// `GET /mycel/relay`: whether and for whom this node relays.
pub async fn describe(State(door): State<Arc<Door>>) -> Response {
    match door.backend.relay() {
        Some(relay) => Json(relay.terms()).into_response(),
        None => Refusal::Closed.into_response(),
    }
}

/// `POST /mycel/relay`.
pub async fn accept(
    State(door): State<Arc<Door>>,
    Extension(Caller(ip)): Extension<Caller>,
    body: Body,
) -> Response {
    match answer(&door, ip, body).await {
        Ok(sent) => Json(sent).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

async fn answer(door: &Arc<Door>, ip: IpAddr, body: Body) -> Result<Sent, Refusal> {
    let relay = door.backend.relay().ok_or(Refusal::Closed)?;
    let terms = relay.terms();
    // the caller is counted before its body is waited for
    let pass = door.rate.enter(ip, &terms, Instant::now())?;
    let limit = terms.body_bytes;
    let bytes =
        read(body, limit, door.config.header_time)
            .await
            .map_err(|unread| match unread {
                Unread::TooLarge => Refusal::TooLarge { limit },
                Unread::TooSlow => Refusal::Request("the body did not come in time".into()),
            })?;
    let errand = parse(&bytes, door.config.json_depth)?;
    let work = move |_: &Door, limits: &mycel_types::Limits| {
        let answer = relay.relay(&errand, limits);
        if answer.is_ok() {
            // also if the caller has gone by now
            pass.sent();
        }
        Ok(answer)
    };
    door.run(true, work)
        .await
        .unwrap_or_else(|error: RpcError| Err(Refusal::Unable(error.to_string())))
}

fn parse(bytes: &[u8], depth: usize) -> Result<Errand, Refusal> {
    check_depth(bytes, depth).map_err(|e| Refusal::Request(e.to_string()))?;
    serde_json::from_slice(bytes).map_err(|e| Refusal::Request(e.to_string()))
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::BAD_REQUEST);
        let story = json!({"error": {"code": self.code(), "message": self.to_string()}});
        let mut response = (status, Json(story)).into_response();
        if let Self::TooMany { seconds, .. } = self {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
