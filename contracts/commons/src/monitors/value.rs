//! From readings to the one value that counts. Pure: no storage, no clock.
//!
//! # The rule
//! A reading is **fresh** while it is at most a window old and its seat is
//! held with its bond. Let `f` be how many are fresh, below *all* readings,
//! fresh or not, sorted. What counts is the reading at place
//!
//! ```text
//! (f − 1) / 2   if f ≥ 5, or where a jury has let a dispute about them fall
//! 0             otherwise: the lowest not refuted
//! ```
//!
//! So of five or more it is their median, the lower one of an even count, and a
//! reading that is not fresh takes part as if it lay below: it can lower the
//! place of the others and never lift it. Therefore making any monitors stale,
//! and any more, never raises what counts (tested over 10^5 cases), nor does it
//! exceed what the fresh ones alone would say.
//!
//! # Disputes
//! Readings that lie further apart than `d` of their median are disputed, and
//! so is a value beyond what nature can have grown meanwhile. The deviation
//! that statistics would take (the median absolute one) is blind to a majority
//! that agreed: it is 0 where two of three say the same. So the spread is
//! max − min. The readings are split at their largest gap, and a jury is asked
//! whether the **high** group is wrong; meanwhile the lowest counts. Where the
//! jury says no, the high group is **confirmed** and the low one **overruled**:
//! that is no longer the lowest, but still counts in the median, and both open
//! no further dispute by themselves.

/// Parts in a million.
pub const PPM: u128 = 1_000_000;
/// From so many fresh readings on their median counts, below it the lowest.
pub const FOR_MEDIAN: usize = 5;

/// One seat's reading, as it takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Units of the commons.
    pub quantity: u128,
    /// At most a window old, of a seat that is held.
    pub fresh: bool,
    /// A jury let a dispute fall in which this was on the low side.
    pub overruled: bool,
    /// A jury let a dispute fall in which this was on the high side.
    pub confirmed: bool,
    /// A member challenged it, and a jury has not spoken.
    pub challenged: bool,
}

/// Whether a value may be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Enough fresh readings that agree.
    Fresh,
    /// A jury is asked; the lowest counts.
    Disputed,
    /// Too few fresh readings.
    Stale,
}

impl Status {
    /// On the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Status::Fresh => "fresh",
            Status::Disputed => "disputed",
            Status::Stale => "stale",
        }
    }
}

/// What the readings say together. All zero where there are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    /// The lowest reading that is neither refuted nor overruled.
    pub low: u128,
    /// The lower median of the fresh ones.
    pub median: u128,
    /// What counts.
    pub counts: u128,
    /// How far readings lie apart.
    pub range: Range,
    /// Whether it may be relied on.
    pub status: Status,
    /// How many are fresh.
    pub readings: u32,
}

fn sorted(parts: &[Part], so: impl Fn(&Part) -> bool) -> Vec<u128> {
    let mut found: Vec<u128> = parts
        .iter()
        .filter(|part| so(part))
        .map(|part| part.quantity)
        .collect();
    found.sort_unstable();
    found
}

fn lower_median(sorted: &[u128]) -> u128 {
    let place = sorted.len().saturating_sub(1) / 2;
    sorted.get(place).copied().unwrap_or(0)
}

/// What counts of those that `take` part, before anything is disputed. How many
/// are fresh of all decides whether it is a median.
fn undisputed(parts: &[Part], take: impl Fn(&Part) -> bool) -> u128 {
    let few = parts.iter().filter(|part| part.fresh).count() < FOR_MEDIAN;
    let all = sorted(parts, &take);
    let fresh = sorted(parts, |part| take(part) && part.fresh).len();
    let settled = parts.iter().any(|part| part.overruled);
    let place = if few && !settled {
        0
    } else {
        fresh.saturating_sub(1) / 2
    };
    let counts = all.get(place).copied().unwrap_or(0);
    match sorted(parts, |part| take(part) && !part.overruled).first() {
        Some(lowest) if few => counts.min(*lowest),
        _ => counts,
    }
}

/// How far readings lie apart, and how much of it is doubt about what counts.
///
/// Highest less lowest of what is not overruled, fresh or not; but no more than
/// anybody could lie above what counts without a dispute, which is counts · d /
/// (1 − d). What a jury let stand lies apart as it does. So of fresh readings
/// that agree it is their range; who falls silent does not narrow it, nor does
/// who reads so much that it is disputed; and who reads far too much widens it
/// no further than one who is just believed. What counts less its doubt never
/// grows where what counts falls (tested over 10^5 cases): no word and no
/// silence of anybody lifts it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// Highest less lowest of all that is not overruled.
    pub apart: u128,
    /// … and of what a jury let stand.
    pub stood: u128,
    /// How far readings may lie apart, in millionths of their median.
    pub spread_ppm: u32,
}

