//! The raw layout, pinned byte by byte: auditors and other communities read it
//! without this crate.

use borsh::BorshSerialize;
use cosmwasm_std::to_hex;
use mycel_kit::clock::Epochs;
use mycel_kit::ladder::{Rung, Step};
use mycel_kit::peers::credit::Kind;
use mycel_kit::peers::members::Status;
use mycel_members::parameters::{Numbers, Parameters};
use mycel_members::state::{
    self, Attested, Credential, Entry, EpochUse, Flag, Founding, Guard, Handle, Header, Held,
    Holder, Import, Invite, KeySet, Listing, Measure, Moment, Org, OrgChange, Passkey, Peers,
    Person, Progress, Question, Recovery, Resting, Sanction, Scan, StatusBits, Stay, Task, Told,
    Totals, Usage, Vouch,
};

fn hex(record: &impl BorshSerialize) -> String {
    to_hex(borsh::to_vec(record).expect("bytes"))
}

#[test]
fn keys_are_a_tag_and_big_endian_numbers() {
    let two = "00000000000001020000000000000304";
    let keys = [
        (to_hex(state::parameters().bytes()), "70".to_owned()),
        (to_hex(state::peers().bytes()), "65".to_owned()),
        (to_hex(state::totals().bytes()), "6e".to_owned()),
        (to_hex(state::scan().bytes()), "6a".to_owned()),
        (
            to_hex(state::person(258).bytes()),
            "6d0000000000000102".to_owned(),
        ),
        (to_hex(state::stay(258, 772).bytes()), format!("72{two}")),
        (
            to_hex(state::returning(258).bytes()),
            "790000000000000102".to_owned(),
        ),
        (
            to_hex(state::key_set(258).bytes()),
            "6b0000000000000102".to_owned(),
        ),
        (
            to_hex(state::guard(258).bytes()),
            "670000000000000102".to_owned(),
        ),
        (
            to_hex(state::usage(258).bytes()),
            "750000000000000102".to_owned(),
        ),
        (
            to_hex(state::entry(258).bytes()),
            "710000000000000102".to_owned(),
        ),
        (
            to_hex(state::sanction(258).bytes()),
            "730000000000000102".to_owned(),
        ),
        (
            to_hex(state::pending(258, state::APPEAL).bytes()),
            "50000000000000010201".to_owned(),
        ),
        (
            to_hex(state::flags(258).bytes()),
            "660000000000000102".to_owned(),
        ),
        (
            to_hex(state::measure(258).bytes()),
            "4d0000000000000102".to_owned(),
        ),
        (
            to_hex(state::measure_of(258).bytes()),
            "430000000000000102".to_owned(),
        ),
        (
            to_hex(state::org(258).bytes()),
            "470000000000000102".to_owned(),
        ),
        (
            to_hex(state::barred(258).bytes()),
            "420000000000000102".to_owned(),
        ),
        (
            to_hex(state::count_after(258).bytes()),
            "480000000000000102".to_owned(),
        ),
        (
            to_hex(state::time_of(258).bytes()),
            "4b0000000000000102".to_owned(),
        ),
        (
            to_hex(state::attested(258).bytes()),
            "610000000000000102".to_owned(),
        ),
        (
            to_hex(state::epoch_use(258).bytes()),
            "450000000000000102".to_owned(),
        ),
        (
            to_hex(state::status_bits(258).bytes()),
            "740000000000000102".to_owned(),
        ),
        (
            to_hex(state::tree_use(258, 772).bytes()),
            format!("54{two}"),
        ),
        (to_hex(state::vouch(258, 772).bytes()), format!("56{two}")),
        (to_hex(state::task(258, 772).bytes()), format!("7a{two}")),
        (
            to_hex(state::say_after(258, 772).bytes()),
            format!("4c{two}"),
        ),
        (
            to_hex(state::about(258, 772, 5).bytes()),
            format!("64{two}00000005"),
        ),
        (
            to_hex(state::credential(258, 5).bytes()),
            "63000000000000010200000005".to_owned(),
        ),
        (
            to_hex(state::listing(258, 5).bytes()),
            "6c000000000000010205".to_owned(),
        ),
        (
            to_hex(state::invite(258, "ab").bytes()),
            "7600000000000001026162".to_owned(),
        ),
        (to_hex(state::held("ab").bytes()), "786162".to_owned()),
        (to_hex(state::waiting("ab").bytes()), "776162".to_owned()),
        (to_hex(state::handle("ab").bytes()), "686162".to_owned()),
        (to_hex(state::founding("ab").bytes()), "466162".to_owned()),
        (
            to_hex(state::identity(&[1; 32]).bytes()),
            format!("69{}", "01".repeat(32)),
        ),
        (
            to_hex(state::community(&[1; 32]).bytes()),
            format!("4f{}", "01".repeat(32)),
        ),
        (
            to_hex(state::imported(&[1; 32]).bytes()),
            format!("49{}", "01".repeat(32)),
        ),
        (
            to_hex(state::header(&[1; 32], 258).bytes()),
            format!("6f{}0000000000000102", "01".repeat(32)),
        ),
    ];
    let mut tags: Vec<String> = keys.iter().map(|(key, _)| key[..2].to_owned()).collect();
    for (key, expected) in keys {
        assert_eq!(key, expected);
    }
    tags.sort();
    let before = tags.len();
    tags.dedup();
    assert_eq!(
        tags.len(),
        before,
        "each kind of record has a tag of its own"
    );
}

