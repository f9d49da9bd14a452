//! A season of a commons, added up again from proven records.
//!
//! Who has an account there, a node or a file says; that nobody is left out follows from the sums: they are kept by the
//! contract, proven, and only reached by everybody's accounts together.
use std::collections::BTreeSet;

use mycel_client::commons::{
    cap::{self, Basis, Epoch, HarvestRule},
    quantity::ALL_SHARES,
    registry,
    rights::{
        entitlement,
        record::{Account, Sums},
        state as rights,
    },
};
use mycel_client::network::COMMONS;
use mycel_kit::Id;
use serde::Serialize;

use super::entries::{Check, Entries, Where, lines};
use crate::{
    exit::Failure,
    output::{Show, pairs},
    session::Session,
};

/// Person 0.
const TREASURY: u64 = 0;

/// Arguments of `mycel audit epoch`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// The commons' number
    commons: u64,
    /// The season [default: the latest]
    season: Option<u64>,
    /// The contract that keeps commons [default: the network's]
    #[arg(long, value_name = "ADDRESS")]
    contract: Option<String>,
    #[command(flatten)]
    place: Where,
}

#[derive(Serialize)]
struct Audited {
    commons: u64,
    season: u64,
    height: u64,
    /// Records that were read, each with its proof.
    proven: usize,
    accounts: usize,
    cap: String,
    /// What had to be taken on somebody's word.
    unproven: Vec<&'static str>,
    checks: Vec<Check>,
    holds: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
}

impl Show for Audited {
    fn human(&self) -> String {
        let mut rows = vec![
            (
                "season",
                format!("{} of commons {}", self.season, self.commons),
            ),
            ("height", self.height.to_string()),
            ("records", format!("{}, each proven", self.proven)),
            ("accounts", self.accounts.to_string()),
            ("cap", self.cap.clone()),
        ];
        let trusted = self.unproven.iter();
        rows.extend(trusted.map(|what| ("on trust", (*what).to_owned())));
        rows.extend(self.file.iter().map(|file| ("records in", file.clone())));
        rows.push(("holds", if self.holds { "yes" } else { "NO" }.into()));
        format!("{}\n{}", lines(&self.checks), pairs(&rows))
    }
}

/// What the opening and its cuts must satisfy.
fn opening(epoch: &Epoch, rules: Option<&registry::rules::Rules>) -> Vec<Check> {
    let units = |quantity: mycel_client::commons::quantity::Quantity| quantity.units();
    let issued = units(epoch.tac) + units(epoch.regenerated) + units(epoch.banked_in);
    let of_cap = issued + units(epoch.budgets) + units(epoch.withheld);
    let mut checks = vec![
        Check::same(
            "the cap, with what a reserve gave, is what became of it",
            units(epoch.opened) + units(epoch.released),
            of_cap,
        ),
        Check::that(
            "what was issued is no more than nature allows",
            issued + units(epoch.budgets) <= units(epoch.most) && epoch.opened <= epoch.most,
            format!(
                "{} of at most {}",
                issued + units(epoch.budgets),
                units(epoch.most)
            ),
        ),
        Check::that(
            "cuts only ever lower the cap",
            epoch.cap <= epoch.opened && epoch.cuts.iter().all(|cut| cut.num <= cut.den),
            format!(
                "{} at first, {} after {} cuts",
                units(epoch.opened),
                units(epoch.cap),
                epoch.cuts.len()
            ),
        ),
    ];
    if let Some(rules) = rules.filter(|_| epoch.basis != Basis::Stale && epoch.parent_epoch == 0) {
        checks.push(Check::same(
            &format!(
                "the harvest rule ({}) gives this of a stock of {}",
                rules.cap.harvest.name(),
                units(epoch.low)
            ),
            units(rules.cap.harvest.most(epoch.low)),
            units(epoch.most),
        ));
    }
    checks
}

/// What everybody's accounts must satisfy, together with the kept sums.
fn accounts(all: &[(u64, Account)], kept: &Sums) -> Vec<Check> {
    let sum = |of: fn(&Account) -> u128| all.iter().map(|(_, account)| of(account)).sum::<u128>();
    let odd = all.iter().find(|(_, one)| one.came() != one.went());
    let wrong = all
        .iter()
        .find(|(_, one)| one.granted != entitlement::of(one.basis, kept.tac).units);
    let basis: u64 = all.iter().map(|(_, one)| one.basis).sum();
    let (yields, ledger) = (kept.yields(), kept.ledger());
    let person = |found: Option<&(u64, Account)>| {
        found.map_or_else(
            || format!("{} accounts", all.len()),
            |(person, _)| format!("not for person {person}"),
        )
    };
    vec![
        Check::that(
            "what came to each account is there or went",
            odd.is_none(),
            person(odd),
        ),
        Check::that(
            "each was granted ⌊shares · total / 10^8⌋",
            wrong.is_none(),
            person(wrong),
        ),
        Check::same(
            "shares that were asked for, and those that were not, are all",
            u128::from(basis) + u128::from(kept.unasked),
            ALL_SHARES.into(),
        ),
        Check::same("granted, to all", sum(|one| one.granted), kept.granted),
        Check::same("left, of all", sum(|one| one.balance), kept.balance),
        Check::same(
            "harvested, by all",
            sum(|one| one.harvested),
            kept.harvested,
        ),
        Check::same("retired, by all", sum(|one| one.retired), kept.retired),
        Check::same("set aside, by all", sum(|one| one.banked), kept.banked),
        Check::same(
            "with the market, of all",
            sum(|one| one.escrow),
            kept.escrow,
        ),
        Check::same(
            "beyond entitlements, by all",
            sum(|one| one.overage),
            kept.overage,
        ),
        Check::same(
            "total · 10^8 = granted · 10^8 + dust + what nobody asked for",
            yields.0,
            yields.1,
        ),
        Check::same("what was issued is there, used, or cut", ledger.0, ledger.1),
    ]
}

