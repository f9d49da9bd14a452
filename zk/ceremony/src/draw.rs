//! Drawing from a seed the way snarkjs does, so that its chains verify here and ours there.
//!
//! ChaCha with 20 rounds, a counter from 0, the seed's eight words read big-endian. An element is four 64-bit words,
//! lowest first, each with its higher half drawn first, cut to 254 bits, drawn again until below the modulus, and taken
//! as it is for a Montgomery form.
use ark_bn254::{Fq, Fq2, Fr, G1Affine, G2Affine, g2};
use ark_ec::{
    AffineRepr, CurveGroup,
    models::{CurveConfig, short_weierstrass::SWCurveConfig},
};
use ark_ff::{BigInt, Field, PrimeField, Zero};
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{RngCore, SeedableRng},
};

pub(crate) struct Draw(ChaCha20Rng);

impl Draw {
    /// From the first 32 bytes of a hash.
    pub(crate) fn new(hash: &[u8]) -> Self {
        let mut seed = [0; 32];
        for (word, bytes) in seed.chunks_exact_mut(4).zip(hash.chunks_exact(4)) {
            word.copy_from_slice(bytes);
            word.reverse();
        }
        Self(ChaCha20Rng::from_seed(seed))
    }

    fn below(&mut self, modulus: &BigInt<4>) -> BigInt<4> {
        loop {
            let mut limbs = [0_u64; 4];
            for limb in &mut limbs {
                let high = u64::from(self.0.next_u32());
                *limb = high << 32 | u64::from(self.0.next_u32());
            }
            limbs[3] &= u64::MAX >> 2;
            let number = BigInt::new(limbs);
            if number < *modulus {
                return number;
            }
        }
    }

    pub(crate) fn fr(&mut self) -> Fr {
        Fr::new_unchecked(self.below(&Fr::MODULUS))
    }

    fn fq(&mut self) -> Fq {
        Fq::new_unchecked(self.below(&Fq::MODULUS))
    }

    fn point<F: Field>(
        &mut self,
        mut x: impl FnMut(&mut Self) -> F,
        b: F,
        upper: impl Fn(&F) -> bool,
    ) -> (F, F) {
        loop {
            let x = x(self);
            let wants_upper = self.0.next_u32() & 1 == 1;
            if let Some(y) = (x.square() * x + b).sqrt() {
                let y = if wants_upper == upper(&y) { y } else { -y };
                return (x, y);
            }
        }
    }

    pub(crate) fn g1(&mut self) -> G1Affine {
        let (x, y) = self.point(Self::fq, ark_bn254::g1::Config::COEFF_B, is_upper);
        G1Affine::new_unchecked(x, y)
    }

    pub(crate) fn g2(&mut self) -> G2Affine {
        let (x, y) = self.point(
            |draw| {
                let c0 = draw.fq();
                Fq2::new(c0, draw.fq())
            },
            g2::Config::COEFF_B,
            |y| {
                if y.c1.is_zero() {
                    is_upper(&y.c0)
                } else {
                    is_upper(&y.c1)
                }
            },
        );
        // by the cofactor itself: faster ways to clear it give another point
        G2Affine::new_unchecked(x, y)
            .mul_bigint(g2::Config::COFACTOR)
            .into_affine()
    }
}

fn is_upper(value: &Fq) -> bool {
    value.into_bigint() > Fq::MODULUS_MINUS_ONE_DIV_TWO
}
