//! A block in four phases.
//!
//! **A** admits all transactions in order and reserves their full gas limits; **B** executes the admitted;
//! **C** gives back unused gas and counts live bytes; **D** ends the block. Nothing in B to D changes admission
//! before the next block, so a proposal can be judged by A alone.
mod admission;
mod end;

pub(crate) use admission::{admit_all, choose, data_bytes};
pub use end::events_root;

use std::{collections::BTreeMap, sync::Arc};

use mycel_runtime::Vm;
use mycel_store::{BlockWrites, Delta, Staged, StateFault, Store};
use mycel_types::{AccountAddress, BlockInput, Cancel, Halt, Outcome, StoreId, TxResult, key};

use crate::{
    admit::{Admitted, Judge, Ledger, Refusal},
    error::Fault,
    execute::{self, TxOutput},
    schedule::{ExecFault, Scheduler},
    stack,
    state::{Records, encode},
    tip::State,
};

/// What a block is executed with.
pub(crate) struct Machine<'a> {
    pub store: &'a dyn Store,
    pub vm: &'a Vm,
    pub judge: &'a Judge,
    pub scheduler: &'a dyn Scheduler,
}

/// An executed block, ready to be made durable.
pub(crate) struct Done {
    pub outcome: Outcome,
    pub staged: Staged,
    pub state: State,
}

impl Machine<'_> {
    /// Runs a block on a state.
    pub(crate) fn run(
        &self,
        parent: &State,
        input: &BlockInput,
        stop: &Cancel,
    ) -> Result<Done, Halt> {
        if input.height != parent.height.saturating_add(1) {
            return Err(Halt::Diverged(format!(
                "block height={} does not follow state height={}",
                input.height, parent.height
            )));
        }
        let mut block = BlockWrites::new(parent.snapshot.clone());

        // A
        let mut ledger = Ledger::new(&parent.snapshot, &parent.params, input.height, input.time);
        let verdicts = admit_all(self.judge, parent, &mut ledger, &input.txs)?;
        block.apply(ledger.delta());

        // B
        let admitted: Vec<Admitted> = verdicts.iter().flatten().cloned().collect();
        let outputs = self.execute(parent, input, &block, &admitted, stop)?;

        // C
        for output in &outputs {
            block.apply(output.effects.writes.clone());
        }
        let settled = settle(&mut ledger, &block, &admitted, &outputs)?;
        block.apply(settled);

        // D
        let results = results(verdicts, outputs);
        let events = vec![];
        block.apply(end::close(input, &results, &events));

        let delta = block.into_delta();
        let staged = self.store.root(&parent.snapshot, delta)?;
        let state = State {
            snapshot: staged.snapshot().clone(),
            chain: parent.chain.clone(),
            params: parent.params.clone(),
            height: input.height,
            time: input.time,
        };
        let outcome = Outcome {
            app_hash: staged.app_hash(),
            results,
            events,
            validators: vec![],
            params: None,
        };
        Ok(Done {
            outcome,
            staged,
            state,
        })
    }

    /// Phase B, on a stack that is deep enough for the deepest nesting of messages.
    fn execute(
        &self,
        parent: &State,
        input: &BlockInput,
        block: &BlockWrites,
        admitted: &[Admitted],
        stop: &Cancel,
    ) -> Result<Vec<TxOutput>, Halt> {
        if admitted.is_empty() {
            return Ok(vec![]);
        }
        let scene = parent.scene_at(self.vm, input.height, input.time, stop);
        let base = block.snapshot();
        let exec = |tx: &Admitted, view| execute::transaction(&scene, tx, view).map_err(ExecFault);
        stack::deep(|| self.scheduler.run(&base, admitted, &exec, stop)).map_err(Fault::Machine)?
    }
}

/// One result for each transaction of the block, in order.
fn results(verdicts: Vec<Result<Admitted, Refusal>>, outputs: Vec<TxOutput>) -> Vec<TxResult> {
    let mut outputs = outputs.into_iter();
    let mut results = Vec::with_capacity(verdicts.len());
    for verdict in verdicts {
        let result = match verdict {
            Ok(_) => outputs.next().map(|o| o.result),
            Err(refusal) => Some(TxResult::failed(
                refusal.failure.code,
                refusal.failure.story(),
                0,
                0,
            )),
        };
        results.extend(result);
    }
    results
}

/// Phase C: refunds in order, then the contracts' counters of live bytes.
fn settle(
    ledger: &mut Ledger<'_>,
    block: &BlockWrites,
    admitted: &[Admitted],
    outputs: &[TxOutput],
) -> Result<Delta, StateFault> {
    let mut delta = Delta::new();
    if outputs.is_empty() {
        return Ok(delta);
    }
    let after = block.snapshot();
    let mut changes: BTreeMap<AccountAddress, i64> = BTreeMap::new();
    for (tx, output) in admitted.iter().zip(outputs) {
        let used = output.result.gas_used;
        ledger.refund(&after, &tx.request, used, &mut delta)?;
        for (contract, change) in &output.bytes {
            let sum = changes.entry(contract.clone()).or_default();
            *sum = sum.saturating_add(*change);
        }
    }
    for (contract, change) in changes {
        let key = key::contract_bytes(&contract);
        let before: u64 = (&after).record(&key)?.unwrap_or(0);
        let now = before.saturating_add_signed(change);
        let value = (now > 0).then(|| encode(&now));
        if now != before {
            delta.set(StoreId::Mycel, key, value);
        }
    }
    Ok(delta)
}

/// Handle of an execution: only this application opens it.
pub(crate) type Handle = Arc<Done>;
