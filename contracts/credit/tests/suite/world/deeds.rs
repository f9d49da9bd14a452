//! Everything else that members, holders, juries and the assembly may do, at random.

use cosmwasm_std::HexBinary;
use mycel_credit::assessment::assessment;
use mycel_credit::msg::{
    Action, EconomyChanges, ExecuteMsg, NewAccount, ParameterChanges, Resolution, SetFactors,
    ShownAction,
};
use mycel_credit::state::{self, Kind, Status};
use mycel_kit::peers::members::{self, MembersQuery, Related, Standing};
use mycel_kit::peers::sortition::{Case, CaseStatus, Drawn, SortitionQuery};
use mycel_kit::peers::trust::{Gate, Identity, Mode, Shown, Term, TrustQuery};
use mycel_kit::roles::{Class, Electorate};
use mycel_kit::{Amount, Id, Seconds};

use super::town::{Effect, Town};
use super::{DAY, World};

/// Juries' cases that the world knows; every second is a final default.
const CASES: u64 = 6;

impl World {
    /// Names two holders, a jury and its cases.
    pub fn prepare_deeds(&mut self) {
        let sortition = self.address("sortition");
        let (members, trust) = (self.address("authority"), self.address("trust"));
        let json = format!(
            r#"{{"set_parameters":{{"sortition":"{sortition}","members":"{members}","trust":"{trust}","economy":{{"raise_gate":"1"}}}}}}"#
        );
        self.say("authority", &json).expect("names a jury");
        self.name_holders(&["holder 0", "holder 1"]);
        for id in 0..CASES {
            let case = Case {
                status: CaseStatus::Decided,
                outcome: if id % 2 == 0 { "default" } else { "dismiss" }.into(),
                reasons: String::new(),
                r#final: true,
                r#ref: "x".into(),
                kind: "default".into(),
                parties: (0..4).map(Id).collect(),
            };
            self.answer(&sortition, &SortitionQuery::Case { id: Id(id) }, &case);
        }
    }
}

impl Town {
    fn member(&mut self) -> (usize, String) {
        let who = self.someone();
        (who, self.addresses[who].clone())
    }

    /// A number given out, or the next one.
    fn known(&mut self, which: fn(state::Counters) -> u64) -> Id {
        let counters = state::counters()
            .may_load(&self.world.storage)
            .expect("readable");
        Id(1 + self.random.below(which(counters.unwrap_or_default()) + 1))
    }

    fn reference(&mut self) -> Option<String> {
        (self.random.below(2) == 0).then(|| format!("deal/{}", self.random.below(3)))
    }

    fn holder(&mut self) -> String {
        let which = self.random.below(2);
        self.world.address(&format!("holder {which}"))
    }

    fn decided(&mut self, class: Class, action: Action) -> ExecuteMsg {
        ExecuteMsg::Decided {
            proposal: Id(1),
            electorate: Electorate::All,
            class,
            action,
        }
    }

    /// One of them.
    pub fn deed(&mut self) -> (String, ExecuteMsg, Effect) {
        match self.random.below(8) {
            7 => self.with_trust(),
            6 => self.with_assessors(),
            5 => self.in_the_economy(),
            0 => self.with_holds(),
            1 => self.with_requests(),
            2 => self.with_allowances(),
            3 => self.on_the_way_out(),
            _ => self.with_the_commons(),
        }
    }

