//! What is known of a contract without running it, and what bounds it.

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

/// Static limits of a module. They bound the cost of compiling and of an instance, so they are consensus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of Wasm.
    pub size: u64,
    /// Pages of memory, at the start and ever.
    pub pages: u64,
    /// Elements of the table.
    pub table_elements: u64,
    /// Imports.
    pub imports: u64,
    /// Functions defined in the module.
    pub functions: u64,
    /// Entries of each of the sections type, global, export, element and data.
    pub declarations: u64,
    /// Parameters of one function type.
    pub params: u64,
    /// Parameters of all functions together.
    pub total_params: u64,
    /// Locals of one function.
    pub locals: u64,
    /// Locals of all functions together: the largest standard contract declares 11,000.
    pub total_locals: u64,
    /// Operators of one function; each target of a `br_table` counts as one.
    pub operators: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            size: 3 << 20,
            pages: 512,
            table_elements: 2_500,
            imports: 100,
            functions: 20_000,
            declarations: 10_000,
            params: 64,
            total_params: 10_000,
            locals: 100,
            total_locals: 20_000,
            operators: 50_000,
        }
    }
}
