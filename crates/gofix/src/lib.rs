//! gofix-gofix.
