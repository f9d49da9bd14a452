//! A member's history from deals to proofs, without a chain.
use mycel_mailbox::{
    Attr, Direction, Entry, Fr, Rating, State, Thresholds, Tree, element, first_head, fr, tag,
};

use super::{
    DealSeal, Found, Keyring, Mailbox, Own, Pending, Promise, Purpose, Received, Seen, Showing,
    TrustError, folding,
    mailbox::{committed, key_of, seal},
    opening, showing,
};
use crate::SecretKey;

fn ring(n: u64) -> Keyring {
    Keyring::new(
        &SecretKey::for_development("trust", n),
        "t-1",
        "mycel1trust",
    )
}

/// What member 2 gave to member 1 in a deal of its own, as the chain has it, and the deal as member 1 sees it.
fn received(number: u64, outcome: bool) -> (Received, DealSeal) {
    let (own, other) = (ring(1), ring(2));
    let deal = tag::deal(&own.instance(), 2, 1, &[number as u8; 32]);
    let key = key_of(&other, &deal, 1, &own.viewing(1).public()).unwrap();
    let rating = Rating {
        outcome,
        weight: 10,
        eco: 500,
        reciprocity: 700,
    };
    let (sealed, salt) = seal(&other, &key, &deal, Direction::AtoB, &rating).unwrap();
    assert_eq!(
        committed(&sealed, &salt),
        committed(&sealed, &other.salt(&deal, 0))
    );
    let received = Received {
        number,
        c: sealed.c,
        ct: sealed.ct,
        period: 3,
        deal,
        dir: Direction::AtoB,
    };
    let seal = DealSeal {
        deal,
        k: key.k(),
        own_version: 1,
        other_key: other.viewing(1).public(),
    };
    (received, seal)
}

/// A mailbox with nothing folded, and its entries opened.
fn mailbox(outcomes: &[bool]) -> (Mailbox, Vec<Entry>) {
    let own = ring(1);
    let idc = own.identity(0).idc();
    let first = first_head(idc, fr(&own.instance()));
    let (mut head, mut entries) = (first, vec![]);
    for (number, outcome) in (0..).zip(outcomes) {
        let (received, seal) = received(number, *outcome);
        let entry = received.open(&seal.open(&own).unwrap()).unwrap();
        head = entry.after(head);
        entries.push(entry);
    }
    let mailbox = Mailbox {
        index: 0,
        person: 1,
        idc,
        c: State::empty_commitment(),
        f: first,
        h: head,
        entries: outcomes.len() as u64,
        folded: 0,
        folds: 0,
        attr: Attr {
            joined: 0,
            keyed: 0,
            vouch: 5,
        },
        live: true,
        backup: vec![],
    };
    (mailbox, entries)
}

#[test]
fn what_a_partner_sealed_is_opened_by_the_rated_and_by_nobody_else() {
    let (received, seal) = received(7, true);
    let entry = received.open(&seal.open(&ring(1)).unwrap()).unwrap();
    assert_eq!((entry.weight, entry.eco, entry.period), (10, 500, 3));
    assert!(matches!(
        seal.open(&ring(3)),
        Err(TrustError::Sealed { .. })
    ));
    let other = Received {
        ct: received.ct + Fr::from(1u64),
        ..received.clone()
    };
    assert!(other.open(&seal.open(&ring(1)).unwrap()).is_err());
}

#[test]
fn a_deal_whose_key_is_another_or_whose_partner_has_a_key_of_small_order_is_refused() {
    let (_, seal) = received(7, true);
    let other = DealSeal {
        k: seal.k + Fr::from(1u64),
        ..seal.clone()
    };
    let refused = other.open(&ring(1)).unwrap_err().to_string();
    assert!(refused.contains("do not accept"), "{refused}");
    let zero = DealSeal {
        other_key: [0; 32],
        ..seal
    };
    assert!(zero.open(&ring(1)).is_err());
}

