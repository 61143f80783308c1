//! Wraps the errors that `fmt.Errorf` only prints.
//!
//! `%w` prints what `%v` prints, and keeps the error for `errors.Is` and `errors.As`. So the text is the same wherever the
//! error is not nil, and what is left to find out is who asks: whoever finds the cause now, and did not before, may do
//! something else.

mod level;
mod present;

use gofix_rule::{
    Cx, Decline, Fix, GoVersion, Group, Level, Meta, OptionMeta, Report, Rule, Spelling,
    errors::{Verb, verbs},
    flow::Facts,
    lines::comments_beside,
    semantic::Tri,
    syntax::{
        Node,
        ast::{AstNode, CallExpr, SelectorExpr},
    },
};

use level::Verdict;

pub(crate) struct ErrorWrapVerb;

static META: Meta = Meta {
    name: "error-wrap-verb",
    summary: "wrap errors that fmt.Errorf only prints",
    group: Group::Errors,
    recommended: true,
    since: Some(GoVersion::new(1, 13)),
    until: None,
    words: &["Errorf"],
    options: &[
        OptionMeta {
            name: "exported",
            summary: "what to do where other modules can get the error",
            default: "review",
            values: &["review", "safe", "skip"],
        },
        OptionMeta {
            name: "multi",
            summary: "whether to wrap several errors by one call, which takes Go 1.20",
            default: "auto",
            values: &["auto", "off"],
        },
        OptionMeta {
            name: "sentinel-cause",
            summary: "whether to wrap a second error beside one that is wrapped already",
            default: "off",
            values: &["off", "on"],
        },
    ],
    docs: include_str!("README.md"),
};

/// The first version of Go that wraps more than one error.
const WRAPS_MANY: GoVersion = GoVersion::new(1, 20);

/// What is said of a call.
const MESSAGES: [&str; 1] = ["callers cannot look for an error that is only printed"];

impl Rule for ErrorWrapVerb {
    fn meta(&self) -> &Meta {
        &META
    }

    fn needs_error_flow(&self) -> bool {
        true
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        let mut known: Option<Facts<'_>> = None;
        for call in cx.calls("fmt", "Errorf").filter(|it| !cx.in_test_file(it.node())) {
            if known.as_ref().is_none_or(|it| !it.top().contains(call.node())) {
                known = cx.facts(call.node());
            }
            match (Site { cx: *cx, call, facts: known.as_ref() }).advise() {
                Ok(None) => {}
                Ok(Some(Advice::Fix(fix))) => report.fix(call.node(), MESSAGES[0], Ok(fix)),
                Ok(Some(Advice::Note(why))) => report.note(call.node(), format!("{}: {why}", MESSAGES[0])),
                Err(reason) => report.fix(call.node(), MESSAGES[0], Err(reason)),
            }
        }
    }
}

enum Advice {
    Fix(Fix),
    Note(String),
}

/// What an argument is.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Class<'a> {
    /// An error: the expression of type `error`. By its text: `err.Error()`.
    Error {
        error: Node<'a>,
        by_text: bool,
    },
    /// Something else that is an error, by its type.
    OwnType,
    Unknown,
    Other,
}

/// A call of `fmt.Errorf`.
struct Site<'a, 'f> {
    cx: Cx<'a>,
    call: CallExpr<'a>,
    /// Those of the function around it.
    facts: Option<&'f Facts<'a>>,
}

/// An error that is printed.
struct Target<'a, 'v> {
    arg: Node<'a>,
    error: Node<'a>,
    by_text: bool,
    verb: &'v Verb,
}

