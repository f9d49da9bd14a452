//! Random members that do random things, sensible and not.

use cosmwasm_std::{Binary, Storage};
use mycel_kit::peers::members::Status;
use mycel_sandbox::{Code, Receipt, Refusal, address};
use serde_json::{Value, json};

use super::{ALL, DAY, Random, World, idc};

/// Names; the first four are founders.
pub const NAMES: [&str; 14] = [
    "ana", "ben", "cleo", "dan", "eve", "fay", "gus", "hal", "ida", "jon", "kim", "lea", "bakery",
    "phone",
];

pub struct Town {
    pub world: World,
    pub random: Random,
}

/// Something that happens.
#[derive(Clone, Debug)]
pub enum Act {
    /// Someone says something to members.
    Say(&'static str, Value),
    /// The key decides a case.
    Verdict(u64, &'static str),
    /// The assembly decides.
    Decide(Value),
    /// Credit's books change.
    Owe(&'static str, i64),
    /// Time passes.
    Wait(u64),
}

impl Town {
    pub fn new(code: Code, seed: u64) -> Town {
        let mut world = World::begin(
            code,
            ALL,
            json!({"growth_least": 6, "invites_per_epoch": 5, "sponsor_residency": 0,
                "flags_for_notice": 3, "recheck_bps": 3_000}),
        );
        world.found(&NAMES[..4]);
        Town {
            world,
            random: Random(seed),
        }
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.random.below(of.len() as u64) as usize]
    }

    fn name(&mut self) -> &'static str {
        self.pick(&NAMES)
    }

    /// Mostly a number that exists.
    fn number(&mut self) -> String {
        let numbers = self.read(|storage| {
            mycel_members::state::totals()
                .load(storage)
                .map_or(0, |totals| totals.numbers)
        });
        (1 + self.random.below(numbers + 1)).to_string()
    }

    fn read<T>(&self, read: impl FnOnce(&dyn Storage) -> T) -> T {
        let members = &self.world.members;
        self.world.sandbox.read(members, read).expect("members")
    }

    /// A sponsor that invited this name, if there is one.
    fn invited_by(&self, name: &str) -> Option<String> {
        let address = address(name);
        self.read(|storage| {
            let numbers = mycel_members::state::totals().load(storage).ok()?.numbers;
            (1..=numbers)
                .find(|number| {
                    mycel_members::state::invite(*number, address.as_str()).exists(storage)
                })
                .map(|number| number.to_string())
        })
    }

    fn is_member(&self, name: &str) -> bool {
        let address = address(name);
        self.read(|storage| {
            mycel_members::standing::number_of(storage, address.as_str())
                .and_then(|number| mycel_members::standing::person(storage, number))
                .is_ok_and(|person| mycel_members::standing::takes_part(&person))
        })
    }

    /// Mostly one who takes part.
    fn member(&mut self) -> &'static str {
        for _ in 0..6 {
            let name = self.name();
            if self.is_member(name) {
                return name;
            }
        }
        self.name()
    }

