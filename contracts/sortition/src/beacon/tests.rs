//! Rounds from being fixed to being known, source by source.

use cosmwasm_std::testing::{MockApi, MockQuerier, MockStorage, mock_env};
use cosmwasm_std::{
    ContractResult, Env, QuerierWrapper, SystemResult, Timestamp, to_hex, to_json_binary,
};
use mycel_bindings::{BeaconResponse, MycelQuery};
use mycel_kit::Seconds;

use super::commit_reveal::{combine, hash};
use super::*;

/// quicknet, and its round 123.
const KEY: &str = "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a";
const SIGNATURE: &str = "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92";
const GENESIS: u64 = 1_692_803_367;
const ROUND: u64 = 123;

fn quicknet() -> Source {
    Source::Drand {
        public_key: KEY.to_owned(),
        genesis: Seconds(GENESIS),
        period_seconds: 3,
        scheme: Scheme::UnchainedG1Rfc9380,
    }
}

fn chain() -> Source {
    Source::Chain {
        genesis: Seconds(1_000),
        period_seconds: 10,
    }
}

const MEMBERS: Source = Source::CommitReveal { period_seconds: 10 };

fn at(seconds: u64) -> Env {
    let mut env = mock_env();
    env.block.time = Timestamp::from_seconds(seconds);
    env
}

/// A chain that answers each round with 32 bytes of its number, or nothing.
fn querier(answers: bool) -> MockQuerier<MycelQuery> {
    MockQuerier::new(&[]).with_custom_handler(move |question| {
        let MycelQuery::Beacon { round } = question else {
            return SystemResult::Ok(ContractResult::Err("another question".into()));
        };
        SystemResult::Ok(if answers {
            let byte = u8::try_from(round.u64()).unwrap_or(0);
            let randomness = vec![byte; 32].into();
            ContractResult::Ok(to_json_binary(&BeaconResponse { randomness }).expect("JSON"))
        } else {
            ContractResult::Err("not yet: beacon".into())
        })
    })
}

/// What is known of a round at a time.
fn known(storage: &mut MockStorage, answers: bool, time: u64, round: u64) -> Option<[u8; 32]> {
    let chain = querier(answers);
    learn(storage, QuerierWrapper::new(&chain), &at(time), round).expect("a round that waits")
}

fn refused<T: std::fmt::Debug>(result: Result<T, BeaconError>) -> String {
    result.expect_err("a refusal").to_string()
}

#[test]
fn only_rounds_that_something_waits_for_are_taken_and_each_once() {
    let mut storage = MockStorage::new();
    let api = MockApi::default();
    let time = quicknet().time_of(ROUND);
    let early = refused(post(&mut storage, &api, &at(time), ROUND, SIGNATURE, None));
    assert_eq!(
        early,
        "beacon not awaited: round=123; no draw and no case waits for it"
    );
    let round = await_round(&mut storage, &quicknet(), time).expect("fixed");
    assert_eq!(round, ROUND);
    assert_eq!(known(&mut storage, true, time + 9, round), None);
    // refusals leave it open
    for (number, signature) in [(ROUND + 1, SIGNATURE), (ROUND, &SIGNATURE[2..])] {
        refused(post(&mut storage, &api, &at(time), number, signature, None));
    }
    assert_eq!(known(&mut storage, true, time + 9, round), None);
    let value = post(&mut storage, &api, &at(time), ROUND, SIGNATURE, None).expect("holds");
    assert_eq!(known(&mut storage, true, time, round), Some(value));
    let again = refused(post(&mut storage, &api, &at(time), ROUND, SIGNATURE, None));
    assert_eq!(again, "beacon known: round=123 has its value already");
    let record = awaited(&storage, ROUND)
        .expect("kept")
        .known
        .expect("known");
    assert_eq!(to_hex(&record.signature), SIGNATURE);
}

