//! Result codes. Those of `sdk` and `wasm` are what Cosmos clients already know; `mycel` is ours.

/// A stable code in a codespace: what consensus sees of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code {
    /// Who defined it: `sdk`, `wasm` or `mycel`.
    pub codespace: &'static str,
    /// The number, never 0.
    pub code: u32,
}

macro_rules! codes {
    ($space:literal: $($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        $($(#[$doc])* pub const $name: Code = Code { codespace: $space, code: $code };)*
    };
}

codes! { "sdk":
    /// The bytes are no transaction.
    TX_DECODE = 2;
    /// The sequence in a signature is wrong in a way that only its form shows.
    INVALID_SEQUENCE = 3;
    /// The signature, or the right to act, is missing.
    UNAUTHORIZED = 4;
    /// The sender has not what it wants to send.
    INSUFFICIENT_FUNDS = 5;
    /// The message or the path is unknown.
    UNKNOWN_REQUEST = 6;
    /// An address cannot be read.
    INVALID_ADDRESS = 7;
    /// A public key cannot be read or does not fit the address.
    INVALID_PUBKEY = 8;
    /// The account does not exist.
    UNKNOWN_ADDRESS = 9;
    /// Coins cannot be read.
    INVALID_COINS = 10;
    /// The gas limit is used up.
    OUT_OF_GAS = 11;
    /// More signatures than a transaction may have.
    TOO_MANY_SIGNATURES = 14;
    /// The memo is too long.
    MEMO_TOO_LARGE = 12;
    /// The fee is not what this chain takes (none) or the allowance does not cover the gas.
    INSUFFICIENT_FEE = 13;
    /// The count of signatures differs from the count of signers.
    NO_SIGNATURES = 15;
    /// The request is malformed.
    INVALID_REQUEST = 18;
    /// The transaction is in the pool already.
    TX_IN_MEMPOOL_CACHE = 19;
    /// The pool is full.
    MEMPOOL_FULL = 20;
    /// The transaction is too large.
    TX_TOO_LARGE = 21;
    /// The thing asked for does not exist.
    KEY_NOT_FOUND = 22;
    /// The timeout height has passed.
    TX_TIMEOUT_HEIGHT = 30;
    /// Another sequence was expected.
    WRONG_SEQUENCE = 32;
    /// A message cannot be unpacked.
    UNPACK_ANY = 34;
    /// An extension option that this chain does not know.
    UNKNOWN_EXTENSION = 31;
    /// A height that has no state here.
    INVALID_HEIGHT = 26;
    /// A gas limit above what a transaction or block may have.
    INVALID_GAS_LIMIT = 41;
    /// A fault that no input explains. Clients know it as a panic of the SDK.
    PANIC = 111_222;
}

/// Codes of wasmd's `wasm` codespace.
pub mod wasm {
    use super::Code;
    codes! { "wasm":
        /// The code cannot be stored.
        CREATE_FAILED = 2;
        /// The account exists already.
        ACCOUNT_EXISTS = 3;
        /// Instantiation failed.
        INSTANTIATE_FAILED = 4;
        /// Execution failed.
        EXECUTE_FAILED = 5;
        /// Gas limit reached inside a contract.
        GAS_LIMIT = 6;
        /// Genesis is invalid.
        INVALID_GENESIS = 7;
        /// No such code or entry.
        NOT_FOUND = 8;
        /// A query failed.
        QUERY_FAILED = 9;
        /// The contract's response is invalid.
        INVALID_MSG = 10;
        /// Migration failed.
        MIGRATE_FAILED = 11;
        /// An empty value where one is needed.
        EMPTY = 12;
        /// Beyond a limit.
        LIMIT = 13;
        /// Invalid, as a message that is no JSON.
        INVALID = 14;
        /// Duplicate.
        DUPLICATE = 15;
        /// This kind of message is not supported here.
        UNSUPPORTED = 17;
        /// A kind of message that no contract may send.
        UNKNOWN_MSG = 20;
        /// An event or attribute of a form that contracts may not emit.
        INVALID_EVENT = 21;
        /// Queries nested too deep.
        QUERY_DEPTH = 27;
        /// The contract trapped, panicked or broke the ABI.
        VM_ERROR = 29;
        /// Calls nested too deep.
        CALL_DEPTH = 30;
        /// No such contract.
        NO_SUCH_CONTRACT = 22;
        /// No such code.
        NO_SUCH_CODE = 28;
    }
}

/// Codes of Mycel's own codespace.
pub mod mycel {
    use super::Code;
    codes! { "mycel":
        /// A part that a later version brings: `not yet: <what>`.
        NOT_YET = 2;
        /// The gas allowance does not cover the transaction's gas limit; it says when it will.
        ALLOWANCE = 3;
        /// The contract's quota of bytes is used up.
        QUOTA = 4;
    }
}
