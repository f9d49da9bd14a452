//! A season: monitors read, an epoch opens, rights change hands, something is taken and something restored.
use mycel_commons::market::order::Side;
use serde_json::{Value, json};

use super::{
    Forest, PRICE, RESTORED, ask,
    auction::{self, Order, time},
};
use crate::{
    civic::{CivicError, Stage, voices::Patience},
    contracts::COMMONS,
};

/// How long an epoch may take to open.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(240);

/// Every monitor says how much there is.
pub async fn read(
    stage: &mut impl Stage,
    forest: &mut Forest,
    quantity: u64,
) -> Result<(), CivicError> {
    let mut words = vec![];
    for (n, monitor) in forest.monitors.clone().into_iter().enumerate() {
        let seen = quantity + n as u64 * quantity / 500;
        let read = json!({"read": {"commons": forest.commons.to_string(), "quantity": seen.to_string(),
            "evidence": forest.evidence()}});
        words.push((monitor, read));
    }
    stage.say_all(COMMONS, &words).await
}

/// The latest epoch.
pub async fn epoch(stage: &impl Stage, forest: &Forest) -> Result<Value, CivicError> {
    let told: Value = ask(
        stage,
        json!({"cap": {"commons": forest.commons.to_string()}}),
    )
    .await?;
    Ok(told["epoch"].clone())
}

/// Waits for the epoch after the one of this number.
pub async fn opened(
    stage: &mut impl Stage,
    forest: &Forest,
    before: u64,
) -> Result<Value, CivicError> {
    let patience = Patience::new(format!("epoch {}", before + 1), PATIENCE);
    loop {
        let now = epoch(stage, forest).await?;
        if time(&now, "number") > before && now["open"] == true {
            return Ok(now);
        }
        patience.check(|| now.to_string())?;
        stage.work(COMMONS, &json!({"advance": {}})).await?;
        stage.pass(u64::MAX).await?;
    }
}

/// What one may take now.
pub async fn balance(stage: &impl Stage, forest: &Forest, account: u32) -> Result<u64, CivicError> {
    let person = stage.person(account).to_string();
    let asked = json!({"entitlement": {"commons": forest.commons.to_string(), "person": person}});
    let told: Value = ask(stage, asked).await?;
    Ok(time(&told["account"], "balance"))
}

/// One takes so much.
pub async fn harvest(
    stage: &mut impl Stage,
    forest: &mut Forest,
    account: u32,
    quantity: u64,
) -> Result<(), CivicError> {
    let word = json!({"harvest": {"commons": forest.commons.to_string(),
        "quantity": quantity.to_string(), "evidence": forest.evidence()}});
    stage.say(account, COMMONS, &word).await?;
    Ok(())
}

/// Somebody restored land, and the monitors saw it. Gives the claim.
pub async fn restore(
    stage: &mut impl Stage,
    forest: &mut Forest,
    account: u32,
    quantity: u64,
) -> Result<u64, CivicError> {
    let now = stage.now().await?;
    let cell = forest.claims.len() as u64 * 2;
    let claim = json!({"claim": {"commons": forest.commons.to_string(),
        "cells": [cell.to_string(), (cell + 1).to_string()],
        "from": now.saturating_sub(86_400).to_string(), "to": now.saturating_sub(1).to_string(),
        "quantity": quantity.to_string(), "evidence": forest.evidence()}});
    stage.say(account, COMMONS, &claim).await?;
    let member = stage.address(account)?;
    let asked = json!({"claims": {"commons": forest.commons.to_string(), "member": member}});
    let told: Value = ask(stage, asked).await?;
    let last = told["claims"]
        .as_array()
        .and_then(|all| all.last())
        .cloned();
    let number = time(&last.unwrap_or_default(), "claim");
    let attest = json!({"attest": {"claim": number.to_string(), "quantity": quantity.to_string()}});
    let words: Vec<_> = forest
        .monitors
        .iter()
        .map(|one| (*one, attest.clone()))
        .collect();
    stage.say_all(COMMONS, &words).await?;
    forest.claims.push(number);
    Ok(number)
}

/// Orders of a season that are sealed and not opened yet.
#[derive(Debug)]
pub struct Begun {
    auction: u64,
    orders: Vec<Order>,
}

