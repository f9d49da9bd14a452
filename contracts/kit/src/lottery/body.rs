//! The pages in which lotteries travel: each can be read without the others.
//!
//! ```text
//! kind      1 byte: 0 panels, 1 levels
//! count     varint, ≥ 1
//! panel     times ≥ 1, entries ≥ 1, then (type less the one before less 1, seats ≥ 1) each
//! level     y and s of each type, mu (zigzag), u and l of each quota, d
//! ```
//!
//! All numbers are varints with one form each ([`varint`](crate::flow::varint)),
//! and nothing may follow. Pages of panels come before pages of levels. What
//! is allocated is bounded by the page's own bytes.

use super::{Frame, Level, Lottery, LotteryError, Panel};
use crate::flow::{
    FlowError,
    varint::{put, take, unzigzag, zigzag},
};

const PANELS: u8 = 0;
const LEVELS: u8 = 1;

/// Longest page, in bytes.
pub const MAX_PAGE: usize = 1 << 16;
/// Where a page is closed: the longest level still fits.
const FULL_PAGE: usize = 1 << 15;

/// What a page holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// Panels, going on from the page before.
    Panels(Vec<Panel>),
    /// Levels, going on from the page before.
    Levels(Vec<Level>),
}

/// The pages of a lottery, in order.
#[must_use]
pub fn encode(lottery: &Lottery) -> Vec<Vec<u8>> {
    let mut pages = fill(PANELS, &lottery.panels, write_panel);
    pages.extend(fill(LEVELS, &lottery.levels, write_level));
    pages
}

fn fill<T>(kind: u8, records: &[T], write: impl Fn(&mut Vec<u8>, &T)) -> Vec<Vec<u8>> {
    let mut pages = Vec::new();
    let (mut bytes, mut count) = (Vec::new(), 0);
    let mut records = records.iter().peekable();
    while let Some(record) = records.next() {
        write(&mut bytes, record);
        count += 1;
        if bytes.len() >= FULL_PAGE || records.peek().is_none() {
            let mut page = vec![kind];
            put(&mut page, count);
            page.append(&mut bytes);
            pages.push(page);
            count = 0;
        }
    }
    pages
}

fn write_panel(bytes: &mut Vec<u8>, panel: &Panel) {
    put(bytes, u64::from(panel.times));
    put(bytes, panel.seats.len() as u64);
    let mut next = 0u16;
    for &(kind, seats) in &panel.seats {
        put(bytes, u64::from(kind.wrapping_sub(next)));
        put(bytes, u64::from(seats));
        next = kind.wrapping_add(1);
    }
}

fn write_level(bytes: &mut Vec<u8>, level: &Level) {
    let numbers = |bytes: &mut Vec<u8>, values: &[u64]| {
        values.iter().for_each(|value| put(bytes, *value));
    };
    numbers(bytes, &level.y);
    numbers(bytes, &level.s);
    put(bytes, zigzag(level.mu));
    numbers(bytes, &level.u);
    numbers(bytes, &level.l);
    put(bytes, level.d);
}

/// Reads a page to its last byte.
///
/// # Errors
/// The first offence. That panels keep quotas and levels hold is not asked here.
pub fn read_page(frame: &Frame<'_>, bytes: &[u8]) -> Result<Page, LotteryError> {
    if bytes.len() > MAX_PAGE {
        return Err(LotteryError::TooMany {
            what: "bytes of a page",
            count: bytes.len() as u64,
            most: MAX_PAGE as u64,
        });
    }
    let mut page = Reader { bytes, at: 0 };
    let kind = page.number()?;
    let count = page.number()?;
    if count == 0 || count > bytes.len() as u64 {
        return Err(page.malformed("count"));
    }
    let read = match kind {
        0 => Page::Panels(page.many(count, |page| page.panel(frame))?),
        1 => Page::Levels(page.many(count, |page| page.level(frame))?),
        _ => return Err(page.malformed("no such kind of page")),
    };
    if page.at != bytes.len() {
        return Err(page.malformed("something follows"));
    }
    Ok(read)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn malformed(&self, why: &'static str) -> LotteryError {
        LotteryError::Malformed { at: self.at, why }
    }

    fn number(&mut self) -> Result<u64, LotteryError> {
        take(self.bytes, &mut self.at).map_err(|error| match error {
            FlowError::Short { at } => LotteryError::ShortBody { at },
            FlowError::Malformed { at, why } => LotteryError::Malformed { at, why },
            _ => self.malformed("number"),
        })
    }

    fn small<T: TryFrom<u64>>(&mut self, why: &'static str) -> Result<T, LotteryError> {
        let number = self.number()?;
        T::try_from(number).map_err(|_| self.malformed(why))
    }

    /// Grows with what is really there: every record takes a byte or more.
    fn many<T>(
        &mut self,
        count: u64,
        mut each: impl FnMut(&mut Self) -> Result<T, LotteryError>,
    ) -> Result<Vec<T>, LotteryError> {
        let mut records = Vec::new();
        for _ in 0..count {
            records.push(each(self)?);
        }
        Ok(records)
    }

    fn numbers(&mut self, count: usize) -> Result<Vec<u64>, LotteryError> {
        self.many(count as u64, Self::number)
    }

    fn panel(&mut self, frame: &Frame<'_>) -> Result<Panel, LotteryError> {
        let times: u32 = self.small("times")?;
        let entries = self.number()?;
        if times == 0 || entries == 0 || entries > frame.types() as u64 {
            return Err(self.malformed("times or entries"));
        }
        let mut next = 0u64;
        let seats = self.many(entries, |page| {
            let kind = next.saturating_add(page.number()?);
            let kind = u16::try_from(kind).map_err(|_| page.malformed("type"))?;
            next = u64::from(kind) + 1;
            let seats: u16 = page.small("seats")?;
            if seats == 0 {
                return Err(page.malformed("seats"));
            }
            Ok((kind, seats))
        })?;
        Ok(Panel { times, seats })
    }

    fn level(&mut self, frame: &Frame<'_>) -> Result<Level, LotteryError> {
        let (types, quotas) = (frame.types(), frame.pool().quotas.len());
        Ok(Level {
            y: self.numbers(types)?,
            s: self.numbers(types)?,
            mu: unzigzag(self.number()?),
            u: self.numbers(quotas)?,
            l: self.numbers(quotas)?,
            d: self.number()?,
        })
    }
}
