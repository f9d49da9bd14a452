//! The commons dividend.

use mycel_funding::dividend::ask::{Claimable, DepositView, DividendView};
use mycel_sandbox::{Refusal, address};
use serde_json::json;

use crate::commonwealth::Commonwealth;
use crate::world::{CREDIT, DAY, Random, names, told};

const YEAR: u64 = 365 * DAY;

fn town(n: usize) -> (Commonwealth, Vec<String>) {
    (Commonwealth::new(n, &json!({})), names(n))
}

impl Commonwealth {
    fn claim(&mut self, name: &str) -> Result<u128, Refusal> {
        let before = self.position(name);
        self.say(name, json!({"claim_dividend": {}}))?;
        Ok((self.position(name) - before).unsigned_abs())
    }

    #[track_caller]
    fn no_claim(&mut self, name: &str, words: &str) {
        self.no(name, json!({"claim_dividend": {}}), words);
    }

    fn paid_out(&self) -> DividendView {
        self.query(&json!({"dividend": {}}))
    }

    fn deposit(&self, number: u64) -> DepositView {
        self.query(&json!({"deposit": {"deposit": number.to_string()}}))
    }

    fn claimable(&self, name: &str) -> Claimable {
        self.query(&json!({"claimable": {"member": address(name)}}))
    }
}

#[test]
fn a_deposit_is_shared_alike_and_a_claim_pays_the_difference_of_the_index() {
    let (mut town, list) = town(3);
    town.dividend(10);
    town.dividend(11);
    assert_eq!(town.deposit(1).share.pico(), 3);
    // with the 1 that was left over
    assert_eq!(town.deposit(2).share.pico(), 4);
    assert_eq!(town.paid_out().index.u128(), 7);
    let before = town.claimable(&list[0]);
    assert_eq!((before.amount.pico(), before.shares), (7, 2));
    assert_eq!(town.claim(&list[0]).expect("shares"), 7);
    town.dividend(300);
    assert_eq!(town.claim(&list[0]).expect("the third"), 100);
    assert_eq!(town.claim(&list[1]).expect("all three"), 107);
    let index = town.paid_out().index.u128();
    assert_eq!(index, 107);
    town.check_all();
}

#[test]
fn the_remainder_is_carried_and_paid_from_the_hold_where_it_lies() {
    let (mut town, list) = town(3);
    town.dividend(10);
    town.dividend(11);
    let mut paid = 0;
    for name in &list {
        paid += town.claim(name).expect("a claim");
        town.check_all();
    }
    assert_eq!(paid, 21, "nothing is left lying");
    let sums = town.paid_out();
    assert_eq!((sums.left.u128(), sums.carried.pico()), (0, 0));
    for deposit in [1, 2] {
        let hold = town.deposit(deposit).hold;
        let credit = town.credit.clone();
        let asked = json!({"hold": {"id": hold}});
        let answer = town.sandbox.query::<serde_json::Value>(&credit, &asked);
        assert!(answer.is_err(), "used up");
    }
}

#[test]
fn a_second_claim_pays_nothing() {
    let (mut town, list) = town(3);
    town.no_claim(&list[0], "nothing to claim: deposits=0");
    town.dividend(10);
    assert_eq!(town.claim(&list[0]).expect("once"), 3);
    town.no_claim(&list[0], "nothing to claim: deposits=1 claimed_up_to=1");
    assert_eq!(town.claim(&list[1]).expect("another"), 3);
    town.check_all();
}

#[test]
fn who_joins_after_a_deposit_has_no_share_of_it() {
    let (mut town, list) = town(3);
    town.dividend(30);
    town.join(&list[0], "zoe");
    town.dividend(40);
    assert_eq!(town.deposit(2).members, 4);
    assert_eq!(town.claimable("zoe").amount.pico(), 10);
    assert_eq!(town.claim("zoe").expect("the second alone"), 10);
    town.no_claim("zoe", "nothing to claim");
    assert_eq!(town.claim(&list[0]).expect("both"), 20);
    // nor does who joins in the deposit's own block, before it
    let (members, first) = (town.members.clone(), list[0].clone());
    let number = town.number(&first).to_string();
    town.tell(
        &members,
        &first,
        &json!({"invite": {"address": address("yan")}}),
    );
    let idc = format!("00{}", "1a".repeat(31));
    let accept = json!({"accept": {"sponsor": number, "handle": "yan", "idc": idc}});
    town.tell(&members, "yan", &accept);
    town.dividend(40);
    assert_eq!(town.deposit(3).members, 4);
    assert_eq!(town.claim("yan").expect("looked at"), 0);
    town.check_all();
}

