//! Phase D: the calls that contracts have subscribed to, `sudo {"end_block":{}}`.
//!
//! All subscribers are called in the order of their addresses, each at most once a block, with the gas that those before
//! it left of [`mycel_types::Params::end_block_gas`], which the block has kept free. Where it runs out, the call is
//! undone and the next block begins with that contract: work is delayed, never skipped, and nobody starves. A call that
//! fails, or needs more than all the gas, is undone, and an event tells; after three in a row the subscription is
//! suspended until the authority resumes it.
use std::sync::Arc;

use mycel_store::{BlockWrites, Delta, Direction, KeyRange, StateFault};
use mycel_types::{AccountAddress, Cancel, Event, StoreId, key, record::Subscription};

use crate::{
    error::{Abort, Failure, Fault},
    execute::count_bytes,
    gas::Meter,
    session::{ByteTally, Scene, Session, World},
    state::{Records as _, decode, encode},
    tip::State,
    wasm,
};

/// What a subscriber is told.
const END_BLOCK: &[u8] = br#"{"end_block":{}}"#;

/// Failures in a row after which a subscriber is called no more.
const PATIENCE: u32 = 3;

/// How a call ended.
enum Ended {
    Done(Vec<Event>),
    Failed(Failure),
    OutOfGas(Failure),
}

/// Calls the subscribers of the state before the block; gives their events.
pub(super) fn call(
    parent: &State,
    scene: &Arc<Scene>,
    block: &mut BlockWrites,
    stop: &Cancel,
) -> Result<Vec<Event>, Fault> {
    let mut events = vec![];
    let mut left = parent.reserved_gas;
    let mut next = None;
    for contract in in_turn(parent)? {
        let Some(subscription) = active(block, &contract)? else {
            continue;
        };
        let whole = left == parent.reserved_gas;
        let (used, ended) = one(scene, block, &contract, left, stop)?;
        left = left.saturating_sub(used);
        let failure = match ended {
            Ended::Done(told) => {
                events.extend(told);
                None
            }
            Ended::OutOfGas(_) if !whole => {
                next = Some(contract);
                break;
            }
            Ended::OutOfGas(failure) | Ended::Failed(failure) => Some(failure),
        };
        judge(block, &contract, &subscription, failure, &mut events)?;
    }
    go_on_from(parent, block, next.as_ref())?;
    Ok(events)
}

/// The subscribers before the block, those first that the last block did not reach.
fn in_turn(parent: &State) -> Result<Vec<AccountAddress>, StateFault> {
    let mut all = vec![];
    let range = KeyRange::prefix(&key::subscriptions());
    for entry in parent
        .snapshot
        .scan(StoreId::Mycel, range, Direction::Forward)
    {
        let (key, _) = entry?;
        // table tag and length come first
        let address = AccountAddress::new(key.get(2..).unwrap_or_default());
        all.push(address.map_err(|e| StateFault::Corrupt(format!("subscription: {e}")))?);
    }
    let cursor: Option<AccountAddress> = (&parent.snapshot).record(&key::end_block_cursor())?;
    if let Some(cursor) = cursor {
        let first = all.partition_point(|address| *address < cursor);
        all.rotate_left(first);
    }
    Ok(all)
}

/// A subscription as it is now: the block itself may have ended or resumed it.
fn active(
    block: &BlockWrites,
    contract: &AccountAddress,
) -> Result<Option<Subscription>, StateFault> {
    let found: Option<Subscription> = (&block.snapshot()).record(&key::subscription(contract))?;
    Ok(found.filter(|s| !s.suspended))
}

/// One call; of a failed one nothing is left but its gas.
fn one(
    scene: &Arc<Scene>,
    block: &mut BlockWrites,
    contract: &AccountAddress,
    gas: u64,
    stop: &Cancel,
) -> Result<(u64, Ended), Fault> {
    let world = World {
        view: Box::new(block.view(stop)),
        scene: scene.clone(),
        tx: None,
        bytes: ByteTally::default(),
        machine: None,
    };
    let mut session = Session::new(world, Meter::new(gas));
    let ran = wasm::sudo(&mut session, contract, END_BLOCK);
    let used = session.meter.used();
    let ended = match ran {
        Ok(()) => {
            let events = std::mem::take(&mut session.events);
            let world = session.into_world();
            let changes = world.bytes.changes();
            block.apply(world.view.finish().writes);
            count_bytes(block, &changes)?;
            Ended::Done(events)
        }
        Err(Abort::Fail(failure)) => Ended::Failed(failure),
        Err(Abort::OutOfGas(at)) => Ended::OutOfGas(at.into()),
        Err(Abort::Fault(fault)) => return Err(fault),
    };
    Ok((used, ended))
}

/// Counts failures in a row. Only what contracts may see of a failure stands in the event, which is proven.
fn judge(
    block: &mut BlockWrites,
    contract: &AccountAddress,
    before: &Subscription,
    failure: Option<Failure>,
    events: &mut Vec<Event>,
) -> Result<(), StateFault> {
    // the call may have changed its own subscription
    let Some(now) = active(block, contract)? else {
        return Ok(());
    };
    let mut after = now.clone();
    match failure {
        None => after.failures = 0,
        Some(failure) => {
            after.failures = before.failures.saturating_add(1);
            after.suspended = after.failures >= PATIENCE;
            tracing::warn!(%contract, failures = after.failures, why = failure.story(), "end of block");
            let kind = match after.suspended {
                true => "end_block_suspended",
                false => "end_block_failed",
            };
            events.push(Event::new(
                kind,
                [
                    ("_contract_address", contract.to_string()),
                    ("failures", after.failures.to_string()),
                    ("error", failure.story_for_contract()),
                ],
            ));
        }
    }
    if after != now {
        let mut delta = Delta::new();
        let key = key::subscription(contract);
        delta.set(StoreId::Mycel, key, Some(encode(&after)));
        block.apply(delta);
    }
    Ok(())
}

/// Remembers who comes first in the next block.
fn go_on_from(
    parent: &State,
    block: &mut BlockWrites,
    next: Option<&AccountAddress>,
) -> Result<(), StateFault> {
    let key = key::end_block_cursor();
    let before = (&parent.snapshot).raw(&key)?;
    let before: Option<AccountAddress> = before.map(|b| decode(&key, &b)).transpose()?;
    if before.as_ref() != next {
        let mut delta = Delta::new();
        delta.set(StoreId::Mycel, key, next.map(encode));
        block.apply(delta);
    }
    Ok(())
}
