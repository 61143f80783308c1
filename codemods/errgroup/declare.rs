//! The declarations: the group's in place of the WaitGroup's, and those that go.

use gofix_rule::{
    Decline, Fix, Import, TextRange,
    lines::{ends_line, line_start, next_line, starts_line, tail},
    semantic::{Def, DefKind},
    syntax::{
        Node, Token,
        ast::{AssignStmt, AstNode, GenDecl, RangeStmt, ValueSpec},
    },
    tasks::Declared,
};

use super::{Env, context::Context, fan::Fan};

/// How the group is declared.
pub(super) struct Head<'h, 'a> {
    /// Its name.
    pub(super) group: &'h str,
    /// The package.
    pub(super) errgroup: &'h Import<'a>,
    pub(super) context: Option<&'h Context<'a>>,
    /// The argument of `SetLimit`.
    pub(super) limit: Option<String>,
}

impl Head<'_, '_> {
    /// The statement that declares the group.
    fn declaration(&self) -> Result<String, Decline> {
        Ok(match self.context {
            Some(it) => {
                format!("{}, {} := {}({})", self.group, it.name, self.errgroup.name("WithContext")?, it.parent())
            }
            None => format!("var {}", self.spec()?),
        })
    }

    /// `g errgroup.Group`
    fn spec(&self) -> Result<String, Decline> {
        Ok(format!("{} {}", self.group, self.errgroup.name("Group")?))
    }

    /// `g.SetLimit(n)`
    fn limit(&self) -> Option<String> {
        self.limit.as_ref().map(|it| format!("{}.SetLimit({it})", self.group))
    }

    /// All statements.
    fn statements(&self) -> Result<String, Decline> {
        let lines: Vec<String> = [self.declaration()?].into_iter().chain(self.limit()).collect();
        Ok(lines.join("\n"))
    }
}

/// A `var (…)` of which some specs go.
struct Block<'a> {
    stmt: Node<'a>,
    decl: GenDecl<'a>,
    gone: Vec<Node<'a>>,
    /// The spec of the WaitGroup.
    group: Option<Node<'a>>,
}

/// Declares the group, and removes the declarations of `unused` variables.
pub(super) fn edit<'a>(
    env: Env<'_, 'a>,
    fix: Fix,
    fan: &Fan<'a>,
    head: &Head<'_, 'a>,
    unused: &[Def<'a>],
) -> Result<Fix, Decline> {
    const TOGETHER: &str = "what holds or guards the errors is declared together with other variables";
    let mut fix = fix;
    let mut blocks: Vec<Block<'a>> = Vec::new();
    match fan.var.declared {
        Declared::Var { stmt, .. } | Declared::Define { stmt } => fix = fix.replace(stmt, head.statements()?),
        Declared::InBlock { stmt, spec } => {
            let decl = spec.node().parent().and_then(GenDecl::cast).ok_or(TOGETHER)?;
            blocks.push(Block { stmt, decl, gone: Vec::new(), group: Some(spec.node()) });
        }
    }
    for def in unused {
        let node = def.node();
        if let Some(assign) = AssignStmt::cast(node) {
            let stmt = env.cx.stmt(node).filter(|it| *it == node && assign.lhs().count() == 1).ok_or(TOGETHER)?;
            fix = fix.delete_stmt(stmt);
            continue;
        }
        let spec = ValueSpec::cast(node).filter(|it| it.names().count() == 1).ok_or(TOGETHER)?;
        let decl = spec.node().parent().and_then(GenDecl::cast).ok_or(TOGETHER)?;
        let stmt = decl.node().parent().ok_or(TOGETHER)?;
        match blocks.iter_mut().find(|it| it.stmt == stmt) {
            Some(block) => block.gone.push(node),
            None => blocks.push(Block { stmt, decl, gone: vec![node], group: None }),
        }
    }
    blocks.iter().try_fold(fix, |fix, it| it.edit(fix, head))
}

