//! One commons in words: stock and how sure, cap and why, the market; with a name what is that member's.
use mycel_client::commons::{
    cap::ask::{CapResponse, EpochView},
    market::ask::AuctionView,
    monitors::ask::MonitorsResponse,
    registry::ask::CommonsView,
};
use mycel_kit::Id;
use serde::Serialize;

use super::{
    here::{Here, Lines},
    market,
    mine::Mine,
    words::{self, units},
};
use crate::{
    exit::Failure,
    output::{Show, pairs},
};

/// Arguments of `mycel commons show`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// The commons' number
    commons: u64,
    /// Also what this member has, owes and can do: a name, a handle, an address or a number
    #[arg(long = "as", value_name = "NAME")]
    name: Option<String>,
}

#[derive(Serialize)]
struct Shown {
    commons: CommonsView,
    cap: CapResponse,
    monitors: MonitorsResponse,
    /// The epoch before the latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<EpochView>,
    /// Why the cap changed, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// Auctions that are not done.
    auctions: Vec<AuctionView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mine: Option<Mine>,
    /// What can be done next.
    next: Vec<String>,
    /// Unix seconds of the contracts' clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<u64>,
}

impl Shown {
    fn head(&self) -> Lines {
        let (view, unit) = (&self.commons, &self.commons.unit);
        let status = match view.status.as_str() {
            "open" => String::new(),
            other => format!(", {other}"),
        };
        let mut rows = vec![
            (
                "commons",
                format!(
                    "{}: {}, in {unit}, {} enrolled{status}",
                    view.id, view.name, view.enrolled
                ),
            ),
            ("reaches", view.boundary.clone()),
        ];
        if let Some(parent) = view.parent {
            let budget = view.budget_ppm.unwrap_or(0).div_ceil(100);
            rows.push((
                "part of",
                format!("commons {parent}, {} of its cap", words::bps(budget)),
            ));
        }
        if view.next_rules.is_some() {
            rows.push(("rules", "new ones hold from the next season on".into()));
        }
        rows.push(("stock", words::stock(&self.monitors, unit)));
        rows
    }

    fn season(&self) -> Lines {
        let unit = &self.commons.unit;
        let Some(epoch) = &self.cap.epoch else {
            return vec![(
                "season",
                "none yet: the first opens when monitors' readings are fresh".into(),
            )];
        };
        let time = match epoch.open {
            true => format!("open, {}", words::time(epoch.closes.0, self.now)),
            false => "over; the next opens when monitors' readings are fresh".into(),
        };
        let mut rows = vec![("season", format!("{}, {time}", epoch.number))];
        let mut parts = vec![format!("{} for shares", units(epoch.tac, unit))];
        for (quantity, what) in [
            (epoch.regenerated, "for what was restored"),
            (epoch.banked_in, "set aside in the season before"),
            (epoch.budgets, "for the commons within it"),
            (epoch.withheld, "kept back"),
        ] {
            if !quantity.is_zero() {
                parts.push(format!("{} {what}", units(quantity, unit)));
            }
        }
        rows.push((
            "cap",
            format!("{}: {}", units(epoch.opened, unit), parts.join(", ")),
        ));
        rows.extend(self.why.iter().map(|why| ("", why.clone())));
        let cuts = epoch.cuts.iter();
        rows.extend(cuts.map(|cut| ("", words::cut(cut, unit))));
        if !epoch.cuts.is_empty() {
            rows.push(("", format!("the cap is {} now", units(epoch.cap, unit))));
        }
        let mut taken = units(epoch.harvested, unit);
        if !epoch.overage.is_zero() {
            let beyond = units(epoch.overage, unit);
            taken.push_str(&format!(" and {beyond} beyond entitlements"));
        }
        rows.push(("harvested", taken));
        if let Some(price) = epoch.price {
            rows.push((
                "price",
                format!("{} for each {unit}", words::credits(price)),
            ));
        }
        rows
    }
}

impl Show for Shown {
    fn human(&self) -> String {
        let mut rows = self.head();
        rows.extend(self.season());
        for auction in &self.auctions {
            rows.push(("auction", market::line(auction, self.now)));
        }
        if let Some(mine) = &self.mine {
            rows.extend(mine.rows(&self.commons, self.now));
        }
        let mut heading = "next";
        let next = self.next.iter();
        rows.extend(next.map(|line| (std::mem::take(&mut heading), line.clone())));
        pairs(&rows)
    }
}

/// Gathers and shows.
pub async fn run(cmd: Cmd, here: &Here<'_>) -> Result<(), Failure> {
    let id = Id(cmd.commons);
    let asked = here.asked();
    let commons = asked.one(id).await?;
    let cap = asked.cap(id).await?;
    let monitors = asked.monitors(id).await?;
    let last = cap.epoch.as_ref().map_or(0, |epoch| epoch.number.0);
    let before = match last.checked_sub(1) {
        Some(number) if number > 0 => Some(asked.epoch(id, Id(number)).await?),
        _ => None,
    };
    let why = before.as_ref().zip(cap.epoch.as_ref());
    let why = why.map(|(old, new)| words::cap_changed(old, new, &commons.unit));
    let mut auctions = asked.auctions(id).await?;
    auctions.retain(|auction| auction.phase != "done");
    let mine = match &cmd.name {
        Some(name) => Some(Mine::read(here, id, name).await?),
        None => None,
    };
    let now = here.now().await;
    let mut next = vec![];
    match &mine {
        Some(mine) => next.extend(mine.next(&commons, &auctions, now)),
        None => next.push(format!("`mycel commons show {id} --as NAME`")),
    }
    next.push(format!("`mycel commons plot {id}`"));
    if cap.epoch.as_ref().is_none_or(|epoch| !epoch.open) {
        next.push(format!("`mycel commons monitor show {id}`"));
    }
    here.session.print(&Shown {
        commons,
        cap,
        monitors,
        before,
        why,
        auctions,
        mine,
        next,
        now,
    });
    Ok(())
}
