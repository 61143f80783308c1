//! The declarations of the standard library that are built in, for machines without Go.

use std::sync::Arc;

use gofix_project::Config;
use gofix_std_index::Index;

/// The files of a standard package: name and text, plain Go declarations. None if there is no such package in the index,
/// or if it differs between platforms and the one asked for is not among those that the index knows.
pub(crate) fn std_package(path: &str, config: &Config) -> Option<Vec<(Box<str>, Arc<str>)>> {
    let index = Index::embedded();
    let files = index.package(path)?.files();
    let varies = files.iter().any(|it| it.text.contains("//go:build"));
    if varies && !index.platforms().any(|it| it == (&*config.goos, &*config.goarch)) {
        return None;
    }
    Some(files.iter().map(|it| (it.name.into(), it.text.into())).collect())
}
