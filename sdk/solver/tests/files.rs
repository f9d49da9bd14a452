//! The forms of instances and certificates, read and written again, and refused by the first thing that is wrong.
use mycel_solver::{
    Edge, Options, Problem, Solution, assign, clear,
    file::{binary, certificate, debts::Debts, dimacs, json},
    generate, solve, unwatched,
};
use serde_json::{Value, json};

#[test]
fn instances_are_the_same_after_every_form() {
    for seed in 0..200 {
        let (_, problem) = generate::numbered(seed, 60);
        assert_eq!(
            dimacs::read(&dimacs::write(&problem)).as_ref(),
            Ok(&problem),
            "seed={seed}"
        );
        assert_eq!(
            json::read(json::write(&problem).as_bytes()).as_ref(),
            Ok(&problem),
            "seed={seed}"
        );
        assert_eq!(
            binary::read(&binary::write(&problem)).as_ref(),
            Ok(&problem),
            "seed={seed}"
        );
    }
}

#[test]
fn a_certificate_is_the_same_after_its_binary_form() {
    let (_, problem) = generate::numbered(1, 60);
    let solution = solve(&problem, &Options::default(), &unwatched).expect("feasible");
    let bytes = binary::write_certificate(&solution);
    assert_eq!(binary::read_certificate(&bytes), Ok(solution));
    assert!(binary::read_certificate(&bytes[..bytes.len() - 1]).is_err());
    assert!(
        binary::read(&bytes).is_err(),
        "a certificate is no instance"
    );
}

#[test]
fn a_length_that_a_short_file_cannot_hold_allocates_nothing() {
    let mut bytes = b"MYI1".to_vec();
    bytes.extend([0xff; 4]);
    assert!(binary::read(&bytes).is_err());
}

#[test]
fn a_clearing_certificate_has_the_published_form() {
    let debts = Debts::read("ann ben 5\nben cleo 9007199254.740993\ncleo ann 7.5\nann dan 1\n")
        .expect("debts");
    let solution = clear(4, &debts.edges, &Options::default(), &unwatched).expect("cleared");
    let certificate = certificate::Clearing::new(&debts.names, &debts.edges, &solution, 0);
    let value = serde_json::to_value(&certificate).expect("json");
    assert_eq!(value["kind"], "clearing");
    assert_eq!(value["scale"], 1_000_000);
    assert_eq!(value["flow"], json!([5_000_000, 5_000_000, 5_000_000, 0]));
    assert_eq!(value["cleared"], 15_000_000);
    assert_eq!(value["total"], "9007199268240993", "beyond 2^53: a string");
    assert_eq!(value["gap"], 0);
    let keys: Vec<&String> = value["potential"]
        .as_object()
        .expect("by name")
        .keys()
        .collect();
    assert_eq!(keys, ["ann", "ben", "cleo", "dan"]);
    // as anyone would check it
    let potential = |name: &str| value["potential"][name].as_i64().expect("an integer");
    for (edge, flow) in debts
        .edges
        .iter()
        .zip(value["flow"].as_array().expect("a list"))
    {
        let [debtor, creditor] =
            [edge.tail, edge.head].map(|n| potential(&debts.names[n as usize]));
        let reduced = -1 + debtor - creditor;
        let flow = flow.as_i64().expect("an integer");
        assert!(flow == edge.capacity || reduced >= 0);
        assert!(flow == 0 || reduced <= 0);
    }
}

#[test]
fn a_flow_certificate_names_nodes_as_its_file_does() {
    let problem = Problem::new(
        vec![3, -3],
        vec![Edge {
            tail: 0,
            head: 1,
            capacity: 5,
            cost: 4,
        }],
    )
    .expect("sound");
    let solution = Solution {
        flow: vec![3],
        potentials: vec![-4, 0],
    };
    let value = serde_json::to_value(certificate::Flow::new(&problem, 1, &solution)).expect("json");
    assert_eq!(
        value,
        json!({"kind": "flow", "flow": [3], "potential": {"1": -4, "2": 0}, "cost": 12, "gap": 0})
    );
}

#[test]
fn an_assignment_file_is_read_and_answered_in_its_own_numbers() {
    let file = dimacs::read_assignment("c tools\np asn 4 3\nn 2\nn 4\na 2 1 5\na 4 1 1\na 4 3 9\n")
        .expect("a file");
    let assignment = assign(file.rows.len(), file.columns.len(), &file.pairs).expect("matched");
    let value: Value =
        serde_json::to_value(certificate::Matching::new(&file, &assignment)).expect("json");
    assert_eq!(value["match"], json!({"2": 1, "4": 3}));
    assert_eq!(value["cost"], 14);
}

#[test]
fn the_first_bad_line_of_dimacs_is_named() {
    let flow = |text: &str| dimacs::read(text).expect_err("refused").to_string();
    assert_eq!(flow(""), "the file is empty");
    assert_eq!(
        flow("n 1 5\n"),
        "line=1: expected `p min NODES EDGES` before anything else"
    );
    assert_eq!(
        flow("p min 2 1\na 1 3 0 5 1\n"),
        "line=2: node=3 is not between 1 and 2"
    );
    assert_eq!(
        flow("p min 2 1\na 1 2 1 5 1\n"),
        "line=2: lower bound=1; only 0 is taken"
    );
    assert_eq!(
        flow("p min 2 1\nc so\na 1 2 0 x 1\n"),
        "line=3: \"x\" is not a number in range"
    );
    assert_eq!(
        flow("p min 2 2\na 1 2 0 1 1\n"),
        "edges=1 where the problem line says 2"
    );
    assert!(flow("p min 99999999 0\n").starts_with("line=1: nodes=99999999"));
    assert!(flow("p min 2 1\nn 1 4\na 1 2 0 1 1\n").starts_with("supplies add up to sum=4"));
    let pair = dimacs::read_assignment("p asn 2 1\nn 1\na 2 1 4\n")
        .expect_err("refused")
        .to_string();
    assert_eq!(
        pair,
        "line=3: an edge leads from a row (`n` line) to a column"
    );
}
