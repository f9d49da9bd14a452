//! What an instance is made of, and how each part stands in JSON.
use ark_bn254::Fr;
use mycel_mailbox::entry::PERIODS;
use mycel_mailbox::tree::Path;
use mycel_mailbox::{Attr, Entry, Rating, State, Thresholds};
use mycel_verifier::snarkjs;
use serde_json::{Map, Value};
use zeroize::Zeroize;

use super::{InstanceError, number};
use crate::{Attest, Fold, Member, Show};

/// Where one is in the text.
pub(super) enum Place<'a> {
    Top,
    Field(&'a Place<'a>, &'a str),
    Item(&'a Place<'a>, usize),
}

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Top => f.write_str("the whole"),
            Self::Field(Self::Top, name) => f.write_str(name),
            Self::Field(above, name) => write!(f, "{above}.{name}"),
            Self::Item(above, place) => write!(f, "{above}[{place}]"),
        }
    }
}

impl<'a> Place<'a> {
    pub(super) const fn top() -> Self {
        Self::Top
    }

    pub(super) const fn field(&'a self, name: &'a str) -> Self {
        Self::Field(self, name)
    }

    /// The refusal of what stands here, or does not.
    fn wrong(&self, json: Option<&Value>, expected: &'static str) -> InstanceError {
        let field = self.to_string();
        match json {
            None => InstanceError::Missing { field, expected },
            Some(_) => InstanceError::Value { field, expected },
        }
    }

    /// The circuit's name.
    pub(super) fn text<'v>(&self, json: Option<&'v Value>) -> Result<&'v str, InstanceError> {
        let text = json.and_then(Value::as_str);
        text.ok_or_else(|| self.wrong(json, "attest, fold, show or member, as text"))
    }
}

/// JSON whose texts are erased from memory when dropped.
pub(super) struct Erased(pub(super) Value);

impl Drop for Erased {
    fn drop(&mut self) {
        fn erase(json: &mut Value) {
            match json {
                Value::String(text) => text.zeroize(),
                Value::Array(list) => list.iter_mut().for_each(erase),
                Value::Object(fields) => fields.values_mut().for_each(erase),
                other => *other = Value::Null,
            }
        }
        erase(&mut self.0);
    }
}

/// A part of an instance.
pub(super) trait Form {
    /// Takes what stands at a place.
    fn read(&mut self, at: &Place<'_>, json: Option<&Value>) -> Result<(), InstanceError>;
    /// As JSON.
    fn json(&self) -> Value;
    /// Erases it from memory.
    fn erase(&mut self);
}

/// Structs are objects of their fields.
macro_rules! objects {
    ($($object:ty { $($field:ident),+ })+) => {$(
        impl Form for $object {
            fn read(&mut self, at: &Place<'_>, json: Option<&Value>) -> Result<(), InstanceError> {
                let fields = fields(at, json, &[$(stringify!($field)),+])?;
                $(
                    let name = stringify!($field);
                    self.$field.read(&at.field(name), fields.get(name))?;
                )+
                Ok(())
            }

            fn json(&self) -> Value {
                let fields = [$((stringify!($field), self.$field.json())),+];
                fields.into_iter().collect()
            }

            fn erase(&mut self) {
                $(self.$field.erase();)+
            }
        }
    )+};
}

objects! {
    Attest { k, deal, direction, weight, ct, c, key, rating }
    Fold { idc, c, f, c_next, f_next, sk, state, entries, blinding }
    Show {
        root, period, cutoff, subject, scope, signal, nullifier, thresholds, sk, state, f, attr, tail, path
    }
    Member { root, cutoff, subject, scope, signal, nullifier, sk, c, f, h, attr, path }
    Rating { outcome, weight, eco, reciprocity }
    Entry { outcome, weight, eco, reciprocity, rho, period }
    State { buckets, last, r }
    Thresholds { theta, t_min, theta_rel, theta_eco, theta_rec }
    Attr { joined, keyed, vouch }
    Path { index, siblings }
}

/// An object's fields, if there are none but these.
fn fields<'v>(
    at: &Place<'_>,
    json: Option<&'v Value>,
    known: &[&str],
) -> Result<&'v Map<String, Value>, InstanceError> {
    let fields = json.and_then(Value::as_object);
    let fields = fields.ok_or_else(|| at.wrong(json, "an object, {\"field\": value, …}"))?;
    let top = matches!(at, Place::Top);
    let own = |name: &str| known.contains(&name) || top && name == "circuit";
    match fields.keys().find(|name| !own(name)) {
        None => Ok(fields),
        Some(name) => {
            let name: String = name.chars().take(40).collect();
            Err(InstanceError::Unknown {
                field: at.field(&name).to_string(),
                known: known.join(", "),
            })
        }
    }
}

impl Form for Fr {
    fn read(&mut self, at: &Place<'_>, json: Option<&Value>) -> Result<(), InstanceError> {
        const EXPECTED: &str =
            "a number below the field's order as text, decimal or 0x and 64 hexadecimal digits";
        let text = json.and_then(Value::as_str);
        let element = text.and_then(number::element);
        *self = element.ok_or_else(|| at.wrong(json, EXPECTED))?;
        Ok(())
    }

