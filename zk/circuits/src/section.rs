//! Sections of circom's binary files: number, length, content.

use std::io::{self, Write};

use ark_bn254::Fr;
use ark_ff::{BigInteger, PrimeField};

/// Bytes of a field element.
pub(crate) const ELEMENT: u32 = 32;

/// Canonical, little-endian.
pub(crate) fn element(out: &mut Vec<u8>, value: &Fr) {
    out.extend_from_slice(&value.into_bigint().to_bytes_le());
}

/// Element size and the field's order, as both files begin their header.
pub(crate) fn field(out: &mut Vec<u8>) {
    out.extend_from_slice(&ELEMENT.to_le_bytes());
    out.extend_from_slice(&Fr::MODULUS.to_bytes_le());
}

/// Magic, version and sections.
pub(crate) fn write(
    out: &mut impl Write,
    magic: &[u8; 4],
    version: u32,
    sections: &[(u32, Vec<u8>)],
) -> io::Result<()> {
    out.write_all(magic)?;
    out.write_all(&version.to_le_bytes())?;
    out.write_all(&(sections.len() as u32).to_le_bytes())?;
    for (number, content) in sections {
        out.write_all(&number.to_le_bytes())?;
        out.write_all(&(content.len() as u64).to_le_bytes())?;
        out.write_all(content)?;
    }
    Ok(())
}
