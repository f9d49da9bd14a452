//! Phase D: what a block leaves behind besides its transactions' effects.
use mycel_store::{Delta, Snapshot, StateFault};
use mycel_types::{
    BlockInput, Event, StoreId, TxResult, ValidatorUpdate, header::merkle, key, record::Tip,
};
use prost::Message as _;
use tendermint_proto::abci;

use crate::state::{Records, decode, encode};

/// What the end of a block writes: the block itself, and the root of its events if there are any (that it is absent
/// can be proven, too).
pub(super) fn close(input: &BlockInput, results: &[TxResult], events: &[Event]) -> Delta {
    let mut delta = Delta::new();
    let tip = Tip {
        height: input.height,
        time_ms: input.time.millis(),
    };
    delta.set(StoreId::Mycel, key::tip(), Some(encode(&tip)));
    if let Some(root) = events_root(results, events) {
        let key = key::events_root(input.height);
        delta.set(StoreId::Mycel, key, Some(root.to_vec().into()));
    }
    delta
}

/// What changes in the validator set, by key: each power that is not what it was before the block, 0 for those that are
/// gone.
pub(super) fn validators(
    mut before: &Snapshot,
    delta: &Delta,
) -> Result<Vec<ValidatorUpdate>, StateFault> {
    let mut updates = vec![];
    // written with every change
    if delta
        .get(StoreId::Mycel, &key::validator_changes())
        .is_none()
    {
        return Ok(updates);
    }
    let prefix = key::validators();
    for (key, value) in delta.iter(StoreId::Mycel) {
        let Some(Ok(own)) = key.strip_prefix(&prefix[..]).map(TryInto::try_into) else {
            continue;
        };
        let power: u64 = value.map(|v| decode(key, v)).transpose()?.unwrap_or(0);
        let old: u64 = before.record(key)?.unwrap_or(0);
        if power != old {
            updates.push(ValidatorUpdate { key: own, power });
        }
    }
    Ok(updates)
}

/// CometBFT's merkle root over the protobuf form of all events: those of the transactions in order, then those of
/// the block. `None` if there are none. With it, a history of events can be proven from the state.
pub fn events_root(results: &[TxResult], events: &[Event]) -> Option<[u8; 32]> {
    let of_txs = results.iter().flat_map(|r| &r.events);
    let leaves: Vec<Vec<u8>> = of_txs.chain(events).map(leaf).collect();
    (!leaves.is_empty()).then(|| merkle::root(&leaves))
}

/// An event as ABCI encodes it, every attribute indexed.
fn leaf(event: &Event) -> Vec<u8> {
    let attributes = event.attributes.iter().map(|a| abci::EventAttribute {
        key: a.key.clone(),
        value: a.value.clone(),
        index: true,
    });
    abci::Event {
        r#type: event.kind.clone(),
        attributes: attributes.collect(),
    }
    .encode_to_vec()
}
