//! The ways to deploy the templates: the portal's forms and buttons, Bicep and azd.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use jiff::civil::Date;
use serde_json::{Map, Value};
use tempfile::TempDir;

use super::templates::{StackKind, read_json, read_text};
use crate::documents::assert_generated;

const RAW_CONTENT_URL: &str = "https://raw.githubusercontent.com/cloudsmets/cloudsmets/main/";

fn member_names(value: &Value) -> BTreeSet<String> {
    value.as_object().into_iter().flat_map(Map::keys).cloned().collect()
}

/// The elements of the form, by the expressions that refer to them in outputs.
fn form_elements(form: &Value) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    let mut add = |prefix: String, elements: &Value| {
        for element in elements.as_array().into_iter().flatten() {
            if element["type"] != "Microsoft.Common.InfoBox" {
                let name = element["name"].as_str().unwrap();
                found.insert(prefix.replace("{}", name), element.clone());
            }
        }
    };
    add("basics('{}')".to_owned(), &form["parameters"]["basics"]);
    for step in form["parameters"]["steps"].as_array().unwrap() {
        let step_name = step["name"].as_str().unwrap();
        assert!(step["label"].is_string(), "{step_name}");
        add(format!("steps('{step_name}').{{}}"), &step["elements"]);
    }
    found
}

#[test]
fn the_portal_form_asks_for_exactly_the_template_parameters() {
    for stack_kind in StackKind::ALL {
        let form = read_json(&format!("{}/createUiDefinition.json", stack_kind.folder()));
        let template = stack_kind.template();
        let outputs = &form["parameters"]["outputs"];
        assert_eq!(member_names(outputs), member_names(&template["parameters"]), "{stack_kind:?}");
        let elements = form_elements(&form);
        let outputs = outputs.as_object().unwrap();
        for (path, element) in &elements {
            let refers_to_element =
                |(_, output): &(&String, &Value)| output.as_str().unwrap().contains(path.as_str());
            let (parameter, _) =
                outputs.iter().find(refers_to_element).unwrap_or_else(|| panic!("{path}"));
            assert!(element["label"].as_str().unwrap().len() > 3, "{path}");
            assert!(element["toolTip"].as_str().unwrap().len() > 20, "{path}");
            assert_element_matches_parameter(
                element,
                &template["parameters"][parameter],
                parameter,
            );
        }
        for (name, output) in outputs {
            let output = output.as_str().unwrap();
            let element = elements.keys().find(|path| output.contains(*path));
            assert!(element.is_some() || output == "[location()]", "{name}: {output}");
            if name == "budgetStart" {
                // Empty for a new stack. An existing budget keeps its first month.
                let start = element.unwrap();
                let month = "concat(take(utcNow(), 8), '01')";
                assert_eq!(output, format!("[if(empty({start}), {month}, {start})]"));
            }
        }
    }
}

fn assert_element_matches_parameter(element: &Value, parameter: &Value, name: &str) {
    let constraints = &element["constraints"];
    let default = &parameter["defaultValue"];
    // The form requires a value only where the template has no usable default.
    let is_required = constraints["required"].as_bool().unwrap();
    let has_special_default = ["budgetStart", "packageUri"].contains(&name);
    assert!(
        is_required || default == "" || default == &Value::Array(vec![]) || has_special_default,
        "{name}"
    );
    let Some(allowed) = parameter["allowedValues"].as_array() else {
        let is_free_text = name == "dashboardOwners";
        assert!(constraints["regex"].is_string() || is_free_text, "{name} has no pattern");
        assert_eq!(constraints["regex"].is_string(), constraints["validationMessage"].is_string());
        if let (Some(form_default), false) = (element["defaultValue"].as_str(), default.is_null()) {
            let default = default.as_str().map_or_else(|| default.to_string(), str::to_owned);
            assert_eq!(form_default, default, "{name}");
        }
        return;
    };
    let offered = constraints["allowedValues"].as_array().unwrap();
    let values: Vec<_> = offered.iter().map(|choice| choice["value"].clone()).collect();
    assert_eq!(values, *allowed, "{name}");
    assert_eq!(element["defaultValue"], offered[0]["label"], "{name}");
    assert_eq!(*default, values[0], "{name}");
}

#[test]
fn bicep_passes_every_parameter_and_every_output() {
    for stack_kind in StackKind::ALL {
        let bicep = read_text(&format!("{}/main.bicep", stack_kind.folder()));
        let template = stack_kind.template();
        let declared = |word: &str| -> BTreeSet<String> {
            let lines = bicep.lines().filter_map(|line| line.strip_prefix(word));
            lines.map(|line| line.split(' ').next().unwrap().to_owned()).collect()
        };
        assert_eq!(declared("param "), member_names(&template["parameters"]), "{stack_kind:?}");
        assert_eq!(declared("output "), member_names(&template["outputs"]), "{stack_kind:?}");
        for name in declared("param ") {
            assert!(bicep.contains(&format!("    {name}: {name}\n")), "{stack_kind:?}: {name}");
            let parameter = &template["parameters"][&name];
            let default = match &parameter["defaultValue"] {
                Value::Null => String::new(),
                Value::String(text) if text.starts_with('[') => {
                    format!(" = {}", text.trim_matches(['[', ']']))
                }
                Value::String(text) => format!(" = '{text}'"),
                other => format!(" = {other}"),
            };
            let line = format!("param {name} {}{default}\n", parameter["type"].as_str().unwrap());
            assert!(bicep.contains(&line), "{stack_kind:?}: {line}");
        }
        for name in declared("output ") {
            let line = format!("output {name} string = stack.outputs.{name}\n");
            assert!(bicep.contains(&line), "{stack_kind:?}: {line}");
        }
        assert!(bicep.contains("module stack 'azuredeploy.json'"), "{stack_kind:?}");
    }
}

