//! gofix-format.
