//! Random messages, right and wrong, over a small town with rounds in it.

use mycel_funding::rounds::ask::ProjectsResponse;
use mycel_sandbox::{Receipt, Refusal, address};
use serde_json::{Value, json};

use super::{
    CREDIT, Codes, DAY, MAX_AGE, Random, World, bytes, contribute, names, project, short, sponsor,
    which,
};

/// Who lives there, an organisation and a stranger besides.
const PERSONS: usize = 7;

/// One step.
#[derive(Clone, Debug)]
pub enum Act {
    /// A message to one of the contracts.
    Funding(String, Value),
    Credit(String, Value),
    Members(String, Value),
    /// Time passes.
    Wait(u64),
}

pub struct Town {
    pub world: World,
    pub random: Random,
    names: Vec<String>,
}

impl Town {
    pub fn new(codes: Codes, seed: u64) -> Town {
        let mut world = World::with(codes, PERSONS, short());
        let names = names(PERSONS);
        world.organisation("shop", &[&names[0], &names[1]]);
        let credit = world.credit.clone();
        let pay = json!({"pay": {"to": address("shop"), "amount": (900 * CREDIT).to_string()}});
        world.tell(&credit, &names[2], &pay);
        world.trusting();
        world.set(&json!({"numbers": {"project_supporters": 1, "round_seconds_most": 7 * DAY}}));
        let mut town = Town {
            world,
            random: Random(seed),
            names,
        };
        while town.world.rounds() < 2 {
            let (name, open) = town.open();
            let _ = town.world.say(&name, open); // a stranger opens none
        }
        town
    }

    fn name(&mut self) -> String {
        match self.random.below(20) {
            0 => "stranger".to_owned(),
            1 | 2 => "shop".to_owned(),
            _ => self.names[self.random.below(PERSONS as u64) as usize].clone(),
        }
    }

    /// Rounds that are not over.
    fn live(&self) -> Vec<u64> {
        let over = |round: &u64| ["done", "cancelled"].contains(&&*self.world.stage(*round));
        let all = 1..=self.world.rounds();
        all.filter(|round| !over(round)).collect()
    }

    /// Mostly one that is not over.
    fn round(&mut self, live: &[u64]) -> u64 {
        match self.random.below(20) {
            0 => 1 + self.random.below(self.world.rounds() + 1),
            _ if live.is_empty() => self.world.rounds(),
            _ => live[self.random.below(live.len() as u64) as usize],
        }
    }

    fn project(&mut self, round: u64) -> u64 {
        let there = match round <= self.world.rounds() {
            true => u64::from(self.world.round(round).round.projects).max(1),
            false => 1,
        };
        match self.random.below(12) {
            0 => 9,
            _ => 1 + self.random.below(there),
        }
    }

    fn payee(&self, round: u64, project: u64) -> Option<String> {
        let after = project.checked_sub(1)?.to_string();
        let list: ProjectsResponse = self
            .world
            .sandbox
            .query(
                &self.world.funding,
                &json!({"projects": {"round": round.to_string(), "after": after, "limit": 1}}),
            )
            .ok()?;
        let payee = list.projects.first()?.payee.0;
        self.names.get(payee.checked_sub(1)? as usize).cloned()
    }

    fn amount(&mut self) -> u64 {
        match self.random.below(16) {
            0 => self.random.below(CREDIT / 10),
            1 => 2_000_000 * CREDIT,
            2 => 1 + self.random.below(400 * CREDIT),
            _ => CREDIT / 10 + self.random.below(30 * CREDIT),
        }
    }

    /// A new round, and who opens it.
    fn open(&mut self) -> (String, Value) {
        let rule = match self.random.below(5) {
            0 => json!({"quadratic": {}}),
            1 => json!({"capital_constrained": {}}),
            2 => json!({"clustered": {}}),
            3 => json!({"pairwise": {"m": (1 + self.random.below(50 * CREDIT)).to_string()}}),
            _ => json!({"pairwise": {}}),
        };
        let begins = self.world.now() + 1_000 + self.random.below(DAY / 2);
        let ends = begins + 3_600 + self.random.below(DAY);
        let identity = match self.random.below(8) {
            0 => json!({"proofs": {"gate": "3"}}),
            _ => json!({"addresses": {}}),
        };
        let own = self.random.below(4) == 0;
        let least = 10 * CREDIT * u64::from(own || self.random.below(3) == 0);
        let terms = json!({
            "title": "a round", "identity": identity, "rule": rule,
            "saturation": if self.random.below(2) == 0 { "return" } else { "scale" },
            "cap_bps": 1_000 + self.random.below(9_001), "begins": begins.to_string(),
            "ends": ends.to_string(),
            "admission": if self.random.below(4) == 0 { "decided" } else { "members" },
            "min_pool": least.to_string(), "max_projects": 1 + self.random.below(3),
        });
        let open = json!({"open_round": terms});
        match own {
            true => (self.name(), open),
            false => ("key".to_owned(), World::decision("ordinary", &open)),
        }
    }

    fn hold(&mut self, name: String, msg: &Value) -> Act {
        let amount = self.amount();
        let hold = json!({"hold": {"for": self.world.funding, "amount": amount.to_string(), "msg": bytes(msg)}});
        Act::Credit(name, hold)
    }

