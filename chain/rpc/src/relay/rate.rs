//! How often: each network address, and all together. Counts live for a minute, in memory only.
use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::{Refusal, Terms};

const MINUTE: Duration = Duration::from_secs(60);
/// Network addresses that are counted in a minute; above that many, newcomers wait for the next.
const CALLERS: usize = 10_000;

/// Who called in this minute, and how much was sent.
#[derive(Default)]
pub struct Rate(Mutex<Window>);

#[derive(Default)]
struct Window {
    since: Option<Instant>,
    number: u64,
    /// Sent or being looked at.
    whole: u32,
    callers: BTreeMap<Network, u32>,
}

/// Who counts as one caller: an IPv4 address, or the /64 that an IPv6 subscriber has for itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Network {
    V4(Ipv4Addr),
    V6([u16; 4]),
}

impl From<IpAddr> for Network {
    fn from(ip: IpAddr) -> Self {
        let prefix = |ip: Ipv6Addr| {
            let [a, b, c, d, ..] = ip.segments();
            Self::V6([a, b, c, d])
        };
        match ip.to_canonical() {
            IpAddr::V4(ip) => Self::V4(ip),
            IpAddr::V6(ip) => prefix(ip),
        }
    }
}

/// A place in this minute. Given back when dropped, unless something was sent.
pub struct Pass {
    rate: Arc<Rate>,
    window: u64,
    sent: bool,
}

impl Pass {
    /// Something was sent: the place is used.
    pub fn sent(mut self) {
        self.sent = true;
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut window = self.rate.lock();
        if !self.sent && window.number == self.window {
            window.whole = window.whole.saturating_sub(1);
        }
    }
}

impl Rate {
    fn lock(&self) -> MutexGuard<'_, Window> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a request of `ip`. What is refused later counts against its address, not against the whole: else one
    /// caller could close the relay for all.
    pub fn enter(
        self: &Arc<Self>,
        ip: IpAddr,
        terms: &Terms,
        now: Instant,
    ) -> Result<Pass, Refusal> {
        let mut window = self.lock();
        let elapsed = window.since.map(|since| now.duration_since(since));
        if elapsed.is_none_or(|elapsed| elapsed >= MINUTE) {
            *window = Window {
                since: Some(now),
                number: window.number.wrapping_add(1),
                ..Window::default()
            };
        }
        let left = MINUTE.saturating_sub(now.duration_since(window.since.unwrap_or(now)));
        let too_many = |of, limit| Refusal::TooMany {
            of,
            limit,
            seconds: left.as_secs().saturating_add(1),
        };
        let caller = Network::from(ip);
        let full = window.callers.len() >= CALLERS && !window.callers.contains_key(&caller);
        if full {
            return Err(too_many("of all callers", terms.per_minute));
        }
        let count = window.callers.entry(caller).or_default();
        if *count >= terms.per_address {
            return Err(too_many("of your address", terms.per_address));
        }
        *count += 1;
        if window.whole >= terms.per_minute {
            return Err(too_many("of all callers", terms.per_minute));
        }
        window.whole += 1;
        Ok(Pass {
            rate: self.clone(),
            window: window.number,
            sent: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(per_address: u32, per_minute: u32) -> Terms {
        Terms {
            account: String::new(),
            contracts: vec![],
            kinds: vec![],
            body_bytes: 0,
            per_minute,
            per_address,
        }
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_has_so_many_requests_a_minute_refused_ones_too() {
        let (mut now, rate, terms) = (Instant::now(), Arc::new(Rate::default()), terms(2, 100));
        for _ in 0..2 {
            drop(rate.enter(ip("10.0.0.1"), &terms, now).unwrap());
        }
        let refused = rate.enter(ip("10.0.0.1"), &terms, now).err().unwrap();
        assert_eq!(refused.code(), "too_many");
        assert!(refused.to_string().contains("of your address"), "{refused}");
        // another address has its own, and the same one written as IPv6 is the same
        rate.enter(ip("10.0.0.2"), &terms, now).unwrap().sent();
        assert!(rate.enter(ip("::ffff:10.0.0.1"), &terms, now).is_err());
        now += MINUTE;
        rate.enter(ip("10.0.0.1"), &terms, now).unwrap().sent();
    }

    #[test]
    fn a_subscriber_of_ipv6_is_one_caller() {
        let (now, rate, terms) = (Instant::now(), Arc::new(Rate::default()), terms(1, 100));
        rate.enter(ip("2001:db8:1:2::1"), &terms, now)
            .unwrap()
            .sent();
        assert!(rate.enter(ip("2001:db8:1:2:ffff::9"), &terms, now).is_err());
        rate.enter(ip("2001:db8:1:3::1"), &terms, now)
            .unwrap()
            .sent();
    }

    #[test]
    fn only_what_was_sent_counts_against_the_whole() {
        let (mut now, rate, terms) = (Instant::now(), Arc::new(Rate::default()), terms(10, 2));
        for _ in 0..5 {
            drop(rate.enter(ip("10.0.0.1"), &terms, now).unwrap());
        }
        let under_way = rate.enter(ip("10.0.0.2"), &terms, now).unwrap();
        rate.enter(ip("10.0.0.3"), &terms, now).unwrap().sent();
        let refused = rate.enter(ip("10.0.0.4"), &terms, now).err().unwrap();
        assert!(refused.to_string().contains("of all callers"), "{refused}");
        drop(under_way);
        let late = rate.enter(ip("10.0.0.4"), &terms, now).unwrap();
        // a place of one minute is not given back to the next
        now += MINUTE;
        for n in 5..7 {
            rate.enter(ip(&format!("10.0.0.{n}")), &terms, now)
                .unwrap()
                .sent();
        }
        drop(late);
        assert!(rate.enter(ip("10.0.0.8"), &terms, now).is_err());
    }

    #[test]
    fn the_memory_of_callers_is_bounded_and_lives_a_minute() {
        let (mut now, rate, terms) = (
            Instant::now(),
            Arc::new(Rate::default()),
            terms(1, u32::MAX),
        );
        let caller = |n: u32| IpAddr::V4(Ipv4Addr::from_bits(n));
        for n in 0..CALLERS as u32 {
            drop(rate.enter(caller(n), &terms, now).unwrap());
        }
        assert!(rate.enter(caller(u32::MAX), &terms, now).is_err());
        assert_eq!(rate.lock().callers.len(), CALLERS);
        now += MINUTE;
        rate.enter(caller(u32::MAX), &terms, now).unwrap().sent();
        assert_eq!(rate.lock().callers.len(), 1);
    }
}
