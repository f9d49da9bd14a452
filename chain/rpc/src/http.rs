//! The HTTP side: POST for JSON-RPC, GET for URIs, and the way to the websocket.
use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, HttpBody},
    extract::{DefaultBodyLimit, FromRequestParts, Request, State, WebSocketUpgrade},
    http::{HeaderValue, Method, StatusCode, Uri, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use bytes::Bytes;
use serde_json::Value;
use tower_http::cors::{Any, CorsLayer};

use crate::{
    dispatch,
    door::{Door, envelope},
    error::RpcError,
    method, relay, request, websocket,
};

/// The routes of a door; `loopback` says that only this machine may come in.
pub fn routes(door: Arc<Door>, loopback: bool) -> Router {
    // Nothing here is secret or acts in the caller's name: a transaction carries its own signature. So pages of any
    // origin may read; credentials are never allowed.
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE]);
    Router::new()
        .route("/", post(call).get(index))
        .route("/websocket", get(upgrade))
        .route("/mycel/relay", post(relay::accept).get(relay::describe))
        .route("/{method}", any(uri))
        .layer(DefaultBodyLimit::disable()) // the body is bounded where it is read
        .layer(cors)
        .layer(middleware::from_fn(move |request, next| {
            check_host(loopback, request, next)
        }))
        .with_state(door)
}

/// On a loopback address only names of this machine are served, so that no page on the web can reach the node by
/// pointing its own name at 127.0.0.1.
async fn check_host(loopback: bool, request: Request, next: Next) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|h| h.to_str().ok())
        .or_else(|| request.uri().authority().map(|a| a.as_str()))
        .unwrap_or("");
    if loopback && !is_this_machine(host) {
        let story = "this node serves its own machine only: use localhost or 127.0.0.1\n";
        return (StatusCode::FORBIDDEN, story).into_response();
    }
    next.run(request).await
}

fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    ["localhost", "127.0.0.1", "[::1]"]
        .iter()
        .any(|own| name.eq_ignore_ascii_case(own))
}

fn json(status: StatusCode, body: String) -> Response {
    let kind = HeaderValue::from_static("application/json");
    (status, [(header::CONTENT_TYPE, kind)], body).into_response()
}

/// Why a body was not read.
pub enum Unread {
    /// It is longer than it may be, or ended before its length.
    TooLarge,
    /// It did not come in time.
    TooSlow,
}

/// Reads a body of at most `limit` bytes within `time`.
pub async fn read(body: Body, limit: usize, time: Duration) -> Result<Bytes, Unread> {
    // a length that is said is believed before anything is waited for
    let said = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if said > limit {
        return Err(Unread::TooLarge);
    }
    match tokio::time::timeout(time, axum::body::to_bytes(body, limit)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(Unread::TooLarge),
        Err(_) => Err(Unread::TooSlow),
    }
}

async fn call(State(door): State<Arc<Door>>, body: Body) -> Response {
    let limit = door.config.body_bytes;
    let bytes = match read(body, limit, door.config.header_time).await {
        Ok(bytes) => bytes,
        Err(Unread::TooLarge) => {
            let error = RpcError::Request(format!("error reading request body (limit {limit})"));
            let answer = envelope(None, Err(error)).to_string();
            return json(StatusCode::PAYLOAD_TOO_LARGE, answer);
        }
        Err(Unread::TooSlow) => return StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    if bytes.is_empty() {
        return listing();
    }
    match dispatch::body(&door, &bytes).await {
        Ok(Some(answer)) => json(StatusCode::OK, answer),
        Ok(None) => StatusCode::OK.into_response(),
        Err(error) => {
            // as CometBFT: only what is no JSON at all is an error of HTTP
            let status = match error {
                RpcError::Parse(_) => StatusCode::INTERNAL_SERVER_ERROR,
                _ => StatusCode::OK,
            };
            json(status, envelope(None, Err(error)).to_string())
        }
    }
}

async fn uri(State(door): State<Arc<Door>>, verb: Method, uri: Uri) -> Response {
    if verb != Method::GET {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let name = uri.path().trim_start_matches('/');
    let Some(names) = method::params_of(name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let answer = match request::uri_params(uri.query().unwrap_or(""), names) {
        Ok(params) => method::answer(&door, name, params).await,
        Err(error) => Err(error),
    };
    json(
        StatusCode::OK,
        envelope(Some(&Value::from(-1)), answer).to_string(),
    )
}

async fn index() -> Response {
    listing()
}

/// The methods, for people.
fn listing() -> Response {
    let mut text = String::from("Methods (POST JSON-RPC to /, or GET):\n\n");
    for (name, params) in method::list() {
        let query: Vec<String> = params.iter().map(|p| format!("{p}=_")).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        text.push_str(&format!("/{name}{mark}{}\n", query.join("&")));
    }
    text.push_str("\nWebsocket: /websocket (also subscribe, unsubscribe, unsubscribe_all)\nRelay: /mycel/relay (GET: terms; POST {contract, msg, height?})\n");
    text.into_response()
}

async fn upgrade(State(door): State<Arc<Door>>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
        Ok(upgrade) => {
            let limit = door.config.body_bytes;
            upgrade
                .max_message_size(limit)
                .max_frame_size(limit)
                .on_upgrade(move |socket| websocket::serve(socket, door))
        }
        Err(refusal) => refusal.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::is_this_machine;

    #[test]
    fn only_names_of_this_machine_pass() {
        for own in [
            "localhost",
            "LOCALHOST:26657",
            "127.0.0.1:1",
            "[::1]",
            "[::1]:80",
        ] {
            assert!(is_this_machine(own), "{own}");
        }
        for other in [
            "",
            "evil.example",
            "127.0.0.1.evil.example:80",
            "localhost.evil",
            "::1",
            "127.0.0.2",
        ] {
            assert!(!is_this_machine(other), "{other}");
        }
    }
}
