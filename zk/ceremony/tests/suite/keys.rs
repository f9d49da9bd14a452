//! Keys of development and of `init`.
use mycel_ceremony::{Ptau, R1cs, Zkey, development, init};
use mycel_circuits::Kind;
use mycel_prover::{ProvingKey, Silent};

use crate::support::{attest, hex};

#[test]
fn a_development_key_is_init_over_development_powers_with_one_known_contribution() {
    let fixture = attest();
    let quick = Zkey::parse(development::zkey(&fixture.r1cs).unwrap()).unwrap();
    assert_eq!(quick.record.circuit, fixture.init.record.circuit);
    let slow = development::contributed(&fixture.init).unwrap();
    assert!(slow == quick.bytes());
    mycel_ceremony::verify(&fixture.init, &quick).unwrap();
}

#[test]
fn init_gives_the_same_bytes_each_time() {
    let fixture = attest();
    let again = init(&fixture.r1cs, &mut Ptau::open(&fixture.powers()).unwrap()).unwrap();
    assert!(again.bytes() == fixture.init.bytes());
}

#[test]
fn the_key_before_any_contribution_is_no_key() {
    let fixture = attest();
    let why = fixture.init.verifying_key().unwrap_err().to_string();
    assert!(why.contains("anybody forges"), "{why}");
    let why = ProvingKey::read(fixture.init.bytes(), None, &Silent)
        .unwrap_err()
        .to_string();
    assert!(why.contains("anybody forges"), "{why}");
}

/// `MYCEL_UPDATE=1` writes them again: do so when a circuit changes.
#[test]
fn the_embedded_development_keys_are_the_circuits() {
    let update = std::env::var_os("MYCEL_UPDATE").is_some();
    for kind in Kind::ALL {
        let bytes = development::zkey(&R1cs::of(kind)).unwrap();
        let key = Zkey::parse(bytes).unwrap();
        let verifying = key.verifying_key().unwrap();
        if update {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/golden");
            let write = |name: String, text: String| {
                std::fs::write(format!("{folder}/{name}"), text).unwrap();
            };
            let json = mycel_verifier::snarkjs::key_json(&verifying);
            write(format!("{kind}.json"), format!("{json:#}\n"));
            let digests = format!("{} {}\n", hex(&key.digest()), hex(&verifying.digest()));
            write(format!("{kind}.digests"), digests);
            continue;
        }
        let embedded = development::key(kind);
        assert!(
            embedded.verifying.is_development(),
            "{kind}: the verifier knows α"
        );
        assert_eq!(
            embedded.verifying.encode(),
            verifying.encode(),
            "{kind}: MYCEL_UPDATE=1"
        );
        assert_eq!(embedded.zkey, key.digest(), "{kind}: MYCEL_UPDATE=1");
        assert_eq!(embedded.verifying.digest()[..], verifying.digest()[..]);
    }
}
