//! Random messages: sensible ones, ones at the edge, ones of people who may not.

use cosmwasm_std::Addr;
use mycel_sandbox::{Receipt, Refusal};
use serde_json::{Value, json};

use crate::random::Random;
use crate::town::{CREDIT, DAY, Town};

/// A source of messages that remembers how many ids were given out.
#[derive(Clone, Debug)]
pub struct Play {
    /// Where the randomness comes from.
    pub random: Random,
    people: Vec<Addr>,
    authority: Addr,
    holder: Addr,
    next_person: u64,
}

/// What happens next.
#[derive(Clone, Debug)]
pub enum Step {
    /// Somebody says something to credit.
    Tell(Addr, Value),
    /// Time passes.
    Wait(u64),
    /// The block ends.
    EndBlock,
}

impl Play {
    /// For a town.
    #[must_use]
    pub fn new(town: &Town, seed: u64) -> Play {
        Play {
            random: Random(seed),
            people: town.people.clone(),
            authority: town.authority.clone(),
            holder: town.holder.clone(),
            next_person: 1_000,
        }
    }

    /// What happens next.
    pub fn step(&mut self) -> Step {
        match self.random.below(20) {
            0 => Step::EndBlock,
            1 | 2 => Step::Wait(match self.random.below(6) {
                0 => DAY * self.random.below(40),
                1 => self.random.below(DAY),
                _ => self.random.below(20),
            }),
            _ => {
                let (sender, message) = self.message();
                Step::Tell(sender, message)
            }
        }
    }

    fn person(&mut self) -> Addr {
        self.random.pick(&self.people).clone()
    }

    /// Often a few credits, sometimes anything.
    fn amount(&mut self) -> String {
        let pico = match self.random.below(8) {
            0 => self.random.below(3),
            1 => self.random.sized(63),
            2 | 3 => self.random.below(900) * CREDIT,
            _ => self.random.below(60 * CREDIT),
        };
        pico.to_string()
    }

    fn id(&mut self) -> String {
        let most = 1 + self.random.below(30);
        self.random.below(most).to_string()
    }

    fn message(&mut self) -> (Addr, Value) {
        let (a, b) = (self.person(), self.person());
        let amount = self.amount();
        let id = self.id();
        let authority = if self.random.one_in(12) {
            a.clone()
        } else {
            self.authority.clone()
        };
        match self.random.below(60) {
            0..=21 => (
                a,
                json!({"pay": {"to": b, "amount": amount, "ref": format!("r{id}")}}),
            ),
            22..=25 => (a, json!({"transfer": {"recipient": b, "amount": amount}})),
            26 => (
                a,
                json!({"request": {"from": b, "amount": amount, "ref": format!("r{id}")}}),
            ),
            27 | 28 => (a, json!({"accept_request": {"request": id}})),
            29 => (a, json!({"decline": {"request": id}})),
            30 => (a, json!({"cancel": {"request": id}})),
            31 => (
                a,
                json!({"ask_refund": {"ref": format!("r{id}"), "from": b}}),
            ),
            32..=34 => (
                a,
                json!({"hold": {"for": self.holder, "amount": amount, "msg": "e30="}}),
            ),
            35 | 36 => {
                let items: Vec<_> = (0..1 + self.random.below(3))
                    .map(|_| {
                        let hold = self.id();
                        if self.random.one_in(2) {
                            json!({"release": {"hold": hold}})
                        } else {
                            json!({"capture": {"hold": hold, "amount": self.amount(), "to": self.person()}})
                        }
                    })
                    .collect();
                let sender = if self.random.one_in(10) {
                    a
                } else {
                    self.holder.clone()
                };
                (sender, json!({"resolve": {"items": items}}))
            }
            37 => (a, json!({"expire_hold": {"hold": id}})),
            38 => {
                let deadline = crate::town::START + self.random.below(400 * DAY);
                (
                    a,
                    json!({"open_pool": {"to": b, "target": amount, "deadline": deadline.to_string()}}),
                )
            }
            39 | 40 => (a, json!({"pledge": {"pool": id, "amount": amount}})),
            41 => (
                a,
                json!({"advance_pool": {"pool": id, "limit": 1 + self.random.below(50)}}),
            ),
            42 => (a, json!({"ask_assume": {"by": b, "amount": amount}})),
            43 => (a, json!({"assume_debt": {"from": b, "amount": amount}})),
            44 => (
                a,
                json!({"increase_allowance": {"spender": b, "amount": amount}}),
            ),
            45 => (
                a,
                json!({"decrease_allowance": {"spender": b, "amount": amount}}),
            ),
            46 | 47 => {
                let to = self.person();
                (
                    a,
                    json!({"transfer_from": {"owner": b, "recipient": to, "amount": amount}}),
                )
            }
            48 => {
                let accounts: Vec<_> = (0..self.random.below(5)).map(|_| self.person()).collect();
                (a, json!({"settle": {"accounts": accounts}}))
            }
            49 => (a, json!({"distribute": {}})),
            50 => (a, json!({"advance": {"limit": self.random.below(64)}})),
            51 => {
                let partners: Vec<_> = (0..self.random.below(6)).map(|_| self.person()).collect();
                (
                    a,
                    json!({"release_starter": {"member": b, "partners": partners}}),
                )
            }
            52 => {
                self.next_person += u64::from(self.random.one_in(2));
                let kind = ["person", "org", "contract"][self.random.below(3) as usize];
                let person = (kind == "person").then(|| self.next_person.to_string());
                (
                    authority,
                    json!({"open_account": {"owner": b, "kind": kind, "person": person, "sponsor": a}}),
                )
            }
            53 => (
                authority,
                json!({"set_limit": {"owner": b, "limit": amount}}),
            ),
            54 => {
                let scale = self.random.below(10_100);
                let frozen = self.random.one_in(5);
                (
                    authority,
                    json!({"set_standing": {"owner": b, "scale_bps": scale, "frozen": frozen}}),
                )
            }
            55 => {
                let rate = self.random.below(3_100_000);
                (
                    authority,
                    json!({"set_parameters": {"rate_ppb_per_day": rate}}),
                )
            }
            56 => {
                let action = json!({"spend_commons": {"to": b, "amount": amount}});
                (
                    authority,
                    json!({"decided": {"proposal": id, "electorate": "all", "class": "spending", "action": action}}),
                )
            }
            57 if self.random.one_in(8) => (authority, json!({"set_leaving": {"owner": b}})),
            58 if self.random.one_in(4) => (a, json!({"close_to": {"to": b}})),
            59 if self.random.one_in(4) => (authority, json!({"close_account": {"owner": b}})),
            _ => (a, json!({"pay": {"to": b, "amount": amount}})),
        }
    }
}

impl Town {
    /// Does what a step says; a wait is neither receipt nor refusal.
    pub fn take(&mut self, step: &Step) -> Option<Result<Receipt, Refusal>> {
        match step {
            Step::Tell(sender, message) => Some(self.tell(sender, message)),
            Step::Wait(seconds) => {
                self.sandbox.advance_time(*seconds);
                None
            }
            Step::EndBlock => self.sandbox.end_block().pop().map(|(_, result)| result),
        }
    }
}
