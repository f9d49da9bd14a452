//! What a proposal says and would do: kept as JSON, byte for byte, under the
//! hash that its voters saw. What runs is read from these bytes again.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Storage, from_json, to_json_vec};
use mycel_kit::roles::{Class, Electorate};
use sha2::{Digest, Sha256};

use crate::count::shares::Utility;
use crate::error::ContractError;
use crate::msg::{Action, BallotInput, OptionInput, PanelInput, ProposalInput};
use crate::state::{self, Kind, Proposal};

/// What a proposal says and would do.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Content {
    /// What it is called.
    pub title: String,
    /// What it says …
    pub text: Option<String>,
    /// … or its hash.
    pub text_hash: Option<String>,
    /// Its area.
    pub area: Option<String>,
    /// Who votes.
    pub electorate: Electorate,
    /// How weighty it is.
    pub class: Class,
    /// `yes_no`, `approval`, `ranked` or `budget`.
    pub kind: String,
    /// What a budget's projects share.
    pub total: Option<mycel_kit::Amount>,
    /// What a budget's project is worth to each who wants it.
    pub utility: Option<Utility>,
    /// By number. Option 0 is "no change" but for a budget.
    pub options: Vec<OptionInput>,
    /// All actions run in one message, or none.
    pub atomic: bool,
    /// The panel that deliberates first.
    pub panel: Option<PanelInput>,
}

/// The title of option 0.
pub const NO_CHANGE: &str = "no change";

impl Content {
    /// The content of a proposal, and how it is voted on.
    #[must_use]
    pub fn of(input: ProposalInput) -> (Content, Kind) {
        let stay = OptionInput {
            title: NO_CHANGE.to_owned(),
            actions: vec![],
        };
        let (kind, name, total, options) = match input.ballot {
            BallotInput::YesNo { actions } => {
                let change = OptionInput {
                    title: input.title.clone(),
                    actions,
                };
                (Kind::YesNo, "yes_no", None, vec![stay, change])
            }
            BallotInput::Approval { options } => {
                let all = std::iter::once(stay).chain(options).collect();
                (Kind::Approval, "approval", None, all)
            }
            BallotInput::Ranked { options } => {
                let all = std::iter::once(stay).chain(options).collect();
                (Kind::Ranked, "ranked", None, all)
            }
            BallotInput::Budget {
                total,
                utility,
                projects,
            } => {
                let all = projects
                    .into_iter()
                    .map(|project| OptionInput {
                        title: project.title,
                        actions: vec![Action::Spend {
                            to: Some(project.to),
                            amount: project.cost,
                            hold_for: None,
                            msg: None,
                        }],
                    })
                    .collect();
                let kind = Kind::Budget {
                    total: total.pico(),
                    utility,
                };
                (kind, "budget", Some(total), all)
            }
        };
        let content = Content {
            title: input.title,
            text: input.text,
            text_hash: input.text_hash,
            area: input.area,
            electorate: input.electorate,
            class: input.class,
            kind: name.to_owned(),
            total,
            utility: match kind {
                Kind::Budget { utility, .. } => Some(utility),
                _ => None,
            },
            options,
            atomic: input.atomic,
            panel: input.panel,
        };
        (content, kind)
    }

    /// The bytes that are kept, and their hash.
    ///
    /// # Errors
    /// What the JSON library says; none for this type.
    pub fn bytes(&self) -> Result<(Vec<u8>, [u8; 32]), ContractError> {
        let bytes = to_json_vec(self).map_err(|why| ContractError::Answer(why.to_string()))?;
        let hash = hash(&bytes);
        Ok((bytes, hash))
    }
}

/// SHA-256.
#[must_use]
pub fn hash(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// The content of a proposal, if it is what was voted on.
///
/// # Errors
/// [`ContractError::NotWhatWasVoted`]; unreadable state.
pub fn load(
    storage: &dyn Storage,
    number: u64,
    proposal: &Proposal,
) -> Result<Content, ContractError> {
    let bytes = state::content(number).load(storage)?;
    if hash(&bytes) != proposal.hash {
        return Err(ContractError::NotWhatWasVoted { proposal: number });
    }
    from_json(&bytes).map_err(|why| ContractError::Answer(why.to_string()))
}
