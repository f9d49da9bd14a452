//! The figures of published pools, ours against theirs.
use std::fs;

use mycel_kit::lottery::Tolerance;
use mycel_solver::{
    lottery::{Options, Solved, csv, file::PoolFile, solve},
    unwatched,
};
use serde_json::Value;

/// Pool, quotas and seats of the fixtures.
pub const FIXTURES: [(&str, &str, &str, u32); 2] = [
    ("sf_fixture_22", "candidates.csv", "features.csv", 22),
    ("example_small_20", "respondents.csv", "categories.csv", 20),
];

pub fn fixture(name: &str) -> Option<PoolFile> {
    let (folder, pool, quotas, k) = FIXTURES.into_iter().find(|fixture| fixture.0 == name)?;
    let read = |file: &str| {
        let path = mycel_data::find(&format!("sortition/{folder}/{file}"))?;
        Some(fs::read_to_string(path).expect("a file that can be read"))
    };
    let quotas = csv::read_quotas(&read(quotas)?).expect("quotas");
    Some(csv::read_pool(&read(pool)?, quotas, k).expect("a pool"))
}

pub fn solved(file: &PoolFile) -> Solved {
    let pool = file.pool().expect("within bounds");
    solve(&pool, &Options::default(), &unwatched).expect("quotas that can be kept")
}

/// Least, greatest, Gini's coefficient and geometric mean of all persons' chances.
pub struct Figures {
    pub min: f64,
    pub max: f64,
    pub gini: f64,
    pub geometric_mean: f64,
}

pub fn figures(chances: &[f64], file: &PoolFile) -> Figures {
    let mut all: Vec<f64> = (chances.iter().zip(&file.types))
        .flat_map(|(&chance, kind)| std::iter::repeat_n(chance, kind.members.len()))
        .collect();
    all.sort_by(f64::total_cmp);
    let (n, sum) = (all.len() as f64, all.iter().sum::<f64>());
    let ranked = (1..).zip(&all);
    let gini: f64 = ranked
        .map(|(rank, chance)| (2.0 * f64::from(rank) - n - 1.0) * chance)
        .sum();
    Figures {
        min: all[0],
        max: all[all.len() - 1],
        gini: gini / (n * sum),
        geometric_mean: (all.iter().map(|chance| chance.ln()).sum::<f64>() / n).exp(),
    }
}

#[test]
fn the_figures_of_the_published_pools_are_met() {
    if let Some(file) = fixture("sf_fixture_22") {
        let solved = solved(&file);
        let figures = figures(&solved.chances, &file);
        let near = |ours: f64, theirs: f64, digits: i32| {
            (ours - theirs).abs() <= 0.5 * 10f64.powi(-digits)
        };
        assert!(near(figures.min, 0.090909, 6), "min={}", figures.min);
        assert!(near(figures.max, 0.4709, 4), "max={}", figures.max);
        assert!(near(figures.gini, 0.1404, 4), "gini={}", figures.gini);
        assert!(
            near(figures.geometric_mean, 0.141206, 6),
            "mean={}",
            figures.geometric_mean
        );
        assert_eq!(file.types.len(), 122);
        // every chance within 2/m of the bound of its level, for all 150
        let verdict = solved.verdict.expect("accepted");
        assert_eq!(
            (solved.tolerance, verdict.rank.settled),
            (Some(Tolerance::Close), 150)
        );
    }
    if let Some(file) = fixture("example_small_20") {
        let figures = figures(&solved(&file).chances, &file);
        assert!((figures.min - 0.1).abs() < 1e-6 && (figures.max - 0.1).abs() < 1e-6);
    }
}

#[test]
fn before_rounding_the_gap_is_proven_to_be_at_most_a_millionth() {
    for (name, ..) in FIXTURES {
        let Some(file) = fixture(name) else { continue };
        let gap = solved(&file).gap;
        assert!((0.0..=1e-6).contains(&gap), "{name}: gap={gap}");
    }
}

#[test]
fn panels_add_up_to_the_chances_to_within_a_seat_a_type() {
    for (name, ..) in FIXTURES {
        let Some(file) = fixture(name) else { continue };
        let solved = solved(&file);
        let verdict = solved.verdict.expect("accepted");
        for (kind, (sum, chance)) in verdict.tally.sums.iter().zip(&solved.chances).enumerate() {
            let count = file.types[kind].members.len() as f64;
            let off = (*sum as f64 - chance * count * f64::from(verdict.tally.m)).abs();
            assert!(
                off <= count.max(1.0) + 0.01,
                "{name}: type={kind} off={off}"
            );
        }
    }
}

#[test]
fn our_figures_are_those_that_a_published_tool_was_recorded_with() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/peers/recordings/sortition.json"
    );
    let text = fs::read_to_string(path).expect("the recording is part of the repository");
    let recording: Value = serde_json::from_str(&text).expect("a recording in JSON");
    for (name, ..) in FIXTURES {
        let theirs = &recording["pools"][name];
        let number = |field: &str| {
            theirs[field]
                .as_f64()
                .unwrap_or_else(|| panic!("{name}: no {field}"))
        };
        let Some(file) = fixture(name) else { continue };
        let ours = figures(&solved(&file).chances, &file);
        // theirs lowers all chances by 10^-4 where its program has no solution to the last digit, and has that much
        // to give to others, the most to those whose chances are greatest
        for (field, ours, most) in [
            ("min", ours.min, 2e-4),
            ("gini", ours.gini, 2e-4),
            ("geometric_mean", ours.geometric_mean, 2e-4),
            ("max", ours.max, 2e-3),
        ] {
            let off = (ours - number(field)).abs();
            assert!(
                off < most,
                "{name}: {field}: ours={ours} theirs={}",
                number(field)
            );
        }
        assert!(
            ours.min >= number("min") - 1e-6,
            "{name}: our least is below theirs"
        );
    }
}
