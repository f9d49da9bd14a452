//! Who proves.

use crate::gadgets::poseidon::tagged;
use crate::sheet::Sheet;
use crate::wire::Wire;
use mycel_mailbox::tag::selector;

/// Group `identity`. Forces: idc is the commitment of this secret.
pub fn identity(sheet: &mut Sheet, sk: &Wire) -> Wire {
    sheet.group("identity", |sheet| {
        tagged(sheet, sk, &Wire::constant(0u64), selector::IDENTITY)
    })
}

/// Group `nullifier`. Forces: nf is this secret's only one in the scope.
pub fn nullifier(sheet: &mut Sheet, sk: &Wire, scope: &Wire, nf: &Wire) {
    sheet.group("nullifier", |sheet| {
        let own = tagged(sheet, sk, scope, selector::NULLIFIER);
        sheet.require_equal(&own, nf);
    });
}

/// Group `subject`. Forces: the subject is nobody (0) or who proves.
pub fn subject(sheet: &mut Sheet, subject: &Wire, idc: &Wire) {
    sheet.group("subject", |sheet| {
        sheet.require_product(subject, &(subject - idc), &Wire::default());
    });
}

/// Group `signal`. Binds the signal: without a row of its own, whoever sees a
/// proof could show it for another action.
pub fn signal(sheet: &mut Sheet, signal: &Wire) {
    sheet.group("signal", |sheet| {
        sheet.product(signal, signal);
    });
}
