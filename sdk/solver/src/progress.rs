//! How a long computation says that it goes on.

/// Is told how many steps were made, now and then. What a step is depends on the method.
pub type Watch<'a> = dyn FnMut(u64) + 'a;
