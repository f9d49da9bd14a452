//! Random messages, right and wrong, over a small town with everything in it.

use mycel_clearing::msg::{
    ChoiceMsg, ChooseMsg, Costs, ExecuteMsg, LinkMsg, MarketKind, MarketMsg, NeedMsg, OfferMsg,
};
use mycel_clearing::posts::{PAGE_BYTES, commitment};
use mycel_kit::{Amount, Id, Seconds};

use super::market::terms;
use super::{DAY, Random, World};

/// Persons of the town; two more addresses belong to nobody.
pub const PERSONS: u64 = 4;

/// Kinds of the markets after food and water.
const UNITS: [MarketKind; 3] = [
    MarketKind::Assignment { by: Costs::Ranks },
    MarketKind::Assignment { by: Costs::Scores },
    MarketKind::Stable,
];

pub struct Town {
    pub world: World,
    pub random: Random,
    /// A certificate that is committed or about to be: round, solver, post,
    /// bytes.
    pending: Option<(Id, String, u32, Vec<u8>)>,
}

impl Town {
    pub fn new(seed: u64) -> Town {
        let mut world = World::with(|msg| {
            msg.parameters.open_seconds = Some(Seconds(100));
            msg.parameters.commit_seconds = Some(Seconds(400));
            msg.parameters.solve_seconds = Some(Seconds(5_000));
        });
        world.enrol(1..=PERSONS);
        world.consent(1..=PERSONS);
        for resource in ["food", "water"] {
            let market = world.market(terms(resource));
            for from in 1..=PERSONS {
                world.link(market, from, from % PERSONS + 1, 3, 90);
            }
        }
        for kind in UNITS {
            let terms = terms("mentor");
            let market = world.market(MarketMsg { kind, ..terms });
            for (mentor, apprentice) in [(1, 3), (2, 4)] {
                world.offer(market, mentor, 1, 0);
                world.need(market, apprentice, 1, 20);
            }
            for (person, list) in [(1, [3, 4]), (2, [4, 3]), (3, [2, 1]), (4, [1, 2])] {
                world.choose(market, person, &list);
            }
        }
        Town {
            world,
            random: Random(seed),
            pending: None,
        }
    }

    /// Some time passes, sometimes much.
    pub fn wait(&mut self) {
        self.world.now += match self.random.below(40) {
            0 => self.random.below(3 * DAY),
            1..=4 => 600,
            _ => self.random.below(40),
        };
        let person = 1 + self.random.below(PERSONS);
        let step = if self.random.below(40) == 0 {
            "suspended"
        } else {
            "none"
        };
        self.world.peers.sanction(person, step);
    }

    fn person(&mut self) -> u64 {
        1 + self.random.below(PERSONS)
    }

    fn id(&mut self, count: u64) -> Id {
        let past = self.random.below(30) == 0;
        Id(self.random.below(count.max(1)) + if past { count } else { 0 })
    }

    fn amount(&mut self) -> Amount {
        let pico = match self.random.below(20) {
            0 => 0,
            1 => i64::MAX as u64,
            _ => self.random.below(1_000),
        };
        Amount::new(pico).expect("within the bound")
    }

    /// What a solver would do now, if there is a frozen round.
    fn solve(&mut self) -> Option<(String, ExecuteMsg)> {
        let rounds = mycel_clearing::state::counters()
            .load(&self.world.storage)
            .expect("counters")
            .round;
        let round = Id(rounds.checked_sub(1 + self.random.below(3.min(rounds.max(1))))?);
        let view = self.world.round_of(round);
        if view.stage != "frozen" {
            return None;
        }
        if let Some((of, solver, post, body)) = self.pending.clone()
            && of == round
            && self.world.now >= view.commit_until.0
        {
            self.pending = None;
            assert!(body.len() <= PAGE_BYTES);
            let data = body.into();
            let page = 0;
            let bring = ExecuteMsg::Post {
                round,
                post,
                page,
                data,
            };
            return Some((solver, bring));
        }
        if self.world.now < view.commit_until.0 {
            let person = self.person();
            let solver = self.world.person(person);
            let graph = self.world.download(round);
            let (mut flow, mut potentials) = graph.optimum();
            match self.random.below(6) {
                0 => {
                    let at = self.random.below(flow.len() as u64) as usize;
                    flow[at] = (flow[at] - 1).max(0);
                }
                1 => {
                    let at = self.random.below(potentials.len() as u64) as usize;
                    potentials[at] += 1;
                }
                _ => {}
            }
            let body = graph.body(&flow, &potentials);
            let hash = commitment(&solver, &body).into();
            let bytes = body.len() as u32;
            self.pending = Some((round, solver.clone(), view.posts, body));
            return Some((solver, ExecuteMsg::Commit { round, hash, bytes }));
        }
        None
    }

