//! How records of epochs and claims are stored, byte by byte: changed only on
//! purpose. `MYCEL_UPDATE=1` writes what is reviewed.

use borsh::BorshSerialize;
use mycel_commons::cap::record::{Allotment, Basis, Closing, Cut, Epoch, Reserve, Totals, Why};
use mycel_commons::regeneration::record::{
    Attestation, Claim, Grant, Phase, Restorer, Reversal, Sums,
};

use super::ground::units;

fn hex(name: &str, record: &impl BorshSerialize) -> String {
    let bytes = borsh::to_vec(record).expect("bytes");
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{name} {text}")
}

#[allow(
    clippy::disallowed_methods,
    reason = "one variable rewrites golden files"
)]
pub fn pinned(path: &str, now: &str) {
    let path = format!("{}/tests/suite/{path}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("MYCEL_UPDATE").is_some() {
        std::fs::write(&path, format!("{now}\n")).expect("writes the golden file");
    }
    let before = std::fs::read_to_string(&path).expect("a golden file");
    assert_eq!(now, before.trim_end());
}

fn epoch() -> Epoch {
    Epoch {
        commons: 1,
        number: 2,
        opens: 3,
        closes: 4,
        basis: Basis::Disputed,
        stock: units(5),
        median: units(6),
        low: units(7),
        most: units(8),
        opened: units(9),
        cap: units(10),
        budgets: units(11),
        tac: units(12),
        regenerated: units(13),
        banked: units(14),
        banked_in: units(15),
        withheld: units(16),
        released: units(17),
        base: units(18),
        doubted: Some(19),
        own: units(20),
        parent_epoch: 21,
        cuts: vec![Cut {
            num: units(22),
            den: units(23),
            at: 24,
            why: Why::Budget,
        }],
        closing: Some(Closing {
            at: 25,
            harvested: 26,
            overage: 27,
            retired: 28,
            price: Some(29),
        }),
    }
}

fn claim() -> Claim {
    let saw = |seat| Attestation {
        seat,
        person: seat + 1,
        quantity: units(3),
    };
    Claim {
        commons: 1,
        person: 2,
        cells: vec![3, 4],
        from: 5,
        to: 6,
        asked: units(7),
        evidence: [8; 32],
        at: 9,
        until: 10,
        phase: Phase::Attested,
        attestations: vec![saw(11)],
        buffer_bps: 12,
        attested: units(13),
        minted: units(14),
        waiting: units(15),
        parked: units(16),
        buffer: units(17),
        cancelled: units(18),
        waived: units(19),
        reversed: units(20),
        disputed: 21,
        case: Some(22),
        reversal: Some(Reversal {
            by: 23,
            asked: units(24),
            evidence: [25; 32],
            until: 26,
            attestations: vec![saw(27)],
            disputed: 28,
            case: Some(29),
        }),
    }
}

#[test]
fn records_of_nature_are_laid_out_as_reviewed() {
    let all = [
        hex("epoch", &epoch()),
        hex("reserve", &Reserve::default()),
        hex("allotment", &Allotment { epoch: 1, ppm: 2 }),
        hex("totals", &Totals::default()),
        hex("claim", &claim()),
        hex("sums", &Sums::default()),
        hex(
            "grant",
            &Grant {
                epoch: 1,
                left: 2,
                next: 3,
            },
        ),
        hex("restorer", &Restorer::default()),
    ];
    pinned("nature/layout.txt", &all.join("\n"));
}
