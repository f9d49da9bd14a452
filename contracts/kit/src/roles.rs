//! Who may call what.
//!
//! `member`: the sender is active in members ([`member`]). `peer`: the sender
//! is that contract ([`peer`]). `authority`: the sender is the address that the
//! parameters name (the assembly, or a key until there is one; [`only`]).
//! `decided`: the assembly says that an electorate decided it ([`decided`]).
//! `anyone`: work that only advances what is already decided; no check.

use borsh::{BorshDeserialize, BorshSerialize};
use cosmwasm_schema::cw_serde;

use crate::peers::members::Standing;

/// How weighty a decision is; a later class includes the earlier ones. The
/// first can only pause, for a few days.
#[cw_serde]
#[derive(Copy, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum Class {
    /// Quick, and can only pause.
    Urgent,
    /// Day-to-day.
    Ordinary,
    /// Spends from the commons.
    Spending,
    /// Changes rules, bounds, code or peers.
    Constitutional,
}

impl Class {
    /// The name used on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Class::Urgent => "urgent",
            Class::Ordinary => "ordinary",
            Class::Spending => "spending",
            Class::Constitutional => "constitutional",
        }
    }
}

/// Who voted.
#[cw_serde]
#[derive(Eq, BorshSerialize, BorshDeserialize)]
pub enum Electorate {
    /// All members.
    All,
    /// The members of one commons.
    Commons(crate::Id),
    /// The members of one organisation.
    Organisation(crate::Id),
}

/// The caller is not the one this message is for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unauthorized: sender={sender} needs={needs}")]
pub struct Unauthorized {
    /// Who called.
    pub sender: String,
    /// Who may call.
    pub needs: String,
}

impl Unauthorized {
    /// `sender` is not what is `needed`.
    #[must_use]
    pub fn new(sender: &str, needs: &str) -> Unauthorized {
        Unauthorized {
            sender: sender.to_owned(),
            needs: needs.to_owned(),
        }
    }
}

/// Only `authority` may go on.
///
/// # Errors
/// [`Unauthorized`] for anyone else.
pub fn only(sender: &str, authority: &str) -> Result<(), Unauthorized> {
    if sender == authority {
        Ok(())
    } else {
        Err(Unauthorized::new(sender, authority))
    }
}

/// Only the peer contract that the parameter `name` names may go on. An empty
/// parameter is a peer that does not exist yet: nobody may.
///
/// # Errors
/// [`Unauthorized`] naming the parameter.
pub fn peer(sender: &str, peer: &str, name: &str) -> Result<(), Unauthorized> {
    if !peer.is_empty() && sender == peer {
        Ok(())
    } else {
        Err(Unauthorized::new(sender, name))
    }
}

/// Only someone who may deal now: an active member, neither suspended nor
/// expelled. `standing` is what members just answered about the sender; where
/// it refused, the sender is a stranger.
///
/// # Errors
/// [`Unauthorized`].
pub fn member<'a, E>(
    sender: &str,
    standing: &'a Result<Standing, E>,
) -> Result<&'a Standing, Unauthorized> {
    match standing {
        Ok(standing) if standing.may_deal() => Ok(standing),
        _ => Err(Unauthorized::new(sender, "member")),
    }
}

/// What a privileged action needs: a line of the receiver's table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needs {
    /// The least class.
    pub class: Class,
    /// Who must have voted.
    pub electorate: Electorate,
}

impl Needs {
    /// A decision of all members.
    #[must_use]
    pub const fn all(class: Class) -> Needs {
        Needs {
            class,
            electorate: Electorate::All,
        }
    }
}

/// Why a decision does not reach.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotDecided {
    /// It does not come from the assembly.
    #[error(transparent)]
    Unauthorized(#[from] Unauthorized),
    /// Others decided it than those whose matter it is.
    #[error("decision of another electorate: given={given} needs={needs}")]
    Elsewhere {
        /// Who voted.
        given: Electorate,
        /// Whose matter it is.
        needs: Electorate,
    },
    /// It was not weighty enough.
    #[error("decision insufficient: class={} needs={}", class.name(), needs.name())]
    Insufficient {
        /// The class reached.
        class: Class,
        /// The least class.
        needs: Class,
    },
}

