//! `.r1cs`: a circuit's shape for circom's tools.
//!
//! Variables are one, public inputs (all as circom's "public inputs"; there
//! are no outputs), then witnesses; elements canonical little-endian.

use std::io::{self, Write};

use crate::circuit::Compiled;
use crate::section;

/// Writes it.
pub fn write(compiled: &Compiled, out: &mut impl Write) -> io::Result<()> {
    let variables = compiled.variables();
    let mut header = Vec::new();
    section::field(&mut header);
    let [outputs, inputs, private] = [0, compiled.publics, compiled.witnesses];
    for count in [variables, outputs, inputs, private] {
        header.extend_from_slice(&(count as u32).to_le_bytes());
    }
    header.extend_from_slice(&(variables as u64).to_le_bytes());
    header.extend_from_slice(&(compiled.constraints as u32).to_le_bytes());

    let mut rows = Vec::new();
    for row in 0..compiled.constraints {
        for matrix in &compiled.matrices {
            rows.extend_from_slice(&(matrix[row].len() as u32).to_le_bytes());
            for (factor, variable) in &matrix[row] {
                rows.extend_from_slice(&(*variable as u32).to_le_bytes());
                section::element(&mut rows, factor);
            }
        }
    }
    let labels = (0..variables as u64).flat_map(u64::to_le_bytes).collect();
    section::write(out, b"r1cs", 1, &[(1, header), (2, rows), (3, labels)])
}
