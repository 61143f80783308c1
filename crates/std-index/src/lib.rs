//! The declarations of Go's standard library, for when there is no installation of Go to read them from.
//!
//! Each package is ordinary Go text, to be parsed and type-checked like any other: exported declarations, and of others
//! what these depend on. Functions have no bodies and parameters no names; variables have types and no initial values;
//! constants have literal values. Types have all of their fields, and are declared whether they are exported or not, so
//! sizes, comparability and embedding are exact. Methods of an unexported type are there if programs can come by a value
//! of it.
//!
//! What differs between the platforms that were recorded is in files that start with a `//go:build` line. Their names
//! constrain nothing. On one of [`Index::platforms`] the files are exact. On others they are the nearest there is: files for
//! an operating system speak for all of its architectures, those for `unix` for all of its kind, and names that are
//! known for some architectures only are absent. Whether cgo is used makes no difference.
//!
//! Internal and vendored packages are there as far as importable ones mention them; imports of vendored packages are
//! spelled with `vendor/` in front. `unsafe` has no declarations, and `builtin` is no package.
//!
//! `cargo xtask std-index` makes the index, and compares each declaration and each layout with what go/types says of the
//! library itself.

mod files;
mod since;
mod symbols;

use std::sync::{LazyLock, OnceLock};

pub use files::File;
pub use symbols::{Line, Note, Symbol, lines};

/// A version of Go, such as `(1, 21)` for Go 1.21.
pub type Version = (u16, u16);

static COMPRESSED: &[u8] = include_bytes!("../std.deflate");

static TEXT: LazyLock<String> = LazyLock::new(|| {
    // That the file is whole is for a test to see; were it not, nothing would be known of the library.
    let bytes = miniz_oxide::inflate::decompress_to_vec(COMPRESSED).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
});

static EMBEDDED: LazyLock<Index<'static>> = LazyLock::new(|| Index::new(&TEXT));

/// The packages of a standard library.
///
/// Its text starts with a line such as `go1.27.3 linux/amd64 windows/amd64`: what it was made from. Files follow, each
/// after a line such as `-- net/http/api.go --`.
#[derive(Debug)]
pub struct Index<'t> {
    text: &'t str,
    /// Sorted by path.
    packages: Vec<Package<'t>>,
}

/// A package of a standard library.
#[derive(Debug)]
pub struct Package<'t> {
    path: &'t str,
    files: Vec<File<'t>>,
    symbols: OnceLock<since::Symbols<'t>>,
}

impl Index<'static> {
    /// The index that is part of the program. It is unpacked when first asked for, which takes a few milliseconds.
    pub fn embedded() -> &'static Index<'static> {
        &EMBEDDED
    }
}

impl<'t> Index<'t> {
    /// Reads the text of an index. What is not in its form is left out.
    pub fn new(text: &'t str) -> Index<'t> {
        let mut packages: Vec<Package<'t>> = Vec::new();
        for (path, file) in files::split(text) {
            match packages.last_mut().filter(|package| package.path == path) {
                Some(package) => package.files.push(file),
                None => packages.push(Package { path, files: vec![file], symbols: OnceLock::new() }),
            }
        }
        packages.sort_by_key(|package| package.path);
        Index { text, packages }
    }

    /// All of it as one text.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// The release that the index was made from, such as `go1.27.3`.
    pub fn release(&self) -> &'t str {
        self.header().next().unwrap_or_default()
    }

    /// The operating systems and architectures for which the index is exact, such as `("linux", "amd64")`.
    pub fn platforms(&self) -> impl Iterator<Item = (&'t str, &'t str)> {
        self.header().skip(1).filter_map(|platform| platform.split_once('/'))
    }

    fn header(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        self.text.lines().next().unwrap_or_default().split(' ')
    }

    /// All packages, sorted by path; internal and vendored ones, too.
    pub fn packages(&self) -> &[Package<'t>] {
        &self.packages
    }

    /// The package with that path. None if the library has no such package, or if nothing importable mentions it.
    pub fn package(&self, path: &str) -> Option<&Package<'t>> {
        let at = self.packages.binary_search_by_key(&path, |package| package.path).ok()?;
        self.packages.get(at)
    }
}

impl<'t> Package<'t> {
    /// The import path.
    pub fn path(&self) -> &'t str {
        self.path
    }

    /// The files, sorted by name.
    pub fn files(&self) -> &[File<'t>] {
        &self.files
    }

    /// Whether programs outside of the library can import it.
    pub fn is_importable(&self) -> bool {
        self.path.split('/').all(|element| element != "internal" && element != "vendor")
    }

    /// The version of Go that it arrived in. None if it is not importable.
    pub fn since(&self) -> Option<Version> {
        self.symbols().package
    }

    fn symbols(&self) -> &since::Symbols<'t> {
        self.symbols.get_or_init(|| since::Symbols::read(self))
    }
}
