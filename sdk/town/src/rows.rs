//! A file of transfers or debts: one `from to amount` a line, accounts as numbers, amounts in credits.
use std::{
    collections::BTreeSet,
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

/// No line is longer.
const LINE_BYTES: usize = 1024;

/// One transfer between two numbered accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Who pays.
    pub from: u32,
    /// Who is paid.
    pub to: u32,
    /// Pico-credits (10^-12).
    pub amount: u64,
}

/// What the lines of a file say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Who paid whom.
    Transfers,
    /// Who owes whom.
    Debts,
}

impl Kind {
    /// How a line reads.
    fn form(self) -> &'static str {
        match self {
            Self::Transfers => "from to amount",
            Self::Debts => "debtor creditor amount",
        }
    }

    /// The option that names the file.
    fn option(self) -> &'static str {
        match self {
            Self::Transfers => "--data",
            Self::Debts => "--debts",
        }
    }

    /// What two equal accounts would do.
    fn with_oneself(self) -> &'static str {
        match self {
            Self::Transfers => "pays itself",
            Self::Debts => "owes itself",
        }
    }
}

/// Why a file of transfers or debts cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RowsError {
    /// The file cannot be read.
    #[error(
        "{path}: {source}; name a file of lines `{form}` with {option}",
        form = kind.form(),
        option = kind.option()
    )]
    Io {
        /// Which file.
        path: String,
        /// What it was to hold.
        kind: Kind,
        /// What the system says.
        source: std::io::Error,
    },
    /// A line that says something else.
    #[error("{path}: line={line}: {story}; every line must read `{form}`, as `17 4 12.5`", form = kind.form())]
    Line {
        /// Which file.
        path: String,
        /// What it was to hold.
        kind: Kind,
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        story: String,
    },
    /// Nothing is left to do.
    #[error(
        "{path}: no {what} in lines={lines}; write a line `{form}` for each, or leave fewer accounts out with --skip",
        what = if *kind == Kind::Debts { "debts" } else { "transfers" },
        form = kind.form()
    )]
    Empty {
        /// Which file.
        path: String,
        /// What it was to hold.
        kind: Kind,
        /// How many were read.
        lines: usize,
    },
}

/// Reads the transfers or debts that touch no account in `skip`, at most `most` of them, at least one.
pub fn read(
    path: &Path,
    kind: Kind,
    skip: &BTreeSet<u32>,
    most: usize,
) -> Result<Vec<Payment>, RowsError> {
    let shown = path.display().to_string();
    let io = |source| RowsError::Io {
        path: shown.clone(),
        kind,
        source,
    };
    let (mut payments, mut lines) = (vec![], 0);
    let mut file = BufReader::new(File::open(path).map_err(io)?);
    let mut line = vec![];
    while payments.len() < most {
        line.clear();
        // a file without line ends must not fill memory
        let mut bounded = Read::take(&mut file, LINE_BYTES as u64 + 1);
        if bounded.read_until(b'\n', &mut line).map_err(io)? == 0 {
            break;
        }
        lines += 1;
        let read = text(&line).and_then(|text| match text.trim() {
            "" => Ok(None),
            text => parse(text, kind).map(Some),
        });
        let payment = read.map_err(|story| RowsError::Line {
            path: shown.clone(),
            kind,
            line: lines,
            story,
        })?;
        payments.extend(payment.filter(|p| !skip.contains(&p.from) && !skip.contains(&p.to)));
    }
    if payments.is_empty() && most > 0 {
        return Err(RowsError::Empty {
            path: shown,
            kind,
            lines,
        });
    }
    Ok(payments)
}

fn text(line: &[u8]) -> Result<&str, String> {
    if line.len() > LINE_BYTES {
        return Err(format!("longer than {LINE_BYTES} bytes"));
    }
    std::str::from_utf8(line).map_err(|_| "no text".into())
}

