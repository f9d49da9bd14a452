//! A forest whose first epoch has the cap that a test says, and whose traders
//! seal and open orders. The contract is as it is, with one door more ("hand")
//! through which a test does what monitors, juries and rights do.

use cosmwasm_std::{DepsMut, Env, MessageInfo, Response};
use mycel_bindings::{MycelMsg, MycelQuery};
use mycel_commons::call::Call;
use mycel_commons::cap::cut::{Used, lowered, share};
use mycel_commons::cap::record::{Cut, Why};
use mycel_commons::cap::{self, Basis, Epoch};
use mycel_commons::error::ContractError;
use mycel_commons::market::ask::{AuctionView, AuctionsResponse, GoodName, OrdersResponse};
use mycel_commons::market::hash::{Sealed, commitment};
use mycel_commons::market::invariants::recount;
use mycel_commons::market::msg::StepOf;
use mycel_commons::market::order::{Side, Step};
use mycel_commons::market::state;
use mycel_commons::msg::ExecuteMsg;
use mycel_commons::rights::ask::{EntitlementResponse, HoldingView};
use mycel_commons::{
    ALL_SHARES, Quantity, Shares, contract, market, order, query, registry, rights,
};
use mycel_kit::peers::credit::Hold;
use mycel_sandbox::{Code, Native, Receipt};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::world::{CREDIT, World, attribute, names, rules, shares};

/// The cap of the first epoch.
pub const CAP: u64 = 1_000_000;
/// Each founder's shares.
pub const SHARES: u32 = 10_000_000;

/// What a test does in others' place.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Hand {
    /// The first epoch opens.
    Epoch { cap: u64 },
    /// Monitors read less.
    Lower { cap: u64 },
    /// One is suspended.
    Suspend { person: u64 },
    /// One is excluded.
    Exclude { person: u64 },
    /// Shares must be sold.
    Force { person: u64, shares: u32 },
}

fn by_hand(call: &mut Call<'_>, forest: u64, hand: &Hand) -> Result<(), ContractError> {
    match hand {
        Hand::Epoch { cap: to } => {
            let (to, zero) = (Quantity::at_most((*to).into()), Quantity::ZERO);
            let length = registry::rules(call.storage, forest)?.epoch_seconds;
            let epoch = Epoch {
                commons: forest,
                number: 1,
                opens: call.now,
                closes: call.now + u64::from(length),
                basis: Basis::Fresh,
                stock: to,
                median: to,
                low: to,
                most: to,
                opened: to,
                cap: to,
                budgets: zero,
                tac: to,
                regenerated: zero,
                banked: zero,
                banked_in: zero,
                withheld: zero,
                released: zero,
                base: to,
                doubted: None,
                own: to,
                parent_epoch: 0,
                cuts: vec![],
                closing: None,
            };
            cap::state::last(forest).save(call.storage, &1);
            cap::state::epoch(forest, 1).save(call.storage, &epoch);
            let mut totals = cap::state::totals()
                .may_load(call.storage)?
                .unwrap_or_default();
            for sum in [&mut totals.most, &mut totals.caps, &mut totals.tac] {
                *sum += to.units();
            }
            totals.epochs += 1;
            cap::state::totals().save(call.storage, &totals);
            market::epoch_opened(call, forest, 1)
        }
        Hand::Lower { cap: to } => {
            let Some(mut epoch) = cap::current(call.storage, forest)? else {
                return Ok(());
            };
            let to = Quantity::at_most((*to).into());
            let Some(cap) = lowered(epoch.opened, epoch.cap, to, epoch.cuts.len()) else {
                return Ok(());
            };
            let sums = rights::sums(call.storage, forest, epoch.number)?;
            let used = Used {
                harvested: sums.harvested,
                retired: sums.retired,
                overage: sums.overage,
            };
            epoch.cap = cap;
            let share = share(epoch.own, cap, &used);
            epoch.own = share.own;
            epoch.cuts.push(Cut {
                num: share.num,
                den: share.den,
                at: call.now,
                why: Why::Reading,
            });
            cap::state::epoch(forest, epoch.number).save(call.storage, &epoch);
            let mut totals = cap::state::totals().load(call.storage)?;
            totals.cuts += 1;
            cap::state::totals().save(call.storage, &totals);
            Ok(())
        }
        Hand::Suspend { person } => {
            for _ in 0..3 {
                order::malicious(call, forest, *person)?;
            }
            order::may_deal(call.storage, forest, *person, call.now).expect_err("suspended");
            Ok(())
        }
        Hand::Exclude { person } => registry::exclude(call, forest, *person),
        Hand::Force { person, shares } => {
            market::sell_by_force(call, forest, *person, Shares(*shares))
        }
    }
}