impl<'a> Site<'a, '_> {
    /// Rewrites
    ///
    /// ```go
    /// return fmt.Errorf("read %s: %v", name, err)
    /// ```
    ///
    /// to
    ///
    /// ```go
    /// return fmt.Errorf("read %s: %w", name, err)
    /// ```
    ///
    /// and `err.Error()` among the arguments to `err`.
    fn advise(&self) -> Result<Option<Advice>, Decline> {
        let cx = &self.cx;
        let args: Vec<Node<'a>> = self.call.args().collect();
        let Some((format, args)) = args.split_first().filter(|_| !self.call.has_ellipsis()) else { return Ok(None) };
        let classes: Vec<Class<'a>> = args.iter().map(|it| self.class(*it)).collect();
        if classes.iter().all(|it| *it == Class::Other) {
            return Ok(None);
        }
        let has_error = classes.iter().any(|it| matches!(it, Class::Error { .. }));
        let Some(spelling) = Spelling::of(*format) else {
            return if has_error {
                Err("the format is not written out here, so others may use it too".into())
            } else {
                Ok(None)
            };
        };
        let verbs = verbs(&spelling)?;
        if verbs.len() != args.len() {
            return Err("the format does not fit its arguments".into());
        }
        let Some(targets) = self.targets(args, &classes, &verbs)? else { return Ok(None) };
        self.is_left_to_us()?;
        if let Some(it) = targets.iter().find(|it| !present::is_present(cx, self.facts, it.error)) {
            return Err(format!("{} may be nil here", one_line(it.error)).into());
        }
        let level = match level::verdict(cx, self.call)? {
            Verdict::Note(why) => return Ok(Some(Advice::Note(why))),
            Verdict::Fix(level) => level,
        };
        let wraps_already = verbs.iter().any(|it| it.letter == 'w');
        let fix = Fix::new(if wraps_already { Level::Review } else { level });
        Ok(Some(Advice::Fix(targets.iter().fold(fix, |fix, it| it.edit(fix)).relies_on(self.call.node()))))
    }

    fn class(&self, arg: Node<'a>) -> Class<'a> {
        let cx = &self.cx;
        match cx.is_error(arg) {
            Tri::Yes => return Class::Error { error: arg, by_text: false },
            Tri::Unknown => return Class::Unknown,
            Tri::No => {}
        }
        let method = CallExpr::cast(arg.unparen()).and_then(|it| SelectorExpr::cast(it.fun().unparen()));
        if let Some(method) = method.filter(|it| it.sel().text() == "Error" && cx.is_error(it.x()).is_yes()) {
            return Class::Error { error: method.x(), by_text: true };
        }
        let types = cx.types(arg.file().id());
        match types.is_some_and(|it| it.implements(it.type_of(arg), it.error_type()).is_yes()) {
            true => Class::OwnType,
            false => Class::Other,
        }
    }

    /// The errors to wrap. None if there are none; declines if not all errors are printed by `%v` or `%s` alone.
    fn targets<'v>(
        &self,
        args: &[Node<'a>],
        classes: &[Class<'a>],
        verbs: &'v [Verb],
    ) -> Result<Option<Vec<Target<'a, 'v>>>, Decline> {
        let is_text = |it: &Verb| it.is_plain && matches!(it.letter, 'v' | 's');
        let mut targets: Vec<Target<'a, 'v>> = Vec::new();
        for ((arg, class), verb) in args.iter().zip(classes).zip(verbs).filter(|it| it.1.letter != 'w') {
            let Class::Error { error, by_text } = *class else { continue };
            if !is_text(verb) {
                return Err(format!("%{} prints more or less of {} than %w", verb.letter, one_line(*arg)).into());
            }
            if targets.iter().any(|it| it.error.text() == error.text()) {
                return Err("the format prints the same error twice".into());
            }
            targets.push(Target { arg: *arg, error, by_text, verb });
        }
        let wrapped = verbs.iter().filter(|it| it.letter == 'w').count();
        if targets.is_empty() && wrapped == 0 {
            let printed = || args.iter().zip(classes).zip(verbs).filter(|it| is_text(it.1)).map(|it| it.0);
            if let Some((arg, _)) = printed().find(|it| *it.1 == Class::OwnType) {
                return Err(format!("{} is of a type of its own", one_line(*arg)).into());
            }
            if let Some((arg, _)) = printed().find(|it| *it.1 == Class::Unknown) {
                return Err(format!("the type of {} is not known", one_line(*arg)).into());
            }
        }
        if targets.is_empty() {
            return Ok(None);
        }
        if wrapped > 0 && self.cx.option("sentinel-cause") == "off" {
            return Err("the format wraps another error already".into());
        }
        if wrapped + targets.len() > 1 {
            if self.cx.option("multi") == "off" {
                return Err("the format prints several errors".into());
            }
            if self.cx.go_version(self.call.node().file()) < WRAPS_MANY {
                return Err("wrapping more than one error takes Go 1.20".into());
            }
        }
        Ok(Some(targets))
    }

    /// Declines where somebody said what is to be done, or where nobody gets the error.
    fn is_left_to_us(&self) -> Result<(), Decline> {
        let call = self.call.node();
        let method = call.with_parens().parent().and_then(SelectorExpr::cast);
        if method.is_some_and(|it| it.sel().text() == "Error") {
            return Err("nothing but the text of the new error is used".into());
        }
        let speaks = |text: &str| ["nolint", "%v", "%w", "wrap", "Wrap"].iter().any(|it| text.contains(it));
        if comments_beside(call).any(speaks) {
            return Err("a comment here speaks of wrapping, or asks linters to look away".into());
        }
        Ok(())
    }
}

impl Target<'_, '_> {
    fn edit(&self, fix: Fix) -> Fix {
        let file = self.arg.file();
        let fix = fix.replace_range(file, self.verb.place, "w");
        match self.by_text {
            true => fix.replace(self.arg, self.error.text()),
            false => fix,
        }
    }
}

/// The first line of an expression.
fn one_line(expr: Node<'_>) -> &str {
    expr.text().lines().next().unwrap_or_default()
}
