//! `.wtns`: values of all variables for circom's tools.

use std::io::{self, Write};

use ark_bn254::Fr;

use crate::section;

/// Writes an assignment: one, public inputs, witnesses.
pub fn write(values: &[Fr], out: &mut impl Write) -> io::Result<()> {
    let mut header = Vec::new();
    section::field(&mut header);
    header.extend_from_slice(&(values.len() as u32).to_le_bytes());
    let mut content = Vec::with_capacity(values.len() * section::ELEMENT as usize);
    for value in values {
        section::element(&mut content, value);
    }
    section::write(out, b"wtns", 2, &[(1, header), (2, content)])
}
