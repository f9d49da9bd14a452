//! Random people bring, judge, miss and appeal cases; every invariant after
//! every message, kept sums against raw records, with failures and without.
//!
//! `MYCEL_CASES` sets how many sequences (default 60), `MYCEL_SEED` the first
//! seed. A failure names its seed: run it alone with `MYCEL_CASES=1`.

use std::collections::BTreeMap;

use mycel_sandbox::{Code, Receipt, Refusal, address};
use serde_json::{Value, json};

use super::world::{DAY, Needs, Random, World, members, name, native, persons, told};

/// Members of a town.
const PEOPLE: u64 = 34;
/// Steps of a sequence.
const STEPS: usize = 250;

/// What somebody does.
#[derive(Clone, Debug)]
pub enum Act {
    /// A message to sortition.
    Say(String, Value),
    /// A message to members.
    Member(String, Value),
    /// So many seconds pass.
    Wait(u64),
}

/// A town and its stream of random acts.
pub struct Town {
    pub world: World,
    random: Random,
    /// What jurors mean to vote: (case, jury, person) → word.
    meant: BTreeMap<(u64, u8, u64), &'static str>,
    opened: u64,
    /// Juries on which a person may sit.
    most: u64,
}

impl Town {
    pub fn new(sortition: Code, members: Code, seed: u64) -> Town {
        let mut random = Random(seed);
        let numbers = json!({
            "jury_cap": 3 + 2 * random.below(3),
            "juries_per_person": 1 + random.below(4),
            "cases_per_party": 1 + random.below(6),
            "appeal_seconds": 1_000 * random.below(3),
        });
        let most = numbers["juries_per_person"].as_u64().expect("a number");
        let mut world = World::begin(sortition, members, PEOPLE, numbers);
        if random.below(2) == 0 {
            let sortition = world.sortition.clone();
            world
                .sandbox
                .subscribe_end_block(&sortition)
                .expect("subscribed");
        }
        Town {
            world,
            random,
            meant: BTreeMap::new(),
            opened: 0,
            most,
        }
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.random.below(bound)
    }

    fn anyone(&mut self) -> u64 {
        1 + self.below(PEOPLE)
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        let at = self.below(from.len().max(1) as u64) as usize;
        from.get(at).copied()
    }

    /// A recent case, mostly.
    fn some_case(&mut self) -> u64 {
        let back = self.below(5);
        self.opened.saturating_sub(back).max(1)
    }

    fn opening(&mut self) -> Act {
        let kinds = [
            "sanction",
            "entry",
            "default",
            "appeal",
            "flags",
            "obligation",
            "other",
            "assess",
        ];
        let kind = kinds[self.below(8) as usize];
        let needs = Needs {
            kind,
            size: 1 + self.below(9) as u16,
            bps: 1 + self.below(10_000) as u16,
        };
        let mut parties = vec![self.anyone()];
        for _ in 0..self.below(3) {
            parties.push(self.anyone());
        }
        let term = [60, 600, 4_000, 16_000][self.below(4) as usize];
        let (client, nth) = (
            ["client", "credit"][self.below(2) as usize],
            self.below(1_000),
        );
        let msg = self
            .world
            .opening(&format!("{client}/{nth}"), needs, &parties, term);
        Act::Say(client.into(), msg)
    }

    fn voting(&mut self, case: u64) -> Act {
        let stranger = self.anyone();
        let step = self.world.jury(case).step;
        let waiting = match step.as_str() {
            "committing" => self.world.at(case, &["seated"]),
            _ => self.world.at(case, &["committed"]),
        };
        let person = match self.pick(&waiting) {
            Some(person) if !stranger.is_multiple_of(8) => person,
            _ => stranger,
        };
        let which = self.world.which(case);
        let words = self.world.words(case);
        let usual = usize::from(!case.is_multiple_of(3));
        let nth = if self.below(4) == 0 {
            self.below(3) as usize
        } else {
            usual
        };
        let word = words.get(nth).or(words.last()).copied().unwrap_or("drawn");
        let msg = if step == "committing" {
            self.meant.insert((case, which, person), word);
            self.world.commit_msg(case, person, word)
        } else {
            let meant = self.meant.get(&(case, which, person)).copied();
            self.world.reveal_msg(case, person, meant.unwrap_or(word))
        };
        Act::Say(name(person), msg)
    }

