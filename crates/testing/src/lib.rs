//! gofix-testing.
