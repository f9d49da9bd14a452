//! `mycel solve`: certificates from files, without a node.
use std::{fs, path::Path, process::Output};

use serde_json::{Value, json};
use snapbox::cmd::{Command, cargo_bin};

fn solve(folder: &Path, words: &[&str]) -> Output {
    Command::new(cargo_bin!("mycel"))
        .env("MYCEL_HOME", folder)
        .env("NO_COLOR", "1")
        .current_dir(folder)
        .arg("solve")
        .args(words)
        .output()
        .expect("the binary runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

fn folder(file: &str, content: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join(file), content).expect("a file");
    folder
}

const CIRCLE: &str = "ann ben 5\nben cleo 7\ncleo ann 9.5\nann dan 1\n";

#[test]
fn a_clearing_certificate_is_the_result_without_out() {
    let folder = folder("debts", CIRCLE);
    let output = solve(folder.path(), &["clearing", "--data", "debts"]);
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
    let certificate: Value = serde_json::from_slice(&output.stdout).expect("json");
    assert_eq!(certificate["kind"], "clearing");
    assert_eq!(
        certificate["flow"],
        json!([5_000_000, 5_000_000, 5_000_000, 0])
    );
    assert_eq!(
        (&certificate["cleared"], &certificate["gap"]),
        (&json!(15_000_000), &json!(0))
    );
}

#[test]
fn with_out_the_result_is_a_summary_and_files_hold_the_certificate() {
    let folder = folder("debts", CIRCLE);
    let root = "07".repeat(32);
    let words = [
        "clearing",
        "--data",
        "debts",
        "--out",
        "cert.json",
        "--body",
        "cert.myf",
        "--root",
        &root,
    ];
    let output = solve(folder.path(), &words);
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
    assert_eq!(
        text(&output.stdout),
        "members       4\nobligations   4\nowed          22.500000\nset off       15.000000 (66.667 %)\ngap           0\n\
         compact form  51 bytes\n"
    );
    let certificate: Value =
        serde_json::from_slice(&fs::read(folder.path().join("cert.json")).expect("written"))
            .expect("json");
    assert_eq!(
        certificate["potential"].as_object().expect("by name").len(),
        4
    );
    let body = fs::read(folder.path().join("cert.myf")).expect("written");
    assert!(body.starts_with(b"MYF1\x07\x07"));
    let output = solve(
        folder.path(),
        &[
            "clearing", "--data", "debts", "--out", "c.borsh", "--output", "json",
        ],
    );
    let summary: Value = serde_json::from_slice(&output.stdout).expect("json");
    assert_eq!(
        (&summary["percent"], &summary["edges"]),
        (&json!("66.667"), &json!(4))
    );
    assert!(
        fs::read(folder.path().join("c.borsh"))
            .expect("written")
            .starts_with(b"MYC1")
    );
}

#[test]
fn any_method_and_number_of_threads_gives_an_optimum_and_threads_change_nothing() {
    let folder = folder("debts", CIRCLE);
    let run = |words: &[&str]| {
        let words = [&["clearing", "--data", "debts"], words].concat();
        solve(folder.path(), &words).stdout
    };
    assert_eq!(run(&["--threads", "1"]), run(&["--threads", "7"]));
    let scaling: Value = serde_json::from_slice(&run(&["--method", "scaling"])).expect("json");
    assert_eq!(scaling["gap"], 0);
}

#[test]
fn an_allocation_is_solved_from_every_form() {
    let folder = folder(
        "min",
        "c two ways\np min 3 3\nn 1 5\nn 3 -5\na 1 2 0 2 1\na 2 3 0 9 1\na 1 3 0 9 5\n",
    );
    let flow = r#"{"kind":"flow","supplies":[5,0,-5],"edges":[[0,1,2,1],[1,2,9,1],[0,2,9,5]]}"#;
    fs::write(folder.path().join("json"), flow).expect("a file");
    for (file, first) in [("min", "1"), ("json", "0")] {
        let output = solve(folder.path(), &["allocation", "--data", file]);
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
        let certificate: Value = serde_json::from_slice(&output.stdout).expect("json");
        assert_eq!(
            (&certificate["flow"], &certificate["cost"]),
            (&json!([2, 2, 3]), &json!(19))
        );
        assert!(
            certificate["potential"].get(first).is_some(),
            "nodes as the file counts them"
        );
    }
}

#[test]
fn an_infeasible_instance_is_refused_with_its_cut_and_code_1() {
    let folder = folder(
        "min",
        "p min 3 2\nn 1 5\nn 3 -5\na 1 2 0 2 1\na 2 3 0 9 1\n",
    );
    let output = solve(
        folder.path(),
        &["allocation", "--data", "min", "--out", "cert"],
    );
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(1), ""));
    let story = text(&output.stderr);
    assert!(
        story.contains("must send out supply=5") && story.contains("capacity=2"),
        "{story}"
    );
    assert!(!folder.path().join("cert").exists());
}