#[test]
fn the_round_is_fixed_a_lead_ahead_and_at_least_two_periods() {
    for (source, lead) in [(quicknet(), 60), (chain(), 20), (MEMBERS, 20)] {
        assert_eq!(source.lead(), lead);
        assert!(source.lead() >= 2 * source.period());
        let now = 2_000_000_003;
        let round = source.round_from(now + source.lead());
        assert!(source.time_of(round) >= now + 2 * source.period());
        assert!(source.time_of(round - 1) < now + source.lead());
    }
    let slow = Source::Chain {
        genesis: Seconds(0),
        period_seconds: 3_600,
    };
    assert_eq!(slow.lead(), 7_200);
}

#[test]
fn a_later_source_gives_no_other_value_to_what_waits() {
    let mut storage = MockStorage::new();
    let api = MockApi::default();
    let time = quicknet().time_of(ROUND);
    let round = await_round(&mut storage, &quicknet(), time).expect("fixed");
    // the chain's beacon follows, with the same number of a round at that time
    let later = Source::Chain {
        genesis: Seconds(time - 122),
        period_seconds: 1,
    };
    assert_eq!(later.round_from(time), ROUND);
    let other = await_round(&mut storage, &later, time).expect("fixed");
    assert_eq!(other, ROUND + 1, "the number that is taken is passed over");
    assert_eq!(known(&mut storage, true, time + 99, round), None);
    assert_eq!(known(&mut storage, true, time + 99, other), Some([124; 32]));
    let wrong = refused(post(&mut storage, &api, &at(time), other, SIGNATURE, None));
    assert!(wrong.starts_with("beacon known"), "{wrong}");
    post(&mut storage, &api, &at(time), round, SIGNATURE, None).expect("its own source");
    // both sources are kept, and the first can come back
    assert_eq!(numbered(&storage, &later).expect("read"), (2, true));
    assert_eq!(numbered(&storage, &quicknet()).expect("read"), (3, false));
}

#[test]
fn the_chain_s_round_waits_until_the_chain_answers_and_is_kept_then() {
    let mut storage = MockStorage::new();
    let round = await_round(&mut storage, &chain(), 1_095).expect("fixed");
    assert_eq!((round, chain().time_of(round)), (11, 1_100));
    assert_eq!(
        known(&mut storage, true, 1_099, round),
        None,
        "before its time"
    );
    assert_eq!(known(&mut storage, false, 1_200, round), None);
    let nobody = querier(false);
    let why = of_chain(QuerierWrapper::new(&nobody), round).expect_err("not yet");
    assert!(why.contains("not yet: beacon"), "{why}");
    assert_eq!(known(&mut storage, true, 1_200, round), Some([11; 32]));
    assert_eq!(known(&mut storage, false, 1_300, round), Some([11; 32]));
    let posted = refused(post(
        &mut storage,
        &MockApi::default(),
        &at(1_300),
        round,
        SIGNATURE,
        None,
    ));
    assert!(posted.starts_with("beacon known"), "{posted}");
}

#[test]
fn a_predictable_source_is_refused_outside_development() {
    let api = MockApi::default();
    assert_eq!(
        refused(check(&api, &MEMBERS, false)),
        "beacon for development only: commit_reveal is predictable; take chain or drand"
    );
    check(&api, &MEMBERS, true).expect("development");
    assert!(
        warning(&MEMBERS)
            .expect("a warning")
            .contains("predictable")
    );
    for source in [chain(), quicknet()] {
        check(&api, &source, false).expect("for everyone");
        assert_eq!(warning(&source), None);
    }
    for period_seconds in [0, 86_401] {
        let source = Source::CommitReveal { period_seconds };
        let why = refused(check(&api, &source, true));
        assert!(why.contains("period_seconds needs 1 to 86400"), "{why}");
    }
    let far = Source::Chain {
        genesis: Seconds(u64::MAX),
        period_seconds: 1,
    };
    assert!(refused(check(&api, &far, true)).contains("genesis"));
    let broken = Source::Drand {
        public_key: KEY.replace("83cf", "00cf"),
        genesis: Seconds(0),
        period_seconds: 3,
        scheme: Scheme::UnchainedG1Rfc9380,
    };
    let why = refused(check(&api, &broken, false));
    assert!(why.contains("no point of the scheme's group"), "{why}");
}

