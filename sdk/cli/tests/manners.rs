//! The manners of the command line: help, exit codes, what goes to stdout and what to stderr.
use snapbox::{
    cmd::{Command, cargo_bin},
    str,
};

fn mycel(home: &std::path::Path) -> Command {
    Command::new(cargo_bin!("mycel"))
        .env_remove("MYCEL_PASSPHRASE")
        .env_remove("MYCEL_NODE")
        .env("MYCEL_HOME", home)
        .env("NO_COLOR", "1")
}

fn nowhere() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn help_goes_to_stdout_and_names_nouns_exit_codes_and_what_is_to_come() {
    let home = nowhere();
    let output = mycel(home.path()).arg("--help").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
    let help = String::from_utf8(output.stdout).unwrap();
    for word in [
        "keys",
        "pay",
        "position",
        "history",
        "contract",
        "audit",
        "vote",
        "node",
        "trust",
        "zk",
        "Later: sim",
        "10 upgrade needed",
    ] {
        assert!(help.contains(word), "{word} in {help}");
    }
    assert!(
        !help.contains("\n  doctor"),
        "later nouns are not listed as commands: {help}"
    );
}

#[test]
fn a_noun_without_a_verb_shows_its_verbs_whatever_the_environment_says() {
    let home = nowhere();
    for (noun, verb) in [
        ("vote", "support"),
        ("draw", "replay"),
        ("audit", "supply"),
        ("trust", "recover"),
        ("zk", "ceremony"),
    ] {
        // the home is set in the environment here, as `mycel up` tells people to
        let output = mycel(home.path()).arg(noun).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{noun}");
        let help = String::from_utf8(output.stderr).unwrap();
        assert!(help.contains("Commands:") && help.contains(verb), "{help}");
    }
    let output = mycel(home.path()).args(["vote", "show"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("Usage: mycel vote show <PROPOSAL>")
            || said.contains("Usage: mycel vote show [OPTIONS] <PROPOSAL>"),
        "{said}"
    );
}

#[test]
fn a_typing_error_is_usage_and_gets_a_suggestion() {
    let home = nowhere();
    mycel(home.path())
        .arg("positoin")
        .assert()
        .code(2)
        .stdout_eq(str![""])
        .stderr_eq(str![[r#"
error: unrecognized subcommand 'positoin'

  tip: a similar subcommand exists: 'position'

Usage: mycel [OPTIONS] <COMMAND>

For more information, try '--help'.

"#]]);
}

#[test]
fn what_is_not_built_yet_says_so_with_exit_code_1() {
    let home = nowhere();
    for (words, name) in [
        (vec!["sim", "--members", "9"], "sim"),
        (
            vec!["contract", "new", "--variant", "credit"],
            "contract new",
        ),
        (vec!["audit", "replay", "--from", "1"], "audit replay"),
        (vec!["keys", "export", "bob"], "keys export"),
        (
            vec!["--output", "csv", "keys", "list"],
            "--output jsonl|csv",
        ),
        (
            vec!["pay", "bob", "1", "--from", "ann", "--offline"],
            "offline signing",
        ),
    ] {
        let output = mycel(home.path()).args(&words).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{words:?}");
        assert!(output.stdout.is_empty(), "{words:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said, format!("error: not yet: {name}\n"));
    }
}

#[test]
fn a_node_that_is_not_there_is_unreachable_and_the_error_says_what_to_do() {
    let home = nowhere();
    // a port that was free a moment ago
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let output = mycel(home.path())
        .args([
            "node",
            "status",
            "--rpc",
            &format!("http://127.0.0.1:{port}"),
        ])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("cannot reach node") && said.contains("mycel up"),
        "{said}"
    );
}

#[test]
fn wrong_amounts_names_and_missing_contracts_are_usage_errors_with_a_next_step() {
    let home = nowhere();
    for (words, expected) in [
        (
            vec!["pay", "bob", "12,5", "--from", "ann"],
            "write credits as `12` or `12.5`",
        ),
        (vec!["pay", "bob", "12", "--from", "ann"], "mycel keys list"),
        (
            vec!["position", "mycel1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqf5jmml"],
            "name",
        ),
        (vec!["contract", "query", "bob", "{"], "not JSON"),
        (
            vec!["audit", "verify", "nothing.json", "--trust", "12"],
            "64 hex digits",
        ),
    ] {
        let output = mycel(home.path()).args(&words).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{words:?}: {said}");
        assert!(said.contains(expected), "{words:?}: {said}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_file_of_debts_or_transfers_that_cannot_be_used_is_refused_with_the_line_and_the_next_step() {
    let home = nowhere();
    let file = home.path().join("lines.csv");
    let path = file.to_str().unwrap();
    let debts = "every line must read `debtor creditor amount`, as `17 4 12.5`";
    let transfers = "every line must read `from to amount`, as `17 4 12.5`";
    for (option, lines, story, next) in [
        (
            "--debts",
            "1 2 3\n\n2 x 4\n",
            "line=3: account=x is no number",
            debts,
        ),
        (
            "--debts",
            "1 2 3\n2 3\n",
            "line=2: three words are needed",
            debts,
        ),
        (
            "--debts",
            "1 2 3\n2 3 -4\n",
            "line=2: amount=-4 is no decimal number",
            debts,
        ),
        (
            "--debts",
            "1 2 3\n2 2 4\n",
            "line=2: account=2 owes itself",
            debts,
        ),
        ("--debts", "1 2 0\n", "line=1: amount=0 is nothing", debts),
        (
            "--debts",
            "",
            "no debts in lines=0",
            "write a line `debtor creditor amount`",
        ),
        (
            "--data",
            "1 2 3\n1 2 3,5\n",
            "line=2: amount=3,5 is no decimal number",
            transfers,
        ),
        (
            "--data",
            "7 7 1\n",
            "line=1: account=7 pays itself",
            transfers,
        ),
        (
            "--data",
            "9 2 3\n",
            "no transfers in lines=1",
            "with --skip",
        ),
    ] {
        std::fs::write(&file, lines).unwrap();
        let words = ["up", "--exit", "--skip", "9", option, path];
        let output = mycel(home.path()).args(words).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{lines:?}: {said}");
        assert!(
            said.contains(path) && said.contains(story),
            "{lines:?}: {said}"
        );
        assert!(said.contains(next), "{lines:?}: {said}");
        assert!(output.stdout.is_empty());
    }
    std::fs::remove_file(&file).unwrap();
    for (option, next) in [
        (
            "--debts",
            "name a file of lines `debtor creditor amount` with --debts",
        ),
        (
            "--data",
            "name a file of lines `from to amount` with --data",
        ),
    ] {
        for place in [file.as_path(), home.path()] {
            let mut command = mycel(home.path()).args(["up", "--exit", option]);
            command = command.arg(place);
            let output = command.output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{said}");
            assert!(said.contains(next), "{said}");
        }
    }
    let both = ["up", "--debts", path, "--data", path];
    let output = mycel(home.path()).args(both).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "one or the other");
}

#[test]
fn without_trust_nothing_can_be_verified_and_the_exit_code_says_so() {
    let home = nowhere();
    mycel(home.path()).args(["audit", "verify", "bundle.json"]).assert().code(5).stdout_eq(str![""]).stderr_eq(str![[r#"
error: cannot be verified: nothing is trusted yet; get a validator set's hash or a block's height:hash from somebody you trust and pass it with `--trust`

"#]]);
}

#[test]
fn a_key_is_made_listed_shown_and_needs_its_passphrase() {
    let home = nowhere();
    let words = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
    let address = "mycel19rl4cm2hmr8afy4kldpxz3fka4jguq0a8tjf6h";
    let add = |name: &str| {
        mycel(home.path())
            .args(["keys", "add", name, "--recover", "--output", "json"])
            .env("MYCEL_PASSPHRASE", "correct horse")
            .stdin(words)
            .output()
            .unwrap()
    };
    let added = add("ann");
    assert_eq!(
        added.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&added.stderr)
    );
    let shown: serde_json::Value = serde_json::from_slice(&added.stdout).unwrap();
    assert_eq!(shown["name"], "ann");
    let shown = shown["address"].as_str().unwrap().to_owned();
    assert_eq!(&shown[..38], &address[..38], "all but the checksum");
    let again = add("ann");
    assert_eq!(again.status.code(), Some(2));
    assert!(
        String::from_utf8(again.stderr)
            .unwrap()
            .contains("exists already")
    );
    for bad in ["mycel1x", "member-1", "../x", "a b", "operator"] {
        assert_eq!(add(bad).status.code(), Some(2), "{bad}");
    }

    mycel(home.path())
        .args(["keys", "list"])
        .assert()
        .code(0)
        .stdout_eq(format!("name  address\nann   {shown}\n"));
    mycel(home.path())
        .args(["keys", "show", "ann"])
        .assert()
        .code(0)
        .stdout_eq(format!("name     ann\naddress  {shown}\n"));

    let file = home.path().join("keys/ann.json");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(!text.contains("abandon"), "the words are not in the file");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        let output = mycel(home.path())
            .args(["keys", "show", "ann"])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(
            String::from_utf8(output.stderr)
                .unwrap()
                .contains("chmod 600")
        );
    }
}

#[test]
fn a_new_key_prints_its_words_to_stderr_only_and_nobody_is_asked_without_a_terminal() {
    let home = nowhere();
    let output = mycel(home.path())
        .args(["keys", "add", "ben"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "no passphrase, no terminal");
    let secret = home.path().join("passphrase");
    std::fs::write(&secret, "correct horse\n").unwrap();
    let output = mycel(home.path())
        .args(["keys", "add", "ben", "--passphrase-file"])
        .arg(&secret)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    let (out, err) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    );
    assert!(
        out.starts_with("name     ben\naddress  mycel1") && out.lines().count() == 2,
        "{out}"
    );
    let words = err
        .lines()
        .find(|line| line.split(' ').count() == 24)
        .expect("24 words");
    // the words give the same key again
    let again = mycel(home.path())
        .args(["keys", "add", "ben2", "--recover", "--passphrase-file"])
        .arg(&secret)
        .stdin(words)
        .output()
        .unwrap();
    let line = |text: &str| text.lines().nth(1).map(str::to_owned);
    assert_eq!(line(&String::from_utf8(again.stdout).unwrap()), line(&out));
}
