//! What a jury has said, as soon as nothing can change it.

/// What follows from the votes so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// This outcome has the votes needed.
    Reached(usize),
    /// No outcome but the first can reach them any more, whoever still votes:
    /// the first follows.
    Unreachable,
    /// Votes still count.
    Open,
}

/// Reads votes by outcome. The first outcome is the one that follows when none
/// is reached. Empty seats count as if they could still vote, so that nobody's
/// absence decides a case.
#[must_use]
pub fn read(votes: &[u16], size: u16, needed: u16) -> Finding {
    if let Some(reached) = votes.iter().position(|votes| *votes >= needed) {
        return Finding::Reached(reached);
    }
    let cast = votes
        .iter()
        .fold(0, |sum: u16, votes| sum.saturating_add(*votes));
    let silent = size.saturating_sub(cast);
    let within_reach = |votes: &u16| votes.saturating_add(silent) >= needed;
    if votes.iter().skip(1).any(within_reach) {
        Finding::Open
    } else {
        Finding::Unreachable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_needs_its_share_of_all_seats_not_of_the_votes_cast() {
        assert_eq!(read(&[0, 7, 0], 11, 8), Finding::Open);
        assert_eq!(read(&[0, 8, 0], 11, 8), Finding::Reached(1));
        assert_eq!(read(&[3, 0, 8], 11, 8), Finding::Reached(2));
        assert_eq!(read(&[8, 0, 0], 11, 8), Finding::Reached(0));
    }

    #[test]
    fn all_voted_and_none_reached_is_the_first() {
        assert_eq!(read(&[0, 6, 5], 11, 8), Finding::Unreachable);
        assert_eq!(read(&[3, 7, 1], 11, 8), Finding::Unreachable);
        assert_eq!(read(&[2, 2, 1], 5, 3), Finding::Unreachable);
    }

    #[test]
    fn a_case_ends_when_nobodys_vote_matters_any_more_and_not_before() {
        // 4 of 11 against: 7 others are one short of 8
        assert_eq!(read(&[4, 0], 11, 8), Finding::Unreachable);
        assert_eq!(read(&[3, 0], 11, 8), Finding::Open);
        for size in 1..=23u16 {
            for needed in size / 2 + 1..=size {
                for no in 0..=size {
                    for yes in 0..=size - no {
                        let silent = size - no - yes;
                        let said = read(&[no, yes], size, needed);
                        // what every way to fill the silent seats leads to
                        let ends = |extra: u16| yes + extra >= needed;
                        match said {
                            Finding::Reached(1) => assert!(ends(0)),
                            Finding::Reached(_) => assert!(no >= needed && !ends(silent)),
                            Finding::Unreachable => assert!(!ends(silent)),
                            Finding::Open => assert!(!ends(0) && ends(silent)),
                        }
                    }
                }
            }
        }
    }
}
