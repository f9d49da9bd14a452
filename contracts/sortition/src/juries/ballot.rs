//! A vote before it is shown.

use sha2::{Digest, Sha256};

/// Begins the hash of a vote.
pub const DOMAIN: &[u8] = b"mycel/sortition/vote/v1";

/// What a juror commits to: SHA-256(domain ‖ case ‖ jury ‖ person ‖ length of
/// the outcome ‖ outcome ‖ SHA-256 of the reasons ‖ salt), numbers in 8 bytes
/// big-endian. With the case, the jury and the person in it, nobody can repeat
/// another's commitment, or an own one in another case.
#[must_use]
pub fn commitment(
    case: u64,
    jury: u8,
    person: u64,
    outcome: &str,
    reasons: &[u8; 32],
    salt: &[u8; 32],
) -> [u8; 32] {
    let length = u64::try_from(outcome.len()).unwrap_or(u64::MAX);
    Sha256::new()
        .chain_update(DOMAIN)
        .chain_update(case.to_be_bytes())
        .chain_update(u64::from(jury).to_be_bytes())
        .chain_update(person.to_be_bytes())
        .chain_update(length.to_be_bytes())
        .chain_update(outcome)
        .chain_update(reasons)
        .chain_update(salt)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commitment_holds_everything_that_it_must_and_is_pinned() {
        let of = |case, jury, person, outcome, reasons, salt| {
            cosmwasm_std::to_hex(commitment(
                case,
                jury,
                person,
                outcome,
                &[reasons; 32],
                &[salt; 32],
            ))
        };
        let one = of(5, 0, 42, "uphold", 1, 2);
        for other in [
            of(6, 0, 42, "uphold", 1, 2),
            of(5, 1, 42, "uphold", 1, 2),
            of(5, 0, 43, "uphold", 1, 2),
            of(5, 0, 42, "dismiss", 1, 2),
            of(5, 0, 42, "uphold", 0, 2),
            of(5, 0, 42, "uphold", 1, 3),
        ] {
            assert_ne!(one, other);
        }
        // computed by another program
        assert_eq!(
            one,
            "98995d6d92e0bdc69314ece42836b4122fac45ae6faf69b8e9597015c7b0b3d5"
        );
    }
}
