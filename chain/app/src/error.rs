//! How things fail: a [`Failure`] is a transaction's result, a [`Fault`] never is.
use std::fmt;

use mycel_store::StateFault;
use mycel_types::{
    Code, Halt,
    codes::{self, mycel, wasm},
};

/// A refusal with its code: what a transaction, a message or a query gets as its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub code: Code,
    /// The story, ending with the code's own words as Cosmos clients know them.
    pub log: String,
    /// Whether a contract may see the story. Others see the code only.
    pub told: bool,
}

impl Failure {
    /// A refusal; the code's words are added.
    pub(crate) fn new(code: Code, what: impl fmt::Display) -> Self {
        Self {
            code,
            log: format!("{what}: {}", words(code)),
            told: false,
        }
    }

    /// A refusal that its code's words say all about.
    pub(crate) fn bare(code: Code) -> Self {
        Self {
            code,
            log: words(code).into(),
            told: false,
        }
    }

    /// A contract's own error, which its callers may see.
    pub(crate) fn told(code: Code, what: impl fmt::Display) -> Self {
        Self {
            told: true,
            ..Self::new(code, what)
        }
    }

    /// The story, bounded: contracts word it, and every node keeps it.
    pub(crate) fn story(&self) -> String {
        bounded(&self.log)
    }

    /// What a contract sees of it, bounded as the story is.
    pub(crate) fn story_for_contract(&self) -> String {
        bounded(&self.for_contract())
    }

    /// A part that is not built yet.
    pub(crate) fn not_yet(what: impl fmt::Display) -> Self {
        Self {
            code: mycel::NOT_YET,
            log: format!("not yet: {what}"),
            told: false,
        }
    }

    /// The same with its place in front. As in wasmd, a contract is told of its direct callee's error only.
    pub(crate) fn within(mut self, place: impl fmt::Display) -> Self {
        self.told = false;
        self.log = format!("{place}: {}", self.log);
        self
    }

    /// What a contract sees of it.
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
}

fn bounded(text: &str) -> String {
    const MAX: usize = 4096;
    match text.char_indices().nth(MAX) {
        None => text.into(),
        Some((cut, _)) => format!("{}… ({} bytes)", &text[..cut], text.len()),
    }
}

/// A node could not find out. For a decided block it must stop; elsewhere it ends the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    State(StateFault),
    Machine(String),
}

impl From<StateFault> for Fault {
    fn from(fault: StateFault) -> Self {
        Self::State(fault)
    }
}

impl From<Fault> for Halt {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::State(fault) => fault.into(),
            Fault::Machine(why) => Halt::Machine(why),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State(fault) => fault.fmt(f),
            Self::Machine(why) => write!(f, "machine: {why}"),
        }
    }
}

/// Why the execution of a message ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Abort {
    /// It failed; what it wrote is undone and whoever asked for it learns of it.
    Fail(Failure),
    /// A gas limit was reached: ends everything up to where that limit was set.
    OutOfGas(OutOfGas),
    /// No result at all.
    Fault(Fault),
}

/// Where the gas ran out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OutOfGas {
    pub location: &'static str,
    pub wanted: u64,
    pub used: u64,
}

impl From<OutOfGas> for Failure {
    fn from(at: OutOfGas) -> Self {
        Self::new(
            codes::OUT_OF_GAS,
            format_args!(
                "out of gas in location: {}; gasWanted: {}, gasUsed: {}",
                at.location, at.wanted, at.used
            ),
        )
    }
}

impl From<Failure> for Abort {
    fn from(failure: Failure) -> Self {
        Self::Fail(failure)
    }
}

impl From<OutOfGas> for Abort {
    fn from(at: OutOfGas) -> Self {
        Self::OutOfGas(at)
    }
}

impl From<Fault> for Abort {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<StateFault> for Abort {
    fn from(fault: StateFault) -> Self {
        Self::Fault(fault.into())
    }
}

/// What running a message gives.
pub(crate) type Run<T> = Result<T, Abort>;

/// A code's own words, as the SDK and wasmd register them.
fn words(code: Code) -> &'static str {
    match code {
        codes::TX_DECODE => "tx parse error",
        codes::INVALID_SEQUENCE => "invalid sequence",
        codes::UNAUTHORIZED => "unauthorized",
        codes::INSUFFICIENT_FUNDS => "insufficient funds",
        codes::UNKNOWN_REQUEST => "unknown request",
        codes::INVALID_ADDRESS => "invalid address",
        codes::INVALID_PUBKEY => "invalid pubkey",
        codes::UNKNOWN_ADDRESS => "unknown address",
        codes::INVALID_COINS => "invalid coins",
        codes::OUT_OF_GAS => "out of gas",
        codes::MEMO_TOO_LARGE => "memo too large",
        codes::INSUFFICIENT_FEE => "insufficient fee",
        codes::TOO_MANY_SIGNATURES => "maximum number of signatures exceeded",
        codes::NO_SIGNATURES => "no signatures supplied",
        codes::INVALID_REQUEST => "invalid request",
        codes::TX_TOO_LARGE => "tx too large",
        codes::KEY_NOT_FOUND => "key not found",
        codes::INVALID_HEIGHT => "invalid height",
        codes::TX_TIMEOUT_HEIGHT => "tx timeout height",
        codes::UNKNOWN_EXTENSION => "unknown extension options",
        codes::WRONG_SEQUENCE => "incorrect account sequence",
        codes::UNPACK_ANY => "failed unpacking protobuf message from Any",
        codes::INVALID_GAS_LIMIT => "invalid gas limit",
        wasm::CREATE_FAILED => "create wasm contract failed",
        wasm::ACCOUNT_EXISTS => "contract account already exists",
        wasm::INSTANTIATE_FAILED => "instantiate wasm contract failed",
        wasm::EXECUTE_FAILED => "execute wasm contract failed",
        wasm::GAS_LIMIT => "insufficient gas",
        wasm::NOT_FOUND => "not found",
        wasm::QUERY_FAILED => "query wasm contract failed",
        wasm::INVALID_MSG => "invalid CosmosMsg from the contract",
        wasm::MIGRATE_FAILED => "migrate wasm contract failed",
        wasm::EMPTY => "empty",
        wasm::LIMIT => "exceeds limit",
        wasm::INVALID => "invalid",
        wasm::DUPLICATE => "duplicate",
        wasm::UNSUPPORTED => "unsupported for this contract",
        wasm::UNKNOWN_MSG => "unknown message from the contract",
        wasm::INVALID_EVENT => "invalid event",
        wasm::NO_SUCH_CONTRACT => "no such contract",
        wasm::QUERY_DEPTH => "max query stack size exceeded",
        wasm::NO_SUCH_CODE => "no such code",
        wasm::VM_ERROR => "wasmvm error",
        wasm::CALL_DEPTH => "max call depth exceeded",
        mycel::ALLOWANCE => "gas allowance exhausted",
        mycel::QUOTA => "storage quota exceeded",
        _ => "internal",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_end_with_the_words_that_clients_know() {
        let failure = Failure::new(
            codes::WRONG_SEQUENCE,
            "account sequence mismatch, expected 1, got 99",
        );
        assert_eq!(
            failure.log,
            "account sequence mismatch, expected 1, got 99: incorrect account sequence"
        );
        assert_eq!(failure.for_contract(), "codespace: sdk, code: 32");
        let out = Failure::from(OutOfGas {
            location: "ReadPerByte",
            wanted: 1000,
            used: 1003,
        });
        assert_eq!(
            out.log,
            "out of gas in location: ReadPerByte; gasWanted: 1000, gasUsed: 1003: out of gas"
        );
    }
}