/// Reads again when a season is nearly over: what opened it is too old for the next.
pub async fn dusk(
    stage: &mut impl Stage,
    forest: &mut Forest,
    quantity: u64,
) -> Result<(), CivicError> {
    let over = time(&epoch(stage, forest).await?, "closes");
    let now = stage.now().await?;
    stage
        .wait(over.saturating_sub(over.saturating_sub(now) / 3))
        .await?;
    read(stage, forest, quantity).await
}

/// A season: `before` is read for its opening, `then` right after it. An auction is held, everybody takes most
/// of what they may, and, if so, land is restored.
pub async fn season(
    stage: &mut impl Stage,
    forest: &mut Forest,
    before: u64,
    then: u64,
    restores: bool,
) -> Result<(), CivicError> {
    let begun = begin(stage, forest, before, then, restores).await?;
    end(stage, forest, begun).await
}

/// The first part of a season, until orders are sealed.
pub async fn begin(
    stage: &mut impl Stage,
    forest: &mut Forest,
    before: u64,
    then: u64,
    restores: bool,
) -> Result<Begun, CivicError> {
    let last = time(&epoch(stage, forest).await?, "number");
    if last > 0 {
        dusk(stage, forest, before).await?;
    } else {
        read(stage, forest, before).await?;
    }
    opened(stage, forest, last).await?;
    if then != before {
        read(stage, forest, then).await?;
    }
    // two sell, two buy: dearer where there is less
    let scarce = if then < before { 2 } else { 1 };
    let sells = forest.foresters.iter().take(2).map(|account| Order {
        account: *account,
        side: Side::Sell,
        price: PRICE * 9 / 10 * scarce,
        quantity: 2_000,
        aside: 2_000,
    });
    let buys = forest
        .foresters
        .iter()
        .skip(2)
        .take(2)
        .map(|account| Order {
            account: *account,
            side: Side::Buy,
            price: PRICE * 11 / 10 * scarce,
            quantity: 1_500,
            aside: 50_000_000_000_000,
        });
    let orders: Vec<Order> = sells.chain(buys).collect();
    let patience = Patience::new("an auction", PATIENCE);
    let number = loop {
        if let Some(number) = auction::current(stage, forest.commons).await? {
            break number;
        }
        patience.check(|| "nothing takes orders".into())?;
        stage.work(COMMONS, &json!({"advance": {}})).await?;
        stage.pass(u64::MAX).await?;
    };
    auction::commit(stage, number, &orders).await?;
    if restores {
        let restorer = forest.foresters.last().copied().unwrap_or(0);
        restore(stage, forest, restorer, RESTORED).await?;
    }
    Ok(Begun {
        auction: number,
        orders,
    })
}

/// The second: orders are opened and settled, and everybody takes most of what they may.
pub async fn end(
    stage: &mut impl Stage,
    forest: &mut Forest,
    begun: Begun,
) -> Result<(), CivicError> {
    let Begun { auction, orders } = begun;
    auction::finish(stage, auction, &orders).await?;
    forest.auctions.push(auction);
    let mut words = vec![];
    for account in forest.foresters.clone() {
        let may = balance(stage, forest, account).await?;
        if may < 2 {
            // nothing while overage is not paid for
            continue;
        }
        let harvest = json!({"harvest": {"commons": forest.commons.to_string(),
            "quantity": (may * 9 / 10).to_string(), "evidence": forest.evidence()}});
        words.push((account, harvest));
    }
    stage.say_all(COMMONS, &words).await
}

/// While visitors are there: monitors read this when a season is nearly over, once, so that the next can open.
pub async fn keep(
    stage: &mut impl Stage,
    forest: &mut Forest,
    quantity: u64,
) -> Result<(), CivicError> {
    let now = stage.now().await?;
    let season = epoch(stage, forest).await?;
    let (number, opens, closes) = (
        time(&season, "number"),
        time(&season, "opens"),
        time(&season, "closes"),
    );
    let third = closes.saturating_sub(opens) / 3;
    if forest.kept >= number || now.saturating_add(third) < closes {
        return Ok(());
    }
    read(stage, forest, quantity).await?;
    forest.kept = number;
    Ok(())
}
