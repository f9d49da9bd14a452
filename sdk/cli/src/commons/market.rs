//! Auctions of a commons: where they are, what came of them.
use mycel_client::{
    assembly::words::lasting,
    commons::{
        market::ask::{AuctionView, GoodName, PricePoint},
        msg::ExecuteMsg,
    },
};
use mycel_kit::Id;
use serde::Serialize;

use super::{
    here::{Doing, Here},
    order::{self, Offer, Reveal},
    words::{credits, digits, units},
};
use crate::{
    exit::Failure,
    output::{Align, Show, pairs, table},
};

/// Auctions that are over and still shown.
const LAST: usize = 5;

/// Verbs about the market.
#[derive(Debug, clap::Subcommand)]
pub enum Verb {
    /// Shows the auctions of a commons: phase, times, what came of the last ones
    Market {
        /// The commons' number
        commons: u64,
    },
    /// Seals an order to buy: `bid 8 0.012:500 0.01:1000`; open it with `reveal` or lose a tenth of what is put aside
    Bid(order::Bid),
    /// Seals an order to sell: `offer 8 0.009:500`; open it with `reveal` or lose a tenth of what is put aside
    Offer(Offer),
    /// Opens one's orders, from the file in the home directory
    Reveal(Reveal),
    /// Lists somebody's orders, the latest first
    Orders {
        /// Whose: a name, a handle, an address or a number
        name: String,
    },
    /// Does whatever is due in the commons, as anybody may
    Advance {
        /// Only what follows from this case before a jury
        #[arg(long)]
        case: Option<u64>,
        /// Who does the work: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
}

/// Does one of them.
pub async fn run(verb: Verb, here: &Here<'_>) -> Result<(), Failure> {
    match verb {
        Verb::Market { commons } => market(here, commons).await,
        Verb::Bid(bid) => order::bid(bid, here).await,
        Verb::Offer(offer) => order::offer(offer, here).await,
        Verb::Reveal(reveal) => order::reveal(reveal, here).await,
        Verb::Orders { name } => order::orders(&name, here).await,
        Verb::Advance { case, from } => {
            let what = match case {
                Some(case) => format!("do what follows from case {case}"),
                None => "do whatever is due in the commons".to_owned(),
            };
            let body = ExecuteMsg::Advance {
                limit: None,
                case: case.map(Id),
            };
            let doing = Doing::new(&from, what).results(&[("work", "work")]);
            here.say(doing, &body).await
        }
    }
}

/// What is dealt in.
pub fn good(good: GoodName) -> &'static str {
    match good {
        GoodName::Entitlement => "entitlement",
        GoodName::Shares => "shares",
    }
}

/// What units of it are called.
pub fn good_unit(good: GoodName, unit: &str) -> &str {
    match good {
        GoodName::Entitlement => unit,
        GoodName::Shares => "shares",
    }
}

fn until(second: u64, now: Option<u64>) -> String {
    match now {
        Some(now) if second > now => format!("for {} more", lasting(second - now)),
        Some(_) => "until the next block".into(),
        None => format!("until second {second}"),
    }
}

/// Where an auction is, in a line.
pub fn line(auction: &AuctionView, now: Option<u64>) -> String {
    let number = auction.auction;
    let phase = match auction.phase.as_str() {
        "commit" => format!(
            "sealed orders are taken {}",
            until(auction.commit_until.0, now)
        ),
        "reveal" => format!("orders are opened {}", until(auction.reveal_until.0, now)),
        "clearing" => "the price is computed".into(),
        "settling" => "is settled".into(),
        other => other.to_owned(),
    };
    let void = auction.void.as_ref();
    let void = void.map_or_else(String::new, |why| {
        format!("; everything goes back because {why}")
    });
    let (buys, sells) = (&auction.buys, &auction.sells);
    format!(
        "{number} of {}: {phase}; {} bids ({} opened), {} offers ({} opened){void}",
        good(auction.good),
        buys.orders,
        buys.opened,
        sells.orders,
        sells.opened
    )
}

