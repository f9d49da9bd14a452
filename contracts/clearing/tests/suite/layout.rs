//! The raw layout, pinned byte by byte: auditors, solvers and makers of a
//! genesis read and write it without this crate.

use crate::world::Memory;
use cosmwasm_std::{Storage, to_hex};
use mycel_clearing::allocation::{self, trades};
use mycel_clearing::book::{self, Entry, Page, flag};
use mycel_clearing::graph::{Root, write_row};
use mycel_clearing::msg::{Costs, MarketKind};
use mycel_clearing::state::{self, Counters, Ledger, Totals};
use mycel_clearing::{numbers, posts, round, verify};

fn hex(record: &impl borsh::BorshSerialize) -> String {
    to_hex(borsh::to_vec(record).unwrap())
}

#[test]
fn keys_are_a_tag_and_big_endian_numbers() {
    assert_eq!(state::parameters().bytes(), b"p");
    assert_eq!(state::counters().bytes(), b"N");
    assert_eq!(state::totals().bytes(), b"t");
    assert_eq!(state::active_round().bytes(), b"a");
    assert_eq!(round::last_round().bytes(), b"l");
    assert_eq!(to_hex(book::entries_key(258)), "6500000102");
    assert_eq!(to_hex(book::amounts_key(258)), "7600000102");
    assert_eq!(to_hex(state::ledger(258).bytes()), "7500000102");
    assert_eq!(
        to_hex(state::ledger_page(1, 2).bytes()),
        "640000000100000002"
    );
    assert_eq!(to_hex(state::proposal(258).bytes()), "6f0000000000000102");
    assert_eq!(
        to_hex(state::proposal_of(1, 2).bytes()),
        "68000000010000000000000002"
    );
    assert_eq!(to_hex(state::extension(1).bytes()), "7800000001");
    assert_eq!(to_hex(state::case(1).bytes()), "6a00000001");
    assert_eq!(to_hex(round::round(1).bytes()), "720000000000000001");
    assert_eq!(
        to_hex(posts::post(1, 2).bytes()),
        "73000000000000000100000002"
    );
    assert_eq!(
        to_hex(posts::ready(1, 2).bytes()),
        "71000000000000000100000002"
    );
    assert_eq!(
        to_hex(verify::verification(1).bytes()),
        "770000000000000001"
    );
    assert_eq!(to_hex(allocation::market_key(1).bytes()), "4d00000001");
    assert_eq!(
        to_hex(allocation::offer_key(1, 2).bytes()),
        "4f0000000100000002"
    );
    assert_eq!(
        to_hex(allocation::need_key(1, 2).bytes()),
        "440000000100000002"
    );
    assert_eq!(
        to_hex(allocation::choices_key(1, 2).bytes()),
        "430000000100000002"
    );
    assert_eq!(
        to_hex(allocation::link_key(1, 2, 3).bytes()),
        "4c000000010000000200000003"
    );
    assert_eq!(to_hex(trades::key(1).bytes()), "500000000000000001");
    assert_eq!(
        to_hex(trades::of(1, 2).bytes()),
        "52000000010000000000000002"
    );
}

#[test]
fn a_page_of_obligations_is_14_and_8_bytes_each() {
    let mut storage = Memory::default();
    let page = Page {
        entries: vec![Entry {
            place: 3,
            debtor: 258,
            creditor: 7,
            due: 9,
            flags: flag::TENDER_DEBTOR | flag::DISPUTED | 2,
        }],
        amounts: vec![5],
    };
    page.save(&mut storage, 1);
    let raw = |key: Vec<u8>| to_hex(storage.get(&key).unwrap());
    let expected = ["03", "02010000", "07000000", "09000000", "16"].concat();
    assert_eq!(raw(book::entries_key(1)), expected);
    assert_eq!(raw(book::amounts_key(1)), "0500000000000000");
    assert_eq!(Page::load(&storage, 1).unwrap().unwrap(), page);
    for (entries, amounts) in [
        (vec![], vec![]),
        (vec![0; 13], vec![0; 8]),
        (vec![0; 14], vec![0; 7]),
        (vec![0; 14 * 129], vec![0; 8 * 129]),
    ] {
        assert!(Page::decode(1, &entries, &amounts).is_err());
    }
    assert_eq!((book::owed(5), book::owed(book::CLEARED | 5)), (5, 0));
}

