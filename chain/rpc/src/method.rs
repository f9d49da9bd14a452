//! The table of methods: name, names of the arguments in their order, what answers.
mod broadcast;
mod chain;
mod node;
mod tx;

use std::{future::Future, pin::Pin, sync::Arc};

use mycel_types::Cancel;
use serde_json::Value;

use crate::{door::Door, error::RpcError, params::Params};

type Answer = Result<Value, RpcError>;
type Waiting = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// How a method is answered.
enum Run {
    /// Reads the node on a blocking thread.
    Read(fn(&Door, &Params) -> Answer),
    /// The same, behind the gate for expensive questions; it watches the flag.
    Search(fn(&Door, &Params, &Cancel) -> Answer),
    /// Waits for something.
    Wait(fn(Arc<Door>, Params) -> Waiting),
    /// Not built.
    NotYet(&'static str),
}

struct Method {
    name: &'static str,
    params: &'static [&'static str],
    run: Run,
}

const fn method(name: &'static str, params: &'static [&'static str], run: Run) -> Method {
    Method { name, params, run }
}

const HEIGHT: &[&str] = &["height"];
const HASH: &[&str] = &["hash"];
const TX: &[&str] = &["tx"];
const SEARCH: &[&str] = &["query", "prove", "page", "per_page", "order_by"];

static METHODS: &[Method] = &[
    method("health", &[], Run::Read(node::health)),
    method("status", &[], Run::Read(node::status)),
    method("net_info", &[], Run::Read(node::net_info)),
    method("genesis", &[], Run::Read(node::genesis)),
    method(
        "genesis_chunked",
        &["chunk"],
        Run::Read(node::genesis_chunked),
    ),
    method("abci_info", &[], Run::Read(node::abci_info)),
    method(
        "abci_query",
        &["path", "data", "height", "prove"],
        Run::Wait(node::abci_query),
    ),
    method(
        "consensus_params",
        HEIGHT,
        Run::Read(node::consensus_params),
    ),
    method(
        "validators",
        &["height", "page", "per_page"],
        Run::Read(node::validators),
    ),
    method(
        "unconfirmed_txs",
        &["limit"],
        Run::Read(node::unconfirmed_txs),
    ),
    method(
        "num_unconfirmed_txs",
        &[],
        Run::Read(node::num_unconfirmed_txs),
    ),
    method("block", HEIGHT, Run::Read(chain::block)),
    method("block_by_hash", HASH, Run::Read(chain::block_by_hash)),
    method("block_results", HEIGHT, Run::Read(chain::block_results)),
    method(
        "block_search",
        &["query", "page", "per_page", "order_by"],
        Run::Search(chain::block_search),
    ),
    method(
        "blockchain",
        &["minHeight", "maxHeight"],
        Run::Read(chain::blockchain),
    ),
    method("commit", HEIGHT, Run::Read(chain::commit)),
    method("header", HEIGHT, Run::Read(chain::header)),
    method("header_by_hash", HASH, Run::Read(chain::header_by_hash)),
    method("tx", &["hash", "prove"], Run::Read(tx::tx)),
    method("tx_search", SEARCH, Run::Search(tx::tx_search)),
    method("check_tx", TX, Run::Read(broadcast::check_tx)),
    method("broadcast_tx_sync", TX, Run::Read(broadcast::sync)),
    method("broadcast_tx_async", TX, Run::Wait(broadcast::asynchronous)),
    method("broadcast_tx_commit", TX, Run::Wait(broadcast::commit)),
    method(
        "broadcast_evidence",
        &["evidence"],
        Run::NotYet("evidence from clients"),
    ),
    method(
        "consensus_state",
        &[],
        Run::NotYet("the engine's state over rpc"),
    ),
    method(
        "dump_consensus_state",
        &[],
        Run::NotYet("the engine's state over rpc"),
    ),
];

/// Names and arguments of all methods.
pub fn list() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    METHODS.iter().map(|m| (m.name, m.params))
}

/// The arguments of a method, if there is such a method.
pub fn params_of(name: &str) -> Option<&'static [&'static str]> {
    METHODS.iter().find(|m| m.name == name).map(|m| m.params)
}

/// Answers a request whose arguments are JSON.
pub async fn call(door: &Arc<Door>, name: &str, params: Value) -> Answer {
    let names = params_of(name).ok_or(RpcError::Method)?;
    answer(door, name, Params::json(params, names)?).await
}

/// Answers a request.
pub async fn answer(door: &Arc<Door>, name: &str, params: Params) -> Answer {
    let method = METHODS.iter().find(|m| m.name == name);
    match &method.ok_or(RpcError::Method)?.run {
        Run::Read(read) => {
            let read = *read;
            door.run(false, move |door, _| read(door, &params)).await
        }
        Run::Search(search) => {
            let search = *search;
            door.run(true, move |door, limits| {
                search(door, &params, &limits.stop)
            })
            .await
        }
        Run::Wait(wait) => wait(door.clone(), params).await,
        Run::NotYet(what) => Err(RpcError::NotYet(what)),
    }
}

/// A page of a list of `total` entries: the range to show.
fn page(door: &Door, params: &Params, total: usize) -> Result<std::ops::Range<usize>, RpcError> {
    let most = door.config.page;
    let per_page = match params.int("per_page")? {
        None => most.min(30),
        Some(n) if n < 1 => most.min(30),
        Some(n) => usize::try_from(n).unwrap_or(most).min(most),
    };
    let pages = total.div_ceil(per_page).max(1);
    let page = match params.int("page")? {
        None => 1,
        Some(n) => usize::try_from(n)
            .ok()
            .filter(|n| (1..=pages).contains(n))
            .ok_or_else(|| {
                RpcError::internal(format!(
                    "page should be within [1, {pages}] range, given {n}"
                ))
            })?,
    };
    let start = (page - 1) * per_page;
    Ok(start..total.min(start + per_page))
}