/// The contract with one door more.
pub fn code() -> Code {
    Code::native(native())
}

fn native() -> Native {
    Native::new(
        contract::instantiate,
        |deps: DepsMut<'_, MycelQuery>,
         env: Env,
         info: MessageInfo,
         msg: Value|
         -> Result<Response<MycelMsg>, String> {
            if let Some(hand) = msg.get("hand") {
                let hand: Hand = serde_json::from_value(hand.clone()).map_err(|e| e.to_string())?;
                let sender = info.sender.to_string();
                let mut call = Call::begin(deps, env, &sender).map_err(|e| e.to_string())?;
                by_hand(&mut call, 1, &hand).map_err(|e| e.to_string())?;
                return Ok(call.finish());
            }
            let msg: ExecuteMsg = serde_json::from_value(msg).map_err(|e| e.to_string())?;
            contract::execute(deps, env, info, msg).map_err(|e| e.to_string())
        },
        query::query,
    )
    .with_reply(contract::reply)
    .with_sudo(|deps, env, _: mycel_bindings::SudoMsg| contract::end_block(deps, env))
}

/// Steps as `(price, quantity)`.
pub type Steps<'a> = &'a [(u64, u64)];

fn read(steps: Steps<'_>) -> Vec<Step> {
    let step = |&(price, quantity): &(u64, u64)| Step {
        price,
        quantity: quantity.into(),
    };
    steps.iter().map(step).collect()
}

/// The forest and its traders.
pub struct Ground {
    pub world: World,
    pub forest: u64,
    /// The founders, numbers from 1.
    pub names: Vec<String>,
    /// Holds of monitors.
    pub bonds: usize,
}

impl Ground {
    /// So many persons, each with [`SHARES`]; the auctions of the first epoch
    /// have begun.
    pub fn new(persons: usize) -> Ground {
        Ground::with(persons, rules())
    }

    pub fn with(persons: usize, rules: Value) -> Ground {
        let mut world = World::begin(code(), persons);
        let all: Vec<(u64, u32)> = (1..=persons as u64)
            .map(|number| (number, if number <= 8 { SHARES } else { 0 }))
            .collect();
        let forest = world.found_with(rules, None, &all);
        Ground::begun(world, forest, persons)
    }

    /// Many, each with equal shares, and an epoch that opens as they do.
    pub fn many(persons: usize, rules: Value, mut world: World) -> Ground {
        let each = ALL_SHARES / persons as u32;
        let all: Vec<(u64, u32)> = (1..=persons as u64).map(|number| (number, each)).collect();
        let mut parts = all.chunks(50);
        let forest = world.found_with(rules, None, parts.next().expect("somebody"));
        for part in parts {
            let enrol = json!({"enrol": {"commons": forest.to_string(), "members": shares(part)}});
            world.decide(forest, "ordinary", enrol);
        }
        let labs = world.labs(forest, persons + 3);
        world.readings(forest, &labs, 10_000_000);
        world.wait(10);
        Ground {
            world,
            forest,
            names: names(persons),
            bonds: labs.len(),
        }
    }

    fn begun(world: World, forest: u64, persons: usize) -> Ground {
        let mut ground = Ground {
            world,
            forest,
            names: names(persons),
            bonds: 0,
        };
        ground.hand(json!({"epoch": {"cap": CAP}}));
        ground.world.block();
        ground
    }

    #[track_caller]
    pub fn hand(&mut self, hand: Value) -> Receipt {
        self.world.as_("anyone").say(json!({"hand": hand}))
    }

    /// The name of a founder.
    pub fn name(&self, number: u64) -> String {
        self.names[number as usize - 1].clone()
    }

    // ---- auctions

    /// The number of the latest auction of a good.
    #[track_caller]
    pub fn latest(&self, good: GoodName) -> u64 {
        let mut after = None;
        let mut found = None;
        loop {
            let page: AuctionsResponse = self
                .world
                .query(&json!({"auctions": {"commons": self.forest.to_string(), "after": after}}));
            for auction in &page.auctions {
                if auction.good == good {
                    found = Some(auction.auction.0);
                }
            }
            match page.next {
                None => return found.expect("an auction"),
                next => after = next,
            }
        }
    }

    /// The latest auction of entitlement.
    #[track_caller]
    pub fn units(&self) -> u64 {
        self.latest(GoodName::Entitlement)
    }

    /// The latest auction of shares.
    #[track_caller]
    pub fn shares(&self) -> u64 {
        self.latest(GoodName::Shares)
    }

    #[track_caller]
    pub fn auction(&self, number: u64) -> AuctionView {
        self.world
            .query(&json!({"auction": {"id": number.to_string()}}))
    }

