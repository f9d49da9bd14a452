//! Byte strings and lists that know their limit before they read.
use std::io::{Error, ErrorKind, Read, Result, Write};

use borsh::{BorshDeserialize, BorshSerialize};

fn too_long(length: usize, limit: usize) -> Error {
    Error::new(
        ErrorKind::InvalidData,
        format!("length={length} limit={limit}"),
    )
}

fn read_length<R: Read>(reader: &mut R, limit: usize) -> Result<usize> {
    let length = u32::deserialize_reader(reader)? as usize;
    if length > limit {
        return Err(too_long(length, limit));
    }
    Ok(length)
}

fn write_length<W: Write>(writer: &mut W, length: usize, limit: usize) -> Result<()> {
    if length > limit {
        return Err(too_long(length, limit));
    }
    u32::try_from(length)
        .map_err(|_| too_long(length, limit))?
        .serialize(writer)
}

/// At most `MAX` bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ByteString<const MAX: usize>(pub(super) bytes::Bytes);

/// Bytes are read in steps of this size, so that a lying length allocates no more than what then really comes.
const STEP: usize = 64 * 1024;

impl<const MAX: usize> BorshSerialize for ByteString<MAX> {
    fn serialize<W: Write>(&self, writer: &mut W) -> Result<()> {
        write_length(writer, self.0.len(), MAX)?;
        writer.write_all(&self.0)
    }
}

impl<const MAX: usize> BorshDeserialize for ByteString<MAX> {
    fn deserialize_reader<R: Read>(reader: &mut R) -> Result<Self> {
        let length = read_length(reader, MAX)?;
        let mut bytes = Vec::new();
        while bytes.len() < length {
            let at = bytes.len();
            bytes.resize(length.min(at.saturating_add(STEP)), 0);
            reader.read_exact(&mut bytes[at..])?;
        }
        Ok(Self(bytes.into()))
    }
}

/// At most `MAX` elements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct List<T, const MAX: usize>(pub(super) Vec<T>);

impl<T: BorshSerialize, const MAX: usize> BorshSerialize for List<T, MAX> {
    fn serialize<W: Write>(&self, writer: &mut W) -> Result<()> {
        write_length(writer, self.0.len(), MAX)?;
        self.0.iter().try_for_each(|item| item.serialize(writer))
    }
}

impl<T: BorshDeserialize, const MAX: usize> BorshDeserialize for List<T, MAX> {
    fn deserialize_reader<R: Read>(reader: &mut R) -> Result<Self> {
        let length = read_length(reader, MAX)?;
        // grows with what is really there
        let mut items = Vec::new();
        for _ in 0..length {
            items.push(T::deserialize_reader(reader)?);
        }
        Ok(Self(items))
    }
}
