//! Random rounds under every rule: Σ matching + returned = pool, and weights and
//! parts against exact rationals in another language (`tests/peers/funding_check.mjs`).
//!
//! `MYCEL_ROUNDS` sets how many rounds a rule (default 1,500; the full number
//! is 100,000), `MYCEL_SEED` the first seed. A refusal names its seed: run it
//! alone with `MYCEL_ROUNDS=1`.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use mycel_funding::rules::{
    Allocation, CapitalConstrained, Clustered, MatchRule, PairwiseBounded, Place, Quadratic,
    Saturation, Sums, Table, Unit, alpha, cap_of, pairs, root,
};
use mycel_kit::wide::U256;
use serde_json::json;

fn told(name: &str, otherwise: u64) -> u64 {
    #[allow(clippy::disallowed_methods, reason = "a test's own setting")]
    let told = std::env::var(name).ok();
    told.map_or(otherwise, |text| {
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is a number, not {text}"))
    })
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// Of any size: each number of bits as often.
    fn amount(&mut self) -> u64 {
        let bits = self.below(63) + 1;
        (self.next() >> (64 - bits)).max(1)
    }
}

/// (person, group, project, amount); each person once a project.
type Given = Vec<(u64, Option<u32>, usize, u64)>;

struct Round {
    projects: usize,
    given: Given,
    pool: u128,
    cap_bps: u32,
    saturation: Saturation,
}

fn random_round(random: &mut Random) -> Round {
    let projects = match random.below(20) {
        0 => 1,
        1 => 40,
        _ => 1 + random.below(8) as usize,
    };
    let most = if random.below(10) == 0 { 40 } else { 9 };
    let people = 1 + random.below(most);
    // all alike, of all sizes, or round credits
    let kind = random.below(3);
    let alike = random.amount();
    let mut given = BTreeMap::new();
    for person in 1..=people {
        let group = (random.below(2) == 0).then(|| random.below(3) as u32);
        for _ in 0..1 + random.below(4) {
            let amount = match kind {
                0 => alike,
                1 => random.amount(),
                _ => (1 + random.below(100)) * 1_000_000_000_000,
            };
            let project = random.below(projects as u64) as usize;
            given.insert((person, project), (group, amount));
        }
    }
    let cap_bps = match random.below(3) {
        0 => 10_000,
        1 => 2_000,
        _ => 1 + random.below(10_000) as u32,
    };
    Round {
        projects,
        given: given
            .into_iter()
            .map(|((person, project), (group, amount))| (person, group, project, amount))
            .collect(),
        pool: u128::from(random.amount()) << random.below(18),
        cap_bps,
        saturation: match random.below(2) {
            0 => Saturation::Return,
            _ => Saturation::Scale,
        },
    }
}

/// As a round keeps them: each contribution changes two sums of its project, or
/// the rows are gone through.
fn weigh(rule: &dyn MatchRule, round: &Round, random: &mut Random) -> Vec<U256> {
    let Some(m) = rule.pairwise() else {
        let mut sums = vec![Sums::default(); round.projects];
        let mut kept: BTreeMap<(usize, Unit), u128> = BTreeMap::new();
        for &(person, group, project, amount) in &round.given {
            // in two parts: adding again updates
            let first = random.below(amount);
            for part in [first, amount - first] {
                let so_far = kept.entry((project, rule.unit(person, group))).or_default();
                let before = *so_far;
                *so_far += u128::from(part);
                sums[project].replace(before, *so_far);
            }
        }
        return sums.iter().map(|sums| rule.weight(sums)).collect();
    };
    let mut people: BTreeMap<u64, Vec<(u16, u64)>> = BTreeMap::new();
    for &(person, _, project, amount) in &round.given {
        let root = u64::try_from(root(amount.into())).expect("a person's root has 64 bits");
        let gifts = people.entry(person).or_default();
        gifts.push((project as u16, root));
    }
    let mut table = Table::default();
    people.into_values().for_each(|gifts| table.push(gifts));
    let (mut place, mut weights) = (Place::default(), vec![U256::ZERO; round.projects]);
    let mut steps = random.below(500);
    while !table.advance(m, &mut place, &mut weights, &mut steps) {
        steps = random.below(500);
    }
    weights
}

fn told_as_json(
    seed: u64,
    rule: &dyn MatchRule,
    round: &Round,
    weights: &[U256],
    paid: &Allocation,
) -> String {
    let text = |numbers: &[u128]| -> Vec<String> { numbers.iter().map(u128::to_string).collect() };
    json!({
        "seed": seed,
        "rule": rule.name(),
        "m": rule.pairwise().map(|m| m.to_string()),
        "pool": round.pool.to_string(),
        "cap": cap_of(round.pool, round.cap_bps).to_string(),
        "saturation": round.saturation,
        "given": round.given.iter().map(|(person, group, project, amount)|
            json!([person, group, project, amount.to_string()])).collect::<Vec<_>>(),
        "weights": weights.iter().map(|weight| weight.to_string()).collect::<Vec<_>>(),
        "parts": text(&paid.parts),
        "returned": paid.returned.to_string(),
        "alpha": alpha::alpha(round.pool, weights).to_string(),
    })
    .to_string()
}

