//! Proofs for somebody who never meets the chain: made into a file, verified from one.
use std::{
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

use mycel_client::{
    assembly::words::lasting,
    network::TRUST,
    trust::{
        Bundle, Showing, TrustError,
        bundle::{Ground, MOST_BYTES, Shown},
        proving, showing,
    },
};
use mycel_mailbox::{Thresholds, score::ONE};
use mycel_types::AccountAddress;
use serde::Serialize;

use super::{desk::Desk, me::Me, roll, show, words};
use crate::{
    exit::Failure,
    output::{Show, pairs},
    session::Session,
    zk::{Which, keys},
};

/// Arguments of `mycel trust prove`.
#[derive(Debug, clap::Args)]
pub struct Prove {
    /// For whom, as they call themselves
    #[arg(long, value_name = "NAME")]
    to: String,
    /// What they gave you to put into it, so that nobody can show it twice
    #[arg(long, value_name = "TEXT")]
    challenge: String,
    /// Meets what this gate asks for
    #[arg(long, value_name = "N")]
    gate: Option<u64>,
    /// At least this weighted history
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "gate")]
    weight: u64,
    /// At least this part of words kept, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 0, conflicts_with = "gate", value_parser = clap::value_parser!(u64).range(0..=100))]
    kept: u64,
    /// At least this for nature, 0 to 1000
    #[arg(long, value_name = "N", default_value_t = 0, conflicts_with = "gate", value_parser = clap::value_parser!(u64).range(0..=1000))]
    eco: u64,
    /// At least this fair, 0 to 1000
    #[arg(long, value_name = "N", default_value_t = 0, conflicts_with = "gate", value_parser = clap::value_parser!(u64).range(0..=1000))]
    reciprocity: u64,
    /// Makes it even where fewer than five could have
    #[arg(long, requires = "gate", conflicts_with = "named")]
    force: bool,
    /// Says who it is, too
    #[arg(long)]
    named: bool,
    /// Where the file goes
    #[arg(long, short = 'o', value_name = "FILE")]
    out: PathBuf,
    /// Who proves: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

/// Arguments of `mycel trust verify`.
#[derive(Debug, clap::Args)]
pub struct Verify {
    /// The file
    file: PathBuf,
    /// The name that it must have been made for
    #[arg(long, value_name = "NAME", requires = "challenge")]
    to: Option<String>,
    /// The challenge that you gave
    #[arg(long, value_name = "TEXT", requires = "to")]
    challenge: Option<String>,
    /// The chain that it must be about [default: the network's, where the contract is one of its]
    #[arg(long, value_name = "ID")]
    chain_id: Option<String>,
    /// Refuses a file whose header is older than so many seconds
    #[arg(long, value_name = "SECONDS")]
    max_age: Option<u64>,
}

#[derive(Serialize)]
struct Verified {
    holds: bool,
    says: String,
    #[serde(flatten)]
    shown: Shown,
    /// Seconds between the header and now, by this machine's clock.
    age: u64,
    /// Whether it was said whom and which challenge it must be for.
    compared: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<bool>,
}

fn says(shown: &Shown) -> String {
    let who = match shown.person {
        Some(person) => format!("person {person}"),
        None => "some member on the roll".into(),
    };
    let met = shown.thresholds;
    let one = u128::from(ONE);
    let mut parts = vec![format!("a weight of {} or more", met.t_min)];
    if met.theta_rel > 0 {
        parts.push(format!(
            "{} of words kept or more",
            words::share(met.theta_rel)
        ));
    }
    for (theta, what) in [(met.theta_eco, "for nature"), (met.theta_rec, "fairness")] {
        if theta > 0 {
            parts.push(format!("{what} {} or more", words::mille(theta)));
        }
    }
    if met.theta > 0 {
        parts.push(format!(
            "a score of 0.{:06} or more",
            u128::from(met.theta) * 1_000_000 / one
        ));
    }
    format!("{who} has {}", parts.join(", "))
}