#[test]
fn who_leaves_and_comes_back_loses_what_ended_and_claims_nothing_twice() {
    let (mut town, list) = town(3);
    town.join(&list[0], "zoe");
    town.dividend(40);
    assert_eq!(town.claim("zoe").expect("the first"), 10);
    town.dividend(80); // not claimed
    town.leave("zoe");
    town.no_claim("zoe", "unauthorized");
    town.dividend(30); // zoe is away
    town.join(&list[1], "zoe");
    town.dividend(40);
    // the second and the fourth; the first was claimed, at the third it was away
    assert_eq!(town.claim("zoe").expect("a claim"), 20 + 10);
    town.no_claim("zoe", "nothing to claim");
    town.check_all();
}

#[test]
fn what_nobody_claims_in_half_a_year_goes_back_to_the_commons() {
    let (mut town, list) = town(3);
    let before = town.commons();
    town.dividend(3_000);
    assert_eq!(town.commons(), before - 3_000);
    let deposit = town.deposit(1);
    assert_eq!(deposit.until.0 - deposit.at.0, 180 * DAY);
    town.claim(&list[0]).expect("a claim");
    town.wait(180 * DAY - 10);
    town.check_all();
    assert!(!town.deposit(1).ended);
    assert_eq!(town.claim(&list[1]).expect("in time"), 1_000);
    town.wait(10);
    assert!(town.deposit(1).ended, "at the end of a block, by itself");
    assert_eq!(town.commons(), before - 2_000);
    town.no_claim(&list[2], "nothing to claim");
    town.check_all();
}

#[test]
fn a_claim_after_the_end_pays_nothing_even_before_anyone_ended_it() {
    let (mut town, list) = town(3);
    town.dividend(3_000);
    town.sandbox.advance_time(180 * DAY);
    assert_eq!(town.claim(&list[0]).expect("looked at"), 0);
    town.wait(1);
    assert!(town.deposit(1).ended);
    town.check_all();
}

#[test]
fn a_remainder_that_was_lent_outlives_its_deposit_and_then_goes_back() {
    let (mut town, list) = town(3);
    let before = town.commons();
    town.dividend(11); // 3 each, 2 left over
    town.wait(100 * DAY);
    town.dividend(13); // 5 each with these
    assert_eq!(town.deposit(2).share.pico(), 5);
    town.wait(80 * DAY);
    assert!(town.deposit(1).ended);
    assert_eq!(town.deposit(1).left.pico(), 2);
    assert_eq!(town.commons(), before - 13 - 2);
    town.check_all();
    assert_eq!(town.claim(&list[0]).expect("from both holds"), 5);
    assert_eq!(town.deposit(1).left.pico(), 0);
    town.wait(101 * DAY);
    assert_eq!(town.commons(), before - 5);
    assert_eq!(town.paid_out().left.u128(), 0);
    town.check_all();
}

#[test]
fn what_was_lent_and_not_used_goes_back_when_the_borrower_ends() {
    let (mut town, _) = town(3);
    let before = town.commons();
    town.dividend(11);
    town.wait(100 * DAY);
    town.dividend(13);
    town.wait(YEAR);
    assert_eq!(town.commons(), before);
    assert_eq!(town.paid_out().left.u128(), 0);
    assert_eq!(town.paid_out().released.u128(), 24);
    town.check_all();
}

