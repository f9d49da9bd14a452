//! Ratings, entries and the chain of heads.

use ark_bn254::Fr;

use crate::error::MailboxError;
use crate::hash::{p2, p3, poseidon};
use crate::tag::selector;

/// The most that eco and reciprocity may be: a rating of one.
pub const MILLE: u16 = 1000;
/// Periods and days are below 2^24.
pub const PERIODS: u32 = 1 << 24;

/// What one says of the other after a deal.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Rating {
    /// Whether the other kept its word.
    pub outcome: bool,
    /// The deal's weight; set by the contract, equal in both ratings.
    pub weight: u16,
    /// Ecological effect, 0..=1000.
    pub eco: u16,
    /// Reciprocity, 0..=1000.
    pub reciprocity: u16,
}

impl std::fmt::Debug for Rating {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Rating(secret of weight {})", self.weight)
    }
}

impl Rating {
    /// outcome + 2·weight + 2^17·eco + 2^27·reciprocity.
    ///
    /// One number for one rating as long as eco and reciprocity are below
    /// 2^10: they are at most 1000, see [`Rating::check`].
    #[must_use]
    pub fn packed(&self) -> u64 {
        u64::from(self.outcome)
            | u64::from(self.weight) << 1
            | u64::from(self.eco) << 17
            | u64::from(self.reciprocity) << 27
    }

    /// The rating of a packed number.
    pub fn unpack(packed: u64) -> Result<Self, MailboxError> {
        if packed >> 37 != 0 {
            return Err(MailboxError::NotARating);
        }
        let ten_bits = |shift: u32| (packed >> shift & 0x3ff) as u16;
        let rating = Self {
            outcome: packed & 1 == 1,
            weight: (packed >> 1 & 0xffff) as u16,
            eco: ten_bits(17),
            reciprocity: ten_bits(27),
        };
        rating.check()?;
        Ok(rating)
    }

    /// Refuses eco or reciprocity over 1000.
    pub fn check(&self) -> Result<(), MailboxError> {
        for (what, value) in [("eco", self.eco), ("reciprocity", self.reciprocity)] {
            if value > MILLE {
                return Err(MailboxError::OutOfRange {
                    what,
                    value: value.into(),
                    most: MILLE.into(),
                });
            }
        }
        Ok(())
    }

    /// This rating in a mailbox.
    #[must_use]
    pub fn entry(self, rho: Fr, period: u32) -> Entry {
        Entry {
            outcome: self.outcome,
            weight: self.weight,
            eco: self.eco,
            reciprocity: self.reciprocity,
            rho,
            period,
        }
    }
}

/// A rating in a mailbox.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Entry {
    /// Whether the owner kept its word.
    pub outcome: bool,
    /// The deal's weight.
    pub weight: u16,
    /// Ecological effect, 0..=1000.
    pub eco: u16,
    /// Reciprocity, 0..=1000.
    pub reciprocity: u16,
    /// The commitment's blinding; the two partners know it.
    pub rho: Fr,
    /// The period in which it was appended.
    pub period: u32,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { weight, period, .. } = self;
        write!(
            formatter,
            "Entry(secret of weight {weight} in period {period})"
        )
    }
}

impl Entry {
    /// The rating alone.
    #[must_use]
    pub fn rating(&self) -> Rating {
        Rating {
            outcome: self.outcome,
            weight: self.weight,
            eco: self.eco,
            reciprocity: self.reciprocity,
        }
    }

    /// See [`Rating::packed`].
    #[must_use]
    pub fn packed(&self) -> u64 {
        self.rating().packed()
    }

    /// c = P2(packed, ρ).
    #[must_use]
    pub fn commitment(&self) -> Fr {
        p2(self.packed().into(), self.rho)
    }

    /// The head after this entry.
    #[must_use]
    pub fn after(&self, head_before: Fr) -> Fr {
        head(head_before, self.commitment(), self.period)
    }
}

/// P3(head before, c, period): a period is below every selector.
#[must_use]
pub fn head(before: Fr, c: Fr, period: u32) -> Fr {
    poseidon(&[before, c, Fr::from(period)])
}

/// The head of an empty mailbox: P3(idc, inst, sel7).
#[must_use]
pub fn first_head(idc: Fr, instance: Fr) -> Fr {
    p3(idc, instance, selector::HEAD)
}
