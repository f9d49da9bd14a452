//! Files that are not what they say: refused, without panic, without allocating for what they claim.
use mycel_ceremony::{
    CeremonyError, Ptau, R1cs, Record, Zkey, contribute, development, init, verify,
};
use mycel_prover::{ProvingKey, Silent};
use rand::{Rng, RngCore, SeedableRng, rngs::StdRng};

use crate::support::{cube, section, with_section};

fn small() -> (tempfile::TempDir, Zkey, Zkey) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("powers.ptau");
    development::powers(2, &path).unwrap();
    let first = init(
        &R1cs::read(&cube()).unwrap(),
        &mut Ptau::open(&path).unwrap(),
    )
    .unwrap();
    let one = Zkey::parse(contribute(&first, "ada", b"").unwrap()).unwrap();
    (folder, first, one)
}

/// Bends a file: flips bits, cuts, lengthens, writes large numbers, doubles pieces.
fn bend(rng: &mut StdRng, bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for _ in 0..rng.gen_range(1..4) {
        let at = rng.gen_range(0..out.len());
        match rng.gen_range(0..6) {
            0 => out[at] ^= 1 << rng.gen_range(0..8),
            1 => out.truncate(at.max(1)),
            2 => out.extend_from_slice(&bytes[..at.min(bytes.len())]),
            3 => {
                let end = (at + 4).min(out.len());
                out[at..end].fill(0xff);
            }
            4 => {
                let end = (at + 64).min(out.len());
                out[at..end].fill(0);
            }
            _ => {
                let end = (at + 8).min(out.len());
                rng.fill_bytes(&mut out[at..end]);
            }
        }
    }
    out
}

#[test]
fn bent_files_are_refused_or_read_and_never_verify_unless_nothing_that_counts_changed() {
    let (folder, first, one) = small();
    let seed = rand::random::<u64>();
    eprintln!("seed={seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let path = folder.path().join("bent.ptau");
    let powers = std::fs::read(folder.path().join("powers.ptau")).unwrap();
    for round in 0..4_000 {
        let bent = bend(&mut rng, one.bytes());
        _ = ProvingKey::read(&bent[..], None, &Silent);
        if let Ok(key) = Zkey::parse(bent)
            && key.bytes() != one.bytes()
            && verify(&first, &key).is_ok()
        {
            // a name is the contributor's own affair
            let strip = |record: &Record| -> Vec<_> {
                record
                    .contributions
                    .iter()
                    .map(mycel_ceremony::Contribution::hash)
                    .collect()
            };
            assert_eq!(
                strip(&key.record),
                strip(&one.record),
                "seed={seed} round={round}"
            );
        }
        _ = R1cs::read(&bend(&mut rng, &cube()));
        if round % 10 == 0 {
            std::fs::write(&path, bend(&mut rng, &powers)).unwrap();
            if let Ok(mut ptau) = Ptau::open(&path) {
                _ = init(&R1cs::read(&cube()).unwrap(), &mut ptau);
            }
        }
    }
}

#[test]
fn counts_that_the_file_does_not_hold_are_refused_before_memory_is_taken_for_them() {
    let (_folder, _, one) = small();
    let mut huge = one.bytes().to_vec();
    let at = section(&huge, 9).start - 8;
    huge[at..at + 8].copy_from_slice(&u64::MAX.to_le_bytes());
    assert!(Zkey::parse(huge.clone()).is_err());
    assert!(ProvingKey::read(&huge[..], None, &Silent).is_err());
    for (offset, what) in [(72, "variables"), (76, "publics"), (80, "domain")] {
        let mut huge = one.bytes().to_vec();
        let at = section(&huge, 2).start + offset;
        huge[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        let why = ProvingKey::read(&huge[..], None, &Silent)
            .unwrap_err()
            .to_string();
        assert!(why.contains(what), "{why}");
        assert!(Zkey::parse(huge).is_err());
    }
    let mut huge = one.bytes().to_vec();
    let at = section(&huge, 4).start;
    huge[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(ProvingKey::read(&huge[..], None, &Silent).is_err());
    // as many contributions as a number holds
    let mut record = one.record.encode();
    record[64..68].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(Zkey::parse(with_section(one.bytes(), 10, &record)).is_err());
    // constraints, terms of a combination
    let r1cs = cube();
    for at in [section(&r1cs, 1).end - 4, section(&r1cs, 2).start] {
        let mut huge = r1cs.clone();
        huge[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(R1cs::read(&huge).is_err());
    }
}

#[test]
fn a_key_cut_anywhere_or_with_something_after_it_is_refused() {
    let (_folder, _, one) = small();
    let bytes = one.bytes();
    for end in 0..bytes.len() {
        assert!(
            ProvingKey::read(&bytes[..end], None, &Silent).is_err(),
            "end={end}"
        );
        assert!(Zkey::parse(bytes[..end].to_vec()).is_err(), "end={end}");
    }
    let mut long = bytes.to_vec();
    long.push(0);
    assert!(ProvingKey::read(&long[..], None, &Silent).is_err());
    assert!(Zkey::parse(long).is_err());
}

#[test]
fn powers_that_are_not_of_one_tau_are_refused_with_the_section() {
    let (folder, ..) = small();
    let path = folder.path().join("powers.ptau");
    let good = std::fs::read(&path).unwrap();
    let r1cs = R1cs::read(&cube()).unwrap();
    for (id, size, index) in [
        (2, 64, 3),
        (3, 128, 2),
        (4, 64, 1),
        (5, 64, 1),
        (6, 128, 0),
        (12, 64, 5),
        (12, 64, 9),
        (13, 128, 5),
        (14, 64, 4),
        (15, 64, 6),
    ] {
        let mut bent = good.clone();
        let start = section(&bent, id).start;
        // another good point of the same group
        let from = if size == 128 {
            section(&bent, 13).start + 128
        } else {
            section(&bent, 14).start + 64
        };
        let point = bent[from..from + size].to_vec();
        let at = start + index * size;
        assert_ne!(bent[at..at + size], point[..]);
        bent[at..at + size].copy_from_slice(&point);
        std::fs::write(&path, bent).unwrap();
        let refused = init(&r1cs, &mut Ptau::open(&path).unwrap());
        match refused {
            Err(CeremonyError::Tau(what)) => {
                assert!(what.contains(&format!("section {id}")), "{id}: {what}")
            }
            other => panic!("section={id}: {other:?}"),
        }
    }
}

#[test]
fn too_few_powers_are_refused_with_how_many_are_needed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("powers.ptau");
    development::powers(1, &path).unwrap();
    let refused = init(
        &R1cs::read(&cube()).unwrap(),
        &mut Ptau::open(&path).unwrap(),
    );
    assert!(
        matches!(refused, Err(CeremonyError::Powers { power: 2, .. })),
        "{refused:?}"
    );
}