    /// The next message and who sends it.
    pub fn message(&mut self) -> (String, ExecuteMsg) {
        let counters = mycel_clearing::state::counters()
            .load(&self.world.storage)
            .expect("counters");
        let sender = 1 + self.random.below(PERSONS + 1);
        let sender = self.world.person(sender);
        let now = self.world.now;
        // what moves a round comes again at the end
        let kind = match self.random.below(78) {
            60..=62 => 45,
            63..=65 => 46,
            66 | 67 => 41,
            68 | 69 => 42,
            70 | 71 => 60,
            72 | 73 => 41,
            kind => kind,
        };
        if kind < 16
            && let Some(found) = self.solve()
        {
            return found;
        }
        let obligation = self.id(counters.obligation.into());
        let promise = self.id(counters.promise);
        // mostly food and water; 5 is unknown
        let market = match self.random.below(40) {
            0..=13 => 0,
            14..=27 => 1,
            28..=30 => 2,
            31..=33 => 3,
            34..=38 => 4,
            _ => 5,
        };
        let units = self.random.below(12) > 0 && market > 1;
        let quantity = Id(if units { 1 } else { self.random.below(200) });
        let expires = Seconds(now + self.random.below(20 * DAY));
        let on = self.random.below(12) > 0;
        let msg = match kind {
            16..=21 => ExecuteMsg::Propose {
                with: Id(self.person()),
                i_owe: on,
                amount: self.amount(),
                due: Seconds(now + self.random.below(95 * DAY)),
                priority: Some(self.random.below(5) as u8),
                reference: None,
            },
            22..=29 => {
                // mostly by the one who is asked
                let proposal = Id(counters.proposal.saturating_sub(1 + self.random.below(3)));
                let key = mycel_clearing::state::proposal(proposal.0);
                if let Ok(Some(found)) = key.may_load(&self.world.storage) {
                    let other = if found.by_debtor {
                        found.creditor
                    } else {
                        found.debtor
                    };
                    let other = self.world.person(other.into());
                    return (other, ExecuteMsg::Confirm { proposal });
                }
                ExecuteMsg::Confirm { proposal }
            }
            30 => ExecuteMsg::DropProposal {
                proposal: self.id(counters.proposal),
            },
            31..=33 => ExecuteMsg::Consent { on },
            34 => ExecuteMsg::Tender {
                obligations: vec![obligation],
                on,
            },
            35 => ExecuteMsg::RecordPayment {
                obligation,
                amount: self.amount(),
            },
            36 => ExecuteMsg::Collect {
                obligation,
                amount: None,
            },
            37 => ExecuteMsg::Cancel { obligation },
            38 => ExecuteMsg::Extend {
                obligation,
                due: Seconds(now + 30 * DAY),
            },
            39 => ExecuteMsg::Dispute { obligation },
            40 => ExecuteMsg::WithdrawDispute { obligation },
            41 => ExecuteMsg::OpenRound {},
            42 => ExecuteMsg::OpenAllocation { market },
            43 => ExecuteMsg::Sweep {
                page: 0,
                limit: None,
            },
            44 => ExecuteMsg::Prune {
                person: Id(self.person()),
                page: 0,
            },
            45 => ExecuteMsg::Offer(OfferMsg {
                market,
                quantity,
                price: self.random.below(20) as u32,
                gift: false,
                expires,
                upward: false,
            }),
            46 => ExecuteMsg::Need(NeedMsg {
                market,
                quantity,
                price: self.random.below(40) as u32,
                class: 0,
                expires,
                upward: false,
            }),
            47 => ExecuteMsg::Withdraw { market },
            48 => {
                let (from, to) = (self.person(), self.person());
                ExecuteMsg::Link(LinkMsg {
                    market,
                    from: Id(from),
                    to: Id(to),
                    distance: 3,
                    capacity: Id(90),
                })
            }
            54 => ExecuteMsg::Unlink {
                market,
                from: Id(self.person()),
                to: Id(self.person()),
            },
            55 => ExecuteMsg::PruneMarket {
                market,
                persons: vec![Id(self.person())],
            },
            56 => ExecuteMsg::WithdrawCancel { obligation },
            49 | 50 => ExecuteMsg::Accept { promise },
            51 => ExecuteMsg::Return { promise },
            52 => ExecuteMsg::Report { promise, quantity },
            53 => ExecuteMsg::ClosePromise { promise },
            60 => ExecuteMsg::Choose(ChooseMsg {
                market,
                choices: (0..self.random.below(4))
                    .map(|_| ChoiceMsg {
                        person: Id(self.person()),
                        cost: (self.random.below(8) * u64::from(market == 3)) as u32,
                    })
                    .collect(),
            }),
            _ => {
                let recent = counters.round.saturating_sub(1 + self.random.below(3));
                let limit = match self.random.below(3) {
                    0 => Some(1),
                    1 => Some(20),
                    _ => None,
                };
                ExecuteMsg::Advance {
                    round: Id(recent),
                    limit,
                }
            }
        };
        (sender, msg)
    }
}
