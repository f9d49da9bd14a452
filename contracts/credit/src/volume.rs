//! Trade, counted so that paying to and fro is worth nothing.
//!
//! Time is cut into windows of 30 days. Within a window each pair of accounts
//! keeps its net, Σ a→b − Σ b→a; its magnitude is what the one has spent on
//! and the other earned from this trade. Each account keeps the sums over its
//! pairs: when a pair's net moves from n to n', the payer's `spent` and the
//! payee's `earned` grow by what n' has above n beyond zero, and what the
//! payee had spent and the payer earned shrinks by what is taken back. So at
//! every moment Σ spent = Σ earned = Σ |net|.
//!
//! A *partner* is who paid an account at least [`PARTNER`] beyond what came
//! back: dust makes no partner. And of what was earned the largest partner
//! counts for at most half ([`Activity::earnings`], [`halved`]), so that two
//! who only lend their names do not vouch for money that went round. To know
//! the largest, an activity keeps one partner by name, and beside it the most
//! that any other ever reached in the window: never less than the largest is,
//! and more only where two of the largest take their payments back.
//!
//! Payments wait in their payer's record until it is folded ([`crate::fold`]),
//! perhaps after the window closed: so each record keeps the latest window and
//! the one before. What comes later still counts in the lifelong net. Counting
//! is dearer than a payment should be: the first payment of a new window only
//! writes what waits from the old one aside, in one record, and the census
//! counts it.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_std::Storage;
use mycel_kit::Key;

use crate::error::ContractError;
use crate::state::Account;

/// The greatest sum kept; sums beyond it stay there.
const MOST: i64 = i64::MAX;

/// What makes a partner: 10 credits, net. Fixed, as partners are counted while
/// payments come: a count would not be what it says if this changed under it.
pub const PARTNER: u64 = 10_000_000_000_000;

/// What is counted of a sum whose largest part may be at most half of it.
#[must_use]
pub fn halved(sum: u128, largest: u128) -> u128 {
    let rest = sum.saturating_sub(largest);
    sum.min(rest.saturating_mul(2))
}

/// Something kept for the latest window with payments and an earlier one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Recent<T> {
    /// The latest window and its value.
    pub latest: (u16, T),
    /// An earlier window and its value.
    pub before: (u16, T),
}

impl<T: Copy + Default> Recent<T> {
    /// The value of a window, to be changed; `None` if two later ones are kept.
    pub fn of(&mut self, window: u16) -> Option<&mut T> {
        if window > self.latest.0 {
            self.before = self.latest;
            self.latest = (window, T::default());
        } else if window > self.before.0 && window < self.latest.0 {
            self.before = (window, T::default());
        }
        match window {
            _ if window == self.latest.0 => Some(&mut self.latest.1),
            _ if window == self.before.0 => Some(&mut self.before.1),
            _ => None,
        }
    }

    /// The value of a window, if it is kept; else the default.
    #[must_use]
    pub fn get(&self, window: u16) -> T {
        match window {
            _ if window == self.latest.0 => self.latest.1,
            _ if window == self.before.0 => self.before.1,
            _ => T::default(),
        }
    }
}

/// An account's trade within one window, net for each pair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Activity {
    /// Σ over partners of what was paid to each beyond what came back.
    pub spent: u64,
    /// Σ over partners of what came from each beyond what was paid back.
    pub earned: u64,
    /// How many partners it has earned from.
    pub partners: u16,
    /// The one who was the largest when last somebody overtook, and its net.
    pub largest: (u32, u64),
    /// The most that any other was ever at.
    pub others: u64,
}

impl Activity {
    /// What was earned, the largest partner for at most half of it.
    #[must_use]
    pub fn earnings(&self) -> u64 {
        let largest = self.largest.1.max(self.others);
        let counted = halved(u128::from(self.earned), u128::from(largest));
        u64::try_from(counted).unwrap_or(u64::MAX)
    }

    /// A partner's net is now this.
    fn rank(&mut self, partner: u32, net: u64) {
        if partner == self.largest.0 {
            self.largest.1 = net;
        } else if net > self.largest.1 {
            self.others = self.others.max(self.largest.1);
            self.largest = (partner, net);
        } else {
            self.others = self.others.max(net);
        }
    }
}

