//! A town in which random members do random things to draws.

use cosmwasm_std::Addr;
use mycel_kit::lottery::encode;
use mycel_kit::peers::sortition::{DrawInput, Feature};
use mycel_kit::{Id, Seconds};
use mycel_sandbox::{Code, Receipt, Refusal, address};
use mycel_sortition::ask::QueryMsg;
use mycel_sortition::draws::show::{DrawsResponse, SeatsResponse};
use mycel_sortition::msg::ExecuteMsg;
use serde_json::{Value, json};

use super::{Random, World, committing, members::ordinary, person, plain, posting, solver, split};

/// Members of a town.
pub const PERSONS: u64 = 14;

/// What happens next.
#[derive(Clone, Debug)]
pub enum Act {
    /// Somebody says something.
    Say(Addr, Box<Value>),
    /// A member may deal from now on, or may not.
    Standing(u64, bool),
    /// Time passes.
    Wait(u64),
}

/// The town.
pub struct Town {
    pub world: World,
    pub random: Random,
    opened: u64,
    bids: Vec<Bid>,
}

/// What was committed to.
struct Bid {
    draw: u64,
    post: u32,
    who: Addr,
    pages: Vec<Vec<u8>>,
    posted: u32,
}

impl Town {
    pub fn new(code: Code, seed: u64) -> Town {
        let mut random = Random(seed);
        let numbers = json!({
            "in_a_row": 1 + random.below(2), "rest_seconds": 1 + random.below(4_000),
            "give_up_seconds": 500 + random.below(5_000),
        });
        Town {
            world: World::with(code, PERSONS, numbers),
            random,
            opened: 0,
            bids: Vec::new(),
        }
    }

    fn draws(&self) -> DrawsResponse {
        let page = mycel_sortition::ask::Page::default();
        self.world.ask(&QueryMsg::Draws(page))
    }

    /// The next act, the same in every town of this seed.
    pub fn next(&mut self) -> Act {
        let draws = self.draws().draws;
        let who = person(1 + self.random.below(PERSONS + 1));
        let running: Vec<_> = draws
            .iter()
            .filter(|draw| draw.stage != "done" && draw.stage != "lapsed")
            .collect();
        if running.is_empty() || (running.len() < 3 && self.random.below(15) == 0) {
            return self.open();
        }
        let draw = running[self.random.below(running.len() as u64) as usize].clone();
        let number = draw.draw.0;
        let anyone = address("anyone");
        match self.random.below(20) {
            0 => Act::Standing(1 + self.random.below(PERSONS), self.random.below(3) > 0),
            1 => Act::Wait(1 + self.random.below(2_000)),
            2 => self.odd(number, who),
            3 => Act::Wait(1 + self.random.below(20)),
            4..=6 => {
                let limit = [1, 10, 100, 1_000][self.random.below(4) as usize];
                Act::say(&anyone, &json!({"advance": {"limit": limit}}))
            }
            7 => Act::say(&anyone, &super::advance(number)),
            8 => Act::say(&who, &ExecuteMsg::Withdraw { draw: Id(number) }),
            _ => match draw.stage.as_str() {
                "open" => {
                    if self.random.below(12) == 0 {
                        return Act::Wait(draw.until.0.saturating_sub(self.world.now()));
                    }
                    let told: Vec<(String, String)> = draw
                        .features
                        .iter()
                        .map(|feature| {
                            let at = self.random.below(feature.values.len() as u64) as usize;
                            (feature.name.clone(), feature.values[at].clone())
                        })
                        .collect();
                    let told: Vec<(&str, &str)> =
                        told.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
                    Act::say(&who, &super::volunteering(number, &told))
                }
                "solving" => self.solve(&draw),
                "awaiting" => {
                    let time = draw.accepted.map_or(0, |accepted| accepted.round_time.0);
                    Act::Wait(time.saturating_sub(self.world.now()).max(1))
                }
                "seated" | "seating" => {
                    if self.random.below(3) == 0 {
                        return Act::Wait(60);
                    }
                    let seats: SeatsResponse =
                        self.world.ask(&QueryMsg::Seats { draw: Id(number) });
                    let seat = &seats.seats[self.random.below(seats.seats.len() as u64) as usize];
                    let who = seat.person.map_or(who, |Id(number)| person(number));
                    Act::say(&who, &ExecuteMsg::Decline { draw: Id(number) })
                }
                _ => Act::say(&anyone, &json!({"advance": {}})),
            },
        }
    }

