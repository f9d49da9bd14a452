//! Stocks and harvests against a computation in another language.

use std::path::Path;
use std::process::Command;

use mycel_commons::Quantity;
use mycel_commons::cap::production::{MAX_RATE, Schaefer};
use mycel_commons::cap::{HarvestRule, Model, Production, Rule};
use serde_json::{Value, json};

use crate::world::{Random, told};

/// Epochs of a trajectory.
const EPOCHS: u64 = 12;

fn units(units: u128) -> Quantity {
    Quantity::at_most(units)
}

/// Any number of bits up to `bits`, small as often as large.
fn sized(random: &mut Random, bits: u64) -> u128 {
    let keep = 1 + random.below(bits);
    u128::from(random.next() >> (64 - keep))
}

/// A model, a rule, a stock and what is caught of it.
fn trajectory(random: &mut Random) -> (Schaefer, Rule, Quantity, Vec<Quantity>) {
    let model = Schaefer {
        r_ppm: random.below(u64::from(MAX_RATE) + 1) as u32,
        capacity: units(sized(random, 63).max(1)),
    };
    // stocks around the capacity as often as anywhere
    let stock = if random.below(4) > 0 {
        sized(random, 20) * model.capacity.units() / 1_000_000
    } else {
        sized(random, 63)
    };
    let lim = sized(random, 62);
    let rule = Rule::Status {
        f_msy_ppm: random.below(1_000_001) as u32,
        b_lim: units(lim),
        b_trig: units(lim + 1 + sized(random, 62)),
    };
    let catches = (0..EPOCHS).map(|_| {
        let part = u128::from(random.below(400));
        let caught = stock.min(Quantity::MAX.units()) * part / 1_000;
        units(if random.below(20) == 0 {
            caught * 50
        } else {
            caught
        })
    });
    let catches = catches.collect();
    (model, rule, units(stock), catches)
}

fn json(model: &Schaefer, rule: &Rule, stock: Quantity, catches: &[Quantity]) -> Value {
    let Rule::Status {
        f_msy_ppm,
        b_lim,
        b_trig,
    } = rule
    else {
        panic!("rules by status");
    };
    json!({
        "r": model.r_ppm.to_string(), "k": model.capacity, "stock": stock, "catches": catches,
        "f": f_msy_ppm.to_string(), "lim": b_lim, "trig": b_trig,
    })
}

fn independent(all: &[Value]) -> Vec<Value> {
    let name = format!("mycel-schaefer-{}.json", std::process::id());
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, json!(all).to_string()).expect("a file");
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers/commons_schaefer.mjs");
    let output = Command::new("node").arg(page).arg(&path).output();
    std::fs::remove_file(&path).expect("a file");
    let output = output.expect("node, which this project needs");
    let story = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{story}");
    serde_json::from_slice(&output.stdout).expect("figures")
}

#[test]
fn stocks_and_harvests_agree_with_another_language_over_10_000_trajectories() {
    let (cases, seed) = (told("MYCEL_CASES", 10_000), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_CASES={cases} MYCEL_SEED={seed}");
    let mut random = Random(seed);
    let all: Vec<_> = (0..cases).map(|_| trajectory(&mut random)).collect();
    let asked: Vec<Value> = all
        .iter()
        .map(|(model, rule, stock, catches)| json(model, rule, *stock, catches))
        .collect();
    let answers = independent(&asked);
    assert_eq!(answers.len(), all.len());
    let (mut gone, mut grown) = (0, 0);
    for ((model, rule, stock, catches), answer) in all.iter().zip(answers) {
        let model = Model::Schaefer(*model);
        let mut at = *stock;
        let (mut stocks, mut most) = (vec![], vec![]);
        for caught in catches {
            let next = model.next(at, *caught);
            grown += u32::from(next > at);
            at = next;
            stocks.push(at);
            most.push(rule.most(at));
        }
        gone += u32::from(at.is_zero());
        assert_eq!(
            json!({"stocks": stocks, "most": most}),
            answer,
            "{model:?} {rule:?} {stock}"
        );
    }
    eprintln!("{gone} stocks end at nothing, {grown} steps grow");
    assert!(cases < 1_000 || (gone > cases as u32 / 50 && u64::from(grown) > cases));
}