/// A round of members, fixed: (storage, chain's name, round, when it is).
fn members_round() -> (MockStorage, String, u64, u64) {
    let mut storage = MockStorage::new();
    let round = await_round(&mut storage, &MEMBERS, 1_000).expect("fixed");
    let chain = at(0).block.chain_id;
    (storage, chain, round, MEMBERS.time_of(round))
}

fn sealed(chain: &str, round: u64, person: u64, byte: u8) -> String {
    to_hex(hash(chain, round, person, &[byte; 32]))
}

#[test]
fn members_commit_reveal_and_the_value_is_the_hash_of_what_was_revealed() {
    let (mut storage, chain, round, time) = members_round();
    assert_eq!(time, 1_000);
    for person in 1..=3u8 {
        let text = sealed(&chain, round, person.into(), person);
        commit(&mut storage, &at(985), round, person.into(), &text).expect("committed");
    }
    // 3 first: the order of revealing changes nothing; 2 never reveals
    for person in [3u8, 1] {
        let secret = to_hex([person; 32]);
        reveal(&mut storage, &at(995), round, person.into(), &secret).expect("revealed");
    }
    assert_eq!(known(&mut storage, false, 999, round), None);
    let value = known(&mut storage, false, 1_000, round).expect("there at its time");
    let expected = combine(&chain, round, &[0; 32], &[[1; 32], [3; 32]]);
    assert_eq!(value, expected);
    // the next round hashes this value, its number and the chain's name
    let next = await_round(&mut storage, &MEMBERS, 1_050).expect("fixed");
    let after = known(&mut storage, false, 1_060, next).expect("with no reveal at all");
    assert_eq!(after, combine(&chain, next, &value, &[]));
    let values = [
        combine("a", 1, &[0; 32], &[]),
        combine("b", 1, &[0; 32], &[]),
        combine("a", 2, &[0; 32], &[]),
        combine("a", 1, &[1; 32], &[]),
        combine("a", 1, &[0; 32], &[[0; 32]]),
    ];
    for (place, value) in values.iter().enumerate() {
        assert!(!values[..place].contains(value));
    }
}

#[test]
fn one_commitment_a_person_in_its_phase_and_fifty_a_round() {
    let (mut storage, chain, round, _) = members_round();
    let text = sealed(&chain, round, 7, 7);
    for time in [979, 990, 2_000] {
        let why = refused(commit(&mut storage, &at(time), round, 7, &text));
        assert!(
            why.starts_with("beacon out of phase: round=101 commitments from=980 until=990"),
            "{why}"
        );
    }
    commit(&mut storage, &at(980), round, 7, &text).expect("committed");
    let twice = refused(commit(&mut storage, &at(981), round, 7, &text));
    assert_eq!(twice, "beacon commitment: round=101 one a person");
    for text in ["", "zz", &text[1..]] {
        refused(commit(&mut storage, &at(981), round, 8, text));
    }
    for person in 100..149 {
        commit(&mut storage, &at(982), round, person, &text).expect("up to 50");
    }
    let full = refused(commit(&mut storage, &at(982), round, 200, &text));
    assert!(full.contains("50 committed already"), "{full}");
    // a commitment binds the person, the round and the chain
    for (person, byte, time, why) in [
        (7, 7, 989, "out of phase: round=101 secrets from=990"),
        (7, 7, 1_000, "out of phase"),
        (8, 7, 995, "this person committed to nothing"),
        (7, 8, 995, "not the one committed to"),
        (100, 7, 995, "not the one committed to"),
    ] {
        let secret = to_hex([byte; 32]);
        let told = refused(reveal(&mut storage, &at(time), round, person, &secret));
        assert!(told.contains(why), "{told}");
    }
    let secret = to_hex([7; 32]);
    reveal(&mut storage, &at(995), round, 7, &secret).expect("revealed");
    let twice = refused(reveal(&mut storage, &at(996), round, 7, &secret));
    assert_eq!(twice, "beacon commitment: round=101 revealed already");
    assert_ne!(hash("a", 1, 7, &[7; 32]), hash("b", 1, 7, &[7; 32]));
    assert_ne!(hash("a", 1, 7, &[7; 32]), hash("a", 2, 7, &[7; 32]));
}

