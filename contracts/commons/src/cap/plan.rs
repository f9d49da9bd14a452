//! What an epoch opens with. Pure: no storage, no clock.
//!
//! # The cap
//! ```text
//! fresh, disputed   most = floor(B_low · F)
//!                   cap  = min(most, budget, what a rise allows)
//! stale             cap  = floor(last cap · 9/10), nor above any of those
//! ```
//! Disputed readings count with the lowest. A rise is limited to `rise_bps` of
//! the last cap, one unit at least; a cap that a bad year brought to nothing or
//! near it may come back by `rise_bps` of what nature allows, or a percentage of
//! nothing would be nothing for ever. The first cap of a commons has nothing to
//! rise from. Where a reading lowered a cap that a jury then overruled, the next
//! one rises from what it would have been: one monitor that reads nothing costs
//! a commons an epoch, not the years of a slow rise.
//!
//! # What it is for
//! Children's budgets first (each floor(cap · ppm / 10^6)), then what was banked
//! (it was issued once already), then restoration (priority over shares, within
//! half the cap), then what the stabiliser keeps back; shares yield the rest.
//! All of it is **within** the cap. Restored land also raises the stock that is
//! read, so an entitlement beside the cap would count it twice.

use super::bound::lower_bound;
use super::record::{Basis, Epoch};
use super::rules::Rules;
use super::stabiliser::Stabiliser;
use crate::monitors::value::Range;
use crate::policies::{Policies, Standard};
use crate::quantity::Quantity;

/// What is left of a cap that no fresh reading supports.
pub const STALE: (u64, u64) = (9, 10);

/// What monitors say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The stock that counts.
    pub stock: Quantity,
    /// The median of the readings.
    pub median: Quantity,
    /// How far readings lie apart.
    pub range: Range,
    /// What it is worth.
    pub basis: Basis,
}

/// The epoch before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Last {
    /// Its cap, after cuts.
    pub cap: Quantity,
    /// From what the next one may rise: the cap, or more where a jury overruled
    /// what lowered it.
    pub from: Quantity,
    /// Its floor(B_low · F).
    pub most: Quantity,
}

/// A cap, and what it follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capped {
    /// B_low.
    pub low: Quantity,
    /// The most that may be issued: floor(B_low · F), within the budget; without
    /// a reading that supports it, the cap.
    pub most: Quantity,
    /// The cap.
    pub cap: Quantity,
}

/// B_low and floor(B_low · F) of what monitors say.
#[must_use]
pub fn nature(rules: &Rules, seen: &Seen) -> (Quantity, Quantity) {
    nature_by(&Standard, rules, seen)
}

/// As [`nature`], by the harvest rule of a variant, which never yields more
/// than there is.
#[must_use]
pub fn nature_by(policies: &dyn Policies, rules: &Rules, seen: &Seen) -> (Quantity, Quantity) {
    let low = lower_bound(seen.stock, &seen.range, rules.kappa_ppm);
    (low, policies.most(&rules.harvest, low).min(low))
}

/// From what the cap after an epoch may rise: what lowered it and no jury spoke
/// about yet is believed.
#[must_use]
pub fn rises_from(epoch: &Epoch) -> Quantity {
    match epoch.doubted {
        None => epoch.cap.max(epoch.base),
        Some(_) => epoch.cap,
    }
}

/// The greatest cap after this one, if nature allows `most`.
#[must_use]
pub fn raised(last: Quantity, most: Quantity, rise_bps: u16) -> Quantity {
    if rise_bps == 0 {
        return last;
    }
    let step = last.part(rise_bps.into(), 10_000).units().max(1);
    let slow = Quantity::at_most(last.units() + step);
    slow.max(most.part(rise_bps.into(), 10_000))
}

/// The cap of an opening; `None`: it waits for readings. `late`: the grace is over.
#[must_use]
pub fn cap(
    rules: &Rules,
    seen: Option<Seen>,
    last: Option<Last>,
    budget: Option<Quantity>,
    late: bool,
) -> Option<Capped> {
    cap_by(&Standard, rules, seen, last, budget, late)
}

