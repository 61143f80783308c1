//! gofix-semantic.
