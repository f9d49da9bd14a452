//! Random members that propose, vote and carry out, sensibly and not.

use mycel_assembly::state::{self, Kind, Phase, Proposal};
use mycel_sandbox::{Code, Receipt, Refusal, address};
use serde_json::{Value, json};

use super::{COMMONS, RUN, Random, VOTE, World, bytes, names, short, spend, told_to};

/// Persons at the beginning.
pub const PERSONS: usize = 9;

pub struct Town {
    pub world: World,
    pub random: Random,
    names: Vec<String>,
}

/// Something that happens.
#[derive(Clone, Debug)]
pub enum Act {
    /// Someone says something to the assembly.
    Say(String, Value),
    /// Someone says something to members.
    Members(String, Value),
    /// A peer changes.
    Peer(&'static str, Value),
    /// Time passes.
    Wait(u64),
}

impl Town {
    pub fn new(code: Code, seed: u64) -> Town {
        let mut numbers = short();
        numbers["residency_seconds"] = json!(0);
        let mut world = World::begin(code, PERSONS, numbers);
        let sortition = world.sortition.clone();
        for number in 1..40 {
            let drawn = json!({"persons": ["1", "2", "3"], "done": number % 2 == 0});
            world.script(&sortition, &format!("drawn/assembly/{number}"), &drawn);
        }
        let commons = world.commons.clone();
        let electors: Vec<Value> = (1..=4)
            .map(|n| json!({"person": n.to_string(), "still": n != 4}))
            .collect();
        world.script(
            &commons,
            "electors",
            &json!({"electors": electors, "next": null}),
        );
        for (n, name) in names(4).iter().enumerate() {
            let answer = json!({"eligible": true, "number": n, "person": (n + 1).to_string()});
            world.script(&commons, &format!("elector/{}", address(name)), &answer);
        }
        Town {
            world,
            random: Random(seed),
            names: names(PERSONS + 2),
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

    fn name(&mut self) -> String {
        let place = self.below(self.names.len());
        self.names[place].clone()
    }

    fn proposals(&self) -> Vec<(u64, Proposal)> {
        self.world
            .sandbox
            .read(&self.world.assembly, |storage| {
                let last = state::totals()
                    .load(storage)
                    .map_or(0, |sums| sums.proposals);
                (1..=last)
                    .filter_map(|n| Some((n, state::proposal(n).may_load(storage).ok()??)))
                    .collect()
            })
            .expect("assembly")
    }

    /// Mostly one in that phase.
    fn in_phase(&mut self, phase: Phase) -> Option<(u64, Proposal)> {
        let all = self.proposals();
        if all.is_empty() {
            return None;
        }
        let fitting: Vec<_> = all
            .iter()
            .filter(|(_, one)| one.phase == phase)
            .cloned()
            .collect();
        Some(if fitting.is_empty() || self.chance(12) {
            self.pick(&all)
        } else {
            self.pick(&fitting)
        })
    }

    fn action(&mut self, class: &str) -> Value {
        let probe = self.world.probe.clone();
        let own = self.world.assembly.clone();
        let word = self.pick(&["one", "two", "three"]);
        let plain = told_to(&probe, &json!({word: {}}));
        match class {
            "urgent" => json!({"pause": {"contract": probe, "seconds": 60}}),
            "ordinary" => plain,
            "spending" => {
                let amount = COMMONS / 1_000 * (1 + self.below(110) as u128);
                let to = self.name();
                self.pick(&[plain, spend(&to, amount), spend(&to, amount / 9)])
            }
            _ => {
                let seconds = VOTE / 2 + self.random.below(VOTE);
                let bps = 1_500 + self.random.below(1_000);
                self.pick(&[
                    plain,
                    json!({"execute": {"contract": probe, "msg": bytes(&json!({word: 1}))}}),
                    json!({"chain": {"update_validators": {"updates": []}}}),
                    told_to(&own, &json!({"set_parameters": {"numbers": {"ordinary_vote_seconds": seconds, "ordinary_quorum_bps": bps}}})),
                    told_to(&own, &json!({"set_parameters": {"numbers": {"supporters": 0}}})),
                ])
            }
        }
    }

    fn actions(&mut self, class: &str) -> Vec<Value> {
        let many = self.below(3) + usize::from(class == "urgent");
        (0..many).map(|_| self.action(class)).collect()
    }

    fn proposal(&mut self) -> Value {
        let class = self.pick(&[
            "ordinary",
            "ordinary",
            "spending",
            "constitutional",
            "urgent",
        ]);
        let kind = if class == "urgent" { 0 } else { self.below(6) };
        let ballot = match kind {
            3 | 4 => {
                let name = if kind == 3 { "approval" } else { "ranked" };
                let options: Vec<Value> = (0..1 + self.below(4))
                    .map(|n| json!({"title": format!("o{n}"), "actions": self.actions(class)}))
                    .collect();
                json!({name: {"options": options}})
            }
            5 => {
                let projects: Vec<Value> = (0..1 + self.below(5))
                    .map(|n| {
                        let cost = 1 + self.below(70);
                        json!({"title": format!("p{n}"), "to": address("ben"), "cost": cost.to_string()})
                    })
                    .collect();
                json!({"budget": {"total": "100", "projects": projects}})
            }
            _ => json!({"yes_no": {"actions": self.actions(class)}}),
        };
        let electorate = match self.below(12) {
            0 => json!({"commons": "7"}),
            1 => json!({"organisation": "1"}),
            _ => json!("all"),
        };
        let mut proposal = json!({"title": "a matter", "text": "of weight", "electorate": electorate,
            "class": class, "ballot": ballot, "atomic": self.chance(4)});
        if self.chance(3) {
            proposal["area"] = json!(self.pick(&["housing", "water", "roads"]));
        }
        if self.chance(5) {
            proposal["panel"] = json!({"size": 3});
        }
        proposal
    }

    fn ballot(&mut self, proposal: &Proposal) -> Value {
        if self.chance(8) {
            return self.pick(&[json!("abstain"), json!("yes"), json!({"approve": [9]})]);
        }
        let options = proposal.options;
        match proposal.kind {
            Kind::YesNo => {
                if self.chance(5) {
                    json!("no")
                } else {
                    json!("yes")
                }
            }
            Kind::Approval => {
                // most want a change, and of several the same
                let mut wanted = |option: u8| {
                    if option == 0 {
                        self.chance(8)
                    } else {
                        !self.chance(4)
                    }
                };
                let some: Vec<u8> = (0..options).filter(|option| wanted(*option)).collect();
                json!({"approve": some})
            }
            Kind::Budget { .. } => {
                let some: Vec<u8> = (0..options).filter(|_| self.chance(2)).collect();
                json!({"approve": some})
            }
            Kind::Ranked => {
                let mut groups: Vec<Vec<u8>> = vec![];
                // most want a change: "no change" comes last, or is not named
                let first = u8::from(!self.chance(6));
                for option in first..options {
                    if self.chance(5) {
                        continue;
                    }
                    let place = self.below(groups.len() + 1);
                    if self.chance(3) && place < groups.len() {
                        groups[place].push(option);
                    } else {
                        groups.insert(place, vec![option]);
                    }
                }
                json!({"rank": groups})
            }
        }
    }

    fn scope(&mut self) -> Value {
        let area = self.pick(&["housing", "water"]);
        let issue = 1 + self.below(4);
        self.pick(&[
            json!({"unit": "all"}),
            json!({"unit": {"commons": "7"}}),
            json!({"area": {"unit": "all", "area": area}}),
            json!({"issue": issue.to_string()}),
        ])
    }

    pub fn next(&mut self) -> Act {
        let name = self.name();
        let about = |number: u64| json!({"proposal": number.to_string()});
        match self.below(52) {
            0..=4 => {
                let proposal = self.proposal();
                Act::Say(name, json!({"propose": proposal}))
            }
            5..=9 | 48..=49 => match self.in_phase(Phase::Draft) {
                Some((n, _)) => Act::Say(name, json!({"support": about(n)})),
                None => Act::Wait(1),
            },
            10..=19 | 40..=47 => match self.in_phase(Phase::Vote) {
                Some((n, one)) => {
                    let ballot = self.ballot(&one);
                    Act::Say(
                        name,
                        json!({"vote": {"proposal": n.to_string(), "ballot": ballot}}),
                    )
                }
                None => Act::Wait(1),
            },
            20 => match self.in_phase(Phase::Vote) {
                Some((n, _)) => Act::Say(name, json!({"unvote": about(n)})),
                None => Act::Wait(1),
            },
            21..=22 => {
                let (scope, to) = (self.scope(), 1 + self.below(PERSONS));
                Act::Say(
                    name,
                    json!({"delegate": {"scope": scope, "to": to.to_string()}}),
                )
            }
            23 => {
                let scope = self.scope();
                Act::Say(name, json!({"undelegate": {"scope": scope}}))
            }
            24..=25 => match self.in_phase(Phase::Deliberation) {
                Some((n, _)) => {
                    let statement = self.below(3);
                    let reaction = self.pick(&["agree", "disagree", "pass"]);
                    let reactions = json!([[statement, reaction], [0, "pass"]]);
                    let text = format!("s{}", self.below(9));
                    let msg = self.pick(&[
                        json!({"state": {"proposal": n.to_string(), "text": text}}),
                        json!({"react": {"proposal": n.to_string(), "reactions": reactions}}),
                    ]);
                    Act::Say(name, msg)
                }
                None => Act::Wait(1),
            },
            26 => match self.in_phase(Phase::Deliberation) {
                Some((n, _)) => {
                    let option = self.below(3);
                    let msg = self.pick(&[
                        json!({"advise": {"proposal": n.to_string(), "option": option, "text": "so"}}),
                        json!({"attach_clusters": {"proposal": n.to_string(), "hash": "ab".repeat(32)}}),
                    ]);
                    Act::Say(name, msg)
                }
                None => Act::Wait(1),
            },
            27 => match self.in_phase(Phase::Draft) {
                Some((n, _)) => Act::Say(name, json!({"withdraw": about(n)})),
                None => Act::Wait(1),
            },
            28..=30 | 51 => {
                let limit = 1 + self.below(50);
                Act::Say(name, json!({"advance": {"limit": limit}}))
            }
            31..=34 | 50 => match self.in_phase(Phase::Execution) {
                Some((n, _)) => {
                    let action = self.below(4);
                    let msg = self.pick(&[
                        json!({"execute": about(n)}),
                        json!({"execute": about(n)}),
                        json!({"execute": {"proposal": n.to_string(), "action": action}}),
                        json!({"advance": {"limit": 2, "proposal": n.to_string()}}),
                        json!({"run_all": about(n)}),
                    ]);
                    Act::Say(name, msg)
                }
                None => Act::Wait(1),
            },
            35 => {
                let word = self.pick(&[Value::Null, json!("two"), json!("ben")]);
                Act::Peer("probe", json!({"break": word}))
            }
            36 => {
                let parts = self.below(100) as u128;
                let held = COMMONS / 100 * parts;
                let word = self.pick(&[Value::Null, Value::Null, json!("spend_commons")]);
                let msg =
                    self.pick(&[json!({"commons": held.to_string()}), json!({"break": word})]);
                Act::Peer("credit", msg)
            }
            37 if self.chance(4) => Act::Members(name, json!({"leave": {}})),
            _ => {
                let long = if self.chance(12) {
                    30 * RUN
                } else {
                    self.pick(&[VOTE, VOTE / 2, 50, 20])
                };
                let seconds = 1 + self.random.below(long);
                Act::Wait(seconds)
            }
        }
    }

    pub fn act(&mut self, act: &Act) -> Result<Option<Receipt>, Refusal> {
        let world = &mut self.world;
        match act {
            Act::Say(name, msg) => world.say(name, msg.clone()).map(Some),
            Act::Members(name, msg) => {
                let members = world.members.clone();
                world
                    .sandbox
                    .execute(&address(name), &members, msg)
                    .map(Some)
            }
            Act::Peer(peer, msg) => {
                let peer = match *peer {
                    "credit" => world.credit.clone(),
                    _ => world.probe.clone(),
                };
                world.sandbox.execute(&address("key"), &peer, msg).map(Some)
            }
            Act::Wait(seconds) => {
                world.wait(*seconds);
                Ok(None)
            }
        }
    }
}
