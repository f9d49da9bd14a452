//! What is stored of rights is public, and changes only on purpose.
//! `MYCEL_UPDATE=1` writes what is reviewed.

use borsh::BorshSerialize;
use mycel_commons::rights::baskets::{self, Basket, Lot, Parts, Tier};
use mycel_commons::rights::record::{
    Account, Book, Debt, Excess, Good, Holding, Lease, Sums, Turn,
};
use mycel_commons::rights::state;

fn hex(record: &impl BorshSerialize) -> String {
    cosmwasm_std::to_hex(borsh::to_vec(record).expect("borsh"))
}

#[test]
fn keys_of_rights_are_a_letter_a_kind_and_numbers() {
    let hex = |bytes: &[u8]| cosmwasm_std::to_hex(bytes);
    let keys = [
        (1, hex(state::book(1).bytes())),
        (2, hex(state::holding(1, 2).bytes())),
        (3, hex(state::account(1, 2, 3).bytes())),
        (4, hex(state::sums(1, 2).bytes())),
        (5, hex(state::debt(1, 2).bytes())),
        (6, hex(state::turn(1, 2, 3).bytes())),
        (7, hex(state::lease(1, 2).bytes())),
        (8, hex(state::excess(1, 2).bytes())),
        (20, hex(baskets::basket(1, 2).bytes())),
        (21, hex(baskets::parts(1, 2, 3).bytes())),
    ];
    for (kind, key) in &keys {
        assert_eq!(key[..4], format!("68{kind:02x}"), "{key}");
    }
    assert_eq!(
        keys[2].1,
        "6803000000000000000100000000000000020000000000000003"
    );
}

#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "one variable rewrites golden files"
)]
fn records_of_rights_are_laid_out_as_reviewed() {
    let holding = Holding {
        shares: 1,
        escrow: 2,
        reserved: 3,
        lent: 4,
        lent_now: 5,
        hired: 6,
        hired_now: 7,
        epoch: 8,
    };
    let account = Account {
        basis: 1,
        granted: 2,
        carried: 3,
        minted: 4,
        borrowed: 5,
        received: 6,
        balance: 7,
        escrow: 8,
        waiting: 9,
        banked: 10,
        harvested: 11,
        retired: 12,
        cancelled: 13,
        given: 14,
        repaid: 15,
        returned: 16,
        withheld: 17,
        cut: 18,
        overage: 19,
        billed: 20,
        owed: 21,
        reserved: 22,
        deposited: 23,
        cuts: 24,
    };
    let debt = Debt {
        owed: 1,
        kind: 2,
        borrowed: 3,
        repaid: 4,
    };
    let turn = Turn {
        lent_begins: 1,
        lent_ends: 2,
        hired_begins: 3,
        hired_ends: 4,
    };
    let lease = Lease {
        from: 1,
        to: 2,
        shares: 3,
        first: 4,
        end: 5,
    };
    let book = Book {
        held: 1,
        treasury: 2,
        escrow: 3,
        lent: 4,
        hired: 5,
        leases: 6,
        owed: 7,
        kind: 8,
        borrowed: 9,
        epoch: 10,
    };
    let sums = Sums {
        tac: 1,
        unasked: 2,
        granted: 3,
        dust: 4,
        carried: 5,
        minted: 6,
        balance: 7,
        escrow: 8,
        waiting: 9,
        banked: 10,
        reserve: 11,
        harvested: 12,
        retired: 13,
        cancelled: 14,
        repaid: 15,
        cut: 16,
        withheld: 17,
        returned: 18,
        forfeited: 19,
        fees: 20,
        overage: 21,
        pool: 22,
        aside: 23,
        cuts: 24,
    };
    let excess = Excess {
        since: 1,
        shares: 2,
        sold: 3,
        next: 4,
    };
    let basket = Basket {
        tier: Tier::Stale,
        window: 1,
        fee_bps: 2,
        parts: 3,
        round: 4,
        lots: vec![Lot {
            vintage: 5,
            units: 6,
        }],
    };
    let rows = [
        ("good", hex(&Good::Shares)),
        ("holding", hex(&holding)),
        ("account", hex(&account)),
        ("debt", hex(&debt)),
        ("turn", hex(&turn)),
        ("lease", hex(&lease)),
        ("book", hex(&book)),
        ("sums", hex(&sums)),
        ("excess", hex(&excess)),
        ("basket", hex(&basket)),
        ("parts", hex(&Parts { round: 1, count: 2 })),
    ];
    let now: String = rows
        .iter()
        .map(|(name, bytes)| format!("{name} {bytes}\n"))
        .collect();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/layout-rights.txt");
    if std::env::var_os("MYCEL_UPDATE").is_some() {
        std::fs::write(path, &now).expect("writes the golden file");
    }
    let reviewed = std::fs::read_to_string(path).expect("tests/layout-rights.txt");
    assert_eq!(
        now, reviewed,
        "MYCEL_UPDATE=1 writes tests/layout-rights.txt"
    );
}
