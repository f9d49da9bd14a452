//! The forest's story, rehearsed in a sandbox.
use std::collections::BTreeMap;

use super::*;
use crate::{
    civic::Rehearsal,
    contracts::Contracts,
    seed::{self, Way},
    setup::{self, Terms},
    town::member,
};
use mycel_client::SecretKey;

const NOW: u64 = 1_700_000_000;

/// A stage with members 1 to `members` and three organisations, which are accounts 101 to 103.
pub fn stage<'a>(
    contracts: &'a Contracts,
    keys: &'a BTreeMap<u32, SecretKey>,
    members: u32,
) -> Rehearsal<'a> {
    let terms = Terms {
        jury_cap: 3,
        ..Terms::default()
    };
    let mut sandbox = seed::sandbox(contracts, &terms, 1, NOW, Way::Native).unwrap();
    let founders = keys.range(..=members).map(|(n, key)| (*n, key.clone()));
    seed::enrol(&mut sandbox, contracts, &founders.collect(), None).unwrap();
    for name in setup::END_BLOCK {
        let contract = cosmwasm_std::Addr::unchecked(contracts.address(name).to_string());
        sandbox.subscribe_end_block(&contract).unwrap();
    }
    sandbox.advance_time(2);
    sandbox.end_block();
    Rehearsal::new(sandbox, contracts, keys, "mycel-sandbox")
}

/// Keys of members and organisations.
pub fn keys(members: u32) -> BTreeMap<u32, SecretKey> {
    let organisations = [101, 102, 103];
    (1..=members)
        .chain(organisations)
        .map(|n| (n, member(n)))
        .collect()
}

/// Runs what never waits.
pub fn now<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(future)
}

#[test]
fn a_drought_cuts_the_cap_at_once_and_what_is_scarce_is_dearer() {
    let contracts = Contracts::read_or_native(None).unwrap();
    let keys = keys(24);
    let mut stage = stage(&contracts, &keys, 24);
    let members: Vec<u32> = (1..=24).collect();
    let told = now(async {
        let planned = plan(&mut stage, &members, &[101, 102, 103], 60).await?;
        let all = mycel_kit::roles::Electorate::All;
        let class = mycel_kit::roles::Class::Ordinary;
        stage.decide(all, class, "", &planned.actions, &[]).await?;
        live(&mut stage, planned, |_| ()).await
    })
    .unwrap();
    println!("{}", told.table());
    let [good, drought] = &told.seasons[..] else {
        panic!("{told:?}")
    };
    assert_eq!(
        (good.opened, good.cap, good.stock),
        (100_000, 100_000, STOCK)
    );
    // F = 0.1 · (700 − 200) / (800 − 200)
    assert_eq!(drought.cap, 58_333);
    assert!(drought.price > good.price, "{told:?}");
    assert_eq!((told.attested, told.buffer), (RESTORED, RESTORED / 5));
    assert_eq!(told.minted + told.buffer, told.attested);
    assert_eq!(told.lay, 1);
}
