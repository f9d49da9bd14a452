//! Files: tables, lotteries, and a checker that knows nothing of ours.
use std::{path::Path, process::Command};

use mycel_kit::lottery::{Tolerance, panels_for, verify};
use mycel_solver::{
    generate::Random,
    lottery::{
        Options, csv,
        file::{LotteryFile, PoolFile, QuotaFile, TypeFile, read_lottery, read_pool},
        solve,
    },
    unwatched,
};
use serde_json::{Value, json};

use super::{fixtures, random_pool};

/// The file of a pool whose features and values have numbers for names.
fn named(pool: &mycel_kit::lottery::Pool) -> PoolFile {
    let mut next = 0;
    let types = pool
        .values
        .iter()
        .zip(&pool.counts)
        .map(|(values, &count)| TypeFile {
            features: (0..)
                .zip(values)
                .map(|(f, v): (u32, _)| (format!("f{f}"), format!("v{v}")))
                .collect(),
            members: (0..count)
                .map(|_| {
                    next += 1;
                    next
                })
                .collect(),
        });
    let quotas = pool.quotas.iter().map(|quota| QuotaFile {
        feature: format!("f{}", quota.feature),
        value: format!("v{}", quota.value),
        min: quota.min,
        max: quota.max,
    });
    PoolFile {
        k: pool.k,
        types: types.collect(),
        quotas: quotas.collect(),
    }
}

fn lottery_of(file: &PoolFile) -> Option<LotteryFile> {
    let solved = solve(
        &file.pool().expect("a pool"),
        &Options::default(),
        &unwatched,
    )
    .ok()?;
    let verdict = solved.verdict?;
    let ratio = |f: mycel_kit::lottery::Fraction| f.numerator as f64 / f.denominator as f64;
    let bounds: Vec<f64> = verdict.held.iter().map(|held| ratio(held.bound)).collect();
    (solved.tolerance == Some(Tolerance::Close))
        .then(|| LotteryFile::new(file.clone(), &solved.lottery, &bounds, ratio(verdict.least)))
}

