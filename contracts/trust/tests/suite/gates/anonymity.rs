//! Among how many a prover hides.

use mycel_trust::gates::ask::EligibleResponse;
use serde_json::json;

use super::ground::{Gated, TERM, gate, members_gate};
use crate::world::{BEGIN, TIMES};

fn eligible(town: &Gated, gate: u64) -> EligibleResponse {
    town.query(&json!({"eligible": {"gate": gate.to_string()}}))
}

/// Person 1 deals with 2, 3 and 4, for so many credits each; all rate.
fn dealing(town: &mut Gated, nonce: u8, credits: u64) {
    for other in 2..=4 {
        let reference = format!("r{nonce}");
        town.pay(1, other, &reference, credits);
        let deal = town.deal(1, other, nonce, Some(&reference));
        let sealed = town.promise_both(deal, nonce, [true, false]);
        for one in &sealed {
            town.ok(1, &one.open());
        }
    }
    town.wait(u64::from(TIMES.appeal) + 1);
}

#[test]
fn eligible_counts_the_leaves_that_could_pass_by_what_everyone_knows() {
    let mut town = Gated::new(6);
    let all = |town: &Gated, gate| eligible(town, gate).eligible;
    // nobody has any history, but all are on the roll
    assert_eq!((all(&town, 3), all(&town, 7)), (0, 6));
    town.set(json!({"numbers": {"rater_cap": 10_000}}));
    let consumer = town.consumer.clone();
    let mut least = gate(20, &consumer, "once", json!({"seconds": TERM.to_string()}));
    least["theta"] = json!(128);
    town.open(&least).expect("a gate");
    // 150 of each of three partners, then what is left of their caps: 600
    dealing(&mut town, 1, 150);
    dealing(&mut town, 2, 150);
    assert_eq!(town.mailbox(1).entries, 6);
    for nonce in 3..=5 {
        // 8 · 600 + 4 · 600 + 2 · 600 is less than 15 · 200 · 3
        assert_eq!(all(&town, 20), 0);
        town.wait(u64::from(TIMES.period));
        dealing(&mut town, nonce, 500);
    }
    // with 600 more of the oldest period it is just that; vouches are wanting
    assert_eq!(all(&town, 20), 0);
    town.set_leaf(1, true, 1);
    assert_eq!(all(&town, 20), 1);
    let history = eligible(&town, 20);
    assert_eq!((history.eligible, history.leaves), (1, 6));
    // one without a vouch more than that hides nobody, nor does who is not on the roll
    town.set_leaf(6, false, 0);
    let roll = eligible(&town, 7);
    assert_eq!((roll.eligible, roll.leaves), (5, 5));
    // a period later the oldest counts no more
    town.wait(u64::from(TIMES.period));
    assert_eq!(all(&town, 20), 0);
}

#[test]
fn keys_set_in_the_running_term_and_members_without_vouches_are_not_counted() {
    let mut town = Gated::new(3);
    assert_eq!(eligible(&town, 7).eligible, 3);
    // who joined in the term
    town.enrol(9);
    assert_eq!(eligible(&town, 7).eligible, 3);
    town.wait(TERM);
    assert_eq!(eligible(&town, 7).eligible, 4);
}

#[test]
fn keys_of_the_day_on_which_a_term_of_the_consumer_opened_or_later_are_not_counted() {
    let mut town = Gated::new(3);
    let counted = |town: &Gated, term: Option<u64>| {
        let term = term.map(|term| term.to_string());
        let asked = json!({"eligible": {"gate": "17", "term": term}});
        town.query::<EligibleResponse>(&asked).eligible
    };
    let consumer = town.consumer.clone();
    let anybody = members_gate(17, &consumer, "once", json!({"action": {}}));
    town.open(&anybody).expect("a gate");
    let day = u64::from(TIMES.day);
    let opened = (town.sandbox.now() - BEGIN) / day;
    assert_eq!(counted(&town, Some(opened)), 3);
    // who came since shows nothing in it, whether or not anybody passed before
    town.enrol(9);
    town.wait(3 * day);
    assert_eq!(counted(&town, Some(opened)), 3);
    assert_eq!(counted(&town, Some(opened + 1)), 4);
    let shown = town.showing_term(17, opened, 7, &json!({"x": {}}));
    town.passes(&shown);
    assert_eq!(counted(&town, Some(opened)), 3);
    // no number without a term is less than one with it
    assert_eq!(counted(&town, None), 4);
    // in a term that opened on the first day nobody counts
    assert_eq!(counted(&town, Some(0)), 0);
    let asked = json!({"eligible": {"gate": "17", "term": "99"}});
    let unknown = town
        .sandbox
        .query::<EligibleResponse>(&town.trust, &asked)
        .expect_err("no such term");
    assert!(unknown.text.contains("no such term"), "{}", unknown.text);
}

#[test]
fn eligible_is_told_in_pages_that_add_up() {
    let town = Gated::new(7);
    let (mut after, mut sum, mut pages) = (None::<u32>, 0, 0);
    loop {
        let page: EligibleResponse =
            town.query(&json!({"eligible": {"gate": "7", "after": after, "limit": 3}}));
        sum += page.eligible;
        pages += 1;
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert_eq!((sum, pages), (7, 3));
}
