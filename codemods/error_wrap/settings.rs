//! The options.

use gofix_rule::{
    Cx, OptionMeta,
    errors::{Confidence, Family, Values, Wording, WrapFunc, Wrapper},
};

const YES_NO: &[&str] = &["true", "false"];

const fn option(
    name: &'static str,
    summary: &'static str,
    default: &'static str,
    values: &'static [&'static str],
) -> OptionMeta {
    OptionMeta { name, summary, default, values }
}

pub(super) static OPTIONS: &[OptionMeta] = &[
    option(
        "scope",
        "errors of which calls: of other packages and interfaces, of other modules, or all",
        "boundary",
        &["boundary", "module", "all"],
    ),
    option(
        "style",
        "how messages begin; auto does as the file, its package or its module does",
        "auto",
        &["auto", "bare", "gerund", "failed-to", "unable-to", "func"],
    ),
    option(
        "helper",
        "what wraps: auto, fmt, pkg-errors, xerrors, go-errors, or import/path.Func(err, text)",
        "auto",
        &[],
    ),
    option(
        "args",
        "whether a message may show a value that names what the call was about; auto: though the error has it, too",
        "ids",
        &["none", "ids", "auto"],
    ),
    option("quote", "how such a value is written", "auto", &["auto", "%s", "%q"]),
    option(
        "min-confidence",
        "how sure the words must be: what is less sure is reported",
        "medium",
        &["high", "medium", "low"],
    ),
    option("max-message-words", "a message of more words is reported", "8", &[]),
    option("tests", "rewrite tests, too", "false", YES_NO),
    option("tail-calls", "look at `return f()`, too, where what f returns would get names", "false", YES_NO),
    option("exported", "what to do in functions that other modules can call", "review", &["review", "safe", "skip"]),
    option(
        "ignore-callees",
        "calls whose errors are left alone: parts of `path.Type.Name(`, separated by commas",
        "",
        &[],
    ),
    option("ignore-packages", "packages whose errors are left alone: patterns with *, separated by commas", "", &[]),
    option(
        "ignore-interfaces",
        "interfaces whose errors are left alone: patterns with *, separated by commas",
        "",
        &[],
    ),
    option(
        "contract-interfaces",
        "interfaces whose methods return errors as they are: path.Name, separated by commas",
        "",
        &[],
    ),
    option("verbs", "more verbs with which names of functions begin, separated by commas", "", &[]),
    option("secrets", "more words that mark secrets in names, separated by commas", "", &[]),
    option("id-names", "more words with which names of values end that may be shown, separated by commas", "", &[]),
    option(
        "max-hops",
        "over how many functions an error is followed to those whose look at it forbids to wrap it",
        "4",
        &[],
    ),
];

/// Errors of which calls.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum Scope {
    Boundary,
    Module,
    All,
}

/// What to do in functions that other modules can call.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum Exported {
    Review,
    Safe,
    Skip,
}

/// The options, read.
pub(super) struct Settings {
    pub(super) scope: Scope,
    pub(super) exported: Exported,
    pub(super) tests: bool,
    pub(super) tail_calls: bool,
    pub(super) min_confidence: Confidence,
    pub(super) wording: Wording,
    pub(super) ignored_callees: Vec<String>,
    pub(super) ignored_packages: Vec<String>,
    pub(super) ignored_interfaces: Vec<String>,
    pub(super) contracts: Vec<String>,
    pub(super) max_hops: u32,
}

impl Settings {
    pub(super) fn new(cx: &Cx<'_>) -> Settings {
        let list = |name: &str| -> Vec<String> {
            cx.option(name).split(',').map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect()
        };
        let wording = Wording {
            family: match cx.option("style") {
                "bare" => Some(Family::Bare),
                "gerund" => Some(Family::Gerund),
                "failed-to" => Some(Family::FailedTo),
                "unable-to" => Some(Family::UnableTo),
                "func" => Some(Family::Func),
                _ => None,
            },
            wrapper: helper(cx.option("helper")),
            quoted: match cx.option("quote") {
                "%s" => Some(false),
                "%q" => Some(true),
                _ => None,
            },
            values: match cx.option("args") {
                "none" => Values::None,
                "auto" => Values::Auto,
                _ => Values::Ids,
            },
            max_words: cx.option("max-message-words").parse().ok(),
            secrets: list("secrets"),
            id_names: list("id-names"),
            verbs: list("verbs"),
        };
        Settings {
            scope: match cx.option("scope") {
                "all" => Scope::All,
                "module" => Scope::Module,
                _ => Scope::Boundary,
            },
            exported: match cx.option("exported") {
                "safe" => Exported::Safe,
                "skip" => Exported::Skip,
                _ => Exported::Review,
            },
            tests: cx.is_set("tests"),
            tail_calls: cx.is_set("tail-calls"),
            min_confidence: match cx.option("min-confidence") {
                "high" => Confidence::High,
                "low" => Confidence::Low,
                _ => Confidence::Medium,
            },
            wording,
            ignored_callees: list("ignore-callees"),
            ignored_packages: list("ignore-packages"),
            ignored_interfaces: list("ignore-interfaces"),
            contracts: list("contract-interfaces"),
            max_hops: cx.option("max-hops").parse().unwrap_or(4),
        }
    }
}

fn helper(name: &str) -> Option<WrapFunc> {
    let known = |it| Some(WrapFunc::Known(it));
    match name {
        "fmt" => known(Wrapper::Fmt),
        "pkg-errors" => known(Wrapper::PkgErrors),
        "xerrors" => known(Wrapper::Xerrors),
        "go-errors" => known(Wrapper::GoErrors),
        _ => {
            let (path, name) = name.rsplit_once('.')?;
            Some(WrapFunc::Own { path: path.to_owned(), name: name.to_owned() })
        }
    }
}

/// Whether a name matches a pattern in which `*` stands for anything.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|it| name.strip_prefix(it)) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_anything() {
        assert!(
            matches("a/*", "a/b/c")
                && matches("*errors", "github.com/pkg/errors")
                && matches("a*c*e", "abcde")
                && matches("x", "x")
        );
        assert!(!matches("a/*", "b/a/") && !matches("x", "xy") && !matches("a*c*e", "abde"));
    }
}
