//! The town decides, on four validators: a proposal deliberated by a panel drawn by lot, voted on with delegations and
//! carried out after its timelock; a sanction that a jury reverses; and nobody beside them who could.
use std::collections::BTreeSet;

use mycel_assembly::{
    ask::{AdviceResponse, PhaseName, QueryMsg},
    delegations::Scope,
    msg::{Action, BallotChoice, ExecuteMsg, PanelInput},
};
use mycel_bindings::{AllowanceClass, ClassChange, MycelMsg, ParamChanges, ValidatorUpdate};
use mycel_client::{ClientError, Wallet, message};
use mycel_e2e::{
    Town,
    civic::{Members, proposal},
    power,
};
use mycel_kit::{
    Id,
    peers::sortition::{Feature, Quota},
    roles::{Class, Electorate},
};
use mycel_light::LightBlock;
use mycel_town::{
    CHAIN_ID,
    civic::{Voices, decision, jury, panel},
    contracts::{ASSEMBLY, CREDIT, MEMBERS, NAMES, genesis},
    operator,
    town::member,
};
use mycel_types::{Params, StoreId, key};
use serde_json::{Value, json};

const TOWN: u32 = 24;
/// A town that hardly trades: who pays and votes with one key at two nodes in the same moment has one of both left out,
/// and would wait for it.
const QUIET: [&str; 4] = ["--members", "24", "--pace", "600000"];

/// Refused by a contract or the chain, with these words.
fn refused<T: std::fmt::Debug>(outcome: Result<T, ClientError>, words: &str) {
    let error = outcome.expect_err(words).to_string();
    assert!(error.contains(words), "{error}");
}

async fn params(members: &Members) -> Params {
    let found = members
        .client()
        .store(StoreId::Mycel, &key::params(), None, false)
        .await
        .unwrap();
    borsh::from_slice(&found.value).unwrap()
}

async fn invites(members: &Members) -> Value {
    let address = members.contracts().address(MEMBERS);
    let asked = json!({"parameters": {}});
    let told: Value = members.client().smart(address, &asked).await.unwrap();
    told["numbers"]["invites_per_epoch"].clone()
}

