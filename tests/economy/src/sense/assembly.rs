//! What members can say to the assembly now.

use cosmwasm_std::Addr;
use mycel_assembly::state::{self, Kind, Phase, Proposal};
use mycel_kit::peers::credit::Kind as MemberKind;
use mycel_kit::roles::Electorate;
use mycel_sortition::draws::state::Stage;
use serde_json::{Value, json};

use super::tell;
use super::towards::named;
use crate::play::{HASH, Play, Step};
use crate::reach;
use crate::town::{AREAS, HOUR, Town, base64};
use crate::view::{Member, be8};

impl Play {
    pub(super) fn sense_assembly(&mut self, town: &Town, kind: &str) -> Option<Step> {
        let members = town.members();
        let deals: Vec<&Member> = members.iter().filter(|m| m.takes_part()).collect();
        let now = town.sandbox.now();
        let say = |sender: &Addr, message: Value| tell(sender, &town.assembly, message);
        match kind {
            "propose" | "propose/yes_no" | "propose/approval" | "propose/ranked"
            | "propose/budget" => self.proposes(town, kind),
            "support" | "withdraw" => {
                let drafts = self.at(town, |p| p.phase == Phase::Draft && now < p.until);
                let Some((number, draft)) = drafts else {
                    return self.proposes(town, "propose");
                };
                let about = json!({"proposal": number.to_string()});
                if kind == "withdraw" {
                    let proposer = named(&members, draft.proposer)?;
                    return say(&proposer, json!({"withdraw": about}));
                }
                self.supports(town, number)
            }
            "vote" | "vote/yes" | "vote/no" | "vote/abstain" | "vote/approve" | "vote/rank"
            | "unvote" => {
                let of = |p: &Proposal| match kind {
                    "vote/yes" | "vote/no" => p.kind == Kind::YesNo,
                    "vote/approve" => matches!(p.kind, Kind::Approval | Kind::Budget { .. }),
                    "vote/rank" => p.kind == Kind::Ranked,
                    "unvote" => p.ballots > 0,
                    _ => true,
                };
                let on = self.at(town, |p| p.phase == Phase::Vote && now < p.until && of(p));
                let Some((number, proposal)) = on else {
                    return match kind {
                        "vote/approve" => self.proposes(town, "propose/approval"),
                        "vote/rank" => self.proposes(town, "propose/ranked"),
                        _ => self.govern(town),
                    };
                };
                let about = number.to_string();
                if kind == "unvote" {
                    let voted = self.voted(town, number);
                    let voter = self.one(voted)?;
                    return say(
                        &named(&members, voter)?,
                        json!({"unvote": {"proposal": about}}),
                    );
                }
                let ballot = match kind {
                    "vote/no" => json!("no"),
                    "vote/abstain" => json!("abstain"),
                    _ => self.ballot(&proposal),
                };
                let voter = self.one(deals)?.address.clone();
                say(
                    &voter,
                    json!({"vote": {"proposal": about, "ballot": ballot}}),
                )
            }
            "delegate" | "delegate/unit" | "delegate/area" | "delegate/issue" | "undelegate" => {
                self.delegates(town, &deals, kind)
            }
            "state" | "react" | "react/agree" | "react/disagree" | "react/pass"
            | "attach_clusters" => self.talks(town, kind),
            "advise" => self.advises(town),
            "advance" => {
                let limit = 1 + self.random.below(50);
                say(&self.someone(town), json!({"advance": {"limit": limit}}))
            }
            "advance/proposal" | "execute" | "run_all" => self.govern(town),
            "decided" => {
                let kind = *self.random.pick(reach::OWN_DECISIONS);
                self.sense(town, kind)
            }
            "decided/set_parameters" => {
                let changes = match self.random.below(4) {
                    0 => json!({"areas": AREAS[..1 + self.random.below(3) as usize]}),
                    1 => json!({"numbers": {"supporters": 1 + self.random.below(3)}}),
                    2 => {
                        json!({"numbers": {"ordinary_quorum_bps": 1_500 + self.random.below(1_000)}})
                    }
                    _ => {
                        json!({"numbers": {"ordinary_vote_seconds": HOUR + self.random.below(4 * HOUR)}})
                    }
                };
                let message = json!({"set_parameters": changes});
                self.decides(town, &town.assembly, "constitutional", &message)
            }
            "decided/set_peers" => {
                let peers =
                    json!({"set_peers": {"sortition": town.sortition, "credit": town.credit}});
                self.decides(town, &town.assembly, "constitutional", &peers)
            }
            "ran/decided" => self.sense_credit(town, "decided/set_limit"),
            "ran/execute" => self.sense_credit(town, "set_limit"),
            "ran/spend" => self.sense_credit(town, "decided/spend_commons"),
            "ran/pause" => self.pauses(town, "members"),
            "ran/chain" => {
                // whoever failed three times in a row is called again
                let subscribers = [
                    &town.credit,
                    &town.members,
                    &town.sortition,
                    &town.assembly,
                    &town.commons,
                    &town.funding,
                ];
                let subscriber = *self.random.pick(&subscribers);
                let resume = json!({"resume_end_block": {"contract": subscriber}});
                self.wish(town, "constitutional", json!({"chain": resume}))
            }
            "ran/migrate" => {
                // the holder's code: the last one stored
                let migrate = json!({"contract": town.holder, "code_id": "9",
                    "msg": base64(&json!({})), "report": HASH});
                self.wish(town, "constitutional", json!({"migrate": migrate}))
            }
            _ => panic!("no generator of assembly.{kind}"),
        }
    }

