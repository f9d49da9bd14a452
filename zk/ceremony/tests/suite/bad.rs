//! Ceremonies that do not hold, one of each kind: refused with the reason.
use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use mycel_ceremony::{CeremonyError, Flaw, Kind, Ptau, R1cs, Record, Zkey, init, verify};
use mycel_prover::points;

use crate::support::{attest, section, with_section};

/// The last key of attest's ceremony with another record of contributions.
fn with_record(change: impl FnOnce(&mut Record)) -> Vec<u8> {
    let last = &attest().last;
    let mut record = last.record.clone();
    change(&mut record);
    with_section(last.bytes(), 10, &record.encode())
}

fn times(point: &G1Affine, factor: u64) -> G1Affine {
    (*point * Fr::from(factor)).into_affine()
}

/// The same with one point of a section doubled.
fn with_point(id: u32) -> Vec<u8> {
    let mut bytes = attest().last.bytes().to_vec();
    let range = section(&bytes, id);
    let mut changed = Vec::new();
    // some point that is not at infinity
    let size = if id == 7 { 128 } else { 64 };
    let at = range.clone().step_by(size);
    let at = at
        .into_iter()
        .find(|at| bytes[*at..at + size].iter().any(|b| *b != 0))
        .unwrap();
    if id == 7 {
        let point = points::read_g2(bytes[at..at + 128].try_into().unwrap()).unwrap();
        points::write_g2(&mut changed, &(point + point).into_affine());
    } else {
        let point = points::read_g1(bytes[at..at + 64].try_into().unwrap()).unwrap();
        points::write_g1(&mut changed, &times(&point, 2));
    }
    bytes[at..at + size].copy_from_slice(&changed);
    bytes
}

fn with_header(change: impl FnOnce(&mut mycel_prover::zkey::Header)) -> Vec<u8> {
    let last = &attest().last;
    let mut header = last.header.clone();
    change(&mut header);
    with_section(last.bytes(), 2, &header.encode())
}

/// What was done, the file, what is found.
pub fn cases() -> Vec<(&'static str, Vec<u8>, Flaw)> {
    let two = G2Affine::generator();
    let mut cases = vec![
        (
            "another delta in both groups",
            with_header(|h| {
                h.delta_1 = times(&h.delta_1, 7);
                h.delta_2 = (h.delta_2 * Fr::from(7)).into_affine();
            }),
            Flaw::FinalDelta("delta in G1"),
        ),
        (
            "another delta in G2 alone",
            with_header(|h| h.delta_2 = (h.delta_2 * Fr::from(7)).into_affine()),
            Flaw::FinalDelta("delta in G2"),
        ),
        (
            "another alpha",
            with_header(|h| h.alpha_1 = times(&h.alpha_1, 2)),
            Flaw::Circuit("alpha"),
        ),
        (
            "another gamma",
            with_header(|h| h.gamma_2 = (two * Fr::from(3)).into_affine()),
            Flaw::Circuit("gamma"),
        ),
        (
            "the first contribution dropped",
            with_record(|r| drop(r.contributions.remove(0))),
            Flaw::Transcript(1),
        ),
        (
            "the second contribution dropped",
            with_record(|r| drop(r.contributions.remove(1))),
            Flaw::Transcript(2),
        ),
        (
            "the last contribution dropped",
            with_record(|r| drop(r.contributions.pop())),
            Flaw::FinalDelta("delta in G1"),
        ),
        (
            "two contributions in the other order",
            with_record(|r| r.contributions.swap(0, 1)),
            Flaw::Transcript(1),
        ),
        (
            "a contribution twice",
            with_record(|r| r.contributions.insert(1, r.contributions[0].clone())),
            Flaw::Transcript(2),
        ),
        (
            "another delta after the last contribution",
            with_record(|r| {
                let last = r.contributions.last_mut().unwrap();
                last.delta_after = times(&last.delta_after, 2);
            }),
            Flaw::Delta(3),
        ),
        (
            "a contributor who does not know the secret",
            with_record(|r| {
                let last = r.contributions.last_mut().unwrap();
                last.twist_secret = (last.twist_secret * Fr::from(2)).into_affine();
            }),
            Flaw::Knowledge(3),
        ),
        (
            "a contribution at infinity",
            with_record(|r| r.contributions[0].delta_after = G1Affine::identity()),
            Flaw::Point(1),
        ),
        (
            "another beacon",
            with_record(|r| {
                r.contributions[2].kind = Kind::Beacon {
                    value: vec![9; 32],
                    iterations: 10,
                };
            }),
            Flaw::Beacon(3),
        ),
        (
            "a beacon of more rounds",
            with_record(|r| {
                if let Kind::Beacon { iterations, .. } = &mut r.contributions[2].kind {
                    *iterations = 11;
                }
            }),
            Flaw::Beacon(3),
        ),
        (
            "another circuit's hash",
            with_record(|r| r.circuit[0] ^= 1),
            Flaw::Transcript(1),
        ),
    ];
    for (id, what, name) in [
        (3, "a point of IC", "IC"),
        (5, "a point of A", "A"),
        (6, "a point of B in G1", "B1"),
        (7, "a point of B in G2", "B2"),
    ] {
        cases.push((what, with_point(id), Flaw::Section(name)));
    }
    cases.push(("a point of C", with_point(8), Flaw::Query("C")));
    cases.push(("a point of H", with_point(9), Flaw::Query("H")));
    let mut coefficient = attest().last.bytes().to_vec();
    let at = section(&coefficient, 4).start + 4 + 8;
    coefficient[at] ^= 1;
    cases.push(("a coefficient", coefficient, Flaw::Section("coefficients")));
    cases
}