#[tokio::test]
async fn a_panel_drawn_by_lot_deliberates_all_vote_or_delegate_and_the_chain_itself_changes() {
    let town = Town::start(&QUIET);
    let mut members = Members::new(&town.url(1), TOWN);
    let before = params(&members).await;
    let height = members.client().status().await.unwrap().latest_height;
    let set = members.client().validators(height).await.unwrap();
    let first = set.members()[0].pub_key;
    let power = set.members()[0].power.value();
    assert_eq!(invites(&members).await, 3);

    // a contract's parameter, an allowance class and the validators, in one constitutional proposal
    let contract = members.contracts().address(MEMBERS).to_string();
    let class = AllowanceClass {
        capacity: 3_000_000_000u64.into(),
        rate: 30_000_000u64.into(),
        may_store_code: false,
    };
    let actions = vec![
        Action::Decided {
            contract,
            action: json!({"set_parameters": {"numbers": {"invites_per_epoch": 5}}})
                .to_string()
                .into_bytes()
                .into(),
        },
        Action::Chain(MycelMsg::SetParams {
            changes: Box::new(ParamChanges {
                classes: vec![ClassChange {
                    name: "member".into(),
                    class: Some(class),
                }],
                ..Default::default()
            }),
        }),
        Action::Chain(MycelMsg::UpdateValidators {
            updates: vec![ValidatorUpdate {
                pub_key: first.to_bytes().into(),
                power: (power + 1).into(),
            }],
        }),
    ];
    let mut voices = members.voices();
    let mut weak = proposal(Class::Ordinary, actions.clone());
    let outcome = voices
        .say(1, ASSEMBLY, &ExecuteMsg::Propose(Box::new(weak.clone())))
        .await;
    refused(outcome, "needs=constitutional");
    weak.class = Class::Constitutional;
    let district = |value: &str| Quota {
        feature: "district".into(),
        value: value.into(),
        min: 2,
        max: 3,
    };
    weak.area = Some("rules".into());
    weak.panel = Some(PanelInput {
        size: 5,
        features: vec![Feature {
            name: "district".into(),
            values: vec!["hill".into(), "river".into()],
            issuer: None,
        }],
        quotas: vec![district("hill"), district("river")],
    });
    let number = decision::propose(&mut voices, 1, weak).await.unwrap();
    decision::support(&mut voices, number, &[2]).await.unwrap();
    let view = decision::look(&voices, number).await.unwrap();
    assert_eq!((view.phase, view.panel), (PhaseName::Deliberation, 5));

    // deliberation
    let draw = panel::find(&voices, &format!("assembly/{number}"))
        .await
        .unwrap();
    let pool: Vec<_> = (1..=18)
        .map(|n| {
            (
                n,
                vec![("district", if n <= 12 { "river" } else { "hill" })],
            )
        })
        .collect();
    panel::volunteer(&mut voices, draw.draw, &pool)
        .await
        .unwrap();
    let (drawn, seated) = panel::seat(&mut voices, draw.draw, 20).await.unwrap();
    let accepted = drawn.accepted.expect("a lottery was accepted");
    assert!(accepted.round_time > accepted.at, "the beacon came later");
    let hill = seated.iter().filter(|person| person.0 > 12).count();
    assert!(seated.len() == 5 && (2..=3).contains(&hill), "{seated:?}");
    let advise = ExecuteMsg::Advise {
        proposal: number,
        option: Some(1),
        text: "it harms nobody".into(),
    };
    let outsider = (1..=TOWN)
        .find(|n| !seated.contains(&voices.person(*n)))
        .unwrap();
    refused(voices.say(outsider, ASSEMBLY, &advise).await, "not seated");
    let words: Vec<_> = seated
        .iter()
        .map(|person| (voices.account(*person).unwrap(), advise.clone()))
        .collect();
    voices.say_all(ASSEMBLY, &words).await.unwrap();
    let question = QueryMsg::Advice {
        proposal: number,
        after: None,
        limit: None,
    };
    let advice: AdviceResponse = voices
        .client()
        .smart(voices.address(ASSEMBLY), &question)
        .await
        .unwrap();
    assert_eq!(advice.advice.len(), 5, "{advice:?}");
    decision::past(&mut voices, number, PhaseName::Deliberation)
        .await
        .unwrap();

    // 1 to 6 vote yes and speak for 7 to 12, 13 and 14 vote no, 15 and 16 let each other speak, the rest nobody
    let speak = |from: u32, to: u32| {
        let scope = Scope::Area {
            unit: Electorate::All,
            area: "rules".into(),
        };
        let to = Id(to.into());
        (from, ExecuteMsg::Delegate { scope, to })
    };
    let mut delegations: Vec<_> = (7..=12).map(|n| speak(n, n - 6)).collect();
    delegations.extend([speak(15, 16), speak(16, 15)]);
    voices.say_all(ASSEMBLY, &delegations).await.unwrap();
    let mut ballots: Vec<_> = (1..=6).map(|n| (n, BallotChoice::Yes)).collect();
    ballots.extend([(13, BallotChoice::No), (14, BallotChoice::No)]);
    decision::vote(&mut voices, number, &ballots).await.unwrap();
    decision::past(&mut voices, number, PhaseName::Vote)
        .await
        .unwrap();
    let counted = decision::past(&mut voices, number, PhaseName::Tally)
        .await
        .unwrap();
    let outcome = counted.outcome.clone().expect("it is counted");
    assert_eq!((outcome.eligible, outcome.yes, outcome.no), (24, 12, 2));
    assert_eq!((outcome.looped, outcome.unrepresented), (2, 8));
    assert!(outcome.accepted, "{outcome:?}");

    // the timelock, then anybody carries it out
    assert_eq!(counted.phase, PhaseName::Timelock);
    let execute = ExecuteMsg::Execute {
        proposal: number,
        action: None,
    };
    refused(
        voices.say_much(24, ASSEMBLY, &execute).await,
        "phase=timelock",
    );
    decision::past(&mut voices, number, PhaseName::Timelock)
        .await
        .unwrap();
    let receipt = voices.say_much(24, ASSEMBLY, &execute).await.unwrap();
    let view = decision::look(&voices, number).await.unwrap();
    assert_eq!(view.phase, PhaseName::Executed);
    assert_eq!(
        receipt.attribute("wasm-execute", "hash"),
        Some(view.hash.as_str())
    );

    assert_eq!(invites(&members).await, 5);
    let after = params(&members).await;
    assert_eq!(
        (before.classes["member"].rate, after.classes["member"].rate),
        (20_000_000, 30_000_000)
    );
    assert_eq!(after.classes["member"].capacity, 3_000_000_000);
    // the change in block H governs block H + 2, and headers say so
    let executed = receipt.height;
    let power_in = |block: &LightBlock| {
        let mut all = block.validators.members().iter();
        all.find(|one| one.pub_key == first)
            .map(|one| one.power.value())
    };
    let mut blocks = vec![];
    for height in executed..=executed + 2 {
        while members.client().status().await.unwrap().latest_height < height {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        blocks.push(members.client().light_block(Some(height)).await.unwrap());
    }
    let powers: Vec<_> = blocks.iter().map(power_in).collect();
    assert_eq!(powers, [Some(power), Some(power), Some(power + 1)]);
    let header = |n: usize| &blocks[n].header;
    assert_eq!(header(0).validators_hash, header(1).validators_hash);
    assert_ne!(header(1).validators_hash, header(2).validators_hash);
    assert_eq!(header(1).next_validators_hash, header(2).validators_hash);
}

async fn step(voices: &Voices<'_>, account: u32) -> String {
    let address = member(account).address().to_string();
    let asked = json!({"standing": {"address": address}});
    let told: Value = voices
        .client()
        .smart(voices.address(MEMBERS), &asked)
        .await
        .unwrap();
    told["step"].as_str().unwrap().to_owned()
}

/// A message to members that opens a case; gives the case.
async fn opened(voices: &mut Voices<'_>, account: u32, word: Value) -> Id {
    let receipt = voices.say(account, MEMBERS, &word).await.unwrap();
    let case = receipt.attribute("wasm-case_opened", "case");
    Id(case.expect("a case was opened").parse().unwrap())
}

/// Members act on a case as soon as it is final.
async fn act(voices: &mut Voices<'_>, case: Id) {
    for _ in 0..300 {
        let told = jury::look(voices, case).await.unwrap();
        if told.case.r#final {
            let advance = json!({"advance": {"case": case.to_string()}});
            voices.say(20, MEMBERS, &advance).await.unwrap();
            return;
        }
        voices.pause().await;
        voices
            .work(ASSEMBLY, &json!({"advance": {"limit": 1}}))
            .await
            .unwrap();
    }
    panic!("case {case} is not final");
}

