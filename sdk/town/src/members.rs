//! A generated town: members who mostly trade with a few neighbours.
use rand::{Rng, SeedableRng, rngs::StdRng};

use crate::rows::Payment;

/// An endless stream of payments between `members` accounts numbered from 1, the same for the same seed.
pub struct Trade {
    rng: StdRng,
    members: u32,
}

impl Trade {
    /// At least two members.
    pub fn new(seed: u64, members: u32) -> Self {
        Self {
            rng: StdRng::seed_from_u64(seed),
            members: members.max(2),
        }
    }
}

impl Iterator for Trade {
    type Item = Payment;

    /// Three of four payments go to one of eight neighbours; amounts are 0.50 to 60 credits, small ones often.
    fn next(&mut self) -> Option<Payment> {
        let from = self.rng.gen_range(0..self.members);
        let reach = if self.rng.gen_ratio(3, 4) {
            self.members.min(9)
        } else {
            self.members
        };
        let to = (from + self.rng.gen_range(1..reach)) % self.members;
        let most = self.rng.gen_range(1..=120u64);
        let halves = self.rng.gen_range(1..=most);
        Some(Payment {
            from: from + 1,
            to: to + 1,
            amount: halves * 500_000_000_000,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_makes_the_same_town_and_nobody_pays_oneself() {
        let some: Vec<Payment> = Trade::new(3, 200).take(1000).collect();
        assert_eq!(some, Trade::new(3, 200).take(1000).collect::<Vec<_>>());
        assert!(
            some.iter()
                .all(|p| p.from != p.to && (1..=200).contains(&p.to) && p.amount > 0)
        );
        assert!(Trade::new(3, 2).take(100).all(|p| p.from != p.to));
    }
}