    /// Trust shows a proof for somebody: now and then the member's own.
    fn with_trust(&mut self) -> (String, ExecuteMsg, Effect) {
        let (who, member) = self.member();
        let identity = state::identity(who as u32).may_load(&self.world.storage);
        let identity = identity.expect("readable");
        let person = identity.and_then(|known| known.person).unwrap_or_default();
        let subject = if self.random.below(5) == 0 { 0 } else { person };
        let trust = self.world.address("trust");
        let by = if self.random.below(8) == 0 {
            member.clone()
        } else {
            trust.clone()
        };
        let ttl = Seconds(self.random.below(200) * DAY);
        let gate = Gate {
            gate: Id(1),
            consumer: self.world.env().contract.address.to_string(),
            mode: Mode::Named,
            term: Term::Seconds(Seconds(DAY)),
            ttl,
            open: true,
        };
        let idc = |person: u64| HexBinary::from(vec![person as u8 + 1; 32]);
        let own = Identity {
            idc: idc(person),
            live: true,
        };
        let question = TrustQuery::Gate { gate: Id(1) };
        self.world.answer(&trust, &question, &gate);
        let question = TrustQuery::Identity { person: Id(person) };
        self.world.answer(&trust, &question, &own);
        let shown = Shown {
            gate: Id(1),
            term: "1".to_owned(),
            nf: vec![1; 32].into(),
            subject: idc(subject),
            action: ShownAction::RaiseLine { member },
        };
        (by, ExecuteMsg::Shown(shown), Effect::None)
    }

    fn with_holds(&mut self) -> (String, ExecuteMsg, Effect) {
        let (who, sender) = self.member();
        let amount = self.amount(who);
        match self.random.below(7) {
            0 | 1 => {
                let r#for = self.holder();
                let msg = ExecuteMsg::Hold {
                    r#for,
                    amount,
                    msg: Default::default(),
                };
                (sender, msg, Effect::Consent(vec![who]))
            }
            2 | 3 => {
                let items = (0..self.random.below(4))
                    .map(|_| {
                        let hold = self.known(|counters| counters.hold);
                        let (_, to) = self.member();
                        let amount = Amount::new(self.random.next() >> (1 + self.random.below(62)));
                        match self.random.below(3) {
                            0 => Resolution::Release { hold },
                            1 => Resolution::Capture {
                                hold,
                                amount: amount.expect("63 bits"),
                                to: self.world.env().contract.address.to_string(),
                            },
                            _ => Resolution::Capture {
                                hold,
                                amount: amount.expect("63 bits"),
                                to,
                            },
                        }
                    })
                    .collect();
                let holder = self.holder();
                (
                    holder,
                    ExecuteMsg::Resolve { items },
                    Effect::Consent(vec![]),
                )
            }
            4 => {
                let hold = self.known(|counters| counters.hold);
                (
                    sender,
                    ExecuteMsg::ExpireHold { hold },
                    Effect::Consent(vec![]),
                )
            }
            5 => {
                let (_, to) = self.member();
                let deadline = Seconds(self.world.now + self.random.below(91 * DAY));
                let reference = self.reference();
                let msg = ExecuteMsg::OpenPool {
                    to,
                    target: amount,
                    deadline,
                    reference,
                };
                (sender, msg, Effect::None)
            }
            _ => {
                let pool = self.known(|counters| counters.pool);
                if self.random.below(2) == 0 {
                    let msg = ExecuteMsg::Pledge { pool, amount };
                    (sender, msg, Effect::Consent(vec![who]))
                } else {
                    let limit = self.random.below(4) as u32;
                    let msg = ExecuteMsg::AdvancePool { pool, limit };
                    (sender, msg, Effect::Consent(vec![]))
                }
            }
        }
    }

    fn with_requests(&mut self) -> (String, ExecuteMsg, Effect) {
        let (who, sender) = self.member();
        let (other, from) = self.member();
        let request = self.known(|counters| counters.request);
        let amount = self.amount(other);
        let reference = self.reference();
        match self.random.below(6) {
            0 | 1 => {
                let msg = ExecuteMsg::Request {
                    from,
                    amount,
                    reference,
                    memo: None,
                };
                (sender, msg, Effect::None)
            }
            2 => (
                sender,
                ExecuteMsg::AcceptRequest { request },
                Effect::Consent(vec![who]),
            ),
            3 => (sender, ExecuteMsg::Decline { request }, Effect::None),
            4 => (sender, ExecuteMsg::Cancel { request }, Effect::None),
            _ => {
                let amount = (self.random.below(2) == 0).then_some(amount);
                let r#ref = reference.unwrap_or_default();
                (
                    sender,
                    ExecuteMsg::AskRefund {
                        r#ref,
                        from,
                        amount,
                        memo: None,
                    },
                    Effect::None,
                )
            }
        }
    }

