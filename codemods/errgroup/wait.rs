//! What becomes of `Wait` and of where the error is looked at.

use gofix_rule::{
    Decline, Fix, TextRange,
    flow::{Ending, Use},
    semantic::{Def, DefKind},
    syntax::{
        Kind, Node, Role, Token,
        ast::{AssignStmt, AstNode, CommClause, IfStmt, RangeStmt, ReturnStmt, SelectStmt},
    },
};

use super::{
    Env,
    fan::Fan,
    look,
    sink::{Channel, Sink, SinkKind, Slice},
};

/// The edits after which the error comes from the group, which is called `group`.
///
/// # Errors
/// More than the first error is looked at, or not in a way that is known.
pub(super) fn rewrite<'a>(env: Env<'_, 'a>, fan: &Fan<'a>, sink: &Sink<'a>, group: &str) -> Result<Fix, Decline> {
    let wait = Wait { env, stmt: fan.wait, call: format!("{group}.Wait()") };
    match (&sink.kind, sink.def) {
        (SinkKind::Channel(channel), _) => wait.receive(channel),
        (SinkKind::Variable, Some(def)) if sink.is_result() => Ok(wait.result(def, &sink.outside)),
        (SinkKind::Variable, Some(def)) => Ok(wait.variable(def, &sink.outside)),
        (SinkKind::Variable, None) => Err(SEVERAL.into()),
        (SinkKind::Slice(slice), _) => wait.slice(slice),
        (SinkKind::Ordered(range), _) => wait.ordered(*range),
        (SinkKind::Ignored(values), _) => Ok(wait.returning(values)),
    }
}

struct Wait<'f, 'a> {
    env: Env<'f, 'a>,
    /// `wg.Wait()`
    stmt: Node<'a>,
    /// `g.Wait()`
    call: String,
}

/// Where the error is received.
struct Source<'a> {
    /// The statement, in the list of `Wait`.
    at: Node<'a>,
    /// Whether nothing but `close` stands between.
    is_next: bool,
}

const SEVERAL: &str = "more than the first error is received, or in another way than is known here";

