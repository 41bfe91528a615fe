//! The infrastructure templates, held against the program, the files around
//! them and the rules that a deployment lives by. No Azure is needed: the
//! templates are evaluated here, for every combination of their parameters.
//!
//! [`faults::faults`] says what is wrong with a template; the mutation test takes
//! things out, one by one, and wants each to be missed.

mod alerts;
mod arm_functions;
mod arm_schema;
mod changes;
mod combinations;
mod evaluator;
mod expression;
mod faults;
mod mutations;
mod order;
mod outputs;
mod parameters;
mod portal;
mod readme;
mod roles;
mod rules;
mod services;
mod settings;
mod sign_in;
mod site;
mod stack;
mod telemetry;
mod templates;
mod trigger;
