//! One value as people type it, the other way round of how it is shown.
use serde_json::Value;

use super::value::{Unit, unit};
use crate::{ClientError, amount};

/// Reads a value for a field of this name: credits as `12.5`, times as `14d` or `90s`, shares as `15%`, else as it
/// stands. `like` is what the field holds now and says whether a number travels as text.
pub fn typed(name: &str, text: &str, like: &Value) -> Result<Value, ClientError> {
    let text = text.trim();
    if text.starts_with(['{', '[', '"']) {
        return serde_json::from_str(text)
            .map_err(|e| ClientError::Input(format!("{name}={text} is no JSON: {e}")));
    }
    if like.is_boolean() {
        return match text {
            "yes" | "true" => Ok(true.into()),
            "no" | "false" => Ok(false.into()),
            _ => Err(wrong(name, text, "`yes` or `no`")),
        };
    }
    if text.is_empty() || text == "none" {
        return Ok("".into());
    }
    let number = match unit(name) {
        Unit::Credits => {
            let credits = text.trim_end_matches("credits").trim_end();
            // amounts always travel as text
            return Ok(amount::parse(credits)?.to_string().into());
        }
        Unit::Seconds => Some(seconds(text).ok_or_else(|| {
            wrong(
                name,
                text,
                "a time as `14d`, `6h`, `30min`, `90s` or `14d 6h`",
            )
        })?),
        Unit::Percent(places) | Unit::PercentADay(places) => match text.strip_suffix('%') {
            Some(percent) => Some(scaled(percent.trim_end(), places).ok_or_else(|| {
                wrong(
                    name,
                    text,
                    "a share as `15%`, or the number as the contract keeps it",
                )
            })?),
            None => text.parse().ok(),
        },
        Unit::Days | Unit::Bytes | Unit::Plain => text.parse::<u64>().ok(),
    };
    Ok(match number {
        Some(number) if like.is_number() => number.into(),
        Some(number) if like.is_string() => number.to_string().into(),
        // nothing is known of the field: digits are a number
        Some(number) => number.into(),
        None => text.into(),
    })
}

/// `14d 6h` in seconds; plain digits are seconds.
pub fn seconds(text: &str) -> Option<u64> {
    let mut sum = 0u64;
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let number: u64 = rest.get(..digits)?.parse().ok()?;
        rest = rest[digits..].trim_start();
        let letters = rest
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(rest.len());
        let length = match &rest[..letters] {
            "d" | "day" | "days" => 86_400,
            "h" => 3_600,
            "m" | "min" => 60,
            "" | "s" => 1,
            _ => return None,
        };
        rest = rest[letters..].trim_start();
        sum = sum.checked_add(number.checked_mul(length)?)?;
    }
    Some(sum)
}

/// `12.5` with these decimals as a whole number; more decimals are refused.
fn scaled(text: &str, places: u32) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let places = places as usize;
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || fraction.len() > places || !digits(whole) || !digits(fraction) {
        return None;
    }
    format!("{whole}{fraction:0<places$}").parse().ok()
}

fn wrong(name: &str, text: &str, next: &str) -> ClientError {
    ClientError::Input(format!("{name}={text} cannot be read; write {next}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::{super::value, *};

    #[test]
    fn what_is_shown_can_be_typed() {
        for (name, value) in [
            ("starter_grant", json!("50000000000000")),
            ("open_seconds", json!("5400")),
            ("epoch_seconds", json!(1_209_600 + 6 * 3_600)),
            ("quorum_bps", json!(1_550)),
            ("losses_ppm", json!(333_333)),
            ("flags_open", json!(3)),
            ("may_store_code", json!(true)),
            ("class_person", json!("member")),
            ("trust", json!("")),
        ] {
            let shown = value::text(name, &value, &BTreeMap::new());
            let again = typed(name, &shown.replace(" %", "%"), &value).unwrap();
            assert_eq!(again, value, "{name}: {shown}");
        }
    }

    #[test]
    fn numbers_may_stay_as_the_contract_keeps_them() {
        assert_eq!(typed("quorum_bps", "1550", &json!(1)).unwrap(), json!(1550));
        assert_eq!(
            typed("open_seconds", "90", &json!("1")).unwrap(),
            json!("90")
        );
        assert_eq!(
            typed("rate_ppb_per_day", "0.02%", &json!(1)).unwrap(),
            json!(200_000)
        );
        assert_eq!(
            typed("weights", "[1,2]", &json!([])).unwrap(),
            json!([1, 2])
        );
        assert_eq!(typed("anything", "7", &json!(null)).unwrap(), json!(7));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_how_to_write_it() {
        for (name, text, like, next) in [
            ("open_seconds", "soon", json!("1"), "`14d`"),
            ("open_seconds", "99999999999999999999d", json!("1"), "`14d`"),
            ("open_seconds", "3 weeks", json!("1"), "`14d`"),
            ("quorum_bps", "1.555%", json!(1), "`15%`"),
            ("quorum_bps", "%", json!(1), "`15%`"),
            ("starter_grant", "12,5", json!("1"), "`12.5`"),
            ("may_store_code", "perhaps", json!(true), "`yes` or `no`"),
            ("weights", "[1,", json!([]), "no JSON"),
        ] {
            let refused = typed(name, text, &like).unwrap_err().to_string();
            assert!(refused.contains(next), "{text}: {refused}");
        }
    }
}
