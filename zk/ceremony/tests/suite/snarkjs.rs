//! snarkjs 0.7.6 and circomlibjs as judges, and as the other side.
use ark_bn254::Fr;
use ark_ff::PrimeField;
use mycel_ceremony::{Ptau, R1cs, Zkey, beacon, contribute, development, init, verify};
use mycel_circuits::Kind;
use mycel_props::proofs::keep;
use mycel_prover::{ProvingKey, Silent, prove_assignment};
use mycel_verifier::{poseidon, snarkjs};
use rand::{
    Rng, SeedableRng,
    rngs::{OsRng, StdRng},
};
use serde_json::{Value, json};

use crate::{
    bad,
    support::{BEACON, attest, cube, hex, node, r1cs_bytes, section, unhex},
};

fn read(path: &std::path::Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

fn json_at(path: &std::path::Path) -> Value {
    serde_json::from_slice(&read(path)).unwrap()
}

#[test]
fn snarkjs_makes_the_same_first_key_and_verifies_our_ceremony() {
    let fixture = attest();
    let (r1cs, powers) = (fixture.path("attest.r1cs"), fixture.powers());
    let (theirs, vk) = (
        fixture.path("their-init.zkey"),
        fixture.path("their-vk.json"),
    );
    let answers = node(&json!([
        ["init", r1cs, powers, theirs],
        ["verifyFrom", theirs, powers, fixture.path("one.zkey")],
        ["verifyKey", r1cs, powers, fixture.path("last.zkey")],
        ["exportKey", fixture.path("last.zkey"), vk],
    ]));
    assert_eq!(answers[0]["hash"], hex(&fixture.init.record.circuit));
    assert!(
        read(&theirs) == fixture.init.bytes(),
        "the first key has other bytes"
    );
    assert_eq!(answers[1]["ok"], true, "{}", answers[1]);
    assert_eq!(answers[2]["ok"], true, "{}", answers[2]);
    let exported = snarkjs::key_from(&json_at(&vk)).unwrap();
    assert_eq!(exported, fixture.last.verifying_key().unwrap());
}

#[test]
fn snarkjs_contributions_verify_here_and_either_goes_on_from_the_other() {
    let fixture = attest();
    let powers = fixture.powers();
    let path = |name: &str| fixture.path(name);
    let answers = node(&json!([
        [
            "contribute",
            path("one.zkey"),
            path("js.zkey"),
            "someone with snarkjs"
        ],
        [
            "beacon",
            path("two.zkey"),
            path("js-beacon.zkey"),
            "beacon",
            BEACON,
            10
        ],
    ]));
    let theirs = Zkey::open(&path("js.zkey")).unwrap();
    let report = verify(&fixture.init, &theirs).unwrap();
    assert_eq!(report.contributions[1].0, "someone with snarkjs");
    assert_eq!(answers[0]["hash"], hex(&report.contributions[1].1));
    // a beacon leaves no choice: the same bytes
    assert_eq!(
        answers[1]["hash"],
        hex(&fixture.last.record.contributions[2].hash())
    );
    let same = Zkey::open(&path("js-beacon.zkey")).unwrap();
    assert!(
        same.bytes() == fixture.last.bytes(),
        "the beacon's key has other bytes"
    );
    let ours = contribute(&theirs, "after snarkjs", b"").unwrap();
    std::fs::write(path("after.zkey"), &ours).unwrap();
    let ours = beacon(&Zkey::parse(ours).unwrap(), "beacon", &unhex(BEACON), 12).unwrap();
    std::fs::write(path("after-beacon.zkey"), ours).unwrap();
    let answers = node(&json!([
        ["verifyFrom", path("init.zkey"), powers, path("after.zkey")],
        [
            "verifyFrom",
            path("init.zkey"),
            powers,
            path("after-beacon.zkey")
        ],
    ]));
    assert!(
        answers.iter().all(|answer| answer["ok"] == true),
        "{answers:?}"
    );
}

#[test]
fn ceremonies_that_do_not_hold_are_refused_by_snarkjs_too() {
    let fixture = attest();
    let (first, powers) = (fixture.path("init.zkey"), fixture.powers());
    // snarkjs reads the header's gamma and the coefficients as they are: what it does not look at is left to ours
    let cases = bad::cases();
    let mut jobs = Vec::new();
    for (index, (_, bytes, _)) in cases.iter().enumerate() {
        let path = fixture.path(&format!("bad-{index}.zkey"));
        std::fs::write(&path, bytes).unwrap();
        jobs.push(json!(["verifyFrom", first, powers, path]));
    }
    for ((what, ..), answer) in cases.iter().zip(node(&Value::Array(jobs))) {
        assert_eq!(answer["ok"], false, "{what}: {answer}");
    }
}

#[test]
fn powers_of_tau_of_snarkjs_are_read_and_ours_are_prepared_as_snarkjs_would() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("cube.r1cs"), cube()).unwrap();
    development::powers(4, &path("ours.ptau")).unwrap();
    node(&json!([
        ["powers", 4, folder.path()],
        ["prepare", path("ours.ptau"), path("prepared.ptau")],
        [
            "init",
            path("cube.r1cs"),
            path("powers.ptau"),
            path("their-init.zkey")
        ],
    ]));
    let (ours, prepared) = (read(&path("ours.ptau")), read(&path("prepared.ptau")));
    for id in [1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15] {
        let bytes = |file: &[u8]| file[section(file, id)].to_vec();
        assert!(bytes(&ours) == bytes(&prepared), "section={id}");
    }
    let r1cs = R1cs::read(&cube()).unwrap();
    let first = init(&r1cs, &mut Ptau::open(&path("powers.ptau")).unwrap()).unwrap();
    assert!(read(&path("their-init.zkey")) == first.bytes());
}