#[tokio::test]
async fn a_sanction_is_appealed_before_another_jury_and_reversed() {
    let town = Town::start(&QUIET);
    let mut members = Members::new(&town.url(2), TOWN);
    let mut voices = members.voices();
    let reasons = "ab".repeat(32);
    let accuse = |step: &str| json!({"accuse": {"person": "7", "step": step, "reasons": reasons}});

    // a notice: one jury's word, and in force when nobody appeals
    let case = opened(&mut voices, 3, accuse("notice")).await;
    let verdict = jury::judge(&mut voices, case, "uphold", "it was seen")
        .await
        .unwrap();
    assert_eq!(verdict.outcome, "uphold");
    let told = jury::look(&voices, case).await.unwrap();
    let jurors: Vec<_> = told.juries[0].seats.iter().collect();
    assert!(
        jurors
            .iter()
            .all(|seat| seat.person != Id(3) && seat.person != Id(7)),
        "no party judges"
    );
    let voted = jurors.iter().filter(|seat| seat.outcome.is_some()).count();
    assert!(voted >= 3, "{jurors:?}");
    let early = voices
        .say(20, MEMBERS, &json!({"advance": {"case": case.to_string()}}))
        .await;
    refused(early, "case unfinished");
    act(&mut voices, case).await;
    assert_eq!(step(&voices, 7).await, "notice");

    // less credit: upheld, appealed by the accused, and dismissed by a second jury of others
    let case = opened(&mut voices, 3, accuse("reduced")).await;
    jury::judge(&mut voices, case, "uphold", "again")
        .await
        .unwrap();
    let appeal = json!({"appeal": {"case": case.to_string()}});
    refused(voices.say(9, "sortition", &appeal).await, "no party");
    voices.say(7, "sortition", &appeal).await.unwrap();
    refused(voices.say(3, "sortition", &appeal).await, "no appeal");
    let verdict = jury::judge(&mut voices, case, "dismiss", "it was another")
        .await
        .unwrap();
    assert_eq!(verdict.outcome, "dismiss");
    let told = jury::look(&voices, case).await.unwrap();
    let sat = |jury: usize| -> BTreeSet<u64> {
        let seats = told.juries[jury].seats.iter();
        seats
            .filter(|seat| seat.outcome.is_some())
            .map(|seat| seat.person.0)
            .collect()
    };
    assert!(sat(0).is_disjoint(&sat(1)), "nobody judges twice: {told:?}");
    act(&mut voices, case).await;
    assert_eq!(step(&voices, 7).await, "notice");

    // the notice that is in force falls, too
    let case = opened(&mut voices, 7, json!({"appeal": {"reasons": reasons}})).await;
    jury::judge(&mut voices, case, "dismiss", "nothing is left of it")
        .await
        .unwrap();
    act(&mut voices, case).await;
    assert_eq!(step(&voices, 7).await, "none");
}

