//! `mycel statement`: what happened to a member's account, by periods of 30 days.
use mycel_client::{Credits, network::CREDIT};
use mycel_credit::msg::StatementLine;
use mycel_kit::Seconds;
use serde::Serialize;

use crate::{
    exit::Failure,
    output::{Align, Show, table},
    session::Session,
};

const PERIOD: u64 = 30 * 86_400;

/// Arguments of `mycel statement`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// Whose: a name or an address
    name: String,
    /// How many periods of 30 days, the last one being the present
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u64).range(1..=24))]
    periods: u64,
    /// The credit contract [default: the network's]
    #[arg(long, value_name = "ADDRESS")]
    contract: Option<String>,
}

#[derive(Serialize)]
#[serde(transparent)]
struct Statement(Vec<StatementLine>);

impl Show for Statement {
    fn human(&self) -> String {
        let headings = [
            ("from", Align::Left),
            ("opening", Align::Right),
            ("received", Align::Right),
            ("spent", Align::Right),
            ("decayed", Align::Right),
            ("moved", Align::Right),
            ("closing", Align::Right),
        ];
        let unsigned = |n: u128| Credits(i128::try_from(n).unwrap_or(i128::MAX)).to_string();
        let signed = |n: i128| Credits(n).to_string();
        let rows: Vec<_> = self
            .0
            .iter()
            .map(|line| {
                vec![
                    date(line.from),
                    signed(line.opening.i128()),
                    unsigned(line.received.u128()),
                    unsigned(line.spent.u128()),
                    unsigned(line.decayed.u128()),
                    signed(line.moved.i128()),
                    signed(line.closing.i128()),
                ]
            })
            .collect();
        table(&headings, &rows)
    }
}

/// The day on which a period begins.
fn date(from: Seconds) -> String {
    let days = i64::try_from(from.0 / 86_400).unwrap_or(i64::MAX);
    // counted in eras of 400 years that begin on the first of March, so that a leap day ends a year
    let shifted = days.saturating_add(719_468);
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    format!("{:04}-{month:02}-{day:02}", year + era * 400 + next)
}

/// Asks for the last periods and shows them.
pub async fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    let member = session.address(&cmd.name).await?;
    let contract = session.contract(cmd.contract.as_deref(), CREDIT).await?;
    let client = session.client()?;
    let credit = client.credit(contract);
    // the contract's clock, which runs faster on development networks
    let now = credit.position(&member).await?.at.0;
    let first = now.saturating_sub(PERIOD * (cmd.periods - 1));
    let lines = credit
        .statement(&member, Seconds(first), Seconds(now))
        .await?;
    if lines.is_empty() {
        eprintln!(
            "nothing happened to the account of {} in that time",
            cmd.name
        );
    }
    session.print(&Statement(lines));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_named_by_its_first_day() {
        for (days, expected) in [
            (0, "1970-01-01"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (20_760, "2026-11-03"),
            (47_541, "2100-03-01"),
        ] {
            assert_eq!(date(Seconds(days * 86_400 + 5)), expected);
        }
    }
}
