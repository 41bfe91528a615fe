//! Tests of the infrastructure templates. They evaluate the templates themselves
//! and need no access to Azure.
//!
//! [`snapshots`] compares every property of what is deployed with reviewed files. The
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
mod web_site;