/// As [`cap`], by the harvest rule of a variant.
#[must_use]
pub fn cap_by(
    policies: &dyn Policies,
    rules: &Rules,
    seen: Option<Seen>,
    last: Option<Last>,
    budget: Option<Quantity>,
    late: bool,
) -> Option<Capped> {
    let within = |most: Quantity| budget.map_or(most, |budget| budget.min(most));
    let supported = seen.filter(|seen| seen.basis != Basis::Stale);
    if let Some(seen) = supported {
        let (low, most) = nature_by(policies, rules, &seen);
        let most = within(most);
        let limit = last.map_or(most, |last| raised(last.from, most, rules.rise_bps));
        let cap = most.min(limit);
        return Some(Capped { low, most, cap });
    }
    let last = last.filter(|_| late)?;
    let (low, known) = match seen {
        Some(seen) => nature_by(policies, rules, &seen),
        None => (Quantity::ZERO, last.most),
    };
    // a stale reading tightens, too, and loosens nothing
    let most = within(known.min(last.most));
    let cap = last.cap.part(STALE.0, STALE.1).min(most);
    // nor does a reserve make up for what nobody read
    let most = cap;
    Some(Capped { low, most, cap })
}

/// Who wants something of a cap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Of the cap, by children, in parts per million.
    pub children: Vec<u32>,
    /// What was set aside in the epoch before.
    pub banked: Quantity,
    /// What restorers wait for.
    pub waiting: Quantity,
    /// How much of the cap they may have, in 1/10,000.
    pub regeneration_bps: u16,
    /// What is in the stabiliser's reserve.
    pub reserve: Quantity,
}

/// What becomes of a cap: `cap + released` = the sum of the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Issue {
    /// For children.
    pub budgets: Quantity,
    /// Of what was set aside.
    pub banked_in: Quantity,
    /// For restorers.
    pub regenerated: Quantity,
    /// Into the reserve.
    pub withheld: Quantity,
    /// Out of the reserve.
    pub released: Quantity,
    /// For shares.
    pub tac: Quantity,
    /// The reserve afterwards …
    pub reserve: Quantity,
    /// … and what of it became invalid.
    pub invalid: Quantity,
}

/// What a child may take of a cap.
#[must_use]
pub fn budget(cap: Quantity, ppm: u32) -> Quantity {
    cap.part(ppm.min(1_000_000).into(), 1_000_000)
}

/// What children may take of a cap together: exactly the sum of their budgets.
#[must_use]
pub fn budgets(cap: Quantity, children: &[u32]) -> Quantity {
    let sum = children.iter().map(|ppm| budget(cap, *ppm).units()).sum();
    // shares of children never add up to more than the whole; if they did, the cap holds
    Quantity::at_most(sum).min(cap)
}

/// Distributes a cap.
#[must_use]
pub fn issue(rules: &Rules, capped: &Capped, wanted: &Wanted) -> Issue {
    let cap = capped.cap;
    let budgets = budgets(cap, &wanted.children);
    let mut rest = cap.less(budgets);
    let mut take = |asked: Quantity| {
        let taken = asked.min(rest);
        rest = rest.less(taken);
        taken
    };
    let banked_in = take(wanted.banked);
    let half = cap.part(wanted.regeneration_bps.into(), 10_000);
    let regenerated = take(wanted.waiting.min(half));
    let mut issue = Issue {
        budgets,
        banked_in,
        regenerated,
        reserve: wanted.reserve,
        ..Issue::default()
    };
    if let Some(band) = &rules.stabiliser {
        // what circulates beyond an epoch is what was set aside
        let adjustment = band.adjust(wanted.banked, wanted.reserve);
        // a reserve is a quantity, too
        let room = Quantity::MAX.less(wanted.reserve);
        issue.withheld = take(adjustment.intake.min(room));
        issue.released = adjustment
            .release
            .min(wanted.reserve)
            .min(capped.most.less(cap));
        let filled = wanted.reserve.units() + issue.withheld.units() - issue.released.units();
        let filled = Quantity::at_most(filled);
        issue.invalid = band.invalid(filled);
        issue.reserve = filled.less(issue.invalid);
    }
    issue.tac = Quantity::at_most(rest.units() + issue.released.units());
    issue
}

#[cfg(test)]
mod tests;