#[test]
fn what_another_community_reads_is_fixed() {
    let attested = Attested {
        number: 2,
        address: "ab".into(),
        handle: "ana".into(),
        idc: Some([3; 32]),
        status: Status::Left,
        step: Step::Notice,
        joined: 4,
        items: 5,
        record: [6; 32],
        at: Moment { height: 7, time: 8 },
    };
    let expected = [
        "0200000000000000",                 // number
        "020000006162",                     // address
        "03000000616e61",                   // handle
        &format!("01{}", "03".repeat(32)),  // idc
        "02",                               // status: active, leaving, left, expelled
        "01",                               // step: none, notice, reduced, suspended, expelled
        "0400000000000000",                 // joined
        "05000000",                         // items
        &"06".repeat(32),                   // record
        "07000000000000000800000000000000", // at
    ];
    assert_eq!(hex(&attested), expected.concat());
}

fn person() -> Person {
    Person {
        address: "ab".into(),
        kind: Kind::Org,
        status: Status::Expelled,
        step: Step::Suspended,
        place: Some(1),
        sponsor: Some(2),
        joined: Moment { height: 3, time: 4 },
        ended: None,
        founder: true,
        idc: None,
        handle: "x".into(),
        told: Told {
            credit: 5,
            trust: 6,
            class: true,
        },
        vouched: 7,
        vouchers: 8,
        leaves: true,
    }
}

#[test]
fn a_person_keeps_its_bytes() {
    let expected = [
        "020000006162",                     // address
        "01",                               // kind: person, org, contract, mirror
        "03",                               // status
        "03",                               // step
        "0101000000",                       // place
        "010200000000000000",               // sponsor
        "03000000000000000400000000000000", // joined
        "00",                               // ended
        "01",                               // founder
        "00",                               // idc
        "0100000078",                       // handle
        "050000000600000001",               // told
        "07000000",                         // vouched
        "08000000",                         // vouchers
        "01",                               // leaves
    ];
    assert_eq!(hex(&person()), expected.concat());
}

