//! The main job against a model of its own: real payments through four validators.
use std::{collections::BTreeMap, fs};

use mycel_e2e::{contracts, json, mycel};

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
    let Some(file) = mycel_data::find("sarafu/sarafu-first-100k.csv") else {
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

/// Runs `mycel up --exit` in a folder of its own: (figures, what it said).
fn up(args: &[&str]) -> (serde_json::Value, String) {
    let dir = tempfile::tempdir().unwrap();
    let output = mycel(
        ["up", "--exit"]
            .iter()
            .chain(args)
            .map(|word| (*word).into())
            .chain(["--dir".into(), dir.path().join("net").into_os_string()])
            .chain(["--contracts".into(), contracts().into_os_string()]),
    );
    (json(&output), mycel_e2e::text(&output.stderr))
}

#[test]
fn the_main_job_enrols_trades_and_clears_the_triangle_without_a_credit() {
    let (figures, said) = up(&["--members", "30", "--payments", "60"]);
    eprintln!("{said}{figures}");
    // and ends with an assembly drawn by lot, and one decision carried out
    let assembly = &figures["assembly"];
    assert_eq!(assembly["panel"].as_array().unwrap().len(), 8);
    assert_eq!(assembly["eligible"], 30);
    assert_eq!((&assembly["yes"], &assembly["no"]), (&15.into(), &3.into()));
    assert!(
        said.contains("Carried out: 20000000 is now 25000000"),
        "{said}"
    );
    // members lived of a forest for a good season and a drought, and gave to projects
    let seasons = &figures["forest"]["seasons"];
    assert_eq!(seasons.as_array().unwrap().len(), 2, "{seasons}");
    assert_eq!(
        (&seasons[0]["cap"], &seasons[1]["cap"]),
        (&100_000.into(), &58_333.into())
    );
    assert!(
        seasons[1]["price"].as_u64() > seasons[0]["price"].as_u64(),
        "{seasons}"
    );
    assert!(said.contains("the cap fell 41.6 %"), "{said}");
    let projects = figures["funding"]["projects"].as_array().unwrap();
    let matching =
        |n: usize| -> u128 { projects[n]["matching"].as_str().unwrap().parse().unwrap() };
    assert!(
        matching(0) > matching(1) && matching(2) == 0,
        "{projects:?}"
    );
    assert_eq!(
        (&figures["members"], &figures["payments"], &figures["sum"]),
        (&30.into(), &60.into(), &"0".into())
    );
    let clearing = &figures["clearing"];
    assert_eq!(clearing["gap"], "0", "the optimum is proven");
    let cleared: u128 = clearing["cleared"].as_str().unwrap().parse().unwrap();
    let volume: u128 = clearing["volume"].as_str().unwrap().parse().unwrap();
    assert!(cleared >= 180_000_000_000_000 && cleared <= volume);
    assert!(
        said.contains("the triangle is settled without a credit"),
        "{said}"
    );
    for member in [1, 2, 3] {
        let helped = clearing["most_helped"].as_array().unwrap().iter();
        let by: Vec<_> = helped.filter(|h| h["member"] == member).collect();
        assert!(
            by.is_empty() || by[0]["by"] == "60000000000000",
            "member-{member}: {by:?}"
        );
    }
    let names: Vec<&str> = clearing["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["name"].as_str().unwrap())
        .collect();
    assert_eq!(&names[..4], ["open", "freeze", "graph", "solve"]);
    assert!(names.contains(&"verify"), "{names:?}");
}

/// The debts among the first `most` accounts that occur.
fn slice(text: &str, most: usize) -> String {
    let mut known = std::collections::BTreeSet::new();
    let mut lines = String::new();
    for line in text.lines() {
        let ends: Vec<&str> = line.split(' ').take(2).collect();
        for end in &ends {
            if known.len() < most {
                known.insert((*end).to_owned());
            }
        }
        if ends.iter().all(|end| known.contains(*end)) {
            lines.push_str(line);
            lines.push('\n');
        }
    }
    lines
}

#[test]
fn debts_in_genesis_are_cleared_on_chain_as_the_solver_says() {
    let Some(file) = mycel_data::find("sarafu/debt.csv") else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let (debts, certificate) = (dir.path().join("debts.csv"), dir.path().join("cert.json"));
    fs::write(&debts, slice(&fs::read_to_string(file).unwrap(), 300)).unwrap();
    let solved = mycel([
        "solve".as_ref(),
        "clearing".as_ref(),
        "--data".as_ref(),
        debts.as_os_str(),
        "--out".as_ref(),
        certificate.as_os_str(),
    ]);
    assert!(
        solved.status.success(),
        "{}",
        mycel_e2e::text(&solved.stderr)
    );
    let certificate: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(certificate).unwrap()).unwrap();
    let number = |value: &serde_json::Value| -> u128 {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        text.parse().unwrap()
    };
    // files count in 10^-6, the chain in 10^-12
    let expected = (
        number(&certificate["cleared"]) * 1_000_000,
        number(&certificate["total"]) * 1_000_000,
    );
    let (figures, said) = up(&["--debts", debts.to_str().unwrap()]);
    eprintln!("{said}{figures}");
    let clearing = &figures["clearing"];
    assert_eq!(figures["members"], 300);
    assert_eq!(clearing["gap"], "0");
    assert_eq!(
        (number(&clearing["cleared"]), number(&clearing["volume"])),
        expected
    );
    assert!(expected.0 > 0);
}
