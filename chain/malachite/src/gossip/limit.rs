//! A token bucket per peer.
use std::time::Duration;

use tokio::time::Instant;

/// Tokens that refill at a rate, up to one second's worth.
#[derive(Clone, Debug)]
pub struct Bucket {
    rate: u64,
    micro_tokens: u64,
    last: Instant,
}

const MICRO: u64 = 1_000_000;

impl Bucket {
    /// A full bucket.
    pub fn new(rate: u64, now: Instant) -> Self {
        Self {
            rate,
            micro_tokens: rate.saturating_mul(MICRO),
            last: now,
        }
    }

    /// Changes the rate; what is in the bucket is cut to the new capacity.
    pub fn set_rate(&mut self, rate: u64) {
        self.rate = rate;
        self.micro_tokens = self.micro_tokens.min(rate.saturating_mul(MICRO));
    }

    fn refill(&mut self, now: Instant) {
        let elapsed = now
            .saturating_duration_since(self.last)
            .min(Duration::from_secs(1));
        self.last = now;
        // at most one second passes: rate · 10^6 fits for any sane rate
        let refill = self
            .rate
            .saturating_mul(u64::try_from(elapsed.as_micros()).unwrap_or(MICRO));
        self.micro_tokens = self
            .micro_tokens
            .saturating_add(refill)
            .min(self.rate.saturating_mul(MICRO));
    }

    /// Whether not even one token is there.
    pub fn is_empty(&mut self, now: Instant) -> bool {
        self.refill(now);
        self.micro_tokens < MICRO
    }

    /// Takes `n` tokens, or none.
    pub fn take(&mut self, n: u64, now: Instant) -> bool {
        self.refill(now);
        match self.micro_tokens.checked_sub(n.saturating_mul(MICRO)) {
            Some(rest) => {
                self.micro_tokens = rest;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_gets_its_rate_and_no_more() {
        let start = Instant::now();
        let mut bucket = Bucket::new(200, start);
        let mut passed = 0;
        for ms in 0..2000u64 {
            for _ in 0..10 {
                if bucket.take(1, start + Duration::from_millis(ms)) {
                    passed += 1;
                }
            }
        }
        assert!((590..=600).contains(&passed), "passed={passed}");
    }

    #[test]
    fn a_batch_above_the_capacity_never_passes() {
        let start = Instant::now();
        let mut bucket = Bucket::new(200, start);
        assert!(!bucket.take(201, start + Duration::from_secs(9)));
        assert!(bucket.take(200, start + Duration::from_secs(9)));
    }
}
