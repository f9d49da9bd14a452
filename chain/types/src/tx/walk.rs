//! The one walk over a transaction's bytes.
use super::{
    MAX_DEPTH, TxError,
    schema::{self, Kind},
    wire::{Fault, Field, Reader, Value},
};

/// What to do with a field that is not in the schema.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unknown {
    /// Refuse it.
    Refuse,
    /// Skip it if bit 11 of its number is set, which says that it may be ignored.
    SkipNonCritical,
}

/// The bit of a field number that says "may be ignored".
const NON_CRITICAL: u32 = 1 << 10;

/// The three parts of a transaction.
pub(super) struct Raw<'a> {
    pub body: &'a [u8],
    pub auth_info: &'a [u8],
    pub signatures: Vec<&'a [u8]>,
}

/// `TxRaw`: fields in order of their numbers, nothing unknown, body and auth info at most once.
pub(super) fn tx_raw(bytes: &[u8]) -> Result<Raw<'_>, TxError> {
    let name = schema::TX_RAW.name;
    let mut raw = Raw {
        body: &[],
        auth_info: &[],
        signatures: vec![],
    };
    let mut last = 0;
    let mut reader = Reader(bytes);
    while let Some(Field { number, value }) = reader.field().map_err(|f| fault(f, name))? {
        let wire = value.wire();
        let part = match value {
            _ if number > 3 => return Err(unknown(name, number, wire)),
            Value::Bytes(part) => part,
            _ => return Err(mismatch(name, number, wire)),
        };
        if number < last {
            return Err(TxError::Order(name));
        }
        if number == last && number != 3 {
            return Err(TxError::Duplicate {
                message: name,
                field: number,
            });
        }
        last = number;
        match number {
            1 => raw.body = part,
            2 => raw.auth_info = part,
            _ => raw.signatures.push(part),
        }
    }
    Ok(raw)
}

/// Walks one message of a known type and everything inside it.
pub(super) fn message(
    schema: &'static schema::Message,
    bytes: &[u8],
    depth: usize,
    unknowns: Unknown,
) -> Result<(), TxError> {
    if depth > MAX_DEPTH {
        return Err(TxError::Depth);
    }
    let name = schema.name;
    // field numbers of singular fields met so far; no schema has more than eight of them
    let mut met = 0u64;
    let mut reader = Reader(bytes);
    while let Some(Field { number, value }) = reader.field().map_err(|f| fault(f, name))? {
        let Some((index, field)) = schema.field(number) else {
            if unknowns == Unknown::SkipNonCritical && number & NON_CRITICAL != 0 {
                continue;
            }
            return Err(unknown(name, number, value.wire()));
        };
        if !field.repeated {
            // of a choice, any member excludes all others
            let bit = if schema.choice { 1 } else { 1 << index };
            if met & bit != 0 {
                return Err(TxError::Duplicate {
                    message: name,
                    field: number,
                });
            }
            met |= bit;
        }
        match (field.kind, value) {
            (Kind::Varint, Value::Varint(_)) | (Kind::Bytes, Value::Bytes(_)) => {}
            (Kind::Text, Value::Bytes(text)) => {
                std::str::from_utf8(text).map_err(|_| TxError::Text {
                    message: name,
                    field: number,
                })?;
            }
            (Kind::Message(inner), Value::Bytes(part)) => {
                message(inner, part, depth + 1, unknowns)?;
            }
            (Kind::Any, Value::Bytes(part)) => any(part, depth + 1, unknowns)?,
            (_, value) => return Err(mismatch(name, number, value.wire())),
        }
    }
    Ok(())
}

/// An `Any`: its own two fields, then its content if the type is known.
fn any(bytes: &[u8], depth: usize, unknowns: Unknown) -> Result<(), TxError> {
    message(&schema::ANY, bytes, depth, unknowns)?;
    let mut url: &[u8] = &[];
    let mut content: &[u8] = &[];
    let mut reader = Reader(bytes);
    while let Some(field) = reader.field().map_err(|f| fault(f, schema::ANY.name))? {
        match field {
            Field {
                number: 1,
                value: Value::Bytes(part),
            } => url = part,
            Field {
                number: 2,
                value: Value::Bytes(part),
            } => content = part,
            _ => {}
        }
    }
    match std::str::from_utf8(url).ok().and_then(schema::known) {
        Some(inner) => message(inner, content, depth + 1, unknowns),
        None => Ok(()),
    }
}

/// Whether the body sets `unordered` or a timeout timestamp.
pub(super) fn is_unordered(body: &[u8]) -> Result<bool, TxError> {
    let mut reader = Reader(body);
    let mut found = false;
    while let Some(field) = reader.field().map_err(|f| fault(f, schema::TX_BODY.name))? {
        found |= match field.value {
            Value::Varint(set) => field.number == schema::UNORDERED && set != 0,
            Value::Bytes(_) => field.number == schema::TIMEOUT_TIMESTAMP,
            _ => false,
        };
    }
    Ok(found)
}

fn fault(fault: Fault, name: &'static str) -> TxError {
    match fault {
        Fault::Truncated => TxError::Truncated,
        Fault::Varint => TxError::Varint(name),
        Fault::Tag => TxError::Tag(name),
    }
}

fn unknown(message: &'static str, field: u32, wire: &'static str) -> TxError {
    TxError::UnknownField {
        message,
        field,
        wire,
    }
}

fn mismatch(message: &'static str, field: u32, wire: &'static str) -> TxError {
    TxError::WireType {
        message,
        field,
        wire,
    }
}
