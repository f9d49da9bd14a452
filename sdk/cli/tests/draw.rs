//! Draws, juries and the beacon from the command line, against the real contracts in a sandbox; the replay's page in
//! another program.
mod community;
#[path = "draw/juries.rs"]
mod juries;

use std::{fs, path::Path, process::Stdio};

use community::{Community, ROUND};
use serde_json::{Value, json};
use snapbox::cmd::{Command, cargo_bin};

const QUICKNET_123: &str = "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92";
/// Of another round.
const QUICKNET_657413: &str = "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b";
const DAY: u64 = 86_400;
const QUOTAS: &str =
    "feature,value,min,max\nage,young,1,2\nage,old,2,3\nplace,hill,1,3\nplace,shore,1,3\n";

struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {} {}", self.out, self.err))
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

    /// `mycel draw …` that must succeed.
    #[track_caller]
    fn draw(&self, words: &[&str]) -> Ran {
        let ran = self.run(&[&["draw", "--yes"], words].concat());
        assert_eq!(ran.code, 0, "{words:?}: {}{}", ran.out, ran.err);
        ran
    }

    #[track_caller]
    fn told(&self, words: &[&str]) -> Value {
        self.draw(&[words, &["--output", "json"]].concat()).json()
    }

    /// `mycel draw …` that must fail so, with these words and nothing on stdout.
    #[track_caller]
    fn fails(&self, words: &[&str], code: i32, with: &str) {
        let ran = self.run(&[&["draw", "--yes"], words].concat());
        assert_eq!(ran.code, code, "{words:?}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(with), "{words:?}: {}", ran.err);
    }

    fn file(&self, name: &str) -> String {
        self.home.path().join(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.file(name);
        fs::write(&path, text).unwrap();
        path
    }

    /// A pool of ten of the members for four seats, open.
    fn pool(&self) {
        let quotas = self.write("quotas.csv", QUOTAS);
        let ran = self.draw(&[
            "open",
            "court/1",
            "--size",
            "4",
            "--quotas",
            &quotas,
            "--seconds",
            "500",
            "--from",
            "member-1",
        ]);
        assert!(ran.out.contains("draw 1"), "{}", ran.out);
        for n in 1..=10u32 {
            let (name, age) = (format!("member-{n}"), ["young", "old"][n as usize % 2]);
            let place = ["hill", "shore", "shore"][n as usize % 3];
            let (age, place) = (format!("age={age}"), format!("place={place}"));
            self.draw(&[
                "volunteer",
                "1",
                "--as",
                &age,
                "--as",
                &place,
                "--from",
                &name,
            ]);
        }
    }

    /// From there to an accepted lottery.
    fn solved(&self) {
        self.wait(500);
        self.draw(&["freeze", "1", "--from", "member-2"]);
        let (pool, lottery) = (self.file("pool.json"), self.file("lottery.json"));
        self.draw(&["pool", "1", "--out", &pool]);
        let ran = self.run(&["solve", "lottery", "--json", &pool, "--out", &lottery]);
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        let submit = ["submit", "1", &lottery, "--from", "member-3"];
        let first = self.told(&submit);
        assert_eq!(first["state"], "committed", "{first}");
        // run again, it goes on where it was, and commits no second time
        assert_eq!(self.told(&submit)["post"], first["post"]);
        self.wait(100);
        let posted = self.told(&submit);
        assert_eq!(posted["state"], "complete", "{posted}");
        assert_eq!(posted["here"], posted["pages"]);
        self.wait(100);
        self.draw(&["advance", "1", "--from", "member-2"]);
        let shown = self.told(&["show", "1"]);
        assert_eq!(shown["stage"], "awaiting", "{shown}");
        assert_eq!(shown["accepted"]["round"], ROUND.to_string());
    }

    /// From there to a panel.
    fn seated(&self) {
        self.wait(3 * DAY);
        let round = ROUND.to_string();
        self.draw(&["beacon", "post", &round, QUICKNET_123, "--from", "member-9"]);
        self.draw(&["advance", "1", "--from", "member-2"]);
    }
}

/// What the page computes, in node: its steps, index, seats.
fn computed(page: &Path, change: &str) -> Value {
    let html = fs::read_to_string(page).unwrap();
    let between = |from: &str, to: &str| {
        let start = html.find(from).expect(from) + from.len();
        let end = html[start..].find(to).expect(to) + start;
        html[start..end].to_owned()
    };
    let ledger = between("id=\"ledger\">", "</script>");
    let script = between("<script>\n", "// Puts the steps on the page.");
    let program = format!(
        "{script}\nconst told = {ledger};\n{change};\nprocess.stdout.write(JSON.stringify(replay(told)));"
    );
    let output = std::process::Command::new("node")
        .args(["-e", &program])
        .stderr(Stdio::inherit())
        .output()
        .expect("node is installed");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn a_draw_goes_from_volunteers_to_a_panel_that_anyone_can_draw_again() {
    let town = Community::new(&[
        "ana", "ben", "cleo", "dan", "eva", "finn", "gil", "hana", "ida", "jon", "kim", "leo",
    ]);
    town.pool();
    let shown = town.draw(&["show", "1"]);
    for words in [
        "stage",
        "open",
        "age young: 1 to 2",
        "mycel draw volunteer 1",
    ] {
        assert!(shown.out.contains(words), "{words}: {}", shown.out);
    }
    town.fails(
        &[
            "volunteer",
            "1",
            "--as",
            "age=ancient",
            "--from",
            "member-11",
        ],
        1,
        "has no such value",
    );
    // whoever says it anew is there once; who leaves is not
    town.draw(&[
        "volunteer",
        "1",
        "--as",
        "age=old",
        "--as",
        "place=hill",
        "--from",
        "member-10",
    ]);
    town.draw(&[
        "volunteer",
        "1",
        "--as",
        "age=old",
        "--as",
        "place=hill",
        "--from",
        "member-11",
    ]);
    town.draw(&["withdraw", "1", "--from", "member-11"]);
    assert_eq!(town.told(&["show", "1"])["persons"], 10);
    town.fails(
        &["pool", "1"],
        1,
        "not frozen yet; run `mycel draw freeze 1`",
    );
    town.fails(&["result", "1"], 1, "nobody is drawn yet");
    let early = town.told(&["replay", "1"]);
    assert_eq!(
        (&early["holds"], &early["index"]),
        (&json!(true), &Value::Null)
    );

    town.solved();
    let waits = town.draw(&["show", "1"]);
    assert!(waits.out.contains("waits for round 123"), "{}", waits.out);
    let beacon = town.draw(&["beacon", "show"]);
    assert!(
        beacon.out.contains("for round 123 of drand"),
        "{}",
        beacon.out
    );
    town.wait(3 * DAY);
    let post = |round: &str, signature: &str| -> Ran {
        town.run(&[
            "draw", "--yes", "beacon", "post", round, signature, "--from", "member-9",
        ])
    };
    for (round, signature, why) in [
        (
            "123",
            QUICKNET_657413,
            "it is not this key's for this round",
        ),
        ("657413", QUICKNET_657413, "beacon not awaited"),
        ("123", "00", "48 bytes"),
    ] {
        let ran = post(round, signature);
        assert_eq!(ran.code, 1, "{}", ran.out);
        assert!(ran.err.contains(why), "{}", ran.err);
    }
    let before = town.told(&["replay", "1"]);
    assert_eq!(
        (&before["holds"], &before["seats"]),
        (&json!(true), &json!([]))
    );
    assert_eq!(post("123", QUICKNET_123).code, 0);
    town.draw(&["advance", "1", "--from", "member-2"]);

    let result = town.told(&["result", "1"]);
    let seats = result["seats"].as_array().unwrap();
    assert_eq!((seats.len(), &result["stage"]), (4, &json!("seated")));
    let young = seats.iter().filter(|seat| seat["values"][0] == "young");
    assert!((1..=2).contains(&young.count()), "{result}");
    let again = town.told(&["replay", "1"]);
    let by_lot: Vec<&Value> = seats.iter().map(|seat| &seat["person"]).collect();
    assert_eq!(again["holds"], true, "{again}");
    assert_eq!(json!(by_lot), again["seats"]);
    assert_eq!(result["index"], again["index"]);
    let text = town.draw(&["replay", "1"]).out;
    for words in [
        "1. Who volunteered",
        "10 volunteers of",
        "Its certificate was checked again",
        "the network's signature. It was checked against the key 83cf",
        "Every step holds: drawn again, the same people sit.",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn the_page_draws_again_in_another_program_and_sees_every_change() {
    let town = Community::new(&[
        "ana", "ben", "cleo", "dan", "eva", "finn", "gil", "hana", "ida", "jon",
    ]);
    town.pool();
    town.solved();
    town.seated();
    let file = town.file("draw.html");
    let again = town.told(&["replay", "1", "--html", &file]);
    let page = Path::new(&file);
    let same = |told: &Value, computed: &Value| {
        for name in ["index", "panel", "seats", "lot", "holds"] {
            assert_eq!(told[name], computed[name], "{name}: {computed}");
        }
        let titles = |told: &Value| -> Vec<String> {
            let steps = told["steps"].as_array().unwrap();
            let title = |step: &Value| step["title"].as_str().unwrap().to_owned();
            steps.iter().map(title).collect()
        };
        assert_eq!(titles(told), titles(computed));
    };
    let found = computed(page, "");
    assert_eq!(found["holds"], true, "{found}");
    same(&again, &found);
    // whoever declined is replaced by the same lot, in the page, too
    let first = format!("member-{}", again["seats"][0]);
    town.draw(&["decline", "1", "--from", &first]);
    town.draw(&["advance", "1", "--from", "member-2"]);
    let again = town.told(&["replay", "1", "--html", &file]);
    let found = computed(page, "");
    assert_eq!(
        (&again["holds"], &found["holds"]),
        (&json!(true), &json!(true)),
        "{again}"
    );
    same(&again, &found);
    assert_ne!(again["seats"][0].to_string(), first["member-".len()..]);
    let steps = again["steps"].as_array().unwrap();
    assert!(
        steps.last().unwrap()["title"]
            .as_str()
            .unwrap()
            .ends_with("declined")
    );

    let html = fs::read_to_string(page).unwrap();
    for outside in ["http://", "https://", "src=", "import ", "fetch("] {
        assert!(!html.contains(outside), "{outside} in the page");
    }
    // what the page does not see, it says, and who does
    for words in [
        "What this page does not check:",
        "the levels of the lottery's certificate",
        "BLS",
        "<code>mycel draw replay 1</code>",
        "<code>mycel audit draw 1</code>",
    ] {
        assert!(html.contains(words), "{words}");
    }
    let told = found["steps"].to_string();
    assert!(told.contains("could be higher is checked by mycel draw replay 1"));
    assert!(told.contains("is the network's is checked by mycel draw replay 1"));
    for change in [
        "told.types[0].persons.reverse()",
        "told.types[0].persons[0] = 99",
        "told.root = '00' + told.root.slice(2)",
        "told.quotas[0].min = 4",
        "told.panels[0].times += 1",
        "told.panels[0].seats[0][1] += 1",
        "told.types[0].chance += 1",
        "told.beacon.signature = '00' + told.beacon.signature.slice(2)",
        "told.beacon.value = '00' + told.beacon.value.slice(2)",
        "told.beacon.time = told.beacon.accepted",
        "told.says.index ^= 1",
        "told.says.seats.reverse()",
        "told.says.passed = []",
        "told.says.passed[0].person += 1",
        "told.lot.parts[2] = '0000000000000002'",
        "told.draw = 2",
    ] {
        let found = computed(page, change);
        assert_eq!(found["holds"], false, "{change}: {found}");
    }
}

#[test]
fn a_ledger_that_says_something_else_does_not_replay() {
    use mycel_sortition::draws::{posts, seats, state};
    let town = Community::new(&[
        "ana", "ben", "cleo", "dan", "eva", "finn", "gil", "hana", "ida", "jon",
    ]);
    town.pool();
    town.solved();
    town.seated();
    let lie = |key: &[u8], change: &dyn Fn(&mut Vec<u8>), with: &str| {
        let mut bytes = town.raw(key).expect("a record");
        change(&mut bytes);
        town.lie(key, Some(bytes));
        let ran = town.run(&["draw", "replay", "1"]);
        assert_eq!(ran.code, 4, "{with}: {}{}", ran.out, ran.err);
        let all = format!("{}{}", ran.out, ran.err);
        assert!(all.contains(with), "{with}: {all}");
        town.lie(key, None);
    };
    fn of<T: borsh::BorshDeserialize + borsh::BorshSerialize>(
        change: impl Fn(&mut T),
    ) -> impl Fn(&mut Vec<u8>) {
        move |bytes| {
            let mut record: T = borsh::from_slice(bytes).unwrap();
            change(&mut record);
            *bytes = borsh::to_vec(&record).unwrap();
        }
    }
    let draw = state::draw(1);
    lie(
        draw.bytes(),
        &of(|d: &mut state::Draw| d.index ^= 1),
        "the ledger says",
    );
    lie(
        draw.bytes(),
        &of(|d: &mut state::Draw| d.root[0] ^= 1),
        "hashes to",
    );
    lie(
        draw.bytes(),
        &of(|d: &mut state::Draw| d.accepted = d.round_time),
        "not later than the acceptance",
    );
    lie(
        draw.bytes(),
        &of(|d: &mut state::Draw| d.value = Some([7; 32])),
        "the ledger says",
    );
    lie(
        draw.bytes(),
        &of(|d: &mut state::Draw| d.best.as_mut().unwrap().rank.pair_term += 1),
        "pair term=",
    );
    lie(
        seats::panel(1).bytes(),
        &of(|p: &mut seats::Panel| p.seats[0].person += 1),
        "the ledger seats person",
    );
    lie(
        posts::post(1, 0).bytes(),
        &of(|p: &mut posts::Post| p.solver.push('x')),
        "the commitment was",
    );
    lie(
        state::members(1, 0, 0).bytes(),
        &of(|persons: &mut Vec<u32>| persons.reverse()),
        "hashes to",
    );
    lie(
        state::sums(1).bytes(),
        &of(|sums: &mut Vec<u64>| sums[0] += 1),
        "the ledger says",
    );
    lie(
        state::terms(1).bytes(),
        &of(|terms: &mut state::Terms| terms.quotas[1].min = 3),
        "seats 2 with age old: 3 to 3",
    );
    assert_eq!(
        town.run(&["draw", "replay", "1"]).code,
        0,
        "the truth again"
    );
}

#[test]
fn a_pool_is_made_of_tables_and_solved_without_a_node() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let mut people = String::from("name,age,place\n");
    for n in 0..30 {
        let (age, place) = (["young", "old"][n % 2], ["hill", "shore"][n / 3 % 2]);
        people.push_str(&format!("p{n},{age},{place}\n"));
    }
    fs::write(path("people.csv"), people).unwrap();
    fs::write(path("quotas.csv"), QUOTAS).unwrap();
    let run = |words: &[&str]| {
        let output = Command::new(cargo_bin!("mycel"))
            .env("MYCEL_HOME", folder.path())
            .env_remove("MYCEL_NODE")
            .args(words)
            .output()
            .unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    };
    let (people, quotas) = (path("people.csv"), path("quotas.csv"));
    let words = [
        "draw", "pool", "--csv", &people, "--quotas", &quotas, "--size", "4",
    ];
    let whole = run(&words);
    assert_eq!(whole.code, 0, "{}", whole.err);
    let pool = whole.json();
    assert_eq!(
        (&pool["k"], pool["types"].as_array().map(Vec::len)),
        (&json!(4), Some(4))
    );
    let out = path("pool.json");
    let ran = run(&[&words[..], &["--out", &out, "--output", "json"]].concat());
    assert_eq!(ran.json()["persons"], 30, "{}{}", ran.out, ran.err);
    assert_eq!(ran.json()["short"], Value::Null);
    let lottery = path("lottery.json");
    let ran = run(&["solve", "lottery", "--json", &out, "--out", &lottery]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    // numbers that cannot meet are told before anybody solves
    fs::write(&quotas, QUOTAS.replace("young,1,2", "young,40,40")).unwrap();
    let ran = run(&[
        "draw", "pool", "--csv", &people, "--quotas", &quotas, "--size", "40", "--out", &out,
        "--output", "json",
    ]);
    let short = ran.json()["short"].as_str().unwrap_or_default().to_owned();
    assert!(short.contains("too few volunteers"), "{short}{}", ran.err);
    fs::write(&quotas, "feature,value\nage,young\n").unwrap();
    let ran = run(&words);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("no column=min"), "{}", ran.err);
}

#[test]
fn who_may_not_open_a_draw_gets_the_action_to_propose() {
    let town = Community::new(&["ana", "ben"]);
    let open = ["open", "court/1", "--size", "3"];
    town.fails(
        &[&open[..], &["--from", "member-2"]].concat(),
        1,
        "mycel vote propose decide sortition @FILE",
    );
    let action = town.draw(&[&open[..], &["--action", "--feature", "age=young,old"]].concat());
    let action: Value = serde_json::from_str(&action.out).unwrap();
    assert_eq!(action["open_draw"]["size"], 3);
    assert_eq!(
        action["open_draw"]["features"][0]["values"],
        json!(["young", "old"])
    );
    let foreseen = town.draw(&[&open[..], &["--from", "member-1", "--dry-run"]].concat());
    assert!(
        foreseen.out.contains("Nothing was sent."),
        "{}",
        foreseen.out
    );
    assert!(town.draw(&["list"]).out.contains("no draws yet"));
    town.fails(&["show", "7"], 1, "7");
    town.fails(&["replay", "7"], 2, "see `mycel draw list`");
}
