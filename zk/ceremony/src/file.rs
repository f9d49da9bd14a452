//! A `.zkey` in memory, as steps of a ceremony pass it on.
use std::{
    io::Write,
    ops::Range,
    path::{Path, PathBuf},
};

use ark_bn254::G1Affine;
use mycel_prover::{
    points::{self, G1},
    zkey::{self, HEADER_BYTES, Header, section},
};
use mycel_verifier::key::VerifyingKey;

use crate::{
    contribution::Record,
    error::{CeremonyError, format, io},
    sections::{self, Table},
};

const FILE: &str = "zkey";
/// Larger files are not read: a circuit of 2^20 rows has less.
const MAX_BYTES: u64 = 1 << 31;

/// A key, its header and its contributions read.
#[derive(Debug)]
pub struct Zkey {
    bytes: Vec<u8>,
    table: [Range<usize>; 11],
    /// Sizes and the points of the header.
    pub header: Header,
    /// Who contributed.
    pub record: Record,
}

impl Zkey {
    /// Reads a file.
    ///
    /// # Errors
    /// If it cannot be read, is too large, or is no key.
    pub fn open(path: &Path) -> Result<Self, CeremonyError> {
        Self::parse(read(path, FILE)?)
    }

    /// Reads a file's bytes: the envelope, the header, the sizes of all sections, the contributions.
    ///
    /// # Errors
    /// If they are no key.
    pub fn parse(bytes: Vec<u8>) -> Result<Self, CeremonyError> {
        let found = Table::of(FILE, &[1, 2], &bytes)?;
        let mut table: [Range<usize>; 11] = std::array::from_fn(|_| 0..0);
        for id in section::PROTOCOL..=section::CONTRIBUTIONS {
            let range = found
                .get(id)
                .ok_or_else(|| format(FILE, std::format!("section={id} is missing")))?;
            table[id as usize] = range.start as usize..range.end as usize;
        }
        if found.ids().any(|id| id > section::CONTRIBUTIONS) {
            return Err(format(FILE, "a section that does not belong there"));
        }
        if bytes[table[1].clone()] != 1_u32.to_le_bytes() {
            return Err(format(FILE, "another protocol than groth16"));
        }
        let header: &[u8; HEADER_BYTES] = bytes[table[2].clone()]
            .try_into()
            .map_err(|_| format(FILE, "another header"))?;
        let header = Header::decode(header)?;
        for (id, range) in table.iter().enumerate().skip(1) {
            let size = range.len() as u64;
            if header
                .size_of(id as u32)
                .is_some_and(|expected| expected != size)
            {
                return Err(format(FILE, std::format!("section={id} has another size")));
            }
        }
        if table[10].len() as u64 > zkey::MAX_CONTRIBUTIONS_BYTES {
            return Err(format(FILE, "more contributions than are read"));
        }
        let record = Record::decode(&bytes[table[10].clone()])?;
        Ok(Self {
            bytes,
            table,
            header,
            record,
        })
    }

    /// Puts a key together; the order of sections is snarkjs'.
    pub(crate) fn assemble(
        header: &Header,
        record: &Record,
        order: [u32; 7],
        body: [&[u8]; 7],
    ) -> Vec<u8> {
        let (head, tail) = (header.encode(), record.encode());
        let protocol = 1_u32.to_le_bytes();
        let mut all: Vec<(u32, &[u8])> =
            vec![(section::PROTOCOL, &protocol), (section::HEADER, &head)];
        all.extend(order.into_iter().zip(body));
        all.push((section::CONTRIBUTIONS, &tail));
        sections::write(FILE, 1, &all)
    }

    /// The whole file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// A section's bytes.
    pub(crate) fn section(&self, id: u32) -> &[u8] {
        &self.bytes[self.table[id as usize].clone()]
    }

    /// A section of points of G1, each canonical and on the curve.
    pub(crate) fn points(&self, id: u32) -> Result<Vec<G1Affine>, CeremonyError> {
        let points: Option<Vec<_>> = self
            .section(id)
            .chunks_exact(G1)
            .map(|chunk| points::read_g1(chunk.try_into().expect("a point's bytes")))
            .collect();
        points.ok_or_else(|| format(FILE, std::format!("section={id} has a point off the curve")))
    }

    /// BLAKE3 over the file: what [`mycel_prover::ProvingKey::read`] is told to expect.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        blake3::hash(&self.bytes).into()
    }

    /// The key that verifies proofs under this one.
    ///
    /// # Errors
    /// If nobody has contributed yet (anyone could forge), or if a point is unusable.
    pub fn verifying_key(&self) -> Result<VerifyingKey, CeremonyError> {
        let header = &self.header;
        VerifyingKey::new(
            header.alpha_1,
            header.beta_2,
            header.gamma_2,
            header.delta_2,
            self.points(section::IC)?,
        )
        .map_err(|why| format(FILE, why.to_string()))
    }
}

/// Reads a whole file, bounded before anything is allocated.
pub(crate) fn read(path: &Path, file: &'static str) -> Result<Vec<u8>, CeremonyError> {
    let length = std::fs::metadata(path).map_err(io(path))?.len();
    if length > MAX_BYTES {
        return Err(format(
            file,
            std::format!("bytes={length} are above {MAX_BYTES}"),
        ));
    }
    std::fs::read(path).map_err(io(path))
}

/// Writes beside, then renames: whoever is killed meanwhile leaves the old state.
///
/// # Errors
/// If writing fails.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), CeremonyError> {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let mut file = std::fs::File::create(&part).map_err(io(&part))?;
    file.write_all(bytes).map_err(io(&part))?;
    file.sync_all().map_err(io(&part))?;
    drop(file);
    std::fs::rename(&part, path).map_err(io(path))
}
