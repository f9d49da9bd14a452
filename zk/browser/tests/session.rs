//! The worker's way, without a browser: a key in pieces, an instance, an answer; and what goes wrong.
use std::{cell::Cell, ops::ControlFlow};

use mycel_browser::{Failure, Session};
use mycel_ceremony::{R1cs, development};
use mycel_circuits::{Circuit, Instance, Kind, Show};
use mycel_props::proofs::keep;
use mycel_prover::{Progress, ProvingKey, Silent, Stage};
use mycel_verifier::{PreparedKey, field, proof::Proof, verify};
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

fn feed(session: &mut Session, key: &[u8], digest: &[u8; 32]) {
    for piece in key.chunks(100_000) {
        session.room(piece.len()).copy_from_slice(piece);
        session.key_add(piece.len()).unwrap();
    }
    session.room(32).copy_from_slice(digest);
}

#[test]
fn a_worker_reads_a_key_in_pieces_and_proves_what_others_verify() {
    let zkey = development::zkey(&R1cs::of(Kind::Show)).unwrap();
    let digest = *blake3::hash(&zkey).as_bytes();
    let mut session = Session::new();
    session.room(32).fill(1);
    let early = session.show_example(1, &Silent).unwrap_err();
    assert!(early.0.contains("read a key first"), "{}", early.0);

    // another digest: the key is refused and forgotten
    feed(&mut session, &zkey, &[9; 32]);
    session.key_read(&Silent).unwrap_err();
    session.room(32).fill(1);
    session.show_example(1, &Silent).unwrap_err();

    // whoever is told how far it is can stop it
    feed(&mut session, &zkey, &digest);
    let told = Cell::new(0);
    let stop = |stage, _, _| {
        assert_eq!(stage, Stage::Reading);
        told.set(told.get() + 1);
        if told.get() == 3 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    session.key_read(&stop).unwrap_err();
    assert_eq!(told.get(), 3);

    feed(&mut session, &zkey, &digest);
    session.key_read(&Silent).unwrap();
    session.room(31).fill(1);
    session.show_example(7, &Silent).unwrap_err();
    session.room(32).fill(1);
    session.show_example(7, &Silent).unwrap();
    let answer = session.answer().to_vec();
    let (proof, publics) = answer.split_at(256);
    let key = ProvingKey::read(&zkey[..], Some(&digest), &Silent).unwrap();
    let publics: Vec<_> = publics
        .chunks(32)
        .map(|b| field::decode(b).unwrap())
        .collect();
    assert_eq!(publics, Show::example(7).publics());
    let proof = Proof::decode(proof).unwrap();
    assert!(verify(key.prepared(), &publics, &proof));
    keep("show", key.verifying_key(), &publics, &proof);
    // randomness serves once: whoever forgets to write more is told
    let again = session.show_example(8, &Silent).unwrap_err();
    assert!(again.0.contains("fresh random bytes"), "{}", again.0);
}

#[test]
fn pieces_beyond_the_room_or_any_key_are_refused() {
    let mut session = Session::new();
    session.room(10);
    session.key_add(11).unwrap_err();
    let most = session.room(usize::MAX).len();
    session.key_add(most).unwrap();
    session.room(1);
    session.key_add(1).unwrap_err();
}

/// A session that has read the development key of a circuit.
fn with_key(kind: Kind) -> Session {
    let zkey = development::zkey(&R1cs::of(kind)).unwrap();
    let mut session = Session::new();
    feed(&mut session, &zkey, blake3::hash(&zkey).as_bytes());
    session.key_read(&Silent).unwrap();
    session
}

fn prove_text(session: &mut Session, text: &[u8], progress: &dyn Progress) -> Result<(), Failure> {
    let bytes = 32 + text.len();
    let room = session.room(bytes);
    room[..32].fill(1);
    room[32..].copy_from_slice(text);
    session.prove(bytes, progress)
}

fn prove(session: &mut Session, json: &Value) -> Result<(), Failure> {
    prove_text(session, json.to_string().as_bytes(), &Silent)
}

#[test]
fn every_circuit_is_proven_from_its_json_and_others_verify_it() {
    for kind in Kind::ALL {
        let instance = Instance::example(kind, 11);
        let mut json = instance.json();
        // hexadecimal as good as decimal, numbers as good in text
        let (first, of_first) = match kind {
            Kind::Attest => ("k", "weight"),
            Kind::Fold => ("idc", "state"),
            Kind::Show | Kind::Member => ("root", "cutoff"),
        };
        let element = field::encode(&instance.publics()[0]);
        let digits: String = element.iter().map(|byte| format!("{byte:02x}")).collect();
        json[first] = format!("0x{digits}").into();
        if let Some(number) = json[of_first].as_u64() {
            json[of_first] = number.to_string().into();
        }
        let mut session = with_key(kind);
        prove(&mut session, &json).unwrap_or_else(|why| panic!("{kind}: {}", why.0));
        let (proof, publics) = session.answer().split_at(256);
        let publics: Vec<_> = publics
            .chunks(32)
            .map(|bytes| field::decode(bytes).unwrap())
            .collect();
        assert_eq!(publics, instance.publics(), "{kind}");
        let key = PreparedKey::new(&development::key(kind).verifying);
        let proof = Proof::decode(proof).unwrap();
        assert!(verify(&key, &publics, &proof), "{kind}");
        keep(kind.name(), key.key(), &publics, &proof);
        // randomness and instance serve once
        let again = session.prove(32, &Silent).unwrap_err();
        assert!(again.0.contains("room"), "{}", again.0);
    }
}

/// What a session says to an instance that somebody changed.
fn refusal(session: &mut Session, kind: Kind, change: impl FnOnce(&mut Value)) -> String {
    let mut json = Instance::example(kind, 3).json();
    change(&mut json);
    prove(session, &json).unwrap_err().0
}

#[test]
fn what_is_no_instance_is_refused_with_the_field_and_what_belongs_there() {
    let session = &mut with_key(Kind::Member);
    let secret = Instance::example(Kind::Member, 3).json()["sk"]
        .as_str()
        .unwrap()
        .to_owned();
    type Change = fn(&mut Value);
    let cases: &[(Kind, Change, &str)] = &[
        (
            Kind::Member,
            |j| *j = json!([]),
            "circuit is missing; write attest, fold, show or member",
        ),
        (
            Kind::Member,
            |j| j["circuit"] = json!(3),
            "circuit is not what belongs there",
        ),
        (
            Kind::Member,
            |j| j["circuit"] = json!("sow"),
            "unknown circuit: name=sow; one of attest, fold",
        ),
        (
            Kind::Member,
            |j| j["circuit"] = json!("show"),
            "unknown; take it out, or write one of root, period",
        ),
        (
            Kind::Member,
            |j| drop(j.as_object_mut().unwrap().remove("sk")),
            "sk is missing; write a number below",
        ),
        (
            Kind::Member,
            |j| j["sk"] = json!(7),
            "sk is not what belongs there; write a number below the field's order as text",
        ),
        (
            Kind::Member,
            |j| j["sk"] = json!("0x12"),
            "sk is not what belongs there",
        ),
        (
            Kind::Member,
            |j| j["sk"] = format!("0x{}", "f".repeat(64)).into(),
            "sk is not what belongs there",
        ),
        (
            Kind::Member,
            |j| j["sk"] = format!("{}x", j["sk"].as_str().unwrap()).into(),
            "sk is not what belongs there",
        ),
        (
            Kind::Member,
            |j| j["keyed"] = json!(1),
            "keyed is unknown; take it out, or write one of root, cutoff",
        ),
        (
            Kind::Member,
            |j| j["attr"]["circuit"] = json!("show"),
            "attr.circuit is unknown",
        ),
        (
            Kind::Member,
            |j| j["attr"]["vouch"] = json!(256),
            "attr.vouch is not what belongs there; write a whole number from 0 to 255",
        ),
        (
            Kind::Member,
            |j| j["attr"]["joined"] = json!(-1),
            "attr.joined is not",
        ),
        (
            Kind::Member,
            |j| j["attr"]["joined"] = json!(1.5),
            "attr.joined is not",
        ),
        (
            Kind::Member,
            |j| j["cutoff"] = json!(1 << 24),
            "cutoff is not what belongs there; write a whole number from 0 to 2^24 − 1",
        ),
        (
            Kind::Member,
            |j| j["path"]["siblings"] = json!(["0"]),
            "path.siblings is not what belongs there; write a list of 20",
        ),
        (
            Kind::Member,
            |j| j["path"]["siblings"][7] = json!(null),
            "path.siblings[7] is not",
        ),
        (
            Kind::Show,
            |j| j["state"]["buckets"][2][3] = json!("18446744073709551616"),
            "state.buckets[2][3] is not",
        ),
        (
            Kind::Show,
            |j| j["tail"] = json!({}),
            "tail is not what belongs there; write a list, oldest first",
        ),
        (
            Kind::Show,
            |j| j["tail"][0]["outcome"] = json!(1),
            "tail[0].outcome is not what belongs there; write true or false",
        ),
        (
            Kind::Show,
            |j| j["thresholds"]["theta"] = json!("many"),
            "thresholds.theta is not",
        ),
        (
            Kind::Fold,
            |j| j["entries"][0]["weight"] = json!(65_536),
            "entries[0].weight is not what belongs there; write a whole number from 0 to 65535",
        ),
        (
            Kind::Attest,
            |j| j["rating"] = json!("good"),
            "rating is not what belongs there; write an object",
        ),
    ];
    for (kind, change, expected) in cases {
        let said = refusal(session, *kind, change);
        assert!(said.starts_with("instance: "), "{said}");
        assert!(said.contains(expected), "{expected}: {said}");
        assert!(!said.contains(&secret), "{said}");
    }
    let long = [b' '; mycel_circuits::instance::MOST_BYTES + 1];
    for (text, expected) in [
        (&b"{\"circuit\":"[..], "no JSON: EOF while parsing"),
        (b"", "no JSON"),
        (b"\xff", "no JSON"),
        (&long, "bytes=65537 most=65536"),
        (&[b'['; 10_000], "no JSON: recursion limit"),
    ] {
        let said = prove_text(session, text, &Silent).unwrap_err().0;
        assert!(said.contains(expected), "{expected}: {said}");
    }
    // and without randomness, or room, or a key
    let text = Instance::example(Kind::Member, 3).json().to_string();
    let bytes = 32 + text.len();
    session.room(bytes)[32..].copy_from_slice(text.as_bytes());
    let said = session.prove(bytes, &Silent).unwrap_err().0;
    assert!(said.contains("32 fresh random bytes"), "{said}");
    for (room, bytes) in [(31, 31), (10, 11), (0, usize::MAX)] {
        session.room(room);
        session.prove(bytes, &Silent).unwrap_err();
    }
    let said = prove_text(&mut Session::new(), text.as_bytes(), &Silent).unwrap_err();
    assert!(said.0.contains("read a key first"), "{}", said.0);
}

#[test]
fn what_does_not_fit_together_is_refused_with_the_circuits_reason() {
    let session = &mut with_key(Kind::Member);
    type Change = fn(&mut Value);
    let cases: &[(Kind, Change, &str)] = &[
        (
            Kind::Attest,
            |j| j["direction"] = json!(2),
            "out of range: dir=2 most=1",
        ),
        (
            Kind::Attest,
            |j| j["rating"]["eco"] = json!(1001),
            "out of range: eco=1001 most=1000",
        ),
        (
            Kind::Attest,
            |j| j["key"] = json!("1"),
            "not equal: k given=",
        ),
        (
            Kind::Attest,
            |j| j["weight"] = json!(0),
            "rate with the deal's weight",
        ),
        (
            Kind::Fold,
            |j| j["sk"] = json!("1"),
            "use the key that the mailbox is under",
        ),
        (
            Kind::Fold,
            |j| j["state"]["buckets"][0][0] = json!("1"),
            "recover the sums",
        ),
        (
            Kind::Fold,
            |j| j["state"]["buckets"][1][0] = json!(u64::MAX),
            "sums overflow",
        ),
        (
            Kind::Fold,
            |j| j["entries"] = vec![j["entries"][0].clone(); 9].into(),
            "fold the oldest eight first",
        ),
        (
            Kind::Fold,
            |j| j["entries"][0]["period"] = json!(0),
            "time runs backwards",
        ),
        (
            Kind::Show,
            |j| j["tail"] = json!([]),
            "every entry received belongs into the proof",
        ),
        (
            Kind::Show,
            |j| j["nullifier"] = json!("1"),
            "derive the nullifier from your own key",
        ),
        (
            Kind::Show,
            |j| j["thresholds"]["t_min"] = json!(1u64 << 43),
            "thresholds not met: total weight",
        ),
        (
            Kind::Show,
            |j| j["path"]["index"] = json!(1 << 20),
            "out of range: index=1048576",
        ),
        (
            Kind::Member,
            |j| j["subject"] = json!("1"),
            "name your own identity or nobody (0)",
        ),
        (
            Kind::Member,
            |j| j["attr"]["keyed"] = json!(16_777_215),
            "wait for the next term",
        ),
        (
            Kind::Member,
            |j| j["attr"]["vouch"] = json!(128),
            "out of range: vouch=128 most=127",
        ),
        (
            Kind::Member,
            |j| j["path"]["siblings"][0] = json!("1"),
            "not equal: root given=",
        ),
    ];
    for (kind, change, expected) in cases {
        let said = refusal(session, *kind, change);
        assert!(said.contains(expected), "{expected}: {said}");
    }
    // and what does, with another circuit's key
    let said = refusal(session, Kind::Attest, |_| ());
    assert!(said.contains("use the key of this circuit"), "{said}");
}

/// Something else than what stands there.
fn something(rng: &mut StdRng) -> Value {
    let large = "9".repeat(rng.gen_range(1..100));
    match rng.gen_range(0..12) {
        0 => Value::Null,
        1 => rng.gen_range::<u8, _>(0..9).into(),
        2 => rng.r#gen::<u64>().into(),
        3 => rng.r#gen::<i64>().into(),
        4 => rng.r#gen::<f64>().into(),
        5 => rng.r#gen::<bool>().into(),
        6 => large.into(),
        7 => rng.gen_range::<u64, _>(0..1 << 24).to_string().into(),
        8 => json!([]),
        9 => json!({}),
        10 => vec![json!("0"); rng.gen_range(0..30)].into(),
        _ => ["attest", "fold", "show", "member"][rng.gen_range(0..4)].into(),
    }
}

/// Changes something somewhere.
fn mutate(rng: &mut StdRng, json: &mut Value) {
    let inside = rng.gen_ratio(5, 6);
    match json {
        Value::Object(fields) if inside && !fields.is_empty() => {
            let names: Vec<String> = fields.keys().cloned().collect();
            let name = &names[rng.gen_range(0..names.len())];
            match rng.gen_range(0..20) {
                0 => drop(fields.remove(name)),
                1 => drop(fields.insert(format!("{name}_"), something(rng))),
                _ => mutate(rng, &mut fields[name]),
            }
        }
        Value::Array(list) if inside && !list.is_empty() => {
            let (one, other) = (rng.gen_range(0..list.len()), rng.gen_range(0..list.len()));
            match rng.gen_range(0..20) {
                0 => drop(list.remove(one)),
                1 => list.insert(one, list[other].clone()),
                2 => list.swap(one, other),
                _ => mutate(rng, &mut list[one]),
            }
        }
        Value::Number(number) if inside => {
            let near = number.as_u64().unwrap_or_default();
            *json = near
                .wrapping_add(rng.gen_range(0..5))
                .wrapping_sub(2)
                .into();
        }
        Value::String(text) if inside && !text.is_empty() => {
            let at = rng.gen_range(0..text.len());
            let digit = b"0123456789x\""[rng.gen_range(0..12)];
            text.replace_range(at..=at, &char::from(digit).to_string());
        }
        other => *other = something(rng),
    }
}

/// Whether every row holds.
fn holds(instance: &Instance) -> bool {
    fn all<C: Circuit>(inputs: &C) -> bool {
        C::compile()
            .broken(&inputs.unchecked_assignment())
            .is_empty()
    }
    match instance {
        Instance::Attest(inputs) => all(&**inputs),
        Instance::Fold(inputs) => all(&**inputs),
        Instance::Show(inputs) => all(&**inputs),
        Instance::Member(inputs) => all(&**inputs),
    }
}

#[test]
fn mutated_instances_are_refused_with_a_reason_or_hold_and_never_panic() {
    let seed = rand::random::<u64>();
    eprintln!("seed={seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let examples: Vec<(Kind, Value)> = Kind::ALL
        .into_iter()
        .flat_map(|kind| [1, 2, 3].map(|number| (kind, Instance::example(kind, number).json())))
        .collect();
    let session = &mut with_key(Kind::Member);
    // up to where sums over points begin: these take most of a proof's time, and no input
    let stop = |stage, _, _| match stage {
        Stage::Quotient => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    };
    let (mut malformed, mut inconsistent, mut taken) = (0, 0, 0);
    for round in 0..2_000 {
        let (kind, example) = &examples[rng.gen_range(0..examples.len())];
        let mut json = example.clone();
        for _ in 0..rng.gen_range(1..3) {
            mutate(&mut rng, &mut json);
        }
        let mut text = json.to_string().into_bytes();
        if rng.gen_ratio(1, 8) {
            let at = rng.gen_range(0..text.len());
            match rng.gen_range(0..3) {
                0 => text.truncate(at),
                1 => text[at] = rng.r#gen(),
                _ => text.insert(at, rng.r#gen()),
            }
        }
        let shown = || {
            format!(
                "seed={seed} round={round} {kind}: {}",
                String::from_utf8_lossy(&text)
            )
        };
        let said = prove_text(session, &text, &stop).unwrap_err().0;
        assert!(!said.is_empty() && said.len() < 1_000, "{said} {}", shown());
        if said.starts_with("instance: ") {
            malformed += 1;
        } else if said == "cancelled" || said.contains("use the key of this circuit") {
            taken += 1;
            let instance = Instance::read(&text).unwrap();
            assert!(holds(&instance), "{}", shown());
        } else {
            inconsistent += 1;
        }
    }
    eprintln!("malformed={malformed} inconsistent={inconsistent} taken={taken}");
    assert!(malformed > 200 && inconsistent > 200 && taken > 0);
}
