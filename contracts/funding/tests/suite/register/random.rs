//! Everything at once.

use super::*;

/// Random deeds of all kinds: every sum made anew after each, and refusals leave
/// nothing behind.
#[test]
fn random_deeds_keep_every_sum() {
    let (cases, first) = (told("MYCEL_CASES", 8), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_CASES={cases} MYCEL_SEED={first}");
    for seed in first..first + cases {
        eprintln!("MYCEL_SEED={seed}");
        let mut random = Random(seed);
        let (mut town, list) = town(6);
        let total = |town: &Commonwealth| {
            let held = town.sums().pool.u128() as i128;
            let members: i128 = list.iter().map(|name| town.position(name)).sum();
            town.commons() + members + held
        };
        town.wait(1);
        let begin = total(&town);
        let mut done = 0;
        for step in 0u64..120 {
            let name = list[random.below(6) as usize].clone();
            let other = list[random.below(6) as usize].clone();
            let evidence = format!("{seed:032x}{step:032x}");
            let entry = 1 + random.below(5);
            let matter = 1 + random.below(30);
            let bits = 1 + random.below(44);
            let pico = 1 + random.below(1 << bits);
            let said = match random.below(12) {
                0 => town.say(&name, self::entry("essential", &evidence)),
                1 => town.say(&name, self::entry("proprietary", &evidence)),
                2 | 3 => town.say(&name, revenue(entry, pico, &evidence)),
                4 => town.say(&name, built(entry, &evidence)),
                5 => town.say(&name, collect(entry)),
                6 => {
                    let user = town.number(&other);
                    town.say(&name, harm(user, pico, &evidence))
                }
                7 => town.say(&name, review(&format!("entry/{entry}"), None, &evidence)),
                8 => {
                    let double = town.double.clone();
                    let outcome = ["uphold", "dismiss"][random.below(2) as usize];
                    let msg = json!({"decide": {"case": (1 + random.below(8)).to_string(),
                        "outcome": outcome, "reasons": "ab".repeat(32)}});
                    let _ = town.sandbox.execute(&address("key"), &double, &msg);
                    let msg = json!({"advance_matter": {"matter": matter.to_string()}});
                    town.say("anyone", msg)
                }
                9 => town.hold(&name, pico, &json!({"dues": {"entry": entry.to_string()}})),
                10 => town.hold(
                    &name,
                    pico,
                    &json!({"restoration": {"matter": matter.to_string()}}),
                ),
                _ => {
                    if random.below(3) == 0 {
                        town.spend(pico % (50 * CREDIT) + 1, &json!({"rewards": {}}));
                    }
                    town.wait(random.below(20 * DAY));
                    continue;
                }
            };
            done += u64::from(said.is_ok());
            town.check_all();
            // payments are taken at the end of the block
            town.wait(1);
            town.check_all();
            assert_eq!(
                total(&town),
                begin,
                "step {step}: money appeared or was lost"
            );
        }
        assert!(done > 10, "{done}");
    }
}
