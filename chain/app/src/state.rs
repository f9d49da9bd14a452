//! Typed reading of the chain's own records, from a snapshot or through a view.
use borsh::{BorshDeserialize, BorshSerialize};
use bytes::Bytes;
use mycel_store::{Snapshot, StateFault, View};
use mycel_types::StoreId;

/// Whatever holds state.
pub(crate) trait Records {
    /// The raw value of a key of the `mycel` store.
    fn raw(&mut self, key: &[u8]) -> Result<Option<Bytes>, StateFault>;

    /// A record; one that cannot be read means that the database is damaged.
    fn record<T: BorshDeserialize>(&mut self, key: &[u8]) -> Result<Option<T>, StateFault> {
        self.raw(key)?.map(|bytes| decode(key, &bytes)).transpose()
    }
}

impl Records for &Snapshot {
    fn raw(&mut self, key: &[u8]) -> Result<Option<Bytes>, StateFault> {
        self.get(StoreId::Mycel, key)
    }
}

impl Records for dyn View {
    fn raw(&mut self, key: &[u8]) -> Result<Option<Bytes>, StateFault> {
        self.get(StoreId::Mycel, key)
    }
}

/// Reads a stored record.
pub(crate) fn decode<T: BorshDeserialize>(key: &[u8], bytes: &[u8]) -> Result<T, StateFault> {
    borsh::from_slice(bytes).map_err(|e| {
        StateFault::Corrupt(format!(
            "record key={} cannot be read: {e}",
            hex::encode(key)
        ))
    })
}

/// A record's stored form.
pub(crate) fn encode<T: BorshSerialize>(record: &T) -> Bytes {
    borsh::to_vec(record)
        .expect("writing to memory cannot fail")
        .into()
}
