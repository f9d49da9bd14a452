//! What contracts say to each other: the shapes of messages and queries that
//! cross from one contract to another, once for both sides.
//!
//! A contract's own `msg.rs` is what everyone may send it; here stands only
//! what a *peer* sends, so that no contract needs another one's crate. A
//! peer's address is a parameter and may be empty while the peer does not
//! exist: a message that MUST arrive is then skipped ([`must`]), a query is
//! refused ([`pull`]).
//!
//! | module | answers | to |
//! |---|---|---|
//! | [`credit`] | open, close, standing; holds; positions | members, every holder |
//! | [`members`] | standing, eligible, count, controllers, related, barred | everyone |
//! | [`sortition`] | cases of juries | members, clearing, credit … |
//! | [`trust`] | identity commitments; gates and what was shown at them | members; consumers |
//! | [`assembly`] | the one shape of a decision | everyone |
//! | [`commons`] | who has a say in a commons; what its monitors read | assembly; prices, factors |
//! | [`items`] | what a member still has open anywhere | members |

pub mod assembly;
pub mod commons;
pub mod credit;
pub mod items;
pub mod members;
pub mod sortition;
pub mod trust;

use cosmwasm_schema::serde::{Serialize, de::DeserializeOwned};
use cosmwasm_std::{CosmosMsg, CustomQuery, QuerierWrapper, SubMsg, WasmMsg, to_json_binary};

/// A peer could not be asked or told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeerError {
    /// The parameter that names it is empty.
    #[error("no peer: {name} is not set in the parameters; the authority sets it")]
    Absent {
        /// The parameter.
        name: &'static str,
    },
    /// It refused or gave no readable answer.
    #[error("peer did not answer: {name}: {why}")]
    Silent {
        /// The parameter.
        name: &'static str,
        /// What it said.
        why: String,
    },
}

/// A message that MUST succeed for the whole transaction to succeed: no reply,
/// so its failure is ours. `None` where the peer does not exist yet.
#[must_use]
#[allow(clippy::missing_panics_doc, reason = "it cannot panic: see the expect")]
pub fn must<C>(peer: &str, message: &impl Serialize) -> Option<SubMsg<C>> {
    if peer.is_empty() {
        return None;
    }
    let msg = to_json_binary(message).expect("messages of this module are plain data");
    Some(SubMsg::new(CosmosMsg::Wasm(WasmMsg::Execute {
        contract_addr: peer.to_owned(),
        msg,
        funds: vec![],
    })))
}

/// A question at the moment of use; no answer refuses the asking message.
///
/// # Errors
/// [`PeerError`]: no such peer yet, or it did not answer in this shape.
pub fn pull<T: DeserializeOwned, Q: CustomQuery>(
    querier: QuerierWrapper<'_, Q>,
    name: &'static str,
    peer: &str,
    question: &impl Serialize,
) -> Result<T, PeerError> {
    if peer.is_empty() {
        return Err(PeerError::Absent { name });
    }
    querier
        .query_wasm_smart(peer, question)
        .map_err(|why| PeerError::Silent {
            name,
            why: why.to_string(),
        })
}
