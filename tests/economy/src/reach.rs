//! Every kind of message by its name. The matches are exhaustive: a new
//! variant does not compile here before it has a name, and a name without a
//! generator, or one that is never accepted, fails the random tests.
//!
//! Native contracts note each message that they accepted, those of other
//! contracts included: a member opens no account, the members contract does.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use cosmwasm_std::{Binary, CustomQuery, DepsMut, Env, MessageInfo, from_json};
use mycel_assembly::delegations::Scope;
use mycel_assembly::msg::{
    Action, BallotChoice, BallotInput, ExecuteMsg as Assembly, OwnAction, Reaction,
};
use mycel_clearing::msg::{Action as ClearingAction, ExecuteMsg as Clearing};
use mycel_commons::msg::{Action as CommonsAction, ExecuteMsg as Commons, HoldMsg as CommonsHold};
use mycel_credit::msg::{Action as CreditAction, ExecuteMsg as Credit, Resolution};
use mycel_funding::msg::{Action as FundingAction, ExecuteMsg as Funding, HoldMsg as FundingHold};
use mycel_members::msg::{Action as MembersAction, ExecuteMsg as Members};
use mycel_sandbox::{Receipt, Refusal};
use mycel_sortition::beacon::BeaconMsg;
use mycel_sortition::msg::{Action as SortitionAction, ExecuteMsg as Sortition};
use mycel_trust::msg::{Action as TrustAction, ExecuteMsg as Trust};

use crate::play::Step;
use crate::town::Town;

