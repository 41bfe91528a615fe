//! What leads to the templates: the portal's forms and buttons, Bicep and azd.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use jiff::civil::Date;
use serde_json::{Map, Value};
use tempfile::TempDir;

use super::templates::{Which, json_file, text_file};

const RAW: &str = "https://raw.githubusercontent.com/cloudsmets/cloudsmets/main/";

fn names(value: &Value) -> BTreeSet<String> {
    value.as_object().into_iter().flat_map(Map::keys).cloned().collect()
}

/// The form's elements by what an output calls them.
fn elements(form: &Value) -> BTreeMap<String, Value> {
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
fn a_form_asks_for_every_parameter_and_no_other() {
    for which in Which::BOTH {
        let form = json_file(&format!("{}/createUiDefinition.json", which.folder()));
        let template = which.template();
        let outputs = &form["parameters"]["outputs"];
        assert_eq!(names(outputs), names(&template["parameters"]), "{which:?}");
        let elements = elements(&form);
        let outputs = outputs.as_object().unwrap();
        for (path, element) in &elements {
            let asks =
                |(_, output): &(&String, &Value)| output.as_str().unwrap().contains(path.as_str());
            let (parameter, _) = outputs.iter().find(asks).unwrap_or_else(|| panic!("{path}"));
            assert!(element["label"].as_str().unwrap().len() > 3, "{path}");
            assert!(element["toolTip"].as_str().unwrap().len() > 20, "{path}");
            offers_what_the_template_takes(element, &template["parameters"][parameter], parameter);
        }
        for (name, output) in outputs {
            let output = output.as_str().unwrap();
            let asked = elements.keys().find(|path| output.contains(*path));
            assert!(asked.is_some() || output == "[location()]", "{name}: {output}");
            if name == "budgetStart" {
                // Empty for a new stack. A budget that is there keeps the month that it began in.
                let start = asked.unwrap();
                let month = "concat(take(utcNow(), 8), '01')";
                assert_eq!(output, format!("[if(empty({start}), {month}, {start})]"));
            }
        }
    }
}

fn offers_what_the_template_takes(element: &Value, parameter: &Value, name: &str) {
    let constraints = &element["constraints"];
    let default = &parameter["defaultValue"];
    // Nothing is asked for that the template would take by itself.
    let is_required = constraints["required"].as_bool().unwrap();
    let has_own = ["budgetStart", "packageUri"].contains(&name);
    assert!(is_required || default == "" || default == &Value::Array(vec![]) || has_own, "{name}");
    let Some(allowed) = parameter["allowedValues"].as_array() else {
        let is_free = name == "dashboardOwners";
        assert!(constraints["regex"].is_string() || is_free, "{name} is not checked");
        assert_eq!(constraints["regex"].is_string(), constraints["validationMessage"].is_string());
        if let (Some(shown), false) = (element["defaultValue"].as_str(), default.is_null()) {
            let default = default.as_str().map_or_else(|| default.to_string(), str::to_owned);
            assert_eq!(shown, default, "{name}");
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
    for which in Which::BOTH {
        let bicep = text_file(&format!("{}/main.bicep", which.folder()));
        let template = which.template();
        let declared = |word: &str| -> BTreeSet<String> {
            let lines = bicep.lines().filter_map(|line| line.strip_prefix(word));
            lines.map(|line| line.split(' ').next().unwrap().to_owned()).collect()
        };
        assert_eq!(declared("param "), names(&template["parameters"]), "{which:?}");
        assert_eq!(declared("output "), names(&template["outputs"]), "{which:?}");
        for name in declared("param ") {
            assert!(bicep.contains(&format!("    {name}: {name}\n")), "{which:?}: {name}");
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
            assert!(bicep.contains(&line), "{which:?}: {line}");
        }
        for name in declared("output ") {
            let line = format!("output {name} string = stack.outputs.{name}\n");
            assert!(bicep.contains(&line), "{which:?}: {line}");
        }
        assert!(bicep.contains("module stack 'azuredeploy.json'"), "{which:?}");
    }
}

/// A later month would be refused.
#[test]
fn azd_is_told_once_when_the_budget_begins() {
    let azure = text_file("azure.yaml");
    let (_, hook) = azure.split_once("\nhooks:\n  preprovision:\n").unwrap();
    let hook = hook.lines().find_map(|line| line.trim().strip_prefix("run: ")).unwrap();
    let folder = TempDir::new().unwrap();
    let azd = folder.path().join("azd");
    fs::write(&azd, "#!/bin/sh\necho \"$@\"\n").unwrap();
    fs::set_permissions(&azd, Permissions::from_mode(0o755)).unwrap();
    let tells = |start: &str| {
        let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
        let mut shell = Command::new("sh");
        shell.args(["-ec", hook]).env("PATH", path).env("AZURE_ENV_NAME", "home");
        let output = shell.env("BUDGET_START", start).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(tells("2026-01-01"), "");
    let told = tells("");
    let month = told.strip_prefix("env set BUDGET_START ").unwrap();
    let (month, rest) = month.split_once(' ').unwrap();
    assert!(month.parse::<Date>().is_ok_and(|month| month.day() == 1), "{told}");
    assert_eq!(rest, "--environment home\n");
}

#[test]
fn azd_deploys_the_owners_stack_and_the_package() {
    let azure = text_file("azure.yaml");
    let lines: Vec<_> = azure.lines().map(str::trim).collect();
    for line in ["path: infra/owner", "module: main", "host: function", "language: custom"] {
        assert!(lines.contains(&line), "{line}");
    }
    // The zip holds what the host starts by this name, with its mode: azd takes that as it is.
    let host = json_file("host.json");
    let program = host["customHandler"]["description"]["defaultExecutablePath"].as_str().unwrap();
    assert!(lines.contains(&format!("dist: dist/{program}.zip").as_str()));
    assert!(lines.contains(&"run: cargo xtask package"));
    assert!(lines.contains(&"azd: \">= 1.26.0\""));
    let template = Which::Owner.template();
    let mut resources = template["resources"].as_array().unwrap().iter();
    let site = resources.find(|resource| resource["type"] == "Microsoft.Web/sites").unwrap();
    let service = format!("{}:", site["tags"]["azd-service-name"].as_str().unwrap());
    assert!(lines.contains(&service.as_str()), "azd finds no site {service}");
    let guide = text_file("docs/deploy.md");
    let parameters = json_file("infra/owner/main.parameters.json");
    let given = names(&parameters["parameters"]);
    let unknown: Vec<_> = given.difference(&names(&template["parameters"])).cloned().collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    assert_eq!(parameters["parameters"]["budgetStart"]["value"], "${BUDGET_START=}");
    // Not from a variable: azd leaves out a text that comes out empty from one that is not set, and
    // the template's default would be deployed.
    assert_eq!(parameters["parameters"]["packageUri"]["value"], "");
    for (name, parameter) in parameters["parameters"].as_object().unwrap() {
        let value = parameter["value"].as_str().unwrap();
        if name == "packageUri" {
            continue;
        }
        let variable = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).unwrap();
        // azd asks for the region by itself; what else has no default the guide says to set.
        let is_known = variable.contains('=') || variable == "AZURE_LOCATION";
        assert!(is_known || guide.contains(&format!("azd env set {variable} ")), "{name}: {value}");
    }
}

#[test]
fn buttons_lead_to_files_that_are_there() {
    let pages = [
        ("README.md", &Which::BOTH[..]),
        ("infra/README.md", &Which::BOTH),
        ("docs/deploy.md", &[Which::Owner]),
    ];
    for (page, stacks) in pages {
        let page_text = text_file(page);
        let links = page_text.matches("https://portal.azure.com/#create/").count();
        assert_eq!(links, stacks.len(), "{page}");
        for which in stacks {
            let folder = which.folder();
            let [template, form] = ["azuredeploy.json", "createUiDefinition.json"].map(|file| {
                let path = format!("{folder}/{file}");
                assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(&path).exists(), "{path}");
                percent_encoding::utf8_percent_encode(
                    &format!("{RAW}{path}"),
                    percent_encoding::NON_ALPHANUMERIC,
                )
                .to_string()
                .replace("%2E", ".")
                .replace("%2D", "-")
            });
            let button = format!(
                "https://portal.azure.com/#create/Microsoft.Template/uri/{template}\
                 /createUIDefinitionUri/{form}"
            );
            assert!(page_text.contains(&button), "{page}: {button}");
        }
    }
}
