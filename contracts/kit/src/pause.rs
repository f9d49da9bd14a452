//! A pause: for a few days a contract refuses what its members say, because an
//! urgent decision found that something is wrong. It lapses by itself; it never
//! stops decisions, work that anyone may advance, what peers must tell, or
//! leaving.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::Storage;

use crate::clock::DAY;
use crate::key::StateError;
use crate::roles::Class;
use crate::{Key, Seconds};

/// The longest pause: a week.
pub const LONGEST: u64 = 7 * DAY;

/// What a decision says to pause a contract. A time that has passed ends a pause.
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Pause {
    /// From then on members are heard again.
    pub until: Seconds,
}

/// Why a message is refused, or a pause is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PauseError {
    /// The contract is paused.
    #[error("paused: until={until}; decisions, work that is due and leaving go on")]
    Paused {
        /// Until when.
        until: u64,
    },
    /// Nobody pauses for so long.
    #[error("pause too long: until={until} most={most}")]
    TooLong {
        /// What was decided.
        until: u64,
        /// A week from now.
        most: u64,
    },
    /// Unreadable state.
    #[error(transparent)]
    State(#[from] StateError),
}

/// Where a contract keeps it: the raw key `00 "pause"`, a u64 in borsh.
#[must_use]
pub fn key() -> Key<u64> {
    Key::new(0, b"pause")
}

/// Begins, moves or ends a pause, as decided. An urgent decision begins or
/// lengthens one: few decide it in a short time, and they do not take back what
/// was decided before them.
///
/// # Errors
/// [`PauseError::TooLong`].
pub fn set(
    storage: &mut dyn Storage,
    now: u64,
    class: Class,
    pause: Pause,
) -> Result<(), PauseError> {
    let (mut until, most) = (pause.until.0, now.saturating_add(LONGEST));
    if until > most {
        return Err(PauseError::TooLong { until, most });
    }
    if class == Class::Urgent {
        until = until.max(key().may_load(storage)?.unwrap_or(0));
    }
    if until > now {
        key().save(storage, &until);
    } else {
        storage.remove(key().bytes());
    }
    Ok(())
}

/// Refuses while a pause lasts.
///
/// # Errors
/// [`PauseError::Paused`].
pub fn refuse(storage: &dyn Storage, now: u64) -> Result<(), PauseError> {
    match key().may_load(storage)? {
        Some(until) if now < until => Err(PauseError::Paused { until }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cosmwasm_std::testing::MockStorage;

    #[test]
    fn a_pause_lasts_a_week_at_most_and_lapses_by_itself() {
        let mut storage = MockStorage::new();
        let pause = |until| Pause {
            until: Seconds(until),
        };
        assert_eq!(refuse(&storage, 10), Ok(()));
        let most = 10 + LONGEST;
        let refused = set(&mut storage, 10, Class::Urgent, pause(most + 1));
        assert_eq!(
            refused,
            Err(PauseError::TooLong {
                until: most + 1,
                most
            })
        );
        set(&mut storage, 10, Class::Urgent, pause(most)).unwrap();
        assert_eq!(
            refuse(&storage, most - 1),
            Err(PauseError::Paused { until: most })
        );
        assert_eq!(refuse(&storage, most), Ok(()));
        // a decision ends it sooner
        set(&mut storage, 20, Class::Ordinary, pause(20)).unwrap();
        assert_eq!(refuse(&storage, 21), Ok(()));
    }

    #[test]
    fn an_urgent_pause_never_shortens_one_already_decided() {
        let mut storage = MockStorage::new();
        let mut set = |now, class, until| {
            let pause = Pause {
                until: Seconds(until),
            };
            super::set(&mut storage, now, class, pause).unwrap();
            key().may_load(&storage).unwrap()
        };
        assert_eq!(set(10, Class::Ordinary, 1_000), Some(1_000));
        for shorter in [0, 11, 20, 999] {
            assert_eq!(set(11, Class::Urgent, shorter), Some(1_000));
        }
        assert_eq!(set(12, Class::Urgent, 1_001), Some(1_001));
        // a weightier decision moves it either way
        assert_eq!(set(13, Class::Ordinary, 500), Some(500));
        assert_eq!(set(14, Class::Constitutional, 0), None);
        // what is over is not kept
        assert_eq!(set(15, Class::Urgent, 20), Some(20));
        assert_eq!(set(30, Class::Urgent, 25), None);
    }
}
