//! What is added to a function body.
//!
//! ```text
//! gas < 0 ? unreachable                     on entry and at every loop header
//! stack -= frame; stack < 0 ? unreachable   on entry, if the frame counts
//! block                                     then `return` becomes a branch to its end
//!   …
//!   gas -= cost                             before every operator that starts or ends a basic block
//!   gas -= price * length; gas < 0 ? …      before memory.copy and memory.fill
//!   …
//! end
//! stack += frame
//! ```
//! A branch out of the function's outermost block reaches the added block instead, whose label took that depth: only
//! `return` has to be rewritten. A trap undoes nothing, because the instance is not used again.

use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{BlockType, Function, Instruction};
use wasmparser::{FunctionBody, Operator};

use super::{Meters, PrepareError};
use crate::check::FunctionShape;
use crate::schedule::Schedule;

/// A frame that calls nothing and needs no more than this is not counted: nothing can pile up on it.
const SMALL_LEAF_BYTES: u64 = 1_024;

/// The stack that a function is charged for, an upper bound of its native frame under every compiler: locals and
/// operands spilled at eight bytes each, operands once more as arguments of a call, and what a frame has besides.
pub fn frame_bytes(shape: &FunctionShape) -> u64 {
    let locals = shape.params as u64 + shape.locals as u64 + shape.bulk as u64;
    96 + 8 * locals + 16 * shape.operands as u64
}

/// Whether an operator starts or ends a basic block, so that gas is charged before it.
pub(super) fn is_control(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::Loop { .. }
            | Operator::End
            | Operator::If { .. }
            | Operator::Else
            | Operator::Br { .. }
            | Operator::BrIf { .. }
            | Operator::BrTable { .. }
            | Operator::Call { .. }
            | Operator::CallIndirect { .. }
            | Operator::Return
    )
}

pub(super) fn rewrite(
    wasm: &[u8],
    body: &FunctionBody<'_>,
    shape: &FunctionShape,
    meters: Meters,
    schedule: &Schedule,
) -> Result<Function, PrepareError> {
    let mut groups = Vec::new();
    for group in body.get_locals_reader()? {
        let (count, ty) = group?;
        groups.push((count, RoundtripReencoder.val_type(ty)?));
    }
    if shape.bulk {
        groups.push((1, wasm_encoder::ValType::I32));
    }
    let frame = frame_bytes(shape);
    let counted = shape.calls || frame > SMALL_LEAF_BYTES;
    let mut out = Rewriter {
        function: Function::new(groups),
        wasm,
        meters,
        frame: counted.then_some(frame.min(i32::MAX as u64) as i32),
        length_local: shape.params + shape.locals,
    };
    out.enter(shape)?;

    let locals_cost = schedule
        .local
        .saturating_mul((shape.locals as u64).saturating_sub(schedule.free_locals));
    let mut due = 0u64;
    let mut first = true;
    let mut depth = 0u32;
    let mut reader = body.get_operators_reader()?;
    let mut copied = reader.original_position();
    while !reader.eof() {
        let (operator, at) = reader.read_with_offset()?;
        let after = reader.original_position();
        let control = is_control(&operator);
        if first {
            first = false;
            // As cosmwasm-vm: at once, unless the charge of the first operator is at the same place anyway.
            if control {
                due += locals_cost;
            } else {
                out.charge(locals_cost);
            }
        }
        if !control {
            due += schedule.operator;
            if let Operator::Block { .. } = operator {
                depth += 1;
            } else if let Operator::MemoryCopy { .. } | Operator::MemoryFill { .. } = operator {
                out.copy(copied, at)?;
                copied = at;
                out.charge_length(schedule.bulk_byte);
            }
            continue;
        }
        out.copy(copied, at)?;
        copied = at;
        out.charge(due + schedule.control);
        due = 0;
        match operator {
            Operator::Loop { .. } => {
                depth += 1;
                out.copy(copied, after)?;
                copied = after;
                out.stop_if_out_of_gas();
            }
            Operator::If { .. } => depth += 1,
            Operator::Return if out.frame.is_some() => {
                out.function.instruction(&Instruction::Br(depth));
                copied = after;
            }
            Operator::End if depth == 0 => {
                out.leave();
                copied = after;
            }
            Operator::End => depth -= 1,
            _ => {}
        }
    }
    out.copy(copied, reader.original_position())?;
    Ok(out.function)
}

struct Rewriter<'a> {
    function: Function,
    wasm: &'a [u8],
    meters: Meters,
    frame: Option<i32>,
    length_local: u32,
}

impl Rewriter<'_> {
    fn copy(&mut self, from: usize, to: usize) -> Result<(), PrepareError> {
        let bytes = self
            .wasm
            .get(from..to)
            .ok_or_else(|| PrepareError::Reencode("operator out of range".into()))?;
        self.function.raw(bytes.iter().copied());
        Ok(())
    }

    fn emit<const N: usize>(&mut self, code: [Instruction<'_>; N]) {
        for instruction in &code {
            self.function.instruction(instruction);
        }
    }

    fn enter(&mut self, shape: &FunctionShape) -> Result<(), PrepareError> {
        self.stop_if_out_of_gas();
        let Some(frame) = self.frame else {
            return Ok(());
        };
        let stack = self.meters.stack;
        let block = match shape.result {
            None => BlockType::Empty,
            Some(ty) => BlockType::Result(RoundtripReencoder.val_type(ty)?),
        };
        self.emit([
            Instruction::GlobalGet(stack),
            Instruction::I32Const(frame),
            Instruction::I32Sub,
            Instruction::GlobalSet(stack),
            Instruction::GlobalGet(stack),
            Instruction::I32Const(0),
            Instruction::I32LtS,
            Instruction::If(BlockType::Empty),
            Instruction::Unreachable,
            Instruction::End,
            Instruction::Block(block),
        ]);
        Ok(())
    }

    fn leave(&mut self) {
        if let Some(frame) = self.frame {
            let stack = self.meters.stack;
            self.emit([
                Instruction::End,
                Instruction::GlobalGet(stack),
                Instruction::I32Const(frame),
                Instruction::I32Add,
                Instruction::GlobalSet(stack),
            ]);
        }
        self.emit([Instruction::End]);
    }

    fn stop_if_out_of_gas(&mut self) {
        self.emit([
            Instruction::GlobalGet(self.meters.gas),
            Instruction::I64Const(0),
            Instruction::I64LtS,
            Instruction::If(BlockType::Empty),
            Instruction::Unreachable,
            Instruction::End,
        ]);
    }

    fn charge(&mut self, cost: u64) {
        if cost == 0 {
            return;
        }
        let gas = self.meters.gas;
        self.emit([
            Instruction::GlobalGet(gas),
            Instruction::I64Const(cost.min(i64::MAX as u64) as i64),
            Instruction::I64Sub,
            Instruction::GlobalSet(gas),
        ]);
    }

    /// The length, an i32, is on top of the stack and stays there. At most 2^32 bytes times a price below 2^20 cannot
    /// overflow.
    fn charge_length(&mut self, price: u64) {
        let gas = self.meters.gas;
        self.emit([
            Instruction::LocalSet(self.length_local),
            Instruction::GlobalGet(gas),
            Instruction::LocalGet(self.length_local),
            Instruction::I64ExtendI32U,
            Instruction::I64Const(price.min(1 << 20) as i64),
            Instruction::I64Mul,
            Instruction::I64Sub,
            Instruction::GlobalSet(gas),
        ]);
        self.stop_if_out_of_gas();
        self.emit([Instruction::LocalGet(self.length_local)]);
    }
}
