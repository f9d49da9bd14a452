//! What jurors do.
use std::path::PathBuf;

use mycel_client::{
    Client, Http, message,
    sortition::juries::{ask::JurorResponse, ballot, record},
};
use mycel_kit::Id;
use mycel_sortition::msg::ExecuteMsg;
use mycel_types::AccountAddress;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{
    case::{Known, known, parties},
    left,
    secret::{Drawer, Secret},
};
use crate::{
    exit::Failure,
    output::{Align, Show, table},
    session::{Act, Session},
};

/// Arguments of `mycel draw juror`.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cmd {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Shows which cases wait for somebody
    Duties {
        /// For whom: a name, a handle or an address
        name: String,
    },
    /// Commits to a vote; what it stands for is kept in the home directory until it is revealed
    Vote {
        /// The case's number
        case: u64,
        /// What to vote, as `draw case` lists it: uphold, dismiss …
        outcome: String,
        /// A file with the reasons; their hash goes with the vote
        #[arg(long, value_name = "FILE")]
        reasons: Option<PathBuf>,
        /// Who votes: the name of a key
        #[arg(long, value_name = "NAME")]
        from: String,
    },
    /// Reveals the vote
    Reveal(One),
    /// Gives the seat back
    Recuse(One),
}

#[derive(Debug, clap::Args)]
struct One {
    /// The case's number
    case: u64,
    /// Who: the name of a key
    #[arg(long, value_name = "NAME")]
    from: String,
}

#[derive(Serialize)]
struct Duties {
    #[serde(flatten)]
    told: JurorResponse,
    /// Unix seconds of the contracts' clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<u64>,
    #[serde(skip)]
    known: Known,
}

impl Show for Duties {
    fn human(&self) -> String {
        if self.told.duties.is_empty() {
            return "no case waits".into();
        }
        let headings = [
            ("case", Align::Right),
            ("kind", Align::Left),
            ("about", Align::Left),
            ("to do", Align::Left),
            ("time", Align::Left),
            ("outcomes", Align::Left),
        ];
        let rows: Vec<_> = self
            .told
            .duties
            .iter()
            .map(|duty| {
                vec![
                    duty.case.0.to_string(),
                    duty.kind.clone(),
                    parties(&duty.parties, &self.known),
                    todo(&duty.todo, duty.case.0),
                    left(duty.until.0, self.now),
                    duty.outcomes.join(", "),
                ]
            })
            .collect();
        table(&headings, &rows)
    }
}

/// What to do next, with its command.
fn todo(todo: &str, case: u64) -> String {
    match todo {
        "commit" => format!("commit: `mycel draw juror vote {case} OUTCOME --from NAME`"),
        "reveal" => format!("reveal: `mycel draw juror reveal {case} --from NAME`"),
        other => other.to_owned(),
    }
}

/// Shows duties, commits, reveals or gives back.
pub async fn run(
    cmd: Cmd,
    session: &Session,
    client: &Client<Http>,
    contract: AccountAddress,
) -> Result<(), Failure> {
    let (from, what, body) = match cmd.verb {
        Verb::Duties { name } => {
            let person = super::person(session, client, &name).await?;
            let told = client.sortition(contract).juror(person).await?;
            let persons = told.duties.iter().flat_map(|duty| &duty.parties).copied();
            let known = known(session, client, persons).await;
            let now = client.contract_time().await.ok();
            session.print(&Duties { told, now, known });
            return Ok(());
        }
        Verb::Vote {
            case,
            outcome,
            reasons,
            from,
        } => {
            let reasons = match reasons {
                Some(path) => {
                    std::fs::read(&path).map_err(|e| Failure::file(path.display(), &e))?
                }
                None => vec![],
            };
            let matter = Matter::find(session, client, &contract, case, &from).await?;
            let commitment = matter.seal(session, &outcome, &Sha256::digest(reasons).into())?;
            let what = format!(
                "commit to a vote in case {case}; it stays sealed until `mycel draw juror reveal {case}`"
            );
            let case = Id(case);
            (from, what, ExecuteMsg::CommitVote { case, commitment })
        }
        Verb::Reveal(One { case, from }) => {
            let matter = Matter::find(session, client, &contract, case, &from).await?;
            let secret = matter.open(client, &contract).await?;
            let outcome = secret.outcome.unwrap_or_default();
            let what = format!("reveal the vote {outcome} in case {case}");
            let body = ExecuteMsg::RevealVote {
                case: Id(case),
                outcome,
                reasons: secret.reasons.unwrap_or_default(),
                salt: secret.salt,
            };
            (from, what, body)
        }
        Verb::Recuse(One { case, from }) => {
            let what = format!("give the seat on the jury of case {case} back");
            (from, what, ExecuteMsg::Recuse { case: Id(case) })
        }
    };
    let sender = session.address(&from).await?;
    let message = message::execute(&sender, &contract, &body)?;
    session.act(client, Act::new(&from, what, message)).await
}

/// A juror in a case.
struct Matter {
    case: u64,
    jury: u8,
    person: u64,
    outcomes: Vec<String>,
    drawer: Drawer,
}

impl Matter {
    async fn find(
        session: &Session,
        client: &Client<Http>,
        contract: &AccountAddress,
        case: u64,
        from: &str,
    ) -> Result<Self, Failure> {
        let person = super::person(session, client, from).await?;
        let told = client.sortition(contract.clone()).case(Id(case)).await?;
        let jury = u8::try_from(told.juries.len().saturating_sub(1)).unwrap_or(0);
        let seats = told.juries.last().map(|jury| &jury.seats);
        let seat = seats.and_then(|seats| seats.iter().find(|seat| seat.person == person));
        if seat.is_none() {
            return Err(Failure::Refused(format!(
                "{from} (person {person}) was not called to case {case}; see `mycel draw juror duties {from}`"
            )));
        }
        let matter = format!("case-{case}-{jury}-{person}");
        Ok(Self {
            case,
            jury,
            person: person.0,
            outcomes: told.outcomes,
            drawer: Drawer::of(session, &contract.to_string(), &matter),
        })
    }

    /// The commitment to a vote. What it stands for is kept before anything is sent.
    fn seal(
        &self,
        session: &Session,
        outcome: &str,
        reasons: &[u8; 32],
    ) -> Result<String, Failure> {
        if !self.outcomes.iter().any(|known| known == outcome) {
            return Err(Failure::Usage(format!(
                "no outcome={outcome:?} in case {}; there are {}",
                self.case,
                self.outcomes.join(", ")
            )));
        }
        let salt = Drawer::salt();
        let sealed = ballot::commitment(self.case, self.jury, self.person, outcome, reasons, &salt);
        let commitment = hex::encode(sealed);
        if !session.globals().dry_run {
            self.drawer.keep(Secret {
                commitment: commitment.clone(),
                salt: hex::encode(salt),
                outcome: Some(outcome.to_owned()),
                reasons: Some(hex::encode(reasons)),
            })?;
        }
        Ok(commitment)
    }

    /// What the commitment on the chain stands for.
    async fn open(
        &self,
        client: &Client<Http>,
        contract: &AccountAddress,
    ) -> Result<Secret, Failure> {
        let key = record::ballot(self.case, self.jury, self.person);
        let bytes = client.raw(contract, key.bytes()).await?;
        let kept = key.decode(&bytes).map_err(|_| {
            Failure::Refused(format!(
                "nothing was committed to in case {}; see `mycel draw case {}`",
                self.case, self.case
            ))
        })?;
        self.drawer.find(&hex::encode(kept.commitment))
    }
}
