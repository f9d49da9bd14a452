//! What a built contract says about itself: the section `mycel-manifest`, as `mycel_kit::manifest` reads it. Contracts
//! built here are the standards themselves: nothing is changed, nothing replaced.
use std::{fs, path::Path, process::Command};

use crate::{Outcome, cargo};

/// Appends the manifest of `package`, whose source is in `folder`, to its Wasm.
pub fn append(wasm: &Path, package: &str, folder: &str) -> Outcome {
    let failed = |e: std::io::Error| format!("{}: {e}", wasm.display());
    let lock =
        fs::read(cargo::root().join("Cargo.lock")).map_err(|e| format!("Cargo.lock: {e}"))?;
    let revision = match revision(folder) {
        Some(commit) => format!("\"{commit}\""),
        None => "null".into(),
    };
    let json = format!(
        r#"{{"standard":"{package}","version":"{}","variant":null,"parameters":{{}},"policies":[],"revision":{revision},"lockfile":"{}"}}"#,
        env!("CARGO_PKG_VERSION"),
        sha256(&lock),
    );
    let mut bytes = fs::read(wasm).map_err(failed)?;
    bytes.extend(section(b"mycel-manifest", json.as_bytes()));
    fs::write(wasm, bytes).map_err(failed)
}

/// The last commit of a contract's source; none if something there is not committed, or there is no git.
fn revision(folder: &str) -> Option<String> {
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(cargo::root()).args(arguments).arg("--");
        command.args([folder, "contracts/kit", "contracts/bindings", "Cargo.lock"]);
        let output = command
            .output()
            .ok()
            .filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok()
    };
    if !git(&["status", "--porcelain"])?.trim().is_empty() {
        return None;
    }
    let commit = git(&["log", "-1", "--format=%H"])?.trim().to_string();
    (commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit())).then_some(commit)
}

/// A custom section of a Wasm module.
fn section(name: &[u8], content: &[u8]) -> Vec<u8> {
    let mut body = leb(name.len());
    body.extend_from_slice(name);
    body.extend_from_slice(content);
    let mut section = vec![0];
    section.extend(leb(body.len()));
    section.extend(body);
    section
}

fn leb(mut value: usize) -> Vec<u8> {
    let mut out = vec![];
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
    out
}

/// SHA-256 in hexadecimal (FIPS 180-4). Its constants are the leading fractional bits of roots of primes: computed, so
/// that there is no table to mistype.
fn sha256(data: &[u8]) -> String {
    let primes: Vec<u128> = (2..312u128)
        .filter(|n| (2..*n).all(|d| n % d != 0))
        .collect();
    // floor(root(n · 2^(32·k))) mod 2^32 by bisection: k-th roots of small primes are below 7 · 2^32
    let root = |n: u128, k: u32| {
        let (mut low, mut high) = (0u128, 20u128 << 32);
        while high - low > 1 {
            let middle = (low + high) / 2;
            let small = match k {
                2 => middle * middle <= n << 64,
                // of a cube only its leading bits fit
                _ => cube_at_most(middle, n),
            };
            *if small { &mut low } else { &mut high } = middle;
        }
        low as u32
    };
    let k: Vec<u32> = primes.iter().take(64).map(|n| root(*n, 3)).collect();
    let mut h: Vec<u32> = primes.iter().take(8).map(|n| root(*n, 2)).collect();
    let mut message = data.to_vec();
    message.push(0x80);
    message.resize((message.len() + 8).next_multiple_of(64) - 8, 0);
    message.extend((data.len() as u64 * 8).to_be_bytes());
    for block in message.chunks_exact(64) {
        let mut w: Vec<u32> = block
            .chunks_exact(4)
            .map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]))
            .collect();
        for i in 16..64 {
            let (a, b) = (w[i - 15], w[i - 2]);
            let s0 = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
            let s1 = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
            w.push(
                w[i - 16]
                    .wrapping_add(s0)
                    .wrapping_add(w[i - 7])
                    .wrapping_add(s1),
            );
        }
        let mut v: [u32; 8] = std::array::from_fn(|i| h[i]);
        for (k, w) in k.iter().zip(&w) {
            let [a, b, c, d, e, f, g, last] = v;
            let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let choice = (e & f) ^ (!e & g);
            let t1 = last
                .wrapping_add(s1)
                .wrapping_add(choice)
                .wrapping_add(*k)
                .wrapping_add(*w);
            let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let majority = (a & b) ^ (a & c) ^ (b & c);
            v = [
                t1.wrapping_add(s0).wrapping_add(majority),
                a,
                b,
                c,
                d.wrapping_add(t1),
                e,
                f,
                g,
            ];
        }
        for (h, v) in h.iter_mut().zip(v) {
            *h = h.wrapping_add(v);
        }
    }
    h.iter().map(|word| format!("{word:08x}")).collect()
}

/// Whether `x³ ≤ n · 2^96` for x below 2^37 and n below 2^9: both sides divided into 64-bit halves.
fn cube_at_most(x: u128, n: u128) -> bool {
    let square = x * x; // below 2^74
    let (high, low) = (square >> 64, square & u128::from(u64::MAX));
    // square · x = (high · x) · 2^64 + low · x, compared with (n << 32) · 2^64
    let carried = high * x + ((low * x) >> 64);
    let rest = (low * x) & u128::from(u64::MAX);
    carried < n << 32 || (carried == n << 32 && rest == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_equal_the_published_vectors() {
        for (data, digest) in [
            (
                "",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ),
            (
                "abc",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            ),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            ),
        ] {
            assert_eq!(sha256(data.as_bytes()), digest);
        }
        let million = vec![b'a'; 1_000_000];
        assert_eq!(
            sha256(&million),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        );
    }

    #[test]
    fn a_section_is_its_size_its_name_and_its_content() {
        assert_eq!(section(b"ab", b"x"), b"\0\x04\x02abx");
        assert_eq!(section(b"a", &[7; 200])[..5], [0, 0xca, 0x01, 1, b'a']);
    }
}
