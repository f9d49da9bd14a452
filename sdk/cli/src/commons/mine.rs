//! What one member has of a commons, owes it and gives it, and what it can do next.
use mycel_client::{
    ClientError,
    commons::{
        OfPerson,
        market::ask::AuctionView,
        order::ask::LadderResponse,
        registry::{
            admission::Policy,
            ask::{AccountResponse, CommonsView},
        },
        rights::ask::{EntitlementResponse, HoldingView},
    },
};
use mycel_kit::Id;
use serde::Serialize;

use super::{
    here::{Here, Lines},
    words::{self, credits, digits, units},
};
use crate::exit::Failure;

/// What is a member's.
#[derive(Serialize)]
pub struct Mine {
    /// As it was asked for.
    pub name: String,
    account: AccountResponse,
    holding: HoldingView,
    entitlement: EntitlementResponse,
    ladder: LadderResponse,
    #[serde(flatten)]
    kept: OfPerson,
    /// The same in words.
    says: Vec<String>,
}

/// What somebody who was never there has.
async fn unless_unknown<A>(
    asked: impl Future<Output = Result<A, ClientError>>,
    none: A,
) -> Result<A, Failure> {
    match asked.await {
        Err(ClientError::Query { .. }) => Ok(none),
        answer => Ok(answer?),
    }
}

impl Mine {
    /// Asks for all of it.
    pub async fn read(here: &Here<'_>, commons: Id, name: &str) -> Result<Self, Failure> {
        let address = here.address(name).await?;
        let person = here.person_of(&address).await?;
        let asked = here.asked();
        let unit = asked.one(commons).await?.unit;
        let entitlement = asked.entitlement(commons, person).await?;
        let says = says(&entitlement, &unit);
        Ok(Self {
            name: name.to_owned(),
            account: asked.account(commons, &address).await?,
            holding: asked.holding(commons, person).await?,
            ladder: asked.ladder(commons, &address).await?,
            kept: unless_unknown(asked.of_person(commons, &address), OfPerson::default()).await?,
            entitlement,
            says,
        })
    }

    fn standing(&self) -> &str {
        let enrolment = self.account.enrolment.as_ref();
        enrolment.map_or("not enrolled", |one| one.standing.as_str())
    }

    fn enrolled(&self) -> bool {
        self.standing() == "enrolled"
    }

    /// The latest season, for leases.
    fn season(&self) -> u64 {
        self.entitlement.epoch.map_or(0, |epoch| epoch.0)
    }

    fn leases(&self) -> Vec<String> {
        let (me, season) = (self.account.person, self.season());
        let running = self.kept.leases.iter();
        let running = running.filter(|(_, lease)| lease.end.0 > season);
        running
            .map(|(number, lease)| {
                let (way, other) = if lease.from == me {
                    ("to", lease.to)
                } else {
                    ("from", lease.from)
                };
                format!(
                    "lease {number}: {} shares {way} person {other}, seasons {} to {}",
                    digits(lease.shares.0.into()),
                    lease.first,
                    lease.end.0.saturating_sub(1)
                )
            })
            .collect()
    }

    fn shares(&self) -> String {
        let holding = &self.holding;
        let mut text = format!("{} shares", digits(holding.shares.0.into()));
        for (shares, what) in [
            (holding.leased_out, "let to others"),
            (holding.leased_in, "let to you by others"),
            (holding.escrow, "with the market"),
        ] {
            if shares.0 > 0 {
                text.push_str(&format!(", {} {what}", digits(shares.0.into())));
            }
        }
        text
    }

    /// Lines for people.
    pub fn rows(&self, view: &CommonsView, now: Option<u64>) -> Lines {
        let unit = &view.unit;
        let mut rows = vec![(
            "you",
            format!(
                "{} (person {}), {}",
                self.name,
                self.account.person,
                self.standing()
            ),
        )];
        rows.push(("you have", self.shares()));
        rows.extend(self.leases().into_iter().map(|lease| ("", lease)));
        if let Some(excess) = &self.holding.excess {
            rows.push((
                "above the cap",
                format!(
                    "{} shares are above what one may hold; what is still above is sold for you: {}",
                    digits(excess.shares.0.into()),
                    words::time(excess.sold_from.0, now)
                ),
            ));
        }
        let mut heading = "yield";
        let says = self.says.iter();
        rows.extend(says.map(|line| (std::mem::take(&mut heading), line.clone())));
        if self.entitlement.epoch.is_some() {
            rows.push(("left", words::left(&self.entitlement.account, unit)));
        }
        let price = self.entitlement.overage_price;
        let warned = words::warning(&self.entitlement.account, price, unit);
        rows.extend(warned.map(|line| ("warning", line)));
        rows.extend(self.owes(unit));
        rows.extend(self.measures(view, now));
        rows.push(("benefit", self.benefit(unit)));
        rows.push(("gives", self.contribution(unit)));
        rows
    }

