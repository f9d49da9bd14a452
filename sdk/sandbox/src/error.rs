//! How things fail inside, and what is said about it outside.

use std::fmt;

use mycel_types::{
    Code,
    codes::{self, mycel, wasm},
};

use crate::gas::OutOfGas;

/// A message or a query that was refused. Nothing of it is left.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Refusal {
    /// The story as the chain's log would tell it; the contract's own error is
    /// in it word for word.
    pub text: String,
    /// Codespace of the code, as clients know it.
    pub codespace: &'static str,
    /// The code.
    pub code: u32,
    /// Gas that the attempt used.
    pub gas: u64,
}

/// A refusal on its way to whoever is to learn of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub code: Code,
    pub log: String,
    /// Whether a contract may see the story; others see the code only.
    pub told: bool,
}

impl Failure {
    pub(crate) fn new(code: Code, what: impl fmt::Display) -> Self {
        Self {
            code,
            log: format!("{what}: {}", words(code)),
            told: false,
        }
    }

    pub(crate) fn bare(code: Code) -> Self {
        Self {
            code,
            log: words(code).into(),
            told: false,
        }
    }

    /// A contract's own error, which its caller may see.
    pub(crate) fn told(code: Code, what: impl fmt::Display) -> Self {
        Self {
            told: true,
            ..Self::new(code, what)
        }
    }

    pub(crate) fn not_yet(what: impl fmt::Display) -> Self {
        Self {
            code: mycel::NOT_YET,
            log: format!("not yet: {what}"),
            told: false,
        }
    }

    /// The same with its place in front; a contract is told of its direct
    /// callee's error only.
    pub(crate) fn within(mut self, place: impl fmt::Display) -> Self {
        self.told = false;
        self.log = format!("{place}: {}", self.log);
        self
    }

    pub(crate) fn for_contract(&self) -> String {
        if self.told {
            self.log.clone()
        } else {
            format!(
                "codespace: {}, code: {}",
                self.code.codespace, self.code.code
            )
        }
    }

    pub(crate) fn refusal(self, gas: u64) -> Refusal {
        Refusal {
            text: self.log,
            codespace: self.code.codespace,
            code: self.code.code,
            gas,
        }
    }
}

/// Why a message ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Abort {
    /// It failed; what it wrote is undone and whoever asked learns of it.
    Fail(Failure),
    /// A gas limit was reached: ends everything up to where it was set.
    OutOfGas,
    /// This machine could not run it (no memory, too slow): no result at all.
    Machine(String),
}

impl From<Failure> for Abort {
    fn from(failure: Failure) -> Self {
        Abort::Fail(failure)
    }
}

impl From<OutOfGas> for Abort {
    fn from(_: OutOfGas) -> Self {
        Abort::OutOfGas
    }
}

impl Abort {
    /// With a place in front.
    pub(crate) fn within(self, place: &str) -> Abort {
        match self {
            Abort::Fail(failure) => Abort::Fail(failure.within(place)),
            other => other,
        }
    }

    pub(crate) fn failure(self) -> Failure {
        match self {
            Abort::Fail(failure) => failure,
            Abort::OutOfGas => Failure::bare(codes::OUT_OF_GAS),
            Abort::Machine(why) => Failure {
                code: codes::PANIC,
                log: format!("machine: {why}"),
                told: false,
            },
        }
    }
}

pub(crate) type Run<T> = Result<T, Abort>;

/// A code's own words, as the SDK and wasmd register them.
fn words(code: Code) -> &'static str {
    match code {
        codes::UNAUTHORIZED => "unauthorized",
        codes::INVALID_ADDRESS => "invalid address",
        codes::OUT_OF_GAS => "out of gas",
        codes::INVALID_REQUEST => "invalid request",
        codes::INSUFFICIENT_FUNDS => "insufficient funds",
        wasm::INSTANTIATE_FAILED => "instantiate wasm contract failed",
        wasm::EXECUTE_FAILED => "execute wasm contract failed",
        wasm::MIGRATE_FAILED => "migrate wasm contract failed",
        wasm::QUERY_FAILED => "query wasm contract failed",
        wasm::INVALID_MSG => "invalid CosmosMsg from the contract",
        wasm::LIMIT => "exceeds limit",
        wasm::DUPLICATE => "duplicate",
        wasm::UNKNOWN_MSG => "unknown message from the contract",
        wasm::INVALID_EVENT => "invalid event",
        wasm::NO_SUCH_CONTRACT => "no such contract",
        wasm::NO_SUCH_CODE => "no such code",
        wasm::QUERY_DEPTH => "max query stack size exceeded",
        wasm::VM_ERROR => "wasmvm error",
        wasm::CALL_DEPTH => "max call depth exceeded",
        mycel::QUOTA => "storage quota exceeded",
        _ => "internal",
    }
}
