//! A town whose members deal: stand-ins for credit and a jury by one key.

use std::ops::{Deref, DerefMut};

use cosmwasm_std::{
    Addr, Binary, Deps, DepsMut, Empty, Env, HexBinary, MessageInfo, Response, StdError,
    to_json_binary,
};
use mycel_kit::peers::credit::{CreditQuery, Settled};
use mycel_mailbox::entry::Rating;
use mycel_mailbox::{DealKey, Direction, element, rating_commitment, tag};
use mycel_sandbox::{Code, Native, Receipt, Refusal, address, mock_proof};
use mycel_trust::deals::ask::{DealView, DealsResponse, RoomResponse};
use mycel_trust::deals::msg::DealOpened;
use mycel_trust::element::Element;
use serde_json::{Value, json};

use crate::world::{World, member};

/// One credit.
pub const CREDIT: u128 = 1_000_000_000_000;
/// Times of deals in these towns; `world::TIMES` has the others.
pub const OFFER: u64 = 60;
pub const RATING: u64 = 100;
pub const CASE: u64 = 30;
/// Most weight of a partner in a period, in these towns.
pub const PAIR_CAP: u64 = 200;

/// Answers what was settled; anyone says what that is.
fn credit() -> Native {
    #[derive(serde::Deserialize)]
    struct Paid {
        from: String,
        to: String,
        r#ref: String,
        credits: u64,
    }
    fn key(from: &str, to: &str, reference: &str) -> Vec<u8> {
        format!("{from}/{to}/{reference}").into_bytes()
    }
    fn begin(_: DepsMut, _: Env, _: MessageInfo, _: Empty) -> Result<Response, StdError> {
        Ok(Response::new())
    }
    fn pay(deps: DepsMut, _: Env, _: MessageInfo, paid: Paid) -> Result<Response, StdError> {
        let pico = u128::from(paid.credits) * CREDIT;
        let key = key(&paid.from, &paid.to, &paid.r#ref);
        deps.storage.set(&key, &pico.to_be_bytes());
        Ok(Response::new())
    }
    fn query(deps: Deps, _: Env, asked: CreditQuery) -> Result<Binary, StdError> {
        let CreditQuery::Settled { r#ref, a, b } = asked else {
            return Err(StdError::msg("not asked in these tests"));
        };
        let paid = |from: &str, to: &str| {
            let found = deps.storage.get(&key(from, to, &r#ref));
            let bytes = found.map_or([0; 16], |bytes| bytes.try_into().expect("16 bytes"));
            u128::from_be_bytes(bytes).into()
        };
        to_json_binary(&Settled {
            a_to_b: paid(&a, &b),
            b_to_a: paid(&b, &a),
        })
    }
    Native::new(begin, pay, query)
}

/// The double of sortition.
pub fn sortition() -> Native {
    Native::new(
        |deps, _env, info, msg: mycel_double::msg::InstantiateMsg| {
            mycel_double::contract::instantiate(deps, info, msg)
        },
        mycel_double::contract::execute,
        mycel_double::contract::query,
    )
}

/// The town.
#[derive(Clone)]
pub struct Town {
    pub world: World,
    pub credit: Addr,
    pub sortition: Addr,
}

impl Deref for Town {
    type Target = World;
    fn deref(&self) -> &World {
        &self.world
    }
}

impl DerefMut for Town {
    fn deref_mut(&mut self) -> &mut World {
        &mut self.world
    }
}

/// A rating as one writes it.
pub fn rating(outcome: bool, weight: u16) -> Rating {
    Rating {
        outcome,
        weight,
        eco: 900,
        reciprocity: 500,
    }
}

impl Town {
    /// Persons 1 to `n`, each with a viewing key.
    pub fn new(n: u64) -> Town {
        Town::of(World::new(), n)
    }

    pub fn of(mut world: World, n: u64) -> Town {
        let key = address("key");
        let code = world.sandbox.store(Code::native(credit()));
        let credit = world
            .sandbox
            .instantiate2(&key, code, "credit", &json!({}))
            .expect("credit");
        let code = world
            .sandbox
            .store(Code::native(sortition()).with_checksum([7; 32]));
        let begin = json!({"key": key, "development": true, "members": world.members, "appeal_seconds": "0"});
        let sortition = world
            .sandbox
            .instantiate2(&key, code, "sortition", &begin)
            .expect("sortition");
        let mut town = Town {
            world,
            credit,
            sortition,
        };
        let (credit, sortition) = (town.credit.clone(), town.sortition.clone());
        town.set(json!({
            "credit": credit,
            "sortition": sortition,
            "numbers": {
                "offer_seconds": OFFER, "rating_seconds": RATING, "case_seconds": CASE,
                "open_deals": 4, "rater_cap": 500,
            },
        }));
        for person in 1..=n {
            town.enrol(person);
            town.view(person, 1);
        }
        town
    }

    #[track_caller]
    pub fn set(&mut self, changes: Value) {
        self.decided("constitutional", &json!({"set_parameters": changes}))
            .unwrap_or_else(|why| panic!("{}", why.text));
    }

    /// A person publishes a viewing key.
    pub fn view(&mut self, person: u64, number: u8) {
        let mut key = [number; 32];
        key[..8].copy_from_slice(&person.to_be_bytes());
        let key = HexBinary::from(key);
        self.ok(person, &json!({"publish_viewing_key": {"key": key}}));
    }

    /// Under a reference one paid another so many credits in all.
    pub fn pay(&mut self, from: u64, to: u64, reference: &str, credits: u64) {
        let paid = json!({
            "from": member(from), "to": member(to), "ref": reference, "credits": credits,
        });
        let credit = self.credit.clone();
        self.sandbox
            .execute(&address("anyone"), &credit, &paid)
            .expect("paid");
    }

    /// The number in the field of a deal.
    pub fn element(&self, a: u64, b: u64, nonce: u8) -> Element {
        tag::deal(&self.raw_instance(), a, b, &[nonce; 32])
    }

    /// Its key, as both wallets compute it.
    pub fn deal_key(&self, a: u64, b: u64, nonce: u8) -> DealKey {
        let mut shared = [9; 32];
        shared[..8].copy_from_slice(&(a + b).to_be_bytes());
        DealKey::new(shared, &self.element(a, b, nonce)).expect("a secret")
    }

    pub fn offer_msg(&self, a: u64, b: u64, nonce: u8, reference: Option<&str>) -> Value {
        json!({"open_deal": {
            "b": b.to_string(),
            "nonce": HexBinary::from([nonce; 32]),
            "k": HexBinary::from(element(&self.deal_key(a, b, nonce).k())),
            "key_a": self.newest_key(a),
            "key_b": self.newest_key(b),
            "ref": reference,
        }})
    }

    pub fn try_offer(
        &mut self,
        a: u64,
        b: u64,
        nonce: u8,
        reference: Option<&str>,
    ) -> Result<u64, Refusal> {
        let msg = self.offer_msg(a, b, nonce, reference);
        let receipt = self.act(a, &msg)?;
        let data = receipt.data.expect("data");
        let opened: DealOpened = cosmwasm_std::from_json(data).expect("an opened deal");
        assert_eq!(opened.element, HexBinary::from(self.element(a, b, nonce)));
        Ok(opened.deal.0)
    }

    #[track_caller]
    pub fn offer(&mut self, a: u64, b: u64, nonce: u8, reference: Option<&str>) -> u64 {
        self.try_offer(a, b, nonce, reference)
            .unwrap_or_else(|why| panic!("{}", why.text))
    }

    #[track_caller]
    pub fn accept(&mut self, person: u64, deal: u64) -> Receipt {
        self.ok(person, &json!({"accept_deal": {"deal": deal.to_string()}}))
    }

    /// A deal that runs; its number.
    #[track_caller]
    pub fn deal(&mut self, a: u64, b: u64, nonce: u8, reference: Option<&str>) -> u64 {
        let deal = self.offer(a, b, nonce, reference);
        self.accept(b, deal);
        deal
    }

    #[track_caller]
    pub fn seen(&self, deal: u64) -> DealView {
        self.query(&json!({"deal": {"deal": deal.to_string()}}))
    }

    pub fn deals(&self, person: u64) -> DealsResponse {
        self.query(&json!({"deals": {"person": person.to_string()}}))
    }

    pub fn room(&self, a: u64, b: u64) -> RoomResponse {
        self.query(&json!({"room": {"a": a.to_string(), "b": b.to_string()}}))
    }

    /// How a rating is told: `awaited`, `opened` …
    pub fn told(&self, deal: u64, dir: usize) -> String {
        self.seen(deal).ratings[dir].rating.clone()
    }

    /// One side's rating, sealed.
    pub fn sealed(&self, deal: u64, dir: u8, nonce: u8, good: bool) -> SealedRating {
        let seen = self.seen(deal);
        let key = self.deal_key(seen.a.0, seen.b.0, nonce);
        let direction = Direction::try_from(dir).expect("0 or 1");
        let said = rating(good, seen.weight);
        let sealed = key.seal(direction, &said).expect("sealed");
        SealedRating {
            deal,
            dir,
            c: element(&sealed.c),
            ct: element(&sealed.ct),
            rho: element(&sealed.rho),
            packed: tag::small(said.packed()),
            salt: [dir + 1; 32],
            inputs: [
                element(&key.k()),
                element(&key.deal),
                tag::small(dir.into()),
                tag::small(seen.weight.into()),
                element(&sealed.ct),
                element(&sealed.c),
            ],
        }
    }

    /// Both promise; gives the two sealed ratings.
    #[track_caller]
    pub fn promise_both(&mut self, deal: u64, nonce: u8, good: [bool; 2]) -> [SealedRating; 2] {
        let seen = self.seen(deal);
        let sealed = [0u8, 1].map(|dir| self.sealed(deal, dir, nonce, good[usize::from(dir)]));
        self.ok(seen.a.0, &sealed[0].commit());
        self.ok(seen.b.0, &sealed[1].commit());
        sealed
    }

    /// A deal rated by both, both opened.
    #[track_caller]
    pub fn rated(
        &mut self,
        a: u64,
        b: u64,
        nonce: u8,
        good: [bool; 2],
    ) -> (u64, [SealedRating; 2]) {
        let deal = self.deal(a, b, nonce, None);
        let sealed = self.promise_both(deal, nonce, good);
        for one in &sealed {
            self.ok(a, &one.open());
        }
        (deal, sealed)
    }

    /// A jury decides a case of the double.
    #[track_caller]
    pub fn judge(&mut self, case: u64, outcome: &str) {
        let sortition = self.sortition.clone();
        let said = json!({"decide": {
            "case": case.to_string(), "outcome": outcome, "reasons": "0".repeat(64),
        }});
        self.sandbox
            .execute(&address("key"), &sortition, &said)
            .unwrap_or_else(|why| panic!("{}", why.text));
    }
}

/// What one side sends in the end.
#[derive(Clone, Debug)]
pub struct SealedRating {
    pub deal: u64,
    pub dir: u8,
    pub c: Element,
    pub ct: Element,
    pub rho: Element,
    pub packed: Element,
    pub salt: [u8; 32],
    /// The public inputs of its attest proof.
    pub inputs: [Element; 6],
}

impl SealedRating {
    pub fn commit(&self) -> Value {
        let hash = rating_commitment(&self.c, &self.ct, &self.salt);
        json!({"commit_rating": {"deal": self.deal.to_string(), "hash": HexBinary::from(hash)}})
    }

    pub fn open(&self) -> Value {
        self.open_with(&mock_proof("attest", &self.inputs))
    }

    pub fn open_with(&self, proof: &Binary) -> Value {
        json!({"open_rating": {
            "deal": self.deal.to_string(), "dir": self.dir,
            "c": HexBinary::from(self.c), "ct": HexBinary::from(self.ct),
            "salt": HexBinary::from(self.salt), "proof": proof,
        }})
    }

    pub fn dispute(&self) -> Value {
        json!({"dispute_rating": {
            "deal": self.deal.to_string(), "dir": self.dir,
            "packed": HexBinary::from(self.packed), "rho": HexBinary::from(self.rho),
        }})
    }

    pub fn advance(&self) -> Value {
        json!({"advance_dispute": {"deal": self.deal.to_string(), "dir": self.dir}})
    }
}
