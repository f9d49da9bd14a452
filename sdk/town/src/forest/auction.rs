//! One auction of a season: sealed orders, opened orders, one price.
use mycel_commons::market::{
    hash::{Sealed, commitment},
    order::{Side, Step},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::ask;
use crate::{
    civic::{CivicError, Stage},
    contracts::{COMMONS, CREDIT},
};

/// An order: whose, which side, price and quantity of its only step, and what is put aside for it: pico-credits to buy,
/// units to sell.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// The account.
    pub account: u32,
    /// Which side.
    pub side: Side,
    /// Pico-credits a unit.
    pub price: u64,
    /// Units.
    pub quantity: u64,
    /// A round number.
    pub aside: u64,
}

/// Anybody can compute it, as everything of a development town's members.
fn salt(auction: u64, order: &Order) -> [u8; 32] {
    Sha256::digest(format!(
        "salt of {:?} in auction {auction}",
        (order.account, order.side)
    ))
    .into()
}

fn sealed(stage: &impl Stage, auction: u64, order: &Order) -> String {
    let contract = stage.contract(COMMONS);
    let sealed = Sealed {
        chain: stage.chain(),
        contract: &contract,
        auction,
        person: stage.person(order.account).0,
        side: order.side,
    };
    let step = Step {
        price: order.price,
        quantity: order.quantity.into(),
    };
    hex::encode(commitment(&sealed, &[step], &salt(auction, order)))
}

/// Seals orders, all at once.
pub async fn commit(
    stage: &mut impl Stage,
    auction: u64,
    orders: &[Order],
) -> Result<(), CivicError> {
    let (mut buys, mut sells) = (vec![], vec![]);
    for order in orders {
        let hash = sealed(stage, auction, order);
        let auction = auction.to_string();
        match order.side {
            Side::Buy => {
                let what = json!({"commit": {"auction": auction, "hash": hash}});
                buys.push((order.account, stage.hold_word(COMMONS, order.aside, &what)));
            }
            Side::Sell => {
                let sell = json!({"commit_sell": {"auction": auction, "hash": hash,
                    "escrow": order.aside.to_string()}});
                sells.push((order.account, sell));
            }
        }
    }
    stage.say_all(CREDIT, &buys).await?;
    stage.say_all(COMMONS, &sells).await
}

/// Opens orders, all at once.
pub async fn reveal(
    stage: &mut impl Stage,
    auction: u64,
    orders: &[Order],
) -> Result<(), CivicError> {
    let word = |order: &Order| {
        let step =
            json!({"price": order.price.to_string(), "quantity": order.quantity.to_string()});
        let reveal = json!({"reveal": {"auction": auction.to_string(), "side": order.side,
            "steps": [step], "salt": hex::encode(salt(auction, order))}});
        (order.account, reveal)
    };
    let words: Vec<_> = orders.iter().map(word).collect();
    stage.say_all(COMMONS, &words).await
}

/// An auction as it is.
pub async fn look(stage: &impl Stage, auction: u64) -> Result<Value, CivicError> {
    ask(stage, json!({"auction": {"id": auction.to_string()}})).await
}

/// The newest auction of entitlement, if one takes orders now.
pub async fn current(stage: &impl Stage, commons: u64) -> Result<Option<u64>, CivicError> {
    let mut after: Option<String> = None;
    let mut found = None;
    loop {
        let asked = json!({"auctions": {"commons": commons.to_string(), "after": after}});
        let told: Value = ask(stage, asked).await?;
        for one in told["auctions"].as_array().into_iter().flatten() {
            if one["good"] == "entitlement" && one["phase"] == "commit" {
                found = one["auction"].as_str().and_then(|id| id.parse().ok());
            }
        }
        match told["next"].as_str() {
            Some(next) => after = Some(next.to_owned()),
            None => return Ok(found),
        }
    }
}

/// A second of a time in an answer.
pub fn time(told: &Value, name: &str) -> u64 {
    told[name]
        .as_str()
        .and_then(|text| text.parse().ok())
        .unwrap_or(0)
}

/// Has an auction of these sealed orders from then on to the last payment. Gives it as it ended.
pub async fn finish(
    stage: &mut impl Stage,
    auction: u64,
    orders: &[Order],
) -> Result<Value, CivicError> {
    let told = look(stage, auction).await?;
    stage.wait(time(&told, "commit_until")).await?;
    reveal(stage, auction, orders).await?;
    stage.wait(time(&told, "reveal_until")).await?;
    loop {
        let told = look(stage, auction).await?;
        if told["phase"] == "done" {
            return Ok(told);
        }
        stage.work(COMMONS, &json!({"advance": {}})).await?;
        stage.pass(u64::MAX).await?;
    }
}
