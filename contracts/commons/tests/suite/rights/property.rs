//! Random messages about rights, with epochs, cuts, the market and money moved
//! at random in between; every invariant after every message, by kept sums and
//! by raw records, and now and then a walk that brings everybody up to date.
//!
//! `MYCEL_CASES` sets how many sequences (default 100), `MYCEL_SEED` the first
//! seed. A failure names its seed: run it alone with `MYCEL_CASES=1`.

use crate::rights::ground::{FOREST, Ground, about, pass, rules};
use mycel_commons::cap;
use mycel_sandbox::Refusal;
use serde_json::json;

/// Steps of a sequence.
const STEPS: usize = 300;
/// Everybody; 11 and 12 are organisations of 1 and of 2.
const ALL: [u64; 8] = [1, 2, 3, 4, 5, 6, 11, 12];

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    fn one(&mut self) -> u64 {
        ALL[self.below(ALL.len() as u64) as usize]
    }

    /// About as much as there is, now and then more.
    fn of(&mut self, all: u128) -> u64 {
        let all = u64::try_from(all).unwrap_or(u64::MAX / 4);
        match self.below(8) {
            0 => all.saturating_add(self.below(all / 4 + 3)),
            1 => all,
            _ => 1 + self.below(all),
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "tests are told their size")]
fn told(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

/// Accepted, refused, and what of it.
#[derive(Default, Debug)]
struct Seen {
    accepted: u64,
    refused: u64,
    epochs: u64,
    cuts: u64,
    overage: u128,
    carried: u128,
    withheld: u128,
    fees: u128,
    walks: u64,
}

/// Something at random; `None`: nature, the market or time did it.
fn act(
    ground: &mut Ground,
    random: &mut Random,
    hold: &mut u64,
    seen: &mut Seen,
) -> Result<(), Refusal> {
    let (who, other) = (random.one(), random.one());
    let balance = ground.balance(who);
    let shares = u128::from(ground.shares(who).0);
    let epoch = ground.entitlement(who).epoch.map_or(0, |epoch| epoch.0);
    let msg = match random.below(39) {
        0..=4 => about("harvest", random.of(balance)),
        5 => about("harvest", random.of(balance / 4)),
        6 => about("retire", random.of(balance / 3)),
        7 => about("cancel", random.of(balance / 3)),
        8 => about("bank", random.of(balance / 10)),
        9 => about("borrow", random.of(balance / 25)),
        10 => about(
            "repay",
            random.of(ground.entitlement(who).debt.kind.units() + 1),
        ),
        11 | 12 => pass("transfer", other, random.of(balance / 2)),
        13 => pass("transfer", 0, random.of(balance / 4)),
        14 | 15 => pass("transfer_shares", other, random.of(shares / 3)),
        16 => pass("transfer_shares", 0, random.of(shares / 9)),
        17 | 18 => json!({"lease": {"commons": "1", "to": other.to_string(),
            "shares": random.of(shares / 3), "epochs": 1 + random.below(4)}}),
        19 => {
            json!({"return_lease": {"commons": "1", "lease": (1 + random.below(12)).to_string()}})
        }
        20 => {
            json!({"bring_up": {"commons": "1", "persons": [who.to_string(), other.to_string()]}})
        }
        21 => json!({"check_concentration": {"commons": "1", "person": who.to_string()}}),
        22 => {
            ground.decided(
                json!({"grant_shares": {"commons": "1", "members": [{"person": who.to_string(), "shares": 0}]}}),
                json!({"commons": "1"}),
                "ordinary",
            );
            json!({"bring_up": {"commons": "1", "persons": ["0"]}})
        }
        23 | 24 => {
            let owes = ground.account(who).owed.pico();
            *hold += 1;
            let late = random.below(2);
            let msg = json!({"pay_overage": {"commons": "1", "epoch": (epoch.saturating_sub(late)).to_string()}});
            let amount = random.of(u128::from(owes) + 10_000);
            return ground.hold(who, *hold, amount, &msg).map(|_| ());
        }
        25 => {
            seen.cuts += 1;
            let cap = ground
                .sandbox
                .read(&ground.commons, |storage| {
                    cap::state::last_epoch(storage, FOREST).expect("state")
                })
                .expect("commons");
            let Some(cap) = cap.filter(|epoch| epoch.is_open()) else {
                return Ok(());
            };
            let cap = cap.cap.units() as u64;
            let hand = json!({"lower": {"cap": cap - random.below(cap / 6 + 1)}});
            return ground.try_hand(hand).map(|_| ());
        }
        26 | 27 => {
            seen.epochs += 1;
            ground.close();
            let restored = random.below(500);
            let cap = [random.below(2_000_000), 1_000, 999_983][random.below(3) as usize];
            ground.hand(json!({"open": {"cap": cap, "restored": restored}}));
            let regenerated = ground
                .sandbox
                .read(&ground.commons, |storage| {
                    cap::state::last_epoch(storage, FOREST).expect("state")
                })
                .expect("commons")
                .expect("an epoch")
                .regenerated;
            if restored.is_multiple_of(2) {
                let units = regenerated.units() as u64 / 2;
                let hand = json!({"mint": {"person": other, "units": units}});
                return ground.try_hand(hand).map(|_| ());
            }
            return Ok(());
        }
        28 | 29 => {
            let good = random.below(2);
            let units = random.of([balance, shares][good as usize] / 3);
            let hand = json!({"take": {"person": who, "good": good, "units": units}});
            return ground.try_hand(hand).map(|_| ());
        }
        30 | 31 => {
            let good = random.below(2);
            let escrow = [
                ground.account(who).escrow.units(),
                ground.holding(who).escrow.0.into(),
            ][good as usize];
            // to a buyer whose room was kept, back, or forfeited
            let units = random.of(escrow);
            let to = [other, who, 0][random.below(3) as usize];
            if to == other {
                let keep = json!({"reserve": {"person": to, "good": good, "units": units}});
                ground.try_hand(keep)?;
                let free = json!({"unreserve": {"epoch": epoch, "person": to, "good": good, "units": units}});
                ground.try_hand(free)?;
            }
            let hand = json!({"give": {"epoch": epoch.saturating_sub(random.below(8) / 7),
                "from": who, "to": to, "good": good, "units": units}});
            return ground.try_hand(hand).map(|_| ());
        }
        32 => {
            let hand = json!({"unreported": {"person": who, "units": random.of(balance / 5)}});
            return ground.try_hand(hand).map(|_| ());
        }
        33 | 34 => {
            let banked = ground.account(who).banked.units();
            of_basket("deposit", random.of(banked))
        }
        35 | 36 => {
            // whoever has some
            let mine = |ground: &Ground, person: u64| -> u128 {
                let view: mycel_commons::rights::baskets::BasketView = ground.ask(
                    json!({"basket": {"commons": "1", "basket": "1", "person": person.to_string()}}),
                );
                view.mine.units()
            };
            let who = ALL
                .into_iter()
                .find(|one| mine(ground, *one) > 0)
                .unwrap_or(who);
            let parts = random.of(mine(ground, who));
            let msg = match random.below(3) {
                0 => json!({"pass_parts": {"commons": "1", "basket": "1", "to": other.to_string(),
                    "quantity": parts.to_string()}}),
                _ => of_basket("redeem", parts),
            };
            return ground.say(who, &msg).map(|_| ());
        }
        37 => about("bank", random.of(balance / 20)),
        _ => {
            ground.wait(random.below(900));
            return Ok(());
        }
    };
    ground.say(who, &msg).map(|_| ())
}

fn of_basket(what: &str, quantity: u64) -> serde_json::Value {
    json!({what: {"commons": "1", "basket": "1", "quantity": quantity.to_string()}})
}

/// Everybody is brought up to date: the total is there to the unit, and all
/// that may still be used is within what the epoch may yield.
fn walk(ground: &mut Ground) {
    let basket = mycel_commons::rights::baskets::number(1);
    let persons: Vec<String> = ALL.iter().chain(&[0, basket]).map(u64::to_string).collect();
    ground.ok(1, json!({"bring_up": {"commons": "1", "persons": persons}}));
    let sums = ground.yields();
    assert_eq!(sums.unasked.0, 0);
    let dust: u128 = sums.dust.parse().expect("a number");
    assert_eq!(dust % 100_000_000, 0);
    assert_eq!(sums.granted.units() + dust / 100_000_000, sums.tac.units());
    let left: u128 = [
        sums.balance,
        sums.escrow,
        sums.waiting,
        sums.banked,
        sums.reserve,
    ]
    .iter()
    .map(|part| part.units())
    .sum();
    assert!(left <= sums.outstanding.units(), "{sums:?}");
    let epoch = ground
        .sandbox
        .read(&ground.commons, |storage| {
            cap::state::last_epoch(storage, FOREST)
                .expect("state")
                .expect("an epoch")
        })
        .expect("commons");
    let used = sums.harvested.units() + sums.retired.units();
    assert!(sums.outstanding.units() + used <= epoch.own.units());
    assert!(sums.carried <= epoch.banked_in && sums.minted <= epoch.regenerated);
}

/// Nobody has more than a fifth with what it controls.
fn concentrated(ground: &Ground) {
    let weight = |person: u64| {
        let holding = ground.holding(person);
        u64::from(holding.shares.0) + u64::from(holding.leased_in.0)
    };
    for group in [&[1u64, 11][..], &[2, 12], &[3], &[4], &[5], &[6]] {
        let sum: u64 = group.iter().map(|person| weight(*person)).sum();
        assert!(sum <= 20_000_000, "{group:?} {sum}");
    }
}

fn sequence(seed: u64, seen: &mut Seen) {
    let mut random = Random(seed);
    let mut rules = rules();
    // measures are not what is looked at: suspension would end most sequences
    rules["order"]["tolerance_bps"] = json!(5_000);
    rules["order"]["reduced_seconds"] = json!(1_500);
    rules["order"]["notice_seconds"] = json!(1_500);
    rules["order"]["suspended_seconds"] = json!(500);
    rules["order"]["excluded_seconds"] = json!(500);
    let mut ground = Ground::with(
        &rules,
        &[9_000_001, 12_345_678, 7, 15_999_999, 6_000_000, 18_000_000],
    );
    ground.organisation(11, &[(1, 6_000), (7, 4_000)]);
    ground.organisation(12, &[(2, 2_500), (7, 7_500)]);
    ground.person(7);
    ground.enrol(11, 3_000_000);
    ground.enrol(12, 1_000_000);
    ground.decided(
        json!({"open_basket": {"commons": "1", "tier": "fresh", "window": 2, "fee_bps": 100}}),
        json!({"commons": "1"}),
        "ordinary",
    );
    let mut hold = 0;
    for step in 0..STEPS {
        let done = act(&mut ground, &mut random, &mut hold, seen);
        match done {
            Ok(()) => seen.accepted += 1,
            Err(refusal) => {
                seen.refused += 1;
                assert!(
                    !refusal.text.contains("rights overflow")
                        && !refusal.text.contains("state missing")
                        && !refusal.text.contains("state unreadable"),
                    "{}",
                    refusal.text
                );
            }
        }
        ground.check();
        if step % 10 == 9 {
            concentrated(&ground);
        }
        if step % 25 == 24 && ground.entitlement(1).epoch.is_some() {
            walk(&mut ground);
            seen.walks += 1;
            let sums = ground.yields();
            seen.overage += sums.overage.units();
            seen.carried += sums.carried.units();
            seen.withheld += sums.withheld.units();
            seen.fees += sums.fees.units();
        }
    }
}

#[test]
fn random_messages_about_rights_keep_every_sum_after_every_message() {
    let (cases, first) = (told("MYCEL_CASES", 100), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_CASES={cases} MYCEL_SEED={first}");
    let mut seen = Seen::default();
    for seed in first..first + cases {
        let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            sequence(seed, &mut seen);
        }));
        if let Err(panic) = ran {
            eprintln!("MYCEL_SEED={seed} MYCEL_CASES=1");
            std::panic::resume_unwind(panic);
        }
    }
    eprintln!("{seen:?}");
    let all = |is: bool| is || cases < 100;
    assert!(all(seen.accepted > seen.refused), "mostly nonsense");
    assert!(
        all(seen.epochs > cases && seen.cuts > 0 && seen.walks > cases),
        "hardly anything happens"
    );
    assert!(
        all(seen.overage > 0 && seen.carried > 0 && seen.withheld > 0 && seen.fees > 0),
        "something never happens"
    );
}
