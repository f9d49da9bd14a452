//! Nothing is forgotten: whatever is open has a task that ends it. So no seat,
//! no slot and no bond waits for ever, whatever anybody does.

use std::collections::BTreeSet;

use borsh::BorshDeserialize;
use cosmwasm_std::{Order, Storage};
use mycel_commons::agenda::{Part, Task};
use mycel_commons::cap;
use mycel_commons::monitors::{lot, state as monitors};
use mycel_commons::regeneration::record::{Claim, Grant, Phase};
use mycel_commons::regeneration::{attesting, state as regeneration};
use mycel_commons::registry::{self, Status};
use mycel_kit::Key;

type Tasks = BTreeSet<(u8, u8, u64, u64)>;

/// The tasks of nature's parts, and how many of all are due.
fn tasks(storage: &dyn Storage, now: u64) -> (Tasks, usize) {
    let mut due = 0;
    let mut found = Tasks::new();
    for (raw, value) in storage.range(Some(b"z"), Some(b"{"), Order::Ascending) {
        let task = Key::<Task>::new(b'z', &raw[1..])
            .decode(&value)
            .expect("a task");
        let at: [u8; 8] = raw[2..10].try_into().expect("a time");
        due += usize::from(u64::from_be_bytes(at) <= now);
        let part = match task.part {
            Part::Cap => b'c',
            Part::Monitors => b'm',
            Part::Regeneration => b'g',
            _ => continue,
        };
        found.insert((part, task.kind, task.commons, task.argument));
    }
    (found, due)
}

/// How many tasks are due.
pub fn due(storage: &dyn Storage, now: u64) -> usize {
    tasks(storage, now).1
}

fn each<T: BorshDeserialize>(
    storage: &dyn Storage,
    tag: u8,
    kind: u8,
    mut see: impl FnMut(&[u64], T),
) {
    let (start, end) = ([tag, kind], [tag, kind + 1]);
    for (raw, value) in storage.range(Some(&start), Some(&end), Order::Ascending) {
        let record = Key::new(tag, &raw[1..]).decode(&value).expect("a record");
        let numbers: Vec<u64> = raw[2..]
            .chunks_exact(8)
            .map(|bytes| u64::from_be_bytes(bytes.try_into().expect("eight")))
            .collect();
        see(&numbers, record);
    }
}

/// Whatever is open has a task.
#[track_caller]
pub fn nothing_is_forgotten(storage: &dyn Storage) {
    let (tasks, _) = tasks(storage, 0);
    let has = |part: u8, kind: u8, commons: u64, argument: u64, what: &str| {
        assert!(
            tasks.contains(&(part, kind, commons, argument)),
            "{what} has no task: commons={commons} argument={argument}"
        );
    };
    each::<Claim>(storage, b'g', 1, |at, claim| {
        let commons = claim.commons;
        if claim.phase == Phase::Claimed {
            has(b'g', attesting::ATTEST, commons, at[0], "a claim");
        }
        if claim.case.is_some() {
            has(
                b'g',
                attesting::DISPUTE,
                commons,
                at[0],
                "a jury about a claim",
            );
        }
        if let Some(open) = claim.reversal {
            let kind = open.case.map_or(attesting::REVERSE, |_| attesting::LOSS);
            has(b'g', kind, commons, at[0], "a loss");
            let by = regeneration::reversal_of(open.by).may_load(storage);
            assert_eq!(by, Ok(Some(at[0])), "one who said a loss may say none");
        }
    });
    each::<Grant>(storage, b'g', 5, |at, grant| {
        let open = cap::current(storage, at[0]).expect("readable");
        if open.is_some_and(|open| open.number == grant.epoch) {
            has(
                b'g',
                attesting::MINT,
                at[0],
                grant.epoch,
                "what is for restorers",
            );
        }
    });
    each::<monitors::Dispute>(storage, b'm', 5, |at, dispute| {
        if dispute.ended.is_none() {
            let argument = at[0] << 16 | u64::from(dispute.attempt);
            has(
                b'm',
                monitors::DISPUTE,
                dispute.commons,
                argument,
                "a dispute",
            );
        }
    });
    each::<monitors::Seat>(storage, b'm', 2, |at, seat| {
        let (commons, number) = (at[0], at[1]);
        let waits = seat.disputed > 0 || seat.bound > 0;
        match seat.ended {
            None => has(b'm', monitors::LOOK, commons, number, "a seat"),
            Some(_) if !seat.bonds.is_empty() && (seat.forfeited || !waits) => {
                has(b'm', monitors::BOND, commons, number, "a bond");
            }
            Some(_) => {}
        }
    });
    each::<monitors::Watch>(storage, b'm', 1, |at, watch| {
        let commons = at[0];
        let status = registry::commons(storage, commons)
            .expect("a commons")
            .status;
        let rules = registry::rules(storage, commons).expect("rules").monitors;
        match &watch.lot {
            Some(drawn) => has(b'm', monitors::LOT, commons, drawn.case, "a lot"),
            None if status == Status::Open
                && watch.seats > 0
                && lot::wanted(&watch, &rules) > 0 =>
            {
                has(
                    b'm',
                    monitors::LOT,
                    commons,
                    0,
                    "an empty seat of the lot's",
                );
            }
            None => {}
        }
        if status == Status::Open {
            has(b'c', cap::opening::LOOK, commons, 0, "a commons");
        }
    });
}