    /// Mostly one who does not.
    fn stranger(&mut self) -> &'static str {
        for _ in 0..6 {
            let name = self.name();
            if !self.is_member(name) {
                return name;
            }
        }
        self.name()
    }

    /// The next step of a person, most of the time.
    fn next_step(&mut self, number: &str) -> &'static str {
        let step = self.read(|storage| {
            let number = number.parse().unwrap_or(0);
            mycel_members::standing::person(storage, number).map(|person| person.step.up())
        });
        match step {
            Ok(Some(step)) if self.random.below(5) != 0 => step.name(),
            _ => self.pick(&["notice", "reduced", "suspended", "expelled"]),
        }
    }

    /// Mostly a case that exists.
    fn case(&mut self) -> u64 {
        let cases = self.read(|storage| {
            mycel_members::state::totals()
                .load(storage)
                .map_or(0, |totals| totals.cases)
        });
        (cases + 1).saturating_sub(self.random.below(4)).max(1)
    }

    /// Someone who left is invited, or comes; if nobody left, someone leaves.
    fn way_back(&mut self, who: &'static str) -> Act {
        let gone: Vec<&'static str> = NAMES
            .into_iter()
            .filter(|name| {
                let address = address(name);
                self.read(|storage| {
                    mycel_members::standing::number_of(storage, address.as_str())
                        .and_then(|number| mycel_members::standing::person(storage, number))
                        .is_ok_and(|person| person.status == Status::Left)
                })
            })
            .collect();
        if gone.is_empty() {
            return Act::Say(who, json!({"leave": {}}));
        }
        let name = self.pick(&gone);
        match self.invited_by(name) {
            Some(sponsor) => {
                let accept =
                    json!({"accept": {"sponsor": sponsor, "handle": name, "idc": idc(name)}});
                Act::Say(name, accept)
            }
            None => Act::Say(who, json!({"invite": {"address": address(name)}})),
        }
    }

    /// The next thing to happen.
    pub fn next(&mut self) -> Act {
        let (who, other, third) = (self.member(), self.stranger(), self.number());
        let reasons = "cd".repeat(32);
        let now = self.world.now();
        let say = |msg: Value| Act::Say(who, msg);
        match self.random.below(47) {
            0 | 1 => say(json!({"invite": {"address": address(other)}})),
            2..=5 => {
                let handle = self.pick(&[who, other, "bern", "bem"]);
                let idc = self
                    .pick(&[idc(who), idc(other), "00".repeat(32)].each_ref())
                    .clone();
                let sponsor = match self.invited_by(other) {
                    Some(sponsor) => sponsor,
                    None => self.number(),
                };
                let accept = json!({"accept": {"sponsor": sponsor, "handle": handle, "idc": idc}});
                Act::Say(other, accept)
            }
            6 => Act::Say(other, json!({"withdraw": {}})),
            7 => say(json!({"set_handle": {"handle": other}})),
            8 => say(json!({"add_key": {"address": address(other), "roles": ["vote", "pay"]}})),
            9 => Act::Say(other, json!({"accept_key": {"person": third}})),
            10 => say(json!({"remove_key": {"address": address(other)}})),
            11 => say(json!({"rotate": {"to": address(other)}})),
            12 => {
                let persons = vec![self.number(), self.number()];
                say(json!({"set_guardians": {"persons": persons, "threshold": 2}}))
            }
            13 | 14 => say(json!({"recover": {"person": third, "to": address(other)}})),
            15 => say(json!({"cancel_recovery": {}})),
            16 => Act::Say(other, json!({"complete_recovery": {"person": third}})),
            17 => {
                let slot = self.random.below(34);
                say(
                    json!({"set_listing": {"slot": slot, "listing": {"kind": "need", "name": other}}}),
                )
            }
            18..=20 => {
                let weight = self.random.below(7);
                let until = (now + self.random.below(400) * DAY).to_string();
                say(json!({"vouch": {"person": third, "weight": weight, "until": until}}))
            }
            21 => say(json!({"unvouch": {"person": third}})),
            22 => say(json!({"issue_credential": {"subject": third, "hash": reasons}})),
            23 => say(json!({"revoke_credential": {"index": self.random.below(3)}})),
            24 => say(json!({"attest": {}})),
            25 => say(json!({"leave": {}})),
            26 | 27 => say(json!({"advance": {"person": third}})),
            28 => {
                let (a, b) = (self.number(), self.random.below(10_000));
                let org = json!({"purpose": "bread", "threshold_bps": 6000, "controllers": [
                    {"person": third, "bps": b}, {"person": a, "bps": 10_000 - b}]});
                say(
                    json!({"found": {"address": address("bakery"), "handle": "bakery", "org": org}}),
                )
            }
            29 | 30 => {
                let who = self.pick(&[who, "bakery"]);
                Act::Say(
                    who,
                    json!({"approve_founding": {"address": address("bakery")}}),
                )
            }
            31 => {
                let org = json!({"purpose": "cake", "threshold_bps": 6000,
                    "controllers": [{"person": third, "bps": 10_000}]});
                let number = self.number();
                let close = self.random.below(3) == 0;
                say(json!({"propose_change": {"org": number, "change": org, "close": close}}))
            }
            32 => {
                let number = self.number();
                let serial = self.random.below(3);
                say(json!({"approve_change": {"org": number, "serial": serial}}))
            }
            33 | 34 => say(json!({"flag": {"person": third, "reasons": reasons}})),
            35 => {
                let step = self.next_step(&third);
                say(json!({"accuse": {"person": third, "step": step, "reasons": reasons}}))
            }
            36 => say(json!({"appeal": {"reasons": reasons}})),
            37 => {
                let case = self.case();
                let outcome = self.pick(&["uphold", "uphold", "dismiss", "malicious"]);
                Act::Verdict(case, outcome)
            }
            38 | 39 => {
                let case = self.case().to_string();
                say(json!({"advance": {"case": case}}))
            }
            40 => {
                let limit = self.random.below(52);
                say(json!({"advance": {"limit": limit}}))
            }
            41 => {
                let position = self.pick(&[0, 0, -5, 9]);
                Act::Owe(who, position)
            }
            42 => {
                let admit = json!({"admit": {"address": address(other)}});
                let numbers = json!({"set_parameters": {"numbers": {
                    "growth_least": 3 + self.random.below(5)}}});
                let drop = json!({"drop_entry": {"place": self.random.below(9).to_string()}});
                Act::Decide(self.pick(&[&admit, &numbers, &drop]).clone())
            }
            43 | 44 => self.way_back(who),
            45 => {
                let (name, number) = (self.name(), self.number());
                Act::Say(name, json!({"step_down": {"org": number}}))
            }
            _ => {
                let days = self.pick(&[1, 8, 31, 100]);
                Act::Wait(days * DAY)
            }
        }
    }

    /// Lets it happen.
    pub fn act(&mut self, act: &Act) -> Result<Option<Receipt>, Refusal> {
        let world = &mut self.world;
        let (key, double, credit) = (
            world.key.clone(),
            world.double.clone(),
            world.credit.clone(),
        );
        match act {
            Act::Say(who, msg) => world.say(who, msg.clone()).map(Some),
            Act::Verdict(case, outcome) => {
                let msg = json!({"decide": {"case": case.to_string(), "outcome": outcome, "reasons": "ab".repeat(32)}});
                world.sandbox.execute(&key, &double, &msg).map(Some)
            }
            Act::Decide(action) => {
                let msg = json!({"decide_for": {"contract": world.members, "electorate": "all",
                    "class": "constitutional",
                    "action": Binary::from(action.to_string().into_bytes())}});
                world.sandbox.execute(&key, &double, &msg).map(Some)
            }
            Act::Owe(who, position) => {
                let msg = json!({"test": {"owner": address(who), "position": position.to_string(), "open": 0}});
                world.sandbox.execute(&key, &credit, &msg).map(Some)
            }
            Act::Wait(seconds) => {
                world.wait(*seconds);
                Ok(None)
            }
        }
    }
}
