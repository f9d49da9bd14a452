//! Pools as files: from tables of volunteers, or of a draw on the chain; `mycel solve lottery` reads them.
use std::path::PathBuf;

use mycel_client::{Client, Http, sortition::Ledger};
use mycel_kit::lottery::{count_test, panels_for};
use mycel_solver::lottery::{
    csv,
    file::{PoolFile, QuotaFile, TypeFile},
};
use mycel_types::AccountAddress;
use serde::Serialize;

use crate::{
    exit::Failure,
    output::{Show, pairs},
    session::Session,
};

/// Arguments of `mycel draw pool`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// A draw whose pool is frozen [default: from tables]
    #[arg(required_unless_present = "csv", conflicts_with = "csv")]
    draw: Option<u64>,
    /// A table of volunteers, one a row, with a header; a column for each feature
    #[arg(long, value_name = "FILE", requires = "quotas")]
    csv: Option<PathBuf>,
    /// A table of quotas: feature, value, min, max
    #[arg(long, value_name = "FILE", requires = "csv")]
    quotas: Option<PathBuf>,
    /// Seats
    #[arg(
        long,
        value_name = "N",
        requires = "csv",
        required_unless_present = "draw"
    )]
    size: Option<u32>,
    /// Where the pool goes [default: stdout]
    #[arg(long, short = 'o', value_name = "FILE")]
    out: Option<PathBuf>,
}

/// The pool itself: the same text for people and programs.
#[derive(Serialize)]
#[serde(transparent)]
struct Whole(PoolFile);

impl Show for Whole {
    fn human(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }
}

/// What was written.
#[derive(Serialize)]
struct Written {
    file: String,
    persons: usize,
    types: usize,
    quotas: usize,
    seats: u32,
    panels: Option<u32>,
    /// Which quota cannot be met, if so.
    short: Option<String>,
}

impl Show for Written {
    fn human(&self) -> String {
        let mut rows = vec![
            ("persons", self.persons.to_string()),
            ("types", self.types.to_string()),
            ("quotas", self.quotas.to_string()),
            ("seats", self.seats.to_string()),
        ];
        if let Some(panels) = self.panels {
            rows.push(("panels", format!("{panels} in a lottery of this pool")));
        }
        if let Some(short) = &self.short {
            rows.push(("falls short", short.clone()));
        }
        rows.push(("pool", self.file.clone()));
        let solve = format!("mycel solve lottery --json {} --out LOTTERY", self.file);
        rows.push(("solve it", solve));
        pairs(&rows)
    }
}

impl Cmd {
    /// Whether no node is needed.
    pub fn is_file_work(&self) -> bool {
        self.csv.is_some()
    }

    /// Writes the pool that two tables make.
    pub fn write_tables(&self, session: &Session) -> Result<(), Failure> {
        let (Some(people), Some(quotas)) = (&self.csv, &self.quotas) else {
            return Err(Failure::Usage("name a table with `--csv FILE`".into()));
        };
        let read = |path: &PathBuf| {
            std::fs::read_to_string(path).map_err(|e| Failure::file(path.display(), &e))
        };
        let size = self.size.unwrap_or(0);
        let bounds =
            csv::read_quotas(&read(quotas)?).map_err(|e| Failure::file(quotas.display(), &e))?;
        let pool = csv::read_pool(&read(people)?, bounds, size)
            .map_err(|e| Failure::file(people.display(), &e))?;
        self.write(session, pool)
    }

    /// Of a draw on the chain: members are person numbers, types in the chain's own order.
    pub async fn of_draw(
        &self,
        session: &Session,
        client: &Client<Http>,
        contract: AccountAddress,
    ) -> Result<(), Failure> {
        let draw = self.draw.unwrap_or(0);
        let told = Ledger::said(client, contract).told("", draw).await?;
        if told.frozen == 0 {
            return Err(Failure::Refused(format!(
                "draw {draw} is {}: its pool is not frozen yet; run `mycel draw freeze {draw}` when registration is over",
                told.stage
            )));
        }
        let name = |feature: u8| told.features.get(usize::from(feature));
        let value = |feature: u8, value: u8| {
            let found = name(feature).and_then(|f| f.values.get(usize::from(value)));
            found.cloned().unwrap_or_default()
        };
        let pool = PoolFile {
            k: told.seats,
            types: told
                .types
                .iter()
                .map(|kind| TypeFile {
                    features: (0u8..)
                        .zip(&told.features)
                        .zip(&kind.values)
                        .map(|((place, feature), v)| (feature.name.clone(), value(place, *v)))
                        .collect(),
                    members: kind.persons.clone(),
                })
                .collect(),
            quotas: told
                .quotas
                .iter()
                .map(|quota| QuotaFile {
                    feature: name(quota.feature).map_or_else(String::new, |f| f.name.clone()),
                    value: value(quota.feature, quota.value),
                    min: quota.min,
                    max: quota.max,
                })
                .collect(),
        };
        self.write(session, pool)
    }

    fn write(&self, session: &Session, pool: PoolFile) -> Result<(), Failure> {
        let Some(path) = &self.out else {
            session.print(&Whole(pool));
            return Ok(());
        };
        let persons = pool.types.iter().map(|kind| kind.members.len()).sum();
        let checked = pool.pool().map_err(|e| Failure::file("pool", &e))?;
        let count = u32::try_from(persons).unwrap_or(u32::MAX);
        let written = Written {
            file: path.display().to_string(),
            persons,
            types: pool.types.len(),
            quotas: pool.quotas.len(),
            seats: pool.k,
            panels: panels_for(count, pool.k).ok(),
            short: count_test(&checked).err().map(|why| why.to_string()),
        };
        if !session.globals().dry_run {
            let text =
                serde_json::to_string(&pool).map_err(|e| Failure::file(path.display(), &e))?;
            std::fs::write(path, text).map_err(|e| Failure::file(path.display(), &e))?;
        }
        session.print(&written);
        Ok(())
    }
}
