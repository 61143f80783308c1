//! Suppression comments: `//gofix:ignore RULE[,RULE] reason`.
//!
//! One on a line of its own covers the statement, declaration or field that follows; one that trails code covers the
//! findings that start on its line; one above the package clause covers the file.

use gofix_rule::lines::line_start;
use gofix_syntax::{Kind, SourceFile, TextRange, Token};

/// What every directive starts with. A file without it has none.
pub(crate) const WORD: &str = "gofix:ignore";

/// What a directive covers.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Scope {
    File,
    /// Findings that start in the range.
    Range(TextRange),
    Nothing,
}

/// One directive of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Directive {
    /// The comment.
    pub(crate) range: TextRange,
    /// The names of the rules, as written.
    pub(crate) rules: Vec<String>,
    /// Whether a reason is given. Without one, nothing is suppressed.
    pub(crate) has_reason: bool,
    scope: Scope,
}

impl Directive {
    /// Whether a finding of `rule` that starts at `offset` is suppressed.
    pub(crate) fn covers(&self, rule: &str, offset: u32) -> bool {
        let inside = match self.scope {
            Scope::File => true,
            Scope::Range(range) => range.contains_offset(offset),
            Scope::Nothing => false,
        };
        inside && self.has_reason && self.rules.iter().any(|it| it == rule)
    }

    /// What is wrong with the directive as such, if anything is. `is_rule` tells names of rules.
    pub(crate) fn problems(&self, is_rule: impl Fn(&str) -> bool) -> Vec<String> {
        let mut problems: Vec<String> =
            self.rules.iter().filter(|it| !is_rule(it)).map(|it| format!("there is no rule named {it}")).collect();
        if self.rules.is_empty() {
            problems.push("the rule to ignore is missing: write //gofix:ignore RULE reason".to_owned());
        } else if !self.has_reason {
            let rules = self.rules.join(",");
            problems
                .push(format!("the reason is missing, so nothing is suppressed: write //gofix:ignore {rules} reason"));
        }
        problems
    }
}

/// The directives of a file, in order.
pub(crate) fn directives(file: &SourceFile) -> Vec<Directive> {
    file.comments().iter().filter_map(|it| directive(file, *it)).collect()
}

fn directive(file: &SourceFile, range: TextRange) -> Option<Directive> {
    let text = file.text()[range.to_usize()].strip_prefix("//")?.strip_prefix(WORD)?;
    if !(text.is_empty() || text.starts_with([' ', '\t'])) {
        return None;
    }
    let (rules, reason) = parse(text);
    Some(Directive { range, rules, has_reason: !reason.is_empty(), scope: scope(file, range) })
}

/// The names and the reason. Names are separated by commas, with or without a space behind.
fn parse(text: &str) -> (Vec<String>, &str) {
    let mut rules = Vec::new();
    let mut rest = text.trim();
    loop {
        let end = rest.find([' ', '\t']).unwrap_or(rest.len());
        let (list, behind) = rest.split_at(end);
        rules.extend(list.split(',').filter(|it| !it.is_empty()).map(str::to_owned));
        rest = behind.trim_start();
        if !(list.ends_with(',') || rest.starts_with(',')) {
            return (rules, rest);
        }
    }
}