#[test]
fn snarkjs_verifies_proofs_of_each_circuit_and_its_own_verify_here() {
    let folder = tempfile::tempdir().unwrap();
    let path = |kind: Kind, name: &str| folder.path().join(format!("{kind}-{name}"));
    let write = |kind: Kind, name: &str, value: &Value| {
        std::fs::write(path(kind, name), value.to_string()).unwrap();
    };
    let mut jobs = Vec::new();
    for kind in Kind::ALL {
        let bytes = development::zkey(&R1cs::of(kind)).unwrap();
        std::fs::write(path(kind, "key.zkey"), &bytes).unwrap();
        std::fs::write(path(kind, "c.r1cs"), r1cs_bytes(kind)).unwrap();
        let key = ProvingKey::read(&bytes[..], None, &Silent).unwrap();
        let (publics, assignment) = kind.example(11);
        let mut wtns = Vec::new();
        mycel_circuits::wtns::write(&assignment, &mut wtns).unwrap();
        std::fs::write(path(kind, "w.wtns"), wtns).unwrap();
        let proof = prove_assignment(&key, &assignment, &mut OsRng, &Silent).unwrap();
        keep(kind.name(), key.verifying_key(), &publics, &proof);
        write(kind, "vk.json", &snarkjs::key_json(key.verifying_key()));
        write(kind, "proof.json", &snarkjs::proof_json(&proof));
        write(kind, "public.json", &snarkjs::public_json(&publics));
        for index in 0..publics.len() {
            let mut other = publics.clone();
            other[index] += Fr::from(1);
            write(
                kind,
                &format!("other-{index}.json"),
                &snarkjs::public_json(&other),
            );
            jobs.push(json!([
                "verify",
                path(kind, "vk.json"),
                path(kind, &format!("other-{index}.json")),
                path(kind, "proof.json")
            ]));
        }
        jobs.push(json!([
            "verify",
            path(kind, "vk.json"),
            path(kind, "public.json"),
            path(kind, "proof.json")
        ]));
        jobs.push(json!(["check", path(kind, "c.r1cs"), path(kind, "w.wtns")]));
        jobs.push(json!([
            "prove",
            path(kind, "key.zkey"),
            path(kind, "w.wtns"),
            path(kind, "js-proof.json"),
            path(kind, "js-public.json")
        ]));
    }
    let jobs = Value::Array(jobs);
    for (job, answer) in jobs.as_array().unwrap().iter().zip(node(&jobs)) {
        let other = job[0] == "verify" && job[2].as_str().unwrap().contains("other");
        assert_eq!(answer["ok"], !other, "{job}: {answer}");
    }
    for kind in Kind::ALL {
        let key = development::key(kind);
        let publics = snarkjs::public_from(&json_at(&path(kind, "js-public.json"))).unwrap();
        let proof = snarkjs::proof_from(&json_at(&path(kind, "js-proof.json"))).unwrap();
        assert_eq!(publics, kind.example(11).0);
        let key = mycel_verifier::PreparedKey::new(&key.verifying);
        assert!(mycel_verifier::verify(&key, &publics, &proof), "{kind}");
    }
}

