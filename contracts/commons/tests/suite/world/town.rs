//! Random members who found, enrol, budget, accuse and appeal, sensibly and not.

use mycel_sandbox::{Code, Receipt, Refusal, address};
use serde_json::{Value, json};

use super::{APPEAL, Electorate, Random, TERM, World, attribute, founding, names, rules, shares};

/// Persons at the beginning.
pub const PERSONS: usize = 20;

pub struct Town {
    pub world: World,
    pub random: Random,
    names: Vec<String>,
    /// Cases that no jury decided yet, and those decided that nobody followed.
    cases: Vec<u64>,
    judged: Vec<u64>,
}

/// Something that happens.
#[derive(Clone, Debug)]
pub enum Act {
    /// Someone says something.
    Say(String, Value),
    /// Someone says something to members.
    Members(String, Value),
    /// A jury decides.
    Judge(u64, &'static str),
    /// Time passes.
    Wait(u64),
}

impl Town {
    pub fn new(code: Code, seed: u64) -> Town {
        let mut world = World::begin(code, PERSONS);
        let all = names(PERSONS);
        world.organisation("mill", &[(&all[0], 6_000), (&all[1], 4_000)]);
        world.organisation("yard", &[(&all[2], 10_000)]);
        let mut speakers = all;
        speakers.extend(["mill".to_owned(), "yard".to_owned()]);
        let mut first = rules();
        first["enrolment"] = json!({"vouching": {"welcomes": 2}});
        world.found_with(
            first,
            None,
            &[(1, 1_000), (2, 1_000), (3, 0), (4, 5), (5, 0)],
        );
        Town {
            world,
            random: Random(seed),
            names: speakers,
            cases: vec![],
            judged: vec![],
        }
    }

    fn below(&mut self, bound: usize) -> usize {
        self.random.below(bound as u64) as usize
    }

    fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    /// Mostly one of the first.
    fn name(&mut self) -> String {
        let most = if self.chance(3) { self.names.len() } else { 7 };
        let place = self.below(most);
        self.names[place].clone()
    }

    fn person(&mut self) -> u64 {
        let most = if self.chance(3) { PERSONS + 3 } else { 7 };
        1 + self.below(most) as u64
    }

    fn commons(&mut self) -> u64 {
        1 + self.below(5) as u64
    }

    fn members(&mut self) -> Vec<Value> {
        let many = self.below(4);
        let all: Vec<(u64, u32)> = (0..many)
            .map(|_| (self.person(), self.random.below(3_000_000) as u32))
            .collect();
        shares(&all)
    }

    fn decided(&mut self, of: u64, class: &str, action: Value) -> Act {
        let electorate = match self.below(8) {
            0 => Electorate::from("all"),
            _ if of == 0 => Electorate::from("all"),
            _ => Electorate::from(of),
        };
        Act::Say(
            "assembly".to_owned(),
            json!({"decided": {"proposal": "1", "electorate": electorate.json(),
                "class": class, "action": action}}),
        )
    }

    fn decision(&mut self) -> Act {
        let of = self.commons();
        let about = of.to_string();
        match self.below(12) {
            0 => {
                let parent = [None, Some(1), Some(2)][self.below(3)];
                let mut own = rules();
                if self.chance(2) {
                    own["enrolment"] = json!({"vouching": {"welcomes": 1}});
                }
                let mut found = founding(own, parent, &[]);
                found["found"]["members"] = json!(self.members());
                self.decided(0, "ordinary", found)
            }
            1..=3 => {
                let members = self.members();
                let name = self.pick(&["enrol", "enrol", "grant_shares"]);
                let action = json!({name: {"commons": about, "members": members}});
                self.decided(of, "ordinary", action)
            }
            4..=6 => {
                let (child, ppm) = (self.commons().to_string(), self.random.below(700_000));
                let action =
                    json!({"allot_budget": {"commons": about, "child": child, "ppm": ppm}});
                self.decided(of, "ordinary", action)
            }
            7 => {
                let mut own = rules();
                own["epoch_seconds"] = json!(8_000 + self.random.below(8_000));
                let action = json!({"set_rules": {"commons": about, "rules": own}});
                self.decided(of, "constitutional", action)
            }
            8 if self.chance(4) => {
                let action = json!({"close": {"commons": about}});
                self.decided(of, "constitutional", action)
            }
            9 => {
                let name = self.pick(&["accredit", "withdraw_accreditation"]);
                let number = self.pick(&["1", "21", "22"]);
                self.decided(0, "ordinary", json!({name: {"organisation": number}}))
            }
            _ => {
                let measure = (1 + self.below(6)).to_string();
                let action = json!({"lower": {"commons": about, "measure": measure}});
                self.decided(of, "ordinary", action)
            }
        }
    }

