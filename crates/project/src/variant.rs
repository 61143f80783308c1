//! Configurations for files that do not belong to the usual one.

use crate::constraint::{Config, FileConstraints};

/// The systems and architectures to try, likely ones first.
const SYSTEMS: [&str; 17] = [
    "linux",
    "windows",
    "darwin",
    "freebsd",
    "openbsd",
    "netbsd",
    "dragonfly",
    "solaris",
    "illumos",
    "aix",
    "android",
    "ios",
    "js",
    "wasip1",
    "plan9",
    "zos",
    "hurd",
];
const ARCHITECTURES: [&str; 14] = [
    "amd64", "arm64", "386", "arm", "riscv64", "ppc64le", "s390x", "loong64", "ppc64", "mips64le", "mips64", "mipsle",
    "mips", "wasm",
];

/// No more tags of a file are tried.
const MAX_TAGS: usize = 6;

impl Config {
    /// The configuration to look at a file in: this one if the file belongs to it, else the first one like it in which
    /// system, architecture, cgo or the tags that the file names are others. None if the file belongs to none of these,
    /// as one with a contradiction.
    pub fn for_file(&self, constraints: &FileConstraints) -> Option<Config> {
        if constraints.matches(self) {
            return Some(self.clone());
        }
        if constraints.broken {
            return None;
        }
        let named = constraints.build.iter().flat_map(|it| it.tags());
        let mut own_tags: Vec<&str> = named.filter(|it| !is_platform(it) && !it.starts_with("go1.")).collect();
        own_tags.dedup();
        own_tags.truncate(MAX_TAGS);
        let variants = [self.cgo, !self.cgo].into_iter().flat_map(|cgo| {
            // Every choice of the tags, few of them first.
            let mut choices: Vec<u32> = (0..1 << own_tags.len()).collect();
            choices.sort_by_key(|it| it.count_ones());
            choices.into_iter().map(move |it| (cgo, it))
        });
        variants.into_iter().find_map(|(cgo, choice)| {
            let mut config = Config { cgo, ..self.clone() };
            let chosen = own_tags.iter().enumerate().filter(|(i, _)| choice & (1 << i) != 0);
            config.tags.extend(chosen.map(|(_, tag)| (*tag).to_owned()));
            config.on_some_platform(constraints)
        })
    }

    fn on_some_platform(&self, constraints: &FileConstraints) -> Option<Config> {
        let systems = std::iter::once(&*self.goos).chain(SYSTEMS);
        let platforms = systems.flat_map(|goos| {
            let architectures = std::iter::once(&*self.goarch).chain(ARCHITECTURES);
            architectures.map(move |goarch| (goos, goarch))
        });
        platforms.filter(|(goos, goarch)| exists(goos, goarch)).find_map(|(goos, goarch)| {
            let config = Config { goos: goos.to_owned(), goarch: goarch.to_owned(), ..self.clone() };
            constraints.matches(&config).then_some(config)
        })
    }
}

/// Whether a tag is not the user's to set.
fn is_platform(tag: &str) -> bool {
    SYSTEMS.contains(&tag) || ARCHITECTURES.contains(&tag) || matches!(tag, "unix" | "cgo" | "gc" | "gccgo")
}

/// Whether there can be such a platform.
fn exists(goos: &str, goarch: &str) -> bool {
    matches!(goos, "js" | "wasip1") == (goarch == "wasm")
}

#[cfg(test)]
mod tests {
    use gofix_syntax::header;

    use super::*;

    fn variant(name: &str, text: &str) -> Option<String> {
        let host = Config { goos: "linux".to_owned(), goarch: "amd64".to_owned(), ..Config::default() };
        let config = host.for_file(&FileConstraints::new(name, &header::read(text)))?;
        let tags: Vec<&str> = config.tags.iter().map(String::as_str).collect();
        let cgo = if config.cgo { "" } else { " nocgo" };
        Some(format!("{}/{}{cgo} {}", config.goos, config.goarch, tags.join(",")).trim().to_owned())
    }

    #[test]
    fn a_configuration_is_found_for_each_file() {
        assert_eq!(variant("a.go", "package p\n").as_deref(), Some("linux/amd64"));
        assert_eq!(variant("a_windows.go", "package p\n").as_deref(), Some("windows/amd64"));
        assert_eq!(variant("a_arm.go", "package p\n").as_deref(), Some("linux/arm"));
        assert_eq!(variant("a_js.go", "package p\n").as_deref(), Some("js/wasm"));
        assert_eq!(variant("a.go", "//go:build !linux && !windows\n\npackage p\n").as_deref(), Some("darwin/amd64"));
        assert_eq!(
            variant("a.go", "//go:build integration && !race\n\npackage p\n").as_deref(),
            Some("linux/amd64 integration")
        );
        assert_eq!(
            variant("a.go", "//go:build integration\n\npackage p\n").as_deref(),
            Some("linux/amd64 integration")
        );
        assert_eq!(variant("a.go", "//go:build !cgo\n\npackage p\n").as_deref(), Some("linux/amd64 nocgo"));
        // Such a file is run on its own.
        assert_eq!(variant("a.go", "//go:build ignore\n\npackage p\n").as_deref(), Some("linux/amd64 ignore"));
        assert_eq!(variant("a.go", "//go:build linux && !linux\n\npackage p\n"), None);
        assert_eq!(variant("a.go", "//go:build (\n\npackage p\n"), None);
    }
}
