//! Proposals: of the common kinds from flags, of any kind from a file.
mod about;
mod actions;
mod commons;
mod fields;
mod file;
mod funding;
mod options;

use std::path::PathBuf;

use mycel_assembly::{
    content::Content,
    count::shares::Utility,
    msg::{BallotInput, ExecuteMsg, ProposalInput},
};
use mycel_client::{
    Client, Http,
    assembly::{Names, Reader},
    message,
};
use mycel_types::AccountAddress;

use about::About;

use super::{terms, would::Would};
use crate::{
    exit::Failure,
    session::{Act, Session},
};

/// Arguments of `mycel vote propose`.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cmd {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Debug, clap::Subcommand)]
enum Kind {
    /// A text to agree on; nothing is carried out
    Text(About),
    /// Refuses a technology inside the boundary of those who decide: all, or `--electorate commons/7`
    Refuse {
        /// What is refused: `entry/7` of the register, or a word as `deep-trawling`
        technology: String,
        /// For how long: `365d` [default: until it is allowed again]
        #[arg(long = "for", value_name = "TIME")]
        lasts: Option<String>,
        #[command(flatten)]
        about: About,
    },
    /// Changes a contract's parameters: `parameters credit rate_ppb_per_day=0.02%`
    Parameters {
        /// The contract: a name as `credit`, or an address
        #[arg(value_name = "CONTRACT")]
        target: String,
        /// FIELD=VALUE: credits as 12.5, times as 14d, shares as 15%, lists as JSON; `peers.FIELD` for a peer
        #[arg(required = true, value_name = "FIELD=VALUE")]
        fields: Vec<String>,
        #[command(flatten)]
        about: About,
    },
    /// Tells a contract one of its own actions, as `decide credit '{"set_limit":{…}}'`
    Decide {
        /// The contract: a name as `credit`, or an address
        #[arg(value_name = "CONTRACT")]
        target: String,
        /// The action: JSON, or `@file`
        action: String,
        #[command(flatten)]
        about: About,
    },
    /// Sends a contract any message in the assembly's own name
    Messages {
        /// The contract: a name as `credit`, or an address
        #[arg(value_name = "CONTRACT")]
        target: String,
        /// The messages: JSON, or `@file`
        #[arg(required = true)]
        messages: Vec<String>,
        #[command(flatten)]
        about: About,
    },
    /// Pays somebody from the commons
    Spend {
        /// Who is paid: a name, a handle or an address
        to: String,
        /// How much, in credits: `12` or `12.5`
        amount: String,
        #[command(flatten)]
        about: About,
    },
    /// Invites somebody in the assembly's name
    Admit {
        /// Whom: a name or an address
        who: String,
        #[command(flatten)]
        about: About,
    },
    /// Changes validators: `validators KEY=10`, power 0 removes one
    Validators {
        /// KEY=POWER: the ed25519 consensus key in hex or base64
        #[arg(required = true, value_name = "KEY=POWER")]
        updates: Vec<String>,
        #[command(flatten)]
        about: About,
    },
    /// Changes the chain's parameters: `chain block_max_gas=200000000 gas.read=900`
    Chain {
        /// FIELD=VALUE
        #[arg(required = true, value_name = "FIELD=VALUE")]
        fields: Vec<String>,
        #[command(flatten)]
        about: About,
    },
    /// Changes allowance classes: `classes guest=2000000,500`, `classes guest=none`
    Classes {
        /// NAME=CAPACITY,RATE[,code] in gas and gas a second; `none` removes the class
        #[arg(required = true, value_name = "NAME=CLASS")]
        classes: Vec<String>,
        #[command(flatten)]
        about: About,
    },
    /// Plans a new version of the node, or drops the plan
    Upgrade {
        /// The version's name
        #[arg(required_unless_present = "cancel", value_name = "VERSION")]
        release: Option<String>,
        /// The first block that it executes
        #[arg(required_unless_present = "cancel")]
        height: Option<u64>,
        /// Drops the plan
        #[arg(long, conflicts_with_all = ["release", "height"])]
        cancel: bool,
        #[command(flatten)]
        about: About,
    },
    /// Moves a contract to other code
    Migrate {
        /// The contract: a name as `credit`, or an address
        #[arg(value_name = "CONTRACT")]
        target: String,
        /// The stored code's number
        code: u64,
        /// SHA-256 of the code's conformance report, in hex
        #[arg(long, value_name = "HEX")]
        report: String,
        /// Told to the new code: JSON, or `@file`
        #[arg(long, value_name = "JSON", default_value = "{}")]
        msg: String,
        #[command(flatten)]
        about: About,
    },
    /// Pauses a contract: urgent, for at most 7 days
    Pause {
        /// The contract: a name as `credit`, or an address
        #[arg(value_name = "CONTRACT")]
        target: String,
        /// For how long: `3d`, `12h`
        #[arg(long = "for", value_name = "TIME", default_value = "7d")]
        lasting: String,
        #[command(flatten)]
        about: About,
    },
    /// Several options, each approved or not; the one that most approve wins
    Approval {
        #[command(flatten)]
        options: options::Titles,
        #[command(flatten)]
        about: About,
    },
    /// Several options in order of preference (Schulze)
    Ranked {
        #[command(flatten)]
        options: options::Titles,
        #[command(flatten)]
        about: About,
    },
    /// Projects that share a budget by equal shares
    Budget {
        /// What they share, in credits
        total: String,
        /// A project is worth one to each who wants it, whatever it costs [default: its cost]
        #[arg(long)]
        count_projects: bool,
        /// TITLE:PAYEE:COST, the cost in credits; one for each project
        #[arg(long = "project", required = true, value_name = "TITLE:PAYEE:COST")]
        projects: Vec<String>,
        #[command(flatten)]
        about: About,
    },
    /// Founds a commons, or changes its rules, members, shares, budgets
    #[command(subcommand)]
    Commons(commons::Kind),
    #[command(flatten)]
    Funding(funding::Kind),
    /// Anything, from a JSON file in the shape of the contract's `propose`
    File {
        /// The file; actions may be JSON, contracts and payees names
        file: PathBuf,
        /// Who proposes: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
}

/// What would be proposed, and by whom.
struct Draft {
    from: String,
    input: ProposalInput,
}

/// Proposes, or says what that would do.
pub async fn run(
    cmd: Cmd,
    session: &Session,
    client: &Client<Http>,
    contract: &AccountAddress,
) -> Result<(), Failure> {
    let names = Names::new(client, session.network());
    let reader = Reader::new(client, &names);
    let draft = draft(cmd.kind, session, client, &reader).await?;
    let Draft { from, input } = draft;
    let (content, _) = Content::of(input.clone());
    let would = Would::read(&reader, &content).await;
    let mut lines = vec![("decided by", terms::electorate_words(&input.electorate))];
    let numbers = client
        .assembly(contract.clone())
        .parameters()
        .await?
        .numbers;
    lines.push(("class", terms::class_words(input.class, &numbers)));
    let panel = input.panel.is_some();
    lines.push(("takes", terms::times_words(input.class, &numbers, panel)));
    lines.extend(would.rows("would change"));
    if let Some(panel) = &input.panel {
        lines.push(("panel", format!("{} seats, drawn by lot", panel.size)));
    }
    let sender = session.address(&from).await?;
    let what = format!("propose as {from}: {}", input.title);
    let body = ExecuteMsg::Propose(Box::new(input.clone()));
    let mut act = Act::new(&from, what, message::execute(&sender, contract, &body)?);
    act.lines = lines;
    if session.globals().dry_run {
        let would = serde_json::to_value(&would).unwrap_or_default();
        act.facts.insert("would_change".into(), would);
        let input = serde_json::to_value(&input).unwrap_or_default();
        act.facts.insert("propose".into(), input);
    }
    act.results = &[("proposal", "proposal")];
    session.act(client, act).await
}

async fn draft(
    kind: Kind,
    session: &Session,
    client: &Client<Http>,
    reader: &Reader<'_, Http>,
) -> Result<Draft, Failure> {
    let find = actions::Find { session, client };
    let (about, title, ballot) = match kind {
        Kind::File { file, from } => {
            let input = file::read(&file, session).await?;
            return Ok(Draft { from, input });
        }
        Kind::Approval { options, about } => {
            let options = options.read();
            (about, None, BallotInput::Approval { options })
        }
        Kind::Ranked { options, about } => {
            let options = options.read();
            (about, None, BallotInput::Ranked { options })
        }
        Kind::Budget {
            total,
            count_projects,
            projects,
            about,
        } => {
            let utility = match count_projects {
                true => Utility::Cardinality,
                false => Utility::Cost,
            };
            let ballot = options::budget(session, &total, utility, &projects).await?;
            (about, None, ballot)
        }
        Kind::Text(about) => (about, None, BallotInput::YesNo { actions: vec![] }),
        Kind::Refuse {
            technology,
            lasts,
            about,
        } => {
            let title = format!("Refuse {technology}");
            let actions = funding::refuse(&find, &technology, lasts.as_deref()).await?;
            (about, Some(title), BallotInput::YesNo { actions })
        }
        kind => {
            let (about, actions) = actions::of(kind, &find).await?;
            (about, None, BallotInput::YesNo { actions })
        }
    };
    let (from, input) = about.input(title, ballot, reader).await?;
    Ok(Draft { from, input })
}
