//! Whose roll a file's proof is about.
use mycel_town::contracts::{MEMBERS, TRUST};
use serde_json::{Value, json};
use snapbox::cmd::{Command, cargo_bin};

use super::{Village, zk::snarkjs};

/// A contract of somebody's own, with the same keys and members that do not exist, is on the same chain under the same
/// validators: all of its file holds but whose it is.
#[test]
fn a_file_of_a_contract_that_the_reader_does_not_trust_proves_nothing() {
    let village = Village::new(12);
    let (own, other) = (village.contract(TRUST), village.contract(MEMBERS));
    let town = village.served();
    let made = town.line(
        "mycel trust prove --to court --challenge 7 --weight 900 -o p.json --from member-1 --output json",
    );
    assert_eq!(made.code, 0, "{}{}", made.out, made.err);
    let said: Value = serde_json::from_str(&made.out).unwrap();
    assert_eq!(said["contract"], own.as_str(), "the maker is told, too");

    // its parts are what snarkjs reads
    let text = std::fs::read_to_string(town.home.path().join("p.json")).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    mycel_props::proofs::keep_file("show", &file);
    let part = |name: &str| {
        let path = town.home.path().join(format!("{name}.json"));
        std::fs::write(&path, file[name].to_string()).unwrap();
        path
    };
    let [key, public, proof] = ["verification_key", "public", "proof"].map(part);
    assert_eq!(snarkjs(&json!([["verify", key, public, proof]])), [true]);

    // the home's network names the one to trust
    let held = town.line("mycel trust verify p.json");
    assert_eq!(held.code, 0, "{}{}", held.out, held.err);
    assert!(held.out.contains(own.as_str()), "{}", held.out);
    assert!(held.out.contains("until it takes another identity"));
    let foreign = town.line(&format!("mycel trust verify p.json --contract {other}"));
    assert_eq!((foreign.code, &*foreign.out), (4, ""), "{}", foreign.err);
    for address in [&own, &other] {
        assert!(foreign.err.contains(address.as_str()), "{}", foreign.err);
    }

    // where no network is known, what is trusted has to be said
    let text = std::fs::read_to_string(town.home.path().join("network.json")).unwrap();
    let network: Value = serde_json::from_str(&text).unwrap();
    let home = tempfile::tempdir().unwrap();
    let verify = |more: &[&str]| {
        let output = Command::new(cargo_bin!("mycel"))
            .env("MYCEL_HOME", home.path())
            .args(["trust", "verify", "--trust"])
            .arg(network["validators"].as_str().unwrap())
            .arg(town.home.path().join("p.json"))
            .args(more)
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].map(|said| String::from_utf8(said).unwrap());
        (output.status.code(), said.concat())
    };
    let (code, said) = verify(&[]);
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("--contract"), "{said}");
    let (code, said) = verify(&["--contract", own.as_str()]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = verify(&["--contract", other.as_str()]);
    assert_eq!(code, Some(4), "{said}");
    // the same contract's address can stand on another chain of the same validators
    let chain = network["chain_id"].as_str().unwrap();
    for (id, expected) in [(chain, 0), ("elsewhere-1", 4)] {
        let (code, said) = verify(&["--contract", own.as_str(), "--chain-id", id]);
        assert_eq!(code, Some(expected), "{id}: {said}");
    }

    // another town's folder names another contract, or another chain
    for (field, value) in [
        ("contracts", json!({TRUST: other.as_str()})),
        ("chain_id", json!("elsewhere-1")),
    ] {
        let mut elsewhere = network.clone();
        elsewhere[field] = value;
        std::fs::write(home.path().join("network.json"), elsewhere.to_string()).unwrap();
        let (code, said) = verify(&[]);
        assert_eq!(code, Some(4), "{field}: {said}");
    }
    // the last of these has the contract, on another chain: its name is no way around
    let (code, said) = verify(&["--contract", TRUST]);
    assert_eq!(code, Some(4), "{said}");
}
