//! CometBFT's query language: conditions on event attributes, all of which must hold.
//!
//! `tm.event = 'Tx' AND transfer.amount > 5 AND wasm.memo CONTAINS 'bread' AND wasm.ref EXISTS`
//!
//! A condition holds if any value of its key satisfies it. Numbers compare exactly as decimals of any length; an
//! attribute such as `12credit` counts by its leading number, as CometBFT reads it.
use std::cmp::Ordering;

use crate::tags::Tags;

/// Longest query, in bytes.
pub const MAX_QUERY: usize = 512;
/// Most conditions of a query.
pub const MAX_CONDITIONS: usize = 16;

/// A query that does not parse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("offset {offset}: {what}")]
pub struct QueryError {
    /// At which byte.
    pub offset: usize,
    /// What is wrong.
    pub what: String,
}

/// How a condition compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `=`.
    Equal,
    /// `<`.
    Less,
    /// `<=`.
    AtMost,
    /// `>`.
    Greater,
    /// `>=`.
    AtLeast,
    /// The value has the operand as a part.
    Contains,
    /// The key is there.
    Exists,
}

/// What a condition compares with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// Nothing (EXISTS).
    None,
    /// A string in single quotes.
    Text(String),
    /// A decimal number.
    Number(String),
    /// `TIME 2026-01-01T00:00:00Z` or `DATE 2026-01-01`: compared as text, which is right for one zone and form.
    Moment(String),
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// `type.attribute`.
    pub key: String,
    /// How.
    pub op: Op,
    /// With what.
    pub operand: Operand,
}

/// A parsed query: all conditions must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    conditions: Vec<Condition>,
}

impl Query {
    /// Parses.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        if text.len() > MAX_QUERY {
            return Err(QueryError {
                offset: MAX_QUERY,
                what: format!("query is longer than {MAX_QUERY} bytes"),
            });
        }
        let mut lexer = Lexer { text, at: 0 };
        let mut conditions = vec![];
        loop {
            conditions.push(lexer.condition()?);
            let offset = lexer.skip();
            match lexer.token()? {
                Token::End => return Ok(Self { conditions }),
                Token::Word("AND") if conditions.len() < MAX_CONDITIONS => {}
                Token::Word("AND") => {
                    let what = format!("more than {MAX_CONDITIONS} conditions");
                    return Err(QueryError { offset, what });
                }
                other => {
                    let what = format!("got {other}, wanted AND");
                    return Err(QueryError { offset, what });
                }
            }
        }
    }

    /// The conditions, in order.
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// Whether all conditions hold.
    pub fn matches(&self, tags: &Tags) -> bool {
        self.conditions.iter().all(|c| c.matches(tags))
    }
}

impl Condition {
    /// Whether some value of the key satisfies the condition.
    pub fn matches(&self, tags: &Tags) -> bool {
        if self.op == Op::Exists {
            return tags.has(&self.key);
        }
        tags.values(&self.key).iter().any(|v| self.holds(v))
    }

    fn holds(&self, value: &str) -> bool {
        let order = match (&self.operand, self.op) {
            (Operand::Text(text), Op::Contains) => return value.contains(text.as_str()),
            (Operand::Text(text), Op::Equal) => return value == text,
            (Operand::Number(number), _) => match leading_number(value) {
                Some(found) => compare_decimals(found, number),
                None => return false,
            },
            (Operand::Moment(moment), _) => value.cmp(moment.as_str()),
            _ => return false,
        };
        match self.op {
            Op::Equal => order == Ordering::Equal,
            Op::Less => order == Ordering::Less,
            Op::AtMost => order != Ordering::Greater,
            Op::Greater => order == Ordering::Greater,
            Op::AtLeast => order != Ordering::Less,
            Op::Contains | Op::Exists => false,
        }
    }
}

/// The number that a value begins with: digits with at most one point.
fn leading_number(value: &str) -> Option<&str> {
    let mut point = false;
    let end = value
        .bytes()
        .position(|b| !(b.is_ascii_digit() || (b == b'.' && !std::mem::replace(&mut point, true))))
        .unwrap_or(value.len());
    let number = value[..end].trim_end_matches('.');
    number
        .bytes()
        .next()
        .is_some_and(|b| b.is_ascii_digit())
        .then_some(number)
}

/// Orders two non-negative decimals exactly.
fn compare_decimals(a: &str, b: &str) -> Ordering {
    let split = |s: &'_ str| -> (String, String) {
        let (whole, part) = s.split_once('.').unwrap_or((s, ""));
        (
            whole.trim_start_matches('0').into(),
            part.trim_end_matches('0').into(),
        )
    };
    let ((a, af), (b, bf)) = (split(a), split(b));
    a.len()
        .cmp(&b.len())
        .then_with(|| a.cmp(&b))
        .then_with(|| af.cmp(&bf))
}

