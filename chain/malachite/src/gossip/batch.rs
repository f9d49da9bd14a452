//! How transactions are packed into one gossip message.
//!
//! `count: u16 LE`, then for each transaction `length: u32 LE` and its bytes. A message holds at least one
//! transaction, nothing follows the last one, and every length is checked against the message before it is used, so
//! decoding allocates nothing: each transaction is a slice of the message.
use bytes::{Buf, BufMut, Bytes, BytesMut};

/// The largest number of transactions in a message.
pub const MAX_COUNT: usize = 512;
/// A batch is closed when it has this many bytes; a single larger transaction travels alone.
pub const SOFT_BYTES: usize = 128 * 1024;
/// What a message adds to a lone transaction.
pub const OVERHEAD: usize = 2 + 4;

/// Why a message is no batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// Shorter than it says.
    #[error("batch ends early")]
    Truncated,
    /// No transaction, or more than [`MAX_COUNT`].
    #[error("batch count={0} expected=1..=512")]
    Count(usize),
    /// A transaction of zero bytes or above the limit.
    #[error("transaction length={length} limit={limit}")]
    Length {
        /// Its length.
        length: usize,
        /// The limit.
        limit: usize,
    },
    /// Bytes after the last transaction.
    #[error("batch has {0} trailing bytes")]
    Trailing(usize),
}

/// Packs transactions. The caller keeps within [`MAX_COUNT`].
pub fn encode(txs: &[Bytes]) -> Vec<u8> {
    let size = txs
        .iter()
        .fold(2usize, |n, tx| n.saturating_add(4).saturating_add(tx.len()));
    let mut out = BytesMut::with_capacity(size);
    out.put_u16_le(u16::try_from(txs.len()).unwrap_or(u16::MAX));
    for tx in txs {
        out.put_u32_le(u32::try_from(tx.len()).unwrap_or(u32::MAX));
        out.put_slice(tx);
    }
    out.into()
}

/// Unpacks a message of any origin.
pub fn decode(mut message: Bytes, max_tx_bytes: usize) -> Result<Vec<Bytes>, BatchError> {
    if message.len() < 2 {
        return Err(BatchError::Truncated);
    }
    let count = usize::from(message.get_u16_le());
    if count == 0 || count > MAX_COUNT {
        return Err(BatchError::Count(count));
    }
    let mut txs = Vec::with_capacity(count);
    for _ in 0..count {
        if message.len() < 4 {
            return Err(BatchError::Truncated);
        }
        let length = message.get_u32_le() as usize;
        if length == 0 || length > max_tx_bytes {
            return Err(BatchError::Length {
                length,
                limit: max_tx_bytes,
            });
        }
        if message.len() < length {
            return Err(BatchError::Truncated);
        }
        txs.push(message.split_to(length));
    }
    if !message.is_empty() {
        return Err(BatchError::Trailing(message.len()));
    }
    Ok(txs)
}

/// Takes the next batch off the front of a queue.
pub fn next_batch(queue: &mut std::collections::VecDeque<Bytes>) -> Vec<Bytes> {
    let mut batch = Vec::new();
    let mut bytes = 0usize;
    while let Some(tx) = queue.front() {
        let after = bytes.saturating_add(tx.len()).saturating_add(4);
        if !batch.is_empty() && (after > SOFT_BYTES || batch.len() >= MAX_COUNT) {
            break;
        }
        bytes = after;
        batch.extend(queue.pop_front());
    }
    batch
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_batch_survives_the_wire() {
        let txs: Vec<Bytes> = (1..5u8)
            .map(|n| Bytes::from(vec![n; usize::from(n)]))
            .collect();
        assert_eq!(decode(encode(&txs).into(), 100).unwrap(), txs);
    }

    #[test]
    fn a_batch_that_lies_about_itself_is_refused() {
        let good = encode(&[Bytes::from_static(b"abc")]);
        assert_eq!(decode(Bytes::new(), 100), Err(BatchError::Truncated));
        assert_eq!(
            decode(good[..6].to_vec().into(), 100),
            Err(BatchError::Truncated)
        );
        assert_eq!(
            decode([&good[..], &[0]].concat().into(), 100),
            Err(BatchError::Trailing(1))
        );
        assert_eq!(
            decode(good.clone().into(), 2),
            Err(BatchError::Length {
                length: 3,
                limit: 2
            })
        );
        assert_eq!(decode(vec![0, 0].into(), 2), Err(BatchError::Count(0)));
        assert_eq!(
            decode(vec![255, 255, 255, 255, 255, 255].into(), 2),
            Err(BatchError::Count(65_535))
        );
    }

    #[test]
    fn a_large_transaction_travels_alone_and_small_ones_together() {
        let mut queue: std::collections::VecDeque<Bytes> = [10, SOFT_BYTES, 10, 10]
            .into_iter()
            .map(|n| Bytes::from(vec![1; n]))
            .collect();
        let sizes: Vec<usize> = std::iter::from_fn(|| {
            let batch = next_batch(&mut queue);
            (!batch.is_empty()).then_some(batch.len())
        })
        .collect();
        assert_eq!(sizes, [1, 1, 2]);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic_and_never_decode_to_more_than_they_are(
            bytes in proptest::collection::vec(any::<u8>(), 0..600)
        ) {
            let n = bytes.len();
            if let Ok(txs) = decode(bytes.into(), 300) {
                prop_assert!(txs.iter().map(|tx| tx.len() + 4).sum::<usize>() + 2 == n);
            }
        }
    }
}
