//! One function body: validation, operator count, and the shape of its frame.

use wasmparser::{FuncType, FuncValidator, FunctionBody, Operator, ValType, WasmModuleResources};

use super::{Limits, limit};
use crate::error::CheckError;

/// What the stack limiter has to know of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunctionShape {
    /// Parameters.
    pub params: u32,
    /// Declared locals, parameters not counted.
    pub locals: u32,
    /// The most operands that lie on its stack at once.
    pub operands: u32,
    /// Its result.
    pub result: Option<ValType>,
    /// Whether it calls anything.
    pub calls: bool,
    /// Whether it copies or fills memory in bulk.
    pub bulk: bool,
}

pub(super) fn check<T: WasmModuleResources>(
    validator: &mut FuncValidator<T>,
    body: &FunctionBody<'_>,
    index: u32,
    ty: &FuncType,
    limits: &Limits,
) -> Result<FunctionShape, CheckError> {
    let at = format!(" function={index}");
    let mut locals = 0u64;
    for group in body.get_locals_reader()? {
        locals = locals.saturating_add(group?.0 as u64);
        limit("locals", locals, limits.locals, &at)?;
    }
    let mut reader = body.get_binary_reader();
    validator.read_locals(&mut reader)?;

    let mut shape = FunctionShape {
        params: ty.params().len() as u32,
        locals: locals as u32,
        operands: 0,
        result: ty.results().first().copied(),
        calls: false,
        bulk: false,
    };
    let mut operators = 0u64;
    let mut reader = body.get_operators_reader()?;
    while !reader.eof() {
        let (operator, offset) = reader.read_with_offset()?;
        operators += 1;
        match &operator {
            Operator::BrTable { targets } => operators += targets.len() as u64,
            Operator::Call { .. } | Operator::CallIndirect { .. } => shape.calls = true,
            Operator::MemoryCopy { .. } | Operator::MemoryFill { .. } => shape.bulk = true,
            _ => {}
        }
        limit("operators", operators, limits.operators, &at)?;
        validator.op(offset, &operator)?;
        shape.operands = shape.operands.max(validator.operand_stack_height());
    }
    reader.finish()?;
    Ok(shape)
}
