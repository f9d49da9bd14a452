//! Randomness: what is waited for, and bringing it.
use mycel_client::{
    Client, Http, message,
    sortition::beacon::{BeaconMsg, Source, commit_reveal, show::RoundResponse},
};
use mycel_kit::Id;
use mycel_sortition::msg::ExecuteMsg;
use mycel_types::AccountAddress;
use serde::Serialize;

use super::secret::{Drawer, Secret};
use crate::{
    exit::Failure,
    output::{Align, Show, pairs, table},
    session::{Act, Session},
};

/// Arguments of `mycel draw beacon`.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cmd {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Shows the source, and the rounds that are waited for; or one round
    Show {
        /// The round
        round: Option<u64>,
    },
    /// Brings a round of the drand network, as its HTTP interface answers it
    Post {
        /// The round
        round: u64,
        /// Its signature, hexadecimal
        signature: String,
        /// The signature before it, where rounds are chained
        #[arg(long, value_name = "HEX")]
        previous: Option<String>,
        /// Who brings it: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Commits to a secret for a round (development networks)
    Commit(One),
    /// Reveals the secret (development networks)
    Reveal(One),
}

#[derive(Debug, clap::Args)]
struct One {
    /// The round, as `beacon show` lists it
    round: u64,
    /// Who: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

#[derive(Serialize)]
struct Shown {
    source: Source,
    note: String,
    lead_seconds: u64,
    next: u64,
    waiting: Vec<RoundResponse>,
}

impl Show for Shown {
    fn human(&self) -> String {
        let mut rows = vec![
            ("source", source(&self.source)),
            ("that is", self.note.clone()),
            (
                "lead",
                format!(
                    "{} s between what is settled and its round",
                    self.lead_seconds
                ),
            ),
            ("next round", self.next.to_string()),
        ];
        if self.waiting.is_empty() {
            rows.push(("waited for", "nothing".into()));
            return pairs(&rows);
        }
        let cells = |round: &RoundResponse| {
            vec![
                round.round.0.to_string(),
                round.time.0.to_string(),
                round.waits.clone(),
            ]
        };
        let headings = [
            ("round", Align::Right),
            ("at second", Align::Right),
            ("waits", Align::Left),
        ];
        let rounds: Vec<_> = self.waiting.iter().map(cells).collect();
        pairs(&rows) + &table(&headings, &rounds)
    }
}

#[derive(Serialize)]
#[serde(transparent)]
struct ShownRound(RoundResponse);

impl Show for ShownRound {
    fn human(&self) -> String {
        let round = &self.0;
        let mut rows = vec![
            ("round", round.round.0.to_string()),
            ("source", source(&round.from)),
            ("at second", round.time.0.to_string()),
        ];
        if let Some(phases) = &round.phases {
            let told = format!(
                "from {} commit, from {} reveal, until {}",
                phases.commit.0, phases.reveal.0, phases.value.0
            );
            rows.push(("members", told));
            let shown = round.commitments.iter().filter(|one| one.secret.is_some());
            let told = format!(
                "{}, of whom {} revealed",
                round.commitments.len(),
                shown.count()
            );
            rows.push(("committed", told));
        }
        if let Some(signature) = &round.signature {
            rows.push(("signature", signature.clone()));
        }
        match &round.value {
            Some(value) => rows.push(("value", value.clone())),
            None => rows.push(("waits", round.waits.clone())),
        }
        pairs(&rows)
    }
}

fn source(source: &Source) -> String {
    match source {
        Source::Chain { period_seconds, .. } => {
            format!("this chain, every {period_seconds} s")
        }
        Source::Drand {
            public_key,
            period_seconds,
            scheme,
            ..
        } => format!(
            "drand, every {period_seconds} s, {}, key {}…",
            scheme.name(),
            &public_key[..public_key.len().min(16)]
        ),
        Source::CommitReveal { period_seconds } => {
            format!("members, every {period_seconds} s (development only)")
        }
    }
}

/// Shows, posts, commits or reveals.
pub async fn run(
    cmd: Cmd,
    session: &Session,
    client: &Client<Http>,
    contract: AccountAddress,
) -> Result<(), Failure> {
    let asked = client.sortition(contract.clone());
    let (from, what, told) = match cmd.verb {
        Verb::Show { round: Some(round) } => {
            session.print(&ShownRound(asked.round(Id(round)).await?));
            return Ok(());
        }
        Verb::Show { round: None } => {
            let beacon = asked.beacon().await?;
            session.print(&Shown {
                source: beacon.source,
                note: beacon.note,
                lead_seconds: beacon.lead.0,
                next: beacon.next.0,
                waiting: asked.rounds().await?,
            });
            return Ok(());
        }
        Verb::Post {
            round,
            signature,
            previous,
            from,
        } => {
            let what = format!("bring round {round} of the drand network");
            let told = BeaconMsg::Post {
                round: Id(round),
                signature,
                previous,
            };
            (from, what, told)
        }
        Verb::Commit(One { round, from }) => {
            let told = commit(session, client, &contract, round, &from).await?;
            let what = format!("commit to a secret for round {round}, kept in the home directory");
            (from, what, told)
        }
        Verb::Reveal(One { round, from }) => {
            let person = super::person(session, client, &from).await?;
            let shown = asked.round(Id(round)).await?;
            let mine = shown.commitments.iter().find(|one| one.person == person);
            let mine = mine.ok_or_else(|| {
                Failure::Refused(format!(
                    "{from} has not committed to round {round}; it is too late for that once revealing begins"
                ))
            })?;
            let drawer = drawer(session, &contract, round, person);
            let secret = drawer.find(&mine.hash)?.salt;
            let round = Id(round);
            let what = format!("reveal the secret for round {round}");
            (from, what, BeaconMsg::Reveal { round, secret })
        }
    };
    let sender = session.address(&from).await?;
    let message = message::execute(&sender, &contract, &ExecuteMsg::Beacon(told))?;
    let mut act = Act::new(&from, what, message);
    act.results = &[("value", "value")];
    session.act(client, act).await
}

fn drawer(session: &Session, contract: &AccountAddress, round: u64, person: Id) -> Drawer {
    Drawer::of(
        session,
        &contract.to_string(),
        &format!("round-{round}-{person}"),
    )
}

async fn commit(
    session: &Session,
    client: &Client<Http>,
    contract: &AccountAddress,
    round: u64,
    from: &str,
) -> Result<BeaconMsg, Failure> {
    let person = super::person(session, client, from).await?;
    let chain = session.wallet(from, client).await?.chain_id().to_owned();
    let salt = Drawer::salt();
    let hash = hex::encode(commit_reveal::hash(&chain, round, person.0, &salt));
    if !session.globals().dry_run {
        drawer(session, contract, round, person).keep(Secret {
            commitment: hash.clone(),
            salt: hex::encode(salt),
            outcome: None,
            reasons: None,
        })?;
    }
    Ok(BeaconMsg::Commit {
        round: Id(round),
        hash,
    })
}
