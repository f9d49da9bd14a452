//! Ratings, entries, heads and states.

use mycel_mailbox::hash::{element, fr, p2};
use mycel_mailbox::{Entry, Fr, MailboxError, Rating, State, head};

fn rating(outcome: bool, weight: u16) -> Rating {
    Rating {
        outcome,
        weight,
        eco: 1000,
        reciprocity: 0,
    }
}

#[test]
fn poseidon_is_circomlibs() {
    let known = "7853200120776062878684798364095072458815029376092732009249414926327459813530";
    assert_eq!(p2(1u64.into(), 2u64.into()).to_string(), known);
}

#[test]
fn elements_go_to_32_bytes_and_back() {
    for value in [Fr::from(0u64), Fr::from(258u64), -Fr::from(1u64)] {
        assert_eq!(fr(&element(&value)), value);
    }
    assert_eq!(element(&Fr::from(258u64))[30..], [1, 2]);
}

#[test]
fn a_packed_rating_unpacks_to_itself_and_nothing_else_unpacks() {
    for outcome in [false, true] {
        for weight in [0, 1, 65_535] {
            for eco in [0, 1, 1000] {
                for reciprocity in [0, 1000] {
                    let rating = Rating {
                        outcome,
                        weight,
                        eco,
                        reciprocity,
                    };
                    assert_eq!(Rating::unpack(rating.packed()), Ok(rating));
                }
            }
        }
    }
    assert_eq!(Rating::unpack(1 << 37), Err(MailboxError::NotARating));
    assert!(Rating::unpack(1001 << 17).is_err());
    assert!(Rating::unpack(1001 << 27).is_err());
}

fn entries() -> Vec<Entry> {
    let periods = [5, 5, 6, 8, 8];
    let entry = |(i, period)| rating(i != 1, 10 + i as u16).entry(Fr::from(i as u64), period);
    periods.into_iter().enumerate().map(entry).collect()
}

#[test]
fn sums_grow_by_period_and_the_oldest_fall_out() {
    let mut state = State::default();
    for entry in entries() {
        state.absorb(&entry).expect("periods grow");
    }
    // periods 8, 7, 6, 5
    assert_eq!(state.buckets[0], [27, 0, 12, 10]);
    assert_eq!(state.buckets[1], [27, 0, 12, 21]);
    assert_eq!(state.buckets[2], [27_000, 0, 12_000, 21_000]);
    assert_eq!(state.buckets[3], [0; 4]);
    state.shift(9).expect("later");
    assert_eq!(state.buckets[1], [0, 27, 0, 12]);
    state.shift(13).expect("later");
    assert_eq!(state.buckets, [[0; 4]; 4]);
}

#[test]
fn time_never_runs_backwards_and_a_refusal_changes_nothing() {
    let mut state = State::default();
    state.absorb(&entries()[3]).expect("later");
    let before = state;
    let refused = state.absorb(&entries()[0]);
    assert_eq!(refused, Err(MailboxError::Backwards { period: 5, last: 8 }));
    let mut worse = entries()[4];
    worse.eco = 1001;
    assert!(state.absorb(&worse).is_err());
    assert_eq!(state, before);
}

#[test]
fn a_head_depends_on_every_entry_and_their_order() {
    let of = |entries: &[Entry]| {
        entries
            .iter()
            .fold(Fr::from(9u64), |head, entry| entry.after(head))
    };
    let all = entries();
    let own = of(&all);
    let mut swapped = all.clone();
    swapped.swap(0, 1);
    let mut flipped = all.clone();
    flipped[1].outcome = true;
    let mut later = all.clone();
    later[4].period = 9;
    for other in [&all[..4], &all[1..], &swapped, &flipped, &later] {
        assert_ne!(of(other), own);
    }
    let last = all[4];
    assert_eq!(own, head(of(&all[..4]), last.commitment(), last.period));
}

#[test]
fn a_commitment_depends_on_every_sum_on_time_and_on_its_blinding() {
    let mut made = vec![State::empty_commitment()];
    for sum in 0..4 {
        for age in 0..4 {
            let mut state = State::default();
            state.buckets[sum][age] = 1;
            made.push(state.commit());
        }
    }
    let last = State {
        last: 1,
        ..State::default()
    };
    let blinded = State {
        r: Fr::from(1u64),
        ..State::default()
    };
    made.extend([last.commit(), blinded.commit()]);
    for (i, one) in made.iter().enumerate() {
        assert!(!made[..i].contains(one));
    }
}
