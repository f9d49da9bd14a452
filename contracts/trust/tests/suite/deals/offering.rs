//! Two members make a deal.

use cosmwasm_std::HexBinary;
use mycel_kit::Id;
use mycel_sandbox::address;
use serde_json::json;

use super::ground::{OFFER, Town};
use crate::world::{member, members::Say};

#[test]
fn a_deal_is_offered_and_accepted_by_two_members_on_the_roll() {
    let mut town = Town::new(3);
    let msg = town.offer_msg(1, 1, 1, None);
    town.no(1, &msg, "yourself");
    // a stranger has no mailbox, whoever offers
    let msg = town.offer_msg(1, 9, 1, None);
    town.no(1, &msg, "not on the roll: person=9");
    let msg = town.offer_msg(1, 2, 1, None);
    let stranger = town.tell(&address("stranger"), &msg);
    assert!(
        stranger
            .expect_err("a stranger")
            .text
            .contains("unauthorized")
    );
    // whose leaf does not count makes no deals, and takes none
    town.set_leaf(3, false, 0);
    for (a, b) in [(1, 3), (3, 1)] {
        let msg = town.offer_msg(a, b, 1, None);
        town.no(a, &msg, "not on the roll: person=3");
    }
    let suspended = Say::Suspend {
        person: Id(2),
        suspended: true,
    };
    let deal = town.offer(1, 2, 1, None);
    town.say(&suspended).expect("suspended");
    let accept = json!({"accept_deal": {"deal": deal.to_string()}});
    town.no(2, &accept, "unauthorized");
    let lifted = Say::Suspend {
        person: Id(2),
        suspended: false,
    };
    town.say(&lifted).expect("lifted");
    town.set_leaf(1, false, 0);
    town.no(2, &accept, "not on the roll: person=1");
    town.set_leaf(1, true, 0);
    town.accept(2, deal);
    let seen = town.seen(deal);
    assert_eq!((seen.a.0, seen.b.0, seen.stage.as_str()), (1, 2, "running"));
    assert_eq!((seen.key_a, seen.key_b, seen.weight), (1, 1, 1));
    town.check();
}

/// How many records the contract has.
fn records(town: &Town) -> usize {
    town.sandbox.state()[&town.trust].len()
}

#[test]
fn a_deals_number_is_never_used_twice() {
    let mut town = Town::new(3);
    let deal = town.offer(1, 2, 1, None);
    let again = town.offer_msg(1, 2, 1, None);
    town.no(1, &again, "deal number used");
    // an offer that is gone leaves nothing behind: nothing was sealed under it
    let before = records(&town);
    town.ok(1, &json!({"cancel_deal": {"deal": deal.to_string()}}));
    let gone = records(&town);
    town.ok(1, &again);
    assert_eq!(records(&town), before);
    let cancel = |deal: u64| json!({"cancel_deal": {"deal": deal.to_string()}});
    town.ok(1, &cancel(2));
    assert_eq!(records(&town), gone);
    // one that was accepted keeps its number for ever
    town.ok(1, &again);
    town.ok(2, &json!({"accept_deal": {"deal": "3"}}));
    town.no(1, &again, "deal number used: deal=3");
    // for others the same nonce makes another number
    assert_ne!(town.element(1, 2, 1), town.element(2, 1, 1));
    town.offer(2, 1, 1, None);
    town.offer(1, 3, 1, None);
    town.check();
}

#[test]
fn only_whom_a_deal_was_offered_to_accepts_it_and_once() {
    let mut town = Town::new(3);
    let deal = town.offer(1, 2, 1, None);
    let accept = json!({"accept_deal": {"deal": deal.to_string()}});
    for other in [1, 3] {
        town.no(other, &accept, "not your deal");
    }
    town.no(2, &json!({"accept_deal": {"deal": "9"}}), "unknown deal");
    town.ok(2, &accept);
    town.no(2, &accept, "not in this stage");
}

#[test]
fn a_key_that_only_pays_or_votes_makes_no_deal() {
    // whoever stole it knows a K that the owner of the mailbox never can
    let mut town = Town::new(3);
    for (nonce, role) in [(1, "pay"), (2, "vote")] {
        let stolen = address(role);
        let deal = town.offer(1, 2, nonce, None);
        let accept = json!({"accept_deal": {"deal": deal.to_string()}});
        let offer = town.offer_msg(2, 3, nonce, None);
        for msg in [&accept, &offer] {
            town.key(&stolen, 2, &[role]);
            let before = town.sandbox.state_hash();
            let why = town.tell(&stolen, msg).expect_err("refused").text;
            assert!(why.contains("unauthorized"), "{why}");
            assert!(why.contains("role recover"), "{why}");
            assert_eq!(town.sandbox.state_hash(), before);
        }
        // one with the role does, whatever its others are
        town.key(&stolen, 2, &[role, "recover"]);
        for msg in [&accept, &offer] {
            town.tell(&stolen, msg).expect("with the role recover");
        }
    }
    town.check();
}

