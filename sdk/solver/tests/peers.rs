//! Our optima against OR-Tools', as recorded by `cargo xtask peers ortools`.
use mycel_solver::{
    CostScaling, Error, Method, Options, Problem, file::dimacs, generate, solve, unwatched,
};
use serde_json::Value;

fn recording() -> Value {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/peers/recordings/ortools.json"
    );
    let text = std::fs::read_to_string(path).expect("the recording is part of the repository");
    serde_json::from_str(&text).expect("a recording in JSON")
}

fn optimum(problem: &Problem, method: Method) -> Value {
    let options = Options { method, threads: 1 };
    match solve(problem, &options, &unwatched) {
        Ok(solution) => {
            let verdict = solution.verify(problem).expect("feasible");
            verdict.optimal().expect("optimal");
            Value::String(verdict.primal.to_string())
        }
        Err(Error::Infeasible(_)) => Value::Null,
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_thousand_optima_are_those_of_or_tools() {
    let recording = recording();
    let most = recording["most_nodes"].as_u64().expect("a size") as usize;
    let numbered = recording["numbered"]
        .as_object()
        .expect("instances by seed");
    assert!(numbered.len() >= 1000, "only {} instances", numbered.len());
    let mut infeasible = 0;
    for (seed, entry) in numbered {
        let (family, problem) = generate::numbered(seed.parse().expect("a seed"), most);
        let at = format!("seed={seed} family={}", family.name());
        let fingerprint = generate::fingerprint(&dimacs::write(&problem));
        assert_eq!(
            entry[0], fingerprint,
            "{at}: the generator has changed; record anew"
        );
        assert_eq!(entry[1], optimum(&problem, Method::Simplex), "{at}");
        if CostScaling::fits(&problem) {
            assert_eq!(entry[1], optimum(&problem, Method::Scaling), "{at}");
        }
        infeasible += usize::from(entry[1].is_null());
    }
    assert!(infeasible >= 100, "infeasible={infeasible}");
}

#[test]
fn the_optimum_of_ng100k_is_that_of_or_tools() {
    let problem = generate::large("ng100k").expect("a known name");
    let entry = &recording()["large"]["ng100k"];
    assert_eq!(entry[0], generate::fingerprint(&dimacs::write(&problem)));
    assert_eq!(entry[1], optimum(&problem, Method::Auto));
}
