//! A ceremony's folder, step by step.
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{
    contribute::{beacon, contribute},
    contribution::{Hash, Kind},
    error::{CeremonyError, Flaw, format, io},
    file::{Zkey, read, replace},
    ptau::Ptau,
    r1cs::R1cs,
    setup,
    transcript::{Transcript, hex},
    verify::{Report, is_person, verify},
};

const ABOUT: &str = "ceremony.json";
const CIRCUIT: &str = "circuit.r1cs";
const FINAL: &str = "final.zkey";
/// Contributions that a folder numbers, at most.
const MOST: u32 = 9_999;

/// What a ceremony is about: `ceremony.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The circuit's name.
    pub circuit: String,
    /// BLAKE3 of its constraint system, hexadecimal.
    pub r1cs: String,
    /// BLAKE3 of the powers of tau, hexadecimal.
    pub powers_of_tau: String,
    /// log₂ of the rows that they reach.
    pub powers: u32,
}

/// A ceremony of one circuit in a folder.
#[derive(Clone, Debug)]
pub struct Ceremony {
    folder: PathBuf,
    about: About,
}

/// A step that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its number; 0 is `init`.
    pub number: u32,
    /// The key after it.
    pub path: PathBuf,
    /// The contribution's hash (the circuit's, of `init`): the contributor publishes it.
    pub hash: Hash,
}

impl Ceremony {
    /// Begins: writes the circuit and the first key into a folder that has no ceremony yet.
    ///
    /// # Errors
    /// If there is one, the circuit or the powers are no such files, or the powers are too few.
    pub fn init(
        folder: &Path,
        circuit: &str,
        r1cs: &Path,
        powers: &Path,
    ) -> Result<(Self, Step), CeremonyError> {
        if folder.join(ABOUT).exists() {
            return Err(CeremonyError::Order(std::format!(
                "{} has a ceremony already: contribute to it, or begin in another folder",
                folder.display()
            )));
        }
        std::fs::create_dir_all(folder).map_err(io(folder))?;
        let bytes = read(r1cs, "r1cs")?;
        let mut ptau = Ptau::open(powers)?;
        let key = setup::init(&R1cs::read(&bytes)?, &mut ptau)?;
        let about = About {
            circuit: circuit.to_owned(),
            r1cs: hex(blake3::hash(&bytes).as_bytes()),
            powers_of_tau: hex(&ptau.digest()?),
            powers: ptau.power(),
        };
        let ceremony = Self {
            folder: folder.to_owned(),
            about,
        };
        replace(&folder.join(CIRCUIT), &bytes)?;
        let path = ceremony.path(0);
        replace(&path, key.bytes())?;
        // last: a folder that has it has the rest
        let mut json = serde_json::to_vec_pretty(&ceremony.about).expect("strings are JSON");
        json.push(b'\n');
        replace(&folder.join(ABOUT), &json)?;
        let hash = key.record.circuit;
        let step = Step {
            number: 0,
            path,
            hash,
        };
        Ok((ceremony, step))
    }

    /// Goes on with a ceremony that was begun.
    ///
    /// # Errors
    /// If the folder has none.
    pub fn open(folder: &Path) -> Result<Self, CeremonyError> {
        let path = folder.join(ABOUT);
        if !path.exists() {
            return Err(CeremonyError::Order(std::format!(
                "{} has no ceremony: begin with `mycel zk ceremony init`",
                folder.display()
            )));
        }
        let about = serde_json::from_slice(&read(&path, ABOUT)?)
            .map_err(|error| format(ABOUT, error.to_string()))?;
        Ok(Self {
            folder: folder.to_owned(),
            about,
        })
    }

    /// What it is about.
    #[must_use]
    pub fn about(&self) -> &About {
        &self.about
    }

    fn path(&self, number: u32) -> PathBuf {
        self.folder.join(std::format!("{number:04}.zkey"))
    }

    /// The last key and its number: what the next contributor takes.
    #[must_use]
    pub fn latest(&self) -> (u32, PathBuf) {
        let number = (1..=MOST)
            .take_while(|n| self.path(*n).exists())
            .last()
            .unwrap_or(0);
        (number, self.path(number))
    }

    fn last(&self) -> Result<(u32, Zkey), CeremonyError> {
        if self.is_finished() {
            let why = "this ceremony is finished: its key is final.zkey";
            return Err(CeremonyError::Order(why.to_owned()));
        }
        let (number, path) = self.latest();
        Ok((number, Zkey::open(&path)?))
    }

    fn next(&self, number: u32, bytes: Vec<u8>) -> Result<Step, CeremonyError> {
        if number > MOST {
            return Err(CeremonyError::Order(std::format!(
                "more than {MOST} contributions"
            )));
        }
        let path = self.path(number);
        replace(&path, &bytes)?;
        let contributions = Zkey::parse(bytes)?.record.contributions;
        let last = contributions.last().expect("a contribution was added");
        Ok(Step {
            number,
            path,
            hash: last.hash(),
        })
    }

    /// Contributes on this machine.
    ///
    /// # Errors
    /// If the ceremony is finished, or a file cannot be read or written.
    pub fn contribute(&self, name: &str, entropy: &[u8]) -> Result<Step, CeremonyError> {
        let (number, key) = self.last()?;
        self.next(number + 1, contribute(&key, name, entropy)?)
    }

