//! Errors of everything that happens before a call; a call itself ends in a `CallOutcome`.

use thiserror::Error;

/// The engine could not be set up.
#[derive(Debug, Error)]
pub enum VmError {
    /// wasmtime refused the configuration or the address space.
    #[error(
        "engine: {0}; if address space is short, raise `ulimit -v` or lower concurrent_calls and call_depth"
    )]
    Engine(String),
    /// The configuration contradicts itself.
    #[error("config {field}={value}: must be {expected}")]
    Config {
        /// The field of `VmConfig`.
        field: &'static str,
        /// What it was set to.
        value: u64,
        /// What it may be.
        expected: &'static str,
    },
    /// The watchdog thread could not be started.
    #[error("watchdog thread: {0}")]
    Watchdog(#[from] std::io::Error),
}

/// The Wasm is not a contract that this chain runs. Deterministic: the same Wasm and settings give the same error.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CheckError {
    /// A static limit is exceeded.
    #[error("{what}={value} exceeds limit={limit}{at}")]
    Limit {
        /// What was counted.
        what: &'static str,
        /// How many there are.
        value: u64,
        /// How many there may be.
        limit: u64,
        /// Which function, as ` function=N`, where it is one's limit.
        at: String,
    },
    /// The bytes are not valid Wasm of the accepted feature set.
    #[error("invalid wasm offset={offset}: {message}")]
    Invalid {
        /// Byte offset into the Wasm.
        offset: u64,
        /// What the parser or validator said.
        message: String,
    },
    /// An import that is not one of the host functions.
    #[error("import={module}.{name} is not offered{hint}")]
    Import {
        /// The import's module.
        module: String,
        /// The import's name.
        name: String,
        /// The next step, if there is a well-known one.
        hint: &'static str,
    },
    /// A host function imported with another type.
    #[error("import=env.{name} has type {found}, must be {expected}")]
    ImportType {
        /// The import's name.
        name: String,
        /// Its type in the module.
        found: String,
        /// Its type in the ABI.
        expected: String,
    },
    /// An export that the ABI needs is missing, or has another type.
    #[error("export={name} {problem}")]
    Export {
        /// The export's name.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The contract needs capabilities that are not offered.
    #[error("required capabilities are not offered: {}", missing.join(", "))]
    Capabilities {
        /// Those missing, sorted.
        missing: Vec<String>,
    },
    /// Any other part of the module's shape.
    #[error("{what} {problem}")]
    Shape {
        /// Which part.
        what: &'static str,
        /// What is wrong with it.
        problem: String,
    },
}

/// A Wasm could not be made ready to run.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LoadError {
    /// It is not a contract that this chain runs; deterministic.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// This node failed to compile what `check` accepted. Never a transaction's result: the node must stop, as for
    /// `CallOutcome::Machine`.
    #[error("machine: {0}")]
    Machine(String),
}
