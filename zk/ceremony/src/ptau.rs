//! Powers of tau, read from snarkjs' `.ptau` as far as a circuit needs them.
//!
//! Section 1: the field and the power p. With n = 2ᵖ: 2 τⁱ·G1 (2n − 1 points), 3 τⁱ·G2 (n), 4 ατⁱ·G1, 5 βτⁱ·G1, 6 β·G2,
//! 7 contributions (not read), 12 to 15 the Lagrange points at τ of every domain up to n (12: up to 2n, there without
//! the power τ^(2n−1)), one domain after the other, over sections 2 to 5.
use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use ark_bn254::{Fq, G1Affine, G2Affine};
use ark_ff::{BigInteger, PrimeField};
use mycel_prover::points::{self, G1, G2};

use crate::{
    error::{CeremonyError, format, io},
    sections::Table,
};

const FILE: &str = "ptau";
/// The largest power that any such file has.
const MAX_POWER: u32 = 28;

/// An open file of powers of tau.
#[derive(Debug)]
pub struct Ptau {
    path: PathBuf,
    file: File,
    table: Table,
    power: u32,
}

impl Ptau {
    /// Opens a file that is prepared for phase 2; reads its table only.
    ///
    /// # Errors
    /// If it is no such file, or its sections have not the sizes that its power asks for.
    pub fn open(path: &Path) -> Result<Self, CeremonyError> {
        let mut file = File::open(path).map_err(io(path))?;
        let length = file.metadata().map_err(io(path))?.len();
        let table = Table::walk(FILE, &[1], length, |at| read_at(&mut file, path, at))?;
        let header = table
            .get(1)
            .ok_or_else(|| format(FILE, "it has no header"))?;
        if header.end - header.start != 44 {
            return Err(format(FILE, "another header"));
        }
        let head: [u8; 44] = read_at(&mut file, path, header.start)?;
        if head[..4] != 32_u32.to_le_bytes() || head[4..36] != Fq::MODULUS.to_bytes_le()[..] {
            return Err(format(FILE, "another curve"));
        }
        let power = u32::from_le_bytes(head[36..40].try_into().expect("four bytes"));
        if !(1..=MAX_POWER).contains(&power) {
            return Err(format(
                FILE,
                std::format!("power={power} is not between 1 and {MAX_POWER}"),
            ));
        }
        let n = 1_u64 << power;
        for (id, count, size) in [
            (2, 2 * n - 1, G1),
            (3, n, G2),
            (4, n, G1),
            (5, n, G1),
            (6, 1, G2),
            (12, 4 * n - 1, G1),
            (13, 2 * n - 1, G2),
            (14, 2 * n - 1, G1),
            (15, 2 * n - 1, G1),
        ] {
            let Some(range) = table.get(id) else {
                let next = "prepare it: `snarkjs powersoftau prepare phase2`";
                return Err(format(
                    FILE,
                    std::format!("section={id} is missing; {next}"),
                ));
            };
            if range.end - range.start != count * size as u64 {
                return Err(format(FILE, std::format!("section={id} has another size")));
            }
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            table,
            power,
        })
    }

    /// log₂ of the most rows a circuit may have.
    #[must_use]
    pub fn power(&self) -> u32 {
        self.power
    }

    fn bytes(&mut self, section: u32, from: usize, size: usize) -> Result<Vec<u8>, CeremonyError> {
        let range = self
            .table
            .get(section)
            .expect("all sections were found when it was opened");
        let start = range.start + from as u64;
        if start + size as u64 > range.end {
            return Err(format(
                FILE,
                std::format!("section={section} has no byte={}", from + size),
            ));
        }
        let mut out = vec![0; size];
        self.file
            .seek(SeekFrom::Start(start))
            .map_err(io(&self.path))?;
        self.file.read_exact(&mut out).map_err(io(&self.path))?;
        Ok(out)
    }

    /// Points of G1, each on the curve and none at infinity except the last Lagrange points of nothing.
    pub(crate) fn g1(
        &mut self,
        section: u32,
        from: usize,
        count: usize,
    ) -> Result<Vec<G1Affine>, CeremonyError> {
        let bytes = self.bytes(section, from * G1, count * G1)?;
        let read = |chunk: &[u8]| points::read_g1(chunk.try_into().expect("a point's bytes"));
        let points: Option<Vec<_>> = bytes.chunks_exact(G1).map(read).collect();
        points.ok_or_else(|| {
            format(
                FILE,
                std::format!("section={section} has a point off the curve"),
            )
        })
    }

    /// Points of G2, each in its group.
    pub(crate) fn g2(
        &mut self,
        section: u32,
        from: usize,
        count: usize,
    ) -> Result<Vec<G2Affine>, CeremonyError> {
        let bytes = self.bytes(section, from * G2, count * G2)?;
        let chunks: Vec<&[u8]> = bytes.chunks_exact(G2).collect();
        let points = crate::parallel::map(&chunks, |chunk| {
            points::read_g2((*chunk).try_into().expect("a point's bytes")).filter(points::in_group)
        });
        let points: Option<Vec<_>> = points.into_iter().collect();
        points.ok_or_else(|| {
            format(
                FILE,
                std::format!("section={section} has a point outside G2"),
            )
        })
    }

    /// The Lagrange points of the domain of 2^power, of sections 12, 14, 15.
    pub(crate) fn lagrange_1(
        &mut self,
        section: u32,
        power: u32,
    ) -> Result<Vec<G1Affine>, CeremonyError> {
        self.g1(section, (1 << power) - 1, 1 << power)
    }

    /// The same of section 13.
    pub(crate) fn lagrange_2(&mut self, power: u32) -> Result<Vec<G2Affine>, CeremonyError> {
        self.g2(13, (1 << power) - 1, 1 << power)
    }

    /// BLAKE3 over the whole file.
    ///
    /// # Errors
    /// If reading fails.
    pub fn digest(&mut self) -> Result<[u8; 32], CeremonyError> {
        self.file.seek(SeekFrom::Start(0)).map_err(io(&self.path))?;
        let mut hasher = blake3::Hasher::new();
        let mut buffer = vec![0; 1 << 16];
        loop {
            let count = self.file.read(&mut buffer).map_err(io(&self.path))?;
            if count == 0 {
                return Ok(hasher.finalize().into());
            }
            hasher.update(&buffer[..count]);
        }
    }
}

fn read_at<const N: usize>(
    file: &mut File,
    path: &Path,
    at: u64,
) -> Result<[u8; N], CeremonyError> {
    let mut out = [0; N];
    file.seek(SeekFrom::Start(at)).map_err(io(path))?;
    file.read_exact(&mut out).map_err(io(path))?;
    Ok(out)
}