/// What two accounts have paid each other; positive is what the one with the
/// lower number paid more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Pair {
    /// The net within a window.
    pub net: Recent<i64>,
    /// The net since both accounts exist.
    pub total: i64,
}

/// Payments of one direction within one window: moves the pair's net and the
/// activities of `payer` and `payee`, each with its number.
///
/// Sums saturate at 2^63 − 1, far above what any economy within the bounds
/// moves in a month.
pub fn tally(
    net: &mut i64,
    (paying, payer): (u32, &mut Activity),
    (paid, payee): (u32, &mut Activity),
    amount: i64,
) {
    let lower_pays = paying < paid;
    let before = if lower_pays { *net } else { -*net };
    // −2^63 has no opposite
    let after = before.saturating_add(amount).clamp(-MOST, MOST);
    *net = if lower_pays { after } else { -after };

    let new_trade = after.max(0).abs_diff(before.max(0));
    payer.spent = payer.spent.saturating_add(new_trade);
    payee.earned = payee.earned.saturating_add(new_trade);
    let taken_back = before.min(0).abs_diff(after.min(0));
    payer.earned = payer.earned.saturating_sub(taken_back);
    payee.spent = payee.spent.saturating_sub(taken_back);
    let is_partner = |net: i64| net > 0 && net.unsigned_abs() >= PARTNER;
    if !is_partner(before) && is_partner(after) {
        payee.partners = payee.partners.saturating_add(1);
    }
    if is_partner(-before) && !is_partner(-after) {
        payer.partners = payer.partners.saturating_sub(1);
    }
    if after > 0 {
        payee.rank(paying, after.unsigned_abs());
    }
    if before < 0 {
        payer.rank(paid, after.min(0).unsigned_abs());
    }
}

/// The record of a pair, whichever order.
#[must_use]
pub fn pair(a: u32, b: u32) -> Key<Pair> {
    let (low, high) = (a.min(b), a.max(b));
    Key::new(b'v', &[low.to_be_bytes(), high.to_be_bytes()].concat())
}

/// An account's trade.
#[must_use]
pub fn activity(number: u32) -> Key<Recent<Activity>> {
    Key::new(b'w', &number.to_be_bytes())
}

/// Counts what one account paid another in a window. Called by folds, never
/// by a payment itself.
///
/// # Errors
/// Only for unreadable state.
pub fn count(
    storage: &mut dyn Storage,
    payer: u32,
    payee: u32,
    amount: i128,
    window: u16,
) -> Result<(), ContractError> {
    let amount = i64::try_from(amount).unwrap_or(MOST);
    let lower_pays = payer < payee;
    let pair_key = pair(payer, payee);
    let mut pair = pair_key.may_load(storage)?.unwrap_or_default();
    let (payer_key, payee_key) = (activity(payer), activity(payee));
    let mut spender = payer_key.may_load(storage)?.unwrap_or_default();
    let mut earner = payee_key.may_load(storage)?.unwrap_or_default();
    if let (Some(net), Some(spent), Some(earned)) =
        (pair.net.of(window), spender.of(window), earner.of(window))
    {
        tally(net, (payer, spent), (payee, earned), amount);
    }
    let signed = if lower_pays { amount } else { -amount };
    pair.total = pair.total.saturating_add(signed).clamp(-MOST, MOST);
    pair_key.save(storage, &pair);
    payer_key.save(storage, &spender);
    payee_key.save(storage, &earner);
    Ok(())
}

/// Payments of one account of a closed window that are not counted yet: to
/// whom and how much.
#[must_use]
pub fn aside(payer: u32, window: u16) -> Key<Vec<(u32, u64)>> {
    Key::new(
        b'f',
        &[&payer.to_be_bytes()[..], &window.to_be_bytes()].concat(),
    )
}

/// Moves the flows that wait in a booked account from an earlier window out of
/// the way of those to come: one write, no reads.
pub fn set_aside(storage: &mut dyn Storage, payer: u32, account: &mut Account, window: u16) {
    let flows = std::mem::take(&mut account.pending.flows);
    if flows.is_empty() {
        return;
    }
    account.pending.beyond += flows.iter().map(|flow| flow.amount).sum::<i128>();
    let each = flows.into_iter();
    let flows: Vec<(u32, u64)> = each
        .map(|flow| (flow.to, u64::try_from(flow.amount).unwrap_or(u64::MAX)))
        .collect();
    aside(payer, window).save(storage, &flows);
}

