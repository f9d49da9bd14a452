//! Draws as the contract shows them.
use mycel_client::{Client, Http, assembly::words::lasting, sortition::draws::show::DrawView};
use mycel_kit::{Id, lottery::Fraction};
use mycel_types::AccountAddress;
use serde::Serialize;

use super::left;
use crate::{
    exit::Failure,
    output::{Align, Show, pairs, table},
    session::Session,
};

/// Where a draw or a case is, in words that change whenever it moves.
pub async fn stage(
    client: &Client<Http>,
    contract: &AccountAddress,
    draw: Option<u64>,
    case: Option<u64>,
) -> Result<Option<String>, Failure> {
    let asked = client.sortition(contract.clone());
    if let Some(draw) = draw {
        return Ok(Some(asked.draw(Id(draw)).await?.stage));
    }
    let Some(case) = case else {
        return Ok(None);
    };
    let case = asked.case(Id(case)).await?;
    let jury = case.juries.last();
    let step = jury.map_or_else(String::new, |jury| {
        format!("{}, {} called", jury.step, jury.seats.len())
    });
    Ok(Some(step))
}

#[derive(Serialize)]
#[serde(transparent)]
struct All(Vec<DrawView>);

impl Show for All {
    fn human(&self) -> String {
        if self.0.is_empty() {
            return "no draws yet; see `mycel draw open --help`".into();
        }
        let headings = [
            ("draw", Align::Right),
            ("for", Align::Left),
            ("stage", Align::Left),
            ("seats", Align::Right),
            ("volunteers", Align::Right),
        ];
        let row = |draw: &DrawView| {
            vec![
                draw.draw.0.to_string(),
                draw.r#ref.clone(),
                draw.stage.clone(),
                draw.size.to_string(),
                draw.persons.to_string(),
            ]
        };
        let rows: Vec<_> = self.0.iter().map(row).collect();
        table(&headings, &rows)
    }
}

/// Lists all draws.
pub async fn list(
    session: &Session,
    client: &Client<Http>,
    contract: AccountAddress,
) -> Result<(), Failure> {
    session.print(&All(client.sortition(contract).draws().await?));
    Ok(())
}

/// A type of volunteers and everybody's chance.
#[derive(Clone, Debug, Serialize)]
pub struct Kind {
    pub values: Vec<String>,
    persons: u32,
    /// Seats over all panels: everybody's chance is seats / (panels · persons).
    seats: Option<u64>,
    chance: Option<String>,
}

/// A draw with everybody's chance.
#[derive(Serialize)]
pub struct Shown {
    #[serde(flatten)]
    pub draw: DrawView,
    pub types: Vec<Kind>,
    panels: u32,
    next: String,
    /// Unix seconds of the contracts' clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<u64>,
}

fn chance(seats: u64, panels: u32, persons: u32) -> String {
    let fraction = Fraction {
        numerator: seats.into(),
        denominator: i128::from(panels.max(1)) * i128::from(persons.max(1)),
    };
    format!("{:.6}", fraction.decimal())
}

/// A table of them.
pub fn kinds(types: &[Kind]) -> String {
    let headings = [
        ("volunteers", Align::Left),
        ("persons", Align::Right),
        ("chance", Align::Right),
    ];
    let rows: Vec<_> = types
        .iter()
        .map(|kind| {
            let name = if kind.values.is_empty() {
                "everybody".to_owned()
            } else {
                kind.values.join(", ")
            };
            let chance = kind.chance.clone().unwrap_or_else(|| "-".into());
            vec![name, kind.persons.to_string(), chance]
        })
        .collect();
    table(&headings, &rows)
}

