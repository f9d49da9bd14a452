//! Cases from the draw of jurors to a verdict, and the beacon that members make themselves.
use std::fs;

use serde_json::json;

use super::{DAY, QUICKNET_123, community::Community};

#[test]
fn a_case_goes_from_the_draw_of_jurors_to_a_verdict_and_an_appeal() {
    let handles = [
        "ana", "ben", "cleo", "dan", "eva", "finn", "gil", "hana", "ida", "jon", "kim", "leo",
        "mia", "nils", "olga", "pia",
    ];
    let town = Community::new(&handles);
    let deadline = town.now() + 40 * DAY;
    town.tell(
        1,
        &json!({"open_case": {"ref": "court/7", "kind": "sanction", "size": 3,
            "threshold_bps": 6667, "parties": ["2"], "deadline": deadline.to_string()}}),
    );
    assert!(town.draw(&["cases"]).out.contains("sanction"));
    town.wait(3 * DAY);
    town.draw(&["beacon", "post", "123", QUICKNET_123, "--from", "member-1"]);
    town.draw(&["advance", "--case", "1", "--from", "member-1"]);
    let step = || town.told(&["case", "1"])["juries"][0]["step"].clone();
    if step() == "striking" {
        let until = town.told(&["case", "1"])["juries"][0]["until"].clone();
        let until: u64 = until.as_str().unwrap().parse().unwrap();
        town.wait(until - town.now());
        town.draw(&["advance", "--case", "1", "--from", "member-1"]);
    }
    assert_eq!(step(), "committing");
    let seated = |place: &str| -> Vec<String> {
        let told = town.told(&["case", "1"]);
        let seats = told["juries"][0]["seats"].as_array().unwrap().clone();
        let so = seats.iter().filter(|seat| seat["place"] == place);
        so.map(|seat| format!("member-{}", seat["person"].as_str().unwrap()))
            .collect()
    };
    let jurors = seated("seated");
    assert_eq!(jurors.len(), 3);
    assert!(
        !jurors.contains(&"member-2".to_owned()),
        "a party judges itself"
    );
    let reasons = town.write("reasons.txt", "because");
    town.fails(
        &["juror", "vote", "1", "maybe", "--from", &jurors[0]],
        2,
        "there are",
    );
    town.fails(
        &["juror", "reveal", "1", "--from", &jurors[0]],
        1,
        "nothing was committed",
    );
    town.fails(
        &["juror", "vote", "1", "uphold", "--from", "member-2"],
        1,
        "was not called",
    );
    for (place, juror) in jurors.iter().enumerate() {
        let duties = town.draw(&["juror", "duties", juror]).out;
        assert!(duties.contains("commit"), "{duties}");
        if place < 2 {
            // a first thought, replaced by a second one: only that can be revealed
            town.draw(&["juror", "vote", "1", "dismiss", "--from", juror]);
        }
        town.draw(&[
            "juror",
            "vote",
            "1",
            "uphold",
            "--reasons",
            &reasons,
            "--from",
            juror,
        ]);
    }
    assert_eq!(step(), "revealing");
    let kept = fs::read_dir(town.home.path().join("secrets"))
        .unwrap()
        .count();
    assert_eq!(kept, 3);
    for juror in &jurors {
        let ran = town.draw(&["juror", "reveal", "1", "--from", juror]);
        assert!(ran.out.contains("reveal the vote uphold"), "{}", ran.out);
    }
    let case = town.told(&["case", "1"]);
    assert_eq!(case["case"]["outcome"], "uphold", "{case}");
    use sha2::Digest;
    let hash = hex::encode(sha2::Sha256::digest("because"));
    assert_eq!(case["reasons"], hash);
    town.fails(&["appeal", "1", "--from", "member-3"], 1, "party");
    town.draw(&["appeal", "1", "--from", "member-2"]);
    assert_eq!(town.told(&["case", "1"])["case"]["status"], "appealed");
}

#[test]
fn members_commit_and_reveal_where_the_source_is_their_own() {
    let town = Community::with(
        &["ana", "ben", "cleo"],
        json!({"commit_reveal": {"period_seconds": 100}}),
    );
    let shown = town.draw(&["beacon", "show"]).out;
    assert!(shown.contains("predictable"), "{shown}");
    let deadline = town.now() + 40 * DAY;
    town.tell(
        1,
        &json!({"open_case": {"ref": "court/7", "kind": "flags", "size": 3,
            "threshold_bps": 5001, "parties": ["2"], "deadline": deadline.to_string()}}),
    );
    let waiting = town.told(&["beacon", "show"])["waiting"].clone();
    let round = waiting[0]["round"].as_str().unwrap().to_owned();
    let phases = &waiting[0]["phases"];
    let second = |name: &str| phases[name].as_str().unwrap().parse::<u64>().unwrap();
    town.wait(second("commit").saturating_sub(town.now()));
    town.draw(&["beacon", "commit", &round, "--from", "member-1"]);
    town.fails(
        &["beacon", "commit", &round, "--from", "member-1"],
        1,
        "one a person",
    );
    town.fails(
        &["beacon", "reveal", &round, "--from", "member-1"],
        1,
        "out of phase",
    );
    town.fails(
        &["beacon", "reveal", &round, "--from", "member-3"],
        1,
        "has not committed",
    );
    town.wait(second("reveal") - town.now());
    town.draw(&["beacon", "reveal", &round, "--from", "member-1"]);
    let told = town.told(&["beacon", "show", &round]);
    assert!(told["commitments"][0]["secret"].is_string(), "{told}");
    town.wait(second("value") - town.now());
    town.draw(&["advance", "--from", "member-1"]);
    assert!(town.told(&["beacon", "show", &round])["value"].is_string());
}
