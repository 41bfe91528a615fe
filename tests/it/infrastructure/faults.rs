//! What is wrong with a template, in sentences.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::combinations::combinations;
use super::stack::{Stack, evaluate};
use super::templates::StackKind;
use super::{
    alerts, order, outputs, parameters, roles, rules, services, settings, sign_in, site, telemetry,
    trigger,
};

/// Sentences about faults.
#[derive(Debug, Default)]
pub(super) struct Faults(pub Vec<String>);

impl Faults {
    /// Keeps the sentence unless all is well.
    pub(super) fn unless(&mut self, is_valid: bool, fault: impl FnOnce() -> String) {
        if !is_valid {
            self.0.push(fault());
        }
    }
}

/// The faults of a template in all combinations of parameters, each once.
pub(super) fn faults(stack_kind: StackKind, template: &Value) -> BTreeSet<String> {
    let combinations = combinations(stack_kind);
    let of_stacks = combinations.iter().flat_map(|given| of_stack(stack_kind, template, given));
    parameters::faults(template).into_iter().chain(of_stacks).collect()
}

/// Whether there is any fault; stops at the first.
pub(super) fn is_faulty(stack_kind: StackKind, template: &Value) -> bool {
    let is_faulty = |given| !of_stack(stack_kind, template, &given).is_empty();
    !parameters::faults(template).is_empty() || combinations(stack_kind).into_iter().any(is_faulty)
}

fn of_stack(stack_kind: StackKind, template: &Value, given: &Map<String, Value>) -> Vec<String> {
    let stack = evaluate(template, given);
    let mut faults = Faults(stack.faults.clone());
    let checks: [fn(StackKind, &Stack, &mut Faults); 11] = [
        order::check,
        rules::check,
        services::check,
        telemetry::check,
        roles::check,
        settings::check,
        trigger::check,
        site::check,
        sign_in::check,
        alerts::check,
        outputs::check,
    ];
    for check in checks {
        check(stack_kind, &stack, &mut faults);
    }
    faults.0
}

#[test]
fn the_templates_are_without_fault_in_every_combination_of_parameters() {
    for stack_kind in StackKind::ALL {
        let faults = faults(stack_kind, &stack_kind.template());
        assert!(faults.is_empty(), "{stack_kind:?}:\n{}", Vec::from_iter(faults).join("\n"));
    }
}
