//! What sponsors and assessors answer for.
//!
//! For 12 months a sponsor's limit is lower by 250 for each person brought
//! in ([`crate::ledger`]), and the sponsor bears the first 500 of what such a
//! person leaves behind: out of what it has and down to its limit, so that
//! inviting many, which lowers the limit, lowers nothing else. The assessors of
//! a member bear 10 % of a later loss together, in equal parts, while their
//! assessment is in force; each up to the own limit. So nobody gains by
//! vouching for a borrower who will not repay.
//!
//! What sponsors have borne of a debtor is remembered: a later case on the rest
//! of the debt asks them for what of the first 500 is still open, and the
//! assessors, who answered for the whole, for nothing. A debtor whose debt was
//! written off borrows no more, so there is never another debt.
//!
//! Who left and came back has been brought in more than once: every sponsor
//! counts, each for its 12 months, the latest first, so that leaving and
//! coming back frees nobody of what it answers for.
//!
//! The *sponsor tree* of a member is everyone who shares an ancestor with it
//! within a few generations (2 by default), itself counted: its sponsor and
//! the sponsor's, their other invitees and these ones', and whom it brought in
//! itself. It is bounded so that a whole community that began from one founder
//! is not one tree.

use cosmwasm_std::{Order, Storage};
use mycel_kit::Amount;

use crate::decay;
use crate::error::ContractError;
use crate::ledger;
use crate::policies::{LimitPolicy, Policies};
use crate::rules;
use crate::state::{self, Status, Stay, Terms};

/// Earlier stays that are looked at: the latest.
const STAYS: usize = 4;

/// The latest stays of an account that have ended, the latest first.
///
/// # Errors
/// Only for unreadable state.
pub fn stays(storage: &dyn Storage, number: u32) -> Result<Vec<Stay>, ContractError> {
    let (start, end) = (state::stay(number, 0), state::stay(number, u16::MAX));
    storage
        .range(Some(start.bytes()), Some(end.bytes()), Order::Descending)
        .take(STAYS)
        .map(|(_, value)| Ok(start.decode(&value)?))
        .collect()
}

/// The sponsors of an account and since when, the latest first.
fn sponsors(storage: &dyn Storage, number: u32) -> Result<Vec<(u32, u64)>, ContractError> {
    let identity = state::identity(number).load(storage)?;
    let mut found = vec![(identity.sponsor, identity.opened)];
    // only who came back has stays besides the present one
    if state::account(number).load(storage)?.returned {
        let stays = stays(storage, number)?;
        found.extend(stays.iter().map(|stay| (stay.sponsor, stay.opened)));
    }
    let found = found.into_iter();
    Ok(found
        .filter_map(|(sponsor, since)| Some((sponsor?, since)))
        .collect())
}

/// The account and its sponsors up to so many generations.
///
/// # Errors
/// Only for unreadable state.
pub fn ancestors(
    storage: &dyn Storage,
    number: u32,
    generations: u8,
) -> Result<Vec<u32>, ContractError> {
    let mut line = vec![number];
    let mut first = 0;
    for _ in 0..generations {
        let last = line.len();
        for at in first..last {
            for (sponsor, _) in sponsors(storage, line[at])? {
                if !line.contains(&sponsor) {
                    line.push(sponsor);
                }
            }
        }
        first = last;
    }
    Ok(line)
}

/// Whether two lines of ancestors meet.
#[must_use]
pub fn meet(one: &[u32], other: &[u32]) -> bool {
    one.iter().any(|ancestor| other.contains(ancestor))
}

