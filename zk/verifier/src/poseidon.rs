//! Poseidon over BN254's scalars with circomlib's parameters.
use alloc::vec::Vec;
use core::fmt;

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup as _, Field as _};
use light_poseidon::{PoseidonParameters, parameters::bn254_x5::get_poseidon_parameters};

use crate::field::{self, Element, FieldError};

/// Inputs of a hash at most.
pub const MOST_INPUTS: usize = 12;

/// Why there is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoseidonError {
    /// None, or more than [`MOST_INPUTS`].
    Inputs {
        /// How many there are.
        count: usize,
    },
    /// An input is no field element.
    Element {
        /// Which, from 0.
        index: usize,
        /// Why.
        why: FieldError,
    },
}

impl fmt::Display for PoseidonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inputs { count } => {
                write!(
                    f,
                    "poseidon takes 1 to {MOST_INPUTS} inputs, not inputs={count}"
                )
            }
            Self::Element { index, why } => write!(f, "input={index}: {why}"),
        }
    }
}

impl core::error::Error for PoseidonError {}

/// Hashes 1 to 12 elements.
///
/// # Errors
/// If there are fewer or more.
pub fn hash(inputs: &[Fr]) -> Result<Fr, PoseidonError> {
    let count = inputs.len();
    if !(1..=MOST_INPUTS).contains(&count) {
        return Err(PoseidonError::Inputs { count });
    }
    let mut state = [Fr::ZERO; MOST_INPUTS + 1];
    state[1..=count].copy_from_slice(inputs);
    let state = &mut state[..=count];
    with_parameters(count + 1, |parameters| permute(state, parameters));
    Ok(state[0])
}

/// Hashes 1 to 12 elements given as bytes.
///
/// # Errors
/// If there are fewer or more, or one is not canonical.
pub fn hash_bytes(inputs: &[Element]) -> Result<Element, PoseidonError> {
    if inputs.len() > MOST_INPUTS {
        let count = inputs.len();
        return Err(PoseidonError::Inputs { count });
    }
    let read = |(index, bytes): (usize, &Element)| {
        field::decode(bytes).map_err(|why| PoseidonError::Element { index, why })
    };
    let inputs: Vec<Fr> = inputs
        .iter()
        .enumerate()
        .map(read)
        .collect::<Result<_, _>>()?;
    Ok(field::encode(&hash(&inputs)?))
}

fn permute(state: &mut [Fr], parameters: &PoseidonParameters<Fr>) {
    let (width, half) = (state.len(), parameters.full_rounds / 2);
    let partial = half..half + parameters.partial_rounds;
    let mut next = [Fr::ZERO; MOST_INPUTS + 1];
    for (round, constants) in parameters.ark.chunks_exact(width).enumerate() {
        for (x, constant) in state.iter_mut().zip(constants) {
            *x += constant;
        }
        let mixed = if partial.contains(&round) { 1 } else { width };
        for x in &mut state[..mixed] {
            *x *= x.square().square();
        }
        for (sum, row) in next.iter_mut().zip(&parameters.mds) {
            *sum = row.iter().zip(&*state).map(|(m, x)| *m * x).sum();
        }
        state.copy_from_slice(&next[..width]);
    }
}

/// Calls with the parameters of a width of 2 to 13.
#[cfg(feature = "std")]
fn with_parameters(width: usize, call: impl FnOnce(&PoseidonParameters<Fr>)) {
    use std::sync::OnceLock;
    static KEPT: [OnceLock<PoseidonParameters<Fr>>; MOST_INPUTS] =
        [const { OnceLock::new() }; MOST_INPUTS];
    call(KEPT[width - 2].get_or_init(|| looked_up(width)));
}

#[cfg(not(feature = "std"))]
fn with_parameters(width: usize, call: impl FnOnce(&PoseidonParameters<Fr>)) {
    call(&looked_up(width));
}

fn looked_up(width: usize) -> PoseidonParameters<Fr> {
    let width = u8::try_from(width).expect("a width is at most 13");
    get_poseidon_parameters(width).expect("there are parameters for widths of 2 to 13")
}
