//! Stable matching: one unit a side, by preference instead of cost.
//!
//! A matching of two sides is *stable* iff nobody is matched to one that they
//! do not accept, and no pair *blocks* it: two that would both rather have
//! each other than whom they have. [`stable`] checks whole lists in memory;
//! [`Progress`] takes pairs one by one, in pieces, and says how far a stable
//! matching is from the one that is best for the right side.

mod pairs;

pub use pairs::{Pair, Progress, Verdict};

/// What is wrong with a matching, and where: the first offence counts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says what its fields are")]
pub enum MatchingError {
    #[error("wrong count: {what}={count} expected={expected}")]
    WrongCount {
        what: &'static str,
        count: usize,
        expected: usize,
    },
    #[error("unknown partner: {what}={who} partner={partner}")]
    UnknownPartner {
        what: &'static str,
        who: u32,
        partner: u32,
    },
    #[error("listed twice: {what}={who} partner={partner}")]
    Twice {
        what: &'static str,
        who: u32,
        partner: u32,
    },
    #[error("matched twice: right={right}")]
    MatchedTwice { right: u32 },
    #[error("matched twice: left={left}")]
    LeftTwice { left: u32 },
    #[error("unknown node: pair={pair} node={node} nodes={nodes}")]
    UnknownNode { pair: u32, node: u32, nodes: usize },
    #[error("no pair: pair={pair}; two nodes that rank each other from 1")]
    NoPair { pair: u32 },
    #[error("potential not 0: node={node}; a stable matching has no duals")]
    Potential { node: u32 },
    #[error("not acceptable: left={left} right={right}")]
    NotAcceptable { left: u32, right: u32 },
    #[error("blocking pair: left={left} right={right}")]
    Blocking { left: u32, right: u32 },
}

impl MatchingError {
    /// The same with other names for nodes, e.g. person numbers.
    #[must_use]
    pub fn named(self, name: impl Fn(u32) -> u32) -> MatchingError {
        match self {
            MatchingError::MatchedTwice { right } => {
                let right = name(right);
                MatchingError::MatchedTwice { right }
            }
            MatchingError::LeftTwice { left } => MatchingError::LeftTwice { left: name(left) },
            MatchingError::Blocking { left, right } => MatchingError::Blocking {
                left: name(left),
                right: name(right),
            },
            other => other,
        }
    }
}

/// Checks that a matching is stable. `left[i]` and `right[j]` list whom they
/// accept, the dearest first; `matching[i]` is whom `left[i]` has.
///
/// # Errors
/// The first offence: a list that is none, somebody matched twice or to one
/// not accepted, or the first pair that blocks.
pub fn stable(
    left: &[Vec<u32>],
    right: &[Vec<u32>],
    matching: &[Option<u32>],
) -> Result<(), MatchingError> {
    if matching.len() != left.len() {
        return Err(MatchingError::WrongCount {
            what: "matching",
            count: matching.len(),
            expected: left.len(),
        });
    }
    well_formed("left", left, right.len())?;
    well_formed("right", right, left.len())?;
    // the rank of whom each right one has; past its list's end if nobody
    let mut has: Vec<usize> = right.iter().map(Vec::len).collect();
    let mut taken = vec![false; right.len()];
    for (who, partner) in (0u32..).zip(matching) {
        let Some(partner) = *partner else { continue };
        let refused = MatchingError::NotAcceptable {
            left: who,
            right: partner,
        };
        let list = right.get(partner as usize).ok_or(refused.clone())?;
        if std::mem::replace(&mut taken[partner as usize], true) {
            return Err(MatchingError::MatchedTwice { right: partner });
        }
        let rank = list.iter().position(|other| *other == who);
        let wanted = left[who as usize].contains(&partner);
        match rank {
            Some(rank) if wanted => has[partner as usize] = rank,
            _ => return Err(refused),
        }
    }
    for (who, list) in (0u32..).zip(left) {
        let dearer = list
            .iter()
            .take_while(|partner| matching[who as usize] != Some(**partner));
        for partner in dearer {
            let theirs = &right[*partner as usize];
            let rank = theirs.iter().position(|other| *other == who);
            if rank.is_some_and(|rank| rank < has[*partner as usize]) {
                return Err(MatchingError::Blocking {
                    left: who,
                    right: *partner,
                });
            }
        }
    }
    Ok(())
}

