//! What the wallet does where words, files or nodes fail.
use std::sync::{Arc, Mutex};

use base64::{Engine, engine::general_purpose::STANDARD};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    QuerySmartContractStateRequest, QuerySmartContractStateResponse,
};
use prost::Message;

use super::*;
use crate::community::page::Ran;

/// A line that has to go well.
#[track_caller]
pub fn does(town: &Community, line: &str) -> Ran {
    let ran = town.line(line);
    assert_eq!(ran.code, 0, "{line}: {}{}", ran.out, ran.err);
    ran
}

/// What a smart query asks, and of whom.
fn question(method: &str, params: &Value) -> Option<(String, Vec<u8>)> {
    let smart = params["path"] == json!("/cosmwasm.wasm.v1.Query/SmartContractState");
    if method != "abci_query" || !smart {
        return None;
    }
    let data = hex::decode(params["data"].as_str()?).ok()?;
    let request = QuerySmartContractStateRequest::decode(data.as_slice()).ok()?;
    Some((request.address, request.query_data))
}

/// A node that answers questions to contracts otherwise than is so.
pub fn lies(town: &Community, lie: impl Fn(&Value, &mut Value) + Send + 'static) {
    let mut honest = proofs();
    town.hook(Box::new(move |sandbox, method, params| {
        let Some((address, asked)) = question(method, params) else {
            return honest(sandbox, method, params);
        };
        let answer = sandbox.query_raw(&Addr::unchecked(address), &asked).ok()?;
        let asked: Value = serde_json::from_slice(&asked).unwrap();
        let mut answer: Value = serde_json::from_slice(&answer).unwrap();
        lie(&asked, &mut answer);
        let data = answer.to_string().into_bytes();
        let value = STANDARD.encode(QuerySmartContractStateResponse { data }.encode_to_vec());
        Some(json!({"response": {"code": 0, "height": sandbox.height().to_string(), "value": value}}))
    }));
}

fn trust_in(town: &Community) -> AccountAddress {
    let text = std::fs::read_to_string(town.home.path().join("network.json")).unwrap();
    trust_of(&serde_json::from_str(&text).unwrap())
}

/// Member 8 gets a viewing key, and member 1 offers it a deal, the seventh.
pub fn seventh(town: &Community) {
    does(town, "mycel trust rekey --viewing --from member-8");
    does(town, "mycel trust open member-8 --from member-1");
}

#[test]
fn after_a_reset_with_other_words_the_wallet_reads_opens_and_accepts_again() {
    let mut village = Village::new(12);
    village
        .lost
        .insert(1, SecretKey::for_development("lost", 1));
    village.decided(&json!({"approve_reset": {"person": "1"}}));
    let town = village.served();
    does(&town, "mycel trust rekey --reset --from member-1");
    let status = does(&town, "mycel trust status member-1");
    status.has("not readable").has("nothing that counts yet");
    assert!(
        status.err.contains("published viewing key 2"),
        "{}",
        status.err
    );
    let recovered = does(&town, "mycel trust recover --from member-1");
    recovered.has("nothing was folded yet");
    // only once
    let again = does(&town, "mycel trust status member-1");
    assert!(!again.err.contains("viewing key"), "{}", again.err);
    seventh(&town);
    does(&town, "mycel trust accept 7 --from member-8");
    does(&town, "mycel trust open member-1 --from member-8");
    does(&town, "mycel trust accept 8 --from member-1");
    does(&town, "mycel trust rate 8 kept --from member-8");
    does(&town, "mycel trust rate 8 kept --from member-1");
    does(&town, "mycel trust status member-8");
    town.wait(15);
    does(&town, "mycel trust status member-1").has("word kept");
    does(&town, "mycel trust fold --from member-1").has("fold 1 of 1 entries");
    std::fs::remove_dir_all(town.home.path().join("secrets")).unwrap();
    does(&town, "mycel trust recover --from member-1").has("from the backup");
}

