//! Round numbers on an axis.

/// An axis from `low` to `high`, both round, with the round numbers between.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// The lowest tick.
    pub low: f64,
    /// The highest tick.
    pub high: f64,
    step: f64,
}

impl Scale {
    /// About `count` steps of 1, 2 or 5 times a power of ten around the data. Data of one value get one step of room.
    pub fn around((least, greatest): (f64, f64), count: usize) -> Self {
        let span = greatest - least;
        let span = match span > 0.0 {
            true => span,
            // one value only: some room around it
            false if least == 0.0 => 1.0,
            false => least.abs(),
        };
        let raw = span / count.max(1) as f64;
        let power = 10f64.powf(raw.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0]
            .into_iter()
            .map(|n| n * power)
            .find(|step| *step >= raw * 0.999_999)
            .unwrap_or(10.0 * power);
        let low = (least / step).floor() * step;
        let high = (greatest / step).ceil() * step;
        let high = if high > low { high } else { low + step };
        Self { low, high, step }
    }

    /// All ticks, lowest first.
    pub fn ticks(&self) -> Vec<f64> {
        let count = ((self.high - self.low) / self.step).round() as usize;
        (0..=count)
            .map(|i| self.low + self.step * i as f64)
            .collect()
    }

    /// Where a value lies, 0 at `low` and 1 at `high`.
    pub fn at(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// A tick in as few characters as tell it from its neighbours.
    pub fn label(&self, value: f64) -> String {
        if value.abs() < self.step / 1e6 {
            return "0".into();
        }
        let (unit, sign) = match value.abs().max(self.step) {
            large if large >= 10_000_000.0 => (1_000_000.0, "M"),
            large if large >= 10_000.0 => (1_000.0, "k"),
            _ => (1.0, ""),
        };
        let decimals = (-(self.step / unit).log10()).ceil().clamp(0.0, 9.0) as usize;
        format!("{:.decimals$}{sign}", value / unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_contain_the_data() {
        let scale = Scale::around((0.13, 9.7), 5);
        assert_eq!(scale.ticks(), [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]);
        assert_eq!(
            Scale::around((-3.0, 12.0), 3).ticks(),
            [-5.0, 0.0, 5.0, 10.0, 15.0]
        );
        let flat = Scale::around((7.0, 7.0), 4);
        assert!(flat.low <= 7.0 && flat.high > 7.0);
        assert!(Scale::around((0.0, 0.0), 4).high > 0.0);
        let tiny = Scale::around((0.0002, 0.003), 4);
        assert_eq!(tiny.label(0.002), "0.002");
        assert_eq!(Scale::around((0.0, 40_000.0), 4).label(20_000.0), "20k");
    }
}
