//! A forest's story, rehearsed in a sandbox and lived on four validators: its own members change its rule, the next
//! epoch's cap follows, an auction clears, who takes more than its right is sanctioned and appeals before a jury, and a
//! drought cuts the cap in the moment in which it is read; at the next auction the same demand pays more.
//!
//! No step hangs on the clock of a busy machine: openings wait for the readings, which are told when the story is there,
//! and what has a deadline gets more time where the town is found to be slow.
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use mycel_assembly::{
    ask::{PhaseName, ProposalView},
    msg::{Action, BallotChoice, BallotInput, ProposalInput},
};
use mycel_client::SecretKey;
use mycel_commons::{market::order::Side, registry::rules::Rules};
use mycel_e2e::{Town, civic::Members};
use mycel_kit::{
    Id,
    roles::{Class, Electorate},
};
use mycel_town::{
    civic::{Rehearsal, Stage, Voices, decision},
    contracts::{COMMONS, Contracts},
    forest::{
        self, DROUGHT, Forest, Forested, STOCK,
        auction::{self, Order},
        rules,
        seasons::{balance, epoch, harvest, opened},
    },
    seed::{self, Way},
    setup::{self, Terms},
    town::member,
};
use serde_json::{Value, json};

const TOWN: u32 = 24;
/// Accounts of the organisations that watch.
const WATCH: [u32; 3] = [101, 102, 103];
/// Words that the plan of a forest takes, one after the other.
const WORDS: u32 = 9;
/// How long a word takes where nothing else runs.
const QUIET: Duration = Duration::from_millis(500);
/// A thousandth of a credit, in pico-credits.
const MILLI: u64 = 1_000_000_000;

/// The forest's rules at the given pace. The first epoch has no auction. What was read is no longer fresh when an
/// epoch is over, and the next opening waits for readings for as long as it takes.
fn terms(pace: u32, f_msy_ppm: u32, auctions: u8) -> Rules {
    let seconds = pace * if auctions == 0 { 20 } else { 36 };
    let mut rules = rules(seconds.into(), f_msy_ppm);
    rules.monitors.window.0 = (12 * pace).into();
    rules.cap.grace_seconds = 3_600;
    rules.market.auctions = auctions;
    // shares that must be sold come into an auction also where entitlement does not: it must fit
    let (commit, reveal) = if auctions == 0 { (8, 6) } else { (16, 11) };
    rules.market.commit_seconds = commit * pace;
    rules.market.reveal_seconds = reveal * pace;
    rules
}

fn number(told: &Value, name: &str) -> u64 {
    let text = told[name].as_str().and_then(|text| text.parse().ok());
    text.unwrap_or_else(|| panic!("no {name} in {told}"))
}

async fn asked(stage: &impl Stage, question: Value) -> Value {
    stage.ask(COMMONS, &question).await.unwrap()
}

/// The commons itself, with the rules in force and those to come.
async fn charter(stage: &impl Stage, forest: &Forest) -> Value {
    asked(
        stage,
        json!({"commons": {"id": forest.commons.to_string()}}),
    )
    .await
}

fn taken(rules: &Value) -> u64 {
    let part = rules["cap"]["harvest"]["status"]["f_msy_ppm"].as_u64();
    part.unwrap_or_else(|| panic!("no rule of harvest in {rules}"))
}

async fn ladder(stage: &impl Stage, forest: &Forest, account: u32) -> Value {
    let member = stage.address(account).unwrap();
    let commons = forest.commons.to_string();
    asked(
        stage,
        json!({"ladder": {"commons": commons, "member": member}}),
    )
    .await
}

async fn rights(stage: &impl Stage, forest: &Forest, account: u32) -> Value {
    let person = stage.person(account).to_string();
    let commons = forest.commons.to_string();
    asked(
        stage,
        json!({"entitlement": {"commons": commons, "person": person}}),
    )
    .await
}

/// What the `n`-th monitor sees of so much: each a little more than the one before.
fn seen(forest: &mut Forest, n: usize, quantity: u64) -> (u32, Value) {
    let seen = quantity + n as u64 * quantity / 500;
    let read = json!({"read": {"commons": forest.commons.to_string(), "quantity": seen.to_string(),
        "evidence": forest.evidence()}});
    (forest.monitors[n], read)
}

