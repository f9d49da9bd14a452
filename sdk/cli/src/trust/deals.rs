//! Deals: opened by one, accepted by the other.
use std::time::Duration;

use mycel_client::{
    ClientError, Http,
    network::MEMBERS,
    trust::{chain::bytes_of, mailbox::key_of, proven::Proven},
};
use mycel_mailbox::tag;
use serde_json::json;

use super::{
    desk::{Desk, hex},
    me::Me,
};
use crate::exit::Failure;

/// How often a proven state is read until it says what the node said: what is new is proven by the next block.
const ATTEMPTS: usize = 12;
/// Between two of them.
const PAUSE: Duration = Duration::from_millis(700);

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

/// Whether what the node said is also what a header proves, of that which cannot be undone; `false` if nothing is trusted
/// here, so that it has to be believed.
pub async fn signed(
    desk: &Desk<'_>,
    what: &str,
    fits: impl AsyncFn(&Proven<'_, Http>) -> Result<bool, ClientError>,
) -> Result<bool, Failure> {
    let Some(trust) = desk.session.trust()? else {
        desk.aside(&format!(
            "warning: nothing is trusted here, so {what} is as the node says; name a validator set with `--trust`"
        ));
        return Ok(false);
    };
    let (asked, mut first) = (desk.asked(), None);
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        let state = asked.proven(&trust).await?;
        if fits(&state).await? {
            return Ok(true);
        }
        // what the node said was of the block after the first state at the latest
        if state.height() > first.get_or_insert(state.height()).saturating_add(1) {
            break;
        }
    }
    Err(Failure::Violated(format!(
        "{what} is not what the chain's validators signed, and nothing was sent: it changed just now, or the node tells something else; run it again, and if that says the same ask another node with `--node URL`"
    )))
}

/// Whether members' records have this name for a person. A number stands for itself.
async fn calls(
    desk: &Desk<'_>,
    state: &Proven<'_, Http>,
    name: &str,
    person: u64,
) -> Result<bool, ClientError> {
    if name.parse() == Ok(person) || name == format!("person {person}") {
        return Ok(true);
    }
    let network = desk.session.network();
    let Some(members) = network.and_then(|network| network.contract(MEMBERS)) else {
        return Ok(false);
    };
    let found = match desk.session.known(name).ok().flatten() {
        Some(address) => state.holder(members, &address).await?,
        None => state.handled(members, name).await?,
    };
    Ok(found == Some(person))
}

/// What was checked of a deal's key.
fn checked(proven: bool) -> &'static str {
    match proven {
        true => {
            "your wallet can open what will be sealed under it, by what the chain's validators signed"
        }
        false => "your wallet can open what will be sealed under it, if the node tells the truth",
    }
}

/// Opens a deal.
pub async fn open(cmd: Open, desk: &Desk<'_>) -> Result<(), Failure> {
    let mut me = Me::load(desk, &cmd.from).await?;
    me.owns()?;
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
    let published = version.saturating_sub(missing.into());
    let what = format!("who {} is, or the viewing key of one of you,", cmd.who);
    let signed = signed(desk, &what, async |state| {
        let own = state.viewing_key(me.person, None).await?;
        let own_fits = match own {
            Some((newest, key)) => {
                newest == published && missing != (key == me.keyring.viewing(newest).public())
            }
            None => published == 0,
        };
        let theirs = state.viewing_key(other, None).await?;
        Ok(own_fits
            && theirs == Some((other_version, other_key))
            && calls(desk, state, &cmd.who, other).await?)
    })
    .await?;
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
    act.lines.push(("checked", checked(signed).into()));
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
    me.owns()?;
    me.quiet().await?;
    let deal = me.deal(which.deal)?;
    // an entry that cannot be opened would lock its owner out of all it has
    me.seal_of(&bytes_of(&deal.element)?)?;
    let partner = deal.partner(me.person);
    let name = desk.name(partner).await;
    let what = format!("deal {}, or that it is with {name},", deal.deal);
    let signed = signed(desk, &what, async |state| {
        Ok(state.binds(&me.keyring, me.person, deal).await?
            && calls(desk, state, &name, partner).await?)
    })
    .await?;
    let body = json!({"accept_deal": {"deal": deal.deal}});
    let what = format!(
        "accept deal {} with {name}, weight {}",
        deal.deal, deal.weight
    );
    let mut act = desk.act(&which.from, what, &body).await?;
    act.lines.push(("checked", checked(signed).into()));
    act.results = &[("weight", "weight")];
    desk.run(act).await
}

/// Takes one back.
pub async fn cancel(which: Which, desk: &Desk<'_>) -> Result<(), Failure> {
    let body = json!({"cancel_deal": {"deal": mycel_kit::Id(which.deal)}});
    let what = format!("take deal {} back", which.deal);
    desk.run(desk.act(&which.from, what, &body).await?).await
}