fn flaw(init: &Zkey, bytes: Vec<u8>) -> Flaw {
    match verify(init, &Zkey::parse(bytes).unwrap()) {
        Err(CeremonyError::Flaw(flaw)) => flaw,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_ceremony_that_does_not_hold_is_refused_with_the_reason() {
    let fixture = attest();
    for (what, bytes, expected) in cases() {
        assert_eq!(flaw(&fixture.init, bytes), expected, "{what}");
    }
}

#[test]
fn points_that_change_places_are_refused() {
    let fixture = attest();
    for (id, name) in [(8, "C"), (9, "H")] {
        let mut bytes = fixture.last.bytes().to_vec();
        let start = section(&bytes, id).start;
        (0..64).for_each(|at| bytes.swap(start + at, start + 64 + at));
        assert_eq!(flaw(&fixture.init, bytes), Flaw::Query(name));
    }
}

#[test]
fn a_key_of_another_circuit_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("powers.ptau");
    mycel_ceremony::development::powers(3, &path).unwrap();
    let first = |r1cs: &R1cs| init(r1cs, &mut Ptau::open(&path).unwrap()).unwrap();
    let cube = R1cs::read(&crate::support::cube()).unwrap();
    let mut other = cube.clone();
    other.constraints[0][0][0].1 += Fr::from(1);
    let key = mycel_ceremony::contribute(&first(&cube), "ada", b"").unwrap();
    let found = flaw(&first(&other), key.clone());
    assert_eq!(found, Flaw::Circuit("the circuit's hash"));
    let found = flaw(&attest().init, key);
    assert_eq!(found, Flaw::Circuit("the number of variables"));
    // what has contributions is no first key
    let found = flaw(&attest().one, attest().last.bytes().to_vec());
    assert!(matches!(found, Flaw::Circuit(_)), "{found:?}");
}

#[test]
fn a_point_outside_its_group_is_refused() {
    use ark_bn254::{Fq2, g2};
    use ark_ec::models::short_weierstrass::SWCurveConfig;
    use ark_ff::Field;
    // on the twisted curve, outside G2: its cofactor is large, almost every point is
    let x = (1_u64..)
        .map(Fq2::from)
        .find(|x| (x.square() * x + g2::Config::COEFF_B).sqrt().is_some())
        .unwrap();
    let y = (x.square() * x + g2::Config::COEFF_B).sqrt().unwrap();
    let stray = G2Affine::new_unchecked(x, y);
    assert!(!points::in_group(&stray));
    let bytes = with_record(|r| r.contributions[1].twist_secret = stray);
    assert_eq!(flaw(&attest().init, bytes), Flaw::Point(2));
    let bytes = with_header(|h| h.delta_2 = stray);
    assert!(Zkey::parse(bytes).is_err());
}

#[test]
fn each_contributor_finds_their_hash_in_the_report() {
    let fixture = attest();
    let report = verify(&fixture.init, &fixture.last).unwrap();
    let names: Vec<&str> = report
        .contributions
        .iter()
        .map(|(name, _)| &name[..])
        .collect();
    assert_eq!(names, ["ada", "béla", "beacon"]);
    assert!(report.ends_with_beacon);
    let hash = |key: &Zkey| key.record.contributions.last().unwrap().hash();
    let hashes: Vec<_> = report.contributions.iter().map(|(_, hash)| *hash).collect();
    assert_eq!(
        hashes,
        [&fixture.one, &fixture.two, &fixture.last].map(hash)
    );
    // who starts anew alone has a chain that holds, without the others in it
    let alone = mycel_ceremony::contribute(&fixture.init, "eve", b"").unwrap();
    let report = verify(&fixture.init, &Zkey::parse(alone).unwrap()).unwrap();
    assert!(
        report
            .contributions
            .iter()
            .all(|(_, hash)| !hashes.contains(hash))
    );
}
