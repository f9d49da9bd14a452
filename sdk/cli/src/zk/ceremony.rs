//! A ceremony in a folder: each step is a file, so that a step that was interrupted leaves the ones before it.
use std::path::{Path, PathBuf};

use mycel_ceremony::{Ceremony, Report, steps::Step, transcript::Transcript};
use serde::Serialize;

use super::{Which, circuits};
use crate::{
    exit::Failure,
    output::{Align, Show, pairs, table},
    session::Session,
};

/// Most bytes of a file of randomness that is read.
const ENTROPY_BYTES: u64 = 1 << 20;

/// Arguments of `mycel zk ceremony`.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cmd {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Begins a ceremony: the first key, of a circuit over public powers of tau
    Init {
        /// The ceremony's folder
        folder: PathBuf,
        /// Which circuit
        #[arg(long, value_enum, value_name = "NAME")]
        circuit: Which,
        /// The powers of tau (`.ptau`), prepared for phase 2
        #[arg(long, value_name = "FILE")]
        ptau: PathBuf,
    },
    /// Mixes in a secret that is forgotten, on this machine; or takes what somebody made elsewhere
    Contribute {
        /// The ceremony's folder
        folder: PathBuf,
        /// Who contributes, as the transcript shall name it
        #[arg(long, value_name = "TEXT", required_unless_present = "take")]
        name: Option<String>,
        /// A file whose bytes are mixed into the secret, beside the system's randomness: dice, noise, anything
        #[arg(long, value_name = "FILE", conflicts_with = "take")]
        entropy: Option<PathBuf>,
        /// Takes in a key that somebody contributed to with this program or snarkjs
        #[arg(long, value_name = "FILE", conflicts_with = "name")]
        take: Option<PathBuf>,
    },
    /// Follows the whole ceremony, from circuit and powers of tau to the last key
    Verify {
        /// The ceremony's folder
        folder: PathBuf,
        /// The powers of tau that it began with
        #[arg(long, value_name = "FILE")]
        ptau: PathBuf,
    },
    /// Ends the chain of contributions with a public value that nobody could foresee
    Beacon {
        /// The ceremony's folder
        folder: PathBuf,
        /// The value in hex, as a later block's hash or a drand round
        #[arg(long, value_name = "HEX")]
        value: String,
        /// log2 of the rounds of SHA-256 that make it dear to search for a value
        #[arg(long, value_name = "N", default_value_t = 10)]
        iterations: u8,
        /// What the transcript says of it
        #[arg(long, value_name = "TEXT", default_value = "beacon")]
        name: String,
    },
    /// Verifies the whole and closes: the last key becomes final.zkey
    Finish {
        /// The ceremony's folder
        folder: PathBuf,
        /// The powers of tau that it began with
        #[arg(long, value_name = "FILE")]
        ptau: PathBuf,
    },
    /// Writes verification_key.json, verification_key.bin and transcript.json of a finished ceremony
    Export {
        /// The ceremony's folder
        folder: PathBuf,
        /// Where to
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

#[derive(Serialize)]
struct Done {
    step: u32,
    file: String,
    /// What the contributor publishes.
    hash: String,
    next: String,
}

impl Show for Done {
    fn human(&self) -> String {
        pairs(&[
            ("step", self.step.to_string()),
            ("file", self.file.clone()),
            ("hash", self.hash.clone()),
            ("next", self.next.clone()),
        ])
    }
}

fn done(step: &Step, next: String) -> Done {
    Done {
        step: step.number,
        file: step.path.display().to_string(),
        hash: hex::encode(step.hash),
        next,
    }
}

#[derive(Serialize)]
struct Contribution {
    name: String,
    hash: String,
}

#[derive(Serialize)]
struct Holds {
    holds: bool,
    circuit: String,
    circuit_hash: String,
    contributions: Vec<Contribution>,
    /// Contributions with a secret that is not everybody's.
    people: usize,
    ends_with_beacon: bool,
    /// Over the powers of tau for development.
    development: bool,
    /// BLAKE3 of the powers of tau, to be compared with what others publish of theirs.
    powers_of_tau: String,
    /// Of a finished ceremony: its hash and BLAKE3 of its verifying key, as the chain's register has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    ceremony: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verifying_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl Holds {
    fn new(ceremony: &Ceremony, report: &Report, next: Option<String>) -> Result<Self, Failure> {
        let finished = match ceremony.is_finished() {
            true => Some(ceremony.transcript()?),
            false => None,
        };
        let contribution = |(name, hash): &(String, _)| Contribution {
            name: name.clone(),
            hash: hex::encode(hash),
        };
        Ok(Self {
            holds: true,
            circuit: ceremony.about().circuit.clone(),
            circuit_hash: hex::encode(report.circuit),
            contributions: report.contributions.iter().map(contribution).collect(),
            people: report.people,
            ends_with_beacon: report.ends_with_beacon,
            development: report.development,
            powers_of_tau: ceremony.about().powers_of_tau.clone(),
            ceremony: finished.as_ref().map(|made| hex::encode(made.hash())),
            verifying_key: finished.map(|made| made.verifying_key),
            next,
        })
    }
}

impl Show for Holds {
    fn human(&self) -> String {
        let rows: Vec<_> = (1..)
            .zip(&self.contributions)
            .map(|(n, one): (u32, _)| vec![n.to_string(), one.name.clone(), one.hash.clone()])
            .collect();
        let ends = match self.ends_with_beacon {
            true => "with a beacon",
            false => "without a beacon yet",
        };
        let mut about = vec![
            ("holds", "yes: every contribution follows from those before it, and the key is the circuit's".into()),
            ("circuit", format!("{} ({}…)", self.circuit, &self.circuit_hash[..16])),
            ("people", self.people.to_string()),
            ("ends", ends.into()),
            ("powers", self.powers_of_tau.clone()),
        ];
        if let (Some(ceremony), Some(key)) = (&self.ceremony, &self.verifying_key) {
            about.extend([("ceremony", ceremony.clone()), ("key", key.clone())]);
        }
        let mut text = pairs(&about);
        if self.people == 0 || self.development {
            text.push_str(match self.development {
                true => "FORGEABLE: these are the powers of tau for development, whose secrets everybody knows\n",
                false => "FORGEABLE: no person has contributed yet, and a beacon hides nothing\n",
            });
        }
        if !rows.is_empty() {
            let headings = [
                ("", Align::Right),
                ("who", Align::Left),
                ("hash, as they published it", Align::Left),
            ];
            text.push_str(&table(&headings, &rows));
        }
        if let Some(next) = &self.next {
            text.push_str(&format!("next: {next}\n"));
        }
        text
    }
}

#[derive(Serialize)]
struct Exported {
    out: String,
    /// The ceremony's hash, which the chain keeps beside the key.
    ceremony: String,
    transcript: Transcript,
}

impl Show for Exported {
    fn human(&self) -> String {
        pairs(&[
            ("ceremony", self.ceremony.clone()),
            ("key", self.transcript.verifying_key.clone()),
            (
                "files",
                format!(
                    "verification_key.json, verification_key.bin, transcript.json in {}",
                    self.out
                ),
            ),
            (
                "prove with it",
                "`mycel zk keys --add FOLDER/final.zkey --transcript DIR/transcript.json`".into(),
            ),
        ])
    }
}

/// Does one step.
pub fn run(cmd: &Cmd, session: &Session) -> Result<(), Failure> {
    let dry = session.globals().dry_run;
    let would = |what: &str, folder: &Path| {
        eprintln!("would {what} in {}; nothing was written", folder.display());
        Ok(())
    };
    match &cmd.verb {
        Verb::Init {
            folder,
            circuit,
            ptau,
        } => {
            if dry {
                return would("begin a ceremony", folder);
            }
            std::fs::create_dir_all(folder).map_err(|e| Failure::file(folder.display(), &e))?;
            let r1cs = folder.join(format!("{}.r1cs", circuit.name()));
            std::fs::write(&r1cs, circuits::r1cs(*circuit))
                .map_err(|e| Failure::file(r1cs.display(), &e))?;
            let bar = session.spinner("making the first key");
            let begun = Ceremony::init(folder, circuit.name(), &r1cs, ptau);
            bar.finish_and_clear();
            // the ceremony keeps its own copy under a name of its own
            let _ = std::fs::remove_file(&r1cs);
            let (ceremony, step) = begun?;
            eprintln!(
                "powers of tau {}: compare with what others publish of theirs (BLAKE3)",
                ceremony.about().powers_of_tau
            );
            let next = format!(
                "`mycel zk ceremony contribute {} --name WHO`",
                folder.display()
            );
            session.print(&done(&step, next));
        }
        Verb::Contribute {
            folder,
            name,
            entropy,
            take,
        } => {
            let ceremony = Ceremony::open(folder)?;
            if dry {
                return would("contribute", folder);
            }
            let bar = session.spinner("contributing");
            let made = match (take, name) {
                (Some(file), _) => ceremony.take(file),
                (None, name) => {
                    let more = entropy.as_deref().map(read).transpose()?;
                    let name = name.as_deref().unwrap_or_default();
                    ceremony.contribute(name, &more.unwrap_or_default())
                }
            };
            bar.finish_and_clear();
            let step = made?;
            let next = "publish the hash; the file goes to the next contributor, or `mycel zk ceremony beacon`".into();
            session.print(&done(&step, next));
        }
        Verb::Verify { folder, ptau } => {
            let ceremony = Ceremony::open(folder)?;
            let bar = session.spinner("verifying");
            let report = ceremony.verify(ptau);
            bar.finish_and_clear();
            session.print(&Holds::new(&ceremony, &report?, None)?);
        }
        Verb::Beacon {
            folder,
            value,
            iterations,
            name,
        } => {
            let bytes = hex::decode(value).map_err(|_| {
                Failure::Usage(format!(
                    "value={value} is no hex; write a block's hash or a drand round's randomness"
                ))
            })?;
            let ceremony = Ceremony::open(folder)?;
            if dry {
                return would("end the chain with a beacon", folder);
            }
            let bar = session.spinner("contributing the beacon");
            let made = ceremony.beacon(name, &bytes, *iterations);
            bar.finish_and_clear();
            let next = format!(
                "`mycel zk ceremony finish {} --ptau FILE`",
                folder.display()
            );
            session.print(&done(&made?, next));
        }
        Verb::Finish { folder, ptau } => {
            let ceremony = Ceremony::open(folder)?;
            if dry {
                return would("close the ceremony", folder);
            }
            let bar = session.spinner("verifying");
            let report = ceremony.finish(ptau);
            bar.finish_and_clear();
            let next = format!("`mycel zk ceremony export {} --out DIR`", folder.display());
            session.print(&Holds::new(&ceremony, &report?, Some(next))?);
        }
        Verb::Export { folder, out } => {
            let ceremony = Ceremony::open(folder)?;
            if dry {
                return would("export the key", folder);
            }
            let transcript = ceremony.export(out)?;
            session.print(&Exported {
                out: out.display().to_string(),
                ceremony: hex::encode(transcript.hash()),
                transcript,
            });
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    use std::io::Read;
    let file = |e: std::io::Error| Failure::file(path.display(), &e);
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .map_err(file)?
        .take(ENTROPY_BYTES)
        .read_to_end(&mut bytes)
        .map_err(file)?;
    Ok(bytes)
}
