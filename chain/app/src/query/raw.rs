//! `/store/<name>/key`: raw reads with proofs.
use mycel_types::{StoreId, codes};

use super::{Answer, Ask, Found};
use crate::error::Failure;

pub(super) fn mycel(ask: &Ask<'_>) -> Answer {
    read(ask, StoreId::Mycel)
}

pub(super) fn ibc(ask: &Ask<'_>) -> Answer {
    read(ask, StoreId::Ibc)
}

fn read(ask: &Ask<'_>, store: StoreId) -> Answer {
    if ask.request.is_empty() {
        return Err(Failure::new(codes::INVALID_REQUEST, "query cannot be zero length").into());
    }
    let snapshot = &ask.state.snapshot;
    let value = snapshot.get(store, ask.request)?;
    let proof = match ask.prove {
        true => Some(snapshot.prove(store, ask.request)?),
        false => None,
    };
    Ok(Found {
        key: bytes::Bytes::copy_from_slice(ask.request),
        value: value.unwrap_or_default(),
        proof,
    })
}
