//! Warnings before an entitlement is used up: at 70, 85 and 95 % of it.

/// The percentages at which it is said.
pub const LEVELS: [u8; 3] = [70, 85, 95];

/// The highest level reached, 0 below the first. Something used of nothing is
/// the last.
#[must_use]
pub fn level(used: u128, entitled: u128) -> u8 {
    let reached = |level: &&u8| {
        used > 0 && used.saturating_mul(100) >= entitled.saturating_mul(u128::from(**level))
    };
    LEVELS.iter().rev().find(reached).copied().unwrap_or(0)
}

/// The level that a use reaches for the first time, if any.
#[must_use]
pub fn crossed(before: u128, after: u128, entitled: u128) -> Option<u8> {
    let (was, is) = (level(before, entitled), level(after, entitled));
    (is > was).then_some(is)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_come_at_70_85_and_95_percent_of_use() {
        for (used, expected) in [
            (0, 0),
            (699, 0),
            (700, 70),
            (849, 70),
            (850, 85),
            (949, 85),
            (950, 95),
            (1_000, 95),
            (5_000, 95),
        ] {
            assert_eq!(level(used, 1_000), expected, "{used}");
        }
        assert_eq!((level(0, 0), level(1, 0)), (0, 95));
        assert_eq!(level(i64::MAX as u128, i64::MAX as u128), 95);
    }

    #[test]
    fn each_level_is_said_once_when_it_is_reached() {
        assert_eq!(crossed(0, 69, 100), None);
        assert_eq!(crossed(69, 70, 100), Some(70));
        assert_eq!(crossed(70, 84, 100), None);
        assert_eq!(crossed(10, 96, 100), Some(95));
        assert_eq!(crossed(96, 120, 100), None);
    }
}
