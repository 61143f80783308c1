//! Build constraints as expressions: read from either kind of line, written as either (go/build/constraint).

/// An expression over tags. Operands of [`All`](Constraint::All) are never of that kind themselves, nor are those of
/// [`Any`](Constraint::Any).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Constraint<'a> {
    Tag(&'a str),
    Not(Box<Constraint<'a>>),
    All(Vec<Constraint<'a>>),
    Any(Vec<Constraint<'a>>),
}

use Constraint::{All, Any, Not, Tag};

/// What follows `//go:build` in a line comment, if that is what it starts with.
pub(super) fn go_build(comment: &str) -> Option<&str> {
    argument(comment.strip_prefix("//go:build")?)
}

/// What follows `// +build` in a line comment, if that is what it starts with.
pub(super) fn plus_build(comment: &str) -> Option<&str> {
    argument(comment.strip_prefix("//")?.trim_start().strip_prefix("+build")?)
}

/// What follows a keyword: nothing, or something after a space.
fn argument(rest: &str) -> Option<&str> {
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then(|| rest.trim())
}

impl<'a> Constraint<'a> {
    /// Reads a line of either kind; `None` if it is broken.
    pub(super) fn parse(line: &'a str) -> Option<Constraint<'a>> {
        match go_build(line) {
            Some(expression) => Parser { rest: expression, operands: 0 }.whole(),
            None => plus_build_expression(plus_build(line)?),
        }
    }

    /// All of them.
    pub(super) fn all(operands: Vec<Constraint<'a>>) -> Constraint<'a> {
        let flat = operands.into_iter().flat_map(|it| if let All(inner) = it { inner } else { vec![it] });
        Self::one_or(flat.collect(), All)
    }

    /// Any of them.
    fn any(operands: Vec<Constraint<'a>>) -> Constraint<'a> {
        let flat = operands.into_iter().flat_map(|it| if let Any(inner) = it { inner } else { vec![it] });
        Self::one_or(flat.collect(), Any)
    }

    fn one_or(mut operands: Vec<Self>, several: impl Fn(Vec<Self>) -> Self) -> Constraint<'a> {
        match operands.pop() {
            Some(only) if operands.is_empty() => only,
            last => {
                operands.extend(last);
                several(operands)
            }
        }
    }

    /// Writes the expression as in a `//go:build` line.
    pub(super) fn push_to(&self, text: &mut String) {
        match self {
            Tag(tag) => text.push_str(tag),
            Not(operand) => {
                text.push('!');
                operand.push_operand(text);
            }
            All(operands) | Any(operands) => {
                let operator = if matches!(self, All(_)) { " && " } else { " || " };
                for (index, operand) in operands.iter().enumerate() {
                    text.push_str(if index > 0 { operator } else { "" });
                    operand.push_operand(text);
                }
            }
        }
    }

    fn push_operand(&self, text: &mut String) {
        let is_compound = matches!(self, All(_) | Any(_));
        text.push_str(if is_compound { "(" } else { "" });
        self.push_to(text);
        text.push_str(if is_compound { ")" } else { "" });
    }

    /// Writes `// +build` lines that say the same; one that says so if there are none.
    pub(super) fn push_plus_build_lines(&self, text: &mut String) {
        match self.plus_build_lines() {
            Some(lines) => lines.into_iter().for_each(|line| {
                text.push_str("// +build");
                for alternative in line {
                    for (index, literal) in alternative.into_iter().enumerate() {
                        text.push(if index > 0 { ',' } else { ' ' });
                        literal.push_to(text);
                    }
                }
                text.push('\n');
            }),
            None => text.push_str("// +build error: expression too complex for // +build lines\n"),
        }
    }

    /// The lines: each a list of alternatives, each a list of literals. `None` if it takes more levels than that.
    fn plus_build_lines(&self) -> Option<Vec<Vec<Vec<Constraint<'a>>>>> {
        let of_all = |it| if let All(inner) = it { inner } else { vec![it] };
        let of_any = |it| if let Any(inner) = it { inner } else { vec![it] };
        let lines: Vec<Vec<Vec<_>>> = of_all(self.with_plain_negations(false))
            .into_iter()
            .map(|line| of_any(line).into_iter().map(of_all).collect())
            .collect();
        if lines.iter().flatten().flatten().any(|it| matches!(it, Any(_))) {
            return None;
        }
        // One line is enough if none has alternatives.
        match lines.iter().all(|line| line.len() == 1) {
            true => Some(vec![vec![lines.into_iter().flatten().flatten().collect()]]),
            false => Some(lines),
        }
    }

    /// The same, or its negation, with no negation but of tags.
    fn with_plain_negations(&self, negate: bool) -> Constraint<'a> {
        let each = |operands: &[Self]| operands.iter().map(|it| it.with_plain_negations(negate)).collect();
        match self {
            Tag(tag) if negate => Not(Box::new(Tag(tag))),
            Tag(tag) => Tag(tag),
            Not(operand) => operand.with_plain_negations(!negate),
            All(operands) if negate => Self::any(each(operands)),
            Any(operands) if !negate => Self::any(each(operands)),
            All(operands) | Any(operands) => Self::all(each(operands)),
        }
    }
}

/// How many operands an expression may have, which bounds how deep it is nested.
const MAX_OPERANDS: u32 = 1000;

struct Parser<'a> {
    rest: &'a str,
    /// How many operands have been started.
    operands: u32,
}

impl<'a> Parser<'a> {
    /// Reads the expression that the text starts with. gofmt drops what follows, as long as its first token is one.
    fn whole(mut self) -> Option<Constraint<'a>> {
        let constraint = self.any()?;
        self.space();
        let is_token = |it| is_tag_char(it) || matches!(it, '(' | ')' | '!');
        self.rest.chars().next().is_none_or(is_token).then_some(constraint)
    }

    fn any(&mut self) -> Option<Constraint<'a>> {
        let mut operands = vec![self.all()?];
        while self.eat("||") {
            operands.push(self.all()?);
        }
        Some(Constraint::any(operands))
    }

    fn all(&mut self) -> Option<Constraint<'a>> {
        let mut operands = vec![self.operand()?];
        while self.eat("&&") {
            operands.push(self.operand()?);
        }
        Some(Constraint::all(operands))
    }

    fn operand(&mut self) -> Option<Constraint<'a>> {
        self.operands += 1;
        if self.operands > MAX_OPERANDS {
            return None;
        }
        if self.eat("!") { Some(Not(Box::new(self.atom()?))) } else { self.atom() }
    }

    fn atom(&mut self) -> Option<Constraint<'a>> {
        if self.eat("(") {
            let inner = self.any()?;
            return self.eat(")").then_some(inner);
        }
        let end = self.rest.find(|it| !is_tag_char(it)).unwrap_or(self.rest.len());
        let (tag, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!tag.is_empty()).then_some(Tag(tag))
    }

    fn eat(&mut self, token: &str) -> bool {
        self.space();
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }
}

fn is_tag_char(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '_' | '.')
}

/// How many operators a `// +build` line may stand for.
const MAX_PLUS_BUILD_OPERATORS: usize = 100;

/// Reads what follows `// +build`: alternatives, each a list of tags with commas. What is no tag counts as `ignore`.
fn plus_build_expression(text: &str) -> Option<Constraint<'_>> {
    let alternatives = text.split_whitespace().map(|it| Constraint::all(it.split(',').map(plus_build_tag).collect()));
    let operators = text.split_whitespace().flat_map(|it| it.split(',')).count().saturating_sub(1);
    match Constraint::any(alternatives.collect()) {
        Any(none) if none.is_empty() => Some(Tag("ignore")),
        constraint => (operators <= MAX_PLUS_BUILD_OPERATORS).then_some(constraint),
    }
}

fn plus_build_tag(text: &str) -> Constraint<'_> {
    let (name, is_negated) = text.strip_prefix('!').map_or((text, false), |it| (it, true));
    let tag = Tag(if !name.is_empty() && name.chars().all(is_tag_char) { name } else { "ignore" });
    if is_negated && !name.is_empty() && !name.starts_with('!') { Not(Box::new(tag)) } else { tag }
}
