//! What a worker does, one after another.
use mycel_circuits::{Instance, Kind};
use mycel_prover::{Progress, ProvingKey, prove};
use mycel_verifier::field;
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use zeroize::{Zeroize, Zeroizing};

/// Bytes of a proving key at most; a show's, the largest, has some ten million.
pub const KEY_BYTES: usize = 64 << 20;

/// Bytes of randomness that a proof takes.
pub const RANDOM_BYTES: usize = 32;

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

const NO_RANDOM: &str =
    "proof: write 32 fresh random bytes first, of crypto.getRandomValues; they serve once";

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

    /// Makes room for what the page writes next. What was left in it, a secret perhaps, is erased.
    pub fn room(&mut self, bytes: usize) -> &mut [u8] {
        self.room.zeroize();
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

    /// Proves the instance in the room, whose first so many bytes are 32 random ones and then JSON as [`Instance`] reads
    /// it. Whatever comes of it, the room and what was read are erased.
    ///
    /// # Errors
    /// If there is no key or no fresh randomness, if it is no instance (with the field), if its inputs do not fit together
    /// (with the circuit's reason), if the key is another circuit's, or if `progress` says to stop.
    pub fn prove(&mut self, bytes: usize, progress: &dyn Progress) -> Result<(), Failure> {
        let room = Zeroizing::new(std::mem::take(&mut self.room));
        let Some(written) = room.get(..bytes) else {
            return fail("proof: more bytes than there was room for");
        };
        let Some((random, text)) = written.split_first_chunk() else {
            return fail(NO_RANDOM);
        };
        self.make(random, || Ok(Instance::read(text)?), progress)
    }

    /// Proves a random valid show of this seed, with the 32 random bytes in the room.
    ///
    /// # Errors
    /// If there is no key, if the room holds no fresh randomness, or if `progress` says to stop.
    pub fn show_example(&mut self, seed: u64, progress: &dyn Progress) -> Result<(), Failure> {
        let room = Zeroizing::new(std::mem::take(&mut self.room));
        let Ok(random) = room[..].try_into() else {
            return fail(NO_RANDOM);
        };
        self.make(random, || Ok(Instance::example(Kind::Show, seed)), progress)
    }

    fn make(
        &mut self,
        random: &[u8; RANDOM_BYTES],
        instance: impl FnOnce() -> Result<Instance, Failure>,
        progress: &dyn Progress,
    ) -> Result<(), Failure> {
        if random == &[0; RANDOM_BYTES] {
            // a page that forgot: two proofs of one randomness give their secrets away
            return fail(NO_RANDOM);
        }
        let Some(key) = &self.key else {
            return fail("proof: read a key first");
        };
        let mut rng = ChaCha20Rng::from_seed(*random);
        let (proof, publics) = match &instance()? {
            Instance::Attest(inputs) => prove(key, &**inputs, &mut rng, progress),
            Instance::Fold(inputs) => prove(key, &**inputs, &mut rng, progress),
            Instance::Show(inputs) => prove(key, &**inputs, &mut rng, progress),
            Instance::Member(inputs) => prove(key, &**inputs, &mut rng, progress),
        }?;
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

impl Drop for Session {
    fn drop(&mut self) {
        self.room.zeroize();
    }
}
