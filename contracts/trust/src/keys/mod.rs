//! Identities and viewing keys of members, and how they change.
//!
//! An identity commitment is used once, by one person, for ever. It changes by
//! **rekey**, with the old secret, or by **reset** where the opening of the
//! state is lost: approved, once in eight periods, and all that was received is
//! given up. Both set the day of the key anew, so that a new key gives no second
//! nullifier in a term that runs.
//!
//! **Viewing keys** are numbered from 1; old ones stay, so that deals made with
//! them can be read.

pub mod ask;
pub mod error;
pub mod export;
pub mod rekey;
pub mod reset;
pub mod state;
pub mod viewing;

use cosmwasm_std::Storage;
use mycel_kit::key::StateError;

use crate::element::Element;
pub use error::KeysError;
pub use viewing::viewing_key;

/// A person takes an identity; `Err`: it was used before.
///
/// # Errors
/// Only for unreadable state.
pub fn claim(
    storage: &mut dyn Storage,
    idc: &Element,
    person: u64,
) -> Result<Result<(), KeysError>, StateError> {
    let key = state::identity(idc);
    if key.exists(storage) {
        let idc = cosmwasm_std::to_hex(idc);
        return Ok(Err(KeysError::Used { idc }));
    }
    key.save(storage, &person);
    Ok(Ok(()))
}

/// Who has or had an identity.
///
/// # Errors
/// Only for unreadable state.
pub fn owner(storage: &dyn Storage, idc: &Element) -> Result<Option<u64>, StateError> {
    state::identity(idc).may_load(storage)
}