    /// One of the proposals that are so.
    fn at(&mut self, town: &Town, so: impl Fn(&Proposal) -> bool) -> Option<(u64, Proposal)> {
        let all = town.proposals().into_iter();
        self.one(all.filter(|(_, proposal)| so(proposal)).collect())
    }

    /// Who has voted.
    pub(super) fn voted(&self, town: &Town, number: u64) -> Vec<u64> {
        let keys = town.keys(&town.assembly, b'b').into_iter();
        keys.filter(|key| be8(key, 0) == number)
            .map(|key| be8(&key, 8))
            .collect()
    }

    /// Somebody who does not yet supports a draft.
    pub(super) fn supports(&mut self, town: &Town, number: u64) -> Option<Step> {
        let members = town.members();
        let mut proposals = town.proposals().into_iter();
        let (_, proposal) = proposals.find(|(one, _)| *one == number)?;
        let enrolled = match &proposal.electorate {
            Electorate::Commons(commons) => Some(town.enrolled(commons.0)),
            _ => None,
        };
        let able = members.iter().filter(|m| {
            let key = state::support(number, m.number);
            let here = enrolled.as_ref().is_none_or(|all| all.contains(&m.number));
            here && m.takes_part() && !town.has(&town.assembly, key.bytes())
        });
        let sender = self.one(able.collect::<Vec<_>>())?.address.clone();
        let support = json!({"support": {"proposal": number.to_string()}});
        tell(&sender, &town.assembly, support)
    }

    fn delegates(&mut self, town: &Town, deals: &[&Member], kind: &str) -> Option<Step> {
        if kind == "undelegate" {
            let given = town.keys(&town.assembly, b'T');
            let Some(key) = self.one(given) else {
                return self.sense_assembly(town, "delegate");
            };
            // only what is delegated as a whole is taken back here
            let scope = match key.get(16) {
                Some(0) => json!({"unit": "all"}),
                Some(1) => {
                    json!({"area": {"unit": "all", "area": std::str::from_utf8(key.get(18..)?).ok()?}})
                }
                _ => json!({"issue": be8(&key, 17).to_string()}),
            };
            let sender = named(&town.members(), be8(&key, 8))?;
            let message = json!({"undelegate": {"scope": scope}});
            return tell(&sender, &town.assembly, message);
        }
        let now = town.sandbox.now();
        let open = self.at(town, |p| {
            p.phase < Phase::Vote || p.phase == Phase::Vote && now < p.until
        });
        let area = *self.random.pick(&AREAS);
        let scope = match (kind, open) {
            ("delegate/area", _) => json!({"area": {"unit": "all", "area": area}}),
            ("delegate/issue", Some((number, _))) => json!({"issue": number.to_string()}),
            ("delegate/issue", None) => return self.proposes(town, "propose"),
            _ => json!({"unit": "all"}),
        };
        let from = self.one(deals.to_vec())?;
        // mostly to few
        let to = match self.random.one_in(4) {
            true => self.one(deals.to_vec())?,
            false => deals[self.random.below(3.min(deals.len() as u64)) as usize],
        };
        let delegate = json!({"scope": scope, "to": to.number.to_string()});
        tell(&from.address, &town.assembly, json!({"delegate": delegate}))
    }

