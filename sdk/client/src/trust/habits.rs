//! When a wallet folds, how long it rests then, and in which crowd it shows: what everybody sees of a member is *when*
//! something happens, so a wallet that does things at a time of nobody's choice says less.
use super::Keyring;

/// Fewer who could have shown the same: the wallet warns.
pub const FEW: u64 = 20;
/// Fewer than these: it refuses, unless forced.
pub const TOO_FEW: u64 = 5;

/// How many could have made an anonymous proof, by what everybody can see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crowd {
    /// Enough.
    Ample(u64),
    /// Few enough to be told apart by time, place or habit.
    Few(u64),
    /// So few that a proof is almost a name.
    TooFew(u64),
}

impl Crowd {
    /// Of so many members who could publicly qualify.
    pub fn of(count: u64) -> Self {
        match count {
            _ if count < TOO_FEW => Self::TooFew(count),
            _ if count < FEW => Self::Few(count),
            _ => Self::Ample(count),
        }
    }

    /// How many.
    pub fn count(self) -> u64 {
        let (Self::Ample(count) | Self::Few(count) | Self::TooFew(count)) = self;
        count
    }
}

/// The second of a day at which a member's wallet folds: another one each day, known to its key only.
pub fn moment(keyring: &Keyring, now: u64, day: u64) -> u64 {
    let day = day.max(1);
    let (number, length) = (now / day, day);
    let at = |number: u64| number * length + keyring.draw("fold", number, length);
    match at(number) {
        today if today <= now => today,
        _ => number.checked_sub(1).map_or(0, at),
    }
}

/// The first such second after `now`.
pub fn next_moment(keyring: &Keyring, now: u64, day: u64) -> u64 {
    let day = day.max(1);
    let at = |number: u64| (number * day).saturating_add(keyring.draw("fold", number, day));
    match at(now / day) {
        today if today > now => today,
        _ => at(now / day + 1),
    }
}

/// Whether entries that wait since a second shall be folded now: once the day's moment has passed since they came and
/// since the last fold.
pub fn due(keyring: &Keyring, now: u64, day: u64, waiting_since: u64, folded: Option<u64>) -> bool {
    let moment = moment(keyring, now, day);
    waiting_since <= moment && folded.is_none_or(|last| last < moment)
}

/// Until when an anonymous proof waits after the fold of this number at `folded`: between a twenty-fourth and a quarter
/// of a day, one to six hours.
pub fn rested(keyring: &Keyring, folds: u64, folded: u64, day: u64) -> u64 {
    let hour = day / 24;
    let more = keyring.draw("rest", folds, (5 * hour).max(1));
    folded.saturating_add(hour).saturating_add(more)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SecretKey;

    const DAY: u64 = 86_400;

    fn keyring(n: u64) -> Keyring {
        Keyring::new(
            &SecretKey::for_development("habits", n),
            "t-1",
            "mycel1trust",
        )
    }

    #[test]
    fn a_crowd_under_20_is_warned_of_and_one_under_5_refused() {
        assert_eq!(Crowd::of(4), Crowd::TooFew(4));
        assert_eq!(Crowd::of(5), Crowd::Few(5));
        assert_eq!(Crowd::of(19), Crowd::Few(19));
        assert_eq!(Crowd::of(20), Crowd::Ample(20));
        assert_eq!(Crowd::of(3).count(), 3);
    }

    #[test]
    fn members_fold_once_a_day_at_moments_of_their_own() {
        let mut moments = std::collections::BTreeSet::new();
        for n in 0..20 {
            let ring = keyring(n);
            for day in 100..110u64 {
                let end = (day + 1) * DAY - 1;
                let at = moment(&ring, end, DAY);
                assert!((day * DAY..=end).contains(&at));
                assert_eq!(next_moment(&ring, at - 1, DAY), at);
                let next = next_moment(&ring, at, DAY);
                assert!(((day + 1) * DAY..(day + 2) * DAY).contains(&next));
                assert_eq!(next, moment(&ring, next, DAY));
                // before it, yesterday's counts
                assert!(moment(&ring, at.saturating_sub(1), DAY) < day * DAY);
                moments.insert(at % DAY);
                // entries that came before it are due from then on, until they are folded
                assert!(
                    !due(&ring, at - 1, DAY, at - 5, Some(at - DAY))
                        || at - 5 < moment(&ring, at - 1, DAY)
                );
                assert!(due(&ring, at, DAY, at - 5, None));
                assert!(!due(&ring, at, DAY, at + 1, None), "came after");
                assert!(!due(&ring, end, DAY, at - 5, Some(at)), "folded today");
            }
        }
        assert!(moments.len() > 190, "different={}", moments.len());
    }

    #[test]
    fn after_a_fold_a_wallet_rests_one_to_six_hours() {
        let mut rests = std::collections::BTreeSet::new();
        for n in 0..200 {
            let rest = rested(&keyring(n), 3, 1_000, DAY) - 1_000;
            assert!((3_600..6 * 3_600).contains(&rest), "{rest}");
            rests.insert(rest / 3_600);
        }
        assert_eq!(rests.len(), 5, "all of the five hours occur");
        assert_eq!(rested(&keyring(1), 1, 9, 0), 9, "days of no length");
    }
}