fn scope(file: &SourceFile, comment: TextRange) -> Scope {
    let line = line_start(file, comment.start);
    if !file.text()[line as usize..comment.start as usize].trim().is_empty() {
        return Scope::Range(TextRange::new(line, comment.start));
    }
    let mut at = comment.end;
    let next = loop {
        let (token, range) = file.token_from(at);
        match token {
            Token::Newline | Token::Semicolon => at = range.end.max(at + 1),
            Token::Package => return Scope::File,
            Token::Eof => return Scope::Nothing,
            _ => break range.start,
        }
    };
    // The first node that starts there is the outermost.
    let outermost = file.nodes().skip(1).find(|it| it.start() == next && it.kind() != Kind::BadDecl);
    outermost.map_or(Scope::Nothing, |it| Scope::Range(it.range()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(text: &str) -> Vec<String> {
        let file = SourceFile::parse(text);
        assert_eq!(file.errors(), [], "{text}");
        let found = directives(&file);
        let starts = file.nodes().filter(|it| it.kind() == Kind::CallExpr);
        let calls = starts.filter(|it| found.iter().any(|d| d.covers("r", it.start())));
        calls.map(|it| it.text().to_owned()).collect()
    }

    #[test]
    fn a_directive_covers_what_follows() {
        let f = |body: &str| covered(&format!("package p\n\nfunc f() {{\n{body}\n}}\n"));
        assert_eq!(f("a()\n//gofix:ignore r why\nb()\nc()"), ["b()"]);
        assert_eq!(f("//gofix:ignore r why\nfor {\n\ta()\n}\nb()"), ["a()"]);
        assert_eq!(f("//gofix:ignore r why\n// more\n\nfoo(1)\n"), ["foo(1)"]);
        assert_eq!(f("a()\n//gofix:ignore r why\n"), [""; 0]);
        assert_eq!(f("switch {\n//gofix:ignore r why\ncase x:\n\ta()\ncase y:\n\tb()\n}"), ["a()"]);
        assert_eq!(covered("package p\n\n//gofix:ignore r why\nvar x = a()\n\nvar y = b()\n"), ["a()"]);
        assert_eq!(
            covered("package p\n\n// F is.\n//\n//gofix:ignore r why\nfunc F() { a() }\n\nfunc g() { b() }\n"),
            ["a()"]
        );
        assert_eq!(covered("package p\n\nvar (\n\t//gofix:ignore r why\n\tx = a()\n\ty = b()\n)\n"), ["a()"]);
        assert_eq!(covered("package p\n\nvar x = []int{\n\t//gofix:ignore r why\n\ta(),\n\tb(),\n}\n"), ["a()"]);
    }

    #[test]
    fn a_trailing_directive_covers_its_line() {
        let f = |body: &str| covered(&format!("package p\n\nfunc f() {{\n{body}\n}}\n"));
        assert_eq!(f("a() //gofix:ignore r why\nb()"), ["a()"]);
        assert_eq!(f("for a() { //gofix:ignore r why\nb()\n}"), ["a()"]);
    }

    #[test]
    fn above_the_package_clause_it_covers_the_file() {
        assert_eq!(covered("//gofix:ignore r why\n\npackage p\n\nvar x = a()\n"), ["a()"]);
        assert_eq!(covered("package p //gofix:ignore r why\n\nvar x = a()\n"), [""; 0]);
    }

    #[test]
    fn lists_of_rules() {
        for text in ["a,r why", "r,a why not", "a, r why", "a ,r why", "  r\twhy"] {
            assert_eq!(covered(&format!("//gofix:ignore {text}\npackage p\n\nvar x = a()\n")), ["a()"], "{text}");
        }
        for text in ["a why r", "", "r", "rr why", "x r", "r, why"] {
            assert_eq!(covered(&format!("//gofix:ignore {text}\npackage p\n\nvar x = a()\n")), [""; 0], "{text}");
        }
        assert_eq!(covered("//gofix:ignored r why\npackage p\n\nvar x = a()\n"), [""; 0]);
        assert_eq!(covered("// gofix:ignore r why\npackage p\n\nvar x = a()\n"), [""; 0]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let problems = |text: &str| {
            let file = SourceFile::parse(format!("//gofix:ignore{text}\npackage p\n"));
            directives(&file).iter().flat_map(|it| it.problems(|name| name == "r")).collect::<Vec<_>>()
        };
        assert_eq!(problems(" r why"), [""; 0]);
        assert_eq!(problems(""), ["the rule to ignore is missing: write //gofix:ignore RULE reason"]);
        assert_eq!(problems(" r"), ["the reason is missing, so nothing is suppressed: write //gofix:ignore r reason"]);
        assert_eq!(problems(" x,r why"), ["there is no rule named x"]);
    }
}
