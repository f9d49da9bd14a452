//! A ceremony in its folder.
use std::path::Path;

use mycel_ceremony::{
    Ceremony, CeremonyError, Flaw, Zkey, beacon, contribute, development, transcript::Transcript,
};
use tempfile::TempDir;

use crate::support::{cube, hex};

fn begun() -> (TempDir, Ceremony) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("cube.r1cs"), cube()).unwrap();
    development::powers(3, &folder.path().join("powers.ptau")).unwrap();
    let inner = folder.path().join("ceremony");
    let (ceremony, step) = Ceremony::init(
        &inner,
        "cube",
        &at(&folder, "cube.r1cs"),
        &at(&folder, "powers.ptau"),
    )
    .unwrap();
    assert_eq!(step.number, 0);
    (folder, ceremony)
}

fn at(folder: &TempDir, name: &str) -> std::path::PathBuf {
    folder.path().join(name)
}

fn order<T: std::fmt::Debug>(result: Result<T, CeremonyError>, says: &str) {
    match result {
        Err(CeremonyError::Order(why)) => assert!(why.contains(says), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_ceremony_goes_from_init_to_an_exported_key_and_transcript() {
    let (folder, ceremony) = begun();
    let powers = at(&folder, "powers.ptau");
    let one = ceremony.contribute("ada", b"words").unwrap();
    let two = ceremony.contribute("béla", b"").unwrap();
    let three = ceremony.beacon("beacon", &[7; 32], 10).unwrap();
    assert_eq!([one.number, two.number, three.number], [1, 2, 3]);
    let report = ceremony.verify(&powers).unwrap();
    let hashes: Vec<_> = report.contributions.iter().map(|(_, hash)| *hash).collect();
    assert_eq!(hashes, [one.hash, two.hash, three.hash]);
    order(ceremony.export(&at(&folder, "out")), "not finished");
    assert_eq!(ceremony.finish(&powers).unwrap(), report);
    assert_eq!(ceremony.verify(&powers).unwrap(), report);
    let out = at(&folder, "out");
    let transcript = ceremony.export(&out).unwrap();
    let bytes = std::fs::read(out.join("transcript.json")).unwrap();
    assert_eq!(
        transcript,
        serde_json::from_slice::<Transcript>(&bytes).unwrap()
    );
    assert_eq!(blake3::hash(&bytes).as_bytes(), &transcript.hash());
    assert_eq!(transcript.contributions[0].hash, hex(&one.hash));
    assert_eq!(
        transcript.contributions[2].beacon.as_deref(),
        Some(&hex(&[7; 32])[..])
    );
    let key = std::fs::read(out.join("verification_key.bin")).unwrap();
    let key = mycel_verifier::VerifyingKey::decode(&key).unwrap();
    let json = std::fs::read(out.join("verification_key.json")).unwrap();
    let json = serde_json::from_slice(&json).unwrap();
    assert_eq!(mycel_verifier::snarkjs::key_from(&json).unwrap(), key);
    assert_eq!(transcript.verifying_key, hex(&key.digest()));
    let last = Zkey::open(&at(&folder, "ceremony/final.zkey")).unwrap();
    assert_eq!(transcript.zkey, hex(&last.digest()));
}

#[test]
fn steps_out_of_order_are_refused_with_the_next_step() {
    let (folder, ceremony) = begun();
    let (r1cs, powers) = (at(&folder, "cube.r1cs"), at(&folder, "powers.ptau"));
    let inner = at(&folder, "ceremony");
    order(
        Ceremony::init(&inner, "cube", &r1cs, &powers),
        "has a ceremony already",
    );
    order(Ceremony::open(&at(&folder, "elsewhere")), "begin with");
    order(ceremony.beacon("b", &[1], 10), "contribute first");
    order(ceremony.finish(&powers), "beacon");
    ceremony.contribute("ada", b"").unwrap();
    order(ceremony.finish(&powers), "beacon");
    ceremony.beacon("b", &[1], 10).unwrap();
    ceremony.contribute("after the beacon", b"").unwrap();
    order(ceremony.finish(&powers), "beacon");
    ceremony.beacon("again", &[2], 10).unwrap();
    ceremony.finish(&powers).unwrap();
    order(ceremony.contribute("late", b""), "finished");
}

#[test]
fn a_step_that_was_killed_leaves_the_ceremony_where_it_was() {
    let (folder, ceremony) = begun();
    let inner = at(&folder, "ceremony");
    ceremony.contribute("ada", b"").unwrap();
    // what a process that was killed while it wrote leaves
    std::fs::write(inner.join("0002.zkey.part"), b"zkey\x01\0\0\0half").unwrap();
    std::fs::write(inner.join("final.zkey.part"), b"").unwrap();
    let ceremony = Ceremony::open(&inner).unwrap();
    assert_eq!(ceremony.latest(), (1, inner.join("0001.zkey")));
    assert_eq!(ceremony.contribute("béla", b"").unwrap().number, 2);
    ceremony.verify(&at(&folder, "powers.ptau")).unwrap();
}

#[test]
fn a_contribution_made_elsewhere_is_taken_if_it_goes_on_by_one_and_holds() {
    let (folder, ceremony) = begun();
    let file = at(&folder, "theirs.zkey");
    let write = |bytes: &[u8]| std::fs::write(&file, bytes).unwrap();
    let read = |path: &Path| Zkey::open(path).unwrap();
    let zero = read(&ceremony.latest().1);
    let one = contribute(&zero, "far away", b"").unwrap();
    write(&one);
    assert_eq!(ceremony.take(&file).unwrap().number, 1);
    // the same again, one too many, and one that forgets the first
    order(ceremony.take(&file), "does not go on");
    let two = Zkey::parse(contribute(&Zkey::parse(one).unwrap(), "b", b"").unwrap()).unwrap();
    write(&contribute(&two, "c", b"").unwrap());
    order(ceremony.take(&file), "does not go on");
    write(&contribute(&zero, "eve", b"").unwrap());
    order(ceremony.take(&file), "does not go on");
    let mut bent = two.bytes().to_vec();
    let start = crate::support::section(&bent, 9).start;
    (0..64).for_each(|at| bent.swap(start + at, start + 64 + at));
    write(&bent);
    let refused = ceremony.take(&file);
    assert!(
        matches!(refused, Err(CeremonyError::Flaw(Flaw::Query("H")))),
        "{refused:?}"
    );
    write(two.bytes());
    assert_eq!(ceremony.take(&file).unwrap().number, 2);
}

/// Every secret of a chain of beacons is public: who takes such a key lets everybody forge.
#[test]
fn a_chain_of_beacons_is_no_ceremony() {
    let (folder, ceremony) = begun();
    let powers = at(&folder, "powers.ptau");
    let file = at(&folder, "theirs.zkey");
    let zero = Zkey::open(&ceremony.latest().1).unwrap();
    let theirs = beacon(&zero, "ada", &[9; 32], 10).unwrap();
    std::fs::write(&file, &theirs).unwrap();
    order(ceremony.take(&file), "hides nothing");
    // and if it is put into the folder by hand
    let one = Zkey::parse(theirs).unwrap();
    std::fs::write(at(&folder, "ceremony/0001.zkey"), one.bytes()).unwrap();
    order(ceremony.beacon("b", &[1], 10), "contribute first");
    let two = beacon(&one, "beacon", &[1], 10).unwrap();
    std::fs::write(at(&folder, "ceremony/0002.zkey"), two).unwrap();
    let report = ceremony.verify(&powers).unwrap();
    assert_eq!((report.people, report.contributions.len()), (0, 2));
    order(ceremony.finish(&powers), "one person's");
}

/// The secret of development keys counts as nobody's, under whatever name and point.
#[test]
fn the_contribution_of_development_keys_is_no_person_s() {
    let (folder, ceremony) = begun();
    let powers = at(&folder, "powers.ptau");
    let zero = Zkey::open(&ceremony.latest().1).unwrap();
    let one = development::contributed(&zero).unwrap();
    std::fs::write(at(&folder, "ceremony/0001.zkey"), one).unwrap();
    let report = ceremony.verify(&powers).unwrap();
    assert_eq!((report.people, report.contributions.len()), (0, 1));
    assert!(report.development, "these powers are for development");
    order(ceremony.beacon("b", &[1], 10), "contribute first");
}

/// A verifier who takes the folder's word for what "attest" is would sign whatever rows lie there.
#[test]
fn a_folder_with_other_rows_under_the_name_of_a_known_circuit_does_not_hold() {
    let (folder, _) = begun();
    let powers = at(&folder, "powers.ptau");
    let cube = at(&folder, "cube.r1cs");
    let other = at(&folder, "other");
    let (ceremony, _) = Ceremony::init(&other, "attest", &cube, &powers).unwrap();
    let refused = ceremony.verify(&powers);
    assert!(
        matches!(
            refused,
            Err(CeremonyError::Flaw(Flaw::Circuit("circuit.r1cs")))
        ),
        "{refused:?}"
    );
}

#[test]
fn other_powers_or_another_circuit_than_it_began_with_are_refused() {
    let (folder, ceremony) = begun();
    ceremony.contribute("ada", b"").unwrap();
    let other = at(&folder, "other.ptau");
    development::powers(4, &other).unwrap();
    order(ceremony.verify(&other), "not the powers of tau");
    let mut circuit = cube();
    let last = crate::support::section(&circuit, 2).end - 32;
    circuit[last] ^= 2;
    std::fs::write(at(&folder, "ceremony/circuit.r1cs"), circuit).unwrap();
    let refused = ceremony.verify(&at(&folder, "powers.ptau"));
    assert!(
        matches!(refused, Err(CeremonyError::Flaw(Flaw::Circuit(_)))),
        "{refused:?}"
    );
}