/// What came of an auction, in a sentence.
fn result(auction: &AuctionView, unit: &str) -> String {
    let unit = good_unit(auction.good, unit);
    let said = match (&auction.result, &auction.void) {
        (_, Some(why)) => format!("everything went back because {why}"),
        (None, None) => "no bid met an offer: nothing changed hands".into(),
        (Some(result), None) => {
            let one = unit.strip_suffix('s').filter(|_| unit == "shares");
            let mut said = format!(
                "{} changed hands at {} for each {}, {} in all",
                units(result.quantity, unit),
                credits(result.price),
                one.unwrap_or(unit),
                credits(result.paid)
            );
            let (demand, supply) = (result.demand.units(), result.supply.units());
            if demand > supply {
                said.push_str(&format!(
                    "; {} {unit} more were wanted at this price",
                    digits(demand - supply)
                ));
            } else if supply > demand {
                said.push_str(&format!(
                    "; {} {unit} more were offered at this price",
                    digits(supply - demand)
                ));
            }
            if !result.short.is_zero() {
                let short = units(result.short, unit);
                said.push_str(&format!("; {short} fell away: too little was put aside"));
            }
            said
        }
    };
    let lost = [
        (!auction.forfeited.is_zero()).then(|| credits(auction.forfeited)),
        (!auction.forfeited_units.is_zero()).then(|| units(auction.forfeited_units, unit)),
    ];
    let lost: Vec<String> = lost.into_iter().flatten().collect();
    match lost.is_empty() {
        true => said,
        false => format!("{said}; orders never opened lost {}", lost.join(" and ")),
    }
}

#[derive(Serialize)]
struct Market {
    commons: Id,
    name: String,
    unit: String,
    /// Those not done, and the last that are.
    auctions: Vec<AuctionView>,
    prices: Vec<PricePoint>,
    /// Unix seconds of the contracts' clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<u64>,
}

impl Market {
    fn next(&self) -> Vec<String> {
        let mut next = vec![];
        for auction in &self.auctions {
            let number = auction.auction;
            match auction.phase.as_str() {
                "commit" => next.push(format!(
                    "`mycel commons bid {number} PRICE:QUANTITY --from NAME`, `mycel commons offer {number} PRICE:QUANTITY --from NAME`"
                )),
                "reveal" => next.push(format!(
                    "who has a sealed order opens it: `mycel commons reveal {number} --from NAME`"
                )),
                "done" => {}
                _ => next.push("`mycel commons advance --from NAME`".into()),
            }
        }
        next
    }
}

impl Show for Market {
    fn human(&self) -> String {
        let mut rows = vec![("commons", format!("{}: {}", self.commons, self.name))];
        for auction in &self.auctions {
            if auction.phase == "done" {
                let told = result(auction, &self.unit);
                let good = good(auction.good);
                rows.push(("was", format!("{} of {good}: {told}", auction.auction)));
            } else {
                rows.push(("auction", line(auction, self.now)));
            }
        }
        if self.auctions.is_empty() {
            rows.push((
                "auction",
                "none yet: they begin when a season opens".to_owned(),
            ));
        }
        let mut heading = "next";
        let next = self.next().into_iter();
        rows.extend(next.map(|line| (std::mem::take(&mut heading), line)));
        let mut text = pairs(&rows);
        if !self.prices.is_empty() {
            let headings = [
                ("auction", Align::Right),
                ("season", Align::Right),
                ("price", Align::Right),
                ("quantity", Align::Right),
            ];
            let row = |point: &PricePoint| {
                vec![
                    point.auction.to_string(),
                    point.epoch.to_string(),
                    credits(point.price),
                    units(point.quantity, &self.unit),
                ]
            };
            let rows: Vec<_> = self.prices.iter().map(row).collect();
            text.push('\n');
            text.push_str(&table(&headings, &rows));
        }
        text
    }
}