    fn party(&mut self, case: u64) -> u64 {
        let parties: Vec<u64> = self
            .world
            .case(case)
            .parties
            .iter()
            .map(|id| id.0)
            .collect();
        let stranger = self.anyone();
        match self.pick(&parties) {
            Some(party) if !stranger.is_multiple_of(8) => party,
            _ => stranger,
        }
    }

    fn striking(&mut self, case: u64) -> Act {
        let called = self.world.at(case, &["called", "seated"]);
        let one = self.pick(&called).unwrap_or(1);
        let party = self.party(case);
        Act::Say(
            name(party),
            json!({"strike": {"case": case.to_string(), "persons": [one.to_string()]}}),
        )
    }

    fn appealing(&mut self, case: u64) -> Act {
        let party = self.party(case);
        Act::Say(name(party), json!({"appeal": {"case": case.to_string()}}))
    }

    fn advancing(&mut self) -> Act {
        let limit = 1 + self.below(90);
        Act::Say("anyone".into(), json!({"advance": {"limit": limit}}))
    }

    /// What fits where a case is.
    fn fitting(&mut self, case: u64) -> Act {
        let odd = self.below(6);
        match self.world.jury(case).step.as_str() {
            "drawing" if odd < 3 => Act::Wait(20),
            "striking" if odd < 3 => self.striking(case),
            "striking" if odd < 4 => Act::Wait(120),
            "committing" | "revealing" if odd < 5 => self.voting(case),
            "ended" if odd < 3 => self.appealing(case),
            "ended" => self.opening(),
            _ => self.advancing(),
        }
    }

    /// What happens next.
    pub fn next(&mut self) -> Act {
        if self.opened == 0 {
            return self.opening();
        }
        let case = self.some_case();
        match self.below(40) {
            0 => self.opening(),
            1 => self.voting(case),
            2 => self.striking(case),
            3 => self.appealing(case),
            4 => self.advancing(),
            5 => {
                let sitting = self.world.sitting(case);
                let juror = self.pick(&sitting).unwrap_or(1);
                Act::Say(name(juror), json!({"recuse": {"case": case.to_string()}}))
            }
            6 => Act::Say(
                "anyone".into(),
                json!({"advance": {"case": case.to_string()}}),
            ),
            7 => {
                let (from, to) = (self.anyone(), self.anyone());
                let until = self.world.now() + 40 * DAY;
                Act::Member(
                    name(from),
                    json!({"vouch": {"person": to.to_string(), "weight": 1, "until": until.to_string()}}),
                )
            }
            8 if self.below(4) == 0 => Act::Member(name(case % PEOPLE + 1), json!({"leave": {}})),
            8..=9 => Act::Wait([1, 120, 700, 5_000][self.below(4) as usize]),
            _ => self.fitting(case),
        }
    }

    /// Does it.
    pub fn act(&mut self, act: &Act) -> Result<Option<Receipt>, Refusal> {
        match act {
            Act::Say(who, msg) => {
                let receipt = self.world.say(who, msg.clone())?;
                if msg.get("open_case").is_some() {
                    self.opened += 1;
                }
                Ok(Some(receipt))
            }
            Act::Member(who, msg) => {
                let members = self.world.members.clone();
                let done = self.world.sandbox.execute(&address(who), &members, msg);
                done.map(|_| None)
            }
            Act::Wait(seconds) => {
                self.world.wait(*seconds);
                Ok(None)
            }
        }
    }
}

/// Nobody holds more than twice the places that the parameter says, of either
/// sort. Whether somebody holds more than it says.
fn nobody_is_overloaded(town: &Town) -> bool {
    let held = |person: u64| {
        let duties = town.world.juror(person).duties;
        let (mut juries, mut assessments) = (0, 0);
        for duty in duties {
            match duty.kind.as_str() {
                "assess" => assessments += 1,
                _ => juries += 1,
            }
        }
        juries.max(assessments)
    };
    let busiest = (1..=PEOPLE).map(held).max().unwrap_or(0);
    assert!(busiest <= 2 * town.most, "{busiest} {}", town.most);
    busiest > town.most
}

