//! Changes every switch and every text of the templates, one at a time: each
//! must be noticed.

use serde_json::{Value, json};

use super::faults::is_faulty;
use super::mutations::parts;
use super::templates::StackKind;

/// Texts that may be others, and why.
const UNCHECKED_TEXTS: [(&str, &str); 3] = [
    ("/description", "for people"),
    ("/displayName", "for people"),
    ("/name", "names refer to each other, and are checked where they do"),
];

#[test]
fn flipping_any_boolean_is_noticed() {
    for stack_kind in StackKind::ALL {
        let template = stack_kind.template();
        let mut all = Vec::new();
        parts(&template["resources"], "/resources", &mut all);
        all.retain(|part| template.pointer(part).is_some_and(Value::is_boolean));
        assert!(all.len() > 10, "{}", all.len());
        for part in all {
            let mut flipped = template.clone();
            let boolean = flipped.pointer_mut(&part).unwrap();
            *boolean = json!(*boolean == false);
            assert!(is_faulty(stack_kind, &flipped), "{stack_kind:?}: {part}");
        }
    }
}

#[test]
fn changing_any_text_is_noticed() {
    for stack_kind in StackKind::ALL {
        let template = stack_kind.template();
        let mut all = Vec::new();
        parts(&template["resources"], "/resources", &mut all);
        let is_text = |part: &str| {
            let text = template.pointer(part).and_then(Value::as_str);
            text.is_some_and(|text| !text.starts_with('['))
        };
        all.retain(|part| is_text(part) && !part.contains("/comments"));
        all.retain(|part| !UNCHECKED_TEXTS.iter().any(|(end, _)| part.ends_with(end)));
        assert!(all.len() > 50, "{}", all.len());
        let missed = all.iter().filter(|part| {
            let mut changed = template.clone();
            let text = changed.pointer_mut(part).unwrap();
            *text = json!(format!("{}x", text.as_str().unwrap()));
            !is_faulty(stack_kind, &changed)
        });
        let missed: Vec<_> = missed.collect();
        assert!(missed.is_empty(), "{stack_kind:?}: {missed:#?}");
    }
}
