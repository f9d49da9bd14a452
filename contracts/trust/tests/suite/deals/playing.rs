//! Many deals of a few members, in any order: what is stored always adds up.

use serde_json::{Value, json};

use super::ground::{SealedRating, Town};

/// splitmix64.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    }
}

#[test]
fn whatever_members_do_places_weights_and_ratings_add_up() {
    for seed in 1..=6 {
        play(seed);
    }
}

fn play(seed: u64) {
    let mut random = Random(seed);
    let mut town = Town::new(5);
    let mut deals: Vec<(u64, u64, u64, u8)> = vec![];
    let mut sealed: Vec<SealedRating> = vec![];
    let mut done = std::collections::BTreeMap::<&str, u32>::new();
    for step in 0..400u32 {
        let a = 1 + random.below(5);
        let b = 1 + random.below(5);
        let one = (!deals.is_empty())
            .then(|| deals[deals.len() - 1 - random.below(deals.len().min(6) as u64) as usize]);
        let rating = (!sealed.is_empty()).then(|| {
            let recent = sealed.len().min(8) as u64;
            sealed[sealed.len() - 1 - random.below(recent) as usize].clone()
        });
        let (name, said): (&str, Option<(u64, Value)>) = match random.below(12) {
            0 | 1 => {
                let nonce = random.below(250) as u8;
                if random.below(2) == 0 {
                    town.pay(a, b, &format!("r{step}"), random.below(120));
                }
                let reference = format!("r{step}");
                let reference = (random.below(2) == 0).then_some(reference.as_str());
                if let Ok(deal) = town.try_offer(a, b, nonce, reference) {
                    deals.push((deal, a, b, nonce));
                    *done.entry("offer").or_default() += 1;
                }
                ("offer", None)
            }
            2 | 3 => (
                "accept",
                one.map(|(deal, _, b, _)| (b, json!({"accept_deal": {"deal": deal.to_string()}}))),
            ),
            4 => (
                "cancel",
                one.map(|(deal, a, _, _)| (a, json!({"cancel_deal": {"deal": deal.to_string()}}))),
            ),
            5 | 6 => {
                let good = random.below(2) == 0;
                let dir = random.below(2) as u8;
                let running = one.filter(|(deal, ..)| {
                    let seen: Result<Value, _> = town
                        .sandbox
                        .query(&town.trust, &json!({"deal": {"deal": deal.to_string()}}));
                    seen.is_ok_and(|seen| seen["stage"] == "running")
                });
                match running {
                    Some((deal, a, b, nonce)) => {
                        let one = town.sealed(deal, dir, nonce, good);
                        let msg = one.commit();
                        sealed.push(one);
                        ("commit", Some((if dir == 0 { a } else { b }, msg)))
                    }
                    None => ("commit", None),
                }
            }
            7 | 8 => ("open", rating.map(|one| (a, one.open()))),
            9 => (
                "dispute",
                rating.and_then(|one| {
                    let (_, a, b, _) = *deals.iter().find(|deal| deal.0 == one.deal)?;
                    Some((if one.dir == 0 { b } else { a }, one.dispute()))
                }),
            ),
            10 => {
                let outcome = ["uphold", "dismiss"][random.below(2) as usize];
                let said = json!({"decide": {
                    "case": (1 + random.below(6)).to_string(),
                    "outcome": outcome, "reasons": "0".repeat(64),
                }});
                let sortition = town.sortition.clone();
                let key = mycel_sandbox::address("key");
                let _ = town.sandbox.execute(&key, &sortition, &said);
                ("advance", rating.map(|one| (b, one.advance())))
            }
            _ => {
                let seconds = random.below(40);
                town.wait(seconds);
                ("wait", None)
            }
        };
        if let Some((who, msg)) = said
            && town.act(who, &msg).is_ok()
        {
            *done.entry(name).or_default() += 1;
        }
        if step % 20 == 0 {
            town.check();
        }
    }
    for _ in 0..40 {
        town.wait(100);
    }
    town.check();
    println!("seed={seed} {done:?}");
    for name in ["offer", "accept", "commit", "open"] {
        assert!(
            done.get(name).is_some_and(|count| *count > 0),
            "seed={seed} {done:?}"
        );
    }
    // in the end every place is free
    for person in 1..=5 {
        assert_eq!(town.room(person, 1 + person % 5).open_a, 0, "seed={seed}");
    }
}
