//! Integers near given numbers whose sums keep bounds: how chances become whole numbers of seats.
use crate::generate::Random;

/// What is to be rounded. A type counts for the groups of its mask; group sums and values have bounds.
pub struct Rounding<'a> {
    /// The numbers.
    pub targets: &'a [f64],
    /// Their sum.
    pub total: i64,
    /// How far one may leave its target: a distance of the person's weight.
    pub weights: &'a [u32],
    /// Bounds of each number.
    pub bounds: Vec<(i64, i64)>,
    /// Which groups each counts for.
    pub masks: &'a [u64],
    /// Bounds of each group's sum.
    pub groups: Vec<(i64, i64)>,
}

/// Tries for each number.
const TRIES: usize = 4_000;

/// Numbers with the total, all within their bounds; None if none were found that keep the groups'.
pub fn round(rounding: &Rounding<'_>, seed: u64) -> Option<Vec<i64>> {
    let count = rounding.targets.len();
    let mut values = nearest(rounding)?;
    let mut sums = vec![0i64; rounding.groups.len()];
    for (value, mask) in values.iter().zip(rounding.masks) {
        for group in bits(*mask) {
            sums[group] += value;
        }
    }
    let excess = |group: usize, sum: i64| {
        let (low, high) = rounding.groups[group];
        let off = (low - sum).max(sum - high).max(0) as f64;
        off * off
    };
    let away = |kind: usize, value: i64| {
        let off = (value as f64 - rounding.targets[kind]) / f64::from(rounding.weights[kind]);
        off * off
    };
    let mut broken: f64 = (0..sums.len())
        .map(|group| excess(group, sums[group]))
        .sum();
    let mut random = Random::new(seed);
    // first the groups' bounds at any distance, then the distances within the bounds
    for step in 0..count * TRIES {
        let down = random.below(count as u64) as usize;
        let up = random.below(count as u64) as usize;
        let (low, high) = (rounding.bounds[down].0, rounding.bounds[up].1);
        if down == up || values[down] <= low || values[up] >= high {
            continue;
        }
        let (lost, gained) = (
            rounding.masks[down] & !rounding.masks[up],
            rounding.masks[up] & !rounding.masks[down],
        );
        let mut change = 0.0;
        for group in bits(lost) {
            change += excess(group, sums[group] - 1) - excess(group, sums[group]);
        }
        for group in bits(gained) {
            change += excess(group, sums[group] + 1) - excess(group, sums[group]);
        }
        let further = away(down, values[down] - 1) - away(down, values[down])
            + away(up, values[up] + 1)
            - away(up, values[up]);
        let patience = 1.0 - step as f64 / (count * TRIES) as f64;
        let take = if change != 0.0 {
            change < 0.0
        } else {
            further < 0.0 || (broken > 0.0 && further < patience)
        };
        if !take {
            continue;
        }
        values[down] -= 1;
        values[up] += 1;
        bits(lost).for_each(|group| sums[group] -= 1);
        bits(gained).for_each(|group| sums[group] += 1);
        broken += change;
    }
    (broken == 0.0).then_some(values)
}

/// The total by largest remainders, within the bounds of each.
fn nearest(rounding: &Rounding<'_>) -> Option<Vec<i64>> {
    let bounded = |kind: usize, value: i64| {
        let (low, high) = rounding.bounds[kind];
        value.clamp(low, high.max(low))
    };
    let targets = rounding.targets.iter().enumerate();
    let mut values: Vec<i64> = targets
        .map(|(kind, target)| bounded(kind, target.floor() as i64))
        .collect();
    let mut left = rounding.total - values.iter().sum::<i64>();
    let mut order: Vec<usize> = (0..values.len()).collect();
    let rest = |values: &[i64], kind: usize| rounding.targets[kind] - values[kind] as f64;
    while left != 0 {
        let step = left.signum();
        order.sort_by(|&a, &b| {
            let (a_rest, b_rest) = (rest(&values, a), rest(&values, b));
            let by_rest = if step > 0 {
                b_rest.total_cmp(&a_rest)
            } else {
                a_rest.total_cmp(&b_rest)
            };
            by_rest.then(a.cmp(&b))
        });
        let before = left;
        for &kind in &order {
            if left == 0 {
                break;
            }
            let (low, high) = rounding.bounds[kind];
            let next = values[kind] + step;
            if (low..=high).contains(&next) {
                values[kind] = next;
                left -= step;
            }
        }
        if left == before {
            return None;
        }
    }
    Some(values)
}

/// The numbers of the bits that are set, ascending.
pub fn bits(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (mask != 0).then(|| {
            let bit = mask.trailing_zeros() as usize;
            mask &= mask - 1;
            bit
        })
    })
}
