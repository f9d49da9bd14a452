//! `mycel position`: what a member owns or owes, verified where that is possible.
use mycel_client::{Client, ClientError, Credits, Http, network::CREDIT};
use mycel_credit::msg::QueryMsg;
use mycel_kit::standard::About;
use mycel_types::AccountAddress;
use serde::Serialize;

use crate::{
    exit::Failure,
    output::{Show, pairs},
    session::Session,
};

/// Arguments of `mycel position`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// Whose: a name or an address
    name: String,
    /// The credit contract [default: the network's]
    #[arg(long, value_name = "ADDRESS")]
    contract: Option<String>,
}

/// Amounts in pico-credits.
#[derive(Serialize)]
struct Position {
    name: String,
    address: String,
    position: String,
    pending_decay: String,
    limit: String,
    headroom: String,
    frozen: bool,
    /// Unix seconds of the contract's clock.
    at: u64,
    verified: bool,
    /// The height that was proven, or why nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unverified_because: Option<String>,
}

impl Show for Position {
    fn human(&self) -> String {
        let credits = |pico: &str| {
            pico.parse()
                .map_or_else(|_| pico.to_owned(), |pico| Credits(pico).to_string())
        };
        let verified = match (&self.unverified_because, self.height) {
            (None, Some(height)) => {
                format!("yes: proven at height {height} against the validators' signatures")
            }
            (why, _) => format!("no: {}", why.as_deref().unwrap_or("nothing was proven")),
        };
        let mut rows = vec![
            ("position", credits(&self.position)),
            ("pending decay", credits(&self.pending_decay)),
            ("limit", credits(&self.limit)),
            ("headroom", credits(&self.headroom)),
        ];
        if self.frozen {
            rows.push(("payments", "stopped".into()));
        }
        rows.push(("verified", verified));
        pairs(&rows)
    }
}

/// Shows the position: from proven state, or, marked so and with the exit code of what cannot be verified, as the
/// node says.
pub async fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    let member = session.address(&cmd.name).await?;
    let contract = session.contract(cmd.contract.as_deref(), CREDIT).await?;
    let client = session.client()?;
    let position = match proven(session, &client, &cmd.name, &contract, &member).await {
        Err(Failure::Client(ClientError::Unverifiable(why))) => {
            let position = said(&client, &cmd.name, &contract, &member, why.clone()).await?;
            session.print(&position);
            return Err(Failure::Unverified(why));
        }
        other => other?,
    };
    session.print(&position);
    Ok(())
}

async fn proven(
    session: &Session,
    client: &Client<Http>,
    name: &str,
    contract: &AccountAddress,
    member: &AccountAddress,
) -> Result<Position, Failure> {
    let trust = session.need_trust()?;
    // a variant computes by rules that only its own code knows
    let about: About = client.smart(contract, &QueryMsg::About {}).await?;
    if !about.variant.policies.is_empty() {
        let why = format!(
            "the contract is a variant with its own rules ({})",
            about.variant.policies.join(", ")
        );
        return Err(ClientError::Unverifiable(why).into());
    }
    let snapshot = client.snapshot(&trust, None).await?;
    let proven = snapshot.credit_position(contract, member).await?;
    let proven = proven.ok_or_else(|| {
        Failure::Refused(format!(
            "{name} is no member of contract={contract}; join with `mycel member join`"
        ))
    })?;
    Ok(Position {
        name: name.into(),
        address: member.to_string(),
        position: proven.position.to_string(),
        pending_decay: proven.pending_decay.to_string(),
        limit: proven.limit.to_string(),
        headroom: proven.headroom.to_string(),
        frozen: proven.frozen,
        at: proven.at,
        verified: true,
        height: Some(proven.height),
        unverified_because: None,
    })
}

async fn said(
    client: &Client<Http>,
    name: &str,
    contract: &AccountAddress,
    member: &AccountAddress,
    why: String,
) -> Result<Position, Failure> {
    let said = client.credit(contract.clone()).position(member).await?;
    Ok(Position {
        name: name.into(),
        address: member.to_string(),
        position: said.position.to_string(),
        pending_decay: said.pending_decay.to_string(),
        limit: said.limit.to_string(),
        headroom: said.headroom.to_string(),
        frozen: said.frozen,
        at: said.at.0,
        verified: false,
        height: None,
        unverified_because: Some(why),
    })
}