    fn with_allowances(&mut self) -> (String, ExecuteMsg, Effect) {
        let (who, sender) = self.member();
        let (other, owner) = self.member();
        let (_, recipient) = self.member();
        let (own, amount) = (self.amount(who), self.amount(other));
        let msg = Default::default();
        match self.random.below(7) {
            0 => {
                let msg = ExecuteMsg::Send {
                    contract: recipient,
                    amount: own,
                    msg,
                };
                (sender, msg, Effect::Consent(vec![who]))
            }
            1 | 2 => {
                let msg = ExecuteMsg::IncreaseAllowance {
                    spender: owner,
                    amount,
                    expires: None,
                };
                (sender, msg, Effect::None)
            }
            3 => {
                let msg = ExecuteMsg::DecreaseAllowance {
                    spender: owner,
                    amount,
                    expires: None,
                };
                (sender, msg, Effect::None)
            }
            4 | 5 => {
                let msg = ExecuteMsg::TransferFrom {
                    owner,
                    recipient,
                    amount,
                };
                (sender, msg, Effect::Consent(vec![other]))
            }
            _ => {
                let msg = ExecuteMsg::SendFrom {
                    owner,
                    contract: recipient,
                    amount,
                    msg,
                };
                (sender, msg, Effect::Consent(vec![other]))
            }
        }
    }

    fn on_the_way_out(&mut self) -> (String, ExecuteMsg, Effect) {
        let authority = self.world.authority.to_string();
        let (who, sender) = self.member();
        let (_, other) = self.member();
        let amount = self.amount(who);
        if let Some(back) = self.back_again() {
            return back;
        }
        match self.random.below(8) {
            0 => (
                sender,
                ExecuteMsg::AskAssume { by: other, amount },
                Effect::None,
            ),
            1 => {
                let msg = ExecuteMsg::AssumeDebt {
                    from: other,
                    amount,
                };
                (sender, msg, Effect::Consent(vec![who]))
            }
            2 => {
                let to = (self.random.below(2) == 0).then_some(other);
                (
                    sender,
                    ExecuteMsg::CloseTo { to },
                    Effect::Consent(vec![who]),
                )
            }
            3 => {
                let months = self.random.below(30) as u8;
                (sender, ExecuteMsg::PlanRepayment { months }, Effect::None)
            }
            4 => (
                sender,
                ExecuteMsg::AdvanceExit { member: other },
                Effect::None,
            ),
            5 if self.random.below(3) == 0 => (
                authority,
                ExecuteMsg::SetLeaving { owner: other },
                Effect::None,
            ),
            5 | 6 => (
                authority,
                ExecuteMsg::CloseAccount { owner: other },
                Effect::None,
            ),
            _ => {
                let to = self.world.address(&format!("key {}", self.random.next()));
                let msg = ExecuteMsg::Rotate {
                    from: sender,
                    to: to.clone(),
                };
                (authority, msg, Effect::Rotation { who, to })
            }
        }
    }

    /// Somebody whose account was closed comes back, mostly: for the same
    /// address or another one, with the sponsor of before or another.
    fn back_again(&mut self) -> Option<(String, ExecuteMsg, Effect)> {
        let accounts = self.world.accounts();
        let closed = (0..accounts.len().min(self.addresses.len()))
            .filter(|who| accounts[*who].status == Status::Closed)
            .collect::<Vec<_>>();
        if closed.is_empty() || self.random.below(3) == 0 {
            return None;
        }
        let who = closed[self.random.below(closed.len() as u64) as usize];
        let identity = state::identity(who as u32).load(&self.world.storage);
        let to = if self.random.below(2) == 0 {
            self.addresses[who].clone()
        } else {
            self.world.address(&format!("key {}", self.random.next()))
        };
        let sponsor = (self.random.below(3) > 0).then(|| self.member().1);
        let new = NewAccount {
            owner: to.clone(),
            kind: Kind::Person,
            person: identity.expect("an account").person.map(Id),
            sponsor,
            limit: None,
        };
        let authority = self.world.authority.to_string();
        let msg = ExecuteMsg::OpenAccount(new);
        Some((authority, msg, Effect::Rotation { who, to }))
    }