    pub fn next(&mut self) -> Act {
        let (name, commons) = (self.name(), self.commons());
        let commons = if self.chance(3) { commons } else { 1 };
        let about = json!({"commons": commons.to_string()});
        match self.below(30) {
            0..=6 => self.decision(),
            7..=8 => Act::Say(name, json!({"apply": about})),
            9..=11 => {
                let person = self.person().to_string();
                let msg = json!({"welcome": {"commons": commons.to_string(), "person": person}});
                Act::Say(name, msg)
            }
            12 => Act::Say(name, json!({"withdraw": about})),
            13 => {
                let persons: Vec<String> = (0..3).map(|_| self.person().to_string()).collect();
                let msg = json!({"recheck": {"commons": commons.to_string(), "persons": persons}});
                Act::Say(name, msg)
            }
            14..=18 => {
                let person = self.person().to_string();
                let what = self.pick(&[
                    json!({"conduct": {}}),
                    json!({"conduct": {}}),
                    json!({"grave": {}}),
                    json!({"unreported": {"quantity": "5"}}),
                ]);
                let msg = json!({"accuse": {"commons": commons.to_string(), "person": person,
                    "what": what, "text": "so", "evidence": "ef".repeat(32)}});
                Act::Say(name, msg)
            }
            19..=22 if !self.cases.is_empty() => {
                let place = self.below(self.cases.len());
                let case = self.cases.swap_remove(place);
                self.judged.push(case);
                let word = self.pick(&["uphold", "uphold", "dismiss", "malicious"]);
                Act::Judge(case, word)
            }
            23..=24 if !self.judged.is_empty() => {
                let place = self.below(self.judged.len());
                let case = self.judged[place].to_string();
                Act::Say(name, json!({"advance": {"case": case}}))
            }
            25..=26 => {
                let measure = (1 + self.below(8)).to_string();
                Act::Say(name, json!({"appeal": {"measure": measure}}))
            }
            27 if self.chance(6) => Act::Members(name, json!({"leave": {}})),
            28 => {
                let limit = 1 + self.below(400);
                Act::Say(name, json!({"advance": {"limit": limit}}))
            }
            _ => {
                let long = if self.chance(6) { TERM } else { APPEAL };
                Act::Wait(1 + self.random.below(long))
            }
        }
    }

    pub fn act(&mut self, act: &Act) -> Result<Option<Receipt>, Refusal> {
        let world = &mut self.world;
        match act {
            Act::Say(name, msg) => {
                let receipt = world.as_(name).tries(msg)?;
                let case = attribute(&receipt, "wasm-case_opened", "case");
                self.cases
                    .extend(case.and_then(|case| case.parse::<u64>().ok()));
                Ok(Some(receipt))
            }
            Act::Members(name, msg) => {
                let members = world.members.clone();
                world
                    .sandbox
                    .execute(&address(name), &members, msg)
                    .map(Some)
            }
            Act::Judge(case, word) => {
                let _ = world.judged(*case, word);
                Ok(None)
            }
            Act::Wait(seconds) => {
                world.wait(*seconds);
                Ok(None)
            }
        }
    }
}