impl<'a> Wait<'_, 'a> {
    fn next(&self) -> Option<Node<'a>> {
        self.stmt.next_sibling()
    }

    /// The only result of a `return`, if that is the variable.
    fn returned(&self, stmt: Node<'a>, def: Def<'a>) -> Option<Node<'a>> {
        let stmt = ReturnStmt::cast(stmt).filter(|it| it.results().count() == 1)?;
        stmt.results().next().filter(|it| look::is_var(self.env.cx, *it, def))
    }

    /// `v := g.Wait()` in place of `wg.Wait()`; in the next statement, if that is all that looks at it.
    fn variable(&self, def: Def<'a>, uses: &[Use<'a>]) -> Fix {
        let name = def.name();
        let only_in = |node: Node<'a>| uses.iter().all(|it| node.contains(it.site));
        if let Some(next) = self.next().filter(|it| only_in(*it)) {
            if let Some(value) = self.returned(next, def) {
                return Fix::safe().delete_stmt(self.stmt).replace(value, self.call.clone());
            }
            let check = IfStmt::cast(next).filter(|it| it.init().is_none());
            if let Some(cond) = check.map(|it| it.cond())
                && look::compares_with_nil(self.env.cx, cond, Token::Neq, def)
            {
                return Fix::safe().delete_stmt(self.stmt).insert_before(cond, format!("{name} := {}; ", self.call));
            }
        }
        Fix::safe().replace(self.stmt, format!("{name} := {}", self.call))
    }

    /// `err = g.Wait()` for a named result.
    fn result(&self, def: Def<'a>, uses: &[Use<'a>]) -> Fix {
        let later: Vec<Node<'a>> = uses.iter().map(|it| it.site).filter(|it| it.start() > self.stmt.end()).collect();
        match self.next().and_then(|it| self.returned(it, def)) {
            Some(value) if later.iter().all(|it| value.contains(*it)) => {
                Fix::safe().delete_stmt(self.stmt).replace(value, self.call.clone())
            }
            _ => Fix::safe().replace(self.stmt, format!("{} = {}", def.name(), self.call)),
        }
    }

    /// `if err := g.Wait(); err != nil { return …, err }` in place of `wg.Wait()`; or `return g.Wait()` if that is what is left.
    fn returning(&self, values: &str) -> Fix {
        let nothing =
            self.next().and_then(ReturnStmt::cast).filter(|it| it.results().count() == 1 && values.is_empty());
        let nil = nothing.and_then(|it| it.results().next()).filter(|it| look::is_nil(self.env.cx, *it));
        if let Some(nil) = nil {
            return Fix::review().delete_stmt(self.stmt).replace(nil, self.call.clone());
        }
        let text = format!("if err := {}; err != nil {{\nreturn {values}err\n}}", self.call);
        Fix::review().replace(self.stmt, text)
    }

    /// `if err := g.Wait(); err != nil {` in place of `if len(errs) > 0 {`.
    fn slice(&self, slice: &Slice<'a>) -> Result<Fix, Decline> {
        let names = ["err", "firstErr", "waitErr"];
        let check = slice.check.node();
        let (fix, name, head) = match self.next() == Some(check) {
            true => {
                let is_free = |it: &&&str| self.env.cx.workspace().is_unused_in(it, check).is_yes();
                let name = names.iter().find(is_free).ok_or("no name is free for the error")?;
                (Fix::safe().delete_stmt(self.stmt), *name, format!("{name} := {}; {name} != nil", self.call))
            }
            false => {
                if check.parent() != self.stmt.parent() {
                    return Err("the errors are looked at in another block than Wait".into());
                }
                let name = names.iter().find(|it| self.can_declare(it, None));
                let name = name.ok_or("no name is free for the error")?;
                (self.declaring(name), *name, format!("{name} != nil"))
            }
        };
        let fix = fix.replace(slice.check.cond(), head);
        Ok(slice.firsts.iter().fold(fix, |fix, it| fix.replace(*it, name)))
    }

    /// `err := g.Wait()` in place of `wg.Wait()`.
    fn declaring(&self, name: &str) -> Fix {
        Fix::safe().replace(self.stmt, format!("{name} := {}", self.call))
    }

    /// Whether `name` can be declared where `Wait` stands: behind it the name means `own` alone, which then is the new
    /// variable.
    fn can_declare(&self, name: &str, own: Option<Def<'a>>) -> bool {
        let cx = self.env.cx;
        let Some(block) = self.stmt.parent() else { return false };
        let before = cx.workspace().local(name, self.stmt);
        let is_declared = before.is_some_and(|def| match def.kind() {
            DefKind::Param | DefKind::Result | DefKind::Receiver => cx.func(self.stmt) == block.parent(),
            _ => cx.stmt(def.ident()).is_none_or(|it| it.parent() == Some(block)),
        });
        let named =
            |it: &Node<'a>| it.start() > self.stmt.end() && it.as_ident() == Some(name) && it.role() != Role::Sel;
        let is_own = |it: Node<'a>| own.is_some() && cx.resolve(it).def() == own;
        !is_declared && block.descendants().filter(named).all(is_own)
    }

    /// The error from the group in place of the one that is received.
    fn receive(&self, channel: &Channel<'a>) -> Result<Fix, Decline> {
        let read = channel.read;
        let siblings = std::iter::successors(self.next(), |it| it.next_sibling());
        let mut between: Vec<Node<'a>> = siblings.take_while(|it| !it.contains(read)).collect();
        let last = between.last().copied().unwrap_or(self.stmt);
        let at = last.next_sibling().ok_or(SEVERAL)?;
        let close = channel.close.filter(|it| between.contains(it));
        if close != channel.close {
            return Err("the channel is not closed between Wait and where the error is received".into());
        }
        between.retain(|it| Some(*it) != close);
        let source = Source { at, is_next: between.is_empty() };
        let fix = close.into_iter().fold(self.at_source(channel, &source)?, Fix::delete_stmt);
        Ok(if source.is_next { fix.delete_stmt(self.stmt) } else { fix })
    }

    /// `if err := g.Wait(); err != nil {` in place of a loop over the errors of all tasks.
    fn ordered(&self, range: RangeStmt<'a>) -> Result<Fix, Decline> {
        let at = range.node();
        if at.parent() != self.stmt.parent() {
            return Err(SEVERAL.into());
        }
        let source = Source { at, is_next: self.next() == Some(at) };
        let is_blank = range.key().is_some_and(|it| it.as_ident() == Some("_"));
        let error = range.value().filter(|_| is_blank).ok_or(SEVERAL)?;
        let fix = self.range(false, range, error, &source)?;
        Ok(if source.is_next { fix.delete_stmt(self.stmt) } else { fix })
    }

    /// The edits where the error is received.
    fn at_source(&self, channel: &Channel<'a>, source: &Source<'a>) -> Result<Fix, Decline> {
        if let Some(range) = RangeStmt::cast(source.at) {
            if channel.close.is_none() {
                return Err("the channel is not closed, so this waits for ever".into());
            }
            let key = range.key().filter(|_| range.value().is_none()).ok_or(SEVERAL)?;
            return self.range(channel.only_errors, range, key, source);
        }
        if !channel.only_errors {
            return Err("the first result may be nil, and then an error behind it is not looked at".into());
        }
        if let Some(select) = SelectStmt::cast(source.at) {
            return self.select(select, channel.read, source);
        }
        if channel.close.is_none() {
            return Err("the channel is not closed, so without an error this waits for ever".into());
        }
        let receive = channel.read.with_parens().parent().map(Node::with_parens).ok_or(SEVERAL)?;
        let parent = receive.parent().ok_or(SEVERAL)?;
        if parent.kind() == Kind::ReturnStmt && parent == source.at && parent.children_in(Role::Results).count() == 1 {
            let (name, fix) = self.named(source, "err", None)?;
            return Ok(fix.replace(receive, if source.is_next { self.call.clone() } else { name }));
        }
        let assign = AssignStmt::cast(parent).filter(|it| it.lhs().count() == 1).ok_or(SEVERAL)?;
        let target = assign.lhs().next().filter(|it| it.as_ident().is_some()).ok_or(SEVERAL)?;
        let check = IfStmt::cast(source.at).filter(|it| it.init() == Some(parent));
        match check {
            None if parent != source.at => Err(SEVERAL.into()),
            _ if source.is_next => Ok(Fix::safe().replace(receive, self.call.clone())),
            // The name is the old variable's, or one that is free.
            _ if assign.node().op() == Token::Assign => {
                let (name, fix) = self.named(source, "waitErr", None)?;
                Ok(fix.replace(receive, name))
            }
            Some(check) => {
                let fix = self.named(source, target.text(), self.env.cx.resolve(target).def())?.1;
                let head = TextRange::new(parent.start(), check.cond().start());
                Ok(fix.replace_range(parent.file(), head, ""))
            }
            None => {
                let fix = self.named(source, target.text(), self.env.cx.resolve(target).def())?.1;
                Ok(fix.delete_stmt(parent))
            }
        }
    }

    /// The name of the variable that `Wait` is assigned to if other statements come before the error is looked at, and the
    /// edit that does so. It is `own` that has the name until now.
    fn named(&self, source: &Source<'a>, name: &str, own: Option<Def<'a>>) -> Result<(String, Fix), Decline> {
        match source.is_next || self.can_declare(name, own) {
            true if source.is_next => Ok((name.to_owned(), Fix::safe())),
            true => Ok((name.to_owned(), self.declaring(name))),
            false => Err("other statements stand between Wait and where the error is received".into()),
        }
    }

    /// `if err := g.Wait(); err != nil`, or what is left of it if `err` is declared where `Wait` stood.
    fn head(&self, source: &Source<'a>, name: &str) -> String {
        match source.is_next {
            true => format!("if {name} := {}; {name} != nil ", self.call),
            false => format!("if {name} != nil "),
        }
    }

    /// Rewrites
    ///
    /// ```go
    /// for err := range errc {
    ///     if err != nil {
    ///         return err
    ///     }
    /// }
    /// ```
    ///
    /// or the same without the `if`, to
    ///
    /// ```go
    /// if err := g.Wait(); err != nil {
    ///     return err
    /// }
    /// ```
    fn range(
        &self,
        only_errors: bool,
        range: RangeStmt<'a>,
        error: Node<'a>,
        source: &Source<'a>,
    ) -> Result<Fix, Decline> {
        let is_new = range.node().op() == Token::Define;
        let def = self.env.cx.resolve(error).def().filter(|_| is_new).ok_or(SEVERAL)?;
        let file = range.node().file();
        let stmts: Vec<Node<'a>> = look::stmts(range.body()).collect();
        let check = match stmts[..] {
            [only] => IfStmt::cast(only).filter(|it| it.init().is_none() && it.else_().is_none()),
            _ => None,
        };
        let check = check.filter(|it| look::compares_with_nil(self.env.cx, it.cond(), Token::Neq, def));
        let body = match check {
            Some(check) => check.body(),
            None if only_errors => range.body(),
            None => return Err(SEVERAL.into()),
        };
        self.leaves(range.node(), body)?;
        let (name, fix) = self.named(source, def.name(), Some(def))?;
        let head = TextRange::new(range.node().start(), body.start());
        let tail = TextRange::new(body.end(), range.node().end());
        let fix = fix.replace_range(file, head, self.head(source, &name));
        Ok(if tail.is_empty() { fix } else { fix.replace_range(file, tail, "") })
    }

    /// Declines unless control does not come to the next turn of `repeated` once it got to `body`, a part of it.
    fn leaves(&self, repeated: Node<'a>, body: Node<'a>) -> Result<(), Decline> {
        const ALL: &str = "more than the first error is looked at";
        let func = self.env.cx.func(repeated).ok_or(ALL)?;
        let flow = self.env.cx.flow(func, |_| false).ok_or(ALL)?;
        let branches = look::own(body).any(|it| it.kind() == Kind::BranchStmt);
        let returns = matches!(flow.ending(body), Ending::Return(_) | Ending::NoReturn(_));
        if returns && !branches { Ok(()) } else { Err(ALL.into()) }
    }

    /// Rewrites
    ///
    /// ```go
    /// select {
    /// case err := <-errc:
    ///     return err
    /// default:
    ///     return nil
    /// }
    /// ```
    ///
    /// to
    ///
    /// ```go
    /// return g.Wait()
    /// ```
    ///
    /// or to `if err := g.Wait(); err != nil {` with the statements of the first case.
    fn select(&self, select: SelectStmt<'a>, read: Node<'a>, source: &Source<'a>) -> Result<Fix, Decline> {
        let clauses: Vec<CommClause<'a>> = look::stmts(select.body()).filter_map(CommClause::cast).collect();
        let (case, default) = match clauses[..] {
            [case, default] if default.is_default() => (case, default),
            [default, case] if default.is_default() => (case, default),
            _ => return Err(SEVERAL.into()),
        };
        let comm = case
            .comm()
            .and_then(AssignStmt::cast)
            .filter(|it| it.node().op() == Token::Define && it.lhs().count() == 1);
        let comm = comm.filter(|it| it.node().contains(read)).ok_or(SEVERAL)?;
        let def = comm.lhs().next().and_then(|it| self.env.cx.resolve(it).def()).ok_or(SEVERAL)?;
        let (then, otherwise): (Vec<Node<'a>>, Vec<Node<'a>>) =
            (look::stmts(case.node()).collect(), look::stmts(default.node()).collect());
        let file = select.node().file();
        let returns = |stmts: &[Node<'a>], is: &dyn Fn(Node<'a>) -> bool| match *stmts {
            [only] => ReturnStmt::cast(only).is_some_and(|it| it.results().count() == 1 && it.results().all(is)),
            _ => false,
        };
        let is_this = |it: Node<'a>| look::is_var(self.env.cx, it, def);
        let is_nil = |it: Node<'a>| look::is_nil(self.env.cx, it);
        let same = returns(&then, &is_this);
        if same && returns(&otherwise, &is_nil) {
            let (name, fix) = self.named(source, def.name(), Some(def))?;
            let value = if source.is_next { self.call.clone() } else { name };
            return Ok(fix.replace(select.node(), format!("return {value}")));
        }
        let has_branch =
            |it: &Node<'a>| it.kind() == Kind::BranchStmt || look::own(*it).any(|it| it.kind() == Kind::BranchStmt);
        let (Some(first), Some(last)) = (then.first(), then.last()) else { return Err(SEVERAL.into()) };
        let ends = last.kind() == Kind::ReturnStmt;
        let default_text = match otherwise[..] {
            [] => String::new(),
            [only] if only.kind() == Kind::ReturnStmt && ends => format!("\n{}", only.text()),
            _ => return Err(SEVERAL.into()),
        };
        if then.iter().any(has_branch) {
            return Err(SEVERAL.into());
        }
        let (name, fix) = self.named(source, def.name(), Some(def))?;
        let head = TextRange::new(select.node().start(), first.start());
        let tail = TextRange::new(last.end(), select.node().end());
        let fix = fix.replace_range(file, head, format!("{}{{\n", self.head(source, &name)));
        Ok(fix.replace_range(file, tail, format!("\n}}{default_text}")))
    }
}
