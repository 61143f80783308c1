use std::collections::HashMap;

use crate::GoVersion;

/// A module whose packages are in a vendor directory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VendoredModule {
    /// The module's path.
    pub path: String,
    /// Its version; empty where a directory replaces all versions.
    pub version: String,
    /// Whether go.mod requires it.
    pub explicit: bool,
    /// The version of the language it is written in.
    pub go: Option<GoVersion>,
}

/// What vendor/modules.txt says: which packages are there, and from which module each is.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Vendor {
    modules: Vec<VendoredModule>,
    packages: HashMap<String, usize>,
}

impl Vendor {
    /// Reads the text of a modules.txt file (Go Modules Reference: Vendoring). Lines that make no sense are skipped.
    pub fn parse(text: &str) -> Vendor {
        let mut vendor = Vendor::default();
        // Whether the lines that follow belong to the last module.
        let mut known = false;
        for line in text.lines() {
            if let Some(module) = line.strip_prefix("# ") {
                known = vendor.add_module(module);
            } else if let (Some(notes), true) = (line.strip_prefix("## "), known) {
                vendor.note(notes);
            } else if known && !line.starts_with('#') && !line.trim().is_empty() {
                vendor.packages.insert(line.trim().to_owned(), vendor.modules.len() - 1);
            }
        }
        vendor
    }

    /// The module that has the package with this import path.
    pub fn module_of(&self, import_path: &str) -> Option<&VendoredModule> {
        self.packages.get(import_path).map(|&module| &self.modules[module])
    }

    /// All modules, in their order.
    pub fn modules(&self) -> &[VendoredModule] {
        &self.modules
    }

    fn add_module(&mut self, line: &str) -> bool {
        let mut words = line.split_whitespace();
        let (Some(path), Some(version)) = (words.next(), words.next()) else { return false };
        if !(version.starts_with('v') || version == "=>") {
            return false;
        }
        let version = if version == "=>" { "" } else { version };
        self.modules.push(VendoredModule {
            path: path.to_owned(),
            version: version.to_owned(),
            explicit: false,
            go: None,
        });
        true
    }

    fn note(&mut self, notes: &str) {
        let Some(module) = self.modules.last_mut() else { return };
        for note in notes.split(';').map(str::trim) {
            match note.strip_prefix("go ") {
                Some(version) => module.go = GoVersion::parse(version),
                None => module.explicit |= note == "explicit",
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_belong_to_the_module_above_them() {
        let vendor = Vendor::parse(
            "# a.b/c v1.0.0\n## explicit; go 1.18\na.b/c\na.b/c/d\n# e.f/g v0.1.0 => ../g\n## go 1.20\ne.f/g\n\
             # h.i/j => ./j\nh.i/j/k\n# odd\nnot/there\n",
        );
        let module = vendor.module_of("a.b/c/d").unwrap();
        assert_eq!((module.path.as_str(), module.version.as_str(), module.explicit), ("a.b/c", "v1.0.0", true));
        assert_eq!(module.go, Some(GoVersion::new(1, 18)));
        let module = vendor.module_of("e.f/g").unwrap();
        assert_eq!((module.explicit, module.go), (false, Some(GoVersion::new(1, 20))));
        assert_eq!(vendor.module_of("h.i/j/k").unwrap().version, "");
        assert_eq!(vendor.module_of("a.b"), None);
        assert_eq!(vendor.module_of("not/there"), None);
        assert_eq!(vendor.modules().len(), 3);
    }
}
