//! The raw layout, pinned byte by byte: auditors read it without this crate.

use cosmwasm_std::to_hex;
use mycel_credit::decay::Clock;
use mycel_credit::msg::Expiration;
use mycel_credit::raise::Raise;
use mycel_credit::state::{
    self, Account, Allowance, Floor, Flow, Identity, Kind, Parameters, Pending, Starter, Status,
    Stay, Terms, Totals,
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
    assert_eq!(to_hex(state::stay(258, 3).bytes()), "50000001020003");
    assert_eq!(to_hex(state::borne(258).bytes()), "4700000102");
    assert_eq!(
        to_hex(state::requests_between(258, 3).bytes()),
        "4a0000000300000102"
    );
    assert_eq!(hex(&vec![7u64]), "010000000700000000000000");
    assert_eq!((state::shard_of(15), state::shard_of(16)), (15, 0));
}

#[test]
fn an_account_is_its_bytes_and_nothing_more() {
    let account = Account {
        position: -2,
        snap: 0x0403,
        limit: Amount::new(4_000).unwrap(),
        scale_bps: 5,
        kind: Kind::Contract,
        status: Status::Leaving,
        frozen: true,
        returned: true,
        raised: Some(Raise {
            amount: Amount::new(6_000).unwrap(),
            until: 300,
        }),
        pending: Pending {
            due: 300,
            received: 70,
            beyond: -5,
            flows: vec![Flow { to: 129, amount: 8 }],
        },
    };
    let expected = [
        "f6",   // kind 2, status 1, frozen, scaled, pending, negative
        "21",   // one byte of position, two of snap
        "02",   // position
        "0304", // snap
        "c304", // limit: came back, a line is raised, 4 · 10^3
        "0500", // scale_bps
        "0306", // raised: 6 · 10^3
        "ac02", // until, LEB128
        "ac02", // due, LEB128
        "0107", // received: 7 · 10^1
        "8005", // beyond: minus 5
        "01",   // flows
        "8101", // to, LEB128
        "0008", // amount
    ];
    assert_eq!(hex(&account), expected.concat());
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
        exempt: Amount::new(7).unwrap(),
        period: 5,
        period_lambda: 6,
        floors: vec![Floor {
            until: 8,
            exempt: Amount::new(9).unwrap(),
            ended: 10,
        }],
    };
    let expected = [
        "01000000000000000000000000000000", // lambda
        "0200000000000000",                 // since
        "03000000000000000000000000000000", // lam
        "0400000000000000",                 // starter_line
        "0700000000000000",                 // exempt
        "0500",                             // period
        "06000000000000000000000000000000", // period_lambda
        "01000000",                         // floors
        "08000000000000000000000000000000", // until
        "0900000000000000",                 // exempt
        "0a00000000000000",                 // ended
    ];
    assert_eq!(hex(&terms), expected.concat());
    let stay = Stay {
        sponsor: Some(5),
        opened: 6,
        closed: 7,
        status: Status::Defaulted,
    };
    let expected = [
        "0105000000",       // sponsor
        "0600000000000000", // opened
        "0700000000000000", // closed
        "02",               // status
    ];
    assert_eq!(hex(&stay), expected.concat());
    let allowance = Allowance {
        amount: Amount::new(1).unwrap(),
        expires: Expiration::AtHeight(2),
        owner: "o".into(),
        since: 3,
    };
    let expected = [
        "0100000000000000",   // amount
        "000200000000000000", // expires: at_height, at_time, never
        "010000006f",         // owner
        "0300000000000000",   // since
    ];
    assert_eq!(hex(&allowance), expected.concat());
    let totals = Totals {
        positive: 1,
        negative: 2,
        commons: -1,
        held: 4,
        reserved: 5,
        transit: -6,
        volume: 3,
    };
    let expected = [
        "01000000000000000000000000000000",
        "02000000000000000000000000000000",
        "ffffffffffffffffffffffffffffffff",
        "04000000000000000000000000000000",
        "05000000000000000000000000000000",
        "faffffffffffffffffffffffffffffff",
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
