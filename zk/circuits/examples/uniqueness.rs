//! Asks a finite-field solver whether gadgets have one answer each: writes an
//! SMT-LIB question for each gadget's outputs into a folder. The rows are those
//! that the circuits' own code writes.
//!
//! Two copies of a gadget share its inputs; is there an assignment of both that
//! satisfies all rows and differs in an output? `unsat` means that the inputs
//! force the outputs, so that a prover has nothing to choose. Hashes are left
//! out: their rows are S-boxes, each of which gives one value by its shape. Not
//! asked, because cvc5 does not answer within minutes: the flags of a shift and
//! whether an age is below 16. They rest on the ranges asked here.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;
use std::{env, fs, io};

use ark_bn254::Fr;
use ark_ff::PrimeField;
use mycel_circuits::gadgets::absorb::absorb;
use mycel_circuits::gadgets::attributes::attributes;
use mycel_circuits::gadgets::bits::{boolean, require_range};
use mycel_circuits::gadgets::path::require_under_root;
use mycel_circuits::gadgets::seal::Parts;
use mycel_circuits::gadgets::state::Sums;
use mycel_circuits::sheet::{Row, Section};
use mycel_circuits::{Sheet, Wire};
use mycel_mailbox::{State, tree};

/// A linear combination: factors and variables.
type Terms = Vec<(Fr, usize)>;

/// Rows as the circuits' own code writes them, and what is asked of them.
struct Excerpt {
    rows: Vec<Row>,
    /// Variables that are given: both copies have them in common.
    given: BTreeSet<usize>,
    outputs: Vec<Terms>,
}

/// Up to so many outputs are one question, more are one each: what cvc5 answers sooner.
const MOST_TOGETHER: usize = 4;

/// Name, expected answer, gadget.
type Piece = (&'static str, &'static str, fn() -> Excerpt);

const PIECES: [Piece; 8] = [
    ("range_of_8_bits", "unsat", || range(8)),
    ("range_of_24_bits", "unsat", || range(24)),
    ("attributes_of_their_packed_sum", "unsat", opened_attributes),
    ("rating_of_its_packed_sum", "unsat", opened_rating),
    ("side_of_a_node", "unsat", side),
    ("choice_of_a_head", "unsat", choice),
    ("packed_sum_without_bits", "sat", without_bits),
    ("flags_without_their_sum", "sat", loose_flags),
];

fn inputs<const N: usize>(sheet: &mut Sheet) -> [Wire; N] {
    [(); N].map(|()| sheet.input(Fr::from(0u64)))
}

fn variable(number: usize) -> Terms {
    vec![(Fr::from(1u64), number)]
}

/// All of a sheet, whose public inputs are given.
fn whole(sheet: Sheet, outputs: &[Wire]) -> Excerpt {
    let given = (1..=sheet.publics()).collect();
    let (rows, ..) = sheet.into_parts();
    let outputs = outputs.iter().map(|wire| wire.terms().to_vec()).collect();
    Excerpt {
        rows,
        given,
        outputs,
    }
}

/// Whatever the gadget writes down is asked for: its bits.
fn range(bits: usize) -> Excerpt {
    let mut sheet = Sheet::with_rows();
    let [x] = inputs(&mut sheet);
    require_range(&mut sheet, &x, bits);
    let (rows, _, values) = sheet.into_parts();
    Excerpt {
        rows,
        given: BTreeSet::from([1]),
        outputs: (2..values.len()).map(variable).collect(),
    }
}

fn opened_attributes() -> Excerpt {
    let mut sheet = Sheet::with_rows();
    let [packed] = inputs(&mut sheet);
    let opened = attributes(&mut sheet, &mycel_mailbox::Attr::default());
    sheet.require_equal(&opened.packed, &packed);
    whole(sheet, &[opened.joined, opened.keyed, opened.vouch])
}

fn opened_rating() -> Excerpt {
    let mut sheet = Sheet::with_rows();
    let [packed] = inputs(&mut sheet);
    let parts = Parts::ranged(&mut sheet, &mycel_mailbox::Rating::default());
    sheet.require_equal(&parts.packed(), &packed);
    let outputs = [parts.outcome, parts.weight, parts.eco, parts.reciprocity];
    whole(sheet, &outputs)
}

/// The first stretch of a group.
fn first<'a>(sections: &'a [Section], group: &str) -> &'a Section {
    let found = sections.iter().find(|section| section.group == group);
    found.unwrap_or_else(|| panic!("no group {group}: the gadget changed, and so must this"))
}

fn one_variable(range: &Range<usize>) -> usize {
    assert_eq!(range.len(), 1, "the gadget changed, and so must this");
    range.start
}

/// The lowest level of a way to the root: given the node below, its sibling and
/// the side, what the hash takes. A hash of two begins with a square of each.
fn side() -> Excerpt {
    let mut sheet = Sheet::with_rows();
    let [leaf, root] = inputs(&mut sheet);
    let way = tree::Path {
        index: 0,
        siblings: [Fr::from(0u64); tree::DEPTH],
    };
    require_under_root(&mut sheet, leaf, &way, &root);
    let (rows, sections, _) = sheet.into_parts();
    let (chosen, hashed) = (first(&sections, "side"), first(&sections, "path"));
    let (swap, rest) = rows[hashed.rows.clone()].split_first().expect("rows");
    let [(_, swapped)] = swap.c[..] else {
        panic!("the gadget changed, and so must this")
    };
    let squares = rest
        .iter()
        .filter(|row| row.a == row.b && row.a.iter().any(|(_, term)| *term == swapped));
    let outputs: Vec<Terms> = squares.take(2).map(|row| row.a.clone()).collect();
    assert_eq!(outputs.len(), 2);
    let (right, sibling) = (one_variable(&chosen.variables), hashed.variables.start);
    Excerpt {
        rows: [&rows[chosen.rows.clone()], std::slice::from_ref(swap)].concat(),
        given: BTreeSet::from([1, right, sibling]),
        outputs,
    }
}

