//! The register among the real members and the real juries: drawn by lot,
//! sealed votes, a verdict that may be appealed.

use mycel_sandbox::{Code, Native};
use mycel_sortition::juries::ask::{JuriesResponse, JuryView};
use mycel_sortition::juries::ballot;

use super::*;

/// Seconds in which a verdict may be appealed here.
const APPEAL: u64 = 3_600;

fn sortition() -> Native {
    use mycel_sortition::{contract, query};
    Native::new(contract::instantiate, contract::execute, query::query)
        .with_sudo(|deps, env, _: mycel_bindings::SudoMsg| contract::end_block(deps, env))
}

/// A community whose juries are real; the first two have a say in the forest.
fn judged(n: usize) -> (Commonwealth, Vec<String>) {
    let (mut town, list) = town(n);
    let key = address("key");
    let code = town.sandbox.store(Code::native(sortition()));
    let begin = json!({
        "authority": key, "development": true,
        "parameters": {
            "members": town.members, "clients": [{"name": "funding", "address": town.funding}],
            "beacon": {"commit_reveal": {"period_seconds": 5}},
            "numbers": {"jury_cap": 3, "appeal_seconds": APPEAL, "juries_per_person": 20, "in_a_row": 10},
        },
    });
    let real = town
        .sandbox
        .instantiate2(&key, code, "sortition", &begin)
        .unwrap_or_else(|refusal| panic!("sortition: {}", refusal.text));
    town.set(&json!({"sortition": real}));
    // the double's place in `Commonwealth` is sortition's now
    town.double = real;
    (town, list)
}

fn jury(town: &Commonwealth, case: &str) -> (u8, JuryView) {
    let all: JuriesResponse = town
        .sandbox
        .query(&town.double, &json!({"juries": {"case": case}}))
        .unwrap_or_else(|refusal| panic!("{}", refusal.text));
    let which = all.juries.len() as u8 - 1;
    (which, all.juries.into_iter().last().expect("a jury"))
}

/// Sortition does what is due.
#[track_caller]
fn lots(town: &mut Commonwealth) {
    let real = town.double.clone();
    town.tell(&real, "anyone", &json!({"advance": {}}));
}

/// A jury is drawn and votes this word; whose names it drew.
#[track_caller]
fn votes(town: &mut Commonwealth, list: &[String], case: &str, word: &str) -> Vec<String> {
    let real = town.double.clone();
    let mut seated = vec![];
    for _ in 0..40 {
        let (which, jury) = jury(town, case);
        if jury.step == "committing" {
            let sitting = jury.seats.iter().filter(|seat| seat.place == "seated");
            let persons: Vec<u64> = sitting.map(|seat| seat.person.0).collect();
            seated = persons
                .iter()
                .map(|n| list[*n as usize - 1].clone())
                .collect();
            let number: u64 = case.parse().expect("a case");
            for (person, name) in persons.iter().zip(&seated) {
                let salt = [*person as u8; 32];
                let hash = ballot::commitment(number, which, *person, word, &[3; 32], &salt);
                let msg = json!({"commit_vote": {"case": case, "commitment": cosmwasm_std::to_hex(hash)}});
                town.tell(&real, name, &msg);
            }
            for (person, name) in persons.iter().zip(&seated) {
                let salt = cosmwasm_std::to_hex([*person as u8; 32]);
                let msg = json!({"reveal_vote": {"case": case, "outcome": word,
                    "reasons": "03".repeat(32), "salt": salt}});
                town.tell(&real, name, &msg);
            }
            break;
        }
        let wait = match jury.step.as_str() {
            "striking" => jury.until.0.saturating_sub(town.now()).max(1),
            _ => 15,
        };
        town.wait(wait);
        lots(town);
    }
    assert!(!seated.is_empty(), "a jury was drawn");
    seated
}

#[test]
fn a_review_before_a_real_jury_restricts_when_its_verdict_is_final() {
    let (mut town, list) = judged(40);
    let entry = town.register(&list[5], "essential");
    let name = format!("entry/{entry}");
    let (matter, case) = town.review(&list[0], &name, None);
    let seated = votes(&mut town, &list, &case, "uphold");
    assert!(
        !seated.contains(&list[0]) && !seated.contains(&list[5]),
        "parties"
    );
    let follow = json!({"advance_matter": {"matter": matter.to_string()}});
    // it may be appealed
    town.no("anyone", follow.clone(), "nothing to do");
    assert_eq!(town.refused_in(&name, &json!("all")).step, Step::None);
    town.wait(APPEAL + 10);
    lots(&mut town);
    town.ok("anyone", follow);
    assert_eq!(town.matter(matter).progress, "upheld");
    assert_eq!(town.refused_in(&name, &json!("all")).step, Step::Notice);
    town.check_all();
}

#[test]
fn an_organisation_is_accused_before_a_real_jury_without_its_controllers() {
    let (mut town, list) = judged(40);
    town.guild("guild", [&list[2], &list[3]]);
    let (matter, case) = town.accuse(&list[0], "guild", 70);
    let seated = votes(&mut town, &list, &case, "uphold");
    for party in [0, 2, 3] {
        assert!(!seated.contains(&list[party]), "{}", list[party]);
    }
    town.wait(APPEAL + 10);
    lots(&mut town);
    town.move_on(matter);
    let owed = town.matter(matter).restoration.expect("restoration");
    assert_eq!(owed.amount.pico(), 70);
    assert_eq!(town.open_items("guild").open, 1);
    // whom no jury heard in time lapses
    let (second, _) = town.accuse(&list[1], &list[6], 70);
    for _ in 0..20 {
        town.wait(3 * DAY);
        let real = town.double.clone();
        let advance = json!({"advance": {}});
        let _ = town.sandbox.execute(&address("anyone"), &real, &advance);
    }
    assert_eq!(town.matter(second).progress, "lapsed");
    town.check_all();
}