#[test]
fn each_source_takes_only_what_is_its_own() {
    let mut storage = MockStorage::new();
    let api = MockApi::default();
    let drand = await_round(&mut storage, &quicknet(), GENESIS).expect("fixed");
    let chain = await_round(&mut storage, &chain(), 1_095).expect("fixed");
    let members = await_round(&mut storage, &MEMBERS, 5_000).expect("fixed");
    let env = at(4_985);
    for round in [chain, members] {
        let why = refused(post(&mut storage, &api, &env, round, SIGNATURE, None));
        assert!(why.starts_with("beacon of another source"), "{why}");
    }
    for round in [chain, drand] {
        let text = "00".repeat(32);
        for why in [
            refused(commit(&mut storage, &env, round, 7, &text)),
            refused(reveal(&mut storage, &env, round, 7, &text)),
        ] {
            assert!(why.starts_with("beacon of another source"), "{why}");
        }
    }
}

#[test]
fn what_waits_is_listed_with_the_reason() {
    let mut storage = MockStorage::new();
    let api = MockApi::default();
    let time = quicknet().time_of(ROUND);
    await_round(&mut storage, &quicknet(), time).expect("fixed");
    let other = await_round(&mut storage, &chain(), 1_095).expect("fixed");
    let say = |storage: &MockStorage, now: u64| {
        let (chain, env) = (querier(false), at(now));
        let deps = cosmwasm_std::Deps {
            storage,
            api: &api,
            querier: QuerierWrapper::new(&chain),
        };
        show::rounds(deps, &env, None, None).expect("listed").rows()
    };
    assert_eq!(
        say(&storage, 1_000),
        [
            (other, "for round 11 of chain at 1100".to_owned()),
            (ROUND, format!("for round 123 of drand at {time}")),
        ]
    );
    let late = say(&storage, time + 9);
    assert!(late[0].1.contains("which answers"), "{late:?}");
    assert!(late[1].1.contains("to post round 123"), "{late:?}");
    post(&mut storage, &api, &at(time), ROUND, SIGNATURE, None).expect("holds");
    assert_eq!(say(&storage, time).len(), 1);
}

impl show::RoundsResponse {
    fn rows(self) -> Vec<(u64, String)> {
        let row = |round: show::RoundResponse| (round.round.0, round.waits);
        self.rounds.into_iter().map(row).collect()
    }
}

#[test]
fn every_refusal_has_its_number() {
    let all = [
        BeaconError::Source { why: "" },
        BeaconError::DevelopmentOnly,
        BeaconError::Elsewhere {
            round: 1,
            source_name: "",
            next: "",
        },
        BeaconError::NotAwaited { round: 1 },
        BeaconError::Known { round: 1 },
        BeaconError::Signature {
            round: 1,
            scheme: "",
            why: "",
        },
        BeaconError::Phase {
            round: 1,
            what: "",
            from: 1,
            until: 1,
            now: 1,
        },
        BeaconError::Commitment { round: 1, why: "" },
    ];
    for (error, kind) in all.iter().zip(error::KINDS) {
        assert!(error.to_string().starts_with(kind.phrase), "{error}");
    }
}
