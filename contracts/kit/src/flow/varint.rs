//! Unsigned LEB128 of u64, one form for each number; signed through zigzag.

use super::FlowError;

/// Appends `value`: seven bits a byte, the lowest first, the top bit set on
/// all but the last.
pub fn put(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Reads a number at `at` and moves past it.
///
/// # Errors
/// Short bytes, a form longer than needed, or more than 64 bits.
pub fn take(bytes: &[u8], at: &mut usize) -> Result<u64, FlowError> {
    let start = *at;
    let malformed = |why| FlowError::Malformed { at: start, why };
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.get(*at).ok_or(FlowError::Short { at: *at })?;
        *at += 1;
        let part = u64::from(byte & 0x7f);
        if shift == 63 && part > 1 {
            return Err(malformed("number passes 64 bits"));
        }
        value |= part << shift;
        if byte & 0x80 == 0 {
            if byte == 0 && shift > 0 {
                return Err(malformed("number is longer than needed"));
            }
            return Ok(value);
        }
    }
    Err(malformed("number passes 64 bits"))
}

/// Signed to unsigned, small magnitudes first: 0, −1, 1, −2 …
#[must_use]
pub fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// The inverse of [`zigzag`].
#[must_use]
pub fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}
