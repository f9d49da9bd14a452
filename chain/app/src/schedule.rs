//! Phase B: who runs the admitted transactions in which order. Whatever the scheduler, the bytes that come out are
//! those of running them one after the other.
//!
//! Two transactions that write the same contract both change its counter of live bytes, which would make every payment
//! wait for the one before. So the counter is no write of theirs: each output carries its sum of changes, which commute,
//! and [`TxOutput::apply`] adds them up in order. What a transaction reads of the counter is only whether the quota has
//! room for its growth. A scheduler that runs transactions in parallel therefore compares that verdict, not the
//! counter's value, when it validates the read: it differs only for the few transactions at the very edge of a quota.
use mycel_store::{BlockWrites, Snapshot, View};
use mycel_types::{Cancel, Halt};

use crate::{admit::Admitted, error::Fault, execute::TxOutput};

/// Runs one transaction in a view. Pure in (transaction, view).
pub type TxExec<'a> = dyn Fn(&Admitted, Box<dyn View>) -> Result<TxOutput, ExecFault> + Sync + 'a;

/// Why a transaction has no result on this node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecFault(pub(crate) Fault);

impl From<ExecFault> for Halt {
    fn from(fault: ExecFault) -> Self {
        fault.0.into()
    }
}

/// Runs a block's admitted transactions.
pub trait Scheduler: Send + Sync {
    /// One output for each transaction, in their order.
    ///
    /// # Errors
    /// If this node cannot find out a result; the block is then not executed here.
    fn run(
        &self,
        base: &Snapshot,
        txs: &[Admitted],
        exec: &TxExec<'_>,
        stop: &Cancel,
    ) -> Result<Vec<TxOutput>, Halt>;
}

/// One after the other, each on what those before it wrote.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sequential;

impl Scheduler for Sequential {
    fn run(
        &self,
        base: &Snapshot,
        txs: &[Admitted],
        exec: &TxExec<'_>,
        stop: &Cancel,
    ) -> Result<Vec<TxOutput>, Halt> {
        let mut block = BlockWrites::new(base.clone());
        let mut outputs = Vec::with_capacity(txs.len());
        for tx in txs {
            if stop.is_cancelled() {
                return Err(Halt::Cancelled);
            }
            let output = exec(tx, Box::new(block.view(stop)))?;
            output.apply(&mut block)?;
            outputs.push(output);
        }
        Ok(outputs)
    }
}
