//! What is refused before proving, and with which words.

use ark_bn254::Fr;
use mycel_circuits::Circuit;
use mycel_mailbox::Thresholds;

use crate::story::{attest, entry, fold, member, show};

fn says<C: Circuit>(mut circuit: C, change: impl FnOnce(&mut C), words: &str) {
    assert_eq!(circuit.check(), Ok(()));
    change(&mut circuit);
    let refusal = circuit.check().expect_err("refused").to_string();
    assert!(refusal.contains(words), "{refusal} should say {words}");
    assert!(
        circuit.assignment().is_err(),
        "no assignment of what is refused"
    );
}

#[test]
fn attest_says_what_does_not_fit() {
    says(
        attest(),
        |attest| attest.direction = 3,
        "out of range: dir=3 most=1",
    );
    says(
        attest(),
        |attest| attest.rating.eco = 1001,
        "out of range: eco=1001 most=1000",
    );
    says(
        attest(),
        |attest| attest.weight = 51,
        "not equal: weight given=50 computed=51; rate",
    );
    says(
        attest(),
        |attest| attest.key += Fr::from(1u64),
        "not equal: k given=",
    );
    says(
        attest(),
        |attest| attest.c += Fr::from(1u64),
        "seal the rating again",
    );
}

#[test]
fn fold_says_what_does_not_fit() {
    says(
        fold(),
        |fold| fold.idc += Fr::from(1u64),
        "use the key that the mailbox is under",
    );
    says(fold(), |fold| fold.state.last -= 1, "recover the sums");
    says(
        fold(),
        |fold| fold.entries[0].rho += Fr::from(1u64),
        "fetch the mailbox's entries again",
    );
    says(
        fold(),
        |fold| fold.blinding += Fr::from(1u64),
        "make the fold again",
    );
    says(
        fold(),
        |fold| fold.entries[2].period = 1,
        "time runs backwards: entry_period=1 last=21",
    );
    says(
        fold(),
        |fold| fold.entries.extend([entry(0, 22); 4]),
        "too many entries: entries=9 most=8; fold the oldest eight first",
    );
    says(
        fold(),
        |fold| fold.entries[0].reciprocity = 1001,
        "reciprocity=1001 most=1000",
    );
}

#[test]
fn show_says_what_does_not_fit() {
    says(
        show(),
        |show| show.cutoff = 1 << 24,
        "out of range: cutoff=16777216",
    );
    says(
        show(),
        |show| show.period = 1 << 24,
        "out of range: period=16777216",
    );
    says(show(), |show| show.cutoff = 899, "wait for the next term");
    says(
        show(),
        |show| show.path.index = 1 << 20,
        "out of range: index=1048576",
    );
    says(
        show(),
        |show| show.attr.vouch = 128,
        "out of range: vouch=128 most=127",
    );
    says(
        show(),
        |show| show.attr.joined = 1 << 24,
        "out of range: joined=16777216",
    );
    says(
        show(),
        |show| {
            show.tail.pop();
        },
        "every entry received belongs into the proof",
    );
    says(
        show(),
        |show| show.tail.extend([entry(0, 22); 4]),
        "fold the oldest eight first",
    );
    says(
        show(),
        |show| show.subject = Fr::from(1u64),
        "name your own identity or nobody (0)",
    );
    says(
        show(),
        |show| show.thresholds.theta = 65_537,
        "theta=65537 most=65536",
    );
    says(
        show(),
        |show| show.thresholds = Thresholds::default(),
        "t_min: the least is: has=0",
    );
    says(
        show(),
        |show| show.thresholds.theta_rel = 65_536,
        "thresholds not met: kept words: has=",
    );
}

#[test]
fn member_says_what_does_not_fit() {
    says(
        member(),
        |member| member.nullifier += Fr::from(1u64),
        "not equal: nf given=",
    );
    says(
        member(),
        |member| member.cutoff = 0,
        "out of range: keyed=900 least=0 most=0",
    );
    says(
        member(),
        |member| member.h += Fr::from(1u64),
        "not equal: root given=",
    );
}
