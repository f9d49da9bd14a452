//! Pages of a range of keys: at most [`MAX`] entries, the next page begins at `next_key`.
use bytes::Bytes;
use cosmos_sdk_proto::cosmos::base::query::v1beta1::{PageRequest, PageResponse};
use mycel_store::{Direction, KeyRange, Snapshot};
use mycel_types::StoreId;

use super::{Trouble, invalid_argument};

/// Entries of a page, asked for or not.
pub(super) const MAX: u64 = 100;

/// What of a range is wanted.
pub(super) struct Page {
    key: Vec<u8>,
    offset: u64,
    limit: u64,
    reverse: bool,
    count: bool,
}

impl Page {
    /// Reads a request. Without one, the first page; and its total is counted, as the SDK does.
    pub(super) fn read(request: Option<PageRequest>) -> Result<Self, Trouble> {
        let given = request.is_some();
        let request = request.unwrap_or_default();
        if !request.key.is_empty() && request.offset > 0 {
            return Err(invalid_argument("either offset or key is expected, got both").into());
        }
        let limit = match request.limit {
            0 => MAX,
            some => some.min(MAX),
        };
        Ok(Self {
            count: request.count_total || !given || request.limit == 0,
            key: request.key,
            offset: request.offset,
            limit,
            reverse: request.reverse,
        })
    }

    /// As wasmd's lists: no offset and no count.
    pub(super) fn of_wasm(request: Option<PageRequest>) -> Result<Self, Trouble> {
        let asked = request.as_ref();
        if asked.is_some_and(|p| p.offset > 0 || p.count_total) {
            return Err(invalid_argument("offset and count queries not supported").into());
        }
        let mut page = Self::read(request)?;
        page.count = false;
        Ok(page)
    }

    /// The entries below `prefix`, keys without it, with what the answer says about the page.
    pub(super) fn take(
        &self,
        snapshot: &Snapshot,
        prefix: &[u8],
    ) -> Result<(Vec<(Bytes, Bytes)>, PageResponse), Trouble> {
        let range = self.range(prefix);
        let direction = match self.reverse {
            true => Direction::Backward,
            false => Direction::Forward,
        };
        let mut entries = vec![];
        let mut response = PageResponse::default();
        let mut seen = 0u64;
        for entry in snapshot.scan(StoreId::Mycel, range, direction) {
            let (full, value) = entry?;
            let key = full.slice(prefix.len().min(full.len())..);
            seen = seen.saturating_add(1);
            if seen <= self.offset {
                continue;
            }
            if (entries.len() as u64) < self.limit {
                entries.push((key, value));
                continue;
            }
            if response.next_key.is_empty() {
                response.next_key = key.to_vec();
            }
            // counting goes on for a while, not through a million entries
            if !self.count || seen >= 10_000 {
                break;
            }
        }
        if self.count && self.key.is_empty() {
            response.total = seen;
        }
        Ok((entries, response))
    }

    fn range(&self, prefix: &[u8]) -> KeyRange {
        if self.key.is_empty() {
            return KeyRange::prefix(prefix);
        }
        let start = Bytes::from(self.key.clone());
        match self.reverse {
            false => KeyRange::new(start, None),
            true => {
                // up to and with the key
                let mut end = self.key.clone();
                end.push(0);
                KeyRange::new(Bytes::new(), Some(end.into()))
            }
        }
        .within(prefix)
    }
}
