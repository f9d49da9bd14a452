//! Proposals, votes and delegation from the command line, against the real contracts in a sandbox.
mod community;
#[path = "vote/panel.rs"]
mod panel;

use community::Community;
use mycel_client::Development;
use serde_json::{Value, json};
use snapbox::cmd::{Command, cargo_bin};

struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {} {}", self.out, self.err))
    }

    /// Whether a text stands in the output, however its columns are padded.
    #[track_caller]
    fn has(&self, text: &str) {
        let close = |text: &str| {
            text.split(' ')
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert!(
            close(&self.out).contains(&close(text)),
            "no {text:?} in\n{}",
            self.out
        );
    }
}

impl Community {
    fn run(&self, words: &[&str]) -> Ran {
        let output = Command::new(cargo_bin!("mycel"))
            .env_remove("MYCEL_PASSPHRASE")
            .env_remove("MYCEL_NODE")
            .env("MYCEL_HOME", self.home.path())
            .env("NO_COLOR", "1")
            .args(words)
            .output()
            .unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// `mycel vote …` that must succeed.
    #[track_caller]
    fn vote(&self, words: &[&str]) -> Ran {
        let ran = self.run(&[&["vote", "--yes"], words].concat());
        assert_eq!(ran.code, 0, "{words:?}: {}{}", ran.out, ran.err);
        ran
    }

    /// `mycel vote …` that must fail so, with these words.
    #[track_caller]
    fn fails(&self, words: &[&str], code: i32, with: &str) {
        let ran = self.run(&[&["vote", "--yes"], words].concat());
        assert_eq!(ran.code, code, "{words:?}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(with), "{words:?}: {}", ran.err);
        assert!(ran.out.is_empty(), "{words:?}: {}", ran.out);
    }

    /// Supports a draft by the second member, waits until the vote is open.
    fn open(&self, proposal: &str) {
        self.vote(&["support", proposal, "--from", "member-2"])
            .has("phase deliberation");
        self.wait(101);
        let ran = self.vote(&["advance", proposal, "--from", "member-2"]);
        ran.has("phase vote");
    }

    /// Waits for the close and counts.
    fn close(&self, proposal: &str, seconds: u64) {
        self.wait(seconds);
        for _ in 0..20 {
            self.vote(&["advance", proposal, "--from", "member-1"]);
            let shown = self.vote(&["show", proposal, "--output", "json"]).json();
            if shown["proposal"]["phase"] != "vote" && shown["proposal"]["phase"] != "tally" {
                return;
            }
        }
        panic!("proposal {proposal} is never counted");
    }
}

fn town() -> Community {
    Community::new(&["ana", "ben", "cleo", "dora", "emil"])
}

#[test]
fn a_change_of_parameters_is_proposed_in_words_voted_on_counted_and_carried_out() {
    let town = town();
    let none = town.vote(&["list"]);
    assert!(
        none.out.is_empty() && none.err.contains("mycel vote propose"),
        "{}",
        none.err
    );

    let propose = [
        "propose",
        "parameters",
        "credit",
        "rate_ppb_per_day=0.02%",
        "exempt=30",
        "--from",
        "member-1",
    ];
    let preview = town.vote(&[&propose[..], &["--dry-run"]].concat());
    preview.has("would         propose as member-1: Change parameters of credit");
    preview.has("decided by    all members");
    preview.has(
        "class         constitutional: a third must take part, two thirds of yes and no be yes",
    );
    preview.has("rate_ppb_per_day: 0.1 % a day → 0.02 % a day");
    preview.has("economy.exempt: 0.00 credits → 30.00 credits");
    preview.has("Nothing was sent.");
    let preview = town
        .vote(&[&propose[..], &["--dry-run", "--output", "json"]].concat())
        .json();
    assert_eq!(preview["propose"]["class"], "constitutional");
    assert_eq!(
        preview["would_change"][0]["actions"][0]["changes"][1]["new"],
        "0.02 % a day"
    );
    assert!(
        town.vote(&["list"]).out.is_empty(),
        "a preview proposes nothing"
    );

    town.vote(&propose).has("proposal 1");
    let draft = town.vote(&["show", "1"]);
    draft.has("by          ana@riverside");
    draft.has("draft, 30 days left; 1 of 2 supporters");
    draft.has("takes       a vote of 6 min 40 s, then 5 min to leave before it runs");
    draft.has("next        mycel vote support 1 --from NAME");
    town.fails(
        &["cast", "1", "yes", "--from", "member-1"],
        1,
        "it is a draft still: `mycel vote support 1 --from NAME`",
    );
    town.fails(
        &["advance", "1", "--wait", "--from", "member-1"],
        1,
        "waits for supporters, not for time",
    );

    town.open("1");
    // emil lets dora speak, dora lets ana
    town.vote(&["delegate", "member-1", "--from", "member-4"]);
    town.vote(&[
        "delegate", "member-4", "--area", "water", "--from", "member-5",
    ]);
    town.vote(&["delegate", "member-4", "--from", "member-5"]);
    let shown = town.vote(&["show", "1", "--as", "member-5"]);
    shown.has("vote, 6 min");
    shown.has("all members, 5 when the vote opened");
    shown.has(
        "emil@riverside → dora@riverside (on all that all members decide) → ana@riverside \
         (on all that all members decide); ana@riverside has not voted: unrepresented",
    );
    town.vote(&["cast", "1", "no", "--from", "member-1"]);
    town.vote(&["cast", "1", "yes", "--from", "member-1"]);
    town.vote(&["cast", "1", "no", "--from", "member-2"]);
    let shown = town.vote(&["show", "1", "--as", "member-1"]);
    shown.has("2 ballots so far, counted when the vote is closed");
    shown.has("ballot      member-1 voted yes");
    shown.has("ana@riverside has voted itself");
    assert!(!shown.out.contains("result"), "{}", shown.out);

    town.close("1", 400);
    let shown = town.vote(&["show", "1", "--as", "member-5"]);
    shown.has("result      accepted");
    shown.has("voices      3 yes, 1 no, 0 abstain");
    shown.has("took part   4 of 5 (80.0 %)");
    shown.has("1 for whom nobody spoke, 0 whose delegations go round");
    shown.has("ana@riverside speaks for 3 (60.0 %)");
    shown.has(
        "emil@riverside → dora@riverside → ana@riverside; the vote counts as ana@riverside voted",
    );
    shown.has("timelock, 5 min left");
    town.fails(&["execute", "1", "--from", "member-3"], 1, "timelock");
    let early = ["advance", "1", "--from", "member-3"];
    town.fails(&early, 1, "`mycel vote advance 1 --wait --from NAME` waits");
    let idle = town.vote(&["advance", "--from", "member-3"]);
    idle.has("nothing was due");

    town.wait(301);
    town.vote(&["execute", "1", "--from", "member-3"]);
    let shown = town.vote(&["show", "1"]);
    shown.has("phase       executed");
    shown.has("changed change parameters of credit");
    shown.has("action 0: done");
    shown.has("rate_ppb_per_day: is 0.02 % a day now");
    town.fails(
        &["advance", "1", "--wait", "--from", "member-1"],
        1,
        "nothing is left to wait for",
    );
    town.fails(
        &["show", "9"],
        1,
        "query refused: no such proposal: proposal=9",
    );
    town.fails(&["show", "9"], 1, "; see `mycel vote list`");
    let list = town.vote(&["list"]);
    list.has("executed");
    list.has("Change parameters of credit");
    let list = town
        .vote(&["list", "--phase", "vote", "--output", "json"])
        .json();
    assert_eq!(list["proposals"], json!([]));
}

#[test]
fn delegations_are_listed_both_ways_and_taken_back() {
    let town = town();
    let alone = town.vote(&["delegations", "member-1"]);
    assert!(
        alone.out.is_empty() && alone.err.contains("speaks for itself"),
        "{}",
        alone.err
    );
    let said = town.vote(&[
        "delegate",
        "ana@riverside",
        "--from",
        "member-2",
        "--dry-run",
    ]);
    said.has("would  let ana@riverside vote for member-2 on all that all members decide");
    town.vote(&["delegate", "ana@riverside", "--from", "member-2"]);
    town.vote(&[
        "delegate", "member-3", "--area", "water", "--from", "member-2",
    ]);
    let shown = town.vote(&["delegations", "ben@riverside"]);
    shown.has("ben@riverside  ana@riverside   on all that all members decide");
    shown.has("ben@riverside  cleo@riverside  on matters of water that all members decide");
    shown.has("364 days");
    let shown = town
        .vote(&["delegations", "member-1", "--output", "json"])
        .json();
    assert_eq!(shown["mine"], json!([]));
    assert_eq!(shown["to_me"][0]["from"], "ben@riverside");
    town.vote(&["undelegate", "--area", "water", "--from", "member-2"]);
    let shown = town.vote(&["delegations", "member-2"]);
    assert!(!shown.out.contains("water"), "{}", shown.out);
    town.fails(
        &[
            "delegate", "member-1", "--area", "moon", "--from", "member-2",
        ],
        1,
        "moon",
    );
}

#[test]
fn a_ranking_shows_who_is_preferred_to_whom_and_a_budget_what_was_bought() {
    let town = town();
    let words = [
        "propose",
        "ranked",
        "--option",
        "hill",
        "--option",
        "river",
        "--title",
        "Where to plant",
        "--from",
        "member-1",
    ];
    town.vote(&words).has("proposal 1");
    town.open("1");
    let budget = [
        "propose",
        "budget",
        "20",
        "--project",
        "seeds:ana@riverside:12",
        "--project",
        "tools:ben@riverside:8",
        "--project",
        "songs:cleo@riverside:15",
        "--title",
        "Garden",
        "--from",
        "member-3",
        "--dry-run",
    ];
    let preview = town.vote(&budget);
    preview.has("0 seeds");
    preview.has("  pay ana@riverside 12.00 credits from the commons");
    preview.has("class       spending: 25 % must take part");
    for (ballot, from) in [
        ("2,1", "member-1"),
        ("2,0=1", "member-2"),
        ("1,2", "member-3"),
    ] {
        town.vote(&["cast", "1", "rank", ballot, "--from", from]);
    }
    town.fails(
        &["cast", "1", "yes", "--from", "member-1"],
        1,
        "order of preference",
    );
    town.fails(
        &["cast", "1", "rank", "2,9", "--from", "member-1"],
        1,
        "option",
    );
    town.close("1", 201);
    let shown = town.vote(&["show", "1"]);
    shown.has("chosen      2 river");
    shown.has("prefer this to  0  1  2\n0 no change     ·  0  0\n1 hill          2  ·  1\n2 river         3  2  ·\n");
    shown.has("order: 2 > 1 > 0");
}

#[test]
fn what_fails_is_recorded_with_why_and_can_be_tried_again() {
    let town = town();
    let stranger = Development::member(&town.development, 99)
        .address()
        .to_string();
    let action = json!({"set_limit": {"owner": stranger, "limit": "8000000000000"}}).to_string();
    let words = ["propose", "decide", "credit", &action, "--from", "member-1"];
    town.vote(&words).has("proposal 1");
    town.vote(&["show", "1"])
        .has("ordinary: 15 % must take part");
    town.fails(
        &["advise", "1", "Yes!", "--from", "member-3"],
        1,
        "no panel",
    );
    town.open("1");
    town.vote(&["cast", "1", "no", "--from", "member-1"]);
    town.vote(&["uncast", "1", "--from", "member-1"]);
    town.fails(
        &["uncast", "1", "--from", "member-1"],
        1,
        "a vote to take back",
    );
    town.vote(&["cast", "1", "yes", "--from", "member-2"]);
    town.close("1", 201);
    town.wait(51);
    town.vote(&["execute", "1", "--from", "member-3"]);
    let shown = town.vote(&["show", "1"]);
    shown.has("voices 1 yes, 0 no, 0 abstain");
    shown.has("action 0: failed:");
    shown.has("next mycel vote retry 1 --from NAME");
    town.vote(&["retry", "1", "--action", "0", "--from", "member-3"]);
    town.vote(&["show", "1"]).has("action 0: failed:");

    town.vote(&[
        "propose", "text", "--title", "Tea", "--text", "At five.", "--from", "member-1",
    ]);
    town.vote(&["withdraw", "2", "--from", "member-1"]);
    town.vote(&["show", "2"]).has("phase withdrawn");
}

#[test]
fn statements_are_made_agreed_with_and_listed() {
    let town = town();
    let text = [
        "propose",
        "refuse",
        "face recognition",
        "--text",
        "Not here.",
        "--from",
        "member-1",
    ];
    town.vote(&text).has("proposal 1");
    town.fails(
        &["statement", "add", "1", "Why?", "--from", "member-3"],
        1,
        "deliberation",
    );
    town.vote(&["support", "1", "--from", "member-2"]);
    town.vote(&[
        "statement",
        "add",
        "1",
        "Cameras are enough.",
        "--from",
        "member-3",
    ])
    .has("statement 0");
    town.vote(&["statement", "vote", "1", "0=disagree", "--from", "member-4"]);
    town.vote(&["statement", "vote", "1", "0=agree", "--from", "member-5"]);
    town.vote(&["statement", "list", "1"])
        .has("0      2         1     0  cleo@riverside  Cameras are enough.");
    town.fails(
        &["statement", "vote", "1", "0=yes", "--from", "member-4"],
        2,
        "N=agree",
    );
    let shown = town.vote(&["show", "1"]);
    shown.has("Refuse face recognition");
    shown.has("says        Not here.");
    shown.has("nothing is carried out: the text is what is decided");
    shown.has("statements  1; `mycel vote statement list 1` shows them");
    town.vote(&["list", "--phase", "deliberation"])
        .has("Refuse face recognition");
}

#[test]
fn a_file_says_anything_and_what_is_too_light_or_unclear_is_refused_with_a_next_step() {
    let town = town();
    let file = town.home.path().join("proposal.json");
    let path = file.to_str().unwrap();
    let proposal = json!({
        "title": "Limits", "text": "More for ana, and thanks.", "area": "water",
        "electorate": "all", "class": "spending", "atomic": true,
        "ballot": {"yes_no": {"actions": [
            {"decided": {"contract": "credit", "action": {"set_limit": {
                "owner": "mycel1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqp6d3k9", "limit": "8000000000000"}}}},
            {"execute": {"contract": "credit", "msg": {"about": {}}}},
        ]}},
    });
    std::fs::write(&file, proposal.to_string()).unwrap();
    let preview = town.vote(&["propose", "file", path, "--from", "member-1", "--dry-run"]);
    preview.has("set how far");
    preview.has("limit: → 8.00 credits");
    preview.has("send to credit, in the assembly's own name");
    preview.has("{\"about\":{}}");
    // the contract's own table is what counts
    town.fails(
        &["propose", "file", path, "--from", "member-1"],
        1,
        "constitutional",
    );
    std::fs::write(&file, "{").unwrap();
    town.fails(
        &["propose", "file", path, "--from", "member-1"],
        2,
        "is no proposal",
    );

    let by = ["--from", "member-1"];
    for (words, with) in [
        (
            vec!["propose", "parameters", "credit", "rate=3"],
            "has no parameter rate",
        ),
        (
            vec!["propose", "parameters", "credit", "rate_ppb_per_day=slow%"],
            "`15%`",
        ),
        (
            vec![
                "propose",
                "parameters",
                "credit",
                "rate_ppb_per_day=1",
                "--class",
                "ordinary",
            ],
            "need constitutional",
        ),
        (vec!["propose", "text", "--title", "Hello"], "add `--text`"),
        (vec!["propose", "text", "--text", "Hello"], "add `--title"),
        (
            vec!["propose", "pause", "credit", "--for", "long"],
            "write `3d`",
        ),
        (vec!["propose", "spend", "nobody", "3"], "unknown name"),
        (vec!["cast", "1", "maybe"], "a ballot is `yes`"),
    ] {
        town.fails(&[words, by.to_vec()].concat(), 2, with);
    }
    let pause = town.vote(&[
        "propose",
        "pause",
        "credit",
        "--for",
        "3d",
        "--from",
        "member-1",
        "--dry-run",
    ]);
    pause.has("pause credit for 3 days");
    pause.has("urgent: 10 % must take part");
    let chain = town.vote(&[
        "propose",
        "chain",
        "gas.read=900",
        "--from",
        "member-1",
        "--dry-run",
    ]);
    chain.has("gas.read: 1000 → 900");
    let classes = town.vote(&[
        "propose",
        "classes",
        "developer=5,7,code",
        "--from",
        "member-1",
        "--dry-run",
    ]);
    classes.has("class       ordinary");
    classes.has("class developer: rate: 20000000 → 7");
}

#[test]
fn who_waits_is_told_when_the_vote_is_open() {
    let town = town();
    let text = [
        "propose", "text", "--title", "Tea", "--text", "At five.", "--from", "member-1",
    ];
    town.vote(&text).has("proposal 1");
    town.vote(&["support", "1", "--from", "member-2"]);
    town.fails(
        &["cast", "1", "yes", "--from", "member-1"],
        1,
        "`mycel vote advance 1 --wait --from NAME` waits until the vote opens",
    );
    std::thread::scope(|scope| {
        let waits = scope.spawn(|| town.vote(&["advance", "1", "--wait", "--from", "member-1"]));
        std::thread::sleep(std::time::Duration::from_millis(1_500));
        assert!(!waits.is_finished(), "it does not wait");
        town.wait(101);
        let ran = waits.join().unwrap();
        ran.has("proposal 1: phase vote");
        assert!(ran.err.contains("deliberation, 1 min"), "{}", ran.err);
    });
    town.vote(&["cast", "1", "yes", "--from", "member-1"]);
}

/// A command line's words; quotes hold words together.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (vec![], String::new(), false);
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(std::mem::take(&mut word)),
            letter => word.push(letter),
        }
    }
    words.push(word);
    words
}

#[test]
fn the_page_on_deciding_is_run_as_it_stands() {
    let page = include_str!("../../../docs/deciding.md");
    let town = town();
    let (mut inside, mut shown, mut commands) = (false, None::<Ran>, 0);
    for line in page.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
            shown = None;
        } else if !inside {
        } else if line.starts_with("# when ") {
            town.wait(401);
        } else if let Some(command) = line.strip_prefix("$ mycel vote ") {
            let words = words(command);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            shown = Some(town.vote(&words));
            commands += 1;
        } else {
            let ran = shown.as_ref().expect("what is shown follows a command");
            ran.has(line.split('…').next().unwrap_or_default());
        }
    }
    assert!(commands > 30, "commands={commands}");
    // and every command that the page names exists
    for part in page.split('`').filter(|part| part.starts_with("mycel ")) {
        let words: Vec<&str> = part.split(' ').skip(1).chain(["--help"]).collect();
        assert_eq!(town.run(&words).code, 0, "{part}");
    }
}
