//! A file of transfers: one `from to amount` a line, accounts as numbers, amounts in credits.
use std::{
    collections::BTreeSet,
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

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

/// Why a file of transfers cannot be replayed.
#[derive(Debug, thiserror::Error)]
pub enum RowsError {
    /// The file cannot be read.
    #[error("{path}: {source}; name a file of lines `from to amount` with --data")]
    Io {
        /// Which file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// A line is not `from to amount`.
    #[error("{path}: line={line}: {story}; every line must read `from to amount`, as `17 4 12.5`")]
    Line {
        /// Which file.
        path: String,
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        story: String,
    },
}

/// Reads the transfers that touch no account in `skip`, at most `most` of them.
pub fn read(path: &Path, skip: &BTreeSet<u32>, most: usize) -> Result<Vec<Payment>, RowsError> {
    let shown = path.display().to_string();
    let io = |source| RowsError::Io {
        path: shown.clone(),
        source,
    };
    let mut payments = vec![];
    for (index, line) in BufReader::new(File::open(path).map_err(io)?)
        .lines()
        .enumerate()
    {
        if payments.len() == most {
            break;
        }
        let line = line.map_err(io)?;
        if line.trim().is_empty() {
            continue;
        }
        let payment = parse(&line).map_err(|story| RowsError::Line {
            path: shown.clone(),
            line: index + 1,
            story,
        })?;
        if !skip.contains(&payment.from) && !skip.contains(&payment.to) {
            payments.push(payment);
        }
    }
    Ok(payments)
}

fn parse(line: &str) -> Result<Payment, String> {
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
    Ok(Payment {
        from: account(from)?,
        to: account(to)?,
        amount: pico(amount)?,
    })
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
        assert!(parse("1 2").is_err());
        assert!(parse("1 2 3 4").is_err());
        assert!(parse("x 2 3").is_err());
    }
}
