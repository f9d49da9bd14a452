//! The controller of the rate of decay: a stock is held against a need.
//!
//! M is the money that members hold: positive positions and their open holds,
//! without the commons. need = max(k · volume, members · 100 credits). The
//! signal is M / need, not velocity: a higher rate raises velocity, so a rule
//! that followed velocity would feed itself.
//!
//! Once a day, however many days were missed:
//!
//! * signal = clamp(M / need, 1/20, 20), smoothed over 30 days to s = 1 + e;
//! * base ·= 1 + clamp(ki · e, ±1 %), unless |e| ≤ 5 % (the dead band);
//! * target = clamp(base · s^kp, least, most), for s^kp = exp(kp · ln(1+e));
//! * rate → target, by at most 2 % of itself.
//!
//! base stays within the same bounds as the rate, so it cannot wind up while
//! the rate stands at one. For the first 180 days the signal is smoothed and
//! the rate does not move. All is integer: s and base are Q64.64, each
//! product is floored, and the bounds of the step are rounded inward. kp is a
//! whole number, so that s^kp is multiplications only.

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::Amount;
use mycel_kit::wide::{U256, mul};

/// 1 in Q64.64.
pub const ONE: u128 = 1 << 64;
/// The signal is never read as more than this, or less than its inverse.
const FARTHEST: u128 = 20;
/// Days over which the signal is smoothed.
const SMOOTHING: i128 = 30;
/// The dead band of the integral part: 5 %.
const DEAD_BAND: i128 = (ONE / 20) as i128;
/// The most that the integral part moves in a day: 1 %.
const INTEGRAL_STEP: i128 = (ONE / 100) as i128;
/// The most that the rate moves in a day, in hundredths.
const RATE_STEP_PERCENT: u64 = 2;
/// The greatest `gain`.
pub const MAX_GAIN: u8 = 8;
/// Seconds of a day.
const DAY: u64 = 86_400;

/// What the authority decides about the controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Tuning {
    /// k: months of trade that should be held as money, in 1/10,000.
    pub need_per_volume_bps: u32,
    /// What each member should hold at least.
    pub need_per_member: Amount,
    /// kp, at most [`MAX_GAIN`].
    pub gain: u8,
    /// ki in millionths.
    pub integral_ppm: u32,
    /// The slowest rate, in 10^-9 a day.
    pub least: u32,
    /// The fastest.
    pub most: u32,
    /// Days after which it begins to move the rate.
    pub starts_after_days: u16,
}

/// What the controller remembers from day to day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Controller {
    /// Unix day of its beginning.
    pub born: u32,
    /// Unix day of the last tick.
    pub day: u32,
    /// The smoothed signal M / need in Q64.64; 0 before the first.
    pub smoothed: u128,
    /// The integral part, a rate in 10^-9 a day, Q64.64.
    pub base: u128,
}

/// What the rate answers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal {
    /// Positive positions and members' holds.
    pub money: u128,
    /// What the trade and the members need, > 0.
    pub need: u128,
}

/// The Unix day of `now`.
#[must_use]
pub fn day(now: u64) -> u32 {
    u32::try_from(now / DAY).unwrap_or(u32::MAX)
}

impl Tuning {
    /// max(k · volume, members · least of each).
    #[must_use]
    pub fn need(&self, volume: u128, members: u32) -> u128 {
        let trade = volume.saturating_mul(u128::from(self.need_per_volume_bps)) / 10_000;
        trade.max(u128::from(self.need_per_member.pico()) * u128::from(members))
    }
}

impl Controller {
    /// A controller that begins today from this rate.
    #[must_use]
    pub fn begin(now: u64, rate: u32) -> Controller {
        Controller {
            born: day(now),
            day: day(now),
            smoothed: 0,
            base: u128::from(rate) << 64,
        }
    }

    /// Whether a day has passed since the last tick.
    #[must_use]
    pub fn due(&self, now: u64) -> bool {
        day(now) > self.day
    }

    /// The rate was set by hand: the integral part starts from it.
    pub fn rebase(&mut self, rate: u32) {
        self.base = u128::from(rate) << 64;
    }

    /// One tick at `now`, for however many days were missed: answers the rate
    /// from now on. A rate of 0 is demurrage switched off, and stays.
    pub fn tick(&mut self, now: u64, rate: u32, tuning: &Tuning, signal: Signal) -> u32 {
        self.day = day(now);
        self.smooth(signal);
        let running = self.day.saturating_sub(self.born) >= u32::from(tuning.starts_after_days);
        if !running || rate == 0 {
            return rate;
        }
        self.integrate(tuning);
        let target = mul(self.base, power(self.smoothed, tuning.gain)) >> 128;
        let target = u64::try_from(target)
            .unwrap_or(u64::MAX)
            .clamp(u64::from(tuning.least), u64::from(tuning.most));
        let rate = u64::from(rate);
        let low = (rate * (100 - RATE_STEP_PERCENT)).div_ceil(100);
        let high = rate * (100 + RATE_STEP_PERCENT) / 100;
        u32::try_from(target.clamp(low, high)).unwrap_or(u32::MAX)
    }

