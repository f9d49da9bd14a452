//! Capital-constrained matching as clr.fund computes it.
//!
//! With V the votes and spent = Σ votes² of a project, budget = pool + Σ spent:
//!
//! ```text
//! α      = (budget − Σ spent) / (Σ V² − Σ spent)    scale 10^18, rounded down, 0 … 1
//! payout = α·V² + (1 − α)·spent                     rounded down
//!        = spent + ⌊α·(V² − spent)⌋
//! ```
//! `spent` is whole and is paid anyway, so the matching is ⌊α·(V² − spent)⌋, and
//! V² − spent is the weight. Where all weights are 0 only `spent` is paid.
//!
//! clr.fund leaves what its floors, that of α too, take away. Here the pool is
//! divided by the exact α (that is [`allocate`](super::allocate), which returns
//! what is above Σ weights), so that each gets clr.fund's payout or more and
//! nothing is left lying.

use mycel_kit::wide::U256;

/// The scale of α: this is 1.
pub const SCALE: u64 = 1_000_000_000_000_000_000;

/// α · 10^18, rounded down: the pool over Σ weights (Q64), at most 1; 0 where
/// nobody is weighed. For a pool of at most 2^80 and weights of at most 2^168.
#[must_use]
pub fn alpha(pool: u128, weights: &[U256]) -> u64 {
    let sum: U256 = weights.iter().copied().sum();
    if sum == U256::ZERO {
        return 0;
    }
    // 80 + 64 + 60 bits
    let scaled = (U256::from(pool) << 64usize) * U256::from(SCALE) / sum;
    u64::try_from(scaled).map_or(SCALE, |alpha| alpha.min(SCALE))
}

/// ⌊α·weight⌋: clr.fund's payout without what was given.
#[must_use]
pub fn matching(alpha: u64, weight: U256) -> u128 {
    // 168 + 60 bits
    let part = (weight * U256::from(alpha) / U256::from(SCALE)) >> 64usize;
    u128::try_from(part).unwrap_or(u128::MAX)
}
