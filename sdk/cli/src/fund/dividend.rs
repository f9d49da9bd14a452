//! The dividend of the commons: what was paid in, and what a member may claim.
use mycel_client::funding::{
    dividend::ask::{Claimable, DepositView, DividendView},
    msg::ExecuteMsg,
    words::credits,
};
use mycel_kit::Id;
use serde::Serialize;

use super::{Desk, words};
use crate::{
    exit::Failure,
    output::{Align, Show, pairs, table},
};

/// Deposits that are shown.
const SHOWN: u64 = 10;

/// Arguments of `mycel fund dividend`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// What this member may claim: a name, a handle or an address
    #[arg(long = "as", value_name = "NAME")]
    name: Option<String>,
}

/// Arguments of `mycel fund claim`.
#[derive(Debug, clap::Args)]
pub struct Claim {
    /// Who claims: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    sums: DividendView,
    /// The last ones, the newest first.
    last: Vec<DepositView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mine: Option<Claimable>,
    #[serde(skip)]
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<u64>,
}

/// What a claim would pay.
fn claim_words(name: &str, mine: &Claimable, now: Option<u64>) -> String {
    if mine.shares == 0 {
        return format!(
            "{name} has nothing to claim now; the next dividend comes with credit's next distribution"
        );
    }
    let amount = credits(mine.amount.pico().into());
    let shares = words::count(mine.shares.into(), "share");
    let mut text = format!("{name} may claim {amount}, {shares} of the commons");
    if let Some(until) = mine.until {
        text.push_str(&format!("; the first ends {}", words::when(until.0, now)));
    }
    if mine.left.0 > 0 {
        text.push_str(&format!(
            "; {} more after that",
            words::count(mine.left.0, "deposit")
        ));
    }
    text
}

impl Show for Shown {
    fn human(&self) -> String {
        let sums = &self.sums;
        let mut rows = vec![
            (
                "dividends",
                format!(
                    "{} so far, {} in all",
                    sums.deposits,
                    credits(sums.deposited.u128())
                ),
            ),
            (
                "a member",
                format!(
                    "{} since the beginning, each who was one each time",
                    credits(sums.index.u128())
                ),
            ),
            (
                "of it",
                format!(
                    "{} claimed, {} can still be, {} went back to the commons",
                    credits(sums.claimed.u128()),
                    credits(sums.left.u128()),
                    credits(sums.released.u128())
                ),
            ),
        ];
        if let Some(mine) = &self.mine {
            rows.push(("claim", claim_words(&self.name, mine, self.now)));
            if mine.shares > 0 {
                rows.push(("next", format!("mycel fund claim --from {}", self.name)));
            }
        }
        let headings = [
            ("deposit", Align::Right),
            ("came", Align::Left),
            ("amount", Align::Right),
            ("members", Align::Right),
            ("each", Align::Right),
            ("claimed", Align::Right),
            ("ends", Align::Left),
        ];
        let row = |one: &DepositView| {
            vec![
                one.deposit.to_string(),
                words::when(one.at.0, self.now),
                credits(one.amount.pico().into()),
                one.members.to_string(),
                credits(one.share.pico().into()),
                one.claims.to_string(),
                if one.ended {
                    "ended".into()
                } else {
                    words::when(one.until.0, self.now)
                },
            ]
        };
        let rows_of: Vec<_> = self.last.iter().map(row).collect();
        let text = pairs(&rows);
        match rows_of.is_empty() {
            true => text,
            false => text + &table(&headings, &rows_of),
        }
    }
}

/// Shows the dividend.
pub async fn show(cmd: Cmd, desk: &Desk<'_>) -> Result<(), Failure> {
    let asked = desk.client.funding(desk.contract.clone());
    let sums = asked.dividend().await?;
    let mut last = vec![];
    for deposit in (1..=sums.deposits.0).rev().take(SHOWN as usize) {
        last.push(asked.deposit(Id(deposit)).await?);
    }
    let mine = match &cmd.name {
        Some(name) => Some(asked.claimable(&desk.session.address(name).await?).await?),
        None => None,
    };
    desk.session.print(&Shown {
        sums,
        last,
        mine,
        name: cmd.name.unwrap_or_default(),
        now: desk.now().await,
    });
    Ok(())
}

/// Claims.
pub async fn claim(cmd: Claim, desk: &Desk<'_>) -> Result<(), Failure> {
    let asked = desk.client.funding(desk.contract.clone());
    let address = desk.session.address(&cmd.from).await?;
    let mine = asked.claimable(&address).await?;
    let what = format!("claim the dividend as {}", cmd.from);
    let body = ExecuteMsg::ClaimDividend { limit: None };
    let mut act = desk.act(&cmd.from, what, &body).await?;
    act.lines = vec![("claim", claim_words(&cmd.from, &mine, desk.now().await))];
    act.results = &[("amount", "amount"), ("shares", "shares"), ("left", "left")];
    desk.told(act).await
}

#[cfg(test)]
mod tests {
    use mycel_kit::{Amount, Seconds};

    use super::*;

    #[test]
    fn what_may_be_claimed_is_told_with_its_end_or_when_the_next_comes() {
        let mut mine = Claimable {
            amount: Amount::credits(3).unwrap(),
            shares: 2,
            from: Id(1),
            to: Id(2),
            left: Id(1),
            until: Some(Seconds(100)),
        };
        assert_eq!(
            claim_words("ana", &mine, Some(40)),
            "ana may claim 3.00 credits, 2 shares of the commons; the first ends in 1 min; 1 deposit more after that"
        );
        mine.shares = 0;
        assert!(claim_words("ana", &mine, None).contains("credit's next distribution"));
    }
}
