//! What the contract says of a member, opened.

use mycel_mailbox::Attr;

use crate::gadgets::bits::{number, require_range};
use crate::sheet::Sheet;
use crate::wire::Wire;

/// Periods and days.
pub const TIME_BITS: usize = 24;
/// Vouching.
pub const VOUCH_BITS: usize = 7;

/// Opened attributes.
pub struct Attributes {
    /// The period of joining.
    pub joined: Wire,
    /// The day on which the key was set.
    pub keyed: Wire,
    /// Vouching.
    pub vouch: Wire,
    /// joined + 2^24·keyed + 2^48·vouch, as it stands in the leaf.
    pub packed: Wire,
}

/// Group `attributes`. Forces: the parts have 24, 24 and 7 bits. Otherwise one
/// could move from one part to the next: a key set 2^24 days ago and one
/// more vouching pack to the same number.
pub fn attributes(sheet: &mut Sheet, attr: &Attr) -> Attributes {
    sheet.group("attributes", |sheet| {
        let joined = number(sheet, attr.joined.into(), TIME_BITS);
        let keyed = number(sheet, attr.keyed.into(), TIME_BITS);
        let vouch = number(sheet, attr.vouch.into(), VOUCH_BITS);
        let packed = &joined + &keyed * (1 << 24) + &vouch * (1 << 48);
        Attributes {
            joined,
            keyed,
            vouch,
            packed,
        }
    })
}

/// Group `cutoff`. Forces: the key was set on the cutoff or before. Otherwise a
/// new key would give a second nullifier in a term that runs.
pub fn keyed_by(sheet: &mut Sheet, keyed: &Wire, cutoff: &Wire) {
    sheet.group("cutoff", |sheet| {
        require_range(sheet, &(cutoff - keyed), TIME_BITS)
    });
}