    fn with_the_commons(&mut self) -> (String, ExecuteMsg, Effect) {
        let authority = self.world.authority.to_string();
        let (_, member) = self.member();
        let amount = Amount::new(self.random.next() >> (1 + self.random.below(62)));
        let amount = amount.expect("63 bits");
        let all: Vec<usize> = (0..self.addresses.len()).collect();
        match self.random.below(4) {
            0 => (member, ExecuteMsg::Distribute {}, Effect::None),
            1 => {
                let to = Some(member);
                let action = Action::SpendCommons {
                    to,
                    amount,
                    hold_for: None,
                    msg: None,
                };
                (
                    authority,
                    self.decided(Class::Spending, action),
                    Effect::Consent(vec![]),
                )
            }
            2 => {
                let hold_for = Some(self.holder());
                let action = Action::SpendCommons {
                    to: None,
                    amount,
                    hold_for,
                    msg: None,
                };
                (
                    authority,
                    self.decided(Class::Spending, action),
                    Effect::None,
                )
            }
            _ => {
                let case = Id(self.random.below(CASES + 1));
                let action = Action::WriteOff { member, case };
                // guarantors have consented by sponsoring
                (
                    authority,
                    self.decided(Class::Ordinary, action),
                    Effect::Consent(all),
                )
            }
        }
    }

