//! A whole lottery that lies in memory, and which of two is better.

use std::cmp::{Ordering, Reverse};

use borsh::{BorshDeserialize, BorshSerialize};

use super::{
    Fraction, Frame, Held, Lottery, LotteryError, MAX_LEVELS, Pool, Standing, Tally, Tolerance,
    pair_term, pool::at_most,
};

/// What an acceptable lottery is worth. The greater is the better one; equal
/// ones go by who committed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Rank {
    /// Persons that its levels settle: more is better.
    pub settled: u32,
    /// [`pair_term`]: less is better.
    pub pair_term: u128,
}

impl Ord for Rank {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |rank: &Rank| (rank.settled, Reverse(rank.pair_term));
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What a verified lottery proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The least chance of anyone.
    pub least: Fraction,
    /// What it is at most in any lottery.
    pub bound: Fraction,
    /// How it ranks.
    pub rank: Rank,
    /// Every level's own.
    pub held: Vec<Held>,
    /// Seats of each type over all panels.
    pub tally: Tally,
    /// Which level settled whom.
    pub standing: Standing,
}

/// Checks a lottery of m panels against its pool: each panel, then each level.
/// It has at least one level.
///
/// # Errors
/// The first offence.
pub fn verify(
    pool: &Pool,
    lottery: &Lottery,
    m: u32,
    tolerance: Tolerance,
) -> Result<Verdict, LotteryError> {
    let frame = Frame::new(pool)?;
    at_most("levels", lottery.levels.len(), MAX_LEVELS)?;
    let mut tally = Tally::begin(&frame, m)?;
    for panel in &lottery.panels {
        tally.panel(&frame, panel)?;
    }
    tally.finish()?;
    let mut standing = Standing::begin(&frame);
    let mut held = Vec::with_capacity(lottery.levels.len());
    for level in &lottery.levels {
        held.push(standing.level(&frame, &tally, level, tolerance)?);
    }
    let Some(first) = held.first().copied() else {
        return Err(LotteryError::WrongCount {
            what: "levels",
            count: 0,
            expected: 1,
        });
    };
    Ok(Verdict {
        least: first.least,
        bound: first.bound,
        rank: rank(&standing, pair_term(&frame, &lottery.panels)),
        held,
        tally,
        standing,
    })
}

/// The rank of a lottery whose levels settle so many and whose pairs meet so often.
#[must_use]
pub fn rank(standing: &Standing, pair_term: u128) -> Rank {
    Rank {
        settled: standing.persons,
        pair_term,
    }
}
