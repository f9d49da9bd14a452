//! Verifying posted lotteries, and accepting the best.
//!
//! One at a time, in the order in which they became complete, a page a step:
//! panels are tallied, then levels checked ([`mycel_kit::lottery`]); then the
//! pair term is summed up, a stripe of types a step, each of which reads the
//! panels again. Between two steps stays what the kit says can be gone on with.
//! What cannot win any more is laid aside at once: before its pairs, the dear
//! part, if it settles fewer persons than the best; among them as soon as their
//! sum, which only grows, is past the best's.
//! When the deadline has passed and none is left, the best is accepted and the
//! beacon's round is fixed; from here on nothing can be cancelled. If there is
//! none, m doubles and what is within 8/m is acceptable, too; if there is none
//! again, the draw lapses: most likely its quotas cannot be met together.

use borsh::{BorshDeserialize, BorshSerialize};
use mycel_kit::Key;
use mycel_kit::lottery::{
    Fraction, Frame, LotteryError, Page, PairStripe, Standing, Tally, Tolerance, rank, read_page,
};

use super::error::DrawError;
use super::posts::{self, Fate, Post};
use super::state::{self, Best, Draw, Frozen, Stage, Then};
use crate::agenda::Worked;
use crate::beacon;
use crate::call::Call;
use crate::error::ContractError;

/// Bytes of a page that are one unit of work.
pub(super) const BYTES_A_UNIT: u32 = 2_048;
/// Types of a pool, read with what is kept of each, that are one unit.
pub(super) const TYPES_A_UNIT: u32 = 32;
/// Pairs of entries of a panel that are one unit.
const PAIRS_A_UNIT: u64 = 1 << 19;

/// Seconds until pairs that were too much for an `advance` are tried again.
const LATER_SECONDS: u64 = 30;
/// How often solvers are asked.
const TRIES: u32 = 2;
/// Why a draw lapsed that nobody solved; what comes next is said after it.
pub const UNSOLVED: &str = "nobody posted an acceptable lottery in two tries: each quota can be met alone, but \
    perhaps not all together; `mycel solve lottery` says which clash and the nearest that can be met";

/// A verification under way.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Verification {
    /// Which post.
    pub post: u32,
    /// The next page.
    pub page: u32,
    /// Pages of panels so far.
    pub panel_pages: u32,
    /// Bytes of those.
    pub bytes: u32,
    /// Σ entries² of panels so far.
    pub pairs: u64,
    /// Panels so far.
    pub tally: Tally,
    /// Levels so far.
    pub standing: Standing,
    /// What the first level proves: the least chance, and its bound.
    pub first: Option<(Fraction, Fraction)>,
    /// The next type whose pairs are summed up.
    pub row: u32,
    /// The pair term so far.
    pub term: u128,
}

/// The verification of a draw.
#[must_use]
pub fn verification(draw: u64) -> Key<Verification> {
    Key::new(b'w', &draw.to_be_bytes())
}

/// What is acceptable in this try.
#[must_use]
pub fn tolerance(draw: &Draw) -> Tolerance {
    if draw.tries <= 1 {
        Tolerance::Close
    } else {
        Tolerance::Wide
    }
}

/// Goes on with the lottery at hand, or takes the next, or ends the try when
/// the deadline has passed.
///
/// # Errors
/// Unreadable state; a bad lottery is no error but its own post's fate.
pub fn step(
    call: &mut Call<'_>,
    number: u64,
    draw: &mut Draw,
    left: u32,
) -> Result<Worked, ContractError> {
    let key = verification(number);
    let under_way = key.may_load(call.storage)?;
    if under_way.is_none() && draw.taken >= draw.complete {
        if call.now < draw.deadline {
            return Ok(Worked {
                units: 0,
                next: Some(draw.deadline),
            });
        }
        return end(call, number, draw);
    }
    let frozen = state::frozen(number).load(call.storage)?;
    let mut current = match under_way {
        Some(current) => current,
        None => {
            let post = posts::ready(number, draw.taken).load(call.storage)?;
            draw.taken += 1;
            begin(&frozen, draw, post)?
        }
    };
    let mine = posts::load(call.storage, number, current.post)?;
    let frame = Frame::new(&frozen.pool).map_err(DrawError::from)?;
    let mut units = 1 + frozen.raw.len() as u32 / TYPES_A_UNIT;
    match go_on(
        call,
        number,
        tolerance(draw),
        &frame,
        (&mine, draw.best.as_ref()),
        &mut current,
        left,
        &mut units,
    ) {
        Ok(Progress::More) => key.save(call.storage, &current),
        Ok(Progress::Later) => {
            key.save(call.storage, &current);
            return Ok(Worked {
                units,
                next: Some(call.now.saturating_add(LATER_SECONDS)),
            });
        }
        Ok(Progress::Whole) => {
            call.storage.remove(key.bytes());
            judge(call, number, draw, mine, current)?;
        }
        Ok(Progress::Beaten) => {
            call.storage.remove(key.bytes());
            let settled = current.standing.persons;
            call.event(
                "lottery_surpassed",
                &[
                    ("draw", &number),
                    ("post", &current.post),
                    ("settled", &settled),
                ],
            );
            units += mine.here / 4;
            posts::put_away(call.storage, number, current.post, mine, Fate::Surpassed);
        }
        Err(why) => {
            call.storage.remove(key.bytes());
            let told: String = why.to_string().chars().take(256).collect();
            call.event(
                "lottery_refused",
                &[("draw", &number), ("post", &current.post), ("why", &told)],
            );
            units += mine.here / 4;
            posts::put_away(
                call.storage,
                number,
                current.post,
                mine,
                Fate::Refused(told),
            );
        }
    }
    Ok(Worked {
        units,
        next: Some(call.now),
    })
}

