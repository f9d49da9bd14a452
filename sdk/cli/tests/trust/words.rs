//! A mailbox belongs to one key's words: what other keys of the same person, and nodes, cannot do to it.
use super::{
    wallet::{does, lies, seventh},
    *,
};

/// A person's newest viewing key.
fn newest(town: &Community) -> u64 {
    let line = r#"mycel contract query trust '{"viewing_key":{"person":"1"}}' --output json"#;
    let told: Value = serde_json::from_str(&does(town, line).out).unwrap();
    told["version"].as_u64().unwrap_or_else(|| panic!("{told}"))
}

#[test]
fn another_key_of_the_same_person_publishes_and_seals_nothing() {
    let town = Village::new(12).served();
    std::fs::write(town.home.path().join("pass"), "a phone's passphrase\n").unwrap();
    does(&town, "mycel keys add phone --passphrase-file pass");
    let shown = does(&town, "mycel keys show phone --address");
    let phone = shown.out.trim();
    for line in [
        format!(
            r#"mycel contract call members '{{"add_key":{{"address":"{phone}","roles":["pay","vote","recover"]}}}}' --from member-1"#
        ),
        r#"mycel contract call members '{"accept_key":{"person":"1"}}' --from phone --passphrase-file pass"#.into(),
        "mycel trust rekey --viewing --from member-8".into(),
        "mycel trust open member-1 --from member-8".into(),
    ] {
        does(&town, &line);
    }
    let before = newest(&town);
    let status = town.line("mycel trust status phone --passphrase-file pass");
    let foreign = "another identity";
    assert!(status.err.contains(foreign), "{}{}", status.out, status.err);
    for line in [
        "mycel trust open member-8 --from phone",
        "mycel trust accept 7 --from phone",
        "mycel trust rate 1 kept --from phone",
        "mycel trust rekey --viewing --from phone",
    ] {
        let ran = town.line(&format!("{line} --passphrase-file pass"));
        assert!(
            ran.code != 0 && ran.err.contains(foreign),
            "{line}: {}{}",
            ran.out,
            ran.err
        );
    }
    assert_eq!(newest(&town), before);
    does(&town, "mycel trust accept 7 --from member-1");
}

#[test]
fn a_node_s_word_uses_up_no_version_of_a_viewing_key() {
    let town = Village::new(12).served();
    let before = newest(&town);
    for version in [1, 77] {
        lies(&town, move |asked, answer| {
            if asked["viewing_key"]["person"] == json!("1") {
                answer["key"] = json!(hex::encode([9; 32]));
                answer["version"] = json!(version);
            }
        });
        does(&town, "mycel trust status member-1");
        does(&town, "mycel trust status member-1");
        lies(&town, |_, _| ());
        assert_eq!(newest(&town), before, "{version}");
    }
    // nor where one is asked for: it would have another number on the chain, and open nothing
    lies(&town, |asked, answer| {
        if asked["viewing_key"]["person"] == json!("1") {
            answer["version"] = json!(77);
        }
    });
    let ran = town.line("mycel trust rekey --viewing --from member-1");
    assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{}", ran.err);
}

#[test]
fn a_rating_is_promised_only_of_the_deal_that_validators_signed() {
    let town = Village::new(12).served();
    seventh(&town);
    does(&town, "mycel trust accept 7 --from member-8");
    lies(&town, |asked, answer| {
        if asked.get("deals").is_some() {
            for deal in answer["deals"].as_array_mut().unwrap() {
                deal["weight"] = json!(6);
            }
        }
    });
    let ran = town.line("mycel trust rate 7 broken --from member-1");
    assert_eq!((ran.code, ran.out.as_str()), (4, ""), "{}", ran.err);
    lies(&town, |_, _| ());
    does(&town, "mycel trust rate 7 broken --from member-1");
    does(&town, "mycel trust rate 7 kept --from member-8");
    // it can be opened: what was promised is of the weight that the chain has
    let status = does(&town, "mycel trust status member-1");
    assert!(status.err.contains("opened your rating of deal 7"));
}

#[test]
fn a_mailbox_without_an_identity_asks_for_one_without_a_proof() {
    let town = Village::new(12).served();
    lies(&town, |asked, answer| {
        if asked.get("mailbox").is_some() {
            answer["idc"] = json!(hex::encode([0; 32]));
        }
    });
    // this one has an identity, so the contract asks for the proof that the wallet leaves out
    let ran = town.line("mycel trust rekey --from member-1");
    assert_ne!(ran.code, 0);
    assert!(ran.err.contains("proof"), "{}{}", ran.out, ran.err);
    assert!(!ran.err.contains("another identity"), "{}", ran.err);
}
