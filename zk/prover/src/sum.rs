//! Σ factorᵢ·pointᵢ, which is nearly all of a proof's cost.
//!
//! Pippenger's method: factors are cut into signed digits of c bits; per digit's place, points go into a bucket for each
//! digit's size, and Σ k·bucketₖ is a running sum of sums. Within buckets, points are added in pairs in affine
//! coordinates, all pairs of a place sharing one inversion: six multiplications an addition instead of ten.
use ark_bn254::Fr;
use ark_ec::{
    AdditiveGroup,
    short_weierstrass::{Affine, Projective, SWCurveConfig},
};
use ark_ff::{BigInt, Field, PrimeField, Zero, batch_inversion};

/// Fewer points than these are not worth buckets.
const FEW: usize = 16;

/// The sum; points at infinity are not expected.
pub(crate) fn sum<C: SWCurveConfig<ScalarField = Fr>>(
    points: &[Affine<C>],
    factors: &[BigInt<4>],
) -> Projective<C> {
    if points.len() < FEW {
        let products = points
            .iter()
            .zip(factors)
            .map(|(point, factor)| *point * Fr::new(*factor));
        return products.sum();
    }
    let width = width(points.len());
    // one bit more than the order has, for the last carry
    let places = (Fr::MODULUS_BIT_SIZE as usize + 1).div_ceil(width);
    let digits = digits(factors, width, places);
    let mut buckets = Buckets::new(1 << (width - 1), points.len());
    let mut total = Projective::<C>::zero();
    for place in (0..places).rev() {
        for _ in 0..width {
            total.double_in_place();
        }
        let place = &digits[place * factors.len()..(place + 1) * factors.len()];
        buckets.fill(points, place);
        while buckets.halve() {}
        total += buckets.weighted_sum();
    }
    total
}

/// Bits of a digit that cost least: places × (6 a point + 24 a bucket).
fn width(points: usize) -> usize {
    let cost = |width: &usize| 255_usize.div_ceil(*width) * (6 * points + (24 << (width - 1)));
    (3..=14).min_by_key(cost).expect("there are widths")
}

/// Digits from −2^(width−1) to 2^(width−1), place by place.
fn digits(factors: &[BigInt<4>], width: usize, places: usize) -> Vec<i32> {
    let mut out = vec![0; factors.len() * places];
    let (base, half) = (1_i32 << width, 1_i32 << (width - 1));
    for (index, factor) in factors.iter().enumerate() {
        let mut carry = 0;
        for place in 0..places {
            let bit = place * width;
            let (limb, shift) = (bit / 64, bit % 64);
            let mut word = factor.0.get(limb).map_or(0, |limb| limb >> shift);
            if shift + width > 64 {
                word |= factor
                    .0
                    .get(limb + 1)
                    .map_or(0, |limb| limb << (64 - shift));
            }
            let digit = (word & ((1 << width) - 1)) as i32 + carry;
            carry = i32::from(digit > half);
            out[place * factors.len() + index] = digit - carry * base;
        }
    }
    out
}

/// Points of one place, bucket by bucket.
struct Buckets<C: SWCurveConfig> {
    /// How many points each bucket has; they lie one bucket after another.
    counts: Vec<usize>,
    points: Vec<(C::BaseField, C::BaseField)>,
    denominators: Vec<C::BaseField>,
}

impl<C: SWCurveConfig> Buckets<C> {
    fn new(buckets: usize, points: usize) -> Self {
        Self {
            counts: vec![0; buckets],
            points: Vec::with_capacity(points),
            denominators: Vec::with_capacity(points / 2),
        }
    }

    /// Sorts the points of a place into buckets, those with negative digits negated.
    fn fill(&mut self, points: &[Affine<C>], digits: &[i32]) {
        let bucket = |digit: i32| digit.unsigned_abs() as usize - 1;
        self.counts.fill(0);
        for digit in digits.iter().filter(|digit| **digit != 0) {
            self.counts[bucket(*digit)] += 1;
        }
        let mut next: Vec<usize> = Vec::with_capacity(self.counts.len());
        let mut start = 0;
        for count in &self.counts {
            next.push(start);
            start += count;
        }
        let zero = C::BaseField::zero();
        self.points.clear();
        self.points.resize(start, (zero, zero));
        for (point, digit) in points.iter().zip(digits).filter(|(_, digit)| **digit != 0) {
            let place = &mut next[bucket(*digit)];
            self.points[*place] = (point.x, if *digit < 0 { -point.y } else { point.y });
            *place += 1;
        }
    }