macro_rules! kinds {
    ($(#[$doc:meta])* $all:ident, $kind:ident, $of:ident, $before:literal: $($variant:ident $name:literal,)*) => {
        $(#[$doc])*
        pub const $all: &[&str] = &[$(concat!($before, $name),)*];

        fn $kind(message: &$of) -> &'static str {
            match message {
                $($of::$variant { .. } => concat!($before, $name),)*
            }
        }
    };
}

kinds! {
    /// What credit is told.
    CREDIT, credit_kind, Credit, "credit.":
    Pay "pay", Request "request", AcceptRequest "accept_request", Decline "decline",
    Cancel "cancel", AskRefund "ask_refund", Hold "hold", OpenPool "open_pool",
    Pledge "pledge", AskAssume "ask_assume", AssumeDebt "assume_debt", CloseTo "close_to",
    PlanRepayment "plan_repayment", Resolve "resolve", Settle "settle",
    ExpireHold "expire_hold", AdvancePool "advance_pool", Distribute "distribute",
    AdvanceExit "advance_exit", OpenAccount "open_account", OpenAccounts "open_accounts",
    SetStanding "set_standing", SetLeaving "set_leaving", CloseAccount "close_account",
    Rotate "rotate", SetLimit "set_limit", SetParameters "set_parameters", Decided "decided",
    SetFactors "set_factors", Shown "shown", AskAssessment "ask_assessment",
    CloseAssessment "close_assessment", ReleaseStarter "release_starter", Advance "advance",
    Transfer "transfer", Send "send", IncreaseAllowance "increase_allowance",
    DecreaseAllowance "decrease_allowance", TransferFrom "transfer_from",
    SendFrom "send_from", Burn "burn", BurnFrom "burn_from", Mint "mint",
    UpdateMinter "update_minter", UpdateMarketing "update_marketing", UploadLogo "upload_logo",
}

kinds! {
    /// What credit's holders decide about a hold.
    RESOLUTIONS, resolution_kind, Resolution, "credit.resolve/":
    Capture "capture", Release "release",
}

kinds! {
    /// What a decision can do in credit.
    CREDIT_DECISIONS, credit_action, CreditAction, "credit.decided/":
    SetParameters "set_parameters", SpendCommons "spend_commons", WriteOff "write_off",
    OpenMirror "open_mirror", SetLimit "set_limit", Pause "pause",
}

kinds! {
    /// What members is told.
    MEMBERS, members_kind, Members, "members.":
    Invite "invite", Accept "accept", JoinWithExport "join_with_export", Withdraw "withdraw",
    SetIdentity "set_identity", SetHandle "set_handle", AddKey "add_key",
    AcceptKey "accept_key", RemoveKey "remove_key", SetRoles "set_roles",
    SetPasskeys "set_passkeys", Rotate "rotate", SetGuardians "set_guardians",
    Recover "recover", CancelRecovery "cancel_recovery", CompleteRecovery "complete_recovery",
    SetListing "set_listing", RemoveListing "remove_listing", Vouch "vouch",
    Unvouch "unvouch", IssueCredential "issue_credential",
    RevokeCredential "revoke_credential", DisownCredential "disown_credential",
    Attest "attest", Leave "leave", Found "found", ApproveFounding "approve_founding",
    ProposeChange "propose_change", ApproveChange "approve_change", StepDown "step_down", Flag "flag",
    Unflag "unflag", Accuse "accuse", Appeal "appeal", Settle "settle", Advance "advance",
    Backfill "backfill", Decided "decided", Seed "seed",
}

kinds! {
    /// What a decision can do in members.
    MEMBERS_DECISIONS, members_action, MembersAction, "members.decided/":
    SetParameters "set_parameters", SetPeers "set_peers", Admit "admit",
    DropEntry "drop_entry", RecordHeader "record_header", Pause "pause",
}

kinds! {
    /// What clearing is told.
    CLEARING, clearing_kind, Clearing, "clearing.":
    Propose "propose", Confirm "confirm", DropProposal "drop_proposal", Consent "consent",
    Tender "tender", RecordPayment "record_payment", Collect "collect", Cancel "cancel",
    WithdrawCancel "withdraw_cancel", Extend "extend", Dispute "dispute",
    WithdrawDispute "withdraw_dispute", Offer "offer", Need "need", Withdraw "withdraw",
    Link "link", Unlink "unlink", PruneMarket "prune_market", Choose "choose", Accept "accept", Return "return",
    Report "report", Commit "commit", Post "post", OpenRound "open_round",
    OpenAllocation "open_allocation", Advance "advance", Judged "judged",
    ClosePromise "close_promise", Upward "upward", Sweep "sweep", Prune "prune", Seed "seed",
    SetParameters "set_parameters", Decided "decided",
}

kinds! {
    /// What a decision can do in clearing.
    CLEARING_DECISIONS, clearing_action, ClearingAction, "clearing.decided/":
    SetParameters "set_parameters", DefineMarket "define_market", AttestShock "attest_shock",
    Pause "pause",
}

kinds! {
    /// What sortition is told.
    SORTITION, sortition_kind, Sortition, "sortition.":
    OpenCase "open_case", OpenDraw "open_draw", Volunteer "volunteer", Withdraw "withdraw",
    Decline "decline", Shown "shown", CommitLottery "commit_lottery", PostLottery "post_lottery",
    Strike "strike", CommitVote "commit_vote", RevealVote "reveal_vote", Recuse "recuse",
    Appeal "appeal", Beacon "beacon", Advance "advance", Decided "decided",
}

kinds! {
    /// What is told to sortition's beacon.
    BEACON, beacon_kind, BeaconMsg, "sortition.beacon/":
    Post "post", Commit "commit", Reveal "reveal",
}

kinds! {
    /// What a decision can do in sortition.
    SORTITION_DECISIONS, sortition_action, SortitionAction, "sortition.decided/":
    SetParameters "set_parameters", OpenDraw "open_draw", OpenCase "open_case",
}

kinds! {
    /// What the assembly is told.
    ASSEMBLY, assembly_kind, Assembly, "assembly.":
    Propose "propose", Support "support", Withdraw "withdraw", Vote "vote", Unvote "unvote",
    Delegate "delegate", Undelegate "undelegate", State "state", React "react",
    AttachClusters "attach_clusters", Advise "advise", Advance "advance", Execute "execute",
    RunAll "run_all", Decided "decided",
}

kinds! {
    /// What a decision can do in the assembly itself.
    OWN_DECISIONS, own_action, OwnAction, "assembly.decided/":
    SetParameters "set_parameters", SetPeers "set_peers",
}

kinds! {
    /// Actions that a decision carried out.
    ACTIONS, action_kind, Action, "assembly.ran/":
    Decided "decided", Execute "execute", Chain "chain", Migrate "migrate", Spend "spend",
    Pause "pause",
}

kinds! {
    /// How a proposal is voted on.
    BALLOTS, ballot_kind, BallotInput, "assembly.propose/":
    YesNo "yes_no", Approval "approval", Ranked "ranked", Budget "budget",
}

kinds! {
    /// What a vote says.
    CHOICES, choice_kind, BallotChoice, "assembly.vote/":
    Yes "yes", No "no", Abstain "abstain", Approve "approve", Rank "rank",
}

kinds! {
    /// What is delegated.
    SCOPES, scope_kind, Scope, "assembly.delegate/":
    Unit "unit", Area "area", Issue "issue",
}

kinds! {
    /// What one says to statements.
    REACTIONS, reaction_kind, Reaction, "assembly.react/":
    Agree "agree", Disagree "disagree", Pass "pass",
}

kinds! {
    /// What commons is told.
    COMMONS, commons_kind, Commons, "commons.":
    Apply "apply", Welcome "welcome", Withdraw "withdraw", Recheck "recheck", Accuse "accuse",
    Appeal "appeal", Read "read", Challenge "challenge", LeaveSeat "leave_seat",
    AcceptSeat "accept_seat", DeclineSeat "decline_seat", CheckSeat "check_seat", Claim "claim",
    Attest "attest", Reverse "reverse", WithdrawClaim "withdraw_claim",
    ResumeClaim "resume_claim", TransferShares "transfer_shares", Transfer "transfer",
    Lease "lease", ReturnLease "return_lease", Bank "bank", Borrow "borrow", Harvest "harvest",
    Retire "retire", Cancel "cancel", Repay "repay", Deposit "deposit", Redeem "redeem", PassParts "pass_parts", BringUp "bring_up",
    CheckConcentration "check_concentration", CommitSell "commit_sell", Reveal "reveal",
    ReceiveHold "receive_hold", Advance "advance", Decided "decided",
}

kinds! {
    /// What holds for commons are for.
    COMMONS_HOLDS, commons_hold, CommonsHold, "commons.hold/":
    Bond "bond", Commit "commit", PayOverage "pay_overage",
}

kinds! {
    /// What a decision can do in commons.
    COMMONS_DECISIONS, commons_action, CommonsAction, "commons.decided/":
    SetParameters "set_parameters", SetPeers "set_peers", Found "found", Accredit "accredit",
    WithdrawAccreditation "withdraw_accreditation", SetRules "set_rules", Enrol "enrol",
    GrantShares "grant_shares", AllotBudget "allot_budget", Close "close", Lower "lower",
    OpenBasket "open_basket",
}

kinds! {
    /// What funding is told.
    FUNDING, funding_kind, Funding, "funding.":
    ReceiveHold "receive_hold", OpenRound "open_round", Submit "submit", Support "support",
    WithdrawProject "withdraw_project", CancelRound "cancel_round", Recheck "recheck",
    DeclareGroup "declare_group", Shown "shown", ClaimDividend "claim_dividend",
    Register "register", ReleaseEntry "release_entry", ReportRevenue "report_revenue",
    ReportBuilt "report_built", CollectReward "collect_reward", AccuseHarm "accuse_harm",
    ReviewTechnology "review_technology", AdvanceMatter "advance_matter", Advance "advance",
    Decided "decided",
}

kinds! {
    /// What holds for funding are for.
    FUNDING_HOLDS, funding_hold, FundingHold, "funding.hold/":
    Contribute "contribute", Sponsor "sponsor", Dividend "dividend", Dues "dues",
    Restoration "restoration", Rewards "rewards",
}

kinds! {
    /// What a decision can do in funding.
    FUNDING_DECISIONS, funding_action, FundingAction, "funding.decided/":
    SetParameters "set_parameters", OpenRound "open_round", AdmitProject "admit_project",
    CancelRound "cancel_round", DeclareGroup "declare_group",
    RefuseTechnology "refuse_technology", AllowTechnology "allow_technology",
}

kinds! {
    /// What trust is told.
    TRUST, trust_kind, Trust, "trust.":
    Enrol "enrol", Retire "retire", SetLeaf "set_leaf", ApproveReset "approve_reset",
    Fold "fold", Rekey "rekey", Reset "reset", PublishViewingKey "publish_viewing_key",
    OpenDeal "open_deal", AcceptDeal "accept_deal", CancelDeal "cancel_deal",
    CommitRating "commit_rating", OpenRating "open_rating", DisputeRating "dispute_rating",
    AdvanceDispute "advance_dispute", Show "show", ShowMember "show_member",
    Advance "advance", Decided "decided",
}

kinds! {
    /// What a decision can do in trust.
    TRUST_DECISIONS, trust_action, TrustAction, "trust.decided/":
    SetParameters "set_parameters", ApproveReset "approve_reset", OpenGate "open_gate",
    CloseGate "close_gate",
}

/// The three things that `advance` of members can do.
pub const ADVANCES: &[&str] = &[
    "members.advance/limit",
    "members.advance/person",
    "members.advance/case",
];

/// What `advance` can be of.
pub const ADVANCED: &[&str] = &[
    "sortition.advance/draw",
    "sortition.advance/case",
    "assembly.advance/proposal",
    "commons.advance/case",
    "funding.advance/round",
];

/// What is refused whoever says it: there is nothing behind it, by design or yet.
pub const REFUSED: &[&str] = &[
    "credit.mint",
    "credit.update_marketing",
    "credit.update_minter",
    "credit.upload_logo",
    "trust.approve_reset",
];

/// Every kind.
pub fn all() -> impl Iterator<Item = &'static str> {
    let lists = [
        CREDIT,
        RESOLUTIONS,
        CREDIT_DECISIONS,
        MEMBERS,
        ADVANCES,
        MEMBERS_DECISIONS,
        CLEARING,
        CLEARING_DECISIONS,
        SORTITION,
        BEACON,
        SORTITION_DECISIONS,
        ASSEMBLY,
        OWN_DECISIONS,
        ACTIONS,
        BALLOTS,
        CHOICES,
        SCOPES,
        REACTIONS,
        ADVANCED,
        COMMONS,
        COMMONS_HOLDS,
        COMMONS_DECISIONS,
        FUNDING,
        FUNDING_HOLDS,
        FUNDING_DECISIONS,
        TRUST,
        TRUST_DECISIONS,
    ];
    lists.into_iter().flatten().copied()
}

