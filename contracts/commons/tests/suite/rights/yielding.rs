//! What shares yield, when, and what an epoch adds up to.

use crate::rights::ground::{Ground, about, pass};
use mycel_commons::rights::ask::EntitlementsResponse;
use serde_json::json;

const ALL: u128 = 100_000_000;

fn bring_up(persons: &[u64]) -> serde_json::Value {
    let persons: Vec<String> = persons.iter().map(u64::to_string).collect();
    json!({"bring_up": {"commons": "1", "persons": persons}})
}

#[test]
fn ten_thousand_shares_yield_450_kg_of_4_500_000_and_the_view_says_so_before_anyone_asks() {
    let mut ground = Ground::new(&[10_000, 20_000]);
    ground.epoch(4_500_000);
    let told = ground.entitlement(1);
    assert_eq!(told.account.granted.units(), 450);
    assert_eq!(told.account.balance.units(), 450);
    // looking writes nothing
    assert_eq!(ground.yields().unasked.0, 100_000_000);
    ground.ok(1, about("harvest", 1));
    assert_eq!(ground.balance(1), 449);
    assert_eq!(ground.yields().unasked.0, 100_000_000 - 10_000);
}

#[test]
fn entitlements_and_reserve_are_the_total_once_everybody_is_brought_up_to_date() {
    let mut ground = Ground::new(&[10_001, 19_999_999, 3, 7_654_321]);
    ground.epoch(4_567_891);
    for some in [&[1u64, 3][..], &[0], &[2, 4]] {
        ground.ok(9, bring_up(some));
        let sums = ground.yields();
        let dust: u128 = sums.dust.parse().expect("a number");
        assert_eq!(
            4_567_891 * ALL,
            sums.granted.units() * ALL + dust + u128::from(sums.unasked.0) * 4_567_891
        );
    }
    let sums = ground.yields();
    assert_eq!(sums.unasked.0, 0);
    let dust: u128 = sums.dust.parse().expect("a number");
    assert_eq!(dust % ALL, 0);
    assert_eq!(sums.granted.units() + dust / ALL, 4_567_891);
}

#[test]
fn shares_that_move_have_yielded_for_whom_they_left_and_yield_for_the_other_from_the_next_epoch_on()
{
    let mut ground = Ground::new(&[1_000_000, 1_000_000]);
    ground.epoch(1_000_000);
    // nobody was brought up to date before
    ground.ok(1, pass("transfer_shares", 2, 500_000));
    assert_eq!((ground.balance(1), ground.balance(2)), (10_000, 10_000));
    assert_eq!(
        (ground.shares(1).0, ground.shares(2).0),
        (500_000, 1_500_000)
    );
    // and nobody yields twice, however often it is asked
    ground.ok(9, bring_up(&[1, 2, 2, 1]));
    ground.ok(9, bring_up(&[2]));
    assert_eq!((ground.balance(1), ground.balance(2)), (10_000, 10_000));
    ground.epoch(1_000_000);
    assert_eq!((ground.balance(1), ground.balance(2)), (5_000, 15_000));
}

#[test]
fn who_had_nothing_when_it_was_looked_at_yields_nothing_of_what_it_gets_later_in_the_epoch() {
    let mut ground = Ground::new(&[1_000_000, 0]);
    ground.epoch(1_000_000);
    ground.ok(1, pass("transfer", 2, 1));
    ground.ok(1, pass("transfer_shares", 2, 1_000_000));
    assert_eq!(ground.balance(2), 1);
    ground.ok(9, bring_up(&[2]));
    assert_eq!(ground.balance(2), 1);
}

#[test]
fn what_is_not_used_lapses_with_the_epoch() {
    let mut ground = Ground::new(&[1_000_000]);
    ground.epoch(1_000_000);
    assert_eq!(ground.balance(1), 10_000);
    ground.epoch(500_000);
    assert_eq!(ground.balance(1), 5_000);
    ground.close();
    ground.no(1, about("harvest", 1), "no epoch is open");
    ground.no(1, about("bank", 1), "no epoch is open");
}

#[test]
fn a_cut_reaches_everyone_alike_whether_touched_before_or_after() {
    let mut ground = Ground::new(&[1_000_000, 1_000_000, 1_000_000]);
    ground.epoch(1_000_003);
    ground.ok(9, bring_up(&[1]));
    ground.hand(json!({"lower": {"cap": 700_001}}));
    ground.ok(9, bring_up(&[2]));
    ground.hand(json!({"lower": {"cap": 300_007}}));
    ground.ok(9, bring_up(&[1, 2, 3, 0]));
    let early = ground.account(1);
    assert_eq!(early.balance, ground.account(2).balance);
    assert_eq!(early.balance, ground.account(3).balance);
    assert_eq!(early.cut.units() + early.balance.units(), 10_000);
    // Σ balances ≤ what may still be taken
    let sums = ground.yields();
    assert!(sums.balance.units() + sums.reserve.units() <= sums.outstanding.units());
    assert!(sums.outstanding.units() <= 300_007);
}

