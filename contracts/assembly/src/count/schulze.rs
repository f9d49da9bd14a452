//! Schulze's method on a pairwise matrix.
//!
//! `d(a, b)` counts the electors that prefer a to b. Where more prefer a to b
//! than b to a, there is a link from a to b as strong as `d(a, b)`: **winning
//! votes**, Schulze's own choice and that of most who use it (with margins a
//! small lead among many abstentions would weigh as much as one among few). A
//! path is as strong as its weakest link, and a **beats** b if the strongest
//! path from a to b is stronger than the strongest one back. That relation is
//! transitive (M. Schulze, Social Choice and Welfare 36, 2011), so there is
//! always an option that nothing beats. Options in one group of a ballot are
//! equal to it. (Options that a ballot does not name are ranked when it is cast:
//! see [`crate::vote`].)
//!
//! The order takes, again and again, the option of the lowest number among
//! those that no remaining option beats.

use borsh::{BorshDeserialize, BorshSerialize};

use super::{MAX_OPTIONS, Order};

/// Row a, column b: electors that prefer a to b.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Pairwise {
    options: u8,
    cells: Vec<u64>,
}

impl Pairwise {
    /// No ballots yet.
    #[must_use]
    pub fn new(options: u8) -> Pairwise {
        let options = options.min(MAX_OPTIONS as u8);
        Pairwise {
            options,
            cells: vec![0; usize::from(options).pow(2)],
        }
    }

    /// How many options.
    #[must_use]
    pub const fn options(&self) -> u8 {
        self.options
    }

    /// Electors that prefer `a` to `b`; 0 for options that there are not.
    #[must_use]
    pub fn prefer(&self, a: u8, b: u8) -> u64 {
        let at = usize::from(a) * usize::from(self.options) + usize::from(b);
        let known = a < self.options && b < self.options;
        self.cells.get(at).copied().filter(|_| known).unwrap_or(0)
    }

    /// The rows.
    #[must_use]
    pub fn rows(&self) -> Vec<Vec<u64>> {
        let width = usize::from(self.options).max(1);
        self.cells.chunks(width).map(<[u64]>::to_vec).collect()
    }

    /// Adds a ballot by the ranks of all options.
    pub fn add(&mut self, ranks: &[u8], weight: u64) {
        let width = usize::from(self.options).max(1);
        for (row, mine) in self.cells.chunks_mut(width).zip(ranks) {
            for (cell, other) in row.iter_mut().zip(ranks) {
                if mine < other {
                    *cell = cell.saturating_add(weight);
                }
            }
        }
    }

    /// Strengths of the strongest paths among the options that take part, row
    /// by row; 0 where there is none.
    #[must_use]
    pub fn paths(&self, among: u32) -> Vec<Vec<u64>> {
        let takes_part = |option: u8| among >> option & 1 == 1;
        let options: Vec<u8> = (0..self.options).filter(|o| takes_part(*o)).collect();
        let width = usize::from(self.options);
        let mut paths = vec![vec![0; width]; width];
        for &a in &options {
            for &b in &options {
                let (with, against) = (self.prefer(a, b), self.prefer(b, a));
                if with > against {
                    paths[usize::from(a)][usize::from(b)] = with;
                }
            }
        }
        // Floyd and Warshall, with min along a path and max among paths
        for &through in &options {
            let onward = paths[usize::from(through)].clone();
            for &a in &options {
                let row = &mut paths[usize::from(a)];
                let first = row[usize::from(through)];
                for (cell, second) in row.iter_mut().zip(&onward) {
                    *cell = (*cell).max(first.min(*second));
                }
            }
        }
        for (option, row) in paths.iter_mut().enumerate() {
            row[option] = 0; // a circle says nothing
        }
        paths
    }

    /// The ranking of the options that take part (bits).
    #[must_use]
    pub fn ranking(&self, among: u32) -> Order {
        let paths = self.paths(among);
        let beats = |a: u8, b: u8| {
            let (a, b) = (usize::from(a), usize::from(b));
            paths[a][b] > paths[b][a]
        };
        let mut left: Vec<u8> = (0..self.options).filter(|o| among >> o & 1 == 1).collect();
        let mut options: Vec<u8> = Vec::with_capacity(left.len());
        while !left.is_empty() {
            let unbeaten = |one: &u8| !left.iter().any(|other| beats(*other, *one));
            // there is one, for the relation has no cycle; the first is the lowest number
            let at = left.iter().position(unbeaten).unwrap_or(0);
            options.push(left.remove(at));
        }
        let tied = options.windows(2).map(|w| !beats(w[0], w[1])).collect();
        Order { options, tied }
    }