/// The kinds of a message to credit.
pub fn of_credit(message: &Credit) -> Vec<&'static str> {
    let mut kinds = vec![credit_kind(message)];
    match message {
        Credit::Decided { action, .. } => kinds.push(credit_action(action)),
        Credit::Resolve { items } => kinds.extend(items.iter().map(resolution_kind)),
        _ => {}
    }
    kinds
}

/// The kinds of a message to members.
pub fn of_members(message: &Members) -> Vec<&'static str> {
    let mut kinds = vec![members_kind(message)];
    match message {
        Members::Decided { action, .. } => kinds.push(members_action(action)),
        Members::Advance {
            limit,
            person,
            case,
            // the contract's to itself
            place: _,
        } => {
            let given = [limit.is_some(), person.is_some(), case.is_some()];
            let named = ADVANCES.iter().zip(given).filter(|(_, given)| *given);
            kinds.extend(named.map(|(name, _)| *name));
        }
        _ => {}
    }
    kinds
}

/// The kinds of a message to clearing.
pub fn of_clearing(message: &Clearing) -> Vec<&'static str> {
    let mut kinds = vec![clearing_kind(message)];
    if let Clearing::Decided { action, .. } = message {
        kinds.push(clearing_action(action));
    }
    kinds
}

/// The kinds of a message to sortition.
pub fn of_sortition(message: &Sortition) -> Vec<&'static str> {
    let mut kinds = vec![sortition_kind(message)];
    match message {
        Sortition::Decided { action, .. } => kinds.push(sortition_action(action)),
        Sortition::Beacon(told) => kinds.push(beacon_kind(told)),
        Sortition::Advance { draw, case, .. } => {
            kinds.extend(draw.map(|_| ADVANCED[0]));
            kinds.extend(case.map(|_| ADVANCED[1]));
        }
        _ => {}
    }
    kinds
}

