//! A rating: what its parts may be, and how it is packed and committed to.

use ark_bn254::Fr;

use crate::gadgets::bits::{boolean, number};
use crate::gadgets::poseidon::poseidon;
use crate::sheet::Sheet;
use crate::wire::Wire;

/// Weights.
pub const WEIGHT_BITS: usize = 16;
/// Ecological effect and reciprocity.
pub const MILLE_BITS: usize = 10;

/// A rating's parts.
pub struct Parts {
    /// 0 or 1.
    pub outcome: Wire,
    /// The deal's weight.
    pub weight: Wire,
    /// Ecological effect.
    pub eco: Wire,
    /// Reciprocity.
    pub reciprocity: Wire,
}

impl Parts {
    /// New parts. Forces: 1, 16, 10 and 10 bits. Otherwise a rating could be
    /// opened as another that packs to the same number: outcome 100 and weight
    /// 0 for outcome 0 and weight 50.
    pub fn ranged(sheet: &mut Sheet, rating: &mycel_mailbox::Rating) -> Self {
        Self {
            outcome: boolean(sheet, rating.outcome),
            weight: number(sheet, rating.weight.into(), WEIGHT_BITS),
            eco: number(sheet, rating.eco.into(), MILLE_BITS),
            reciprocity: number(sheet, rating.reciprocity.into(), MILLE_BITS),
        }
    }

    /// outcome + 2·weight + 2^17·eco + 2^27·reciprocity.
    #[must_use]
    pub fn packed(&self) -> Wire {
        Wire::combination([
            (Fr::from(1u64), &self.outcome),
            (Fr::from(2u64), &self.weight),
            (Fr::from(1u64 << 17), &self.eco),
            (Fr::from(1u64 << 27), &self.reciprocity),
        ])
    }
}

/// Forces: c = P2(packed, ρ).
pub fn commitment(sheet: &mut Sheet, packed: &Wire, rho: &Wire) -> Wire {
    poseidon(sheet, &[packed, rho])
}
