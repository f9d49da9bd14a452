//! Ballots added up by weight, and the outcome that they make.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::count::schulze::Pairwise;
use crate::count::shares::Run;
use crate::count::{Order, approval, members};
use crate::state::{Choice, Kind, Outcome};

/// What was added up.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Sums {
    /// Voices behind all ballots, abstentions included.
    pub spoken: u64,
    /// By the kind of vote.
    pub by: By,
}

/// What was added up, by the kind of vote.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum By {
    /// Yes and no.
    Plain {
        /// For it.
        yes: u64,
        /// Against it.
        no: u64,
    },
    /// For each option: who approves it, who wants it, and who does not approve it.
    Approval {
        /// Who approves it.
        votes: Vec<u64>,
        /// Who approves it and not "no change"; of "no change", who approves it.
        yes: Vec<u64>,
        /// Who does not approve it, whatever else they approve.
        no: Vec<u64>,
    },
    /// Who prefers which option to which.
    Ranked(Pairwise),
    /// Who wants a project or more, who wants none, and what was bought.
    Budget {
        /// Who wants a project or more.
        yes: u64,
        /// Who wants none.
        no: u64,
        /// The count by equal shares.
        run: Run,
    },
}

fn add(sum: &mut u64, weight: u64) {
    *sum = sum.saturating_add(weight);
}

impl Sums {
    /// No ballots yet.
    #[must_use]
    pub fn new(kind: Kind, options: u8) -> Sums {
        let zeros = || vec![0; usize::from(options)];
        let by = match kind {
            Kind::YesNo => By::Plain { yes: 0, no: 0 },
            Kind::Approval => By::Approval {
                votes: zeros(),
                yes: zeros(),
                no: zeros(),
            },
            Kind::Ranked => By::Ranked(Pairwise::new(options)),
            Kind::Budget { .. } => By::Budget {
                yes: 0,
                no: 0,
                run: Run::default(),
            },
        };
        Sums { spoken: 0, by }
    }

    /// Adds a ballot; one of another kind of vote would say nothing.
    pub fn add(&mut self, choice: &Choice, weight: u64) {
        add(&mut self.spoken, weight);
        match (&mut self.by, choice) {
            (By::Plain { yes, .. }, Choice::Yes) => add(yes, weight),
            (By::Plain { no, .. }, Choice::No) => add(no, weight),
            (By::Approval { votes, yes, no }, Choice::Approve(set)) => {
                approval::add(votes, *set, weight);
                approval::add(no, !set, weight);
                let wanted = if set & 1 == 1 { 1 } else { *set };
                approval::add(yes, wanted, weight);
            }
            (By::Ranked(matrix), Choice::Rank(ranks)) => matrix.add(ranks, weight),
            (By::Budget { yes, no, .. }, Choice::Approve(set)) => {
                add(if *set == 0 { no } else { yes }, weight);
            }
            _ => {}
        }
    }

    /// The options by what they reached, best first; nothing for a budget.
    /// A ballot that approves "no change" lifts no other option: what is
    /// ordered is what is judged, so that nobody pushes an option to the top
    /// that they then hold below its majority.
    #[must_use]
    pub fn order(&self) -> Option<Order> {
        match &self.by {
            By::Plain { yes, no } => Some(approval::order(&[*no, *yes])),
            By::Approval { yes, .. } => Some(approval::order(yes)),
            By::Ranked(matrix) => Some(matrix.ranking(u32::MAX)),
            By::Budget { .. } => None,
        }
    }

