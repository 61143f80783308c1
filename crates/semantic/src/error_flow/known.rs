//! What functions outside the project do with errors.

use gofix_syntax::{Kind, Node, Role, ast::CallExpr};

use super::{look::Look, place::Place, summary::hash_of};
use crate::types::{Callee, Form};

/// What a function outside does with the errors that it is given.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum Effect {
    /// Nothing that could depend on them: it prints or records them, say.
    None,
    /// It looks at them.
    Looks(Look),
    /// It returns an error that wraps them.
    Wraps,
    /// It returns what they wrap, and looks at them so.
    Unwraps(Option<Look>),
    /// It returns an error by a format, which is that argument.
    Formats(usize),
    /// It returns them, or what callbacks returned.
    Returns,
    /// It looks at what callbacks return, and returns it.
    Handles,
    /// It looks at their types, and can call functions and methods.
    Reflects,
    /// It finds methods of what it is given, and calls them.
    CallsMethods,
    Unknown,
}

/// What `callee` does with these arguments.
pub(super) fn effect(callee: &Callee, args: &[Node<'_>]) -> Effect {
    let (path, receiver, name) = match callee {
        Callee::Func { path, name } | Callee::External { path, name } => (&**path, "", &**name),
        Callee::Method { path, receiver, name, .. } => (&**path, &**receiver, &**name),
        _ => return Effect::Unknown,
    };
    if let Some(effect) = standard(path, receiver, name) {
        return effect;
    }
    let module = path.strip_prefix("github.com/").unwrap_or(path);
    match module {
        _ if is_errors_package(path) => of_errors(name),
        _ if module.starts_with("stretchr/testify") => testify(name),
        _ if path.starts_with("gotest.tools") => gotest(name, args),
        _ if module.starts_with("google/go-cmp/cmp") && matches!(name, "Equal" | "Diff") => {
            Effect::Looks(Look::DeepCompared)
        }
        _ if path.starts_with("gopkg.in/check.v1") || module.starts_with("go-check/check") => gocheck(name, args),
        _ if path.ends_with("/errgroup") => Effect::None,
        _ if module.starts_with("hashicorp/go-multierror") || path == "go.uber.org/multierr" => Effect::Wraps,
        _ if logger(path).is_some() => Effect::None,
        // It logs them.
        _ if path == "k8s.io/apimachinery/pkg/util/runtime" && name.starts_with("HandleError") => Effect::None,
        _ if module.ends_with("/errdefs") && name.starts_with("Is") => Effect::Looks(Look::Unwrapped),
        _ if path.starts_with("google.golang.org/grpc/status") && matches!(name, "FromError" | "Code" | "Convert") => {
            Effect::Looks(Look::Unwrapped)
        }
        _ => Effect::Unknown,
    }
}

fn standard(path: &str, receiver: &str, name: &str) -> Option<Effect> {
    Some(match (path, receiver, name) {
        ("errors", _, "Is" | "As" | "AsType") => Effect::Looks(Look::Unwrapped),
        ("errors", _, "Unwrap") => Effect::Unwraps(None),
        ("errors", _, "Join") => Effect::Wraps,
        ("errors", _, _) => Effect::None,
        ("fmt", _, "Errorf") => Effect::Formats(0),
        ("fmt" | "log" | "log/slog", ..) => Effect::None,
        ("os", _, "IsNotExist" | "IsExist" | "IsPermission" | "IsTimeout") => Effect::Looks(Look::Classified),
        ("reflect", _, "DeepEqual") => Effect::Looks(Look::DeepCompared),
        ("reflect", _, "TypeOf" | "Indirect") => Effect::Looks(Look::Asserted),
        ("reflect", _, "ValueOf") => Effect::Reflects,
        ("net/rpc" | "text/template" | "html/template", ..) => Effect::CallsMethods,
        ("reflect", ..) => return None,
        ("slices", _, "Contains" | "Index" | "Equal" | "Compact") | ("maps", _, "Equal") => {
            Effect::Looks(Look::Compared)
        }
        ("path/filepath", _, "Walk" | "WalkDir") | ("io/fs", _, "WalkDir") => Effect::Handles,
        // The text with something in front of it still has what it had.
        ("strings" | "bytes", "", "Contains" | "HasSuffix") => Effect::Looks(Look::TextPart),
        ("strings" | "bytes", "", name) if hands_text_on(name) => Effect::None,
        ("strings" | "bytes", "", _) | ("regexp", ..) => Effect::Looks(Look::Text),
        // They fill what they are given.
        ("encoding/json" | "encoding/xml" | "encoding/gob" | "encoding/asn1", _, name)
            if name.starts_with("Unmarshal") || name.starts_with("Decode") =>
        {
            Effect::None
        }
        ("testing", ..) => Effect::None,
        ("io", "PipeReader" | "PipeWriter", "CloseWithError") => Effect::Unknown,
        // Values of different types make it panic.
        ("sync/atomic", "Value", _) => Effect::Looks(Look::Asserted),
        ("sync", "Map", "CompareAndSwap" | "CompareAndDelete") | ("unique", _, "Make") => Effect::Looks(Look::Compared),
        // What is put in and given back is asked for its type.
        ("container/heap", ..) => Effect::Looks(Look::Asserted),
        // A reader gives it back as it is.
        ("testing/iotest", ..) => Effect::Looks(Look::Compared),
        ("slices" | "maps" | "sort" | "sync" | "sync/atomic" | "iter", ..) => Effect::Returns,
        ("context", ..) => Effect::Returns,
        _ => return None,
    })
}

/// Whether a function of `strings` or `bytes` returns a text that is as different from others as that which it is given.
fn hands_text_on(name: &str) -> bool {
    let known = ["Clone", "Join", "Repeat", "Title", "ToLower", "ToTitle", "ToUpper", "ToValidUTF8", "TrimSpace"];
    known.contains(&name)
}

/// Packages whose functions are called as those of `github.com/pkg/errors`.
fn is_errors_package(path: &str) -> bool {
    let known = ["github.com/pkg/errors", "github.com/cockroachdb/errors", "github.com/go-errors/errors"];
    known.contains(&path) || path == "golang.org/x/xerrors" || path == "github.com/juju/errors"
}

fn of_errors(name: &str) -> Effect {
    match name {
        "Is" | "As" | "HasType" | "IsAny" => Effect::Looks(Look::Unwrapped),
        "Cause" | "UnwrapAll" => Effect::Unwraps(Some(Look::Caused)),
        "Unwrap" | "UnwrapOnce" => Effect::Unwraps(None),
        "Errorf" => Effect::Formats(0),
        "New" => Effect::None,
        _ => Effect::Wraps,
    }
}

fn testify(name: &str) -> Effect {
    let name = name.strip_suffix('f').filter(|it| *it != "Is").unwrap_or(name);
    Effect::Looks(match name {
        "Equal" | "EqualValues" | "Exactly" | "NotEqual" | "NotEqualValues" | "Same" | "NotSame"
        | "ObjectsAreEqual" | "ElementsMatch" => Look::DeepCompared,
        "IsType" | "Implements" => Look::Asserted,
        "EqualError" => Look::Text,
        "ErrorIs" | "ErrorAs" | "NotErrorIs" | "NotErrorAs" => Look::Unwrapped,
        "ErrorContains" | "Contains" | "NotContains" | "Regexp" | "NotRegexp" => Look::TextPart,
        _ => return Effect::None,
    })
}

fn gotest(name: &str, args: &[Node<'_>]) -> Effect {
    Effect::Looks(match name {
        "Equal" | "DeepEqual" => Look::DeepCompared,
        "Error" if args.len() > 1 => Look::Text,
        "ErrorType" => Look::Asserted,
        "ErrorIs" => Look::Unwrapped,
        "ErrorContains" | "Contains" | "Regexp" => Look::TextPart,
        _ => return Effect::None,
    })
}

fn gocheck(name: &str, args: &[Node<'_>]) -> Effect {
    if !matches!(name, "Assert" | "Check") {
        return Effect::None;
    }
    let has = |word: &str| args.iter().any(|it| it.text().ends_with(word));
    Effect::Looks(match () {
        () if has("ErrorMatches") => Look::Text,
        () if has("Equals") => Look::DeepCompared,
        () if has("FitsTypeOf") => Look::Asserted,
        () => return Effect::None,
    })
}

/// The logger to which a package belongs: what its functions are given they write down, and change nothing.
pub fn logger(path: &str) -> Option<&'static str> {
    const LOGGERS: &[&str] = &[
        "log/slog",
        "log",
        "github.com/sirupsen/logrus",
        "github.com/containerd/log",
        "github.com/rs/zerolog",
        "github.com/go-kit/log",
        "github.com/go-kit/kit/log",
        "github.com/go-logr/logr",
        "github.com/golang/glog",
        "github.com/hashicorp/go-hclog",
        "go.uber.org/zap",
        "k8s.io/klog",
        "go.opentelemetry.io/otel",
    ];
    let is_of = |it: &&&str| path.strip_prefix(**it).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    LOGGERS.iter().find(is_of).copied()
}

/// Whether libraries call methods of that name of values that have them, and look at their errors or hand them on.
pub(super) fn is_asked_for(name: &str, of_sql: bool) -> bool {
    const CODING: &[&str] = &["JSON", "Text", "Binary", "XML", "XMLAttr", "YAML", "BSON", "TOML"];
    const SQL: &[&str] = &["Exec", "Query", "Ping", "Scan", "Value", "ConvertValue"];
    const OF_DRIVERS: &[&str] = &[
        "CheckNamedValue",
        "ExecContext",
        "QueryContext",
        "PrepareContext",
        "BeginTx",
        "ResetSession",
        "NextResultSet",
        "OpenConnector",
    ];
    let coding = name.strip_prefix("Marshal").or_else(|| name.strip_prefix("Unmarshal"));
    coding.is_some_and(|it| CODING.contains(&it))
        || matches!(name, "GobEncode" | "GobDecode")
        || OF_DRIVERS.contains(&name)
        || (of_sql && SQL.contains(&name))
}

/// Whether a function outside takes texts apart: it scans or parses them.
pub(super) fn scans(callee: &Callee) -> bool {
    match callee {
        Callee::Func { path, name } => match &**path {
            "fmt" => name.starts_with("Sscan"),
            "strconv" => !name.starts_with("Quote") && !name.starts_with("AppendQuote"),
            _ => name.starts_with("Parse") || name.starts_with("Unmarshal"),
        },
        _ => false,
    }
}

/// Whether a function outside seems to compare its arguments, by its name.
pub(super) fn compares(name: &str) -> bool {
    let name = name.strip_suffix('f').unwrap_or(name);
    ["Equal", "Equals", "Same", "EqualValues", "DeepEquals", "Diff", "Contains", "ElementsMatch", "IndexOf"]
        .iter()
        .any(|it| name.ends_with(it))
}

/// Whether the argument at `index` is what `errors.Is` or its like looks for: the last of two errors.
pub(super) fn is_target(call: CallExpr<'_>, index: usize, errors: usize) -> bool {
    let name = call.fun().child(Role::Sel).unwrap_or(call.fun()).text();
    let asks = ["Is", "ErrorIs", "NotErrorIs", "IsAny", "ErrorIsf", "NotErrorIsf"].contains(&name);
    asks && errors > 1 && index > 0 && call.args().skip(index + 1).all(|it| it.kind() == Kind::BasicLit)
}

/// Whether a call is one of gocheck's, which compare arguments that others only print, or prints them for an example.
pub(super) fn is_gocheck(call: CallExpr<'_>) -> bool {
    let name = call.fun().child(Role::Sel).unwrap_or(call.fun()).text();
    matches!(name, "Assert" | "Check") || name.starts_with("Print")
}

/// Whether a function writes its arguments to the standard output.
pub(super) fn prints(callee: &Callee) -> bool {
    matches!(callee, Callee::Func { path, name } if &**path == "fmt" && name.starts_with("Print"))
}

/// The logger to which a function or method outside belongs.
pub(super) fn logger_of(callee: &Callee) -> Option<&'static str> {
    match callee {
        Callee::Func { path, .. } | Callee::External { path, .. } | Callee::Method { path, .. } => logger(path),
        _ => None,
    }
}

/// Whether a function outside writes the texts of whatever it is given.
pub(super) fn prints_any(callee: &Callee) -> bool {
    matches!(callee, Callee::Func { path, .. } if &**path == "fmt") || logger_of(callee).is_some()
}

/// Whether a function makes a text of its arguments.
pub(super) fn formats(callee: &Callee) -> bool {
    matches!(callee, Callee::Func { path, name } if &**path == "fmt" && name.starts_with("Sprint"))
}

/// What all values of a type outside keep together: a command of a command line runs the function in one of its fields.
pub(super) fn shared_box(form: &Form) -> Option<Place> {
    let Form::Named { path, .. } = form else { return None };
    let is_known = ["github.com/spf13/cobra", "github.com/urfave/cli"].iter().any(|it| path.starts_with(it));
    is_known.then(|| Place::Outside(hash_of(&**path)))
}

/// The verbs of a format, one for each argument, and whether they have the flag `#`; none if arguments are numbered or counted.
pub(super) fn verbs(format: &str) -> Option<Vec<(char, bool)>> {
    let mut verbs = Vec::new();
    let mut chars = format.chars();
    while let Some(it) = chars.next() {
        if it != '%' {
            continue;
        }
        let mut is_sharp = false;
        let is_flag = |it: &char| matches!(it, '+' | '-' | '#' | ' ' | '.') || it.is_ascii_digit();
        let verb = chars.by_ref().inspect(|it| is_sharp |= *it == '#').find(|it| !is_flag(it))?;
        match verb {
            '%' => {}
            '[' | '*' => return None,
            verb => verbs.push((verb, is_sharp)),
        }
    }
    Some(verbs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_argument_has_a_verb() {
        assert_eq!(verbs("a %s: %#v, 100%%: %w"), Some(vec![('s', false), ('v', true), ('w', false)]));
        assert_eq!(verbs("%[2]w %[1]s"), None);
        assert_eq!(verbs("%*d"), None);
        assert_eq!(verbs("100%"), None);
    }
}