#[test]
fn only_the_commons_pay_a_dividend() {
    let (mut town, list) = town(3);
    town.not_held(
        &list[0],
        CREDIT,
        &json!({"dividend": {"epoch": "1"}}),
        "not the commons: only credit's waterfall pays a dividend",
    );
    let lie = json!({"receive_hold": {"hold": "1", "owner": "commons", "amount": "5",
        "msg": crate::world::bytes(&json!({"dividend": {"epoch": "1"}}))}});
    town.no(&list[0], lie, "unauthorized");
}

#[test]
fn a_deposit_below_one_unit_each_ends_at_once() {
    let (mut town, list) = town(3);
    town.dividend(10);
    let before = town.commons();
    town.dividend(2);
    let deposit = town.deposit(2);
    assert_eq!((deposit.share.pico(), deposit.ended), (0, true));
    assert_eq!(town.commons(), before);
    // the remainder of the first is still carried
    town.dividend(11);
    assert_eq!(town.deposit(3).share.pico(), 4);
    assert_eq!(town.claim(&list[0]).expect("two"), 7);
    town.check_all();
}

#[test]
fn a_deposit_costs_the_same_for_any_number_of_members() {
    let writes = |n: usize| {
        let (mut town, _) = town(n);
        let keys = |town: &Commonwealth| {
            let funding = town.funding.clone();
            town.sandbox.state().remove(&funding).unwrap_or_default()
        };
        let before = keys(&town);
        town.spend(1_000 * CREDIT, &json!({"dividend": {"epoch": "1"}}));
        let after = keys(&town);
        let changed = after.iter().filter(|(k, v)| before.get(*k) != Some(*v));
        changed.count()
    };
    assert_eq!(writes(3), writes(120));
}

#[test]
fn claims_go_on_where_they_stopped() {
    let (mut town, list) = town(3);
    for _ in 0..7 {
        town.dividend(30);
    }
    let mut paid = vec![];
    for limit in [3, 1, 50] {
        let before = town.position(&list[0]);
        town.ok(&list[0], json!({"claim_dividend": {"limit": limit}}));
        paid.push(town.position(&list[0]) - before);
        town.check_all();
    }
    assert_eq!(paid, [30, 10, 30]);
    town.no(
        &list[0],
        json!({"claim_dividend": {"limit": 51}}),
        "out of bounds: limit=51 least=1 most=50",
    );
}

#[test]
fn credits_waterfall_pays_it() {
    let (mut town, list) = town(3);
    let credit = town.credit.clone();
    let fall = json!({"set_parameters": {"waterfall": {"epoch": "2592000", "losses_ppm": 0,
        "genesis_ppm": 0, "services_ppm": 0, "reserve": crate::world::pico(99_000)}}});
    let msg = crate::world::World::decision("constitutional", &fall);
    town.tell(&credit, "key", &msg);
    town.wait(31 * DAY);
    let above = town.commons() - 99_000 * i128::from(CREDIT);
    assert!(above > 0);
    town.tell(&credit, "anyone", &json!({"distribute": {}}));
    let deposit = town.deposit(1);
    assert_eq!(i128::from(deposit.amount.pico()), above);
    assert_eq!(deposit.epoch.0, 1);
    town.wait(1);
    let paid = town.claim(&list[2]).expect("a share");
    assert_eq!(paid, above.unsigned_abs() / 3);
    town.check_all();
}

#[test]
fn an_address_that_may_not_vote_claims_nothing_and_passes_nothing_over() {
    let (mut town, list) = town(3);
    town.dividend(30);
    let members = town.members.clone();
    let add = json!({"add_key": {"address": address("purse"), "roles": ["pay"]}});
    town.tell(&members, &list[0], &add);
    let person = town.number(&list[0]).to_string();
    town.tell(
        &members,
        "purse",
        &json!({"accept_key": {"person": person}}),
    );
    town.no_claim("purse", "no voting address");
    assert_eq!(town.claim(&list[0]).expect("nothing was lost"), 10);
}

#[test]
fn dividends_are_persons_and_strangers_have_none() {
    let (mut town, list) = town(3);
    town.dividend(30);
    town.no_claim("stranger", "unauthorized");
    town.guild("guild", [&list[0], &list[1]]);
    town.no_claim("guild", "no person: dividends are persons'");
}

