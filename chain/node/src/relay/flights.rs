//! What the relay has under way: signed and pooled, in no block yet.
use mycel_types::AccountAddress;

/// What a show spends: a contract remembers each nullifier once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Where.
    pub contract: AccountAddress,
    /// 64 lower-case hex digits.
    pub nullifier: String,
}

/// A transaction that waits.
#[derive(Clone, Debug)]
pub struct Flight {
    /// Its sequence.
    pub sequence: u64,
    /// Its hash.
    pub hash: [u8; 32],
    /// What it spends.
    pub claim: Claim,
    /// Which message it carries.
    pub digest: [u8; 32],
}

/// All of them; no more than the pool takes of one sender.
#[derive(Debug, Default)]
pub struct Flights(Vec<Flight>);

impl Flights {
    /// Forgets what stands in a block (its sequence is below the committed one) and what the pool gave up.
    pub fn prune(&mut self, committed: u64, pooled: impl Fn(&[u8; 32]) -> bool) {
        self.0
            .retain(|flight| flight.sequence >= committed && pooled(&flight.hash));
    }

    /// The one that spends this.
    pub fn carrying(&self, claim: &Claim) -> Option<&Flight> {
        self.0.iter().find(|flight| flight.claim == *claim)
    }

    /// The lowest free sequence: what the pool gave up left a gap, and nothing behind it would ever be executed.
    pub fn next(&self, committed: u64) -> u64 {
        let taken = |sequence: &u64| self.0.iter().any(|flight| flight.sequence == *sequence);
        (committed..).find(|n| !taken(n)).unwrap_or(committed)
    }

    /// One more.
    pub fn add(&mut self, flight: Flight) {
        self.0.push(flight);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flight(sequence: u64) -> Flight {
        Flight {
            sequence,
            hash: [sequence as u8; 32],
            claim: claim(sequence),
            digest: [0; 32],
        }
    }

    fn claim(n: u64) -> Claim {
        Claim {
            contract: AccountAddress::new(vec![1; 32]).unwrap(),
            nullifier: format!("{n:064x}"),
        }
    }

    #[test]
    fn several_in_flight_take_one_sequence_after_another() {
        let mut flights = Flights::default();
        for n in 4..9 {
            assert_eq!(flights.next(4), n);
            flights.add(flight(n));
        }
        // a block took the first two
        flights.prune(6, |_| true);
        assert_eq!(flights.next(6), 9);
        assert!(flights.carrying(&claim(5)).is_none());
        assert!(flights.carrying(&claim(6)).is_some());
    }

    #[test]
    fn a_gap_that_the_pool_left_is_filled_first() {
        let mut flights = Flights::default();
        for n in 4..8 {
            flights.add(flight(n));
        }
        flights.prune(4, |hash| hash[0] != 5);
        assert_eq!(flights.next(4), 5);
        assert!(flights.carrying(&claim(5)).is_none());
    }
}
