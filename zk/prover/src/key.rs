//! Proving keys, read from `.zkey` files.
use std::{io::Read, ops::ControlFlow};

use ark_bn254::{G1Affine, G2Affine};
use ark_ec::AffineRepr;
use mycel_verifier::key::{PreparedKey, VerifyingKey};

use crate::{
    KeyError,
    matrices::{Builder, Matrices},
    points::{self, G1, G2},
    progress::{Progress, Stage},
    zkey::{self, COEFFICIENT_BYTES, HEADER_BYTES, Header, section},
};

/// Bytes read at a time.
const CHUNK: usize = 1 << 16;
/// Sections of a file, at most.
const MAX_SECTIONS: u32 = 16;

/// All that proving needs, and the verifying key that its proofs are checked with.
pub struct ProvingKey {
    pub(crate) header: Header,
    pub(crate) matrices: Matrices,
    pub(crate) a: Query<G1Affine>,
    pub(crate) b_1: Query<G1Affine>,
    pub(crate) b_2: Query<G2Affine>,
    pub(crate) c: Query<G1Affine>,
    pub(crate) h: Query<G1Affine>,
    verifying: VerifyingKey,
    pub(crate) prepared: PreparedKey,
    digest: [u8; 32],
}

impl std::fmt::Debug for ProvingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProvingKey")
            .field("variables", &self.header.variables)
            .field("publics", &self.header.publics)
            .field("domain", &self.header.domain)
            .finish_non_exhaustive()
    }
}

/// The points of a section that are not at infinity, and whose they are: many variables never stand in B.
pub(crate) struct Query<P> {
    pub(crate) which: Vec<u32>,
    pub(crate) points: Vec<P>,
}

impl ProvingKey {
    /// Reads a key and requires that BLAKE3 over the whole file is `expected`, if given.
    ///
    /// What G2 points of the queries lie in is left to that digest and to the check of every proof.
    ///
    /// # Errors
    /// If the file is no key, is larger than the limits, has another digest, ends early or goes on past its sections, or
    /// if `progress` says to stop.
    pub fn read(
        reader: impl Read,
        expected: Option<&[u8; 32]>,
        progress: &dyn Progress,
    ) -> Result<Self, KeyError> {
        Self::read_of(reader, 0, expected, progress)
    }

    /// The same from a file on disk; `progress` is told its size, too.
    ///
    /// # Errors
    /// As [`ProvingKey::read`].
    pub fn open(
        path: &std::path::Path,
        expected: Option<&[u8; 32]>,
        progress: &dyn Progress,
    ) -> Result<Self, KeyError> {
        let failed = |source| KeyError::Io { at: 0, source };
        let file = std::fs::File::open(path).map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        Self::read_of(file, size, expected, progress)
    }

    /// `total` bytes, or 0 if it is not known how many.
    fn read_of(
        reader: impl Read,
        total: u64,
        expected: Option<&[u8; 32]>,
        progress: &dyn Progress,
    ) -> Result<Self, KeyError> {
        let mut stream = Stream::new(reader, total, progress);
        if &stream.array::<4>()? != zkey::MAGIC || !matches!(stream.number()?, 1 | 2) {
            return Err(KeyError::Format("it does not begin as a zkey"));
        }
        let count = stream.number()?;
        zkey::limit("sections", count, MAX_SECTIONS)?;
        stream.expect_section(section::PROTOCOL, 4)?;
        if stream.number()? != 1 {
            return Err(KeyError::Format("another protocol"));
        }
        stream.expect_section(section::HEADER, HEADER_BYTES as u64)?;
        let header = Header::decode(&stream.array()?)?;
        let mut parts = Parts::default();
        for _ in 2..count {
            let (id, size) = (stream.number()?, stream.long()?);
            if let Some(expected) = header.size_of(id).filter(|expected| *expected != size) {
                return Err(KeyError::Size {
                    section: id,
                    size,
                    expected,
                });
            }
            parts.read(id, size, &header, &mut stream)?;
        }
        let digest = stream.finish()?;
        if let Some(expected) = expected.filter(|expected| **expected != digest) {
            return Err(KeyError::Digest {
                found: hex(&digest),
                expected: hex(expected),
            });
        }
        parts.into_key(header, digest)
    }

