//! Our counts beside published implementations: pabutools for equal shares,
//! pref_voting and py3votecore for Schulze.
//!
//! `tests/peers/recordings/elections.json` holds what they answered, with
//! versions. Numbered elections come from a generator that both sides have.
//! Of real elections (budgets from Pabulib, ranked votes) the results and the
//! files' hashes are recorded; they are counted by both while `cargo xtask
//! peers elections` records, which runs this test on the answers themselves.

use std::fs;
use std::path::{Path, PathBuf};

use mycel_assembly::count::schulze::Pairwise;
use mycel_assembly::count::shares::{Election, Run, Utility};
use serde_json::{Value, json};

use crate::world::Random;

fn recording() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers/recordings/elections.json")
}

fn bought(costs: &[u64], budget: u64, utility: Utility, ballots: &[(u64, u64)]) -> u64 {
    let election = Election::new(costs, budget, 1, utility, ballots.iter().copied());
    let mut run = Run::default();
    while run.result.is_none() {
        election.advance(&mut run, 1_000);
    }
    run.result.expect("a result")
}

fn numbered_budget(seed: u64) -> (Vec<u64>, u64, Vec<(u64, u64)>) {
    let mut numbers = Random(seed);
    let projects = 2 + numbers.below(9);
    let groups = 1 + numbers.below(30);
    let budget = 100 + numbers.below(900);
    let costs = (0..projects)
        .map(|_| 1 + numbers.below(budget * 6 / 10))
        .collect();
    let ballots = (0..groups)
        .map(|_| (numbers.below(1 << projects), 1 + numbers.below(4)))
        .collect();
    (costs, budget, ballots)
}

fn numbered_ranks(seed: u64) -> Pairwise {
    let mut numbers = Random(seed);
    let options = 2 + numbers.below(7);
    let groups = 1 + numbers.below(12);
    let mut matrix = Pairwise::new(options as u8);
    for _ in 0..groups {
        let ranks: Vec<u8> = (0..options).map(|_| numbers.below(options) as u8).collect();
        matrix.add(&ranks, 1 + numbers.below(5));
    }
    matrix
}

/// Compares one numbered election with what was answered.
fn numbered(seed: u64, answer: &Value) {
    let (costs, budget, ballots) = numbered_budget(seed);
    for (place, utility) in [Utility::Cost, Utility::Cardinality]
        .into_iter()
        .enumerate()
    {
        let ours = bought(&costs, budget, utility, &ballots);
        assert_eq!(
            Some(ours),
            answer[place].as_u64(),
            "seed={seed} {utility:?}"
        );
    }
    let matrix = numbered_ranks(seed);
    let options = u32::from(matrix.options());
    let bit = |(a, b): (u8, u8)| 1u64 << (options * u32::from(a) + u32::from(b));
    let beats = matrix.beaten(u32::MAX).into_iter().map(bit);
    let ours = format!("{:x}", beats.sum::<u64>());
    assert_eq!(Some(ours.as_str()), answer[2].as_str(), "seed={seed}");
    let order = matrix.ranking(u32::MAX).options;
    consistent(&matrix, &order);
}

/// The order follows the relation.
fn consistent(matrix: &Pairwise, order: &[u8]) {
    for (a, b) in matrix.beaten(u32::MAX) {
        let place = |option| order.iter().position(|one| *one == option);
        assert!(place(a) < place(b), "{a} beats {b}: {order:?}");
    }
}

fn number(value: &Value) -> u64 {
    let text = value.as_str().map(str::to_owned);
    let text = text.unwrap_or_else(|| value.to_string());
    text.parse().expect("a number")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// Counts a real election and compares; gives what is recorded of it.
fn real(answer: &Value) -> Value {
    let input = &answer["input"];
    let name = answer["name"].as_str().expect("a name");
    if let Some(theirs) = answer.get("bought") {
        let costs: Vec<u64> = list(&input["costs"]).iter().map(number).collect();
        let sets = list(&input["sets"]).iter();
        let sets: Vec<(u64, u64)> = sets.map(|set| (number(&set[0]), number(&set[1]))).collect();
        let budget = number(&input["budget"]);
        for (use_of, utility) in [
            ("cost", Utility::Cost),
            ("cardinality", Utility::Cardinality),
        ] {
            let ours = bought(&costs, budget, utility, &sets);
            assert_eq!(ours, number(&theirs[use_of]), "{name} {use_of}");
        }
        let voters: u64 = sets.iter().map(|(_, n)| n).sum();
        return json!([
            name,
            answer["sha256"],
            costs.len(),
            voters,
            theirs["cost"],
            theirs["cardinality"]
        ]);
    }
    let options = number(&input["options"]) as u8;
    let mut matrix = Pairwise::new(options);
    let mut voters = 0;
    for ballot in list(&input["ranks"]) {
        let ranks: Vec<u8> = list(&ballot[0])
            .iter()
            .map(|rank| number(rank) as u8)
            .collect();
        let count = number(&ballot[1]);
        matrix.add(&ranks, count);
        voters += count;
    }
    let ours: Vec<Value> = matrix
        .beaten(u32::MAX)
        .iter()
        .map(|(a, b)| json!([a, b]))
        .collect();
    assert_eq!(json!(ours), answer["beats"], "{name}");
    let order = matrix.ranking(u32::MAX).options;
    consistent(&matrix, &order);
    json!([name, answer["sha256"], options, voters, order])
}

/// `MYCEL_ELECTIONS` names a file of the peers' answers: all are compared, and
/// `MYCEL_UPDATE=1` records them.
#[test]
#[allow(clippy::disallowed_methods, reason = "a test's own settings")]
fn equal_shares_and_schulze_find_what_published_implementations_find() {
    let Some(answers) = std::env::var_os("MYCEL_ELECTIONS") else {
        let text = fs::read_to_string(recording()).expect("the recording");
        let recorded: Value = serde_json::from_str(&text).expect("JSON");
        let all = recorded["numbered"].as_object().expect("elections");
        assert!(all.len() >= 1_000, "{} elections", all.len());
        for (seed, answer) in all {
            numbered(seed.parse().expect("a seed"), answer);
        }
        let real = list(&recorded["real"]);
        assert!(real.len() >= 5, "{} real elections", real.len());
        return;
    };
    let text = fs::read_to_string(&answers).expect("the answers");
    let mut lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let versions = lines.next().expect("versions")["versions"].take();
    let (mut seeds, mut files) = (vec![], vec![]);
    for answer in lines {
        if let Some(seed) = answer["seed"].as_u64() {
            let kept = json!([answer["bought"][0], answer["bought"][1], answer["beats"]]);
            numbered(seed, &kept);
            seeds.push(format!("  \"{seed}\": {kept}"));
        } else {
            let kept = real(&answer);
            files.push(format!("  {kept}"));
        }
    }
    eprintln!(
        "{} numbered and {} real elections agree",
        seeds.len(),
        files.len()
    );
    if std::env::var_os("MYCEL_UPDATE").is_some() {
        let text = format!(
            "{{\n \"versions\": {versions},\n \"real\": [\n{}\n ],\n \"numbered\": {{\n{}\n }}\n}}\n",
            files.join(",\n"),
            seeds.join(",\n")
        );
        fs::write(recording(), text).expect("the recording");
    }
}
