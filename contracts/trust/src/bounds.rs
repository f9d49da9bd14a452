//! What is given from outside is bounded before it is kept.

use crate::error::ContractError;

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
    value: impl Into<u64>,
    least: impl Into<u64>,
    most: impl Into<u64>,
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

/// A text of one line that says something, of at most so many bytes.
///
/// # Errors
/// [`ContractError::Text`].
pub fn named(what: &'static str, text: &str, most: usize) -> Result<(), ContractError> {
    let fits = !text.trim().is_empty() && text.len() <= most && !text.contains(char::is_control);
    fits.then_some(()).ok_or(ContractError::Text { what, most })
}
