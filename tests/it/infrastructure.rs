//! Tests of the infrastructure templates. No Azure is needed: the templates are
//! evaluated here.
//!
//! [`snapshots`] shows every property of what is deployed as a reviewed file. The
//! other modules check what a reviewer cannot see in a diff: that the names,
//! roles, settings, alerts and functions in the templates refer to things that
//! exist, in every combination of the parameters.

mod alerts;
mod arm_functions;
mod arm_schema;
mod combinations;
mod evaluator;
mod expression;
mod faults;
mod order;
mod outputs;
mod parameters;
mod portal;
mod program;
mod roles;
mod settings;
mod snapshots;
mod stack;
mod templates;
mod trigger;
