//! The prover as one WebAssembly module for a worker of a page. Plain functions, numbers and bytes: no glue is generated.
//!
//! A worker feeds the proving key as it arrives, gives an instance, and reads the answer:
//!
//! ```text
//! p = room(n); write n bytes at p; key_add(n)     … for each piece of the download
//! p = room(32); write the key's digest; key_read()
//! p = room(32 + n); write 32 random bytes, then the instance's n; prove(32 + n)
//! answer() … answer() + answer_length()           the proof (256 bytes) and its public inputs (32 bytes each)
//! ```
//!
//! Functions that can fail answer 0 or 1; after 1 the answer is the reason, as text. While a key is read and a proof is
//! made, the page's `progress(stage, done, total)` is called; if it answers anything but 0, the work stops.
//! `show_example(seed)`, after 32 random bytes in the room, proves a random valid show, to try and to measure.
//!
//! # Instances
//! An instance is JSON in UTF-8: the circuit's name and every field of its struct in `mycel-circuits` ([`Attest`],
//! [`Fold`], [`Show`], [`Member`]; each field's meaning stands there), public inputs and secrets alike.
//! `mycel zk example --circuit NAME --out DIR` writes one as `instance.json`. A member's is short enough to show:
//!
//! ```text
//! {
//!   "circuit": "member",
//!   "root": "1288…", "cutoff": 700, "subject": "0", "scope": "771…", "signal": "93…", "nullifier": "4200…",
//!   "sk": "5551…", "c": "31…", "f": "90…", "h": "17…",
//!   "attr": { "joined": 3, "keyed": 698, "vouch": 12 },
//!   "path": { "index": 41, "siblings": ["…", 20 of them, lowest first] }
//! }
//! ```
//!
//! - Field elements are text: decimal, as snarkjs has them, or `0x` and 64 hexadecimal digits, as the chain's 32 bytes.
//! - Numbers are whole, as they are or as text. Sums (`state.buckets`, 4 lists of 4: S, T, E, R by age) and `thresholds`
//!   may pass 2^53, where JavaScript's own stop being exact: write these as text.
//! - `direction` is 0 or 1, `outcome` is `true` or `false`; `entries` and `tail` are lists of
//!   `{outcome, weight, eco, reciprocity, rho, period}`, oldest first.
//! - Every field is needed and no other is taken; a refusal names the field and what belongs there. Inputs that do not fit
//!   together are refused with the circuit's reason.
//!
//! # Secrets
//! They enter with the instance, and what comes out is the proof with its public inputs, after it was verified; or a refusal,
//! whose words may have numbers that were computed from the instance, as a nullifier or a weight: show it to whoever wrote
//! the instance, and log it nowhere. The room, the text that was read and the inputs are erased when the proof is made or refused; numbers
//! that the prover reckons with are not, nor is the page's own copy: let the worker end with its proof. Randomness is the
//! page's (`crypto.getRandomValues`), since a module has none of its own; it serves once.
//!
//! [`Attest`]: mycel_circuits::Attest
//! [`Fold`]: mycel_circuits::Fold
//! [`Show`]: mycel_circuits::Show
//! [`Member`]: mycel_circuits::Member
//!
//! # Map
//! [`Session`] is all of it, in plain Rust; `abi` gives it the module's names.
#![deny(unsafe_code)]

mod abi;
mod session;

pub use session::{Failure, Session};