/// What the page of JavaScript says of rounds, a line each.
fn independent(lines: impl Iterator<Item = String>) -> Result<serde_json::Value, String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers/funding_check.mjs");
    let mut node = Command::new("node")
        .arg(page)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("node, which this project needs");
    let mut input = std::io::BufWriter::new(node.stdin.take().expect("a pipe"));
    for line in lines {
        // it stops reading when it refuses: what it says follows
        if writeln!(input, "{line}").is_err() {
            break;
        }
    }
    drop(input.flush());
    drop(input);
    let output = node.wait_with_output().expect("its answer");
    if output.status.success() {
        Ok(serde_json::from_slice(&output.stdout).expect("figures"))
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn agree(rule_of: impl Fn(&Round, &mut Random) -> Box<dyn MatchRule>) {
    let (rounds, first) = (told("MYCEL_ROUNDS", 1_500), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_ROUNDS={rounds} MYCEL_SEED={first}");
    let said = independent((first..first + rounds).map(|seed| {
        let mut random = Random(seed);
        let round = random_round(&mut random);
        let rule = rule_of(&round, &mut random);
        let weights = weigh(&*rule, &round, &mut random);
        let paid = rule
            .allocate(round.pool, &weights, round.cap_bps, round.saturation)
            .unwrap_or_else(|why| panic!("MYCEL_SEED={seed} {why}"));
        assert_eq!(
            paid.parts.iter().sum::<u128>() + paid.returned,
            round.pool,
            "MYCEL_SEED={seed}"
        );
        told_as_json(seed, &*rule, &round, &weights, &paid)
    }))
    .expect("agreement");
    assert_eq!(said["rounds"], rounds);
    eprintln!("{said}");
}

#[test]
fn quadratic_rounds_agree_with_exact_rationals_in_another_language() {
    agree(|_, _| Box::new(Quadratic));
}

#[test]
fn capital_constrained_rounds_agree_with_exact_rationals_in_another_language() {
    agree(|_, _| Box::new(CapitalConstrained));
}

#[test]
fn clustered_rounds_agree_with_exact_rationals_in_another_language() {
    agree(|_, _| Box::new(Clustered));
}

#[test]
fn pairwise_rounds_agree_with_exact_rationals_in_another_language() {
    agree(|round, random| {
        let m = match random.below(3) {
            // the median, as by default
            0 => {
                let mut given: Vec<u64> = round.given.iter().map(|given| given.3).collect();
                given.sort_unstable();
                given[(given.len() - 1) / 2]
            }
            1 => random.amount(),
            _ => 1,
        };
        Box::new(PairwiseBounded { m })
    });
}

#[test]
fn a_wrong_part_weight_or_sum_is_refused_by_the_other_language() {
    let round = Round {
        projects: 2,
        given: vec![
            (1, None, 0, 2),
            (2, None, 0, 3),
            (1, None, 1, 8),
            (3, None, 1, 8),
        ],
        pool: 1_000,
        cap_bps: 10_000,
        saturation: Saturation::Scale,
    };
    let weights = weigh(&Quadratic, &round, &mut Random(1));
    let right = Quadratic
        .allocate(1_000, &weights, 10_000, Saturation::Scale)
        .expect("a round");
    let say = |weights: &[U256], paid: &Allocation| {
        let line = told_as_json(1, &Quadratic, &round, weights, paid);
        independent(std::iter::once(line))
    };
    assert_eq!(say(&weights, &right).expect("right")["rounds"], 1);
    let changed = |change: &dyn Fn(&mut Allocation)| {
        let mut paid = right.clone();
        change(&mut paid);
        say(&weights, &paid).expect_err("changed")
    };
    assert!(changed(&|paid| paid.parts[0] += 1).contains("1001 of 1000"));
    assert!(changed(&|paid| paid.returned += 1).contains("1001 of 1000"));
    let moved = changed(&|paid| {
        paid.parts[0] += 2;
        paid.parts[1] -= 2;
    });
    assert!(moved.contains("project=0 part=236"), "{moved}");
    let heavier = [weights[0] + U256::from(1u8), weights[1]];
    assert!(
        say(&heavier, &right)
            .expect_err("heavier")
            .contains("project=0 weight=")
    );
}

#[test]
fn the_coefficient_of_a_pair_is_below_its_value_by_less_than_two_to_the_minus_61() {
    let seed = told("MYCEL_SEED", 7);
    eprintln!("MYCEL_SEED={seed}");
    let mut random = Random(seed);
    for _ in 0..20_000 {
        let m = random.amount();
        let k = U256::from(random.next()) << random.below(72) as usize;
        let x = (u128::from(random.next()) * u128::from(random.next() >> 1)) >> random.below(127);
        let ours = U256::from(pairs::Coefficient::new(m, k).of(x));
        let m = U256::from(m) << 64usize;
        let exact = U256::from(x) * m / (m + k);
        assert!(ours <= exact, "{x} {m} {k}");
        let most = (exact >> 61usize) + U256::from(1u8);
        assert!(exact - ours <= most, "{x} {m} {k}");
    }
}
