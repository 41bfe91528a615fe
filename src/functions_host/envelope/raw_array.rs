//! A JSON array read in bounded memory.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// The entries of an array as raw JSON, and the array's length.
#[derive(Default)]
pub(super) struct RawArray<'a> {
    entries: Vec<&'a RawValue>,
    /// The length of the whole array, which may exceed the number of `entries`.
    pub(super) length: usize,
}

impl<'a> RawArray<'a> {
    /// Reads at most `limit` entries and counts the others.
    pub(super) fn parse(json: &'a str, limit: usize) -> serde_json::Result<Self> {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let array = EntryLimit(limit).deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(array)
    }

    pub(super) fn get(&self, index: usize) -> Option<&'a str> {
        self.entries.get(index).map(|entry| entry.get())
    }
}

struct EntryLimit(usize);

impl<'de> DeserializeSeed<'de> for EntryLimit {
    type Value = RawArray<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for EntryLimit {
    type Value = RawArray<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut array = RawArray::default();
        while array.entries.len() < self.0 {
            let Some(entry) = seq.next_element()? else { break };
            array.entries.push(entry);
        }
        array.length = array.entries.len();
        while seq.next_element::<IgnoredAny>()?.is_some() {
            array.length += 1;
        }
        Ok(array)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_above_the_limit_are_counted_but_not_read() {
        let array = RawArray::parse(r#"[1,"a",{"b":[2]},null]"#, 2).unwrap();
        assert_eq!((array.length, array.entries.len()), (4, 2));
        assert_eq!((array.get(0), array.get(1), array.get(2)), (Some("1"), Some("\"a\""), None));
        let empty = RawArray::parse(" [ ] ", 0).unwrap();
        assert_eq!((empty.length, empty.get(0)), (0, None));
        for bad in ["", "{}", "[1", "[1,]", "[1] 2", "[1,x]", "[1,2,x]"] {
            assert!(RawArray::parse(bad, 1).is_err(), "{bad}");
        }
    }
}
