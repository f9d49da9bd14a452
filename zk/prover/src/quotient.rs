//! circom's way from rows to the quotient: A·B − C on the odd half of a domain
//! of twice the size.
use ark_bn254::Fr;
use ark_ff::FftField;
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};

/// From A·w and B·w on the domain to (A·B − C)(ω·x) for x in it, ω² its generator.
/// C is A∘B on the domain: whether the witness satisfies its constraints shows in the proof's verdict.
///
/// `None` if the length is not a power of two with a root of twice that order.
#[must_use]
pub fn odd_half(mut a: Vec<Fr>, mut b: Vec<Fr>) -> Option<Vec<Fr>> {
    let size = a.len();
    if !size.is_power_of_two() || b.len() != size {
        return None;
    }
    let domain = Radix2EvaluationDomain::<Fr>::new(size)?;
    let odd = domain.get_coset(odd_root(size)?)?;
    let mut c: Vec<Fr> = a.iter().zip(&b).map(|(a, b)| *a * b).collect();
    for values in [&mut a, &mut b, &mut c] {
        domain.ifft_in_place(values);
        odd.fft_in_place(values);
    }
    for ((a, b), c) in a.iter_mut().zip(b).zip(c) {
        *a *= b;
        *a -= c;
    }
    Some(a)
}

/// A root of unity of order twice `size`.
#[must_use]
pub fn odd_root(size: usize) -> Option<Fr> {
    Fr::get_root_of_unity(2 * size as u64)
}

/// Lagrange polynomials of the odd half at τ, as section 9 of a key has them before δ: those of the domain of twice the
/// size at odd places. Their highest power of τ may be missing (files of powers end before it): no quotient has it.
#[must_use]
pub fn odd_lagrange(size: usize, tau: Fr) -> Option<Vec<Fr>> {
    let double = Radix2EvaluationDomain::<Fr>::new(2 * size)?;
    let all = double.evaluate_all_lagrange_coefficients(tau);
    Some(all.into_iter().skip(1).step_by(2).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ff::Zero;

    #[test]
    fn the_odd_half_with_its_lagrange_values_is_the_product_minus_the_third_polynomial_at_tau() {
        let tau = Fr::from(987_654_321_u64);
        for size in [1_usize, 2, 8, 64] {
            let value = |seed: u64| -> Vec<Fr> {
                (0..size as u64)
                    .map(|i| Fr::from(seed + 31 * i * i))
                    .collect()
            };
            let (a, b) = (value(3), value(1_000_003));
            let domain = Radix2EvaluationDomain::<Fr>::new(size).unwrap();
            let lagrange = domain.evaluate_all_lagrange_coefficients(tau);
            let at =
                |values: &[Fr]| -> Fr { values.iter().zip(&lagrange).map(|(v, l)| *v * l).sum() };
            let c: Vec<Fr> = a.iter().zip(&b).map(|(a, b)| *a * b).collect();
            let expected = at(&a) * at(&b) - at(&c);
            let odd = odd_half(a, b).unwrap();
            let got: Fr = odd
                .iter()
                .zip(odd_lagrange(size, tau).unwrap())
                .map(|(v, l)| *v * l)
                .sum();
            assert_eq!(got, expected, "size={size}");
            assert!(size == 1 || !got.is_zero());
        }
    }

    #[test]
    fn lengths_without_a_domain_are_refused() {
        let ones = |n| vec![Fr::from(1_u64); n];
        assert!(odd_half(ones(3), ones(3)).is_none());
        assert!(odd_half(ones(4), ones(2)).is_none());
    }
}
