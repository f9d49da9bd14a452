//! How large the circuits are: what proving costs.

use mycel_circuits::Kind;

use crate::cheat::shape;

/// Name, rows, rows of the paper, public inputs, entries of A, B and C.
///
/// A number that is opened is the sum of its bits and needs no row of its own,
/// thresholds have 17 bits and not 48, and differences as many bits as their
/// sides can have: that saves rows. Some 6 % more are variables of their own for
/// the elements of a hash, which leave two fifths of the entries and about half
/// the bytes of a proving key. The paper gives no figure for member.
const SIZES: [(Kind, usize, usize, usize, [usize; 3]); 4] = [
    (Kind::Attest, 1_152, 1_087, 6, [4_190, 5_482, 1_020]),
    (Kind::Fold, 7_943, 7_429, 5, [32_607, 41_151, 6_825]),
    (Kind::Show, 13_334, 13_042, 12, [47_170, 61_102, 11_150]),
    (Kind::Member, 6_109, 6_109, 6, [21_038, 27_917, 5_655]),
];

#[test]
fn rows_public_inputs_and_entries_are_as_counted() {
    let counted = SIZES.map(|(kind, _, paper, ..)| {
        let shape = shape(kind);
        (
            kind,
            shape.constraints,
            paper,
            shape.publics,
            shape.entries(),
        )
    });
    assert_eq!(counted, SIZES);
}

#[test]
fn no_circuit_is_a_tenth_larger_than_the_paper_has_it() {
    for (kind, _, paper, ..) in SIZES {
        assert!(shape(kind).constraints * 10 <= paper * 11, "{kind}");
    }
}

#[test]
fn each_fits_a_domain_of_2_to_the_14() {
    // rows and, for each public input and the one, a row that keeps it bound
    for kind in Kind::ALL {
        let shape = shape(kind);
        assert!(shape.constraints + shape.publics < 1 << 14, "{kind}");
    }
}
