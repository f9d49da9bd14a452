//! A thread with room for the deepest nesting of messages.
use std::thread;

/// Messages nest 500 deep, each level a few frames of a few KiB, and below them a contract runs.
const STACK_BYTES: usize = 128 << 20;

/// Runs `f` on a deep stack. A panic, and a machine that has no thread left, end in a text.
pub(crate) fn deep<T: Send>(f: impl FnOnce() -> T + Send) -> Result<T, String> {
    thread::scope(|scope| {
        let spawned = thread::Builder::new()
            .name("mycel-execute".into())
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, f);
        match spawned {
            Ok(running) => running.join().map_err(|_| "execution panicked".to_string()),
            Err(why) => Err(format!("no thread: {why}")),
        }
    })
}
