//! Earlier versions of the construction, each with the attack that broke it.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, BigInteger, PrimeField};
use mycel_circuits::gadgets::bits::require_range;
use mycel_circuits::{Circuit, Compiled, Sheet};
use mycel_mailbox::hash::{p2, p3};
use mycel_mailbox::tag::selector;
use mycel_mailbox::{Direction, Identity, Rating, State};
use mycel_verifier::poseidon;

use crate::cheat::Cheat;
use crate::story::{attest, deal, identity, rooted, show};

fn accepted(write: impl Fn(&mut Sheet)) -> bool {
    let (mut rows, mut values) = (Sheet::with_rows(), Sheet::values_only());
    write(&mut rows);
    write(&mut values);
    Compiled::new("broken", rows)
        .broken(&values.into_values())
        .is_empty()
}

/// Attributes opened as three witnesses whose packed sum is that of the leaf,
/// without bits.
#[test]
fn a_packed_value_opened_without_bits_is_any_three_values() {
    let (keyed, cutoff, vouch) = (1001u64, 1000u64, 39u64);
    let packed = Fr::from(4 | keyed << 24 | vouch << 48);
    let opened = |keyed: Fr, vouch: Fr| {
        accepted(|sheet| {
            let [packed, cutoff] = [packed, cutoff.into()].map(|x| sheet.input(x));
            let [joined, keyed, vouch] = [Fr::from(4u64), keyed, vouch].map(|x| sheet.witness(x));
            let sum = &joined + &keyed * (1 << 24) + &vouch * (1 << 48);
            sheet.require_equal(&sum, &packed);
            require_range(sheet, &(&cutoff - &keyed), 24);
        })
    };
    assert!(
        !opened(keyed.into(), vouch.into()),
        "honest, and after the cutoff"
    );
    let early = Fr::from(keyed) - Fr::from(1u64 << 24);
    assert!(
        opened(early, (vouch + 1).into()),
        "the version without bits was broken"
    );
    let mut cheat = Cheat::with(show());
    cheat.circuit.attr.keyed = keyed as u32;
    rooted(&mut cheat.circuit);
    let [low_of_keyed, low_of_vouch] = [24, 48].map(|bit| cheat.variable("attributes", 0, bit));
    cheat.set(low_of_keyed, Fr::from(1u64) - Fr::from(1u64 << 24));
    cheat.set(low_of_vouch, 2u64);
    cheat.caught_by("attributes");
}

/// The circuit cannot know which state a mailbox began with: C was whatever
/// its owner enrolled with. Now the contract writes C0.
#[test]
fn an_initial_state_that_nobody_authenticated_meets_every_threshold() {
    let mut invented = show();
    invented.tail.clear();
    invented.state = State {
        buckets: [
            [1 << 30, 0, 0, 0],
            [1 << 30, 0, 0, 0],
            [1000 << 30, 0, 0, 0],
            [1000 << 30, 0, 0, 0],
        ],
        last: 24,
        r: 9u64.into(),
    };
    invented.thresholds.theta_rel = 1 << 16;
    invented.thresholds.t_min = 100_000;
    rooted(&mut invented);
    assert!(
        Cheat::with(invented.clone()).broken().is_empty(),
        "if a leaf may hold it"
    );
    // the leaf that the contract writes at enrolment holds C0
    let idc = identity().idc();
    let enrolled = mycel_mailbox::leaf(
        idc,
        State::empty_commitment(),
        invented.f,
        invented.f,
        &invented.attr,
    );
    invented.root = invented.path.root(enrolled);
    Cheat::with(invented).caught_by("root");
}

#[test]
fn one_pad_for_both_directions_shows_the_difference_of_two_ratings() {
    let deal = deal();
    let good = Rating {
        outcome: true,
        weight: 50,
        eco: 900,
        reciprocity: 500,
    };
    let bad = Rating {
        outcome: false,
        ..good
    };
    let small = |x: Fr| x.into_bigint().num_bits() < 64;
    // broken: the mask did not depend on the direction
    let mask = p3(deal.key, deal.deal, selector::PAD);
    let (a, b) = (
        Fr::from(good.packed()) + mask,
        Fr::from(bad.packed()) + mask,
    );
    assert!(small(a - b), "the version with one pad was broken");
    // now
    let a = deal.seal(Direction::AtoB, &good).expect("in range");
    let b = deal.seal(Direction::BtoA, &bad).expect("in range");
    assert!(!small(a.ct - b.ct) && !small(b.ct - a.ct));
    assert_ne!(a.rho, b.rho);
    let mut swapped = attest();
    swapped.direction = 1;
    let broken = Cheat::with(swapped).broken();
    assert_eq!(
        broken.into_iter().collect::<Vec<_>>(),
        ["commitment", "mask"]
    );
}

#[test]
fn untagged_hashes_let_deal_3_reveal_the_rating_and_scope_1_the_identity() {
    let (key, packed) = (deal().key, Fr::from(attest().rating.packed()));
    // broken: K = P2(key, deal), mask = P2(key, 3); idc = P2(sk, 1), nf = P2(sk, scope)
    let (k, ct) = (p2(key, 3u64.into()), packed + p2(key, 3u64.into()));
    assert_eq!(ct - k, packed, "the version without tags was broken");
    let sk = identity().sk;
    assert_eq!(
        p2(sk, 1u64.into()),
        p2(sk, Fr::from(1u64)),
        "nf in scope 1 was idc"
    );
    // now: whatever the scope or the deal is, purposes do not meet
    let own = Identity { sk };
    for number in (0..64).chain((0..16).map(|i| selector::BASE + i)) {
        let value = Fr::from(number);
        let parts: Vec<Fr> = (0..=8).map(|purpose| p3(key, value, purpose)).collect();
        for (i, part) in parts.iter().enumerate() {
            assert!(!parts[..i].contains(part), "purposes of deal {number}");
        }
        assert_ne!(own.nullifier(value), own.idc());
        assert_ne!(own.nullifier(value), own.blinding(number));
    }
}

#[test]
fn a_head_never_serves_as_a_tagged_hash() {
    // a head's last input is a period below 2^24, a selector is above 2^32
    let (a, b) = (Fr::from(5u64), Fr::from(6u64));
    let head = mycel_mailbox::head(a, b, (1 << 24) - 1);
    let all: Vec<Fr> = (0..=8).map(|purpose| p3(a, b, purpose)).collect();
    assert!(!all.contains(&head));
    assert_eq!(
        head,
        poseidon::hash(&[a, b, ((1u64 << 24) - 1).into()]).expect("three")
    );
}

#[test]
fn a_show_without_tail_and_history_shows_nothing_even_for_zero_thresholds() {
    let mut nothing = show();
    nothing.state = State::default();
    nothing.tail.clear();
    nothing.thresholds = mycel_mailbox::Thresholds {
        t_min: 1,
        ..Default::default()
    };
    rooted(&mut nothing);
    assert!(nothing.check().is_err());
    assert_ne!(nothing.root, Fr::ZERO);
    Cheat::with(nothing).caught_by("sample");
}