    #[track_caller]
    pub fn orders(&self, number: u64, side: &str) -> OrdersResponse {
        self.world
            .query(&json!({"orders": {"auction": number.to_string(), "side": side}}))
    }

    // ---- orders

    /// The hash of an order of someone by name; its salt is made of the name.
    #[track_caller]
    pub fn sealed(&self, who: &str, auction: u64, side: Side, steps: Steps<'_>) -> String {
        self.sealed_as(self.world.number(who), who, auction, side, steps)
    }

    /// As [`Ground::sealed`], of somebody whose number is known.
    pub fn sealed_as(
        &self,
        person: u64,
        who: &str,
        auction: u64,
        side: Side,
        steps: Steps<'_>,
    ) -> String {
        let sealed = Sealed {
            chain: "mycel-sandbox",
            contract: self.world.commons.as_str(),
            auction,
            person,
            side,
        };
        cosmwasm_std::to_hex(commitment(&sealed, &read(steps), &salt(who)))
    }

    /// What a hold says to seal an order to buy.
    #[track_caller]
    pub fn buying(&self, who: &str, auction: u64, steps: Steps<'_>) -> Value {
        let hash = self.sealed(who, auction, Side::Buy, steps);
        json!({"commit": {"auction": auction.to_string(), "hash": hash}})
    }

    /// Seals an order to buy with a hold of so many credits; gives the hold.
    #[track_caller]
    pub fn buy(&mut self, who: &str, auction: u64, credits: u64, steps: Steps<'_>) -> u64 {
        let msg = self.buying(who, auction, steps);
        let hold = self.world.hold(who, credits * CREDIT, &msg);
        self.walk();
        hold
    }

    #[track_caller]
    pub fn selling(&self, who: &str, auction: u64, escrow: u64, steps: Steps<'_>) -> Value {
        let hash = self.sealed(who, auction, Side::Sell, steps);
        json!({"commit_sell": {"auction": auction.to_string(), "hash": hash, "escrow": escrow.to_string()}})
    }

    /// Seals an order to sell with so much in escrow.
    #[track_caller]
    pub fn sell(&mut self, who: &str, auction: u64, escrow: u64, steps: Steps<'_>) -> Receipt {
        let msg = self.selling(who, auction, escrow, steps);
        let receipt = self.world.as_(who).say(msg);
        self.walk();
        receipt
    }

    pub fn opening(&self, who: &str, auction: u64, side: Side, steps: Steps<'_>) -> Value {
        let steps: Vec<StepOf> = read(steps)
            .iter()
            .map(|step| StepOf {
                price: mycel_kit::Amount::new(step.price).expect("a price"),
                quantity: Quantity::at_most(step.quantity),
            })
            .collect();
        let salt = cosmwasm_std::to_hex(salt(who));
        json!({"reveal": {"auction": auction.to_string(), "side": side, "steps": steps, "salt": salt}})
    }

    #[track_caller]
    pub fn open(&mut self, who: &str, auction: u64, side: Side, steps: Steps<'_>) -> Receipt {
        let msg = self.opening(who, auction, side, steps);
        let receipt = self.world.as_(who).say(msg);
        self.walk();
        receipt
    }

    // ---- time

    /// Until orders of an auction are opened.
    #[track_caller]
    pub fn until_reveal(&mut self, auction: u64) {
        let until = self.auction(auction).commit_until.0;
        self.world.wait(until.saturating_sub(self.world.now()));
        assert_eq!(self.auction(auction).phase, "reveal");
    }

    /// As [`Ground::until_reveal`], without the end of a block.
    pub fn pass_until_reveal(&mut self, auction: u64) {
        let until = self.auction(auction).commit_until.0;
        let now = self.world.now();
        self.world.sandbox.advance_time(until.saturating_sub(now));
    }

    /// To the end of the reveal; nobody has advanced anything yet.
    #[track_caller]
    pub fn until_end(&mut self, auction: u64) {
        let until = self.auction(auction).reveal_until.0;
        let now = self.world.now();
        self.world.sandbox.advance_time(until.saturating_sub(now));
    }

    /// Until an auction is done.
    #[track_caller]
    pub fn finish(&mut self, auction: u64) -> AuctionView {
        self.until_end(auction);
        for _ in 0..1_000 {
            self.world.advance();
            self.walk();
            if self.auction(auction).done.is_some() {
                self.world.advance();
                return self.auction(auction);
            }
        }
        panic!("it goes on and on: {:?}", self.auction(auction));
    }

