//! The one shape of a privileged act.

use cosmwasm_schema::cw_serde;

use crate::Id;
use crate::roles::{Class, Electorate};

/// A decision as it reaches the contract that carries it out: the receiver
/// checks that the sender is the assembly, then its own table action → (least
/// class, electorate).
#[cw_serde]
pub enum AssemblyMsg<A> {
    /// Carries out one action.
    Decided {
        /// The proposal.
        proposal: Id,
        /// Who voted.
        electorate: Electorate,
        /// The class that was reached.
        class: Class,
        /// The receiver's own action.
        action: A,
    },
}
