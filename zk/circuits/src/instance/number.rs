//! Numbers in text. Nothing is copied on the way: digits may be a secret's.
use ark_bn254::Fr;
use ark_ff::{BigInt, PrimeField};

/// An element: decimal, or `0x` and 64 hexadecimal digits; below the order.
pub(super) fn element(text: &str) -> Option<Fr> {
    let limbs = match text.strip_prefix("0x") {
        Some(digits) => (digits.len() == 64).then(|| limbs(digits, 16)).flatten(),
        None => limbs(text, 10),
    };
    Fr::from_bigint(BigInt(limbs?))
}

/// A number of 64 bits, decimal.
pub(super) fn small(text: &str) -> Option<u64> {
    match limbs(text, 10)? {
        [low, 0, 0, 0] => Some(low),
        _ => None,
    }
}

/// A number below 2^256, lowest 64 bits first.
fn limbs(digits: &str, base: u32) -> Option<[u64; 4]> {
    // one way to write each decimal number, as snarkjs has it
    let canonical = base == 16 || digits == "0" || !digits.starts_with('0');
    if digits.is_empty() || !canonical {
        return None;
    }
    let mut limbs = [0u64; 4];
    for digit in digits.chars() {
        let mut carry = u128::from(digit.to_digit(base)?);
        for limb in &mut limbs {
            let next = u128::from(*limb) * u128::from(base) + carry;
            *limb = next as u64;
            carry = next >> 64;
        }
        if carry != 0 {
            return None;
        }
    }
    Some(limbs)
}

#[cfg(test)]
mod tests {
    use ark_ff::{AdditiveGroup, Field};

    use super::*;

    #[test]
    fn an_element_is_decimal_or_0x_with_64_digits_and_below_the_order() {
        let order = Fr::MODULUS.to_string();
        assert_eq!(element(&order), None);
        let largest = (-Fr::ONE).into_bigint().to_string();
        assert_eq!(element(&largest), Some(-Fr::ONE));
        assert_eq!(element("0"), Some(Fr::ZERO));
        assert_eq!(element(&format!("0x{:064x}", 0xab)), Some(171u64.into()));
        let all = "f".repeat(64);
        for wrong in [
            "",
            "00",
            "01",
            "-1",
            "+1",
            " 1",
            "1.0",
            "1e3",
            "0x",
            "0xab",
            "x",
            "１",
            &format!("0x{all}"),
            &format!("0x+{}", "0".repeat(63)),
            &"9".repeat(78),
            &"9".repeat(10_000),
        ] {
            assert_eq!(element(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_small_number_has_64_bits() {
        assert_eq!(small("18446744073709551615"), Some(u64::MAX));
        assert_eq!(small("18446744073709551616"), None);
        assert_eq!(small("0x10"), None);
        assert_eq!(small("007"), None);
    }
}
