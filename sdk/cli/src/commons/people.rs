//! Coming in, leaving, and what is just: accusations and appeals.
use mycel_client::{
    assembly::words::lasting,
    commons::{
        msg::ExecuteMsg,
        order::msg::{Accuse, Accused, AppealMeasure},
        quantity::Quantity,
        registry::{
            admission::Policy,
            msg::{CommonsRef, Welcome},
        },
    },
};
use mycel_kit::Id;

use super::{
    here::{Doing, Evidence, Here, quantity},
    words::{self, units},
};
use crate::exit::Failure;

/// Verbs about who belongs and what is just.
#[derive(Debug, clap::Subcommand)]
pub enum Verb {
    /// Asks to be enrolled, where the enrolled vouch for newcomers
    Join(One),
    /// Vouches for somebody who asked to be enrolled
    Welcome {
        /// The commons' number
        commons: u64,
        /// Whom: a name, a handle, an address or a number
        who: String,
        /// Who vouches: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Leaves a commons; nothing may be held or owed there
    Withdraw(One),
    /// Accuses another before a jury
    Accuse(AccuseCmd),
    /// Appeals a measure against oneself, before its time is over
    Appeal {
        /// The measure's number, as `mycel commons show ID --as NAME` names it
        measure: u64,
        /// Who appeals: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
}

/// A commons and who acts.
#[derive(Debug, clap::Args)]
pub struct One {
    /// The commons' number
    commons: u64,
    /// Who: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// An accusation.
#[derive(Debug, clap::Args)]
pub struct AccuseCmd {
    /// The commons' number
    commons: u64,
    /// Whom: a name, a handle, an address or a number
    who: String,
    /// What it did, in words, at most 512 bytes
    #[arg(long)]
    text: String,
    /// So grave that a step is skipped: before a large jury
    #[arg(long, conflicts_with = "unreported")]
    grave: bool,
    /// It took so much and did not tell
    #[arg(long, value_name = "QUANTITY", value_parser = quantity)]
    unreported: Option<Quantity>,
    #[command(flatten)]
    evidence: Evidence,
    /// Who accuses: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// Does one of them.
pub async fn run(verb: Verb, here: &Here<'_>) -> Result<(), Failure> {
    match verb {
        Verb::Join(one) => join(one, here).await,
        Verb::Welcome { commons, who, from } => {
            let view = here.one(commons).await?;
            let person = here.person(&who).await?;
            let name = here.name(person).await;
            let needed = match view.rules.enrolment {
                Policy::Vouching { welcomes } => {
                    format!("{name} is enrolled once {welcomes} of the enrolled vouch")
                }
                Policy::Decision {} => "its members enrol by decision: this will be refused".into(),
            };
            let doing = Doing::new(&from, format!("vouch for {name} in {}", view.name))
                .line("then", needed);
            let body = ExecuteMsg::Welcome(Welcome {
                commons: Id(commons),
                person,
            });
            here.say(doing, &body).await
        }
        Verb::Withdraw(One { commons, from }) => {
            let view = here.one(commons).await?;
            let doing = Doing::new(&from, format!("leave {}", view.name)).line(
                "needs",
                "no shares, no debts, no open orders; shares go with `mycel commons transfer`",
            );
            let commons = Id(commons);
            here.say(doing, &ExecuteMsg::Withdraw(CommonsRef { commons }))
                .await
        }
        Verb::Accuse(cmd) => accuse(cmd, here).await,
        Verb::Appeal { measure, from } => appeal(measure, &from, here).await,
    }
}

async fn join(One { commons, from }: One, here: &Here<'_>) -> Result<(), Failure> {
    let view = here.one(commons).await?;
    let Policy::Vouching { welcomes } = view.rules.enrolment else {
        return Err(Failure::Refused(format!(
            "{} enrols by its members' decision; ask one of them for `mycel vote propose commons enrol {commons} {from} --from MEMBER`",
            view.name
        )));
    };
    let doing = Doing::new(&from, format!("ask to be enrolled in {}", view.name)).line(
        "then",
        format!(
            "{welcomes} of its {} members vouch: `mycel commons welcome {commons} {from} --from MEMBER`",
            view.enrolled
        ),
    );
    let commons = Id(commons);
    here.say(doing, &ExecuteMsg::Apply(CommonsRef { commons }))
        .await
}

async fn accuse(cmd: AccuseCmd, here: &Here<'_>) -> Result<(), Failure> {
    let view = here.one(cmd.commons).await?;
    let person = here.person(&cmd.who).await?;
    let name = here.name(person).await;
    let (what, upheld) = match (cmd.grave, cmd.unreported) {
        (_, Some(quantity)) => (
            Accused::Unreported { quantity },
            format!(
                "{} are recorded as taken, with all that follows",
                units(quantity, &view.unit)
            ),
        ),
        (true, None) => (
            Accused::Grave {},
            "two steps, if a large jury upholds it".to_owned(),
        ),
        (false, None) => (Accused::Conduct {}, "one step on the ladder".to_owned()),
    };
    let doing = Doing::new(&cmd.from, format!("accuse {name} in {}", view.name))
        .line("of", cmd.text.clone())
        .line("if upheld", upheld)
        .line(
            "if malicious",
            "you climb one step yourself; one accusation of a member is open at a time",
        )
        .results(&[("accusation", "accusation")]);
    let body = ExecuteMsg::Accuse(Accuse {
        commons: Id(cmd.commons),
        person,
        what,
        text: cmd.text.clone(),
        evidence: cmd.evidence.need()?,
    });
    here.say(doing, &body).await
}

async fn appeal(measure: u64, from: &str, here: &Here<'_>) -> Result<(), Failure> {
    let view = here.asked().measure(Id(measure)).await?;
    let unit = here.one(view.commons.0).await?.unit;
    let now = here.now().await;
    let left = now.map(|now| view.until.0.saturating_sub(now));
    if left == Some(0) && view.state == "taken" {
        return Err(Failure::Refused(format!(
            "measure {measure} could be appealed until second {}; it lapses by itself: `mycel commons show {} --as {from}` says when",
            view.until.0, view.commons
        )));
    }
    let doing = Doing::new(
        from,
        format!("appeal measure {measure} ({}) before a jury", view.step),
    )
    .line("taken because", words::reason(&view, &unit))
    .maybe("time left", left.map(lasting))
    .line(
        "then",
        "a jury drawn by lot hears it; upheld, or without a verdict, the measure is lifted",
    );
    let body = ExecuteMsg::Appeal(AppealMeasure {
        measure: Id(measure),
    });
    here.say(doing, &body).await
}
