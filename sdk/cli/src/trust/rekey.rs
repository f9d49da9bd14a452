//! Other keys, and everything found again.
use mycel_client::trust::{Found, keyring::MOST_IDENTITIES, proving};
use mycel_kit::Id;
use mycel_mailbox::{element, fr};
use serde::Serialize;
use serde_json::json;

use super::{
    deals::signed,
    desk::{Desk, base64, hex},
    me::Me,
    show::stand,
    words,
};
use crate::{
    exit::Failure,
    output::{Show, pairs},
    session::Act,
    zk::Which,
};

/// What the contract says of an identity that is somebody's.
const TAKEN: &str = "identity used before";

/// Arguments of `mycel trust rekey`.
#[derive(Debug, clap::Args)]
pub struct Rekey {
    /// Publishes another viewing key for later deals, and leaves the identity as it is
    #[arg(long)]
    viewing: bool,
    /// Begins anew with what members approved: the opening is lost, and all that came is given up
    #[arg(long, conflicts_with = "viewing")]
    reset: bool,
    /// Whose: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// Arguments of `mycel trust recover`.
#[derive(Debug, clap::Args)]
pub struct Recover {
    /// Whose: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// Takes another key.
pub async fn rekey(cmd: Rekey, desk: &Desk<'_>) -> Result<(), Failure> {
    if cmd.reset {
        return reset(&cmd, desk).await;
    }
    let mut me = Me::load(desk, &cmd.from).await?;
    me.owns()?;
    if cmd.viewing {
        let newest = desk.asked().viewing_key(me.person, None).await?;
        // the contract counts by itself: a number that is not the next would give a key that opens nothing
        signed(desk, "your newest viewing key", async |state| {
            Ok(state.viewing_key(me.person, None).await? == newest)
        })
        .await?;
        let version = newest.map_or(1, |(version, _)| version.saturating_add(1));
        let message = me.publish(version)?;
        let mut act = Act::new(&cmd.from, format!("publish viewing key {version}"), message);
        act.lines.push((
            "old deals",
            "stay readable: their keys follow from your words".into(),
        ));
        act.results = &[("version", "version")];
        return desk.run(act).await;
    }
    me.quiet().await?;
    let first = match me.nobodys() {
        true => 0,
        false => me.keyring.find(&me.mailbox.idc)?.saturating_add(1),
    };
    for next in first..MOST_IDENTITIES {
        match take(&mut me, &cmd.from, next).await {
            // somebody who saw it before it stood on the chain took it: nobody has the secret of it but you
            Err(refused) if refused.to_string().contains(TAKEN) => {}
            done => return done,
        }
    }
    Err(Failure::Refused(format!(
        "an identity can be changed {MOST_IDENTITIES} times"
    )))
}

/// Takes the identity of a number. Who has none yet gives nothing up and proves nothing.
async fn take(me: &mut Me<'_>, from: &str, next: u64) -> Result<(), Failure> {
    let desk = me.desk;
    if me.nobodys() {
        let body = json!({"rekey": {"idc": hex(&me.keyring.identity(next).idc())}});
        return desk
            .run(desk.act(from, "take an identity", &body).await?)
            .await;
    }
    let idc = me.keyring.identity(next).idc();
    let told = element(&idc);
    let scope = fr(&mycel_trust::keys::rekey::scope(
        &me.keyring.instance(),
        &told,
    ));
    let stand = stand(desk, me, true).await?;
    let roll = proving::Roll {
        root: stand.root,
        cutoff: desk.asked().status().await?.day,
        named: true,
        scope,
        signal: scope,
    };
    let circuit = proving::member(&me.keyring, &me.mailbox, stand.path, &roll)?;
    let (proof, _) = desk.prove(Which::Member, &me.told, &circuit)?;
    let body = json!({"rekey": {
        "idc": hex(&idc), "slot": Id(stand.slot), "nf": hex(&circuit.nullifier),
        "proof": base64(&proof.encode()),
    }});
    let mut act = desk.act(from, "take another identity", &body).await?;
    act.lines.push((
        "it counts",
        "in terms that open from tomorrow on: nobody passes a gate twice by it".into(),
    ));
    act.results = &[("keyed", "keyed")];
    desk.run(act).await
}

async fn reset(cmd: &Rekey, desk: &Desk<'_>) -> Result<(), Failure> {
    let wallet = desk.session.wallet(&cmd.from, &desk.client).await?;
    let contract = desk.contract.to_string();
    let keyring = mycel_client::trust::Keyring::new(wallet.key(), wallet.chain_id(), &contract);
    let person = desk.person(&wallet.address()).await?;
    let mailbox = desk.asked().mailbox(person).await?;
    // another key's identity: begin with one's own first
    let next = keyring.find(&mailbox.idc).map_or(0, |index| index + 1);
    let body = json!({"reset": {"idc": hex(&keyring.identity(next).idc())}});
    let mut act = desk.act(&cmd.from, "begin anew", &body).await?;
    act.lines.push((
        "given up",
        "all that came so far; you count as joined now, and can do this again in two years".into(),
    ));
    desk.run(act).await
}

#[derive(Serialize)]
struct Recovered {
    person: u64,
    how: Found,
    says: String,
    received: u64,
    waiting: u64,
    file: String,
}

impl Show for Recovered {
    fn human(&self) -> String {
        let how = match self.how {
            Found::Kept | Found::Empty => "nothing was folded yet: there is nothing to find",
            Found::Backup => "from the backup that the last fold left on the chain",
            Found::Entries => "from the entries that the chain still has, added up again",
        };
        pairs(&[
            ("found", how.to_owned()),
            ("fits", "yes: it is what the chain commits to".into()),
            (
                "ratings",
                format!("{} came, {} wait to be folded", self.received, self.waiting),
            ),
            ("says", self.says.clone()),
            ("kept in", self.file.clone()),
        ])
    }
}

/// Finds it again.
pub async fn recover(cmd: Recover, desk: &Desk<'_>) -> Result<(), Failure> {
    let me = Me::recover(desk, &cmd.from).await?;
    let period = me.clock().period_of(me.now);
    let waiting = me.waiting()?;
    let score = mycel_client::trust::showing::score(&me.mailbox, &me.state, &waiting, period)?;
    desk.session.print(&Recovered {
        person: me.person,
        how: me.found,
        says: words::score(&score),
        received: me.mailbox.entries,
        waiting: me.mailbox.waiting(),
        file: me.file().display().to_string(),
    });
    Ok(())
}
