//! Whether a result is enough: quorum and majority of the class, as they were
//! when the vote opened, by cross-multiplication.

use crate::state::{Kind, Outcome, Proposal, Terms};

/// A share in 1/10,000 as a fraction. Thirds are exact: 3,333 and 3,334 are
/// one third, 6,666 and 6,667 are two.
#[must_use]
pub const fn share(bps: u32) -> (u64, u64) {
    match bps {
        3_333 | 3_334 => (1, 3),
        6_666 | 6_667 => (2, 3),
        _ => (bps as u64, 10_000),
    }
}

/// Whether enough took part.
#[must_use]
pub fn quorum(outcome: &Outcome, terms: &Terms) -> bool {
    let (part, whole) = share(terms.quorum_bps);
    outcome.eligible > 0
        && u64::from(outcome.took_part()) * whole >= u64::from(outcome.eligible) * part
}

/// Whether enough of yes and no are yes: the share, and more than half.
#[must_use]
pub fn majority(outcome: &Outcome, terms: &Terms) -> bool {
    let (part, whole) = share(terms.majority_bps);
    let (yes, no) = (u64::from(outcome.yes), u64::from(outcome.no));
    yes > no && yes * whole >= (yes + no) * part
}

/// Whether something but "no change" was chosen.
#[must_use]
pub fn chosen(kind: Kind, outcome: &Outcome) -> bool {
    match kind {
        Kind::Budget { .. } => !outcome.chosen.is_empty(),
        _ => outcome.chosen.first().is_some_and(|option| *option != 0),
    }
}

/// Whether a counted proposal met its threshold. Of a budget, yes is whoever
/// wants a project or more and no whoever wants none: completion would buy
/// with what the latter leave, so they may say that nothing is spent.
#[must_use]
pub fn met(proposal: &Proposal) -> bool {
    let (Some(opening), Some(outcome)) = (&proposal.opening, &proposal.outcome) else {
        return false;
    };
    chosen(proposal.kind, outcome)
        && quorum(outcome, &opening.terms)
        && majority(outcome, &opening.terms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::count::shares::Completion;

    fn outcome(eligible: u32, yes: u32, no: u32, abstain: u32) -> Outcome {
        Outcome {
            eligible,
            yes,
            no,
            abstain,
            unrepresented: eligible - yes - no - abstain,
            chosen: vec![1],
            ..Outcome::default()
        }
    }

    const fn terms(quorum_bps: u32, majority_bps: u32) -> Terms {
        Terms {
            quorum_bps,
            majority_bps,
            vote_seconds: 0,
            timelock_seconds: 0,
            completion: Completion {
                times: 0,
                support_bps: 0,
            },
        }
    }

    #[test]
    fn a_third_and_two_thirds_are_exact() {
        let constitutional = terms(3_333, 6_667);
        assert!(quorum(&outcome(3, 1, 0, 0), &constitutional));
        assert!(!quorum(&outcome(30_000, 9_999, 0, 0), &constitutional));
        assert!(quorum(&outcome(30_000, 10_000, 0, 0), &constitutional));
        assert!(majority(&outcome(9, 2, 1, 0), &constitutional));
        assert!(!majority(
            &outcome(90_000, 19_999, 10_001, 0),
            &constitutional
        ));
    }

    #[test]
    fn half_is_not_a_majority_and_who_abstains_takes_part() {
        let ordinary = terms(1_500, 5_000);
        assert!(!majority(&outcome(10, 3, 3, 0), &ordinary));
        assert!(majority(&outcome(10, 4, 3, 0), &ordinary));
        assert!(!majority(&outcome(10, 0, 0, 5), &ordinary));
        assert!(quorum(&outcome(100, 1, 0, 14), &ordinary));
        assert!(!quorum(&outcome(100, 14, 0, 0), &ordinary));
        assert!(!quorum(&outcome(0, 0, 0, 0), &ordinary));
    }
}
