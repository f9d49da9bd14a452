//! The raw layout, pinned byte by byte: auditors read it without this crate.

use cosmwasm_std::to_hex;
use mycel_credit::decay::Clock;
use mycel_credit::state::{
    self, Account, Identity, Kind, Parameters, Starter, Status, Terms, Totals,
};
use mycel_kit::Amount;

fn hex(record: &impl borsh::BorshSerialize) -> String {
    to_hex(borsh::to_vec(record).unwrap())
}

#[test]
fn keys_are_a_tag_and_big_endian_numbers() {
    assert_eq!(state::parameters().bytes(), b"p");
    assert_eq!(state::terms().bytes(), b"k");
    assert_eq!(state::account_count().bytes(), b"n");
    assert_eq!(state::genesis().bytes(), b"g");
    assert_eq!(to_hex(state::account(258).bytes()), "6100000102");
    assert_eq!(to_hex(state::identity(258).bytes()), "6900000102");
    assert_eq!(state::number_of("mycel1abc").bytes(), b"xmycel1abc");
    assert_eq!(
        to_hex(state::number_of_person(258).bytes()),
        "710000000000000102"
    );
    assert_eq!(to_hex(state::totals(15).bytes()), "740f");
    assert_eq!((state::shard_of(15), state::shard_of(16)), (15, 0));
}

#[test]
fn an_account_is_44_bytes_of_fixed_places() {
    let account = Account {
        position: -2,
        snap: 3,
        limit: Amount::new(4).unwrap(),
        scale_bps: 5,
        kind: Kind::Contract,
        status: Status::Frozen,
    };
    let expected = [
        "feffffffffffffffffffffffffffffff", // position
        "03000000000000000000000000000000", // snap
        "0400000000000000",                 // limit
        "0500",                             // scale_bps
        "02",                               // kind: person, org, contract, mirror
        "01",                               // status: active, frozen
    ];
    assert_eq!(hex(&account), expected.concat());
    assert_eq!(hex(&account).len(), 2 * 44);
}

#[test]
fn the_other_records_keep_their_bytes() {
    let identity = Identity {
        address: "ab".into(),
        person: Some(7),
        sponsor: None,
        opened: 9,
    };
    assert_eq!(
        hex(&identity),
        "02000000616201070000000000000000".to_owned() + "0900000000000000"
    );
    let clock = Clock {
        lambda: 1,
        since: 2,
        lam: 3,
    };
    let terms = Terms {
        clock,
        starter_line: Amount::new(4).unwrap(),
    };
    let expected = [
        "01000000000000000000000000000000", // lambda
        "0200000000000000",                 // since
        "03000000000000000000000000000000", // lam
        "0400000000000000",                 // starter_line
    ];
    assert_eq!(hex(&terms), expected.concat());
    let totals = Totals {
        positive: 1,
        negative: 2,
        commons: -1,
        volume: 3,
    };
    let expected = [
        "01000000000000000000000000000000",
        "02000000000000000000000000000000",
        "ffffffffffffffffffffffffffffffff",
        "03000000000000000000000000000000",
    ];
    assert_eq!(hex(&totals), expected.concat());
    let parameters = Parameters {
        authority: "a".into(),
        rate_ppb_per_day: 1_000_000,
        starter: Starter::Line(Amount::new(1).unwrap()),
        default_limit: Amount::new(2).unwrap(),
        development: true,
        name: "n".into(),
        symbol: "s".into(),
    };
    let expected = [
        "0100000061",         // authority
        "40420f00",           // rate
        "010100000000000000", // starter: grant, line
        "0200000000000000",   // default_limit
        "01",                 // development
        "010000006e",         // name
        "0100000073",         // symbol
    ];
    assert_eq!(hex(&parameters), expected.concat());
}

#[test]
fn a_record_that_breaks_a_bound_cannot_be_read() {
    let mut bytes = borsh::to_vec(&Account {
        position: 0,
        snap: 0,
        limit: Amount::MAX,
        scale_bps: 0,
        kind: Kind::Person,
        status: Status::Active,
    })
    .unwrap();
    let key = state::account(0);
    assert!(key.decode(&bytes).is_ok());
    bytes[39] = 0xff; // the limit's highest byte
    assert!(key.decode(&bytes).is_err());
}
