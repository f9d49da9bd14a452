//! `mycel clear`: what members owe each other beside their positions, and rounds that set it off in circles.
mod market;
mod round;
mod show;

use mycel_clearing::msg::ExecuteMsg;
use mycel_client::{Client, Credits, Http, amount, message, network::CLEARING, network::MEMBERS};
use mycel_kit::{Id, Seconds};

use crate::{
    exit::Failure,
    session::{Act, Session},
};

const DAY: u64 = 86_400;

/// Arguments of `mycel clear`.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cmd {
    #[command(subcommand)]
    verb: Verb,
    /// The clearing contract [default: the network's]
    #[arg(long, global = true, value_name = "ADDRESS")]
    contract: Option<String>,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Proposes an obligation: one's own, or somebody's to oneself
    Owe {
        /// The other side: a name, a handle or an address
        who: String,
        /// How much, in credits: `12` or `12.5`
        amount: String,
        /// Who proposes: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
        /// The other one owes, to the one who proposes
        #[arg(long)]
        to_me: bool,
        /// When it falls due: days from now, at most 90
        #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=90))]
        due: u64,
        /// Class of priority
        #[arg(long, value_name = "0..3", value_parser = clap::value_parser!(u8).range(0..=3))]
        priority: Option<u8>,
        /// What it is for, at most 64 bytes, public
        #[arg(long = "ref", value_name = "TEXT")]
        reference: Option<String>,
    },
    /// Confirms a proposal: the obligation exists
    Confirm {
        /// The proposal's number, as `clear list` shows it
        proposal: u64,
        /// Who confirms: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Offers obligations to the next round: the named ones, or all that are not overdue
    Tender {
        /// Their numbers; none: all, until it is taken back
        obligations: Vec<u64>,
        /// Who tenders: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
        /// Takes it back
        #[arg(long)]
        off: bool,
    },
    /// Lists somebody's obligations and open proposals
    List {
        /// Whose: a name, a handle or an address
        name: String,
    },
    /// Shows a round
    Round {
        /// Its number [default: the one that runs, or was last]
        number: Option<u64>,
    },
    /// Moves a round on as far as it goes: opens, freezes, solves, posts the certificate, settles
    SolveAndPost {
        /// A market's round instead of a clearing round
        #[arg(long, value_name = "N")]
        market: Option<u32>,
        /// Also write the frozen instance, as `mycel solve` reads it
        #[arg(long, value_name = "FILE", requires = "market")]
        instance: Option<std::path::PathBuf>,
        /// Who solves: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
        /// Threads that solve
        #[arg(long, value_name = "N", default_value_t = 1)]
        threads: usize,
    },
    /// Shows by how much a round helped somebody
    Helped {
        /// Whom: a name, a handle or an address
        name: String,
        /// The round [default: the last]
        #[arg(long, value_name = "N")]
        round: Option<u64>,
    },
}

/// Runs one verb.
pub async fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    let contract = session.contract(cmd.contract.as_deref(), CLEARING).await?;
    let client = session.client()?;
    let (from, what, body, results): (_, _, _, &[_]) = match cmd.verb {
        Verb::List { name } => return show::list(session, &client, contract, &name).await,
        Verb::Round { number } => return show::round(session, &client, contract, number).await,
        Verb::Helped { name, round } => {
            return show::helped(session, &client, contract, &name, round).await;
        }
        Verb::SolveAndPost {
            market: Some(market),
            instance,
            from,
            threads,
        } => {
            let how = market::How {
                market,
                instance,
                threads,
            };
            return market::run(session, &client, contract, &from, how).await;
        }
        Verb::SolveAndPost { from, threads, .. } => {
            return round::run(session, &client, contract, &from, threads).await;
        }
        Verb::Owe {
            who,
            amount: text,
            from,
            to_me,
            due,
            priority,
            reference,
        } => {
            let amount = amount::parse(&text)?;
            let shown = Credits(amount.signed());
            let what = if to_me {
                format!("propose that {who} owes {shown} credits to {from}, due in {due} days")
            } else {
                format!("propose that {from} owes {shown} credits to {who}, due in {due} days")
            };
            let body = ExecuteMsg::Propose {
                with: person(session, &client, &who).await?,
                i_owe: !to_me,
                amount,
                due: in_days(session, &client, &from, due).await?,
                priority,
                reference,
            };
            (from, what, body, &[("proposal", "proposal")])
        }
        Verb::Confirm { proposal, from } => {
            let what = format!("confirm proposal {proposal} as {from}");
            let body = ExecuteMsg::Confirm {
                proposal: Id(proposal),
            };
            (from, what, body, &[("obligation", "obligation")])
        }
        Verb::Tender {
            obligations,
            from,
            off,
        } => {
            let word = if off { "take back from" } else { "offer to" };
            let (what, body) = if obligations.is_empty() {
                let what = format!("{word} each round all that is not overdue, as {from}");
                (what, ExecuteMsg::Consent { on: !off })
            } else {
                let what = format!("{word} the next round {obligations:?}, as {from}");
                let obligations = obligations.into_iter().map(Id).collect();
                let on = !off;
                (what, ExecuteMsg::Tender { obligations, on })
            };
            (from, what, body, &[])
        }
    };
    let sender = session.address(&from).await?;
    let mut act = Act::new(&from, what, message::execute(&sender, &contract, &body)?);
    act.results = results;
    session.act(&client, act).await
}

/// The person number behind a name.
async fn person(session: &Session, client: &Client<Http>, name: &str) -> Result<Id, Failure> {
    let address = session.address(name).await?;
    let members = session.contract(None, MEMBERS).await?;
    Ok(client.members(members).standing(&address).await?.person)
}

/// A date on the contracts' own clock, which runs faster on development networks.
async fn in_days(
    session: &Session,
    client: &Client<Http>,
    name: &str,
    days: u64,
) -> Result<Seconds, Failure> {
    let address = session.address(name).await?;
    let credit = session
        .contract(None, mycel_client::network::CREDIT)
        .await?;
    let now = client.credit(credit).position(&address).await?.at;
    // a minute less, so that 90 days are still within 90 days when the block comes
    Ok(Seconds(now.0.saturating_add(days * DAY).saturating_sub(60)))
}
