//! What agents want to do on a day.
use rand::{Rng, rngs::StdRng, seq::SliceRandom};

/// What each pays every third day, in credits.
const PURCHASE: f64 = 30.0;
/// What each debtor tends to owe.
const DEBT: f64 = 700.0;
/// The share of what differs from it that is borrowed or repaid a day.
const REPAY: f64 = 0.004;
/// By which power of the rate trade grows: decay makes money a little brisker.
const VELOCITY: f64 = 0.1;
/// The rate at which trade is as usual, in 10^-9 a day.
const USUAL_RATE: f64 = 1e6;
const SUPPLIERS: usize = 6;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Debtor,
    Saver,
    Hoarder,
}

struct Agent {
    role: Role,
    suppliers: [usize; SUPPLIERS],
    here: bool,
}

/// Something that an agent does; agents by their place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Deed {
    /// One pays another.
    Pay {
        /// Who.
        from: usize,
        /// Whom.
        to: usize,
        /// How much.
        credits: f64,
    },
    /// The commons pay for a service.
    Spend {
        /// Whose.
        to: usize,
        /// How much.
        credits: f64,
    },
    /// One goes away and leaves the debt.
    Default {
        /// Who.
        who: usize,
    },
    /// One gives what it has to an heir and leaves.
    Leave {
        /// Who.
        who: usize,
        /// To whom.
        heir: usize,
    },
}

/// Everybody.
pub struct Agents {
    agents: Vec<Agent>,
    dice: StdRng,
}

impl Agents {
    /// So many: two in five owe, one in twenty hoards, the others save.
    pub fn new(count: usize, mut dice: StdRng) -> Self {
        // each shop is a permutation, so that everybody sells as much as everybody else
        let shops: Vec<Vec<usize>> = (0..SUPPLIERS)
            .map(|_| {
                let mut places: Vec<usize> = (0..count).collect();
                places.shuffle(&mut dice);
                places
            })
            .collect();
        let agent = |n: usize| Agent {
            role: match n % 20 {
                0..8 => Role::Debtor,
                8 => Role::Hoarder,
                _ => Role::Saver,
            },
            suppliers: std::array::from_fn(|shop| shops[shop][n]),
            here: true,
        };
        Self {
            agents: (0..count).map(agent).collect(),
            dice,
        }
    }

    /// How many are there.
    pub fn here(&self) -> u32 {
        let here = self.agents.iter().filter(|agent| agent.here).count();
        u32::try_from(here).unwrap_or(u32::MAX)
    }

    /// Notes that one has gone.
    pub fn leave(&mut self, who: usize) {
        self.agents[who].here = false;
    }

    /// What happens on a day, from everybody's position in credits and the rate of decay.
    pub fn live(&mut self, day: u32, positions: &[f64], rate: u32) -> Vec<Deed> {
        let mut deeds = vec![];
        self.buy(day as usize, rate, &mut deeds);
        self.borrow_and_repay(day as usize, positions, &mut deeds);
        if day.is_multiple_of(7) {
            self.spend(positions, &mut deeds);
        }
        self.part(day as usize, positions, &mut deeds);
        deeds
    }

    fn buy(&self, day: usize, rate: u32, deeds: &mut Vec<Deed>) {
        let brisk = (f64::from(rate) / USUAL_RATE).max(1e-3).powf(VELOCITY);
        let turn = day / 3;
        for (who, agent) in self.agents.iter().enumerate() {
            let idle = agent.role == Role::Hoarder && !turn.is_multiple_of(2);
            let supplier = agent.suppliers[(turn + who) % SUPPLIERS];
            if agent.here && !idle && (who + day).is_multiple_of(3) && self.agents[supplier].here {
                deeds.push(Deed::Pay {
                    from: who,
                    to: supplier,
                    credits: PURCHASE * brisk,
                });
            }
        }
    }

    /// Each once a week: new loans less what is repaid.
    fn borrow_and_repay(&mut self, day: usize, positions: &[f64], deeds: &mut Vec<Deed>) {
        for (who, position) in positions.iter().enumerate() {
            if !self.agents[who].here || who % 7 != day % 7 {
                continue;
            }
            let debt = (-position).max(0.0);
            let usual = if self.agents[who].role == Role::Debtor {
                DEBT
            } else {
                0.0
            };
            let net = 7.0 * REPAY * (usual - debt);
            if net > 0.0 {
                if let Some(saver) = self.someone(|_, role| role != Role::Debtor) {
                    deeds.push(Deed::Pay {
                        from: who,
                        to: saver,
                        credits: net,
                    });
                }
            } else if net < 0.0
                && let Some(buyer) =
                    self.someone(|n, role| role == Role::Saver && positions[n] >= -net)
            {
                // whoever has money buys from the debtor
                deeds.push(Deed::Pay {
                    from: buyer,
                    to: who,
                    credits: -net,
                });
            }
        }
    }

    /// Once a week the commons buy services for what usually decays in one.
    fn spend(&mut self, positions: &[f64], deeds: &mut Vec<Deed>) {
        let money: f64 = positions.iter().map(|p| p.max(0.0)).sum();
        for _ in 0..5 {
            if let Some(to) = self.someone(|_, _| true) {
                deeds.push(Deed::Spend {
                    to,
                    credits: 7.0 * USUAL_RATE / 1e9 * money / 5.0,
                });
            }
        }
    }

    /// One debtor in a hundred a year defaults, one saver in two hundred leaves.
    fn part(&mut self, day: usize, positions: &[f64], deeds: &mut Vec<Deed>) {
        let count = self.agents.len().max(1);
        let debtors = (count * 2 / 5).max(1);
        if day.is_multiple_of((36_500 / debtors).max(1))
            && let Some(who) = self.someone(|_, role| role == Role::Debtor)
        {
            deeds.push(Deed::Default { who });
        }
        if day.is_multiple_of((73_000 / count).max(1))
            && let Some(who) = self.someone(|n, role| role == Role::Saver && positions[n] > 0.0)
            && let Some(heir) = self.someone(|n, role| role == Role::Saver && n != who)
        {
            deeds.push(Deed::Leave { who, heir });
        }
    }

    /// Somebody who is there and fits; nobody if none of many tries does.
    fn someone(&mut self, fits: impl Fn(usize, Role) -> bool) -> Option<usize> {
        (0..64).find_map(|_| {
            let one = self.dice.gen_range(0..self.agents.len());
            let agent = &self.agents[one];
            (agent.here && fits(one, agent.role)).then_some(one)
        })
    }
}
