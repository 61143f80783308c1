//! gofix-project.
