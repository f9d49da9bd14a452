//! Poseidon, as circomlib has it.
//!
//! Forces: the output is the hash of the inputs. Each S-box is three rows
//! (x², x⁴, x⁵); everything between is linear and free. The capacity begins
//! as the constant 0 and a selector is one, so their first S-boxes cost nothing.
//!
//! In partial rounds only the first element goes through an S-box, so the others
//! become combinations of ever more variables. Every [`FRESH`] rounds they are
//! given variables of their own: a row each, for a third of the entries and so of
//! the bytes of a proving key.

use std::sync::OnceLock;

use ark_bn254::Fr;
use light_poseidon::PoseidonParameters;
use light_poseidon::parameters::bn254_x5::get_poseidon_parameters;
use mycel_mailbox::tag::selector;

use crate::sheet::Sheet;
use crate::wire::Wire;

/// Widths of the circuits' hashes: P2 to P8.
const WIDTHS: std::ops::RangeInclusive<u8> = 3..=9;

/// Partial rounds after which the elements get variables of their own.
const FRESH: usize = 8;

/// Constants and mixing matrix by number of inputs, 2 to 8.
#[must_use]
pub fn parameters(inputs: usize) -> &'static PoseidonParameters<Fr> {
    static ALL: OnceLock<Vec<PoseidonParameters<Fr>>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        WIDTHS
            .map(|width| get_poseidon_parameters(width).expect("widths 2 to 13 have parameters"))
            .collect()
    });
    &all[inputs - 2]
}

/// Pn of as many inputs as given, 2 to 8.
pub fn poseidon(sheet: &mut Sheet, inputs: &[&Wire]) -> Wire {
    let parameters = parameters(inputs.len());
    let width = parameters.width;
    let half = parameters.full_rounds / 2;
    let full = |round: usize| round < half || round >= half + parameters.partial_rounds;

    let mut state = vec![Wire::default()];
    state.extend(inputs.iter().map(|wire| (*wire).clone()));
    for (round, constants) in parameters.ark.chunks(width).enumerate() {
        for (x, constant) in state.iter_mut().zip(constants) {
            *x = &*x + &Wire::constant(*constant);
        }
        let through = if full(round) { width } else { 1 };
        for x in &mut state[..through] {
            *x = fifth(sheet, x);
        }
        state = parameters
            .mds
            .iter()
            .map(|row| Wire::combination(row.iter().copied().zip(&state)))
            .collect();
        let partial = round.wrapping_sub(half).wrapping_add(1);
        if partial.is_multiple_of(FRESH) && partial < parameters.partial_rounds && round >= half {
            for x in &mut state[1..] {
                *x = fresh(sheet, x);
            }
        }
    }
    state.swap_remove(0)
}

/// P3 with a constant selector last: a hash for one purpose.
pub fn tagged(sheet: &mut Sheet, a: &Wire, b: &Wire, number: u64) -> Wire {
    poseidon(sheet, &[a, b, &Wire::constant(selector::BASE + number)])
}

/// A variable of its own. Forces: it has the combination's value.
fn fresh(sheet: &mut Sheet, x: &Wire) -> Wire {
    let own = sheet.witness(x.value());
    sheet.require_equal(&own, x);
    own
}

fn fifth(sheet: &mut Sheet, x: &Wire) -> Wire {
    let square = sheet.product(x, x);
    let fourth = sheet.product(&square, &square);
    sheet.product(&fourth, x)
}