    /// Pairs (a, b), a beats b, among the options that take part.
    #[must_use]
    pub fn beaten(&self, among: u32) -> Vec<(u8, u8)> {
        let paths = self.paths(among);
        let pairs = (0..self.options).flat_map(|a| (0..self.options).map(move |b| (a, b)));
        pairs
            .filter(|(a, b)| {
                let (a, b) = (usize::from(*a), usize::from(*b));
                paths[a][b] > paths[b][a]
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: u32 = u32::MAX;

    fn ranks(letters: &str, options: u8) -> Vec<u8> {
        let groups: Vec<&str> = letters.split('>').collect();
        (b'A'..b'A' + options)
            .map(|letter| {
                let named = groups
                    .iter()
                    .position(|group| group.bytes().any(|l| l == letter));
                named.unwrap_or(groups.len()) as u8
            })
            .collect()
    }

    fn of(ballots: &[(&str, u64)], options: u8) -> Pairwise {
        let mut matrix = Pairwise::new(options);
        for (letters, weight) in ballots {
            matrix.add(&ranks(letters, options), *weight);
        }
        matrix
    }

    /// Example 1 of Schulze's paper: 45 voters, 5 candidates, E > A > C > B > D.
    #[test]
    fn the_papers_example_gives_the_papers_paths_and_ranking() {
        let matrix = of(
            &[
                ("A>C>B>E>D", 5),
                ("A>D>E>C>B", 5),
                ("B>E>D>A>C", 8),
                ("C>A>B>E>D", 3),
                ("C>A>E>B>D", 7),
                ("C>B>A>D>E", 2),
                ("D>C>E>B>A", 7),
                ("E>B>A>D>C", 8),
            ],
            5,
        );
        assert_eq!(
            matrix.rows(),
            [
                [0, 20, 26, 30, 22],
                [25, 0, 16, 33, 18],
                [19, 29, 0, 17, 24],
                [15, 12, 28, 0, 14],
                [23, 27, 21, 31, 0]
            ]
        );
        assert_eq!(
            matrix.paths(ALL),
            [
                [0, 28, 28, 30, 24],
                [25, 0, 28, 33, 24],
                [25, 29, 0, 29, 24],
                [25, 28, 28, 0, 24],
                [25, 28, 28, 31, 0]
            ]
        );
        let order = matrix.ranking(ALL);
        assert_eq!(order.options, [4, 0, 2, 1, 3]);
        assert_eq!(order.tied, [false; 4]);
    }

    #[test]
    fn strength_is_winning_votes_not_margins() {
        // a circle: A > B by 6 to 5, B > C by 4 to 1, C > A by 5 to 4. By winning
        // votes B > C is the weakest link, by margins the strongest
        let mut matrix = Pairwise::new(3);
        for (a, b, with) in [
            (0, 1, 6),
            (1, 0, 5),
            (1, 2, 4),
            (2, 1, 1),
            (2, 0, 5),
            (0, 2, 4),
        ] {
            matrix.cells[a * 3 + b] = with;
        }
        assert_eq!(matrix.ranking(ALL).options, [2, 0, 1]);
    }

    #[test]
    fn ties_are_shown_and_go_by_option_number() {
        // a perfect circle: nothing beats anything
        let circle = of(&[("A>B>C", 1), ("B>C>A", 1), ("C>A>B", 1)], 3);
        let order = circle.ranking(ALL);
        assert_eq!((order.options, order.tied), (vec![0, 1, 2], vec![true; 2]));
        assert!(circle.beaten(ALL).is_empty());
        let none = Pairwise::new(3).ranking(ALL);
        assert_eq!((none.options, none.tied), (vec![0, 1, 2], vec![true; 2]));
    }

    #[test]
    fn options_of_one_rank_are_equal() {
        let matrix = of(&[("B", 4)], 3);
        assert_eq!(matrix.rows(), [[0, 0, 0], [4, 0, 4], [0, 0, 0]]);
    }

    #[test]
    fn who_does_not_take_part_neither_wins_nor_carries_a_path() {
        let matrix = of(&[("A>B>C", 2), ("B>C>A", 2), ("C>A>B", 3)], 3);
        assert_eq!(matrix.ranking(ALL).options.len(), 3);
        let order = matrix.ranking(0b101);
        assert_eq!(order.options, [2, 0]);
        assert_eq!(order.tied, [false]);
    }
}
