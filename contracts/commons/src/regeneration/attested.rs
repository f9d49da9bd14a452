//! From what monitors saw to what counts. Pure: no storage, no clock.
//!
//! A claim is attested like a reading: of five or more the lower median, of
//! fewer the lowest. Attestations further apart than the commons' readings may
//! be are disputed: the lowest counts, and a jury is asked whether the high
//! group is wrong. A majority that colludes with a restorer so gets nothing
//! beyond what the others saw, unless a jury believes it.
//!
//! What was lost again is a use, not a stock: the higher median counts, so that
//! a tie is nature's and one monitor alone takes nothing from a restorer; and
//! where that median is itself far above others, a jury is asked first.

use mycel_kit::median::{Even, median};

use crate::monitors::value::{FOR_MEDIAN, PPM, split};

/// What attestations of a claim say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What counts.
    pub counts: u128,
    /// What counts if a jury finds no fault with the high ones.
    pub median: u128,
    /// They lie too far apart.
    pub disputed: bool,
}

/// What counts of a claim; `None` below the quorum.
#[must_use]
pub fn restored(quantities: &[u128], quorum: u8, spread_ppm: u32) -> Option<Seen> {
    let (lowest, highest) = (*quantities.iter().min()?, *quantities.iter().max()?);
    if quantities.len() < usize::from(quorum) {
        return None;
    }
    let median = median(quantities, Even::Lower)?;
    let disputed = (highest - lowest) * PPM > median * u128::from(spread_ppm);
    let many = quantities.len() >= FOR_MEDIAN;
    let counts = if many && !disputed { median } else { lowest };
    Some(Seen {
        counts,
        median,
        disputed,
    })
}

/// What counts of a reversal; `None` below the quorum.
#[must_use]
pub fn lost(quantities: &[u128], quorum: u8) -> Option<u128> {
    if quantities.len() < usize::from(quorum) {
        return None;
    }
    median(quantities, Even::Higher)
}

/// Whether what would count of a reversal is of the high group, and that too far
/// apart from the others.
#[must_use]
pub fn above(quantities: &[u128], lost: u128, spread_ppm: u32) -> bool {
    let mut sorted = quantities.to_vec();
    sorted.sort_unstable();
    let (Some(lowest), Some(highest)) = (sorted.first(), sorted.last()) else {
        return false;
    };
    let apart = (highest - lowest) * PPM > lost * u128::from(spread_ppm);
    apart && split(&sorted).is_some_and(|from| lost >= from)
}

/// What is kept of an attested quantity for reversals, rounded up.
#[must_use]
pub fn buffer(attested: u128, buffer_bps: u16) -> u128 {
    (attested * u128::from(buffer_bps)).div_ceil(10_000)
}

/// What covers a loss: the claim's buffer first, then what waits of it, then
/// what has no room; the rest is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cover {
    /// Of the buffer.
    pub buffer: u128,
    /// Of what waits.
    pub waiting: u128,
    /// Of what has no room.
    pub parked: u128,
    /// Of none of them.
    pub owed: u128,
}

/// Covers a loss.
#[must_use]
pub fn cover(lost: u128, buffer: u128, waiting: u128, parked: u128) -> Cover {
    let of_buffer = lost.min(buffer);
    let of_waiting = (lost - of_buffer).min(waiting);
    let of_parked = (lost - of_buffer - of_waiting).min(parked);
    Cover {
        buffer: of_buffer,
        waiting: of_waiting,
        parked: of_parked,
        owed: lost - of_buffer - of_waiting - of_parked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(quantities: &[u128]) -> (u128, bool) {
        let seen = restored(quantities, 3, 100_000).expect("a quorum");
        (seen.counts, seen.disputed)
    }

    #[test]
    fn below_the_quorum_nothing_is_attested() {
        assert_eq!(restored(&[], 3, 100_000), None);
        assert_eq!(restored(&[5, 5], 3, 100_000), None);
        assert_eq!(lost(&[5, 5], 3), None);
    }

    #[test]
    fn of_fewer_than_five_the_lowest_counts_and_of_five_the_median() {
        assert_eq!(seen(&[100, 104, 98]), (98, false));
        assert_eq!(seen(&[100, 104, 98, 99]), (98, false));
        assert_eq!(seen(&[100, 104, 98, 99, 101]), (100, false));
        assert_eq!(seen(&[100, 104, 98, 99, 101, 102]), (100, false));
    }

    #[test]
    fn a_majority_that_colludes_gets_what_the_others_saw() {
        // three of five say a thousand: a median absolute deviation would be 0
        assert_eq!(seen(&[1_000, 1_000, 1_000, 100, 105]), (100, true));
        let all = restored(&[1_000, 1_000, 1_000, 100, 105], 3, 100_000);
        assert_eq!(all.map(|seen| seen.median), Some(1_000));
        assert_eq!(seen(&[1_000, 1_000, 0]), (0, true));
        assert_eq!(seen(&[0, 0, 0]), (0, false));
    }

    #[test]
    fn of_a_loss_the_higher_median_counts() {
        assert_eq!(lost(&[10, 20, 30], 3), Some(20));
        assert_eq!(lost(&[10, 20, 30, 40], 3), Some(30));
        assert_eq!(lost(&[0, 0, 1_000], 3), Some(0));
    }

    #[test]
    fn a_fifth_is_kept_and_the_fraction_with_it() {
        assert_eq!(buffer(1_000, 2_000), 200);
        assert_eq!(buffer(1_001, 2_000), 201);
        assert_eq!(buffer(1, 2_000), 1);
        assert_eq!(buffer(0, 2_000), 0);
    }

    #[test]
    fn the_buffer_covers_a_loss_first_then_what_waits() {
        let parts = |lost| {
            let cover = cover(lost, 20, 30, 5);
            (cover.buffer, cover.waiting, cover.parked, cover.owed)
        };
        assert_eq!(parts(0), (0, 0, 0, 0));
        assert_eq!(parts(20), (20, 0, 0, 0));
        assert_eq!(parts(21), (20, 1, 0, 0));
        assert_eq!(parts(52), (20, 30, 2, 0));
        assert_eq!(parts(60), (20, 30, 5, 5));
    }

    #[test]
    fn a_median_of_losses_that_is_far_above_others_is_a_jurys_matter() {
        let above = |all: &[u128]| {
            let lost = lost(all, 3).expect("a quorum");
            above(all, lost, 100_000)
        };
        assert!(above(&[900, 900, 0]));
        assert!(above(&[900, 500, 0]), "a liar beside one half as bad");
        assert!(!above(&[0, 0, 900]), "one alone takes nothing");
        assert!(!above(&[900, 905, 910]));
        assert!(!above(&[900, 900, 900]) && !above(&[0, 0, 0]));
        // of an even count the higher: a tie is before the jury, too
        assert!(above(&[0, 0, 900, 900]));
        assert!(!super::above(&[], 0, 1));
        let most = i64::MAX as u128;
        assert!(above(&[0, most, most]));
    }
}
