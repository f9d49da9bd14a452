//! Orders of an auction: sealed, kept, opened.
use std::collections::{BTreeMap, btree_map::Entry};

use cosmwasm_std::HexBinary;
use mycel_client::{
    amount,
    assembly::words::lasting,
    commons::{
        market::{
            ask::{AuctionView, GoodName, OrderView},
            hash::Sealed,
            msg::{CommitSell, Reveal as RevealMsg, StepOf},
            order::{Measure, Side, forfeit_amount, forfeit_units, is_round_amount},
        },
        msg::{ExecuteMsg, HoldMsg},
        quantity::Quantity,
        registry::ask::CommonsView,
    },
    network::CREDIT,
};
use mycel_kit::Id;
use serde::Serialize;

use super::{
    here::{Doing, Here},
    market::{good, good_unit, too_soon_or_late},
    sealed::{self, Drawer, Kept},
    words::{self, credits, digits, units},
};
use crate::{
    exit::Failure,
    output::{Align, Show, table},
};

/// An order to buy.
#[derive(Debug, clap::Args)]
pub struct Bid {
    /// The auction's number, as `mycel commons market ID` names it
    auction: u64,
    /// PRICE:QUANTITY, one to five: so much more at this price in credits or below
    #[arg(required = true, value_name = "PRICE:QUANTITY")]
    steps: Vec<String>,
    /// What is put aside, 1, 2 or 5 credits with zeros behind [default: the least that serves]
    #[arg(long, value_name = "CREDITS")]
    hold: Option<String>,
    /// Who buys: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// An order to sell.
#[derive(Debug, clap::Args)]
pub struct Offer {
    /// The auction's number, as `mycel commons market ID` names it
    auction: u64,
    /// PRICE:QUANTITY, one to five: so much more at this price in credits or above
    #[arg(required = true, value_name = "PRICE:QUANTITY")]
    steps: Vec<String>,
    /// Who sells: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// Opening one's orders.
#[derive(Debug, clap::Args)]
pub struct Reveal {
    /// The auction's number
    auction: u64,
    /// Only the order to `buy` or to `sell` [default: what there is]
    #[arg(long, value_parser = side)]
    side: Option<Side>,
    /// Whose: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

fn side(text: &str) -> Result<Side, String> {
    match text {
        "buy" => Ok(Side::Buy),
        "sell" => Ok(Side::Sell),
        _ => Err("write `buy` or `sell`".into()),
    }
}

/// An auction as one of its traders sees it.
struct Place {
    auction: AuctionView,
    view: CommonsView,
    person: Id,
    chain: String,
    now: Option<u64>,
}

impl Place {
    async fn read(here: &Here<'_>, number: u64, from: &str) -> Result<Self, Failure> {
        let auction = here.asked().auction(Id(number)).await?;
        Ok(Self {
            view: here.one(auction.commons.0).await?,
            auction,
            person: here.person(from).await?,
            chain: here.client.status().await?.chain_id,
            now: here.now().await,
        })
    }

    /// Where sealed orders are taken, and none of this person on this side was.
    async fn sealing(
        here: &Here<'_>,
        number: u64,
        side: Side,
        from: &str,
    ) -> Result<Self, Failure> {
        let place = Self::read(here, number, from).await?;
        if place.auction.phase != "commit" {
            return Err(too_soon_or_late(&place.auction, place.now));
        }
        let there = orders_in(here, number, from).await?;
        if let Some(order) = there.iter().find(|order| order.side == side) {
            return Err(Failure::Refused(format!(
                "{from} has, or counts with, order {} to {} in auction {number}; one is for everything: see `mycel commons orders {from}`",
                order.order,
                side.name()
            )));
        }
        Ok(place)
    }

    fn unit(&self) -> &str {
        good_unit(self.auction.good, &self.view.unit)
    }

    /// What is dealt in, as `entitlement of the forest`.
    fn dealt(&self) -> String {
        format!("{} of {}", good(self.auction.good), self.view.name)
    }

    fn steps(&self, steps: &[StepOf], word: &str) -> String {
        let step = |step: &StepOf| {
            format!(
                "{} at {} or {word}",
                units(step.quantity, self.unit()),
                words::exact(step.price)
            )
        };
        let steps: Vec<String> = steps.iter().map(step).collect();
        steps.join(", then ")
    }

    fn drawer(&self, here: &Here<'_>, side: Side) -> Drawer {
        let matter = sealed::matter(self.auction.auction.0, self.person.0, side);
        Drawer::of(here.session, &here.contract.to_string(), &matter)
    }

    /// Seals, and keeps what opening needs before anything is sent.
    fn seal(
        &self,
        here: &Here<'_>,
        side: Side,
        steps: &[StepOf],
    ) -> Result<(HexBinary, String), Failure> {
        let contract = here.contract.to_string();
        let sealed = Sealed {
            chain: &self.chain,
            contract: &contract,
            auction: self.auction.auction.0,
            person: self.person.0,
            side,
        };
        let kept = sealed::seal(&sealed, steps, Drawer::salt());
        let hash = HexBinary::from_hex(&kept.commitment)
            .map_err(|e| Failure::Usage(format!("commitment: {e}")))?;
        let drawer = self.drawer(here, side);
        let file = drawer.path().display().to_string();
        if !here.session.globals().dry_run {
            drawer.keep(kept)?;
            eprintln!(
                "The order and its salt are kept in {file}. Nothing else can open it: copy this file if this machine could be lost before the order is opened."
            );
        }
        Ok((hash, file))
    }

