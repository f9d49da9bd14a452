//! The register as people read it.
use mycel_client::funding::{
    register::{
        ask::{EntryView, MatterView, OverdueView, Refused as Answer, RegisterView, ReportView},
        record::{Kind, Step},
    },
    words as rules,
};
use mycel_kit::{Id, roles::Electorate};
use serde::Serialize;

use super::{
    super::{Desk, show::names, words},
    boundary_words, technology,
};
use crate::{
    exit::Failure,
    output::{Align, Show, pairs, table},
};

/// Arguments of `list`.
#[derive(Debug, clap::Args)]
pub struct List {
    /// Only what is owed and was not paid in time, the longest overdue first
    #[arg(long)]
    overdue: bool,
}

/// Arguments of `mycel fund refused`.
#[derive(Debug, clap::Args)]
pub struct Refused {
    /// `entry/7`, or a word as `deep-trawling`
    #[arg(value_parser = technology)]
    technology: String,
    /// Where: `all` or `commons/7`
    #[arg(long = "in", value_name = "BOUNDARY", default_value = "all", value_parser = super::boundary)]
    boundary: Electorate,
}

#[derive(Serialize)]
struct Entries {
    sums: RegisterView,
    entries: Vec<EntryView>,
    #[serde(skip)]
    authors: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<u64>,
}

/// Whose an entry is.
fn whose(entry: &EntryView, now: Option<u64>) -> String {
    match (entry.commons, entry.kind) {
        (true, _) => "everybody's".into(),
        (false, _) => format!("everybody's {}", words::when(entry.commons_from.0, now)),
    }
}

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Essential => "essential",
        Kind::Proprietary => "proprietary",
    }
}

impl Show for Entries {
    fn human(&self) -> String {
        let sums = &self.sums;
        let owed = sums.dues.u128().saturating_sub(sums.dues_paid.u128());
        let rows = [
            (
                "dues",
                format!(
                    "{} so far, {} not paid yet",
                    rules::credits(sums.dues.u128()),
                    rules::credits(owed)
                ),
            ),
            (
                "rewards",
                format!(
                    "{} earned, {} paid, {} in the pool",
                    rules::credits(sums.earned.u128()),
                    rules::credits(sums.rewarded.u128()),
                    rules::credits(sums.pool.u128())
                ),
            ),
            ("cases", format!("{} before juries", sums.open_cases)),
        ];
        let text = pairs(&rows);
        if self.entries.is_empty() {
            return text;
        }
        let headings = [
            ("entry", Align::Right),
            ("kind", Align::Left),
            ("whose", Align::Left),
            ("author", Align::Left),
            ("owes", Align::Right),
            ("builders", Align::Right),
            ("title", Align::Left),
        ];
        let row = |(entry, author): (&EntryView, &String)| {
            vec![
                entry.entry.to_string(),
                kind(entry.kind).to_owned(),
                whose(entry, self.now),
                author.clone(),
                rules::credits(entry.owes.u128()),
                entry.builders.to_string(),
                entry.title.clone(),
            ]
        };
        let rows: Vec<_> = self.entries.iter().zip(&self.authors).map(row).collect();
        text + &table(&headings, &rows)
    }
}

#[derive(Serialize)]
struct Late {
    overdue: Vec<OverdueView>,
    #[serde(skip)]
    persons: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<u64>,
}

impl Show for Late {
    fn human(&self) -> String {
        if self.overdue.is_empty() {
            return String::new();
        }
        let headings = [
            ("what", Align::Left),
            ("of", Align::Right),
            ("who owes", Align::Left),
            ("owes", Align::Right),
            ("due", Align::Left),
        ];
        let row = |(one, person): (&OverdueView, &String)| {
            vec![
                one.what.clone(),
                one.number.to_string(),
                person.clone(),
                rules::credits(one.owes.u128()),
                words::when(one.due_by.0, self.now),
            ]
        };
        let rows: Vec<_> = self.overdue.iter().zip(&self.persons).map(row).collect();
        table(&headings, &rows)
    }
}

/// Lists entries, or debts.
pub async fn list(cmd: List, desk: &Desk<'_>) -> Result<(), Failure> {
    let asked = desk.client.funding(desk.contract.clone());
    let now = desk.now().await;
    if cmd.overdue {
        let overdue = asked.overdue().await?;
        let known = names(desk, overdue.iter().map(|one| one.person)).await;
        if overdue.is_empty() {
            eprintln!("nothing is overdue");
        }
        let person = |one: &OverdueView| known.get(&one.person.0).cloned().unwrap_or_default();
        desk.session.print(&Late {
            persons: overdue.iter().map(person).collect(),
            overdue,
            now,
        });
        return Ok(());
    }
    let sums = asked.register().await?;
    let entries = asked.entries().await?;
    let known = names(desk, entries.iter().map(|entry| entry.author)).await;
    if entries.is_empty() {
        eprintln!("nothing is registered; `mycel fund register add` registers an innovation");
    }
    let author = |entry: &EntryView| known.get(&entry.author.0).cloned().unwrap_or_default();
    desk.session.print(&Entries {
        sums,
        authors: entries.iter().map(author).collect(),
        entries,
        now,
    });
    Ok(())
}