    /// Seals and opens what there is, and settles it: `(who, credits or escrow,
    /// steps)` of each side.
    #[track_caller]
    pub fn deal(
        &mut self,
        auction: u64,
        buys: &[(u64, u64, Steps<'_>)],
        sells: &[(u64, u64, Steps<'_>)],
    ) -> AuctionView {
        for (who, credits, steps) in buys {
            self.buy(&self.name(*who), auction, *credits, steps);
        }
        for (who, escrow, steps) in sells {
            self.sell(&self.name(*who), auction, *escrow, steps);
        }
        self.until_reveal(auction);
        for (who, _, steps) in buys {
            self.open(&self.name(*who), auction, Side::Buy, steps);
        }
        for (who, _, steps) in sells {
            self.open(&self.name(*who), auction, Side::Sell, steps);
        }
        self.finish(auction)
    }

    // ---- what is there

    /// What is left of a founder's entitlement to be used.
    #[track_caller]
    pub fn balance(&self, who: &str) -> u64 {
        let answer = self.entitlement(self.world.number(who));
        u64::try_from(answer.account.balance.units()).expect("a balance")
    }

    #[track_caller]
    pub fn entitlement(&self, person: u64) -> EntitlementResponse {
        self.world.query(
            &json!({"entitlement": {"commons": self.forest.to_string(), "person": person.to_string()}}),
        )
    }

    #[track_caller]
    pub fn holding(&self, who: &str) -> HoldingView {
        let person = self.world.number(who);
        self.world.query(
            &json!({"holding": {"commons": self.forest.to_string(), "person": person.to_string()}}),
        )
    }

    pub fn hold(&self, hold: u64) -> Option<Hold> {
        let question = json!({"hold": {"id": hold.to_string()}});
        self.world.sandbox.query(&self.world.credit, &question).ok()
    }

    pub fn fund(&self) -> i128 {
        let answer: Value = self
            .world
            .sandbox
            .query(&self.world.credit, &json!({"commons": {}}))
            .expect("the fund");
        let text = answer["commons"].as_str().unwrap_or_default();
        text.parse().unwrap_or_else(|_| panic!("{answer}"))
    }

    /// The invariants that take a walk over all records: kept sums are those of
    /// the orders; each open order to buy has its hold; what is in escrow is
    /// that of open orders.
    #[track_caller]
    pub fn walk(&self) {
        let forest = self.forest;
        let (all, sums, traders) = self.world.read(|storage| {
            let all = recount(storage, forest).expect("a walk");
            let sums = state::sums(forest).may_load(storage).expect("sums");
            let traders: Vec<(u64, u32)> = (1..200)
                .filter_map(|person| {
                    let kept = state::trader(forest, person).may_load(storage);
                    kept.expect("a trader").map(|kept| (person, kept.open))
                })
                .collect();
            (all, sums.unwrap_or_default(), traders)
        });
        assert_eq!(all.sums, sums);
        assert_eq!(all.open.into_iter().collect::<Vec<_>>(), traders);
        // what credit holds for this contract are the holds of open orders to
        // buy, but for those that expired
        let open: Vec<Hold> = all
            .holds
            .iter()
            .filter_map(|hold| self.hold(*hold))
            .collect();
        let commons = self.world.commons.as_str();
        assert!(open.iter().all(|hold| hold.holder == commons));
        let pot = self.world.sandbox.read(&self.world.credit, |storage| {
            let pot = mycel_credit::state::pot(commons).may_load(storage);
            pot.expect("a pot").unwrap_or_default().open
        });
        let bonds = self.bonds;
        assert_eq!(pot.expect("credit") as usize, open.len() + bonds);
        // escrow of the open epoch: one open order each, cut with the epoch
        let Some((epoch, cut, escrow)) = self.world.read(|storage| {
            let epoch = cap::current(storage, forest).expect("an epoch")?;
            let sums = rights::sums(storage, forest, epoch.number).expect("sums");
            Some((epoch.number, !epoch.cuts.is_empty(), sums.escrow))
        }) else {
            return;
        };
        let (mut put, mut now) = (0, 0);
        for (person, of, units) in &all.sellers {
            if *of == epoch {
                put += units;
                now += self.entitlement(*person).account.escrow.units();
            }
        }
        assert!(now <= escrow && escrow <= put, "{now} {escrow} {put}");
        assert!(cut || now == put, "{now} {put}");
    }
}

/// The salt of somebody.
fn salt(who: &str) -> [u8; 32] {
    let mut salt = [7; 32];
    for (byte, letter) in salt.iter_mut().zip(who.bytes()) {
        *byte = letter;
    }
    salt
}

/// An attribute of the contract's own event.
pub fn told(receipt: &Receipt, event: &str, key: &str) -> Option<String> {
    attribute(receipt, &format!("wasm-{event}"), key)
}
