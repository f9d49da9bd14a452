//! Asks a finite-field solver whether gadgets have one answer each: writes an
//! SMT-LIB question for each gadget's outputs into a folder.
//!
//! Two copies of a gadget share its inputs; is there an assignment of both that
//! satisfies all rows and differs in an output? `unsat` means that the inputs
//! force the outputs, so that a prover has nothing to choose. Hashes are left
//! out: their rows are S-boxes, each of which gives one value by its shape. Not
//! asked, because cvc5 does not answer within minutes: the flags of a shift and
//! whether an age is below 16. They rest on the ranges asked here.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

use ark_bn254::Fr;
use ark_ff::PrimeField;
use mycel_circuits::gadgets::attributes::attributes;
use mycel_circuits::gadgets::bits::{boolean, require_boolean};
use mycel_circuits::gadgets::seal::Parts;
use mycel_circuits::{Sheet, Wire};

/// What a gadget is asked: its outputs, of a sheet whose public inputs are its inputs.
type Piece = fn(&mut Sheet) -> Vec<Wire>;

/// Up to so many outputs are one question, more are one each: what cvc5 answers sooner.
const MOST_TOGETHER: usize = 4;

/// Name, expected answer, gadget.
const PIECES: [(&str, &str, Piece); 8] = [
    ("range_of_8_bits", "unsat", |sheet| range(sheet, 8)),
    ("range_of_24_bits", "unsat", |sheet| range(sheet, 24)),
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

/// As `require_range` writes it: bits, and a row for their sum.
fn range(sheet: &mut Sheet, bits: usize) -> Vec<Wire> {
    let [x] = inputs(sheet);
    let bits: Vec<Wire> = (0..bits).map(|_| boolean(sheet, false)).collect();
    let powers = (0..).map(|i| Fr::from(1u64 << i));
    let sum = Wire::combination(powers.zip(&bits));
    sheet.require_equal(&sum, &x);
    bits
}

fn opened_attributes(sheet: &mut Sheet) -> Vec<Wire> {
    let [packed] = inputs(sheet);
    let opened = attributes(sheet, &mycel_mailbox::Attr::default());
    sheet.require_equal(&opened.packed, &packed);
    vec![opened.joined, opened.keyed, opened.vouch]
}

fn opened_rating(sheet: &mut Sheet) -> Vec<Wire> {
    let [packed] = inputs(sheet);
    let parts = Parts::ranged(sheet, &mycel_mailbox::Rating::default());
    sheet.require_equal(&parts.packed(), &packed);
    vec![parts.outcome, parts.weight, parts.eco, parts.reciprocity]
}

fn side(sheet: &mut Sheet) -> Vec<Wire> {
    let [right, below, sibling] = inputs(sheet);
    require_boolean(sheet, &right);
    let swap = sheet.product(&right, &(&sibling - &below));
    vec![&below + &swap, &sibling - &swap]
}

fn choice(sheet: &mut Sheet) -> Vec<Wire> {
    let [on, before, next] = inputs(sheet);
    require_boolean(sheet, &on);
    vec![&before + sheet.product(&on, &(&next - &before))]
}

fn without_bits(sheet: &mut Sheet) -> Vec<Wire> {
    let [packed] = inputs(sheet);
    let parts = [(); 3].map(|()| sheet.witness(Fr::from(0u64)));
    let [joined, keyed, vouch] = &parts;
    let sum = joined + keyed * (1 << 24) + vouch * (1 << 48);
    sheet.require_equal(&sum, &packed);
    parts.to_vec()
}

fn loose_flags(sheet: &mut Sheet) -> Vec<Wire> {
    let [by] = inputs(sheet);
    let flags = [(); 3].map(|()| boolean(sheet, false));
    let [one, two, three] = &flags;
    sheet.require_equal(&(one + two * 2 + three * 3), &by);
    flags.to_vec()
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

fn questions(piece: Piece, answer: &str) -> Vec<String> {
    let mut sheet = Sheet::with_rows();
    let outputs = piece(&mut sheet);
    let publics = sheet.publics();
    let (rows, _, values) = sheet.into_parts();
    let name = |copy: char| {
        move |variable: usize| match variable <= publics {
            true => format!("x{variable}"),
            false => format!("{copy}{variable}"),
        }
    };
    let mut text = format!("(set-info :status {answer})\n(set-logic QF_FF)\n");
    let _ = writeln!(text, "(define-sort F () (_ FiniteField {}))", Fr::MODULUS);
    let copies = [name('a'), name('b')];
    let mut names: Vec<String> = (1..values.len())
        .flat_map(|variable| copies.each_ref().map(|name| name(variable)))
        .collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let _ = writeln!(text, "(declare-fun {name} () F)");
    }
    for name in &copies {
        for row in &rows {
            let [a, b, c] = [&row.a, &row.b, &row.c].map(|terms| sum(terms, name));
            let _ = writeln!(text, "(assert (= (ff.mul {a} {b}) {c}))");
        }
    }
    let differs = |output: &Wire| {
        let [one, other] = copies.each_ref().map(|name| sum(output.terms(), name));
        format!("(not (= {one} {other}))")
    };
    let differ: Vec<String> = outputs.iter().map(differs).collect();
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
        for (output, question) in questions(piece, answer).into_iter().enumerate() {
            fs::write(
                Path::new(&folder).join(format!("{name}_{output}.smt2")),
                question,
            )?;
        }
    }
    Ok(())
}