fn begin(frozen: &Frozen, draw: &Draw, post: u32) -> Result<Verification, ContractError> {
    let frame = Frame::new(&frozen.pool).map_err(DrawError::from)?;
    Ok(Verification {
        post,
        page: 0,
        panel_pages: 0,
        bytes: 0,
        pairs: 0,
        tally: Tally::begin(&frame, draw.panels).map_err(DrawError::from)?,
        standing: Standing::begin(&frame),
        first: None,
        row: 0,
        term: 0,
    })
}

enum Progress {
    More,
    /// Too much for what is left: waits for a larger `advance`.
    Later,
    Whole,
    /// Whatever is still to be summed up, it is not the best.
    Beaten,
}

/// Whether what is known of a lottery whose levels hold already ranks below the
/// best: fewer persons settled, or as many and more in its pairs.
fn is_beaten(best: Option<&Best>, current: &Verification) -> bool {
    best.is_some_and(|best| {
        let so_far = rank(&current.standing, current.term);
        so_far < best.rank || (so_far == best.rank && current.post > best.post)
    })
}

#[allow(clippy::too_many_arguments, reason = "one step's whole world")]
fn go_on(
    call: &Call<'_>,
    number: u64,
    tolerance: Tolerance,
    frame: &Frame<'_>,
    (mine, best): (&Post, Option<&Best>),
    current: &mut Verification,
    left: u32,
    units: &mut u32,
) -> Result<Progress, LotteryError> {
    if current.page < mine.pages {
        let bytes = posts::page(call.storage, number, current.post, current.page);
        *units += bytes.len() as u32 / BYTES_A_UNIT;
        page(tolerance, frame, current, &bytes)?;
        current.page += 1;
        return Ok(Progress::More);
    }
    if current.first.is_none() {
        return Err(LotteryError::WrongCount {
            what: "levels",
            count: 0,
            expected: 1,
        });
    }
    if is_beaten(best, current) {
        return Ok(Progress::Beaten);
    }
    let rows = PairStripe::most_rows(frame.types());
    let pairs = u32::try_from(current.pairs / PAIRS_A_UNIT).unwrap_or(u32::MAX);
    let cost = pairs.saturating_add(current.bytes / BYTES_A_UNIT);
    if cost > left && left < crate::agenda::MAX_WORK {
        return Ok(Progress::Later);
    }
    *units = units.saturating_add(cost);
    let first = current.row as usize; // at most 2^10 types
    let mut stripe = PairStripe::begin(frame, first, rows)?;
    for at in 0..current.panel_pages {
        let bytes = posts::page(call.storage, number, current.post, at);
        if let Page::Panels(panels) = read_page(frame, &bytes)? {
            panels.iter().for_each(|panel| stripe.panel(panel));
        }
    }
    current.term += stripe.finish(frame);
    current.row += rows as u32;
    if (current.row as usize) < frame.types() {
        return Ok(Progress::More);
    }
    if is_beaten(best, current) {
        return Ok(Progress::Beaten);
    }
    Ok(Progress::Whole)
}

fn page(
    tolerance: Tolerance,
    frame: &Frame<'_>,
    current: &mut Verification,
    bytes: &[u8],
) -> Result<(), LotteryError> {
    match read_page(frame, bytes)? {
        Page::Panels(panels) => {
            if current.standing.levels > 0 {
                return Err(LotteryError::Malformed {
                    at: 0,
                    why: "panels after levels",
                });
            }
            for panel in &panels {
                current.tally.panel(frame, panel)?;
                current.pairs += (panel.seats.len() as u64).pow(2);
            }
            current.panel_pages += 1;
            current.bytes = current.bytes.saturating_add(bytes.len() as u32);
        }
        Page::Levels(levels) => {
            for level in &levels {
                let held = current
                    .standing
                    .level(frame, &current.tally, level, tolerance)?;
                current.first.get_or_insert((held.least, held.bound));
            }
        }
    }
    Ok(())
}