    fn talks(&mut self, town: &Town, kind: &str) -> Option<Step> {
        let now = town.sandbox.now();
        let talked = self.at(town, |p| {
            let open = p.phase == Phase::Deliberation || p.phase == Phase::Vote && now < p.until;
            open && (p.statements > 0 || !kind.starts_with("react"))
        });
        let Some((number, proposal)) = talked else {
            let talked = self.at(town, |p| p.phase == Phase::Deliberation);
            return match talked {
                Some(_) if kind.starts_with("react") => self.talks(town, "state"),
                _ => self.govern(town).or_else(|| self.proposes(town, "propose")),
            };
        };
        let members = town.members();
        let deals = members.iter().filter(|m| m.takes_part());
        let sender = self.one(deals.collect::<Vec<_>>())?.address.clone();
        let about = number.to_string();
        match kind {
            "state" => {
                let text = format!("s{}", self.fresh());
                let say = |message| Step::Tell(sender.clone(), town.assembly.clone(), message);
                let mut steps = vec![say(json!({"state": {"proposal": about, "text": text}}))];
                if self.random.one_in(2) {
                    // somebody answers
                    let place = proposal.statements;
                    let said = *self.random.pick(&["agree", "disagree", "pass"]);
                    let react = json!({"proposal": about, "reactions": [[place, said]]});
                    let other = self.someone(town);
                    steps.extend(tell(&other, &town.assembly, json!({"react": react})));
                }
                self.burst(steps)
            }
            "attach_clusters" => {
                let proposer = named(&members, proposal.proposer)?;
                let attach = json!({"proposal": about, "hash": HASH});
                tell(
                    &proposer,
                    &town.assembly,
                    json!({"attach_clusters": attach}),
                )
            }
            _ => {
                let said = match kind.split_once('/') {
                    Some((_, said)) => said,
                    None => *self.random.pick(&["agree", "disagree", "pass"]),
                };
                let place = self.random.below(proposal.statements.into());
                let react = json!({"proposal": about, "reactions": [[place, said]]});
                tell(&sender, &town.assembly, json!({"react": react}))
            }
        }
    }

    /// Who was drawn for a proposal's panel recommends.
    fn advises(&mut self, town: &Town) -> Option<Step> {
        let now = town.sandbox.now();
        let mut waits = None;
        for (number, proposal) in town.proposals() {
            let open = proposal.phase == Phase::Deliberation
                || proposal.phase == Phase::Vote && now < proposal.until;
            if proposal.panel == 0 || !open {
                continue;
            }
            let drawn: Option<mycel_kit::peers::sortition::Drawn> = town
                .sandbox
                .query(
                    &town.sortition,
                    &json!({"drawn": {"ref": format!("assembly/{number}")}}),
                )
                .ok();
            match drawn {
                Some(drawn) if drawn.done && drawn.persons.is_empty() => {}
                Some(drawn) if drawn.done => {
                    let mut steps = vec![];
                    for person in drawn.persons {
                        let option = self.random.below(proposal.options.into());
                        let option = (!self.random.one_in(4)).then_some(option);
                        let advise =
                            json!({"proposal": number.to_string(), "option": option, "text": "so"});
                        let sender = named(&town.members(), person.0)?;
                        steps.extend(tell(&sender, &town.assembly, json!({"advise": advise})));
                    }
                    return self.burst(steps);
                }
                _ => waits = Some(number),
            }
        }
        match waits {
            Some(number) => self.panel_of(town, number),
            None => self.deliberates(town),
        }
    }

