//! The worker's way, without a browser: a key in pieces, a proof, an answer; and what goes wrong.
use std::{cell::Cell, ops::ControlFlow};

use mycel_browser::Session;
use mycel_ceremony::{R1cs, development};
use mycel_circuits::{Circuit, Kind, Show};
use mycel_prover::{ProvingKey, Silent, Stage};
use mycel_verifier::{field, proof::Proof, verify};

fn feed(session: &mut Session, key: &[u8], digest: &[u8; 32]) {
    for piece in key.chunks(100_000) {
        session.room(piece.len()).copy_from_slice(piece);
        session.key_add(piece.len()).unwrap();
    }
    session.room(32).copy_from_slice(digest);
}

#[test]
fn a_worker_reads_a_key_in_pieces_and_proves_what_others_verify() {
    let zkey = development::zkey(&R1cs::of(Kind::Show)).unwrap();
    let digest = *blake3::hash(&zkey).as_bytes();
    let mut session = Session::new();
    session.room(32).fill(1);
    let early = session.show_example(1, &Silent).unwrap_err();
    assert!(early.0.contains("read a key first"), "{}", early.0);

    // another digest: the key is refused and forgotten
    feed(&mut session, &zkey, &[9; 32]);
    session.key_read(&Silent).unwrap_err();
    session.room(32).fill(1);
    session.show_example(1, &Silent).unwrap_err();

    // whoever is told how far it is can stop it
    feed(&mut session, &zkey, &digest);
    let told = Cell::new(0);
    let stop = |stage, _, _| {
        assert_eq!(stage, Stage::Reading);
        told.set(told.get() + 1);
        if told.get() == 3 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    session.key_read(&stop).unwrap_err();
    assert_eq!(told.get(), 3);

    feed(&mut session, &zkey, &digest);
    session.key_read(&Silent).unwrap();
    session.room(31).fill(1);
    session.show_example(7, &Silent).unwrap_err();
    session.room(32).fill(1);
    session.show_example(7, &Silent).unwrap();
    let answer = session.answer().to_vec();
    let (proof, publics) = answer.split_at(256);
    let key = ProvingKey::read(&zkey[..], Some(&digest), &Silent).unwrap();
    let publics: Vec<_> = publics
        .chunks(32)
        .map(|b| field::decode(b).unwrap())
        .collect();
    assert_eq!(publics, Show::example(7).publics());
    assert!(verify(
        key.prepared(),
        &publics,
        &Proof::decode(proof).unwrap()
    ));
    // randomness serves once: whoever forgets to write more is told
    let again = session.show_example(8, &Silent).unwrap_err();
    assert!(again.0.contains("fresh random bytes"), "{}", again.0);
}

#[test]
fn pieces_beyond_the_room_or_any_key_are_refused() {
    let mut session = Session::new();
    session.room(10);
    session.key_add(11).unwrap_err();
    let most = session.room(usize::MAX).len();
    session.key_add(most).unwrap();
    session.room(1);
    session.key_add(1).unwrap_err();
}
