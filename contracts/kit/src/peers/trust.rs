//! What members tell trust.

use cosmwasm_schema::cw_serde;

use crate::Id;

/// Messages of members.
#[cw_serde]
pub enum TrustMsg {
    /// A new person's identity commitment.
    Enrol {
        /// The person.
        person: Id,
        /// The commitment, 32 bytes in hexadecimal.
        idc: String,
    },
    /// A person left; `set_leaf` tells when it is back.
    Retire {
        /// The person.
        person: Id,
    },
    /// A person's standing or vouches changed.
    SetLeaf {
        /// The person.
        person: Id,
        /// Whether the leaf counts.
        live: bool,
        /// Weight of the vouches received.
        vouch: u32,
    },
}
