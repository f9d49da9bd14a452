//! Identity and viewing keys, deals, backups.

use mycel_mailbox::identity::trust_seed;
use mycel_mailbox::tag::selector;
use mycel_mailbox::{
    Attr, DealKey, Direction, Fr, Identity, MailboxError, Rating, Score, State, ViewingKey, backup,
    element, rating_commitment, tag,
};
use zeroize::{Zeroize, ZeroizeOnDrop};

const SEED: [u8; 32] = [7; 32];

#[test]
fn keys_follow_from_the_seed_and_differ_by_chain_contract_and_number() {
    let seed = trust_seed(&SEED);
    let identity =
        |seed, chain, contract, index| Identity::from_seed(seed, chain, contract, index).idc();
    let own = identity(&seed, "mycel-1", "trust", 0);
    assert_eq!(own, identity(&seed, "mycel-1", "trust", 0));
    let others = [
        identity(&SEED, "mycel-1", "trust", 0),
        identity(&seed, "mycel-2", "trust", 0),
        identity(&seed, "mycel-1", "trus", 0),
        identity(&seed, "mycel-1t", "rust", 0),
        identity(&seed, "mycel-1", "trust", 1),
    ];
    assert!(!others.contains(&own));
    let viewing =
        |chain, contract, version| ViewingKey::from_seed(&seed, chain, contract, version).public();
    let own = viewing("mycel-1", "trust", 0);
    let others = [
        viewing("mycel-2", "trust", 0),
        viewing("mycel-1t", "rust", 0),
        viewing("mycel-1", "trust", 1),
    ];
    assert!(!others.contains(&own));
}

#[test]
fn an_identity_has_one_nullifier_a_scope_and_one_blinding_a_fold() {
    let identity = Identity::from_seed(&SEED, "mycel-1", "trust", 0);
    let made: Vec<Fr> = (0..9u64)
        .flat_map(|i| [identity.nullifier(i.into()), identity.blinding(i)])
        .chain([identity.idc()])
        .collect();
    for (i, one) in made.iter().enumerate() {
        assert!(!made[..i].contains(one));
    }
    assert_eq!(format!("{identity:?}"), "Identity(secret)");
}

#[test]
fn two_partners_have_one_deal_key_and_others_another() {
    let [a, b, other] = [0, 1, 2].map(|i| ViewingKey::from_seed(&[i; 32], "mycel-1", "trust", 0));
    let deal = tag::deal(&tag::instance("mycel-1", "trust"), 1, 2, &[9; 32]);
    let key = |own: &ViewingKey, with: &ViewingKey| {
        let shared = own.shared(&with.public()).expect("an honest key");
        DealKey::new(shared, &deal).expect("not zero")
    };
    assert_eq!(key(&a, &b).k(), key(&b, &a).k());
    assert_ne!(key(&a, &b).k(), key(&a, &other).k());
}

#[test]
fn an_all_zero_shared_secret_is_refused() {
    let own = ViewingKey::from_seed(&SEED, "mycel-1", "trust", 0);
    let mut one = [0; 32];
    one[0] = 1;
    for small_order in [[0; 32], one] {
        assert_eq!(own.shared(&small_order), Err(MailboxError::ZeroSecret));
    }
    assert_eq!(
        DealKey::new([0; 32], &[1; 32]),
        Err(MailboxError::ZeroSecret)
    );
}

fn rating() -> Rating {
    Rating {
        outcome: true,
        weight: 1234,
        eco: 999,
        reciprocity: 1,
    }
}

#[test]
fn a_sealed_rating_opens_in_its_direction_and_deal_only() {
    let [deal, other] = [[3; 32], [4; 32]].map(|id| DealKey::new([5; 32], &id).expect("not zero"));
    for direction in Direction::ALL {
        let sealed = deal.seal(direction, &rating()).expect("in range");
        assert_eq!(deal.open(direction, sealed.ct), Ok(rating()));
        assert_eq!(sealed.rho, deal.rho(direction));
        assert_eq!(sealed.c, rating().entry(sealed.rho, 9).commitment());
        let wrong = Direction::ALL[1 - direction.number() as usize];
        assert_eq!(deal.open(wrong, sealed.ct), Err(MailboxError::NotARating));
        assert_eq!(
            other.open(direction, sealed.ct),
            Err(MailboxError::NotARating)
        );
    }
    assert!(Direction::try_from(2).is_err());
}

#[test]
fn masks_and_blindings_of_a_deal_all_differ() {
    let deal = DealKey::new([5; 32], &[3; 32]).expect("not zero");
    let parts: Vec<Fr> = (0..5)
        .map(|number| mycel_mailbox::hash::p3(deal.key, deal.deal, number))
        .collect();
    assert_eq!(deal.k(), parts[selector::KEY as usize]);
    for (i, part) in parts.iter().enumerate() {
        assert!(!parts[..i].contains(part));
    }
}

