use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use crate::constraint::Config;
use crate::load::LoadOptions;

impl LoadOptions {
    /// The options that the environment gives: the current directory, and what `GOOS`, `GOARCH`, `CGO_ENABLED`, `GOROOT`,
    /// `GOMODCACHE` and `GOPATH` say. Without `GOROOT`, Go is looked for on the `PATH`, but not run. Fails if there is
    /// no current directory.
    pub fn from_env() -> io::Result<LoadOptions> {
        let mut config = Config::default();
        if let Some(goos) = text("GOOS") {
            config.goos = goos;
        }
        if let Some(goarch) = text("GOARCH") {
            config.goarch = goarch;
        }
        config.cgo = text("CGO_ENABLED").is_none_or(|value| value != "0");
        Ok(LoadOptions {
            cwd: env::current_dir()?,
            config,
            goroot: goroot(),
            mod_cache: mod_cache(),
            ..LoadOptions::default()
        })
    }
}

fn text(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn path(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn goroot() -> Option<PathBuf> {
    path("GOROOT").into_iter().chain(on_path(env::var_os("PATH")?)).find(|root| has_std(root))
}

/// Where the `go` commands on a search path are installed.
fn on_path(search: OsString) -> impl Iterator<Item = PathBuf> {
    let commands: Vec<PathBuf> =
        env::split_paths(&search).map(|dir| dir.join(format!("go{}", env::consts::EXE_SUFFIX))).collect();
    commands.into_iter().filter_map(|go| go.canonicalize().ok()?.parent()?.parent().map(Path::to_owned))
}

fn has_std(root: &Path) -> bool {
    root.join("src/unsafe").is_dir()
}

fn mod_cache() -> Option<PathBuf> {
    let in_gopath = |gopath: PathBuf| {
        let first = env::split_paths(&gopath).next()?;
        Some(first.join("pkg/mod"))
    };
    path("GOMODCACHE")
        .or_else(|| path("GOPATH").and_then(in_gopath))
        .or_else(|| Some(env::home_dir()?.join("go/pkg/mod")))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn go_is_found_by_where_its_command_is() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap().join("go1.99");
        fs::create_dir_all(root.join("bin")).unwrap();
        fs::create_dir_all(root.join("src/unsafe")).unwrap();
        fs::write(root.join("bin/go"), "").unwrap();
        let search = env::join_paths([dir.path().join("none"), root.join("bin")]).unwrap();
        assert_eq!(on_path(search).find(|root| has_std(root)), Some(root));
    }
}
