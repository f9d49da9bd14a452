//! Field elements on the wire: 64 hexadecimal digits, canonical.

use cosmwasm_std::HexBinary;
pub use mycel_mailbox::tag::Element;

use crate::error::ContractError;

/// The order of BN254's scalars, big-endian.
pub const ORDER: Element = [
    0x30, 0x64, 0x4e, 0x72, 0xe1, 0x31, 0xa0, 0x29, 0xb8, 0x50, 0x45, 0xb6, 0x81, 0x81, 0x58, 0x5d,
    0x28, 0x33, 0xe8, 0x48, 0x79, 0xb9, 0x70, 0x91, 0x43, 0xe1, 0xf5, 0x93, 0xf0, 0x00, 0x00, 0x01,
];

/// Zero: the empty leaf, and no subject.
pub const ZERO: Element = [0; 32];

/// A constant of this crate from its 64 digits in lower case.
#[must_use]
pub const fn parsed(digits: &str) -> Element {
    const fn digit(byte: u8) -> u8 {
        if byte <= b'9' {
            byte - b'0'
        } else {
            byte - b'a' + 10
        }
    }
    let digits = digits.as_bytes();
    let mut element = ZERO;
    let mut at = 0;
    while at < 32 {
        element[at] = digit(digits[2 * at]) << 4 | digit(digits[2 * at + 1]);
        at += 1;
    }
    element
}

/// 32 bytes, whatever they mean.
///
/// # Errors
/// [`ContractError::NotBytes`].
pub fn bytes(what: &'static str, given: &[u8]) -> Result<[u8; 32], ContractError> {
    given
        .try_into()
        .map_err(|_| ContractError::NotBytes { what })
}

/// An element: of all numbers that mean the same only the one below the order.
///
/// # Errors
/// [`ContractError::NotBytes`], [`ContractError::NotCanonical`].
pub fn canonical(what: &'static str, given: &HexBinary) -> Result<Element, ContractError> {
    let element = bytes(what, given)?;
    if element >= ORDER {
        return Err(ContractError::NotCanonical { what });
    }
    Ok(element)
}

/// An identity commitment: an element that is not zero.
///
/// # Errors
/// As [`canonical`]; [`ContractError::Missing`] for zero.
pub fn identity(given: &HexBinary) -> Result<Element, ContractError> {
    let idc = canonical("idc", given)?;
    if idc == ZERO {
        return Err(ContractError::Missing { what: "idc" });
    }
    Ok(idc)
}

/// On the wire.
#[must_use]
pub fn hex(element: &Element) -> HexBinary {
    HexBinary::from(element)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_canonical_and_identities_are_not_zero() {
        let mut last = ORDER;
        last[31] -= 1;
        assert_eq!(canonical("c", &hex(&last)), Ok(last));
        let refused = canonical("c", &hex(&ORDER));
        assert_eq!(refused, Err(ContractError::NotCanonical { what: "c" }));
        let short = canonical("c", &HexBinary::from(&last[1..]));
        assert_eq!(short, Err(ContractError::NotBytes { what: "c" }));
        assert!(identity(&hex(&ZERO)).is_err());
        assert_eq!(identity(&hex(&last)), Ok(last));
    }
}