/// The first of the monitors reads, the lowest of them: whatever order the others come in, nothing falls any more.
async fn first_reads(stage: &mut impl Stage, forest: &mut Forest, quantity: u64) {
    let (monitor, word) = seen(forest, 0, quantity);
    stage.say(monitor, COMMONS, &word).await.unwrap();
}

async fn others_read(stage: &mut impl Stage, forest: &mut Forest, quantity: u64) {
    let others = 1..forest.monitors.len();
    let words: Vec<_> = others.map(|n| seen(forest, n, quantity)).collect();
    stage.say_all(COMMONS, &words).await.unwrap();
}

/// Waits until the latest epoch is over, if there is one; then all read, and the next one opens.
async fn opens(stage: &mut impl Stage, forest: &mut Forest) -> Value {
    let last = loop {
        let last = epoch(stage, forest).await.unwrap();
        if last["open"] != true {
            break last;
        }
        stage.wait(number(&last, "closes")).await.unwrap();
        let advance = json!({"advance": {}});
        stage.work(COMMONS, &advance).await.unwrap();
    };
    let last = match last.is_null() {
        true => 0,
        false => number(&last, "number"),
    };
    first_reads(stage, forest, STOCK).await;
    others_read(stage, forest, STOCK).await;
    opened(stage, forest, last).await.unwrap()
}

/// Three want a thousand kilograms each and would pay less and less; two sell a sixth of what they have.
async fn orders(stage: &impl Stage, forest: &Forest) -> Vec<Order> {
    let mut orders = vec![];
    for account in &forest.foresters[..2] {
        let quantity = balance(stage, forest, *account).await.unwrap() / 6;
        let (side, price) = (Side::Sell, 5 * MILLI);
        // a round number of units is put aside
        let round = [1_000, 2_000].into_iter().find(|round| *round >= quantity);
        orders.push(Order {
            account: *account,
            side,
            price,
            quantity,
            aside: round.unwrap(),
        });
    }
    for (account, price) in forest.foresters[2..5].iter().zip([20, 15, 10]) {
        orders.push(Order {
            account: *account,
            side: Side::Buy,
            price: price * MILLI,
            quantity: 1_000,
            aside: 50_000 * MILLI,
        });
    }
    orders
}

/// Holds the epoch's auction. Gives its result.
async fn auctioned(stage: &mut impl Stage, forest: &mut Forest) -> Value {
    let start = Instant::now();
    let number = loop {
        if let Some(number) = auction::current(stage, forest.commons).await.unwrap() {
            break number;
        }
        assert!(start.elapsed() < Duration::from_secs(240), "no auction");
        stage.pass(u64::MAX).await.unwrap();
    };
    let orders = orders(stage, forest).await;
    auction::commit(stage, number, &orders).await.unwrap();
    let ended = auction::finish(stage, number, &orders).await.unwrap();
    forest.auctions.push(number);
    ended["result"].clone()
}

/// A stage on which the forest's own members decide.
trait Decides: Stage {
    /// They set rules. Gives the proposal as it ended, where there was one.
    async fn set_rules(&mut self, forest: &Forest, rules: &Rules) -> Option<ProposalView>;
}

fn new_rules(forest: &Forest, rules: &Rules) -> Value {
    json!({"set_rules": {"commons": forest.commons.to_string(), "rules": rules}})
}

impl Decides for Rehearsal<'_> {
    async fn set_rules(&mut self, forest: &Forest, rules: &Rules) -> Option<ProposalView> {
        let own = Electorate::Commons(Id(forest.commons));
        let set = new_rules(forest, rules);
        self.decide(own, Class::Constitutional, "", &[(COMMONS, set)], &[])
            .await
            .unwrap();
        None
    }
}

