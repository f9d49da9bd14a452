//! The forest's founding: organisations that watch it, those who live of it, one monitor by lot.
use mycel_kit::roles::{Class, Electorate};
use serde_json::{Value, json};

use super::{ALL_SHARES, UNIT, ask, rules};
use crate::{
    civic::{CivicError, Stage, voices::Patience},
    contracts::{COMMONS, CREDIT, MEMBERS},
};

/// How many foresters there are at most: each holds as much as concentration allows, or less.
pub const FORESTERS: usize = 6;
/// How many members stand before the first forester, in a town that has twice as many: so that their numbers are the
/// same in towns of all sizes.
pub const FIRST: usize = 12;
/// Shares of each, of 100,000,000.
pub const EACH: u64 = 15_000_000;
/// Steps of an epoch.
pub const EPOCH: u64 = 30;
/// How long the lot may take.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(180);
/// What an organisation's bond is: a little more than the rules ask for.
const BOND: u64 = 12_000_000_000_000;
/// What its owner gives it for that: it decays until it is put aside.
const GIFT: u64 = BOND + BOND / 6;

/// A forest that stands.
#[derive(Clone, Debug)]
pub struct Forest {
    /// Its number among the commons.
    pub commons: u64,
    /// Who hold its shares.
    pub foresters: Vec<u32>,
    /// Who watch it: organisations' accounts, and that of somebody drawn by lot.
    pub monitors: Vec<u32>,
    /// Evidence used so far.
    pub evidence: u64,
    /// Auctions that were held, in their order.
    pub auctions: Vec<u64>,
    /// Claims of what was restored, in their order.
    pub claims: Vec<u64>,
    /// The last season at whose end somebody read.
    pub kept: u64,
}

impl Forest {
    /// A hash that was never used, in hexadecimal.
    pub fn evidence(&mut self) -> String {
        use sha2::{Digest, Sha256};
        self.evidence += 1;
        hex::encode(Sha256::digest(format!(
            "evidence {} of {}",
            self.evidence, self.commons
        )))
    }
}

