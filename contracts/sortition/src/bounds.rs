//! What is given from outside is bounded before it is kept.

use crate::error::ContractError;

/// Most items of any list in a message.
pub const MAX_ITEMS: usize = 50;

/// A text of one to so many bytes, without control characters.
///
/// # Errors
/// [`ContractError::Text`].
pub fn text(what: &'static str, text: &str, most: usize) -> Result<(), ContractError> {
    if text.is_empty() || text.len() > most || text.chars().any(char::is_control) {
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
pub fn within(what: &'static str, value: u64, least: u64, most: u64) -> Result<(), ContractError> {
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
