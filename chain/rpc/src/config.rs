//! What a door allows.
use std::time::Duration;

/// Bounds on what clients may ask; the defaults suit a public node behind a loopback address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RpcConfig {
    /// Open connections.
    pub connections: usize,
    /// Bytes of a request's body or of a websocket message.
    pub body_bytes: usize,
    /// Requests in a batch.
    pub batch: usize,
    /// Nesting of a request's JSON.
    pub json_depth: usize,
    /// Entries of a page.
    pub page: usize,
    /// Subscriptions of one connection.
    pub subscriptions: usize,
    /// Messages that wait for a slow websocket reader before it is dropped.
    pub backlog: usize,
    /// Simulations and contract queries at a time; the others wait. 0 means half of the cores, at least one.
    pub heavy_queries: usize,
    /// How long one query may run.
    pub query_time: Duration,
    /// SDK gas that one query may use.
    pub query_gas: u64,
    /// SDK gas that one simulation may use: what a transaction may, or no large contract could be uploaded with an
    /// estimate (code costs 8 gas a byte).
    pub simulate_gas: u64,
    /// How long `broadcast_tx_commit` waits for the block.
    pub commit_time: Duration,
    /// How long a client may take to send a request.
    pub header_time: Duration,
    /// The address under which the door is announced in `status`.
    pub announce: String,
}

impl Default for RpcConfig {
    fn default() -> Self {
        Self {
            connections: 100,
            body_bytes: 2 << 20,
            batch: 10,
            json_depth: 32,
            page: 100,
            subscriptions: 5,
            backlog: 256,
            heavy_queries: 0,
            query_time: Duration::from_secs(2),
            query_gas: 3_000_000,
            simulate_gas: 20_000_000,
            commit_time: Duration::from_secs(10),
            header_time: Duration::from_secs(10),
            announce: "tcp://127.0.0.1:26657".into(),
        }
    }
}
