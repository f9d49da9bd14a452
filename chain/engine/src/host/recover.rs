//! From what is on disk to what is settled.
use mycel_types::{
    Application, Cancel, Genesis, Halt, Outcome, Parent, Time,
    header::{Base, Last, results_hash},
};
use tracing::info;

use crate::blocks::Blocks;

/// What is settled before the initial height, from the genesis document and what the application made of it.
pub fn genesis_base(genesis: &Genesis, outcome: &Outcome) -> Result<Base, Halt> {
    let wrong = |what: String| Halt::Genesis(format!("genesis: {what}; correct the document"));
    let height = u64::try_from(genesis.initial_height)
        .ok()
        .filter(|h| *h > 0)
        .ok_or_else(|| wrong(format!("initial_height={}", genesis.initial_height)))?;
    let time = Time::try_from(genesis.genesis_time).map_err(|e| wrong(e.to_string()))?;
    let params = genesis.app_state.params.clone();
    Base::genesis(genesis.chain_id.clone(), height, time, params, outcome)
        .map_err(|e| wrong(e.to_string()))
}

/// Brings the state up to the last stored block and gives what is settled then.
///
/// The state may lag the blocks by any number: each missing block is checked against what is settled before it
/// (so its header's app hash, results and validators against our own) and executed again. The state never leads:
/// if it does, the data directory was put together from two.
pub fn recover(app: &dyn Application, blocks: &Blocks, genesis: &Genesis) -> Result<Base, Halt> {
    let known = app.info();
    let hash = mycel_types::genesis::hash(genesis);
    if known.genesis_hash.is_some_and(|h| h != hash) {
        return Err(Halt::Genesis(format!(
            "the data directory belongs to another genesis (chain {}); use that genesis document, or another directory",
            known.chain_id.unwrap_or_default()
        )));
    }
    let initial = u64::try_from(genesis.initial_height).unwrap_or(0);
    let state = known.height.unwrap_or(initial.saturating_sub(1));
    let tip = blocks.tip()?.unwrap_or(initial.saturating_sub(1));
    if state > tip {
        return Err(Halt::Store(format!(
            "mixed data directories: state.redb stands at height={state}, chain.redb at height={tip}; \
             put back the files that belong together, or move the directory away (keep `sign` and the key file) and sync again"
        )));
    }
    let first = blocks.range()?.map_or(initial, |(first, _)| first);
    if first > state.max(initial) {
        return Err(Halt::Store(format!(
            "mixed data directories: state.redb stands at height={state}, chain.redb begins at height={first}; \
             put back the files that belong together, or move the directory away (keep `sign` and the key file) and sync again"
        )));
    }
    let mut base = if state < initial {
        genesis_base(genesis, &app.init_chain(genesis)?)?
    } else {
        base_after(app, blocks, genesis, state)?
    };
    if state < tip {
        info!(from = state + 1, to = tip, "executing stored blocks again");
    }
    for height in base.height..=tip {
        base = replay(app, blocks, base, height)?;
    }
    blocks.catch_up_index(tip, |height| app.outcome(height))?;
    Ok(base)
}

/// What is settled after `height`, whose block and state are both there.
fn base_after(
    app: &dyn Application,
    blocks: &Blocks,
    genesis: &Genesis,
    height: u64,
) -> Result<Base, Halt> {
    let missing = |what: &str| {
        Halt::Store(format!(
            "the {what} of height={height} is missing; move the data directory away (keep `sign` and the key file) and sync again"
        ))
    };
    let stored = blocks.decided(height)?.ok_or_else(|| missing("block"))?;
    let set = blocks
        .validators(height)?
        .ok_or_else(|| missing("validator set"))?;
    let next = blocks
        .validators(height + 1)?
        .ok_or_else(|| missing("next validator set"))?;
    let params = blocks
        .params(height)?
        .ok_or_else(|| missing("parameters"))?;
    let outcome = app.outcome(height).ok_or_else(|| missing("outcome"))?;
    let next_validators = next
        .apply(&outcome.validators)
        .map_err(|e| Halt::Store(e.to_string()))?;
    Ok(Base {
        chain_id: genesis.chain_id.clone(),
        height: height + 1,
        last: Some(Last {
            value: stored.value,
            commit: stored.commit,
            validators: (*set).clone(),
        }),
        last_time: stored.value.time,
        validators: (*next).clone(),
        next_validators,
        params: outcome.params.unwrap_or(params),
        app_hash: outcome.app_hash,
        last_results_hash: results_hash(&outcome.results),
    })
}

/// Executes a stored block on the state before it.
fn replay(app: &dyn Application, blocks: &Blocks, base: Base, height: u64) -> Result<Base, Halt> {
    let stored = blocks
        .decided(height)?
        .ok_or_else(|| Halt::Store(format!("the block of height={height} is missing")))?;
    let diverged = |e: mycel_types::header::HeaderError| {
        Halt::Diverged(format!(
            "stored block height={height}: {e}; the state was made by another version, or is damaged: \
             keep the data directory, compare versions, or sync again"
        ))
    };
    let block = mycel_types::header::decode_block(&stored.bytes).map_err(diverged)?;
    base.check(&block).map_err(diverged)?;
    let input = base.input(&block).map_err(diverged)?;
    let done = app.execute(&Parent::Committed(height - 1), &input, &Cancel::new())?;
    let next = base
        .advance(stored.value, stored.commit, &done.outcome)
        .map_err(diverged)?;
    app.commit(&done)?;
    Ok(next)
}
