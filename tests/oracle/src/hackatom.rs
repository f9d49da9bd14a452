//! What is asked of the contract hackatom.

use cosmwasm_std::coins;
use mycel_runtime::testing::MockApi;
use mycel_runtime::testing::recording::Script;

use crate::scripts::{AMPLE, LOOPS, step};

/// Every entry point and every message of hackatom, and what is wrong in each possible way.
pub fn scripts() -> Vec<Script> {
    let api = MockApi::default();
    let creator = api.addr_make("creator");
    let verifier = api.addr_make("verifies");
    let beneficiary = api.addr_make("benefits");
    let earth = coins(1_000, "earth");
    let init = format!(r#"{{"verifier":"{verifier}","beneficiary":"{beneficiary}"}}"#);
    let made = || step("instantiate", &creator, &earth, &init, AMPLE);
    let script = |name: &str, steps: Vec<_>| Script {
        name: name.to_owned(),
        balance: coins(100_000, "earth"),
        steps,
    };
    let after = |name: &str, last| script(name, vec![made(), last]);
    let execute = |msg: &str, gas| step("execute", &verifier, &earth, msg, gas);
    let plain = |entry: &str, msg: &str| step(entry, "", &[], msg, AMPLE);

    let mut all = vec![
        script("instantiate", vec![made()]),
        script(
            "instantiate with a verifier that is no address",
            vec![step(
                "instantiate",
                &creator,
                &earth,
                format!(r#"{{"verifier":"nobody","beneficiary":"{beneficiary}"}}"#),
                AMPLE,
            )],
        ),
        script(
            "instantiate with a verifier in capitals",
            vec![step(
                "instantiate",
                &creator,
                &earth,
                format!(
                    r#"{{"verifier":"{}","beneficiary":"{beneficiary}"}}"#,
                    verifier.to_uppercase()
                ),
                AMPLE,
            )],
        ),
        script(
            "instantiate with an empty verifier",
            vec![step(
                "instantiate",
                &creator,
                &earth,
                format!(r#"{{"verifier":"","beneficiary":"{beneficiary}"}}"#),
                AMPLE,
            )],
        ),
        script(
            "instantiate with a verifier beyond the length of addresses",
            vec![step(
                "instantiate",
                &creator,
                &earth,
                format!(
                    r#"{{"verifier":"{}","beneficiary":"{beneficiary}"}}"#,
                    "a".repeat(300)
                ),
                AMPLE,
            )],
        ),
        after(
            "release",
            execute(r#"{"release":{"denom":"earth"}}"#, AMPLE),
        ),
        after(
            "release of what is not there",
            execute(r#"{"release":{"denom":"mars"}}"#, AMPLE),
        ),
        after(
            "release by someone else",
            step(
                "execute",
                &creator,
                &[],
                r#"{"release":{"denom":"earth"}}"#,
                AMPLE,
            ),
        ),
        script(
            "release before instantiate",
            vec![execute(r#"{"release":{"denom":"earth"}}"#, AMPLE)],
        ),
        after("panic", execute(r#"{"panic":{}}"#, AMPLE)),
        after("cpu loop", execute(r#"{"cpu_loop":{}}"#, LOOPS)),
        after("storage loop", execute(r#"{"storage_loop":{}}"#, LOOPS)),
        after("memory loop", execute(r#"{"memory_loop":{}}"#, LOOPS)),
        after(
            "memory loop to the end of memory",
            execute(r#"{"memory_loop":{}}"#, AMPLE),
        ),
        after("message loop", execute(r#"{"message_loop":{}}"#, AMPLE)),
        after(
            "user errors in api calls",
            execute(r#"{"user_errors_in_api_calls":{}}"#, AMPLE),
        ),
        after("unknown message", execute(r#"{"unknown":{}}"#, AMPLE)),
        after("message that is no json", execute("\u{1}", AMPLE)),
        after("empty message", execute("", AMPLE)),
        after(
            "large message",
            execute(&format!("\"{}\"", "x".repeat(3_000)), AMPLE),
        ),
        after("query verifier", plain("query", r#"{"verifier":{}}"#)),
        script(
            "query before instantiate",
            vec![plain("query", r#"{"verifier":{}}"#)],
        ),
        after("query an integer", plain("query", r#"{"get_int":{}}"#)),
        after(
            "query with work",
            plain("query", r#"{"recurse":{"depth":0,"work":5}}"#),
        ),
        after(
            "query that queries",
            plain("query", r#"{"recurse":{"depth":1,"work":0}}"#),
        ),
        after("unknown query", plain("query", r#"{"unknown":{}}"#)),
        after(
            "migrate",
            step(
                "migrate",
                &creator,
                &[],
                format!(r#"{{"verifier":"{creator}"}}"#),
                AMPLE,
            ),
        ),
        after(
            "migrate to a verifier that is no address",
            step("migrate", &creator, &[], r#"{"verifier":"nobody"}"#, AMPLE),
        ),
        after(
            "sudo",
            plain(
                "sudo",
                &format!(
                    r#"{{"steal_funds":{{"recipient":"{creator}","amount":[{{"denom":"earth","amount":"7"}}]}}}}"#
                ),
            ),
        ),
        after("unknown sudo", plain("sudo", r#"{"unknown":{}}"#)),
        after("entry point that is not there", plain("reply", "{}")),
        after(
            "ibc entry point that is not there",
            plain("ibc_channel_open", "{}"),
        ),
        script(
            "a whole life",
            vec![
                made(),
                plain("query", r#"{"verifier":{}}"#),
                step(
                    "migrate",
                    &creator,
                    &[],
                    format!(r#"{{"verifier":"{creator}"}}"#),
                    AMPLE,
                ),
                plain("query", r#"{"verifier":{}}"#),
                execute(r#"{"release":{"denom":"earth"}}"#, AMPLE),
                step(
                    "execute",
                    &creator,
                    &[],
                    r#"{"release":{"denom":"earth"}}"#,
                    AMPLE,
                ),
            ],
        ),
    ];
    for pages in [0, 1, 100, 493, 494, 495, 496, 512, 1_000, 65_536, u32::MAX] {
        all.push(after(
            &format!("allocate {pages} pages"),
            execute(
                &format!(r#"{{"allocate_large_memory":{{"pages":{pages}}}}}"#),
                AMPLE,
            ),
        ));
    }
    all
}
