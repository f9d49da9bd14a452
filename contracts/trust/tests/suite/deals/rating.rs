//! The two rate each other, blind.

use cosmwasm_std::HexBinary;
use mycel_kit::Id;
use mycel_sandbox::{address, mock_proof};
use mycel_trust::deals::end::KEPT_PERIODS;
use mycel_trust::element::ORDER;
use serde_json::{Value, json};

use super::ground::{RATING, Town};
use crate::world::{TIMES, members::Say};

#[test]
fn neither_rating_is_opened_before_both_are_in_or_the_deadline_has_passed() {
    let mut town = Town::new(2);
    let deal = town.deal(1, 2, 1, None);
    let sealed = [0, 1].map(|dir| town.sealed(deal, dir, 1, true));
    town.ok(1, &sealed[0].commit());
    town.no(1, &sealed[0].open(), "too early");
    town.ok(2, &sealed[1].commit());
    town.ok(1, &sealed[0].open());
    town.ok(2, &sealed[1].open());
    // with one promise only, the deadline
    let deal = town.deal(1, 2, 2, None);
    let one = town.sealed(deal, 1, 2, true);
    town.ok(2, &one.commit());
    town.wait(RATING - 1);
    town.no(2, &one.open(), "too early");
    town.wait(1);
    let late = town.sealed(deal, 0, 2, true);
    town.no(1, &late.commit(), "too late");
    town.ok(2, &one.open());
    town.no(1, &late.open(), "nothing promised");
    town.check();
}

#[test]
fn one_rating_a_direction_promised_and_opened_once() {
    let mut town = Town::new(3);
    let deal = town.deal(1, 2, 1, None);
    let sealed = town.promise_both(deal, 1, [true, true]);
    town.no(1, &sealed[0].commit(), "rating settled");
    town.no(3, &sealed[0].commit(), "not your deal");
    town.ok(1, &sealed[0].open());
    town.no(
        1,
        &sealed[0].open(),
        "rating settled: deal=1 dir=0 is opened",
    );
    town.wait(u64::from(TIMES.appeal));
    town.no(
        1,
        &sealed[0].open(),
        "rating settled: deal=1 dir=0 is given",
    );
    town.check();
}

#[test]
fn a_key_that_only_pays_or_votes_promises_no_rating() {
    // a promise that nobody can open is the only one that its owner has
    let mut town = Town::new(2);
    let deal = town.deal(1, 2, 1, None);
    let commit = town.sealed(deal, 0, 1, true).commit();
    let stolen = address("stolen");
    for role in ["pay", "vote"] {
        town.key(&stolen, 1, &[role]);
        let before = town.sandbox.state_hash();
        let why = town.tell(&stolen, &commit).expect_err("refused").text;
        assert!(why.contains("role recover"), "{why}");
        assert_eq!(town.sandbox.state_hash(), before);
    }
    // what is its own stays its own, also of a member that is suspended
    let suspended = Say::Suspend {
        person: Id(1),
        suspended: true,
    };
    town.say(&suspended).expect("suspended");
    town.ok(1, &commit);
    town.check();
}

#[test]
fn nobody_rates_before_a_deal_is_accepted_or_after_it_ended() {
    let mut town = Town::new(2);
    let deal = town.offer(1, 2, 1, None);
    let one = town.sealed(deal, 0, 1, true);
    town.no(1, &one.commit(), "not in this stage");
    town.no(1, &one.open(), "not in this stage");
    town.accept(2, deal);
    town.wait(RATING + u64::from(TIMES.open_window));
    town.no(1, &one.commit(), "not in this stage");
    town.no(1, &one.open(), "not in this stage");
}

#[test]
fn what_is_opened_is_what_was_promised() {
    let mut town = Town::new(2);
    let deal = town.deal(1, 2, 1, None);
    let sealed = town.promise_both(deal, 1, [true, true]);
    // a praise instead of a complaint, with a proof that holds for it
    let other = town.sealed(deal, 0, 1, false);
    town.no(1, &other.open(), "not what was promised");
    let mut salted = sealed[0].clone();
    salted.salt = [9; 32];
    town.no(1, &salted.open(), "not what was promised");
    // what the other promised is not this one's
    let mut turned = sealed[1].clone();
    turned.dir = 0;
    town.no(1, &turned.open(), "not what was promised");
    town.ok(1, &sealed[0].open());
}

#[test]
fn anyone_opens_what_was_promised() {
    let mut town = Town::new(2);
    let deal = town.deal(1, 2, 1, None);
    let sealed = town.promise_both(deal, 1, [true, true]);
    town.tell(&address("stranger"), &sealed[0].open())
        .expect("opened");
    town.ok(1, &sealed[1].open());
}

#[test]
fn what_is_not_opened_in_time_is_no_entry_and_everyone_sees_that() {
    let mut town = Town::new(2);
    let deal = town.deal(1, 2, 1, None);
    let sealed = town.promise_both(deal, 1, [true, true]);
    town.ok(1, &sealed[1].open());
    // whenever they were promised, both know from the beginning until when they have to be there
    town.wait(RATING + u64::from(TIMES.open_window) - 1);
    assert_eq!(town.told(deal, 0), "awaited");
    town.sandbox.advance_time(1);
    town.no(1, &sealed[0].open(), "too late");
    town.wait(0);
    let seen = town.seen(deal);
    assert_eq!(seen.ratings[0].rating, "absent");
    assert!(seen.ratings[0].promised);
    assert_eq!(seen.ratings[1].rating, "given");
    assert_eq!((town.mailbox(1).entries, town.mailbox(2).entries), (1, 0));
    town.check();
}

