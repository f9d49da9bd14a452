//! Answers about keys.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{HexBinary, Storage};
use mycel_kit::peers::trust::Identity;

use super::{KeysError, viewing_key};
use crate::element::hex;
use crate::error::ContractError;
use crate::mailbox;

/// Answer to `viewing_key`.
#[cw_serde]
pub struct ViewingKey {
    /// Its version.
    pub version: u32,
    /// The key.
    pub key: HexBinary,
}

/// A viewing key.
///
/// # Errors
/// None of that version.
pub fn viewing(
    storage: &dyn Storage,
    person: u64,
    version: Option<u32>,
) -> Result<ViewingKey, ContractError> {
    let found = viewing_key(storage, person, version)?;
    let (version, key) = found.ok_or(KeysError::Viewing {
        why: "there is none of this version",
    })?;
    Ok(ViewingKey {
        version,
        key: HexBinary::from(key),
    })
}

/// The identity a person has now.
///
/// # Errors
/// Nobody enrolled.
pub fn identity(storage: &dyn Storage, person: u64) -> Result<Identity, ContractError> {
    let mailbox = mailbox::enrolled(storage, person)?;
    Ok(Identity {
        idc: hex(&mailbox.idc),
        live: mailbox.counts(),
    })
}