/// Whether a decision carries an action: the sender is the authority, the
/// electorate is exactly the one whose matter it is, the class is at least the
/// one needed. In this order, so that a stranger learns nothing else.
///
/// # Errors
/// [`NotDecided`].
pub fn decided(
    sender: &str,
    authority: &str,
    electorate: &Electorate,
    class: Class,
    needs: &Needs,
) -> Result<(), NotDecided> {
    only(sender, authority)?;
    if *electorate != needs.electorate {
        return Err(NotDecided::Elsewhere {
            given: electorate.clone(),
            needs: needs.electorate.clone(),
        });
    }
    if class < needs.class {
        return Err(NotDecided::Insufficient {
            class,
            needs: needs.class,
        });
    }
    Ok(())
}

impl std::fmt::Display for Electorate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Electorate::All => f.write_str("all"),
            Electorate::Commons(id) => write!(f, "commons {id}"),
            Electorate::Organisation(id) => write!(f, "organisation {id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers::credit::Kind;
    use crate::peers::members::Status;
    use crate::{Id, Seconds};

    #[test]
    fn a_decision_needs_its_sender_its_electorate_and_its_class() {
        let needs = Needs {
            class: Class::Spending,
            electorate: Electorate::Commons(Id(7)),
        };
        let seven = Electorate::Commons(Id(7));
        let ask = |sender, electorate: &Electorate, class| {
            decided(sender, "assembly", electorate, class, &needs)
        };
        assert_eq!(ask("assembly", &seven, Class::Spending), Ok(()));
        assert_eq!(ask("assembly", &seven, Class::Constitutional), Ok(()));
        let weak = ask("assembly", &seven, Class::Ordinary)
            .unwrap_err()
            .to_string();
        assert_eq!(weak, "decision insufficient: class=ordinary needs=spending");
        // more people are not the right people
        for other in [
            Electorate::All,
            Electorate::Commons(Id(8)),
            Electorate::Organisation(Id(7)),
        ] {
            let refused = ask("assembly", &other, Class::Constitutional);
            assert!(
                matches!(refused, Err(NotDecided::Elsewhere { .. })),
                "{other}"
            );
        }
        let stranger = ask("ana", &Electorate::All, Class::Ordinary);
        assert!(matches!(stranger, Err(NotDecided::Unauthorized(_))));
    }

    #[test]
    fn a_peer_that_does_not_exist_is_nobody() {
        assert_eq!(peer("mycel1x", "mycel1x", "members"), Ok(()));
        assert!(peer("mycel1y", "mycel1x", "members").is_err());
        let nobody = peer("", "", "members").unwrap_err();
        assert_eq!(nobody.to_string(), "unauthorized: sender= needs=members");
    }

    #[test]
    fn only_who_may_deal_is_a_member() {
        let standing = |status, step: &str| -> Result<Standing, ()> {
            Ok(Standing {
                person: Id(1),
                status,
                step: step.into(),
                since: Seconds(0),
                kind: Kind::Person,
                roles: vec![],
            })
        };
        assert!(member("ana", &standing(Status::Active, "none")).is_ok());
        assert!(member("ana", &standing(Status::Active, "reduced")).is_ok());
        for (status, step) in [
            (Status::Active, "suspended"),
            (Status::Active, "expelled"),
            (Status::Leaving, "none"),
            (Status::Left, "none"),
            (Status::Expelled, "none"),
        ] {
            assert!(
                member("ana", &standing(status, step)).is_err(),
                "{status:?} {step}"
            );
        }
        assert!(member("ana", &Err::<Standing, _>(())).is_err());
    }
}
