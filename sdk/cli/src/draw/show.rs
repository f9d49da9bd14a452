//! Draws as the contract shows them.
use std::collections::BTreeMap;

use mycel_client::{
    Client, Http,
    assembly::{Names, words::lasting},
    sortition::draws::show::DrawView,
};
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
struct Kind {
    values: Vec<String>,
    persons: u32,
    /// Seats over all panels: everybody's chance is seats / (panels · persons).
    seats: Option<u64>,
    chance: Option<String>,
}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    draw: DrawView,
    types: Vec<Kind>,
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

fn kinds(types: &[Kind]) -> String {
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
fn next(draw: &DrawView, waits: Option<&str>) -> String {
    let n = draw.draw.0;
    match draw.stage.as_str() {
        "open" => {
            let mut told = String::new();
            for feature in &draw.features {
                let values = feature.values.join("|");
                told.push_str(&format!(" --as {}={values}", feature.name));
            }
            format!(
                "`mycel draw volunteer {n}{told} --from NAME`; when registration is over `mycel draw freeze {n} --from NAME`"
            )
        }
        "freezing" | "seating" | "lapsing" => format!("`mycel draw freeze {n} --from NAME`"),
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
        _ => "nothing: the draw ended without a panel; `mycel draw open` opens another".into(),
    }
}

async fn shown(
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
        next: next(&draw, waits.as_deref()),
        now: client.contract_time().await.ok(),
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

/// A seat.
#[derive(Serialize)]
struct Chair {
    seat: usize,
    person: Option<u64>,
    /// Its handle.
    name: Option<String>,
    values: Vec<String>,
    pending: bool,
}

/// Somebody who was passed over.
#[derive(Serialize)]
struct Over {
    person: u64,
    /// Its handle.
    name: String,
    seat: u16,
    why: String,
    at: u64,
}

#[derive(Serialize)]
struct Outcome {
    draw: u64,
    r#ref: String,
    stage: String,
    index: Option<u32>,
    panel: u32,
    seats: Vec<Chair>,
    passed: Vec<Over>,
    types: Vec<Kind>,
}

impl Show for Outcome {
    fn human(&self) -> String {
        let headings = [
            ("seat", Align::Right),
            ("person", Align::Right),
            ("", Align::Left),
            ("volunteered as", Align::Left),
        ];
        let rows: Vec<_> = self
            .seats
            .iter()
            .map(|chair| {
                let person = match chair.person {
                    Some(person) => person.to_string(),
                    None if chair.pending => "to come".into(),
                    None => "nobody".into(),
                };
                vec![
                    chair.seat.to_string(),
                    person,
                    chair.name.clone().unwrap_or_default(),
                    chair.values.join(", "),
                ]
            })
            .collect();
        let mut text = format!(
            "draw {} for {}: {}\n\n{}",
            self.draw,
            self.r#ref,
            self.stage,
            table(&headings, &rows)
        );
        for over in &self.passed {
            text.push_str(&format!(
                "person {}, {}, was drawn for seat {} and does not sit: {}\n",
                over.person, over.name, over.seat, over.why
            ));
        }
        format!("{text}\n{}", kinds(&self.types))
    }
}

/// Shows who sits.
pub async fn result(
    session: &Session,
    client: &Client<Http>,
    contract: AccountAddress,
    number: u64,
) -> Result<(), Failure> {
    let Shown { draw, types, .. } = shown(client, &contract, number).await?;
    let drawn = draw.accepted.as_ref().and_then(|accepted| accepted.index);
    if drawn.is_none() {
        return Err(Failure::Refused(format!(
            "draw {number} is {}: nobody is drawn yet; see `mycel draw show {number}`",
            draw.stage
        )));
    }
    let asked = client.sortition(contract);
    let seats = asked.seats(Id(number)).await?;
    let passed = asked.passed(Id(number)).await?;
    let names = Names::new(client, session.network());
    let mut known = BTreeMap::new();
    let sitting = seats.seats.iter().filter_map(|chair| chair.person);
    for person in sitting.chain(passed.iter().map(|one| one.person)) {
        known.insert(person.0, names.person(person).await);
    }
    let name = |person: Id| known.get(&person.0).cloned().unwrap_or_default();
    let chairs = seats.seats.into_iter().enumerate();
    session.print(&Outcome {
        draw: number,
        r#ref: draw.r#ref,
        stage: draw.stage,
        index: drawn,
        panel: seats.panel,
        seats: chairs
            .map(|(seat, chair)| Chair {
                seat,
                person: chair.person.map(|person| person.0),
                name: chair.person.map(name),
                values: types
                    .get(usize::from(chair.r#type))
                    .map_or_else(Vec::new, |kind| kind.values.clone()),
                pending: chair.pending,
            })
            .collect(),
        passed: passed
            .into_iter()
            .map(|one| Over {
                person: one.person.0,
                name: name(one.person),
                seat: one.seat,
                why: one.why,
                at: one.at.0,
            })
            .collect(),
        types,
    });
    Ok(())
}
