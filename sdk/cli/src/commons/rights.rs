//! What the enrolled do with shares and entitlement.
use mycel_client::{
    amount,
    commons::{
        msg::{ExecuteMsg, HoldMsg},
        quantity::{Quantity, Shares},
        registry::ask::CommonsView,
        rights::{
            ask::EntitlementResponse,
            msg::{Harvest, LetShares, ReturnLease, Transfer, TransferShares, Units},
        },
    },
};
use mycel_kit::Id;

use super::{
    here::{Doing, Evidence, Here, Lines, quantity, shares},
    words::{self, credits, digits, units},
};
use crate::exit::Failure;

/// Verbs about shares and entitlement.
#[derive(Debug, clap::Subcommand)]
pub enum Verb {
    /// Tells what was taken; beyond the entitlement it has a price and comes off the next season
    Harvest {
        #[command(flatten)]
        some: Part,
        #[command(flatten)]
        evidence: Evidence,
    },
    /// Gives entitlement of this season to another enrolled, or shares for good with `--shares`
    Transfer {
        /// The commons' number
        commons: u64,
        /// To whom: a name, a handle, an address or a number; 0 is the commons itself
        to: String,
        /// Entitlement of this season, in the commons' unit
        #[arg(long, value_name = "QUANTITY", value_parser = quantity, required_unless_present = "shares")]
        quantity: Option<Quantity>,
        /// Shares, for good
        #[arg(long, value_name = "SHARES", value_parser = shares, conflicts_with = "quantity")]
        shares: Option<Shares>,
        /// Who gives: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Lets shares yield for another, from the next season on
    Lease {
        /// The commons' number
        commons: u64,
        /// For whom: a name, a handle, an address or a number
        to: String,
        /// How many
        #[arg(value_parser = shares)]
        shares: Shares,
        /// For so many seasons
        #[arg(long, value_name = "SEASONS", default_value_t = 1)]
        seasons: u16,
        /// Whose shares: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Gives leased shares back early, from the next season on
    ReturnLease {
        /// The commons' number
        commons: u64,
        /// The lease's number
        lease: u64,
        /// Who uses them: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Sets entitlement aside for the next season
    Bank(Part),
    /// Borrows of the commons' own entitlement; the next season returns it
    Borrow(Part),
    /// Uses entitlement without harvest: it counts as taken
    Retire(Part),
    /// Gives entitlement up, as if it had never been issued
    Cancel(Part),
    /// Repays in kind now what the next season would for overage
    Repay(Part),
    /// Pays what was taken beyond an entitlement
    PayOverage {
        /// The commons' number
        commons: u64,
        /// How much, in credits [default: all that is owed of the season]
        amount: Option<String>,
        /// Of which season [default: the oldest with something owed]
        #[arg(long)]
        season: Option<u64>,
        /// Who pays: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
}

/// Some of a commons, and who acts.
#[derive(Debug, clap::Args)]
pub struct Part {
    /// The commons' number
    commons: u64,
    /// How much, in the commons' unit
    #[arg(value_parser = quantity)]
    quantity: Quantity,
    /// Who: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// A commons as one of its members sees it.
struct Ground {
    view: CommonsView,
    person: Id,
    entitlement: EntitlementResponse,
}

impl Ground {
    async fn read(here: &Here<'_>, commons: u64, from: &str) -> Result<Self, Failure> {
        let view = here.one(commons).await?;
        let person = here.person(from).await?;
        let entitlement = here.asked().entitlement(Id(commons), person).await?;
        Ok(Self {
            view,
            person,
            entitlement,
        })
    }

    fn units(&self, quantity: Quantity) -> String {
        units(quantity, &self.view.unit)
    }

    /// What stays of the balance, or what is missing.
    fn leaves(&self, quantity: Quantity) -> String {
        let balance = self.entitlement.account.balance;
        if quantity <= balance {
            let left = self.units(balance.less(quantity));
            return format!("{left} of the {} left", self.units(balance));
        }
        format!(
            "you have {}: {} too little",
            self.units(balance),
            self.units(quantity.less(balance))
        )
    }

    /// What one's own shares yielded, after cuts.
    fn own(&self) -> Quantity {
        let preview = self.entitlement.preview.as_ref();
        preview.map_or(Quantity::ZERO, |preview| preview.after_cuts)
    }

    fn most(&self, bps: u16) -> String {
        let most = self.own().part(bps.into(), 10_000);
        format!(
            "{}, {} of what your shares yield",
            self.units(most),
            words::bps(bps.into())
        )
    }

    /// What a harvest comes to.
    fn taken(&self, quantity: Quantity) -> Lines {
        let balance = self.entitlement.account.balance;
        if quantity <= balance {
            return vec![("leaves", self.leaves(quantity))];
        }
        let beyond = quantity.less(balance);
        let unit = &self.view.unit;
        let pico = beyond
            .units()
            .saturating_mul(self.entitlement.overage_price.pico().into());
        let least = i128::try_from(pico).unwrap_or(i128::MAX);
        let tolerance = self.view.rules.order.tolerance_bps;
        vec![
            (
                "leaves",
                format!("nothing of the {} left", self.units(balance)),
            ),
            (
                "beyond",
                format!(
                    "{}: it costs {} credits or more ({} for the first {unit}, dearer the more it is) and comes off your next season",
                    self.units(beyond),
                    amount::brief(least),
                    credits(self.entitlement.overage_price)
                ),
            ),
            (
                "order",
                format!(
                    "more than {} beyond an entitlement is a step on the ladder, which you may appeal",
                    words::bps(tolerance.into())
                ),
            ),
        ]
    }
}

fn amount_of(
    Part {
        commons, quantity, ..
    }: &Part,
) -> Units {
    Units {
        commons: Id(*commons),
        quantity: *quantity,
    }
}

/// Does one of them.
pub async fn run(verb: Verb, here: &Here<'_>) -> Result<(), Failure> {
    match verb {
        Verb::Harvest { some, evidence } => harvest(some, &evidence, here).await,
        Verb::Transfer {
            commons,
            to,
            quantity,
            shares,
            from,
        } => match (quantity, shares) {
            (_, Some(shares)) => transfer_shares(here, commons, &to, shares, &from).await,
            (Some(quantity), None) => transfer(here, commons, &to, quantity, &from).await,
            (None, None) => Err(Failure::Usage(
                "what is given? add `--quantity N` for entitlement or `--shares N`".into(),
            )),
        },
        Verb::Lease {
            commons,
            to,
            shares,
            seasons,
            from,
        } => lease(here, commons, &to, shares, seasons, &from).await,
        Verb::ReturnLease {
            commons,
            lease,
            from,
        } => return_lease(here, commons, lease, &from).await,
        Verb::Bank(some) => {
            let ground = Ground::read(here, some.commons, &some.from).await?;
            let told = ground.units(some.quantity);
            let what = format!(
                "set {told} of {} aside for the next season",
                ground.view.name
            );
            let bps = ground.view.rules.rights.bank_bps;
            let doing = Doing::new(&some.from, what)
                .line("leaves", ground.leaves(some.quantity))
                .line("at most", ground.most(bps))
                .line("note", "it is part of the next cap, not added to it");
            here.say(doing, &ExecuteMsg::Bank(amount_of(&some))).await
        }
        Verb::Borrow(some) => {
            let ground = Ground::read(here, some.commons, &some.from).await?;
            let told = ground.units(some.quantity);
            let what = format!(
                "borrow {told} of what the shares of {} itself yield",
                ground.view.name
            );
            let bps = ground.view.rules.rights.borrow_bps;
            let doing = Doing::new(&some.from, what)
                .line("at most", ground.most(bps))
                .line("then", format!("your next season returns {told}"));
            here.say(doing, &ExecuteMsg::Borrow(amount_of(&some))).await
        }
        Verb::Retire(some) => {
            let note = "it counts as taken, and nothing is harvested";
            let body = ExecuteMsg::Retire(amount_of(&some));
            using(here, some, "retire", note, body).await
        }
        Verb::Cancel(some) => {
            let note = "as if it had never been issued; it does not count as taken";
            let body = ExecuteMsg::Cancel(amount_of(&some));
            using(here, some, "give up", note, body).await
        }
        Verb::Repay(some) => {
            let note = "what is not repaid now comes off the next season";
            let body = ExecuteMsg::Repay(amount_of(&some));
            using(here, some, "repay in kind", note, body).await
        }
        Verb::PayOverage {
            commons,
            amount,
            season,
            from,
        } => pay_overage(here, commons, amount.as_deref(), season, &from).await,
    }
}

/// Something that takes of the balance, with a note.
async fn using(
    here: &Here<'_>,
    some: Part,
    verb: &str,
    note: &str,
    body: ExecuteMsg,
) -> Result<(), Failure> {
    let ground = Ground::read(here, some.commons, &some.from).await?;
    let what = format!(
        "{verb} {} of {}",
        ground.units(some.quantity),
        ground.view.name
    );
    let doing = Doing::new(&some.from, what)
        .line("leaves", ground.leaves(some.quantity))
        .line("note", note);
    here.say(doing, &body).await
}

async fn harvest(some: Part, evidence: &Evidence, here: &Here<'_>) -> Result<(), Failure> {
    let ground = Ground::read(here, some.commons, &some.from).await?;
    let told = ground.units(some.quantity);
    let what = format!(
        "tell that {} took {told} of {}",
        some.from, ground.view.name
    );
    let mut doing = Doing::new(&some.from, what).results(&[
        ("within", "within"),
        ("beyond", "beyond"),
        ("left", "left"),
        ("percent", "warning"),
    ]);
    doing.lines = ground.taken(some.quantity);
    let body = ExecuteMsg::Harvest(Harvest {
        commons: Id(some.commons),
        quantity: some.quantity,
        evidence: evidence.read()?,
    });
    here.say(doing, &body).await
}

async fn transfer(
    here: &Here<'_>,
    commons: u64,
    to: &str,
    quantity: Quantity,
    from: &str,
) -> Result<(), Failure> {
    let ground = Ground::read(here, commons, from).await?;
    let to = here.person(to).await?;
    let name = here.name(to).await;
    let what = format!(
        "give {name} {} of this season of {}",
        ground.units(quantity),
        ground.view.name
    );
    let doing = Doing::new(from, what).line("leaves", ground.leaves(quantity));
    let commons = Id(commons);
    let body = ExecuteMsg::Transfer(Transfer {
        commons,
        to,
        quantity,
    });
    here.say(doing, &body).await
}

async fn transfer_shares(
    here: &Here<'_>,
    commons: u64,
    to: &str,
    shares: Shares,
    from: &str,
) -> Result<(), Failure> {
    let ground = Ground::read(here, commons, from).await?;
    let holding = here.asked().holding(Id(commons), ground.person).await?;
    let to = here.person(to).await?;
    let name = here.name(to).await;
    let count = digits(shares.0.into());
    let what = format!(
        "give {name} {count} shares of {} for good",
        ground.view.name
    );
    let doing = Doing::new(from, what)
        .line(
            "leaves",
            format!(
                "{} of your {} free shares",
                digits(holding.free.0.saturating_sub(shares.0).into()),
                digits(holding.free.0.into())
            ),
        )
        .line(
            "note",
            format!("this season's yield stays yours; they yield for {name} from the next on"),
        );
    let commons = Id(commons);
    let body = ExecuteMsg::TransferShares(TransferShares {
        commons,
        to,
        shares,
    });
    here.say(doing, &body).await
}

async fn lease(
    here: &Here<'_>,
    commons: u64,
    to: &str,
    shares: Shares,
    seasons: u16,
    from: &str,
) -> Result<(), Failure> {
    let ground = Ground::read(here, commons, from).await?;
    let to = here.person(to).await?;
    let name = here.name(to).await;
    let first = ground.entitlement.epoch.map_or(1, |epoch| epoch.0 + 1);
    let last = first + u64::from(seasons) - 1;
    let what = format!(
        "let {} shares of {} yield for {name} in seasons {first} to {last}",
        digits(shares.0.into()),
        ground.view.name
    );
    let doing = Doing::new(from, what)
        .line(
            "at most",
            format!("{} seasons", ground.view.rules.rights.lease_epochs),
        )
        .line(
            "note",
            "they stay yours; only who uses them gives them back early",
        )
        .results(&[("lease", "lease")]);
    let body = ExecuteMsg::Lease(LetShares {
        commons: Id(commons),
        to,
        shares,
        epochs: seasons,
    });
    here.say(doing, &body).await
}

async fn return_lease(
    here: &Here<'_>,
    commons: u64,
    lease: u64,
    from: &str,
) -> Result<(), Failure> {
    let terms = here.asked().lease(Id(commons), Id(lease)).await?;
    let owner = here.name(terms.from).await;
    let what = format!(
        "give {} leased shares back to {owner} from the next season on",
        digits(terms.shares.0.into())
    );
    let body = ExecuteMsg::ReturnLease(ReturnLease {
        commons: Id(commons),
        lease: Id(lease),
    });
    here.say(Doing::new(from, what), &body).await
}

async fn pay_overage(
    here: &Here<'_>,
    commons: u64,
    amount: Option<&str>,
    season: Option<u64>,
    from: &str,
) -> Result<(), Failure> {
    let view = here.one(commons).await?;
    let address = here.session.address(from).await?;
    let owed = here.asked().of_person(Id(commons), &address).await?.owed;
    let found = match season {
        Some(season) => owed.iter().find(|owed| owed.epoch.0 == season),
        None => owed.first(),
    };
    let Some(found) = found else {
        return Err(Failure::Refused(format!(
            "{from} owes {} no money{}; `mycel commons show {commons} --as {from}` says what is owed in kind",
            view.name,
            season.map_or_else(String::new, |season| format!(" of season {season}"))
        )));
    };
    let pays = match amount {
        Some(text) => amount::parse(text)?,
        None => found.amount,
    };
    let what = format!(
        "pay {} for what was taken beyond the entitlement of season {} of {}",
        credits(pays),
        found.epoch,
        view.name
    );
    let more = owed.len() > 1;
    let doing = Doing::new(from, what)
        .line("owed", credits(found.amount))
        .line(
            "goes to",
            "the community's fund; what is too much comes back",
        )
        .maybe(
            "note",
            more.then(|| "other seasons have something owed as well: run it again".to_owned()),
        )
        .fact("pays", words::exact(pays));
    let what_for = HoldMsg::PayOverage {
        commons: Id(commons),
        epoch: found.epoch,
    };
    here.hold(doing, pays, &what_for).await
}
