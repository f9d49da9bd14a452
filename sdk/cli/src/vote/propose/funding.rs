//! Proposals about funding: rounds and their pools, projects, technologies, rewards.
use cosmwasm_std::to_json_binary;
use mycel_assembly::msg::Action;
use mycel_client::{
    amount,
    assembly::words::{lasting, seconds},
    funding::{
        msg::{Action as Decision, HoldMsg},
        words,
    },
    network::{ASSEMBLY, FUNDING},
};
use mycel_kit::{Amount, Id, Seconds};
use serde_json::json;

use super::{
    about::About,
    actions::{Find, decided},
};
use crate::{exit::Failure, fund::terms::Terms};

/// What is decided about funding.
#[derive(Debug, clap::Subcommand)]
pub enum Kind {
    /// Opens a round of funding of the commons; once it is open, `propose pool` fills it
    Round {
        #[command(flatten)]
        terms: Box<Terms>,
        #[command(flatten)]
        about: Box<About>,
    },
    /// Gives to the matching pool of a round from the commons
    Pool {
        /// The round's number: it must be open
        round: u64,
        /// How much, in credits
        amount: String,
        #[command(flatten)]
        about: Box<About>,
    },
    /// Admits a project to a round whose projects are admitted by decision
    AdmitProject {
        /// The round's number
        round: u64,
        /// The project's number
        project: u64,
        #[command(flatten)]
        about: Box<About>,
    },
    /// Cancels a round that is not being paid out; everything goes back
    CancelRound {
        /// The round's number
        round: u64,
        #[command(flatten)]
        about: Box<About>,
    },
    /// Allows a technology again that was refused or restricted
    Allow {
        /// `entry/7`, or a word as `deep-trawling`
        technology: String,
        #[command(flatten)]
        about: Box<About>,
    },
    /// Fills the pool that rewards authors of designs that others build, from the commons
    Rewards {
        /// How much, in credits
        amount: String,
        #[command(flatten)]
        about: Box<About>,
    },
}

async fn decision(find: &Find<'_>, decision: &Decision) -> Result<Action, Failure> {
    let action = serde_json::to_value(decision).unwrap_or_else(|_| json!({}));
    decided(find, FUNDING, &action).await
}

async fn spend(find: &Find<'_>, text: &str, said: &HoldMsg) -> Result<Action, Failure> {
    let msg = to_json_binary(said).map_err(|e| Failure::Usage(e.to_string()))?;
    Ok(Action::Spend {
        to: None,
        amount: amount::parse(text)?,
        hold_for: Some(find.session.contract(None, FUNDING).await?.to_string()),
        msg: Some(msg),
    })
}

/// The actions, and what every proposal says of itself.
pub async fn of(kind: Kind, find: &Find<'_>) -> Result<(About, Vec<Action>), Failure> {
    let (about, action) = match kind {
        Kind::Round { terms, about } => {
            in_time(find, terms.ahead()?).await?;
            let now = find.client.contract_time().await?;
            let input = Box::new(terms.input(now, Amount::ZERO)?);
            (about, decision(find, &Decision::OpenRound(input)).await?)
        }
        Kind::Pool {
            round,
            amount,
            about,
        } => {
            let contract = find.session.contract(None, FUNDING).await?;
            let found = find.client.funding(contract).round(Id(round)).await?.round;
            if !["open", "giving"].contains(&found.stage.as_str()) {
                return Err(Failure::Refused(format!(
                    "round {round} is {}: its pool takes nothing any more; see `mycel fund list`",
                    found.stage
                )));
            }
            let said = HoldMsg::Sponsor { round: Id(round) };
            (about, spend(find, &amount, &said).await?)
        }
        Kind::AdmitProject {
            round,
            project,
            about,
        } => {
            let admit = Decision::AdmitProject {
                round: Id(round),
                project: Id(project),
            };
            (about, decision(find, &admit).await?)
        }
        Kind::CancelRound { round, about } => {
            let cancel = Decision::CancelRound { round: Id(round) };
            (about, decision(find, &cancel).await?)
        }
        Kind::Allow { technology, about } => {
            let technology = named(&technology)?;
            (
                about,
                decision(find, &Decision::AllowTechnology { technology }).await?,
            )
        }
        Kind::Rewards { amount, about } => {
            (about, spend(find, &amount, &HoldMsg::Rewards {}).await?)
        }
    };
    Ok((*about, vec![action]))
}

fn named(text: &str) -> Result<String, Failure> {
    words::technology(text).ok_or_else(|| {
        Failure::Usage(format!(
            "{text} is no technology; write `entry/7`, or a word of at most 64 letters a-z, digits and `-`"
        ))
    })
}

/// Refuses a technology; without a register to write it into, nothing is carried out and the text is what is decided.
pub async fn refuse(
    find: &Find<'_>,
    technology: &str,
    lasts: Option<&str>,
) -> Result<Vec<Action>, Failure> {
    if find.session.contract(None, FUNDING).await.is_err() {
        return Ok(vec![]);
    }
    let technology = named(technology)?;
    let until = match lasts {
        None => None,
        Some(text) => {
            let lasts = seconds(text)
                .ok_or_else(|| Failure::Usage(format!("--for={text} is no time; write `365d`")))?;
            let now = find.client.contract_time().await?;
            Some(Seconds(now.saturating_add(lasts)))
        }
    };
    Ok(vec![
        decision(find, &Decision::RefuseTechnology { technology, until }).await?,
    ])
}

/// Whether a decision can be carried out before gifts are to begin.
async fn in_time(find: &Find<'_>, ahead: u64) -> Result<(), Failure> {
    let assembly = find.session.contract(None, ASSEMBLY).await?;
    let n = find.client.assembly(assembly).parameters().await?.numbers;
    let parts = [
        n.deliberation_seconds,
        n.ordinary_vote_seconds,
        n.ordinary_timelock_seconds,
    ];
    let takes: u64 = parts.into_iter().map(u64::from).sum();
    if ahead > takes {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "a decision takes {} from its last supporter on, and gifts would begin in {}; choose a longer `--in`",
        lasting(takes),
        lasting(ahead)
    )))
}
