//! Prices in floats become a level in integers that holds exactly.
//!
//! A person of type t is paid `μ + Σ g_f` by seat and quotas (`g = u − l`). Where the program says that a type neither
//! has a weight nor is sure to sit, it is paid exactly 0: these equations are solved in fractions, the prices that
//! remain free are rounded, and the others follow. What all others are paid is their weight, or below 0 the price of
//! being sure. Then Σ y·π = B for every lottery whose panels fill what has a price, whatever it was rounded to.
use mycel_kit::lottery::{Frame, Level};

use super::leximin::{PRICED, Prices};

/// What prices are multiplied by.
const SCALE: f64 = (1u64 << 40) as f64;
/// A type's share of the weight from which on it counts as weighted.
const WEIGHTED: f64 = 1e-6;
/// Greatest common denominator that is taken, and how far exact prices may be from those found.
const MOST_DENOMINATOR: i128 = 1 << 12;
const MOST_OFF: f64 = 1e-3;

/// The level in integers, by the exact way and by plain rounding: whoever asks takes the first that holds.
pub fn levels(frame: &Frame<'_>, prices: &Prices) -> Vec<Level> {
    let plain = rounded(prices);
    let exact = exact(frame, prices);
    exact
        .into_iter()
        .chain([plain])
        .map(|found| level(frame, prices, &found))
        .collect()
}

/// Seat, then quotas.
type Integers = Vec<i128>;

fn rounded(prices: &Prices) -> Integers {
    let all = std::iter::once(&prices.seat).chain(&prices.quotas);
    all.map(|price| (price * SCALE).round() as i128).collect()
}

/// The level whose weights are what everybody is paid.
fn level(frame: &Frame<'_>, prices: &Prices, found: &Integers) -> Level {
    let narrow = |value: i128| u64::try_from(value.max(0)).unwrap_or(u64::MAX);
    let mut level = Level {
        mu: i64::try_from(found[0]).unwrap_or(i64::MAX),
        u: found[1..].iter().map(|price| narrow(*price)).collect(),
        l: found[1..].iter().map(|price| narrow(-*price)).collect(),
        ..Level::default()
    };
    let mut sum = 0u128;
    for (kind, count) in frame.pool().counts.iter().enumerate() {
        let quotas = frame.quotas_of(kind).iter();
        let paid = found[0]
            + quotas
                .map(|quota| found[1 + usize::from(*quota)])
                .sum::<i128>();
        let takes = prices.before[kind] || prices.weights[kind] > WEIGHTED;
        let y = if takes { narrow(paid) } else { 0 };
        sum += u128::from(y) * u128::from(*count);
        level.y.push(y);
        level.s.push(narrow(-paid));
    }
    level.d = u64::try_from(sum).unwrap_or(u64::MAX);
    level
}

/// A row of the equations in lowest terms: all over one denominator.
#[derive(Clone)]
struct Equation(Vec<i128>);

impl Equation {
    fn reduce(&mut self) {
        let divisor = self
            .0
            .iter()
            .fold(0, |divisor, value| gcd(divisor, value.abs()));
        if divisor > 1 {
            self.0.iter_mut().for_each(|value| *value /= divisor);
        }
    }

    /// Takes out a column by another row that has it.
    fn clear(&mut self, column: usize, by: &Equation) -> Option<()> {
        let (own, other) = (self.0[column], by.0[column]);
        if own == 0 {
            return Some(());
        }
        for (value, by) in self.0.iter_mut().zip(&by.0) {
            *value = value
                .checked_mul(other)?
                .checked_sub(by.checked_mul(own)?)?;
        }
        self.reduce();
        Some(())
    }
}

fn gcd(mut a: i128, mut b: i128) -> i128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Prices that pay exactly 0 where the program pays nothing; None where the numbers grow, or lead elsewhere.
fn exact(frame: &Frame<'_>, prices: &Prices) -> Option<Integers> {
    let found: Vec<f64> = std::iter::once(prices.seat)
        .chain(prices.quotas.iter().copied())
        .collect();
    let greatest = found
        .iter()
        .fold(0.0f64, |most, price| most.max(price.abs()));
    // columns that have a price; the others are 0
    let priced: Vec<usize> = (0..found.len())
        .filter(|&column| column == 0 || found[column].abs() > PRICED * greatest)
        .collect();
    let mut rows: Vec<(usize, Equation)> = Vec::new();
    for (kind, &count) in frame.pool().counts.iter().enumerate() {
        let quotas = frame.quotas_of(kind);
        let has = |column: usize| column == 0 || quotas.contains(&((column - 1) as u8));
        let paid: f64 = priced
            .iter()
            .filter(|&&column| has(column))
            .map(|&column| found[column])
            .sum();
        let weighted = prices.weights[kind] > WEIGHTED;
        // sure to sit, or well paid before this level
        if weighted || paid.abs() * f64::from(count) > WEIGHTED.max(1e3 * PRICED * greatest) {
            continue;
        }
        let mut row = Equation(
            priced
                .iter()
                .map(|&column| i128::from(has(column)))
                .collect(),
        );
        for (pivot, by) in &rows {
            row.clear(*pivot, by)?;
        }
        // the column that is known least follows from the others
        let pivot = (0..priced.len())
            .filter(|&column| row.0[column] != 0)
            .min_by(|&a, &b| found[priced[a]].abs().total_cmp(&found[priced[b]].abs()));
        let Some(pivot) = pivot else { continue };
        for (_, other) in &mut rows {
            other.clear(pivot, &row)?;
        }
        rows.push((pivot, row));
    }
    let mut common: i128 = 1;
    for (pivot, row) in &rows {
        let own = row.0[*pivot].abs();
        common = common / gcd(common, own) * own;
        if common > MOST_DENOMINATOR {
            return None;
        }
    }
    let mut integers = vec![0i128; found.len()];
    for (place, &column) in priced.iter().enumerate() {
        if rows.iter().all(|(pivot, _)| *pivot != place) {
            integers[column] = (found[column] * SCALE).round() as i128 * common;
        }
    }
    for (pivot, row) in &rows {
        let sum = row.0.iter().enumerate().filter(|(place, _)| place != pivot);
        let sum: i128 = sum
            .map(|(place, value)| value * integers[priced[place]])
            .sum();
        integers[priced[*pivot]] = -sum / row.0[*pivot];
    }
    let scale = SCALE * common as f64;
    let near = found
        .iter()
        .zip(&integers)
        .all(|(found, exact)| (*exact as f64 / scale - found).abs() <= MOST_OFF * greatest);
    near.then_some(integers)
}
