//! What changes: each field of a change beside what is there now.
use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::value::text;

/// One value that an action sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Its name; of a nested one with dots.
    pub what: String,
    /// What it is now; absent where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// What it becomes.
    pub new: String,
    /// The bounds that the contract states and the new value leaves: carrying it out would fail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outside: Option<String>,
}

impl Change {
    /// From one text to another.
    pub(super) fn new(
        what: impl Into<String>,
        old: Option<String>,
        new: impl Into<String>,
    ) -> Self {
        Self {
            what: what.into(),
            old,
            new: new.into(),
            outside: None,
        }
    }

    /// `rate: 0.03 % a day → 0.02 % a day`.
    pub fn line(&self) -> String {
        let Self { what, new, .. } = self;
        let mut line = match &self.old {
            Some(old) if old == new => format!("{what}: is {new} already"),
            Some(old) => format!("{what}: {old} → {new}"),
            None => format!("{what}: → {new}"),
        };
        if let Some(bounds) = &self.outside {
            line.push_str(&format!(" (outside {bounds}: it would be refused)"));
        }
        line
    }
}

/// Most nesting that is looked into; deeper objects are values.
const DEPTH: usize = 3;

/// The changes of an object of changes: absent and `null` fields stay. `now` are places where current values may
/// stand, the first that has one counts; `bounds` as contracts answer them to `parameters`.
pub(super) fn changes(
    wanted: &Value,
    now: &[&Value],
    bounds: &Value,
    names: &BTreeMap<String, String>,
) -> Vec<Change> {
    let mut leaves = vec![];
    walk(wanted, &mut vec![], &mut leaves);
    leaves
        .into_iter()
        .map(|(path, new)| {
            let name = path.last().copied().unwrap_or_default();
            let old = now.iter().find_map(|root| at(root, &path));
            Change {
                what: path.join("."),
                old: old.map(|old| text(name, old, names)),
                new: text(name, new, names),
                outside: outside(name, new, bounds, names),
            }
        })
        .collect()
}

fn walk<'a>(
    value: &'a Value,
    path: &mut Vec<&'a str>,
    leaves: &mut Vec<(Vec<&'a str>, &'a Value)>,
) {
    match value {
        Value::Null => {}
        Value::Object(fields) if path.len() < DEPTH => {
            for (name, value) in fields {
                path.push(name);
                walk(value, path, leaves);
                path.pop();
            }
        }
        value => leaves.push((path.clone(), value)),
    }
}

fn at<'a>(mut root: &'a Value, path: &[&str]) -> Option<&'a Value> {
    for name in path {
        root = root.get(name)?;
    }
    Some(root)
}

/// The stated bounds, where a number leaves them.
fn outside(
    name: &str,
    new: &Value,
    bounds: &Value,
    names: &BTreeMap<String, String>,
) -> Option<String> {
    let bound = bounds.as_array()?.iter().find(|b| b["name"] == name)?;
    let new = number(new)?;
    let (least, most) = (number(&bound["least"])?, number(&bound["most"])?);
    if (least..=most).contains(&new) {
        return None;
    }
    let shown = |end: &str| text(name, &bound[end], names);
    Some(format!("{} to {}", shown("least"), shown("most")))
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lines(wanted: Value, now: &[&Value], bounds: Value) -> Vec<String> {
        let changes = changes(&wanted, now, &bounds, &BTreeMap::new());
        changes.iter().map(Change::line).collect()
    }

    #[test]
    fn each_field_is_shown_from_what_it_is_to_what_it_becomes() {
        let now = json!({"rate_ppb_per_day": 300_000, "economy": {"exempt": "1000000000000"},
            "trust": "", "default_limit": "5000000000000"});
        let wanted = json!({"rate_ppb_per_day": 200_000, "economy": {"exempt": "2000000000000", "gain": null},
            "trust": "mycel1x", "default_limit": "5000000000000", "authority": null});
        assert_eq!(
            lines(wanted, &[&now], json!([])),
            [
                "default_limit: is 5.00 credits already",
                "economy.exempt: 1.00 credits → 2.00 credits",
                "rate_ppb_per_day: 0.03 % a day → 0.02 % a day",
                "trust: none → mycel1x",
            ]
        );
    }

    #[test]
    fn what_is_not_known_now_is_shown_without_it_and_the_first_place_counts() {
        let (first, second) = (json!({"a": 1}), json!({"a": 2, "b": "3"}));
        let wanted = json!({"a": 9, "b": "9", "c": 9});
        assert_eq!(
            lines(wanted, &[&first, &second], json!(null)),
            ["a: 1 → 9", "b: 3 → 9", "c: → 9"]
        );
    }

    #[test]
    fn a_value_outside_the_contract_s_bounds_says_that_it_would_be_refused() {
        let bounds = json!([{"name": "growth_bps", "least": "0", "most": "5000"}]);
        let now = json!({"numbers": {"growth_bps": 1000}});
        let line = lines(
            json!({"numbers": {"growth_bps": 6000}}),
            &[&now],
            bounds.clone(),
        );
        assert_eq!(
            line,
            ["numbers.growth_bps: 10 % → 60 % (outside 0 % to 50 %: it would be refused)"]
        );
        let line = lines(json!({"numbers": {"growth_bps": 5000}}), &[&now], bounds);
        assert_eq!(line, ["numbers.growth_bps: 10 % → 50 %"]);
    }

    #[test]
    fn an_object_nested_too_deep_is_one_value() {
        let wanted = json!({"a": {"b": {"c": {"d": 1}}}});
        assert_eq!(lines(wanted, &[], json!([])), ["a.b.c: → (d 1)"]);
    }
}