    /// Brings on the draw of a proposal's panel.
    pub(super) fn panel_of(&mut self, town: &Town, number: u64) -> Option<Step> {
        let name = format!("assembly/{number}");
        let all = town.draws().into_iter();
        let mut own = all.filter(|(_, terms, _)| terms.reference == name);
        let (draw, terms, at) = own.next()?;
        match at.stage {
            Stage::Lapsed => None,
            // who sits recommends, now and then again
            Stage::Done if self.random.one_in(3) => self.advises(town),
            Stage::Done => None,
            _ => self.bring_draw(town, draw, &terms, &at),
        }
    }

    /// A ballot that fits a proposal, mostly for it.
    pub(super) fn ballot(&mut self, proposal: &Proposal) -> Value {
        if self.random.one_in(20) {
            return json!("abstain");
        }
        let options = u64::from(proposal.options);
        match proposal.kind {
            Kind::YesNo => json!(if self.random.one_in(9) { "no" } else { "yes" }),
            Kind::Approval | Kind::Budget { .. } => {
                let some = (0..options).filter(|option| *option == 1 || self.random.one_in(3));
                json!({"approve": some.collect::<Vec<_>>()})
            }
            Kind::Ranked => {
                let mut groups: Vec<Vec<u64>> = vec![];
                for option in 0..options {
                    let place = self.random.below(groups.len() as u64 + 1) as usize;
                    match groups.get_mut(place) {
                        Some(group) if self.random.one_in(4) => group.push(option),
                        _ => groups.insert(place, vec![option]),
                    }
                }
                json!({"rank": groups})
            }
        }
    }

    /// A proposal of some kind, with what is wanted if anything is.
    pub(super) fn proposes(&mut self, town: &Town, kind: &str) -> Option<Step> {
        let before = |p: &Proposal| p.phase < Phase::Execution;
        let open = town.proposals().iter().filter(|(_, p)| before(p)).count();
        if open > 2 && !self.random.one_in(8) {
            return self.govern_open(town);
        }
        let (class, actions) = self.bundle();
        let mut class = class.unwrap_or("ordinary");
        let title = |n: usize| format!("option {n}");
        let urgent = class == "urgent";
        let ballot = match kind.split_once('/') {
            Some((_, of @ ("approval" | "ranked"))) if !urgent => {
                let mut options = vec![json!({"title": title(1), "actions": actions})];
                for n in 2..2 + self.random.below(3) as usize {
                    options.push(json!({"title": title(n), "actions": []}));
                }
                json!({of: {"options": options}})
            }
            Some((_, "budget")) if !urgent => {
                let most = town.spendable();
                if most < 4 {
                    return self.fills_commons(town);
                }
                class = "spending";
                let members = town.members();
                let mut projects = vec![];
                for n in 1..2 + self.random.below(4) as usize {
                    let to = &self.one(members.iter().collect::<Vec<_>>())?.address;
                    let cost = 1 + self.random.below(most / 2);
                    projects.push(json!({"title": title(n), "to": to, "cost": cost.to_string()}));
                }
                let utility = *self.random.pick(&["cost", "cardinality"]);
                json!({"budget": {"total": most.to_string(), "projects": projects,
                    "utility": utility}})
            }
            _ => json!({"yes_no": {"actions": actions}}),
        };
        self.submits(town, class, &ballot, None)
    }

    /// A proposal with a panel that deliberates first.
    pub(super) fn deliberates(&mut self, town: &Town) -> Option<Step> {
        let waiting = self.at(town, |p| p.phase == Phase::Draft && p.panel > 0);
        if let Some((number, _)) = waiting {
            return self.supports(town, number);
        }
        let talked = self.at(town, |p| p.phase == Phase::Deliberation && p.panel > 0);
        if let Some((number, _)) = talked
            && !self.random.one_in(4)
        {
            return self.panel_of(town, number);
        }
        let panel = self.panel();
        let ballot = json!({"ranked": {"options": [{"title": "one"}, {"title": "other"}]}});
        self.submits(town, "ordinary", &ballot, Some(panel))
    }

