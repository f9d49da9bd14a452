//! Obligations, proposals and rounds, as the contract shows them.
use std::collections::BTreeMap;

use mycel_clearing::msg::{HelpedResponse, ObligationView, ProposalView, RoundView};
use mycel_client::{Client, Credits, Http, network::MEMBERS};
use mycel_kit::Id;
use mycel_types::AccountAddress;
use serde::Serialize;

use crate::{
    exit::Failure,
    output::{Align, Show, pairs, table},
    session::Session,
};

#[derive(Serialize)]
struct List {
    person: u64,
    /// Whether all that is not overdue is tendered.
    consent: bool,
    obligations: Vec<ObligationView>,
    proposals: Vec<ProposalView>,
    #[serde(skip)]
    names: BTreeMap<u64, String>,
}

impl List {
    fn name(&self, person: Id) -> String {
        let known = self.names.get(&person.0).cloned();
        known.unwrap_or_else(|| format!("person {}", person.0))
    }

    fn row(&self, number: Id, ends: (Id, Id), pico: i128, note: String) -> Vec<String> {
        let (debtor, creditor) = ends;
        let (word, other) = if debtor.0 == self.person {
            ("owes", creditor)
        } else {
            ("is owed by", debtor)
        };
        vec![
            number.0.to_string(),
            word.into(),
            self.name(other),
            Credits(pico).to_string(),
            note,
        ]
    }
}

impl Show for List {
    fn human(&self) -> String {
        let headings = |what| {
            [
                (what, Align::Right),
                ("", Align::Left),
                ("with", Align::Left),
                ("amount", Align::Right),
                ("", Align::Left),
            ]
        };
        let mut text = String::new();
        if !self.obligations.is_empty() {
            let row = |o: &ObligationView| {
                let tendered = self.consent || o.tendered_by_debtor || o.tendered_by_creditor;
                let note = match (o.disputed, tendered) {
                    _ if o.amount.is_zero() => "settled",
                    (true, _) => "disputed",
                    (false, true) => "tendered",
                    (false, false) => "",
                };
                let ends = (o.debtor, o.creditor);
                self.row(o.obligation, ends, o.amount.signed(), note.into())
            };
            let rows: Vec<_> = self.obligations.iter().map(row).collect();
            text.push_str(&table(&headings("obligation"), &rows));
        }
        if !self.proposals.is_empty() {
            let row = |p: &ProposalView| {
                let waits = if p.by_debtor { p.creditor } else { p.debtor };
                let note = format!("waits for {} {}", self.name(waits), p.r#ref);
                let ends = (p.debtor, p.creditor);
                self.row(p.proposal, ends, p.amount.signed(), note.trim_end().into())
            };
            let rows: Vec<_> = self.proposals.iter().map(row).collect();
            text.push_str(&table(&headings("proposal"), &rows));
        }
        text
    }
}

async fn person(
    session: &Session,
    client: &Client<Http>,
    name: &str,
) -> Result<(AccountAddress, Id), Failure> {
    let address = session.address(name).await?;
    let members = session.contract(None, MEMBERS).await?;
    let person = client
        .members(members.clone())
        .standing(&address)
        .await?
        .person;
    Ok((members, person))
}

/// Lists obligations and proposals of one person.
pub async fn list(
    session: &Session,
    client: &Client<Http>,
    contract: AccountAddress,
    name: &str,
) -> Result<(), Failure> {
    let (members, person) = person(session, client, name).await?;
    let clearing = client.clearing(contract);
    let (obligations, consent) = clearing.obligations(person).await?;
    let proposals = clearing.proposals(person).await?;
    let mut names = BTreeMap::new();
    let ends = obligations.iter().flat_map(|o| [o.debtor, o.creditor]);
    let ends = ends.chain(proposals.iter().flat_map(|p| [p.debtor, p.creditor]));
    for other in ends {
        if let std::collections::btree_map::Entry::Vacant(slot) = names.entry(other.0) {
            slot.insert(client.members(members.clone()).member(other).await?.handle);
        }
    }
    if obligations.is_empty() && proposals.is_empty() {
        eprintln!("{name} owes nobody anything and is owed nothing");
    }
    session.print(&List {
        person: person.0,
        consent,
        obligations,
        proposals,
        names,
    });
    Ok(())
}

#[derive(Serialize)]
#[serde(transparent)]
struct Round(RoundView);

impl Show for Round {
    fn human(&self) -> String {
        let round = &self.0;
        let mut rows = vec![
            ("round", round.round.0.to_string()),
            ("stage", round.stage.clone()),
            (
                "graph",
                format!(
                    "{} obligations of {} credits among {} members",
                    round.edges,
                    Credits(round.volume.i128()),
                    round.nodes
                ),
            ),
        ];
        if let Some(best) = &round.best {
            rows.push((
                "best",
                format!(
                    "{} credits, at most {} from the optimum, by {}",
                    Credits(best.flow.i128()),
                    Credits(best.gap.i128()),
                    best.solver
                ),
            ));
        }
        rows.push(("set off", Credits(round.applied.i128()).to_string()));
        pairs(&rows)
    }
}

/// Shows a round.
pub async fn round(
    session: &Session,
    client: &Client<Http>,
    contract: AccountAddress,
    number: Option<u64>,
) -> Result<(), Failure> {
    let round = client.clearing(contract).round(number.map(Id)).await?;
    session.print(&Round(round));
    Ok(())
}

#[derive(Serialize)]
struct Helped {
    round: u64,
    person: u64,
    #[serde(flatten)]
    helped: HelpedResponse,
}

impl Show for Helped {
    fn human(&self) -> String {
        pairs(&[
            ("round", self.round.to_string()),
            (
                "owes less",
                Credits(self.helped.owes_less.i128()).to_string(),
            ),
            (
                "is owed less",
                Credits(self.helped.owed_less.i128()).to_string(),
            ),
            ("obligations", self.helped.obligations.to_string()),
        ])
    }
}

/// Shows by how much a round helped a person.
pub async fn helped(
    session: &Session,
    client: &Client<Http>,
    contract: AccountAddress,
    name: &str,
    round: Option<u64>,
) -> Result<(), Failure> {
    let (_, person) = person(session, client, name).await?;
    let clearing = client.clearing(contract);
    let round = match round {
        Some(number) => Id(number),
        None => clearing.round(None).await?.round,
    };
    let helped = clearing.helped(round, person).await?;
    session.print(&Helped {
        round: round.0,
        person: person.0,
        helped,
    });
    Ok(())
}
