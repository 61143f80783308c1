//! gofix-cst.