/// The kinds of a message to commons.
pub fn of_commons(message: &Commons) -> Vec<&'static str> {
    let mut kinds = vec![commons_kind(message)];
    match message {
        Commons::Decided { action, .. } => kinds.push(commons_action(action)),
        Commons::ReceiveHold { msg, .. } => {
            kinds.extend(from_json::<CommonsHold>(msg).iter().map(commons_hold));
        }
        Commons::Advance { case: Some(_), .. } => kinds.push(ADVANCED[3]),
        _ => {}
    }
    kinds
}

/// The kinds of a message to funding.
pub fn of_funding(message: &Funding) -> Vec<&'static str> {
    let mut kinds = vec![funding_kind(message)];
    match message {
        Funding::Decided { action, .. } => kinds.push(funding_action(action)),
        Funding::ReceiveHold { msg, .. } => {
            kinds.extend(from_json::<FundingHold>(msg).iter().map(funding_hold));
        }
        Funding::Advance { round: Some(_), .. } => kinds.push(ADVANCED[4]),
        _ => {}
    }
    kinds
}

/// The kinds of a message to trust.
pub fn of_trust(message: &Trust) -> Vec<&'static str> {
    let mut kinds = vec![trust_kind(message)];
    if let Trust::Decided { action, .. } = message {
        kinds.push(trust_action(action));
    }
    kinds
}

