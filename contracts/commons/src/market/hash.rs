//! An order before it is opened.

use sha2::{Digest, Sha256};

use super::order::{Side, Step};

/// Begins the hash of an order.
pub const DOMAIN: &[u8] = b"mycel/commons/order/v1";

/// What an order is, beside its steps and its salt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealed<'a> {
    /// The chain.
    pub chain: &'a str,
    /// The contract that keeps the commons: its address.
    pub contract: &'a str,
    /// The auction.
    pub auction: u64,
    /// Whose order it is: the number of a person or organisation.
    pub person: u64,
    /// Which side.
    pub side: Side,
}

/// What a trader commits to: SHA-256(domain ‖ length of the chain's name ‖ name
/// ‖ length of the contract's address ‖ address ‖ auction ‖ person ‖ side (one
/// byte, 0 to buy, 1 to sell) ‖ number of steps (one byte) ‖ each step's price
/// and quantity ‖ salt (32 bytes)). Numbers and lengths are 8 bytes big-endian.
/// With all of that in it, nobody can repeat another's commitment, or an own
/// one elsewhere.
#[must_use]
pub fn commitment(sealed: &Sealed<'_>, steps: &[Step], salt: &[u8; 32]) -> [u8; 32] {
    let length = |text: &str| u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes();
    let mut hash = Sha256::new()
        .chain_update(DOMAIN)
        .chain_update(length(sealed.chain))
        .chain_update(sealed.chain)
        .chain_update(length(sealed.contract))
        .chain_update(sealed.contract)
        .chain_update(sealed.auction.to_be_bytes())
        .chain_update(sealed.person.to_be_bytes())
        .chain_update([sealed.side.byte()])
        .chain_update([u8::try_from(steps.len()).unwrap_or(u8::MAX)]);
    for step in steps {
        let quantity = u64::try_from(step.quantity).unwrap_or(u64::MAX);
        hash.update(step.price.to_be_bytes());
        hash.update(quantity.to_be_bytes());
    }
    hash.update(salt);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(change: impl FnOnce(&mut Sealed<'_>, &mut Vec<Step>, &mut [u8; 32])) -> String {
        let mut sealed = Sealed {
            chain: "mycel-1",
            contract: "mycel1commons",
            auction: 8,
            person: 42,
            side: Side::Buy,
        };
        let mut steps = vec![
            Step {
                price: 9,
                quantity: 100,
            },
            Step {
                price: 7,
                quantity: 50,
            },
        ];
        let mut salt = [2; 32];
        change(&mut sealed, &mut steps, &mut salt);
        cosmwasm_std::to_hex(commitment(&sealed, &steps, &salt))
    }

    #[test]
    fn a_sealed_order_holds_everything_that_it_must_and_is_pinned() {
        let one = of(|_, _, _| {});
        let others = [
            of(|sealed, _, _| sealed.chain = "mycel-2"),
            of(|sealed, _, _| sealed.contract = "mycel1others"),
            // the border between the two cannot be moved
            of(|sealed, _, _| (sealed.chain, sealed.contract) = ("mycel-1m", "ycel1commons")),
            of(|sealed, _, _| sealed.auction = 9),
            of(|sealed, _, _| sealed.person = 43),
            of(|sealed, _, _| sealed.side = Side::Sell),
            of(|_, steps, _| steps[0].price = 10),
            of(|_, steps, _| steps[1].quantity = 51),
            of(|_, steps, _| steps.truncate(1)),
            of(|_, _, salt| salt[31] = 3),
        ];
        for other in others {
            assert_ne!(one, other);
        }
        // computed by another program
        assert_eq!(
            one,
            "44dacd02784a16f0b9278b79fceb0a790ab76be8d859b336170833c23fd835d4"
        );
    }
}
