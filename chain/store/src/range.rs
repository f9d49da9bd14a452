//! Ranges of keys and the order in which they are walked.
use std::ops::Bound;

use bytes::Bytes;

/// Keys from `start` (inclusive) to `end` (exclusive). A range that ends before it starts is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyRange {
    /// The first key that belongs to the range; empty is the very first.
    pub start: Bytes,
    /// The first key that does not; `None` is unbounded.
    pub end: Option<Bytes>,
}

impl KeyRange {
    /// Every key.
    pub fn all() -> Self {
        Self::default()
    }

    /// From `start` up to, without, `end`.
    pub fn new(start: impl Into<Bytes>, end: Option<Bytes>) -> Self {
        Self {
            start: start.into(),
            end,
        }
    }

    /// Every key that begins with `prefix`.
    pub fn prefix(prefix: &[u8]) -> Self {
        Self {
            start: Bytes::copy_from_slice(prefix),
            end: after_prefix(prefix),
        }
    }

    /// `self` moved below a prefix: what a contract calls its whole world is one prefix of ours.
    pub fn within(&self, prefix: &[u8]) -> Self {
        let join = |key: &[u8]| Bytes::from([prefix, key].concat());
        Self {
            start: join(&self.start),
            end: match &self.end {
                Some(end) => Some(join(end)),
                None => after_prefix(prefix),
            },
        }
    }

    /// Whether no key can lie in it.
    pub fn is_empty(&self) -> bool {
        self.end.as_ref().is_some_and(|end| *end <= self.start)
    }

    /// Whether `key` lies in it.
    pub fn contains(&self, key: &[u8]) -> bool {
        key >= &self.start[..] && self.end.as_ref().is_none_or(|end| key < &end[..])
    }

    /// The part that is left after `key` was given in direction `dir`.
    pub(crate) fn after(&mut self, key: &Bytes, dir: Direction) {
        match dir {
            Direction::Forward => {
                let mut next = Vec::with_capacity(key.len().saturating_add(1));
                next.extend_from_slice(key);
                next.push(0);
                self.start = next.into();
            }
            Direction::Backward => self.end = Some(key.clone()),
        }
    }

    pub(crate) fn bounds(&self) -> (Bound<&[u8]>, Bound<&[u8]>) {
        let end = self
            .end
            .as_ref()
            .map_or(Bound::Unbounded, |end| Bound::Excluded(&end[..]));
        (Bound::Included(&self.start[..]), end)
    }
}

/// The least key above every key that begins with `prefix`; `None` if there is none.
fn after_prefix(prefix: &[u8]) -> Option<Bytes> {
    let last = prefix.iter().rposition(|byte| *byte != 0xff)?;
    let mut end = prefix[..=last].to_vec();
    end[last] = end[last].wrapping_add(1);
    Some(end.into())
}

/// The order in which a cursor goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From small keys to large ones.
    Forward,
    /// From large keys to small ones.
    Backward,
}

impl Direction {
    /// Whether `a` comes before `b`.
    pub(crate) fn before(self, a: &[u8], b: &[u8]) -> bool {
        match self {
            Self::Forward => a < b,
            Self::Backward => a > b,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_range_ends_right_after_its_last_key() {
        assert_eq!(KeyRange::prefix(b"ab").end.as_deref(), Some(&b"ac"[..]));
        assert_eq!(
            KeyRange::prefix(&[1, 0xff, 0xff]).end.as_deref(),
            Some(&[2][..])
        );
        assert_eq!(KeyRange::prefix(&[0xff]).end, None);
        assert_eq!(KeyRange::prefix(b""), KeyRange::all());
        let within = KeyRange::new(&b"k"[..], None).within(b"p/");
        assert!(within.contains(b"p/z") && !within.contains(b"p/a") && !within.contains(b"p0"));
    }
}
