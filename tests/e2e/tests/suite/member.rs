//! A newcomer's way through the command line: invited, enrolled, paying, asking, owing, leaving with everything.
use std::{fs, process::Output, thread::sleep, time::Duration};

use mycel_e2e::{Town, json, text};
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

#[test]
fn a_newcomer_joins_pays_asks_owes_and_takes_everything_along() {
    let town = Town::start(&["--members", "12"]);
    let secret = town.dir().join("passphrase");
    fs::write(&secret, "correct horse\n").unwrap();
    let secret = secret.to_str().unwrap().to_owned();
    let run = |words: &[&str]| {
        let mut all = words.to_vec();
        all.extend(["--yes", "--passphrase-file", &secret]);
        town.mycel(&all)
    };
    ok(run(&["keys", "add", "nora"]));

    // nobody joins uninvited; whoever is invited needs no gas of her own
    let join = [
        "member",
        "join",
        "--from",
        "nora",
        "--handle",
        "nora",
        "--sponsor",
        "member-1",
    ];
    let early = run(&join);
    assert_eq!(early.status.code(), Some(1), "{}", text(&early.stderr));
    let foreseen = ok(run(&[
        "member",
        "invite",
        "nora",
        "--from",
        "member-1",
        "--dry-run",
    ]));
    assert!(foreseen.contains("Nothing was sent"), "{foreseen}");
    ok(run(&["member", "invite", "nora", "--from", "member-1"]));
    ok(run(&join));
    let nora: Value = json(&run(&[
        "member",
        "show",
        "nora@riverside",
        "--output",
        "json",
    ]));
    assert_eq!(
        (&nora["person"], &nora["status"], &nora["sponsor"]),
        (&"13".into(), &"active".into(), &"1".into())
    );

    // credit, class and standing came in the same transaction; the block after it proves them
    sleep(Duration::from_secs(1));
    let position: Value = json(&run(&["position", "nora@riverside", "--output", "json"]));
    assert_eq!(position["verified"], true, "{position}");
    ok(run(&[
        "pay",
        "m-2@riverside",
        "4",
        "--from",
        "nora",
        "--ref",
        "bread",
    ]));
    assert!(ok(run(&["history", "nora"])).contains("bread"));
    assert!(ok(run(&["statement", "nora"])).contains("4.00"));

    // somebody asks, she pays; she asks, and takes it back
    ok(run(&[
        "request",
        "ask",
        "nora@riverside",
        "2.5",
        "--from",
        "member-2",
        "--ref",
        "rent",
    ]));
    let asked: Value = json(&run(&["request", "list", "nora", "--output", "json"]));
    assert_eq!(
        (&asked[0]["direction"], &asked[0]["ref"]),
        (&"asked by".into(), &"rent".into())
    );
    let number = asked[0]["id"].as_str().unwrap().to_owned();
    ok(run(&["request", "accept", &number, "--from", "nora"]));
    assert!(ok(run(&["history", "member-2"])).contains("2.50"));
    ok(run(&["request", "ask", "member-3", "1", "--from", "nora"]));
    let asked: Value = json(&run(&["request", "list", "nora", "--output", "json"]));
    let number = asked[0]["id"].as_str().unwrap().to_owned();
    ok(run(&["request", "decline", &number, "--from", "member-3"]));
    assert_eq!(
        json(&run(&["request", "list", "nora", "--output", "json"])),
        serde_json::json!([])
    );

    // three who owe each other in a circle
    let owe = |from: &str, to: &str| {
        let done: Value = json(&run(&[
            "clear", "owe", to, "7.5", "--from", from, "--output", "json",
        ]));
        done["proposal"].as_str().unwrap().to_owned()
    };
    for (from, to, key) in [
        ("nora", "member-4", "member-4"),
        ("member-4", "member-5", "member-5"),
        ("member-5", "nora@riverside", "nora"),
    ] {
        let proposal = owe(from, to);
        ok(run(&["clear", "confirm", &proposal, "--from", key]));
        ok(run(&["clear", "tender", "--from", key]));
    }
    assert!(ok(run(&["clear", "list", "nora"])).contains("tendered"));
    let round: Value = json(&run(&[
        "clear",
        "solve-and-post",
        "--from",
        "member-6",
        "--output",
        "json",
    ]));
    assert_eq!(
        (&round["cleared"], &round["gap"], &round["stage"]),
        (&"22500000000000".into(), &"0".into(), &"done".into())
    );
    let helped: Value = json(&run(&["clear", "helped", "nora", "--output", "json"]));
    assert_eq!(helped["owes_less"], "7500000000000", "{helped}");
    assert!(ok(run(&["clear", "round"])).contains("22.50"));

    // vouched for, and everything in one file
    ok(run(&[
        "member",
        "vouch",
        "nora@riverside",
        "--from",
        "member-2",
    ]));
    ok(run(&["member", "queue"]));
    let file = town.dir().join("nora.json");
    ok(run(&[
        "member",
        "export",
        "nora",
        "-o",
        file.to_str().unwrap(),
    ]));
    let export: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    for contract in ["members", "credit", "clearing"] {
        let records = export["contracts"][contract]["records"].as_array().unwrap();
        assert!(!records.is_empty(), "{contract}");
    }
    ok(run(&["member", "leave", "--from", "nora"]));
    let nora: Value = json(&run(&["member", "show", "nora", "--output", "json"]));
    assert_eq!(nora["status"], "leaving", "{nora}");
    let stopped = run(&["pay", "member-2", "2000", "--from", "nora"]);
    assert_eq!(stopped.status.code(), Some(1), "{}", text(&stopped.stderr));
    let supply: Value = json(&run(&["audit", "supply", "--output", "json"]));
    assert_eq!(supply["sum"], "0", "{supply}");
}