/// Who was called in a message is no party and related to none, now.
fn called_are_impartial(world: &World, receipt: &Receipt) {
    for event in receipt
        .events
        .iter()
        .filter(|event| event.ty == "wasm-called")
    {
        let value = |key| {
            event
                .attributes
                .iter()
                .find(|one| one.key == key)
                .map(|one| &one.value)
        };
        let case: u64 = value("case")
            .and_then(|text| text.parse().ok())
            .expect("the case");
        let interests = world.jury(case).interests;
        for person in persons(
            &Receipt {
                events: vec![event.clone()],
                data: None,
                gas: 0,
            },
            "wasm-called",
            "persons",
        ) {
            for interest in &interests {
                assert!(
                    person != interest.0 && !world.related(person, interest.0),
                    "{event:?}"
                );
            }
        }
    }
}

#[derive(Default)]
struct Seen(BTreeMap<String, u64>);

impl Seen {
    fn note(&mut self, what: &str) {
        *self.0.entry(what.to_owned()).or_default() += 1;
    }
}

fn sequence(seed: u64, failures: bool, seen: &mut Seen) {
    let mut town = Town::new(Code::native(native()), Code::native(members()), seed);
    for step in 0..STEPS {
        let act = town.next();
        if failures {
            let stream = seed.wrapping_mul(STEPS as u64).wrapping_add(step as u64);
            town.world.sandbox.fail_randomly(stream, 9);
        }
        let before = town.world.sandbox.state_hash();
        if told("MYCEL_SHOW", 0) == 1 {
            eprintln!("{step} {act:?}");
        }
        let result = town.act(&act);
        town.world.sandbox.fail_randomly(seed, 0);
        match result {
            Ok(receipt) => {
                seen.note("accepted");
                if let Some(receipt) = receipt {
                    called_are_impartial(&town.world, &receipt);
                }
            }
            Err(refusal) => {
                seen.note("refused");
                assert_eq!(town.world.sandbox.state_hash(), before, "{act:?}");
                let text = &refusal.text;
                let broken = text.contains("state missing") || text.contains("state unreadable");
                assert!(!broken, "{act:?}: {text}");
            }
        }
        town.world.check();
        if nobody_is_overloaded(&town) {
            seen.note("busy called");
        }
        if matches!(act, Act::Say(..)) && town.below(3) == 0 {
            town.world.wait(1);
            town.world.check();
        }
    }
    // whatever was begun ends by time alone
    for _ in 0..3 {
        town.world.wait(40_000);
        town.world.advance();
        town.world.check();
    }
    for case in 1..=town.opened {
        let told = town.world.juries(case);
        assert!(
            told.juries.iter().all(|jury| jury.step == "ended"),
            "{told:?}"
        );
        assert!(told.case.r#final, "{told:?}");
        seen.note(told.lapsed.as_deref().unwrap_or(&told.case.outcome));
        for jury in &told.juries {
            seen.note(&format!("rounds {}", jury.rounds.len()));
        }
        if told.juries.len() == 2 {
            let last = told
                .juries
                .iter()
                .rev()
                .find_map(|jury| jury.verdict.as_ref());
            let last = last.map(|said| said.outcome.as_str());
            assert_eq!(last, Some(told.case.outcome.as_str()), "{told:?}");
            seen.note("second juries");
            seen.note(&format!(
                "second: {}",
                told.lapsed.as_deref().unwrap_or("verdict")
            ));
        }
    }
    for person in 1..=PEOPLE {
        assert!(town.world.juror(person).duties.is_empty());
    }
}

fn sequences(failures: bool) {
    let (cases, first) = (told("MYCEL_CASES", 60), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_CASES={cases} MYCEL_SEED={first}");
    let mut seen = Seen::default();
    for seed in first..first + cases {
        eprintln!("MYCEL_SEED={seed}");
        sequence(seed, failures, &mut seen);
    }
    eprintln!("{:?}", seen.0);
    if cases >= 60 {
        for what in [
            "uphold",
            "dismiss",
            "default",
            "drawn",
            "time",
            "absent",
            "rounds 2",
            "rounds 3",
            "busy called",
            "second: verdict",
            "second: time",
        ] {
            assert!(
                seen.0.contains_key(what),
                "{what} never happened: {:?}",
                seen.0
            );
        }
    }
}

#[test]
fn random_cases_keep_every_invariant_after_every_message() {
    sequences(false);
}

#[test]
fn random_cases_with_failures_injected_keep_every_invariant_after_every_message() {
    sequences(true);
}
