//! gofix-engine.