impl Decides for Voices<'_> {
    async fn set_rules(&mut self, forest: &Forest, rules: &Rules) -> Option<ProposalView> {
        let input = ProposalInput {
            title: "Take six of a hundred, not ten".into(),
            text: Some("There was more of it once.".into()),
            text_hash: None,
            area: None,
            electorate: Electorate::Commons(Id(forest.commons)),
            class: Class::Constitutional,
            ballot: BallotInput::YesNo {
                actions: vec![Action::Decided {
                    contract: self.contract(COMMONS),
                    action: new_rules(forest, rules).to_string().into_bytes().into(),
                }],
            },
            atomic: false,
            panel: None,
        };
        let own = &forest.foresters;
        let proposal = decision::propose(self, own[0], input).await.unwrap();
        decision::support(self, proposal, &own[1..]).await.unwrap();
        let opened = decision::past(self, proposal, PhaseName::Deliberation);
        let voted = opened.await.unwrap();
        assert_eq!(voted.phase, PhaseName::Vote, "{voted:?}");
        // nobody has voted yet: nothing is to come
        assert_eq!(charter(self, forest).await["next_rules"], Value::Null);
        let ballots: Vec<_> = own.iter().map(|one| (*one, BallotChoice::Yes)).collect();
        decision::vote(self, proposal, &ballots).await.unwrap();
        let ended = decision::carry_out(self, proposal).await.unwrap();
        assert_eq!(ended.ballots, 6);
        // the vote's end, then the timelock, then the first action
        let (from, begun) = (ended.executable.unwrap().0, ended.begun.unwrap().0);
        assert!(from >= voted.until.0 + setup::STEP_SECONDS, "{ended:?}");
        assert!(begun >= from, "{ended:?}");
        Some(ended)
    }
}