#[derive(Serialize)]
struct One {
    #[serde(flatten)]
    entry: EntryView,
    revenue: Vec<ReportView>,
    #[serde(skip)]
    author: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<u64>,
}

impl One {
    fn rows(&self) -> Vec<(&'static str, String)> {
        let entry = &self.entry;
        let mut rows = vec![
            ("entry", format!("{}: {}", entry.entry, entry.title)),
            ("author", self.author.clone()),
            (
                "licence",
                format!("{}, {}", entry.licence, kind(entry.kind)),
            ),
            ("whose", whose(entry, self.now)),
            ("evidence", format!("sha256 {}", entry.evidence)),
        ];
        if entry.kind == Kind::Proprietary {
            let mut owes = format!(
                "{} of revenue: {} so far",
                rules::percent(entry.dues_bps),
                rules::credits(entry.dues.u128())
            );
            if entry.owes.u128() > 0 {
                owes.push_str(&format!(", {} not paid", rules::credits(entry.owes.u128())));
                if let Some(due) = entry.due_by {
                    owes.push_str(&format!(", due {}", words::when(due.0, self.now)));
                }
            }
            rows.push(("dues", owes));
        }
        let earned = match entry.builders >= entry.builders_least {
            true => format!(
                "{} earned, {} paid",
                rules::credits(entry.earned.u128()),
                rules::credits(entry.rewarded.u128())
            ),
            false => format!("its author earns from {} on", entry.builders_least),
        };
        rows.push((
            "built by",
            format!(
                "{}; {earned}",
                words::count(entry.builders.into(), "person")
            ),
        ));
        if entry.restricted != Step::None {
            rows.push((
                "restricted",
                format!(
                    "{} {}",
                    rules::step(entry.restricted),
                    "in the whole community"
                ),
            ));
        }
        if let Some(next) = self.next() {
            rows.push(("next", next));
        }
        rows
    }

    fn next(&self) -> Option<String> {
        let (entry, number) = (&self.entry, self.entry.entry);
        Some(match () {
            () if entry.owes.u128() > 0 => {
                format!("mycel fund register pay-dues {number} --from NAME")
            }
            () if entry.earned > entry.rewarded => {
                format!("mycel fund register reward {number} --from NAME")
            }
            () if entry.commons => {
                format!("mycel fund register built {number} --evidence-file FILE --from NAME")
            }
            () => format!(
                "mycel fund register report-revenue {number} AMOUNT --evidence-file FILE --from NAME"
            ),
        })
    }
}

impl Show for One {
    fn human(&self) -> String {
        let text = pairs(&self.rows());
        if self.revenue.is_empty() {
            return text;
        }
        let headings = [
            ("report", Align::Right),
            ("when", Align::Left),
            ("revenue", Align::Right),
            ("due", Align::Right),
            ("until", Align::Left),
        ];
        let row = |one: &ReportView| {
            vec![
                one.report.to_string(),
                words::when(one.at.0, self.now),
                rules::credits(one.revenue.pico().into()),
                rules::credits(one.due.pico().into()),
                if one.paid {
                    "paid".into()
                } else {
                    words::when(one.due_by.0, self.now)
                },
            ]
        };
        let rows: Vec<_> = self.revenue.iter().map(row).collect();
        text + &table(&headings, &rows)
    }
}

/// Shows an entry.
pub async fn entry(number: u64, desk: &Desk<'_>) -> Result<(), Failure> {
    let asked = desk.client.funding(desk.contract.clone());
    let entry = asked.entry(Id(number)).await?;
    let revenue = asked.reports(Id(number)).await?;
    let author = desk.names().person(entry.author).await;
    desk.session.print(&One {
        entry,
        revenue,
        author,
        now: desk.now().await,
    });
    Ok(())
}

#[derive(Serialize)]
struct Stands {
    technology: String,
    boundary: Electorate,
    #[serde(flatten)]
    answer: Answer,
    #[serde(skip)]
    now: Option<u64>,
}

