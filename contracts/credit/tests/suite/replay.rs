//! Sarafu's first 100,000 transfers, replayed: who would have been refused.

use std::collections::BTreeMap;

use crate::world::World;
use mycel_credit::error::ContractError;
use mycel_credit::msg::{ExecuteMsg, NewAccount};
use mycel_credit::state::Kind;
use mycel_kit::{Amount, Id};

struct Row {
    from: u32,
    to: u32,
    pico: u64,
}

/// A decimal number cut to 12 places.
fn pico(text: &str) -> u64 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction: String = fraction
        .chars()
        .chain("0".repeat(12).chars())
        .take(12)
        .collect();
    whole.parse::<u64>().expect("digits") * 1_000_000_000_000
        + fraction.parse::<u64>().expect("digits")
}

/// Rows between members: the issuers 0 and 5 are left out.
fn rows() -> Option<Vec<Row>> {
    let path = mycel_data::find("sarafu/sarafu-first-100k.csv")?;
    let text = std::fs::read_to_string(path).expect("a readable file");
    let rows = text.lines().map(|line| {
        let mut parts = line.split(' ');
        let mut next = || parts.next().expect("from to amount");
        Row {
            from: next().parse().expect("from"),
            to: next().parse().expect("to"),
            pico: pico(next()),
        }
    });
    Some(
        rows.filter(|row| ![row.from, row.to].iter().any(|who| [0, 5].contains(who)))
            .collect(),
    )
}

struct Outcome {
    payments: usize,
    refused: usize,
    /// Share of the volume that was refused, in parts of 10,000, nearest.
    refused_bps: u128,
}

fn replay(rows: &[Row], limit: u64) -> Outcome {
    let mut world = World::new(|msg| {
        msg.rate_ppb_per_day = Some(0);
        msg.starter_grant = Some(Amount::ZERO);
    });
    let mut addresses = BTreeMap::new();
    for row in rows {
        for who in [row.from, row.to] {
            addresses
                .entry(who)
                .or_insert_with(|| world.address(&format!("account {who}")));
        }
    }
    let newcomers: Vec<NewAccount> = addresses
        .iter()
        .map(|(who, owner)| NewAccount {
            owner: owner.clone(),
            kind: Kind::Person,
            person: Some(Id(u64::from(*who))),
            sponsor: None,
            limit: Amount::credits(limit),
        })
        .collect();
    let authority = world.authority.to_string();
    for fifty in newcomers.chunks(50) {
        let accounts = fifty.to_vec();
        world
            .execute(&authority, ExecuteMsg::OpenAccounts { accounts })
            .expect("enrols");
    }
    let (mut refused, mut refused_volume, mut volume) = (0, 0u128, 0u128);
    for row in rows {
        let amount = Amount::new(row.pico).expect("within the bound");
        volume += u128::from(row.pico);
        let to = addresses[&row.to].clone();
        let pay = ExecuteMsg::Pay {
            to,
            amount,
            reference: None,
            memo: None,
        };
        match world.execute(&addresses[&row.from], pay) {
            Ok(()) => {}
            Err(ContractError::LimitExceeded { .. }) => {
                refused += 1;
                refused_volume += u128::from(row.pico);
            }
            Err(other) => panic!("{other}"),
        }
    }
    world.check();
    assert_eq!(world.commons(), 0, "no decay at rate 0");
    Outcome {
        payments: rows.len(),
        refused,
        refused_bps: (refused_volume * 20_000 + volume) / (2 * volume),
    }
}

#[test]
fn at_a_limit_of_1000_exactly_2356_of_55564_payments_are_refused() {
    let Some(rows) = rows() else { return };
    let outcome = replay(&rows, 1_000);
    assert_eq!((outcome.payments, outcome.refused), (55_564, 2_356));
    assert_eq!(outcome.refused_bps, 2_482, "24.82 % of the volume");
}

#[test]
fn at_a_limit_of_6000_exactly_306_payments_are_refused() {
    let Some(rows) = rows() else { return };
    let outcome = replay(&rows, 6_000);
    assert_eq!((outcome.payments, outcome.refused), (55_564, 306));
    assert_eq!(outcome.refused_bps, 1_052, "10.52 % of the volume");
}