/// Every other record, by the SHA-256 of its bytes: a change of any must be meant.
#[test]
fn the_other_records_keep_their_bytes() {
    use sha2::{Digest, Sha256};
    let passkey = Passkey {
        label: "p".into(),
        key: [2; 33],
        roles: 3,
    };
    let change = OrgChange {
        serial: 1,
        by: 7,
        purpose: "q".into(),
        controllers: vec![(1, 10_000)],
        threshold_bps: 6_000,
        close: true,
        approvals: vec![9],
    };
    let org = Org {
        purpose: "p".into(),
        controllers: vec![(1, 4_000), (2, 6_000)],
        threshold_bps: 5_001,
        changes: 3,
        waiting: vec![change],
    };
    let parameters = Parameters {
        authority: "a".into(),
        community: "c".into(),
        development: true,
        epochs: Epochs::new(1, 2).expect("epochs"),
        first_epoch: 3,
        class_person: "p".into(),
        class_org: "o".into(),
        numbers: Numbers::default(),
    };
    let records: Vec<(&str, Vec<u8>)> = vec![
        ("parameters", borsh::to_vec(&parameters).expect("bytes")),
        (
            "peers",
            borsh::to_vec(&Peers {
                credit: "c".into(),
                credit_generation: 1,
                trust: "t".into(),
                trust_generation: 2,
                sortition: "s".into(),
                assembly: "a".into(),
                items: vec!["i".into()],
            })
            .expect("bytes"),
        ),
        (
            "totals",
            borsh::to_vec(&Totals {
                numbers: 1,
                persons: 2,
                active: 3,
                leaving: 4,
                left: 5,
                expelled: 6,
                live: 7,
                orgs: 8,
                orgs_left: 9,
                classed_persons: 10,
                classed_orgs: 11,
                unclassed: 12,
                handles: 13,
                queue: 14,
                queue_next: 15,
                vouches: 16,
                vouch_weight: 17,
                measures: 18,
                measures_open: 19,
                measures_closed: 20,
                cases: 21,
                tasks: 22,
                communities: 23,
                marked: 24,
            })
            .expect("bytes"),
        ),
        (
            "held",
            borsh::to_vec(&Held {
                number: 1,
                roles: 7,
            })
            .expect("bytes"),
        ),
        (
            "key_set",
            borsh::to_vec(&KeySet {
                addresses: vec!["a".into()],
                asked: vec![("b".into(), 2)],
                passkeys: vec![passkey.clone()],
            })
            .expect("bytes"),
        ),
        (
            "guard",
            borsh::to_vec(&Guard {
                persons: vec![1, 2],
                threshold: 2,
                quiet_until: 9,
                recoveries: vec![Recovery {
                    to: "t".into(),
                    approvals: vec![1],
                    ready_at: Some(5),
                }],
            })
            .expect("bytes"),
        ),
        (
            "usage",
            borsh::to_vec(&Usage {
                epoch: 1,
                invites: 2,
                vouches: vec![3],
                flags: vec![(4, 5)],
                accusation: Some(6),
                penalised_until: 7,
                orgs: vec![8],
                handle_changed: 9,
                issued: 10,
                received: 11,
                resting: vec![Resting {
                    to: 12,
                    weight: 13,
                    until: 14,
                }],
            })
            .expect("bytes"),
        ),
        (
            "handle",
            borsh::to_vec(&[
                Handle {
                    holder: Holder::Waiting(1),
                    spelled: "s".into(),
                    rests_until: None,
                },
                Handle {
                    holder: Holder::Number(2),
                    spelled: "s".into(),
                    rests_until: Some(3),
                },
            ])
            .expect("bytes"),
        ),
        (
            "invite",
            borsh::to_vec(&Invite { until: 1 }).expect("bytes"),
        ),
        (
            "entry",
            borsh::to_vec(&Entry {
                address: "a".into(),
                handle: "h".into(),
                idc: [1; 32],
                sponsor: Some(2),
                former: Some(7),
                import: Some(Import {
                    community: 3,
                    record: [4; 32],
                    idc: Some([5; 32]),
                }),
                passkeys: vec![passkey],
                since: 6,
            })
            .expect("bytes"),
        ),
        (
            "scan",
            borsh::to_vec(&Scan { epoch: 1, next: 2 }).expect("bytes"),
        ),
        (
            "epoch_use",
            borsh::to_vec(&EpochUse {
                base: 1,
                admitted: 2,
            })
            .expect("bytes"),
        ),
        (
            "vouch",
            borsh::to_vec(&Vouch {
                weight: 1,
                since: 2,
                until: 3,
                task: 4,
            })
            .expect("bytes"),
        ),
        (
            "listing",
            borsh::to_vec(&Listing {
                kind: 2,
                name: "n".into(),
                detail: "d".into(),
                quantity: Some(1),
                unit: "u".into(),
                tags: vec!["t".into()],
                until: Some(2),
            })
            .expect("bytes"),
        ),
        (
            "credential",
            borsh::to_vec(&Credential {
                subject: 1,
                hash: [2; 32],
                issued: 3,
                expires: Some(4),
                revoked: None,
            })
            .expect("bytes"),
        ),
        (
            "status_bits",
            borsh::to_vec(&StatusBits(vec![1, 2])).expect("bytes"),
        ),
        (
            "sanction",
            borsh::to_vec(&Sanction {
                rung: Rung {
                    step: Step::Reduced,
                    since: 1,
                    until: 2,
                    case: Some(3),
                },
                serial: 4,
                basis: vec![5],
                appealed: true,
                settled: (true, false),
            })
            .expect("bytes"),
        ),
        (
            "flags",
            borsh::to_vec(&vec![Flag {
                by: 1,
                reasons: [2; 32],
                until: 3,
            }])
            .expect("bytes"),
        ),
        (
            "measure",
            borsh::to_vec(&Measure {
                person: 1,
                question: Question::Sanction {
                    step: Step::Expelled,
                    accuser: 2,
                },
                parties: vec![1, 2],
                reasons: [3; 32],
                opened: 4,
                deadline: 5,
                case: Some(6),
                progress: Progress::Lapsed,
            })
            .expect("bytes"),
        ),
        (
            "questions",
            borsh::to_vec(&[Question::Appeal { serial: 1 }, Question::Entry]).expect("bytes"),
        ),
        ("org", borsh::to_vec(&org).expect("bytes")),
        (
            "founding",
            borsh::to_vec(&Founding {
                handle: "h".into(),
                org: Org {
                    waiting: vec![],
                    ..org
                },
                approvals: vec![1],
                until: 2,
            })
            .expect("bytes"),
        ),
        (
            "stay",
            borsh::to_vec(&Stay {
                joined: Moment { height: 1, time: 2 },
                ended: Moment { height: 3, time: 4 },
                sponsor: Some(5),
                founder: true,
            })
            .expect("bytes"),
        ),
        (
            "tasks",
            borsh::to_vec(&[
                Task::Step(1),
                Task::Vouch(2, 3),
                Task::Recheck(4),
                Task::Measure(5),
            ])
            .expect("bytes"),
        ),
        (
            "header",
            borsh::to_vec(&Header {
                app_hash: [1; 32],
                members: [2; 32],
            })
            .expect("bytes"),
        ),
    ];
    let mut table = String::new();
    for (name, bytes) in records {
        table.push_str(&format!(
            "{name} {} {}\n",
            bytes.len(),
            &to_hex(Sha256::digest(&bytes))[..16]
        ));
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/layout.txt");
    if rewrite() {
        std::fs::write(path, &table).expect("writes the golden file");
    }
    let pinned = std::fs::read_to_string(path).expect("tests/layout.txt");
    assert_eq!(table, pinned, "MYCEL_UPDATE=1 rewrites {path}");
}

#[allow(
    clippy::disallowed_methods,
    reason = "one variable rewrites golden files"
)]
fn rewrite() -> bool {
    std::env::var_os("MYCEL_UPDATE").is_some()
}