#[test]
fn the_small_records_keep_their_bytes() {
    let counters = Counters {
        obligation: 1,
        proposal: 2,
        round: 3,
        market: 4,
        promise: 5,
    };
    let expected = [
        "01000000",
        "0200000000000000",
        "0300000000000000",
        "04000000",
        "0500000000000000",
    ];
    assert_eq!(hex(&counters), expected.concat());
    let totals = Totals {
        outstanding: 1,
        confirmed: 2,
        cleared: 3,
        paid: 4,
        cancelled: 5,
    };
    let numbers: Vec<String> = (1..=5)
        .map(|n| format!("0{n}{}", "00".repeat(15)))
        .collect();
    assert_eq!(hex(&totals), numbers.concat());
    let ledger = Ledger {
        proposals: 1,
        pages: 2,
        recent: vec![3],
    };
    assert_eq!(hex(&ledger), "01020000000100000003000000");
    let choice = allocation::choices::Choice { person: 1, cost: 2 };
    assert_eq!(hex(&vec![choice]), "010000000100000002000000");
    for (kind, bytes) in [
        (MarketKind::Flow, "00"),
        (MarketKind::Assignment { by: Costs::Ranks }, "0100"),
        (MarketKind::Assignment { by: Costs::Scores }, "0101"),
        (MarketKind::Stable, "02"),
    ] {
        assert_eq!(hex(&kind), bytes);
    }
}

#[test]
fn a_graphs_root_is_what_the_paper_says() {
    let mut rows = Vec::new();
    write_row(&mut rows, 1, 2, 3, 4, -5);
    assert_eq!(
        to_hex(&rows),
        "010000000000000002000000000000000300000000000000\
         0400000000000000fbffffffffffffff"
    );
    let mut root = Root::new(7);
    root.add_page(&[]);
    assert_eq!(root, Root::new(7), "a page of no rows changes nothing");
    root.add_page(&rows);
    // the same with the hash alone
    use sha2::{Digest, Sha256};
    let h = |parts: &[&[u8]]| -> Vec<u8> { Sha256::digest(parts.concat()).to_vec() };
    let r0 = h(&[b"mycel/clearing/graph/1", &7u64.to_le_bytes()]);
    let r1 = h(&[&r0, &h(&[&rows])]);
    let whole = h(&[&r1, &2u32.to_le_bytes(), &1u32.to_le_bytes()]);
    assert_eq!(root.close(2, 1, &[]).to_vec(), whole);
    let supplied = h(&[
        &r1,
        &2u32.to_le_bytes(),
        &1u32.to_le_bytes(),
        &(-9i64).to_le_bytes(),
    ]);
    assert_eq!(root.close(2, 1, &[-9]).to_vec(), supplied);
    let committed = h(&[b"mycel1abc", &[0], &h(&[b"body"])]);
    assert_eq!(posts::commitment("mycel1abc", b"body").to_vec(), committed);
}

#[test]
fn lists_of_persons_are_differences_as_varints() {
    let mut storage = Memory::default();
    numbers::save(&mut storage, b'm', 1, &[5, 6, 300]);
    let key = [&b"m"[..], &1u64.to_be_bytes(), &0u32.to_be_bytes()].concat();
    assert_eq!(to_hex(storage.get(&key).unwrap()), "0501a602");
    assert_eq!(numbers::load(&storage, b'm', 1).unwrap(), [5, 6, 300]);
    // long ones span pages, and an empty one leaves nothing
    let long: Vec<u32> = (0..200_000).map(|n| 3 * n).collect();
    numbers::save(&mut storage, b'm', 1, &long);
    assert!(storage.map.len() > 4);
    assert_eq!(numbers::load(&storage, b'm', 1).unwrap(), long);
    numbers::save(&mut storage, b'm', 1, &[]);
    assert!(storage.map.is_empty());
    numbers::set_bit(&mut storage, b'c', 4_096 + 9, true);
    let key = [&b"c"[..], &1u32.to_be_bytes()].concat();
    let bits = storage.get(&key).unwrap();
    assert_eq!((bits.len(), bits[1]), (512, 2));
    let mut set = numbers::Set::new(&storage, b'c');
    assert!(set.has(4_096 + 9) && !set.has(9) && !set.has(4_096));
}

#[test]
fn the_interface_has_a_schema() {
    let schema = mycel_clearing::schema::schema().unwrap();
    for word in ["propose", "open_round", "helped", "define_market"] {
        assert!(schema.contains(word), "{word}");
    }
}
