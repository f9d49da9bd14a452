//! The one router: path → function(request, height, prove). ABCI queries, gRPC and REST all come through here.
mod accounts;
mod contracts;
mod own;
mod page;
mod raw;
mod simulate;

use mycel_store::StateFault;
use mycel_types::{Code, Limits, QueryAt, QueryOutcome, codes};

use crate::{
    App,
    error::{Failure, Fault},
    tip::State,
};

/// A question with the state that answers it.
pub(crate) struct Ask<'a> {
    pub app: &'a App,
    pub state: &'a State,
    pub request: &'a [u8],
    pub prove: bool,
    pub limits: &'a Limits,
}

/// A plain answer: bytes, or key, bytes and proof of a raw read.
pub(crate) struct Found {
    key: bytes::Bytes,
    value: bytes::Bytes,
    proof: Option<tendermint_proto::crypto::ProofOps>,
}

/// Why there is no answer.
pub(crate) enum Trouble {
    Fail(Failure),
    Fault(Fault),
}

type Answer = Result<Found, Trouble>;

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Fail(failure)
    }
}

impl From<StateFault> for Trouble {
    fn from(fault: StateFault) -> Self {
        Self::Fault(fault.into())
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// A protobuf answer.
fn proto(message: &impl prost::Message) -> Answer {
    Ok(Found {
        key: bytes::Bytes::new(),
        value: message.encode_to_vec().into(),
        proof: None,
    })
}

/// A JSON answer.
fn json(value: &impl serde::Serialize) -> Answer {
    let text = serde_json::to_vec(value).map_err(|e| Failure::new(codes::PANIC, e))?;
    Ok(Found {
        key: bytes::Bytes::new(),
        value: text.into(),
        proof: None,
    })
}

impl Ask<'_> {
    /// The request as protobuf. What an SDK answers to bytes that it cannot read.
    fn read<M: prost::Message + Default>(&self) -> Result<M, Trouble> {
        M::decode(self.request)
            .map_err(|_| Failure::new(codes::INVALID_REQUEST, "unexpected EOF").into())
    }
}

/// As gRPC words it: `rpc error: code = NotFound desc = …`.
fn rpc(code: Code, status: &str, what: impl std::fmt::Display) -> Failure {
    Failure::new(
        code,
        format_args!("rpc error: code = {status} desc = {what}"),
    )
}

fn invalid_argument(what: impl std::fmt::Display) -> Failure {
    rpc(codes::INVALID_REQUEST, "InvalidArgument", what)
}

type Handler = fn(&Ask<'_>) -> Answer;

/// The table of paths.
fn handler(path: &str) -> Option<Handler> {
    Some(match path {
        "/cosmos.auth.v1beta1.Query/Account" => accounts::account,
        "/cosmos.auth.v1beta1.Query/Params" => accounts::params,
        "/cosmos.bank.v1beta1.Query/Balance" => accounts::balance,
        "/cosmos.bank.v1beta1.Query/AllBalances" => accounts::all_balances,
        "/cosmos.bank.v1beta1.Query/SpendableBalances" => accounts::spendable_balances,
        "/cosmos.bank.v1beta1.Query/TotalSupply" => accounts::total_supply,
        "/cosmos.bank.v1beta1.Query/SupplyOf" => accounts::supply_of,
        "/cosmos.feegrant.v1beta1.Query/Allowance" => accounts::grant,
        "/cosmos.tx.v1beta1.Service/Simulate" => simulate::simulate,
        "/cosmwasm.wasm.v1.Query/ContractInfo" => contracts::info,
        "/cosmwasm.wasm.v1.Query/ContractHistory" => contracts::history,
        "/cosmwasm.wasm.v1.Query/ContractsByCode" => contracts::by_code,
        "/cosmwasm.wasm.v1.Query/ContractsByCreator" => contracts::by_creator,
        "/cosmwasm.wasm.v1.Query/AllContractState" => contracts::all_state,
        "/cosmwasm.wasm.v1.Query/RawContractState" => contracts::raw,
        "/cosmwasm.wasm.v1.Query/SmartContractState" => contracts::smart,
        "/cosmwasm.wasm.v1.Query/Code" => contracts::code,
        "/cosmwasm.wasm.v1.Query/CodeInfo" => contracts::code_info,
        "/cosmwasm.wasm.v1.Query/Codes" => contracts::codes,
        "/cosmwasm.wasm.v1.Query/PinnedCodes" => contracts::pinned,
        "/cosmwasm.wasm.v1.Query/Params" => contracts::params,
        "/cosmwasm.wasm.v1.Query/BuildAddress" => contracts::build_address,
        "/store/mycel/key" => raw::mycel,
        "/store/ibc/key" => raw::ibc,
        "/app/version" => own::version,
        "/mycel.v1/params" => own::params,
        "/mycel.v1/chain" => own::chain,
        "/mycel.v1/allowance" => own::allowance,
        "/mycel.v1/upgrade" => own::upgrade,
        "/mycel.v1/end_block" => own::end_block,
        _ => return None,
    })
}

/// Answers a query; never panics, never writes.
pub(crate) fn answer(
    app: &App,
    path: &str,
    request: &[u8],
    at: QueryAt,
    limits: &Limits,
) -> QueryOutcome {
    let unknown = |what: &str| refused(&Failure::new(codes::UNKNOWN_REQUEST, what), 0);
    let Some(handler) = handler(path) else {
        return match path {
            "" => unknown("no query path provided"),
            path if path.starts_with("/store/") => unknown(&format!(
                "no such store or kind of query: {}",
                path.chars().take(100).collect::<String>()
            )),
            _ => unknown("unknown query path"),
        };
    };
    let state = match state_at(app, at) {
        Ok(state) => state,
        Err(failure) => return refused(&failure, 0),
    };
    let ask = Ask {
        app,
        state: &state,
        request,
        prove: at.prove,
        limits,
    };
    match handler(&ask) {
        Ok(found) => QueryOutcome {
            code: 0,
            codespace: String::new(),
            log: String::new(),
            key: found.key,
            value: found.value,
            proof: found.proof,
            height: state.height,
        },
        Err(Trouble::Fail(failure)) => refused(&failure, state.height),
        Err(Trouble::Fault(Fault::State(StateFault::Cancelled))) => refused(
            &Failure::new(
                codes::UNKNOWN_REQUEST,
                "the query's time is up: ask for less, or use a node of your own",
            ),
            state.height,
        ),
        Err(Trouble::Fault(fault)) => {
            tracing::warn!(path, %fault, "query failed on this node");
            refused(&Failure::new(codes::PANIC, fault), state.height)
        }
    }
}

fn refused(failure: &Failure, height: u64) -> QueryOutcome {
    QueryOutcome {
        code: failure.code.code,
        codespace: failure.code.codespace.into(),
        log: failure.story(),
        height,
        ..Default::default()
    }
}

/// The state that answers: the wanted height; else the last, or with a proof the last whose next header exists.
fn state_at(app: &App, at: QueryAt) -> Result<State, Failure> {
    let tip = app.tip().ok_or_else(|| {
        Failure::new(
            codes::INVALID_HEIGHT,
            "no state yet: the chain has no genesis",
        )
    })?;
    let height = match (at.height, at.prove) {
        (None | Some(0), false) => return Ok(tip),
        (None | Some(0), true) => {
            let before = tip.height.checked_sub(1);
            before
                .filter(|h| h.saturating_add(1) >= tip.chain.initial_height)
                .ok_or_else(|| {
                    Failure::new(
                        codes::INVALID_HEIGHT,
                        "nothing can be proven before the first block: wait for it",
                    )
                })?
        }
        (Some(height), _) => height,
    };
    if height == tip.height {
        return Ok(tip);
    }
    if height > tip.height {
        return Err(Failure::new(
            codes::INVALID_HEIGHT,
            "cannot query with height in the future; please provide a valid height",
        ));
    }
    app.store().at(height).and_then(State::read).map_err(|why| {
        Failure::new(
            codes::INVALID_REQUEST,
            format_args!(
                "failed to load state at height {height}; {why} (latest height: {})",
                tip.height
            ),
        )
    })
}