impl Show for Verified {
    fn human(&self) -> String {
        let shown = &self.shown;
        let mut rows = vec![
            ("says", self.says.clone()),
            (
                "made for",
                format!(
                    "{}, challenge {}{}",
                    shown.verifier,
                    shown.challenge,
                    match self.compared {
                        true => "",
                        false =>
                            " (as the file says; `--to` and `--challenge` compare it with what you asked for)",
                    }
                ),
            ),
            (
                "nullifier",
                format!(
                    "{}: the same member gives the same for this name and challenge, until it takes another identity",
                    shown.nullifier
                ),
            ),
            (
                "roll of",
                format!("{}, at height {}", shown.chain_id, shown.height),
            ),
            ("contract", shown.contract.clone()),
            ("key", shown.key.clone()),
            (
                "header",
                format!(
                    "{}, {} old by this machine's clock",
                    shown.header,
                    lasting(self.age)
                ),
            ),
        ];
        if shown.development {
            rows.push((
                "warning",
                "a development network: anybody can forge such proofs".into(),
            ));
        }
        match (&self.file, self.written) {
            (Some(file), Some(true)) => rows.push(("file", file.clone())),
            (Some(file), _) => {
                rows.push(("file", format!("would go to {file}; nothing was written")))
            }
            _ => rows.push(("verified", "yes, without any node".into())),
        }
        pairs(&rows)
    }
}

fn age(shown: &Shown) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs().saturating_sub(shown.time))
}

impl Prove {
    async fn thresholds(&self, desk: &Desk<'_>) -> Result<Thresholds, Failure> {
        if let Some(gate) = self.gate {
            return Ok(desk.asked().gate(gate).await?.thresholds());
        }
        Ok(Thresholds {
            theta: 0,
            t_min: self.weight.max(1),
            theta_rel: self.kept * ONE / 100,
            theta_eco: self.eco * ONE / 1_000,
            theta_rec: self.reciprocity * ONE / 1_000,
        })
    }
}

/// Makes a file.
pub async fn prove(cmd: Prove, desk: &Desk<'_>) -> Result<(), Failure> {
    let trust = desk.session.need_trust()?;
    // as before an anonymous show: nobody is asked for the mailbox of whom the file does not name
    let me = match cmd.named {
        true => Me::load(desk, &cmd.from).await?,
        false => show::unasked(desk, &cmd.from).await?,
    };
    let thresholds = cmd.thresholds(desk).await?;
    match cmd.gate {
        _ if cmd.named => {}
        Some(gate) => _ = show::crowd(desk, gate, None, cmd.force).await?,
        None => desk.aside(
            "how many could have made this file is not counted; in a small town perhaps only you (`mycel trust gates` says how many could pass each)",
        ),
    }
    let person = cmd.named.then_some(me.person);
    // all leaves, so that nobody hears for whom the file is
    const ATTEMPTS: usize = 5;
    let mut found = None;
    for attempt in 0..ATTEMPTS {
        let roll = match attempt {
            0 => roll::current(desk, Some(&me)).await?,
            // the copy is of the slot's beginning, and the roll has changed since
            _ => roll::fetched(desk).await?,
        };
        let snapshot = desk.client.snapshot(&trust, None).await?;
        let ground = Ground::read(&snapshot, &trust, &desk.contract, person).await?;
        if ground.root() == roll.root {
            found = Some((ground, roll));
            break;
        }
        // the newest state is proven by the next block
        tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    }
    let (ground, roll) = found.ok_or_else(|| TrustError::Root {
        root: "the proven one".into(),
        proven: true,
    })?;
    if me.mailbox.live && !roll::has(&roll, &me) {
        return Err(Failure::Refused(
            "your mailbox changed just now; run it again".into(),
        ));
    }
    let tree = showing::tree(&roll.leaves)?;
    let path = tree.path(me.mailbox.index).map_err(TrustError::from)?;
    let purpose = ground.purpose(&cmd.to, &cmd.challenge, thresholds)?;
    let waiting = me.waiting()?;
    let made = Showing::new(
        &me.keyring,
        &me.mailbox,
        &me.state,
        &waiting,
        path,
        ground.root(),
        purpose,
    )?;
    let key = keys::proving_key(desk.session, Which::Show, &ground.key_digest())?;
    let bar = desk.session.spinner("proving (show)");
    let proven = proving::prove(&key, &proving::show(&made), &mut rand::rngs::OsRng);
    bar.finish_and_clear();
    let (proof, publics) = proven?;
    let bundle = ground.bundle(
        &cmd.to,
        &cmd.challenge,
        thresholds,
        (&proof, &publics, key.verifying_key()),
    );
    // what is handed out has been verified the way its reader will
    let asked = Some((&*cmd.to, &*cmd.challenge));
    let shown = bundle.verify(&trust, &desk.contract, asked)?;
    let written = !desk.session.globals().dry_run;
    if written {
        std::fs::write(&cmd.out, bundle.to_json())
            .map_err(|e| Failure::file(cmd.out.display(), &e))?;
    }
    desk.session.print(&Verified {
        holds: true,
        says: says(&shown),
        age: age(&shown),
        shown,
        compared: true,
        file: Some(cmd.out.display().to_string()),
        written: Some(written),
    });
    Ok(())
}