/// A forest that waits to be decided: who shall live of it, who shall watch it, and the actions that make it so.
#[derive(Clone, Debug)]
pub struct Planned {
    foresters: Vec<u32>,
    organisations: Vec<u32>,
    /// Contract and action, as the assembly tells them.
    pub actions: Vec<(&'static str, Value)>,
}

/// Founds the forest by a decision of its own.
pub async fn found(
    stage: &mut impl Stage,
    members: &[u32],
    organisations: &[u32],
    step: u64,
) -> Result<Forest, CivicError> {
    let planned = plan(stage, members, organisations, step).await?;
    let title = "A forest of our own, and who may watch it";
    let voters: Vec<u32> = members.iter().step_by(3).copied().collect();
    let class = Class::Ordinary;
    stage
        .decide(Electorate::All, class, title, &planned.actions, &voters)
        .await?;
    settle(stage, planned).await
}

/// Founds the organisations that are to watch, and says what must be decided.
pub async fn plan(
    stage: &mut impl Stage,
    members: &[u32],
    organisations: &[u32],
    step: u64,
) -> Result<Planned, CivicError> {
    // the town's busiest have low numbers: others live of the forest, and others again watch it
    let member = |n: usize| members.get(n % members.len().max(1)).copied().unwrap_or(0);
    let half = (members.len() / 2).min(FIRST);
    let foresters: Vec<u32> = (0..FORESTERS.min(half)).map(|n| member(half + n)).collect();
    let mut actions = vec![];
    for (n, organisation) in organisations.iter().enumerate() {
        let owner = member(half + FORESTERS + n);
        organise(stage, owner, *organisation, n).await?;
        let pay = json!({"pay": {"to": stage.address(*organisation)?, "amount": GIFT.to_string()}});
        stage.say(owner, CREDIT, &pay).await?;
        let number = stage.person(*organisation).to_string();
        actions.push((COMMONS, json!({"accredit": {"organisation": number}})));
    }
    let enrolled: Vec<Value> = foresters
        .iter()
        .map(|one| {
            json!({"person": stage.person(*one).to_string(), "shares": EACH.min(ALL_SHARES / foresters.len().max(1) as u64)})
        })
        .collect();
    let found = json!({"found": {
        "name": "the forest", "unit": UNIT, "boundary": "from the ridge to the two rivers",
        "geometry": "f0".repeat(32), "rules": rules(step * EPOCH, 100_000), "members": enrolled,
    }});
    actions.push((COMMONS, found));
    Ok(Planned {
        foresters,
        organisations: organisations.to_vec(),
        actions,
    })
}

/// What was planned is decided: monitors take their seats.
pub async fn settle(stage: &mut impl Stage, planned: Planned) -> Result<Forest, CivicError> {
    let Planned {
        foresters,
        organisations,
        ..
    } = planned;
    let list: Value = ask(stage, json!({"commons_list": {}})).await?;
    let last = list["commons"]
        .as_array()
        .and_then(|all| all.last())
        .cloned();
    let commons: u64 = last
        .and_then(|one| one["id"].as_str()?.parse().ok())
        .ok_or_else(|| mycel_client::ClientError::Answer("no commons".into()))?;
    let mut monitors = organisations.clone();
    for organisation in &organisations {
        let bond = json!({"bond": {"commons": commons.to_string()}});
        stage.hold(*organisation, COMMONS, BOND, &bond).await?;
    }
    monitors.extend(lay_monitor(stage, commons).await?);
    Ok(Forest {
        commons,
        foresters,
        monitors,
        evidence: 0,
        auctions: vec![],
        claims: vec![],
        kept: 0,
    })
}

/// An organisation that one member controls.
async fn organise(
    stage: &mut impl Stage,
    owner: u32,
    organisation: u32,
    n: usize,
) -> Result<(), CivicError> {
    let address = stage.address(organisation)?;
    let controllers = json!([{"person": stage.person(owner).to_string(), "bps": 10_000}]);
    let found = json!({"found": {"address": address, "handle": format!("watch-{}", n + 1),
        "org": {"purpose": "to look after what is everybody's", "controllers": controllers,
            "threshold_bps": 10_000}}});
    stage.say(owner, MEMBERS, &found).await?;
    let approve = json!({"approve_founding": {"address": address}});
    stage.say(organisation, MEMBERS, &approve).await?;
    Ok(())
}

/// Somebody drawn by lot accepts a seat; gives its account.
pub async fn lay_monitor(stage: &mut impl Stage, commons: u64) -> Result<Option<u32>, CivicError> {
    let patience = Patience::new(format!("the lot of commons {commons}"), PATIENCE);
    let of = json!({"commons": commons.to_string()});
    loop {
        let told: Value = ask(stage, json!({"monitors": of})).await?;
        let seats = told["seats"].as_array().cloned().unwrap_or_default();
        let number = |value: &Value| value.as_str()?.parse().ok().map(mycel_kit::Id);
        if let Some(lay) = seats.iter().find(|seat| seat["lay"] == true) {
            return Ok(number(&lay["person"]).and_then(|person| stage.account(person)));
        }
        patience.check(|| told["lot"].to_string())?;
        let now = stage.now().await?;
        let drawn = told["lot"]["drawn"].as_array().cloned().unwrap_or_default();
        let may = |turn: &&Value| {
            let from: Option<u64> = turn["from"].as_str().and_then(|from| from.parse().ok());
            from.is_some_and(|from| from <= now)
        };
        let accepts = drawn.iter().filter(may);
        let mut accounts = accepts.filter_map(|turn| stage.account(number(&turn["person"])?));
        match accounts.next() {
            Some(account) => {
                stage
                    .say(account, COMMONS, &json!({"accept_seat": of}))
                    .await?;
            }
            None => {
                stage.work(COMMONS, &json!({"advance": {}})).await?;
                stage.pass(u64::MAX).await?;
            }
        }
    }
}
