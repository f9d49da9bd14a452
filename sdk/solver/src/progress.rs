//! How a long computation says that it goes on.

/// Is told, now and then, how many steps were made since it was told last; from several threads where several work.
/// What a step is depends on the method.
pub type Watch<'a> = dyn Fn(u64) + Sync + 'a;

/// Watches nothing.
pub fn unwatched(_: u64) {}
