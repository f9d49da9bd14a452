//! Mentors and apprentices from the command line: a market of stable matchings is decided, people offer, need and
//! choose, and one command takes the instance from the chain through the solver and back.
use std::process::Output;

use mycel_assembly::msg::Action;
use mycel_e2e::{Town, civic::Members, json, text};
use mycel_kit::roles::Class;
use mycel_town::contracts::CLEARING;
use serde_json::{Value, json as value};

fn ok(output: Output) -> String {
    assert!(
        output.status.success(),
        "{:?}\n{}\n{}",
        output.status,
        text(&output.stdout),
        text(&output.stderr)
    );
    text(&output.stdout)
}

#[test]
fn mentors_find_apprentices_in_one_command() {
    let town = Town::start(&["--members", "8"]);
    let run = |words: &[&str]| {
        let mut all = words.to_vec();
        all.push("--yes");
        town.mycel(&all)
    };
    let call = |from: &str, contract: &str, message: &Value| {
        let message = message.to_string();
        ok(run(&[
            "contract", "call", contract, &message, "--from", from,
        ]))
    };
    let address: Value = json(&run(&[
        "contract",
        "query",
        "clearing",
        "{\"about\":{}}",
        "--output",
        "json",
    ]));
    assert_eq!(address["standard"], "mycel-clearing", "{address}");

    // the town decides: one market of each kind
    let mut members = Members::new(&town.url(0), 8);
    let clearing = members.contracts().address(CLEARING).to_string();
    let market = |kind: Value| {
        let terms = value!({"kind": kind, "scale": "riverside", "resource": "mentor", "price_unit": "1000000000000",
            "friction": 1, "resistance": 0, "penalties": [1000, 1000, 1000, 1000], "share_bps": 10000,
            "need_cap": "10", "epoch_seconds": "2592000", "accept_seconds": "864000", "deliver_seconds": "864000"});
        Action::Decided {
            contract: clearing.clone(),
            action: value!({"define_market": {"terms": terms}})
                .to_string()
                .into_bytes()
                .into(),
        }
    };
    let actions = vec![
        market(value!("stable")),
        market(value!({"assignment": {"by": "ranks"}})),
    ];
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime
        .block_on(members.decide(Class::Ordinary, actions))
        .unwrap();
    let expires = "99999999999";
    for market in [0, 1] {
        for mentor in ["member-1", "member-2"] {
            let offer = value!({"offer": {"market": market, "quantity": "1", "gift": true, "expires": expires}});
            call(mentor, "clearing", &offer);
        }
        for apprentice in ["member-3", "member-4"] {
            let need = value!({"need": {"market": market, "quantity": "1", "expires": expires}});
            call(apprentice, "clearing", &need);
        }
        for (who, first, second) in [
            ("member-1", "3", "4"),
            ("member-2", "4", "3"),
            ("member-3", "2", "1"),
            ("member-4", "1", "2"),
        ] {
            let list = value!({"choose": {"market": market, "choices": [{"person": first}, {"person": second}]}});
            call(who, "clearing", &list);
        }
        let instance = town.dir().join("instance");
        let instance = instance.to_str().unwrap();
        let number = market.to_string();
        let done: Value = json(&run(&[
            "clear",
            "solve-and-post",
            "--market",
            &number,
            "--instance",
            instance,
            "--from",
            "member-5",
            "--output",
            "json",
        ]));
        assert_eq!(
            (&done["stage"], &done["gap"], &done["promised"]),
            (&value!("done"), &value!("0"), &value!("2")),
            "{done}"
        );
        // the instance is what `mycel solve` reads, and it finds the same
        let verb = ["stable", "allocation"][market];
        let solved: Value = json(&run(&["solve", verb, "--data", instance]));
        assert_eq!(solved["gap"], 0, "{solved}");
        if market == 0 {
            assert_eq!(
                solved["ranks"], 2,
                "each apprentice has its first: {solved}"
            );
        }
    }
    let asked = "{\"promises\":{\"person\":\"3\"}}";
    let promises: Value = json(&run(&[
        "contract", "query", "clearing", asked, "--output", "json",
    ]));
    assert_eq!(promises["promises"][0]["from"], "2", "{promises}");
}