/// The first place of eight: given whether it holds an entry, the head before and
/// the hash, the head after.
fn choice() -> Excerpt {
    let mut sheet = Sheet::with_rows();
    let [before] = inputs(&mut sheet);
    let mut sums = Sums::witness(&mut sheet, &State::default());
    absorb(&mut sheet, &mut sums, &before, &[]);
    let (rows, sections, _) = sheet.into_parts();
    let (on, head) = (first(&sections, "entry on"), first(&sections, "entry head"));
    let chosen = rows[head.rows.clone()].last().expect("rows").clone();
    let terms = chosen.a.iter().chain(&chosen.b);
    let mut given: BTreeSet<usize> = terms.map(|(_, variable)| *variable).collect();
    given.insert(one_variable(&on.variables));
    let outputs = vec![chosen.c.clone()];
    assert!(outputs[0].iter().all(|(_, output)| !given.contains(output)));
    Excerpt {
        rows: [&rows[on.rows.clone()], &[chosen]].concat(),
        given,
        outputs,
    }
}

/// What is no gadget and has two answers, so that `sat` is seen, too.
fn without_bits() -> Excerpt {
    let mut sheet = Sheet::with_rows();
    let [packed] = inputs(&mut sheet);
    let parts = [(); 3].map(|()| sheet.witness(Fr::from(0u64)));
    let [joined, keyed, vouch] = &parts;
    let sum = joined + keyed * (1 << 24) + vouch * (1 << 48);
    sheet.require_equal(&sum, &packed);
    whole(sheet, &parts)
}

/// Another.
fn loose_flags() -> Excerpt {
    let mut sheet = Sheet::with_rows();
    let [by] = inputs(&mut sheet);
    let flags = [(); 3].map(|()| boolean(&mut sheet, false));
    let [one, two, three] = &flags;
    sheet.require_equal(&(one + two * 2 + three * 3), &by);
    whole(sheet, &flags)
}

/// A linear combination of a copy's variables.
fn sum(terms: &[(Fr, usize)], name: &dyn Fn(usize) -> String) -> String {
    let term = |(factor, variable): &(Fr, usize)| match variable {
        0 => format!("(as ff{} F)", factor.into_bigint()),
        _ => format!(
            "(ff.mul (as ff{} F) {})",
            factor.into_bigint(),
            name(*variable)
        ),
    };
    match terms {
        [] => "(as ff0 F)".into(),
        [one] => term(one),
        many => format!(
            "(ff.add {})",
            many.iter().map(term).collect::<Vec<_>>().join(" ")
        ),
    }
}

fn questions(excerpt: &Excerpt, answer: &str) -> Vec<String> {
    let name = |copy: char| {
        move |variable: usize| match excerpt.given.contains(&variable) {
            true => format!("x{variable}"),
            false => format!("{copy}{variable}"),
        }
    };
    let mut text = format!("(set-info :status {answer})\n(set-logic QF_FF)\n");
    let _ = writeln!(text, "(define-sort F () (_ FiniteField {}))", Fr::MODULUS);
    let copies = [name('a'), name('b')];
    let sides = excerpt.rows.iter().flat_map(|row| [&row.a, &row.b, &row.c]);
    let terms = sides.chain(&excerpt.outputs).flatten();
    let used: BTreeSet<usize> = terms.map(|(_, variable)| *variable).collect();
    let names = used.into_iter().filter(|variable| *variable != 0);
    let names: BTreeSet<String> = names
        .flat_map(|variable| copies.each_ref().map(|name| name(variable)))
        .collect();
    for name in names {
        let _ = writeln!(text, "(declare-fun {name} () F)");
    }
    for name in &copies {
        for row in &excerpt.rows {
            let [a, b, c] = [&row.a, &row.b, &row.c].map(|terms| sum(terms, name));
            let _ = writeln!(text, "(assert (= (ff.mul {a} {b}) {c}))");
        }
    }
    let differs = |output: &Terms| {
        let [one, other] = copies.each_ref().map(|name| sum(output, name));
        format!("(not (= {one} {other}))")
    };
    let differ: Vec<String> = excerpt.outputs.iter().map(differs).collect();
    let asked = match differ.len() > MOST_TOGETHER {
        true => differ,
        false if differ.len() == 1 => differ,
        false => vec![format!("(or {})", differ.join(" "))],
    };
    let question = |asked| format!("{text}(assert {asked})\n(check-sat)\n");
    asked.into_iter().map(question).collect()
}

fn main() -> io::Result<()> {
    let folder = env::args().nth(1).expect("usage: uniqueness FOLDER");
    fs::create_dir_all(&folder)?;
    for (name, answer, piece) in PIECES {
        for (output, question) in questions(&piece(), answer).into_iter().enumerate() {
            fs::write(
                Path::new(&folder).join(format!("{name}_{output}.smt2")),
                question,
            )?;
        }
    }
    Ok(())
}