#[test]
fn a_deal_under_other_versions_than_it_was_stored_with_is_opened_all_the_same() {
    let (own, other) = (ring(1), ring(2));
    let (_, seal) = received(7, true);
    let key = key_of(&other, &seal.deal, 3, &own.viewing(2).public()).unwrap();
    let stored = DealSeal { k: key.k(), ..seal };
    assert!(stored.open(&own).is_err(), "made with other keys");
    let others = [1, 2, 3].map(|version| other.viewing(version).public());
    assert_eq!(stored.search(&own, 2, &others).unwrap(), key);
    assert!(stored.search(&own, 1, &others).is_err());
    assert!(stored.search(&own, 2, &others[..2]).is_err());
    assert!(stored.search(&ring(3), 2, &others).is_err());
}

#[test]
fn the_opening_is_found_in_the_file_the_backup_or_the_entries_and_nowhere_else() {
    let own = ring(1);
    let (mut mailbox, entries) = mailbox(&[true, true, false]);
    let none = opening(&own, &mailbox, None, &[]).unwrap();
    assert_eq!(none, (State::default(), Found::Empty));
    let fold = folding(&own, &mailbox, &none.0, &entries).unwrap();
    assert_eq!(fold.f_next, mailbox.h);
    mailbox.c = fold.after.commit();
    (mailbox.f, mailbox.folded, mailbox.folds) = (fold.f_next, 3, 1);
    let found = |mailbox: &Mailbox, kept: Option<&State>, entries: &[Entry]| {
        opening(&own, mailbox, kept, entries).map(|(state, how)| {
            assert_eq!(state, fold.after);
            how
        })
    };
    assert_eq!(
        found(&mailbox, Some(&fold.after), &[]).unwrap(),
        Found::Kept
    );
    assert_eq!(found(&mailbox, None, &entries).unwrap(), Found::Entries);
    assert!(found(&mailbox, None, &entries[1..]).is_err());
    mailbox.backup.clone_from(&fold.backup);
    assert_eq!(
        found(&mailbox, Some(&State::default()), &[]).unwrap(),
        Found::Backup
    );
    // another identity since: the last fold was made with the old one
    mailbox.idc = own.identity(1).idc();
    assert_eq!(found(&mailbox, None, &[]).unwrap(), Found::Backup);
    mailbox.backup[9] ^= 1;
    assert_eq!(found(&mailbox, None, &entries).unwrap(), Found::Entries);
    let lost = found(&mailbox, None, &[]).unwrap_err().to_string();
    assert!(lost.contains("mycel trust recover"), "{lost}");
    let mut file = Own::of(&fold.after);
    assert_eq!(Own::from_json(&file.to_json()).unwrap(), file);
    file.seen = Some(Seen::of("mycel1own", &mailbox, &entries));
    let again = Own::from_json(&file.to_json()).unwrap();
    assert_eq!(again, file);
    mailbox.backup.clear();
    let seen = again.seen.unwrap();
    assert_eq!(
        (seen.mailbox().unwrap(), seen.tail().unwrap()),
        (mailbox, entries)
    );
    assert_eq!(file.state().unwrap(), fold.after);
}

#[test]
fn a_fold_takes_eight_and_refuses_entries_that_do_not_lead_to_the_head() {
    let own = ring(1);
    let (mailbox, entries) = mailbox(&[true; 9]);
    let fold = folding(&own, &mailbox, &State::default(), &entries).unwrap();
    assert_eq!(fold.entries.len(), 8);
    let short = folding(&own, &mailbox, &State::default(), &entries[..8]);
    assert!(matches!(short, Err(TrustError::Lost { .. })));
    let none = folding(&own, &mailbox, &State::default(), &[]);
    assert!(matches!(none, Err(TrustError::Nothing)));
}