async fn read(
    cmd: &Cmd,
    entries: &mut Entries<'_>,
    enrolled: Result<Vec<u64>, mycel_client::ClientError>,
) -> Result<(Epoch, Vec<Check>, usize), Failure> {
    let id = cmd.commons;
    let missing = |what: String, list: &str| Failure::Refused(format!("{what}; see {list}"));
    if entries.may(&registry::state::commons(id)).await?.is_none() {
        return Err(missing(
            format!("commons {id} is proven not to be there"),
            "`mycel commons list`",
        ));
    }
    let last = entries.may(&cap::state::last(id)).await?.unwrap_or(0);
    let number = cmd.season.unwrap_or(last);
    let epoch = entries.may(&cap::state::epoch(id, number)).await?;
    let epoch = epoch.ok_or_else(|| {
        missing(
            format!("commons {id} has had {last} seasons, and no season {number}"),
            &format!("`mycel commons plot {id}`"),
        )
    })?;
    let rules = entries.may(&registry::state::rules(id)).await?;
    // rules of another season may have been others
    let rules = rules.filter(|_| number == last);
    let mut checks = opening(&epoch, rules.as_ref());
    let kept = entries.may(&rights::sums(id, number)).await?;
    let kept = kept.ok_or_else(|| Failure::Violated(format!("season {number} has no sums")))?;
    checks.push(Check::same(
        "what shares yield is what the opening left them",
        kept.tac,
        epoch.tac.units(),
    ));
    let mut persons: BTreeSet<u64> = enrolled?.into_iter().collect();
    let prefix = rights::account(id, number, 0).bytes().to_vec();
    let prefix = prefix.get(..prefix.len().saturating_sub(8));
    persons.extend(
        prefix
            .and_then(|prefix| entries.numbers_in_file(prefix))
            .unwrap_or_default(),
    );
    persons.insert(TREASURY);
    let mut all = vec![];
    for person in persons {
        let found = entries.may(&rights::account(id, number, person)).await?;
        all.extend(found.map(|account| (person, account)));
    }
    checks.extend(accounts(&all, &kept));
    if let Some(closing) = epoch.closing {
        checks.push(Check::same(
            "the closing tells what was harvested",
            closing.harvested,
            kept.harvested,
        ));
    }
    Ok((epoch, checks, all.len()))
}

/// Proves, adds up, shows, and fails if anything does not hold.
pub async fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    let trust = session.need_trust()?;
    let contract = session.contract(cmd.contract.as_deref(), COMMONS).await?;
    let client;
    let snapshot;
    let (mut entries, enrolled) = match &cmd.place.state {
        Some(path) => (Entries::in_file(contract, path, &trust)?, Ok(vec![])),
        None => {
            client = session.client()?;
            snapshot = client.snapshot(&trust, cmd.place.height).await?;
            let asked = client.commons(contract.clone());
            // looked at only once the commons is proven to be there
            let listed = asked.enrolled(Id(cmd.commons)).await;
            let enrolled = listed.map(|all| all.iter().map(|one| one.person.0).collect());
            (Entries::of(contract, &snapshot, &cmd.place), enrolled)
        }
    };
    let (epoch, checks, accounts) = read(&cmd, &mut entries, enrolled).await?;
    let holds = checks.iter().all(|check| check.holds);
    let (season, height) = (epoch.number, entries.height);
    session.print(&Audited {
        commons: cmd.commons,
        season,
        height,
        proven: entries.count(),
        accounts,
        cap: format!(
            "{} of a stock of {}, {}",
            epoch.cap,
            epoch.stock,
            epoch.basis.name()
        ),
        unproven: vec![
            "that monitors read what is there: their bonds, a lot and juries stand for it",
            "that somebody took what they told: others' accusations stand for it",
        ],
        file: entries.write(&cmd.place, session.globals().dry_run)?,
        checks,
        holds,
    });
    if holds {
        return Ok(());
    }
    let or = match cmd.place.state {
        Some(_) => ", unless the file lacks somebody's account",
        None => "",
    };
    Err(Failure::Violated(format!(
        "season {season} of commons {} does not add up at height {height}{or}; keep this output and tell the other members",
        cmd.commons
    )))
}
