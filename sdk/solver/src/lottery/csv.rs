//! Tables as spreadsheets write them: pools, one person a row, and quotas.
//!
//! A table has a header. In a quota file the first two columns are feature and value, whatever their names; columns
//! `min` and `max` follow somewhere. In a pool file the columns with the features' names count. Fields may be quoted
//! as RFC 4180 has it; empty lines count for nothing.
use std::collections::BTreeMap;

use super::file::{PoolFile, QuotaFile, TypeFile};
use crate::file::{FileError, bad};

/// Most columns of a table.
const MOST_COLUMNS: usize = 1 << 10;
/// Longest field, in bytes.
const MOST_BYTES: usize = 1 << 12;

/// A record and the line on which it begins.
struct Record {
    line: usize,
    fields: Vec<String>,
}

/// The records of a table.
struct Records<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    line: usize,
}

impl<'a> Records<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            rest: text.trim_start_matches('\u{feff}').chars().peekable(),
            line: 1,
        }
    }

    /// The next record that is not an empty line.
    fn next(&mut self) -> Result<Option<Record>, FileError> {
        while self.rest.peek().is_some() {
            let record = self.record()?;
            if record.fields.iter().any(|field| !field.is_empty()) {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    fn record(&mut self) -> Result<Record, FileError> {
        let line = self.line;
        let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
        loop {
            let next = self.rest.next();
            if field.len() > MOST_BYTES || fields.len() > MOST_COLUMNS {
                return bad(
                    line,
                    format!("longer than columns={MOST_COLUMNS} of bytes={MOST_BYTES}"),
                );
            }
            if next == Some('\n') {
                self.line += 1;
            }
            match next {
                None if quoted => return bad(line, "a quotation mark is not closed"),
                Some('"') if quoted => {
                    if self.rest.next_if_eq(&'"').is_some() {
                        field.push('"');
                    } else {
                        quoted = false;
                    }
                }
                Some(other) if quoted => field.push(other),
                Some('"') if field.trim().is_empty() => {
                    field.clear();
                    quoted = true;
                }
                Some(',') => fields.push(std::mem::take(&mut field).trim().to_owned()),
                None | Some('\n') => {
                    fields.push(field.trim().to_owned());
                    return Ok(Record { line, fields });
                }
                Some(other) => field.push(other),
            }
        }
    }
}

/// The quotas of a table.
///
/// # Errors
/// The first line that is none.
pub fn read_quotas(text: &str) -> Result<Vec<QuotaFile>, FileError> {
    let mut records = Records::new(text);
    let Some(header) = records.next()? else {
        return Err(FileError::Whole(
            "no header; expected `feature,value,min,max`".into(),
        ));
    };
    let column = |name: &str| {
        let found = header
            .fields
            .iter()
            .skip(2)
            .position(|field| field.eq_ignore_ascii_case(name));
        found.map(|place| place + 2).ok_or_else(|| FileError::Line {
            line: header.line,
            story: format!("no column={name}; expected `feature,value,min,max`"),
        })
    };
    let (min_at, max_at) = (column("min")?, column("max")?);
    let mut quotas: Vec<QuotaFile> = Vec::new();
    while let Some(Record { line, fields }) = records.next()? {
        let number = |at: usize, name: &str| {
            let text = fields.get(at).map_or("", String::as_str);
            text.parse::<u32>().map_err(|_| FileError::Line {
                line,
                story: format!("{name}={text} is not a number from 0"),
            })
        };
        let (min, max) = (number(min_at, "min")?, number(max_at, "max")?);
        let (feature, value) = (
            fields[0].clone(),
            fields.get(1).cloned().unwrap_or_default(),
        );
        if feature.is_empty() || value.is_empty() {
            return bad(line, "a feature or value without a name");
        }
        if min > max {
            return bad(line, format!("min={min} is above max={max}"));
        }
        if quotas
            .iter()
            .any(|quota| (&quota.feature, &quota.value) == (&feature, &value))
        {
            return bad(
                line,
                format!("feature={feature} value={value} is there twice"),
            );
        }
        quotas.push(QuotaFile {
            feature,
            value,
            min,
            max,
        });
    }
    Ok(quotas)
}

/// The pool of a table: persons with the same values of the quotas' features are one type, its members the numbers
/// of their rows below the header, from 1.
///
/// # Errors
/// The first line that is no person; a feature without a column; a value that no quota knows.
pub fn read_pool(text: &str, quotas: Vec<QuotaFile>, k: u32) -> Result<PoolFile, FileError> {
    let mut features: Vec<(&str, Vec<&str>)> = Vec::new();
    for quota in &quotas {
        match features
            .iter_mut()
            .find(|feature| feature.0 == quota.feature)
        {
            Some(feature) => feature.1.push(&quota.value),
            None => features.push((&quota.feature, vec![&quota.value])),
        }
    }
    let mut records = Records::new(text);
    let header = records
        .next()?
        .ok_or_else(|| FileError::Whole("no header".into()))?;
    let mut columns = Vec::with_capacity(features.len());
    for (name, _) in &features {
        let Some(column) = header.fields.iter().position(|field| field == name) else {
            return bad(
                header.line,
                format!("no column for feature={name}; add it, or take its quotas out"),
            );
        };
        columns.push(column);
    }
    let mut types: BTreeMap<Vec<usize>, Vec<u32>> = BTreeMap::new();
    let mut person = 0u32;
    while let Some(Record { line, fields }) = records.next()? {
        person += 1;
        if person > mycel_kit::lottery::MAX_PERSONS {
            return bad(
                line,
                format!("more than persons={}", mycel_kit::lottery::MAX_PERSONS),
            );
        }
        let mut values = Vec::with_capacity(features.len());
        for ((name, known), &column) in features.iter().zip(&columns) {
            let value = fields.get(column).map_or("", String::as_str);
            let Some(place) = known.iter().position(|known| *known == value) else {
                return bad(
                    line,
                    format!(
                        "{name}={value} is in no quota; correct it, or give it a quota from 0 to {k}"
                    ),
                );
            };
            values.push(place);
        }
        types.entry(values).or_default().push(person);
    }
    let types = types.into_iter().map(|(values, members)| TypeFile {
        features: (features.iter().zip(&values))
            .map(|((name, known), &place)| ((*name).to_owned(), known[place].to_owned()))
            .collect(),
        members,
    });
    let types = types.collect();
    Ok(PoolFile { k, types, quotas })
}