impl Show for Shown {
    fn human(&self) -> String {
        let draw = &self.draw;
        let mut rows = vec![
            ("draw", format!("{} for {}", draw.draw.0, draw.r#ref)),
            ("stage", draw.stage.clone()),
            ("seats", draw.size.to_string()),
            ("volunteers", draw.persons.to_string()),
        ];
        for quota in &draw.quotas {
            let told = format!(
                "{} {}: {} to {}",
                quota.feature, quota.value, quota.min, quota.max
            );
            rows.push(("quota", told));
        }
        let come = match draw.gate {
            None => "by their addresses".into(),
            Some(Id(gate)) => format!("by proofs at gate {gate}"),
        };
        rows.push(("volunteers come", come));
        rows.push(("to volunteer", left(draw.until.0, self.now)));
        if let Some(short) = &draw.short {
            let ended = matches!(draw.stage.as_str(), "lapsing" | "lapsed");
            rows.push((if ended { "why" } else { "falls short" }, short.clone()));
        }
        if let Some(lottery) = &draw.lottery {
            rows.push(("root", lottery.root.clone()));
            rows.push(("panels", lottery.panels.to_string()));
            let to = |second: u64| left(second, self.now);
            rows.push(("to commit", to(lottery.commit_until.0)));
            rows.push(("to post", to(lottery.deadline.0)));
            if let Some(best) = &lottery.best {
                let told = format!(
                    "post {}, chances proven for {} persons",
                    best.post, best.settled
                );
                rows.push(("best", told));
            }
        }
        if let Some(accepted) = &draw.accepted {
            let told = match self
                .now
                .map(|now| accepted.round_time.0.saturating_sub(now))
            {
                None => format!("{} at second {}", accepted.round.0, accepted.round_time.0),
                Some(0) => format!("{}, which has come", accepted.round.0),
                Some(wait) => format!("{}, which comes in {}", accepted.round.0, lasting(wait)),
            };
            rows.push(("beacon round", told));
            if let Some(value) = &accepted.value {
                rows.push(("beacon says", value.clone()));
            }
        }
        if let Some(until) = draw.decline_until {
            rows.push(("to decline", left(until.0, self.now)));
        }
        rows.push(("next", self.next.clone()));
        format!("{}\n{}", pairs(&rows), kinds(&self.types))
    }
}

/// What somebody can do now.
fn next(draw: &DrawView, waits: Option<&str>, now: Option<u64>) -> String {
    let n = draw.draw.0;
    match draw.stage.as_str() {
        "open" => {
            let mut told = String::new();
            for feature in &draw.features {
                let values = feature.values.join("|");
                told.push_str(&format!(" --as {}={values}", feature.name));
            }
            let way = match draw.gate {
                None => format!("mycel draw volunteer {n}"),
                Some(Id(gate)) => format!("mycel trust show {gate} --term {n}"),
            };
            format!(
                "`{way}{told} --from NAME`; when registration is over `mycel draw freeze {n} --from NAME`"
            )
        }
        "freezing" | "seating" | "lapsing" => format!("`mycel draw freeze {n} --from NAME`"),
        "solving"
            if draw
                .lottery
                .as_ref()
                .zip(now)
                .is_some_and(|(lottery, now)| now >= lottery.commit_until.0) =>
        {
            format!(
                "who committed posts: `mycel draw submit {n} LOTTERY --from NAME`; after that `mycel draw freeze {n} --from NAME`"
            )
        }
        "solving" => format!(
            "`mycel draw pool {n} --out POOL`, `mycel solve lottery --json POOL --out LOTTERY`, `mycel draw submit {n} LOTTERY --from NAME`"
        ),
        "awaiting" => format!(
            "waits {}; then `mycel draw freeze {n} --from NAME`",
            waits.unwrap_or("for the beacon")
        ),
        "seated" => {
            format!("who was drawn may still decline: `mycel draw decline {n} --from NAME`")
        }
        "done" => format!("`mycel draw result {n}`, `mycel draw replay {n}`"),
        _ => ended(&draw.r#ref).into(),
    }
}

/// After a draw without a panel. One that a proposal asked for is not opened again.
fn ended(reference: &str) -> &'static str {
    if reference.starts_with("assembly/") {
        "nothing: the draw ended without a panel, and the proposal goes on without one"
    } else {
        "nothing: the draw ended without a panel; `mycel draw open` opens another"
    }
}

/// All that is shown of a draw.
pub async fn shown(
    client: &Client<Http>,
    contract: &AccountAddress,
    number: u64,
) -> Result<Shown, Failure> {
    let asked = client.sortition(contract.clone());
    let draw = asked.draw(Id(number)).await?;
    let pool = asked.pool(Id(number)).await?;
    let waits = match &draw.accepted {
        Some(accepted) if draw.stage == "awaiting" => {
            Some(asked.round(accepted.round).await?.waits)
        }
        _ => None,
    };
    let now = client.contract_time().await.ok();
    let types = pool
        .types
        .into_iter()
        .map(|kind| Kind {
            chance: kind
                .seats
                .map(|seats| chance(seats.0, pool.panels, kind.count)),
            seats: kind.seats.map(|seats| seats.0),
            persons: kind.count,
            values: kind.values,
        })
        .collect();
    Ok(Shown {
        next: next(&draw, waits.as_deref(), now),
        now,
        panels: pool.panels,
        draw,
        types,
    })
}

/// Shows a draw.
pub async fn draw(
    session: &Session,
    client: &Client<Http>,
    contract: AccountAddress,
    number: u64,
) -> Result<(), Failure> {
    session.print(&shown(client, &contract, number).await?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_lapsed_draw_of_a_proposal_nobody_is_told_to_open_another() {
        assert!(ended("assembly/7").ends_with("the proposal goes on without one"));
        assert!(ended("x/7").contains("`mycel draw open`"));
    }
}