    /// What was found. Yes and no are for and against the option that won; if
    /// that is "no change", those of the best other option. An option is for
    /// all, so whoever wants another one instead is against it: a ballot that
    /// does not approve it, or that ranks "no change" above it. Where the rest
    /// splits, the largest part has no majority.
    #[must_use]
    pub fn outcome(&self, eligible: u32, looped: u32, unrepresented: u32) -> Outcome {
        let order = self.order().map(|order| order.options).unwrap_or_default();
        let best = order
            .iter()
            .copied()
            .find(|option| *option != 0)
            .unwrap_or(0);
        let at = |sums: &[u64]| sums.get(usize::from(best)).copied().unwrap_or(0);
        let (yes, no, chosen) = match &self.by {
            By::Plain { yes, no } => (*yes, *no, order[..1].to_vec()),
            By::Approval { yes, no, .. } => (at(yes), at(no), order[..1].to_vec()),
            By::Ranked(matrix) => (
                matrix.prefer(best, 0),
                matrix.prefer(0, best),
                order[..1].to_vec(),
            ),
            By::Budget { yes, no, run } => (*yes, *no, members(run.result.unwrap_or(0))),
        };
        let persons = |sum: u64| u32::try_from(sum).unwrap_or(u32::MAX); // there are no more electors
        Outcome {
            eligible,
            yes: persons(yes),
            no: persons(no),
            abstain: persons(self.spoken.saturating_sub(yes).saturating_sub(no)),
            looped,
            unrepresented,
            chosen,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(kind: Kind, options: u8, ballots: &[(Choice, u64)]) -> Outcome {
        let mut sums = Sums::new(kind, options);
        for (choice, weight) in ballots {
            sums.add(choice, *weight);
        }
        let outcome = sums.outcome(100, 3, 4);
        assert_eq!(u64::from(outcome.took_part()), sums.spoken);
        assert_eq!(
            (outcome.eligible, outcome.looped, outcome.unrepresented),
            (100, 3, 4)
        );
        outcome
    }

    fn said(outcome: &Outcome) -> (u32, u32, u32, &[u8]) {
        (outcome.yes, outcome.no, outcome.abstain, &outcome.chosen)
    }

    #[test]
    fn ballots_count_by_the_voices_behind_them() {
        let ballots = [(Choice::Yes, 5), (Choice::No, 4), (Choice::Abstain, 2)];
        assert_eq!(
            said(&outcome(Kind::YesNo, 2, &ballots)),
            (5, 4, 2, &[1][..])
        );
        let level = [(Choice::Yes, 2), (Choice::No, 2)];
        assert_eq!(
            said(&outcome(Kind::YesNo, 2, &level)).3,
            [0],
            "a tie changes nothing"
        );
    }

    #[test]
    fn the_most_approved_option_is_held_against_no_change() {
        let ballots = [
            (Choice::Approve(0b010), 4),
            (Choice::Approve(0b110), 2),
            (Choice::Approve(0b001), 3),
            (Choice::Approve(0b011), 5),
            (Choice::Approve(0), 1),
            (Choice::Abstain, 1),
        ];
        // option 1: approved by 11, by 6 of them without "no change", which 8 approve; 4 do not approve 1
        assert_eq!(
            said(&outcome(Kind::Approval, 3, &ballots)),
            (6, 4, 6, &[0][..])
        );
        let more = [&ballots[..], &[(Choice::Approve(0b010), 3)]].concat();
        assert_eq!(
            said(&outcome(Kind::Approval, 3, &more)),
            (9, 4, 6, &[1][..])
        );
        let tie = [(Choice::Approve(0b01), 2), (Choice::Approve(0b10), 2)];
        assert_eq!(said(&outcome(Kind::Approval, 2, &tie)), (2, 2, 0, &[0][..]));
    }

    #[test]
    fn who_approves_another_option_instead_is_against_the_one_that_won() {
        let ballots = [
            (Choice::Approve(0b0010), 34),
            (Choice::Approve(0b0100), 33),
            (Choice::Approve(0b1000), 33),
        ];
        assert_eq!(
            said(&outcome(Kind::Approval, 4, &ballots)),
            (34, 66, 0, &[1][..])
        );
    }

    #[test]
    fn who_approves_no_change_too_lifts_no_other_option() {
        let sincere = [
            (Choice::Approve(0b100), 35),
            (Choice::Approve(0b110), 25),
            (Choice::Approve(0b001), 40),
        ];
        let said_of = |ballots: &[(Choice, u64)]| outcome(Kind::Approval, 3, ballots);
        assert_eq!(said(&said_of(&sincere)), (60, 40, 0, &[2][..]));
        let mut decoy = sincere;
        decoy[2].0 = Choice::Approve(0b011);
        assert_eq!(said(&said_of(&decoy)), (60, 40, 0, &[2][..]));
    }

    #[test]
    fn whatever_a_minority_approves_what_a_majority_wants_is_decided() {
        // 51 want option 3, some of them others, too; 49 vote as they like in two parts
        let ballot = |set: u64| Choice::Approve(set);
        for (one, other) in (0..16).flat_map(|one| (0..16).map(move |other| (one, other))) {
            for part in [0, 10, 24, 49] {
                let ballots = [
                    (ballot(0b1000), 20),
                    (ballot(0b1010), 16),
                    (ballot(0b1100), 15),
                    (ballot(one), part),
                    (ballot(other), 49 - part),
                ];
                let found = outcome(Kind::Approval, 4, &ballots);
                assert_ne!(found.chosen, [0], "{one:b} {other:b} {part}");
                assert!(found.yes > found.no, "{one:b} {other:b} {part}");
                assert!(found.yes >= 51, "{one:b} {other:b} {part}");
            }
        }
    }

    #[test]
    fn the_ranked_winner_is_held_against_no_change() {
        let ballots = [
            (Choice::Rank(vec![1, 0, 2]), 3),
            (Choice::Rank(vec![2, 1, 0]), 2),
            (Choice::Rank(vec![0, 1, 1]), 4),
            (Choice::Rank(vec![0, 0, 1]), 1),
        ];
        // 1 over 0: 5 to 4; 1 over 2: 4 to 2; so 1 wins
        assert_eq!(
            said(&outcome(Kind::Ranked, 3, &ballots)),
            (5, 4, 1, &[1][..])
        );
    }
}
