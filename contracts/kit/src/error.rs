//! How contracts word and number their errors.
//!
//! A contract's error reaches a client as text only, wrapped by the chain
//! (`failed to execute message; …: limit exceeded: position=…`). So each kind
//! of error has one fixed **phrase** that begins its text and one **code**;
//! both are stable. Numbers that explain the refusal follow as `key=value`.

/// One kind of error: its stable number and the phrase its text begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorKind {
    /// The number, never reused.
    pub code: u32,
    /// The words before the first colon.
    pub phrase: &'static str,
}

/// Which kind of error a chain's log speaks of, if any of `kinds`. Where
/// several phrases occur, the first in the text counts: it is the outermost.
#[must_use]
pub fn find_kind(kinds: &[ErrorKind], log: &str) -> Option<ErrorKind> {
    kinds
        .iter()
        .filter_map(|kind| log.find(kind.phrase).map(|at| (at, kind)))
        .min_by_key(|(at, kind)| (*at, std::cmp::Reverse(kind.phrase.len())))
        .map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_is_found_in_the_chains_wrapping() {
        let kinds = [
            ErrorKind {
                code: 1,
                phrase: "unknown payee",
            },
            ErrorKind {
                code: 2,
                phrase: "limit exceeded",
            },
        ];
        let log = "failed to execute message; message index: 0: limit exceeded: position=-990.00 \
                   amount=25.00 limit=1000.00: execute wasm contract failed";
        assert_eq!(find_kind(&kinds, log).map(|kind| kind.code), Some(2));
        assert_eq!(find_kind(&kinds, "out of gas"), None);
    }
}
