//! Positions and audits against a town on a mock chain: real headers, signatures and proofs over HTTP.
mod town;

use serde_json::Value;
use snapbox::cmd::{Command, cargo_bin};
use town::{CREDIT, Town};

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn run(home: &std::path::Path, words: &[&str]) -> Ran {
    let output = Command::new(cargo_bin!("mycel"))
        .env_remove("MYCEL_PASSPHRASE")
        .env_remove("MYCEL_NODE")
        .env("MYCEL_HOME", home)
        .args(words)
        .output()
        .unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {} {}", ran.out, ran.err))
}

#[test]
fn a_position_is_computed_from_proven_records() {
    let town = Town::new(0);
    let ran = run(
        town.home.path(),
        &["position", "member-2", "--output", "json"],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    let shown = json(&ran);
    assert_eq!(shown["position"], (-50 * CREDIT).to_string());
    assert_eq!(shown["headroom"], (50 * CREDIT).to_string());
    assert_eq!(
        (&shown["verified"], &shown["height"]),
        (&true.into(), &2.into())
    );
    // what is owned has decayed a little by the header's time
    let shown = json(&run(
        town.home.path(),
        &["position", "member-1", "--output", "json"],
    ));
    let number = |name: &str| shown[name].as_str().unwrap().parse::<i128>().unwrap();
    assert!(number("pending_decay") > 0);
    assert_eq!(number("position") + number("pending_decay"), 30 * CREDIT);

    let ran = run(town.home.path(), &["position", "member-2"]);
    assert!(ran.out.contains("position       -50.00\n"), "{}", ran.out);
    assert!(
        ran.out.contains("verified       yes: proven at height 2"),
        "{}",
        ran.out
    );
    // proven not to be a member
    let ran = run(town.home.path(), &["position", "operator"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("no member"), "{}", ran.err);
}

#[test]
fn a_lying_node_is_caught_and_a_variant_is_shown_as_unverified() {
    let town = Town::new(0);
    town.node.lock().unwrap().lie = Some(vec![7; 44]);
    let ran = run(town.home.path(), &["position", "member-2"]);
    assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{}", ran.err);
    assert!(ran.err.contains("verification failed"), "{}", ran.err);

    let town = Town::new(0);
    {
        let mut node = town.node.lock().unwrap();
        let about = node.smart.get_mut("about").unwrap();
        about["variant"]["policies"] = serde_json::json!(["limit"]);
        let said = serde_json::json!({"position": "-1", "pending_decay": "0", "limit": "9",
            "headroom": "8", "held": "0", "frozen": false, "at": "5"});
        node.smart.insert("position".into(), said);
    }
    let ran = run(
        town.home.path(),
        &["position", "member-2", "--output", "json"],
    );
    assert_eq!(ran.code, 5, "as an audit that cannot verify: {}", ran.err);
    let shown = json(&ran);
    assert_eq!(
        (&shown["verified"], &shown["position"]),
        (&false.into(), &"-1".into())
    );
    assert!(
        shown["unverified_because"]
            .as_str()
            .unwrap()
            .contains("variant")
    );
}

#[test]
fn a_bundle_is_written_and_verifies_offline_and_a_flipped_byte_does_not() {
    let town = Town::new(0);
    let file = town.home.path().join("bundle.json");
    let file = file.to_str().unwrap();
    let ran = run(
        town.home.path(),
        &["audit", "state", "position", "member-1", "-o", file],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("stored position 30.00"), "{}", ran.out);

    // another home: no network, no node
    let elsewhere = tempfile::tempdir().unwrap();
    let verify = |trust: &str| {
        run(
            elsewhere.path(),
            &[
                "audit", "verify", file, "--trust", trust, "--output", "json",
            ],
        )
    };
    let ran = verify(&town.trust);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let shown = json(&ran);
    assert_eq!(
        shown["credit_account"]["position"],
        (30 * CREDIT).to_string()
    );
    assert_eq!(shown["verified"], true);
    let header = shown["header"].as_str().unwrap();
    assert_eq!(
        verify(header).code,
        0,
        "the header's own height:hash is a trust"
    );
    assert_eq!(verify(&"0".repeat(64)).code, 4);

    let original = std::fs::read(file).unwrap();
    for place in [
        0,
        original.len() / 3,
        original.len() / 2,
        original.len() - 2,
    ] {
        let mut changed = original.clone();
        changed[place] ^= 1;
        std::fs::write(file, &changed).unwrap();
        let ran = verify(&town.trust);
        assert_eq!((ran.code, ran.out.as_str()), (4, ""), "byte {place}");
    }
}

#[test]
fn a_bundle_proves_whose_account_a_number_is() {
    let town = Town::new(0);
    let file = town.home.path().join("number.json");
    let file = file.to_str().unwrap();
    let state = ["audit", "state", "number", "member-2", "-o", file];
    let foreseen = run(town.home.path(), &[&state[..], &["--dry-run"]].concat());
    assert_eq!(foreseen.code, 0, "{}", foreseen.err);
    assert!(
        foreseen.out.contains("nothing was written"),
        "{}",
        foreseen.out
    );
    assert!(!std::path::Path::new(file).exists());
    assert_eq!(run(town.home.path(), &state).code, 0);
    let words = [
        "audit",
        "verify",
        file,
        "--trust",
        &town.trust,
        "--output",
        "json",
    ];
    let shown = json(&run(town.home.path(), &words));
    let known = run(town.home.path(), &["keys", "show", "member-2", "--address"]);
    assert_eq!(shown["credit_number"]["address"], known.out.trim());
    assert_eq!(shown["credit_number"]["number"], 1);
    // proven absence: the operator has no account
    let absent = run(town.home.path(), &["audit", "state", "number", "operator"]);
    assert_eq!(absent.code, 0, "{}", absent.err);
    assert!(absent.out.contains("\"value\": null"), "{}", absent.out);
}

#[test]
fn any_entry_can_be_read_and_the_bundle_is_the_result() {
    let town = Town::new(0);
    for words in [
        vec!["audit", "state", "mycel/2078"],
        vec!["audit", "state", "mycel/2079"],
        vec!["audit", "state", "--key", "6e"],
        vec!["audit", "state", "account", "operator"],
        vec!["audit", "state", "mycel/0b", "--height", "1"],
    ] {
        let ran = run(town.home.path(), &words);
        assert_eq!(ran.code, 0, "{words:?} {}", ran.err);
        let trust = town.trust.parse().unwrap();
        mycel_light::verify(ran.out.as_bytes(), &trust).unwrap_or_else(|e| panic!("{words:?} {e}"));
    }
    for (words, code) in [
        (vec!["audit", "state", "mycel/xyz"], 2),
        (vec!["audit", "state"], 2),
        (vec!["audit", "state", "mycel/2078", "--height", "9"], 5),
        (vec!["audit", "state", "position", "operator"], 1),
    ] {
        let ran = run(town.home.path(), &words);
        assert_eq!(
            (ran.code, ran.out.as_str()),
            (code, ""),
            "{words:?} {}",
            ran.err
        );
    }
}

#[test]
fn the_supply_is_recomputed_and_a_missing_credit_is_a_violation() {
    let town = Town::new(0);
    let ran = run(town.home.path(), &["audit", "supply", "--output", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let shown = json(&ran);
    assert_eq!(
        (&shown["sum"], &shown["accounts"], &shown["holds"]),
        (&"0".into(), &3.into(), &true.into())
    );

    let town = Town::new(1);
    let ran = run(town.home.path(), &["audit", "supply"]);
    assert_eq!(ran.code, 4);
    assert!(ran.out.contains("holds      NO"), "{}", ran.out);
    assert!(ran.err.contains("not 0"), "{}", ran.err);

    let other = mycel_types::AccountAddress::new([8; 32])
        .unwrap()
        .to_string();
    let ran = run(town.home.path(), &["audit", "supply", "--contract", &other]);
    assert_eq!(ran.code, 5, "{}", ran.err);
    assert_eq!(town.contract.as_bytes().len(), 32);
}