#[test]
fn an_opened_rating_lies_in_the_mailbox_of_the_rated_after_the_appeal_time() {
    let mut town = Town::new(2);
    let (deal, sealed) = town.rated(1, 2, 1, [true, false]);
    let due = town.sandbox.now() + u64::from(TIMES.appeal);
    let seen = town.seen(deal);
    for (view, sealed) in seen.ratings.iter().zip(&sealed) {
        assert_eq!(view.rating, "opened");
        assert_eq!(view.due.map(|due| due.0), Some(due));
        assert_eq!(view.c, Some(HexBinary::from(sealed.c)));
        assert_eq!(view.ct, Some(HexBinary::from(sealed.ct)));
    }
    town.wait(u64::from(TIMES.appeal) - 1);
    assert_eq!(town.mailbox(2).entries, 0);
    town.wait(1);
    // a's rating of b in b's, b's of a in a's
    for (person, dir) in [(2, 0), (1, 1)] {
        let entries = town.entries(person).entries;
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].c, HexBinary::from(sealed[dir].c));
        assert_eq!(entries[0].dir, dir as u8);
    }
    assert_eq!(town.seen(deal).stage, "ended");
    town.check();
}

#[test]
fn commitments_that_are_not_canonical_are_refused() {
    let mut town = Town::new(2);
    let deal = town.deal(1, 2, 1, None);
    let sealed = town.promise_both(deal, 1, [true, true]);
    for field in ["c", "ct"] {
        let mut msg = sealed[0].open();
        msg["open_rating"][field] = json!(HexBinary::from(ORDER));
        town.no(1, &msg, &format!("not canonical: {field}"));
    }
    let mut msg = sealed[0].open();
    msg["open_rating"]["dir"] = json!(2);
    town.no(1, &msg, "no such direction");
    msg["open_rating"]["dir"] = json!(0);
    msg["open_rating"]["w"] = json!(1);
    town.no(1, &msg, "unknown field");
}

#[test]
fn an_open_rating_without_a_proof_that_holds_is_refused() {
    let mut town = Town::new(2);
    let deal = town.deal(1, 2, 1, None);
    let sealed = town.promise_both(deal, 1, [true, true]);
    for proof in [
        mock_proof("attest", &sealed[0].inputs[..5]),
        mock_proof("fold", &sealed[0].inputs),
        mock_proof("attest", &sealed[1].inputs),
        Default::default(),
    ] {
        town.no(
            1,
            &sealed[0].open_with(&proof),
            "proof refused: circuit=attest",
        );
    }
}

#[test]
fn an_ended_deal_is_told_for_as_long_as_its_ratings_count_then_its_record_goes() {
    let mut town = Town::new(2);
    let deal = town.deal(1, 2, 1, None);
    town.wait(RATING);
    town.wait(u64::from(TIMES.open_window));
    assert_eq!(town.seen(deal).stage, "ended");
    let until = town.seen(deal).until.0;
    assert!(until >= town.sandbox.now() + 5 * u64::from(TIMES.period));
    const { assert!(KEPT_PERIODS > 4) };
    let now = town.sandbox.now();
    town.wait(until - now - 1);
    assert_eq!(town.seen(deal).stage, "ended");
    town.wait(1);
    gone(&town, deal);
    assert!(town.deals(1).deals.is_empty());
    // its number stays used
    let msg = town.offer_msg(1, 2, 1, None);
    town.no(1, &msg, "deal number used");
    town.check();
}

fn gone(town: &Town, deal: u64) {
    let gone: Result<Value, _> = town
        .sandbox
        .query(&town.trust, &json!({"deal": {"deal": deal.to_string()}}));
    assert!(gone.expect_err("gone").text.contains("unknown deal"));
}

#[test]
fn a_deal_stays_while_a_mailbox_has_a_rating_that_only_its_record_opens() {
    let mut town = Town::new(2);
    let kept = KEPT_PERIODS * TIMES.period;
    let (deal, _) = town.rated(1, 2, 1, [true, true]);
    town.wait(u64::from(TIMES.appeal));
    // nobody folds for years
    for _ in 0..3 {
        town.wait(u64::from(kept));
        assert_eq!(town.seen(deal).stage, "ended");
    }
    // folded, it still makes up the last state
    for person in [1, 2] {
        let told = town.fold(person, 1, 70 + person);
        town.ok(person, &told);
    }
    town.wait(u64::from(kept));
    assert_eq!(town.seen(deal).stage, "ended");
    let (newer, _) = town.rated(1, 2, 2, [true, true]);
    town.wait(u64::from(TIMES.appeal));
    for person in [1, 2] {
        let told = town.fold(person, 1, 80 + person);
        town.ok(person, &told);
    }
    town.wait(1);
    town.wait(u64::from(kept));
    gone(&town, deal);
    assert_eq!(town.seen(newer).stage, "ended");
    assert_eq!(town.mailbox(1).cleaned, 1);
    town.check();
}
