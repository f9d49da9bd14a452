//! Terms: once a term, whatever somebody does to its key.

use serde_json::json;

use super::ground::{Gated, TERM};
use crate::world::{BEGIN, TIMES};

#[test]
fn the_same_somebody_passes_again_in_the_next_term() {
    let mut town = Gated::new(2);
    let first = town.showing(3, 7, &json!({"x": {}}));
    town.passes(&first);
    town.wait(TERM);
    let second = town.showing(3, 7, &json!({"x": {}}));
    assert_eq!(second.number, first.number + 1);
    town.passes(&second);
    town.check();
}

#[test]
fn a_key_that_was_set_in_a_running_term_does_not_count_in_it() {
    let mut town = Gated::new(2);
    let cutoff = Gated::place("show", "cutoff");
    let first = town.showing(3, 7, &json!({"x": {}}));
    // days go by, the term's cutoff stays: the day before it opened
    town.wait(4 * u64::from(TIMES.day));
    let later = town.showing(3, 8, &json!({"x": {}}));
    assert_eq!(later.number, first.number);
    assert_eq!(later.inputs[cutoff], first.inputs[cutoff]);
    town.passes(&later);
    // a proof for a later cutoff is none
    let mut newer = town.showing(3, 9, &json!({"x": {}}));
    newer.inputs[cutoff][31] += 1;
    town.refuses(&newer.msg(), "proof refused");
}

#[test]
fn no_key_counts_in_a_term_that_opened_on_the_first_day() {
    let mut town = Gated::new(2);
    let mut early = town.showing_term(6, 1, 7, &json!({"x": {}}));
    town.passes(&early);
    early.term = Some(0);
    town.refuses(&early.msg(), "term too new");
}

#[test]
fn a_term_of_the_consumer_is_as_old_as_the_consumer_says() {
    let mut town = Gated::new(2);
    let showing = town.showing_term(6, 12, 7, &json!({"x": {}}));
    town.passes(&showing);
    let (_, shown) = town.last().expect("told");
    assert_eq!(shown.term, "12");
    // the same somebody, another round
    let showing = town.showing_term(6, 13, 7, &json!({"x": {}}));
    town.passes(&showing);
    // a cutoff of another day is refused
    let mut wrong = town.showing_term(6, 14, 7, &json!({"x": {}}));
    let cutoff = Gated::place("show", "cutoff");
    wrong.inputs[cutoff][31] += 1;
    town.refuses(&wrong.msg(), "proof refused");
    // one that it does not know, or that is not open
    let mut unknown = town.showing_term(6, 14, 7, &json!({"x": {}}));
    unknown.term = Some(99);
    town.refuses(&unknown.msg(), "no such term");
    let days = (town.sandbox.now() - BEGIN) / u64::from(TIMES.day);
    let ahead = town.showing_term(6, days + 1, 7, &json!({"x": {}}));
    town.refuses(&ahead.msg(), "is not open yet");
    town.check();
}

#[test]
fn a_term_is_named_where_it_is_the_consumers_and_nowhere_else() {
    let mut town = Gated::new(2);
    let mut showing = town.showing(3, 7, &json!({"x": {}}));
    showing.term = Some(showing.number);
    town.refuses(&showing.msg(), "term refused: gate=3 follows from the slot");
    let mut showing = town.showing_term(6, 12, 7, &json!({"x": {}}));
    showing.term = None;
    town.refuses(&showing.msg(), "name it in `term`");
}

#[test]
fn a_key_given_up_on_the_day_before_a_term_opens_does_not_count_by_an_older_root() {
    // both the old key and the one that took its place were set before the day
    // on which the term opens; a root of the hour before still has the old one
    let mut town = Gated::new(2);
    let day = u64::from(TIMES.day);
    let passed = (town.sandbox.now() - BEGIN) % day;
    town.wait(day - passed + 1);
    let term = (town.sandbox.now() - BEGIN) / day;
    let back = |town: &Gated, term| {
        let mut older = town.showing_term(6, term, 7, &json!({"x": {}}));
        older.slot -= 1;
        older.inputs[0] = town.root(older.slot);
        older
    };
    let older = back(&town, term);
    town.refuses(&older.msg(), "name a later slot");
    // in a term that opened before, it counts
    let older = back(&town, term - 1);
    town.passes(&older);
    let newer = town.showing_term(6, term, 7, &json!({"x": {}}));
    town.passes(&newer);
}
