//! Random monitors, members, juries and peers do random things; every invariant
//! after every message, kept sums against raw records, with failures injected
//! and without.
//!
//! `MYCEL_CASES` sets how many sequences (default 60), `MYCEL_SEED` the first
//! seed. A failure names its seed: run it alone with `MYCEL_CASES=1`.

use mycel_sandbox::Code;
use serde_json::{Value, json};

use super::world::{AGE, BOND, DAY, World, name, native, rules};
use crate::world::{Random, told};

/// Steps of a sequence.
const STEPS: usize = 220;

#[derive(Default)]
struct Seen {
    accepted: u64,
    refused: u64,
    readings: u64,
    disputes: u64,
    refuted: u64,
    forfeited: u64,
    seats: u64,
}

struct Town {
    world: World,
    random: Random,
    /// Whether calls of messages are struck by failures.
    failures: bool,
}

impl Town {
    fn new(seed: u64, failures: bool) -> Town {
        let mut random = Random(seed);
        let mut rules = rules();
        rules.monitors.organisations = 3 + random.below(4) as u8;
        rules.monitors.lay = 1 + random.below(3) as u8;
        rules.monitors.spread_ppm = [20_000, 100_000, 300_000][random.below(3) as usize];
        rules.epoch_seconds = (20 * DAY) as u32;
        let world = World::with(Code::native(native()), rules);
        Town {
            world,
            random,
            failures,
        }
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.random.below(bound)
    }

    fn organisation(&mut self) -> u64 {
        101 + self.below(8)
    }

    fn anyone(&mut self) -> u64 {
        match self.below(3) {
            0 => 1 + self.below(3),
            1 => 11 + self.below(18),
            _ => self.organisation(),
        }
    }

    fn monitor(&mut self) -> u64 {
        let held = self.world.watch().held;
        let at = self.below(held.len().max(1) as u64 + 1) as usize;
        held.get(at).map_or_else(|| self.anyone(), |one| one.person)
    }

    fn seat(&mut self) -> u64 {
        let seats = self.world.watch().seats;
        1 + self.below(seats.max(1) + 1)
    }

    /// Something that may or may not be accepted.
    fn act(&mut self) -> Result<(), mycel_sandbox::Refusal> {
        let choice = self.below(100);
        match choice {
            0..15 => {
                let owner = self.organisation();
                let amount = [BOND, BOND, BOND, BOND / 2, BOND - 1][self.below(5) as usize];
                let age = [AGE, AGE, 50 * DAY, 90 * DAY][self.below(4) as usize];
                self.strike();
                self.world.bond_for(owner, amount, age).map(|_| ())
            }
            15..50 => {
                let who = self.monitor();
                let quantity = match self.below(8) {
                    0 => self.below(1_100_000).into(),
                    1 => 1_500,
                    2 => 300,
                    _ => 1_000 + u128::from(self.below(60)),
                };
                let msg = self.world.read_msg(quantity);
                self.say(who, msg)
            }
            50..56 => {
                let (who, seat) = (1 + self.below(4), self.seat());
                let msg = self.world.challenge_msg(seat);
                self.say(who, msg)
            }
            56..59 => {
                let who = self.monitor();
                self.say(who, json!({"leave_seat": {"commons": "1"}}))
            }
            59..66 => {
                let lot = self.world.watch().lot;
                let drawn = lot.map(|lot| lot.drawn).unwrap_or_default();
                let at = self.below(drawn.len().max(1) as u64) as usize;
                let who = drawn.get(at).copied().unwrap_or(21);
                let word = if self.below(4) == 0 {
                    "decline_seat"
                } else {
                    "accept_seat"
                };
                self.say(who, json!({word: {"commons": "1"}}))
            }
            66..70 => {
                let seat = self.seat();
                let msg = json!({"check_seat": {"commons": "1", "seat": seat.to_string()}});
                self.say(99, msg)
            }
            70..78 => self.jury(),
            78..82 => {
                self.lot();
                Ok(())
            }
            82..88 => {
                self.peers();
                Ok(())
            }
            _ => {
                let wait = [1, 600, 3_600, DAY, DAY, 5 * DAY, 20 * DAY][self.below(7) as usize];
                self.world.wait(wait);
                let limit = 1 + self.below(400);
                self.say(99, json!({"advance": {"limit": limit}}))
            }
        }
    }

    /// The next call may fail anywhere; what a test asks or moves does not.
    fn strike(&mut self) {
        if self.failures {
            let stream = self.random.next();
            self.world.sandbox.fail_randomly(stream, 12);
        }
    }

    fn say(&mut self, who: u64, msg: Value) -> Result<(), mycel_sandbox::Refusal> {
        self.strike();
        self.world.tell(&name(who), msg).map(|_| ())
    }

    fn jury(&mut self) -> Result<(), mycel_sandbox::Refusal> {
        let cases = self.world.cases();
        if cases == 0 {
            return Ok(());
        }
        let case = cases - self.below(cases.min(6));
        let words = ["uphold", "dismiss", "malicious", "lapsed", "dismiss"];
        let word = words[self.below(5) as usize];
        self.world.say(case, word);
        if self.below(2) == 0 {
            return Ok(());
        }
        self.say(99, json!({"advance": {"case": case.to_string()}}))
    }

