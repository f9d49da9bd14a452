//! What a panel drawn by lot recommends, as everybody sees it.
use serde_json::{Value, json};

use super::community::Community;

const DAY: u64 = 86_400;

impl Community {
    /// `mycel draw …` that must succeed, as JSON.
    #[track_caller]
    fn lot(&self, words: &[&str]) -> Value {
        let ran = self.run(&[&["draw", "--yes", "--output", "json"], words].concat());
        assert_eq!(ran.code, 0, "{words:?}: {}{}", ran.out, ran.err);
        ran.json()
    }

    fn stage(&self) -> String {
        let told = self.lot(&["show", "1"]);
        told["stage"].as_str().unwrap().to_owned()
    }

    /// From the end of registration to a panel that may speak; gives who sits, by number.
    fn drawn(&self) -> Vec<u64> {
        let path = |name: &str| self.home.path().join(name).display().to_string();
        let (pool, lottery) = (path("pool.json"), path("lottery.json"));
        self.lot(&["freeze", "1", "--from", "member-2"]);
        self.lot(&["pool", "1", "--out", &pool]);
        let solved = self.run(&["solve", "lottery", "--json", &pool, "--out", &lottery]);
        assert_eq!(solved.code, 0, "{}{}", solved.out, solved.err);
        let submit = ["submit", "1", &lottery, "--from", "member-3"];
        assert_eq!(self.lot(&submit)["state"], "committed");
        self.wait(100);
        assert_eq!(self.lot(&submit)["state"], "complete");
        for _ in 0..8 {
            self.wait(300);
            if self.stage() == "done" {
                break;
            }
            self.lot(&["advance", "1", "--from", "member-2"]);
        }
        assert_eq!(self.stage(), "done");
        let result = self.lot(&["result", "1"]);
        let seats = result["seats"].as_array().unwrap();
        seats
            .iter()
            .map(|seat| seat["person"].as_u64().unwrap())
            .collect()
    }
}

#[test]
fn what_a_panel_recommends_is_shown_in_words_with_who_said_it() {
    let handles = ["ana", "ben", "cleo", "dora", "emil"];
    let town = Community::with(&handles, json!({"commit_reveal": {"period_seconds": 100}}));
    let propose = [
        "propose",
        "refuse",
        "face recognition",
        "--text",
        "Not here.",
        "--panel",
        "2",
        "--from",
        "member-1",
    ];
    let preview = town.vote(&[&propose[..], &["--dry-run"]].concat());
    preview.has("panel 2 seats, drawn by lot");
    town.vote(&propose).has("proposal 1");
    town.vote(&["support", "1", "--from", "member-2"]);
    town.vote(&["show", "1"])
        .has("panel 2 seats by lot: nothing recommended yet");
    // its own draw is named, so that members find it
    let open = town.run(&["draw", "list"]);
    assert!(open.out.contains("assembly/1"), "{}", open.out);
    for n in 1..=5 {
        town.lot(&["volunteer", "1", "--from", &format!("member-{n}")]);
    }
    town.wait(21 * DAY);
    let seated = town.drawn();
    let member = |person: u64| format!("member-{person}");
    let outsider = (1..=5).find(|person| !seated.contains(person)).unwrap();
    let advise = |person: u64, option: &str, text: &str| {
        let name = member(person);
        town.run(&[
            "vote", "--yes", "advise", "1", text, "--option", option, "--from", &name,
        ])
    };
    let no = advise(outsider, "1", "I was not asked.");
    assert_eq!(no.code, 1, "{}", no.out);
    assert!(no.err.contains("not seated"), "{}", no.err);
    assert_eq!(advise(seated[0], "1", "It watches everybody.").code, 0);
    assert_eq!(advise(seated[1], "0", "It finds thieves.").code, 0);
    let shown = town.vote(&["show", "1"]);
    shown.has("panel 2 seats by lot: 1 for no, 1 for yes");
    let handle = |person: u64| format!("{}@riverside", handles[person as usize - 1]);
    shown.has(&format!(
        "{} (yes): It watches everybody.",
        handle(seated[0])
    ));
    shown.has(&format!("{} (no): It finds thieves.", handle(seated[1])));
    // who thinks again is counted once, for what was said last
    assert_eq!(advise(seated[1], "1", "Not worth it.").code, 0);
    let shown = town.vote(&["show", "1"]);
    shown.has("panel 2 seats by lot: 2 for yes");
    assert!(!shown.out.contains("thieves"), "{}", shown.out);
    let seats = town.run(&["draw", "result", "1"]).out;
    for person in seated {
        assert!(seats.contains(&handle(person)), "{seats}");
    }
}
