//! The README's three doors, run as their readers would, and what each says to wrong use.
use std::{fs, process::Output};

use mycel_e2e::{Town, contracts, json, mycel, text};
use serde_json::Value;

fn ok(output: Output) -> String {
    assert!(
        output.status.success(),
        "{:?}\n{}\n{}",
        output.status,
        text(&output.stdout),
        text(&output.stderr)
    );
    text(&output.stdout)
}

fn refused(output: &Output, code: i32, story: &str) {
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{stderr}");
    assert!(stderr.contains(story), "{stderr}");
    assert!(
        output.stdout.is_empty(),
        "stdout is the result and nothing else"
    );
}

#[test]
fn the_doors_of_the_readme_open() {
    let mut town = Town::start(&["--members", "12"]);

    // the member
    let position = json(&town.mycel(&["position", "member-1", "--output", "json"]));
    assert_eq!(position["verified"], true, "{position}");
    ok(town.mycel(&["pay", "member-2", "12.5", "--from", "member-1", "--yes"]));
    assert!(ok(town.mycel(&["history", "member-1"])).contains("12.50"));
    let stranger = town.mycel(&["pay", "member-99", "1", "--from", "member-1", "--yes"]);
    refused(&stranger, 2, "member-99");
    let too_much = town.mycel(&["pay", "member-2", "9000000", "--from", "member-1", "--yes"]);
    refused(&too_much, 1, "limit exceeded");

    ok(town.mycel(&[
        "request", "ask", "member-2", "5", "--from", "member-1", "--yes",
    ]));
    assert!(ok(town.mycel(&["request", "list", "member-2"])).contains("5.00"));
    let paid = ok(town.mycel(&["request", "accept", "1", "--from", "member-2", "--yes"]));
    assert!(
        paid.contains("request 1: 5.00 credits to member-1"),
        "{paid}"
    );
    ok(town.mycel(&["statement", "member-1"]));
    ok(town.mycel(&[
        "clear",
        "owe",
        "m-3@riverside",
        "20",
        "--from",
        "member-1",
        "--yes",
    ]));
    assert!(ok(town.mycel(&["clear", "list", "member-1"])).contains("m-3@riverside"));
    ok(town.mycel(&["member", "show", "m-2@riverside"]));
    ok(town.mycel(&["member", "queue"]));

    // the developer
    let about = json(&town.mycel(&["contract", "query", "credit", r#"{"about":{}}"#]));
    assert_eq!(about["standard"], "mycel-credit");
    let settle = r#"{"settle":{"accounts":[]}}"#;
    ok(town.mycel(&[
        "contract", "call", "credit", settle, "--from", "member-1", "--yes",
    ]));
    let svg = town.dir().join("town.svg");
    let folder = contracts();
    let sim = [
        "contract",
        "sim",
        "--members",
        "20",
        "--days",
        "20",
        "--svg",
        svg.to_str().unwrap(),
        "--wasm",
        folder.to_str().unwrap(),
    ];
    assert!(ok(town.mycel(&sim)).contains("what members own"));
    assert!(fs::read_to_string(&svg).unwrap().starts_with("<svg"));
    let wasm = contracts().join("mycel_credit.wasm");
    let operator = ok(town.mycel(&["keys", "show", "operator", "--address"]));
    let init = format!(r#"{{"authority":"{}"}}"#, operator.trim());
    let deployed = ok(town.mycel(&[
        "contract",
        "deploy",
        wasm.to_str().unwrap(),
        "--from",
        "operator",
        "--label",
        "mine",
        "--init",
        &init,
        "--yes",
    ]));
    assert!(deployed.contains("mycel1"), "{deployed}");

    // the auditor
    let bundle = town.dir().join("bundle.json");
    let path = bundle.to_str().unwrap();
    ok(town.mycel(&["audit", "state", "position", "member-1", "-o", path]));
    let number = town.dir().join("number.json");
    let number = number.to_str().unwrap();
    ok(town.mycel(&["audit", "state", "number", "member-1", "-o", number]));
    let supply = json(&town.mycel(&["audit", "supply", "--output", "json"]));
    assert_eq!(supply["sum"].as_str().unwrap(), "0", "{supply}");
    let trust = town.network()["validators"].as_str().unwrap().to_owned();
    town.stop();

    // offline, in a home that never met the network
    let home = tempfile::tempdir().unwrap();
    let verify = |file: &str| {
        mycel([
            "--home",
            home.path().to_str().unwrap(),
            "audit",
            "verify",
            file,
            "--trust",
            &trust,
        ])
    };
    ok(verify(path));
    let whole = fs::read(&bundle).unwrap();
    let forged = home.path().join("forged.json");
    // every byte is tried in the light crate's own tests; here a spread of them through the binary
    for at in (0..whole.len()).step_by(whole.len() / 60) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&forged, &bytes).unwrap();
        let output = verify(forged.to_str().unwrap());
        assert_eq!(
            output.status.code(),
            Some(4),
            "byte {at}: {}",
            text(&output.stderr)
        );
    }
    // the same bundle under another trust
    let foreign = mycel([
        "--home",
        home.path().to_str().unwrap(),
        "audit",
        "verify",
        path,
        "--trust",
        &"AB".repeat(32),
    ]);
    assert_eq!(foreign.status.code(), Some(4), "{}", text(&foreign.stderr));
}

#[test]
fn wrong_use_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let home = dir.path().to_str().unwrap();
    let start = |home: &str| mycel(["node", "start", "--home", home]);
    refused(&start(home), 2, "mycel up");
    let nobody = mycel([
        "--home",
        home,
        "--node",
        "http://127.0.0.1:9",
        "position",
        "member-1",
    ]);
    assert!(
        [2, 3].contains(&nobody.status.code().unwrap()),
        "{}",
        text(&nobody.stderr)
    );
    let later = mycel(["trust"]);
    refused(&later, 1, "not yet");
    let odd = mycel(["positoin"]);
    refused(&odd, 2, "position");
}

#[test]
fn a_node_refuses_a_folder_in_use_a_busy_port_a_damaged_file_and_an_open_key() {
    let mut town = Town::start(&["--members", "3"]);
    let home = town.dir().join("v0");
    let start = || mycel(["node", "start", "--home", home.to_str().unwrap()]);

    // the port is checked first, so free it to see the lock
    let config = fs::read_to_string(home.join("config/node.toml")).unwrap();
    refused(&start(), 2, "port busy");
    let rpc = town.network()["rpc"][0]
        .as_str()
        .unwrap()
        .replace("http://", "");
    fs::write(
        home.join("config/node.toml"),
        config.replacen(&rpc, "127.0.0.1:0", 1),
    )
    .unwrap();
    refused(&start(), 2, "in use");

    town.stop();
    let key = home.join("config/priv_validator_key.json");
    let mode = |mode: u32| {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&key, fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(0o644);
    refused(&start(), 2, "chmod 600");
    mode(0o600);
    let sound = fs::read_to_string(&key).unwrap();
    fs::write(&key, sound.replace("PrivKeyEd25519", "PrivKeySecp256k1")).unwrap();
    refused(&start(), 2, "backup");
    fs::write(&key, sound).unwrap();

    // the state of another node that ran on: state leads the blocks
    let state = home.join("data/state.redb");
    let sound = fs::read(&state).unwrap();
    fs::write(&state, &sound[..sound.len() / 2]).unwrap();
    let damaged = start();
    let stderr = text(&damaged.stderr);
    assert_eq!(damaged.status.code(), Some(2), "{stderr}");
    assert!(
        stderr.contains("state.redb") && stderr.contains("restore"),
        "{stderr}"
    );
    fs::write(&state, sound).unwrap();
    fs::remove_file(home.join("data/chain.redb")).unwrap();
    refused(&start(), 2, "mixed data directories");
    let other: Value =
        serde_json::from_str(&fs::read_to_string(home.join("config/genesis.json")).unwrap())
            .unwrap();
    let mut other = other;
    other["app_state"]["params"]["tx_max_gas"] = 1.into();
    fs::write(home.join("config/genesis.json"), other.to_string()).unwrap();
    refused(&start(), 2, "genesis");
}
