//! The infrastructure templates, held against the program, the files around
//! them and the rules that a deployment lives by. No Azure is needed: the
//! templates are evaluated here, for every combination of their parameters.
//!
//! [`faults::faults`] says what is wrong with a template; the mutation test takes
//! things out, one by one, and wants each to be missed.

mod alerts;
mod arm;
<<<<<<< HEAD
mod changes;
=======
>>>>>>> scripts
mod combinations;
mod evaluator;
mod expression;
mod faults;
mod functions;
mod mutations;
mod order;
mod outputs;
<<<<<<< HEAD
mod page;
=======
>>>>>>> scripts
mod parameters;
mod portal;
mod program;
mod roles;
mod rules;
mod services;
mod settings;
mod sign_in;
mod stack;
<<<<<<< HEAD
mod telemetry;
mod templates;
mod trigger;
=======
mod templates;
>>>>>>> scripts
