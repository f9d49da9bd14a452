//! fold: whoever folds wishes better sums, or to leave out what it received.
//! Each proof holds by itself.

use mycel_circuits::{Fold, Kind};
use mycel_mailbox::{State, element, fr};

use super::proving::{differs, made, next};
use super::story::Story;
use crate::world::{bytes, fold};

/// fold: as the paper orders them.
const FOLD: [&str; 5] = ["idc", "C", "F", "C'", "F'"];
const ENTRIES: usize = 3;

#[test]
fn a_real_fold_of_another_value_of_any_public_input_is_refused() {
    let mut story = Story::new(ENTRIES as u64);
    let (honest, after) = story.next_fold(ENTRIES);
    let own = story.identity(1, 0);
    let head = fr(&bytes(&story.mailbox(1).head));
    for name in FOLD {
        let mut commitment = None;
        let circuit = match name {
            // another's secret
            "idc" => {
                let other = story.identity(2, 0);
                Fold {
                    idc: other.idc(),
                    sk: other.sk,
                    ..honest.clone()
                }
            }
            // better sums to begin with
            "C" => {
                let mut better = State::default();
                better.absorb(&story.tail[0]).expect("a good one");
                let entries = &story.tail[..ENTRIES];
                Fold::new(&own, &better, honest.f, entries, 0)
                    .expect("a fold")
                    .0
            }
            // nothing taken in: the head that was reached is said to be the first
            "F" => {
                Fold::new(&own, &State::default(), head, &[], 0)
                    .expect("a fold")
                    .0
            }
            // other sums than those that were proven
            "C'" => {
                commitment = Some(element(&next(&honest.c_next)));
                honest.clone()
            }
            // the last one left out
            _ => story.next_fold(ENTRIES - 1).0,
        };
        let proof = made(Kind::Fold, &circuit);
        let commitment = commitment.unwrap_or(proof.publics[3]);
        let one = story.mailbox(1);
        let built = [
            bytes(&one.idc),
            bytes(&one.state),
            bytes(&one.folded_head),
            commitment,
            bytes(&one.head),
        ];
        differs(&proof.publics, &built, &FOLD, name);
        let msg = fold(ENTRIES as u8, &commitment, &proof.proof);
        story.no(1, &msg, "proof refused: circuit=fold");
    }
    let proof = made(Kind::Fold, &honest);
    let msg = fold(ENTRIES as u8, &element(&after.commit()), &proof.proof);
    story.ok(1, &msg);
    assert_eq!(bytes(&story.mailbox(1).state), element(&after.commit()));
    story.check();
}
