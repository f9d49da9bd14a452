//! The forest's story, rehearsed in a sandbox.
use std::collections::BTreeMap;

use super::*;
use crate::{
    civic::Rehearsal,
    contracts::Contracts,
    seed,
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
    stage_of(contracts, keys, members, seed::native)
}

/// The same with other code for contracts.
pub fn stage_of<'a>(
    contracts: &'a Contracts,
    keys: &'a BTreeMap<u32, SecretKey>,
    members: u32,
    code: impl Fn(&str) -> mycel_sandbox::Code,
) -> Rehearsal<'a> {
    let terms = Terms {
        jury_cap: 3,
        ..Terms::default()
    };
    let sandbox = seed::sandbox_of(contracts, &terms, 1, NOW, |name| Ok(code(name)));
    let mut sandbox = sandbox.unwrap();
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
        let lived = live(&mut stage, planned, |_| ()).await?;
        outlive(&mut stage, lived).await
    })
    .unwrap();
    let told = told.0;
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

#[path = "../../../../contracts/commons/examples/riverside_commons.rs"]
mod riverside;

#[test]
fn a_variant_of_the_harvest_rule_holds_in_a_forest_and_the_rest_stays_the_standard_s() {
    use mycel_sandbox::{Code, Native};
    let variant = |name: &str| match name {
        crate::contracts::COMMONS => Code::native(
            Native::new(riverside::instantiate, riverside::execute, riverside::query)
                .with_reply(riverside::reply)
                .with_sudo(riverside::sudo),
        ),
        other => seed::native(other),
    };
    let contracts = Contracts::read_or_native(None).unwrap();
    let keys = keys(24);
    let mut stage = stage_of(&contracts, &keys, 24, variant);
    let members: Vec<u32> = (1..=24).collect();
    let told = now(async {
        let planned = plan(&mut stage, &members, &[101, 102, 103], 60).await?;
        let all = mycel_kit::roles::Electorate::All;
        let class = mycel_kit::roles::Class::Ordinary;
        stage.decide(all, class, "", &planned.actions, &[]).await?;
        let lived = live(&mut stage, planned, |_| ()).await?;
        outlive(&mut stage, lived).await
    });
    let [good, drought] = &told.unwrap().0.seasons[..] else {
        panic!("two seasons")
    };
    // nine tenths of what the standard allows, at the opening and in the cut
    assert_eq!((good.cap, drought.cap), (90_000, 52_499));
    let about: Value = now(ask(&stage, serde_json::json!({"about": {}}))).unwrap();
    assert_eq!(about["variant"]["name"], "riverside");
    let kept: Value = now(ask(&stage, serde_json::json!({"invariants": {}}))).unwrap();
    for one in kept["invariants"].as_array().unwrap() {
        assert_eq!(one["holds"], true, "{one}");
    }
}
