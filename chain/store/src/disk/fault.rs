//! The database's errors in our words.
use crate::StateFault;

pub(super) fn fault(error: redb::Error) -> StateFault {
    match error {
        redb::Error::Io(error) => StateFault::Corrupt(format!(
            "state.redb: {error}: see that the disk has space and is sound, then start again"
        )),
        error => StateFault::damaged(error),
    }
}

/// Turns any of the database's errors into a [`StateFault`].
pub(super) trait Faulty<T> {
    fn or_fault(self) -> Result<T, StateFault>;
}

impl<T, E: Into<redb::Error>> Faulty<T> for Result<T, E> {
    fn or_fault(self) -> Result<T, StateFault> {
        self.map_err(|error| fault(error.into()))
    }
}
