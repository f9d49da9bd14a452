//! A deal's course in time: pure, from its record alone.
//!
//! ```text
//! offer ──accepted──→ promises ──both in, or the deadline──→ opening ──window over──→ …
//!   └─ not in time: gone                                        │ opened: appeal time,
//!                                                               │   then due, or a jury
//!                                                               └ not opened: absent
//! ```

use super::record::{Deal, Rating, Side, Stage};

/// When ratings of a running deal may be opened: from, until (exclusive). They
/// are closed at the same time whenever both were promised: whoever promises
/// last does not choose the day on which the other has to be there.
#[must_use]
pub fn window(deal: &Deal, open_window: u64) -> (u64, u64) {
    let from = deal.both.unwrap_or(deal.until);
    (from, deal.until.saturating_add(open_window))
}

/// When the deal is next looked at, if nobody does anything.
#[must_use]
pub fn next(deal: &Deal, open_window: u64) -> Option<u64> {
    match deal.stage {
        Stage::Offered | Stage::Ended => Some(deal.until),
        Stage::Running => {
            let awaited = |side: &Side| side.rating == Rating::Awaited;
            let ends = window(deal, open_window).1;
            deal.sides.iter().any(awaited).then_some(ends)
        }
    }
}

/// Ratings that can no longer come are absent. Gives how many became so.
pub fn close(deal: &mut Deal, open_window: u64, now: u64) -> u64 {
    if deal.stage != Stage::Running || now < window(deal, open_window).1 {
        return 0;
    }
    let mut absent = 0;
    for side in &mut deal.sides {
        if side.rating == Rating::Awaited {
            side.rating = Rating::Absent;
            absent += 1;
        }
    }
    absent
}

/// Whether nothing more becomes of either rating.
#[must_use]
pub fn over(deal: &Deal) -> bool {
    deal.stage == Stage::Running && deal.sides.iter().all(|side| side.rating.over())
}

/// The latest time at which an entry of a deal accepted now can be given: both
/// rate at the last moment, it is opened at the last moment, disputed, appealed.
#[must_use]
pub fn latest(now: u64, rating: u64, open_window: u64, appeal: u64, case: u64) -> u64 {
    [rating, open_window, appeal, case.saturating_mul(3)]
        .into_iter()
        .fold(now, u64::saturating_add)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::record::Sealed;
    use super::*;
    use crate::mailbox::Ticket;

    /// A running deal whose ratings are promised until 1,000.
    pub(crate) fn running() -> Deal {
        Deal {
            a: 1,
            b: 2,
            element: [1; 32],
            k: [2; 32],
            keys: [1, 1],
            reference: None,
            weight: 5,
            offered: 0,
            stage: Stage::Running,
            until: 1_000,
            both: None,
            reach: (0, 1),
            sides: Default::default(),
        }
    }

    fn opened(due: u64) -> Rating {
        Rating::Opened(Sealed {
            c: [3; 32],
            ct: [4; 32],
            ticket: Ticket { due, serial: 1 },
        })
    }

    #[test]
    fn ratings_are_opened_once_both_are_in_or_the_deadline_has_passed_until_a_day_after_it() {
        let mut deal = running();
        assert_eq!(window(&deal, 100), (1_000, 1_100));
        // whoever promises last does not choose when the other has to be there
        for both in [1, 700, 999] {
            deal.both = Some(both);
            assert_eq!(window(&deal, 100), (both, 1_100));
        }
    }

    #[test]
    fn what_is_not_opened_in_time_is_absent_and_what_was_stays() {
        let mut deal = running();
        deal.sides[1].rating = opened(1_150);
        assert_eq!(close(&mut deal, 100, 1_099), 0);
        assert_eq!(next(&deal, 100), Some(1_100));
        assert_eq!(close(&mut deal, 100, 1_100), 1);
        assert_eq!(deal.sides[0].rating, Rating::Absent);
        assert_eq!(deal.sides[1].rating, opened(1_150));
        assert_eq!(next(&deal, 100), None);
        assert!(!over(&deal));
        deal.sides[1].rating = Rating::Given(3);
        assert!(over(&deal));
        deal.stage = Stage::Ended;
        assert_eq!(next(&deal, 100), Some(1_000));
        assert_eq!(close(&mut running_offer(), 100, 5_000), 0);
    }

    fn running_offer() -> Deal {
        Deal {
            stage: Stage::Offered,
            ..running()
        }
    }

    #[test]
    fn the_latest_entry_comes_after_a_case_and_its_appeal() {
        assert_eq!(latest(10, 100, 20, 30, 1_000), 3_160);
        assert_eq!(latest(u64::MAX - 1, 100, 20, 30, 1_000), u64::MAX);
    }
}