    /// Adds each bucket's points in pairs; false if no bucket had two.
    fn halve(&mut self) -> bool {
        self.denominators.clear();
        let mut start = 0;
        for count in &self.counts {
            for pair in self.points[start..start + count].chunks_exact(2) {
                self.denominators.push(denominator(pair[0], pair[1]));
            }
            start += count;
        }
        if self.denominators.is_empty() {
            return false;
        }
        batch_inversion(&mut self.denominators);
        let mut inverses = self.denominators.iter();
        let (mut read, mut write) = (0, 0);
        for count in &mut self.counts {
            let (end, from) = (read + *count, write);
            while read + 1 < end {
                let inverse = inverses.next().expect("an inverse for each pair");
                if let Some(sum) = add(self.points[read], self.points[read + 1], *inverse) {
                    self.points[write] = sum;
                    write += 1;
                }
                read += 2;
            }
            if read < end {
                self.points[write] = self.points[read];
                write += 1;
                read += 1;
            }
            *count = write - from;
        }
        self.points.truncate(write);
        true
    }

    /// Σ k·bucketₖ, of buckets with one point at most.
    fn weighted_sum(&self) -> Projective<C> {
        let (mut running, mut sum) = (Projective::<C>::zero(), Projective::<C>::zero());
        let mut at = self.points.len();
        for count in self.counts.iter().rev() {
            if *count == 1 {
                at -= 1;
                let (x, y) = self.points[at];
                running += Affine::<C>::new_unchecked(x, y);
            }
            sum += running;
        }
        sum
    }
}

/// What the slope between two points is divided by; 0 if their sum is at infinity.
fn denominator<F: Field>(one: (F, F), other: (F, F)) -> F {
    if one.0 != other.0 {
        return other.0 - one.0;
    }
    if one.1 == other.1 {
        one.1.double()
    } else {
        F::zero()
    }
}

/// The sum of two points on y² = x³ + b, given the inverse of [`denominator`]; nothing if it is at infinity.
fn add<F: Field>(one: (F, F), other: (F, F), inverse: F) -> Option<(F, F)> {
    if inverse.is_zero() {
        return None;
    }
    let slope = if one.0 == other.0 {
        let square = one.0.square();
        (square.double() + square) * inverse
    } else {
        (other.1 - one.1) * inverse
    };
    let x = slope.square() - one.0 - other.0;
    Some((x, slope * (one.0 - x) - one.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_bn254::{G1Affine, G1Projective, G2Affine, G2Projective};
    use ark_ec::{AffineRepr, CurveGroup};
    use ark_ff::UniformRand;
    use ark_std::rand::{Rng, SeedableRng, rngs::StdRng};

    /// Factors of every size, zeros, ones and the order less one; points repeated and negated.
    fn agrees<G: CurveGroup<ScalarField = Fr>>(
        ours: impl Fn(&[G::Affine], &[BigInt<4>]) -> G,
        seed: u64,
    ) {
        let mut rng = StdRng::seed_from_u64(seed);
        for count in [0, 1, 2, 15, 16, 17, 100, 700] {
            let mut points: Vec<G> = (0..count).map(|_| G::rand(&mut rng)).collect();
            let mut factors: Vec<Fr> = (0..count).map(|_| Fr::rand(&mut rng)).collect();
            for at in 1..count {
                match rng.gen_range(0..8) {
                    0 => points[at] = points[at - 1],
                    1 => {
                        points[at] = -points[at - 1];
                        factors[at] = factors[at - 1];
                    }
                    2 => factors[at] = Fr::from(rng.gen_range(0..4_u64)),
                    3 => factors[at] = -Fr::from(rng.gen_range(1..4_u64)),
                    4 => factors[at] = factors[at - 1],
                    _ => {}
                }
            }
            let points = G::normalize_batch(&points);
            let theirs = G::msm(&points, &factors).unwrap();
            let factors: Vec<_> = factors.iter().map(|factor| factor.into_bigint()).collect();
            assert!(
                ours(&points, &factors) == theirs,
                "count={count} seed={seed}"
            );
        }
    }

    #[test]
    fn sums_are_those_of_the_library_whatever_points_and_factors_repeat() {
        for seed in 1..4 {
            agrees::<G1Projective>(sum, seed);
            agrees::<G2Projective>(sum, seed);
        }
        let (one, two) = (G1Affine::generator(), G2Affine::generator());
        let order_less_one = (-Fr::from(1)).into_bigint();
        assert!(sum(&[one; 50], &[order_less_one; 50]) == -(one * Fr::from(50)));
        assert!(
            sum(&[two; 50], &[BigInt::from(1_u64 << 63); 50])
                == two * (Fr::from(1_u64 << 63) * Fr::from(50))
        );
    }
}