fn well_formed(what: &'static str, lists: &[Vec<u32>], others: usize) -> Result<(), MatchingError> {
    let mut seen = vec![u32::MAX; others];
    for (who, list) in (0u32..).zip(lists) {
        for partner in list {
            let place = seen
                .get_mut(*partner as usize)
                .ok_or(MatchingError::UnknownPartner {
                    what,
                    who,
                    partner: *partner,
                })?;
            if std::mem::replace(place, who) == who {
                return Err(MatchingError::Twice {
                    what,
                    who,
                    partner: *partner,
                });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(of: &[&[u32]]) -> Vec<Vec<u32>> {
        of.iter().map(|list| list.to_vec()).collect()
    }

    /// Deferred acceptance, the left side proposing.
    fn gale_shapley(left: &[Vec<u32>], right: &[Vec<u32>]) -> Vec<Option<u32>> {
        let mut matching = vec![None; left.len()];
        let mut held: Vec<Option<u32>> = vec![None; right.len()];
        let mut next = vec![0; left.len()];
        let mut free: Vec<u32> = (0..left.len() as u32).collect();
        while let Some(who) = free.pop() {
            let Some(partner) = left[who as usize].get(next[who as usize]).copied() else {
                continue;
            };
            next[who as usize] += 1;
            let list = &right[partner as usize];
            let rank = |who: u32| list.iter().position(|other| *other == who);
            let holds = held[partner as usize];
            let better = rank(who).is_some() && holds.is_none_or(|before| rank(who) < rank(before));
            if better {
                if let Some(before) = holds {
                    matching[before as usize] = None;
                    free.push(before);
                }
                held[partner as usize] = Some(who);
                matching[who as usize] = Some(partner);
            } else {
                free.push(who);
            }
        }
        matching
    }

    #[test]
    fn what_deferred_acceptance_finds_is_stable_and_what_differs_is_judged_by_definition() {
        let mut state = 1u64;
        let mut below = move |bound: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % bound
        };
        for _ in 0..500 {
            let size = 2 + below(5) as u32;
            let mut side = || -> Vec<Vec<u32>> {
                (0..size)
                    .map(|_| {
                        let mut list: Vec<u32> = (0..size).collect();
                        for at in (1..list.len()).rev() {
                            list.swap(at, below(at as u64 + 1) as usize);
                        }
                        list.truncate(1 + below(u64::from(size)) as usize);
                        list
                    })
                    .collect()
            };
            let (left, right) = (side(), side());
            let mut matching = gale_shapley(&left, &right);
            assert_eq!(stable(&left, &right, &matching), Ok(()));
            let at = below(u64::from(size)) as usize;
            let before = matching[at].take();
            if let Some(partner) = before {
                // both would rather have each other than nobody
                let error = stable(&left, &right, &matching);
                assert!(error.is_err(), "{partner}");
            }
        }
    }

    #[test]
    fn the_first_offence_is_named() {
        let left = lists(&[&[0, 1], &[0, 1]]);
        let right = lists(&[&[1, 0], &[0, 1]]);
        assert_eq!(stable(&left, &right, &[Some(1), Some(0)]), Ok(()));
        let said = |matching: &[Option<u32>]| stable(&left, &right, matching).unwrap_err();
        assert_eq!(
            said(&[Some(0), Some(1)]),
            MatchingError::Blocking { left: 1, right: 0 }
        );
        assert_eq!(
            said(&[Some(0), Some(0)]),
            MatchingError::MatchedTwice { right: 0 }
        );
        assert_eq!(
            said(&[Some(2), None]),
            MatchingError::NotAcceptable { left: 0, right: 2 }
        );
        assert!(matches!(said(&[None]), MatchingError::WrongCount { .. }));
        let twice = lists(&[&[0, 0], &[]]);
        assert!(matches!(
            stable(&twice, &right, &[None, None]),
            Err(MatchingError::Twice { .. })
        ));
        let far = lists(&[&[7], &[]]);
        let error = stable(&far, &right, &[None, None]);
        assert!(matches!(
            error,
            Err(MatchingError::UnknownPartner { partner: 7, .. })
        ));
    }
}
