//! Deals: opened by one, accepted by the other.
use mycel_client::trust::{chain::bytes_of, mailbox::key_of};
use mycel_mailbox::tag;
use serde_json::json;

use super::{
    desk::{Desk, hex},
    me::Me,
};
use crate::{exit::Failure, session::Act};

/// Arguments of `mycel trust open`.
#[derive(Debug, clap::Args)]
pub struct Open {
    /// With whom: a name, a handle, an address or a person's number
    who: String,
    /// The reference under which one of you paid the other: what was settled says what the deal weighs
    #[arg(long, value_name = "TEXT")]
    r#ref: Option<String>,
    /// Who opens it: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// A deal, and who does something with it.
#[derive(Debug, clap::Args)]
pub struct Which {
    /// The deal's number
    deal: u64,
    /// Who: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// Opens a deal.
pub async fn open(cmd: Open, desk: &Desk<'_>) -> Result<(), Failure> {
    let mut me = Me::load(desk, &cmd.from).await?;
    me.quiet().await?;
    let other = desk.who(&cmd.who).await?;
    let Some((other_version, other_key)) = desk.asked().viewing_key(other, None).await? else {
        return Err(Failure::Refused(format!(
            "{} has no viewing key yet; it publishes one with `mycel trust rekey --viewing --from NAME`, or by opening a deal",
            cmd.who
        )));
    };
    let mut messages = vec![];
    let (version, missing) = me.viewing().await?;
    if missing {
        messages.push(me.publish(version)?);
    }
    let nonce = crate::session::salt();
    let number = tag::deal(&me.keyring.instance(), me.person, other, &nonce);
    let key = key_of(&me.keyring, &number, version, &other_key)?;
    let body = json!({"open_deal": {
        "b": mycel_kit::Id(other), "nonce": hex::encode(nonce), "k": hex(&key.k()),
        "key_a": version, "key_b": other_version, "ref": cmd.r#ref,
    }});
    let name = desk.name(other).await;
    let mut act = desk
        .act(&cmd.from, format!("open a deal with {name}"), &body)
        .await?;
    messages.append(&mut act.messages);
    act.messages = messages;
    act.lines.push((
        "everybody sees",
        "that you two have a deal, when, and what it weighs".into(),
    ));
    act.results = &[("deal", "deal"), ("weight", "weight")];
    desk.run(act).await
}

/// Accepts one.
pub async fn accept(which: Which, desk: &Desk<'_>) -> Result<(), Failure> {
    let mut me = Me::load(desk, &which.from).await?;
    me.quiet().await?;
    let deal = me.deal(which.deal)?;
    // an entry that cannot be opened would lock its owner out of all it has
    me.seal_of(&bytes_of(&deal.element)?)?;
    let name = desk.name(deal.partner(me.person)).await;
    let body = json!({"accept_deal": {"deal": deal.deal}});
    let what = format!(
        "accept deal {} with {name}, weight {}",
        deal.deal, deal.weight
    );
    let act = desk.act(&which.from, what, &body).await?;
    run(
        desk,
        act,
        "your wallet can open what will be sealed under it",
    )
    .await
}

/// Takes one back.
pub async fn cancel(which: Which, desk: &Desk<'_>) -> Result<(), Failure> {
    let body = json!({"cancel_deal": {"deal": mycel_kit::Id(which.deal)}});
    let what = format!("take deal {} back", which.deal);
    desk.run(desk.act(&which.from, what, &body).await?).await
}

async fn run(desk: &Desk<'_>, mut act: Act<'_>, checked: &str) -> Result<(), Failure> {
    act.lines.push(("checked", checked.into()));
    act.results = &[("weight", "weight")];
    desk.run(act).await
}