    fn open(&mut self) -> Act {
        self.opened += 1;
        let name = self.opened.to_string();
        let mut input: DrawInput = match self.random.below(3) {
            0 => plain(&name, 1 + self.random.below(4) as u16),
            _ => split(
                &name,
                "side",
                &[
                    ("left", self.random.below(3) as u16),
                    ("right", 1 + self.random.below(2) as u16),
                ],
            ),
        };
        if self.random.below(2) == 0 {
            input.features.push(Feature {
                name: "age".into(),
                values: vec!["old".into(), "young".into()],
                issuer: None,
            });
        }
        input.until = Seconds(self.world.now() + 1 + self.random.below(600));
        let assembly = self.world.assembly.clone();
        Act::say(&assembly, &ExecuteMsg::OpenDraw(input))
    }

    /// A commitment, a page, or a wait for the next phase.
    fn solve(&mut self, draw: &mycel_sortition::draws::show::DrawView) -> Act {
        let number = draw.draw.0;
        let lottery = draw.lottery.as_ref().expect("frozen");
        let now = self.world.now();
        if now < lottery.commit_until.0 {
            if self.random.below(3) == 0 {
                return Act::Wait(lottery.commit_until.0 - now);
            }
            let pool = self.world.pool(number);
            let mut solved = solver::solve(&pool, lottery.panels, self.random.below(3) as u32);
            if self.random.below(5) == 0 {
                solved.levels[0].d += self.random.below(2);
                solved.panels[0].times += 1;
            }
            let pages = encode(&solved);
            let who = person(1 + self.random.below(PERSONS + 1));
            let msg = committing(&who, number, &pages);
            self.bids.push(Bid {
                draw: number,
                post: lottery.posts,
                who: who.clone(),
                pages,
                posted: 0,
            });
            return Act::say(&who, &msg);
        }
        if now >= lottery.deadline.0 {
            return Act::say(&address("anyone"), &json!({"advance": {}}));
        }
        let bid = self
            .bids
            .iter_mut()
            .find(|bid| bid.draw == number && (bid.posted as usize) < bid.pages.len());
        let Some(bid) = bid else {
            return Act::Wait(lottery.deadline.0 - now);
        };
        let data = &bid.pages[bid.posted as usize];
        let msg = posting(number, bid.post, bid.posted, data);
        bid.posted += 1;
        Act::say(&bid.who, &msg)
    }

    /// Messages that are mostly refused.
    fn odd(&mut self, number: u64, who: Addr) -> Act {
        let assembly = self.world.assembly.clone();
        let decided = |action: Value| {
            json!({"decided": {"proposal": "1", "electorate": "all",
                "class": "constitutional", "action": action}})
        };
        match self.random.below(7) {
            0 => Act::say(&who, &ExecuteMsg::OpenDraw(plain("9", 1))),
            1 => Act::say(&who, &ExecuteMsg::Decline { draw: Id(number) }),
            2 => Act::say(&who, &posting(number, 0, 0, &[1, 2, 3])),
            3 => Act::say(&who, &committing(&who, number, &[vec![0; 9]])),
            4 => Act::say(
                &assembly,
                &decided(json!({"set_parameters": {"numbers":
                    {"in_a_row": self.random.below(4), "decline_seconds": self.random.below(300)}}})),
            ),
            5 => Act::say(
                &assembly,
                &decided(json!({"set_parameters": {"beacon":
                    {"commit_reveal": {"period_seconds": 5 + self.random.below(20)}}}})),
            ),
            _ => Act::say(
                &who,
                &json!({"advance": {"limit": 0, "draw": number.to_string()}}),
            ),
        }
    }

    /// Does it.
    pub fn act(&mut self, act: &Act) -> Result<Option<Receipt>, Refusal> {
        match act {
            Act::Say(who, msg) => self.world.say(who, msg.as_ref()).map(Some),
            Act::Standing(number, may) => {
                if *may {
                    self.world.set(*number, ordinary(*number));
                } else {
                    self.world.bar(*number);
                }
                Ok(None)
            }
            Act::Wait(seconds) => {
                self.world.wait(*seconds);
                Ok(None)
            }
        }
    }

    /// How many draws ended with a panel.
    pub fn done(&self) -> u64 {
        let draws = self.draws().draws;
        draws.iter().filter(|draw| draw.stage == "done").count() as u64
    }
}

impl Act {
    fn say(who: &Addr, msg: &impl serde::Serialize) -> Act {
        Act::Say(who.clone(), Box::new(json!(msg)))
    }
}