impl<'a> Block<'a> {
    fn edit(&self, fix: Fix, head: &Head<'_, 'a>) -> Result<Fix, Decline> {
        // With a context, the group comes from a call behind the block.
        let moves = self.group.filter(|_| head.context.is_some());
        let is_gone = |it: &Node<'a>| self.gone.contains(it) || moves == Some(*it);
        let left: Vec<Node<'a>> = self.decl.specs().filter(|it| !is_gone(it)).collect();
        let spec_text = |it: Node<'a>| match self.group == Some(it) {
            true => head.spec(),
            false => Ok(it.text().to_owned()),
        };
        let behind: Vec<String> = match (self.group, moves) {
            (None, _) => Vec::new(),
            (_, Some(_)) => vec![head.statements()?],
            (_, None) => head.limit().into_iter().collect(),
        };
        let (file, range) = (self.stmt.file(), self.stmt.range());
        match left[..] {
            [] if behind.is_empty() => return Ok(fix.delete_stmt(self.stmt)),
            [] if !self.has_other_comments() => {
                return Ok(fix.replace(self.stmt, behind.join("\n")).drops_comments_in(file, range));
            }
            [only] if self.decl.is_group() && !self.has_other_comments() => {
                let lines: Vec<String> = [format!("var {}", spec_text(only)?)].into_iter().chain(behind).collect();
                return Ok(fix.replace(self.stmt, lines.join("\n")).drops_comments_in(file, range));
            }
            _ => {}
        }
        let mut fix = fix;
        for spec in self.decl.specs() {
            if is_gone(&spec) {
                fix = delete_spec(fix, spec)?;
            } else if self.group == Some(spec) {
                fix = fix.replace(spec, head.spec()?);
            }
        }
        Ok(if behind.is_empty() { fix } else { fix.insert_after_stmt(self.stmt, behind) })
    }

    /// Whether there are comments that do not belong to the specs that go.
    fn has_other_comments(&self) -> bool {
        let of_gone =
            |it: &TextRange| self.gone.iter().any(|spec| TextRange::new(spec.start(), tail(*spec).end).contains(*it));
        self.stmt.file().comments_in(self.stmt.range()).iter().any(|it| !of_gone(it))
    }
}

/// Takes the variables of `range` clauses away that lose their last use, with which the program would not compile. `gone` is
/// what is deleted besides the declarations of `unused` variables.
///
/// # Errors
/// Another variable would lose its last use.
pub(super) fn without_orphans<'a>(
    env: Env<'_, 'a>,
    fix: Fix,
    fan: &Fan<'a>,
    unused: &[Def<'a>],
    gone: Vec<TextRange>,
) -> Result<Fix, Decline> {
    let mut gone = gone;
    gone.extend(unused.iter().map(|it| it.node().range()));
    let is_gone = |it: Node<'a>| gone.iter().any(|range| range.contains(it.range()));
    let mut orphans: Vec<Def<'a>> = Vec::new();
    let idents = fan.var.home.descendants().filter(|it| it.as_ident().is_some() && is_gone(*it));
    for def in idents.filter_map(|it| env.cx.resolve(it).def()) {
        let is_ours = unused.contains(&def) || def == fan.var.def || is_gone(def.ident()) || orphans.contains(&def);
        if is_ours || def.kind() != DefKind::Var || !def.is_variable() {
            continue;
        }
        let local = env.facts.local(def);
        if local.is_some_and(|it| it.uses.iter().all(|it| it.assigns() || is_gone(it.site))) {
            orphans.push(def);
        }
    }
    orphans.iter().try_fold(fix, |fix, def| without_orphan(fix, *def, &orphans))
}

/// `for i, x := range xs {` without the variable.
fn without_orphan<'a>(fix: Fix, def: Def<'a>, orphans: &[Def<'a>]) -> Result<Fix, Decline> {
    let ident = def.ident();
    let range = ident.parent().and_then(RangeStmt::cast).filter(|it| it.node().op() == Token::Define);
    let Some(range) = range else { return Err(format!("{} would not be used any more", def.name()).into()) };
    let is_orphan = |it: Node<'a>| orphans.iter().any(|def| def.ident() == it);
    let (key, value) = (range.key(), range.value());
    let is_used = |it: Option<Node<'a>>| it.is_some_and(|it| !is_orphan(it) && it.as_ident() != Some("_"));
    let file = ident.file();
    let from = |start: u32, end: u32| TextRange::new(start, end);
    let expr = file.tokens_in(from(ident.end(), range.x().start())).find(|it| it.0 == Token::Range);
    let start = key.map_or(ident.start(), Node::start);
    let clause = expr.map_or(range.x().start(), |it| it.1.start);
    match key {
        _ if !is_used(key) && !is_used(value) => {
            let range = from(start, clause);
            // Both variables want this edit.
            let has_edit = key != Some(ident) && key.is_some_and(is_orphan);
            Ok(if has_edit { fix } else { fix.replace_range(file, range, "") })
        }
        Some(key) if key == ident => Ok(fix.replace(ident, "_")),
        Some(key) => Ok(fix.replace_range(file, from(key.end(), ident.end()), "")),
        None => Ok(fix),
    }
}

/// Deletes a spec of a block with its lines.
fn delete_spec(fix: Fix, spec: Node<'_>) -> Result<Fix, Decline> {
    let file = spec.file();
    let end = tail(spec).end;
    if !starts_line(spec)
        || !ends_line(file, end)
        || file.token_from(spec.end()).0 == Token::Semicolon && !ends_line(file, end)
    {
        return Err("several variables are declared on one line".into());
    }
    let range = TextRange::new(line_start(file, spec.start()), next_line(file, end));
    Ok(fix.replace_range(file, range, "").drops_comments_in(file, range))
}
