//! Gifts and pools: holds at credit, with what they would bring said first.
use mycel_client::{
    amount,
    funding::{
        self, Forecast, Unknown,
        msg::HoldMsg,
        rounds::{
            ask::{ProjectView, RoundResponse},
            msg::IdentityInput,
        },
        rules::cap_of,
        words::{HIDES_NOTHING, credits},
    },
};
use mycel_kit::{Amount, Id, peers::credit::Kind};

use super::{Desk, words};
use crate::{exit::Failure, session::Act};

/// Arguments of `mycel fund give`.
#[derive(Debug, clap::Args)]
pub struct Give {
    /// The round's number
    round: u64,
    /// The project's number
    project: u64,
    /// How much, in credits: `12` or `12.5`
    amount: String,
    /// Where givers are told by proofs: the nullifier that was shown, in hex
    #[arg(long, value_name = "HEX")]
    showing: Option<String>,
    /// Who gives: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// Arguments of `mycel fund sponsor`.
#[derive(Debug, clap::Args)]
pub struct Sponsor {
    /// The round's number
    round: u64,
    /// How much, in credits: `12` or `12.5`
    amount: String,
    /// Who gives: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// An act that places a hold for the funding contract.
pub async fn hold<'a>(
    desk: &Desk<'_>,
    from: &'a str,
    what: String,
    amount: Amount,
    said: &HoldMsg,
) -> Result<Act<'a>, Failure> {
    let sender = desk.session.address(from).await?;
    let credit = desk.credit().await?;
    let message = funding::hold(&sender, &credit, &desk.contract, amount, said)?;
    let mut act = Act::new(from, what, message);
    act.facts.insert("amount".into(), amount.to_string().into());
    act.results = &[("hold", "hold")];
    Ok(act)
}

/// A project that must be there.
fn find(projects: &[ProjectView], round: u64, number: u64) -> Result<&ProjectView, Failure> {
    let found = projects.iter().find(|one| one.project.0 == number);
    found.ok_or_else(|| {
        Failure::Refused(format!(
            "no such project: round={round} project={number}; see `mycel fund show {round}`"
        ))
    })
}

/// Why nothing is forecast.
pub fn unknown(unknown: Unknown) -> String {
    match unknown {
        Unknown::Ended => "gifts are over: the contract divides the pool".into(),
        Unknown::Many(holds) => {
            format!("{holds} gifts are too many to pair here; it is known after the end")
        }
    }
}

/// Gives to a project.
pub async fn give(cmd: Give, desk: &Desk<'_>) -> Result<(), Failure> {
    let Give {
        round,
        project,
        amount: text,
        showing,
        from,
    } = cmd;
    let amount = amount::parse(&text)?;
    let asked = desk.client.funding(desk.contract.clone());
    let found = asked.round(Id(round)).await?;
    let projects = asked.projects(Id(round)).await?;
    let to = find(&projects, round, project)?;
    let what = format!(
        "give {} to project {project}, “{}”, of round {round} as {from}",
        credits(amount.pico().into()),
        to.title
    );
    let said = HoldMsg::Contribute {
        round: Id(round),
        project: Id(project),
        showing,
    };
    let mut act = hold(desk, &from, what, amount, &said).await?;
    act.lines = preview(
        desk,
        &found,
        &projects,
        project,
        &from,
        amount,
        &mut act.facts,
    )
    .await?;
    desk.told(act).await
}

/// What a gift would bring, in lines for people and facts for programs.
async fn preview(
    desk: &Desk<'_>,
    found: &RoundResponse,
    projects: &[ProjectView],
    project: u64,
    from: &str,
    amount: Amount,
    facts: &mut serde_json::Map<String, serde_json::Value>,
) -> Result<Vec<(&'static str, String)>, Failure> {
    let asked = desk.client.funding(desk.contract.clone());
    let standing = desk.standing(from).await?;
    let org = standing.kind != Kind::Person;
    let more = asked
        .more(found, Id(project), standing.person, org, amount)
        .await?;
    let mut lines = vec![];
    match asked.forecast(found, projects).await? {
        Ok(forecast) => {
            if let Some((now, then)) = Forecast::brings(&forecast, &more) {
                let of = |parts: &std::collections::BTreeMap<u64, u128>| {
                    parts.get(&project).copied().unwrap_or(0)
                };
                let (before, after) = (of(&now.parts), of(&then.parts));
                let cap = cap_of(now.pool, found.round.cap_bps.into());
                lines.push(("match", words::brings(&more, before, after, cap)));
                lines.push((
                    "from the pool",
                    format!(
                        "{} → {}, as things stand now",
                        credits(before),
                        credits(after)
                    ),
                ));
                facts.insert("match_now".into(), before.to_string().into());
                facts.insert("match_then".into(), after.to_string().into());
            }
        }
        Err(why) => lines.push(("match", unknown(why))),
    }
    facts.insert("matched".into(), more.matched.into());
    if more.own > 0 {
        lines.push((
            "given so far",
            format!("{} by you to this project", credits(more.own.into())),
        ));
    }
    lines.push((
        "until paid",
        "the credits are held for the round; they decay like a position, and what is left is paid"
            .into(),
    ));
    if let IdentityInput::Proofs { .. } = found.round.identity {
        lines.push(("hides", HIDES_NOTHING.into()));
    }
    Ok(lines)
}

/// Gives to the pool.
pub async fn sponsor(cmd: Sponsor, desk: &Desk<'_>) -> Result<(), Failure> {
    let Sponsor {
        round,
        amount: text,
        from,
    } = cmd;
    let amount = amount::parse(&text)?;
    let asked = desk.client.funding(desk.contract.clone());
    let found = asked.round(Id(round)).await?;
    let what = format!(
        "give {} to the pool of round {round}, “{}”, as {from}",
        credits(amount.pico().into()),
        found.round.title
    );
    let mut act = hold(
        desk,
        &from,
        what,
        amount,
        &HoldMsg::Sponsor { round: Id(round) },
    )
    .await?;
    let pool: u128 = found
        .sponsors
        .iter()
        .map(|one| u128::from(one.left.pico()))
        .sum();
    let after = pool + u128::from(amount.pico());
    act.lines = vec![
        ("pool", format!("{} → {}", credits(pool), credits(after))),
        (
            "least",
            format!(
                "{} when gifts begin",
                credits(found.round.min_pool.pico().into())
            ),
        ),
        (
            "comes back",
            funding::words::saturation(&found.round.rule, found.round.saturation).to_owned(),
        ),
    ];
    desk.told(act).await
}
