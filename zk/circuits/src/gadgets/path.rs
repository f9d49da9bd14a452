//! The way from a leaf to the root.

use ark_bn254::Fr;
use mycel_mailbox::tree::Path;

use crate::gadgets::bits::boolean;
use crate::gadgets::poseidon::poseidon;
use crate::sheet::Sheet;
use crate::wire::Wire;

/// Group `leaf`. Forces: the leaf is P5 of these and no others.
pub fn leaf(sheet: &mut Sheet, parts: [&Wire; 5]) -> Wire {
    sheet.group("leaf", |sheet| poseidon(sheet, &parts))
}

/// Groups `side` and `path`. Forces: the leaf lies under the root, 20 levels
/// below. `side`: the way comes from the left or the right, not from some
/// mixture of both. `path`: each node is the hash of the two below it.
pub fn require_under_root(sheet: &mut Sheet, leaf: Wire, path: &Path, root: &Wire) {
    let mut below = leaf;
    for (height, sibling) in path.siblings.iter().enumerate() {
        let sibling: Fr = *sibling;
        let right = sheet.group("side", |sheet| boolean(sheet, path.from_right(height)));
        below = sheet.group("path", |sheet| {
            let sibling = sheet.witness(sibling);
            let swap = sheet.product(&right, &(&sibling - &below));
            poseidon(sheet, &[&(&below + &swap), &(&sibling - &swap)])
        });
    }
    sheet.group("root", |sheet| sheet.require_equal(&below, root));
}