    /// When it is opened, and with which command.
    fn then(&self, from: &str) -> String {
        let number = self.auction.auction;
        let (commit, reveal) = (self.auction.commit_until.0, self.auction.reveal_until.0);
        let wait = self.now.map(|now| commit.saturating_sub(now));
        let wait = wait.map_or_else(
            || format!("after second {commit}"),
            |s| format!("in {}", lasting(s)),
        );
        format!(
            "{wait}, within {}: `mycel commons reveal {number} --from {from}`",
            lasting(reveal.saturating_sub(commit))
        )
    }
}

/// Seals an order to buy.
pub async fn bid(cmd: Bid, here: &Here<'_>) -> Result<(), Failure> {
    let (steps, measure) = sealed::steps(Side::Buy, &cmd.steps)?;
    let place = Place::sealing(here, cmd.auction, Side::Buy, &cmd.from).await?;
    let credit = here.session.contract(None, CREDIT).await?;
    let rate = here.client.credit(credit).parameters().await?;
    let rate = rate.parameters.rate_ppb_per_day;
    let lasts = match place.now {
        Some(now) => place.auction.reveal_until.0.saturating_sub(now),
        None => place
            .auction
            .reveal_until
            .0
            .saturating_sub(place.auction.opened.0),
    };
    let margin = place.view.rules.market.margin_bps;
    let needs = sealed::needs(measure.cost, margin, rate, lasts);
    let least = sealed::hold(needs)?;
    let hold = match &cmd.hold {
        None => least,
        Some(text) => {
            let hold = amount::parse(text)?;
            if !is_round_amount(hold) || u128::from(hold.pico()) < needs {
                return Err(Failure::Usage(format!(
                    "hold={text} does not serve: 1, 2 or 5 credits with zeros behind, and at least {}; leave `--hold` away",
                    credits(least)
                )));
            }
            hold
        }
    };
    let Measure { cost, .. } = measure;
    let (hash, file) = place.seal(here, Side::Buy, &steps)?;
    let doing = Doing::new(
        &cmd.from,
        format!(
            "seal an order to buy {} in auction {}, with {} put aside",
            place.dealt(),
            cmd.auction,
            credits(hold)
        ),
    )
    .line("wants", place.steps(&steps, "below"))
    .line(
        "costs",
        format!(
            "at most {}; everybody pays the one price of the auction",
            mycel_client::Credits(cost.into())
        ),
    )
    .line(
        "put aside",
        format!(
            "{}, a round size that tells little; the rest comes back",
            credits(hold)
        ),
    )
    .line("then", place.then(&cmd.from))
    .line(
        "if not opened",
        format!("{} are lost", credits(forfeit_amount(hold, hold))),
    )
    .line("kept in", file.clone())
    .fact("file", file)
    .fact("put_aside", words::exact(hold))
    .results(&[("order", "order")]);
    let auction = Id(cmd.auction);
    here.hold(doing, hold, &HoldMsg::Commit { auction, hash })
        .await
}

/// Seals an order to sell.
pub async fn offer(cmd: Offer, here: &Here<'_>) -> Result<(), Failure> {
    let (steps, measure) = sealed::steps(Side::Sell, &cmd.steps)?;
    let place = Place::sealing(here, cmd.auction, Side::Sell, &cmd.from).await?;
    let asked = here.asked();
    let has = match place.auction.good {
        GoodName::Entitlement => {
            let told = asked.entitlement(place.view.id, place.person).await?;
            told.account.balance
        }
        GoodName::Shares => {
            let told = asked.holding(place.view.id, place.person).await?;
            Quantity::at_most(told.free.0.into())
        }
    };
    let escrow = sealed::escrow(measure.quantity, has, place.unit())?;
    let (hash, file) = place.seal(here, Side::Sell, &steps)?;
    let lost = forfeit_units(escrow.units());
    let doing = Doing::new(
        &cmd.from,
        format!(
            "seal an order to sell {} in auction {}, with {} put aside",
            place.dealt(),
            cmd.auction,
            units(escrow, place.unit())
        ),
    )
    .line("offers", place.steps(&steps, "above"))
    .line(
        "put aside",
        format!(
            "{} of the {} you have, a round size that tells little; the rest comes back",
            units(escrow, place.unit()),
            units(has, place.unit())
        ),
    )
    .line("then", place.then(&cmd.from))
    .line(
        "if not opened",
        format!("{} {} are lost", digits(lost), place.unit()),
    )
    .line("kept in", file.clone())
    .fact("file", file)
    .fact("escrow", escrow.to_string())
    .results(&[("order", "order")]);
    let body = ExecuteMsg::CommitSell(CommitSell {
        auction: Id(cmd.auction),
        hash,
        escrow,
    });
    here.say(doing, &body).await
}

/// What somebody has in an auction, or counts with.
async fn orders_in(here: &Here<'_>, auction: u64, from: &str) -> Result<Vec<OrderView>, Failure> {
    let address = here.address(from).await?;
    let before = Some(Id(auction.saturating_add(1)));
    let mut orders = here.asked().orders_by(&address, before).await?;
    orders.retain(|order| order.auction.0 == auction);
    Ok(orders)
}

/// Opens what is sealed.
pub async fn reveal(cmd: Reveal, here: &Here<'_>) -> Result<(), Failure> {
    let Reveal {
        auction,
        side,
        from,
    } = cmd;
    let place = Place::read(here, auction, &from).await?;
    let mut orders = orders_in(here, auction, &from).await?;
    let whose = |order: &OrderView| {
        order.person == place.person && side.is_none_or(|side| side == order.side)
    };
    orders.retain(|order| whose(order) && !order.forced && order.steps.is_empty());
    if orders.is_empty() {
        return Err(Failure::Refused(format!(
            "{from} has no sealed order in auction {auction} that is not opened yet; see `mycel commons orders {from}`"
        )));
    }
    if place.auction.phase != "reveal" {
        return Err(too_soon_or_late(&place.auction, place.now));
    }
    let mut bodies = vec![];
    let mut doing = Doing::new(
        &from,
        format!("open the order in auction {auction} of {}", place.dealt()),
    );
    for order in orders {
        let kept: Kept = place.drawer(here, order.side).find(&order.hash.to_hex())?;
        let (name, word) = match order.side {
            Side::Buy => ("wants", "below"),
            Side::Sell => ("offers", "above"),
        };
        doing = doing.line(name, place.steps(&kept.steps, word));
        let salt = HexBinary::from_hex(&kept.salt)
            .map_err(|e| Failure::Usage(format!("the kept salt is unreadable: {e}")))?;
        bodies.push(ExecuteMsg::Reveal(RevealMsg {
            auction: Id(auction),
            side: order.side,
            steps: kept.steps,
            salt,
        }));
    }
    let doing = doing.line(
        "then",
        format!(
            "one price for all; `mycel commons market {}` shows it",
            place.view.id
        ),
    );
    here.say_all(doing, &bodies).await
}

#[derive(Serialize)]
struct Orders {
    orders: Vec<OrderView>,
    #[serde(skip)]
    rows: Vec<Vec<String>>,
}

impl Show for Orders {
    fn human(&self) -> String {
        if self.orders.is_empty() {
            return "no orders; `mycel commons market ID` lists the auctions of a commons".into();
        }
        let headings = [
            ("auction", Align::Right),
            ("order", Align::Right),
            ("", Align::Left),
            ("put aside", Align::Right),
            ("steps", Align::Left),
            ("got", Align::Left),
        ];
        table(&headings, &self.rows)
    }
}

fn row(order: &OrderView, good: GoodName, unit: &str) -> Vec<String> {
    let unit = good_unit(good, unit);
    let pico = |pico: u64| format!("{} credits", mycel_client::Credits(pico.into()));
    let size = |size: u64| match order.side {
        Side::Buy => pico(size),
        Side::Sell => format!("{} {unit}", digits(size.into())),
    };
    let steps: Vec<String> = order
        .steps
        .iter()
        .map(|step| {
            let price = mycel_client::Credits(step.price.signed());
            format!("{price}:{}", words::digits(step.quantity.units()))
        })
        .collect();
    let steps = match (order.forced, steps.is_empty()) {
        (true, _) => "sold for its holder".to_owned(),
        (_, true) if order.done => "never opened".into(),
        (_, true) => "sealed".into(),
        _ => steps.join(" "),
    };
    let verb = match order.side {
        Side::Buy => "bought",
        Side::Sell => "sold",
    };
    let mut got = match order.quantity.is_zero() {
        true if order.done => "nothing".to_owned(),
        true => "-".into(),
        false => format!(
            "{verb} {} for {}",
            units(order.quantity, unit),
            credits(order.paid)
        ),
    };
    if order.forfeited.0 > 0 {
        got.push_str(&format!(", lost {}", size(order.forfeited.0)));
    }
    vec![
        order.auction.to_string(),
        order.order.to_string(),
        order.side.name().into(),
        size(order.size.0),
        steps,
        got,
    ]
}

/// Lists somebody's orders.
pub async fn orders(name: &str, here: &Here<'_>) -> Result<(), Failure> {
    let address = here.address(name).await?;
    let orders = here.asked().orders_by(&address, None).await?;
    let mut rows = vec![];
    let mut known: BTreeMap<u64, (GoodName, String)> = BTreeMap::new();
    for order in &orders {
        let number = order.auction.0;
        if let Entry::Vacant(place) = known.entry(number) {
            let auction = here.asked().auction(order.auction).await?;
            let unit = here.one(auction.commons.0).await?.unit;
            place.insert((auction.good, unit));
        }
        if let Some((good, unit)) = known.get(&number) {
            rows.push(row(order, *good, unit));
        }
    }
    here.session.print(&Orders { orders, rows });
    Ok(())
}
