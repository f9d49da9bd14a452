//! A deal's key, and ratings sealed with it.

use ark_bn254::Fr;
use ark_ff::PrimeField;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::entry::Rating;
use crate::error::MailboxError;
use crate::hash::{fr, p2, p3};
use crate::tag::{self, Element, selector};

/// Who rates whom: each direction has a mask and a blinding of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// 0: a, who opened the deal, rates b.
    AtoB,
    /// 1: b, who accepted it, rates a.
    BtoA,
}

impl Direction {
    /// Both.
    pub const ALL: [Self; 2] = [Self::AtoB, Self::BtoA];

    /// 0 or 1.
    #[must_use]
    pub fn number(self) -> u64 {
        self as u64
    }
}

impl TryFrom<u8> for Direction {
    type Error = MailboxError;

    fn try_from(number: u8) -> Result<Self, MailboxError> {
        match number {
            0 => Ok(Self::AtoB),
            1 => Ok(Self::BtoA),
            _ => Err(MailboxError::OutOfRange {
                what: "dir",
                value: number.into(),
                most: 1,
            }),
        }
    }
}

/// The key of one deal, which its two partners share. Erased from memory when dropped.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct DealKey {
    /// The key in the field.
    pub key: Fr,
    /// The deal's number in the field.
    pub deal: Fr,
}

impl std::fmt::Debug for DealKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "DealKey(secret)")
    }
}

/// A rating as the chain sees it, and its blinding as the partners know it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Sealed {
    /// P2(packed, ρ): what is put into the mailbox.
    pub c: Fr,
    /// packed + mask: what the owner decrypts.
    pub ct: Fr,
    /// P3(key, deal, sel(3 + dir)).
    pub rho: Fr,
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Sealed(c={} ct={})", self.c, self.ct)
    }
}

impl DealKey {
    /// F("key", shared secret, deal). An all-zero secret is refused: an entry
    /// that cannot be opened would lock its owner out.
    pub fn new(shared: [u8; 32], deal: &Element) -> Result<Self, MailboxError> {
        if shared == [0; 32] {
            return Err(MailboxError::ZeroSecret);
        }
        Ok(Self {
            key: fr(&tag::hash("key", &[&shared, deal])),
            deal: fr(deal),
        })
    }

    /// K, what the deal shows of its key: P3(key, deal, sel0).
    #[must_use]
    pub fn k(&self) -> Fr {
        self.part(selector::KEY)
    }

    /// The blinding of a direction.
    #[must_use]
    pub fn rho(&self, direction: Direction) -> Fr {
        self.part(selector::RHO + direction.number())
    }

    fn pad(&self, direction: Direction) -> Fr {
        self.part(selector::PAD + direction.number())
    }

    fn part(&self, selector: u64) -> Fr {
        p3(self.key, self.deal, selector)
    }

    /// Seals a rating.
    pub fn seal(&self, direction: Direction, rating: &Rating) -> Result<Sealed, MailboxError> {
        rating.check()?;
        let (packed, rho) = (Fr::from(rating.packed()), self.rho(direction));
        Ok(Sealed {
            c: p2(packed, rho),
            ct: packed + self.pad(direction),
            rho,
        })
    }

    /// Opens what the other sealed.
    pub fn open(&self, direction: Direction, ct: Fr) -> Result<Rating, MailboxError> {
        let [packed, high @ ..] = (ct - self.pad(direction)).into_bigint().0;
        match high {
            [0, 0, 0] => Rating::unpack(packed),
            _ => Err(MailboxError::NotARating),
        }
    }
}