/// Who bears what of `loss`, first to pay first: the sponsors together the
/// first `sponsor_bears`, the first of them before the others, then the
/// assessors a share of the whole loss in equal parts, floored. Each at most
/// the amount named with it, all together at most the loss.
#[must_use]
pub fn shares(
    loss: Amount,
    sponsors: &[(u32, Amount)],
    sponsor_bears: Amount,
    assessors: &[(u32, Amount)],
    assessors_bear_bps: u16,
) -> Vec<(u32, Amount)> {
    let mut borne = Vec::new();
    let mut left = loss;
    let mut bear = |number, part: Amount| {
        let most = part.min(left);
        if !most.is_zero() {
            left = Amount::new(left.pico() - most.pico()).unwrap_or(Amount::ZERO);
            borne.push((number, most));
        }
    };
    let mut first = sponsor_bears;
    for &(number, able) in sponsors {
        let part = first.min(able);
        bear(number, part);
        first = Amount::new(first.pico() - part.pico()).unwrap_or(Amount::ZERO);
    }
    let together = u128::from(loss.pico()) * u128::from(assessors_bear_bps) / 10_000;
    let share = together / (assessors.len().max(1) as u128);
    let share = u64::try_from(share).ok().and_then(Amount::new);
    for &(number, limit) in assessors {
        bear(number, share.unwrap_or(Amount::MAX).min(limit));
    }
    borne
}

/// What guarantors owe of a loss: (account, amount), first to pay first. The
/// amounts are claims within what each can bear; whoever collects them leaves
/// nobody below its limit.
///
/// # Errors
/// Only for unreadable state.
pub fn guarantors<P: Policies>(
    storage: &dyn Storage,
    member: u32,
    loss: i128,
    now: u64,
) -> Result<Vec<(u32, i128)>, ContractError> {
    let rules = rules::load(storage)?;
    let terms = state::terms().load(storage)?;
    let days = u64::from(rules.sponsorship.days) * 86_400;
    let mut sponsors: Vec<(u32, Amount)> = Vec::new();
    for (sponsor, since) in self::sponsors(storage, member)? {
        let known = sponsors.iter().any(|(number, _)| *number == sponsor);
        if now <= since.saturating_add(days) && !known {
            sponsors.push((sponsor, able::<P>(storage, sponsor, &terms, now)?));
        }
    }
    let borne = state::borne(member).may_load(storage)?;
    let mut assessors = Vec::new();
    if borne.is_none() {
        let account = state::account(member).load(storage)?;
        let mut entry = ledger::load(storage, member, &account)?;
        entry.age(now);
        for number in entry.assessors {
            let account = state::account(number).load(storage)?;
            assessors.push((number, P::Limit::limit(&account, &terms, now)));
        }
    }
    let before = borne.map_or(0, Amount::pico);
    let bears = rules.sponsorship.bears.pico().saturating_sub(before);
    let claims = shares(
        Amount::from_i128(loss).unwrap_or(Amount::MAX),
        &sponsors,
        Amount::new(bears).unwrap_or(Amount::ZERO),
        &assessors,
        rules.assessing.bears_bps,
    );
    let claims = claims.into_iter();
    Ok(claims
        .map(|(number, amount)| (number, amount.signed()))
        .collect())
}

/// What an account can bear now: what it has, down to its limit.
fn able<P: Policies>(
    storage: &dyn Storage,
    number: u32,
    terms: &Terms,
    now: u64,
) -> Result<Amount, ContractError> {
    let account = state::account(number).load(storage)?;
    if account.status == Status::Closed {
        return Ok(Amount::ZERO);
    }
    let position = decay::view::<P>(&account, terms.clock.at(now)?, terms)?;
    let able = (position + P::Limit::limit(&account, terms, now).signed()).max(0);
    Ok(Amount::from_i128(able).unwrap_or(Amount::MAX))
}

