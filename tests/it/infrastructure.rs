//! The infrastructure templates, held against the program, the files around
//! them and the rules that a deployment lives by. No Azure is needed: the
//! templates are evaluated here, for every combination of their parameters.
//!
//! [`faults::faults`] says what is wrong with a template; the mutation test takes
//! things out, one by one, and wants each to be missed.

mod alerts;
mod arm;
mod changes;
mod combinations;
mod evaluator;
mod expression;
mod faults;
mod functions;
mod mutations;
mod order;
mod outputs;
mod page;
mod parameters;
mod portal;
mod program;
mod roles;
mod rules;
mod services;
mod settings;
mod sign_in;
mod stack;
mod telemetry;
mod templates;
mod trigger;
