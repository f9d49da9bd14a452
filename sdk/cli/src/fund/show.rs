//! One round with all that a giver wants to know.
use std::collections::BTreeMap;

use mycel_client::funding::{
    rounds::{
        ask::{GiftView, ProjectView, RoundResponse},
        msg::Admission,
    },
    words as rules,
};
use mycel_kit::Id;
use serde::Serialize;

use super::{Desk, give, words};
use crate::{
    exit::Failure,
    output::{Align, Show, pairs, table},
};

/// Arguments of `mycel fund show`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// The round's number
    round: u64,
    /// Also what this member gave: a name, a handle or an address
    #[arg(long = "as", value_name = "NAME")]
    name: Option<String>,
}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    found: RoundResponse,
    projects: Vec<ProjectView>,
    /// What each project gets of the pool, in pico-credits: as it was divided, or as it would be now.
    #[serde(skip_serializing_if = "Option::is_none")]
    match_now: Option<BTreeMap<u64, String>>,
    /// Why that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mine: Option<Mine>,
    /// What can be done now.
    next: Vec<String>,
    /// Unix seconds of the contracts' clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<u64>,
    #[serde(skip)]
    supporters: u32,
    #[serde(skip)]
    names: BTreeMap<u64, String>,
}

#[derive(Serialize)]
struct Mine {
    name: String,
    gifts: Vec<GiftView>,
}

impl Shown {
    fn name(&self, person: Option<Id>) -> String {
        match person {
            None => "the commons".into(),
            Some(person) => self
                .names
                .get(&person.0)
                .cloned()
                .unwrap_or_else(|| format!("person {person}")),
        }
    }

    fn rows(&self) -> Vec<(&'static str, String)> {
        let round = &self.found.round;
        let by = match round.opener {
            None => "a decision of all members".into(),
            opener => self.name(opener),
        };
        let mut rows = vec![
            ("round", format!("{}: {}", round.round, round.title)),
            ("opened by", by),
            ("stage", words::stage(round, self.now)),
            (
                "gifts",
                format!(
                    "begin {}, end {}",
                    words::when(round.begins.0, self.now),
                    words::when(round.ends.0, self.now)
                ),
            ),
            ("rule", rules::rule(&round.rule)),
            (
                "cap",
                format!(
                    "no project gets more than {} of the pool",
                    rules::percent(round.cap_bps.into())
                ),
            ),
            (
                "the rest",
                rules::saturation(&round.rule, round.saturation).to_owned(),
            ),
            ("who counts", rules::identity(&round.identity)),
            (
                "admitted",
                format!(
                    "{} of {}, at most {}; {}",
                    round.admitted,
                    words::count(round.projects.into(), "project"),
                    round.max_projects,
                    rules::admission(round.admission, Some(self.supporters))
                ),
            ),
        ];
        rows.extend(self.pool());
        rows.push((
            "given",
            format!(
                "{} in {}",
                rules::credits(round.given.came.u128()),
                words::count(round.gifts.into(), "gift")
            ),
        ));
        if let Some(m) = self.found.m {
            rows.push((
                "M",
                format!(
                    "{}: two with so much in common count half",
                    rules::credits(m.pico().into())
                ),
            ));
        }
        if let Some(mine) = &self.mine {
            rows.extend(mine.rows(&self.projects));
        }
        if let Some(why) = &self.unknown {
            rows.push(("match", format!("not known now: {why}")));
        }
        let mut heading = "next";
        rows.extend(
            self.next
                .iter()
                .map(|line| (std::mem::take(&mut heading), line.clone())),
        );
        rows
    }

    fn pool(&self) -> Vec<(&'static str, String)> {
        let round = &self.found.round;
        let left: u128 = self
            .found
            .sponsors
            .iter()
            .map(|one| u128::from(one.left.pico()))
            .sum();
        let mut text = format!("{} now", rules::credits(left));
        if words::is_over(&round.stage) {
            text = format!("{} came", rules::credits(round.pool.came.u128()));
        }
        if round.stage == "open" && !round.min_pool.is_zero() {
            let least = u128::from(round.min_pool.pico());
            let short = least.saturating_sub(left);
            text.push_str(&match short {
                0 => format!(", enough: at least {} are needed", rules::credits(least)),
                short => format!(
                    "; {} more or the round is cancelled when gifts begin",
                    rules::credits(short)
                ),
            });
        }
        let mut rows = vec![("pool", text)];
        for one in &self.found.sponsors {
            rows.push((
                "",
                format!(
                    "{} gave {}, {} left",
                    self.name(one.person),
                    rules::credits(one.amount.pico().into()),
                    rules::credits(one.left.pico().into())
                ),
            ));
        }
        rows
    }

