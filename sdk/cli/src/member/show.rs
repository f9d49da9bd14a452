//! Members and the queue, as the contract shows them.
use mycel_client::{Client, Http};
use mycel_kit::Id;
use mycel_members::ask::{EntryView, MemberView, QueueResponse};
use mycel_types::AccountAddress;
use serde::Serialize;

use crate::{
    exit::Failure,
    output::{Align, Show, pairs, table},
    session::Session,
};

#[derive(Serialize)]
#[serde(transparent)]
struct One(MemberView);

impl Show for One {
    fn human(&self) -> String {
        let member = &self.0;
        let mut rows = vec![
            ("person", member.person.0.to_string()),
            ("handle", member.handle.clone()),
            ("address", member.address.clone()),
            ("kind", word(&member.kind)),
            ("status", word(&member.status)),
            ("step", member.step.clone()),
            ("vouched", member.vouched.to_string()),
        ];
        if let Some(sponsor) = member.sponsor {
            rows.push(("sponsor", format!("person {}", sponsor.0)));
        }
        if member.founder {
            rows.push(("founder", "yes".into()));
        }
        if member.leaves {
            rows.push(("leaves", "yes".into()));
        }
        pairs(&rows)
    }
}

#[derive(Serialize)]
#[serde(transparent)]
struct All(Vec<MemberView>);

impl Show for All {
    fn human(&self) -> String {
        let headings = [
            ("person", Align::Right),
            ("handle", Align::Left),
            ("status", Align::Left),
            ("step", Align::Left),
            ("address", Align::Left),
        ];
        let rows: Vec<_> = self
            .0
            .iter()
            .map(|member| {
                vec![
                    member.person.0.to_string(),
                    member.handle.clone(),
                    word(&member.status),
                    member.step.clone(),
                    member.address.clone(),
                ]
            })
            .collect();
        table(&headings, &rows)
    }
}

/// A name on the wire as a word.
fn word(value: &impl Serialize) -> String {
    let text = serde_json::to_value(value).ok();
    let text = text.as_ref().and_then(|v| v.as_str());
    text.unwrap_or_default().to_owned()
}

/// Shows one member, or all.
pub async fn run(
    session: &Session,
    client: &Client<Http>,
    contract: AccountAddress,
    who: Option<String>,
) -> Result<(), Failure> {
    let members = client.members(contract.clone());
    if let Some(name) = who {
        let address = session.address(&name).await?;
        let person = members.standing(&address).await?.person;
        session.print(&One(members.member(person).await?));
        return Ok(());
    }
    let (mut all, mut after): (Vec<MemberView>, Option<Id>) = (vec![], None);
    loop {
        let page = members.page(after).await?;
        all.extend(page.members);
        match page.next {
            Some(next) if after.is_none_or(|last| next.0 > last.0) => after = Some(next),
            _ => break,
        }
    }
    session.print(&All(all));
    Ok(())
}

#[derive(Serialize)]
#[serde(transparent)]
struct Queue(QueueResponse);

impl Show for Queue {
    fn human(&self) -> String {
        let queue = &self.0;
        let mut text = pairs(&[
            ("waiting", queue.waiting.to_string()),
            (
                "places",
                format!("{} this epoch, {} taken", queue.places, queue.admitted),
            ),
        ]);
        if queue.entries.is_empty() {
            return text;
        }
        let row = |entry: &EntryView| {
            vec![
                entry.place.0.to_string(),
                entry.handle.clone(),
                entry.address.clone(),
            ]
        };
        let rows: Vec<_> = queue.entries.iter().map(row).collect();
        let headings = [
            ("place", Align::Right),
            ("handle", Align::Left),
            ("address", Align::Left),
        ];
        text.push_str(&table(&headings, &rows));
        text
    }
}

/// Shows who waits.
pub async fn queue(
    session: &Session,
    client: &Client<Http>,
    contract: AccountAddress,
) -> Result<(), Failure> {
    let queue = client.members(contract).queue().await?;
    session.print(&Queue(queue));
    Ok(())
}
