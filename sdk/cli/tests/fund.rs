//! Public goods from the command line, against the real contracts in a sandbox: every command once.
mod community;

use community::Community;
use serde_json::{Value, json};
use snapbox::cmd::{Command, cargo_bin};

const DAY: u64 = 86_400;

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
    fn has(&self, text: &str) -> &Self {
        let close = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            close(&self.out).contains(&close(text)),
            "no {text:?} in\n{}",
            self.out
        );
        self
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

    /// A line that must succeed.
    #[track_caller]
    fn ok(&self, line: &str) -> Ran {
        let words = words(line);
        let ran = self.run(&words.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(ran.code, 0, "{line}: {}{}", ran.out, ran.err);
        ran
    }

    /// `mycel fund …` that must succeed.
    #[track_caller]
    fn fund(&self, line: &str) -> Ran {
        self.ok(&format!("fund --yes {line}"))
    }

    /// `mycel fund …` that must be refused with these words.
    #[track_caller]
    fn fails(&self, line: &str, code: i32, with: &str) {
        let words = words(&format!("fund --yes {line}"));
        let ran = self.run(&words.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(ran.code, code, "{line}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(with), "{line}: {}", ran.err);
        assert!(ran.out.is_empty(), "{line}: {}", ran.out);
    }

    /// From a draft to what it does.
    fn decide(&self, proposal: u32) {
        self.ok(&format!("vote --yes support {proposal} --from member-2"));
        self.wait(101);
        self.ok(&format!("vote --yes advance {proposal} --from member-1"));
        for n in 1..=6 {
            self.ok(&format!("vote --yes cast {proposal} yes --from member-{n}"));
        }
        self.wait(201);
        for _ in 0..20 {
            self.ok(&format!("vote --yes advance {proposal} --from member-1"));
            let shown = self
                .ok(&format!("vote show {proposal} --output json"))
                .json();
            match shown["proposal"]["phase"].as_str().unwrap() {
                "executed" => return,
                "timelock" => self.wait(51),
                _ => {}
            }
        }
        panic!("proposal {proposal} is never carried out");
    }
}

/// Words of a line; quotes keep them together.
fn words(line: &str) -> Vec<String> {
    let quoted = line.split('\'').enumerate();
    let parts = quoted.flat_map(|(n, part)| match n % 2 {
        1 => vec![part.to_owned()],
        _ => part.split_whitespace().map(str::to_owned).collect(),
    });
    parts.collect()
}

fn town() -> Community {
    Community::funded(&["ana", "ben", "cleo", "dora", "emil", "fay"])
}

fn pico(value: &Value) -> u128 {
    value.as_str().unwrap().parse().unwrap()
}

#[test]
fn a_round_goes_from_its_opening_to_its_result_with_each_step_said_first() {
    let town = town();
    let none = town.fund("list");
    assert!(
        none.out.is_empty() && none.err.contains("mycel fund open"),
        "{}",
        none.err
    );
    town.fails("show 1", 1, "see `mycel fund list`");

    let open = "open 'Spring round' --in 1d --for 2d --rule quadratic --cap 60% --from member-1";
    town.fund(&format!("{open} --dry-run"))
        .has("open the round “Spring round” as member-1")
        .has("gifts in 1 day, for 2 days")
        .has("one giver alone earns nothing")
        .has("no project gets more than 60 % of the pool")
        .has("goes back to the sponsors")
        .has("everybody sees who gave what")
        .has("cancelled if below 10.00 credits")
        .has("Nothing was sent.");
    town.fund(open).has("round 1");
    town.fails(open, 1, "`mycel fund cancel 1 --from NAME` cancels it");
    let gate = "open Other --in 1d --for 2d --gate 3 --from member-2";
    town.fails(gate, 1, "open it without `--gate`");
    town.fund("list")
        .has("begins in")
        .has("quadratic")
        .has("Spring round");

    let sponsor = "sponsor 1 50 --from member-6";
    town.fund(&format!("{sponsor} --dry-run"))
        .has("pool 0.00 credits → 50.00 credits")
        .has("least 10.00 credits when gifts begin");
    town.fund(sponsor).has("hold 1");
    for (n, title) in [(2, "a well"), (3, "seeds"), (4, "songs")] {
        let submit = format!("submit 1 --title '{title}' --from member-{n}");
        town.fund(&submit).has(&format!("project {}", n - 1));
    }
    town.fails(
        "submit 1 --title again --from member-2",
        1,
        "mycel fund withdraw ROUND 1",
    );
    town.fund("show 1")
        .has("0 of 1 supporters")
        .has("mycel fund support 1 PROJECT");
    for project in 1..=3 {
        town.fund(&format!("support 1 {project} --from member-5"));
    }
    town.fund("withdraw 1 3 --from member-4")
        .has("take back project 3");
    town.fund("recheck 1 1 --from member-5");
    town.fails("give 1 1 5 --from member-1", 1, "see `mycel fund show 1`");
    town.fails("result 1", 1, "has no result yet");
    town.fails(
        "advance 1 --from member-1",
        1,
        "see what it waits for: `mycel fund show 1`",
    );

    town.wait(DAY);
    town.fund("show 1")
        .has("gifts may begin, `mycel fund advance 1` moves it on");
    town.fund("advance 1 --from member-1")
        .has("round 1: giving; it ends");
    town.fund("give 1 1 4 --from member-1 --dry-run")
        .has("would bring this project nothing more from the pool now: one giver alone")
        .has("they decay like a position");
    town.fund("give 1 1 4 --from member-1").has("amount 4.00");
    let preview = town.fund("give 1 1 9 --from member-4 --dry-run");
    // 2·√(4·9) = 12
    preview
        .has("your 9.00 credits would bring this project about 12.00 credits more from the pool");
    let facts = town
        .fund("give 1 1 9 --from member-4 --dry-run --output json")
        .json();
    assert_eq!(facts["matched"], true);
    assert!(pico(&facts["match_then"]) > pico(&facts["match_now"]));
    town.fund("give 1 1 9 --from member-4");
    town.fund("give 1 1 1 --from member-2 --dry-run")
        .has("without match");
    town.fund("give 1 1 1 --from member-2");
    town.fund("give 1 2 1 --from member-1");
    town.fund("give 1 2 1 --from member-4");
    town.fails("give 1 9 1 --from member-4", 1, "see `mycel fund show 1`");
    town.fails("cancel 1 --from member-1", 1, "see `mycel fund show 1`");

    let shown = town.fund("show 1 --as member-2");
    shown
        .has("member-2 gave 1.00 credits to project 1, “a well”, without match")
        .has("fay@riverside gave 50.00 credits")
        .has("16.00 credits in 5 gifts")
        .has("would get now")
        .has("mycel fund give 1 PROJECT AMOUNT --from NAME")
        .has("1 a well ben@riverside admitted 3 14.00 credits 12.00 credits")
        .has("3 songs dora@riverside withdrawn");
    town.fund("show 1 --as member-6")
        .has("has given nothing here yet");

    town.wait(2 * DAY);
    town.fund("advance 1 --from member-5")
        .has("round 1: done: all is paid");
    town.fails(
        "advance 1 --wait --from member-5",
        1,
        "nothing is left to wait for",
    );
    let path = town.home.path().join("result.svg").display().to_string();
    let result = town.fund(&format!("result 1 --svg {path}"));
    result
        .has("ben@riverside 3 1")
        .has("back to sponsors")
        .has("fay@riverside gave 50.00 credits")
        .has("█");
    assert!(std::fs::read_to_string(path).unwrap().contains("a well"));
    let told = town.fund("result 1 --output json").json();
    let parts = told["projects"].as_array().unwrap();
    let matching: u128 = parts.iter().map(|one| pico(&one["matching"])).sum();
    assert_eq!(matching + pico(&told["returned"]), pico(&told["pool"]));
    assert_eq!(told["projects"][0]["cap_reached"], false);
    town.fund("show 1")
        .has("done: all is paid")
        .has("mycel fund result 1");
    let over = town.fund("list");
    assert!(
        over.out.is_empty() && over.err.contains("`--all`"),
        "{}",
        over.err
    );
    town.fund("list --all").has("Spring round");
}

#[test]
fn pairs_are_forecast_groups_declared_and_a_cancelled_round_gives_everything_back() {
    let town = town();
    town.fund("open Pairs --in 1d --for 2d --cap 100% --rest scale --from member-1")
        .has("round 1");
    town.fund("sponsor 1 20 --from member-1");
    town.fund("submit 1 --title wells --from member-2");
    town.fund("submit 1 --title seeds --text 'Seeds for all.' --payee member-3 --from member-3");
    town.fund("support 1 1 --from member-5");
    town.fund("support 1 2 --from member-5");
    town.wait(DAY);
    town.fund("give 1 1 2 --from member-1");
    // the only pair takes all that the pool has
    town.fund("give 1 1 2 --from member-4 --dry-run")
        .has("would bring this project about 19.")
        .has("it would have reached the cap");
    town.fund("give 1 1 2 --from member-4");
    town.fund("show 1")
        .has("half where they have the median gift in common")
        .has("would get now");
    town.wait(2 * DAY);
    town.fund("advance 1 --wait --from member-5").has("done");
    town.fund("result 1").has("reached");

    town.fund("open Groups --in 1d --for 2d --rule clustered --from member-1")
        .has("round 2");
    town.fund("group 2 1 member-4 ben@riverside --from member-1")
        .has("member-4, ben@riverside as one giver");
    town.fund("sponsor 2 10 --from member-6");
    town.fund("cancel 2 --from member-1 --dry-run")
        .has("everything goes back");
    town.fund("cancel 2 --from member-1");
    town.fund("show 2")
        .has("everything goes back, `mycel fund advance 2`");
    town.fund("advance 2 --from member-1")
        .has("everything went back");
    town.fund("result 2")
        .has("10.00 credits came")
        .has("went back");
}

#[test]
fn innovations_are_registered_owed_for_built_and_brought_before_juries() {
    let town = town();
    let none = town.fund("register list");
    assert!(none.err.contains("mycel fund register add"), "{}", none.err);
    let hash = |n: u32| format!("{n:064x}");
    let add = format!(
        "register add --title 'A pump' --kind proprietary --licence MIT --evidence {} --from member-1",
        hash(1)
    );
    town.fund(&format!("{add} --dry-run"))
        .has("then everybody's; until then 5 % of its revenue");
    town.fund(&add).has("entry 1");
    town.fails(&add, 1, "evidence used");
    let file = town.home.path().join("evidence.txt");
    std::fs::write(&file, "plans").unwrap();
    let essential = format!(
        "register add --title 'A filter' --kind essential --licence CC-BY-4.0 --evidence-file {} --from member-2",
        file.display()
    );
    town.fund(&essential).has("entry 2");
    town.fund("register list")
        .has("A pump")
        .has("proprietary")
        .has("everybody's");

    let revenue = format!(
        "register report-revenue 1 100 --evidence {} --from member-1",
        hash(2)
    );
    town.fund(&format!("{revenue} --dry-run"))
        .has("owes 5.00 credits, 5 % of it");
    town.fund(&revenue).has("report 1");
    town.fund("register show 1")
        .has("5.00 credits not paid")
        .has("mycel fund register pay-dues 1");
    town.fund("register pay-dues 1 --from member-1 --dry-run")
        .has("owes 5.00 credits → 0.00 credits");
    town.fund("register pay-dues 1 2 --from member-1")
        .has("matter 1");
    town.fund("register advance 1 --from member-3");
    town.wait(40 * DAY);
    town.fund("register list --overdue")
        .has("dues")
        .has("ana@riverside");
    town.fund("register pay-dues 1 --from member-1")
        .has("matter 2");
    town.fund("register advance 2 --from member-3");
    town.wait(DAY);
    town.fund("register list --overdue");
    town.fails("register pay-dues 1 --from member-1", 1, "nothing is owed");
    town.fund("register release 1 --from member-1 --dry-run")
        .has("for good");
    town.fund("register release 1 --from member-1");
    town.fund("register show 1")
        .has("everybody's")
        .has("register built 1");

    for n in 3..=5 {
        let built = format!(
            "register built 2 --evidence {} --from member-{n}",
            hash(10 + n)
        );
        if n == 3 {
            town.fund(&format!("{built} --dry-run"))
                .has("1 with you; its author earns from 3 on");
        }
        town.fund(&built).has(&format!("builders {}", n - 2));
    }
    town.fund("register show 2").has("30.00 credits earned");
    town.fails(
        "register reward 2 --from member-2",
        1,
        "`mycel vote propose rewards AMOUNT",
    );

    let review = format!(
        "register review 'Deep Trawling' --evidence {} --from member-3",
        hash(30)
    );
    town.fund(&format!("{review} --dry-run"))
        .has("restricted one step more");
    let told = town.fund(&format!("{review} --output json")).json();
    let matter = told["matter"].as_str().expect("a matter").to_owned();
    town.fund(&format!("register matter {matter}"))
        .has("what deep-trawling does")
        .has("in the whole community");
    town.fund("refused deep-trawling")
        .has("not restricted in the whole community")
        .has("a jury reviews it");
    town.fails(
        &format!("register advance {matter} --from member-1"),
        1,
        "nothing",
    );
    // no commons is known here: nobody is enrolled in one
    let harm = format!(
        "register harm deep-trawling --commons 1 --user member-4 --amount 5 --evidence {} --from member-3",
        hash(31)
    );
    let words = words(&format!("fund --yes {harm}"));
    let ran = town.run(&words.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    town.fails(
        &format!("register pay-restoration {matter} --from member-4"),
        1,
        "nothing is owed",
    );
    town.fails("register show 9", 1, "see `mycel fund register list`");
    town.fails("refused '?'", 2, "entry/7");
}

#[test]
fn the_dividend_is_shown_and_a_claim_says_when_the_next_comes() {
    let town = town();
    town.fund("dividend --as member-1")
        .has("0 so far")
        .has("member-1 has nothing to claim now; the next dividend comes with credit's next distribution");
    town.fund("claim --from member-1 --dry-run")
        .has("nothing to claim now");
    town.fails("claim --from member-1", 1, "nothing to claim");
    assert_eq!(
        town.fund("dividend --output json").json()["deposits"],
        json!("0")
    );
}

#[test]
fn what_is_decided_about_funding_is_proposed_and_shown_in_words() {
    let town = town();
    let round = "vote --yes propose round 'Of us all' --in 10d --for 2d --admission decided --from member-1";
    town.ok(&format!("{round} --dry-run"))
        .has("open a round of funding, “Of us all”")
        .has("for 2 days")
        .has("no project gets more than 20 % of the pool")
        .has("each by a decision of all members")
        .has("another decision or sponsors fill it");
    let soon = words("vote --yes propose round Soon --in 1min --for 2d --from member-1");
    let ran = town.run(&soon.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(ran.err.contains("choose a longer `--in`"), "{}", ran.err);
    town.ok(round).has("proposal 1");
    town.ok("vote show 1")
        .has("open a round of funding, “Of us all”")
        .has("gifts are taken in");
    town.decide(1);
    town.fund("show 1")
        .has("opened by a decision of all members");
    town.fund("submit 1 --title 'a bridge' --from member-3")
        .has("project 1");
    town.fund("show 1")
        .has("mycel vote propose admit-project 1 PROJECT");

    town.ok("vote --yes propose pool 1 40 --from member-1 --dry-run")
        .has("pay funding 40.00 credits from the commons")
        .has("it goes into the matching pool of round 1, “Of us all” (open)")
        .has("class spending");
    town.ok("vote --yes propose rewards 5 --from member-1 --dry-run")
        .has("it rewards authors of published designs");
    town.ok("vote --yes propose cancel-round 1 --from member-1 --dry-run")
        .has("cancel round 1, “Of us all” (open)")
        .has("everything goes back to who gave it");
    town.ok("vote --yes propose admit-project 1 1 --from member-1")
        .has("proposal 2");
    town.ok("vote show 2")
        .has("admit project 1, “a bridge”, to round 1")
        .has("is paid to cleo@riverside");
    town.decide(2);
    town.fund("show 1").has("a bridge cleo@riverside admitted");

    town.ok("vote --yes propose refuse 'Face Recognition' --for 365d --from member-1")
        .has("proposal 3");
    town.ok("vote show 3")
        .has("refuse face-recognition inside the boundary of those who decide")
        .has("days");
    town.decide(3);
    town.fund("refused 'face recognition'")
        .has("by a vote of all members")
        .has("it ends in 36");
    town.ok("vote --yes propose allow face-recognition --from member-1")
        .has("proposal 4");
    town.decide(4);
    town.fund("refused face-recognition --in all")
        .has("is not restricted");
}

#[test]
fn the_page_on_funding_is_run_as_it_stands() {
    let town = Community::shared(24);
    let commands = town.page(include_str!("../../../docs/funding.md"));
    assert!(commands > 15, "commands={commands}");
}

#[test]
fn the_page_on_funding_shows_code_that_is_compiled() {
    let page = include_str!("../../../docs/funding.md");
    let example = include_str!("../../../contracts/funding/examples/riverside_funding.rs");
    community::page::shows_code_of(page, example);
}
