//! Age, sample and thresholds.
//!
//! All are differences shown not to be negative. Bounds, so that none wraps
//! around the field's order: S, T < 2^44, E, R < 2^54, age ≤ 16, vouch < 2^7,
//! thresholds < 2^17.

use mycel_mailbox::score::{self, AGE_CAP, VOUCH_CAP};

use crate::gadgets::attributes::TIME_BITS;
use crate::gadgets::bits::{boolean, low, require_range};
use crate::sheet::Sheet;
use crate::wire::Wire;

/// S and T.
pub const WEIGHT_BITS: usize = score::WEIGHT_BITS as usize;
/// E and R.
pub const MILLE_BITS: usize = score::MILLE_BITS as usize;
/// Thresholds, one being 2^16.
pub const FRACTION_BITS: usize = 17;
/// S·E·age·vouch·2^16.
const SCORE_BITS: usize = WEIGHT_BITS + MILLE_BITS + 12 + 16;

/// Weighted sums, at the period of the proof.
pub struct Totals {
    /// Successful weight.
    pub s: Wire,
    /// Total weight.
    pub t: Wire,
    /// Σ weight·eco.
    pub e: Wire,
    /// Σ weight·reciprocity.
    pub r: Wire,
}

/// Group `fractions`. Forces: thresholds are below 2^17. Otherwise one near the
/// field's order counts as negative, which everyone meets.
pub fn require_fractions<'a>(sheet: &mut Sheet, fractions: impl IntoIterator<Item = &'a Wire>) {
    sheet.group("fractions", |sheet| {
        for fraction in fractions {
            require_range(sheet, fraction, FRACTION_BITS);
        }
    });
}

/// Group `totals`. Forces: S, T have 44 bits, E, R 54.
pub fn require_totals(sheet: &mut Sheet, totals: &Totals) {
    sheet.group("totals", |sheet| {
        for (total, bits) in [
            (&totals.s, WEIGHT_BITS),
            (&totals.t, WEIGHT_BITS),
            (&totals.e, MILLE_BITS),
            (&totals.r, MILLE_BITS),
        ] {
            require_range(sheet, total, bits);
        }
    });
}

/// Group `age`. Forces: joined is not after the period; the result is the
/// periods since, at most 16.
pub fn age(sheet: &mut Sheet, period: &Wire, joined: &Wire) -> Wire {
    sheet.group("age", |sheet| {
        let age = period - joined;
        require_range(sheet, &age, TIME_BITS);
        let young = boolean(sheet, low(&age) < AGE_CAP);
        let below = Wire::constant(AGE_CAP - 1) - &age;
        let above = &age - AGE_CAP;
        let margin = &above + sheet.product(&young, &(below - &above));
        require_range(sheet, &margin, TIME_BITS);
        Wire::constant(AGE_CAP) + sheet.product(&young, &above)
    })
}

/// Group `sample`. Forces: T ≥ t_min ≥ 1. Without it an empty history meets
/// every threshold, 0 ≥ 0.
pub fn require_sample(sheet: &mut Sheet, t: &Wire, t_min: &Wire) {
    sheet.group("sample", |sheet| {
        require_range(sheet, &(t_min - 1), WEIGHT_BITS);
        require_range(sheet, &(t - t_min), WEIGHT_BITS);
    });
}

/// Group `score`. Forces: S·E·age·vouch·2^16 ≥ θ·T²·1000·16·64.
pub fn require_score(sheet: &mut Sheet, totals: &Totals, age: &Wire, vouch: &Wire, theta: &Wire) {
    sheet.group("score", |sheet| {
        let kept = sheet.product(&totals.s, &totals.e);
        let standing = sheet.product(age, vouch);
        let has = sheet.product(&kept, &standing) * score::ONE;
        let square = sheet.product(&totals.t, &totals.t);
        let needs = sheet.product(&square, theta) * (1000 * AGE_CAP * VOUCH_CAP);
        require_range(sheet, &(has - needs), SCORE_BITS);
    });
}

/// Forces: sum·2^16 ≥ θ·T·scale, for sums below 2^bits.
pub fn require_share(
    sheet: &mut Sheet,
    sum: &Wire,
    t: &Wire,
    theta: &Wire,
    scale: u64,
    bits: usize,
) {
    let needs = sheet.product(theta, t) * scale;
    require_range(sheet, &(sum * score::ONE - needs), bits + 16);
}
