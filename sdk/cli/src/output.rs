//! The ways a result is shown.
use std::{fmt::Write as _, io::Write as _};

use serde::Serialize;

/// How results are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Tables and sentences.
    #[default]
    Human,
    /// One JSON document.
    Json,
    /// One JSON object a line (not yet).
    Jsonl,
    /// Comma-separated values (not yet).
    Csv,
}

/// A result that people and programs can read.
pub trait Show: Serialize {
    /// The lines for people.
    fn human(&self) -> String;
}

impl Format {
    /// Writes a result to stdout. A reader that went away is no error; a result that cannot be written ends the
    /// process with the code of a wrong file.
    pub fn print(self, result: &impl Show) {
        let mut text = match self {
            Self::Human => result.human(),
            Self::Json | Self::Jsonl | Self::Csv => {
                serde_json::to_string_pretty(result).unwrap_or_else(|e| format!("{{}} // {e}"))
            }
        };
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        let mut out = std::io::stdout().lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        if let Err(error) = written
            && error.kind() != std::io::ErrorKind::BrokenPipe
        {
            eprintln!(
                "error: the result cannot be written: {error}; free some space or name another file"
            );
            std::process::exit(crate::exit::Exit::Usage as i32);
        }
    }
}

/// Two columns: names and values, aligned.
pub fn pairs(rows: &[(&str, String)]) -> String {
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for (name, value) in rows {
        // writing to a string cannot fail
        let _ = writeln!(text, "{name:<width$}  {value}");
    }
    text
}

/// Columns under headings; columns marked so are right-aligned.
pub fn table(headings: &[(&str, Align)], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .chain([headings[column].0.len()])
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let mut text = String::new();
    let mut line = |cells: Vec<&str>| {
        let mut row = String::new();
        for ((cell, (_, align)), width) in cells.iter().zip(headings).zip(&widths) {
            let _ = match align {
                Align::Left => write!(row, "{cell:<width$}  "),
                Align::Right => write!(row, "{cell:>width$}  "),
            };
        }
        let _ = writeln!(text, "{}", row.trim_end());
    };
    line(headings.iter().map(|(name, _)| *name).collect());
    for row in rows {
        line(row.iter().map(String::as_str).collect());
    }
    text
}

/// On which side a column stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_lines_have_no_trailing_space() {
        let rows = vec![
            vec!["ann".into(), "-1.00".into()],
            vec!["beatrice".into(), "12.50".into()],
        ];
        let text = table(&[("who", Align::Left), ("amount", Align::Right)], &rows);
        assert_eq!(
            text,
            "who       amount\nann        -1.00\nbeatrice   12.50\n"
        );
        assert_eq!(
            pairs(&[("a", "1".into()), ("bcd", "2".into())]),
            "a    1\nbcd  2\n"
        );
    }
}
