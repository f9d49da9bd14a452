//! What the wallet does where words, files or nodes fail.
use super::*;
use crate::community::page::Ran;

/// A line that has to go well.
#[track_caller]
fn does(town: &Community, line: &str) -> Ran {
    let ran = town.line(line);
    assert_eq!(ran.code, 0, "{line}: {}{}", ran.out, ran.err);
    ran
}

/// Member 8 gets a viewing key, and member 1 offers it a deal, the seventh.
fn seventh(town: &Community) {
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
