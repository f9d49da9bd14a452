//! What a contract's Wasm says about itself: its standard and what the variant
//! changes, in the custom section [`SECTION`].
//!
//! The section is appended after the build, so that the source stays free of
//! link sections, which safe Rust has not. It changes nothing that runs; the
//! code's hash covers it, so it cannot be changed after the code is stored.

use std::collections::BTreeMap;

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{from_json, to_json_vec};

/// The custom section's name.
pub const SECTION: &str = "mycel-manifest";
/// A manifest is never longer.
pub const MAX_BYTES: usize = 16 << 10;

/// The variant manifest.
#[cw_serde]
#[derive(Eq)]
pub struct Manifest {
    /// The standard, e.g. `mycel-credit`.
    pub standard: String,
    /// Its version.
    pub version: String,
    /// The variant's name; the standard itself has none.
    pub variant: Option<String>,
    /// Parameters whose default differs from the standard's, with that default.
    pub parameters: BTreeMap<String, String>,
    /// Policies that replace the standard's.
    pub policies: Vec<String>,
    /// The commit of the source; absent if it was built from uncommitted source.
    pub revision: Option<String>,
    /// SHA-256 of the lockfile, hexadecimal.
    pub lockfile: String,
}

/// A Wasm or a manifest that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// The bytes are not sections of a Wasm module.
    #[error("no wasm module: byte={at}")]
    Wasm {
        /// Where reading stopped.
        at: usize,
    },
    /// More than one, or longer than [`MAX_BYTES`].
    #[error("manifest refused: {why}")]
    Refused {
        /// Why.
        why: String,
    },
}

impl Manifest {
    /// The manifest in a Wasm; `None` if it has none.
    ///
    /// # Errors
    /// The Wasm's sections cannot be walked, or what is there is no manifest.
    pub fn read(wasm: &[u8]) -> Result<Option<Manifest>, ManifestError> {
        let mut found = None;
        for section in Sections::of(wasm)? {
            let Some((name, content)) = section? else {
                continue;
            };
            if name != SECTION.as_bytes() {
                continue;
            }
            let refused = |why: String| ManifestError::Refused { why };
            if found.is_some() {
                return Err(refused("there are two".into()));
            }
            if content.len() > MAX_BYTES {
                let bytes = content.len();
                return Err(refused(format!("bytes={bytes} most={MAX_BYTES}")));
            }
            found = Some(from_json(content).map_err(|why| refused(why.to_string()))?);
        }
        Ok(found)
    }

    /// The Wasm with this manifest appended.
    ///
    /// # Errors
    /// It cannot be read, has one already, or the manifest is too long.
    #[allow(clippy::missing_panics_doc, reason = "it cannot panic: see the expect")]
    pub fn append(&self, wasm: &[u8]) -> Result<Vec<u8>, ManifestError> {
        let refused = |why: String| ManifestError::Refused { why };
        if Manifest::read(wasm)?.is_some() {
            return Err(refused("there is one already".into()));
        }
        let content = to_json_vec(self).expect("a manifest is plain data");
        if content.len() > MAX_BYTES {
            let bytes = content.len();
            return Err(refused(format!("bytes={bytes} most={MAX_BYTES}")));
        }
        let mut body = vec![];
        write_leb(&mut body, SECTION.len());
        body.extend_from_slice(SECTION.as_bytes());
        body.extend_from_slice(&content);
        let mut wasm = wasm.to_vec();
        wasm.push(0);
        write_leb(&mut wasm, body.len());
        wasm.extend_from_slice(&body);
        Ok(wasm)
    }
}

/// Walks a module's sections; gives (name, content) of custom ones.
struct Sections<'a> {
    wasm: &'a [u8],
    at: usize,
}

/// Name and content of a custom section; `None` for a section of another kind.
type Section<'a> = Option<(&'a [u8], &'a [u8])>;

impl<'a> Sections<'a> {
    fn of(wasm: &'a [u8]) -> Result<Self, ManifestError> {
        match wasm.starts_with(b"\0asm\x01\0\0\0") {
            true => Ok(Sections { wasm, at: 8 }),
            false => Err(ManifestError::Wasm { at: 0 }),
        }
    }

    fn section(&mut self) -> Result<Section<'a>, ManifestError> {
        let bad = ManifestError::Wasm { at: self.at };
        let (kind, rest) = self.wasm[self.at..].split_first().ok_or(bad.clone())?;
        let (size, rest) = read_leb(rest).ok_or(bad.clone())?;
        let body = rest.get(..size).ok_or(bad.clone())?;
        self.at = self.wasm.len() - rest.len() + size;
        if *kind != 0 {
            return Ok(None);
        }
        let (length, rest) = read_leb(body).ok_or(bad.clone())?;
        Ok(Some(rest.split_at_checked(length).ok_or(bad)?))
    }
}

impl<'a> Iterator for Sections<'a> {
    type Item = Result<Section<'a>, ManifestError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.wasm.len() {
            return None;
        }
        let section = self.section();
        if section.is_err() {
            self.at = self.wasm.len();
        }
        Some(section)
    }
}

/// An unsigned LEB128 of at most 32 bits, and what follows it.
fn read_leb(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0u64;
    for (n, byte) in bytes.iter().enumerate().take(5) {
        value |= u64::from(byte & 0x7f) << (7 * n);
        if byte & 0x80 == 0 {
            let value = u32::try_from(value).ok()?;
            return Some((value as usize, &bytes[n + 1..]));
        }
    }
    None
}

fn write_leb(out: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &[u8] = b"\0asm\x01\0\0\0";

    fn manifest() -> Manifest {
        Manifest {
            standard: "mycel-credit".into(),
            version: "0.1.0".into(),
            variant: Some("riverside".into()),
            parameters: [("default_limit".to_owned(), "500".to_owned())].into(),
            policies: vec!["limit".into()],
            revision: None,
            lockfile: "00".repeat(32),
        }
    }

    #[test]
    fn what_was_appended_is_read_and_the_rest_is_untouched() {
        assert_eq!(Manifest::read(EMPTY), Ok(None));
        // another custom section, and one that is none
        let others = [EMPTY, b"\0\x04\x02abx", b"\x01\x01\0"].concat();
        let wasm = manifest().append(&others).unwrap();
        assert!(wasm.starts_with(&others));
        assert_eq!(Manifest::read(&wasm), Ok(Some(manifest())));
        let twice = manifest().append(&wasm).unwrap_err();
        assert!(twice.to_string().contains("one already"));
    }

    #[test]
    fn bytes_that_are_no_module_or_no_manifest_are_refused_not_misread() {
        let whole = manifest().append(EMPTY).unwrap();
        for cut in 9..whole.len() {
            assert!(Manifest::read(&whole[..cut]).is_err(), "{cut}");
        }
        for bad in [
            &b""[..],
            b"\0asm",
            b"\0asm\x02\0\0\0",
            b"\0asm\x01\0\0\0\0\xff\xff\xff\xff\xff\x01",
            b"\0asm\x01\0\0\0\0\x02\x05a",
        ] {
            assert!(Manifest::read(bad).is_err());
        }
        let two = [&whole[..], &whole[8..]].concat();
        assert!(
            Manifest::read(&two)
                .unwrap_err()
                .to_string()
                .contains("two")
        );
        let long = Manifest {
            standard: "x".repeat(MAX_BYTES),
            ..manifest()
        };
        assert!(long.append(EMPTY).is_err());
    }
}
