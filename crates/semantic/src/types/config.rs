//! The tags that Go's own toolchain adds to a configuration.

use gofix_project::{Config, Project};

/// Experiments that are on in Go 1.27, whose standard library is built in.
const EXPERIMENTS: [&str; 7] =
    ["RegabiWrappers", "RegabiArgs", "Dwarf5", "RandomizedHeapBase64", "GreenTeaGC", "JSONv2", "SizeSpecializedMalloc"];

/// `config` with the tags of the experiments that are on by default (`go list -f '{{context.ToolTags}}'`): those that the
/// sources of the installed Go name, else those of the built-in standard library.
pub(super) fn with_tool_tags(project: &Project, mut config: Config) -> Config {
    let source = project.goroot_src().map(|src| src.join("internal/buildcfg/exp.go"));
    let text = source.and_then(|it| project.source().read(&it).ok()).and_then(|it| String::from_utf8(it).ok());
    let found = text.as_deref().and_then(baseline);
    let names = found.unwrap_or_else(|| EXPERIMENTS.iter().map(|it| (*it).to_owned()).collect());
    let on = |config: &Config, name: &str| match name {
        "RegabiWrappers" | "RegabiArgs" => {
            matches!(&*config.goarch, "amd64" | "arm64" | "loong64" | "ppc64le" | "ppc64" | "riscv64" | "s390x")
        }
        "Dwarf5" => !matches!(&*config.goos, "darwin" | "ios" | "aix"),
        _ => true,
    };
    for name in names {
        if on(&config, &name) {
            config.tags.insert(format!("goexperiment.{}", name.to_lowercase()));
        }
    }
    let level = match &*config.goarch {
        "amd64" => "amd64.v1",
        "arm64" => "arm64.v8.0",
        "386" => "386.sse2",
        _ => return config,
    };
    config.tags.insert(level.to_owned());
    config
}

/// The experiments that `internal/buildcfg` has on.
fn baseline(text: &str) -> Option<Vec<String>> {
    let (_, list) = text.split_once("baseline := goexperiment.Flags{")?;
    let (list, _) = list.split_once('}')?;
    let pairs = list.lines().filter_map(|it| it.trim().trim_end_matches(',').split_once(':'));
    Some(pairs.filter(|it| it.1.trim() != "false").map(|it| it.0.to_owned()).collect())
}

#[cfg(test)]
mod tests {
    #[test]
    fn experiments_are_read() {
        let text = "x\n\tbaseline := goexperiment.Flags{\n\t\tA:  true,\n\t\tBc: supported,\n\t\tD: false,\n\t}\n";
        assert_eq!(super::baseline(text), Some(vec!["A".to_owned(), "Bc".to_owned()]));
    }
}