/// An acceptable lottery: the best if it is better than the best so far, or as
/// good and committed before.
fn judge(
    call: &mut Call<'_>,
    number: u64,
    draw: &mut Draw,
    mut mine: Post,
    current: Verification,
) -> Result<(), ContractError> {
    let Some((least, bound)) = current.first else {
        return Ok(());
    };
    let rank = rank(&current.standing, current.term);
    let better = draw
        .best
        .as_ref()
        .is_none_or(|best| rank > best.rank || (rank == best.rank && current.post < best.post));
    call.event(
        "lottery_verified",
        &[
            ("draw", &number),
            ("post", &current.post),
            ("settled", &rank.settled),
            ("pair_term", &rank.pair_term),
            ("best", &better),
        ],
    );
    if !better {
        posts::put_away(call.storage, number, current.post, mine, Fate::Surpassed);
        return Ok(());
    }
    if let Some(best) = draw.best.take() {
        let other = posts::load(call.storage, number, best.post)?;
        posts::put_away(call.storage, number, best.post, other, Fate::Surpassed);
    }
    mine.fate = Fate::Best;
    posts::post(number, current.post).save(call.storage, &mine);
    state::sums(number).save(call.storage, &current.tally.sums);
    draw.best = Some(Best {
        post: current.post,
        rank,
        least,
        bound,
    });
    Ok(())
}

/// The try is over.
fn end(call: &mut Call<'_>, number: u64, draw: &mut Draw) -> Result<Worked, ContractError> {
    let then = if draw.best.is_some() {
        accept(call, number, draw)?;
        Then::Await
    } else if draw.tries >= TRIES {
        let next = super::after_a_lapse(call, number, "open a draw with those")?;
        draw.short = format!("{UNSOLVED}: {next}");
        Then::Lapse
    } else {
        call.event("unsolved", &[("draw", &number), ("tries", &draw.tries)]);
        Then::Solve
    };
    draw.stage = Stage::Closing {
        post: draw.first,
        then,
    };
    Ok(Worked {
        units: 2,
        next: Some(call.now),
    })
}

fn accept(call: &mut Call<'_>, number: u64, draw: &mut Draw) -> Result<(), ContractError> {
    draw.accepted = call.now;
    draw.round = beacon::fix(call)?;
    draw.round_time = beacon::time_of(call, draw.round)?;
    let patience = call.parameters.numbers.beacon_seconds;
    draw.round_until = draw.round_time.saturating_add(patience.into());
    let sums = state::sums(number).load(call.storage)?;
    let frozen = state::frozen(number).load(call.storage)?;
    let seats = u64::from(draw.panels) * u64::from(frozen.pool.k);
    let mut totals = state::load_totals(call.storage)?;
    totals.accepted += 1;
    totals.published += u64::from(sums.iter().sum::<u64>() == seats);
    totals.later += u64::from(draw.round_time > draw.accepted);
    state::totals().save(call.storage, &totals);
    let post = draw.best.as_ref().map_or(0, |best| best.post);
    call.event(
        "lottery_accepted",
        &[
            ("draw", &number),
            ("post", &post),
            ("round", &draw.round),
            ("round_time", &draw.round_time),
        ],
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use mycel_kit::lottery::Rank;

    use super::*;

    #[test]
    fn as_many_settled_are_beaten_as_soon_as_their_pairs_are_past_the_best() {
        let ratio = Fraction {
            numerator: 1,
            denominator: 2,
        };
        let rank = |settled, pair_term| Rank { settled, pair_term };
        let best = Best {
            post: 3,
            rank: rank(20, 100),
            least: ratio,
            bound: ratio,
        };
        let beaten = |post, settled, so_far| {
            let current = Verification {
                post,
                page: 0,
                panel_pages: 0,
                bytes: 0,
                pairs: 0,
                tally: Tally {
                    m: 1,
                    panels: 1,
                    different: 1,
                    entries: 1,
                    sums: vec![1],
                },
                standing: Standing {
                    settled_by: vec![1],
                    levels: 1,
                    persons: settled,
                },
                first: Some((ratio, ratio)),
                row: 0,
                term: so_far,
            };
            assert!(!is_beaten(None, &current), "the first is beaten by none");
            is_beaten(Some(&best), &current)
        };
        assert!(!beaten(4, 20, 0) && !beaten(4, 20, 99), "it may still win");
        assert!(
            beaten(4, 20, 101) && beaten(2, 20, 101),
            "its sum only grows"
        );
        assert!(beaten(4, 20, 100), "as good, committed later");
        assert!(!beaten(2, 20, 100), "as good, committed first");
        assert!(beaten(4, 19, 0), "whatever its pairs");
        assert!(!beaten(4, 21, 1_000), "whatever its pairs");
    }
}
