//! A minimum-cost flow as JSON: `{"kind": "flow", "supplies": […], "edges": [[tail, head, capacity, cost], …]}`, nodes
//! numbered from 0.
use mycel_kit::flow::Edge;
use serde::{Deserialize, Serialize};

use super::{FileError, number::Number};
use crate::Problem;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    kind: Kind,
    supplies: Vec<Number>,
    edges: Vec<(u32, u32, Number, Number)>,
}

#[derive(Serialize, Deserialize)]
enum Kind {
    #[serde(rename = "flow")]
    Flow,
}

/// Reads an instance.
///
/// # Errors
/// What is wrong with the form, or with the instance.
pub fn read(bytes: &[u8]) -> Result<Problem, FileError> {
    let whole = |story: String| FileError::Whole(story);
    let form: Form = serde_json::from_slice(bytes).map_err(|e| whole(e.to_string()))?;
    let supplies: Result<Vec<i64>, String> =
        form.supplies.into_iter().map(Number::narrow).collect();
    let edges: Result<Vec<Edge>, String> = form
        .edges
        .into_iter()
        .map(|(tail, head, capacity, cost)| {
            Ok(Edge {
                tail,
                head,
                capacity: capacity.narrow()?,
                cost: cost.narrow()?,
            })
        })
        .collect();
    Ok(Problem::new(
        supplies.map_err(whole)?,
        edges.map_err(whole)?,
    )?)
}

/// Writes an instance.
pub fn write(problem: &Problem) -> String {
    let number = |value: i64| Number(value.into());
    let form = Form {
        kind: Kind::Flow,
        supplies: problem.supplies().iter().map(|&s| number(s)).collect(),
        edges: problem
            .edges()
            .iter()
            .map(|e| (e.tail, e.head, number(e.capacity), number(e.cost)))
            .collect(),
    };
    serde_json::to_string(&form).expect("numbers and lists have a form in JSON")
}