async fn market(here: &Here<'_>, commons: u64) -> Result<(), Failure> {
    let id = Id(commons);
    let view = here.one(commons).await?;
    let all = here.asked().auctions(id).await?;
    let done = all.iter().filter(|auction| auction.phase == "done").count();
    let mut skip = done.saturating_sub(LAST);
    let mut auctions = all;
    auctions.retain(|auction| {
        let old = auction.phase == "done" && skip > 0;
        skip -= usize::from(old);
        !old
    });
    let mut prices = here.asked().prices(id, GoodName::Entitlement).await?;
    prices.drain(..prices.len().saturating_sub(LAST));
    here.session.print(&Market {
        commons: id,
        name: view.name,
        unit: view.unit,
        auctions,
        prices,
        now: here.now().await,
    });
    Ok(())
}

/// The time of an auction's reveal, for who comes too early or too late.
pub fn too_soon_or_late(auction: &AuctionView, now: Option<u64>) -> Failure {
    let number = auction.auction;
    Failure::Refused(match auction.phase.as_str() {
        "commit" => format!(
            "auction {number} takes sealed orders {}; open yours after that, within {}: `mycel commons reveal {number} --from NAME`",
            until(auction.commit_until.0, now),
            lasting(
                auction
                    .reveal_until
                    .0
                    .saturating_sub(auction.commit_until.0)
            )
        ),
        "reveal" => format!(
            "auction {number} takes no more sealed orders, those that are sealed are opened {}; the next takes orders when the next season opens: see `mycel commons market {}`",
            until(auction.reveal_until.0, now),
            auction.commons
        ),
        _ => format!(
            "auction {number} is over for orders; see `mycel commons market {}`",
            auction.commons
        ),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn auction(phase: &str, good: &str, result: Value) -> AuctionView {
        serde_json::from_value(
            json!({"auction": "8", "commons": "1", "epoch": "2", "good": good,
            "phase": phase, "opened": "0", "commit_until": "3600", "reveal_until": "7200",
            "void": null, "buys": {"orders": 3, "opened": 2, "quantity": "9"},
            "sells": {"orders": 1, "opened": 1, "quantity": "9"}, "result": result,
            "forfeited": "2000000000000", "forfeited_units": "0", "done": null}),
        )
        .unwrap()
    }

    #[test]
    fn an_auction_says_what_it_takes_and_for_how_long() {
        let at = |phase: &str| line(&auction(phase, "entitlement", Value::Null), Some(60));
        assert_eq!(
            at("commit"),
            "8 of entitlement: sealed orders are taken for 59 min more; 3 bids (2 opened), 1 offers (1 opened)"
        );
        assert!(at("reveal").contains("orders are opened for 1 h 59 min more"));
        assert!(at("clearing").contains("the price is computed"));
    }

    #[test]
    fn what_came_of_an_auction_is_a_sentence() {
        let cleared = json!({"price": "20000000000", "demand": "1800", "supply": "1500",
            "quantity": "1500", "short": "0", "paid": "30000000000000"});
        assert_eq!(
            result(&auction("done", "entitlement", cleared.clone()), "kg"),
            "1,500 kg changed hands at 0.02 credits for each kg, 30.00 credits in all; 300 kg more were wanted at this price; orders never opened lost 2.00 credits"
        );
        assert!(
            result(&auction("done", "shares", cleared), "kg").contains("credits for each share,")
        );
        assert!(
            result(&auction("done", "entitlement", Value::Null), "kg")
                .contains("no bid met an offer")
        );
    }

    #[test]
    fn who_comes_too_soon_or_too_late_is_told_when() {
        let at = |phase: &str| {
            too_soon_or_late(&auction(phase, "entitlement", Value::Null), Some(60)).to_string()
        };
        assert!(at("commit").contains("within 1 h"));
        assert!(at("reveal").contains("takes no more sealed orders"));
        assert!(at("done").contains("mycel commons market 1"));
    }
}
