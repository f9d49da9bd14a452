//! A cut: from one moment on every balance of the epoch is worth `num / den` of
//! what it was. Nobody's record is written at that moment. Each remembers how
//! many of the epoch's cuts it has seen and takes the rest when it is touched
//! next, in their order; so whoever is touched late has what whoever is touched
//! early has, to the unit.
//!
//! Rounding is down at each cut: Σ floor(bᵢ · num / den) ≤ floor(Σ bᵢ · num / den).
//! With `den` what is outstanding and `num` what may still be taken, balances
//! together are never above what may still be taken.

/// What is left of a quantity; nothing of nothing, and never more than there was.
#[must_use]
pub const fn left(units: u128, num: u128, den: u128) -> u128 {
    if num >= den {
        return units;
    }
    // units and num are below 2^63
    units.saturating_mul(num) / den
}

/// What is left after several cuts, each as (num, den), in their order.
#[must_use]
pub fn after(units: u128, cuts: impl IntoIterator<Item = (u128, u128)>) -> u128 {
    cuts.into_iter()
        .fold(units, |units, (num, den)| left(units, num, den))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(state: &mut u64) -> u64 {
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    #[test]
    fn whoever_is_touched_late_has_what_whoever_is_touched_early_has() {
        let seed = 7;
        eprintln!("seed={seed}");
        let mut state = seed;
        for _ in 0..20_000 {
            let units = u128::from(random(&mut state) >> (1 + random(&mut state) % 63));
            let cuts: Vec<(u128, u128)> = (0..random(&mut state) % 6)
                .map(|_| {
                    let den = u128::from(random(&mut state) >> 1).max(1);
                    (u128::from(random(&mut state)) % (den + 1), den)
                })
                .collect();
            // touched after every cut, after some of them, or after the last
            let early = cuts.iter().fold(units, |b, &(n, d)| left(b, n, d));
            let split = (random(&mut state) % (cuts.len() as u64 + 1)) as usize;
            let between = after(
                after(units, cuts[..split].iter().copied()),
                cuts[split..].iter().copied(),
            );
            assert_eq!(early, after(units, cuts.iter().copied()));
            assert_eq!(early, between);
            assert!(early <= units);
        }
    }

    #[test]
    fn balances_after_a_cut_are_together_never_above_what_may_still_be_taken() {
        let seed = 8;
        eprintln!("seed={seed}");
        let mut state = seed;
        for _ in 0..20_000 {
            let balances: Vec<u128> = (0..1 + random(&mut state) % 20)
                .map(|_| u128::from(random(&mut state) >> (6 + random(&mut state) % 58)))
                .collect();
            let outstanding: u128 = balances.iter().sum();
            let may = u128::from(random(&mut state)) % (outstanding + 1);
            let after: u128 = balances.iter().map(|b| left(*b, may, outstanding)).sum();
            assert!(after <= may);
            assert!(may - after <= balances.len() as u128, "only dust is lost");
        }
    }

    #[test]
    fn a_cut_to_nothing_leaves_nothing_and_a_cut_of_nothing_changes_nothing() {
        assert_eq!(left(9, 0, 5), 0);
        assert_eq!(left(9, 0, 0), 9);
        assert_eq!(left(9, 5, 5), 9);
        assert_eq!(left(0, 1, 5), 0);
        assert_eq!(
            left(i64::MAX as u128, i64::MAX as u128 - 1, i64::MAX as u128),
            i64::MAX as u128 - 1
        );
    }
}
