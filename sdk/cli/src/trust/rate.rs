//! Ratings: promised by both, then opened; and disputed by the rated.
use mycel_client::{
    assembly::words::lasting,
    trust::{
        Pending, TrustError,
        chain::{bytes_of, element_of},
        mailbox::{committed, seal},
    },
};
use mycel_kit::Id;
use mycel_mailbox::{Direction, Rating, element, tag};
use serde_json::json;

use super::{deals::signed, desk::Desk, me::Me, words};
use crate::exit::Failure;

/// Whether the other kept its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Outcome {
    /// It kept its word
    Kept,
    /// It did not
    Broken,
}

/// Arguments of `mycel trust rate`.
#[derive(Debug, clap::Args)]
pub struct Rate {
    /// The deal's number
    deal: u64,
    /// Whether the other kept its word; left out once it was promised: then it is opened
    #[arg(value_enum)]
    outcome: Option<Outcome>,
    /// How the deal was for nature, 0 to 1000
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u16).range(0..=1000))]
    eco: u16,
    /// How fair the other was, 0 to 1000
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u16).range(0..=1000))]
    reciprocity: u16,
    /// Who rates: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// Arguments of `mycel trust dispute`.
#[derive(Debug, clap::Args)]
pub struct Dispute {
    /// The deal's number
    deal: u64,
    /// Who was rated: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

fn none_of_yours(deal: u64) -> Failure {
    Failure::Refused(format!("deal={deal} is not yours"))
}

/// Promises a rating, or opens it.
pub async fn rate(cmd: Rate, desk: &Desk<'_>) -> Result<(), Failure> {
    let mut me = Me::load(desk, &cmd.from).await?;
    me.owns()?;
    let deal = me.deal(cmd.deal)?.clone();
    let dir = deal.direction(me.person);
    let dir = dir.ok_or_else(|| none_of_yours(cmd.deal))?;
    let mine = deal.rating(dir);
    let promised = mine.is_some_and(|one| one.promised);
    let name = desk.name(deal.partner(me.person)).await;
    if promised {
        if cmd.outcome.is_some() {
            return Err(Failure::Refused(format!(
                "your rating of deal {} is promised already and cannot be changed; `mycel trust rate {} --from {}` opens it when both have promised",
                cmd.deal, cmd.deal, cmd.from
            )));
        }
        if !me.can_open(&deal) {
            return Err(Failure::Refused(format!(
                "your rating of deal {}: {}",
                cmd.deal,
                words::rating(mine, &deal, me.now)
            )));
        }
        let body = me.opening_of(&deal, dir).await?;
        let what = format!("open your rating of {name} in deal {}", deal.deal);
        let mut act = desk.act(&cmd.from, what, &body).await?;
        act.lines.push(("everybody sees", "that it came".into()));
        desk.run(act).await?;
        if !desk.session.globals().dry_run {
            me.own.forget(&bytes_of(&deal.element)?);
            me.save()?;
        }
        others(&mut me).await;
        return Ok(());
    }
    let Some(outcome) = cmd.outcome else {
        return Err(Failure::Usage(format!(
            "say whether {name} kept its word: `mycel trust rate {} kept --from {}`, or `broken`",
            cmd.deal, cmd.from
        )));
    };
    // a rating of another weight than the chain's, or under another key, could be promised and never opened
    signed(desk, &format!("deal {}", deal.deal), async |state| {
        state.has(&deal).await
    })
    .await?;
    let number = bytes_of(&deal.element)?;
    let pending = Pending {
        deal: hex::encode(number),
        outcome: outcome == Outcome::Kept,
        eco: cmd.eco,
        reciprocity: cmd.reciprocity,
    };
    let rating: Rating = pending.rating(deal.weight);
    let key = me.seal_of(&number)?;
    let (sealed, salt) = seal(&me.keyring, key, &number, dir, &rating).map_err(TrustError::from)?;
    let body = json!({"commit_rating": {
        "deal": deal.deal, "hash": hex::encode(committed(&sealed, &salt)),
    }});
    let what = format!("promise a rating of {name} in deal {}", deal.deal);
    let mut act = desk.act(&cmd.from, what, &body).await?;
    act.lines.push(("says", words::said(&rating)));
    act.lines.push((
        "everybody sees",
        "that you rated; nobody what, until both have, and then only you two".into(),
    ));
    let dry = desk.session.globals().dry_run;
    if !dry {
        // kept first, beside what was tried before: which of them is promised, the chain says
        me.own.keep(pending);
        me.save()?;
    }
    desk.run(act).await?;
    if dry {
        return Ok(());
    }
    // the second to promise opens at once
    let deal = desk.asked().deal(cmd.deal).await?;
    me.now = desk.now().await?;
    if me.can_open(&deal) {
        me.open_rating(&deal).await?;
    } else {
        let left = deal.until.0.saturating_sub(me.now);
        desk.aside(&format!(
            "kept in {}; come back when the other has promised, too, or in {} if it never does, and in {} at the latest: `mycel trust status {}` opens it, else it never counts",
            me.file().display(),
            lasting(left),
            lasting(left.saturating_add(me.clock().times.open_window.into())),
            cmd.from
        ));
    }
    others(&mut me).await;
    Ok(())
}

/// Opens what was promised in other deals: whoever is here now may not come back in time.
async fn others(me: &mut Me<'_>) {
    let opened = async {
        me.deals = me.desk.asked().deals(me.person).await?;
        me.keep_promises().await
    };
    if let Err(failed) = opened.await {
        me.desk.aside(&format!(
            "warning: what you promised in other deals was not opened: {failed}; `mycel trust status {}` tries again",
            me.name
        ));
    }
}

/// Reveals a rating of oneself to a jury.
pub async fn dispute(cmd: Dispute, desk: &Desk<'_>) -> Result<(), Failure> {
    let me = Me::load(desk, &cmd.from).await?;
    let deal = me.deal(cmd.deal)?;
    let dir = match deal.direction(me.person) {
        Some(Direction::AtoB) => Direction::BtoA,
        Some(Direction::BtoA) => Direction::AtoB,
        None => return Err(none_of_yours(cmd.deal)),
    };
    let theirs = deal.rating(dir);
    let opened = theirs.filter(|one| one.rating == "opened");
    let Some(ct) = opened.and_then(|one| one.ct.as_ref()) else {
        return Err(Failure::Refused(format!(
            "the rating of you in deal {}: {}; only one that is opened and not yet in the mailbox can be disputed",
            cmd.deal,
            words::rating(theirs, deal, me.now)
        )));
    };
    let number = bytes_of(&deal.element)?;
    let key = me.seal_of(&number)?;
    let rating = key.open(dir, element_of(ct)?).map_err(TrustError::from)?;
    let body = json!({"dispute_rating": {
        "deal": Id(cmd.deal), "dir": dir.number(),
        "packed": hex::encode(tag::small(rating.packed())),
        "rho": hex::encode(element(&key.rho(dir))),
    }});
    let what = format!(
        "dispute the rating of you in deal {} before a jury",
        cmd.deal
    );
    let mut act = desk.act(&cmd.from, what, &body).await?;
    act.lines.push(("it says", words::said(&rating)));
    act.lines.push((
        "everybody sees",
        "what it says, from now on: a jury cannot judge what it does not know".into(),
    ));
    act.results = &[("case", "case")];
    desk.run(act).await
}
