//! Weight of vouches that was taken back. It leaves the person's leaf at once, and is free for somebody else only when the
//! vouch is a twelfth of its longest time old, a month by default: what is scarce must not be lent to one person after the
//! other, for as long as a root is proven about.

use crate::record::{Resting, Usage, Vouch};

/// Parts of the longest time of a vouch.
const PARTS: u32 = 12;

/// Until when the weight of a vouch given at `since` is bound to its person.
#[must_use]
pub fn until(since: u64, vouch_seconds: u32) -> u64 {
    since.saturating_add(u64::from(vouch_seconds / PARTS))
}

/// So much of a vouch was taken back.
pub fn rest(usage: &mut Usage, to: u64, vouch: &Vouch, weight: u32, vouch_seconds: u32, now: u64) {
    usage.resting.retain(|one| one.until > now);
    let until = until(vouch.since, vouch_seconds);
    if weight > 0 && until > now {
        usage.resting.push(Resting { to, weight, until });
    }
}

/// So much more goes to a person: first what rests of its own.
pub fn wake(usage: &mut Usage, to: u64, weight: u32, now: u64) {
    let mut left = weight;
    usage.resting.retain_mut(|one| {
        if one.to == to {
            let woken = left.min(one.weight);
            left -= woken;
            one.weight -= woken;
        }
        one.until > now && one.weight > 0
    });
}

/// What rests.
#[must_use]
pub fn weight(usage: &Usage) -> u32 {
    let weights = usage.resting.iter().map(|one| one.weight);
    weights.fold(0, u32::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    const YEAR: u32 = 12 * 100;

    fn vouch(weight: u32, since: u64) -> Vouch {
        Vouch {
            weight,
            since,
            until: 10_000,
            task: 1,
        }
    }

    #[test]
    fn what_was_taken_back_rests_until_a_twelfth_of_a_vouchs_time_after_it_was_given() {
        let mut usage = Usage::default();
        rest(&mut usage, 2, &vouch(5, 50), 5, YEAR, 60);
        rest(&mut usage, 3, &vouch(5, 50), 0, YEAR, 60);
        assert_eq!((weight(&usage), usage.resting.len()), (5, 1));
        assert_eq!(usage.resting[0].until, 150);
        rest(&mut usage, 3, &vouch(2, 60), 1, YEAR, 149);
        assert_eq!(weight(&usage), 6);
        wake(&mut usage, 9, 1, 150);
        assert_eq!(weight(&usage), 1, "the first is free");
        // what is old enough does not rest at all
        rest(&mut usage, 4, &vouch(5, 50), 5, YEAR, 150);
        assert_eq!(weight(&usage), 1);
        assert_eq!(until(u64::MAX, YEAR), u64::MAX);
    }

    #[test]
    fn the_person_itself_gets_it_again_at_any_time_and_others_do_not() {
        let mut usage = Usage::default();
        rest(&mut usage, 2, &vouch(5, 0), 5, YEAR, 1);
        rest(&mut usage, 2, &vouch(2, 0), 2, YEAR, 1);
        wake(&mut usage, 3, 7, 2);
        assert_eq!(weight(&usage), 7);
        wake(&mut usage, 2, 6, 2);
        assert_eq!(weight(&usage), 1);
        wake(&mut usage, 2, 6, 2);
        assert_eq!(usage.resting, []);
    }
}
