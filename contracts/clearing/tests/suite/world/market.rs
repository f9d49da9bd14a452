//! Markets in a test.

use mycel_clearing::error::ContractError;
use mycel_clearing::msg::{
    Action, ChoiceMsg, ChooseMsg, ExecuteMsg, GrantMsg, LinkMsg, MarketKind, MarketMsg, NeedMsg,
    OfferMsg, PostedResponse, PromiseView, PromisesResponse, QueryMsg, ShockMsg,
};
use mycel_kit::roles::{Class, Electorate};
use mycel_kit::{Amount, Id, Seconds};

use super::{DAY, World};

/// Ordinary terms: one credit a unit of cost, friction 1, no first resistance,
/// penalties 1,000 to 1,000,000, no share cap.
pub fn terms(resource: &str) -> MarketMsg {
    MarketMsg {
        kind: MarketKind::Flow,
        scale: "neighbourhood".into(),
        resource: resource.into(),
        parent: None,
        price_unit: Amount::credits(1).unwrap(),
        friction: 1,
        resistance: 0,
        penalties: vec![1_000, 10_000, 100_000, 1_000_000],
        share_bps: 10_000,
        need_cap: Id(1_000_000),
        epoch_seconds: Seconds(30 * DAY),
        accept_seconds: Seconds(2 * DAY),
        deliver_seconds: Seconds(7 * DAY),
    }
}

impl World {
    pub fn decide(&mut self, action: Action) -> Result<(), ContractError> {
        self.authority(ExecuteMsg::Decided {
            proposal: Id(1),
            electorate: Electorate::All,
            class: Class::Ordinary,
            action,
        })
    }

    pub fn market(&mut self, terms: MarketMsg) -> u32 {
        self.decide(Action::DefineMarket {
            market: None,
            terms,
        })
        .expect("defines");
        self.told("market").parse().expect("a number")
    }

    pub fn shock(&mut self, market: u32, until: u64, grants: &[(u64, u8, u64)]) {
        let grants = grants.iter().map(|(person, class, quantity)| GrantMsg {
            person: Id(*person),
            class: *class,
            quantity: Id(*quantity),
        });
        let shock = ShockMsg {
            market,
            until: Seconds(until),
            grants: grants.collect(),
        };
        self.decide(Action::AttestShock(shock)).expect("attests");
    }

    pub fn offer(&mut self, market: u32, person: u64, quantity: u64, price: u32) {
        let offer = OfferMsg {
            market,
            quantity: Id(quantity),
            price,
            gift: false,
            expires: Seconds(self.now + 300 * DAY),
            upward: true,
        };
        self.say(person, ExecuteMsg::Offer(offer)).expect("offers");
    }

    pub fn try_need(
        &mut self,
        market: u32,
        person: u64,
        quantity: u64,
        price: u32,
        class: u8,
    ) -> Result<(), ContractError> {
        let need = NeedMsg {
            market,
            quantity: Id(quantity),
            price,
            class,
            expires: Seconds(self.now + 300 * DAY),
            upward: true,
        };
        self.say(person, ExecuteMsg::Need(need))
    }

    pub fn need(&mut self, market: u32, person: u64, quantity: u64, price: u32) {
        self.try_need(market, person, quantity, price, 0)
            .expect("needs");
    }

    /// One end signs a link.
    pub fn sign(
        &mut self,
        person: u64,
        market: u32,
        from: u64,
        to: u64,
        distance: u32,
    ) -> Result<(), ContractError> {
        let link = LinkMsg {
            market,
            from: Id(from),
            to: Id(to),
            distance,
            capacity: Id(90),
        };
        self.say(person, ExecuteMsg::Link(link))
    }

    /// A link signed by both.
    pub fn link(&mut self, market: u32, from: u64, to: u64, distance: u32, capacity: u64) {
        for person in [from, to] {
            let link = LinkMsg {
                market,
                from: Id(from),
                to: Id(to),
                distance,
                capacity: Id(capacity),
            };
            self.say(person, ExecuteMsg::Link(link)).expect("links");
        }
    }

    /// Whom a person would have, the dearest first, and what each costs.
    pub fn try_choose(
        &mut self,
        market: u32,
        person: u64,
        choices: &[(u64, u32)],
    ) -> Result<(), ContractError> {
        let choices = choices.iter().map(|(person, cost)| ChoiceMsg {
            person: Id(*person),
            cost: *cost,
        });
        let choices = choices.collect();
        self.say(person, ExecuteMsg::Choose(ChooseMsg { market, choices }))
    }

    pub fn choose(&mut self, market: u32, person: u64, others: &[u64]) {
        let choices: Vec<_> = others.iter().map(|other| (*other, 0)).collect();
        self.try_choose(market, person, &choices).expect("chooses");
    }

    /// Opens and freezes a round of a market.
    pub fn freeze_market(&mut self, market: u32, limit: Option<u32>) -> Id {
        let anyone = self.address("anyone");
        self.execute(&anyone, ExecuteMsg::OpenAllocation { market })
            .expect("opens");
        let round = Id(self.told("round").parse().expect("a number"));
        self.drive(round, limit);
        round
    }

    /// Opens, freezes and solves a round of a market.
    pub fn allocate(&mut self, market: u32) -> Id {
        let round = self.freeze_market(market, None);
        self.solve(round);
        assert_eq!(self.round_of(round).stage, "done");
        round
    }

    pub fn posted(&self, market: u32, person: u64) -> PostedResponse {
        let person = Id(person);
        self.ask(QueryMsg::Posted { market, person })
            .expect("posted")
    }

    /// What is still lacking.
    pub fn lacks(&self, market: u32, person: u64) -> u64 {
        self.posted(market, person)
            .need
            .map_or(0, |need| need.quantity.0)
    }

    /// What can still be spared.
    pub fn spares(&self, market: u32, person: u64) -> u64 {
        self.posted(market, person)
            .offer
            .map_or(0, |offer| offer.quantity.0)
    }

    pub fn promises(&self, person: u64) -> Vec<PromiseView> {
        let (person, after) = (Id(person), None);
        let answer: PromisesResponse = self
            .ask(QueryMsg::Promises { person, after })
            .expect("promises");
        assert!(answer.next.is_none());
        answer.promises
    }

    pub fn accept(&mut self, promise: &PromiseView) {
        for person in [promise.from.0, promise.to.0] {
            let promise = promise.promise;
            self.say(person, ExecuteMsg::Accept { promise })
                .expect("accepts");
        }
    }

    /// Both report that so much was delivered.
    pub fn deliver(&mut self, promise: &PromiseView, quantity: u64) {
        for person in [promise.from.0, promise.to.0] {
            let promise = promise.promise;
            let quantity = Id(quantity);
            self.say(person, ExecuteMsg::Report { promise, quantity })
                .expect("reports");
        }
    }

    /// Accepts and delivers all of a person's promises.
    pub fn fulfil(&mut self, person: u64) {
        for promise in self.promises(person) {
            self.accept(&promise);
            self.deliver(&promise, promise.quantity.0);
        }
    }
}