/// How a technology stands, in a sentence.
fn stands(technology: &str, boundary: &Electorate, answer: &Answer, now: Option<u64>) -> String {
    let place = boundary_words(boundary);
    let mut text = match answer.step {
        Step::None => format!("{technology} is not restricted {place}"),
        step => {
            let who = match (&answer.by, answer.voted) {
                (Some(Electorate::All), true) => "a vote of all members",
                (Some(_), true) => "a vote of the commons' members",
                (Some(Electorate::All), false) => "a jury's review for the whole community",
                _ => "a jury's review",
            };
            let until = match answer.until {
                None => "until it is allowed again".to_owned(),
                Some(until) => format!("it ends {}", words::when(until.0, now)),
            };
            format!(
                "{technology} is restricted {place} by {who}: {}; {until}",
                rules::step(step)
            )
        }
    };
    if let Some(matter) = answer.review {
        text.push_str(&format!(
            "\na jury reviews it: `mycel fund register matter {matter}`"
        ));
    }
    text
}

impl Show for Stands {
    fn human(&self) -> String {
        stands(&self.technology, &self.boundary, &self.answer, self.now)
    }
}

/// Shows whether a technology is refused.
pub async fn refused(cmd: Refused, desk: &Desk<'_>) -> Result<(), Failure> {
    let asked = desk.client.funding(desk.contract.clone());
    let answer = asked.refused(&cmd.technology, cmd.boundary.clone()).await?;
    desk.session.print(&Stands {
        technology: cmd.technology,
        boundary: cmd.boundary,
        answer,
        now: desk.now().await,
    });
    Ok(())
}

#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    matter: MatterView,
    #[serde(skip)]
    by: Option<String>,
    #[serde(skip)]
    owes: Option<String>,
    #[serde(skip)]
    now: Option<u64>,
}

impl Show for Told {
    fn human(&self) -> String {
        let matter = &self.matter;
        let about = match (matter.kind.as_str(), &matter.technology) {
            ("payment", _) => format!("a payment by hold {}", matter.reference),
            ("harm", Some(technology)) => format!("whether a use of {technology} harmed a commons"),
            (_, Some(technology)) => format!("what {technology} does"),
            (other, None) => other.to_owned(),
        };
        let place = matter
            .commons
            .map(Electorate::Commons)
            .unwrap_or(Electorate::All);
        let mut rows = vec![
            ("matter", format!("{}: {about}", matter.matter)),
            ("stands", matter.progress.clone()),
        ];
        if matter.kind != "payment" {
            rows.push(("where", boundary_words(&place)));
            rows.push((
                "case",
                format!(
                    "{}; see `mycel draw case {}`",
                    matter.reference, matter.reference
                ),
            ));
        }
        if let Some(by) = &self.by {
            rows.push(("asked by", by.clone()));
        }
        if let (Some(until), "open") = (matter.deadline, matter.progress.as_str()) {
            rows.push((
                "jury",
                format!("decides {} at the latest", words::when(until.0, self.now)),
            ));
        }
        if let (Some(owed), Some(name)) = (&matter.restoration, &self.owes) {
            let (all, paid) = (
                rules::credits(owed.amount.pico().into()),
                rules::credits(owed.paid.pico().into()),
            );
            let due = words::when(owed.due_by.0, self.now);
            rows.push((
                "restoration",
                format!("{name} owes {all}, {paid} paid, due {due}"),
            ));
            if owed.paid < owed.amount {
                rows.push((
                    "next",
                    format!(
                        "mycel fund register pay-restoration {} --from NAME",
                        matter.matter
                    ),
                ));
            }
        }
        pairs(&rows)
    }
}

/// Shows a matter.
pub async fn matter(number: u64, desk: &Desk<'_>) -> Result<(), Failure> {
    let asked = desk.client.funding(desk.contract.clone());
    let matter = asked.matter(Id(number)).await?;
    let names = desk.names();
    let by = match matter.by {
        Some(person) => Some(names.person(person).await),
        None => None,
    };
    let owes = match &matter.restoration {
        Some(owed) => Some(names.person(owed.user).await),
        None => None,
    };
    desk.session.print(&Told {
        matter,
        by,
        owes,
        now: desk.now().await,
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use mycel_kit::Seconds;

    use super::*;

    #[test]
    fn how_a_technology_stands_names_who_restricts_it_and_until_when() {
        let mut answer = Answer {
            refused: true,
            step: Step::Refused,
            until: None,
            by: Some(Electorate::All),
            voted: true,
            review: Some(Id(4)),
        };
        let told =
            |answer: &Answer| stands("drones", &Electorate::Commons(Id(7)), answer, Some(40));
        let text = told(&answer);
        assert!(
            text.contains("restricted in commons 7 by a vote of all members: refused"),
            "{text}"
        );
        assert!(
            text.contains("until it is allowed again") && text.contains("matter 4"),
            "{text}"
        );
        answer = Answer {
            until: Some(Seconds(100)),
            voted: false,
            step: Step::Notice,
            review: None,
            ..answer
        };
        assert!(
            told(&answer).ends_with("what a jury found; it ends in 1 min"),
            "{}",
            told(&answer)
        );
        answer.step = Step::None;
        assert_eq!(told(&answer), "drones is not restricted in commons 7");
    }
}
