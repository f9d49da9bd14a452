//! Bounds that no authority can leave: a decision can slow the chain or make it dear, not stop it.
use super::{AllowanceClass, GasPrices, Params};

/// Gas that a call may use at most: what the slowest machine finishes long before the node's watchdog.
const CALL_MAX_GAS: u64 = 20_000_000;

/// Gas that a transaction may use at least, at usual prices: enough to change any parameter back.
const TX_LEAST_GAS: u64 = 1_000_000;

/// Bytes of a block at least: CometBFT wants room for the evidence that genesis allows.
const LEAST_BLOCK_BYTES: u64 = 1 << 20;

impl Params {
    /// Whether a running chain may change its parameters to these; says which bound is left, and what it is.
    ///
    /// Whether the network is a development network and how fast its clock runs are fixed by genesis.
    pub fn validate_change(&self, next: &Self) -> Result<(), String> {
        next.validate()?;
        if (next.development, next.time_scale) != (self.development, self.time_scale) {
            return Err("development and time_scale are fixed by genesis".into());
        }
        if !next.development && !next.default_class.is_empty() {
            return Err("default_class needs a development network".into());
        }
        let within = |what: &str, value: u64, least: u64, most: u64| match value {
            v if v < least => Err(format!("{what}={v} is below least={least}")),
            v if v > most => Err(format!("{what}={v} is above limit={most}")),
            _ => Ok(()),
        };
        for ((name, price), (_, usual)) in
            next.gas.all().into_iter().zip(GasPrices::default().all())
        {
            let (least, most) = (usual.div_ceil(10), usual.saturating_mul(10));
            within(&format!("gas.{name}"), price, least, most)?;
        }
        let bytes = next.block_max_bytes;
        let most = Self::MOST_BLOCK_BYTES;
        within("block_max_bytes", bytes, LEAST_BLOCK_BYTES, most)?;
        within(
            "tx_max_bytes",
            next.tx_max_bytes,
            64 << 10,
            next.block_max_bytes / 2,
        )?;
        let least = next.tx_least_gas();
        within("tx_max_gas", next.tx_max_gas, least, CALL_MAX_GAS)?;
        within("end_block_gas", next.end_block_gas, 100_000, CALL_MAX_GAS)?;
        let least = next.tx_max_gas.saturating_add(next.end_block_gas);
        within("block_max_gas", next.block_max_gas, least, 1_000_000_000)?;
        within("memo_max_bytes", next.memo_max_bytes, 64, 64 << 10)?;
        within("tx_max_signatures", next.tx_max_signatures, 1, 64)?;
        within("tx_max_messages", next.tx_max_messages, 1, 1024)?;
        within("wasm_max_bytes", next.wasm_max_bytes, 64 << 10, 16 << 20)?;
        within("events_max_bytes", next.events_max_bytes, 16 << 10, 4 << 20)?;
        let most = next.events_max_bytes;
        within("attribute_max_bytes", next.attribute_max_bytes, 256, most)?;
        let least = 1 << 20;
        within(
            "contract_quota_bytes",
            next.contract_quota_bytes,
            least,
            1 << 40,
        )?;
        within("classes", next.classes.len() as u64, 0, 64)?;
        for (name, class) in &next.classes {
            if name.is_empty() || name.len() > 32 {
                return Err(format!("class={name:?} needs a name of 1 to 32 bytes"));
            }
            // in milli-gas they still fit
            within("capacity", class.capacity, 0, 1 << 50)?;
            within("rate", class.rate, 0, 1 << 50)?;
        }
        // a class that is new has nobody in it yet
        let mut acting = self.acting().peekable();
        if acting.peek().is_some() && !acting.any(|name| next.acting().any(|n| n == name)) {
            return Err(format!(
                "no class would be left that can act: one of those before must keep a rate and capacity={} at least",
                next.tx_least_gas()
            ));
        }
        Ok(())
    }

    /// What [`TX_LEAST_GAS`] is where prices are dearer: as many times more as the dearest of them is.
    fn tx_least_gas(&self) -> u64 {
        let usual = GasPrices::default().all();
        let times = self.gas.all().into_iter().zip(usual);
        let times = times.map(|((_, price), (_, usual))| price.div_ceil(usual));
        TX_LEAST_GAS.saturating_mul(times.max().unwrap_or(1).max(1))
    }