    fn smooth(&mut self, signal: Signal) {
        let ratio = (U256::from(signal.money) << 64) / U256::from(signal.need.max(1));
        let ratio = u128::try_from(ratio)
            .unwrap_or(u128::MAX)
            .clamp(ONE / FARTHEST, ONE * FARTHEST);
        if self.smoothed == 0 {
            self.smoothed = ratio;
            return;
        }
        // both within 20 · 2^64: signed differences fit
        let step = (ratio.cast_signed() - self.smoothed.cast_signed()).div_euclid(SMOOTHING);
        self.smoothed = self.smoothed.saturating_add_signed(step);
    }

    fn integrate(&mut self, tuning: &Tuning) {
        let error = self.smoothed.cast_signed() - ONE.cast_signed();
        if error.abs() > DEAD_BAND {
            let step = (error * i128::from(tuning.integral_ppm)).div_euclid(1_000_000);
            let step = step.clamp(-INTEGRAL_STEP, INTEGRAL_STEP);
            let factor = ONE.saturating_add_signed(step);
            self.base = u128::try_from(mul(self.base, factor) >> 64).unwrap_or(u128::MAX);
        }
        let (least, most) = (u128::from(tuning.least), u128::from(tuning.most));
        self.base = self.base.clamp(least << 64, most << 64);
    }
}

