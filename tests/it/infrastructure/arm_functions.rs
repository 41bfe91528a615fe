//! The functions of ARM expressions. A value that only a deployment knows (a client
//! id, a key) is a string that says where it comes from: `ref(ID).clientId`.

use serde_json::{Map, Value, json};

/// The scope that the templates are evaluated in.
pub(super) const SUBSCRIPTION: &str = "/subscriptions/00000000-0000-0000-0000-000000000001";
pub(super) const RESOURCE_GROUP: &str =
    "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/home";
pub(super) const TENANT: &str = "00000000-0000-0000-0000-000000000002";

/// Calls a function with evaluated arguments.
pub(super) fn call(name: &str, arguments: &[Value]) -> Result<Value, String> {
    let text = |index: usize| arguments.get(index).and_then(Value::as_str).unwrap_or_default();
    let number = |index: usize| arguments.get(index).and_then(Value::as_i64).unwrap_or_default();
    let texts = || arguments.iter().map(as_text).collect::<Vec<_>>();
    Ok(match name {
        "and" => json!(arguments.iter().all(|argument| *argument == true)),
        "concat" if arguments.iter().all(Value::is_array) => {
            arguments.iter().filter_map(Value::as_array).flatten().cloned().collect()
        }
        "concat" => json!(texts().concat()),
        "createArray" => json!(arguments),
        "createObject" => create_object(arguments)?,
        "div" => json!(number(0).checked_div(number(1)).ok_or("division by zero")?),
        "empty" => json!(length_of(&arguments[0]) == 0),
        "environment" => json!({
            "suffixes": {"storage": "core.windows.net"},
            "authentication": {"loginEndpoint": "https://login.microsoftonline.com/"},
        }),
        "equals" => json!(arguments[0] == arguments[1]),
        "extensionResourceId" => {
            json!(format!("{}/providers/{}", text(0), resource_path(text(1), &arguments[2..])?))
        }
        "greater" => json!(number(0) > number(1)),
        "guid" => json!(guid(&texts().concat())),
        "json" => serde_json::from_str(text(0)).map_err(|error| format!("json(): {error}"))?,
        "length" => json!(length_of(&arguments[0])),
        "mul" => json!(number(0) * number(1)),
        "not" => json!(*arguments.first().unwrap_or(&Value::Null) != true),
        "null" => Value::Null,
        "or" => json!(arguments.iter().any(|argument| *argument == true)),
        "replace" => json!(text(0).replace(text(1), text(2))),
        "resourceGroup" => json!({"id": RESOURCE_GROUP, "name": "home", "location": "uksouth"}),
        "resourceId" => json!(format!(
            "{RESOURCE_GROUP}/providers/{}",
            resource_path(text(0), &arguments[1..])?
        )),
        "string" => json!(arguments[0].to_string()),
        "subscription" => {
            json!({"subscriptionId": SUBSCRIPTION.rsplit('/').next(), "tenantId": TENANT})
        }
        "subscriptionResourceId" => {
            json!(format!("{SUBSCRIPTION}/providers/{}", resource_path(text(0), &arguments[1..])?))
        }
        "take" => {
            json!(text(0).chars().take(usize::try_from(number(1)).unwrap_or(0)).collect::<String>())
        }
        "toLower" => json!(text(0).to_lowercase()),
        "uniqueString" => json!(guid(&texts().concat()).replace('-', "")[..13]),
        "utcNow" => json!("2026-11-01"),
        _ => return Err(format!("the function {name} is not implemented")),
    })
}

/// `A/B` and a name to `A/B/name`; `A/B/C` and two names to `A/B/name/C/name`.
pub(super) fn resource_path(kind: &str, names: &[Value]) -> Result<String, String> {
    let mut kinds = kind.split('/');
    let provider = kinds.next().unwrap_or_default();
    let kinds: Vec<_> = kinds.collect();
    if kinds.len() != names.len() {
        return Err(format!("{kind} takes {} names, not {}", kinds.len(), names.len()));
    }
    let steps = kinds.iter().zip(names).map(|(kind, name)| format!("/{kind}/{}", as_text(name)));
    Ok(steps.fold(provider.to_owned(), |path, step| path + &step))
}

fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn length_of(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        Value::String(text) => text.len(),
        _ => 0,
    }
}

fn create_object(arguments: &[Value]) -> Result<Value, String> {
    let mut members = Map::new();
    for pair in arguments.chunks(2) {
        let [Value::String(name), value] = pair else {
            return Err("createObject() takes names and values".to_owned());
        };
        members.insert(name.clone(), value.clone());
    }
    Ok(Value::Object(members))
}

/// Not Azure's value, but of the same form, and equal for equal texts. Snapshots contain it,
/// so it must not change between releases of Rust.
fn guid(text: &str) -> String {
    let [a, b] = ["1", "2"].map(|salt| format!("{:016x}", fnv_1a(&format!("{salt}{text}"))));
    format!("{}-{}-{}-{}-{}", &a[..8], &a[8..12], &a[12..], &b[..4], &b[4..])
}

/// The 64-bit FNV-1a hash.
fn fnv_1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