#[test]
fn no_rating_is_unreadable_because_of_a_number_of_a_key() {
    let town = Village::new(12).served();
    lies(&town, |asked, answer| {
        if asked.get("deals").is_some() {
            for deal in answer["deals"].as_array_mut().unwrap() {
                (deal["key_a"], deal["key_b"]) = (json!(2), json!(3));
            }
        }
    });
    let status = does(&town, "mycel trust status member-1");
    assert!(!status.out.contains("not readable"), "{}", status.out);
    status.has("over a weight of");
}

#[test]
fn a_node_that_lies_about_a_deal_or_a_key_gets_no_signature_under_it() {
    let town = Village::new(12).served();
    let trust = trust_in(&town).to_string();
    let one = Keyring::new(&town.development.member(1), CHAIN, &trust);
    let middle = Keyring::new(&SecretKey::for_development("middle", 1), CHAIN, &trust);
    let key = middle.viewing(1).public();
    let keys = move |asked: &Value, answer: &mut Value| {
        if asked["viewing_key"]["person"] == json!("8") {
            answer["key"] = json!(hex::encode(key));
        }
    };
    does(&town, "mycel trust rekey --viewing --from member-8");
    let refused = |line: &str| {
        let ran = town.line(line);
        assert_eq!(ran.code, 4, "{line}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains("validators signed"), "{}", ran.err);
    };
    lies(&town, keys);
    refused("mycel trust open member-8 --from member-1");
    // whose name a number is
    let eight = town.development.member(8).address().to_string();
    lies(&town, move |asked, answer| {
        if asked["standing"]["address"] == json!(eight) {
            answer["person"] = json!("9");
        }
    });
    does(&town, "mycel trust rekey --viewing --from member-9");
    refused("mycel trust open member-8 --from member-1");
    lies(&town, |_, _| ());
    does(
        &town,
        "mycel trust open m-9@riverside --from member-1 --dry-run",
    );
    let nine = town.development.member(9).address().to_string();
    lies(&town, move |asked, answer| {
        if asked.get("handle").is_some() {
            answer["address"] = json!(nine);
        }
    });
    refused("mycel trust open m-8@riverside --from member-1");
    lies(&town, |_, _| ());
    does(&town, "mycel trust open member-1 --from member-8");
    // what a partner is called, and where
    for called in ["ana", "m-8@elsewhere"] {
        lies(&town, move |asked, answer| {
            if asked["member"]["person"] == json!("8") {
                answer["handle"] = json!(called);
            }
        });
        refused("mycel trust accept 7 --from member-1");
    }
    // the one in the middle shows a deal whose key fits its own
    lies(&town, move |asked, answer| {
        keys(asked, answer);
        if asked.get("deals").is_some() {
            for deal in answer["deals"].as_array_mut().unwrap() {
                if deal["deal"] == json!("7") {
                    let number = hex::decode(deal["element"].as_str().unwrap()).unwrap();
                    let number = number.try_into().unwrap();
                    let own = key_of(&one, &number, 1, &key).unwrap();
                    deal["k"] = json!(hex::encode(element(&own.k())));
                }
            }
        }
    });
    refused("mycel trust accept 7 --from member-1");
    lies(&town, |_, _| ());
    does(&town, "mycel trust accept 7 --from member-1");
}

/// What a node is asked from now on.
fn listens(town: &Community) -> Arc<Mutex<Vec<String>>> {
    let asked = Arc::new(Mutex::new(vec![]));
    let heard = asked.clone();
    let mut honest = proofs();
    town.hook(Box::new(move |sandbox, method, params| {
        let asked = match question(method, params) {
            Some((_, asked)) => String::from_utf8(asked).unwrap(),
            None => params.to_string().to_ascii_lowercase(),
        };
        heard.lock().unwrap().push(asked);
        honest(sandbox, method, params)
    }));
    asked
}

/// Whether everybody's leaves were asked for.
fn leaves(asked: &[String]) -> bool {
    asked.iter().any(|one| one.contains("leaves"))
}

/// Nothing is asked for that is one member's.
fn names_nobody(asked: &[String], address: &str) {
    assert!(!asked.is_empty());
    let own = hex::encode(mycel_trust::mailbox::state::mailbox(1).bytes());
    let account = hex::encode(address);
    let naming = [
        "\"mailbox",
        "\"entries",
        "\"deals",
        "\"standing",
        "{\"path",
        address,
        &own,
        &account,
    ];
    for one in asked {
        assert!(!naming.iter().any(|name| one.contains(name)), "{one}");
    }
}

#[test]
fn the_wallets_copy_of_all_leaves_is_used_while_it_is_the_rolls() {
    let town = Village::new(12).served();
    let asked = listens(&town);
    let asked_for_leaves = || leaves(&std::mem::take(&mut *asked.lock().unwrap()));
    does(&town, "mycel trust status member-1");
    assert!(asked_for_leaves());
    town.wait(15);
    let file = "mycel trust prove --to court --challenge 7 --weight 900 -o p.json --from member-1";
    does(&town, file);
    assert!(!asked_for_leaves());
    // another member's leaf is another one
    does(&town, "mycel trust fold --from member-2");
    town.wait(15);
    does(&town, file);
    assert!(asked_for_leaves());
    does(&town, file);
    assert!(!asked_for_leaves());
    // what is kept is read with care
    let files = std::fs::read_dir(town.home.path().join("secrets")).unwrap();
    let copy = files
        .map(|file| file.unwrap().path())
        .find(|path| path.to_str().unwrap().ends_with("-leaves"))
        .unwrap();
    let text = std::fs::read_to_string(&copy).unwrap();
    for wrong in [
        &text[1..],
        &text.replacen("[0,", "[1,", 1),
        &text.replacen("\"format\":1", "\"format\":2", 1),
        "",
    ] {
        std::fs::write(&copy, wrong).unwrap();
        does(&town, file);
        assert!(asked_for_leaves(), "{wrong}");
    }
}

#[test]
fn a_file_that_names_nobody_is_made_without_asking_whose_it_will_be() {
    let town = Village::new(12).served();
    let asked = listens(&town);
    let file = |more: &str| {
        format!("mycel trust prove --to court --challenge 7 -o p.json --from member-1 {more}")
    };
    let first = town.line(&file("--weight 900"));
    assert!(first.err.contains("mycel trust status member-1"));
    does(&town, "mycel trust status member-1");
    asked.lock().unwrap().clear();
    let made = does(&town, &file("--weight 900"));
    assert!(!made.err.contains("mycel trust status"), "{}", made.err);
    assert!(made.err.contains("is not counted"), "{}", made.err);
    let address = town.development.member(1).address().to_string();
    names_nobody(&asked.lock().unwrap(), &address);
    // a gate's crowd is counted, and here it is one
    let alone = town.line(&file("--gate 2"));
    assert_eq!((alone.code, alone.out.as_str()), (1, ""), "{}", alone.err);
    assert!(
        alone.err.contains("only 1 members could have made"),
        "{}",
        alone.err
    );
    let forced = does(&town, &file("--gate 2 --force"));
    assert!(forced.err.contains("almost names you"), "{}", forced.err);
    // whom a file names needs no crowd
    let named = does(&town, &file("--gate 2 --named"));
    assert!(!named.err.contains("could have made"), "{}", named.err);
}

#[test]
fn nobody_is_asked_whose_an_anonymous_proof_will_be() {
    let town = Village::new(12).served();
    let asked = listens(&town);
    let address = town.development.member(1).address().to_string();
    let contribute = |address: &str| {
        format!(
            r#"mycel trust show 2 --force --from member-1 --action '{{"contribute":{{"address":"{address}"}}}}'"#
        )
    };
    // no round is named, so it ends before a proof: what matters is what was asked before
    let show = &contribute(&address);
    let first = town.line(show);
    assert!(
        first.err.contains("mycel trust status member-1"),
        "{}",
        first.err
    );
    does(&town, "mycel trust status member-1");
    asked.lock().unwrap().clear();
    let ran = town.line(show);
    assert!(
        !ran.err.contains("mycel trust status member-1"),
        "{}",
        ran.err
    );
    names_nobody(&asked.lock().unwrap(), &address);
    // what the action says of its maker is warned of
    assert!(
        ran.err.contains("has the address of member-1 in it"),
        "{}",
        ran.err
    );
    let other = contribute(town.development.member(2).address().to_string().as_str());
    let ran = town.line(&other);
    assert!(!ran.err.contains("has the address of"), "{}", ran.err);
}

#[test]
fn an_anonymous_proof_is_made_to_its_end_without_asking_whose_it_is() {
    let mut village = Village::new(12);
    let funding = village.contract(FUNDING);
    village.decided(&json!({"open_gate": {
        "gate": "9", "consumer": funding, "circuit": "show", "mode": "once",
        "term": {"seconds": "60"}, "ttl": "600", "min_counterparties": 3, "t_min": "900",
    }}));
    let town = village.served();
    does(&town, "mycel trust status member-1");
    town.wait(75);
    let asked = listens(&town);
    let shown = does(
        &town,
        r#"mycel trust show 9 --force --now --dry-run --from member-1 --action '{"do":{}}'"#,
    );
    shown.has("Nothing was sent").has("any of 1 members");
    let address = town.development.member(1).address().to_string();
    names_nobody(&asked.lock().unwrap(), &address);
    // about a roll whose root the validators did not sign, nothing is proven here either
    town.hook(marked(trust_in(&town)));
    let marked = town
        .line(r#"mycel trust show 9 --force --now --dry-run --from member-1 --action '{"do":{}}'"#);
    assert_eq!(
        (marked.code, marked.out.as_str()),
        (4, ""),
        "{}",
        marked.err
    );
    assert!(marked.err.contains("another root"), "{}", marked.err);
}

#[test]
fn all_that_waits_is_folded_at_the_days_moment_and_a_failure_of_it_stops_nothing() {
    let mut village = Village::new(12);
    village.partners = 2..=10;
    let town = village.served();
    let status = does(&town, "mycel trust status member-1");
    status.has("9 came").has("9 wait to be folded");
    status.has("with the first `status`, `open`, `accept` or `rekey` ");
    // more than a day: the moment has come, whenever in a day it is
    town.wait(130);
    let mut honest = proofs();
    town.hook(Box::new(move |sandbox, method, params| {
        let simulates = params["path"] == json!("/cosmos.tx.v1beta1.Service/Simulate");
        match simulates {
            true => Some(json!({"response": {"code": 5, "log": "nothing left to pay with"}})),
            false => honest(sandbox, method, params),
        }
    }));
    let poor = does(&town, "mycel trust status member-1");
    poor.has("9 wait to be folded");
    for told in [
        "what came was not folded",
        "nothing left to pay with",
        "`mycel trust fold --from member-1` tries again",
    ] {
        assert!(poor.err.contains(told), "{told}: {}", poor.err);
    }
    town.hook(proofs());
    let status = does(&town, "mycel trust status member-1");
    status.has("0 wait to be folded, 2 folds so far");
    for told in ["folded 8 entries", "folded 1 entries"] {
        assert!(status.err.contains(told), "{told}: {}", status.err);
    }
}

#[test]
fn volunteers_of_a_draw_come_by_proofs_where_it_names_a_gate() {
    let mut village = Village::new(12);
    let sortition = village.contract(SORTITION);
    village.decided(&json!({"open_gate": {
        "gate": "9", "consumer": sortition, "circuit": "show", "mode": "once",
        "term": {"action": {}}, "ttl": "600", "min_counterparties": 3, "t_min": "900",
    }}));
    let until = village.sandbox.now() + 10_000;
    let draw = |name: &str, gate: Option<&str>| {
        json!({"open_draw": {"ref": name, "size": 2, "features": [{"name": "age", "values": ["young", "old"]}],
            "quotas": [], "until": until.to_string(), "gate": gate}})
    };
    village.decided_of(SORTITION, &draw("assembly/court", Some("9")));
    village.decided_of(SORTITION, &draw("assembly/other", None));
    let town = village.served();
    // a proposal may say the same
    let action = does(
        &town,
        "mycel draw open assembly/third --size 2 --gate 9 --feature age=young,old --action",
    );
    let action: Value = serde_json::from_str(&action.out).unwrap();
    assert_eq!(action["open_draw"]["gate"], json!("9"));

    does(&town, "mycel draw show 1")
        .has("by proofs at gate 9")
        .has("`mycel trust show 9 --term 1 --as age=young|old --from NAME`");
    does(&town, "mycel draw show 2").has("by their addresses");
    does(&town, "mycel trust status member-1");
    town.wait(15);
    let refused = |line: &str, code: i32, with: &str| {
        let ran = town.line(line);
        assert_eq!(
            (ran.code, ran.out.as_str()),
            (code, ""),
            "{line}: {}",
            ran.err
        );
        assert!(ran.err.contains(with), "{line}: {}", ran.err);
    };
    refused(
        "mycel draw volunteer 1 --as age=young --from member-1",
        1,
        "`mycel draw show 1` says how volunteers come",
    );
    let show =
        |more: &str| format!("mycel trust show 9 --force --now --direct --from member-1{more}");
    refused(&show(""), 2, "--term N");
    refused(&show(" --term 2 --as age=young"), 1, "mycel draw show DRAW");
    refused(&show(" --term 1 --as young"), 2, "write a feature with `=`");
    refused(
        &show(" --term 1 --as age=middle"),
        1,
        "lists what a volunteer says",
    );
    let twice = show(r#" --term 1 --as age=young --action '{"volunteer":{}}'"#);
    refused(&twice, 2, "say it all in `--action`");
    does(&town, &show(" --term 1 --as age=young"));
    let shown = does(&town, "mycel draw show 1 --output json");
    let shown: Value = serde_json::from_str(&shown.out).unwrap();
    assert_eq!(
        (&shown["persons"], &shown["gate"]),
        (&json!(1), &json!("9"))
    );
    refused(&show(" --term 1 --as age=old"), 1, "this gate in this term");
}

#[test]
fn a_promised_rating_is_found_from_the_words_alone_and_survives_a_second_try() {
    let town = Village::new(12).served();
    seventh(&town);
    does(&town, "mycel trust accept 7 --from member-8");
    does(
        &town,
        "mycel trust rate 7 kept --eco 700 --reciprocity 900 --from member-1",
    );
    // a node that forgets that it was promised, and a second try with other numbers
    lies(&town, |asked, answer| {
        if asked.get("deals").is_some() {
            for deal in answer["deals"].as_array_mut().unwrap() {
                deal["ratings"][0]["promised"] = json!(false);
            }
        }
    });
    let second = "mycel trust rate 7 broken --eco 100 --reciprocity 100 --from member-1";
    assert_ne!(town.line(second).code, 0);
    lies(&town, |_, _| ());
    does(
        &town,
        "mycel trust rate 7 kept --eco 600 --reciprocity 800 --from member-8",
    );
    let status = does(&town, "mycel trust status member-1");
    assert!(
        status.err.contains("opened your rating of deal 7"),
        "{}",
        status.err
    );
    town.wait(15);
    does(&town, "mycel trust status member-8")
        .has("word kept, for nature 700 of 1000, fairness 900 of 1000");

    does(&town, "mycel trust open member-1 --from member-8");
    does(&town, "mycel trust accept 8 --from member-1");
    does(
        &town,
        "mycel trust rate 8 broken --eco 350 --reciprocity 50 --from member-1",
    );
    std::fs::remove_dir_all(town.home.path().join("secrets")).unwrap();
    does(&town, "mycel trust rate 8 kept --from member-8");
    let status = does(&town, "mycel trust status member-1");
    assert!(
        status.err.contains("mycel trust rate 8 --from member-1"),
        "{}",
        status.err
    );
    does(&town, "mycel trust rate 8 --from member-1");
    town.wait(15);
    does(&town, "mycel trust status member-8")
        .has("word broken, for nature 350 of 1000, fairness 50 of 1000");
}
