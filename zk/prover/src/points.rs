//! Field elements and points as `.zkey` and `.ptau` files have them:
//! little-endian limbs in Montgomery form, uncompressed, all zero for infinity.
use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use ark_ff::{BigInt, BigInteger, PrimeField};

/// Bytes of a field element.
pub const FIELD: usize = 32;
/// Bytes of a point of G1.
pub const G1: usize = 2 * FIELD;
/// Bytes of a point of G2.
pub const G2: usize = 4 * FIELD;

fn limbs(bytes: &[u8]) -> BigInt<4> {
    let mut limbs = [0_u64; 4];
    for (limb, eight) in limbs.iter_mut().zip(bytes.chunks_exact(8)) {
        *limb = u64::from_le_bytes(eight.try_into().expect("chunks of eight"));
    }
    BigInt::new(limbs)
}

fn put(out: &mut Vec<u8>, number: BigInt<4>) {
    for limb in number.0 {
        out.extend_from_slice(&limb.to_le_bytes());
    }
}

fn read_fq(bytes: &[u8]) -> Option<Fq> {
    let number = limbs(bytes);
    (number < Fq::MODULUS).then(|| Fq::new_unchecked(number))
}

/// A scalar as `.r1cs` and `.wtns` have it: canonical, little-endian.
#[must_use]
pub fn read_plain(bytes: &[u8; FIELD]) -> Option<Fr> {
    Fr::from_bigint(limbs(bytes))
}

/// The inverse of [`read_plain`].
pub fn write_plain(out: &mut Vec<u8>, value: &Fr) {
    put(out, value.into_bigint());
}

/// A coefficient of a `.zkey`: its Montgomery form taken once more.
#[must_use]
pub fn read_coefficient(bytes: &[u8; FIELD]) -> Option<Fr> {
    let number = limbs(bytes);
    (number < Fr::MODULUS).then(|| Fr::new_unchecked(Fr::new_unchecked(number).into_bigint()))
}

/// The inverse of [`read_coefficient`].
pub fn write_coefficient(out: &mut Vec<u8>, value: &Fr) {
    let twice = Fr::from_bigint(value.0).expect("a Montgomery form is below the order");
    put(out, twice.0);
}

/// A point of G1; `None` unless canonical and on the curve. Infinity is allowed.
#[must_use]
pub fn read_g1(bytes: &[u8; G1]) -> Option<G1Affine> {
    if bytes.iter().all(|byte| *byte == 0) {
        return Some(G1Affine::identity());
    }
    let point = G1Affine::new_unchecked(read_fq(&bytes[..32])?, read_fq(&bytes[32..])?);
    point.is_on_curve().then_some(point)
}

/// A point of the twisted curve; `None` unless canonical and on it. Whether it
/// lies in G2 is not looked at: see [`in_group`].
#[must_use]
pub fn read_g2(bytes: &[u8; G2]) -> Option<G2Affine> {
    if bytes.iter().all(|byte| *byte == 0) {
        return Some(G2Affine::identity());
    }
    let element = |at: usize| {
        let (c0, c1) = (
            read_fq(&bytes[at..at + 32])?,
            read_fq(&bytes[at + 32..at + 64])?,
        );
        Some(Fq2::new(c0, c1))
    };
    let point = G2Affine::new_unchecked(element(0)?, element(64)?);
    point.is_on_curve().then_some(point)
}

/// Whether a point of the twisted curve lies in G2.
#[must_use]
pub fn in_group(point: &G2Affine) -> bool {
    point.is_in_correct_subgroup_assuming_on_curve()
}

/// The inverse of [`read_g1`].
pub fn write_g1(out: &mut Vec<u8>, point: &G1Affine) {
    match point.xy() {
        None => out.extend_from_slice(&[0; G1]),
        Some((x, y)) => [x, y].into_iter().for_each(|c| put(out, c.0)),
    }
}

/// The inverse of [`read_g2`].
pub fn write_g2(out: &mut Vec<u8>, point: &G2Affine) {
    match point.xy() {
        None => out.extend_from_slice(&[0; G2]),
        Some((x, y)) => [x.c0, x.c1, y.c0, y.c1]
            .into_iter()
            .for_each(|c| put(out, c.0)),
    }
}

/// A point of G1 as transcripts hash it: big-endian, canonical; zeros for infinity.
#[must_use]
pub fn plain_g1(point: &G1Affine) -> [u8; G1] {
    let mut out = [0; G1];
    if let Some((x, y)) = point.xy() {
        out[..32].copy_from_slice(&x.into_bigint().to_bytes_be());
        out[32..].copy_from_slice(&y.into_bigint().to_bytes_be());
    }
    out
}

/// A point of G2 as transcripts hash it: big-endian, the higher coordinate first.
#[must_use]
pub fn plain_g2(point: &G2Affine) -> [u8; G2] {
    let mut out = [0; G2];
    if let Some((x, y)) = point.xy() {
        for (at, c) in [x.c1, x.c0, y.c1, y.c0].iter().enumerate() {
            out[at * 32..at * 32 + 32].copy_from_slice(&c.into_bigint().to_bytes_be());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use ark_ec::CurveGroup;

    #[test]
    fn points_and_scalars_come_back_from_their_bytes() {
        let scalar = Fr::from(123_456_789_u64).pow_small(7);
        let (one, two) = (
            (G1Affine::generator() * scalar).into_affine(),
            (G2Affine::generator() * scalar).into_affine(),
        );
        let mut bytes = Vec::new();
        write_g1(&mut bytes, &one);
        assert_eq!(read_g1(&bytes[..].try_into().unwrap()), Some(one));
        bytes.clear();
        write_g2(&mut bytes, &two);
        assert_eq!(read_g2(&bytes[..].try_into().unwrap()), Some(two));
        bytes.clear();
        write_coefficient(&mut bytes, &scalar);
        assert_eq!(
            read_coefficient(&bytes[..].try_into().unwrap()),
            Some(scalar)
        );
        bytes.clear();
        write_plain(&mut bytes, &scalar);
        assert_eq!(read_plain(&bytes[..].try_into().unwrap()), Some(scalar));
        assert_eq!(read_g1(&[0; G1]), Some(G1Affine::identity()));
        assert_eq!(read_g2(&[0; G2]), Some(G2Affine::identity()));
    }

    #[test]
    fn numbers_not_below_the_modulus_and_points_off_the_curve_are_refused() {
        assert_eq!(read_g1(&[0xff; G1]), None);
        assert_eq!(read_g2(&[0xff; G2]), None);
        assert_eq!(read_plain(&[0xff; FIELD]), None);
        assert_eq!(read_coefficient(&[0xff; FIELD]), None);
        let mut off = Vec::new();
        write_g1(&mut off, &G1Affine::generator());
        off[0] ^= 1;
        assert_eq!(read_g1(&off[..].try_into().unwrap()), None);
        let mut off = Vec::new();
        write_g2(&mut off, &G2Affine::generator());
        off[100] ^= 1;
        assert_eq!(read_g2(&off[..].try_into().unwrap()), None);
    }

    trait PowSmall {
        fn pow_small(self, times: u32) -> Self;
    }
    impl PowSmall for Fr {
        fn pow_small(self, times: u32) -> Self {
            (0..times).fold(self, |value, _| value * value)
        }
    }
}