    fn submits(
        &mut self,
        town: &Town,
        class: &str,
        ballot: &Value,
        panel: Option<Value>,
    ) -> Option<Step> {
        let members = town.members();
        let able = members.iter().filter(|m| {
            let key = state::draft_of(m.number);
            m.takes_part() && !town.has(&town.assembly, key.bytes())
        });
        let proposer = self.one(able.collect::<Vec<_>>())?.clone();
        let mut proposal = json!({"title": "a matter", "text": "of weight", "electorate": "all",
            "class": class, "ballot": ballot, "atomic": self.random.one_in(4), "panel": panel});
        if self.random.one_in(3) {
            proposal["area"] = json!(self.random.pick(&AREAS));
        }
        if panel.is_none() && self.random.one_in(16) {
            let orgs = members
                .iter()
                .filter(|m| m.record.kind != MemberKind::Person);
            let org = self.one(orgs.collect::<Vec<_>>())?.number;
            proposal["electorate"] = json!({"organisation": org.to_string()});
        }
        tell(
            &proposer.address,
            &town.assembly,
            json!({"propose": proposal}),
        )
    }

    /// The members of a commons decide something about it, sooner or later.
    pub(super) fn commons_decide(
        &mut self,
        town: &Town,
        commons: u64,
        class: &str,
        action: &Value,
    ) -> Option<Step> {
        if let Some(lie) = self.lies(town, &town.commons, class, action) {
            return Some(lie);
        }
        let electorate = Electorate::Commons(mycel_kit::Id(commons));
        let open = self.at(town, |p| !p.phase.is_final() && p.electorate == electorate);
        if let Some((number, proposal)) = open
            && !self.random.one_in(4)
        {
            if self.focus.is_none() {
                self.focus = Some((crate::play::Focus::Proposal(number), 40));
            }
            return self.bring_proposal(town, number, &proposal);
        }
        let enrolled = town.enrolled(commons);
        let members = town.members();
        let able = members.iter().filter(|m| {
            let key = state::draft_of(m.number);
            enrolled.contains(&m.number) && m.takes_part() && !town.has(&town.assembly, key.bytes())
        });
        let proposer = self.one(able.collect::<Vec<_>>())?.address.clone();
        let said = json!({"decided": {"contract": town.commons, "action": base64(action)}});
        let proposal = json!({"title": "our own", "text": "matter", "electorate": electorate,
            "class": class, "ballot": {"yes_no": {"actions": [said]}}, "atomic": false});
        tell(&proposer, &town.assembly, json!({"propose": proposal}))
    }

    /// Who votes on a proposal.
    pub(super) fn electors(&self, town: &Town, proposal: &Proposal) -> Vec<Member> {
        let all = town.members().into_iter();
        let controllers = proposal.opening.as_ref().map(|at| at.controllers.clone());
        let controllers = controllers.unwrap_or_default();
        let enrolled = match &proposal.electorate {
            Electorate::Commons(commons) => town.enrolled(commons.0),
            _ => vec![],
        };
        all.filter(|m| {
            let own = proposal.electorate == Electorate::All
                || controllers.contains(&m.number)
                || enrolled.contains(&m.number);
            m.takes_part() && own
        })
        .collect()
    }
}

impl Town {
    /// What one proposal may spend of the commons.
    pub(super) fn spendable(&self) -> u64 {
        let answer: Option<Value> = self
            .sandbox
            .query(&self.credit, &json!({"commons": {}}))
            .ok();
        let held = answer.and_then(|answer| answer["commons"].as_str()?.parse::<i128>().ok());
        u64::try_from(held.unwrap_or(0) / 12).unwrap_or(0)
    }
}