    /// BLAKE3 over the file it was read from.
    #[must_use]
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// The key that verifies its proofs.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying
    }

    /// The same, ready to verify with.
    #[must_use]
    pub fn prepared(&self) -> &PreparedKey {
        &self.prepared
    }

    /// The circuit's sizes.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// How many terms its matrices A and B have.
    #[must_use]
    pub fn terms(&self) -> usize {
        self.matrices.terms()
    }
}

/// Sections as they come.
#[derive(Default)]
struct Parts {
    ic: Option<Vec<G1Affine>>,
    matrices: Option<Matrices>,
    a: Option<Query<G1Affine>>,
    b_1: Option<Query<G1Affine>>,
    b_2: Option<Query<G2Affine>>,
    c: Option<Query<G1Affine>>,
    h: Option<Query<G1Affine>>,
}

impl Parts {
    fn read(
        &mut self,
        id: u32,
        size: u64,
        header: &Header,
        stream: &mut Stream<impl Read>,
    ) -> Result<(), KeyError> {
        let fresh = match id {
            section::IC => {
                let points = stream.points::<G1, _>(id, size, points::read_g1)?;
                self.ic.replace(points).is_none()
            }
            section::COEFFICIENTS => {
                let matrices = coefficients(size, header, stream)?;
                self.matrices.replace(matrices).is_none()
            }
            section::B2 => {
                let query = Query::new(stream.points::<G2, _>(id, size, points::read_g2)?);
                self.b_2.replace(query).is_none()
            }
            section::A | section::B1 | section::C | section::H => {
                let query = Query::new(stream.points::<G1, _>(id, size, points::read_g1)?);
                let place = match id {
                    section::A => &mut self.a,
                    section::B1 => &mut self.b_1,
                    section::C => &mut self.c,
                    _ => &mut self.h,
                };
                place.replace(query).is_none()
            }
            section::CONTRIBUTIONS if size <= zkey::MAX_CONTRIBUTIONS_BYTES => {
                stream.skip(size)?;
                true
            }
            _ => return Err(KeyError::Format("a section that does not belong there")),
        };
        fresh
            .then_some(())
            .ok_or(KeyError::Format("a section twice"))
    }

    fn into_key(self, header: Header, digest: [u8; 32]) -> Result<ProvingKey, KeyError> {
        let missing = || KeyError::Format("a section is missing");
        let verifying = VerifyingKey::new(
            header.alpha_1,
            header.beta_2,
            header.gamma_2,
            header.delta_2,
            self.ic.ok_or_else(missing)?,
        )
        .map_err(|why| KeyError::Verifying(why.to_string()))?;
        Ok(ProvingKey {
            prepared: PreparedKey::new(&verifying),
            verifying,
            matrices: self.matrices.ok_or_else(missing)?,
            a: self.a.ok_or_else(missing)?,
            b_1: self.b_1.ok_or_else(missing)?,
            b_2: self.b_2.ok_or_else(missing)?,
            c: self.c.ok_or_else(missing)?,
            h: self.h.ok_or_else(missing)?,
            header,
            digest,
        })
    }
}

impl<P: AffineRepr> Query<P> {
    fn new(points: Vec<P>) -> Self {
        let (which, points) = (0_u32..)
            .zip(points)
            .filter(|(_, point)| !point.is_zero())
            .unzip();
        Self { which, points }
    }
}