/// Counts what was set aside of a window; answers how many flows.
///
/// # Errors
/// Only for unreadable state.
pub fn count_aside(
    storage: &mut dyn Storage,
    payer: u32,
    window: u16,
) -> Result<usize, ContractError> {
    let key = aside(payer, window);
    let Some(flows) = key.may_load(storage)? else {
        return Ok(0);
    };
    storage.remove(key.bytes());
    for &(payee, amount) in &flows {
        count(storage, payer, payee, i128::from(amount), window)?;
    }
    Ok(flows.len())
}

/// What an account did in a window, as far as it is folded.
///
/// # Errors
/// Only for unreadable state.
pub fn activity_in(
    storage: &dyn Storage,
    number: u32,
    window: u16,
) -> Result<Activity, ContractError> {
    let recent = activity(number).may_load(storage)?.unwrap_or_default();
    Ok(recent.get(window))
}

/// What `partner` paid `member` beyond what came back, since both exist, as
/// far as it is folded.
///
/// # Errors
/// Only for unreadable state.
pub fn earned_from(storage: &dyn Storage, member: u32, partner: u32) -> Result<u64, ContractError> {
    let key = pair(member, partner);
    let total = key.may_load(storage)?.unwrap_or_default().total;
    let towards = if partner < member { total } else { -total };
    Ok(towards.max(0).unsigned_abs())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use cosmwasm_std::testing::MockStorage;

    use super::*;

    const CREDIT: i128 = 1_000_000_000_000;

    fn pay(storage: &mut MockStorage, from: u32, to: u32, amount: i128, window: u16) {
        count(storage, from, to, amount, window).unwrap();
    }

    fn of(storage: &MockStorage, number: u32, window: u16) -> (u64, u64, u16) {
        let activity = activity_in(storage, number, window).unwrap();
        (activity.spent, activity.earned, activity.partners)
    }

    #[test]
    fn paying_to_and_fro_is_no_volume_no_earning_and_no_partner() {
        let mut storage = MockStorage::new();
        for _ in 0..1_000 {
            pay(&mut storage, 1, 2, 500 * CREDIT, 7);
            pay(&mut storage, 2, 1, 500 * CREDIT, 7);
        }
        assert_eq!(of(&storage, 1, 7), (0, 0, 0));
        assert_eq!(of(&storage, 2, 7), (0, 0, 0));
        assert_eq!(earned_from(&storage, 1, 2), Ok(0));
    }

    #[test]
    fn the_sums_of_accounts_are_the_nets_of_pairs_in_whatever_order_flows_are_folded() {
        for seed in 1..=50u64 {
            let mut random = seed;
            let mut next = || {
                random = random
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(99);
                random >> 33
            };
            let mut storage = MockStorage::new();
            let mut flows: BTreeMap<(u16, u32, u32), i64> = BTreeMap::new();
            for _ in 0..400 {
                let from = (next() % 6) as u32;
                let to = (from + 1 + (next() % 5) as u32) % 6;
                // a tenth of a credit to a hundred
                let amount = (next() % 1_000 + 1) * (PARTNER / 100);
                let window = 3 + (next() % 2) as u16;
                pay(&mut storage, from, to, i128::from(amount), window);
                *flows.entry((window, from, to)).or_default() += amount as i64;
            }
            for window in [3, 4] {
                let one_way = |a: u32, b: u32| *flows.get(&(window, a, b)).unwrap_or(&0);
                let net = |a: u32, b: u32| one_way(a, b) - one_way(b, a);
                for number in 0..6 {
                    let others = (0..6).filter(|&other| other != number);
                    let spent: i64 = others.clone().map(|other| net(number, other).max(0)).sum();
                    let earned: i64 = others.clone().map(|other| net(other, number).max(0)).sum();
                    let partner = |&other: &u32| net(other, number) >= PARTNER as i64;
                    let partners = others.clone().filter(partner).count();
                    let largest = others.map(|other| net(other, number)).max();
                    assert_eq!(
                        of(&storage, number, window),
                        (spent as u64, earned as u64, partners as u16),
                        "seed={seed} number={number}"
                    );
                    let kept = activity_in(&storage, number, window).unwrap();
                    let most = kept.largest.1.max(kept.others);
                    assert!(
                        i128::from(most) >= i128::from(largest.unwrap_or(0)),
                        "seed={seed} number={number}: never less than the largest"
                    );
                }
            }
        }
    }

    #[test]
    fn dust_makes_no_partner_and_who_takes_it_back_is_none_any_more() {
        let mut storage = MockStorage::new();
        let partner = i128::from(PARTNER);
        pay(&mut storage, 2, 1, partner - 1, 7);
        assert_eq!(of(&storage, 1, 7).2, 0);
        pay(&mut storage, 2, 1, 1, 7);
        assert_eq!(of(&storage, 1, 7).2, 1);
        pay(&mut storage, 1, 2, 1, 7);
        assert_eq!(of(&storage, 1, 7).2, 0);
        pay(&mut storage, 1, 2, 2 * partner, 7);
        assert_eq!((of(&storage, 1, 7).2, of(&storage, 2, 7).2), (0, 1));
    }

    #[test]
    fn the_largest_partner_counts_for_at_most_half_of_the_earnings() {
        let mut storage = MockStorage::new();
        let earnings = |storage: &MockStorage| {
            let earned = activity_in(storage, 1, 7).unwrap().earnings();
            i128::from(earned) / CREDIT
        };
        pay(&mut storage, 2, 1, 700 * CREDIT, 7);
        assert_eq!(earnings(&storage), 0);
        pay(&mut storage, 3, 1, 10 * CREDIT, 7);
        pay(&mut storage, 4, 1, 40 * CREDIT, 7);
        assert_eq!(earnings(&storage), 100);
        pay(&mut storage, 3, 1, 690 * CREDIT, 7);
        assert_eq!(earnings(&storage), 1_440, "the two largest are alike");
        // the largest takes its money back: what the second paid is the largest then
        pay(&mut storage, 3, 1, CREDIT, 7);
        pay(&mut storage, 1, 3, 701 * CREDIT, 7);
        assert_eq!(earnings(&storage), 80);
        // nor does whoever overtakes for a while hide the largest
        pay(&mut storage, 5, 1, 701 * CREDIT, 7);
        pay(&mut storage, 1, 5, 691 * CREDIT, 7);
        assert_eq!(earnings(&storage), 100);
    }

    #[test]
    fn a_new_window_begins_at_zero_and_the_lifelong_net_goes_on() {
        let mut storage = MockStorage::new();
        pay(&mut storage, 1, 2, 30, 7);
        pay(&mut storage, 2, 1, 10, 8);
        assert_eq!(of(&storage, 2, 8), (10, 0, 0));
        assert_eq!(of(&storage, 1, 8), (0, 10, 0));
        assert_eq!(of(&storage, 1, 7), (30, 0, 0), "the window before is kept");
        assert_eq!(earned_from(&storage, 2, 1), Ok(20));
        assert_eq!(earned_from(&storage, 1, 2), Ok(0));
    }

    #[test]
    fn a_payment_folded_a_window_late_counts_in_its_own_and_two_late_in_none() {
        let mut storage = MockStorage::new();
        pay(&mut storage, 2, 1, 10, 8);
        pay(&mut storage, 1, 2, 30, 7);
        assert_eq!(of(&storage, 1, 7), (30, 0, 0));
        assert_eq!(of(&storage, 1, 8), (0, 10, 0));
        pay(&mut storage, 1, 2, 5, 9);
        pay(&mut storage, 1, 2, 70, 7);
        assert_eq!(of(&storage, 1, 9), (5, 0, 0));
        assert_eq!(of(&storage, 1, 7), (0, 0, 0));
        assert_eq!(
            earned_from(&storage, 2, 1),
            Ok(95),
            "but for life it counts"
        );
    }

    #[test]
    fn sums_stay_at_their_bound() {
        let mut storage = MockStorage::new();
        let most = i128::from(i64::MAX);
        for _ in 0..4 {
            pay(&mut storage, 1, 2, most, 7);
        }
        assert_eq!(of(&storage, 1, 7).0, i64::MAX as u64);
        for _ in 0..8 {
            pay(&mut storage, 2, 1, most, 7);
        }
        assert_eq!(earned_from(&storage, 1, 2), Ok(i64::MAX as u64));
    }
}
