//! A forest's story, rehearsed in a sandbox and lived on four validators: its own members change its rule, the next
//! epoch's cap follows, an auction clears, who takes more than its right is sanctioned and appeals before a jury, and a
//! drought cuts the cap in the moment in which it is read.
use std::collections::BTreeMap;

use mycel_client::SecretKey;
use mycel_e2e::{Town, civic::Members};
use mycel_kit::{
    Id,
    roles::{Class, Electorate},
};
use mycel_town::{
    civic::{Rehearsal, Stage},
    contracts::{COMMONS, Contracts},
    forest::{
        self, DROUGHT, Forest, Forested, PRICE, STOCK,
        founding::EPOCH,
        rules,
        seasons::{balance, epoch, harvest, opened, read, season},
    },
    seed::{self, Way},
    setup::{self, Terms},
    town::member,
};
use serde_json::{Value, json};

const TOWN: u32 = 24;
/// Accounts of the organisations that watch.
const WATCH: [u32; 3] = [101, 102, 103];

fn number(told: &Value, name: &str) -> u64 {
    let text = told[name].as_str().and_then(|text| text.parse().ok());
    text.unwrap_or_else(|| panic!("no {name} in {told}"))
}

async fn ladder(stage: &impl Stage, forest: &Forest, account: u32) -> Value {
    let member = stage.address(account).unwrap();
    let asked = json!({"ladder": {"commons": forest.commons.to_string(), "member": member}});
    stage.ask(COMMONS, &asked).await.unwrap()
}

/// The story; `step` is a step in seconds of the contracts' clock.
async fn lives(stage: &mut impl Stage, step: u64) {
    let members: Vec<u32> = (1..=TOWN).collect();
    let mut forest = forest::found(stage, &members, &WATCH, step).await.unwrap();
    read(stage, &mut forest, STOCK).await.unwrap();
    let first = opened(stage, &forest, 0).await.unwrap();
    assert_eq!(number(&first, "opened"), 100_000);

    // the forest's own members take less from the next epoch on; this one is as it was
    let own = Electorate::Commons(Id(forest.commons));
    let set = json!({"set_rules": {"commons": forest.commons.to_string(),
        "rules": rules(step * EPOCH, 60_000)}});
    let foresters = forest.foresters.clone();
    let title = "Take six of a hundred, not ten";
    stage
        .decide(
            own,
            Class::Constitutional,
            title,
            &[(COMMONS, set)],
            &foresters,
        )
        .await
        .unwrap();
    assert_eq!(
        number(&epoch(stage, &forest).await.unwrap(), "cap"),
        100_000
    );

    // the next epoch's cap follows, and an auction clears
    season(stage, &mut forest, STOCK, STOCK, false)
        .await
        .unwrap();
    let second = epoch(stage, &forest).await.unwrap();
    assert_eq!(
        (number(&second, "number"), number(&second, "opened")),
        (2, 60_000)
    );
    let told = Forested::read(stage, &forest).await.unwrap();
    assert_eq!(told.seasons[1].price, Some(PRICE));
    assert_eq!(told.seasons[1].traded, 3_000);

    // far more than its right
    let greedy = forest.foresters[5];
    let may = balance(stage, &forest, greedy).await.unwrap();
    harvest(stage, &mut forest, greedy, may + 5_000)
        .await
        .unwrap();

    // a drought: the cap is cut in the moment in which it is read, and what is scarce is dearer
    season(stage, &mut forest, STOCK, DROUGHT, false)
        .await
        .unwrap();
    let third = epoch(stage, &forest).await.unwrap();
    assert_eq!(
        (number(&third, "opened"), number(&third, "cap")),
        (60_000, 35_000)
    );
    assert_eq!(third["cuts"][0]["why"], "reading");
    let told = Forested::read(stage, &forest).await.unwrap();
    println!("{}", told.table());
    assert!(told.seasons[2].price > told.seasons[1].price, "{told:?}");

    // the overuse was sanctioned without an accuser; a jury lifts it
    let on = ladder(stage, &forest, greedy).await;
    assert_eq!(on["step"], "notice", "{on}");
    let measure = on["measures"][0]["id"].clone();
    assert!(on["measures"][0]["why"]["overuse"].is_object(), "{on}");
    stage
        .say(greedy, COMMONS, &json!({"appeal": {"measure": measure}}))
        .await
        .unwrap();
    let on = ladder(stage, &forest, greedy).await;
    let case = number(&on["measures"][0], "case");
    stage.judge(case, "uphold").await.unwrap();
    let advance = json!({"advance": {"case": case.to_string()}});
    stage.work(COMMONS, &advance).await.unwrap();
    let on = ladder(stage, &forest, greedy).await;
    assert_eq!(
        (&on["step"], &on["measures"][0]["state"]),
        (&json!("none"), &json!("lifted"))
    );
}

#[tokio::test]
async fn the_forest_s_story_holds_in_a_sandbox() {
    let contracts = Contracts::read(&mycel_e2e::contracts()).unwrap();
    let keys: BTreeMap<u32, SecretKey> = (1..=TOWN).chain(WATCH).map(|n| (n, member(n))).collect();
    let terms = Terms {
        jury_cap: 3,
        ..Terms::default()
    };
    let mut sandbox = seed::sandbox(&contracts, &terms, 1, 1_700_000_000, Way::Compiled).unwrap();
    let founders = keys.range(..=TOWN).map(|(n, key)| (*n, key.clone()));
    seed::enrol(&mut sandbox, &contracts, &founders.collect(), None).unwrap();
    for name in setup::END_BLOCK {
        let address = contracts.address(name).to_string();
        let contract = cosmwasm_std::Addr::unchecked(address);
        sandbox.subscribe_end_block(&contract).unwrap();
    }
    sandbox.advance_time(2);
    sandbox.end_block();
    let mut stage = Rehearsal::new(sandbox, &contracts, &keys, "mycel-sandbox");
    lives(&mut stage, 60).await;
}

#[tokio::test]
async fn a_rule_that_its_members_change_a_sanction_that_a_jury_lifts_and_a_drought_that_cuts_at_once()
 {
    // an organisation's key speaks before it is founded: its account exists from genesis on
    let watch = WATCH.map(|n| member(n).address().to_string());
    let mut options = vec!["--members", "24", "--pace", "600000"];
    for address in &watch {
        options.extend(["--account", address]);
    }
    let town = Town::start(&options);
    let mut members = Members::new(&town.url(1), TOWN).with(&WATCH);
    let mut voices = members.voices();
    lives(&mut voices, setup::STEP_SECONDS).await;
}
