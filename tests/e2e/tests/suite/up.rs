//! Who was helped by how much, to the credit, in towns so small that anybody can reckon it.
use std::fs;

use mycel_e2e::{contracts, json, mycel, text};
use serde_json::{Value, json};

/// Runs `mycel up --exit` in a folder of its own.
fn up(args: &[&str]) -> Value {
    let dir = tempfile::tempdir().unwrap();
    let output = mycel(
        ["up", "--exit"]
            .iter()
            .chain(args)
            .map(|word| (*word).into())
            .chain(["--dir".into(), dir.path().join("net").into_os_string()])
            .chain(["--contracts".into(), contracts().into_os_string()]),
    );
    eprintln!("{}", text(&output.stderr));
    json(&output)
}

/// (member, pico-credits) of those who owe less.
fn helped(figures: &Value) -> Vec<(u64, &str)> {
    let most = figures["clearing"]["most_helped"].as_array().unwrap();
    let one = |h: &'_ Value| h["member"].as_u64().unwrap();
    most.iter()
        .map(|h| (one(h), h["by"].as_str().unwrap()))
        .collect()
}

fn names(steps: &Value) -> Vec<&str> {
    let steps = steps.as_array().unwrap().iter();
    steps.map(|step| step["name"].as_str().unwrap()).collect()
}

#[test]
fn three_who_owe_each_other_in_a_circle_owe_nothing_after_one_round() {
    let figures = up(&["--members", "3", "--payments", "12"]);
    let clearing = &figures["clearing"];
    assert_eq!(
        helped(&figures),
        [
            (1, "60000000000000"),
            (2, "60000000000000"),
            (3, "60000000000000")
        ]
    );
    assert_eq!(clearing["confirmed"]["obligations"], 3);
    assert_eq!(clearing["volume"], "180000000000000");
    assert_eq!(clearing["cleared"], clearing["volume"]);
    assert_eq!(clearing["share_percent"], json!(100.0));
    assert_eq!(clearing["gap"], "0");
    assert_eq!(
        (&figures["sum"], &figures["agreeing"]),
        (&json!("0"), &json!(4))
    );
    assert_eq!(names(&figures["setup"]), ["genesis", "start"]);
}

#[test]
fn a_file_of_debts_is_cleared_by_as_much_as_the_circle_in_it_bears() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("debts.csv");
    // the circle 1 → 2 → 3 → 1 bears 5; 4 owes and is not owed, 5 is owed and owes not
    fs::write(&file, "1 2 10\n2 3 7.5\n3 1 5\n4 1 3\n\n3 5 4.5\n").unwrap();
    let figures = up(&["--debts", file.to_str().unwrap()]);
    let clearing = &figures["clearing"];
    assert_eq!(
        helped(&figures),
        [
            (1, "5000000000000"),
            (2, "5000000000000"),
            (3, "5000000000000")
        ]
    );
    assert_eq!(
        (&clearing["helped"], &clearing["members"]),
        (&json!(3), &json!(5))
    );
    assert_eq!(clearing["obligations"], 5);
    assert_eq!(clearing["volume"], "30000000000000");
    assert_eq!(clearing["cleared"], "15000000000000");
    assert_eq!(clearing["share_percent"], json!(50.0));
    assert_eq!(clearing["gap"], "0");
    assert_eq!(
        (&figures["sum"], &figures["agreeing"]),
        (&json!("0"), &json!(4))
    );
    assert_eq!(names(&figures["setup"]), ["genesis", "start"]);
}

#[test]
fn debts_without_a_circle_are_left_as_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("debts.csv");
    fs::write(&file, "1 2 10\n2 3 7\n").unwrap();
    let figures = up(&["--debts", file.to_str().unwrap()]);
    let clearing = &figures["clearing"];
    assert_eq!(
        (&clearing["cleared"], &clearing["helped"]),
        (&json!("0"), &json!(0))
    );
    assert_eq!(
        (&figures["sum"], &figures["agreeing"]),
        (&json!("0"), &json!(4))
    );
}