    /// Ends the chain with a public value.
    ///
    /// # Errors
    /// As [`Ceremony::contribute`], and if no person contributed yet: a beacon alone hides nothing.
    pub fn beacon(&self, name: &str, value: &[u8], power: u8) -> Result<Step, CeremonyError> {
        let (number, key) = self.last()?;
        if !key.record.contributions.iter().any(is_person) {
            let why = "a beacon alone hides nothing: contribute first";
            return Err(CeremonyError::Order(why.to_owned()));
        }
        self.next(number + 1, beacon(&key, name, value, power)?)
    }

    /// Takes in a contribution that was made elsewhere, with this program or with snarkjs: it must go on from the last
    /// key by exactly one, and hold. A beacon is [`Ceremony::beacon`]'s to add: from elsewhere, it is one that they chose.
    ///
    /// # Errors
    /// If it does not.
    pub fn take(&self, file: &Path) -> Result<Step, CeremonyError> {
        let (number, last) = self.last()?;
        let theirs = Zkey::open(file)?;
        let (ours, all) = (&last.record.contributions, &theirs.record.contributions);
        if all.len() != ours.len() + 1 || all[..ours.len()] != ours[..] {
            return Err(CeremonyError::Order(std::format!(
                "the file does not go on from contribution={number} by one: give them {} and ask again",
                self.path(number).display()
            )));
        }
        if all.last().is_some_and(|one| one.kind != Kind::Person) {
            let why = "the file goes on by a beacon, which hides nothing: contribute a secret, or add the beacon here \
                       with `mycel zk ceremony beacon`";
            return Err(CeremonyError::Order(why.to_owned()));
        }
        verify(&Zkey::open(&self.path(0))?, &theirs)?;
        self.next(number + 1, theirs.bytes().to_vec())
    }

    /// Verifies the whole: makes the first key again from the circuit and the powers of tau, then follows the chain.
    ///
    /// # Errors
    /// [`CeremonyError::Flaw`] with what does not hold, or [`CeremonyError::Order`] for other files than it began with.
    pub fn verify(&self, powers: &Path) -> Result<Report, CeremonyError> {
        let key = match self.is_finished() {
            true => self.finished()?,
            false => Zkey::open(&self.latest().1)?,
        };
        verify(&self.again(powers)?, &key)
    }

    /// The first key, made again.
    fn again(&self, powers: &Path) -> Result<Zkey, CeremonyError> {
        let bytes = read(&self.folder.join(CIRCUIT), "r1cs")?;
        let mut ptau = Ptau::open(powers)?;
        let about = &self.about;
        if hex(blake3::hash(&bytes).as_bytes()) != about.r1cs || !is_named(&about.circuit, &bytes) {
            return Err(Flaw::Circuit("circuit.r1cs").into());
        }
        if hex(&ptau.digest()?) != about.powers_of_tau {
            return Err(CeremonyError::Order(std::format!(
                "{} are not the powers of tau that this ceremony began with (blake3 {})",
                powers.display(),
                about.powers_of_tau
            )));
        }
        setup::init(&R1cs::read(&bytes)?, &mut ptau)
    }

    /// Closes: verifies the whole, requires somebody's contribution and a beacon last, and keeps the key as `final.zkey`.
    ///
    /// # Errors
    /// If any of this does not hold.
    pub fn finish(&self, powers: &Path) -> Result<Report, CeremonyError> {
        let (_, key) = self.last()?;
        let report = verify(&self.again(powers)?, &key)?;
        if !report.ends_with_beacon || report.people == 0 {
            let why = "a ceremony ends with a beacon after at least one person's contribution: run \
                       `mycel zk ceremony beacon` with a value that nobody could foresee";
            return Err(CeremonyError::Order(why.to_owned()));
        }
        replace(&self.folder.join(FINAL), key.bytes())?;
        Ok(report)
    }

    /// What the finished ceremony was: what is published and compared.
    ///
    /// # Errors
    /// If it is not finished, or its key cannot be read.
    pub fn transcript(&self) -> Result<Transcript, CeremonyError> {
        Transcript::new(&self.about, &self.finished()?)
    }

    /// Whether it is closed.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.folder.join(FINAL).exists()
    }

    fn finished(&self) -> Result<Zkey, CeremonyError> {
        if !self.is_finished() {
            let why = "the ceremony is not finished: run `mycel zk ceremony finish`";
            return Err(CeremonyError::Order(why.to_owned()));
        }
        Zkey::open(&self.folder.join(FINAL))
    }

    /// Writes `verification_key.json`, `verification_key.bin` and `transcript.json` of the finished key into a folder.
    ///
    /// # Errors
    /// If the ceremony is not finished, or writing fails.
    pub fn export(&self, out: &Path) -> Result<Transcript, CeremonyError> {
        let key = self.finished()?;
        let transcript = Transcript::new(&self.about, &key)?;
        let verifying = key.verifying_key()?;
        std::fs::create_dir_all(out).map_err(io(out))?;
        let json = mycel_verifier::snarkjs::key_json(&verifying);
        let mut json = serde_json::to_vec_pretty(&json).expect("strings are JSON");
        json.push(b'\n');
        replace(&out.join("verification_key.json"), &json)?;
        replace(&out.join("verification_key.bin"), &verifying.encode())?;
        replace(&out.join("transcript.json"), &transcript.encode())?;
        Ok(transcript)
    }
}

/// Whether a folder's circuit is what its name says. The trust contract's circuits are known here: a folder that has
/// another system of rows under one of their names could prove what is not so.
fn is_named(name: &str, r1cs: &[u8]) -> bool {
    let Ok(kind) = name.parse::<mycel_circuits::Kind>() else {
        return true;
    };
    let mut own = Vec::new();
    mycel_circuits::r1cs::write(&kind.compile(), &mut own).is_ok() && own == r1cs
}