#[test]
fn what_cannot_be_proven_is_refused_with_the_reason_before_any_proof() {
    let own = ring(1);
    let (mailbox, entries) = mailbox(&[true, true, true, false]);
    let mut tree = Tree::default();
    tree.set(0, mailbox.leaf()).unwrap();
    let purpose = Purpose {
        period: 3,
        cutoff: 0,
        named: false,
        scope: Fr::from(5u64),
        signal: Fr::from(6u64),
        thresholds: Thresholds {
            theta: 0,
            t_min: 320,
            theta_rel: 49_152,
            theta_eco: 0,
            theta_rec: 0,
        },
    };
    let show = |mailbox: &Mailbox, tail: &[Entry], purpose: Purpose| {
        let path = tree.path(0).unwrap();
        Showing::new(
            &own,
            mailbox,
            &State::default(),
            tail,
            path,
            tree.root(),
            purpose,
        )
        .map_err(|refused| refused.to_string())
    };
    let made = show(&mailbox, &entries, purpose).unwrap();
    assert_eq!(made.subject(), Fr::from(0u64));
    let named = show(
        &mailbox,
        &entries,
        Purpose {
            named: true,
            ..purpose
        },
    )
    .unwrap();
    assert_eq!(named.subject(), mailbox.idc);
    let because = |refused: Result<Showing, String>, why: &str| {
        let refused = refused.unwrap_err();
        assert!(refused.contains(why), "{refused}");
    };
    // the bad one, the last, cannot be left out
    because(
        show(&mailbox, &entries[..3], purpose),
        "none can be left out",
    );
    let kept = Thresholds {
        theta_rel: 49_153,
        ..purpose.thresholds
    };
    let more = Purpose {
        thresholds: kept,
        ..purpose
    };
    because(show(&mailbox, &entries, more), "kept words");
    let gone = Mailbox {
        live: false,
        ..mailbox.clone()
    };
    because(show(&gone, &entries, purpose), "suspended");
    let fresh = Mailbox {
        attr: Attr {
            keyed: 1,
            ..mailbox.attr
        },
        ..mailbox.clone()
    };
    let leaf = tree.path(0).unwrap();
    let mut again = Tree::default();
    again.set(0, fresh.leaf()).unwrap();
    let refused = Showing::new(
        &own,
        &fresh,
        &State::default(),
        &entries,
        leaf,
        again.root(),
        purpose,
    );
    because(refused.map_err(|e| e.to_string()), "wait for the next term");
    let other = Mailbox {
        attr: Attr {
            vouch: 6,
            ..mailbox.attr
        },
        ..mailbox.clone()
    };
    because(show(&other, &entries, purpose), "another root");
    let many = vec![entries[0]; 9];
    because(show(&mailbox, &many, purpose), "mycel trust fold");
}

#[test]
fn a_proof_for_a_verifier_and_a_challenge_is_for_no_other() {
    let (scope, signal) = showing::offchain("court", "7");
    for other in [
        showing::offchain("court", "8"),
        showing::offchain("courts", "7"),
    ] {
        assert_ne!(other.0, scope);
        assert_ne!(other.1, signal);
    }
    assert_ne!(element(&scope), element(&signal));
}

#[test]
fn a_rating_that_was_promised_is_found_by_its_hash_and_another_is_not_taken_for_it() {
    let (own, (_, deal)) = (ring(1), received(7, true));
    let key = deal.open(&own).unwrap();
    let rating = Rating {
        outcome: false,
        weight: 10,
        eco: 250,
        reciprocity: 990,
    };
    let dir = Direction::BtoA;
    let (sealed, salt) = seal(&own, &key, &deal.deal, dir, &rating).unwrap();
    let hash = committed(&sealed, &salt);
    let promise = |weight| Promise::new(&own, &key, &deal.deal, dir, weight, hash);
    assert!(promise(10).find().unwrap() == Some(rating));
    assert!(promise(10).is(&rating));
    assert!(!promise(10).is(&Rating { eco: 251, ..rating }));
}

#[test]
fn every_rating_of_a_deal_is_kept_until_one_of_them_is_opened() {
    let mut own = Own::default();
    let pending = |deal: u8, eco| Pending {
        deal: hex::encode([deal; 32]),
        outcome: true,
        eco,
        reciprocity: 500,
    };
    for (deal, eco) in [(1, 100), (2, 100), (1, 200), (1, 100)] {
        own.keep(pending(deal, eco));
    }
    let of = |own: &Own, deal: u8| own.pending(&[deal; 32]).cloned().collect::<Vec<_>>();
    assert_eq!(of(&own, 1), [pending(1, 200), pending(1, 100)]);
    own.forget(&[1; 32]);
    assert_eq!((of(&own, 1), of(&own, 2)), (vec![], vec![pending(2, 100)]));
}
