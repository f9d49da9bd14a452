//! The contract's world as the host sees it: storage, queries and addresses, each with its price.

use std::any::Any;
use std::fmt;

use bytes::Bytes;

/// One contract's world during one call. Key prefix, prices and routing of queries are the implementor's.
///
/// Every answer carries the gas that it cost. The VM charges it after the fact: if it exceeds what is left, the call
/// ends out of gas, so an implementor may stop early and report any amount above `gas_left`.
///
/// `Any` lets the owner have its own type back from a [`CallReport`](crate::CallReport):
/// `let any: Box<dyn Any> = report.env;`.
pub trait Environment: Any + Send {
    /// The value under a key (at most 64 KiB long).
    fn get(&mut self, key: &[u8]) -> Hosted<Option<Bytes>>;

    /// Writes a value (at most 128 KiB), or removes the key if it is `None`. Never called during a query.
    fn set(&mut self, key: &[u8], value: Option<&[u8]>) -> Hosted<()>;

    /// Opens a cursor over a range. It sees the writes as of its creation. Ids are given to the contract, so they must
    /// be assigned deterministically; CosmWasm counts from 1.
    fn scan(&mut self, range: KeyRange, direction: Direction) -> Hosted<CursorId>;

    /// The next entry of a cursor; `None` at its end. An unknown cursor is a [`HostFault::Contract`].
    fn next(&mut self, cursor: CursorId) -> Hosted<Option<(Bytes, Bytes)>>;

    /// Answers the JSON `QueryRequest` with the JSON of `SystemResult<ContractResult<Binary>>`. An `Err` inside that
    /// JSON is for the contract to see; a [`HostFault`] ends the call.
    fn query(&mut self, request: &[u8], gas_left: u64) -> Hosted<Bytes>;

    /// Checks or converts an address. A [`HostFault::Contract`] is handed to the contract as the error text, it does
    /// not end the call. `bytes` is UTF-8 for `Validate` and `Canonicalize`.
    fn address(&mut self, op: AddressOp, bytes: &[u8]) -> Hosted<Bytes>;
}

/// An answer of the environment and its price in gas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hosted<T> {
    /// The answer.
    pub value: Result<T, HostFault>,
    /// What it cost, also when it failed.
    pub gas: u64,
}

impl<T> Hosted<T> {
    /// An answer.
    pub fn ok(value: T, gas: u64) -> Self {
        Self {
            value: Ok(value),
            gas,
        }
    }

    /// A refusal that the contract is to blame for.
    pub fn refused(why: impl Into<String>, gas: u64) -> Self {
        Self {
            value: Err(HostFault::Contract(why.into())),
            gas,
        }
    }

    /// A failure of the state below.
    pub fn fault(fault: StateFault, gas: u64) -> Self {
        Self {
            value: Err(HostFault::State(fault)),
            gas,
        }
    }
}

/// Why the environment gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostFault {
    /// The contract asked for something impossible; deterministic.
    Contract(String),
    /// The state could not be read.
    State(StateFault),
}

impl From<StateFault> for HostFault {
    fn from(fault: StateFault) -> Self {
        HostFault::State(fault)
    }
}

impl fmt::Display for HostFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HostFault::Contract(why) => f.write_str(why),
            HostFault::State(fault) => fault.fmt(f),
        }
    }
}

/// Why state could not be read. Never part of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StateFault {
    /// A dependency under parallel execution: run again.
    Retry,
    /// Somebody called it off.
    Cancelled,
    /// The store is damaged: the node must stop.
    Corrupt(String),
}

impl fmt::Display for StateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StateFault::Retry => f.write_str("retry"),
            StateFault::Cancelled => f.write_str("cancelled"),
            StateFault::Corrupt(why) => write!(f, "corrupt: {why}"),
        }
    }
}

/// Keys from `start` (inclusive) to `end` (exclusive); `None` is unbounded. A range that ends before it starts is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyRange {
    /// The first key that belongs to the range.
    pub start: Option<Bytes>,
    /// The first key that does not.
    pub end: Option<Bytes>,
}

/// The order in which a cursor goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From small keys to large ones; 1 in the ABI.
    Ascending,
    /// From large keys to small ones; 2 in the ABI.
    Descending,
}

/// Names an open cursor to the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CursorId(pub u32);

/// What the contract wants done with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressOp {
    /// Is this text an address in its normal form? The answer's bytes are ignored.
    Validate,
    /// Text to bytes.
    Canonicalize,
    /// Bytes to text.
    Humanize,
}
