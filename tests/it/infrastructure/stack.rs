//! A template evaluated with parameters: the resources that would be deployed, and the faults
//! for which Azure would refuse the template.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::arm_functions::{RESOURCE_GROUP, resource_path};
use super::evaluator::Evaluator;

#[derive(Debug)]
pub(super) struct Stack {
    /// The parameters that it was evaluated with, including defaults.
    pub parameters: Map<String, Value>,
    pub resources: Vec<Resource>,
    /// The ids of all resources in the template, whether their condition holds or not.
    pub declared: BTreeSet<String>,
    pub outputs: Map<String, Value>,
    /// Expressions that cannot be evaluated, and references to resources that are not deployed.
    pub faults: Vec<String>,
}

/// A resource that is deployed.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    /// The full type, such as `Microsoft.Web/sites/config`.
    pub kind: String,
    /// The full name, with those of its parents.
    pub name: String,
    pub id: String,
    /// The id of the resource that it extends.
    pub scope: Option<String>,
    /// The evaluated resource.
    pub body: Value,
    /// The ids in `dependsOn`.
    pub depends_on: Vec<String>,
}

impl Resource {
    fn is_deployed(&self) -> bool {
        self.body.get("condition").is_none_or(|condition| *condition == true)
    }

    /// The last segment of the name.
    pub(super) fn last_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or_default()
    }

    /// The value at a JSON pointer below `properties`.
    pub(super) fn property(&self, path: &str) -> &Value {
        self.body.pointer(&format!("/properties{path}")).unwrap_or(&Value::Null)
    }
}

impl Stack {
    pub(super) fn of_type(&self, kind: &str) -> impl Iterator<Item = &Resource> {
        self.resources.iter().filter(move |resource| resource.kind == kind)
    }

    /// The only resource of a type; `None` if there are several.
    pub(super) fn single(&self, kind: &str) -> Option<&Resource> {
        let mut all = self.of_type(kind);
        all.next().filter(|_| all.next().is_none())
    }

    pub(super) fn by_id(&self, id: &str) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.id == id)
    }

    pub(super) fn has_parameter(&self, parameter: &str, value: &str) -> bool {
        self.parameters.get(parameter).is_some_and(|found| found == value)
    }
}

pub(super) fn evaluate(template: &Value, parameters: &Map<String, Value>) -> Stack {
    let (mut evaluator, mut faults) = Evaluator::new(template, parameters);
    let (mut resources, mut declared, mut references) = (Vec::new(), BTreeSet::new(), Vec::new());
    for template in template["resources"].as_array().unwrap_or(&Vec::new()) {
        match evaluator
            .evaluate_copies(template)
            .and_then(|all| all.into_iter().map(parse_resource).collect())
        {
            Ok(found) => {
                let found: Vec<Resource> = found;
                declared.extend(found.iter().map(|resource| resource.id.clone()));
                resources.extend(found.into_iter().filter(Resource::is_deployed));
            }
            Err(fault) => faults.push(format!("{}: {fault}", template["type"])),
        }
        references.push((template["type"].to_string(), evaluator.referenced.take()));
    }
    let mut outputs = Map::new();
    for (name, output) in template["outputs"].as_object().unwrap_or(&Map::new()) {
        match evaluator.evaluate(&output["value"]) {
            Ok(value) => _ = outputs.insert(name.clone(), value),
            Err(fault) => faults.push(format!("output {name}: {fault}")),
        }
        references.push((format!("output {name}"), evaluator.referenced.take()));
    }
    for (referrer, ids) in references {
        let is_deployed =
            |id: &String| resources.iter().any(|resource: &Resource| resource.id == *id);
        let missing = ids.iter().filter(|id| !is_deployed(id));
        faults.extend(missing.map(|id| {
            format!("{referrer} refers to {id}, which is not deployed with these parameters")
        }));
    }
    Stack { parameters: evaluator.parameters, resources, declared, outputs, faults }
}

fn parse_resource(body: Value) -> Result<Resource, String> {
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    let kind = text("type").ok_or("it has no type")?;
    let name = text("name").ok_or_else(|| format!("{kind} has no name"))?;
    let scope = text("scope");
    let names: Vec<_> = name.split('/').map(|name| json!(name)).collect();
    let base = scope.clone().unwrap_or_else(|| RESOURCE_GROUP.to_owned());
    let id = format!("{base}/providers/{}", resource_path(&kind, &names)?);
    let depends_on = body["dependsOn"].as_array().into_iter().flatten();
    let depends_on = depends_on.filter_map(Value::as_str).map(str::to_owned).collect();
    Ok(Resource { kind, name, id, scope, depends_on, body })
}