#[tokio::test]
async fn no_administrator_key_exists_anywhere_in_the_state() {
    let town = Town::start(&["--members", "12"]);
    let members = Members::new(&town.url(3), 12);
    let (client, contracts) = (members.client(), members.contracts());
    let known: BTreeSet<String> = NAMES.map(|name| contracts.address(name).to_string()).into();
    let assembly = contracts.address(ASSEMBLY).to_string();
    let powers = power::scan(client).await;
    eprintln!("{powers:#?}");
    // two of the chain; administrator, authority and peers of each contract; who stored each code
    assert!(powers.len() > 2 + 4 * NAMES.len());
    for power in &powers {
        let holder = &power.holder;
        match power.what {
            // an address of 32 bytes is no key's, and this one is no contract's either
            "creator" => {
                assert_eq!(*holder, genesis().to_string(), "{power:?}");
                assert_eq!(genesis().as_bytes().len(), 32);
                assert!(!known.contains(holder));
            }
            "allowance classes" => assert_eq!(*holder, contracts.address(MEMBERS).to_string()),
            "parameter" => assert!(known.contains(holder), "{power:?}"),
            _ => assert_eq!(*holder, assembly, "{power:?}"),
        }
    }
    let of: BTreeSet<&str> = powers.iter().map(|power| power.of.as_str()).collect();
    assert!(NAMES.iter().all(|name| of.contains(name)), "{of:?}");

    // and whoever tries is nobody: the operator, the first member, anyone
    let decided = |action: Value| json!({"decided": {"proposal": "1", "electorate": "all", "class": "constitutional", "action": action}});
    for key in [operator(), member(1), member(12)] {
        let mut wallet = Wallet::new(key, CHAIN_ID);
        let sender = wallet.address();
        for (contract, word) in [
            (MEMBERS, json!({"seed": {"members": []}})),
            (MEMBERS, decided(json!({"set_parameters": {"numbers": {}}}))),
            (
                CREDIT,
                json!({"set_limit": {"owner": sender, "limit": "1"}}),
            ),
            (
                CREDIT,
                decided(json!({"spend_commons": {"to": sender, "amount": "1"}})),
            ),
            ("clearing", json!({"seed": {"obligations": []}})),
            ("sortition", decided(json!({"set_parameters": {}}))),
            (ASSEMBLY, decided(json!({"set_parameters": {}}))),
        ] {
            let said = message::execute(&sender, contracts.address(contract), &word).unwrap();
            let outcome = client.submit(&mut wallet, vec![said], "").await;
            refused(outcome, "unauthorized");
        }
        let migrate = message::migrate(&sender, contracts.address(CREDIT), 1, &json!({})).unwrap();
        refused(
            client.submit(&mut wallet, vec![migrate], "").await,
            "can not migrate",
        );
    }
}
