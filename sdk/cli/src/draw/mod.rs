//! `mycel draw`: panels drawn by lot, juries, and the randomness behind both.
mod beacon;
mod case;
mod jury;
mod pool;
mod replay;
mod result;
mod secret;
mod show;
mod submit;
mod terms;

pub use replay::steps;
pub use terms::Told;

use mycel_client::{
    Client, Http, assembly::words::lasting, message, network::MEMBERS, network::SORTITION,
};
use mycel_kit::Id;
use mycel_sortition::msg::ExecuteMsg;

use crate::{
    exit::Failure,
    session::{Act, Session},
};

/// Units of work of one `advance`: the most that the contract does.
const WORK: u32 = 1_000;
/// How the contract says that a draw or a case has come as far as it can for now.
const NOTHING: &str = "nothing to do";
/// Transactions of one command that moves a draw or a case on.
const MOST_STEPS: u32 = 2_000;

/// Arguments of `mycel draw`.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cmd {
    #[command(subcommand)]
    verb: Verb,
    /// The sortition contract [default: the network's]
    #[arg(long, global = true, value_name = "ADDRESS")]
    contract: Option<String>,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Makes the pool that `mycel solve lottery` reads: from tables, or of a draw on the chain
    Pool(pool::Cmd),
    /// Opens a pool of volunteers, as one that may; or prints the action that a proposal decides
    Open(terms::Cmd),
    /// Enters a pool, or says one's attributes anew
    Volunteer {
        /// The draw's number
        draw: u64,
        #[command(flatten)]
        told: Told,
        /// Who volunteers: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Leaves a pool that is still open
    Withdraw(One),
    /// Lists all draws
    List,
    /// Shows a draw: what was asked for, who came, how far it is
    Show {
        /// The draw's number
        draw: u64,
    },
    /// Freezes the pool of a draw when registration is over, and verifies, draws and seats as soon as it can
    #[command(visible_alias = "advance")]
    Freeze {
        /// The draw's number [default: whatever is due]
        draw: Option<u64>,
        /// A case instead of a draw
        #[arg(long, value_name = "CASE", conflicts_with = "draw")]
        case: Option<u64>,
        /// Who does the work: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Hands in a lottery: commits to it, and posts it when nobody can commit any more; run it again to go on
    Submit(submit::Cmd),
    /// Shows who sits, everybody's chance, and who was passed over
    Result {
        /// The draw's number
        draw: u64,
    },
    /// Draws a draw again from the ledger alone and says each step
    Replay(replay::Cmd),
    /// Gives a seat back; the next of the same lot gets it
    Decline(One),
    /// The randomness: what is waited for, and how to bring it
    Beacon(beacon::Cmd),
    /// Lists all cases before juries
    Cases,
    /// Shows a case: its juries, who was called, what they said
    Case {
        /// The case's number
        case: u64,
    },
    /// Strikes persons called to a case's jury, as a party
    Strike {
        /// The case's number
        case: u64,
        /// Whom: person numbers
        #[arg(required = true)]
        persons: Vec<u64>,
        /// Who strikes: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// What jurors do
    Juror(jury::Cmd),
    /// Appeals a verdict, once, as a party
    Appeal {
        /// The case's number
        case: u64,
        /// Who appeals: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
}

/// A draw and who acts.
#[derive(Debug, clap::Args)]
struct One {
    /// The draw's number
    draw: u64,
    /// Who acts: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// Runs one verb.
pub async fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    if let Verb::Pool(pool) = &cmd.verb
        && pool.is_file_work()
    {
        return pool.write_tables(session);
    }
    if let Verb::Open(open) = &cmd.verb
        && open.only_action
    {
        return open.print(session).await;
    }
    let contract = session.contract(cmd.contract.as_deref(), SORTITION).await?;
    let client = session.client()?;
    let (from, what, body) = match cmd.verb {
        Verb::Pool(pool) => return pool.of_draw(session, &client, contract).await,
        Verb::Open(open) => return open.run(session, &client, contract).await,
        Verb::List => return show::list(session, &client, contract).await,
        Verb::Show { draw } => return show::draw(session, &client, contract, draw).await,
        Verb::Result { draw } => return result::run(session, &client, contract, draw).await,
        Verb::Replay(cmd) => return replay::run(cmd, session, &client, contract).await,
        Verb::Submit(cmd) => return submit::run(cmd, session, &client, contract).await,
        Verb::Beacon(cmd) => return beacon::run(cmd, session, &client, contract).await,
        Verb::Cases => return case::cases(session, &client, contract).await,
        Verb::Case { case } => return case::case(session, &client, contract, case).await,
        Verb::Juror(cmd) => return jury::run(cmd, session, &client, contract).await,
        Verb::Freeze { draw, case, from } => {
            return advance(session, &client, contract, draw, case, &from).await;
        }
        Verb::Volunteer { draw, told, from } => {
            let words = told.words();
            let what = format!(
                "volunteer for draw {draw}{}{words}",
                if words.is_empty() { "" } else { " as " }
            );
            let attributes = told.attributes()?;
            let draw = Id(draw);
            (from, what, ExecuteMsg::Volunteer { draw, attributes })
        }
        Verb::Withdraw(One { draw, from }) => {
            let what = format!("leave the pool of draw {draw}");
            (from, what, ExecuteMsg::Withdraw { draw: Id(draw) })
        }
        Verb::Decline(One { draw, from }) => {
            let what = format!("give the seat of draw {draw} back");
            (from, what, ExecuteMsg::Decline { draw: Id(draw) })
        }
        Verb::Strike {
            case,
            persons,
            from,
        } => {
            let what = format!("strike {persons:?} from those called to case {case}");
            let persons = persons.into_iter().map(Id).collect();
            let case = Id(case);
            (from, what, ExecuteMsg::Strike { case, persons })
        }
        Verb::Appeal { case, from } => {
            let what = format!("appeal the verdict of case {case}");
            (from, what, ExecuteMsg::Appeal { case: Id(case) })
        }
    };
    let sender = session.address(&from).await?;
    let message = message::execute(&sender, &contract, &body)?;
    session.act(&client, Act::new(&from, what, message)).await
}

/// How long there is until a second of the contracts' clock, for people; the second itself where no clock is known.
fn left(second: u64, now: Option<u64>) -> String {
    match now.map(|now| second.saturating_sub(now)) {
        None => format!("until second {second}"),
        Some(0) => "over".into(),
        Some(seconds) => format!("{} left", lasting(seconds)),
    }
}

/// The person number behind a name.
async fn person(session: &Session, client: &Client<Http>, name: &str) -> Result<Id, Failure> {
    let address = session.address(name).await?;
    let members = session.contract(None, MEMBERS).await?;
    Ok(client.members(members).standing(&address).await?.person)
}

/// Moves on what is due until nothing is.
async fn advance(
    session: &Session,
    client: &Client<Http>,
    contract: mycel_types::AccountAddress,
    draw: Option<u64>,
    case: Option<u64>,
    from: &str,
) -> Result<(), Failure> {
    let what = match (draw, case) {
        (Some(draw), _) => format!("move draw {draw} on as far as it goes"),
        (_, Some(case)) => format!("move case {case} on as far as it goes"),
        _ => "do whatever is due".to_owned(),
    };
    let sender = session.address(from).await?;
    let mut before = None;
    let mut total = Moved::default();
    for step in 0..MOST_STEPS {
        let body = ExecuteMsg::Advance {
            limit: Some(WORK),
            draw: draw.map(Id),
            case: case.map(Id),
        };
        let message = message::execute(&sender, &contract, &body)?;
        if step > 0 {
            eprintln!("{what}: step {}", step + 1);
        }
        let act = Act::new(from, what.clone(), message);
        let sent = if step == 0 {
            session.write(client, act).await?
        } else {
            match session.send(client, act).await {
                Err(Failure::Client(why)) if why.to_string().contains(NOTHING) => break,
                sent => sent?,
            }
        };
        let Some(receipt) = sent else {
            return Ok(());
        };
        total.transactions += 1;
        total.gas_used += receipt.gas_used;
        total.height = receipt.height;
        let stage = show::stage(client, &contract, draw, case).await?;
        let work = receipt
            .attribute("wasm-advance", "work")
            .and_then(|work| work.parse::<u32>().ok());
        // another step helps where this one changed something, or used up what it may
        total.work += work.unwrap_or(0);
        let moved = stage.is_some() && stage != before;
        let full = work.is_some_and(|work| work >= WORK);
        total.stage.clone_from(&stage);
        before = stage;
        if !moved && !full {
            break;
        }
    }
    total.did = what;
    session.print(&total);
    Ok(())
}

/// What `advance` did.
#[derive(Default, serde::Serialize)]
struct Moved {
    did: String,
    stage: Option<String>,
    /// Units of work; none where nothing was due.
    work: u32,
    transactions: u32,
    gas_used: u64,
    height: u64,
}

impl crate::output::Show for Moved {
    fn human(&self) -> String {
        let mut text = format!("done: {}\n", self.did);
        if self.work == 0 {
            text = format!("nothing was due: {}\n", self.did);
        }
        if let Some(stage) = &self.stage {
            text.push_str(&format!("now {stage}\n"));
        }
        text + &format!(
            "{} in blocks up to {}, {} gas",
            if self.transactions == 1 {
                "1 transaction".to_owned()
            } else {
                format!("{} transactions", self.transactions)
            },
            self.height,
            self.gas_used
        )
    }
}
