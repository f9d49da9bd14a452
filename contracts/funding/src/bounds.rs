//! What is given from outside is bounded before it is kept.

use crate::error::ContractError;

/// A text of at most so many bytes; of control characters only line breaks and tabs.
///
/// # Errors
/// [`ContractError::TooLong`], [`ContractError::ControlCharacter`].
pub fn text(what: &'static str, text: &str, most: usize) -> Result<(), ContractError> {
    if text.len() > most {
        return Err(ContractError::TooLong {
            what,
            bytes: text.len(),
            most,
        });
    }
    if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\t'))
    {
        return Err(ContractError::ControlCharacter { what });
    }
    Ok(())
}

/// A name: a text of one line that says something.
///
/// # Errors
/// As [`text`]; [`ContractError::Missing`] if it is empty.
pub fn named(what: &'static str, name: &str, most: usize) -> Result<(), ContractError> {
    if name.trim().is_empty() {
        return Err(ContractError::Missing { what });
    }
    if name.contains(['\n', '\t']) {
        return Err(ContractError::ControlCharacter { what });
    }
    text(what, name, most)
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

/// 32 bytes from lower-case hexadecimal.
///
/// # Errors
/// [`ContractError::NotHex`].
pub fn hash(what: &'static str, text: &str) -> Result<[u8; 32], ContractError> {
    if text.len() != 64 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(ContractError::NotHex { what });
    }
    let digit = |b: u8| if b <= b'9' { b - b'0' } else { b - b'a' + 10 };
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = 16 * digit(pair[0]) + digit(pair[1]);
    }
    Ok(bytes)
}
