//! The README's three doors, run as their readers would, and what each says to wrong use.
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use mycel_e2e::{Town, binary, contracts, json, liar, mycel, readme, text};
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

/// A folder as a reader's: the repository's `target` in it, and what commands write.
struct Reader {
    folder: tempfile::TempDir,
    path: String,
    home: PathBuf,
}

impl Reader {
    fn of(town: &Town) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let programs = folder.path().join("programs");
        fs::create_dir_all(&programs).unwrap();
        let link = |from: &Path, to: PathBuf| std::os::unix::fs::symlink(from, to).unwrap();
        link(&binary(), programs.join("mycel"));
        fs::create_dir_all(folder.path().join("target")).unwrap();
        link(&contracts(), folder.path().join("target/contracts"));
        let path = std::env::var("PATH").unwrap();
        Self {
            path: format!("{}:{path}", programs.display()),
            folder,
            home: town.dir(),
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What a reader does who answers yes to what is asked.
    fn pastes(&self, command: &str) -> Output {
        Command::new("sh")
            .args(["-c", &format!("{command} --yes")])
            .current_dir(self.folder.path())
            .env("PATH", &self.path)
            .env("MYCEL_HOME", &self.home)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }
}

/// What some of the README's lines say; each of these lines stands there.
const SAID: &[(&str, &str)] = &[
    ("mycel history member-1", "12.50"),
    ("mycel request list member-2", "5.00"),
    (
        "mycel request accept 1 --from member-2",
        "request 1: 5.00 credits to member-1",
    ),
    ("mycel clear list member-1", "m-3@riverside"),
    ("mycel vote show 1", "4 seats by lot: 1 for no, 3 for yes"),
    (
        "mycel vote propose parameters credit exempt=30 --from member-1 --dry-run",
        "economy.exempt: 0.00 credits → 30.00 credits",
    ),
    (
        "mycel vote propose refuse \"face recognition\" --text \"Not here.\" --from member-1",
        "proposal 4",
    ),
    (
        "mycel vote advance 4 --wait --from member-2",
        "proposal 4: phase vote",
    ),
    (
        "mycel vote show 4 --as member-3",
        "m-3@riverside → m-1@riverside",
    ),
    (
        "mycel vote cast 4 yes --from member-1",
        "vote yes on proposal 4",
    ),
    (
        "mycel commons show 1 --as member-13",
        "your 15,000,000 shares yield",
    ),
    (
        "mycel commons plot 1 --svg forest.svg",
        "cap and harvest in kg",
    ),
    (
        "mycel commons harvest 1 100 --from member-13",
        "tell that member-13 took 100 kg of the forest",
    ),
    ("mycel commons market 1", "sealed orders are taken"),
    (
        "mycel commons bid 3 0.02:500 --from member-14",
        "seal an order to buy entitlement of the forest in auction 3",
    ),
    ("mycel fund show 2", "what comes next"),
    (
        "mycel fund give 2 2 5 --from member-1 --dry-run",
        "your 5.00 credits would bring this project",
    ),
    ("mycel fund result 1", "a well by the river"),
    ("mycel draw list", "assembly/1"),
    ("mycel draw result 1", "@riverside"),
    (
        "mycel draw replay 1 --html draw.html",
        "drawn again, the same people sit",
    ),
    // of those, one seats a monitor by lot
    ("mycel draw cases", "assess"),
    (
        "mycel contract query credit '{\"about\":{}}'",
        "mycel-credit",
    ),
    (
        "mycel contract sim --members 20 --days 20 --svg town.svg",
        "what members own",
    ),
    (
        "mycel contract query commons '{\"about\":{}}'",
        "mycel-commons",
    ),
    ("mycel audit draw 1", "each proven"),
    ("mycel audit epoch 1 2 -o epoch.json", "yes"),
    ("mycel audit epoch 1 2 --state epoch.json", "each proven"),
    ("mycel audit round 1 -o round.json", "a well by the river"),
    ("mycel audit round 1 --state round.json", "each proven"),
    ("mycel audit verify bundle.json", "verified"),
];

#[test]
fn the_doors_of_the_readme_open_and_a_draw_is_audited_against_who_lies() {
    // as `cargo xtask up` leaves a town: decisions made, a panel drawn, a forest after its drought, a round that takes
    // gifts; but trading little, as a key that pays at two nodes in the same moment has one payment left out, which is
    // likelier among 24 than among 200
    let mut town = Town::start(&["--members", "24", "--seats", "4", "--pace", "10000"]);
    let reader = Reader::of(&town);
    let lines = readme::doors();
    for (command, _) in SAID {
        let stands = lines.iter().any(|line| line.command == *command);
        assert!(stands, "the README has no line `{command}`: {lines:#?}");
    }
    for door in ["Member", "Developer", "Auditor"] {
        let of = lines.iter().filter(|line| line.door == door);
        assert!(of.count() >= 4, "{door}");
    }
    for line in &lines {
        let output = reader.pastes(&line.command);
        eprintln!("$ {}\n{}", line.command, text(&output.stdout));
        let out = ok(output);
        let said = SAID.iter().find(|(command, _)| *command == line.command);
        assert!(
            said.is_none_or(|(_, words)| out.contains(words)),
            "{}: {out}",
            line.command
        );
    }
    assert!(
        fs::read_to_string(reader.file("town.svg"))
            .unwrap()
            .starts_with("<svg")
    );

    // what programs read
    let position = json(&town.mycel(&["position", "member-1", "--output", "json"]));
    assert_eq!(position["verified"], true, "{position}");
    let supply = json(&town.mycel(&["audit", "supply", "--output", "json"]));
    assert_eq!(supply["sum"].as_str().unwrap(), "0", "{supply}");
    refusals(&town);
    lies_about_a_draw(&town);

    lies_about_a_commons(&town);

    let trust = town.network()["validators"].as_str().unwrap().to_owned();
    town.stop();
    offline(&reader.file("bundle.json"), &trust);
    again_offline(&town, &reader, &trust);
}

/// What each door says to wrong use.
fn refusals(town: &Town) {
    let from = ["--from", "member-1", "--yes"];
    for (words, code, story) in [
        (vec!["pay", "member-99", "1"], 2, "member-99"),
        (vec!["pay", "member-2", "9000000"], 1, "limit exceeded"),
        (
            vec!["vote", "cast", "1", "yes"],
            1,
            "see `mycel vote show 1`",
        ),
        (
            vec!["vote", "support", "77"],
            1,
            "no such proposal: proposal=77; nothing was sent; see `mycel vote list`",
        ),
        (
            vec!["vote", "advance", "1", "--wait"],
            1,
            "proposal 1 is executed",
        ),
        (vec!["draw", "volunteer", "1"], 1, "see `mycel draw show 1`"),
    ] {
        refused(&town.mycel(&[words, from.to_vec()].concat()), code, story);
    }
    // who belongs to nobody in the town has no word in it, and no power over its contracts
    let action = r#"{"decided":{"proposal":"1","electorate":"all","class":"constitutional","action":{"set_parameters":{}}}}"#;
    let stranger = ["--from", "operator", "--yes"];
    for words in [
        vec!["vote", "propose", "refuse", "cars", "--text", "None."],
        vec!["contract", "call", "credit", action],
    ] {
        let said = town.mycel(&[words, stranger.to_vec()].concat());
        assert_eq!(said.status.code(), Some(1), "{}", text(&said.stderr));
    }
}

/// Entries of sortition: a page of a posted lottery, and what a draw asked for.
const LOTTERY: u8 = b'o';

/// An auditor whose node is behind a man in the middle: honest answers hold; one changed byte of a value or of a
/// proof, another entry's true answer, an absence or another header is refused, with the reason.
fn lies_about_a_draw(town: &Town) {
    let node = town.url(0);
    let audit = |url: &str| town.mycel(&["audit", "draw", "1", "--node", url]);
    let honest = liar::serve(&node, |_, _, _| {});
    let told = ok(audit(&honest));
    assert!(
        told.contains("each proven") && !told.contains("NOT"),
        "{told}"
    );

    let is_page = |method: &str, params: &Value| {
        liar::entry(method, params).is_some_and(|entry| entry.first() == Some(&LOTTERY))
    };
    let value = liar::serve(&node, move |method, params, answer| {
        if is_page(method, params) {
            liar::flip(&mut answer["response"]["value"], 40);
        }
    });
    let proof = liar::serve(&node, move |method, params, answer| {
        if is_page(method, params) {
            liar::flip(&mut answer["response"]["proofOps"]["ops"][0]["data"], 40);
        }
    });
    // what was proven of another entry, in place of a page of the lottery
    let mut other = None;
    let swapped = liar::serve(&node, move |method, params, answer| {
        if is_page(method, params) {
            *answer = other.clone().expect("other entries are read before");
        } else if liar::entry(method, params).is_some() {
            other = Some(answer.clone());
        }
    });
    // a page of some other lottery under the true proof
    let forged = liar::serve(&node, move |method, params, answer| {
        if is_page(method, params) {
            answer["response"]["value"] = "AAAAAAAAAAAA".into();
        }
    });
    let absent = liar::serve(&node, move |method, params, answer| {
        if is_page(method, params) {
            answer["response"]["value"] = "".into();
        }
    });
    let bare = liar::serve(&node, move |method, params, answer| {
        if is_page(method, params) {
            answer["response"]["proofOps"] = Value::Null;
        }
    });
    let header = liar::serve(&node, |method, _, answer| {
        if method == "commit" {
            answer["signed_header"]["header"]["app_hash"] = "AB".repeat(32).into();
        }
    });
    let path = "verification failed: state proof: path in the tree does not hold";
    for (lie, url, code, story) in [
        ("value", value, 4, path),
        ("proof", proof, 4, path),
        ("swapped", swapped, 4, "is for another key"),
        ("forged", forged, 4, path),
        ("absent", absent, 4, "proof does not show absence"),
        // nothing is shown to be wrong, and nothing is taken for proven
        ("bare", bare, 5, "node gave no proof"),
        ("header", header, 4, "verification failed"),
    ] {
        let said = audit(&url);
        eprintln!("{lie}: {}", text(&said.stderr));
        refused(&said, code, story);
    }
}

/// One changed byte of an account, of a gift's page or of a proof is refused, whichever record it is of.
fn lies_about_a_commons(town: &Town) {
    let node = town.url(0);
    for (what, words) in [
        ("value", ["audit", "epoch", "1", "2"].as_slice()),
        ("proof", ["audit", "epoch", "1", "2"].as_slice()),
        ("value", ["audit", "round", "1"].as_slice()),
        ("proof", ["audit", "round", "1"].as_slice()),
    ] {
        let mut seen = 0;
        let url = liar::serve(&node, move |method, params, answer| {
            if liar::entry(method, params).is_some() {
                seen += 1;
                if seen == 4 && what == "value" {
                    liar::flip(&mut answer["response"]["value"], 3);
                } else if seen == 4 {
                    liar::flip(&mut answer["response"]["proofOps"]["ops"][0]["data"], 40);
                }
            }
        });
        let said = town.mycel(&[words, ["--node", &url].as_slice()].concat());
        refused(&said, 4, "verification failed");
    }
    for (words, story) in [
        (vec!["audit", "epoch", "9"], "see `mycel commons list`"),
        (
            vec!["audit", "epoch", "1", "99"],
            "see `mycel commons plot 1`",
        ),
        (vec!["audit", "round", "2"], "see `mycel fund show 2`"),
        (vec!["audit", "round", "9"], "see `mycel fund list --all`"),
    ] {
        refused(&town.mycel(&words), 1, story);
    }
}

/// What was exported is added up and divided again when the town is gone; forged, it is refused.
fn again_offline(town: &Town, reader: &Reader, trust: &str) {
    for (words, file) in [
        (["audit", "epoch", "1", "2"].as_slice(), "epoch.json"),
        (["audit", "round", "1"].as_slice(), "round.json"),
    ] {
        let path = reader.file(file);
        let read = |path: &Path, trust: &str| {
            let place = ["--trust", trust, "--state", path.to_str().unwrap()];
            town.mycel(&[words, place.as_slice()].concat())
        };
        assert!(ok(read(&path, trust)).contains("each proven"));
        assert_eq!(read(&path, &"AB".repeat(32)).status.code(), Some(4));
        let bundles: Vec<String> =
            serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let forged = reader.file("forged.json");
        // one record's proof under another's value
        let mut lies = bundles.clone();
        lies[3] = lies[3].replacen("\"value\": \"0", "\"value\": \"1", 1);
        if lies != bundles {
            fs::write(&forged, serde_json::to_string(&lies).unwrap()).unwrap();
            assert_eq!(read(&forged, trust).status.code(), Some(4), "{file}");
        }
        // one record less
        let fewer = &bundles[1..];
        fs::write(&forged, serde_json::to_string(fewer).unwrap()).unwrap();
        refused(&read(&forged, trust), 2, "the file has nothing about");
    }
}

/// A bundle in a home that never met the network.
fn offline(bundle: &Path, trust: &str) {
    let home = tempfile::tempdir().unwrap();
    let verify = |file: &str, trust: &str| {
        let home = home.path().to_str().unwrap();
        mycel(["--home", home, "audit", "verify", file, "--trust", trust])
    };
    let path = bundle.to_str().unwrap();
    ok(verify(path, trust));
    let whole = fs::read(bundle).unwrap();
    let forged = home.path().join("forged.json");
    // every byte is tried in the light crate's own tests; here a spread of them through the binary
    for at in (0..whole.len()).step_by(whole.len() / 60) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&forged, &bytes).unwrap();
        let output = verify(forged.to_str().unwrap(), trust);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "byte {at}: {said}");
    }
    // the same bundle under another trust
    let foreign = verify(path, &"AB".repeat(32));
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
    let later = mycel(["doctor"]);
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