/// What the page of JavaScript says of a file.
fn independent(file: &Value) -> Result<Value, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("lottery.json");
    std::fs::write(&path, file.to_string()).expect("a file");
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers/lottery_check.mjs");
    let output = Command::new("node")
        .arg(page)
        .arg(&path)
        .output()
        .expect("node, which this project needs");
    if output.status.success() {
        Ok(serde_json::from_slice(&output.stdout).expect("figures"))
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

#[test]
fn a_checker_in_another_language_accepts_lotteries_and_refuses_changed_ones() {
    let seed = super::told("MYCEL_SEED", 3);
    let made =
        (seed..).map(|seed| named(&random_pool(&mut Random::new(seed), 70, &[2, 3, 4], 10, 1)));
    let mut files: Vec<PoolFile> = made.take(4).collect();
    files.extend(
        fixtures::FIXTURES
            .iter()
            .filter_map(|fixture| fixtures::fixture(fixture.0)),
    );
    let mut checked = 0;
    for file in files {
        let Some(lottery) = lottery_of(&file) else {
            continue;
        };
        checked += 1;
        let value = serde_json::to_value(&lottery).expect("json");
        let said = independent(&value).expect("accepted");
        let pool = file.pool().expect("a pool");
        let verdict = verify(
            &pool,
            &lottery.lottery().expect("a lottery"),
            lottery.panels.len() as u32,
            Tolerance::Close,
        )
        .expect("accepted");
        assert_eq!(said["settled"], verdict.rank.settled);
        assert!((said["min"].as_f64().expect("a number") - lottery.min).abs() < 1e-12);
        let mut changed = value.clone();
        changed["levels"][0]["mu"] = json!("-1152921504606846976");
        assert!(
            independent(&changed)
                .unwrap_err()
                .contains("not paid its weight")
        );
        let mut changed = value.clone();
        changed["panels"].as_array_mut().expect("panels").pop();
        assert!(independent(&changed).unwrap_err().contains("panels="));
        let mut changed = value.clone();
        let first = changed["panels"][0].as_array_mut().expect("a panel");
        let seat = first
            .iter()
            .position(|seats| seats != &json!(0))
            .expect("a seat");
        first[seat] = json!(first[seat].as_u64().expect("seats") - 1);
        assert!(independent(&changed).unwrap_err().contains("panel=0"));
    }
    assert!(checked >= 3, "checked={checked}");
}

#[test]
fn a_lottery_file_reads_back_as_the_lottery_that_was_written_and_its_pool_is_a_pool_file() {
    let pool = (5..).map(|seed| named(&random_pool(&mut Random::new(seed), 50, &[2, 3], 8, 1)));
    let lottery = pool
        .map(|pool| lottery_of(&pool))
        .find_map(|lottery| lottery)
        .expect("a lottery");
    let bytes = serde_json::to_vec(&lottery).expect("json");
    let read = read_lottery(&bytes).expect("a lottery");
    assert_eq!(read, lottery);
    assert_eq!(read_pool(&bytes).expect("a pool"), lottery.pool);
    let n = lottery
        .pool
        .types
        .iter()
        .map(|kind| kind.members.len() as u32)
        .sum();
    assert_eq!(
        read.panels.len() as u32,
        panels_for(n, lottery.pool.k).expect("a size")
    );
    // numbers beyond what every reader takes exactly are strings
    let big = |value: &Value| value.as_u64().is_none_or(|number| number <= 1 << 53);
    let value: Value = serde_json::from_slice(&bytes).expect("json");
    for level in value["levels"].as_array().expect("levels") {
        assert!(level["y"].as_array().expect("weights").iter().all(big) && big(&level["d"]));
    }
}

#[test]
fn the_same_pool_gives_the_same_bytes() {
    let pool = named(&random_pool(&mut Random::new(9), 90, &[2, 4, 3], 12, 1));
    let bytes = || serde_json::to_vec(&lottery_of(&pool)).expect("json");
    assert_eq!(bytes(), bytes());
}

#[test]
fn tables_are_read_as_spreadsheets_write_them() {
    let quotas = csv::read_quotas(
        "\u{feff}category,name,max,min\r\nage,\"60, or more\",3,1\r\n\r\nage,below,9,0\r\n",
    );
    let quotas = quotas.expect("quotas");
    assert_eq!(
        (quotas[0].value.as_str(), quotas[0].min, quotas[0].max),
        ("60, or more", 1, 3)
    );
    let pool = "id,age\n1,below\n2,\"60, or more\"\n3, below \n";
    let pool = csv::read_pool(pool, quotas, 2).expect("a pool");
    let members: Vec<_> = pool.types.iter().map(|kind| kind.members.clone()).collect();
    // types in the order of the quotas, members by their rows
    assert_eq!(members, [vec![2], vec![1, 3]]);
}

#[test]
fn the_first_bad_line_of_a_table_is_named() {
    let quotas = |text| csv::read_quotas(text).unwrap_err().to_string();
    assert_eq!(
        quotas("feature,value,min,max\nage,old,3,1\n"),
        "line=2: min=3 is above max=1"
    );
    assert_eq!(
        quotas("feature,value,min,max\nage,old,x,1\n"),
        "line=2: min=x is not a number from 0"
    );
    assert_eq!(
        quotas("feature,value,min,max\nage,old,0,1\n\nage,old,0,1\n"),
        "line=4: feature=age value=old is there twice"
    );
    assert!(quotas("feature,value,max\n").contains("no column=min"));
    assert!(quotas("a,b,min,max\n\"x,1\n").contains("line=2: a quotation mark is not closed"));
    let rows = csv::read_quotas("feature,value,min,max\nage,old,0,1\n").expect("quotas");
    let pool = |text| {
        csv::read_pool(text, rows.clone(), 2)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        pool("age\nold\nyoung\n"),
        "line=3: age=young is in no quota; correct it, or give it a quota from 0 to 2"
    );
    assert!(pool("id\n1\n").contains("line=1: no column for feature=age"));
}