    fn lot(&mut self) {
        if let Some(own) = self.world.lot_case() {
            let persons: Vec<u64> = (0..1 + self.below(5)).map(|_| 1 + self.below(30)).collect();
            let mut each = persons;
            each.sort_unstable();
            each.dedup();
            self.world.draw(own, &each);
        }
    }

    /// Peers change their minds.
    fn peers(&mut self) {
        match self.below(7) {
            0 => {
                let on = self.below(3) == 0;
                self.world.no_jurors(on);
            }
            1 => {
                let peers = [self.world.credit.clone(), self.world.sortition.clone()];
                let peer = peers[self.below(2) as usize].clone();
                let on = self.below(3) == 0;
                self.world.silence(&peer, on);
            }
            2 => {
                let organisation = self.organisation();
                let person = 11 + self.below(12);
                self.world.control(organisation, &[(person, 10_000)]);
            }
            3 => {
                let organisation = self.organisation();
                let step = ["none", "none", "suspended"][self.below(3) as usize];
                self.world.person(organisation, "org", step);
            }
            _ => {
                // decay, or expiry that somebody carried out
                let seat = self.seat();
                let seats: mycel_commons::monitors::ask::SeatsResponse = self.world.query(
                    json!({"seats": {"commons": "1", "after": (seat - 1).to_string(), "limit": 1}}),
                );
                let bonds = seats.seats.first().map(|one| one.bonds.clone());
                if let Some(hold) = bonds.unwrap_or_default().first() {
                    let left = [0, BOND / 3, BOND * 2 / 3][self.below(3) as usize];
                    let (assembly, credit) =
                        (self.world.assembly.clone(), self.world.credit.clone());
                    let msg = json!({"leave": {"hold": hold, "amount": left.to_string()}});
                    let _ = self.world.sandbox.execute(&assembly, &credit, &msg);
                }
            }
        }
    }
}

/// Time alone never raises what counts.
fn time_loosens_nothing(world: &World, seed: u64) {
    let watch = world.watch();
    let rules = world
        .sandbox
        .read(&world.commons, |storage| {
            mycel_commons::monitors::rules(storage, 1).expect("rules")
        })
        .expect("commons");
    // of seats that are held: what was given up is forgotten after a window
    let mut held = watch.clone();
    held.current.retain(|one| watch.seat(one.seat).is_some());
    let mut before = held.value(world.now(), &rules);
    for later in [DAY, 10 * DAY, 29 * DAY, 31 * DAY, 500 * DAY] {
        let after = held.value(world.now() + later, &rules);
        assert!(
            after.counts <= before.counts && after.status >= before.status,
            "seed {seed}: {before:?} {after:?}"
        );
        before = after;
    }
}

fn sequence(seed: u64, failures: bool, seen: &mut Seen) {
    let mut town = Town::new(seed, failures);
    for _ in 0..STEPS {
        let acted = town.act();
        town.world.sandbox.fail_randomly(seed, 0);
        match acted {
            Ok(()) => seen.accepted += 1,
            Err(refusal) => {
                assert!(
                    !refusal.text.contains("state missing")
                        && !refusal.text.contains("state unreadable"),
                    "{}",
                    refusal.text
                );
                seen.refused += 1;
            }
        }
        town.world.check();
        town.world
            .sandbox
            .read(&town.world.commons, |storage| {
                crate::nature::agenda::nothing_is_forgotten(storage);
            })
            .expect("commons");
        time_loosens_nothing(&town.world, seed);
        town.world.wait(1);
    }
    let sums = town
        .world
        .sandbox
        .read(&town.world.commons, |storage| {
            mycel_commons::monitors::state::sums()
                .may_load(storage)
                .expect("sums")
                .unwrap_or_default()
        })
        .expect("commons");
    seen.readings += sums.readings;
    seen.disputes += sums.disputes;
    seen.refuted += sums.refuted;
    seen.forfeited += sums.forfeited;
    seen.seats += sums.seats;
}

fn sequences(failures: bool) {
    let (cases, first) = (told("MYCEL_CASES", 60), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_CASES={cases} MYCEL_SEED={first}");
    let mut seen = Seen::default();
    for seed in first..first + cases {
        let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            sequence(seed, failures, &mut seen);
        }));
        if let Err(panic) = ran {
            eprintln!("MYCEL_SEED={seed} MYCEL_CASES=1");
            std::panic::resume_unwind(panic);
        }
    }
    eprintln!(
        "{} accepted, {} refused, {} seats, {} readings, {} disputes, {} refuted, {} forfeited",
        seen.accepted,
        seen.refused,
        seen.seats,
        seen.readings,
        seen.disputes,
        seen.refuted,
        seen.forfeited
    );
    assert!(seen.accepted * 2 > seen.refused, "mostly nonsense");
    assert!(
        cases < 30
            || (seen.readings > 5 * cases
                && seen.disputes > cases
                && seen.refuted > cases / 4
                && seen.forfeited > cases / 4),
        "hardly anything happens"
    );
}

#[test]
fn random_monitors_keep_every_invariant_after_every_message() {
    sequences(false);
}

#[test]
fn random_monitors_with_failures_injected_keep_every_invariant_after_every_message() {
    sequences(true);
}