impl Range {
    /// Of these readings.
    #[must_use]
    pub fn of(parts: &[Part], spread_ppm: u32) -> Range {
        let apart = |found: Vec<u128>| match (found.first(), found.last()) {
            (Some(least), Some(most)) => most - least,
            _ => 0,
        };
        Range {
            apart: apart(sorted(parts, |part| !part.overruled)),
            stood: apart(sorted(parts, |part| !part.overruled && part.confirmed)),
            spread_ppm,
        }
    }

    /// A range that is certain.
    #[must_use]
    pub const fn certain(units: u128) -> Range {
        Range {
            apart: units,
            stood: units,
            spread_ppm: 1_000_000,
        }
    }

    /// So many millionths of it as doubt about a value, rounded up once.
    #[must_use]
    pub fn doubt(&self, counts: u128, kappa_ppm: u32) -> u128 {
        let (kappa, spread) = (u128::from(kappa_ppm), u128::from(self.spread_ppm));
        let of = |units: u128| (units * kappa).div_ceil(PPM);
        // 2^63 · 2^20 · 2^24; a spread that is all of the median bounds nothing
        let bound = match PPM.checked_sub(spread) {
            None | Some(0) => u128::MAX,
            Some(rest) => (counts * spread * kappa).div_ceil(rest * PPM),
        };
        of(self.stood).max(of(self.apart).min(bound))
    }

    /// All of it, in units.
    #[must_use]
    pub fn around(&self, counts: u128) -> u128 {
        self.doubt(counts, 1_000_000)
    }
}

/// The value of these readings. `quorum`: how many must be fresh. `ceiling`:
/// of an open dispute, what nothing may exceed until it is decided.
#[must_use]
pub fn value(parts: &[Part], quorum: u32, spread_ppm: u32, ceiling: Option<u128>) -> Value {
    let fresh = sorted(parts, |part| part.fresh);
    let standing = sorted(parts, |part| !part.overruled);
    let low = standing.first().copied().unwrap_or(0);
    let mut counts = undisputed(parts, |_| true);
    // what is challenged lifts nothing; nor does one person's word cut to the lowest
    if parts.iter().any(|part| !part.challenged) {
        counts = counts.min(undisputed(parts, |part| !part.challenged));
    }
    let readings = u32::try_from(fresh.len()).unwrap_or(u32::MAX);
    let mut status = Status::Fresh;
    if let Some(ceiling) = ceiling {
        status = Status::Disputed;
        counts = counts.min(low).min(ceiling);
    }
    if readings < quorum || fresh.is_empty() {
        status = Status::Stale;
    }
    Value {
        low: low.min(counts),
        median: lower_median(&fresh),
        counts,
        range: Range::of(parts, spread_ppm),
        status,
        readings,
    }
}

/// Where readings part: all from here on are the high group. The largest gap;
/// of equal ones the upper, so that the fewest are accused. `None`: they agree.
#[must_use]
pub fn split(sorted: &[u128]) -> Option<u128> {
    let mut best: Option<(u128, u128)> = None;
    for pair in sorted.windows(2) {
        let gap = pair[1] - pair[0];
        if gap > 0 && best.is_none_or(|(widest, _)| gap >= widest) {
            best = Some((gap, pair[1]));
        }
    }
    best.map(|(_, high)| high)
}

/// What is disputed, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Readings of at least so much are the high group.
    pub from: u128,
    /// What nothing may exceed while it is disputed.
    pub ceiling: u128,
    /// They lie too far apart.
    pub spread: bool,
    /// They say more than can have grown.
    pub rise: bool,
}

/// Whether these readings are to be disputed. `most_ppm`: how far they may lie
/// apart. `prediction`: what the stock can be at most by the production model,
/// if that can tell.
#[must_use]
pub fn doubt(parts: &[Part], most_ppm: u32, prediction: Option<u128>) -> Option<Doubt> {
    let live = |part: &Part| part.fresh && !part.overruled;
    if !parts.iter().any(|part| live(part) && !part.confirmed) {
        // a jury has spoken about all of them
        return None;
    }
    let live = sorted(parts, live);
    let lowest = *live.first()?;
    // not divided: nothing is rounded away
    let apart = (live.last()? - lowest) * PPM;
    let spread = apart > lower_median(&live) * u128::from(most_ppm);
    let beyond = prediction.filter(|most| undisputed(parts, |_| true) > *most);
    let by_spread = if spread { split(&live) } else { None };
    let from = match (by_spread, beyond) {
        (None, None) => return None,
        (Some(high), None) => high,
        (None, Some(most)) => most.saturating_add(1),
        (Some(high), Some(most)) => high.min(most.saturating_add(1)),
    };
    if *live.last()? < from {
        // only what a jury overruled is so high, and it said that even more is right
        return None;
    }
    Some(Doubt {
        from,
        ceiling: beyond.map_or(lowest, |most| most.min(lowest)),
        spread: by_spread.is_some(),
        rise: beyond.is_some(),
    })
}

#[cfg(test)]
mod tests;
