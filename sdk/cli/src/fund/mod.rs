//! `mycel fund`: public goods that the many choose: rounds, the commons dividend, the innovation register.
mod advance;
mod advice;
mod bars;
mod dividend;
mod give;
mod list;
mod projects;
mod register;
mod result;
mod show;
pub mod terms;
mod words;

use mycel_client::{
    Client, Http,
    assembly::Names,
    funding::msg::ExecuteMsg,
    message,
    network::{CREDIT, FUNDING, MEMBERS},
};
use mycel_kit::{Id, peers::members::Standing};
use mycel_types::AccountAddress;

use crate::{
    exit::Failure,
    session::{Act, Session},
};

/// Arguments of `mycel fund`.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cmd {
    #[command(subcommand)]
    verb: Verb,
    /// The funding contract [default: the network's]
    #[arg(long, global = true, value_name = "ADDRESS")]
    contract: Option<String>,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Lists rounds, the newest first
    List(list::Cmd),
    /// Shows a round: its rule, pool and projects, what each would get now, what one gave, what can be done next
    Show(show::Cmd),
    /// Opens a round of one's own, whose pool sponsors fill; for one of the commons see `mycel vote propose round`
    Open(terms::Open),
    /// Gives to the matching pool of a round
    Sponsor(give::Sponsor),
    /// Submits a project, paid to oneself or to an organisation that one controls
    Submit(projects::Submit),
    /// Supports a project that waits to be admitted
    Support(projects::Which),
    /// Takes a project back; what was given to it goes back when the round ends
    Withdraw(projects::Which),
    /// Notes who controls a project's payee now: their gifts earn no match
    Recheck(projects::Which),
    /// Gives to a project, and says first what that would bring it from the pool
    Give(give::Give),
    /// Moves a round on as far as it goes: begins, ends, divides, pays
    Advance(advance::Cmd),
    /// Shows what each project got, and what went back to whom
    Result(result::Cmd),
    /// Cancels a round of one's own before gifts begin; everything goes back
    Cancel {
        /// The round's number
        round: u64,
        /// Who opened it: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Says who counts as one giver, in a clustered round of one's own
    Group {
        /// The round's number
        round: u64,
        /// The group's number
        group: u32,
        /// Its persons: names, handles or addresses
        #[arg(required = true)]
        persons: Vec<String>,
        /// Who opened it: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Shows the dividend of the commons, and what a member may claim
    Dividend(dividend::Cmd),
    /// Claims one's shares of the dividend
    Claim(dividend::Claim),
    /// Innovations: who may use them, what is owed of them, who built them
    Register(register::Cmd),
    /// Shows whether a technology is refused inside a boundary
    Refused(register::Refused),
}

/// What every verb works with.
pub struct Desk<'a> {
    session: &'a Session,
    client: Client<Http>,
    contract: AccountAddress,
}

impl Desk<'_> {
    /// Names of members and contracts.
    fn names(&self) -> Names<'_, Http> {
        Names::new(&self.client, self.session.network())
    }

    /// Who stands behind a name.
    async fn standing(&self, name: &str) -> Result<Standing, Failure> {
        let address = self.session.address(name).await?;
        let members = self.session.contract(None, MEMBERS).await?;
        Ok(self.client.members(members).standing(&address).await?)
    }

    /// The contract that keeps the money.
    async fn credit(&self) -> Result<AccountAddress, Failure> {
        self.session.contract(None, CREDIT).await
    }

    /// Seconds of the contracts' clock, where it is known.
    async fn now(&self) -> Option<u64> {
        self.client.contract_time().await.ok()
    }

    /// An act of one message to the funding contract.
    async fn act<'b>(
        &self,
        from: &'b str,
        what: String,
        body: &ExecuteMsg,
    ) -> Result<Act<'b>, Failure> {
        let sender = self.session.address(from).await?;
        let message = message::execute(&sender, &self.contract, body)?;
        Ok(Act::new(from, what, message))
    }

    /// Sends it and shows what became of it.
    async fn run(&self, act: Act<'_>) -> Result<(), Failure> {
        self.session.act(&self.client, act).await
    }

    /// The same, after its preview was shown to whoever is asked.
    async fn told(&self, act: Act<'_>) -> Result<(), Failure> {
        let globals = self.session.globals();
        if !globals.dry_run && !globals.yes {
            eprint!("{}", crate::output::pairs(&act.lines));
        }
        self.run(act).await
    }
}

/// Runs one verb.
pub async fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    go(cmd, session).await.map_err(advice::advised)
}

async fn go(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    let contract = session.contract(cmd.contract.as_deref(), FUNDING).await?;
    let desk = Desk {
        session,
        client: session.client()?,
        contract,
    };
    match cmd.verb {
        Verb::List(cmd) => list::run(cmd, &desk).await,
        Verb::Show(cmd) => show::run(cmd, &desk).await,
        Verb::Open(cmd) => terms::open(cmd, &desk).await,
        Verb::Sponsor(cmd) => give::sponsor(cmd, &desk).await,
        Verb::Submit(cmd) => projects::submit(cmd, &desk).await,
        Verb::Support(which) => projects::support(which, &desk).await,
        Verb::Withdraw(which) => projects::withdraw(which, &desk).await,
        Verb::Recheck(which) => projects::recheck(which, &desk).await,
        Verb::Give(cmd) => give::give(cmd, &desk).await,
        Verb::Advance(cmd) => advance::run(cmd, &desk).await,
        Verb::Result(cmd) => result::run(cmd, &desk).await,
        Verb::Cancel { round, from } => {
            let what = format!("cancel round {round} as {from}; everything goes back");
            let body = ExecuteMsg::CancelRound { round: Id(round) };
            desk.run(desk.act(&from, what, &body).await?).await
        }
        Verb::Group {
            round,
            group,
            persons: names,
            from,
        } => {
            let mut persons = vec![];
            for name in &names {
                persons.push(desk.standing(name).await?.person);
            }
            let who = names.join(", ");
            let what = format!("count {who} as one giver in round {round}");
            let body = ExecuteMsg::DeclareGroup {
                round: Id(round),
                group,
                persons,
            };
            desk.run(desk.act(&from, what, &body).await?).await
        }
        Verb::Dividend(cmd) => dividend::show(cmd, &desk).await,
        Verb::Claim(cmd) => dividend::claim(cmd, &desk).await,
        Verb::Register(cmd) => register::run(cmd, &desk).await,
        Verb::Refused(cmd) => register::refused(cmd, &desk).await,
    }
}
