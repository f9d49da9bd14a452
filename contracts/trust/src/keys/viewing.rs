//! Viewing keys: X25519, numbered.

use cosmwasm_std::{HexBinary, Storage};
use mycel_kit::key::StateError;

use super::{KeysError, state};
use crate::bounds;
use crate::call::Call;
use crate::element::bytes;
use crate::error::ContractError;
use crate::mailbox;

/// Most versions of a person's viewing key.
pub const MAX_VERSIONS: u32 = 256;

/// A member publishes its next viewing key.
///
/// # Errors
/// A stranger, or a key without the role recover; a viewing key that is its last one, or with which every secret is zero.
pub fn publish(call: &mut Call<'_>, key: &HexBinary) -> Result<(), ContractError> {
    let person = call.keeper()?;
    mailbox::enrolled(call.storage, person)?;
    let key = bytes("viewing key", key)?;
    if low_order(&key) {
        let why = "every secret made with it would be zero";
        return Err(KeysError::Viewing { why }.into());
    }
    let newest = state::newest(person).may_load(call.storage)?.unwrap_or(0);
    if newest > 0 && state::viewing(person, newest).load(call.storage)? == key {
        let why = "it is the last one";
        return Err(KeysError::Viewing { why }.into());
    }
    let version = newest.saturating_add(1);
    bounds::within("version", version, 1u32, MAX_VERSIONS)?;
    state::viewing(person, version).save(call.storage, &key);
    state::newest(person).save(call.storage, &version);
    call.event("viewing_key", &[("person", &person), ("version", &version)]);
    Ok(())
}

/// A person's viewing key: of this version, or the newest. Gives the version, too.
///
/// # Errors
/// Only for unreadable state.
pub fn viewing_key(
    storage: &dyn Storage,
    person: u64,
    version: Option<u32>,
) -> Result<Option<(u32, [u8; 32])>, StateError> {
    let version = match version {
        Some(version) => version,
        None => state::newest(person).may_load(storage)?.unwrap_or(0),
    };
    let key = state::viewing(person, version).may_load(storage)?;
    Ok(key.map(|key| (version, key)))
}

/// Points of small order on Curve25519 and its twist, below 2^255 and in all
/// their encodings: u in {0, 1, p − 1, p, p + 1} and two of order eight.
fn low_order(key: &[u8; 32]) -> bool {
    const EIGHT: [[u8; 32]; 2] = [
        [
            0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f,
            0xc4, 0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16,
            0x5f, 0x49, 0xb8, 0x00,
        ],
        [
            0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83,
            0xef, 0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd,
            0xd0, 0x9f, 0x11, 0x57,
        ],
    ];
    let mut key = *key;
    // the highest bit means nothing
    key[31] &= 0x7f;
    let around_p = key[31] == 0x7f
        && key[1..31].iter().all(|byte| *byte == 0xff)
        && (0xec..=0xee).contains(&key[0]);
    let small = key[0] <= 1 && key[1..].iter().all(|byte| *byte == 0);
    small || around_p || EIGHT.contains(&key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_with_which_every_secret_is_zero_are_known_in_all_encodings() {
        let with = |first: u8, middle: u8, last: u8| {
            let mut key = [middle; 32];
            (key[0], key[31]) = (first, last);
            key
        };
        for bad in [
            with(0, 0, 0),
            with(1, 0, 0),
            with(1, 0, 0x80),
            with(0xec, 0xff, 0x7f),
            with(0xed, 0xff, 0x7f),
            with(0xee, 0xff, 0xff),
        ] {
            assert!(low_order(&bad), "{bad:?}");
        }
        assert!(!low_order(&with(9, 0, 0)));
        assert!(!low_order(&with(0xeb, 0xff, 0x7f)));
        assert!(!low_order(&[7; 32]));
    }
}
