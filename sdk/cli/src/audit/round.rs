//! A round's payouts, computed again from proven records.
//!
//! Complete because every key follows from the round's number and from records proven before: how many projects were
//! admitted and how many pages of gifts there are is proven.
use std::collections::BTreeMap;

use mycel_client::{
    Credits,
    funding::{
        rounds::{
            record::{Course, Part, Project, Round, Stage, Tally},
            state,
        },
        rules::{Rule, Table, root},
    },
    network::FUNDING,
};
use mycel_kit::{
    median::{Even, median},
    wide::U256,
};
use serde::Serialize;

use super::entries::{Check, Entries, Where, lines};
use crate::{
    exit::Failure,
    output::{Align, Show, pairs, table},
    session::Session,
};

/// Arguments of `mycel audit round`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// The round's number
    round: u64,
    /// The funding contract [default: the network's]
    #[arg(long, value_name = "ADDRESS")]
    contract: Option<String>,
    #[command(flatten)]
    place: Where,
}

#[derive(Serialize)]
struct Payout {
    project: u16,
    title: String,
    /// Computed here, in pico-credits.
    matching: String,
    /// As the contract divided.
    said: String,
}

#[derive(Serialize)]
struct Audited {
    round: u64,
    title: String,
    rule: &'static str,
    height: u64,
    /// Records that were read, each with its proof.
    proven: usize,
    pool: String,
    returned: String,
    payouts: Vec<Payout>,
    /// What had to be taken on somebody's word.
    unproven: Vec<&'static str>,
    checks: Vec<Check>,
    holds: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
}

fn credits(pico: &str) -> String {
    Credits(pico.parse().unwrap_or(0)).to_string()
}

impl Show for Audited {
    fn human(&self) -> String {
        let headings = [
            ("project", Align::Right),
            ("", Align::Left),
            ("computed", Align::Right),
            ("paid", Align::Right),
        ];
        let row = |one: &Payout| {
            vec![
                one.project.to_string(),
                one.title.clone(),
                credits(&one.matching),
                credits(&one.said),
            ]
        };
        let payouts: Vec<_> = self.payouts.iter().map(row).collect();
        let mut rows = vec![
            (
                "round",
                format!("{}, “{}”, {}", self.round, self.title, self.rule),
            ),
            ("height", self.height.to_string()),
            ("records", format!("{}, each proven", self.proven)),
            ("pool", credits(&self.pool)),
            ("returned", credits(&self.returned)),
        ];
        let trusted = self.unproven.iter();
        rows.extend(trusted.map(|what| ("on trust", (*what).to_owned())));
        rows.extend(self.file.iter().map(|file| ("records in", file.clone())));
        rows.push(("holds", if self.holds { "yes" } else { "NO" }.into()));
        format!(
            "{}\n{}\n{}",
            table(&headings, &payouts),
            lines(&self.checks),
            pairs(&rows)
        )
    }
}

/// Gifts that earn match, by giver: place among the admitted, and amount.
type Gifts = Vec<Vec<(u16, u64)>>;

/// Reads a page of gifts: `count u16 ‖ count × (place u16 ‖ amount u64)`, giver by giver.
fn page(bytes: &[u8], gifts: &mut Gifts) -> Option<()> {
    let mut rest = bytes;
    while !rest.is_empty() {
        let (count, after) = rest.split_first_chunk::<2>()?;
        let length = usize::from(u16::from_be_bytes(*count)) * 10;
        let (own, after) = after.split_at_checked(length)?;
        let (own, _) = own.as_chunks::<10>();
        let gift = |bytes: &[u8; 10]| {
            let [a, b, amount @ ..] = *bytes;
            (u16::from_be_bytes([a, b]), u64::from_be_bytes(amount))
        };
        gifts.push(own.iter().map(gift).collect());
        rest = after;
    }
    Some(())
}

