//! The gas allowance: a bucket in milli-gas that refills with block time, exactly, up to its class's capacity.
use mycel_types::{AllowanceClass, Params, Time, record::Allowance};

/// Milli-gas in one SDK gas.
pub(crate) const MILLI: u64 = 1000;

/// The class of an account: its own, else the default one, else none.
pub(crate) fn class<'p>(params: &'p Params, allowance: &Allowance) -> Option<&'p AllowanceClass> {
    let name = match allowance.class.as_str() {
        "" => &params.default_class,
        own => own,
    };
    params.classes.get(name)
}

/// A full bucket's milli-gas.
pub(crate) fn capacity(params: &Params, allowance: &Allowance) -> u64 {
    class(params, allowance).map_or(0, |c| c.capacity.saturating_mul(MILLI))
}

/// Milli-gas in the bucket at `now`.
pub(crate) fn level(params: &Params, allowance: &Allowance, now: Time) -> u64 {
    let rate = class(params, allowance).map_or(0, |c| c.rate);
    let refill = rate.saturating_mul(now.millis().saturating_sub(allowance.at_ms));
    allowance
        .level
        .saturating_add(refill)
        .min(capacity(params, allowance))
}

/// Milliseconds from `now` until the bucket holds `want` milli-gas; `None` is never.
pub(crate) fn wait(params: &Params, allowance: &Allowance, now: Time, want: u64) -> Option<u64> {
    let missing = want.saturating_sub(level(params, allowance, now));
    let rate = class(params, allowance).map_or(0, |c| c.rate);
    if missing == 0 {
        return Some(0);
    }
    (rate > 0 && want <= capacity(params, allowance)).then(|| missing.div_ceil(rate))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn params(capacity: u64, rate: u64) -> Params {
        let mut params = Params::development();
        let class = AllowanceClass {
            capacity,
            rate,
            may_store_code: false,
        };
        params.classes.insert("developer".into(), class);
        params
    }

    #[test]
    fn an_account_of_an_unknown_class_has_nothing() {
        let mut params = params(10, 1);
        let mut allowance = Allowance {
            level: 500,
            at_ms: 0,
            class: "gone".into(),
        };
        assert_eq!(level(&params, &allowance, Time(99)), 0);
        assert_eq!(wait(&params, &allowance, Time(99), 1), None);
        allowance.class.clear();
        params.default_class.clear();
        assert_eq!(level(&params, &allowance, Time(99)), 0);
    }

    proptest! {
        #[test]
        fn the_wait_that_is_told_is_exact(
            cap in 1u64..1000, rate in 0u64..50, start in 0u64..1_000_000, at in 0u64..1000, want in 0u64..1_000_000,
        ) {
            let params = params(cap, rate);
            let allowance = Allowance { level: start.min(cap * MILLI), at_ms: at, class: String::new() };
            let now = Time(at + 5);
            match wait(&params, &allowance, now, want) {
                Some(ms) => {
                    prop_assert!(level(&params, &allowance, now.plus_millis(ms)) >= want);
                    prop_assert!(ms == 0 || level(&params, &allowance, now.plus_millis(ms - 1)) < want);
                }
                None => prop_assert!(level(&params, &allowance, Time(u64::MAX)) < want),
            }
        }

        #[test]
        fn refilling_in_steps_or_at_once_is_the_same(
            cap in 1u64..1000, rate in 0u64..50, steps in proptest::collection::vec(0u64..100, 0..20),
        ) {
            let params = params(cap, rate);
            let mut stepped = Allowance::default();
            for step in &steps {
                let now = Time(stepped.at_ms + step);
                stepped.level = level(&params, &stepped, now);
                stepped.at_ms = now.millis();
            }
            let once = level(&params, &Allowance::default(), Time(steps.iter().sum()));
            prop_assert_eq!(stepped.level, once);
        }
    }
}
