//! Which payments may be in flight together: those whose accounts have nothing earlier outstanding.
//!
//! Every account sees its payments in the file's order. A payment is ready when it is the oldest unfinished one of
//! both its accounts, so independent payments run together and the result is that of the file's order.
use std::collections::{BTreeMap, VecDeque};

use crate::rows::Payment;

/// The payments that wait, and those that became ready.
pub struct Order<'a> {
    payments: &'a [Payment],
    queues: BTreeMap<u32, VecDeque<usize>>,
    left: usize,
}

impl<'a> Order<'a> {
    /// Lines all payments up; also gives those that are ready at once.
    pub fn new(payments: &'a [Payment]) -> (Self, Vec<usize>) {
        let mut queues: BTreeMap<u32, VecDeque<usize>> = BTreeMap::new();
        for (index, payment) in payments.iter().enumerate() {
            queues.entry(payment.from).or_default().push_back(index);
            if payment.to != payment.from {
                queues.entry(payment.to).or_default().push_back(index);
            }
        }
        let order = Self {
            payments,
            queues,
            left: payments.len(),
        };
        let ready = (0..payments.len()).filter(|i| order.is_ready(*i)).collect();
        (order, ready)
    }

    /// How many are not finished.
    pub fn left(&self) -> usize {
        self.left
    }

    /// Notes that a ready payment is finished; gives those that became ready by it.
    pub fn finish(&mut self, index: usize) -> Vec<usize> {
        let Payment { from, to, .. } = self.payments[index];
        self.left -= 1;
        let mut freed = vec![];
        for account in [from, to] {
            if let Some(queue) = self.queues.get_mut(&account)
                && queue.front() == Some(&index)
            {
                queue.pop_front();
                freed.extend(queue.front().copied());
            }
        }
        freed.sort_unstable();
        freed.dedup();
        freed.retain(|i| self.is_ready(*i));
        freed
    }

    fn is_ready(&self, index: usize) -> bool {
        let Payment { from, to, .. } = self.payments[index];
        [from, to]
            .iter()
            .all(|account| self.queues.get(account).and_then(VecDeque::front) == Some(&index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_account_sees_its_payments_in_order() {
        let seed = 7u64;
        let mut state = seed;
        let mut next = |n: u64| {
            state = state
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            (state >> 33) % n
        };
        let payments: Vec<Payment> = (0..500)
            .map(|_| {
                let from = next(20) as u32;
                let to = (from + 1 + next(19) as u32) % 20;
                Payment {
                    from,
                    to,
                    amount: 1,
                }
            })
            .collect();
        let (mut order, mut ready) = Order::new(&payments);
        let mut last: BTreeMap<u32, usize> = BTreeMap::new();
        let mut finished = 0;
        while !ready.is_empty() {
            let index = ready.swap_remove(next(ready.len() as u64) as usize);
            for account in [payments[index].from, payments[index].to] {
                let before = last.insert(account, index);
                assert!(before.is_none_or(|b| b < index), "seed={seed}");
            }
            ready.extend(order.finish(index));
            finished += 1;
        }
        assert_eq!((finished, order.left()), (500, 0), "seed={seed}");
    }
}
