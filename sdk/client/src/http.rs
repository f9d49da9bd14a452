//! JSON-RPC over HTTP/1.1: connections are kept and shared.
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{Method, Request, Uri, header};
use hyper_util::{
    client::legacy::{Client as Pool, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;

use crate::{
    Client, ClientError, Transport,
    transport::{MAX_ANSWER_BYTES, request, response},
};

/// How long one call may take.
pub const TIMEOUT: Duration = Duration::from_secs(20);

/// How long a connection that nobody uses is kept: nodes end theirs after ten seconds, and a call on one that has just
/// been ended would be lost.
const IDLE: Duration = Duration::from_secs(5);

/// A node's RPC address over HTTP. Cheap to clone; clones share connections.
#[derive(Clone, Debug)]
pub struct Http {
    pool: Pool<HttpConnector, Full<Bytes>>,
    uri: Uri,
    next_id: Arc<AtomicU64>,
}

impl Http {
    /// A node at `http://host:port`. `tcp://` is understood; TLS is not built yet.
    pub fn new(url: &str) -> Result<Self, ClientError> {
        let unreachable = |reason: String| ClientError::Unreachable {
            url: url.into(),
            reason,
        };
        let address = match url.split_once("://") {
            Some(("http" | "tcp", address)) => address,
            Some(("https", _)) => return Err(ClientError::NotYet("https".into())),
            Some((scheme, _)) => return Err(unreachable(format!("unknown scheme={scheme}"))),
            None => url,
        };
        let uri = format!("http://{address}")
            .parse()
            .map_err(|e| unreachable(format!("{e}")))?;
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(Duration::from_secs(5)));
        Ok(Self {
            pool: Pool::builder(TokioExecutor::new())
                .pool_idle_timeout(IDLE)
                .build(connector),
            uri,
            next_id: Arc::new(AtomicU64::new(1)),
        })
    }

    /// The node's address.
    pub fn url(&self) -> String {
        self.uri.to_string()
    }

    async fn post(&self, body: Vec<u8>) -> Result<Bytes, String> {
        Ok(self.post_at(&self.uri, body).await?.1)
    }

    /// Posts JSON to another path of the same node: the status and the answer.
    pub async fn post_to(&self, path: &str, body: Vec<u8>) -> Result<(u16, Bytes), ClientError> {
        let unreachable = |reason| ClientError::Unreachable {
            url: self.url(),
            reason,
        };
        let mut parts = self.uri.clone().into_parts();
        let path = path.parse();
        parts.path_and_query = Some(path.map_err(|e| unreachable(format!("{e}")))?);
        let uri = Uri::from_parts(parts).map_err(|e| unreachable(e.to_string()))?;
        tokio::time::timeout(TIMEOUT, self.post_at(&uri, body))
            .await
            .map_err(|_| unreachable(format!("no answer in {} s", TIMEOUT.as_secs())))?
            .map_err(unreachable)
    }

    async fn post_at(&self, uri: &Uri, body: Vec<u8>) -> Result<(u16, Bytes), String> {
        let request = Request::builder()
            .method(Method::POST)
            .uri(uri)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(body)))
            .map_err(|e| e.to_string())?;
        let response = self.pool.request(request).await.map_err(|e| {
            // the cause ("connection refused") says more than "client error (Connect)"
            std::error::Error::source(&e).map_or_else(|| e.to_string(), |cause| cause.to_string())
        })?;
        let status = response.status().as_u16();
        Limited::new(response.into_body(), MAX_ANSWER_BYTES)
            .collect()
            .await
            .map(|body| (status, body.to_bytes()))
            .map_err(|e| e.to_string())
    }
}

impl Transport for Http {
    async fn call(&self, method: &str, params: Value) -> Result<Value, ClientError> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let unreachable = |reason| ClientError::Unreachable {
            url: self.url(),
            reason,
        };
        let answer = tokio::time::timeout(TIMEOUT, self.post(request(id, method, &params)))
            .await
            .map_err(|_| unreachable(format!("no answer in {} s", TIMEOUT.as_secs())))?
            .map_err(unreachable)?;
        response(&answer)
    }

    async fn sleep(&self, millis: u64) {
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }
}

impl Client<Http> {
    /// A client of the node at this address.
    pub fn http(url: &str) -> Result<Self, ClientError> {
        Http::new(url).map(Self::new)
    }
}