    fn json(&self) -> Value {
        snarkjs::public_json(&[*self])[0].take()
    }

    fn erase(&mut self) {
        self.zeroize();
    }
}

impl Form for bool {
    fn read(&mut self, at: &Place<'_>, json: Option<&Value>) -> Result<(), InstanceError> {
        let given = json.and_then(Value::as_bool);
        *self = given.ok_or_else(|| at.wrong(json, "true or false"))?;
        Ok(())
    }

    fn json(&self) -> Value {
        (*self).into()
    }

    fn erase(&mut self) {
        self.zeroize();
    }
}

/// Whole numbers; those that JavaScript may not hold are written as text.
macro_rules! numbers {
    ($($number:ty: up to $most:expr, $expected:literal, $shown:expr;)+) => {$(
        impl Form for $number {
            fn read(&mut self, at: &Place<'_>, json: Option<&Value>) -> Result<(), InstanceError> {
                let given = json.and_then(|json| match json {
                    Value::String(text) => number::small(text),
                    other => other.as_u64(),
                });
                let fitting = given.filter(|given| *given <= $most);
                let fitting = fitting.and_then(|given| given.try_into().ok());
                *self = fitting.ok_or_else(|| at.wrong(json, $expected))?;
                Ok(())
            }

            fn json(&self) -> Value {
                let shown: fn(&Self) -> Value = $shown;
                shown(self)
            }

            fn erase(&mut self) {
                self.zeroize();
            }
        }
    )+};
}

numbers! {
    u8: up to 255, "a whole number from 0 to 255", |number| (*number).into();
    u16: up to 65_535, "a whole number from 0 to 65535", |number| (*number).into();
    // all of them are periods, days or places in the tree
    u32: up to u64::from(PERIODS - 1), "a whole number from 0 to 2^24 − 1", |number| (*number).into();
    u64: up to u64::MAX, "a whole number from 0 to 2^64 − 1, as text if it is 2^53 or more", |number| number.to_string().into();
}

impl<T: Form, const N: usize> Form for [T; N] {
    fn read(&mut self, at: &Place<'_>, json: Option<&Value>) -> Result<(), InstanceError> {
        let list = json.and_then(Value::as_array);
        let list = list.filter(|list| list.len() == N);
        let list = list.ok_or_else(|| match N {
            4 => at.wrong(json, "a list of 4"),
            20 => at.wrong(json, "a list of 20, lowest first"),
            _ => at.wrong(json, "a list of as many as there are"),
        })?;
        for (place, (part, json)) in self.iter_mut().zip(list).enumerate() {
            part.read(&Place::Item(at, place), Some(json))?;
        }
        Ok(())
    }

    fn json(&self) -> Value {
        self.iter().map(Form::json).collect()
    }

    fn erase(&mut self) {
        self.iter_mut().for_each(Form::erase);
    }
}

impl<T: Form + Default> Form for Vec<T> {
    fn read(&mut self, at: &Place<'_>, json: Option<&Value>) -> Result<(), InstanceError> {
        let list = json.and_then(Value::as_array);
        let list =
            list.ok_or_else(|| at.wrong(json, "a list, oldest first; [] if there is none"))?;
        // room for all at once: a list that grows leaves copies behind
        self.reserve_exact(list.len());
        for (place, json) in list.iter().enumerate() {
            self.push(T::default());
            self[place].read(&Place::Item(at, place), Some(json))?;
        }
        Ok(())
    }

    fn json(&self) -> Value {
        self.iter().map(Form::json).collect()
    }

    fn erase(&mut self) {
        self.iter_mut().for_each(Form::erase);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Circuit, Instance, Kind};

    fn is_zero(json: &Value) -> bool {
        match json {
            Value::Object(fields) => fields.values().all(is_zero),
            Value::Array(list) => list.iter().all(is_zero),
            other => *other == 0 || *other == "0" || *other == false || other.is_null(),
        }
    }

    #[test]
    fn an_erased_instance_holds_nothing_of_what_it_held() {
        let mut show = Show::example(1);
        assert!(!show.tail.is_empty() && !is_zero(&show.json()));
        show.erase();
        assert!(!show.tail.is_empty() && is_zero(&show.json()));
        let mut attest = Attest::example(1);
        attest.erase();
        assert!(is_zero(&attest.json()));
    }

    #[test]
    fn what_is_written_reads_back_as_the_same() {
        for (kind, seed) in Kind::ALL
            .into_iter()
            .flat_map(|kind| [(kind, 1), (kind, 2)])
        {
            let instance = Instance::example(kind, seed);
            let text = instance.json().to_string();
            let read = Instance::read(text.as_bytes()).unwrap();
            assert_eq!((read.kind(), read.json()), (kind, instance.json()));
            assert_eq!(
                (read.publics(), format!("{read:?}")),
                (instance.publics(), format!("Instance({kind}, secret)"))
            );
        }
    }
}
