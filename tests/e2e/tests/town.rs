//! The main job against a model of its own: real payments through four validators.
use std::{collections::BTreeMap, fs};

use mycel_e2e::{contracts, data, json, mycel};

/// (payments, refused) of the first `most` rows that touch neither 0 nor 5, from zero with this limit in credits.
fn model(text: &str, most: usize, limit: i128) -> (usize, usize) {
    let mut positions: BTreeMap<&str, i128> = BTreeMap::new();
    let (mut payments, mut refused) = (0, 0);
    for line in text.lines() {
        let mut words = line.split(' ');
        let (from, to, amount) = (
            words.next().unwrap(),
            words.next().unwrap(),
            words.next().unwrap(),
        );
        if [from, to].iter().any(|a| ["0", "5"].contains(a)) || payments == most {
            continue;
        }
        let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
        let cut: String = fraction
            .chars()
            .chain("0".repeat(12).chars())
            .take(12)
            .collect();
        let pico: i128 = format!("{whole}{cut}").parse().unwrap();
        payments += 1;
        if positions.get(from).copied().unwrap_or(0) - pico < -limit * 1_000_000_000_000 {
            refused += 1;
            continue;
        }
        *positions.entry(from).or_default() -= pico;
        *positions.entry(to).or_default() += pico;
    }
    assert_eq!(positions.values().sum::<i128>(), 0);
    (payments, refused)
}

#[test]
fn the_first_3000_payments_of_sarafu_end_as_the_model_says() {
    let Some(file) = data("sarafu/sarafu-first-100k.csv") else {
        return;
    };
    let (payments, refused) = model(&fs::read_to_string(&file).unwrap(), 3000, 1000);
    let dir = tempfile::tempdir().unwrap();
    let figures = json(&mycel(
        [
            "up",
            "--exit",
            "--skip",
            "0,5",
            "--starter",
            "0",
            "--limit",
            "1000",
            "--payments",
            "3000",
            "--data",
        ]
        .map(Into::into)
        .into_iter()
        .chain([file.into_os_string()])
        .chain(["--dir".into(), dir.path().join("net").into_os_string()])
        .chain(["--contracts".into(), contracts().into_os_string()]),
    ));
    eprintln!("{figures}");
    assert_eq!(figures["payments"], payments);
    assert_eq!(figures["refused"], refused);
    assert_eq!(figures["sum"], "0");
    assert_eq!(figures["commons"], "0");
    assert_eq!(figures["app_hash"].as_str().unwrap().len(), 64);
}
