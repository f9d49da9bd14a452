//! Random messages to registry and order, with time jumps, juries and members
//! that leave: every invariant holds after each, and the kept sums are those of
//! the raw records. `MYCEL_TOWNS` and `MYCEL_SEED` say how many and from where.

use mycel_sandbox::Code;

use crate::world::town::Town;
use crate::world::{native, told};

#[test]
fn commons_enrolments_budgets_and_measures_keep_their_invariants_whatever_is_said() {
    let (towns, first) = (told("MYCEL_TOWNS", 12), told("MYCEL_SEED", 1));
    eprintln!("MYCEL_TOWNS={towns} MYCEL_SEED={first}");
    let (mut accepted, mut said) = (0u64, 0u64);
    for seed in first..first + towns {
        let mut town = Town::new(Code::native(native()), seed);
        for step in 0..250 {
            let act = town.next();
            let before = town.world.sandbox.state_hash();
            let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                let done = town.act(&act);
                town.world.check();
                done
            }));
            let Ok(done) = done else {
                panic!("MYCEL_SEED={seed} MYCEL_TOWNS=1 step={step} {act:?}");
            };
            said += 1;
            match done {
                Ok(_) => accepted += 1,
                Err(refusal) => {
                    assert!(
                        !refusal.text.contains("state missing")
                            && !refusal.text.contains("state unreadable"),
                        "MYCEL_SEED={seed} step={step} {act:?}: {}",
                        refusal.text
                    );
                    assert_eq!(
                        town.world.sandbox.state_hash(),
                        before,
                        "a refusal left something: MYCEL_SEED={seed} step={step} {act:?}"
                    );
                }
            }
        }
    }
    eprintln!("{said} acts, {accepted} accepted");
    assert!(
        accepted * 4 > said,
        "too few acts did anything: {accepted} of {said}"
    );
}
