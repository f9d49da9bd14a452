//! `mycel member`: who belongs, joining and leaving.
mod export;
mod show;

use mycel_client::{
    Client, Http, members, message, network,
    trust::{Keyring, element},
};
use mycel_kit::Id;
use mycel_members::msg::{AddressRef, ExecuteMsg, Nothing, PersonRef};
use mycel_types::AccountAddress;

use crate::{
    exit::Failure,
    session::{Act, Session},
};

/// Gas that a sponsor lends to somebody whom the chain does not know: enough to join several times.
const GAS_TO_JOIN: u64 = 5_000_000;

/// Arguments of `mycel member`.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cmd {
    #[command(subcommand)]
    verb: Verb,
    /// The members contract [default: the network's]
    #[arg(long, global = true, value_name = "ADDRESS")]
    contract: Option<String>,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Invites somebody
    Invite {
        /// Whom: a name or an address
        who: String,
        /// Who invites: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Accepts an invitation: enrols, or takes a place in the queue
    Join {
        /// Who joins: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
        /// The handle to have, as `ana`
        #[arg(long)]
        handle: String,
        /// Who invited: a name, a handle or an address [default: the assembly]
        #[arg(long, value_name = "NAME")]
        sponsor: Option<String>,
        /// The identity commitment, 32 bytes in hex [default: made from the key]
        #[arg(long, value_name = "HEX")]
        idc: Option<String>,
    },
    /// Vouches for a member
    Vouch {
        /// For whom: a name, a handle or an address
        who: String,
        /// How much, of what one has to give
        #[arg(long, value_name = "N", default_value_t = 1)]
        weight: u32,
        /// Who vouches: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Takes a vouch back
    Unvouch {
        /// For whom: a name, a handle or an address
        who: String,
        /// Who vouched: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Shows a member, or all of them
    Show {
        /// Whom: a name, a handle or an address
        who: Option<String>,
    },
    /// Shows who waits to be enrolled, and how many places there are
    Queue,
    /// Leaves: the account winds up and is closed when nothing is open any more
    Leave {
        /// Who leaves: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Writes all that the contracts hold about a member into a file
    Export {
        /// Of whom: a name, a handle or an address
        who: String,
        /// Where to [default: stdout]
        #[arg(long, short = 'o', value_name = "FILE")]
        out: Option<std::path::PathBuf>,
    },
}

/// Runs one verb.
pub async fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    let contract = session
        .contract(cmd.contract.as_deref(), network::MEMBERS)
        .await?;
    let client = session.client()?;
    let mut pays = None;
    let (from, what, body, results): (_, _, _, &[_]) = match cmd.verb {
        Verb::Show { who } => return show::run(session, &client, contract, who).await,
        Verb::Queue => return show::queue(session, &client, contract).await,
        Verb::Export { who, out } => {
            return export::run(session, &client, contract, &who, out).await;
        }
        Verb::Invite { who, from } => {
            return invite(session, &client, &contract, &who, &from).await;
        }
        Verb::Join {
            from,
            handle,
            sponsor,
            idc,
        } => {
            let sponsor = match sponsor {
                Some(name) => {
                    pays = Some(session.address(&name).await?);
                    Some(number(session, &client, &contract, &name).await?)
                }
                None => None,
            };
            let idc = match idc {
                Some(hex) => hex,
                None => {
                    let wallet = session.wallet(&from, &client).await?;
                    let trust = session.network().and_then(|n| n.contract(network::TRUST));
                    match trust {
                        Some(trust) => {
                            let trust = trust.to_string();
                            let ring = Keyring::new(wallet.key(), wallet.chain_id(), &trust);
                            hex::encode(element(&ring.identity(0).idc()))
                        }
                        None => members::identity(wallet.key(), wallet.chain_id()),
                    }
                }
            };
            let what = format!("join as {handle}");
            let body = ExecuteMsg::Accept {
                sponsor,
                handle,
                idc,
                passkeys: vec![],
            };
            let results = &[
                ("person", "person"),
                ("place", "place"),
                ("handle", "handle"),
            ];
            (from, what, body, results)
        }
        Verb::Vouch { who, weight, from } => {
            let person = number(session, &client, &contract, &who).await?;
            let body = ExecuteMsg::Vouch {
                person,
                weight,
                until: None,
            };
            let what = format!("vouch for {who} with weight {weight}");
            (from, what, body, &[("until", "until")])
        }
        Verb::Unvouch { who, from } => {
            let person = number(session, &client, &contract, &who).await?;
            let what = format!("take the vouch for {who} back");
            (from, what, ExecuteMsg::Unvouch(PersonRef { person }), &[])
        }
        Verb::Leave { from } => {
            let what = format!(
                "leave as {from}: pay nothing any more, and close the account when nothing is open"
            );
            (from, what, ExecuteMsg::Leave(Nothing {}), &[])
        }
    };
    let sender = session.address(&from).await?;
    let mut act = Act::new(&from, what, message::execute(&sender, &contract, &body)?);
    act.results = results;
    act.sponsor = pays;
    session.act(&client, act).await
}

/// Invites; whom the chain does not know yet also gets gas to answer with.
async fn invite(
    session: &Session,
    client: &Client<Http>,
    contract: &AccountAddress,
    who: &str,
    from: &str,
) -> Result<(), Failure> {
    let (sender, invited) = (session.address(from).await?, session.address(who).await?);
    let address = invited.to_string();
    let body = ExecuteMsg::Invite(AddressRef { address });
    let invite = message::execute(&sender, contract, &body)?;
    let mut act = Act::new(from, format!("invite {who}"), invite);
    if client.account(&invited).await?.is_none() {
        let lend = message::grant_gas(&sender, &invited, GAS_TO_JOIN);
        act.messages.push(lend);
        let told = format!("{GAS_TO_JOIN} gas, to answer with");
        act.lines.push(("and lend", told));
    }
    act.results = &[("until", "until")];
    session.act(client, act).await
}

/// The person number behind a name.
async fn number(
    session: &Session,
    client: &Client<Http>,
    contract: &AccountAddress,
    name: &str,
) -> Result<Id, Failure> {
    let address = session.address(name).await?;
    let standing = client.members(contract.clone()).standing(&address).await?;
    Ok(standing.person)
}