#[test]
fn poseidon_is_circomlibs_at_every_width() {
    let seed = rand::random::<u64>();
    eprintln!("seed={seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let lists: Vec<Vec<Fr>> = (1..=12)
        .flat_map(|width| [width; 4])
        .map(|width| {
            (0..width)
                .map(|_| Fr::from_be_bytes_mod_order(&rng.r#gen::<[u8; 32]>()))
                .collect()
        })
        .collect();
    let decimal = |list: &Vec<Fr>| snarkjs::public_json(list);
    let asked: Vec<Value> = lists.iter().map(decimal).collect();
    let answers = node(&json!([["poseidon", asked]]));
    for (list, theirs) in lists.iter().zip(answers[0]["hashes"].as_array().unwrap()) {
        let ours = poseidon::hash(list).unwrap();
        assert_eq!(snarkjs::public_json(&[ours])[0], *theirs, "seed={seed}");
    }
}

/// What snarkjs made of each circuit over development powers, recorded.
fn recording() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/peers/recordings/snarkjs.json")
}

/// Those that are recorded; a circuit that changed must be recorded again.
#[test]
fn the_first_keys_of_recorded_circuits_have_the_hashes_that_snarkjs_gave_them() {
    let recorded = json_at(&recording());
    let circuits = recorded["circuits"].as_object().unwrap();
    assert_eq!(circuits.len(), Kind::ALL.len());
    for kind in Kind::ALL {
        let entry = &circuits[kind.name()];
        let quick = Zkey::parse(development::zkey(&R1cs::of(kind)).unwrap()).unwrap();
        let ours = json!({
            "r1cs": hex(blake3::hash(&r1cs_bytes(kind)).as_bytes()),
            "circuit_hash": hex(&quick.record.circuit),
        });
        assert_eq!(
            *entry, ours,
            "{kind} changed: record again with `cargo xtask peers snarkjs`"
        );
    }
}

/// As many as the recording says; that none is left out, the recording's run saw to.
#[test]
fn snarkjs_verified_proofs_of_every_circuit_when_it_was_recorded() {
    let recorded = json_at(&recording());
    assert_eq!(recorded["peer"], PEER);
    let proofs = recorded["proofs"].as_object().unwrap();
    assert_eq!(proofs.len(), Kind::ALL.len());
    for kind in Kind::ALL {
        for what in ["verified", "changed_and_refused"] {
            let count = proofs[kind.name()][what].as_u64();
            assert!(count > Some(0), "{kind} {what}: {count:?}");
        }
    }
}

/// The judge.
const PEER: &str = "snarkjs 0.7.6";

/// Adds to the recording, so that a run which is stopped keeps what it has.
fn record(add: impl FnOnce(&mut Value)) {
    if std::env::var_os("MYCEL_UPDATE").is_none() {
        return;
    }
    let mut all = std::fs::read(recording()).map_or_else(
        |_| json!({}),
        |bytes| serde_json::from_slice(&bytes).unwrap(),
    );
    all["peer"] = json!(PEER);
    all["powers"] = json!("development powers of tau");
    add(&mut all);
    std::fs::write(recording(), format!("{all:#}\n")).unwrap();
}

/// Of so many proofs of a circuit one is tried with a public input changed: enough for each of its inputs.
const SAMPLED: u64 = 2;

/// What the suites left in the folder that `cargo xtask peers snarkjs` names.
#[test]
#[ignore = "judges what other suites proved: `cargo xtask peers snarkjs`"]
#[allow(clippy::disallowed_methods, reason = "a test's own setting")]
fn every_proof_of_the_test_suite_holds_before_snarkjs() {
    let folder = std::env::var(mycel_props::proofs::FOLDER).unwrap();
    let answer = node(&json!([["verifyAll", folder, SAMPLED]])).remove(0);
    assert_eq!(answer["ok"], true, "{}", answer["failed"]);
    assert_eq!(
        format!("snarkjs {}", answer["version"].as_str().unwrap()),
        PEER
    );
    let circuits = answer["circuits"].as_object().unwrap();
    let mut names: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
    names.sort_unstable();
    assert!(circuits.keys().eq(&names), "{circuits:?}");
    eprintln!("{}: {}", answer["version"], answer["circuits"]);
    record(|all| all["proofs"] = answer["circuits"].clone());
}

/// A whole ceremony of each circuit: ours makes it, snarkjs makes the same first key and verifies the last.
#[test]
#[ignore = "takes minutes: `cargo xtask peers snarkjs`"]
fn a_whole_ceremony_of_every_circuit_holds_before_snarkjs() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: String| folder.path().join(name);
    let powers = path("powers.ptau".to_owned());
    development::powers(14, &powers).unwrap();
    for kind in Kind::ALL {
        let bytes = r1cs_bytes(kind);
        let r1cs = path(format!("{kind}.r1cs"));
        std::fs::write(&r1cs, &bytes).unwrap();
        let (ceremony, first) =
            mycel_ceremony::Ceremony::init(&path(kind.to_string()), kind.name(), &r1cs, &powers)
                .unwrap();
        ceremony.contribute("ada", b"words").unwrap();
        let theirs = path("their.zkey".to_owned());
        let next = ceremony.latest().1;
        let answers = node(&json!([
            ["init", r1cs, powers, path("init.zkey".to_owned())],
            ["contribute", next, theirs, "someone with snarkjs"],
        ]));
        assert_eq!(answers[0]["hash"], hex(&first.hash), "{kind}");
        assert!(
            read(&path("init.zkey".to_owned())) == read(&first.path),
            "{kind}"
        );
        ceremony.take(&theirs).unwrap();
        ceremony.beacon("beacon", &unhex(BEACON), 10).unwrap();
        ceremony.finish(&powers).unwrap();
        let last = path(format!("{kind}/final.zkey"));
        let verdict = node(&json!([["verifyFrom", first.path, powers, last]]));
        assert_eq!(verdict[0]["ok"], true, "{kind}: {}", verdict[0]);
        eprintln!("{kind}: holds");
        record(|all| {
            all["circuits"][kind.name()] = json!({
                "r1cs": hex(blake3::hash(&bytes).as_bytes()),
                "circuit_hash": answers[0]["hash"],
            });
        });
    }
}
