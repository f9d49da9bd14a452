//! Real proofs under the development keys, through the contract: a fold and a
//! new identity, and what a prover would rather have folded.

use std::sync::OnceLock;

use cosmwasm_std::{Binary, HexBinary};
use mycel_ceremony::{R1cs, development};
use mycel_circuits::{Circuit, Fold, Kind, Member};
use mycel_kit::Id;
use mycel_mailbox::tree::Path;
use mycel_mailbox::{Attr, Entry, Fr, Rating, State, element, fr};
use mycel_props::proofs::keep;
use mycel_prover::{ProvingKey, Silent, prove};
use mycel_trust::element::Element;
use mycel_trust::keys::rekey::scope;
use mycel_trust::tree::ask;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use serde_json::{Value, json};

use crate::world::{BEGIN, TIMES, World, bytes, fold};

/// The proving key of a circuit, made once.
fn key(kind: Kind) -> &'static ProvingKey {
    static FOLD: OnceLock<ProvingKey> = OnceLock::new();
    static MEMBER: OnceLock<ProvingKey> = OnceLock::new();
    let place = match kind {
        Kind::Fold => &FOLD,
        _ => &MEMBER,
    };
    place.get_or_init(|| {
        let zkey = development::zkey(&R1cs::of(kind)).expect("a key");
        let known = &development::key(kind).zkey;
        ProvingKey::read(&zkey[..], Some(known), &Silent).expect("a key")
    })
}

fn proof<C: Circuit>(kind: Kind, circuit: &C) -> Binary {
    let mut random = ChaCha20Rng::from_seed([7; 32]);
    let (proof, publics) = prove(key(kind), circuit, &mut random, &Silent).expect("a proof");
    keep(kind.name(), key(kind).verifying_key(), &publics, &proof);
    Binary::from(proof.encode())
}

/// Person 1, with these ratings in its mailbox.
fn world(ratings: &[Entry]) -> World {
    let mut world = World::real();
    world.enrol(1);
    world.enrol(2);
    for rating in ratings {
        world.receive_entry(1, &element(&rating.commitment()), BEGIN + 1);
    }
    world.wait(2);
    world
}

fn ratings() -> Vec<Entry> {
    let rating = |number: u64, outcome: bool| {
        let rating = Rating {
            outcome,
            weight: 40,
            eco: 900,
            reciprocity: 800,
        };
        rating.entry(Fr::from(1_000 + number), 0)
    };
    vec![rating(1, true), rating(2, false), rating(3, true)]
}

/// A fold as a wallet makes it; the state after it.
fn folded(world: &World, state: &State, entries: &[Entry]) -> (Value, State) {
    let one = world.mailbox(1);
    let identity = world.identity(1, 0);
    let head = fr(&bytes(&one.folded_head));
    let (circuit, next) =
        Fold::new(&identity, state, head, entries, one.folds.into()).expect("a fold");
    let proof = proof(Kind::Fold, &circuit);
    let told = fold(entries.len() as u8, &element(&next.commit()), &proof);
    (told, next)
}

#[test]
fn a_real_fold_moves_the_state_and_what_was_received_cannot_be_left_out_or_changed() {
    let ratings = ratings();
    let mut world = world(&ratings);
    // the bad one is left out, turned, put behind, replaced
    let mut turned = ratings.clone();
    turned[1].outcome = true;
    let swapped = vec![ratings[1], ratings[0]];
    let without = vec![ratings[0], ratings[2]];
    for wished in [without, turned[..2].to_vec(), swapped] {
        let (told, _) = folded(&world, &State::default(), &wished);
        world.no(1, &told, "proof refused: circuit=fold");
    }
    // a proof for fewer entries than are claimed
    let (mut told, _) = folded(&world, &State::default(), &ratings[..1]);
    told["fold"]["entries"] = json!(2);
    world.no(1, &told, "proof refused: circuit=fold");
    // another state to begin with
    let mut better = State::default();
    better.absorb(&turned[0]).expect("absorbed");
    let (told, _) = folded(&world, &better, &ratings[..2]);
    world.no(1, &told, "proof refused: circuit=fold");
    // somebody else's proof
    let (told, next) = folded(&world, &State::default(), &ratings[..2]);
    world.no(2, &told, "nothing to fold");
    world.ok(1, &told);
    let one = world.mailbox(1);
    assert_eq!(bytes(&one.state), element(&next.commit()));
    assert_eq!((one.folded, one.folds), (2, 1));
    world.no(1, &told, "nothing to fold");
    let (told, next) = folded(&world, &next, &ratings[2..]);
    world.ok(1, &told);
    assert_eq!(bytes(&world.mailbox(1).state), element(&next.commit()));
    world.check();
}

/// The proof of `member` with which a person's first identity asks for another.
fn shown(world: &World, idc: &Element) -> Member {
    let one = world.mailbox(1);
    let way: ask::Path = world.query(&json!({"path": {"index": one.index}}));
    let siblings: Vec<Fr> = way.siblings.iter().map(|node| fr(&bytes(node))).collect();
    let identity = world.identity(1, 0);
    let scope = fr(&scope(&world.raw_instance(), idc));
    Member {
        root: fr(&bytes(&way.root)),
        cutoff: world.status().day,
        subject: identity.idc(),
        scope,
        signal: scope,
        nullifier: identity.nullifier(scope),
        sk: identity.sk,
        c: fr(&bytes(&one.state)),
        f: fr(&bytes(&one.folded_head)),
        h: fr(&bytes(&one.head)),
        attr: Attr {
            joined: one.joined,
            keyed: one.keyed,
            vouch: one.vouch,
        },
        path: Path {
            index: one.index,
            siblings: siblings.try_into().expect("twenty"),
        },
    }
}

#[test]
fn a_real_new_identity_is_taken_and_each_other_proof_that_holds_is_refused() {
    let mut world = world(&ratings());
    world.wait(2 * u64::from(TIMES.slot));
    let idc = world.idc(1, 1);
    let slot = Id(world.status().slot.0);
    let right = shown(&world, &idc);
    let told = |member: &Member| {
        json!({"rekey": {
            "idc": HexBinary::from(idc),
            "slot": slot,
            "nf": HexBinary::from(element(&member.nullifier)),
            "proof": proof(Kind::Member, member),
        }})
    };
    // without a name; for another purpose; by another day's rule: all of them hold
    let mut nobody = right.clone();
    nobody.subject = Fr::from(0);
    let elsewhere = shown(&world, &world.idc(1, 2));
    let mut later = right.clone();
    later.cutoff += 1;
    let mut another = right.clone();
    another.signal = Fr::from(5);
    for wrong in [nobody, elsewhere, later, another] {
        let msg = told(&wrong);
        world.no(1, &msg, "proof refused: circuit=member");
    }
    let good = told(&right);
    world.no(2, &good, "proof refused: circuit=member");
    world.ok(1, &good);
    assert_eq!(bytes(&world.mailbox(1).idc), idc);
    world.check();
}
