//! `mycel vote`: proposals, votes, delegation, what was decided.
mod advance;
mod ballot;
mod delegations;
mod list;
mod propose;
mod result;
mod show;
mod statements;
mod terms;
mod way;
mod would;

use mycel_assembly::{
    delegations::Scope,
    msg::{BallotChoice, ExecuteMsg, ProposalRef},
};
use mycel_client::{Client, Http, message, network::ASSEMBLY, network::MEMBERS};
use mycel_kit::{Id, roles::Electorate};

use crate::{
    exit::Failure,
    session::{Act, Session},
};

/// Arguments of `mycel vote`.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cmd {
    #[command(subcommand)]
    verb: Verb,
    /// The assembly contract [default: the network's]
    #[arg(long, global = true, value_name = "ADDRESS")]
    contract: Option<String>,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Lists proposals, the newest first
    List(list::Cmd),
    /// Shows a proposal: what would change, who decides, how far it is, how one's own vote travels
    Show(show::Cmd),
    /// Proposes something: a text, parameters, spending, a new version …
    Propose(propose::Cmd),
    /// Supports a draft
    Support(Act1),
    /// Takes a proposal of one's own back, as a draft or while it is talked about
    Withdraw(Act1),
    /// Votes; the last vote counts
    Cast {
        /// The proposal's number
        proposal: u64,
        /// yes, no, abstain, approve 1,3, or rank 2,1=4,3 (the best first, equals joined by =)
        #[arg(required = true, num_args = 1.., value_name = "BALLOT")]
        ballot: Vec<String>,
        /// Who votes: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Takes one's vote back, so that the delegation speaks again
    Uncast(Act1),
    /// Lets somebody else vote for one: on everything, an area, or one proposal; the narrowest wins
    Delegate {
        /// Whom: a name, a handle or an address
        to: String,
        #[command(flatten)]
        scope: ScopeArgs,
        /// Who delegates: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Speaks for oneself again
    Undelegate {
        #[command(flatten)]
        scope: ScopeArgs,
        /// Who delegated: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Shows to whom somebody delegates, and who delegates to them
    Delegations(delegations::Cmd),
    /// Recommends, as a member of the panel drawn for a proposal
    Advise {
        /// The proposal's number
        proposal: u64,
        /// Why, at most 1 KiB
        text: String,
        /// The option that is recommended: of yes or no, 1 or 0
        #[arg(long, value_name = "N")]
        option: Option<u8>,
        /// Who recommends: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Short statements on a proposal, to agree or disagree with
    Statement(statements::Cmd),
    /// Moves proposals on: opens votes whose time has come, counts what has closed, carries out
    #[command(visible_alias = "open")]
    Advance(advance::Cmd),
    /// Carries out what was accepted
    Execute(Carry),
    /// Tries again what failed
    Retry(Carry),
}

/// A proposal and who acts.
#[derive(Debug, clap::Args)]
struct Act1 {
    /// The proposal's number
    proposal: u64,
    /// Who acts: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

#[derive(Debug, clap::Args)]
struct Carry {
    /// The proposal's number
    proposal: u64,
    /// Only this action, as `vote show` numbers them [default: all that have not run]
    #[arg(long, value_name = "N")]
    action: Option<u8>,
    /// Who carries it out: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// In which matters.
#[derive(Debug, clap::Args)]
struct ScopeArgs {
    /// Only in this area
    #[arg(long, conflicts_with = "proposal")]
    area: Option<String>,
    /// Only on this proposal
    #[arg(long, value_name = "N")]
    proposal: Option<u64>,
    /// Whose decisions: `all`, `commons/7` or `organisation/3`
    #[arg(long, default_value = "all", value_parser = terms::electorate, conflicts_with = "proposal")]
    electorate: Electorate,
}

impl ScopeArgs {
    fn scope(self) -> Scope {
        match (self.proposal, self.area) {
            (Some(proposal), _) => Scope::Issue(Id(proposal)),
            (None, Some(area)) => Scope::Area {
                unit: self.electorate,
                area,
            },
            (None, None) => Scope::Unit(self.electorate),
        }
    }
}

/// Runs one verb.
pub async fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    let contract = session.contract(cmd.contract.as_deref(), ASSEMBLY).await?;
    let client = session.client()?;
    let one = |proposal: u64| ProposalRef {
        proposal: Id(proposal),
    };
    let (from, what, body, results): (_, _, _, &[_]) = match cmd.verb {
        Verb::List(cmd) => return list::run(cmd, session, &client, contract).await,
        Verb::Show(cmd) => return show::run(cmd, session, &client, contract).await,
        Verb::Propose(cmd) => return propose::run(cmd, session, &client, &contract).await,
        Verb::Delegations(cmd) => {
            return delegations::run(cmd, session, &client, contract).await;
        }
        Verb::Statement(cmd) => return statements::run(cmd, session, &client, contract).await,
        Verb::Support(Act1 { proposal, from }) => {
            let what = format!("support proposal {proposal} as {from}");
            let body = ExecuteMsg::Support(one(proposal));
            // the last supporter that is needed begins the talk
            (from, what, body, &[("phase", "phase")])
        }
        Verb::Withdraw(Act1 { proposal, from }) => {
            let what = format!("take proposal {proposal} back");
            (from, what, ExecuteMsg::Withdraw(one(proposal)), &[])
        }
        Verb::Cast {
            proposal,
            ballot,
            from,
        } => {
            let ballot = ballot::choice(&ballot)?;
            let said = ballot::words(&ballot);
            let what = format!("vote {said} on proposal {proposal} as {from}");
            (from, what, vote(proposal, ballot), &[])
        }
        Verb::Uncast(Act1 { proposal, from }) => {
            let what = format!("take the vote of {from} on proposal {proposal} back");
            (from, what, ExecuteMsg::Unvote(one(proposal)), &[])
        }
        Verb::Delegate { to, scope, from } => {
            let scope = scope.scope();
            let where_ = delegations::scope_words(&scope);
            let what = format!("let {to} vote for {from} {where_}");
            let to = person(session, &client, &to).await?;
            (
                from,
                what,
                ExecuteMsg::Delegate { scope, to },
                &[("expires", "expires")],
            )
        }
        Verb::Undelegate { scope, from } => {
            let scope = scope.scope();
            let where_ = delegations::scope_words(&scope);
            let what = format!("let {from} speak for itself again {where_}");
            (from, what, ExecuteMsg::Undelegate { scope }, &[])
        }
        Verb::Advise {
            proposal,
            text,
            option,
            from,
        } => {
            let about = option.map_or_else(String::new, |option| format!(" option {option}"));
            let what = format!("recommend{about} on proposal {proposal} as {from}: {text}");
            let body = ExecuteMsg::Advise {
                proposal: Id(proposal),
                option,
                text,
            };
            (from, what, body, &[])
        }
        Verb::Advance(cmd) => return advance::run(cmd, session, &client, &contract).await,
        Verb::Execute(carry) => carry.body("carry out"),
        Verb::Retry(carry) => carry.body("try again"),
    };
    let sender = session.address(&from).await?;
    let mut act = Act::new(&from, what, message::execute(&sender, &contract, &body)?);
    act.results = results;
    session.act(&client, act).await
}

fn vote(proposal: u64, ballot: BallotChoice) -> ExecuteMsg {
    ExecuteMsg::Vote {
        proposal: Id(proposal),
        ballot,
    }
}

type Carried = (
    String,
    String,
    ExecuteMsg,
    &'static [(&'static str, &'static str)],
);

impl Carry {
    fn body(self, verb: &str) -> Carried {
        let part = match self.action {
            Some(action) => format!("action {action} of proposal {}", self.proposal),
            None => format!("proposal {}", self.proposal),
        };
        let body = ExecuteMsg::Execute {
            proposal: Id(self.proposal),
            action: self.action,
        };
        (
            self.from,
            format!("{verb} {part}"),
            body,
            &[("phase", "phase")],
        )
    }
}

/// The person number behind a name.
async fn person(session: &Session, client: &Client<Http>, name: &str) -> Result<Id, Failure> {
    let address = session.address(name).await?;
    let members = session.contract(None, MEMBERS).await?;
    Ok(client.members(members).standing(&address).await?.person)
}