/// The kinds of a message to the assembly.
pub fn of_assembly(message: &Assembly) -> Vec<&'static str> {
    let mut kinds = vec![assembly_kind(message)];
    match message {
        Assembly::Decided { action, .. } => kinds.push(own_action(action)),
        Assembly::Propose(input) => kinds.push(ballot_kind(&input.ballot)),
        Assembly::Vote { ballot, .. } => kinds.push(choice_kind(ballot)),
        Assembly::Delegate { scope, .. } => kinds.push(scope_kind(scope)),
        Assembly::React { reactions, .. } => {
            kinds.extend(reactions.iter().map(|(_, said)| reaction_kind(said)));
        }
        Assembly::Advance {
            proposal: Some(_), ..
        } => kinds.push(ADVANCED[2]),
        _ => {}
    }
    kinds
}

/// All kinds of what a step says, as its contract reads it; of money put aside,
/// what it is for.
#[must_use]
pub fn said(town: &Town, step: &Step) -> Vec<&'static str> {
    let Step::Tell(_, contract, message) = step else {
        return vec![];
    };
    macro_rules! read {
        ($kinds:ident) => {{
            let read = serde_json::from_value(message.clone());
            read.map(|message| $kinds(&message)).unwrap_or_default()
        }};
    }
    match contract {
        c if *c == town.credit => {
            let hold = &message["hold"];
            let msg = hold["msg"].as_str().unwrap_or_default();
            let msg = Binary::from_base64(msg).unwrap_or_default();
            let mut kinds = read!(of_credit);
            if hold["for"] == town.commons.as_str() {
                kinds.extend(from_json::<CommonsHold>(&msg).iter().map(commons_hold));
            } else if hold["for"] == town.funding.as_str() {
                kinds.extend(from_json::<FundingHold>(&msg).iter().map(funding_hold));
            }
            kinds
        }
        c if *c == town.members => read!(of_members),
        c if *c == town.clearing => read!(of_clearing),
        c if *c == town.sortition => read!(of_sortition),
        c if *c == town.assembly => read!(of_assembly),
        c if *c == town.commons => read!(of_commons),
        c if *c == town.funding => read!(of_funding),
        c if *c == town.trust => read!(of_trust),
        _ => vec![],
    }
}

