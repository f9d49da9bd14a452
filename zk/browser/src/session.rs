//! What a worker does, one after another.
use mycel_circuits::{Circuit, Show};
use mycel_prover::{Progress, ProvingKey, prove};
use mycel_verifier::field;
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

/// Bytes of a proving key at most; a show's has some five million.
pub const KEY_BYTES: usize = 64 << 20;

/// A key on its way, a key, an answer.
#[derive(Default)]
pub struct Session {
    room: Vec<u8>,
    pieces: Vec<u8>,
    key: Option<ProvingKey>,
    answer: Vec<u8>,
}

/// Why something was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(pub String);

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

fn fail<T>(story: &str) -> Result<T, Failure> {
    Err(Failure(story.into()))
}

impl Session {
    /// A session without a key.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            room: Vec::new(),
            pieces: Vec::new(),
            key: None,
            answer: Vec::new(),
        }
    }

    /// Makes room for what the page writes next.
    pub fn room(&mut self, bytes: usize) -> &mut [u8] {
        self.room.clear();
        self.room.resize(bytes.min(KEY_BYTES), 0);
        &mut self.room
    }

    /// The next bytes of the key: the first so many of the room.
    ///
    /// # Errors
    /// If there are not so many, or more than a key may have.
    pub fn key_add(&mut self, bytes: usize) -> Result<(), Failure> {
        let Some(piece) = self.room.get(..bytes) else {
            return fail("key: more bytes than there was room for");
        };
        if self.pieces.len() + bytes > KEY_BYTES {
            self.pieces = Vec::new();
            return fail("key: larger than any key");
        }
        self.pieces.extend_from_slice(piece);
        Ok(())
    }

    /// Reads the key that has come; its BLAKE3 must be what stands in the room. A key that is refused is forgotten.
    ///
    /// # Errors
    /// If it is no key or another one, or if `progress` says to stop.
    pub fn key_read(&mut self, progress: &dyn Progress) -> Result<(), Failure> {
        let pieces = std::mem::take(&mut self.pieces);
        let Ok(digest) = <[u8; 32]>::try_from(&self.room[..]) else {
            return fail("key: its digest has 32 bytes");
        };
        self.key = None;
        self.key = Some(ProvingKey::read(&pieces[..], Some(&digest), progress)?);
        Ok(())
    }

    /// Proves a random valid show of this seed, with the 32 random bytes in the room.
    ///
    /// # Errors
    /// If there is no key, if the room holds no fresh randomness, or if `progress` says to stop.
    pub fn show_example(&mut self, seed: u64, progress: &dyn Progress) -> Result<(), Failure> {
        let Ok(random) = <[u8; 32]>::try_from(&self.room[..]) else {
            return fail("proof: 32 random bytes are needed");
        };
        if random == [0; 32] {
            // also what is left of randomness that was used before: with it, two proofs give their secrets away
            return fail("proof: write 32 fresh random bytes first");
        }
        self.room.fill(0);
        let Some(key) = &self.key else {
            return fail("proof: read a key first");
        };
        let show = Show::example(seed);
        let mut rng = ChaCha20Rng::from_seed(random);
        let (proof, publics) = prove(key, &show, &mut rng, progress)?;
        self.answer = proof.encode().to_vec();
        for input in &publics {
            self.answer.extend(field::encode(input));
        }
        Ok(())
    }

    /// Makes a refusal the answer.
    pub fn refuse(&mut self, failure: Failure) {
        self.answer = failure.0.into_bytes();
    }

    /// What came out last.
    #[must_use]
    pub fn answer(&self) -> &[u8] {
        &self.answer
    }
}
