//! What is given from outside is bounded before it is kept.

use crate::error::ContractError;

/// Most items of any list in a message.
pub const MAX_ITEMS: usize = 50;

/// A text of one to so many bytes, without control characters other than line breaks.
///
/// # Errors
/// [`ContractError::Text`].
pub fn text(what: &'static str, text: &str, most: usize) -> Result<(), ContractError> {
    let control = |c: char| c.is_control() && c != '\n';
    if text.trim().is_empty() || text.len() > most || text.chars().any(control) {
        return Err(ContractError::Text {
            what,
            bytes: text.len(),
            most,
        });
    }
    Ok(())
}

/// At most so many.
///
/// # Errors
/// [`ContractError::TooMany`].
pub fn count(what: &'static str, count: usize, most: usize) -> Result<(), ContractError> {
    if count <= most {
        return Ok(());
    }
    Err(ContractError::TooMany { what, count, most })
}

/// A number within its bounds.
///
/// # Errors
/// [`ContractError::OutOfBounds`].
pub fn within(
    what: &'static str,
    value: impl Into<u128>,
    least: impl Into<u128>,
    most: impl Into<u128>,
) -> Result<(), ContractError> {
    let (value, least, most) = (value.into(), least.into(), most.into());
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(ContractError::OutOfBounds {
        what,
        value,
        least,
        most,
    })
}

/// A SHA-256: 32 bytes.
///
/// # Errors
/// [`ContractError::Hash`].
pub fn hash(what: &'static str, bytes: &[u8]) -> Result<[u8; 32], ContractError> {
    bytes.try_into().map_err(|_| ContractError::Hash {
        what,
        bytes: bytes.len(),
    })
}
