//! What the town's members owe each other, beside their positions.
use std::collections::BTreeMap;

use crate::rows::Payment;

/// One owes another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Debt {
    /// Who owes.
    pub debtor: u32,
    /// Who is owed.
    pub creditor: u32,
    /// Pico-credits (10^-12).
    pub amount: u64,
}

/// What the three of the triangle trade: A sells energy and needs food, B sells food
/// and needs medicine, C sells medicine and needs energy.
pub const TRIANGLE: [(u32, &str); 3] = [(1, "food"), (2, "medicine"), (3, "energy")];
/// What each of the three owes the next.
const TRIANGLE_AMOUNT: u64 = 60_000_000_000_000;

/// Lines of a file of debts have the form of transfers: `debtor creditor amount`.
impl From<Payment> for Debt {
    fn from(line: Payment) -> Self {
        Self {
            debtor: line.from,
            creditor: line.to,
            amount: line.amount,
        }
    }
}

/// A → B → C → A: everybody owes the next what the one before owes.
pub fn triangle() -> [Debt; 3] {
    [(1, 2), (2, 3), (3, 1)].map(|(debtor, creditor)| Debt {
        debtor,
        creditor,
        amount: TRIANGLE_AMOUNT,
    })
}

/// The debts of a town's own trade: what would be owed had nobody paid, netted between each two, at most `most`, the
/// pairs that traded first before the others.
pub fn of_trade(payments: &[Payment], most: usize) -> Vec<Debt> {
    let mut places: BTreeMap<(u32, u32), usize> = BTreeMap::new();
    let mut pairs: Vec<((u32, u32), i128)> = vec![];
    for payment in payments.iter().filter(|p| p.from != p.to) {
        let pair = (payment.from.min(payment.to), payment.from.max(payment.to));
        let place = *places.entry(pair).or_insert(pairs.len());
        if place == pairs.len() {
            pairs.push((pair, 0));
        }
        let amount = i128::from(payment.amount);
        pairs[place].1 += if payment.from == pair.0 {
            amount
        } else {
            -amount
        };
    }
    let debt = |((low, high), net): ((u32, u32), i128)| {
        let (debtor, creditor) = if net > 0 { (low, high) } else { (high, low) };
        let amount = u64::try_from(net.unsigned_abs()).ok()?;
        (amount > 0 && amount <= i64::MAX as u64).then_some(Debt {
            debtor,
            creditor,
            amount,
        })
    };
    pairs.into_iter().filter_map(debt).take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_members_owe_each_other_is_netted() {
        let pay = |from, to, amount| Payment { from, to, amount };
        let payments = [
            pay(1, 2, 5),
            pay(2, 1, 8),
            pay(3, 4, 7),
            pay(5, 6, 1),
            pay(6, 5, 1),
        ];
        let debts = of_trade(&payments, 9);
        let expected = [(2, 1, 3), (3, 4, 7)].map(|(debtor, creditor, amount)| Debt {
            debtor,
            creditor,
            amount,
        });
        assert_eq!(debts, expected);
        assert_eq!(of_trade(&payments, 1), &expected[..1]);
    }

    #[test]
    fn nobody_of_the_triangle_gains_or_loses() {
        let mut net = BTreeMap::<u32, i128>::new();
        for debt in triangle() {
            *net.entry(debt.debtor).or_default() -= i128::from(debt.amount);
            *net.entry(debt.creditor).or_default() += i128::from(debt.amount);
        }
        assert!(net.values().all(|sum| *sum == 0));
    }
}