/// The contract whose roll is trusted: the named one, else the network's, on its chain. Never the file's: anybody can
/// put a contract with the same keys on the chain, and enrol whom they like.
fn expected<'a>(
    named: Option<&str>,
    session: &'a Session,
) -> Result<(AccountAddress, Option<&'a str>), Failure> {
    let network = session.network();
    if let Some(name) = named {
        let known = session.known(name)?;
        let known = known.ok_or_else(|| Failure::Usage(format!("contract={name:?} is no address")));
        let known = known?;
        // one of the network's here is meant there; of another it is not known where
        let here = network.filter(|network| network.name_of(&known).is_some());
        return Ok((known, here.map(|network| &*network.chain_id)));
    }
    let known = network.and_then(|network| Some((network.contract(TRUST)?, network)));
    let (contract, network) = known.ok_or_else(|| {
        Failure::Unverified("say with `--contract` which trust contract you trust".into())
    })?;
    Ok((contract.clone(), Some(&network.chain_id)))
}

/// Verifies a file.
pub fn verify(cmd: &Verify, contract: Option<&str>, session: &Session) -> Result<(), Failure> {
    use std::io::Read;
    let file = |e: std::io::Error| Failure::file(cmd.file.display(), &e);
    let mut bytes = Vec::new();
    std::fs::File::open(&cmd.file)
        .map_err(file)?
        .take(MOST_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(file)?;
    let bundle = Bundle::from_json(&bytes)?;
    let trust = session.need_trust()?;
    let (contract, chain) = expected(contract, session)?;
    let chain = cmd.chain_id.as_deref().or(chain);
    if let Some(chain) = chain.filter(|chain| *chain != bundle.chain_id) {
        return Err(Failure::Violated(format!(
            "it is about the chain {}, and the one to trust is {chain}; say with `--contract` and `--chain-id` which contract of which chain you trust",
            bundle.chain_id
        )));
    }
    let asked = cmd.to.as_deref().zip(cmd.challenge.as_deref());
    let shown = bundle.verify(&trust, &contract, asked)?;
    let age = age(&shown);
    if let Some(most) = cmd.max_age.filter(|most| age > *most) {
        return Err(Failure::Violated(format!(
            "its header is {} old, and {} were allowed; ask for a new file",
            lasting(age),
            lasting(most)
        )));
    }
    session.print(&Verified {
        holds: true,
        says: says(&shown),
        shown,
        age,
        compared: asked.is_some(),
        file: None,
        written: None,
    });
    Ok(())
}