/// Azure refuses a later month.
#[test]
fn azd_sets_the_budget_start_only_once() {
    let azure = read_text("azure.yaml");
    let (_, hook) = azure.split_once("\nhooks:\n  preprovision:\n").unwrap();
    let hook = hook.lines().find_map(|line| line.trim().strip_prefix("run: ")).unwrap();
    let folder = TempDir::new().unwrap();
    let azd = folder.path().join("azd");
    fs::write(&azd, "#!/bin/sh\necho \"$@\"\n").unwrap();
    fs::set_permissions(&azd, Permissions::from_mode(0o755)).unwrap();
    let hook_output = |start: &str| {
        let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
        let mut shell = Command::new("sh");
        shell.args(["-ec", hook]).env("PATH", path).env("AZURE_ENV_NAME", "home");
        let output = shell.env("BUDGET_START", start).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(hook_output("2026-01-01"), "");
    let printed = hook_output("");
    let month = printed.strip_prefix("env set BUDGET_START ").unwrap();
    let (month, rest) = month.split_once(' ').unwrap();
    assert!(month.parse::<Date>().is_ok_and(|month| month.day() == 1), "{printed}");
    assert_eq!(rest, "--environment home\n");
}

#[test]
fn azd_deploys_the_owners_stack_and_the_package() {
    let azure = read_text("azure.yaml");
    let lines: Vec<_> = azure.lines().map(str::trim).collect();
    for line in ["path: infra/owner", "module: main", "host: function", "language: custom"] {
        assert!(lines.contains(&line), "{line}");
    }
    // azd uploads the zip unchanged, so it must contain the program under the name that the host
    // starts, with its mode.
    let host = read_json("host.json");
    let program = host["customHandler"]["description"]["defaultExecutablePath"].as_str().unwrap();
    assert!(lines.contains(&format!("dist: dist/{program}.zip").as_str()));
    assert!(lines.contains(&"run: cargo xtask package"));
    assert!(lines.contains(&"azd: \">= 1.26.0\""));
    let template = StackKind::Owner.template();
    let mut resources = template["resources"].as_array().unwrap().iter();
    let site = resources.find(|resource| resource["type"] == "Microsoft.Web/sites").unwrap();
    let service = format!("{}:", site["tags"]["azd-service-name"].as_str().unwrap());
    assert!(lines.contains(&service.as_str()), "azd finds no site {service}");
    let parameters = read_json("infra/owner/main.parameters.json");
    let given = member_names(&parameters["parameters"]);
    let unknown: Vec<_> =
        given.difference(&member_names(&template["parameters"])).cloned().collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    assert_eq!(parameters["parameters"]["budgetStart"]["value"], "${BUDGET_START=}");
    // Not from a variable: azd omits a value that is empty because its variable is not set, and the
    // template's default would be deployed.
    assert_eq!(parameters["parameters"]["packageUri"]["value"], "");
    for (name, parameter) in parameters["parameters"].as_object().unwrap() {
        let value = parameter["value"].as_str().unwrap();
        if name == "packageUri" {
            continue;
        }
        let variable = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).unwrap();
        // azd asks for the region; the guide says to set the address.
        let is_known =
            variable.contains('=') || ["ALERT_EMAIL", "AZURE_LOCATION"].contains(&variable);
        assert!(is_known, "{name}: {value}");
    }
}

/// The address of the portal's form for a stack.
fn portal_url(stack_kind: StackKind) -> String {
    let folder = stack_kind.folder();
    let [template, form] = ["azuredeploy.json", "createUiDefinition.json"].map(|file| {
        let path = format!("{folder}/{file}");
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(&path).exists(), "{path}");
        let url = format!("{RAW_CONTENT_URL}{path}");
        let encoded =
            percent_encoding::utf8_percent_encode(&url, percent_encoding::NON_ALPHANUMERIC);
        encoded.to_string().replace("%2E", ".").replace("%2D", "-")
    });
    format!(
        "https://portal.azure.com/#create/Microsoft.Template/uri/{template}\
         /createUIDefinitionUri/{form}"
    )
}

#[test]
fn every_deploy_button_is_current() {
    const IMAGE: &str = "https://aka.ms/deploytoazurebutton";
    for (stack_kind, name, text) in [
        (StackKind::Owner, "owner-button", "Deploy the owner's stack to Azure"),
        (StackKind::Shared, "shared-button", "Deploy the release server to Azure"),
    ] {
        let button = format!("[![{text}]({IMAGE})]({})\n", portal_url(stack_kind));
        for page in ["README.md", "infra/README.md"] {
            assert_generated(page, name, &button);
        }
    }
    let link = format!("[Deploy to Azure]({})\n", portal_url(StackKind::Owner));
    assert_generated("docs/deploy.md", "owner-link", &link);
}
