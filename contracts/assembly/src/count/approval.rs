//! Approval: every option that a ballot names has its weight; most votes first.

use super::{MAX_OPTIONS, Order, members};

/// Adds a ballot, a set of options as bits, to the votes for each option.
pub fn add(votes: &mut [u64], chosen: u64, weight: u64) {
    for option in members(chosen) {
        if let Some(sum) = votes.get_mut(usize::from(option)) {
            *sum = sum.saturating_add(weight);
        }
    }
}

/// Options by votes, most first; equal votes in the order of numbers.
#[must_use]
pub fn order(votes: &[u64]) -> Order {
    let votes = &votes[..votes.len().min(MAX_OPTIONS)];
    let mut options: Vec<u8> = (0..votes.len() as u8).collect();
    let of = |option: &u8| votes[usize::from(*option)];
    options.sort_by_key(|option| (std::cmp::Reverse(of(option)), *option));
    let tied = options.windows(2).map(|w| of(&w[0]) == of(&w[1])).collect();
    Order { options, tied }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_approved_option_comes_first() {
        let mut votes = [0; 4];
        for (chosen, weight) in [(0b0110, 3), (0b0100, 2), (0b1001, 4), (0, 9)] {
            add(&mut votes, chosen, weight);
        }
        assert_eq!(votes, [4, 3, 5, 4]);
        let order = order(&votes);
        assert_eq!(order.options, [2, 0, 3, 1]);
        assert_eq!(order.tied, [false, true, false]);
    }

    #[test]
    fn equal_votes_are_shown_and_go_by_option_number() {
        let order = order(&[2, 2, 2]);
        assert_eq!(order.options, [0, 1, 2]);
        assert_eq!(order.tied, [true, true]);
    }
}
