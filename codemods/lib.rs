//! The built-in codemods, one folder each.