/// What must be refused at least once as well.
fn both_ways() -> impl Iterator<Item = &'static str> {
    let lists = [
        COMMONS,
        COMMONS_HOLDS,
        COMMONS_DECISIONS,
        FUNDING,
        FUNDING_HOLDS,
        FUNDING_DECISIONS,
        &ADVANCED[3..],
        TRUST,
        TRUST_DECISIONS,
    ];
    lists.into_iter().flatten().copied()
}

/// The actions that decisions carried out, and those that were refused with the reason.
fn carried(town: &Town, receipt: &Receipt) -> Vec<(&'static str, Option<String>)> {
    let mut found = vec![];
    for event in &receipt.events {
        let told = |key: &str| {
            let found = event.attributes.iter().find(|one| one.key == key);
            found.map(|one| one.value.as_str())
        };
        let done = event.ty == "wasm-action_ran";
        if !done && event.ty != "wasm-action_failed" {
            continue;
        }
        let number = |key| told(key).and_then(|text| text.parse::<u64>().ok());
        let (Some(proposal), Some(place)) = (number("proposal"), number("action")) else {
            continue;
        };
        if let Some(action) = town.action(proposal, place as usize) {
            let why = told("why").unwrap_or_default().to_owned();
            found.push((action_kind(&action), (!done).then_some(why)));
        }
    }
    found
}

thread_local! {
    static ACCEPTED: RefCell<Vec<&'static str>> = const { RefCell::new(vec![]) };
}

/// An entry point that notes what it accepted.
pub fn noted<C: CustomQuery, M: 'static, R, E>(
    kinds: fn(&M) -> Vec<&'static str>,
    execute: impl Fn(DepsMut<'_, C>, Env, MessageInfo, M) -> Result<R, E> + Send + Sync + 'static,
) -> impl Fn(DepsMut<'_, C>, Env, MessageInfo, M) -> Result<R, E> + Send + Sync + 'static {
    move |deps: DepsMut<'_, C>, env: Env, info: MessageInfo, message: M| {
        let names = kinds(&message);
        let result = execute(deps, env, info, message);
        if result.is_ok() {
            ACCEPTED.with_borrow_mut(|accepted| accepted.extend(names));
        }
        result
    }
}

/// What native contracts accepted since this was last asked, on this thread.
pub fn accepted() -> Vec<&'static str> {
    ACCEPTED.take()
}

/// How often a kind was accepted and refused, and why last.
#[derive(Clone, Debug, Default)]
pub struct Count {
    /// Accepted, and what it was part of as well.
    pub done: u64,
    /// Refused, where somebody said it.
    pub refused: u64,
    /// Why, unless the failure was injected.
    pub why: String,
    /// How often for which kind of reason: what stands before the first colon.
    pub reasons: BTreeMap<String, u64>,
}

/// What happened.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// By kind.
    pub kinds: BTreeMap<String, Count>,
    /// Messages that somebody sent.
    pub messages: u64,
    /// Of which accepted.
    pub accepted: u64,
    /// Ends of blocks.
    pub blocks: u64,
    /// Failures that struck, in messages and ends of blocks.
    pub struck: u64,
    /// Invariants that contracts were asked for and that held.
    pub invariants: u64,
    /// Refusals after which the whole state was compared with the one before.
    pub compared: u64,
    /// How draws, cases and proposals of all towns ended.
    pub ended: BTreeMap<String, u64>,
}

