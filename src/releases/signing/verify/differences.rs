//! The members in which two JSON documents differ.

use std::collections::BTreeSet;

use serde_json::Value;

/// The names of the differing members, such as `builds[0].ota.size`.
pub(super) fn differing_members(found: &Value, expected: &Value) -> Vec<String> {
    let mut members = Vec::new();
    compare("", Some(found), Some(expected), &mut members);
    members
}

fn compare(name: &str, found: Option<&Value>, expected: Option<&Value>, members: &mut Vec<String>) {
    match (found, expected) {
        (Some(Value::Object(found)), Some(Value::Object(expected))) => {
            let keys: BTreeSet<_> = found.keys().chain(expected.keys()).collect();
            for key in keys {
                let point = if name.is_empty() { "" } else { "." };
                let name = format!("{name}{point}{}", key.escape_debug());
                compare(&name, found.get(key), expected.get(key), members);
            }
        }
        (Some(Value::Array(found)), Some(Value::Array(expected))) => {
            for index in 0..found.len().max(expected.len()) {
                let name = format!("{name}[{index}]");
                compare(&name, found.get(index), expected.get(index), members);
            }
        }
        _ if found == expected => {}
        _ => members.push(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn changed_missing_and_additional_members_are_named() {
        let expected = json!({"a": 1, "b": [{"c": 1}, {"d": 2}], "e": null});
        assert_eq!(differing_members(&expected, &expected), Vec::<String>::new());
        let found = json!({"b": [{"c": 2}, {}, 3], "e": null, "f\n": 1});
        let names = differing_members(&found, &expected);
        assert_eq!(names, ["a", "b[0].c", "b[1].d", "b[2]", r"f\n"]);
    }
}
