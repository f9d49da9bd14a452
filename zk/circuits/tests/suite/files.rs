//! The files that circom's tools read.

use ark_bn254::Fr;
use ark_ff::PrimeField;
use mycel_circuits::{Compiled, Kind, Matrix, r1cs, wtns};

use crate::cheat::shape;

/// Reads little-endian files of numbered sections.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, count: usize) -> &'a [u8] {
        let (read, rest) = self.0.split_at(count);
        self.0 = rest;
        read
    }

    fn u32(&mut self) -> usize {
        u32::from_le_bytes(self.bytes(4).try_into().expect("four")) as usize
    }

    fn u64(&mut self) -> usize {
        u64::from_le_bytes(self.bytes(8).try_into().expect("eight")) as usize
    }

    fn element(&mut self) -> Fr {
        Fr::from_le_bytes_mod_order(self.bytes(32))
    }

    fn section(&mut self, number: usize) -> Reader<'a> {
        assert_eq!(self.u32(), number);
        let length = self.u64();
        Reader(self.bytes(length))
    }
}

fn matrices(rows: &mut Reader<'_>, constraints: usize) -> [Matrix; 3] {
    let mut matrices = [(); 3].map(|()| Matrix::new());
    for _ in 0..constraints {
        for matrix in &mut matrices {
            let terms = rows.u32();
            let term = |rows: &mut Reader<'_>| {
                let variable = rows.u32();
                (rows.element(), variable)
            };
            matrix.push((0..terms).map(|_| term(rows)).collect());
        }
    }
    matrices
}

fn read_back(bytes: &[u8], compiled: &Compiled) {
    let mut file = Reader(bytes);
    assert_eq!(file.bytes(4), b"r1cs");
    assert_eq!([file.u32(), file.u32()], [1, 3]);
    let mut header = file.section(1);
    assert_eq!(header.u32(), 32);
    assert_eq!(header.element(), Fr::from(0u64), "the order itself");
    let counts = [
        compiled.variables(),
        0,
        compiled.publics,
        compiled.witnesses,
    ];
    assert_eq!([(); 4].map(|()| header.u32()), counts);
    assert_eq!(header.u64(), compiled.variables());
    assert_eq!(header.u32(), compiled.constraints);
    assert!(matrices(&mut file.section(2), compiled.constraints) == compiled.matrices);
    let mut labels = file.section(3);
    assert!((0..compiled.variables()).all(|label| labels.u64() == label));
    assert!(file.0.is_empty() && labels.0.is_empty());
}

#[test]
fn a_shape_is_read_back_from_its_r1cs() {
    for kind in Kind::ALL {
        let mut bytes = Vec::new();
        r1cs::write(shape(kind), &mut bytes).expect("into memory");
        read_back(&bytes, shape(kind));
    }
}

/// A ceremony is for one shape: whatever changes it makes every key useless.
#[test]
fn shapes_are_those_that_keys_were_made_for() {
    let digest = |kind: Kind| {
        let mut bytes = Vec::new();
        r1cs::write(shape(kind), &mut bytes).expect("into memory");
        format!("{kind} {}", blake3::hash(&bytes))
    };
    let expected = include_str!("../shapes.txt");
    let found: String = Kind::ALL.iter().map(|kind| digest(*kind) + "\n").collect();
    if std::env::var_os("MYCEL_UPDATE").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shapes.txt");
        std::fs::write(path, &found).expect("writable");
    } else {
        assert_eq!(
            found, expected,
            "MYCEL_UPDATE=1 records; every key must be made anew"
        );
    }
}

#[test]
fn an_assignment_is_read_back_from_its_wtns() {
    for kind in Kind::ALL {
        let (_, values) = kind.example(1);
        let mut bytes = Vec::new();
        wtns::write(&values, &mut bytes).expect("into memory");
        let mut file = Reader(&bytes);
        assert_eq!(file.bytes(4), b"wtns");
        assert_eq!([file.u32(), file.u32()], [2, 2]);
        let mut header = file.section(1);
        assert_eq!(header.u32(), 32);
        header.element();
        assert_eq!(header.u32(), values.len());
        let mut section = file.section(2);
        assert!(values.iter().all(|value| section.element() == *value));
        assert!(file.0.is_empty() && section.0.is_empty());
    }
}
