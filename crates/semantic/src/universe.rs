//! The universe block (spec: Predeclared identifiers).

/// The predeclared identifiers, in order.
static NAMES: [&str; 44] = [
    "any",
    "append",
    "bool",
    "byte",
    "cap",
    "clear",
    "close",
    "comparable",
    "complex",
    "complex128",
    "complex64",
    "copy",
    "delete",
    "error",
    "false",
    "float32",
    "float64",
    "imag",
    "int",
    "int16",
    "int32",
    "int64",
    "int8",
    "iota",
    "len",
    "make",
    "max",
    "min",
    "new",
    "nil",
    "panic",
    "print",
    "println",
    "real",
    "recover",
    "rune",
    "string",
    "true",
    "uint",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "uintptr",
];

/// The predeclared identifier that `name` is, if it is one.
pub(crate) fn predeclared(name: &str) -> Option<&'static str> {
    NAMES.binary_search(&name).ok().map(|i| NAMES[i])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorted_and_found() {
        assert!(NAMES.is_sorted());
        assert!(NAMES.iter().all(|&it| predeclared(it) == Some(it)));
        assert_eq!(predeclared("Any"), None);
    }
}
