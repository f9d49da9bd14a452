//! The raw layout, pinned: auditors read it without this crate. Keys byte by
//! byte, records by the bytes of one example each.

use std::fmt::Write as _;

use borsh::BorshSerialize;
use cosmwasm_std::to_hex;
use mycel_assembly::count::shares::{Completion, Utility};
use mycel_assembly::parameters::{Numbers, Parameters, Peers};
use mycel_assembly::state::{
    self, Advice, Ballot, Choice, Clusters, Kind, Moment, Opening, Outcome, Phase, Proposal, Run,
    RunState, Spending, Statement, Terms, Totals,
};
use mycel_kit::Id;
use mycel_kit::roles::{Class, Electorate};

fn hex(record: &impl BorshSerialize) -> String {
    to_hex(borsh::to_vec(record).expect("bytes"))
}

const AT: Moment = Moment { height: 7, time: 9 };

fn records() -> String {
    let mut table = String::from("# a record, and one example of it in hexadecimal\n");
    let mut row = |name: &str, bytes: String| {
        let _ = writeln!(table, "{name} {bytes}");
    };
    row(
        "parameters",
        hex(&Parameters {
            development: true,
            areas: vec!["water".into()],
            numbers: Numbers::default(),
        }),
    );
    row(
        "peers",
        hex(&Peers {
            members: "m".into(),
            credit: "c".into(),
            sortition: "s".into(),
            commons: String::new(),
        }),
    );
    let terms = Terms {
        quorum_bps: 1,
        majority_bps: 2,
        vote_seconds: 3,
        timelock_seconds: 4,
        completion: Completion {
            times: 28,
            support_bps: 29,
        },
    };
    let proposal = Proposal {
        proposer: 1,
        electorate: Electorate::Organisation(Id(5)),
        class: Class::Spending,
        kind: Kind::Budget {
            total: 6,
            utility: Utility::Cost,
        },
        area: Some("water".into()),
        title: "t".into(),
        options: 3,
        atomic: true,
        hash: [8; 32],
        phase: Phase::Execution,
        until: 10,
        made: AT,
        supporters: 11,
        supporters_needed: 12,
        panel: 13,
        ballots: 14,
        statements: 15,
        opening: Some(Opening {
            at: AT,
            closes: 16,
            members: 17,
            residency: 18,
            terms,
            controllers: vec![19],
        }),
        closed: Some(AT),
        outcome: Some(Outcome {
            eligible: 20,
            yes: 21,
            no: 22,
            abstain: 23,
            looped: 24,
            unrepresented: 25,
            chosen: vec![1, 2],
        }),
        counted: Some(AT),
        executable: 26,
        begun: Some(AT),
        spent: 27,
    };
    row("proposal", hex(&proposal));
    for (name, choice) in [
        ("yes", Choice::Yes),
        ("no", Choice::No),
        ("abstain", Choice::Abstain),
        ("approve", Choice::Approve(5)),
        ("rank", Choice::Rank(vec![1, 0])),
    ] {
        row(&format!("ballot/{name}"), hex(&Ballot { choice, at: AT }));
    }
    row(
        "runs",
        hex(&vec![Run {
            option: 1,
            action: 2,
            state: RunState::Failed,
            at: 3,
            why: "w".into(),
        }]),
    );
    row(
        "statement",
        hex(&Statement {
            person: 1,
            text: "t".into(),
            agree: 2,
            disagree: 3,
            pass: 4,
        }),
    );
    row(
        "advice",
        hex(&Advice {
            option: Some(1),
            text: "t".into(),
            at: 2,
        }),
    );
    row(
        "clusters",
        hex(&Clusters {
            hash: [3; 32],
            source: "s".into(),
            at: 4,
        }),
    );
    row(
        "spending",
        hex(&Spending {
            slices: vec![(1, 2)],
        }),
    );
    row(
        "totals",
        hex(&Totals {
            proposals: 1,
            tasks: 2,
            phases: [3; state::PHASES],
            drafts: 4,
            ballots: 5,
            supports: 6,
            statements: 7,
            counted: 8,
            eligible: 9,
            yes: 10,
            no: 11,
            abstain: 12,
            looped: 13,
            unrepresented: 14,
            begun: 15,
            begun_met: 16,
            spent: 17,
            window_spent: 18,
            window_base: 19,
        }),
    );
    table
}

#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "one variable rewrites golden files"
)]
fn records_are_laid_out_as_reviewed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/layout.txt");
    let now = records();
    if std::env::var_os("MYCEL_UPDATE").is_some() {
        std::fs::write(path, &now).expect("writes the golden file");
    }
    assert_eq!(
        now,
        std::fs::read_to_string(path).expect("tests/layout.txt")
    );
}

#[test]
fn keys_are_a_tag_and_big_endian_numbers() {
    let two = "00000000000001020000000000000304";
    let (a, b) = (258, 772);
    for (raw, known) in [
        (to_hex(state::parameters().bytes()), "70".to_owned()),
        (to_hex(state::peers().bytes()), "65".to_owned()),
        (to_hex(state::totals().bytes()), "6e".to_owned()),
        (to_hex(state::spending().bytes()), "77".to_owned()),
        (
            to_hex(state::proposal(a).bytes()),
            "500000000000000102".to_owned(),
        ),
        (
            to_hex(state::content(a).bytes()),
            "430000000000000102".to_owned(),
        ),
        (
            to_hex(state::costs(a).bytes()),
            "630000000000000102".to_owned(),
        ),
        (
            to_hex(state::draft_of(a).bytes()),
            "640000000000000102".to_owned(),
        ),
        (
            to_hex(state::runs(a).bytes()),
            "720000000000000102".to_owned(),
        ),
        (
            to_hex(state::advised(a).bytes()),
            "410000000000000102".to_owned(),
        ),
        (
            to_hex(state::statement(a, 3).bytes()),
            "53000000000000010203".to_owned(),
        ),
        (to_hex(state::support(a, b).bytes()), format!("73{two}")),
        (to_hex(state::ballot(a, b).bytes()), format!("62{two}")),
        (to_hex(state::stated(a, b).bytes()), format!("6f{two}")),
        (to_hex(state::reactions(a, b).bytes()), format!("52{two}")),
        (to_hex(state::advice(a, b).bytes()), format!("61{two}")),
        (to_hex(state::clusters(a, b).bytes()), format!("6b{two}")),
        (
            to_hex(state::no_panel(a).bytes()),
            "4e0000000000000102".to_owned(),
        ),
        (to_hex(state::task(1, a, b).bytes()), format!("7a01{two}")),
        (
            to_hex(state::pending_of(a).bytes()),
            "750000000000000102".to_owned(),
        ),
        (
            to_hex(state::rests("mycel1a").bytes()),
            "786d7963656c3161".to_owned(),
        ),
        // the same in every contract
        (
            to_hex(mycel_kit::pause::key().bytes()),
            "007061757365".to_owned(),
        ),
    ] {
        assert_eq!(raw, known);
    }
}
