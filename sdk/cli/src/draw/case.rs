//! Cases before juries, as the contract shows them.
use std::collections::BTreeMap;

use mycel_client::{
    Client, Http,
    assembly::Names,
    sortition::juries::ask::{CaseItem, JuriesResponse, JuryView},
};
use mycel_kit::Id;
use mycel_types::AccountAddress;
use serde::Serialize;

use super::left;
use crate::{
    exit::Failure,
    output::{Align, Show, pairs, table},
    session::Session,
};

fn word(value: &impl Serialize) -> String {
    let text = serde_json::to_value(value).ok();
    let text = text.as_ref().and_then(|v| v.as_str());
    text.unwrap_or_default().to_owned()
}

/// Handles by person number.
pub type Known = BTreeMap<u64, String>;

/// Looks them up.
pub async fn known(
    session: &Session,
    client: &Client<Http>,
    persons: impl Iterator<Item = Id>,
) -> Known {
    let names = Names::new(client, session.network());
    let mut known = Known::new();
    for person in persons {
        known.insert(person.0, names.person(person).await);
    }
    known
}

/// Persons by name, as far as it is known.
pub fn parties(list: &[Id], known: &Known) -> String {
    let name = |party: &Id| match known.get(&party.0) {
        Some(name) => name.clone(),
        None => format!("person {party}"),
    };
    let all: Vec<String> = list.iter().map(name).collect();
    all.join(", ")
}

#[derive(Serialize)]
#[serde(transparent)]
struct All(Vec<CaseItem>, #[serde(skip)] Known);

impl Show for All {
    fn human(&self) -> String {
        if self.0.is_empty() {
            return "no cases: nobody is before a jury".into();
        }
        let headings = [
            ("case", Align::Right),
            ("kind", Align::Left),
            ("for", Align::Left),
            ("parties", Align::Left),
            ("status", Align::Left),
            ("outcome", Align::Left),
        ];
        let row = |case: &CaseItem| {
            let last = if case.r#final { " (final)" } else { "" };
            vec![
                case.case.0.to_string(),
                case.kind.clone(),
                case.r#ref.clone(),
                parties(&case.parties, &self.1),
                format!("{}{last}", word(&case.status)),
                case.outcome.clone(),
            ]
        };
        let rows: Vec<_> = self.0.iter().map(row).collect();
        table(&headings, &rows)
    }
}

/// Lists all cases.
pub async fn cases(
    session: &Session,
    client: &Client<Http>,
    contract: AccountAddress,
) -> Result<(), Failure> {
    let all = client.sortition(contract).cases().await?;
    let persons = all.iter().flat_map(|case| &case.parties).copied();
    let known = known(session, client, persons).await;
    session.print(&All(all, known));
    Ok(())
}

#[derive(Serialize)]
struct Whole {
    #[serde(flatten)]
    told: JuriesResponse,
    /// Unix seconds of the contracts' clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<u64>,
    #[serde(skip)]
    known: Known,
}

impl Show for Whole {
    fn human(&self) -> String {
        let told = &self.told;
        let case = &told.case;
        let mut rows = vec![
            ("case", format!("{} for {}", case.case.0, case.r#ref)),
            ("kind", case.kind.clone()),
            ("parties", parties(&case.parties, &self.known)),
            ("status", word(&case.status)),
            ("to decide", left(case.deadline.0, self.now)),
            ("outcomes", told.outcomes.join(", ")),
        ];
        if !case.outcome.is_empty() {
            let last = if case.r#final { ", final" } else { "" };
            rows.push(("verdict", format!("{}{last}", case.outcome)));
            rows.push(("reasons", told.reasons.clone()));
        }
        if let Some(until) = told.appeal_until {
            let told = format!(
                "{}: `mycel draw appeal {} --from NAME`",
                left(until.0, self.now),
                case.case.0
            );
            rows.push(("appeal", told));
        }
        if let Some(why) = &told.lapsed {
            rows.push(("lapsed", why.clone()));
        }
        if let Some(note) = &told.note {
            rows.push(("note", note.clone()));
        }
        let mut text = pairs(&rows);
        for (number, jury) in told.juries.iter().enumerate() {
            text.push_str(&format!("\n{}", self.jury(number, jury)));
        }
        text
    }
}

impl Whole {
    fn jury(&self, number: usize, jury: &JuryView) -> String {
        let outcomes = &self.told.outcomes;
        let which = if number == 0 {
            "first jury"
        } else {
            "jury after the appeal"
        };
        let votes: Vec<String> = outcomes
            .iter()
            .zip(&jury.votes)
            .map(|(outcome, votes)| format!("{outcome} {votes}"))
            .collect();
        let rounds: Vec<String> = jury
            .rounds
            .iter()
            .map(|round| round.0.to_string())
            .collect();
        let mut rows = vec![
            (
                which,
                format!("{} seats, {} votes needed", jury.size, jury.needed),
            ),
            (
                "step",
                format!("{}, {}", jury.step, left(jury.until.0, self.now)),
            ),
            (
                "drawn from",
                format!(
                    "{} members, beacon rounds {}",
                    jury.numbers,
                    rounds.join(", ")
                ),
            ),
        ];
        if !votes.is_empty() {
            rows.push(("votes", votes.join(", ")));
        }
        let headings = [
            ("person", Align::Right),
            ("", Align::Left),
            ("place", Align::Left),
            ("vote", Align::Left),
        ];
        let seats: Vec<_> = jury
            .seats
            .iter()
            .map(|seat| {
                vec![
                    seat.person.0.to_string(),
                    self.known.get(&seat.person.0).cloned().unwrap_or_default(),
                    seat.place.clone(),
                    seat.outcome.clone().unwrap_or_default(),
                ]
            })
            .collect();
        let mut text = pairs(&rows);
        if !seats.is_empty() {
            text.push_str(&table(&headings, &seats));
        }
        text
    }
}

/// Shows a case.
pub async fn case(
    session: &Session,
    client: &Client<Http>,
    contract: AccountAddress,
    number: u64,
) -> Result<(), Failure> {
    let told = client.sortition(contract).case(Id(number)).await?;
    let seats = told.juries.iter().flat_map(|jury| &jury.seats);
    let persons = told.case.parties.iter().copied();
    let persons = persons.chain(seats.map(|seat| seat.person));
    let known = known(session, client, persons).await;
    let now = client.contract_time().await.ok();
    session.print(&Whole { told, now, known });
    Ok(())
}
