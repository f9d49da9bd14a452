//! A block in four phases.
//!
//! **A** admits all transactions in order and reserves their full gas limits; **B** executes the admitted;
//! **C** gives back unused gas; **D** calls the subscribers and ends the block. Nothing in B to D changes admission
//! before the next block, so a proposal can be judged by A alone.
mod admission;
mod end;
mod subscribers;

pub(crate) use admission::{admit_all, choose, data_bytes};
pub use end::events_root;

use std::sync::Arc;

use mycel_runtime::Vm;
use mycel_store::{BlockWrites, Delta, Staged, StateFault, Store};
use mycel_types::{BlockInput, Cancel, Halt, Outcome, Params, TxResult, record::Upgrade};

use crate::{
    admit::{Admitted, Judge, Ledger, Refusal},
    authority,
    error::Fault,
    execute::{self, TxOutput},
    proofs::{self, Ahead},
    schedule::{ExecFault, Scheduler},
    session::Scene,
    stack,
    tip::State,
};

/// What a block is executed with.
pub(crate) struct Machine<'a> {
    pub store: &'a dyn Store,
    pub vm: &'a Vm,
    pub judge: &'a Judge,
    pub scheduler: &'a dyn Scheduler,
    /// Names of the upgrades that this binary has.
    pub upgrades: &'a [String],
    /// Counts what was done before transactions ran, so that their proofs are verified together; none where that is not done.
    pub proofs_ahead: Option<&'a Ahead>,
}

/// Whether this binary may go on with the blocks of a planned upgrade.
pub(crate) fn knows(upgrades: &[String], plan: &Upgrade) -> Result<(), Halt> {
    match upgrades.contains(&plan.name) {
        true => Ok(()),
        false => Err(Halt::Upgrade {
            name: plan.name.clone(),
            height: plan.height,
        }),
    }
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
        let mut events = vec![];
        if let Some(plan) = parent.upgrade.as_ref().filter(|p| p.height == input.height) {
            knows(self.upgrades, plan)?;
            let (delta, event) = authority::begin_upgrade(plan);
            block.apply(delta);
            events.push(event);
        }

        // A
        let mut ledger = Ledger::new(parent, input.height, input.time);
        let verdicts = admit_all(self.judge, parent, &mut ledger, &input.txs)?;
        block.apply(ledger.delta());

        // B
        let admitted: Vec<Admitted> = verdicts.iter().flatten().cloned().collect();
        let scene = parent.scene_at(self.vm, input.height, input.time, stop);
        let scene = self.judge_proofs(scene, &block, &admitted, stop);
        let outputs = self.execute(&scene, &block, &admitted, stop)?;

        // C
        for output in &outputs {
            output.apply(&mut block)?;
        }
        let settled = settle(&mut ledger, &block, &admitted, &outputs)?;
        block.apply(settled);

        // D
        let results = results(verdicts, outputs);
        if parent.reserved_gas > 0 {
            let called = || subscribers::call(parent, &scene, &mut block, stop);
            events.extend(stack::deep(called).map_err(Fault::Machine)??);
        }
        block.apply(end::close(input, &results, &events));

        let delta = block.into_delta();
        let staged = self.store.root(&parent.snapshot, delta.clone())?;
        let mut state = State::read(staged.snapshot().clone())?;
        if state.params == parent.params {
            // what was judged under these parameters is found again without comparing them
            state.params = parent.params.clone();
        }
        let outcome = Outcome {
            app_hash: staged.app_hash(),
            results,
            events,
            validators: end::validators(&parent.snapshot, &delta)?,
            params: (state.params != parent.params).then(|| Params::clone(&state.params)),
        };
        Ok(Done {
            outcome,
            staged,
            state,
        })
    }

    /// The scene with the verdicts on the block's proofs that were found ahead, if any.
    fn judge_proofs(
        &self,
        scene: Arc<Scene>,
        block: &BlockWrites,
        admitted: &[Admitted],
        stop: &Cancel,
    ) -> Arc<Scene> {
        let Some(counted) = self.proofs_ahead else {
            return scene;
        };
        let base = block.snapshot();
        let ahead = || proofs::verify_ahead(&scene, &base, admitted, stop);
        let found = match admitted.len() {
            0..proofs::LEAST => return scene,
            _ => stack::deep(ahead).unwrap_or_default(),
        };
        counted.add(&found);
        match found.ahead() {
            0 => scene,
            _ => scene.judging(found, true),
        }
    }

    /// Phase B, on a stack that is deep enough for the deepest nesting of messages.
    fn execute(
        &self,
        scene: &Arc<Scene>,
        block: &BlockWrites,
        admitted: &[Admitted],
        stop: &Cancel,
    ) -> Result<Vec<TxOutput>, Halt> {
        if admitted.is_empty() {
            return Ok(vec![]);
        }
        let base = block.snapshot();
        let exec = |tx: &Admitted, view| execute::transaction(scene, tx, view).map_err(ExecFault);
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

/// Phase C: refunds in order.
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
    for (tx, output) in admitted.iter().zip(outputs) {
        let used = output.result.gas_used;
        ledger.refund(&after, &tx.request, used, &mut delta)?;
    }
    Ok(delta)
}

/// Handle of an execution: only this application opens it.
pub(crate) type Handle = Arc<Done>;
