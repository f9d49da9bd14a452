//! What is given from outside is bounded before it is kept.

use crate::error::ContractError;

/// A text of at most so many bytes, without control characters.
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
    if text.chars().any(char::is_control) {
        return Err(ContractError::ControlCharacter { what });
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

/// Bytes of a fixed length from lower-case hexadecimal.
///
/// # Errors
/// [`ContractError::NotHex`].
pub fn hex<const N: usize>(what: &'static str, text: &str) -> Result<[u8; N], ContractError> {
    let refused = || ContractError::NotHex { what, bytes: N };
    if text.len() != 2 * N || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(refused());
    }
    let digit = |b: u8| if b <= b'9' { b - b'0' } else { b - b'a' + 10 };
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = 16 * digit(pair[0]) + digit(pair[1]);
    }
    Ok(bytes)
}

/// The field of BN254, big-endian: identity commitments are elements of it.
const FIELD: [u8; 32] = [
    0x30, 0x64, 0x4e, 0x72, 0xe1, 0x31, 0xa0, 0x29, 0xb8, 0x50, 0x45, 0xb6, 0x81, 0x81, 0x58, 0x5d,
    0x28, 0x33, 0xe8, 0x48, 0x79, 0xb9, 0x70, 0x91, 0x43, 0xe1, 0xf5, 0x93, 0xf0, 0x00, 0x00, 0x01,
];

/// An identity commitment: not zero, and below the field's order, so that
/// trust never refuses what members took.
///
/// # Errors
/// [`ContractError::NotHex`], [`ContractError::IdentityNotCanonical`].
pub fn identity(text: &str) -> Result<[u8; 32], ContractError> {
    let idc = hex::<32>("idc", text)?;
    if idc == [0; 32] || idc >= FIELD {
        return Err(ContractError::IdentityNotCanonical);
    }
    Ok(idc)
}
