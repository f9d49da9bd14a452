//! The module's names. A module has one thread, and so one session.
#![allow(
    unsafe_code,
    reason = "names of a C interface cannot be given, nor the page's function called, without it; no pointer is followed here"
)]
use std::{cell::RefCell, ops::ControlFlow};

use mycel_prover::Stage;

use crate::session::{Failure, Session};

thread_local! {
    static SESSION: RefCell<Session> = const { RefCell::new(Session::new()) };
}

#[cfg(target_arch = "wasm32")]
#[link(wasm_import_module = "page")]
unsafe extern "C" {
    /// The page hears how far it is, and says 0 to go on.
    safe fn progress(stage: u32, done: f64, total: f64) -> u32;
}

/// Elsewhere there is no page.
#[cfg(not(target_arch = "wasm32"))]
fn progress(_: u32, _: f64, _: f64) -> u32 {
    0
}

fn tell(stage: Stage, done: u64, total: u64) -> ControlFlow<()> {
    match progress(stage as u32, done as f64, total as f64) {
        0 => ControlFlow::Continue(()),
        _ => ControlFlow::Break(()),
    }
}

fn run(work: impl FnOnce(&mut Session) -> Result<(), Failure>) -> u32 {
    SESSION.with_borrow_mut(|session| match work(session) {
        Ok(()) => 0,
        Err(failure) => {
            session.refuse(failure);
            1
        }
    })
}

/// Where the page may write so many bytes, until the next call.
// SAFETY: the name is this module's own; nothing else exports it.
#[unsafe(no_mangle)]
pub extern "C" fn room(bytes: usize) -> *mut u8 {
    SESSION.with_borrow_mut(|session| session.room(bytes).as_mut_ptr())
}

/// The next piece of the key.
// SAFETY: the name is this module's own; nothing else exports it.
#[unsafe(no_mangle)]
pub extern "C" fn key_add(bytes: usize) -> u32 {
    run(|session| session.key_add(bytes))
}

/// All of the key has come; its digest stands in the room.
// SAFETY: the name is this module's own; nothing else exports it.
#[unsafe(no_mangle)]
pub extern "C" fn key_read() -> u32 {
    run(|session| session.key_read(&tell))
}

/// A proof of the instance that stands in the room after 32 random bytes; so many bytes with these.
// SAFETY: the name is this module's own; nothing else exports it.
#[unsafe(no_mangle)]
pub extern "C" fn prove(bytes: usize) -> u32 {
    run(|session| session.prove(bytes, &tell))
}

/// A proof of a random valid show; random bytes stand in the room.
// SAFETY: the name is this module's own; nothing else exports it.
#[unsafe(no_mangle)]
pub extern "C" fn show_example(seed: u32) -> u32 {
    run(|session| session.show_example(seed.into(), &tell))
}

/// Where the answer stands, until the next call.
// SAFETY: the name is this module's own; nothing else exports it.
#[unsafe(no_mangle)]
pub extern "C" fn answer() -> *const u8 {
    SESSION.with_borrow(|session| session.answer().as_ptr())
}

/// How long it is.
// SAFETY: the name is this module's own; nothing else exports it.
#[unsafe(no_mangle)]
pub extern "C" fn answer_length() -> usize {
    SESSION.with_borrow(|session| session.answer().len())
}
