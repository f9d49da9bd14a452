//! `mycel pay`: credits from one member to another.
use mycel_client::{Client, Credits, Http, amount, credit, network::CREDIT};
use mycel_types::AccountAddress;
use serde::Serialize;

use crate::{
    exit::Failure,
    output::Show,
    session::{Act, Session},
};

/// Arguments of `mycel pay`.
#[derive(Debug, clap::Args)]
pub struct Cmd {
    /// Who is paid: a name or an address
    to: String,
    /// How much, in credits: `12` or `12.5`
    amount: String,
    /// Who pays: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
    /// Kept in the transaction, at most 140 bytes
    #[arg(long, value_name = "TEXT")]
    memo: Option<String>,
    /// Public, to be found again, at most 64 bytes
    #[arg(long = "ref", value_name = "TEXT")]
    reference: Option<String>,
    /// The credit contract [default: the network's]
    #[arg(long, value_name = "ADDRESS")]
    contract: Option<String>,
}

#[derive(Serialize)]
struct Paid {
    from: String,
    to: String,
    /// Pico-credits.
    amount: String,
    tx: String,
    height: u64,
    gas_used: u64,
    #[serde(skip)]
    shown: String,
}

impl Show for Paid {
    fn human(&self) -> String {
        format!("{}\nin block {} (tx {})", self.shown, self.height, self.tx)
    }
}

/// Pays, or says what paying would do.
pub async fn run(cmd: Cmd, session: &Session) -> Result<(), Failure> {
    let amount = amount::parse(&cmd.amount)?;
    let to = session.address(&cmd.to).await?;
    let from = session.address(&cmd.from).await?;
    let contract = session.contract(cmd.contract.as_deref(), CREDIT).await?;
    let message = credit::pay(&from, &contract, &to, amount, cmd.reference, cmd.memo)?;
    let shown = format!(
        "{} credits from {} to {}",
        Credits(amount.signed()),
        cmd.from,
        cmd.to
    );
    let client = session.client()?;
    let mut act = Act::new(&cmd.from, format!("pay {shown}"), message);
    if session.globals().dry_run {
        foresee(&client, &contract, &from, amount.signed(), &mut act).await?;
    }
    let Some(receipt) = session.write(&client, act).await? else {
        return Ok(());
    };
    session.print(&Paid {
        from: from.to_string(),
        to: to.to_string(),
        amount: amount.to_string(),
        tx: receipt.hash,
        height: receipt.height,
        gas_used: receipt.gas_used,
        shown: format!("paid {shown}"),
    });
    Ok(())
}

/// Adds to a preview what the payment would leave.
async fn foresee(
    client: &Client<Http>,
    contract: &AccountAddress,
    from: &AccountAddress,
    amount: i128,
    act: &mut Act<'_>,
) -> Result<(), Failure> {
    let now = client.credit(contract.clone()).position(from).await?;
    let before = now.position.i128();
    let after = before.saturating_sub(amount);
    let headroom = after.saturating_add(now.limit.signed());
    for (name, pico) in [
        ("position_before", before),
        ("position_after", after),
        ("headroom_after", headroom),
    ] {
        act.facts.insert(name.into(), pico.to_string().into());
    }
    act.lines = vec![
        (
            "position",
            format!("{} → {}", Credits(before), Credits(after)),
        ),
        ("headroom left", Credits(headroom).to_string()),
    ];
    Ok(())
}
