//! Failures on purpose leave nothing behind, wherever they strike.

mod support;

use mycel_sandbox::Fault;
use serde_json::Value;
use support::*;

/// The first calls the second, which calls the third, then the third again.
fn chain(t: &Theatre, reply_on: &str) -> Value {
    let third = call(&t.puppets[2], &nothing());
    let second = call(
        &t.puppets[1],
        &response(vec![sub(third.clone(), reply_on, None)], None),
    );
    response(
        vec![sub(second, reply_on, None), sub(third, reply_on, None)],
        None,
    )
}

#[test]
fn whichever_call_fails_nothing_is_left() {
    for way in [Way::Native, Way::Compiled] {
        let mut t = theatre(way, &[nothing(), nothing(), nothing()]);
        let told = chain(&t, "never");
        let before = t.sandbox.state_hash();
        for n in 0..4 {
            t.sandbox.fail_next(Fault::call(n));
            let refusal = t.tell(&told).unwrap_err();
            assert!(refusal.contains("injected failure"), "{n}: {refusal}");
            assert_eq!(t.sandbox.state_hash(), before, "{way:?} {n}");
        }
        // there are only four
        t.sandbox.fail_next(Fault::call(4));
        t.tell(&told).unwrap();
        assert_ne!(t.sandbox.state_hash(), before);
        assert_eq!(t.sandbox.failures_injected(), 4);
        // and a plan does not outlive its message
        t.tell(&told).unwrap();
    }
}

#[test]
fn a_chosen_contract_fails_at_a_chosen_call() {
    let mut t = theatre(Way::Native, &[nothing(), nothing(), nothing()]);
    let told = chain(&t, "error");
    let third = t.puppets[2].clone();
    t.sandbox.fail_next(Fault::call_of(&third, 1));
    // the second call of the third is the first puppet's own: it is told
    t.tell(&told).unwrap();
    assert_eq!(t.sandbox.failures_injected(), 1);
    let reply = t.kept(0, "reply").unwrap();
    assert_eq!(
        reply["result"]["error"],
        "injected failure: execute wasm contract failed"
    );
    assert_eq!(t.kept(1, "reply"), None);
}

#[test]
fn a_question_fails_on_purpose() {
    let mut t = theatre(Way::Native, &[nothing()]);
    let question = serde_json::json!({"wasm": {"smart": {"contract_addr": t.puppets[0], "msg": b64("{\"ok\":\"\"}")}}});
    let puppet = t.puppets[0].clone();
    t.sandbox.fail_next(Fault::query_of(&puppet, 0));
    t.sandbox
        .execute(&t.ana.clone(), &t.asker.clone(), &question)
        .unwrap();
    let answer = t.sandbox.raw(&t.asker, b"answer").unwrap();
    assert_eq!(answer, br#"{"ok":{"error":"injected failure"}}"#);
}

#[test]
fn random_failures_leave_a_message_whole_or_undone() {
    let seed = 11;
    let mut t = theatre(Way::Native, &[nothing(), nothing(), nothing()]);
    t.sandbox.fail_randomly(seed, 6);
    let told = chain(&t, "never");
    let (mut done, mut undone) = (0, 0);
    for _ in 0..cases(2_000) {
        let mut fresh = t.sandbox.clone();
        let before = fresh.state_hash();
        match fresh.execute(&t.ana, &t.puppets[0], &told) {
            Ok(_) => {
                done += 1;
                let whole = t.puppets.iter().all(|p| fresh.raw(p, b"last").is_some());
                assert!(whole, "seed={seed}");
            }
            Err(refusal) => {
                undone += 1;
                assert!(refusal.text.contains("injected failure"));
                assert_eq!(fresh.state_hash(), before, "seed={seed}");
            }
        }
        // go on from another place in the stream
        t.sandbox.fail_randomly(seed + done + undone, 6);
    }
    assert!(done > 0 && undone > 0, "seed={seed} {done} {undone}");
}
