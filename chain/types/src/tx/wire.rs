//! Protobuf's wire format, read strictly: every varint in its shortest form.

/// A field as it stands in the bytes.
pub(super) struct Field<'a> {
    pub number: u32,
    pub value: Value<'a>,
}

/// What follows a tag.
pub(super) enum Value<'a> {
    Varint(u64),
    Fixed64,
    Fixed32,
    Bytes(&'a [u8]),
}

impl Value<'_> {
    /// The wire type's name, as Cosmos clients see it in errors.
    pub(super) fn wire(&self) -> &'static str {
        match self {
            Self::Varint(_) => "varint",
            Self::Fixed64 => "fixed64",
            Self::Fixed32 => "fixed32",
            Self::Bytes(_) => "bytes",
        }
    }
}

/// Why bytes are no fields.
pub(super) enum Fault {
    Truncated,
    Varint,
    Tag,
}

/// Reads field after field.
pub(super) struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// The next field; `None` at the end.
    pub(super) fn field(&mut self) -> Result<Option<Field<'a>>, Fault> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let number = u32::try_from(tag >> 3).map_err(|_| Fault::Tag)?;
        if number == 0 || number >= 1 << 29 {
            return Err(Fault::Tag);
        }
        let value = match tag & 7 {
            0 => Value::Varint(self.varint()?),
            1 => self.take(8).map(|_| Value::Fixed64)?,
            2 => {
                let length = usize::try_from(self.varint()?).map_err(|_| Fault::Truncated)?;
                Value::Bytes(self.take(length)?)
            }
            5 => self.take(4).map(|_| Value::Fixed32)?,
            _ => return Err(Fault::Tag),
        };
        Ok(Some(Field { number, value }))
    }

    fn varint(&mut self) -> Result<u64, Fault> {
        let mut value = 0u64;
        for (i, byte) in self.0.iter().copied().enumerate() {
            // the tenth byte holds the 64th bit alone
            if i == 9 && byte > 1 {
                return Err(Fault::Varint);
            }
            value |= u64::from(byte & 0x7f) << (7 * i);
            if byte & 0x80 == 0 {
                if byte == 0 && i > 0 {
                    return Err(Fault::Varint);
                }
                self.0 = &self.0[i + 1..];
                return Ok(value);
            }
        }
        Err(Fault::Truncated)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Fault> {
        let (head, tail) = self.0.split_at_checked(length).ok_or(Fault::Truncated)?;
        self.0 = tail;
        Ok(head)
    }
}
