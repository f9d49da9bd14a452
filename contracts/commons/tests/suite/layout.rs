//! What is stored of registry, order, cases and agenda is public, and changes
//! only on purpose. `MYCEL_UPDATE=1` writes what is reviewed.

use borsh::BorshSerialize;
use mycel_commons::agenda::{Part, Task};
use mycel_commons::cases::Asked;
use mycel_commons::order::state as order;
use mycel_commons::parameters::{Numbers, Parameters, Peers};
use mycel_commons::registry::Rules;
use mycel_commons::registry::state as registry;
use mycel_commons::state::{Totals, key};
use mycel_commons::{Quantity, Shares};
use mycel_kit::ladder::{Rung, Step};
use mycel_kit::peers::credit::Kind;

use crate::world::rules;

fn hex(record: &impl BorshSerialize) -> String {
    cosmwasm_std::to_hex(borsh::to_vec(record).expect("borsh"))
}

#[test]
fn keys_are_a_letter_a_kind_and_numbers() {
    let hex = |bytes: &[u8]| cosmwasm_std::to_hex(bytes);
    assert_eq!(
        hex(key::<u8>(b'z', 5, &[1, 2]).bytes()),
        "7a0500000000000000010000000000000002"
    );
    let registry = [
        hex(registry::founded().bytes()),
        hex(registry::commons(1).bytes()),
        hex(registry::description(1).bytes()),
        hex(registry::rules(1).bytes()),
        hex(registry::next_rules(1).bytes()),
        hex(registry::enrolment(1, 2).bytes()),
        hex(registry::say_after(1, 2, 3).bytes()),
        hex(registry::budget(1, 2).bytes()),
        hex(registry::application(1, 2).bytes()),
        hex(registry::involved(1, 2).bytes()),
        hex(registry::controlled(1, 2, 3).bytes()),
        hex(registry::controllers(1, 2).bytes()),
        hex(registry::accredited(1).bytes()),
        hex(registry::welcomed(1, 2).bytes()),
        hex(registry::enrolments(1).bytes()),
    ];
    for (kind, key) in registry.iter().enumerate() {
        assert_eq!(key[..4], format!("72{kind:02x}"), "{key}");
    }
    assert_eq!(registry[5], "720500000000000000010000000000000002");
    let order = [
        hex(order::counts().bytes()),
        hex(order::standing(1, 2).bytes()),
        hex(order::measure(1).bytes()),
        hex(order::accusation(1).bytes()),
        hex(order::open_of(1, 2).bytes()),
        hex(order::measure_of(1, 2, 3).bytes()),
        hex(order::accusation_of(1, 2, 3).bytes()),
        hex(order::grave_of(1, 2, 3).bytes()),
    ];
    for (kind, key) in order.iter().enumerate() {
        assert_eq!(key[..4], format!("6f{kind:02x}"), "{key}");
    }
}

#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "one variable rewrites golden files"
)]
fn records_are_laid_out_as_reviewed() {
    let task = Task {
        part: Part::Order,
        kind: 1,
        commons: 2,
        argument: 3,
    };
    let asked = Asked {
        kind: "appeal".to_owned(),
        then: task,
        parties: vec![4],
        opened: 5,
        deadline: 6,
        case: Some(7),
        refused: true,
    };
    let parameters = Parameters {
        development: true,
        numbers: Numbers::default(),
    };
    let peers = Peers {
        assembly: "a".to_owned(),
        members: "m".to_owned(),
        credit: "c".to_owned(),
        sortition: "s".to_owned(),
    };
    let commons = registry::Commons {
        parent: Some(1),
        depth: 2,
        founded: 3,
        status: registry::Status::Closing,
        enrolled: 4,
        places: 5,
        children: 6,
        budgets_ppm: 7,
    };
    let description = registry::Description {
        name: "n".to_owned(),
        unit: "u".to_owned(),
        boundary: "b".to_owned(),
        geometry: [1; 32],
    };
    let enrolment = registry::Enrolment {
        kind: Kind::Org,
        standing: registry::Standing::Excluded,
        since: 1,
        place: Some(2),
    };
    let application = registry::Application {
        asked: 1,
        welcomed: vec![2],
    };
    let rung = Rung {
        step: Step::Suspended,
        since: 1,
        until: 2,
        case: Some(3),
    };
    let measure = order::Measure {
        commons: 1,
        person: 2,
        step: Step::Expelled,
        before: rung,
        why: order::Why::Overuse {
            epoch: 3,
            over: Quantity::at_most(4),
            entitlement: Quantity::at_most(5),
        },
        at: 6,
        until: 7,
        state: order::State::Lowered,
        case: Some(8),
    };
    let accusation = order::Accusation {
        commons: 1,
        accuser: 2,
        accused: 3,
        charge: order::Charge::Unreported {
            quantity: Quantity::at_most(4),
        },
        text: "t".to_owned(),
        evidence: [5; 32],
        at: 6,
        most: Step::Notice,
        case: 7,
        judged: order::Judged::Lapsed,
    };
    let own: Rules = serde_json::from_value(rules()).expect("rules");
    let rows = [
        ("totals", hex(&Totals { tasks: 1, cases: 2 })),
        ("task", hex(&task)),
        ("asked", hex(&asked)),
        ("parameters", hex(&parameters)),
        ("peers", hex(&peers)),
        ("quantity", hex(&Quantity::MAX)),
        ("shares", hex(&Shares::ALL)),
        ("commons", hex(&commons)),
        ("description", hex(&description)),
        ("enrolment", hex(&enrolment)),
        ("application", hex(&application)),
        ("rules", hex(&own)),
        ("standing", hex(&order::Standing { rung, overused: 9 })),
        ("measure", hex(&measure)),
        ("malicious", hex(&order::Why::Malicious { accusation: 1 })),
        ("challenge", hex(&order::Why::Challenge)),
        ("accusation", hex(&accusation)),
        ("counts", hex(&order::Counts::default())),
    ];
    let now: String = rows
        .iter()
        .map(|(name, bytes)| format!("{name} {bytes}\n"))
        .collect();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/layout.txt");
    if std::env::var_os("MYCEL_UPDATE").is_some() {
        std::fs::write(path, &now).expect("writes the golden file");
    }
    let reviewed = std::fs::read_to_string(path).expect("tests/layout.txt");
    assert_eq!(now, reviewed, "MYCEL_UPDATE=1 writes tests/layout.txt");
}
