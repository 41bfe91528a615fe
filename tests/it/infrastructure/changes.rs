//! Changes every switch and every text of the templates, one at a time: each
//! must be noticed.

use serde_json::{Value, json};

use super::faults::is_faulty;
use super::mutations::parts;
use super::templates::Which;

/// Texts that may be others, and why.
const FREE: [(&str, &str); 3] = [
    ("/description", "for people"),
    ("/displayName", "for people"),
    ("/name", "names refer to each other, and are checked where they do"),
];

#[test]
fn no_switch_can_be_turned_unnoticed() {
    for which in Which::BOTH {
        let template = which.template();
        let mut all = Vec::new();
        parts(&template["resources"], "/resources", &mut all);
        all.retain(|part| template.pointer(part).is_some_and(Value::is_boolean));
        assert!(all.len() > 10, "{}", all.len());
        for part in all {
            let mut turned = template.clone();
            let switch = turned.pointer_mut(&part).unwrap();
            *switch = json!(*switch == false);
            assert!(is_faulty(which, &turned), "{which:?}: {part}");
        }
    }
}

#[test]
fn no_text_can_be_changed_unnoticed() {
    for which in Which::BOTH {
        let template = which.template();
        let mut all = Vec::new();
        parts(&template["resources"], "/resources", &mut all);
        let is_text = |part: &str| {
            let text = template.pointer(part).and_then(Value::as_str);
            text.is_some_and(|text| !text.starts_with('['))
        };
        all.retain(|part| is_text(part) && !part.contains("/comments"));
        all.retain(|part| !FREE.iter().any(|(end, _)| part.ends_with(end)));
        assert!(all.len() > 50, "{}", all.len());
        let missed = all.iter().filter(|part| {
            let mut changed = template.clone();
            let text = changed.pointer_mut(part).unwrap();
            *text = json!(format!("{}x", text.as_str().unwrap()));
            !is_faulty(which, &changed)
        });
        let missed: Vec<_> = missed.collect();
        assert!(missed.is_empty(), "{which:?}: {missed:#?}");
    }
}
