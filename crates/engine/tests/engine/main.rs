//! Whole runs over projects in memory, with rules made for the test.

mod error_flow;
mod policy;
mod properties;
mod renames;
mod rounds;
mod support;
mod suppressed;
mod texts;
mod whole;
