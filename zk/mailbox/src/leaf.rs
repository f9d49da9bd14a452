//! Leaves of the tree, and what the contract says of a member in them.

use ark_bn254::Fr;

use crate::entry::PERIODS;
use crate::error::MailboxError;
use crate::hash::poseidon;

/// Vouching has seven bits in a leaf; the contract writes at most 64.
pub const VOUCH_MOST: u8 = 127;

/// What the contract writes of a member.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Attr {
    /// The period of joining.
    pub joined: u32,
    /// The day on which the identity's key was set.
    pub keyed: u32,
    /// Live weight in members, 0..=64.
    pub vouch: u8,
}

impl Attr {
    /// joined + 2^24·keyed + 2^48·vouch.
    #[must_use]
    pub fn packed(&self) -> u64 {
        u64::from(self.joined) | u64::from(self.keyed) << 24 | u64::from(self.vouch) << 48
    }

    /// Refuses what does not fit 24, 24 and 7 bits.
    pub fn check(&self) -> Result<(), MailboxError> {
        let periods = u64::from(PERIODS) - 1;
        for (what, value, most) in [
            ("joined", self.joined.into(), periods),
            ("keyed", self.keyed.into(), periods),
            ("vouch", self.vouch.into(), u64::from(VOUCH_MOST)),
        ] {
            if value > most {
                return Err(MailboxError::OutOfRange { what, value, most });
            }
        }
        Ok(())
    }
}

/// P5(idc, C, F, H, attr).
#[must_use]
pub fn leaf(idc: Fr, c: Fr, f: Fr, h: Fr, attr: &Attr) -> Fr {
    poseidon(&[idc, c, f, h, attr.packed().into()])
}
