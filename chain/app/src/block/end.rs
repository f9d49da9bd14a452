//! Phase D: what a block leaves behind besides its transactions' effects.
use mycel_store::Delta;
use mycel_types::{BlockInput, Event, StoreId, TxResult, header::merkle, key, record::Tip};
use prost::Message as _;
use tendermint_proto::abci;

use crate::state::encode;

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