impl Tally {
    /// Counts a step and whatever native contracts accepted in it, which it gives back.
    pub fn count(
        &mut self,
        town: &Town,
        step: &Step,
        result: &Option<Result<Receipt, Refusal>>,
    ) -> Vec<&'static str> {
        let kind = step.kind(town);
        let mut heard = accepted();
        if !matches!(result, Some(Ok(_))) {
            heard.clear();
        }
        match kind.as_str() {
            "end_block" => self.blocks += 1,
            "wait" => {}
            _ => {
                self.messages += 1;
                self.accepted += u64::from(matches!(result, Some(Ok(_))));
            }
        }
        match result {
            Some(Ok(receipt)) => {
                for kind in &heard {
                    self.kinds.entry((*kind).to_owned()).or_default().done += 1;
                }
                for (kind, refused) in carried(town, receipt) {
                    let entry = self.kinds.entry(kind.to_owned()).or_default();
                    match refused {
                        None => {
                            entry.done += 1;
                            heard.push(kind);
                        }
                        Some(why) => {
                            entry.refused += 1;
                            entry.why = why.chars().take(110).collect();
                        }
                    }
                }
            }
            Some(Err(why)) => {
                for part in said(town, step) {
                    if part != kind {
                        self.kinds.entry(part.to_owned()).or_default().refused += 1;
                    }
                }
                let entry = self.kinds.entry(kind).or_default();
                entry.refused += 1;
                if !why.text.contains("injected") {
                    let reason = why.text.split(':').next().unwrap_or_default();
                    *entry.reasons.entry(reason.to_owned()).or_default() += 1;
                    entry.why = why.text.chars().take(110).collect();
                }
            }
            None => {}
        }
        heard
    }

    /// Counts how things stand in a town that is not played any more.
    pub fn close(&mut self, town: &Town) {
        for (what, count) in town.ends() {
            *self.ended.entry(what).or_default() += count;
        }
    }

    /// Adds another's counts.
    pub fn add(&mut self, other: Tally) {
        self.messages += other.messages;
        self.accepted += other.accepted;
        self.blocks += other.blocks;
        self.struck += other.struck;
        self.invariants += other.invariants;
        self.compared += other.compared;
        for (what, count) in other.ended {
            *self.ended.entry(what).or_default() += count;
        }
        for (kind, count) in other.kinds {
            let entry = self.kinds.entry(kind).or_default();
            entry.done += count.done;
            entry.refused += count.refused;
            for (reason, times) in count.reasons {
                *entry.reasons.entry(reason).or_default() += times;
            }
            if !count.why.is_empty() {
                entry.why = count.why;
            }
        }
    }

    /// All sums in a line.
    #[must_use]
    pub fn sums(&self) -> String {
        let Tally {
            messages,
            accepted,
            blocks,
            struck,
            invariants,
            compared,
            ..
        } = self;
        format!(
            "messages={messages} accepted={accepted} refused={} blocks={blocks} failures_injected={struck} \
             invariants_checked={invariants} refusals_compared_byte_by_byte={compared}",
            messages - accepted
        )
    }

    /// What was not reached: accepted fewer than `least` times, or, where
    /// everything is refused, said fewer times or accepted after all; of commons,
    /// funding and trust, refused fewer times as well.
    #[must_use]
    pub fn unreached(&self, least: u64) -> Vec<String> {
        let both: BTreeSet<&str> = both_ways().collect();
        let judge = |kind: &'static str| {
            let count = self.kinds.get(kind).cloned().unwrap_or_default();
            let reached = match REFUSED.contains(&kind) {
                true => count.refused >= least && count.done == 0,
                false => count.done >= least && (count.refused >= least || !both.contains(kind)),
            };
            (!reached).then(|| {
                let Count {
                    done, refused, why, ..
                } = count;
                format!("{kind} done={done} refused={refused} {why}")
            })
        };
        all().filter_map(judge).collect()
    }
}