    /// Classes whose accounts can have a transaction that changes parameters.
    fn acting(&self) -> impl Iterator<Item = &str> {
        let least = self.tx_least_gas();
        let can = move |class: &AllowanceClass| class.rate > 0 && class.capacity >= least;
        self.classes
            .iter()
            .filter(move |(_, class)| can(class))
            .map(|(name, _)| name.as_str())
    }
}

impl GasPrices {
    /// Every price with its name.
    fn all(&self) -> [(&'static str, u64); 15] {
        [
            ("read", self.read),
            ("read_byte", self.read_byte),
            ("write", self.write),
            ("write_byte", self.write_byte),
            ("delete", self.delete),
            ("next", self.next),
            ("tx_byte", self.tx_byte),
            ("signature", self.signature),
            ("store_code_byte", self.store_code_byte),
            ("store_code_function", self.store_code_function),
            ("instance", self.instance),
            ("groth16", self.groth16),
            ("groth16_input", self.groth16_input),
            ("poseidon", self.poseidon),
            ("poseidon_cell", self.poseidon_cell),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(change: impl FnOnce(&mut Params)) -> String {
        let now = Params::default();
        let mut next = now.clone();
        change(&mut next);
        now.validate_change(&next).unwrap_err()
    }

    #[test]
    fn the_defaults_lie_within_the_bounds_of_a_change() {
        let now = Params::default();
        assert_eq!(now.validate_change(&now), Ok(()));
        let now = Params::development();
        assert_eq!(now.validate_change(&now), Ok(()));
    }

    #[test]
    fn no_change_makes_a_network_a_development_one_or_moves_its_clock() {
        assert!(refused(|p| p.development = true).contains("fixed by genesis"));
        assert!(refused(|p| p.time_scale = 60).contains("time_scale"));
        let now = Params::development();
        let mut next = now.clone();
        next.time_scale = 60;
        assert!(now.validate_change(&next).is_err());
    }

    #[test]
    fn no_change_stops_the_chain() {
        for (change, word) in [
            (
                Box::new(|p: &mut Params| p.block_max_gas = p.tx_max_gas)
                    as Box<dyn Fn(&mut Params)>,
                "block_max_gas",
            ),
            (Box::new(|p| p.tx_max_gas = 10), "tx_max_gas"),
            (Box::new(|p| p.tx_max_gas = 21_000_000), "tx_max_gas"),
            (
                Box::new(|p| {
                    p.gas.delete *= 10;
                    p.tx_max_gas = 9_999_999;
                }),
                "tx_max_gas",
            ),
            (Box::new(|p| p.block_max_bytes = 9 << 20), "block_max_bytes"),
            (Box::new(|p| p.end_block_gas = 0), "end_block_gas"),
            (Box::new(|p| p.block_max_bytes = 1000), "tx_max_bytes"),
            (Box::new(|p| p.tx_max_bytes = 1000), "tx_max_bytes"),
            (Box::new(|p| p.tx_max_messages = 0), "tx_max_messages"),
            (Box::new(|p| p.tx_max_signatures = 0), "tx_max_signatures"),
            (Box::new(|p| p.events_max_bytes = 1), "events_max_bytes"),
            (Box::new(|p| p.gas.read = 0), "gas.read"),
            (Box::new(|p| p.gas.write_byte = u64::MAX), "gas.write_byte"),
            (Box::new(|p| p.contract_quota_bytes = 0), "contract_quota"),
            (
                Box::new(|p| {
                    let class = AllowanceClass {
                        capacity: u64::MAX,
                        rate: 1,
                        may_store_code: false,
                    };
                    p.classes.insert("rich".into(), class);
                }),
                "capacity",
            ),
            (
                Box::new(|p| {
                    p.classes = Params::development().classes;
                    p.default_class = "developer".into();
                }),
                "default_class",
            ),
        ] {
            let why = refused(change);
            assert!(why.contains(word), "{word}: {why}");
        }
    }
}