#[test]
fn an_assignment_is_matched_or_says_who_has_too_few() {
    let folder = folder("asn", "p asn 4 3\nn 1\nn 2\na 1 3 5\na 2 3 1\na 2 4 9\n");
    let output = solve(folder.path(), &["assignment", "--data", "asn"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let certificate: Value = serde_json::from_slice(&output.stdout).expect("json");
    assert_eq!(
        (&certificate["match"], &certificate["cost"]),
        (&json!({"1": 3, "2": 4}), &json!(14))
    );
    fs::write(
        folder.path().join("few"),
        "p asn 4 2\nn 1\nn 2\na 1 3 5\na 2 3 1\n",
    )
    .expect("a file");
    let output = solve(folder.path(), &["assignment", "--data", "few"]);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(1), ""));
    let story = text(&output.stderr);
    assert!(
        story.contains("2 rows with first=1 have only 1 columns"),
        "{story}"
    );
}

const QUOTAS: &str = "feature,value,min,max\ngender,woman,1,1\ngender,man,1,1\n";
const POOL: &str = "name,gender\nann,woman\nben,man\ncleo,woman\ndan,man\nemil,man\n";

#[test]
fn a_lottery_is_the_result_without_out_and_summed_up_with_it() {
    let folder = folder("quotas.csv", QUOTAS);
    fs::write(folder.path().join("pool.csv"), POOL).expect("a file");
    let from_tables = [
        "lottery",
        "--pool",
        "pool.csv",
        "--quotas",
        "quotas.csv",
        "--size",
        "2",
    ];
    let output = solve(folder.path(), &from_tables);
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
    let lottery: Value = serde_json::from_slice(&output.stdout).expect("json");
    assert_eq!(lottery["types"][0]["members"], json!([1, 3]));
    // 2 · 256 ≥ 64 · 5; one seat for three men
    assert_eq!(lottery["panels"].as_array().map(Vec::len), Some(256));
    assert!((lottery["min"].as_f64().expect("a number") - 1.0 / 3.0).abs() < 0.01);
    // its first half is a pool, and the same bytes come of it
    fs::write(folder.path().join("pool.json"), &output.stdout).expect("a file");
    let again = solve(folder.path(), &["lottery", "--json", "pool.json"]);
    assert_eq!(again.stdout, output.stdout);
    let words = [
        "lottery",
        "--json",
        "pool.json",
        "--out",
        "lottery.json",
        "--output",
        "json",
    ];
    let summary = solve(folder.path(), &words).stdout;
    let summary: Value = serde_json::from_slice(&summary).expect("json");
    assert_eq!(
        (&summary["persons"], &summary["settled"]),
        (&json!(5), &json!(5))
    );
    assert!(folder.path().join("lottery.json").exists());
}

#[test]
fn quotas_that_clash_are_refused_by_name_with_the_nearest_that_do_not() {
    let folder = folder(
        "quotas.csv",
        "feature,value,min,max\ngender,woman,3,3\ngender,man,1,1\n",
    );
    fs::write(folder.path().join("pool.csv"), POOL).expect("a file");
    let words = [
        "lottery",
        "--pool",
        "pool.csv",
        "--quotas",
        "quotas.csv",
        "--size",
        "4",
    ];
    let output = solve(folder.path(), &words);
    assert_eq!(output.status.code(), Some(1));
    let story = text(&output.stderr);
    assert!(story.contains("gender=woman min=3"), "{story}");
    assert!(
        story.contains("gender=woman min=3 to 2") && story.contains("gender=man max=1 to 2"),
        "{story}"
    );
}

#[test]
fn a_wrong_file_is_usage_and_names_its_line() {
    let folder = folder("debts", "ann ben 5\nann 5\n");
    for (words, story) in [
        (
            ["clearing", "--data", "debts"],
            "file=debts: line=2: expected `debtor creditor amount [weight]`",
        ),
        (
            ["clearing", "--data", "nowhere"],
            "file=nowhere: No such file",
        ),
        (
            ["allocation", "--data", "debts"],
            "file=debts: line=1: expected `p min NODES EDGES`",
        ),
    ] {
        let output = solve(folder.path(), &words);
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), ""));
        assert!(
            text(&output.stderr).contains(story),
            "{}",
            text(&output.stderr)
        );
    }
}

#[test]
fn a_lottery_without_quotas_or_size_is_usage() {
    let folder = folder("pool.csv", POOL);
    let output = solve(folder.path(), &["lottery", "--pool", "pool.csv"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn mentors_and_apprentices_are_matched_from_a_file_of_pairs() {
    let file = "p stable 4 4\na 1 3 1 2\na 1 4 2 1\na 2 3 2 1\na 2 4 1 2\n";
    let folder = folder("pairs", file);
    let output = solve(folder.path(), &["stable", "--data", "pairs"]);
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
    let certificate: Value = serde_json::from_slice(&output.stdout).expect("json");
    let expected = json!({"kind": "stable", "match": {"4": 1, "3": 2}, "ranks": 2, "gap": 0});
    assert_eq!(certificate, expected, "each right one has its first");
    let refused = solve(folder.path(), &["assignment", "--data", "pairs"]);
    assert_ne!(refused.status.code(), Some(0));
}