    fn owes(&self, unit: &str) -> Lines {
        let (debt, account) = (&self.entitlement.debt, &self.entitlement.account);
        let mut rows = vec![];
        if !account.overage.is_zero() {
            let overage = units(account.overage, unit);
            let billed = credits(account.billed);
            rows.push(("beyond", format!("{overage} this season, {billed}")));
        }
        if !debt.owed.is_zero() {
            rows.push((
                "you owe",
                format!(
                    "{} for overage; nothing can be used until it is paid",
                    credits(debt.owed)
                ),
            ));
        }
        for (quantity, what) in [
            (debt.kind, "taken beyond: the next season repays it"),
            (debt.borrowed, "borrowed: the next season returns it"),
        ] {
            if !quantity.is_zero() {
                rows.push(("you owe", format!("{} {what}", units(quantity, unit))));
            }
        }
        rows
    }

    fn measures(&self, view: &CommonsView, now: Option<u64>) -> Lines {
        let ladder = &self.ladder;
        if ladder.step == "none" && ladder.measures.is_empty() {
            return vec![];
        }
        let mut rows = vec![(
            "measure",
            format!(
                "{}; {}",
                words::step(&ladder.step, ladder.scale_bps),
                words::time(ladder.until.0, now)
            ),
        )];
        for measure in ladder.measures.iter().take(3) {
            let appeal = match measure.state.as_str() {
                "taken" => format!(
                    "; `mycel commons appeal {} --from {}` until then: {}",
                    measure.id,
                    self.name,
                    words::time(measure.until.0, now)
                ),
                "appealed" => match measure.case {
                    Some(case) => {
                        format!("; a jury hears the appeal: `mycel draw case {case}`")
                    }
                    None => "; a jury is asked".into(),
                },
                state => format!("; {state}"),
            };
            rows.push((
                "",
                format!(
                    "measure {}, {}: {}{appeal}",
                    measure.id,
                    measure.step,
                    words::reason(measure, &view.unit)
                ),
            ));
        }
        rows
    }

    fn benefit(&self, unit: &str) -> String {
        let benefit = &self.account.benefit;
        format!(
            "{} shares, {} yielded, {} harvested",
            digits(benefit.shares.0.into()),
            units(benefit.entitlement, unit),
            units(benefit.harvested, unit)
        )
    }

    fn contribution(&self, unit: &str) -> String {
        let gives = &self.account.contribution;
        format!(
            "{} readings, {} restored, {} repaid, {} newcomers welcomed",
            gives.readings,
            units(gives.restored, unit),
            units(gives.repaid, unit),
            gives.welcomed
        )
    }

    /// Commands that make sense now, the pressing ones first.
    pub fn next(
        &self,
        view: &CommonsView,
        auctions: &[AuctionView],
        now: Option<u64>,
    ) -> Vec<String> {
        let (id, name) = (view.id, &self.name);
        let mut next = vec![];
        if !self.entitlement.debt.owed.is_zero() {
            next.push(format!("`mycel commons pay-overage {id} --from {name}`"));
        }
        let open = |until: u64| now.is_none_or(|now| now < until);
        for measure in &self.ladder.measures {
            if measure.state == "taken" && open(measure.until.0) {
                let number = measure.id;
                next.push(format!("`mycel commons appeal {number} --from {name}`"));
            }
        }
        if !self.enrolled() {
            next.push(match view.rules.enrolment {
                Policy::Vouching { welcomes } => format!(
                    "`mycel commons join {id} --from {name}`, then {welcomes} of the enrolled vouch"
                ),
                Policy::Decision {} => format!(
                    "its members decide: `mycel vote propose commons enrol {id} {name} --from MEMBER`"
                ),
            });
            return next;
        }
        if self.entitlement.open && !self.entitlement.account.balance.is_zero() {
            next.push(format!(
                "`mycel commons harvest {id} QUANTITY --from {name}`"
            ));
        }
        for auction in auctions {
            let number = auction.auction;
            match auction.phase.as_str() {
                "commit" => next.push(format!(
                    "`mycel commons bid {number} PRICE:QUANTITY --from {name}` (or `offer`)"
                )),
                "reveal" => next.push(format!("`mycel commons reveal {number} --from {name}`")),
                _ => {}
            }
        }
        next
    }
}

/// What shares yield and why it changed, a sentence each.
fn says(entitlement: &EntitlementResponse, unit: &str) -> Vec<String> {
    let Some(preview) = &entitlement.preview else {
        return vec!["nothing yet: no season has opened".into()];
    };
    let mut says = vec![words::yields(preview, unit)];
    says.extend(words::causes(preview, unit));
    says
}