    /// Assessments as a jury and members would have them: now and then the
    /// assessor was drawn, may deal and is related in no way.
    fn with_assessors(&mut self) -> (String, ExecuteMsg, Effect) {
        let (who, sender) = self.member();
        let open = (0..self.opened as u32)
            .filter(|number| assessment(*number).exists(&self.world.storage))
            .collect::<Vec<_>>();
        self.stands(who, &sender);
        if open.is_empty() || self.random.below(6) == 0 {
            return (sender, ExecuteMsg::AskAssessment {}, Effect::None);
        }
        let subject = open[self.random.below(open.len() as u64) as usize];
        let member = state::identity(subject)
            .load(&self.world.storage)
            .expect("an account")
            .address;
        if self.random.below(8) == 0 {
            let msg = ExecuteMsg::CloseAssessment { member };
            return (sender, msg, Effect::None);
        }
        let asked = assessment(subject)
            .load(&self.world.storage)
            .expect("an assessment");
        let (members, jury) = (
            self.world.address("authority"),
            self.world.address("sortition"),
        );
        let r#ref = asked.draw();
        let mut persons: Vec<Id> = (0..2).map(|_| Id(self.random.below(6))).collect();
        if self.random.below(8) > 0 {
            persons.push(Id(who as u64));
        }
        let drawn = Drawn {
            persons,
            done: self.random.below(8) > 0,
        };
        self.world
            .answer(&jury, &SortitionQuery::Drawn { r#ref }, &drawn);
        let related = Related {
            sponsor: self.random.below(8) == 0,
            org: false,
            vouch: false,
        };
        let question = MembersQuery::Related {
            a: Id(asked.person),
            b: Id(who as u64),
        };
        self.world.answer(&members, &question, &related);
        let said = SetFactors {
            member,
            skills: self.random.below(20_000) as u16 + 2_000,
            time: self.random.below(10_000) as u16 + 2_500,
            tools: 10_000,
            resources: 10_000,
        };
        (sender, ExecuteMsg::SetFactors(said), Effect::None)
    }

    /// members says that somebody is a member in good standing.
    fn stands(&mut self, who: usize, address: &str) {
        let standing = Standing {
            person: Id(who as u64),
            status: members::Status::Active,
            step: "none".into(),
            since: Seconds(0),
            kind: Kind::Person,
            roles: vec!["pay".into()],
        };
        let question = MembersQuery::Standing {
            address: address.to_owned(),
        };
        let members = self.world.address("authority");
        self.world.answer(&members, &question, &standing);
    }

    /// Mirror accounts, burning, and what no cw20 account may do here.
    fn refused(&mut self) -> (String, ExecuteMsg, Effect) {
        let (who, sender) = self.member();
        let (other, owner) = self.member();
        let amount = self.amount(who);
        let msg = match self.random.below(8) {
            0 => {
                let msg = ExecuteMsg::Burn { amount };
                return (sender, msg, Effect::Consent(vec![who]));
            }
            1 => {
                let msg = ExecuteMsg::BurnFrom { owner, amount };
                return (sender, msg, Effect::Consent(vec![other]));
            }
            2 => ExecuteMsg::Mint {
                recipient: owner,
                amount,
            },
            3 => ExecuteMsg::UpdateMinter {
                new_minter: Some(owner),
            },
            _ => {
                let limit = Amount::new(self.random.next() >> (1 + self.random.below(62)));
                let action = Action::OpenMirror {
                    owner: self.addresses[self.opened.min(self.addresses.len() - 1)].clone(),
                    limit: limit.expect("63 bits"),
                };
                let authority = self.world.authority.to_string();
                let msg = self.decided(Class::Constitutional, action);
                return (authority, msg, Effect::Opening);
            }
        };
        (sender, msg, Effect::None)
    }

    /// Parameters, the census and the tick, claims.
    fn in_the_economy(&mut self) -> (String, ExecuteMsg, Effect) {
        let authority = self.world.authority.to_string();
        let (_, sender) = self.member();
        let (_, member) = self.member();
        match self.random.below(11) {
            7..=9 => self.with_assessors(),
            10 => self.refused(),
            0 | 1 => {
                let limit = self.random.below(4_100) as u32;
                (sender, ExecuteMsg::Advance { limit }, Effect::None)
            }
            2 | 3 => {
                let partners = (0..self.random.below(8)).map(|_| self.member().1).collect();
                let msg = ExecuteMsg::ReleaseStarter { member, partners };
                (sender, msg, Effect::Consent(vec![]))
            }
            4 => {
                let economy = EconomyChanges {
                    starter_opening: Amount::new(
                        self.random.next() >> (10 + self.random.below(50)),
                    ),
                    starter_step: Amount::new(self.random.next() >> (10 + self.random.below(50))),
                    starter_partners: Some(self.random.below(4) as u16),
                    sponsor_generations: Some(self.random.below(3) as u8),
                    sponsor_per_invitee: Amount::new(
                        self.random.next() >> (10 + self.random.below(50)),
                    ),
                    controller_after_days: Some(0),
                    gain: Some(self.random.below(10) as u8),
                    exempt: (self.random.below(3) == 0)
                        .then(|| Amount::new(self.random.next() >> (14 + self.random.below(50))))
                        .flatten(),
                    ..EconomyChanges::default()
                };
                let changes = ParameterChanges {
                    economy: Some(economy),
                    ..ParameterChanges::default()
                };
                (
                    authority,
                    ExecuteMsg::SetParameters(Box::new(changes)),
                    Effect::None,
                )
            }
            5 => (sender, ExecuteMsg::AskAssessment {}, Effect::None),
            _ => {
                let said = SetFactors {
                    member,
                    skills: self.random.below(30_000) as u16,
                    time: 10_000,
                    tools: 10_000,
                    resources: 10_000,
                };
                (sender, ExecuteMsg::SetFactors(said), Effect::None)
            }
        }
    }
}
