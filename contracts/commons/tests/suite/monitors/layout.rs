//! What is stored of monitors is public, and changes only on purpose.

use borsh::BorshSerialize;
use mycel_commons::Quantity;
use mycel_commons::monitors::state::{
    self, About, Current, Dispute, Ended, Fate, Held, Lot, Open, Outcome, Reading, Seat, Service,
    Stood, Sums, Watch,
};

fn hex(record: &impl BorshSerialize) -> String {
    cosmwasm_std::to_hex(borsh::to_vec(record).expect("borsh"))
}

fn units(units: u128) -> Quantity {
    Quantity::new(units).expect("a quantity")
}

#[test]
fn keys_of_monitors_are_a_letter_a_kind_and_numbers() {
    let key = |bytes: &[u8]| cosmwasm_std::to_hex(bytes);
    assert_eq!(key(state::sums().bytes()), "6d00");
    assert_eq!(key(state::watch(1).bytes()), "6d010000000000000001");
    assert_eq!(
        key(state::seat(1, 2).bytes()),
        "6d0200000000000000010000000000000002"
    );
    assert_eq!(
        key(state::reading(1, 2).bytes()),
        "6d0300000000000000010000000000000002"
    );
    assert_eq!(
        key(state::evidence(&[9; 32]).bytes()),
        format!("6d04{}", "09".repeat(32))
    );
    assert_eq!(key(state::dispute(3).bytes()), "6d050000000000000003");
    assert_eq!(key(state::challenge(1, 2).bytes())[..4], *"6d06");
    assert_eq!(key(state::service(1, 2).bytes())[..4], *"6d07");
    assert_eq!(key(state::places(1, 2).bytes())[..4], *"6d08");
    assert_eq!(key(state::bond_of(5).bytes()), "6d090000000000000005");
}

#[test]
fn records_of_monitors_are_laid_out_as_reviewed() {
    let watch = Watch {
        seats: 1,
        readings: 2,
        held: vec![Held {
            seat: 1,
            person: 3,
            controllers: vec![4],
            lay: true,
            until: 5,
        }],
        current: vec![Current {
            reading: 2,
            seat: 1,
            quantity: units(6),
            extraction: None,
            at: 7,
            overruled: true,
            confirmed: false,
            challenge: Some(8),
        }],
        dispute: Some(Open {
            dispute: 9,
            ceiling: units(10),
        }),
        lots: 11,
        lot: Some(Lot {
            case: 12,
            drawn: vec![13],
            since: 14,
            turn: 15,
            until: 16,
            declined: vec![],
        }),
        closed: 17,
        stood: Some(Stood {
            at: 18,
            quantity: units(19),
        }),
    };
    let seat = Seat {
        person: 1,
        lay: false,
        since: 2,
        bonds: vec![3],
        short: Some(4),
        readings: 5,
        last: 6,
        silent: 7,
        disputed: 8,
        bound: 9,
        ended: Some((9, Ended::Term)),
        forfeited: true,
    };
    let reading = Reading {
        seat: 1,
        person: 2,
        quantity: units(3),
        extraction: Some(units(4)),
        evidence: [5; 32],
        at: 6,
        fate: Fate::SetAside(7),
    };
    let dispute = Dispute {
        commons: 1,
        about: About::Challenge {
            by: 2,
            reasons: [3; 32],
        },
        accused: vec![(4, 5)],
        others: vec![],
        parties: vec![6],
        opened: 7,
        attempt: 8,
        case: Some(9),
        ended: Some((10, Outcome::Lapsed)),
    };
    let all = [
        hex(&watch),
        hex(&seat),
        hex(&reading),
        hex(&dispute),
        hex(&Service::default()),
        hex(&Sums::default()),
    ];
    crate::nature::layout::pinned("monitors/layout.txt", &all.join("\n"));
}
