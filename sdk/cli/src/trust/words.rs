//! What is said of trust, in plain words.
use mycel_client::{
    assembly::words::lasting,
    trust::chain::{Deal, GateOf, RatingOf, Takes},
};
use mycel_kit::peers::trust::{Mode, Term};
use mycel_mailbox::{
    Rating,
    score::{ONE, Score},
};

/// A rating.
pub fn said(rating: &Rating) -> String {
    format!(
        "{}, for nature {} of 1000, fairness {} of 1000, weight {}",
        if rating.outcome {
            "word kept"
        } else {
            "word broken"
        },
        rating.eco,
        rating.reciprocity,
        rating.weight
    )
}

fn until(second: u64, now: u64) -> String {
    match second.checked_sub(now) {
        None | Some(0) => "is over".into(),
        Some(left) => format!("{} left", lasting(left)),
    }
}

/// Where one of a deal's ratings is.
pub fn rating(one: Option<&RatingOf>, deal: &Deal, now: u64) -> String {
    let Some(one) = one else {
        return "unknown".into();
    };
    match (one.rating.as_str(), one.promised) {
        ("awaited", _) if deal.stage == "offered" => "the deal is not accepted yet".into(),
        ("awaited", false) => format!("awaited, {}", until(deal.until.0, now)),
        ("awaited", true) => match deal.opens {
            Some(opens) if opens.0 <= now => {
                let closes = deal.closes.map_or(0, |closes| closes.0);
                format!("promised, can be opened, {}", until(closes, now))
            }
            _ => "promised, opened when both have".into(),
        },
        ("opened", _) => {
            let due = one.due.map_or(0, |due| due.0);
            format!(
                "opened, in the mailbox in {}",
                lasting(due.saturating_sub(now))
            )
        }
        ("disputed", _) => match one.case {
            Some(case) => format!("disputed, case {case}"),
            None => "disputed".into(),
        },
        ("given", _) => "in the mailbox".into(),
        ("dropped", _) => "dropped by a jury".into(),
        ("absent", _) => "never opened".into(),
        (other, _) => other.to_owned(),
    }
}

/// A share of 65,536 in percent.
pub fn percent(part: u128, whole: u128) -> String {
    let tenths = (part * 1_000 + whole / 2).checked_div(whole).unwrap_or(0);
    match tenths % 10 {
        0 => format!("{} %", tenths / 10),
        rest => format!("{}.{rest} %", tenths / 10),
    }
}

/// A score, without its entries.
pub fn score(score: &Score) -> String {
    let [s, t, e, r] = score.sums;
    if t == 0 {
        return "nothing that counts yet".into();
    }
    format!(
        "{} of words kept, for nature {} of 1000, fairness {} of 1000, over a weight of {t}",
        percent(s, t),
        e / t,
        r / t
    )
}

/// The whole score, of 1: kept words × nature × age × vouching.
pub fn whole(score: &Score) -> String {
    let [s, t, e, _] = score.sums;
    // sums have 44 and 54 bits, age and vouching ten together: divided in two steps, it fits
    let has = s * e * u128::from(score.age) * u128::from(score.vouch);
    let part = has.checked_div(t * 1_000).unwrap_or(0);
    let millionths = (part * 1_000_000).checked_div(t * 16 * 64).unwrap_or(0);
    let (whole, rest) = (millionths / 1_000_000, millionths % 1_000_000);
    format!("{whole}.{rest:06} of 1")
}

/// The most of 1000 that a threshold reaches: what was asked for, where it was asked for so, and never more than it is.
fn reached(theta: u64) -> u128 {
    ((u128::from(theta) + 1) * 1_000 - 1) / u128::from(ONE)
}

/// A threshold of 1000.
pub fn mille(theta: u64) -> String {
    format!("{} of 1000", reached(theta))
}

/// A threshold in percent.
pub fn share(theta: u64) -> String {
    percent(reached(theta), 1_000)
}

/// What a gate asks for.
pub fn asks(gate: &GateOf) -> String {
    if gate.circuit == Takes::Member {
        return "to be on the roll".into();
    }
    let mut parts = vec![];
    if let Some(least) = gate.t_min {
        let counterparties = gate.min_counterparties.unwrap_or(0);
        parts.push(format!(
            "a weight of {least} (of {counterparties} members or more)"
        ));
    }
    let one = u128::from(ONE);
    if let Some(theta) = gate.theta_rel.filter(|theta| *theta > 0) {
        parts.push(format!("{} of words kept", share(theta.into())));
    }
    if let Some(theta) = gate.theta_eco.filter(|theta| *theta > 0) {
        parts.push(format!("for nature {}", mille(theta.into())));
    }
    if let Some(theta) = gate.theta_rec.filter(|theta| *theta > 0) {
        parts.push(format!("fairness {}", mille(theta.into())));
    }
    if let Some(theta) = gate.theta.filter(|theta| *theta > 0) {
        parts.push(format!(
            "a score of 0.{:06}",
            u128::from(theta) * 1_000_000 / one
        ));
    }
    parts.join(", ")
}

/// Whom a gate ties a proof to.
pub fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Once => "nobody",
        Mode::Named => "the member",
        Mode::Pseudonym => "a fresh key",
    }
}

/// How often a gate is passed.
pub fn term(term: Term) -> String {
    match term {
        Term::Seconds(seconds) => format!("once in {}", lasting(seconds.0)),
        Term::Action {} => "once for each thing that is acted on".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_of_1000_is_told_so() {
        for asked in 0..=1_000 {
            assert_eq!(mille(asked * ONE / 1_000), format!("{asked} of 1000"));
        }
        for asked in 0..=100 {
            assert_eq!(share(asked * ONE / 100), format!("{asked} %"));
        }
        // between two, no more than it is
        for theta in 0..=ONE {
            let told = reached(theta);
            assert!(told as u64 * ONE / 1_000 <= theta, "{theta}");
        }
    }

    #[test]
    fn shares_have_a_decimal_where_they_need_one() {
        assert_eq!(percent(1, 2), "50 %");
        assert_eq!(percent(8, 9), "88.9 %");
        assert_eq!(percent(49_152, 65_536), "75 %");
        assert_eq!(percent(1, 0), "0 %");
    }

    #[test]
    fn a_score_is_told_without_a_single_entry() {
        let told = |sums| {
            score(&Score {
                sums,
                age: 4,
                vouch: 10,
            })
        };
        assert_eq!(told([0, 0, 0, 0]), "nothing that counts yet");
        assert_eq!(
            told([80, 90, 45_000, 72_000]),
            "88.9 % of words kept, for nature 500 of 1000, fairness 800 of 1000, over a weight of 90"
        );
        let all = Score {
            sums: [1, 1, 1_000, 0],
            age: 16,
            vouch: 64,
        };
        assert_eq!(whole(&all), "1.000000 of 1");
    }
}
