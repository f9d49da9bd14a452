//! One process for one data directory.
use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, Write},
    path::Path,
};

use fs4::fs_std::FileExt;

use super::BlocksError;

/// Holds a data directory until it is dropped or the process ends, however it ends.
#[derive(Debug)]
pub struct DirLock(File);

impl DirLock {
    /// Takes the directory, creating it if it is not there; refuses if another process has it, and says which.
    pub fn acquire(dir: impl AsRef<Path>) -> Result<Self, BlocksError> {
        let dir = dir.as_ref();
        let directory = |e: std::io::Error| BlocksError::Directory {
            dir: dir.display().to_string(),
            error: e.to_string(),
        };
        std::fs::create_dir_all(dir).map_err(directory)?;
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(dir.join("lock"))
            .map_err(directory)?;
        if !file.try_lock_exclusive().map_err(directory)? {
            let mut pid = String::new();
            let _ = (&mut file).take(20).read_to_string(&mut pid);
            let pid = pid.trim();
            return Err(BlocksError::Locked {
                dir: dir.display().to_string(),
                pid: if pid.is_empty() { "unknown" } else { pid }.into(),
            });
        }
        file.set_len(0).map_err(directory)?;
        file.rewind().map_err(directory)?;
        write!(file, "{}", std::process::id()).map_err(directory)?;
        Ok(Self(file))
    }
}

impl Drop for DirLock {
    fn drop(&mut self) {
        let _ = FileExt::unlock(&self.0);
    }
}
