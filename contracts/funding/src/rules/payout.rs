//! From weights to whole units: saturation, cap, largest remainder.
//!
//! A weight is what a project would be paid with money enough, in Q64. What is
//! given out is decided first, then divided: so the parts and what is returned
//! are the pool exactly, however the division rounds.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;
use mycel_kit::apportion::{ApportionError, MAX_TOTAL, water_fill};
use mycel_kit::wide::U256;

/// What happens when the pool is above what the weights ask for: chosen when a
/// round opens, and shown.
#[cw_serde]
#[derive(Copy, Eq, Default, BorshSerialize, BorshDeserialize)]
pub enum Saturation {
    /// The weights are paid and the rest goes back to who gave the pool.
    #[default]
    Return,
    /// The whole pool is paid, in proportion to the weights.
    Scale,
}

/// A pool divided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allocation {
    /// Each project's matching, in the order of the weights.
    pub parts: Vec<u128>,
    /// What nobody gets.
    pub returned: u128,
}

/// The most that one project gets: so many 1/10,000 of the pool, rounded down.
#[must_use]
pub fn cap_of(pool: u128, cap_bps: u32) -> u128 {
    let bps = u128::from(cap_bps.min(10_000));
    pool / 10_000 * bps + pool % 10_000 * bps / 10_000
}

/// What each would be paid up to the cap, in Q64, and the sum in whole units,
/// rounded down.
fn wants(weights: &[U256], cap: u128) -> (Vec<U256>, u128) {
    let most = U256::from(cap.min(MAX_TOTAL)) << 64usize;
    let wants: Vec<U256> = weights.iter().map(|&weight| weight.min(most)).collect();
    let sum: U256 = wants.iter().copied().sum(); // 2^32 of 2^144
    (wants, whole(sum))
}

fn whole(q64: U256) -> u128 {
    u128::try_from(q64 >> 64usize).unwrap_or(u128::MAX)
}

/// Divides a pool: Σ parts + returned = pool. Each part is within one unit of
/// min(cap, λ·weight) with the greatest λ that the money allows, which is at
/// most 1 unless the round scales up. Parts follow the order of the weights,
/// equal ones that of the projects. Without any weight all is returned.
///
/// # Errors
/// Beyond the bounds of [`mod@mycel_kit::apportion`].
pub fn allocate(
    pool: u128,
    weights: &[U256],
    cap: u128,
    saturation: Saturation,
) -> Result<Allocation, ApportionError> {
    if saturation == Saturation::Return {
        let (wants, sum) = wants(weights, cap);
        if sum <= pool {
            return Ok(Allocation {
                parts: paid_in_full(&wants, sum),
                returned: pool - sum,
            });
        }
    }
    let fill = water_fill(pool, weights, cap)?;
    Ok(Allocation {
        returned: fill.left,
        parts: fill.parts,
    })
}

/// λ = 1: floors, and the units that are left over to the largest remainders.
fn paid_in_full(wants: &[U256], sum: u128) -> Vec<u128> {
    let mut parts: Vec<u128> = wants.iter().map(|&want| whole(want)).collect();
    let left = sum - parts.iter().sum::<u128>(); // fewer than there are remainders
    let mut order: Vec<(u64, usize)> = wants
        .iter()
        .enumerate()
        .map(|(index, want)| (want.as_limbs()[0], index))
        .collect();
    order.sort_unstable_by(|(a, i), (b, j)| b.cmp(a).then(i.cmp(j)));
    for &(_, index) in order
        .iter()
        .take(usize::try_from(left).unwrap_or(usize::MAX))
    {
        parts[index] += 1;
    }
    parts
}
