//! Harvest rules over random stocks.

use mycel_commons::Quantity;
use mycel_commons::cap::rule::Step;
use mycel_commons::cap::{HarvestRule, Rule};

use crate::world::{Random, told};

fn units(units: u128) -> Quantity {
    Quantity::at_most(units)
}

fn sized(random: &mut Random, bits: u64) -> u128 {
    let keep = 1 + random.below(bits);
    u128::from(random.next() >> (64 - keep))
}

fn random_rule(random: &mut Random) -> Rule {
    let ppm = random.below(1_000_001) as u32;
    match random.below(4) {
        0 => {
            let lim = sized(random, 62);
            Rule::Status {
                f_msy_ppm: ppm,
                b_lim: units(lim),
                b_trig: units(lim + 1 + sized(random, 62)),
            }
        }
        1 => Rule::Fixed {
            quantity: units(sized(random, 63)),
        },
        2 => Rule::Proportional { f_ppm: ppm },
        _ => {
            let (mut from, mut share) = (0, 0);
            let steps = (0..=random.below(16)).map(|_| {
                from += 1 + sized(random, 58);
                share += random.below(60_000) as u32;
                Step {
                    from: units(from),
                    f_ppm: share,
                }
            });
            Rule::Stepwise {
                steps: steps.collect(),
            }
        }
    }
}

#[test]
fn a_smaller_stock_never_yields_more_and_no_stock_more_than_it_is() {
    let (cases, seed) = (told("MYCEL_CASES", 20_000), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_CASES={cases} MYCEL_SEED={seed}");
    let mut random = Random(seed);
    for _ in 0..cases {
        let rule = random_rule(&mut random);
        rule.check().expect("within its bounds");
        let mut stocks: Vec<u128> = (0..20).map(|_| sized(&mut random, 63)).collect();
        stocks.extend([0, 1, Quantity::MAX.units()]);
        stocks.sort_unstable();
        let mut before = Quantity::ZERO;
        for stock in stocks {
            let most = rule.most(units(stock));
            assert!(most.units() <= stock, "{rule:?} {stock}");
            assert!(most >= before, "{rule:?} {stock}");
            before = most;
        }
    }
}