#[test]
fn how_long_a_dividend_is_claimed_is_a_parameter_and_never_longer_than_its_hold_lives() {
    let (mut town, _) = town(3);
    town.set(&json!({"numbers": {"dividend_seconds": 1_000}}));
    town.dividend(30);
    let deposit = town.deposit(1);
    assert_eq!(deposit.until.0 - deposit.at.0, 1_000);
    town.set(&json!({"numbers": {"dividend_seconds": 3 * YEAR}}));
    town.dividend(30);
    let deposit = town.deposit(2);
    assert_eq!(deposit.until.0 - deposit.at.0, crate::commonwealth::LONG);
    town.wait(crate::commonwealth::LONG);
    assert!(town.deposit(2).ended);
    town.check_all();
}

/// Deposits, claims, members that come and go, and time: everyone is paid
/// exactly the shares of the deposits at which it was a member and that had not
/// ended when it claimed, and everything adds up after each step.
#[test]
fn random_members_are_paid_exactly_their_shares() {
    let (cases, first) = (told("MYCEL_CASES", 12), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_CASES={cases} MYCEL_SEED={first}");
    for seed in first..first + cases {
        eprintln!("MYCEL_SEED={seed}");
        let mut random = Random(seed);
        let (mut town, mut list) = town(3 + random.below(4) as usize);
        town.set(&json!({"numbers": {"dividend_seconds": 100 * DAY}}));
        // (who was a member, share, until) of each deposit; the next deposit of each person
        let mut deposits: Vec<(Vec<String>, u64, u64)> = vec![];
        let mut next: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
        let (mut away, mut paid): (Vec<String>, u128) = (vec![], 0);
        for step in 0..40 {
            match random.below(10) {
                0..=2 => {
                    let bits = 3 + random.below(40);
                    let amount = 1 + random.below(1 << bits);
                    if i128::from(amount) > town.commons() {
                        continue;
                    }
                    town.dividend(amount);
                    let number = deposits.len() as u64 + 1;
                    let deposit = town.deposit(number);
                    assert_eq!(deposit.members as usize, list.len());
                    deposits.push((list.clone(), deposit.share.pico(), deposit.until.0));
                }
                3..=6 => {
                    let name = list[random.below(list.len() as u64) as usize].clone();
                    let from = next.get(&name).copied().unwrap_or(0);
                    let limit = 1 + random.below(5) as usize;
                    let ended = usize::try_from(town.paid_out().ended.0).expect("few");
                    let from = from.max(ended);
                    let to = deposits.len().min(from + limit);
                    let now = town.now();
                    let due: u128 = deposits[from.min(to)..to]
                        .iter()
                        .filter(|(were, _, until)| were.contains(&name) && now < *until)
                        .map(|(_, share, _)| u128::from(*share))
                        .sum();
                    let before = town.position(&name);
                    let said = town.say(&name, json!({"claim_dividend": {"limit": limit}}));
                    if from >= to {
                        assert!(said.is_err(), "step {step}");
                        continue;
                    }
                    said.unwrap_or_else(|refusal| panic!("step {step}: {}", refusal.text));
                    let got = (town.position(&name) - before).unsigned_abs();
                    assert_eq!(got, due, "step {step} {name}");
                    paid += got;
                    next.insert(name, to);
                }
                7 => {
                    let name = format!("new{}", (b'a' + step as u8 % 26) as char);
                    let name = away.pop().unwrap_or(name);
                    if !list.contains(&name) {
                        let sponsor = list[0].clone();
                        town.join(&sponsor, &name);
                        list.push(name);
                    }
                }
                8 if list.len() > 3 => {
                    // founders stay
                    if let Some(place) = list.iter().position(|name| name.starts_with("new")) {
                        let name = list.remove(place);
                        town.leave(&name);
                        away.push(name);
                    }
                }
                _ => town.wait(random.below(60 * DAY)),
            }
            town.check_all();
        }
        town.wait(YEAR);
        // a block ends a few
        for _ in 0..8 {
            town.wait(1);
        }
        town.check_all();
        assert_eq!(town.paid_out().left.u128(), 0);
        assert_eq!(town.paid_out().claimed.u128(), paid);
    }
}
