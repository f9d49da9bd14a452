//! Is this Wasm a contract that the chain runs?

use std::collections::BTreeSet;

use crate::call::EntryPoint;

/// What `check` found out about a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Analysis {
    /// The entry points that it exports.
    pub entry_points: BTreeSet<EntryPoint>,
    /// The capabilities that it requires (`requires_*` exports, without the prefix).
    pub capabilities: BTreeSet<String>,
    /// The host functions that it imports.
    pub imports: BTreeSet<String>,
    /// Functions defined in the module.
    pub functions: u32,
    /// Length of the Wasm.
    pub size: usize,
    /// Pages of memory that it starts with.
    pub initial_pages: u32,
    /// The number in its `cw_migrate_version` section.
    pub migrate_version: Option<u64>,
}

impl Analysis {
    /// Whether all six entry points of an IBC application are there.
    pub fn speaks_ibc(&self) -> bool {
        use EntryPoint::*;
        [
            IbcChannelOpen,
            IbcChannelConnect,
            IbcChannelClose,
            IbcPacketReceive,
            IbcPacketAck,
            IbcPacketTimeout,
        ]
        .iter()
        .all(|e| self.entry_points.contains(e))
    }
}

/// Static limits of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of Wasm.
    pub size: usize,
    /// Pages of memory, at the start and ever.
    pub pages: u32,
    /// Elements of the table.
    pub table_elements: u32,
    /// Imports.
    pub imports: u32,
    /// Functions defined in the module.
    pub functions: u32,
    /// Parameters of one function type.
    pub params: u32,
    /// Results of one function type.
    pub results: u32,
    /// Parameters of all functions together.
    pub total_params: u32,
    /// Locals of one function.
    pub locals: u32,
    /// Locals of all functions together.
    pub total_locals: u32,
    /// Operators of one function.
    pub operators: u32,
    /// Entries of one `br_table`.
    pub branches: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            size: 3 << 20,
            pages: 512,
            table_elements: 2_500,
            imports: 100,
            functions: 20_000,
            params: 64,
            results: 1,
            total_params: 10_000,
            locals: 100,
            total_locals: 10_000,
            operators: 50_000,
            branches: 10_000,
        }
    }
}