fn parse(line: &str, kind: Kind) -> Result<Payment, String> {
    let mut words = line.split_whitespace();
    let (Some(from), Some(to), Some(amount), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err("three words are needed".into());
    };
    let account = |word: &str| {
        word.parse()
            .map_err(|_| format!("account={word} is no number"))
    };
    let payment = Payment {
        from: account(from)?,
        to: account(to)?,
        amount: pico(amount)?,
    };
    if payment.from == payment.to {
        return Err(format!("account={from} {}", kind.with_oneself()));
    }
    if payment.amount == 0 {
        return Err(format!("amount={amount} is nothing"));
    }
    Ok(payment)
}

/// Credits in decimal to pico-credits; digits beyond the twelfth are cut, not rounded.
fn pico(text: &str) -> Result<u64, String> {
    let bad = || format!("amount={text} is no decimal number up to 9223372");
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return Err(bad());
    }
    let cut = &fraction[..fraction.len().min(12)];
    let mut value: u64 = whole.parse().map_err(|_| bad())?;
    value = value.checked_mul(1_000_000_000_000).ok_or_else(bad)?;
    let part: u64 = format!("{cut:0<12}").parse().map_err(|_| bad())?;
    value
        .checked_add(part)
        .filter(|v| *v <= i64::MAX as u64)
        .ok_or_else(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_beyond_the_twelfth_are_cut() {
        assert_eq!(pico("9047.660892016263"), Ok(9_047_660_892_016_263));
        assert_eq!(pico("0.1234567890129999"), Ok(123_456_789_012));
        assert_eq!(pico("400"), Ok(400_000_000_000_000));
    }

    #[test]
    fn odd_amounts_are_refused_with_the_line() {
        for text in ["", ".5", "1e3", "-4", "1.2.3", "99999999"] {
            assert!(pico(text).is_err(), "{text}");
        }
        for line in ["1 2", "1 2 3 4", "x 2 3", "1,2,3"] {
            assert!(parse(line, Kind::Transfers).is_err(), "{line}");
        }
    }

    /// What a file of debts with these bytes is refused with.
    fn refused(bytes: &[u8]) -> String {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let skip = BTreeSet::from([9]);
        let error = read(file.path(), Kind::Debts, &skip, usize::MAX).unwrap_err();
        error.to_string()
    }

    #[test]
    fn every_bad_line_is_named_with_what_to_write_instead() {
        for (bytes, expected) in [
            (&b"1 2 3\n\n4 x 5\n"[..], "line=3: account=x is no number"),
            (b"1 2 3\n4 4 5\n", "line=2: account=4 owes itself"),
            (b"1 2 0\n", "line=1: amount=0 is nothing"),
            (
                b"1 2 0.0000000000001\n",
                "line=1: amount=0.0000000000001 is nothing",
            ),
            (b"1 2 3\n\xff\xfe\n", "line=2: no text"),
            (&[b'7'; 5000], "line=1: longer than 1024 bytes"),
        ] {
            let said = refused(bytes);
            assert!(said.contains(expected), "{said}");
            assert!(
                said.ends_with("every line must read `debtor creditor amount`, as `17 4 12.5`")
            );
        }
        for bytes in [&b""[..], b"\n \n", b"9 1 5\n"] {
            let said = refused(bytes);
            assert!(said.contains("no debts in lines="), "{said}");
        }
    }

    #[test]
    fn what_is_skipped_or_beyond_the_most_is_left_out() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "1 9 1\r\n1 2 3\r\n\r\n2 3 4").unwrap();
        let skip = BTreeSet::from([9]);
        let some = |most| read(file.path(), Kind::Transfers, &skip, most).unwrap();
        let froms: Vec<u32> = some(9).iter().map(|p| p.from).collect();
        assert_eq!(froms, [1, 2]);
        assert_eq!(some(1).len(), 1);
        assert!(some(0).is_empty());
    }
}
