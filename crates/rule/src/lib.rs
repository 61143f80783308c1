//! gofix-rule.