    fn table(&self) -> String {
        if self.projects.is_empty() {
            return String::new();
        }
        let heading = match &self.found.division {
            Some(division) if !division.preview => "from the pool",
            _ => "would get now",
        };
        let headings = [
            ("project", Align::Right),
            ("title", Align::Left),
            ("paid to", Align::Left),
            ("status", Align::Left),
            ("givers", Align::Right),
            ("given", Align::Right),
            (heading, Align::Right),
        ];
        let row = |one: &ProjectView| {
            let part = self.match_now.as_ref().map(|parts| {
                parts
                    .get(&one.project.0)
                    .and_then(|pico| pico.parse().ok())
                    .unwrap_or(0u128)
            });
            let waits = one.status == "waiting" && self.found.round.admission == Admission::Members;
            let status = match waits {
                true => format!("{} of {} supporters", one.supporters, self.supporters),
                false => one.status.clone(),
            };
            vec![
                one.project.to_string(),
                one.title.clone(),
                self.name(Some(one.payee)),
                status,
                one.givers.to_string(),
                rules::credits(one.matched.u128() + one.unmatched.u128()),
                match part {
                    Some(part) if one.status == "admitted" => rules::credits(part),
                    _ => String::new(),
                },
            ]
        };
        let rows: Vec<_> = self.projects.iter().map(row).collect();
        table(&headings, &rows)
    }
}

impl Mine {
    fn rows(&self, projects: &[ProjectView]) -> Vec<(&'static str, String)> {
        if self.gifts.is_empty() {
            return vec![("gave", format!("{} has given nothing here yet", self.name))];
        }
        let line = |gift: &GiftView| {
            let title = projects.iter().find(|one| one.project == gift.project);
            let title = title.map_or("?", |one| one.title.as_str());
            let matched = match gift.matched {
                true => "",
                false => ", without match",
            };
            let given = rules::credits(gift.amount.pico().into());
            (
                "gave",
                format!(
                    "{} gave {given} to project {}, “{title}”{matched}",
                    self.name, gift.project
                ),
            )
        };
        self.gifts.iter().map(line).collect()
    }
}

impl Show for Shown {
    fn human(&self) -> String {
        pairs(&self.rows()) + &self.table()
    }
}

/// Names of these persons.
pub async fn names(
    desk: &Desk<'_>,
    persons: impl IntoIterator<Item = Id>,
) -> BTreeMap<u64, String> {
    let known = desk.names();
    let mut names = BTreeMap::new();
    for person in persons {
        names.insert(person.0, known.person(person).await);
    }
    names
}

/// Gathers and shows.
pub async fn run(cmd: Cmd, desk: &Desk<'_>) -> Result<(), Failure> {
    let number = Id(cmd.round);
    let asked = desk.client.funding(desk.contract.clone());
    let found = asked.round(number).await?;
    let projects = asked.projects(number).await?;
    let (mut match_now, mut unknown) = (None, None);
    match &found.division {
        Some(division) => {
            let parts = division
                .parts
                .iter()
                .map(|part| (part.project.0, part.matching.to_string()));
            match_now = Some(parts.collect());
        }
        None if ["open", "giving"].contains(&found.round.stage.as_str()) => {
            match asked.forecast(&found, &projects).await? {
                Ok(forecast) => {
                    let division = forecast.division();
                    match_now = division.map(|division| {
                        division
                            .parts
                            .into_iter()
                            .map(|(project, part)| (project, part.to_string()))
                            .collect()
                    });
                }
                Err(why) => unknown = Some(give::unknown(why)),
            }
        }
        None => {}
    }
    let mine = match &cmd.name {
        None => None,
        Some(name) => {
            let address = desk.session.address(name).await?;
            Some(Mine {
                name: name.clone(),
                gifts: asked.contributions(number, &address).await?,
            })
        }
    };
    let persons = projects.iter().map(|one| one.payee);
    let persons = persons.chain(found.sponsors.iter().filter_map(|one| one.person));
    let names = names(desk, persons.chain(found.round.opener)).await;
    let now = desk.now().await;
    desk.session.print(&Shown {
        next: words::next(&found.round, now),
        supporters: asked.parameters().await?.numbers.project_supporters,
        found,
        projects,
        match_now,
        unknown,
        mine,
        now,
        names,
    });
    Ok(())
}
