//! What came of a round.
use std::{collections::BTreeMap, path::PathBuf};

use mycel_client::funding::{
    rounds::{
        ask::{PayoutView, ProjectView, RoundView},
        record::Sponsor,
    },
    rules::cap_of,
    words as rules,
};
use mycel_kit::Id;
use serde::Serialize;

use super::{
    Desk,
    bars::{self, Bar},
    show, words,
};
use crate::{
    exit::Failure,
    output::{Align, Show, pairs, table},
};

/// Letters of a bar.
const WIDTH: u128 = 24;

/// Arguments of `mycel fund result`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// The round's number
    round: u64,
    /// Also draws it into this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// What one project got. Amounts in pico-credits.
#[derive(Serialize)]
struct Paid {
    project: u64,
    title: String,
    payee: String,
    givers: u32,
    /// What was given to it, as the gifts were placed.
    given: String,
    /// What it was paid of that: gifts decay until they are paid.
    direct: String,
    /// Its part of the pool as that was gathered.
    matching: String,
    /// What of it was paid.
    matching_paid: String,
    cap_reached: bool,
}

/// What came back to whom. Amounts in pico-credits.
#[derive(Serialize)]
struct Back {
    sponsor: String,
    gave: String,
    /// Paid to projects.
    paid: String,
    /// Given back; what is missing had decayed.
    back: String,
    settled: bool,
}

#[derive(Serialize)]
struct Results {
    round: RoundView,
    pool: String,
    matching: String,
    returned: String,
    projects: Vec<Paid>,
    sponsors: Vec<Back>,
    #[serde(skip)]
    bars: Vec<Bar>,
}

fn pico(text: &str) -> String {
    rules::credits(text.parse().unwrap_or(0))
}

impl Results {
    fn rows(&self) -> Vec<(&'static str, String)> {
        let (given, pool) = (&self.round.given, &self.round.pool);
        let mut rows = vec![
            (
                "round",
                format!("{}: {}", self.round.round, self.round.title),
            ),
            ("stage", words::stage(&self.round, None)),
        ];
        if self.round.stage.starts_with("cancel") {
            rows.push((
                "pool",
                format!(
                    "{} came, {} went back",
                    rules::credits(pool.came.u128()),
                    rules::credits(pool.back.u128())
                ),
            ));
        } else {
            rows.push((
                "pool",
                format!(
                    "{}: {} to projects, {} back to sponsors",
                    pico(&self.pool),
                    pico(&self.matching),
                    pico(&self.returned)
                ),
            ));
        }
        rows.push((
            "gifts",
            format!(
                "{} came: {} paid, {} went back, {} decayed to the commons meanwhile",
                rules::credits(given.came.u128()),
                rules::credits(given.paid.u128()),
                rules::credits(given.back.u128() + given.expired.u128()),
                rules::credits(given.decayed.u128())
            ),
        ));
        for one in &self.sponsors {
            let rest = match one.settled {
                true => format!("{} came back", pico(&one.back)),
                false => "the rest has not come back yet".into(),
            };
            rows.push((
                "sponsor",
                format!(
                    "{} gave {}: {} went to projects, {rest}",
                    one.sponsor,
                    pico(&one.gave),
                    pico(&one.paid)
                ),
            ));
        }
        rows
    }
}

impl Show for Results {
    fn human(&self) -> String {
        let headings = [
            ("project", Align::Right),
            ("title", Align::Left),
            ("paid to", Align::Left),
            ("givers", Align::Right),
            ("direct", Align::Right),
            ("matching", Align::Right),
            ("cap", Align::Left),
            ("", Align::Left),
        ];
        let drawn = bars::terminal(&self.bars, WIDTH);
        let row = |(one, bar): (&Paid, String)| {
            vec![
                one.project.to_string(),
                one.title.clone(),
                one.payee.clone(),
                one.givers.to_string(),
                pico(&one.direct),
                pico(&one.matching_paid),
                if one.cap_reached { "reached" } else { "" }.to_owned(),
                bar,
            ]
        };
        let rows: Vec<_> = self.projects.iter().zip(drawn).map(row).collect();
        let text = pairs(&self.rows());
        match rows.is_empty() {
            true => text,
            false => text + &table(&headings, &rows),
        }
    }
}

fn paid(
    payout: &PayoutView,
    views: &[ProjectView],
    cap: u128,
    names: &BTreeMap<u64, String>,
) -> Paid {
    let view = views.iter().find(|one| one.project == payout.project);
    let given = view.map_or(0, |one| one.matched.u128() + one.unmatched.u128());
    Paid {
        project: payout.project.0,
        title: view.map_or_else(String::new, |one| one.title.clone()),
        payee: names.get(&payout.payee.0).cloned().unwrap_or_default(),
        givers: view.map_or(0, |one| one.givers),
        given: given.to_string(),
        direct: payout.direct_paid.to_string(),
        matching: payout.matching.to_string(),
        matching_paid: payout.matching_paid.to_string(),
        cap_reached: cap > 0 && payout.matching.u128() >= cap,
    }
}

fn back(one: &Sponsor, names: &BTreeMap<u64, String>) -> Back {
    let sponsor = match one.person {
        0 => "the commons".to_owned(),
        person => names.get(&person).cloned().unwrap_or_default(),
    };
    // what it had left when the pool was last looked at; until it is released a little more decays
    let back = if one.settled { one.left } else { 0 };
    Back {
        sponsor,
        gave: one.amount.to_string(),
        paid: one.taken.to_string(),
        back: back.to_string(),
        settled: one.settled,
    }
}

/// Shows what came of it.
pub async fn run(cmd: Cmd, desk: &Desk<'_>) -> Result<(), Failure> {
    let number = Id(cmd.round);
    let asked = desk.client.funding(desk.contract.clone());
    let round = asked.round(number).await?.round;
    if ["open", "giving"].contains(&round.stage.as_str()) {
        return Err(Failure::Refused(format!(
            "round {number} has no result yet: {}; see `mycel fund show {number}`",
            words::stage(&round, desk.now().await)
        )));
    }
    let views = asked.projects(number).await?;
    let (sums, payouts) = asked.results(number).await?;
    let sponsors = asked.sponsors(number).await?;
    let persons = payouts.iter().map(|one| one.payee);
    let given = sponsors.iter().filter(|one| one.person != 0);
    let names = show::names(desk, persons.chain(given.map(|one| Id(one.person)))).await;
    let cap = cap_of(sums.pool.u128(), round.cap_bps.into());
    let mut projects: Vec<Paid> = payouts
        .iter()
        .map(|one| paid(one, &views, cap, &names))
        .collect();
    if round.stage.starts_with("cancel") {
        projects.clear();
    }
    let bar = |one: &Paid| {
        let (direct, matching) = (
            one.direct.parse().unwrap_or(0),
            one.matching_paid.parse().unwrap_or(0),
        );
        Bar {
            title: one.title.clone(),
            direct,
            matching,
            label: rules::credits(direct + matching),
        }
    };
    let bars: Vec<Bar> = projects.iter().map(bar).collect();
    if let Some(path) = &cmd.svg {
        let about = format!("Round {}: {}", round.round, round.title);
        std::fs::write(path, bars::svg(&about, &bars))
            .map_err(|e| Failure::file(path.display(), &e))?;
    }
    desk.session.print(&Results {
        round,
        pool: sums.pool.to_string(),
        matching: sums.matching.to_string(),
        returned: sums.returned.to_string(),
        projects,
        sponsors: sponsors.iter().map(|one| back(one, &names)).collect(),
        bars,
    });
    Ok(())
}
