//! Trying again when the contracts' clock says so.
use crate::ClientError;

/// Between two tries to move a round on, at least …
pub(super) const PAUSE_MS: u64 = 300;
/// … and at most: each costs the gas of a page.
const LONGEST_PAUSE_MS: u64 = 5_000;

/// How long to wait for a time on the contracts' clock, which may run faster than others.
#[derive(Default)]
pub(super) struct Waiting {
    /// (that clock's seconds, this clock's milliseconds) of the first refusal.
    first: Option<(u64, u64)>,
}

impl Waiting {
    /// Milliseconds to wait after a refusal that names both times, `now` and `from`.
    pub(super) fn pause(&mut self, refusal: &ClientError, at_ms: u64) -> u64 {
        let ClientError::Refused { log, .. } = refusal else {
            return PAUSE_MS;
        };
        let (Some(now), Some(from)) = (named(log, "now="), named(log, "from=")) else {
            return PAUSE_MS;
        };
        let (then, since) = *self.first.get_or_insert((now, at_ms));
        let left = from.saturating_sub(now);
        let (seconds, ms) = (now.saturating_sub(then), at_ms.saturating_sub(since));
        // before that clock has moved, its pace is not known
        let pause = left.saturating_mul(ms).checked_div(seconds);
        pause.unwrap_or(PAUSE_MS).clamp(PAUSE_MS, LONGEST_PAUSE_MS)
    }
}

/// The number that stands behind a name.
fn named(log: &str, name: &str) -> Option<u64> {
    let (_, rest) = log.split_once(name)?;
    rest.split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_waits_as_long_as_the_contracts_clock_needs() {
        let refused = |now: u64| ClientError::Refused {
            codespace: "wasm".into(),
            code: 5,
            log: format!("round too early: now={now} from=2000: execute wasm contract failed"),
            hash: String::new(),
        };
        // a second a second
        let mut waiting = Waiting::default();
        assert_eq!(waiting.pause(&refused(1990), 0), PAUSE_MS);
        assert_eq!(waiting.pause(&refused(1990), 500), PAUSE_MS);
        assert_eq!(waiting.pause(&refused(1992), 2_000), LONGEST_PAUSE_MS);
        assert_eq!(waiting.pause(&refused(1998), 8_000), 2_000);
        // a hundred seconds a second
        let mut waiting = Waiting::default();
        assert_eq!(waiting.pause(&refused(1000), 0), PAUSE_MS);
        assert_eq!(waiting.pause(&refused(1900), 9_000), 1_000);
        assert_eq!(waiting.pause(&refused(1999), 10_000), PAUSE_MS);
    }
}
