//! Phase A over a whole block, and the choice of a proposal's transactions.
use bytes::Bytes;
use mycel_types::{Code, Draft, codes};
use rayon::prelude::*;

use crate::{
    admit::{Admitted, Judge, Judged, Ledger, Refusal, Stage},
    error::{Failure, Fault},
    tip::State,
};

/// Judges transactions in parallel where that saves time, since decoding and signatures need no order.
fn judge_all(judge: &Judge, state: &State, txs: &[Bytes]) -> Vec<Result<Judged, Failure>> {
    let one = |tx: &Bytes| judge.judge(tx, state);
    match txs.len() {
        0..4 => txs.iter().map(one).collect(),
        _ => txs.par_iter().with_min_len(2).map(one).collect(),
    }
}

/// Admits all transactions of a block in order.
pub(crate) fn admit_all(
    judge: &Judge,
    state: &State,
    ledger: &mut Ledger<'_>,
    txs: &[Bytes],
) -> Result<Vec<Result<Admitted, Refusal>>, Fault> {
    let mut verdicts = Vec::with_capacity(txs.len());
    for (index, judged) in judge_all(judge, state, txs).into_iter().enumerate() {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        verdicts.push(match judged {
            Ok(judged) => admit(judge, state, ledger, judged, index)?,
            Err(failure) => Err(failure.into()),
        });
    }
    Ok(verdicts)
}

fn admit(
    judge: &Judge,
    state: &State,
    ledger: &mut Ledger<'_>,
    judged: Judged,
    index: u32,
) -> Result<Result<Admitted, Refusal>, Fault> {
    let Judged { request, good } = judged;
    let admitted = ledger.admit(&request, |known| match good {
        Some(verdict) => verdict,
        None => judge.keys.verify(&request, &state.chain.id, known),
    });
    match admitted {
        Ok(()) => Ok(Ok(Admitted { index, request })),
        Err(Stage::Refused(refusal)) => Ok(Err(refusal)),
        Err(Stage::Fault(fault)) => Err(fault),
    }
}

/// Bytes that a transaction takes in a block: protobuf's tag and length come on top.
pub(crate) fn data_bytes(tx: &[u8]) -> u64 {
    let length = tx.len() as u64;
    let varint = u64::from(
        64_u32
            .saturating_sub((length | 1).leading_zeros())
            .div_ceil(7),
    );
    length.saturating_add(varint).saturating_add(1)
}

/// Transactions in a row that may find no room before the choice ends.
const MISSES: usize = 500;

/// Chooses transactions for a block, in the pool's order. One that is inadmissible or finds no room is skipped, and
/// with it, by their sequences, those of its sender that follow.
pub(crate) fn choose(
    judge: &Judge,
    state: &State,
    draft: &Draft,
    pool: &mut dyn Iterator<Item = Bytes>,
) -> Result<Vec<Bytes>, Fault> {
    let mut ledger = Ledger::new(state, draft.height, draft.time);
    let limit = draft.max_bytes.min(state.params.block_max_bytes);
    let no_room: Code = codes::INVALID_GAS_LIMIT;
    let (mut chosen, mut bytes, mut misses) = (vec![], 0u64, 0usize);
    // in batches, so that signatures are checked in parallel without reading the whole pool
    loop {
        let batch: Vec<Bytes> = pool.take(64).collect();
        if batch.is_empty() {
            return Ok(chosen);
        }
        for (tx, judged) in batch.iter().zip(judge_all(judge, state, &batch)) {
            let Ok(judged) = judged else { continue };
            let with = bytes.saturating_add(data_bytes(tx));
            let fits = with <= limit;
            let admitted = match fits {
                true => admit(judge, state, &mut ledger, judged, 0)?,
                false => Err(Failure::bare(no_room).into()),
            };
            match admitted {
                Ok(_) => {
                    chosen.push(tx.clone());
                    (bytes, misses) = (with, 0);
                }
                Err(refusal) if refusal.failure.code == no_room => {
                    misses = misses.saturating_add(1);
                    if misses >= MISSES {
                        return Ok(chosen);
                    }
                }
                Err(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message as _;

    #[test]
    fn the_bytes_of_a_transaction_are_those_of_protobuf() {
        for len in [0, 1, 127, 128, 16_383, 16_384, 100_000] {
            let data = tendermint_proto::types::Data {
                txs: vec![vec![7; len]],
            };
            assert_eq!(data_bytes(&vec![7; len]), data.encoded_len() as u64);
        }
    }
}
