//! All commons, and who is enrolled in one.
use std::collections::BTreeMap;

use mycel_client::commons::registry::ask::{CommonsLine, EnrolmentView};
use mycel_kit::{Id, peers::credit::Kind};
use serde::Serialize;

use super::here::Here;
use crate::{
    exit::Failure,
    output::{Align, Show, table},
};

#[derive(Serialize)]
struct List {
    commons: Vec<CommonsLine>,
}

impl Show for List {
    fn human(&self) -> String {
        if self.commons.is_empty() {
            return "no commons yet; all members decide one: `mycel vote propose commons found FILE --from NAME`".into();
        }
        let headings = [
            ("commons", Align::Right),
            ("name", Align::Left),
            ("in", Align::Left),
            ("status", Align::Left),
            ("enrolled", Align::Right),
            ("part of", Align::Right),
        ];
        let row = |line: &CommonsLine| {
            vec![
                line.id.to_string(),
                line.name.clone(),
                line.unit.clone(),
                line.status.clone(),
                line.enrolled.to_string(),
                line.parent.map_or_else(String::new, |id| id.to_string()),
            ]
        };
        let rows: Vec<_> = self.commons.iter().map(row).collect();
        table(&headings, &rows)
    }
}

/// Lists all commons.
pub async fn run(here: &Here<'_>) -> Result<(), Failure> {
    let commons = here.asked().list().await?;
    here.session.print(&List { commons });
    Ok(())
}

/// Arguments of `mycel commons members`.
#[derive(Debug, clap::Args)]
pub struct Members {
    /// The commons' number
    commons: u64,
}

#[derive(Serialize)]
struct Enrolled {
    commons: Id,
    enrolled: Vec<EnrolmentView>,
    names: BTreeMap<u64, String>,
}

impl Show for Enrolled {
    fn human(&self) -> String {
        if self.enrolled.is_empty() {
            return format!("nobody is enrolled in commons {}", self.commons);
        }
        let headings = [
            ("person", Align::Right),
            ("name", Align::Left),
            ("", Align::Left),
            ("standing", Align::Left),
        ];
        let row = |one: &EnrolmentView| {
            let name = self.names.get(&one.person.0).cloned();
            let kind = match one.kind {
                Kind::Org => "organisation",
                _ => "",
            };
            vec![
                one.person.to_string(),
                name.unwrap_or_default(),
                kind.into(),
                one.standing.clone(),
            ]
        };
        let rows: Vec<_> = self.enrolled.iter().map(row).collect();
        table(&headings, &rows)
    }
}

/// Lists who is or was enrolled.
pub async fn members(cmd: Members, here: &Here<'_>) -> Result<(), Failure> {
    let commons = Id(cmd.commons);
    let enrolled = here.asked().enrolled(commons).await?;
    let mut names = BTreeMap::new();
    for one in &enrolled {
        names.insert(one.person.0, here.name(one.person).await);
    }
    here.session.print(&Enrolled {
        commons,
        enrolled,
        names,
    });
    Ok(())
}
