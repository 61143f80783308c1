//! What go.mod has to say for the import.

use gofix_rule::{Cx, Decline, Fix, GoVersion, Level, Need, Unmet, syntax::Node};

/// The module, and the package in it.
pub(super) const ERRGROUP: (&str, &str) = ("golang.org/x/sync", "golang.org/x/sync/errgroup");

/// The versions from which on the module is written for a version of Go.
const WRITTEN_FOR: &[(u32, GoVersion)] = &[
    (1, GoVersion::new(1, 16)),
    (2, GoVersion::new(1, 18)),
    (12, GoVersion::new(1, 23)),
    (17, GoVersion::new(1, 24)),
    (20, GoVersion::new(1, 25)),
    (23, GoVersion::new(1, 26)),
];

/// The last minor version of which that is known.
const LAST: u32 = 24;

/// Whether the fix adds a requirement to go.mod.
pub(super) fn is_added(fix: &Fix) -> bool {
    fix.all_needs().iter().any(|it| matches!(it, Need::Module { version: Some(_), .. }))
}

/// The fix with all that the import of errgroup at `at` needs beside itself. `limits`: whether it calls `SetLimit`.
///
/// # Errors
/// The package could not be imported there.
pub(super) fn edit<'a>(cx: &Cx<'a>, fix: Fix, at: Node<'a>, limits: bool) -> Result<Fix, Decline> {
    let project = cx.workspace().project();
    let dir = project.file(at.file().id()).dir;
    let need = |module, version| Need::Module { module, path: ERRGROUP.0.to_owned(), version };
    match project.dependency(dir, ERRGROUP.0, ERRGROUP.1) {
        Ok(found) if limits && has_no_limit(&found.version) => {
            let version = found.version;
            Err(format!("errgroup has no SetLimit yet in version {version}").into())
        }
        Ok(found) if found.indirect => Ok(fix.needs(need(found.from, None))),
        Ok(_) => Ok(fix),
        Err(Unmet::NotRequired(module)) => {
            let go = project.module(module).go_version();
            match cx.option("add-deps") {
                "" => {
                    let fitting = fitting(go);
                    let module = ERRGROUP.0;
                    Err(format!("go.mod does not require {module}: run `go get {module}@{fitting}` first").into())
                }
                version => {
                    is_fitting(version, go)?;
                    Ok(fix.at_most(Level::Review).needs(need(module, Some(version.to_owned()))))
                }
            }
        }
        Err(unmet) => Err(reason(unmet)),
    }
}

fn reason(unmet: Unmet) -> Decline {
    let reason = match unmet {
        Unmet::Std => "the standard library cannot import errgroup".to_owned(),
        Unmet::NoModule => "the file is in no module, so nothing says where errgroup is".to_owned(),
        Unmet::NotVendored => {
            "vendor/modules.txt does not list errgroup: run `go mod vendor` once something imports it".to_owned()
        }
        Unmet::NoSum(version) => format!("go.sum has no line for {} {version}: run `go mod download`", ERRGROUP.0),
        Unmet::NotInDirectory(dir) => format!("there is no errgroup in {dir}, which replaces {}", ERRGROUP.0),
        Unmet::OutOfReach | Unmet::NotRequired(_) => "go.mod is out of reach".to_owned(),
    };
    reason.into()
}

/// The minor version of `v0.minor.patch`.
fn minor(version: &str) -> Option<u32> {
    version.strip_prefix("v0.")?.split('.').next()?.parse().ok()
}

/// Whether a version is older than `SetLimit`, which came in May 2022.
fn has_no_limit(version: &str) -> bool {
    version.starts_with("v0.0.0-") && version < "v0.0.0-20220513"
}

/// The latest version for a version of Go.
fn fitting(go: GoVersion) -> String {
    let next = WRITTEN_FOR.iter().find(|(_, needs)| *needs > go).map_or(LAST + 1, |it| it.0);
    format!("v0.{}.0", next.saturating_sub(1).max(1))
}

/// Declines unless a module of that Go version can require `version`: `go mod tidy` would raise the `go` line, and with it
/// the meaning of loop variables and timers.
fn is_fitting(version: &str, go: GoVersion) -> Result<(), Decline> {
    let minor = minor(version).filter(|it| version.split('.').count() >= 3 && *it <= LAST);
    let Some(minor) = minor else {
        return Err(format!("which Go version {version} of golang.org/x/sync is for is not known").into());
    };
    let needs = WRITTEN_FOR.iter().rev().find(|it| it.0 <= minor).map_or(GoVersion::new(1, 16), |it| it.1);
    match needs <= go {
        true => Ok(()),
        false => Err(format!("version {version} of golang.org/x/sync is for Go {needs}, and go.mod says {go}").into()),
    }
}