fn coefficients(
    size: u64,
    header: &Header,
    stream: &mut Stream<impl Read>,
) -> Result<Matrices, KeyError> {
    let count = stream.number()?;
    zkey::limit("coefficients", count, zkey::MAX_COEFFICIENTS)?;
    let expected = 4 + u64::from(count) * COEFFICIENT_BYTES as u64;
    if size != expected {
        return Err(KeyError::Size {
            section: section::COEFFICIENTS,
            size,
            expected,
        });
    }
    let mut builder = Builder::default();
    for _ in 0..count {
        let (matrix, row, variable) = (stream.number()?, stream.number()?, stream.number()?);
        let value = points::read_coefficient(&stream.array()?)
            .ok_or(KeyError::Format("a coefficient is not canonical"))?;
        if matrix > 1 || row >= header.domain || variable >= header.variables {
            return Err(KeyError::Format(
                "a coefficient stands outside the matrices",
            ));
        }
        builder.push(matrix, row, variable, value);
    }
    Ok(builder.finish(header.domain))
}

/// Reads, hashes, counts and tells.
struct Stream<'a, R> {
    inner: R,
    hasher: blake3::Hasher,
    buffer: Vec<u8>,
    next: usize,
    at: u64,
    total: u64,
    progress: &'a dyn Progress,
}

impl<'a, R: Read> Stream<'a, R> {
    fn new(inner: R, total: u64, progress: &'a dyn Progress) -> Self {
        Self {
            inner,
            hasher: blake3::Hasher::new(),
            buffer: Vec::with_capacity(CHUNK),
            next: 0,
            at: 0,
            total,
            progress,
        }
    }

    fn failed(&self, source: std::io::Error) -> KeyError {
        KeyError::Io {
            at: self.at,
            source,
        }
    }

    /// Refills the buffer; false at the end of the file.
    fn refill(&mut self) -> Result<bool, KeyError> {
        self.buffer.resize(CHUNK, 0);
        let count = loop {
            match self.inner.read(&mut self.buffer) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                result => break result.map_err(|e| self.failed(e))?,
            }
        };
        self.buffer.truncate(count);
        self.next = 0;
        self.hasher.update(&self.buffer);
        self.at += count as u64;
        if self.progress.at(Stage::Reading, self.at, self.total) == ControlFlow::Break(()) {
            return Err(KeyError::Cancelled);
        }
        Ok(count > 0)
    }

    fn fill(&mut self, mut out: &mut [u8]) -> Result<(), KeyError> {
        while !out.is_empty() {
            if self.next == self.buffer.len() && !self.refill()? {
                return Err(self.failed(std::io::ErrorKind::UnexpectedEof.into()));
            }
            let count = out.len().min(self.buffer.len() - self.next);
            let (now, later) = out.split_at_mut(count);
            now.copy_from_slice(&self.buffer[self.next..self.next + count]);
            self.next += count;
            out = later;
        }
        Ok(())
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], KeyError> {
        let mut out = [0; N];
        self.fill(&mut out)?;
        Ok(out)
    }

    fn number(&mut self) -> Result<u32, KeyError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn long(&mut self) -> Result<u64, KeyError> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn expect_section(&mut self, id: u32, expected: u64) -> Result<(), KeyError> {
        let (found, size) = (self.number()?, self.long()?);
        if found != id {
            return Err(KeyError::Format(
                "its sections do not begin with protocol and header",
            ));
        }
        if size != expected {
            return Err(KeyError::Size {
                section: id,
                size,
                expected,
            });
        }
        Ok(())
    }

    /// A section of points; memory grows with what was really read.
    fn points<const N: usize, P>(
        &mut self,
        section: u32,
        size: u64,
        read: impl Fn(&[u8; N]) -> Option<P>,
    ) -> Result<Vec<P>, KeyError> {
        let count = (size / N as u64) as usize;
        let mut points = Vec::with_capacity(count.min(1 << 12));
        for index in 0..count {
            let point = read(&self.array()?).ok_or(KeyError::Point { section, index })?;
            points.push(point);
        }
        Ok(points)
    }

    fn skip(&mut self, mut size: u64) -> Result<(), KeyError> {
        let mut waste = [0; 512];
        while size > 0 {
            let count = size.min(512);
            self.fill(&mut waste[..count as usize])?;
            size -= count;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<[u8; 32], KeyError> {
        if self.next < self.buffer.len() || self.refill()? {
            return Err(KeyError::Format("bytes after the last section"));
        }
        Ok(self.hasher.finalize().into())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