/// The story.
async fn lives(stage: &mut impl Decides) {
    let start = Instant::now();
    let said = |what: &str| println!("{:>6.1} s  {what}", start.elapsed().as_secs_f64());
    let members: Vec<u32> = (1..=TOWN).collect();
    let mut planned = forest::plan(stage, &members, &WATCH, setup::STEP_SECONDS)
        .await
        .unwrap();
    let slow = start.elapsed().as_millis() / u128::from(WORDS) / QUIET.as_millis();
    let pace = u32::try_from(slow).unwrap_or(u32::MAX).clamp(1, 4);
    said(&format!("organisations that watch; pace {pace}"));
    for (_, action) in &mut planned.actions {
        if action["found"].is_object() {
            action["found"]["rules"] = json!(terms(pace, 100_000, 0));
        }
    }
    let voters: Vec<u32> = members.iter().step_by(3).copied().collect();
    let title = "A forest of our own, and who may watch it";
    stage
        .decide(
            Electorate::All,
            Class::Ordinary,
            title,
            &planned.actions,
            &voters,
        )
        .await
        .unwrap();
    let mut forest = forest::settle(stage, planned).await.unwrap();
    assert_eq!((forest.foresters.len(), forest.monitors.len()), (6, 4));
    let [seller, greedy] = [forest.foresters[0], forest.foresters[5]];
    said("a forest, three organisations and one by lot who watch it");

    // a tenth of 1,000 t
    let first = opens(stage, &mut forest).await;
    assert_eq!(
        (number(&first, "number"), number(&first, "opened")),
        (1, 100_000)
    );
    assert_eq!(number(&first, "stock"), STOCK);
    assert_eq!(balance(stage, &forest, seller).await.unwrap(), 15_000);
    said("the first epoch");

    // the forest's own members take less from the next epoch on; this one is as it was
    stage.set_rules(&forest, &terms(pace, 60_000, 1)).await;
    let now = charter(stage, &forest).await;
    assert_eq!(
        (taken(&now["rules"]), taken(&now["next_rules"])),
        (100_000, 60_000)
    );
    let still = epoch(stage, &forest).await.unwrap();
    assert_eq!(
        (number(&still, "number"), number(&still, "cap")),
        (1, 100_000)
    );
    assert_eq!(still["cuts"], json!([]));
    said("decided: six of a hundred");

    // the next epoch's cap follows: 0.06 · 1,000 t, of which 15 of 100 parts are 9 t
    let second = opens(stage, &mut forest).await;
    assert_eq!(
        (number(&second, "number"), number(&second, "opened")),
        (2, 60_000)
    );
    let now = charter(stage, &forest).await;
    assert_eq!(
        (taken(&now["rules"]), &now["next_rules"]),
        (60_000, &Value::Null)
    );
    assert_eq!(balance(stage, &forest, seller).await.unwrap(), 9_000);
    said("the second epoch");

    // 3,000 kg are for sale, 3,000 are wanted at 10 or less: the middle of 5 and 10
    let result = auctioned(stage, &mut forest).await;
    assert_eq!(
        (number(&result, "price"), number(&result, "quantity")),
        (7_500_000_000, 3_000)
    );
    assert_eq!(balance(stage, &forest, seller).await.unwrap(), 7_500);
    let buyer = forest.foresters[4];
    assert_eq!(balance(stage, &forest, buyer).await.unwrap(), 10_000);
    said("an auction");

    // far more than its right, and it says so
    harvest(stage, &mut forest, greedy, 14_000).await.unwrap();
    let told = rights(stage, &forest, greedy).await;
    let account = &told["account"];
    assert_eq!(
        (number(account, "harvested"), number(account, "overage")),
        (9_000, 5_000)
    );
    // 5,000 kg at the floor of 0.01, dearer by 5 ninths, rounded up
    assert_eq!(number(account, "owed"), 77_777_777_777_778);
    // the overuse is sanctioned at once, without an accuser: the lowest step, which takes nothing
    let on = ladder(stage, &forest, greedy).await;
    assert_eq!(
        (&on["step"], &on["scale_bps"]),
        (&json!("notice"), &json!(10_000))
    );
    let measure = on["measures"][0].clone();
    assert_eq!(measure["state"], "taken");
    assert_eq!(
        measure["why"],
        json!({"overuse": {"epoch": "2", "over": "5000", "entitlement": "9000"}})
    );
    said("harvested over the right: a sanction");

    // an appeal; a jury lifts it
    let appeal = json!({"appeal": {"measure": measure["id"]}});
    stage.say(greedy, COMMONS, &appeal).await.unwrap();
    let on = ladder(stage, &forest, greedy).await;
    assert_eq!(on["measures"][0]["state"], "appealed");
    let case = number(&on["measures"][0], "case");
    stage.judge(case, "uphold").await.unwrap();
    // whoever comes first has it carried out
    let advance = json!({"advance": {"case": case.to_string()}});
    stage.work(COMMONS, &advance).await.unwrap();
    let on = ladder(stage, &forest, greedy).await;
    assert_eq!(
        (&on["step"], &on["measures"][0]["state"]),
        (&json!("none"), &json!("lifted"))
    );
    said("an appeal, a jury");

    // the debt is no sanction: 5 of 9 t are repaid in kind, and the rest waits for the money
    let third = opens(stage, &mut forest).await;
    assert_eq!(
        (number(&third, "number"), number(&third, "opened")),
        (3, 60_000)
    );
    assert_eq!(balance(stage, &forest, greedy).await.unwrap(), 0);
    said("the third epoch");

    // a drought: one reading cuts the cap in its own moment, and every right with it
    first_reads(stage, &mut forest, DROUGHT).await;
    let cut = epoch(stage, &forest).await.unwrap();
    // F = 0.06 · (700 − 200) / (800 − 200)
    assert_eq!((number(&cut, "number"), number(&cut, "cap")), (3, 35_000));
    let [why] = &cut["cuts"].as_array().unwrap()[..] else {
        panic!("{cut}")
    };
    assert_eq!(
        (&why["num"], &why["den"], &why["why"]),
        (&json!("35000"), &json!("60000"), &json!("reading"))
    );
    assert_eq!(balance(stage, &forest, seller).await.unwrap(), 5_250);
    said("a drought");

    // who pays what it owes has what waited, cut like all
    let pay = json!({"pay_overage": {"commons": forest.commons.to_string(), "epoch": "2"}});
    stage
        .hold(greedy, COMMONS, 80_000 * MILLI, &pay)
        .await
        .unwrap();
    assert_eq!(
        balance(stage, &forest, greedy).await.unwrap(),
        4_000 * 35 / 60
    );

    // the same demand, and a sixth of less: 1,750 kg go to who pays most, at the middle of 10 and 15
    let result = auctioned(stage, &mut forest).await;
    assert_eq!(
        (number(&result, "price"), number(&result, "quantity")),
        (12_500_000_000, 1_750)
    );
    said("an auction in a drought");
    // nobody read anything lower: it is still the one cut
    let last = epoch(stage, &forest).await.unwrap();
    assert_eq!(
        (number(&last, "cap"), last["cuts"].as_array().unwrap().len()),
        (35_000, 1)
    );
    let told = Forested::read(stage, &forest).await.unwrap();
    println!("{}", told.table());
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
    lives(&mut stage).await;
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
    lives(&mut voices).await;
}
