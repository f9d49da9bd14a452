//! Who speaks for whom.
use mycel_assembly::delegations::{Scope, asked::DelegationView};
use mycel_client::{
    Client, Http,
    assembly::{Names, words::lasting},
};
use mycel_types::AccountAddress;
use serde::Serialize;

use super::terms;
use crate::{
    exit::Failure,
    output::{Align, Show, table},
    session::Session,
};

/// Arguments of `mycel vote delegations`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// Whose: a name, a handle or an address
    name: String,
}

/// In which matters, in words.
pub fn scope_words(scope: &Scope) -> String {
    match scope {
        Scope::Unit(unit) => format!("on all that {} decide", terms::electorate_words(unit)),
        Scope::Area { unit, area } => format!(
            "on matters of {area} that {} decide",
            terms::electorate_words(unit)
        ),
        Scope::Issue(proposal) => format!("on proposal {proposal}"),
    }
}

#[derive(Serialize)]
struct Line {
    from: String,
    to: String,
    scope: Scope,
    /// Unix seconds of the contract's clock.
    until: u64,
    #[serde(skip)]
    left: String,
}

#[derive(Serialize)]
struct Delegations {
    name: String,
    /// Whom it lets speak.
    mine: Vec<Line>,
    /// Who lets it speak.
    to_me: Vec<Line>,
}

impl Show for Delegations {
    fn human(&self) -> String {
        let lines = self.mine.iter().chain(&self.to_me);
        let rows: Vec<_> = lines
            .map(|line| {
                vec![
                    line.from.clone(),
                    line.to.clone(),
                    scope_words(&line.scope),
                    line.left.clone(),
                ]
            })
            .collect();
        if rows.is_empty() {
            return String::new();
        }
        let headings = [
            ("who", Align::Left),
            ("lets speak", Align::Left),
            ("", Align::Left),
            ("ends in", Align::Left),
        ];
        table(&headings, &rows)
    }
}

/// Shows both directions.
pub async fn run(
    cmd: Cmd,
    session: &Session,
    client: &Client<Http>,
    contract: AccountAddress,
) -> Result<(), Failure> {
    let person = super::person(session, client, &cmd.name).await?;
    let names = Names::new(client, session.network());
    let assembly = client.assembly(contract);
    let now = client.contract_time().await.ok();
    let mine = assembly.delegations(person).await?;
    let to_me = assembly.delegators(person).await?;
    if mine.is_empty() && to_me.is_empty() {
        eprintln!("{} speaks for itself, and nobody lets it speak", cmd.name);
    }
    let shown = Delegations {
        name: names.person(person).await,
        mine: lines(mine, &names, now).await,
        to_me: lines(to_me, &names, now).await,
    };
    session.print(&shown);
    Ok(())
}

async fn lines(views: Vec<DelegationView>, names: &Names<'_, Http>, now: Option<u64>) -> Vec<Line> {
    let mut lines = vec![];
    for view in views {
        let left = now.map(|now| lasting(view.until.0.saturating_sub(now)));
        lines.push(Line {
            from: names.person(view.person).await,
            to: match view.to == view.person {
                true => "itself".into(),
                false => names.person(view.to).await,
            },
            scope: view.scope,
            until: view.until.0,
            left: left.unwrap_or_else(|| view.until.to_string()),
        });
    }
    lines
}

#[cfg(test)]
mod tests {
    use mycel_kit::{Id, roles::Electorate};

    use super::*;

    #[test]
    fn scopes_are_told_from_wide_to_narrow() {
        let unit = Electorate::Commons(Id(7));
        let area = Scope::Area {
            unit: Electorate::All,
            area: "water".into(),
        };
        for (scope, words) in [
            (
                Scope::Unit(unit),
                "on all that the members of commons 7 decide",
            ),
            (area, "on matters of water that all members decide"),
            (Scope::Issue(Id(3)), "on proposal 3"),
        ] {
            assert_eq!(scope_words(&scope), words);
        }
    }
}
