//! What goes into a contract call and what comes back.

use std::fmt;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::environment::{Environment, StateFault};

/// Names a contract's code: the SHA-256 of the Wasm as uploaded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeId(pub [u8; 32]);

impl CodeId {
    /// The id of a Wasm blob.
    pub fn of(wasm: &[u8]) -> Self {
        Self(Sha256::digest(wasm).into())
    }
}

impl fmt::Display for CodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for CodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CodeId({self})")
    }
}

macro_rules! entry_points {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        /// The functions of a contract that the chain may call.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum EntryPoint {
            $(#[doc = concat!("The export `", $name, "`.")] $variant,)+
        }

        impl EntryPoint {
            /// Every entry point that the CosmWasm ABI knows.
            pub const ALL: &'static [EntryPoint] = &[$(EntryPoint::$variant),+];

            /// The name of the Wasm export.
            pub const fn name(self) -> &'static str {
                match self { $(EntryPoint::$variant => $name),+ }
            }
        }
    };
}

entry_points! {
    Instantiate = "instantiate",
    Execute = "execute",
    Query = "query",
    Migrate = "migrate",
    Sudo = "sudo",
    Reply = "reply",
    IbcChannelOpen = "ibc_channel_open",
    IbcChannelConnect = "ibc_channel_connect",
    IbcChannelClose = "ibc_channel_close",
    IbcPacketReceive = "ibc_packet_receive",
    IbcPacketAck = "ibc_packet_ack",
    IbcPacketTimeout = "ibc_packet_timeout",
    IbcSourceCallback = "ibc_source_callback",
    IbcDestinationCallback = "ibc_destination_callback",
    Ibc2PacketReceive = "ibc2_packet_receive",
    Ibc2PacketTimeout = "ibc2_packet_timeout",
    Ibc2PacketAck = "ibc2_packet_ack",
    Ibc2PacketSend = "ibc2_packet_send",
}

impl EntryPoint {
    /// The entry point with that export name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|e| e.name() == name)
    }

    /// Whether storage may only be read during the call.
    pub const fn is_read_only(self) -> bool {
        matches!(self, EntryPoint::Query)
    }
}

impl fmt::Display for EntryPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One call: the entry point and its JSON arguments, passed to the contract byte for byte.
///
/// `info` is the `MessageInfo` of `instantiate` and `execute`. For `migrate` it is the optional `MigrateInfo`: the
/// contract gets it if its `migrate` has three parameters. Every other entry point has none.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// Which export is called.
    pub entry: EntryPoint,
    /// JSON of `cosmwasm_std::Env`.
    pub env: &'a [u8],
    /// JSON of `MessageInfo` or `MigrateInfo`, where the entry point takes one.
    pub info: Option<&'a [u8]>,
    /// The message: JSON that only the contract understands (for `reply` and `ibc_*`, the type of cosmwasm-std).
    pub msg: &'a [u8],
}

impl<'a> Call<'a> {
    /// A call of `instantiate`.
    pub fn instantiate(env: &'a [u8], info: &'a [u8], msg: &'a [u8]) -> Self {
        Self {
            entry: EntryPoint::Instantiate,
            env,
            info: Some(info),
            msg,
        }
    }

    /// A call of `execute`.
    pub fn execute(env: &'a [u8], info: &'a [u8], msg: &'a [u8]) -> Self {
        Self {
            entry: EntryPoint::Execute,
            env,
            info: Some(info),
            msg,
        }
    }

    /// A call of `query`: storage is read-only.
    pub fn query(env: &'a [u8], msg: &'a [u8]) -> Self {
        Self::plain(EntryPoint::Query, env, msg)
    }

    /// A call of `migrate`; `info` reaches contracts whose `migrate` takes three arguments.
    pub fn migrate(env: &'a [u8], msg: &'a [u8], info: Option<&'a [u8]>) -> Self {
        Self {
            entry: EntryPoint::Migrate,
            env,
            info,
            msg,
        }
    }

    /// A call of an entry point that takes `env` and a message (`query`, `sudo`, `reply`, `ibc_*`).
    pub fn plain(entry: EntryPoint, env: &'a [u8], msg: &'a [u8]) -> Self {
        Self {
            entry,
            env,
            info: None,
            msg,
        }
    }
}

/// The most JSON of a result that should be parsed: reading a result is priced for copying it, not for parsing it.
/// Longer ones (up to 64 MiB come back) are to be treated as a broken contract, on every node alike.
pub const RESULT_JSON_LIMIT: usize = 256 << 10;