#[test]
fn a_rating_commitment_binds_all_three() {
    let own = rating_commitment(&[1; 32], &[2; 32], &[3; 32]);
    let others = [
        rating_commitment(&[0; 32], &[2; 32], &[3; 32]),
        rating_commitment(&[1; 32], &[0; 32], &[3; 32]),
        rating_commitment(&[1; 32], &[2; 32], &[0; 32]),
    ];
    assert!(!others.contains(&own));
}

fn state() -> State {
    let mut state = State::default();
    for period in 3..9 {
        let entry = rating().entry(Fr::from(1u64), period);
        state.absorb(&entry).expect("periods grow");
    }
    state.r = Fr::from(77u64);
    state
}

#[test]
fn a_backup_opens_with_its_seed_fold_and_commitment_only() {
    let (state, idc) = (state(), Fr::from(4u64));
    let c = state.commit();
    let sealed = backup::seal(&SEED, &idc, 2, &state);
    assert_eq!(sealed.len(), backup::BYTES);
    assert!(sealed.len() <= 256);
    assert_eq!(backup::open(&SEED, &idc, 2, &c, &sealed), Ok(state));
    let no = Err(MailboxError::Backup);
    assert_eq!(backup::open(&[8; 32], &idc, 2, &c, &sealed), no);
    assert_eq!(backup::open(&SEED, &Fr::from(5u64), 2, &c, &sealed), no);
    assert_eq!(backup::open(&SEED, &idc, 3, &c, &sealed), no);
    assert_eq!(backup::open(&SEED, &idc, 2, &Fr::from(1u64), &sealed), no);
    assert_eq!(backup::open(&SEED, &idc, 2, &c, &sealed[1..]), no);
    for place in 0..sealed.len() {
        let mut altered = sealed.clone();
        altered[place] ^= 1;
        assert_eq!(backup::open(&SEED, &idc, 2, &c, &altered), no);
    }
}

#[test]
fn encodings_are_those_that_were_published() {
    let identity = Identity::from_seed(&SEED, "mycel-1", "trust", 0);
    let deal = DealKey::new([5; 32], &[3; 32]).expect("not zero");
    let sealed = deal.seal(Direction::BtoA, &rating()).expect("in range");
    let state = state();
    let mut all = blake3::Hasher::new();
    for value in [
        identity.sk,
        identity.idc(),
        identity.nullifier(Fr::from(9u64)),
        identity.blinding(1),
        deal.k(),
        sealed.c,
        sealed.ct,
        state.commit(),
        State::empty_commitment(),
        mycel_mailbox::first_head(identity.idc(), Fr::from(2u64)),
    ] {
        all.update(&element(&value));
    }
    all.update(&ViewingKey::from_seed(&SEED, "mycel-1", "trust", 0).public());
    all.update(&backup::seal(&SEED, &identity.idc(), 2, &state));
    let digest = all.finalize().to_hex();
    assert_eq!(digest.as_str(), include_str!("../encodings.txt").trim());
}

#[test]
fn what_is_secret_is_not_shown_and_keys_are_erased_when_dropped() {
    let rating = Rating {
        outcome: true,
        weight: 20,
        eco: 617,
        reciprocity: 823,
    };
    let deal = DealKey::new([5; 32], &[3; 32]).expect("not zero");
    let sealed = deal.seal(Direction::AtoB, &rating).expect("a rating");
    let entry = rating.entry(sealed.rho, 3);
    let mut state = State::default();
    state.absorb(&entry).expect("absorbed");
    state.r = 987_654_321u64.into();
    let attr = Attr::default();
    let score = Score::of(&state, &attr, 3).expect("a score");
    let identity = Identity::from_seed(&SEED, "mycel-1", "trust", 0);
    let viewing = ViewingKey::from_seed(&SEED, "mycel-1", "trust", 0);
    let shown = format!(
        "{rating:?} {sealed:?} {entry:?} {state:?} {score:?} {identity:?} {deal:?} {viewing:?}"
    );
    let secrets = [
        sealed.rho.to_string(),
        state.r.to_string(),
        identity.sk.to_string(),
        deal.key.to_string(),
        "617".to_owned(),
        "823".to_owned(),
        // 20 · 617 and 20 · 823, and eight times that
        "12340".to_owned(),
        "16460".to_owned(),
        "98720".to_owned(),
        "131680".to_owned(),
    ];
    let public = format!("{} {}", sealed.c, sealed.ct);
    for secret in secrets.iter().filter(|secret| !public.contains(*secret)) {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    fn erased<T: ZeroizeOnDrop>(_: &T) {}
    erased(&identity);
    erased(&deal);
    erased(&viewing);
    // a drop does this
    let mut gone = identity.clone();
    gone.zeroize();
    assert_eq!(gone.sk, Fr::default());
    assert_ne!(identity.sk, Fr::default());
    let mut gone = deal.clone();
    gone.zeroize();
    assert_eq!(gone.key, Fr::default());
}
