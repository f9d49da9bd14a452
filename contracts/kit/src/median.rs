//! Medians of integers and their spread. Of an even count either middle value
//! may be the median: the caller says which, the **lower** for stocks (never
//! more fish than seen), the **higher** for use (never less harvest than seen).

/// Which middle value of an even count is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Even {
    /// The lower one.
    Lower,
    /// The higher one.
    Higher,
}

/// The median; `None` of nothing. Always one of the values.
#[must_use]
pub fn median<T: Ord + Copy>(values: &[T], even: Even) -> Option<T> {
    let at = match even {
        Even::Lower => values.len().checked_sub(1)? / 2,
        Even::Higher => values.len() / 2,
    };
    let mut values = values.to_vec();
    // of nothing, `Higher` would take place 0
    (at < values.len()).then(|| *values.select_nth_unstable(at).1)
}

/// The median absolute deviation from the median, with the same choice for
/// both; `None` of nothing.
#[must_use]
pub fn mad(values: &[i128], even: Even) -> Option<u128> {
    let middle = median(values, even)?;
    let distances: Vec<u128> = values.iter().map(|value| value.abs_diff(middle)).collect();
    median(&distances, even)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_even_count_the_caller_chooses() {
        let values = [40i128, 10, 30, 20];
        assert_eq!(median(&values, Even::Lower), Some(20));
        assert_eq!(median(&values, Even::Higher), Some(30));
        assert_eq!(mad(&values, Even::Lower), Some(10));
        assert_eq!(mad(&values, Even::Higher), Some(10));
        assert_eq!(median(&[7], Even::Lower), Some(7));
        assert_eq!(median(&[] as &[u8], Even::Lower), None);
        assert_eq!(median(&[] as &[u8], Even::Higher), None);
        assert_eq!(mad(&[], Even::Lower), None);
    }

    #[test]
    fn one_liar_in_five_moves_nothing() {
        let honest = [98i128, 100, 101, 103];
        for lie in [i128::MIN, i128::MAX] {
            let all = [honest[0], honest[1], honest[2], honest[3], lie];
            assert!((100..=101).contains(&median(&all, Even::Lower).unwrap()));
            assert!(mad(&all, Even::Higher).unwrap() <= 3);
        }
    }
}