/// The end of a call.
pub struct CallReport {
    /// What became of it.
    pub outcome: CallOutcome,
    /// Gas used, host calls included; never above the limit, and the whole limit if it ran out.
    pub gas_used: u64,
    /// The environment that was handed in. It always comes back, whatever the outcome.
    pub env: Box<dyn Environment>,
}

impl fmt::Debug for CallReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallReport")
            .field("outcome", &self.outcome)
            .field("gas_used", &self.gas_used)
            .finish_non_exhaustive()
    }
}

/// What became of a call.
///
/// `Ok`, `Refused`, `OutOfGas` and `Trap` are functions of code, arguments and state alone, on every node. `State`,
/// `NotLoaded` and `Machine` say that this node could not find out: they are never a transaction's result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallOutcome {
    /// The contract returned. The bytes are its JSON `ContractResult`, which may hold the contract's own error.
    Ok(Bytes),
    /// The contract aborted (a panic's message), broke the ABI (a bad region, a missing export) or asked the host for
    /// something that it must not have (a write in a query). The text is deterministic but for people: results of
    /// transactions carry a code.
    Refused(String),
    /// The gas limit was reached; `gas_used` is the limit.
    OutOfGas,
    /// A Wasm trap.
    Trap(TrapCode),
    /// The environment could not serve a read or the call was cancelled.
    State(StateFault),
    /// No compiled code with that id is held: `Vm::load` the Wasm and call again. Nothing ran, no gas was used.
    NotLoaded,
    /// The machine failed: native stack overflow, out of memory, watchdog, unknown trap. For a decided block the node
    /// must halt without committing; in a query or a simulation it ends that request.
    Machine(String),
}

impl CallOutcome {
    /// Whether every node is bound to get this outcome.
    pub fn is_deterministic(&self) -> bool {
        matches!(
            self,
            CallOutcome::Ok(_)
                | CallOutcome::Refused(_)
                | CallOutcome::OutOfGas
                | CallOutcome::Trap(_)
        )
    }
}

impl fmt::Display for CallOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallOutcome::Ok(bytes) => write!(f, "ok bytes={}", bytes.len()),
            CallOutcome::Refused(why) => write!(f, "refused: {why}"),
            CallOutcome::OutOfGas => f.write_str("out of gas"),
            CallOutcome::Trap(code) => write!(f, "trap: {code}"),
            CallOutcome::State(fault) => write!(f, "state: {fault}"),
            CallOutcome::NotLoaded => f.write_str("code not loaded: load the wasm and call again"),
            CallOutcome::Machine(why) => write!(f, "machine: {why}"),
        }
    }
}

/// Why Wasm stopped. The numbers are stable: they may be part of a transaction's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum TrapCode {
    /// `unreachable` was executed.
    Unreachable = 1,
    /// A load, store or bulk operation left the linear memory.
    MemoryOutOfBounds = 2,
    /// An indirect call left the table.
    TableOutOfBounds = 3,
    /// An indirect call met an empty table element.
    IndirectCallToNull = 4,
    /// An indirect call met a function of another type.
    BadSignature = 5,
    /// Signed division overflowed.
    IntegerOverflow = 6,
    /// An integer was divided by zero.
    IntegerDivisionByZero = 7,
    /// A float that no integer can hold was converted to an integer.
    BadConversionToInteger = 8,
    /// The logical stack limit was reached: recursion too deep.
    StackOverflow = 9,
    /// Contracts called each other too deeply through queries.
    CallDepth = 10,
}

impl fmt::Display for TrapCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TrapCode::Unreachable => "unreachable",
            TrapCode::MemoryOutOfBounds => "memory out of bounds",
            TrapCode::TableOutOfBounds => "table out of bounds",
            TrapCode::IndirectCallToNull => "indirect call to null",
            TrapCode::BadSignature => "bad signature",
            TrapCode::IntegerOverflow => "integer overflow",
            TrapCode::IntegerDivisionByZero => "integer division by zero",
            TrapCode::BadConversionToInteger => "bad conversion to integer",
            TrapCode::StackOverflow => "stack overflow",
            TrapCode::CallDepth => "contracts call each other too deeply",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_point_is_found_by_its_name() {
        for entry in EntryPoint::ALL {
            assert_eq!(EntryPoint::from_name(entry.name()), Some(*entry));
        }
        assert_eq!(EntryPoint::from_name("allocate"), None);
    }

    #[test]
    fn a_code_id_is_the_sha256_of_the_wasm() {
        assert_eq!(
            CodeId::of(b"").to_string(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}
