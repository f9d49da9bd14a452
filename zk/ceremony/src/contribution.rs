//! What a contribution leaves in the key: section 10.
//!
//! ```text
//! circuit's hash 64 ‖ count u32 ‖ contributions
//! contribution: δ after it (G1) ‖ s (G1) ‖ s·x (G1) ‖ t·x (G2) ‖ transcript 64 ‖ kind u32 ‖ size u32 ‖ parameters
//! parameters:   (1 ‖ length ‖ name)?  (2 ‖ log₂ of iterations)?  (3 ‖ length ‖ beacon)?      in this order
//! ```
//!
//! x is the secret, s a random point, t the point that the transcript hashes to: who shows s·x and t·x knows x. The
//! transcript is BLAKE2b-512 over the circuit's hash, all contributions before, s and s·x: it fixes their order.
use ark_bn254::{G1Affine, G2Affine};
use blake2::{Blake2b512, Digest};
use mycel_prover::points;

use crate::{
    draw::Draw,
    error::{CeremonyError, format},
    sections::Cursor,
};

const FILE: &str = "zkey";
/// Most bytes of a name here; files from elsewhere may have up to 255.
pub const MAX_NAME: usize = 64;

/// 64 bytes of BLAKE2b.
pub type Hash = [u8; 64];

/// Where a contribution's secret came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// From a person and their machine.
    Person,
    /// From a public value that nobody could foresee.
    Beacon {
        /// The value.
        value: Vec<u8>,
        /// SHA-256 was applied 2 to this power times.
        iterations: u8,
    },
}

/// One contribution, as everyone sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// δ after it.
    pub delta_after: G1Affine,
    /// s.
    pub base: G1Affine,
    /// s·x.
    pub base_secret: G1Affine,
    /// t·x.
    pub twist_secret: G2Affine,
    /// Hash of all before it, s and s·x.
    pub transcript: Hash,
    /// Where x came from.
    pub kind: Kind,
    /// The contributor's name, as bytes.
    pub name: Vec<u8>,
}

/// The circuit's hash and all contributions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// BLAKE2b over the key that `init` made.
    pub circuit: Hash,
    /// In order.
    pub contributions: Vec<Contribution>,
}

impl Contribution {
    /// What the contributor publishes, so that everyone can find it in the transcript: BLAKE2b over its points and transcript.
    #[must_use]
    pub fn hash(&self) -> Hash {
        let mut hasher = Blake2b512::new();
        self.feed(&mut hasher);
        hasher.finalize().into()
    }

    /// The name, readable: what is no text or steers a terminal is replaced.
    #[must_use]
    pub fn name(&self) -> String {
        let readable = |c: char| if c.is_control() { '\u{fffd}' } else { c };
        String::from_utf8_lossy(&self.name)
            .chars()
            .map(readable)
            .collect()
    }

    /// t.
    pub(crate) fn twist(&self) -> G2Affine {
        Draw::new(&self.transcript).g2()
    }

    pub(crate) fn feed(&self, hasher: &mut Blake2b512) {
        for point in [&self.delta_after, &self.base, &self.base_secret] {
            hasher.update(points::plain_g1(point));
        }
        hasher.update(points::plain_g2(&self.twist_secret));
        hasher.update(self.transcript);
    }

    fn encode(&self, out: &mut Vec<u8>) {
        for point in [&self.delta_after, &self.base, &self.base_secret] {
            points::write_g1(out, point);
        }
        points::write_g2(out, &self.twist_secret);
        out.extend_from_slice(&self.transcript);
        let mut parameters = Vec::new();
        if !self.name.is_empty() {
            parameters.extend([1, self.name.len() as u8]);
            parameters.extend_from_slice(&self.name);
        }
        let mut kind = 0_u32;
        if let Kind::Beacon { value, iterations } = &self.kind {
            kind = 1;
            parameters.extend([2, *iterations, 3, value.len() as u8]);
            parameters.extend_from_slice(value);
        }
        out.extend_from_slice(&kind.to_le_bytes());
        out.extend_from_slice(&(parameters.len() as u32).to_le_bytes());
        out.extend_from_slice(&parameters);
    }

    fn decode(cursor: &mut Cursor<'_>) -> Result<Self, CeremonyError> {
        let off = || format(FILE, "a contribution's point is not on the curve");
        let mut one = || points::read_g1(cursor.array()?).ok_or_else(off);
        let (delta_after, base, base_secret) = (one()?, one()?, one()?);
        let twist_secret = points::read_g2(cursor.array()?).ok_or_else(off)?;
        let transcript = *cursor.array()?;
        let kind = cursor.number()?;
        let size = cursor.number()? as usize;
        let mut rest = Cursor::new(FILE, cursor.bytes(size)?);
        let (mut name, mut iterations, mut value) = (Vec::new(), None, None);
        let mut last = 0;
        while !rest.rest.is_empty() {
            let [tag] = *rest.array::<1>()?;
            if tag <= last {
                return Err(format(FILE, "a contribution's parameters are not in order"));
            }
            last = tag;
            let [length] = *rest.array::<1>()?;
            match tag {
                1 => name = rest.bytes(length.into())?.to_vec(),
                2 => iterations = Some(length),
                3 => value = Some(rest.bytes(length.into())?.to_vec()),
                _ => return Err(format(FILE, "an unknown parameter of a contribution")),
            }
        }
        let kind = match (kind, value, iterations) {
            (0, None, None) => Kind::Person,
            (1, Some(value), Some(iterations)) => Kind::Beacon { value, iterations },
            _ => {
                return Err(format(
                    FILE,
                    "a contribution's kind and parameters do not fit",
                ));
            }
        };
        Ok(Self {
            delta_after,
            base,
            base_secret,
            twist_secret,
            transcript,
            kind,
            name,
        })
    }
}

impl Record {
    /// Section 10's bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = self.circuit.to_vec();
        out.extend_from_slice(&(self.contributions.len() as u32).to_le_bytes());
        for contribution in &self.contributions {
            contribution.encode(&mut out);
        }
        out
    }

    /// Reads section 10.
    ///
    /// # Errors
    /// If it is not exactly one.
    pub fn decode(bytes: &[u8]) -> Result<Self, CeremonyError> {
        let mut cursor = Cursor::new(FILE, bytes);
        let circuit = *cursor.array()?;
        let count = cursor.number()? as usize;
        let mut contributions = Vec::new();
        for _ in 0..count {
            contributions.push(Contribution::decode(&mut cursor)?);
        }
        cursor.end()?;
        Ok(Self {
            circuit,
            contributions,
        })
    }

    /// What every transcript begins with.
    pub(crate) fn begin(&self) -> Blake2b512 {
        Blake2b512::new().chain_update(self.circuit)
    }
}

/// The transcript of a contribution with this public key, after those that were fed.
pub(crate) fn transcript(so_far: &Blake2b512, base: &G1Affine, base_secret: &G1Affine) -> Hash {
    let hasher = so_far.clone().chain_update(points::plain_g1(base));
    hasher
        .chain_update(points::plain_g1(base_secret))
        .finalize()
        .into()
}
