//! Who may call what.
//!
//! `member`: the sender has an account. `authority`: the sender is the address
//! that the parameters name (the assembly, or a key until there is one).
//! `anyone`: work that only advances what is already decided.

use cosmwasm_schema::cw_serde;

/// How weighty a decision is; a later class includes the earlier ones.
#[cw_serde]
#[derive(Copy, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Day-to-day.
    Ordinary,
    /// Spends from the commons.
    Spending,
    /// Changes rules, bounds, code or peers.
    Constitutional,
}

/// Who voted.
#[cw_serde]
#[derive(Eq)]
pub enum Electorate {
    /// All members.
    All,
    /// The members of one commons.
    Commons(crate::Id),
    /// The members of one organisation.
    Organisation(crate::Id),
}

/// The caller is not the one this message is for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unauthorized: sender={sender} needs={needs}")]
pub struct Unauthorized {
    /// Who called.
    pub sender: String,
    /// Who may call.
    pub needs: String,
}

/// Only `authority` may go on.
///
/// # Errors
/// [`Unauthorized`] for anyone else.
pub fn only(sender: &str, authority: &str) -> Result<(), Unauthorized> {
    if sender == authority {
        Ok(())
    } else {
        Err(Unauthorized {
            sender: sender.to_owned(),
            needs: authority.to_owned(),
        })
    }
}
