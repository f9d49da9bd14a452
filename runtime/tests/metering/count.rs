//! The independent count: an interpreter of programs.

use super::program::{Function, Statement};
use super::{CONTROL, PLAIN};

pub enum Flow {
    Next,
    Branch(u32),
    Return,
    Trap,
    TooLong,
}

pub struct Count<'p> {
    pub program: &'p [Function],
    pub gas: u64,
    /// Of the operators since the last end of a basic block: not charged yet.
    pub due: u64,
    pub steps_left: u32,
}

impl Count<'_> {
    fn plain(&mut self, operators: u64) {
        self.due += operators * PLAIN;
    }

    fn control(&mut self) {
        self.gas += self.due + CONTROL;
        self.due = 0;
    }

    /// Runs a function and gives its result, or how the program ended in it.
    pub fn function(&mut self, index: usize, mut x: u32) -> Result<u32, Flow> {
        let function = &self.program[index];
        self.gas += PLAIN * u64::from(function.locals.saturating_sub(29));
        match self.run(&function.body, &mut x) {
            Flow::Next => {
                self.plain(1);
                self.control();
                Ok(x)
            }
            Flow::Branch(_) | Flow::Return => Ok(x),
            end => Err(end),
        }
    }

    fn run(&mut self, statements: &[Statement], x: &mut u32) -> Flow {
        for statement in statements {
            match self.statement(statement, x) {
                Flow::Next => {}
                other => return other,
            }
        }
        Flow::Next
    }

    /// The end of a block: reached by falling into it, which costs an operator, or by a branch, which does not.
    fn end(&mut self, flow: Flow) -> Flow {
        match flow {
            Flow::Next => {
                self.control();
                Flow::Next
            }
            Flow::Branch(0) => Flow::Next,
            Flow::Branch(further) => Flow::Branch(further - 1),
            other => other,
        }
    }

    fn statement(&mut self, statement: &Statement, x: &mut u32) -> Flow {
        self.steps_left = match self.steps_left.checked_sub(1) {
            Some(left) => left,
            None => return Flow::TooLong,
        };
        let set = |x: u32, bit: u32| x & (1 << bit) != 0;
        match statement {
            Statement::Step => {
                self.plain(6);
                *x = x.wrapping_mul(1_103_515_245).wrapping_add(12_345);
            }
            Statement::Nop => self.plain(1),
            Statement::Block(body) => {
                self.plain(1);
                let flow = self.run(body, x);
                return self.end(flow);
            }
            Statement::Loop(times, body) => {
                self.plain(2);
                self.control();
                for _ in 0..*times {
                    match self.run(body, x) {
                        Flow::Next => {}
                        flow => return self.end(flow),
                    }
                    self.plain(4);
                    self.control();
                }
                self.control();
            }
            Statement::If(bit, yes, no) => {
                self.plain(3);
                self.control();
                return match (set(*x, *bit), no) {
                    (true, _) => {
                        // Falls into `end`, or into `else`, which costs the same.
                        let flow = self.run(yes, x);
                        self.end(flow)
                    }
                    (false, Some(no)) => {
                        let flow = self.run(no, x);
                        self.end(flow)
                    }
                    (false, None) => Flow::Next,
                };
            }
            Statement::Br(to) => {
                self.plain(1);
                self.control();
                return Flow::Branch(*to);
            }
            Statement::BrIf(to, bit) => {
                self.plain(4);
                self.control();
                if set(*x, *bit) {
                    return Flow::Branch(*to);
                }
                self.plain(1);
            }
            Statement::BrTable(_, to) => {
                self.plain(4);
                self.control();
                return Flow::Branch(*to);
            }
            Statement::Return => {
                self.plain(1);
                self.control();
                return Flow::Return;
            }
            Statement::Call(function) => {
                self.plain(1);
                self.control();
                *x = match self.function(*function, *x) {
                    Ok(x) => x,
                    Err(end) => return end,
                };
                self.plain(1);
            }
            Statement::Fill(length) => {
                self.plain(4);
                self.gas += PLAIN * u64::from(*length);
            }
            Statement::Unreachable => return Flow::Trap,
        }
        Flow::Next
    }
}
