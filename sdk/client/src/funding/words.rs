//! Rules of funding in words, the same wherever they are shown.
use mycel_funding::{
    register::record::Step,
    rounds::msg::{Admission, IdentityInput},
    rules::{Rule, Saturation},
};

use crate::amount;

/// Pico-credits as credits, at a glance.
#[must_use]
pub fn credits(pico: u128) -> String {
    let shown = amount::brief(i128::try_from(pico).unwrap_or(i128::MAX / 2));
    format!("{shown} credits")
}

/// Hundredths of a percent: `20 %`, `12.5 %`.
#[must_use]
pub fn percent(bps: u32) -> String {
    let (whole, part) = (bps / 100, bps % 100);
    match part {
        0 => format!("{whole} %"),
        part if part % 10 == 0 => format!("{whole}.{} %", part / 10),
        part => format!("{whole}.{part:02} %"),
    }
}

/// A rule's name as it is typed.
#[must_use]
pub const fn rule_name(rule: &Rule) -> &'static str {
    match rule {
        Rule::Quadratic {} => "quadratic",
        Rule::CapitalConstrained {} => "capital-constrained",
        Rule::Pairwise { .. } => "pairwise",
        Rule::Clustered {} => "clustered",
    }
}

/// What a rule does.
#[must_use]
pub fn rule(rule: &Rule) -> String {
    let name = rule_name(rule);
    match rule {
        Rule::Quadratic {} => {
            format!(
                "{name}: what many give is matched, not what a few do; one giver alone earns nothing"
            )
        }
        Rule::CapitalConstrained {} => {
            format!(
                "{name}: what many give is matched, scaled down until the pool suffices, never up"
            )
        }
        Rule::Clustered {} => {
            format!("{name}: what many give is matched; a declared group counts as one giver")
        }
        Rule::Pairwise { m } => {
            let m = match m {
                Some(m) => credits(m.pico().into()),
                None => "the median gift".to_owned(),
            };
            format!(
                "{name}: what many give is matched; two who give to the same projects count less together, half where they \
                 have {m} in common"
            )
        }
    }
}

/// What becomes of a pool that is more than enough.
#[must_use]
pub const fn saturation(rule: &Rule, saturation: Saturation) -> &'static str {
    match (rule, saturation) {
        (Rule::CapitalConstrained {}, _) | (_, Saturation::Return) => {
            "what the gifts do not call for goes back to the sponsors"
        }
        (_, Saturation::Scale) => {
            "all of the pool is paid, in proportion to what the gifts call for"
        }
    }
}

/// That a proof beside a paying address hides nothing.
pub const HIDES_NOTHING: &str = "a nullifier stands beside the address that pays, so it hides nothing: everybody sees who gave what";

/// As whom one gives.
#[must_use]
pub fn identity(identity: &IdentityInput) -> String {
    match identity {
        IdentityInput::Addresses {} => {
            "by address: each member is one giver, and everybody sees who gave what".to_owned()
        }
        IdentityInput::Proofs { gate } => {
            format!("by a proof shown at gate {gate}, once a person and round; {HIDES_NOTHING}")
        }
    }
}

/// Who admits projects; `supporters` where that is known.
#[must_use]
pub fn admission(admission: Admission, supporters: Option<u32>) -> String {
    match (admission, supporters) {
        (Admission::Decided, _) => "each by a decision of all members".to_owned(),
        (Admission::Members, Some(0)) => "whoever submits one".to_owned(),
        (Admission::Members, Some(1)) => "with 1 supporter besides its submitter".to_owned(),
        (Admission::Members, Some(count)) => {
            format!("with {count} supporters besides its submitter")
        }
        (Admission::Members, None) => "by members who support it".to_owned(),
    }
}

/// What a step against a technology means.
#[must_use]
pub const fn step(step: Step) -> &'static str {
    match step {
        Step::None => "not restricted",
        Step::Notice => "notice: its users are told what a jury found",
        Step::Limited => "limited: nothing new with it, and no rewards",
        Step::Refused => "refused: not inside this boundary",
    }
}

/// A technology in its one form: `entry/7`, or a word in small letters with `-`; `None` if it has none.
#[must_use]
pub fn technology(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some(number) = text.strip_prefix("entry/") {
        let number = number.parse::<u64>().ok()?;
        return Some(format!("entry/{number}"));
    }
    let letter = |c: char| match c {
        'a'..='z' | '0'..='9' | '-' => Some(c),
        'A'..='Z' => Some(c.to_ascii_lowercase()),
        ' ' | '_' => Some('-'),
        _ => None,
    };
    let word: String = text.chars().map(letter).collect::<Option<_>>()?;
    (!word.is_empty() && word.len() <= mycel_funding::register::msg::MAX_TECHNOLOGY).then_some(word)
}

#[cfg(test)]
mod tests {
    use mycel_kit::{Amount, Id};

    use super::*;

    #[test]
    fn each_rule_says_what_it_does_and_the_bound_of_pairs_is_named() {
        for (one, part) in [
            (Rule::Quadratic {}, "one giver alone earns nothing"),
            (Rule::CapitalConstrained {}, "never up"),
            (Rule::Clustered {}, "a declared group counts as one giver"),
            (
                Rule::default(),
                "half where they have the median gift in common",
            ),
            (
                Rule::Pairwise {
                    m: Amount::credits(3),
                },
                "half where they have 3.00 credits in common",
            ),
        ] {
            let words = rule(&one);
            assert!(
                words.starts_with(rule_name(&one)) && words.contains(part),
                "{words}"
            );
        }
        // clr.fund's way never scales up, whatever the round says
        let constrained = Rule::CapitalConstrained {};
        assert!(saturation(&constrained, Saturation::Scale).contains("goes back"));
        assert!(saturation(&Rule::Quadratic {}, Saturation::Scale).contains("all of the pool"));
    }

    #[test]
    fn a_nullifier_beside_a_paying_address_is_said_to_hide_nothing() {
        let proofs = identity(&IdentityInput::Proofs { gate: Id(3) });
        assert!(
            proofs.contains("gate 3") && proofs.contains("hides nothing"),
            "{proofs}"
        );
        assert!(identity(&IdentityInput::Addresses {}).contains("everybody sees who gave what"));
    }

    #[test]
    fn technologies_and_shares_have_one_form() {
        assert_eq!(
            technology("Face Recognition").as_deref(),
            Some("face-recognition")
        );
        assert_eq!(technology("entry/07").as_deref(), Some("entry/7"));
        for wrong in ["", "entry/x", "größer", &"a".repeat(65)] {
            assert_eq!(technology(wrong), None, "{wrong}");
        }
        assert_eq!(percent(2_000), "20 %");
        assert_eq!(percent(1_250), "12.5 %");
        assert_eq!(percent(1_255), "12.55 %");
        assert!(admission(Admission::Members, Some(3)).contains("3 supporters"));
        assert!(step(Step::Limited).contains("no rewards"));
    }
}
