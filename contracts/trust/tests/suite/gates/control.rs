//! Gates are opened and closed by decision.

use serde_json::{Value, json};

use super::ground::{ASKED, Gated, TERM, gate, members_gate};

#[test]
fn only_an_ordinary_decision_of_all_opens_and_closes_gates() {
    let mut town = Gated::new(1);
    let asked = gate(9, &town.consumer.clone(), "once", json!({"action": {}}));
    let open = json!({"open_gate": asked});
    let why = town.decided("urgent", &open).expect_err("too light");
    assert!(why.text.contains("decision insufficient"), "{}", why.text);
    let msg = json!({"decided": {
        "proposal": "1", "electorate": {"commons": "7"}, "class": "ordinary", "action": open,
    }});
    let assembly = town.assembly.clone();
    let why = town.tell(&assembly, &msg).expect_err("others");
    assert!(why.text.contains("another electorate"), "{}", why.text);
    let msg = json!({"decided": {
        "proposal": "1", "electorate": "all", "class": "ordinary", "action": open,
    }});
    town.no(1, &msg, "unauthorized");
    town.decided("ordinary", &open).expect("opened");
    // its number is used
    let why = town.decided("ordinary", &open).expect_err("used");
    assert!(why.text.contains("gate number used"), "{}", why.text);
    let close = json!({"close_gate": {"gate": "9"}});
    town.decided("ordinary", &close).expect("closed");
    for action in [&close, &open] {
        town.decided("ordinary", action).expect_err("for good");
    }
    let seen: Value = town.query(&json!({"gate": {"gate": "9"}}));
    assert_eq!(seen["open"], json!(false));
    town.check();
}

#[test]
fn what_a_gate_asks_lies_within_the_bounds() {
    let mut town = Gated::new(1);
    let consumer = town.consumer.clone();
    let asked = gate(9, &consumer, "once", json!({"seconds": TERM.to_string()}));
    let short = (ASKED[1] - 1).to_string();
    for (field, value, words) in [
        ("theta", json!(3), "off the steps: theta=3"),
        ("theta_rel", json!(1), "off the steps: theta_rel=1"),
        ("theta_eco", json!(70_000), "off the steps: theta_eco"),
        ("theta_rec", json!(4_095), "off the steps: theta_rec"),
        (
            "min_counterparties",
            json!(2),
            "counterparties out of bounds",
        ),
        ("min_counterparties", json!(4), "history too short"),
        (
            "min_counterparties",
            json!(null),
            "needs min_counterparties",
        ),
        ("t_min", json!(short), "history too short"),
        ("t_min", json!("0"), "history too short"),
        ("t_min", json!(null), "needs min_counterparties and t_min"),
        ("term", json!({"seconds": "99"}), "term refused"),
        ("ttl", json!("0"), "out of bounds: ttl"),
        ("consumer", json!("nobody"), "invalid address"),
        ("circuit", json!("fold"), "unknown variant"),
        ("circuit", json!("member"), "asks for none"),
        ("mode", json!("twice"), "unknown variant"),
        ("extra", json!(1), "unknown field"),
    ] {
        let mut bad = asked.clone();
        bad[field] = value;
        let why = town.open(&bad).expect_err(words);
        assert!(why.text.contains(words), "{field}: {}", why.text);
    }
    town.open(&asked).expect("within");
    let plain = members_gate(10, &consumer, "once", json!({"action": {}}));
    town.open(&plain).expect("no thresholds");
}

#[test]
fn a_closed_gate_takes_no_proofs_and_one_that_never_was_neither() {
    let mut town = Gated::new(1);
    let showing = town.showing(3, 1, &json!({"x": {}}));
    town.passes(&showing);
    town.decided("ordinary", &json!({"close_gate": {"gate": "3"}}))
        .expect("closed");
    let showing = town.showing(3, 2, &json!({"x": {}}));
    town.refuses(&showing.msg(), "gate closed: gate=3");
    let showing = town.showing(99, 2, &json!({"x": {}}));
    town.refuses(&showing.msg(), "unknown gate: gate=99");
}

#[test]
fn everyone_sees_what_gates_ask_and_consumers_read_it_in_the_peers_shape() {
    let town = Gated::new(1);
    let gates: Value = town.query(&json!({"gates": {"limit": 4}}));
    assert_eq!(gates["gates"].as_array().expect("gates").len(), 4);
    assert_eq!(gates["next"], json!("6"));
    let rest: Value = town.query(&json!({"gates": {"after": "6"}}));
    assert_eq!(rest["gates"].as_array().expect("gates").len(), 2);
    let seen: Value = town.query(&json!({"gate": {"gate": "4"}}));
    assert_eq!(seen["min_counterparties"], json!(3));
    assert_eq!(seen["t_min"], json!(ASKED[1].to_string()));
    let peers: mycel_kit::peers::trust::Gate = town.query(&json!({"gate": {"gate": "4"}}));
    assert_eq!(peers.mode, mycel_kit::peers::trust::Mode::Named);
    assert!(peers.open && peers.consumer == town.consumer.as_str());
}
