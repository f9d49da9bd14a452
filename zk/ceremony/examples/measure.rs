//! What proofs cost, for `cargo xtask bench zk` and `cargo xtask peers browser`.
//!
//! ```text
//! measure write KIND SEED DIR   circuit.r1cs .wtns .zkey, verification_key.json, name.txt, digest.txt, proof of our own;
//!                               SEED `full`: of an instance with as many entries as there can be
//! measure time ROUNDS           a JSON line for each circuit: CPU of proving, from a circuit's inputs to a proof that was
//!                               verified, and of verifying; always of one and the same full instance
//! measure history ENTRIES       a JSON line: CPU of a wallet that meets a mailbox of so many entries, and of each day after
//! measure check ZKEY FILE       whether the proof in FILE ({"proof", "publics"}, hex) holds under the key's verifying key
//! ```
//! CPU seconds are those of the main thread, which does all the work that is measured.
use std::{
    error::Error,
    fs::{self, File},
    io::BufReader,
    path::Path,
};

use ark_bn254::Fr;
use mycel_ceremony::{R1cs, development};
use mycel_circuits::{
    Attest, Circuit, Fold, Kind, Member, Show, gadgets::absorb::TAIL, r1cs, wtns,
};
use mycel_mailbox::{
    DealKey, Direction, Entry, Identity, Rating, State, ViewingKey, first_head, tag,
};
use mycel_prover::{ProvingKey, Silent, prove, prove_assignment};
use mycel_verifier::{batch, field, proof::Proof, snarkjs, verify};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use serde_json::{Value, json};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Proofs of a batch.
const BATCH: usize = 128;
/// What is short is done so often in a row: the system counts a thread's time in steps of some milliseconds.
const REPEATS: usize = 64;
/// Other statements in a batch.
const OTHERS: u64 = 3;
/// Batches in a row.
const BATCHES: usize = 8;

fn main() -> Outcome {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match &args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["write", kind, seed, dir] => {
            let kind: Kind = kind.parse()?;
            let seed = match *seed {
                "full" => full(kind),
                number => number.parse()?,
            };
            write(kind, seed, Path::new(dir))
        }
        ["time", rounds] => time(rounds.parse()?),
        ["history", entries] => history(entries.parse()?),
        ["check", zkey, file] => check(Path::new(zkey), Path::new(file)),
        _ => Err(
            "verbs: write KIND SEED DIR | time ROUNDS | history ENTRIES | check ZKEY FILE".into(),
        ),
    }
}

/// Seconds that this thread has run.
fn cpu() -> Outcome<f64> {
    let stat = fs::read_to_string("/proc/self/schedstat")?;
    let nanoseconds: u64 = stat.split(' ').next().unwrap_or_default().parse()?;
    Ok(nanoseconds as f64 / 1e9)
}

fn timed<T>(work: impl FnOnce() -> T) -> Outcome<(T, f64)> {
    let start = cpu()?;
    let result = work();
    Ok((result, cpu()? - start))
}

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

fn key(bytes: &[u8]) -> Outcome<ProvingKey> {
    Ok(ProvingKey::read(bytes, None, &Silent)?)
}

fn write(kind: Kind, seed: u64, dir: &Path) -> Outcome {
    fs::create_dir_all(dir)?;
    let compiled = kind.compile();
    let (publics, values) = kind.example(seed);
    r1cs::write(&compiled, &mut File::create(dir.join("circuit.r1cs"))?)?;
    wtns::write(&values, &mut File::create(dir.join("circuit.wtns"))?)?;
    let zkey = development::zkey(&R1cs::of(kind))?;
    fs::write(dir.join("circuit.zkey"), &zkey)?;
    let key = key(&zkey)?;
    let proof = prove_assignment(&key, &values, &mut rng(seed), &Silent)?;
    let put = |name: &str, value: &Value| fs::write(dir.join(name), value.to_string());
    put(
        "verification_key.json",
        &snarkjs::key_json(key.verifying_key()),
    )?;
    put("proof.json", &snarkjs::proof_json(&proof))?;
    put("public.json", &snarkjs::public_json(&publics))?;
    let rows = compiled.constraints;
    fs::write(dir.join("name.txt"), format!("Mycel {kind}, {rows} rows"))?;
    fs::write(
        dir.join("digest.txt"),
        blake3::hash(&zkey).to_hex().as_str(),
    )?;
    Ok(())
}

