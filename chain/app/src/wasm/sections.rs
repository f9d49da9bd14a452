//! Custom sections of a stored Wasm, which has passed the check already.

/// The number that cosmwasm-std writes into `cw_migrate_version`, as decimal text.
pub(super) fn migrate_version(wasm: &[u8]) -> Option<u64> {
    let section = custom(wasm, b"cw_migrate_version")?;
    std::str::from_utf8(section).ok()?.parse().ok()
}

/// The content of the first custom section with that name.
fn custom<'a>(wasm: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut rest = wasm.get(8..)?;
    while let Some((id, tail)) = rest.split_first() {
        let (length, tail) = leb(tail)?;
        let (content, tail) = tail.split_at_checked(length)?;
        rest = tail;
        if *id == 0 {
            let (length, content) = leb(content)?;
            let (found, content) = content.split_at_checked(length)?;
            if found == name {
                return Some(content);
            }
        }
    }
    None
}

/// Whether a function is exported under that name.
pub(super) fn exports_function(wasm: &[u8], name: &str) -> bool {
    find_export(wasm, name.as_bytes()).unwrap_or(false)
}

fn find_export(wasm: &[u8], name: &[u8]) -> Option<bool> {
    const EXPORTS: u8 = 7;
    const FUNCTION: u8 = 0;
    let mut rest = wasm.get(8..)?;
    while let Some((id, tail)) = rest.split_first() {
        let (length, tail) = leb(tail)?;
        let (content, tail) = tail.split_at_checked(length)?;
        rest = tail;
        if *id != EXPORTS {
            continue;
        }
        let (count, mut content) = leb(content)?;
        for _ in 0..count {
            let (length, tail) = leb(content)?;
            let (found, tail) = tail.split_at_checked(length)?;
            let (kind, tail) = tail.split_first()?;
            let (_, tail) = leb(tail)?;
            if found == name && *kind == FUNCTION {
                return Some(true);
            }
            content = tail;
        }
    }
    Some(false)
}

/// An unsigned LEB128 number of at most 32 bits.
fn leb(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0u32;
    for (i, byte) in bytes.iter().take(5).enumerate() {
        value |= u32::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Some((usize::try_from(value).ok()?, bytes.get(i + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exported_functions_are_found_by_name() {
        let wasm = wat::parse_str(
            r#"(module (memory (export "sudo2") 1) (global (export "execute") i32 (i32.const 0))
                (func (export "query")) (func (export "sudo")))"#,
        )
        .unwrap();
        assert!(exports_function(&wasm, "sudo") && exports_function(&wasm, "query"));
        assert!(!exports_function(&wasm, "sudo2") && !exports_function(&wasm, "execute"));
        for cut in 0..wasm.len() {
            let _ = exports_function(&wasm[..cut], "none");
        }
    }

    #[test]
    fn the_version_is_found_among_other_sections() {
        let wasm = wat::parse_str(
            r#"(module (@custom "other" "9") (memory 1) (@custom "cw_migrate_version" "42"))"#,
        )
        .unwrap();
        assert_eq!(migrate_version(&wasm), Some(42));
        for cut in 0..wasm.len() {
            let _ = migrate_version(&wasm[..cut]);
        }
        assert_eq!(
            migrate_version(b"\0asm\x01\0\0\0\x00\xff\xff\xff\xff\xff"),
            None
        );
    }
}
