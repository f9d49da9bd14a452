//! Who was drawn, and who was passed over.
use std::collections::BTreeMap;

use mycel_client::{Client, Http, assembly::Names};
use mycel_kit::Id;
use mycel_types::AccountAddress;
use serde::Serialize;

use super::show::{Kind, Shown, kinds, shown};
use crate::{
    exit::Failure,
    output::{Align, Show, table},
    session::Session,
};

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
pub async fn run(
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
