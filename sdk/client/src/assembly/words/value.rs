//! One value as people read it: amounts in credits, times in days, shares in percent, addresses by name.
use std::collections::BTreeMap;

use serde_json::Value;

use crate::Credits;

/// What a number of this name counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Credits,
    Seconds,
    Days,
    /// Hundredths of percent; the number of decimals that a percent has in this unit.
    Percent(u32),
    PercentADay(u32),
    Bytes,
    Plain,
}

/// Names of amounts in parameters and actions; they travel as strings of pico-credits.
const AMOUNTS: &[&str] = &[
    "amount",
    "bond",
    "cap",
    "cost",
    "default_limit",
    "exempt",
    "limit",
    "limit_rise_least",
    "limit_unearned",
    "need_per_member",
    "overage_floor",
    "price_unit",
    "reserve",
    "sponsor_bears",
    "sponsor_per_invitee",
    "starter_grant",
    "starter_line",
    "starter_opening",
    "starter_step",
];

/// Names of times that do not end in `_seconds`.
const TIMES: &[&str] = &[
    "deliberation",
    "discussion",
    "draft",
    "epoch",
    "lay_term",
    "max_age",
    "residency",
    "sponsor_residency",
    "timelock",
    "voting",
    "window",
];

pub(super) fn unit(name: &str) -> Unit {
    let ends = |suffix: &str| name.ends_with(suffix);
    match name {
        _ if AMOUNTS.contains(&name) => Unit::Credits,
        _ if ends("_seconds") || TIMES.contains(&name) => Unit::Seconds,
        _ if ends("_days") => Unit::Days,
        _ if ends("_bps") => Unit::Percent(2),
        _ if ends("_ppm") => Unit::Percent(4),
        "least_rate" | "most_rate" => Unit::PercentADay(7),
        _ if ends("_ppb_per_day") => Unit::PercentADay(7),
        _ if ends("_bytes") => Unit::Bytes,
        _ => Unit::Plain,
    }
}

/// A value under a name. `names` gives words for addresses.
pub(super) fn text(name: &str, value: &Value, names: &BTreeMap<String, String>) -> String {
    match value {
        Value::Null => "none".into(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        Value::Number(number) => counted(name, &number.to_string()),
        Value::String(text) if text.is_empty() => "none".into(),
        Value::String(text) => match names.get(text) {
            Some(known) => known.clone(),
            None => counted(name, text),
        },
        Value::Array(items) if items.is_empty() => "none".into(),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| text(name, item, names)).collect();
            items.join(", ")
        }
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(_, value)| !value.is_null());
            let fields: Vec<_> = fields
                .map(|(name, value)| format!("{name} {}", text(name, value, names)))
                .collect();
            format!("({})", fields.join(", "))
        }
    }
}

/// Digits with their unit; any other text as it is.
fn counted(name: &str, digits: &str) -> String {
    let Ok(number) = digits.parse::<u64>() else {
        return digits.to_owned();
    };
    match unit(name) {
        Unit::Credits => format!("{} credits", Credits(i128::from(number))),
        Unit::Seconds => lasting(number),
        Unit::Days => format!("{number} days"),
        Unit::Percent(places) => format!("{} %", decimal(number, places)),
        Unit::PercentADay(places) => format!("{} % a day", decimal(number, places)),
        Unit::Bytes => format!("{number} bytes"),
        Unit::Plain => digits.to_owned(),
    }
}

/// number / 10^places without trailing zeros.
fn decimal(number: u64, places: u32) -> String {
    let unit = 10u64.pow(places);
    let width = places as usize;
    let fraction = format!("{:0width$}", number % unit);
    let fraction = fraction.trim_end_matches('0');
    let whole = number / unit;
    if fraction.is_empty() {
        whole.to_string()
    } else {
        format!("{whole}.{fraction}")
    }
}

/// A share in percent with one decimal, rounded down: `12.5 %`. Of nothing it is nothing.
pub fn share(part: u128, whole: u128) -> String {
    let per_mille = part.saturating_mul(1_000).checked_div(whole).unwrap_or(0);
    format!("{}.{} %", per_mille / 10, per_mille % 10)
}

/// How long, in the two greatest units: `14 days`, `1 day 6 h`, `90 s` as `1 min 30 s`.
pub fn lasting(seconds: u64) -> String {
    const UNITS: [(u64, &str, &str); 4] = [
        (86_400, " day", " days"),
        (3_600, " h", " h"),
        (60, " min", " min"),
        (1, " s", " s"),
    ];
    let mut rest = seconds;
    let mut parts = vec![];
    for (place, (length, one, many)) in UNITS.into_iter().enumerate() {
        let count = rest / length;
        rest %= length;
        let next = parts.len() < 2 && (count > 0 || (parts.is_empty() && place == 3));
        if next {
            parts.push(format!("{count}{}", if count == 1 { one } else { many }));
        } else if !parts.is_empty() {
            break;
        }
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_have_the_units_that_their_names_say() {
        let none = BTreeMap::new();
        for (name, value, shown) in [
            ("starter_grant", json!("50000000000000"), "50.00 credits"),
            ("rate_ppb_per_day", json!(300_000), "0.03 % a day"),
            ("most_rate", json!(3_000_000), "0.3 % a day"),
            ("epoch_seconds", json!(2_592_000), "30 days"),
            ("open_seconds", json!("5400"), "1 h 30 min"),
            ("quorum_bps", json!(1_500), "15 %"),
            ("losses_ppm", json!(333_333), "33.3333 %"),
            ("sponsor_days", json!(365), "365 days"),
            ("flags_open", json!(3), "3"),
            ("trust", json!(""), "none"),
            ("starter_line", json!(null), "none"),
            ("may_store_code", json!(true), "yes"),
            ("weights", json!([1, 2]), "1, 2"),
            ("class_person", json!("member"), "member"),
            // a minus is no digit: shown as it came
            ("amount", json!("-5"), "-5"),
        ] {
            assert_eq!(text(name, &value, &none), shown, "{name}");
        }
    }

    #[test]
    fn addresses_are_shown_by_name_inside_lists_too() {
        let names = BTreeMap::from([("mycel1x".to_owned(), "funding".to_owned())]);
        let holders = json!([{"address": "mycel1x", "max_age": "86400"}]);
        assert_eq!(
            text("holders", &holders, &names),
            "(address funding, max_age 1 day)"
        );
    }

    #[test]
    fn times_are_told_in_their_two_greatest_units() {
        for (seconds, shown) in [
            (0, "0 s"),
            (59, "59 s"),
            (90, "1 min 30 s"),
            (3_600, "1 h"),
            (86_400, "1 day"),
            (86_400 + 30, "1 day"),
            (14 * 86_400 + 7_260, "14 days 2 h"),
            (u64::MAX, "213503982334601 days 7 h"),
        ] {
            assert_eq!(lasting(seconds), shown);
        }
    }

    #[test]
    fn shares_are_rounded_down_and_of_nothing_nothing() {
        assert_eq!(share(1, 8), "12.5 %");
        assert_eq!(share(999, 1000), "99.9 %");
        assert_eq!(share(1, 3), "33.3 %");
        assert_eq!(share(5, 0), "0.0 %");
    }
}