/// Notes what guarantors paid of a debtor's debt; `paid` names each.
///
/// # Errors
/// Only for unreadable state.
pub fn note(
    storage: &mut dyn Storage,
    debtor: u32,
    paid: &[(u32, i128)],
) -> Result<(), ContractError> {
    let sponsors = sponsors(storage, debtor)?;
    let by_sponsors = paid.iter().filter(|(payer, _)| {
        let mut sponsors = sponsors.iter();
        sponsors.any(|(sponsor, _)| sponsor == payer)
    });
    let sum: i128 = by_sponsors.map(|(_, amount)| amount).sum();
    let key = state::borne(debtor);
    let before = key.may_load(storage)?.unwrap_or(Amount::ZERO);
    let all = Amount::from_i128(before.signed() + sum).unwrap_or(Amount::MAX);
    key.save(storage, &all);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Account, Identity, Kind};
    use cosmwasm_std::testing::MockStorage;

    fn credits(credits: u64) -> Amount {
        Amount::credits(credits).unwrap()
    }

    #[test]
    fn the_sponsor_bears_the_first_five_hundred_up_to_what_it_can() {
        let bears = |loss, able| {
            let sponsor = [(3, credits(able))];
            shares(credits(loss), &sponsor, credits(500), &[], 1_000)
        };
        assert_eq!(bears(2_000, 1_000), [(3, credits(500))]);
        assert_eq!(bears(300, 1_000), [(3, credits(300))]);
        assert_eq!(bears(2_000, 100), [(3, credits(100))]);
        assert_eq!(bears(0, 1_000), []);
    }

    #[test]
    fn of_several_sponsors_the_latest_bears_first_and_all_together_five_hundred() {
        let sponsors = [(3, credits(200)), (4, credits(900)), (5, credits(900))];
        let borne = shares(credits(2_000), &sponsors, credits(500), &[], 1_000);
        assert_eq!(borne, [(3, credits(200)), (4, credits(300))]);
    }

    #[test]
    fn assessors_bear_a_tenth_in_equal_parts_up_to_their_own_limit() {
        let assessors = [(1, credits(1_000)), (2, credits(40)), (5, credits(1_000))];
        let borne = shares(credits(3_000), &[], credits(500), &assessors, 1_000);
        let expected = [(1, credits(100)), (2, credits(40)), (5, credits(100))];
        assert_eq!(borne, expected);
    }

    #[test]
    fn guarantors_never_bear_more_than_the_loss() {
        let assessors = [(1, credits(1_000)), (2, credits(1_000))];
        let sponsor = [(3, credits(900))];
        let borne = shares(credits(520), &sponsor, credits(500), &assessors, 1_000);
        assert_eq!(borne, [(3, credits(500)), (1, credits(20))]);
    }

    #[test]
    fn a_tree_is_who_shares_an_ancestor_within_two_generations() {
        let mut storage = MockStorage::new();
        // 0 → 1 → 2 → 3 → 4; 1 → 5; 6 stands alone
        let sponsors = [None, Some(0), Some(1), Some(2), Some(3), Some(1), None];
        for (number, sponsor) in (0u32..).zip(sponsors) {
            let identity = Identity {
                address: number.to_string(),
                person: Some(u64::from(number)),
                sponsor,
                opened: 0,
            };
            state::identity(number).save(&mut storage, &identity);
            let account = Account::new(Kind::Person, Amount::ZERO, 0);
            state::account(number).save(&mut storage, &account);
        }
        let line = |number| ancestors(&storage, number, 2).unwrap();
        assert_eq!(line(4), [4, 3, 2]);
        assert_eq!(line(1), [1, 0]);
        let same = |a, b| meet(&line(a), &line(b));
        assert!(same(4, 3) && same(4, 2) && same(2, 5) && same(3, 5) && same(0, 2));
        assert!(!same(4, 1) && !same(4, 6) && !same(0, 3));
        // 4 comes back by the word of 6: it belongs to both trees
        let account = Account {
            returned: true,
            ..Account::new(Kind::Person, Amount::ZERO, 0)
        };
        state::account(4).save(&mut storage, &account);
        let former = state::identity(4).load(&storage).unwrap();
        let stay = Stay {
            sponsor: former.sponsor,
            opened: 0,
            closed: 9,
            status: state::Status::Leaving,
        };
        state::stay(4, 0).save(&mut storage, &stay);
        let now = Identity {
            sponsor: Some(6),
            opened: 10,
            ..former
        };
        state::identity(4).save(&mut storage, &now);
        let line = |number| ancestors(&storage, number, 2).unwrap();
        assert_eq!(line(4), [4, 6, 3, 2]);
        assert!(meet(&line(4), &line(6)) && meet(&line(4), &line(3)));
    }
}