/// The first seed whose example has as many entries as there can be: fewer leave zeros in the witness, which cost less.
fn full(kind: Kind) -> u64 {
    let entries = |seed| match kind {
        Kind::Show => Show::example(seed).tail.len(),
        Kind::Fold => Fold::example(seed).entries.len(),
        Kind::Attest | Kind::Member => TAIL,
    };
    let found = (1..).find(|seed| entries(*seed) == TAIL);
    found.expect("one in eight has")
}

fn time(rounds: u64) -> Outcome {
    time_of::<Attest>(Kind::Attest, rounds)?;
    time_of::<Fold>(Kind::Fold, rounds)?;
    time_of::<Show>(Kind::Show, rounds)?;
    time_of::<Member>(Kind::Member, rounds)
}

fn time_of<C: Circuit>(kind: Kind, rounds: u64) -> Outcome {
    let rows = kind.compile().constraints;
    let zkey = development::zkey(&R1cs::of(kind))?;
    let (read, read_s) = timed(|| key(&zkey))?;
    let key = read?;
    let circuit = C::example(full(kind));
    let (mut proving, mut verifying, mut witness) = (f64::MAX, f64::MAX, f64::MAX);
    let mut made: Vec<(Vec<Fr>, Proof)> = vec![];
    for round in 0..rounds.max(1) {
        let repeated = || (0..REPEATS).try_for_each(|_| circuit.assignment().map(drop));
        let (done, witness_s) = timed(repeated)?;
        done?;
        let (proven, proving_s) = timed(|| prove(&key, &circuit, &mut rng(round), &Silent))?;
        let (proof, publics) = proven?;
        let (holds, verifying_s) =
            timed(|| (0..REPEATS).all(|_| verify(key.prepared(), &publics, &proof)))?;
        if !holds {
            return Err(format!("{kind}: its own proof does not hold").into());
        }
        proving = proving.min(proving_s);
        witness = witness.min(witness_s / REPEATS as f64);
        verifying = verifying.min(verifying_s / REPEATS as f64);
        made.push((publics, proof));
        eprintln!("{kind} round {round}: prove {proving_s:.3} s CPU");
    }
    // other statements as well, and the same proofs again and again: the batch's coefficients differ, and so does all
    // its work
    for seed in 1..=OTHERS {
        let other = C::example(seed);
        let (proof, publics) = prove(&key, &other, &mut rng(seed), &Silent)?;
        made.push((publics, proof));
    }
    let items: Vec<_> = (0..BATCH).map(|i| made[i % made.len()].clone()).collect();
    let mut batched = f64::MAX;
    for _ in 0..rounds.max(1) {
        let (holds, batch_s) = timed(|| (0..BATCHES).all(|_| batch(key.prepared(), &items)))?;
        if !holds {
            return Err(format!("{kind}: its own batch does not hold").into());
        }
        batched = batched.min(batch_s / (BATCH * BATCHES) as f64);
    }
    println!(
        "{}",
        json!({"name": kind.name(), "constraints": rows, "publics": made[0].0.len(),
            "key_bytes": zkey.len(), "read_ms": read_s * 1e3, "witness_ms": witness * 1e3,
            "prove_ms": proving * 1e3, "verify_ms": verifying * 1e3, "batch_ms": batched * 1e3})
    );
    Ok(())
}

/// Entries that a day brings.
const A_DAY: usize = 3;
/// Entries of one fold.
const FOLD: usize = 8;

/// What a wallet has of one rating before it opens it: the partner's public key, the deal, what lies on the chain.
struct Sealed {
    partner: [u8; 32],
    deal: tag::Element,
    ct: Fr,
    period: u32,
}