#[test]
fn after_a_cut_harvest_and_balances_together_are_within_the_new_cap() {
    let mut ground = Ground::new(&[20_000_000, 20_000_000]);
    ground.epoch(1_000);
    ground.ok(1, about("harvest", 150));
    ground.hand(json!({"lower": {"cap": 400}}));
    ground.ok(9, bring_up(&[0, 1, 2]));
    let sums = ground.yields();
    // 250 of 850 are left: 50 → 14, 200 → 58, 600 → 176
    assert_eq!((ground.balance(1), ground.balance(2)), (14, 58));
    assert_eq!(ground.balance(0), 176);
    assert!(sums.harvested.units() + sums.balance.units() + sums.reserve.units() <= 400);
    // below what was taken already nothing is left
    ground.hand(json!({"lower": {"cap": 100}}));
    assert_eq!(
        (ground.balance(1), ground.balance(2), ground.balance(0)),
        (0, 0, 0)
    );
}

#[test]
fn the_view_says_what_ones_shares_yield_what_they_did_and_why_it_changed() {
    let mut ground = Ground::new(&[1_000_000, 5]);
    ground.epoch(1_000_000);
    ground.ok(1, about("harvest", 1));
    ground.epoch(920_000);
    let preview = ground.entitlement(1).preview.expect("an epoch");
    let before = preview.before.expect("an epoch before");
    assert_eq!(preview.yields.units(), 9_200);
    assert_eq!((before.epoch.0, before.yields.units()), (1, 10_000));
    let because: Vec<(String, u128, u128)> = preview
        .because
        .iter()
        .map(|cause| (cause.what.clone(), cause.from.units(), cause.to.units()))
        .collect();
    assert_eq!(
        because,
        [
            ("stock".to_owned(), 10_000_000, 9_200_000),
            ("cap".to_owned(), 1_000_000, 920_000),
            ("tac".to_owned(), 1_000_000, 920_000),
        ]
    );
    // shares and cuts are reasons, too
    ground.ok(1, pass("transfer_shares", 2, 500_000));
    ground.epoch(920_000);
    ground.hand(json!({"lower": {"cap": 460_000}}));
    let preview = ground.entitlement(1).preview.expect("an epoch");
    let because: Vec<&str> = preview
        .because
        .iter()
        .map(|cause| cause.what.as_str())
        .collect();
    assert_eq!(because, ["shares", "cut"]);
    assert_eq!(
        (preview.yields.units(), preview.after_cuts.units()),
        (4_600, 2_300)
    );
}

#[test]
fn accounts_are_shown_in_pages_by_number() {
    let mut ground = Ground::new(&[10, 20, 30, 40, 50]);
    ground.epoch(100_000_000);
    ground.ok(9, bring_up(&[5, 1, 3, 2]));
    let page = |after: Option<&str>, limit: u32| -> EntitlementsResponse {
        ground.ask(json!({"entitlements": {"commons": "1", "after": after, "limit": limit}}))
    };
    let first = page(None, 3);
    let persons: Vec<u64> = first.accounts.iter().map(|one| one.person.0).collect();
    assert_eq!(persons, [1, 2, 3]);
    let next = first.next.expect("more").to_string();
    let rest = page(Some(&next), 3);
    assert_eq!(rest.accounts.len(), 1);
    assert_eq!(
        (rest.accounts[0].person.0, rest.accounts[0].granted.units()),
        (5, 50)
    );
    assert_eq!(rest.next, None);
}

#[test]
fn only_accounts_of_holders_are_brought_up_and_fifty_at_most() {
    let mut ground = Ground::new(&[10]);
    ground.epoch(1_000_000_000);
    ground.ok(7, bring_up(&[1, 77, 78]));
    let page: EntitlementsResponse = ground.ask(json!({"entitlements": {"commons": "1"}}));
    assert_eq!(page.accounts.len(), 1);
    let many: Vec<u64> = (1..=51).collect();
    ground.no(7, bring_up(&many), "too many items: persons=51 most=50");
    ground.no(
        7,
        json!({"bring_up": {"commons": "9", "persons": []}}),
        "unknown commons",
    );
}