enum Token<'a> {
    Word(&'a str),
    Text(&'a str),
    Number(&'a str),
    Symbol(&'a str),
    End,
}

impl std::fmt::Display for Token<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Word(w) => write!(f, "tag {w}"),
            Self::Text(t) => write!(f, "string '{t}'"),
            Self::Number(n) => write!(f, "number {n}"),
            Self::Symbol(s) => write!(f, "operator {s}"),
            Self::End => f.write_str("EOF"),
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    fn skip(&mut self) -> usize {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        self.at
    }

    fn fail<T>(offset: usize, what: impl Into<String>) -> Result<T, QueryError> {
        let what = what.into();
        Err(QueryError { offset, what })
    }

    /// Takes the longest run of characters that `wanted` accepts.
    fn run(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = &self.text[self.at..];
        let end = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn token(&mut self) -> Result<Token<'a>, QueryError> {
        let start = self.skip();
        let rest = &self.text[start..];
        let Some(first) = rest.chars().next() else {
            return Ok(Token::End);
        };
        if let Some(symbol) = ["<=", ">=", "<", ">", "="]
            .into_iter()
            .find(|s| rest.starts_with(s))
        {
            self.at += symbol.len();
            return Ok(Token::Symbol(symbol));
        }
        if first == '\'' {
            let Some(end) = rest[1..].find('\'') else {
                return Self::fail(start, "string without its closing quote");
            };
            self.at += end + 2;
            return Ok(Token::Text(&rest[1..=end]));
        }
        if first.is_ascii_digit() {
            return Ok(Token::Number(self.run(|c| c.is_ascii_digit() || c == '.')));
        }
        let is_word = |c: char| c.is_alphanumeric() || "._-/".contains(c);
        if !is_word(first) {
            return Self::fail(start, format!("unexpected {first:?}"));
        }
        Ok(Token::Word(self.run(is_word)))
    }

    fn condition(&mut self) -> Result<Condition, QueryError> {
        let offset = self.skip();
        let key = match self.token()? {
            Token::Word(word) if word != "AND" => word.to_owned(),
            Token::End => return Self::fail(offset, "EOF"),
            other => return Self::fail(offset, format!("got {other}, wanted tag")),
        };
        let offset = self.skip();
        let op = match self.token()? {
            Token::Symbol("=") => Op::Equal,
            Token::Symbol("<") => Op::Less,
            Token::Symbol("<=") => Op::AtMost,
            Token::Symbol(">") => Op::Greater,
            Token::Symbol(_) => Op::AtLeast,
            Token::Word("CONTAINS") => Op::Contains,
            Token::Word("EXISTS") => Op::Exists,
            other => {
                return Self::fail(
                    offset,
                    format!(
                        "got {other}, wanted <= operator, >= operator, = operator, < operator, > operator, CONTAINS operator, EXISTS operator"
                    ),
                );
            }
        };
        let operand = if op == Op::Exists {
            Operand::None
        } else {
            self.operand(op)?
        };
        Ok(Condition { key, op, operand })
    }

    fn operand(&mut self, op: Op) -> Result<Operand, QueryError> {
        let offset = self.skip();
        Ok(match (self.token()?, op) {
            (Token::Text(text), Op::Equal | Op::Contains) => Operand::Text(text.into()),
            (Token::Number(number), op) if op != Op::Contains => {
                if leading_number(number) != Some(number) {
                    return Self::fail(offset, format!("{number} is no number"));
                }
                Operand::Number(number.into())
            }
            (Token::Word("TIME" | "DATE"), op) if op != Op::Contains => {
                self.skip();
                let moment = self.run(|c| c.is_ascii_alphanumeric() || "-:.+".contains(c));
                if moment.len() < "2026-01-01".len() {
                    return Self::fail(offset, "got no moment after TIME or DATE");
                }
                Operand::Moment(moment.into())
            }
            (other, _) => return Self::fail(offset, format!("got {other}, wanted a value")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags() -> Tags {
        let mut tags = Tags::default();
        for (key, value) in [
            ("tm.event", "Tx"),
            ("tx.height", "12"),
            ("transfer.amount", "99999999999999999999999credit"),
            ("wasm.to", "a"),
            ("wasm.to", "b"),
            ("wasm.share", "0.50"),
        ] {
            tags.add(key, value);
        }
        tags
    }

    #[test]
    fn conditions_hold_if_any_value_does() {
        for (text, expected) in [
            ("tm.event='Tx'", true),
            ("tm.event = 'Tx' AND wasm.to='b'", true),
            ("tm.event='Tx' AND wasm.to='c'", false),
            ("tx.height=12", true),
            ("tx.height='12'", true),
            ("tx.height > 12", false),
            ("tx.height>=12 AND tx.height<=12", true),
            ("tx.height < 100", true),
            ("transfer.amount > 99999999999999999999998", true),
            ("transfer.amount > 99999999999999999999999", false),
            ("wasm.share = 0.5", true),
            ("wasm.share < 0.49", false),
            ("wasm.to CONTAINS 'b'", true),
            ("wasm.to EXISTS", true),
            ("wasm EXISTS", true),
            ("was EXISTS", false),
            ("wasm.none EXISTS AND tm.event='Tx'", false),
        ] {
            assert_eq!(
                Query::parse(text).unwrap().matches(&tags()),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_query_is_refused_with_its_place() {
        for (text, offset) in [
            ("", 0),
            ("this is not a query", 5),
            ("a=", 2),
            ("a='x", 2),
            ("a='x' OR b='y'", 6),
            ("a='x' AND", 9),
            ("a > 'x'", 4),
            ("a CONTAINS 5", 11),
            ("a = 1.2.3", 4),
            ("=", 0),
            ("é = \u{1}", 5),
        ] {
            assert_eq!(Query::parse(text).unwrap_err().offset, offset, "{text}");
        }
        assert!(Query::parse(&"a='x' AND ".repeat(60)).is_err());
    }
}