/// Every entry opened by its deal's own key, all folded eight at a time with a proof each; then a day: the keys read,
/// three entries opened and folded, one show.
fn history(entries: usize) -> Outcome {
    let owner = ViewingKey::from_seed(&[1; 32], "bench", "trust", 1);
    let identity = Identity::from_seed(&[1; 32], "bench", "trust", 0);
    let instance = tag::instance("bench", "trust");
    let sealed = |i: usize| -> Outcome<Sealed> {
        let partner = ViewingKey::from_seed(&[2; 32], "bench", "trust", i as u32 % 50);
        let deal = tag::deal(&instance, i as u64 % 50, 99, &tag::small(i as u64));
        let rating = Rating {
            outcome: !i.is_multiple_of(9),
            weight: 10,
            eco: (i % 1001) as u16,
            reciprocity: 500,
        };
        let key = DealKey::new(partner.shared(&owner.public())?, &deal)?;
        let ct = key.seal(Direction::AtoB, &rating)?.ct;
        let (partner, period) = (partner.public(), (i / 100) as u32);
        Ok(Sealed {
            partner,
            deal,
            ct,
            period,
        })
    };
    let sealed: Vec<Sealed> = (0..entries + A_DAY).map(sealed).collect::<Outcome<_>>()?;
    let open = |one: &Sealed| -> Outcome<Entry> {
        let key = DealKey::new(owner.shared(&one.partner)?, &one.deal)?;
        let rating = key.open(Direction::AtoB, one.ct)?;
        Ok(rating.entry(key.rho(Direction::AtoB), one.period))
    };
    let [fold_key, show_key] =
        [Kind::Fold, Kind::Show].map(|kind| development::zkey(&R1cs::of(kind)));
    let (fold_key, show_key) = (fold_key?, show_key?);

    let (mut state, mut head) = (
        State::default(),
        first_head(identity.idc(), mycel_mailbox::hash::fr(&instance)),
    );
    let mut folds = 0;
    let mut fold = |key: &ProvingKey, some: &[Sealed]| -> Outcome {
        let entries: Vec<Entry> = some.iter().map(open).collect::<Outcome<_>>()?;
        let (proven, next) = Fold::new(&identity, &state, head, &entries, folds)?;
        prove(key, &proven, &mut rng(folds), &Silent)?;
        (state, head, folds) = (next, proven.f_next, folds + 1);
        Ok(())
    };
    let (first, day) = sealed.split_at(entries);
    let show = Show::example(full(Kind::Show));
    let (done, once) = timed(|| -> Outcome {
        let key = key(&fold_key)?;
        first.chunks(FOLD).try_for_each(|some| fold(&key, some))
    })?;
    done?;
    let (done, daily) = timed(|| -> Outcome {
        fold(&key(&fold_key)?, day)?;
        prove(&key(&show_key)?, &show, &mut rng(1), &Silent)?;
        Ok(())
    })?;
    done?;
    println!(
        "{}",
        json!({"name": "history", "entries": entries, "folds": entries.div_ceil(FOLD), "once_s": once, "day_s": daily})
    );
    Ok(())
}

fn check(zkey: &Path, file: &Path) -> Outcome {
    let key = ProvingKey::read(BufReader::new(File::open(zkey)?), None, &Silent)?;
    let said: Value = serde_json::from_slice(&fs::read(file)?)?;
    let bytes = |value: &Value| -> Outcome<Vec<u8>> {
        let text = value.as_str().ok_or("hex is text")?;
        let digit = |at: usize| {
            u8::from_str_radix(text.get(at..at + 2).ok_or("odd hex")?, 16)
                .map_err(|e| e.to_string())
        };
        let all: Result<Vec<u8>, String> = (0..text.len()).step_by(2).map(digit).collect();
        Ok(all?)
    };
    let proof = Proof::decode(&bytes(&said["proof"])?)?;
    let publics = said["publics"].as_array().ok_or("publics is a list")?;
    let publics: Vec<Fr> = publics
        .iter()
        .map(|one| Ok(field::decode(&bytes(one)?)?))
        .collect::<Outcome<_>>()?;
    match verify(key.prepared(), &publics, &proof) {
        true => Ok(()),
        false => Err("the proof does not hold".into()),
    }
}
