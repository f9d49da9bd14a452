//! A random town: members, their messages and the time between.

use mycel_credit::msg::{ExecuteMsg, NewAccount, ParameterChanges};
use mycel_credit::state::Kind;
use mycel_kit::{Amount, Id};

use super::{Random, World};

/// A random world with its people.
pub struct Town {
    pub world: World,
    pub random: Random,
    pub addresses: Vec<String>,
    pub opened: usize,
}

/// What a message may do to the views.
pub enum Effect {
    /// No view moves.
    None,
    /// Exactly this much from one account to another.
    Payment {
        from: usize,
        to: usize,
        amount: i128,
    },
    /// One more account, with the starter or nothing.
    Opening,
    /// Nobody's view falls but these accounts'.
    Consent(Vec<usize>),
    /// No view moves, and the member answers to this address, new or not.
    Rotation { who: usize, to: String },
}

impl Town {
    /// With three members.
    pub fn new(seed: u64) -> Town {
        let mut town = Town::empty(seed);
        for _ in 0..3 {
            let (sender, msg, _) = town.opening();
            town.world.execute(&sender, msg).expect("enrols");
            town.opened += 1;
        }
        town
    }

    /// Without members.
    pub fn empty(seed: u64) -> Town {
        let mut random = Random(seed);
        let grant = random.below(2) == 0;
        let starter = Amount::new(random.next() >> (1 + random.below(40)));
        let rate = random.below(3_000_001) as u32;
        let limit = Amount::new(random.next() >> (2 + random.below(40)));
        let world = World::new(|msg| {
            msg.rate_ppb_per_day = Some(rate);
            if grant {
                msg.starter_grant = starter
            } else {
                msg.starter_line = starter
            }
            msg.default_limit = limit;
        });
        let mut world = world;
        world.prepare_deeds();
        let addresses = (0..6)
            .map(|n| world.address(&format!("member {n}")))
            .collect();
        Town {
            world,
            random,
            addresses,
            opened: 0,
        }
    }

    pub fn someone(&mut self) -> usize {
        // now and then somebody who has no account
        self.random.below(self.addresses.len() as u64) as usize
    }

    /// Amounts of every size, near the limit as often as not.
    pub fn amount(&mut self, from: usize) -> Amount {
        let pico = match self.random.below(8) {
            0 => 0,
            1 => self.random.below(3),
            2 => i64::MAX as u64,
            3..=5 if from < self.opened => {
                let view = self.world.views()[from];
                let limit = self.world.accounts()[from].limit.signed();
                let near = view + limit + i128::from(self.random.below(3)) - 1;
                u64::try_from(near.clamp(0, i128::from(i64::MAX))).unwrap_or(0)
            }
            _ => self.random.next() >> (1 + self.random.below(62)),
        };
        Amount::new(pico).expect("63 bits")
    }

    pub fn opening(&mut self) -> (String, ExecuteMsg, Effect) {
        let kind =
            [Kind::Person, Kind::Person, Kind::Org, Kind::Contract][self.random.below(4) as usize];
        let next = self.opened.min(self.addresses.len() - 1);
        let new = NewAccount {
            owner: self.addresses[next].clone(),
            kind,
            person: (kind == Kind::Person).then_some(Id(next as u64)),
            sponsor: (self.opened > 0).then(|| self.addresses[0].clone()),
            limit: (self.random.below(2) == 0)
                .then(|| Amount::new(self.random.next() >> 20).expect("44 bits")),
        };
        (
            self.world.authority.to_string(),
            ExecuteMsg::OpenAccount(new),
            Effect::Opening,
        )
    }

    pub fn message(&mut self) -> (String, ExecuteMsg, Effect) {
        if self.random.below(2) == 0 {
            return self.deed();
        }
        let authority = self.world.authority.to_string();
        match self.random.below(16) {
            0..=8 => {
                let (from, to) = (self.someone(), self.someone());
                let amount = self.amount(from);
                let (sender, to_address) =
                    (self.addresses[from].clone(), self.addresses[to].clone());
                let msg = if self.random.below(4) == 0 {
                    ExecuteMsg::Transfer {
                        recipient: to_address,
                        amount,
                    }
                } else {
                    ExecuteMsg::Pay {
                        to: to_address,
                        amount,
                        reference: (self.random.below(4) == 0).then(|| "rent".to_owned()),
                        memo: None,
                    }
                };
                (
                    sender,
                    msg,
                    Effect::Payment {
                        from,
                        to,
                        amount: amount.signed(),
                    },
                )
            }
            9 | 10 => {
                let accounts = (0..self.random.below(5))
                    .map(|_| self.someone())
                    .collect::<Vec<_>>();
                let accounts = accounts
                    .into_iter()
                    .map(|n| self.addresses[n].clone())
                    .collect();
                (
                    self.addresses[0].clone(),
                    ExecuteMsg::Settle { accounts },
                    Effect::None,
                )
            }
            11 => self.opening(),
            12 => {
                let owner = self.someone();
                let limit = Amount::new(self.random.next() >> (1 + self.random.below(62)));
                let msg = ExecuteMsg::SetLimit {
                    owner: self.addresses[owner].clone(),
                    limit: limit.expect("63 bits"),
                };
                (authority, msg, Effect::None)
            }
            13 => {
                let owner = self.someone();
                let msg = ExecuteMsg::SetStanding {
                    owner: self.addresses[owner].clone(),
                    scale_bps: self.random.below(10_100) as u16,
                    frozen: self.random.below(4) == 0,
                };
                (authority, msg, Effect::None)
            }
            14 => {
                let rate = self.random.below(3_100_000) as u32;
                let mut changes = ParameterChanges {
                    rate_ppb_per_day: Some(rate),
                    ..Default::default()
                };
                match self.random.below(4) {
                    0 => changes.starter_line = Amount::new(self.random.below(1 << 50)),
                    1 => changes.starter_grant = Amount::new(self.random.below(1 << 50)),
                    _ => {}
                }
                (
                    authority,
                    ExecuteMsg::SetParameters(Box::new(changes)),
                    Effect::None,
                )
            }
            _ => {
                let stranger = self.addresses[5].clone();
                let changes = ParameterChanges {
                    rate_ppb_per_day: Some(1),
                    ..Default::default()
                };
                (
                    stranger,
                    ExecuteMsg::SetParameters(Box::new(changes)),
                    Effect::None,
                )
            }
        }
    }

    /// Time goes on by nothing, or by up to about two months.
    pub fn wait_a_little(&mut self) {
        self.world.now += self.random.next() >> (41 + self.random.below(23));
        if self.random.below(8) == 0 {
            self.world.end_block();
        }
    }

    /// Time goes on by nothing, seconds, or years.
    pub fn wait(&mut self) {
        if self.random.below(3) > 0 {
            let before = self.world.views();
            self.world.now += self.random.next() >> (36 + self.random.below(28));
            for (earlier, later) in before.iter().zip(self.world.views()) {
                let decays = 0 <= later && later <= *earlier;
                assert!(
                    decays || (*earlier < 0 && later == *earlier),
                    "{earlier} → {later}"
                );
            }
        }
    }
}
