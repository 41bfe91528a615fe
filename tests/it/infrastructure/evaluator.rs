//! Evaluates the values of a template.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::arm_functions;
use super::expression::{Expression, parse};

/// A template, its parameters, and the resources that were referenced during evaluation.
pub(super) struct Evaluator<'a> {
    template: &'a Value,
    /// Given parameters, and defaults for the others.
    pub parameters: Map<String, Value>,
    copy_index: usize,
    variables: RefCell<BTreeMap<String, Value>>,
    /// Ids of the resources that `reference()` and `listKeys()` were called for.
    pub referenced: RefCell<BTreeSet<String>>,
}

impl<'a> Evaluator<'a> {
    /// Adds defaults for the parameters that are not given; also returns the faults of the
    /// defaults.
    pub(super) fn new(template: &'a Value, given: &Map<String, Value>) -> (Self, Vec<String>) {
        let (variables, referenced) = <(RefCell<_>, RefCell<_>)>::default();
        let parameters = given.clone();
        let mut evaluator = Self { template, parameters, copy_index: 0, variables, referenced };
        let mut faults = Vec::new();
        for (name, parameter) in template["parameters"].as_object().unwrap_or(&Map::new()) {
            if evaluator.parameters.contains_key(name) {
                continue;
            }
            match parameter.get("defaultValue").map(|value| evaluator.evaluate(value)) {
                Some(Ok(value)) => _ = evaluator.parameters.insert(name.clone(), value),
                Some(Err(fault)) => faults.push(format!("parameter {name}: {fault}")),
                None => faults.push(format!("parameter {name} has neither value nor default")),
            }
        }
        (evaluator, faults)
    }

    /// Evaluates a resource, once for each of its copies.
    pub(super) fn evaluate_copies(&mut self, template: &Value) -> Result<Vec<Value>, String> {
        let copies = match template.pointer("/copy/count") {
            Some(count) => self.evaluate(count)?.as_u64().ok_or("copy.count is not a number")?,
            None => 1,
        };
        if template.get("copy").is_some_and(|copy| !copy["name"].is_string()) {
            return Err("its copy loop has no name".to_owned());
        }
        let mut bodies = Vec::new();
        for index in 0..usize::try_from(copies).map_err(|error| error.to_string())? {
            self.copy_index = index;
            bodies.push(self.evaluate(template)?);
        }
        Ok(bodies)
    }

    /// Evaluates the expressions in a value and removes members that are null.
    pub(super) fn evaluate(&self, value: &Value) -> Result<Value, String> {
        Ok(match value {
            Value::String(text) => match parse(text)? {
                Some(expression) => self.evaluate_expression(&expression)?,
                None => value.clone(),
            },
            Value::Array(items) => {
                items.iter().map(|item| self.evaluate(item)).collect::<Result<_, _>>()?
            }
            Value::Object(members) => {
                let mut evaluated = Map::new();
                for (name, value) in members.iter().filter(|(name, _)| *name != "comments") {
                    let name = self.evaluate(&json!(name))?;
                    let value = self.evaluate(value)?;
                    if !value.is_null() {
                        evaluated.insert(name.as_str().unwrap_or_default().to_owned(), value);
                    }
                }
                Value::Object(evaluated)
            }
            other => other.clone(),
        })
    }

    fn evaluate_expression(&self, expression: &Expression) -> Result<Value, String> {
        match expression {
            Expression::Text(text) => Ok(json!(text)),
            Expression::Number(number) => Ok(json!(number)),
            Expression::Member(value, name) => member_of(&self.evaluate_expression(value)?, name),
            Expression::Index(value, index) => {
                let (value, index) =
                    (self.evaluate_expression(value)?, self.evaluate_expression(index)?);
                let index = index.as_u64().and_then(|index| usize::try_from(index).ok());
                let item = index.and_then(|index| value.get(index));
                item.cloned().ok_or_else(|| format!("{value} has no item {index:?}"))
            }
            Expression::Call(name, arguments) => self.call(name, arguments),
        }
    }

    fn call(&self, name: &str, arguments: &[Expression]) -> Result<Value, String> {
        if name == "if" {
            let [condition, then, otherwise] = arguments else {
                return Err("if() takes three arguments".to_owned());
            };
            // Azure evaluates only the branch that is taken.
            let branch =
                if self.evaluate_expression(condition)? == true { then } else { otherwise };
            return self.evaluate_expression(branch);
        }
        let arguments = arguments.iter().map(|argument| self.evaluate_expression(argument));
        let arguments: Vec<_> = arguments.collect::<Result<_, _>>()?;
        let first = arguments.first().and_then(Value::as_str).unwrap_or_default();
        match name {
            "copyIndex" => Ok(json!(self.copy_index)),
            "parameters" => {
                let declared = self.template["parameters"].get(first).is_some();
                let value = self.parameters.get(first).filter(|_| declared);
                value.cloned().ok_or_else(|| format!("there is no parameter {first}"))
            }
            "variables" => self.evaluate_variable(first),
            "reference" => {
                self.referenced.borrow_mut().insert(first.to_owned());
                Ok(json!(format!("ref({first})")))
            }
            "listKeys" => {
                // The id of a hub's key starts with the id of the hub.
                let owner = first.split("/iotHubKeys/").next().unwrap_or_default();
                self.referenced.borrow_mut().insert(owner.to_owned());
                Ok(json!(format!("keys({first})")))
            }
            _ => arm_functions::call(name, &arguments),
        }
    }

    fn evaluate_variable(&self, name: &str) -> Result<Value, String> {
        if let Some(value) = self.variables.borrow().get(name) {
            return Ok(value.clone());
        }
        let variable = self.template["variables"].get(name);
        let outer = self.referenced.take();
        let value =
            self.evaluate(variable.ok_or_else(|| format!("there is no variable {name}"))?)?;
        if !self.referenced.replace(outer).is_empty() {
            return Err(format!(
                "the variable {name} refers to a resource, which Azure does not allow"
            ));
        }
        self.variables.borrow_mut().insert(name.to_owned(), value.clone());
        Ok(value)
    }
}

fn member_of(value: &Value, name: &str) -> Result<Value, String> {
    match value {
        Value::String(text) if text.starts_with("ref(") || text.starts_with("keys(") => {
            Ok(json!(format!("{text}.{name}")))
        }
        _ => value.get(name).cloned().ok_or_else(|| format!("{value} has no member {name}")),
    }
}