#[test]
fn either_side_takes_an_offer_back_before_it_is_accepted() {
    let mut town = Town::new(3);
    for (nonce, who) in [(1, 1), (2, 2)] {
        let deal = town.offer(1, 2, nonce, None);
        let cancel = json!({"cancel_deal": {"deal": deal.to_string()}});
        town.no(3, &cancel, "not your deal");
        town.ok(who, &cancel);
        town.no(1, &cancel, "unknown deal");
        assert!(town.deals(1).deals.is_empty() && town.deals(2).deals.is_empty());
    }
    let deal = town.deal(1, 2, 3, None);
    let cancel = json!({"cancel_deal": {"deal": deal.to_string()}});
    town.no(1, &cancel, "not in this stage");
    town.check();
}

#[test]
fn an_offer_that_nobody_accepts_lapses_and_its_place_is_free() {
    let mut town = Town::new(2);
    let deal = town.offer(1, 2, 1, None);
    assert_eq!(town.room(1, 2).open_a, 1);
    town.sandbox.advance_time(OFFER);
    let accept = json!({"accept_deal": {"deal": deal.to_string()}});
    town.no(2, &accept, "too late");
    town.wait(0);
    town.no(2, &accept, "unknown deal");
    assert_eq!(town.room(1, 2).open_a, 0);
    town.check();
}

#[test]
fn a_deal_needs_a_viewing_key_of_both_and_keeps_their_versions() {
    let mut town = Town::new(2);
    town.enrol(3);
    for (a, b) in [(1, 3), (3, 1)] {
        let msg = town.offer_msg(a, b, 1, None);
        town.no(a, &msg, "no viewing key: person=3");
    }
    town.view(2, 5);
    let deal = town.offer(1, 2, 1, None);
    // a newer key changes nothing for this deal
    town.view(1, 6);
    town.accept(2, deal);
    let seen = town.seen(deal);
    assert_eq!((seen.key_a, seen.key_b), (1, 2));
}

#[test]
fn a_deal_is_opened_with_the_newest_viewing_keys_or_not_at_all() {
    let mut town = Town::new(2);
    // 1 reads version 1 of both and makes K; 2 publishes another one meanwhile
    let made = town.offer_msg(1, 2, 1, None);
    town.view(2, 5);
    let words = "not the newest viewing key: person=2 told=1 newest=2; read both keys again and open the deal anew";
    town.no(1, &made, words);
    // nor does a key count that is still to come, or that never was
    for told in [0, 3] {
        let mut msg = town.offer_msg(1, 2, 1, None);
        msg["open_deal"]["key_b"] = json!(told);
        town.no(1, &msg, "not the newest viewing key: person=2");
    }
    // an own key of before is as bad: a phone that knows of no other
    let made = town.offer_msg(1, 2, 1, None);
    town.view(1, 6);
    town.no(
        1,
        &made,
        "not the newest viewing key: person=1 told=1 newest=2",
    );
    // whoever leaves them out has not said what K was made with
    for key in ["key_a", "key_b"] {
        let mut msg = town.offer_msg(1, 2, 1, None);
        let fields = msg["open_deal"].as_object_mut().expect("fields");
        fields.remove(key);
        town.no(1, &msg, "missing field");
    }
    // nothing was taken by what was refused; the newest of both pass
    assert_eq!(town.room(1, 2).open_a, 0);
    let deal = town.offer(1, 2, 1, None);
    let seen = town.seen(deal);
    assert_eq!((seen.key_a, seen.key_b), (2, 2));
    town.check();
}

#[test]
fn what_commits_to_a_deals_key_is_canonical_and_not_zero() {
    let mut town = Town::new(2);
    let mut msg = town.offer_msg(1, 2, 1, None);
    for (k, words) in [
        (mycel_trust::element::ORDER, "not canonical: k"),
        ([0; 32], "missing: k"),
    ] {
        msg["open_deal"]["k"] = json!(HexBinary::from(k));
        town.no(1, &msg, words);
    }
    msg["open_deal"]["k"] = json!("00");
    town.no(1, &msg, "not 32 bytes: k");
    let mut msg = town.offer_msg(1, 2, 1, None);
    msg["open_deal"]["nonce"] = json!("00");
    town.no(1, &msg, "not 32 bytes: nonce");
}

#[test]
fn open_deals_keep_a_member_from_leaving_and_are_exported() {
    let mut town = Town::new(2);
    town.deal(1, 2, 1, None);
    let items: mycel_kit::peers::items::OpenItems =
        town.query(&json!({"open_items": {"member": member(1)}}));
    assert_eq!(items.open, 1);
    let mut after = None;
    let mut found = 0;
    for _ in 0..5 {
        let page: mycel_trust::export::ExportResponse =
            town.query(&json!({"export": {"member": member(2), "after": after}}));
        found += page.deals.len();
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert_eq!(found, 1);
}