/// The bound that the round's median gives: of each giver's own median gift the median, of an even count the lower.
fn middle(gifts: &Gifts) -> u64 {
    let own = |gifts: &Vec<(u16, u64)>| {
        let amounts: Vec<u64> = gifts.iter().map(|gift| gift.1).collect();
        median(&amounts, Even::Lower)
    };
    let all: Vec<u64> = gifts.iter().filter_map(own).collect();
    median(&all, Even::Lower).unwrap_or(0).max(1)
}

/// What each project weighs, by pairs of givers.
fn pairs_weigh(gifts: &Gifts, projects: usize, m: u64) -> Vec<U256> {
    let mut table = Table::default();
    for own in gifts {
        table.push(own.iter().map(|(place, amount)| {
            let root = u64::try_from(root((*amount).into())).unwrap_or(u64::MAX);
            (*place, root)
        }));
    }
    let mut weights = vec![U256::ZERO; projects];
    let (mut place, mut steps) = (Default::default(), u64::MAX);
    table.advance(m, &mut place, &mut weights, &mut steps);
    weights
}

struct Found {
    round: Round,
    course: Course,
    parts: Vec<Part>,
    projects: BTreeMap<u16, (Project, Tally)>,
    gifts: Gifts,
}

async fn read(number: u64, entries: &mut Entries<'_>) -> Result<Found, Failure> {
    let round = entries.may(&state::round(number)).await?;
    let round = round.ok_or_else(|| {
        Failure::Refused(format!(
            "round {number} is proven not to be there; see `mycel fund list --all`"
        ))
    })?;
    let course = entries.may(&state::course(number)).await?;
    let course =
        course.ok_or_else(|| Failure::Violated(format!("round {number} has no course")))?;
    if course.stage != Stage::Done {
        return Err(Failure::Refused(format!(
            "round {number} is {}: only what is divided and paid can be computed again; see `mycel fund show {number}`",
            course.stage.name()
        )));
    }
    let parts = entries
        .may(&state::parts(number))
        .await?
        .unwrap_or_default();
    let mut projects = BTreeMap::new();
    for part in &parts {
        let project = entries.may(&state::project(number, part.project)).await?;
        let project = project.ok_or_else(|| {
            Failure::Violated(format!("project {} is paid and not there", part.project))
        })?;
        let tally = entries.may(&state::tally(number, part.project)).await?;
        projects.insert(part.project, (project, tally.unwrap_or_default()));
    }
    let mut gifts = vec![];
    for place in 0..course.pages {
        let bytes = entries.bytes(state::page(number, place).bytes()).await?;
        bytes
            .and_then(|bytes| page(&bytes, &mut gifts))
            .ok_or_else(|| Failure::Violated(format!("page {place} of gifts is unreadable")))?;
    }
    Ok(Found {
        round,
        course,
        parts,
        projects,
        gifts,
    })
}

fn name(rule: &Rule) -> &'static str {
    match rule {
        Rule::Quadratic {} => "quadratic",
        Rule::CapitalConstrained {} => "capital_constrained",
        Rule::Pairwise { .. } => "pairwise",
        Rule::Clustered {} => "clustered",
    }
}