/// s^n in Q64.64, each product floored. s ≤ 20, n ≤ 8: below 2^100.
fn power(s: u128, n: u8) -> u128 {
    (0..n.min(MAX_GAIN)).fold(ONE, |product, _| {
        u128::try_from(mul(product, s) >> 64).unwrap_or(u128::MAX)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREDIT: u128 = 1_000_000_000_000;

    fn tuning() -> Tuning {
        Tuning {
            need_per_volume_bps: 10_000,
            need_per_member: Amount::credits(100).unwrap(),
            gain: 4,
            integral_ppm: 10_000,
            least: 200_000,
            most: 3_000_000,
            starts_after_days: 0,
        }
    }

    fn signal(percent: u128) -> Signal {
        Signal {
            money: percent * CREDIT,
            need: 100 * CREDIT,
        }
    }

    fn new() -> Controller {
        Controller::begin(0, 1_000_000)
    }

    /// Days that pass one by one under one signal: the rates.
    fn run(percent: u128, days: u64) -> Vec<u32> {
        let (mut controller, mut rate) = (new(), 1_000_000);
        (1..=days)
            .map(|day| {
                rate = controller.tick(day * DAY, rate, &tuning(), signal(percent));
                rate
            })
            .collect()
    }

    #[test]
    fn need_is_the_greater_of_trade_and_members() {
        let tuning = tuning();
        assert_eq!(tuning.need(5_000 * CREDIT, 10), 5_000 * CREDIT);
        assert_eq!(tuning.need(500 * CREDIT, 10), 1_000 * CREDIT);
        let double = Tuning {
            need_per_volume_bps: 20_000,
            ..tuning
        };
        assert_eq!(double.need(5_000 * CREDIT, 10), 10_000 * CREDIT);
    }

    #[test]
    fn the_rate_moves_at_most_two_percent_a_day_and_stays_in_bounds_under_any_signal() {
        let mut random = 12_345u64;
        for run in 0..200 {
            let (mut controller, mut rate) = (new(), 1_000_000u32);
            for day in 1..=300u64 {
                random = random
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let (money, need) = match (run + (random >> 40)) % 5 {
                    0 => (0, 1),
                    1 => (u128::MAX, 1),
                    2 => (1, u128::MAX),
                    3 => (u128::from(random), u128::from(random >> 32)),
                    _ => (0, 0),
                };
                let before = rate;
                rate = controller.tick(day * DAY, rate, &tuning(), Signal { money, need });
                assert!(
                    (200_000..=3_000_000).contains(&rate),
                    "run={run} day={day} rate={rate}"
                );
                let moved = u64::from(rate.abs_diff(before)) * 100;
                assert!(moved <= 2 * u64::from(before), "{before} -> {rate}");
                assert!((ONE / 20..=ONE * 20).contains(&controller.smoothed));
            }
        }
    }

    #[test]
    fn too_much_money_speeds_decay_and_too_little_slows_it_to_the_bounds() {
        let up = run(200, 400);
        assert!(up.windows(2).all(|two| two[0] <= two[1]));
        assert_eq!(up.last(), Some(&3_000_000));
        let down = run(50, 400);
        assert!(down.windows(2).all(|two| two[0] >= two[1]));
        assert_eq!(down.last(), Some(&200_000));
    }

    #[test]
    fn the_signal_is_clamped_to_a_twentieth_and_twenty_times() {
        for (money, smoothed) in [(1 << 100, 20 * ONE), (0, ONE / 20)] {
            let mut controller = new();
            controller.tick(DAY, 1_000_000, &tuning(), Signal { money, need: 1 });
            assert_eq!(controller.smoothed, smoothed);
        }
    }

    #[test]
    fn the_signal_is_smoothed_over_thirty_days() {
        let mut controller = new();
        controller.tick(DAY, 1_000_000, &tuning(), signal(100));
        assert_eq!(controller.smoothed, ONE);
        controller.tick(2 * DAY, 1_000_000, &tuning(), signal(400));
        assert_eq!(controller.smoothed, ONE + 3 * ONE / 30);
        for day in 3..=31 {
            controller.tick(day * DAY, 1_000_000, &tuning(), signal(400));
        }
        // 1 − (29/30)^30 = 63.8 % of the way
        let way = (controller.smoothed - ONE) * 1_000 / (3 * ONE);
        assert_eq!(way, 638);
    }

    #[test]
    fn within_the_dead_band_only_the_proportional_part_answers() {
        for (percent, moves) in [(105, false), (96, false), (106, true), (94, true)] {
            let mut controller = new();
            let rate = controller.tick(DAY, 1_000_000, &tuning(), signal(percent));
            let base = u128::from(1_000_000u32) << 64;
            assert_eq!(controller.base != base, moves, "{percent}");
            assert_ne!(rate, 1_000_000, "the proportional part has no dead band");
        }
    }

    #[test]
    fn the_integral_part_moves_at_most_one_percent_a_day() {
        let hasty = Tuning {
            integral_ppm: 50_000,
            ..tuning()
        };
        for (percent, base) in [(2_000, 1_010_000u64), (5, 990_000)] {
            let base = u128::from(base) << 64;
            let mut controller = new();
            let rate = controller.tick(DAY, 1_000_000, &hasty, signal(percent));
            assert!(
                controller.base.abs_diff(base) < 1 << 32,
                "{percent}: {rate}"
            );
        }
    }

    #[test]
    fn the_integral_part_is_ki_times_the_error() {
        // e = 0.5, ki = 0.01: half a percent
        let mut controller = new();
        controller.tick(DAY, 1_000_000, &tuning(), signal(150));
        assert!(controller.base.abs_diff(1_005_000 << 64) < 1 << 32);
    }

    #[test]
    fn the_proportional_part_is_the_gain_times_the_logarithm() {
        // 1.1^4 = 1.4641, but for the step; let it walk there
        let frozen = Tuning {
            integral_ppm: 0,
            ..tuning()
        };
        let (mut rate, mut controller) = (1_000_000, new());
        for day in 1..60 {
            rate = controller.tick(day * DAY, rate, &frozen, signal(110));
        }
        assert!(rate.abs_diff(1_464_100) <= 1, "{rate}");
        let none = Tuning { gain: 0, ..frozen };
        for day in 60..120 {
            rate = controller.tick(day * DAY, rate, &none, signal(110));
        }
        assert_eq!(rate, 1_000_000, "kp = 0 leaves the base");
    }

    #[test]
    fn missed_days_count_as_one_tick() {
        let (mut daily, mut missed) = (new(), new());
        let rate = daily.tick(DAY, 1_000_000, &tuning(), signal(200));
        let after = missed.tick(100 * DAY, 1_000_000, &tuning(), signal(200));
        assert_eq!(rate, after);
        assert_eq!((daily.smoothed, daily.base), (missed.smoothed, missed.base));
        assert!(!missed.due(100 * DAY + DAY - 1) && missed.due(101 * DAY));
    }

    #[test]
    fn for_the_first_180_days_the_rate_stands_while_the_signal_is_read() {
        let patient = Tuning {
            starts_after_days: 180,
            ..tuning()
        };
        let mut controller = new();
        for day in 1..180 {
            let rate = controller.tick(day * DAY, 1_000_000, &patient, signal(300));
            assert_eq!(rate, 1_000_000, "day={day}");
        }
        assert_eq!(
            controller.base >> 64,
            1_000_000,
            "nothing winds up meanwhile"
        );
        let rate = controller.tick(180 * DAY, 1_000_000, &patient, signal(300));
        assert_eq!(rate, 1_020_000);
    }

    #[test]
    fn a_rate_of_zero_is_left_alone() {
        let mut controller = Controller::begin(0, 0);
        assert_eq!(controller.tick(DAY, 0, &tuning(), signal(2_000)), 0);
    }

    #[test]
    fn the_integral_part_does_not_wind_up_at_a_bound() {
        let (mut rate, mut controller) = (1_000_000, new());
        for day in 1..2_000 {
            rate = controller.tick(day * DAY, rate, &tuning(), signal(400));
        }
        assert_eq!((controller.base >> 64, rate), (3_000_000, 3_000_000));
        let mut days = 0;
        while rate > 1_000_000 {
            days += 1;
            rate = controller.tick((2_000 + days) * DAY, rate, &tuning(), signal(50));
        }
        assert!(days < 150, "{days} days to turn round");
    }
}
