//! A local variant of commons: of what its chosen rule allows, a tenth stays for the birds, and whoever wants to be
//! enrolled needs one voice more than elsewhere. Everything else, and every invariant, is the standard's.
use mycel_commons::Quantity;
use mycel_commons::cap::Rule;
use mycel_commons::policies::{Policies, Standard};
use mycel_commons::registry::admission::Policy;
use mycel_kit::standard::Variant;

/// The rules of Riverside.
pub struct Riverside;

impl Policies for Riverside {
    fn most(&self, rule: &Rule, low: Quantity) -> Quantity {
        Standard.most(rule, low).part(9, 10)
    }

    fn welcomes(&self, policy: &Policy) -> Option<u8> {
        Some(Standard.welcomes(policy)? + 1)
    }

    fn variant(&self) -> Variant {
        Variant {
            name: Some("riverside".to_owned()),
            policies: vec!["harvest".to_owned(), "admission".to_owned()],
        }
    }
}

mycel_commons::entry_points!(Riverside);
