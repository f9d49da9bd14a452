//! Rewrites a checked module so that it meters itself.
//!
//! Added are two globals, exported under reserved names: the gas left (`i64`, set by the host before anything runs) and
//! the stack left (`i32`, bytes). The memory gets its maximum. A start function becomes an export, because it must run
//! after the gas is set. Custom sections go; every other section is copied byte for byte.
//!
//! What is added to function bodies is in [`body`](self::body): gas and stack are subtracted in Wasm code, so they are
//! the same whatever compiles it.

mod body;

use thiserror::Error;
use wasm_encoder::reencode::{self, Reencode, RoundtripReencoder};
use wasm_encoder::{
    CodeSection, ConstExpr, ExportKind, ExportSection, GlobalSection, GlobalType, MemorySection,
    MemoryType, Module, RawSection, SectionId, ValType,
};
use wasmparser::{Parser, Payload};

use crate::check::Checked;
use crate::schedule::Schedule;

pub use body::frame_bytes;

/// Grows with every change of what `prepare` emits: part of the key of compiled code.
pub const VERSION: u32 = 1;

/// The stack of one call, in the bytes of [`frame_bytes`].
pub const STACK_BYTES: i32 = 1 << 20;

/// Export of the gas left.
pub const GAS_EXPORT: &str = "__mycel_gas";
/// Export of the stack left; below zero after a stack overflow.
pub const STACK_EXPORT: &str = "__mycel_stack";
/// Export of the start function, where there is one.
pub const START_EXPORT: &str = "__mycel_start";

/// A checked module that could not be rewritten: an error of this crate, not of the contract.
#[derive(Debug, Error)]
pub enum PrepareError {
    /// The module is not the one that was checked.
    #[error("prepare: {0}")]
    Reencode(String),
    /// Function bodies and shapes do not match.
    #[error("prepare: function={0} was not checked")]
    Unchecked(usize),
}

impl From<wasmparser::BinaryReaderError> for PrepareError {
    fn from(error: wasmparser::BinaryReaderError) -> Self {
        Self::Reencode(error.to_string())
    }
}

impl From<reencode::Error> for PrepareError {
    fn from(error: reencode::Error) -> Self {
        Self::Reencode(error.to_string())
    }
}

/// Indexes of the added globals.
#[derive(Clone, Copy)]
struct Meters {
    gas: u32,
    stack: u32,
}

/// Rewrites a module that [`check`](crate::check::check) accepted.
///
/// # Errors
/// Only if `checked` is not what `check` said about this very `wasm`.
pub fn prepare(
    wasm: &[u8],
    checked: &Checked,
    schedule: &Schedule,
) -> Result<Vec<u8>, PrepareError> {
    let mut module = Module::new();
    let mut meters: Option<Meters> = None;
    let mut code = CodeSection::new();
    let mut bodies = 0usize;
    let mut bodies_expected = 0usize;

    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        // Imports are functions only, so the globals of the module begin at 0.
        if meters.is_none() && comes_after_globals(&payload) {
            let mut globals = GlobalSection::new();
            meters = Some(add_meters(&mut globals));
            module.section(&globals);
        }
        match payload {
            Payload::GlobalSection(section) => {
                let mut globals = GlobalSection::new();
                RoundtripReencoder.parse_global_section(&mut globals, section)?;
                meters = Some(add_meters(&mut globals));
                module.section(&globals);
            }
            Payload::MemorySection(section) => {
                let mut memories = MemorySection::new();
                for memory in section {
                    memories.memory(MemoryType {
                        maximum: Some(checked.max_pages),
                        ..RoundtripReencoder.memory_type(memory?)?
                    });
                }
                module.section(&memories);
            }
            Payload::ExportSection(section) => {
                let mut exports = ExportSection::new();
                RoundtripReencoder.parse_export_section(&mut exports, section)?;
                let meters = require(meters)?;
                exports.export(GAS_EXPORT, ExportKind::Global, meters.gas);
                exports.export(STACK_EXPORT, ExportKind::Global, meters.stack);
                if let Some(start) = checked.start {
                    exports.export(START_EXPORT, ExportKind::Func, start);
                }
                module.section(&exports);
            }
            Payload::StartSection { .. } | Payload::CustomSection(_) => {}
            Payload::CodeSectionStart { count, .. } => {
                bodies_expected = count as usize;
                if count == 0 {
                    module.section(&code);
                }
            }
            Payload::CodeSectionEntry(entry) => {
                let shape = checked
                    .shapes
                    .get(bodies)
                    .ok_or(PrepareError::Unchecked(bodies))?;
                let body = body::rewrite(wasm, &entry, shape, require(meters)?, schedule)?;
                code.function(&body);
                bodies += 1;
                if bodies == bodies_expected {
                    module.section(&code);
                }
            }
            other => {
                if let Some((id, range)) = other.as_section() {
                    let data = wasm
                        .get(range)
                        .ok_or_else(|| PrepareError::Reencode("section out of range".into()))?;
                    module.section(&RawSection { id, data });
                }
            }
        }
    }
    if bodies != checked.shapes.len() {
        return Err(PrepareError::Unchecked(bodies));
    }
    Ok(module.finish())
}

fn comes_after_globals(payload: &Payload<'_>) -> bool {
    matches!(
        payload,
        Payload::ExportSection(_)
            | Payload::StartSection { .. }
            | Payload::ElementSection(_)
            | Payload::DataCountSection { .. }
            | Payload::CodeSectionStart { .. }
            | Payload::DataSection(_)
    )
}

fn add_meters(globals: &mut GlobalSection) -> Meters {
    let gas = globals.len();
    let mutable = |val_type| GlobalType {
        val_type,
        mutable: true,
        shared: false,
    };
    globals.global(mutable(ValType::I64), &ConstExpr::i64_const(0));
    globals.global(mutable(ValType::I32), &ConstExpr::i32_const(STACK_BYTES));
    Meters {
        gas,
        stack: gas + 1,
    }
}

fn require(meters: Option<Meters>) -> Result<Meters, PrepareError> {
    meters.ok_or_else(|| PrepareError::Reencode(format!("{:?} comes too early", SectionId::Code)))
}

#[cfg(test)]
mod tests;
