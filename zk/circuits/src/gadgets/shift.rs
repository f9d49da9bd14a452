//! Time: from one period to a later one.

use ark_bn254::Fr;
use mycel_mailbox::state::{BUCKETS, PERIOD_WEIGHTS};

use crate::gadgets::attributes::TIME_BITS;
use crate::gadgets::bits::{boolean, low, number, require_boolean};
use crate::sheet::Sheet;
use crate::wire::Wire;

/// By how many periods time moves on: exactly one flag is up.
pub struct Shift {
    /// 0, 1, 2, 3 periods; the last: 4 or more.
    flags: [Wire; BUCKETS + 1],
}

impl Shift {
    /// Forces: `to − from` is not negative, and the flag that is up says it.
    ///
    /// The difference is what the flags say, and beyond four up to 2^24 more,
    /// which only the last flag allows. So there is one way to write each.
    pub fn between(sheet: &mut Sheet, from: &Wire, to: &Wire) -> Self {
        let by = to - from;
        let is = low(&by);
        let rest = if is >= BUCKETS as u64 {
            &by - BUCKETS as u64
        } else {
            Wire::default()
        };
        let later: [Wire; BUCKETS] = std::array::from_fn(|i| {
            let periods = i + 1;
            let many = periods == BUCKETS && is > BUCKETS as u64;
            boolean(sheet, many || is == periods as u64)
        });
        let none = Wire::sum(&later).not();
        require_boolean(sheet, &none);
        let rest = number(sheet, rest.value(), TIME_BITS);
        sheet.require_product(&later[BUCKETS - 1].not(), &rest, &Wire::default());
        let [one, two, three, four] = later;
        let periods = &one + &two * 2 + &three * 3 + &four * 4;
        sheet.require_equal(&(periods + rest), &by);
        Self {
            flags: [none, one, two, three, four],
        }
    }

    /// The buckets of one sum after the shift.
    pub fn buckets(&self, sheet: &mut Sheet, before: &[Wire; BUCKETS]) -> [Wire; BUCKETS] {
        std::array::from_fn(|age| {
            let parts: Vec<Wire> = (0..=age)
                .map(|by| sheet.product(&self.flags[by], &before[age - by]))
                .collect();
            Wire::sum(&parts)
        })
    }

    /// The sum over the buckets after the shift, weighted by period, without
    /// the buckets themselves.
    pub fn weighted(&self, sheet: &mut Sheet, before: &[Wire; BUCKETS]) -> Wire {
        let parts: Vec<Wire> = (0..BUCKETS)
            .map(|by| {
                let weights = PERIOD_WEIGHTS[by..].iter().map(|weight| Fr::from(*weight));
                let then = Wire::combination(weights.zip(before));
                sheet.product(&self.flags[by], &then)
            })
            .collect();
        Wire::sum(&parts)
    }
}