/// Divides again: what each admitted project gets, what is returned, and what must hold.
fn divide(found: &Found) -> Result<(Vec<u128>, u128, Vec<Check>), Failure> {
    let Found {
        round,
        course,
        parts,
        projects,
        gifts,
    } = found;
    let mut checks = vec![];
    let pairwise = matches!(round.rule, Rule::Pairwise { .. });
    let m = match round.rule {
        Rule::Pairwise { m: Some(m) } => m.pico().max(1),
        _ => middle(gifts),
    };
    let rule = round.rule.with_median(m);
    let weights: Vec<U256> = if pairwise {
        checks.push(Check::same(
            "the bound M is the round's, or the median of the givers' own medians",
            m.into(),
            course.m.into(),
        ));
        for (place, part) in (0u16..).zip(parts) {
            let all = gifts.iter().flatten();
            let given: u128 = all
                .filter(|gift| gift.0 == place)
                .map(|gift| u128::from(gift.1))
                .sum();
            let tally = projects.get(&part.project).map_or(0, |one| one.1.matched);
            let what = format!("gifts that earn match for project {}", part.project);
            checks.push(Check::same(&what, given, tally));
        }
        pairs_weigh(gifts, parts.len(), m)
    } else {
        let weigh = |part: &Part| {
            let sums = projects.get(&part.project).map(|one| one.1.sums);
            rule.weight(&sums.unwrap_or_default())
        };
        parts.iter().map(weigh).collect()
    };
    let divided = rule
        .allocate(
            course.gathered,
            &weights,
            round.cap_bps.into(),
            round.saturation,
        )
        .map_err(|error| Failure::Violated(format!("the pool cannot be divided: {error}")))?;
    for (part, mine) in parts.iter().zip(&divided.parts) {
        let what = format!("matching of project {}", part.project);
        checks.push(Check::same(&what, *mine, part.matching));
    }
    let all: u128 = parts.iter().map(|part| part.matching).sum();
    checks.extend([
        Check::same("returned to sponsors", divided.returned, course.returned),
        Check::same(
            "matching and what is returned are the pool, to the pico-credit",
            all + course.returned,
            course.gathered,
        ),
        Check::that(
            "gifts that came are paid, back, decayed or expired",
            course.given.adds_up() && course.given.open == 0,
            format!("{:?}", course.given.came),
        ),
        Check::that(
            "pools that came are paid, back, decayed or expired",
            course.pool.adds_up() && course.pool.open == 0,
            format!("{:?}", course.pool.came),
        ),
    ]);
    Ok((divided.parts, divided.returned, checks))
}

/// Proves, divides again, shows, and fails if anything does not hold.
pub async fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    let trust = session.need_trust()?;
    let contract = session.contract(cmd.contract.as_deref(), FUNDING).await?;
    let client;
    let snapshot;
    let mut entries = match &cmd.place.state {
        Some(path) => Entries::in_file(contract, path, &trust)?,
        None => {
            client = session.client()?;
            snapshot = client.snapshot(&trust, cmd.place.height).await?;
            Entries::of(contract, &snapshot, &cmd.place)
        }
    };
    let found = read(cmd.round, &mut entries).await?;
    let (mine, returned, checks) = divide(&found)?;
    let holds = checks.iter().all(|check| check.holds);
    let payout = |(part, mine): (&Part, &u128)| Payout {
        project: part.project,
        title: found
            .projects
            .get(&part.project)
            .map_or_else(String::new, |one| one.0.title.clone()),
        matching: mine.to_string(),
        said: part.matching.to_string(),
    };
    session.print(&Audited {
        round: cmd.round,
        title: found.round.title.clone(),
        rule: name(&found.round.rule),
        height: entries.height,
        proven: entries.count(),
        pool: found.course.gathered.to_string(),
        returned: returned.to_string(),
        payouts: found.parts.iter().zip(&mine).map(payout).collect(),
        unproven: vec![
            "what holds had left when the pool was gathered: credit's word, kept in its own state",
            "that members are different people: those who vouched for them",
        ],
        file: entries.write(&cmd.place, session.globals().dry_run)?,
        checks,
        holds,
    });
    if holds {
        return Ok(());
    }
    Err(Failure::Violated(format!(
        "round {} is not divided as its rule says at height {}; keep this output and tell the other members",
        cmd.round, entries.height
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_giver_by_giver_and_a_torn_one_is_not() {
        let mut bytes = vec![];
        for own in [vec![(0u16, 5u64), (1, 7)], vec![(1, 9)]] {
            bytes.extend((own.len() as u16).to_be_bytes());
            for (place, amount) in own {
                bytes.extend(place.to_be_bytes());
                bytes.extend(amount.to_be_bytes());
            }
        }
        let mut gifts = vec![];
        page(&bytes, &mut gifts).unwrap();
        assert_eq!(gifts, [vec![(0, 5), (1, 7)], vec![(1, 9)]]);
        // medians of 5 and 7 (the lower) and of 9: of 5 and 9 the lower
        assert_eq!(middle(&gifts), 5);
        assert!(page(&bytes[..bytes.len() - 1], &mut vec![]).is_none());
        assert_eq!(middle(&vec![]), 1);
    }
}
