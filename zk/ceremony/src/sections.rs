//! The envelope that `.r1cs`, `.ptau` and `.zkey` share: a magic word, a version, numbered sections.
use std::ops::Range;

use crate::error::{CeremonyError, format};

/// Sections of a file, at most.
const MAX: u32 = 32;

/// Where sections lie: the number and the bytes of each, each number once.
#[derive(Debug, Default)]
pub(crate) struct Table(Vec<(u32, Range<u64>)>);

impl Table {
    /// Walks the envelope. `read(at)` gives the twelve bytes from there on, `length` is the file's.
    pub(crate) fn walk(
        file: &'static str,
        versions: &[u32],
        length: u64,
        mut read: impl FnMut(u64) -> Result<[u8; 12], CeremonyError>,
    ) -> Result<Self, CeremonyError> {
        let short = || format(file, "it ends early");
        if length < 12 {
            return Err(short());
        }
        let head = read(0)?;
        if &head[..4] != file.as_bytes() {
            return Err(format(file, "it does not begin as one"));
        }
        let number = |bytes: &[u8]| u32::from_le_bytes(bytes.try_into().expect("four bytes"));
        if !versions.contains(&number(&head[4..8])) {
            return Err(format(file, "another version"));
        }
        let count = number(&head[8..]);
        if count > MAX {
            return Err(format(
                file,
                std::format!("sections={count} are above {MAX}"),
            ));
        }
        let (mut table, mut at) = (Self::default(), 12_u64);
        for _ in 0..count {
            if at.checked_add(12).is_none_or(|end| end > length) {
                return Err(short());
            }
            let head = read(at)?;
            let id = number(&head[..4]);
            let size = u64::from_le_bytes(head[4..].try_into().expect("eight bytes"));
            let start = at + 12;
            at = start
                .checked_add(size)
                .filter(|end| *end <= length)
                .ok_or_else(short)?;
            if table.0.iter().any(|(other, _)| *other == id) {
                return Err(format(file, std::format!("section={id} twice")));
            }
            table.0.push((id, start..at));
        }
        if at != length {
            return Err(format(file, "bytes after the last section"));
        }
        Ok(table)
    }

    pub(crate) fn get(&self, id: u32) -> Option<Range<u64>> {
        self.0
            .iter()
            .find(|(other, _)| *other == id)
            .map(|(_, range)| range.clone())
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().map(|(id, _)| *id)
    }

    /// The same over bytes in memory.
    pub(crate) fn of(
        file: &'static str,
        versions: &[u32],
        bytes: &[u8],
    ) -> Result<Self, CeremonyError> {
        Self::walk(file, versions, bytes.len() as u64, |at| {
            let head = bytes.get(at as usize..).and_then(|rest| rest.first_chunk());
            head.copied().ok_or_else(|| format(file, "it ends early"))
        })
    }
}

/// Writes an envelope.
pub(crate) fn write(file: &str, version: u32, sections: &[(u32, &[u8])]) -> Vec<u8> {
    let size = sections
        .iter()
        .map(|(_, body)| body.len() + 12)
        .sum::<usize>();
    let mut out = Vec::with_capacity(12 + size);
    out.extend_from_slice(file.as_bytes());
    out.extend_from_slice(&version.to_le_bytes());
    out.extend_from_slice(&(sections.len() as u32).to_le_bytes());
    for (id, body) in sections {
        out.extend_from_slice(&id.to_le_bytes());
        out.extend_from_slice(&(body.len() as u64).to_le_bytes());
        out.extend_from_slice(body);
    }
    out
}

/// Reads numbers and elements one after another.
pub(crate) struct Cursor<'a> {
    pub(crate) file: &'static str,
    pub(crate) rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(file: &'static str, rest: &'a [u8]) -> Self {
        Self { file, rest }
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<&'a [u8; N], CeremonyError> {
        let (head, tail) = self
            .rest
            .split_first_chunk()
            .ok_or_else(|| format(self.file, "a section ends early"))?;
        self.rest = tail;
        Ok(head)
    }

    pub(crate) fn bytes(&mut self, count: usize) -> Result<&'a [u8], CeremonyError> {
        let (head, tail) = self
            .rest
            .split_at_checked(count)
            .ok_or_else(|| format(self.file, "a section ends early"))?;
        self.rest = tail;
        Ok(head)
    }

    pub(crate) fn number(&mut self) -> Result<u32, CeremonyError> {
        Ok(u32::from_le_bytes(*self.array()?))
    }

    pub(crate) fn end(&self) -> Result<(), CeremonyError> {
        if self.rest.is_empty() {
            return Ok(());
        }
        Err(format(self.file, "a section is longer than what is in it"))
    }
}
