//! What members do with the register.
use mycel_client::{
    amount,
    funding::{
        msg::{ExecuteMsg, HoldMsg},
        register::{
            ask::EntryView,
            msg::{EntryInput, HarmInput, ReviewInput},
            record::Kind,
        },
        words::{credits, percent},
    },
};
use mycel_kit::{Amount, Id};

use super::{
    super::{Desk, give::hold, words},
    Evidence, boundary_words, technology,
};
use crate::exit::Failure;

/// Arguments of `add`.
#[derive(Debug, clap::Args)]
pub struct Add {
    /// What it is called
    #[arg(long)]
    title: String,
    /// essential: everybody's at once; proprietary: the author's for at most seven years, who owes dues of its revenue
    #[arg(long, value_parser = kind)]
    kind: Kind,
    /// Under which licence it is published, as `CC-BY-4.0`
    #[arg(long)]
    licence: String,
    #[command(flatten)]
    evidence: Evidence,
    /// Who registers it: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

fn kind(text: &str) -> Result<Kind, String> {
    match text {
        "essential" => Ok(Kind::Essential),
        "proprietary" => Ok(Kind::Proprietary),
        _ => Err("write `essential` or `proprietary`".into()),
    }
}

/// An entry and who acts.
#[derive(Debug, clap::Args)]
pub struct One {
    /// The entry's number
    entry: u64,
    /// Who acts: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// Arguments of `report-revenue`.
#[derive(Debug, clap::Args)]
pub struct Revenue {
    /// The entry's number
    entry: u64,
    /// What it brought in, in credits
    amount: String,
    #[command(flatten)]
    evidence: Evidence,
    /// Who reports, its author: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// Arguments of `pay-dues`.
#[derive(Debug, clap::Args)]
pub struct Pay {
    /// The entry's number
    entry: u64,
    /// How much, in credits [default: all that is owed]
    amount: Option<String>,
    /// Who pays: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// Arguments of `pay-restoration`.
#[derive(Debug, clap::Args)]
pub struct Restore {
    /// The matter that found it owed
    matter: u64,
    /// How much, in credits [default: all that is owed]
    amount: Option<String>,
    /// Who pays: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// Arguments of `built`.
#[derive(Debug, clap::Args)]
pub struct Built {
    /// The entry's number
    entry: u64,
    #[command(flatten)]
    evidence: Evidence,
    /// Who built it: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// Arguments of `harm`.
#[derive(Debug, clap::Args)]
pub struct Harm {
    /// What harmed it: `entry/7`, or a word as `deep-trawling`
    #[arg(value_parser = technology)]
    technology: String,
    /// The harmed commons
    #[arg(long, value_name = "N")]
    commons: u64,
    /// Who used it: a name, a handle or an address
    #[arg(long, value_name = "NAME")]
    user: String,
    /// The restoration that is asked for, in credits
    #[arg(long, value_name = "CREDITS")]
    amount: String,
    #[command(flatten)]
    evidence: Evidence,
    /// Who asks, enrolled in the commons: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// Arguments of `review`.
#[derive(Debug, clap::Args)]
pub struct Review {
    /// What is reviewed: `entry/7`, or a word as `deep-trawling`
    #[arg(value_parser = technology)]
    technology: String,
    /// Where: `all` or `commons/7`
    #[arg(long = "in", value_name = "BOUNDARY", default_value = "all", value_parser = super::boundary)]
    boundary: mycel_kit::roles::Electorate,
    #[command(flatten)]
    evidence: Evidence,
    /// Who asks: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// A matter and who acts.
#[derive(Debug, clap::Args)]
pub struct Matter {
    /// The matter's number
    matter: u64,
    /// Who does the work: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// Registers.
pub async fn add(cmd: Add, desk: &Desk<'_>) -> Result<(), Failure> {
    let numbers = desk
        .client
        .funding(desk.contract.clone())
        .parameters()
        .await?
        .numbers;
    let what = format!(
        "register “{}” under {} as {}",
        cmd.title, cmd.licence, cmd.from
    );
    let evidence = cmd.evidence.read()?;
    let lines = vec![
        (
            "it is",
            match cmd.kind {
                Kind::Essential => {
                    "everybody's at once; whoever builds it reports that, and you are rewarded"
                        .to_owned()
                }
                Kind::Proprietary => format!(
                    "yours for {}, then everybody's; until then {} of its revenue is owed to the commons",
                    mycel_client::assembly::words::lasting(numbers.commons_seconds.into()),
                    percent(numbers.dues_bps)
                ),
            },
        ),
        ("evidence", format!("sha256 {evidence}")),
    ];
    let body = ExecuteMsg::Register(EntryInput {
        kind: cmd.kind,
        title: cmd.title,
        licence: cmd.licence,
        evidence,
    });
    let mut act = desk.act(&cmd.from, what, &body).await?;
    act.lines = lines;
    act.results = &[("entry", "entry")];
    desk.told(act).await
}

/// Gives it to everybody.
pub async fn release(cmd: One, desk: &Desk<'_>) -> Result<(), Failure> {
    let what = format!(
        "give entry {} to everybody, now and for good, as {}",
        cmd.entry, cmd.from
    );
    let body = ExecuteMsg::ReleaseEntry {
        entry: Id(cmd.entry),
    };
    let mut act = desk.act(&cmd.from, what, &body).await?;
    act.lines = vec![("owed", "what is owed of it stays owed".into())];
    desk.told(act).await
}

/// What is owed of so much revenue: a share, rounded up.
fn due(revenue: Amount, bps: u32) -> u128 {
    (u128::from(revenue.pico()) * u128::from(bps)).div_ceil(10_000)
}

/// Reports revenue.
pub async fn revenue(cmd: Revenue, desk: &Desk<'_>) -> Result<(), Failure> {
    let asked = desk.client.funding(desk.contract.clone());
    let entry: EntryView = asked.entry(Id(cmd.entry)).await?;
    let revenue = amount::parse(&cmd.amount)?;
    let shown = credits(revenue.pico().into());
    let what = format!(
        "report that entry {}, “{}”, brought in {shown}",
        cmd.entry, entry.title
    );
    let body = ExecuteMsg::ReportRevenue {
        entry: Id(cmd.entry),
        revenue,
        evidence: cmd.evidence.read()?,
    };
    let owed = due(revenue, entry.dues_bps);
    let mut act = desk.act(&cmd.from, what, &body).await?;
    act.lines = vec![
        (
            "owes",
            format!(
                "{}, {} of it, to the commons",
                credits(owed),
                percent(entry.dues_bps)
            ),
        ),
        (
            "then",
            format!(
                "mycel fund register pay-dues {} --from {}",
                cmd.entry, cmd.from
            ),
        ),
    ];
    act.facts.insert("due".into(), owed.to_string().into());
    act.results = &[("report", "report"), ("due_by", "due_by")];
    desk.told(act).await
}

/// So much more is put aside at least, in pico-credits.
const LEAST_MORE: u64 = 1_000_000_000;

/// What is typed, or all that is owed.
fn sum(typed: Option<&str>, owed: u128, what: &str) -> Result<Amount, Failure> {
    match typed {
        Some(text) => Ok(amount::parse(text)?),
        None if owed == 0 => Err(Failure::Refused(format!("nothing is owed: {what}"))),
        None => Amount::from_i128(i128::try_from(owed).unwrap_or(i128::MAX))
            .ok_or_else(|| Failure::Usage("say how much".into())),
    }
}

/// What is put aside: as much as was typed, or so much more than what is owed that it suffices when its turn comes.
fn aside(typed: Option<&str>, amount: Amount) -> Amount {
    let more = amount.pico() / 1_000 + LEAST_MORE;
    let more = amount.pico().checked_add(more).and_then(Amount::new);
    more.filter(|_| typed.is_none()).unwrap_or(amount)
}

/// Lines about a payment.
fn paying(owes: u128, amount: Amount, aside: Amount) -> Vec<(&'static str, String)> {
    let left = owes.saturating_sub(amount.pico().into());
    let mut lines = vec![("owes", format!("{} → {}", credits(owes), credits(left)))];
    if aside > amount {
        lines.push((
            "put aside",
            "a thousandth more, as it decays until its turn comes; what is too much comes back"
                .into(),
        ));
    }
    lines
}

/// Pays dues.
pub async fn pay(cmd: Pay, desk: &Desk<'_>) -> Result<(), Failure> {
    let asked = desk.client.funding(desk.contract.clone());
    let entry: EntryView = asked.entry(Id(cmd.entry)).await?;
    let owes = entry.owes.u128();
    let amount = sum(cmd.amount.as_deref(), owes, &format!("entry={}", cmd.entry))?;
    let what = format!(
        "pay {} of the dues of entry {}, “{}”, to the commons",
        credits(amount.pico().into()),
        cmd.entry,
        entry.title
    );
    let said = HoldMsg::Dues {
        entry: Id(cmd.entry),
    };
    let aside = aside(cmd.amount.as_deref(), amount);
    let mut act = hold(desk, &cmd.from, what, aside, &said).await?;
    act.lines = paying(owes, amount, aside);
    act.results = &[("hold", "hold"), ("matter", "matter")];
    desk.told(act).await
}

/// Pays restoration.
pub async fn restore(cmd: Restore, desk: &Desk<'_>) -> Result<(), Failure> {
    let asked = desk.client.funding(desk.contract.clone());
    let found = asked.matter(Id(cmd.matter)).await?;
    let owes = found.restoration.as_ref().map_or(0, |owed| {
        u128::from(owed.amount.pico().saturating_sub(owed.paid.pico()))
    });
    let amount = sum(
        cmd.amount.as_deref(),
        owes,
        &format!("matter={}", cmd.matter),
    )?;
    let what = format!(
        "pay {} of the restoration of matter {}",
        credits(amount.pico().into()),
        cmd.matter
    );
    let said = HoldMsg::Restoration {
        matter: Id(cmd.matter),
    };
    let aside = aside(cmd.amount.as_deref(), amount);
    let mut act = hold(desk, &cmd.from, what, aside, &said).await?;
    act.lines = paying(owes, amount, aside);
    desk.told(act).await
}

/// Reports that it was built.
pub async fn built(cmd: Built, desk: &Desk<'_>) -> Result<(), Failure> {
    let asked = desk.client.funding(desk.contract.clone());
    let entry: EntryView = asked.entry(Id(cmd.entry)).await?;
    let what = format!(
        "report that {} built entry {}, “{}”",
        cmd.from, cmd.entry, entry.title
    );
    let body = ExecuteMsg::ReportBuilt {
        entry: Id(cmd.entry),
        evidence: cmd.evidence.read()?,
    };
    let builders = entry.builders + 1;
    let mut act = desk.act(&cmd.from, what, &body).await?;
    act.lines = vec![(
        "builders",
        format!(
            "{builders} with you; its author earns from {} on, for at most {}",
            entry.builders_least, entry.builders_most
        ),
    )];
    act.results = &[("builders", "builders")];
    desk.told(act).await
}

/// Takes what was earned.
pub async fn reward(cmd: One, desk: &Desk<'_>) -> Result<(), Failure> {
    let asked = desk.client.funding(desk.contract.clone());
    let entry: EntryView = asked.entry(Id(cmd.entry)).await?;
    let pool = asked.register().await?.pool.u128();
    let open = entry.earned.u128().saturating_sub(entry.rewarded.u128());
    let what = format!(
        "take what entry {}, “{}”, has earned, as {}",
        cmd.entry, entry.title, cmd.from
    );
    let body = ExecuteMsg::CollectReward {
        entry: Id(cmd.entry),
    };
    let mut act = desk.act(&cmd.from, what, &body).await?;
    act.lines = vec![
        (
            "earned",
            format!(
                "{} not paid yet, by {}",
                credits(open),
                words::count(entry.builders.into(), "builder")
            ),
        ),
        (
            "pool",
            format!(
                "{} for rewards; what it lacks is paid when it is filled",
                credits(pool)
            ),
        ),
    ];
    act.results = &[("amount", "amount")];
    desk.told(act).await
}

/// Asks for restoration.
pub async fn harm(cmd: Harm, desk: &Desk<'_>) -> Result<(), Failure> {
    let amount = amount::parse(&cmd.amount)?;
    let what = format!(
        "ask a jury whether {}'s use of {} harmed commons {}, and for {} of restoration",
        cmd.user,
        cmd.technology,
        cmd.commons,
        credits(amount.pico().into())
    );
    let body = ExecuteMsg::AccuseHarm(HarmInput {
        commons: Id(cmd.commons),
        technology: cmd.technology,
        user: desk.standing(&cmd.user).await?.person,
        amount,
        evidence: cmd.evidence.read()?,
    });
    let mut act = desk.act(&cmd.from, what, &body).await?;
    act.results = &[("matter", "matter"), ("case", "case")];
    desk.told(act).await
}

/// Asks for a review.
pub async fn review(cmd: Review, desk: &Desk<'_>) -> Result<(), Failure> {
    let what = format!(
        "ask a jury what {} does {}",
        cmd.technology,
        boundary_words(&cmd.boundary)
    );
    let body = ExecuteMsg::ReviewTechnology(ReviewInput {
        technology: cmd.technology,
        commons: match cmd.boundary {
            mycel_kit::roles::Electorate::Commons(number) => Some(number),
            _ => None,
        },
        evidence: cmd.evidence.read()?,
    });
    let mut act = desk.act(&cmd.from, what, &body).await?;
    act.lines = vec![(
        "if upheld",
        "it is restricted one step more there: notice, limited, refused; each step ends by itself"
            .into(),
    )];
    act.results = &[("matter", "matter"), ("case", "case")];
    desk.told(act).await
}

/// Moves a matter on.
pub async fn advance(cmd: Matter, desk: &Desk<'_>) -> Result<(), Failure> {
    let what = format!("move matter {} on", cmd.matter);
    let body = ExecuteMsg::AdvanceMatter {
        matter: Id(cmd.matter),
    };
    desk.run(desk.act(&cmd.from, what, &body).await?).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dues_are_rounded_up_and_all_that_is_owed_is_paid_where_nobody_says_how_much() {
        let amount = |pico| Amount::new(pico).unwrap();
        assert_eq!(due(amount(1_000_000), 500), 50_000);
        assert_eq!(due(amount(1), 500), 1);
        assert_eq!(sum(None, 7, "entry=1").unwrap(), amount(7));
        assert_eq!(
            sum(Some("2"), 7, "entry=1").unwrap(),
            Amount::credits(2).unwrap()
        );
        assert!(
            sum(None, 0, "entry=1")
                .unwrap_err()
                .to_string()
                .contains("nothing is owed: entry=1")
        );
        assert!(kind("free").unwrap_err().contains("essential"));
    }
}