    /// The next step; it depends on the seed and on what is stored.
    pub fn next(&mut self) -> Act {
        let live = self.live();
        let (round, name) = (self.round(&live), self.name());
        let project_of = self.project(round);
        let which = which(round, project_of);
        let nf = format!("{:064x}", self.random.below(4));
        let stage = match round <= self.world.rounds() {
            true => self.world.stage(round),
            false => String::new(),
        };
        // mostly what suits the round's stage
        let kind = match (stage.as_str(), self.random.below(100)) {
            _ if live.len() < 2 => 0,
            (_, 0..=24) => 4 + self.random.below(96),
            ("open", kind) => 4 + kind % 34,
            ("giving", kind) => 38 + kind % 24,
            _ => 73 + self.random.below(20),
        };
        match kind {
            0..=3 => {
                let (name, open) = self.open();
                Act::Funding(name, open)
            }
            4..=13 => match self.hold(name, &sponsor(round)) {
                // mostly enough
                Act::Credit(name, mut hold) if self.random.below(8) > 0 => {
                    let amount = 10 * CREDIT + self.random.below(90 * CREDIT);
                    hold["hold"]["amount"] = json!(amount.to_string());
                    Act::Credit(name, hold)
                }
                act => act,
            },
            14..=25 => {
                let payee = match self.random.below(6) {
                    0 => self.name(),
                    1 => "shop".to_owned(),
                    _ => name.clone(),
                };
                Act::Funding(name, project(&payee, round))
            }
            26..=35 => Act::Funding(name, json!({"support": which})),
            36..=37 => Act::Funding(
                "key".to_owned(),
                World::decision("ordinary", &json!({"admit_project": which})),
            ),
            38..=59 => {
                let mut msg = contribute(round, project_of);
                if self.random.below(10) == 0 {
                    msg["contribute"]["showing"] = json!(nf);
                }
                self.hold(name, &msg)
            }
            60 => {
                // mostly by the payee itself
                let payee = self.payee(round, project_of).unwrap_or(name);
                Act::Funding(payee, json!({"withdraw_project": which}))
            }
            61 => Act::Funding(name, json!({"cancel_round": {"round": round.to_string()}})),
            62 if self.random.below(4) == 0 => Act::Funding(
                "key".to_owned(),
                World::decision(
                    "ordinary",
                    &json!({"cancel_round": {"round": round.to_string()}}),
                ),
            ),
            63 | 64 => Act::Funding(name, json!({"recheck": which})),
            65 | 66 => Act::Funding(
                "trust".to_owned(),
                json!({"shown": {"gate": "3", "term": round.to_string(), "nf": nf, "subject": "00".repeat(32),
                    "action": {"contribute": {"round": round.to_string(), "address": address(&name)}}}}),
            ),
            67 | 68 => {
                let persons: Vec<String> = (0..2)
                    .map(|_| (1 + self.random.below(PERSONS as u64)).to_string())
                    .collect();
                let group = self.random.below(2);
                let declare = json!({"declare_group": {"round": round.to_string(), "group": group, "persons": persons}});
                Act::Funding("key".to_owned(), World::decision("ordinary", &declare))
            }
            69 => {
                let hold = 1 + self.random.below(60);
                Act::Credit(name, json!({"expire_hold": {"hold": hold.to_string()}}))
            }
            70 => {
                let one = self.random.below(PERSONS as u64) as usize;
                let person = self.world.number(&self.names[one]).to_string();
                let org = self.world.number("shop").to_string();
                let change = json!({"purpose": "a shop", "threshold_bps": 5_001,
                    "controllers": [{"person": person, "bps": 10_000}]});
                Act::Members(
                    name,
                    json!({"propose_change": {"org": org, "change": change}}),
                )
            }
            71 | 72 => {
                let org = self.world.number("shop").to_string();
                let serial = 1 + self.random.below(4);
                Act::Members(
                    name,
                    json!({"approve_change": {"org": org, "serial": serial}}),
                )
            }
            73..=88 => {
                let limit = match self.random.below(3) {
                    0 => 40,
                    1 => 1 + self.random.below(60),
                    _ => 500,
                };
                let advance = match self.random.below(2) {
                    0 => json!({"advance": {"limit": limit}}),
                    _ => json!({"advance": {"limit": limit, "round": round.to_string()}}),
                };
                Act::Funding(name, advance)
            }
            89..=97 => Act::Wait(match self.random.below(12) {
                0 => self.random.below(MAX_AGE / 3),
                1..=5 => self.random.below(DAY),
                _ => self.random.below(3_600),
            }),
            _ => Act::Wait(1),
        }
    }

    /// Does it; `None` where only time passed.
    pub fn act(&mut self, act: &Act) -> Result<Option<Receipt>, Refusal> {
        let world = &mut self.world;
        let (contract, name, msg) = match act {
            Act::Wait(seconds) => {
                world.wait(*seconds);
                return Ok(None);
            }
            Act::Funding(name, msg) => (world.funding.clone(), name, msg),
            Act::Credit(name, msg) => (world.credit.clone(), name, msg),
            Act::Members(name, msg) => (world.members.clone(), name, msg),
        };
        let receipt = world.sandbox.execute(&world.who(name), &contract, msg)?;
        Ok(Some(receipt))
    }
}
