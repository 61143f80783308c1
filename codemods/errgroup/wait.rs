//! What becomes of `Wait` and of where the error is looked at.

use gofix_rule::{
    Decline, Fix, TextRange,
    flow::{Ending, Use},
    semantic::Def,
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
    let wait = Wait { env, stmt: fan.wait, def: sink.def, call: format!("{group}.Wait()") };
    match &sink.kind {
        SinkKind::Channel(channel) => wait.receive(channel),
        SinkKind::Variable if sink.is_result() => Ok(wait.result(&sink.outside)),
        SinkKind::Variable => Ok(wait.variable(&sink.outside)),
        SinkKind::Slice(slice) => wait.slice(slice),
    }
}

struct Wait<'f, 'a> {
    env: Env<'f, 'a>,
    /// `wg.Wait()`
    stmt: Node<'a>,
    /// What holds the errors.
    def: Def<'a>,
    /// `g.Wait()`
    call: String,
}

const SEVERAL: &str = "more than the first error is received, or in another way than is known here";

impl<'a> Wait<'_, 'a> {
    fn next(&self) -> Option<Node<'a>> {
        self.stmt.next_sibling()
    }

    /// The only result of a `return`, if that is the variable.
    fn returned(&self, stmt: Node<'a>) -> Option<Node<'a>> {
        let stmt = ReturnStmt::cast(stmt).filter(|it| it.results().count() == 1)?;
        stmt.results().next().filter(|it| look::is_var(self.env.cx, *it, self.def))
    }

    /// `v := g.Wait()` in place of `wg.Wait()`; in the next statement, if that is all that looks at it.
    fn variable(&self, uses: &[Use<'a>]) -> Fix {
        let name = self.def.name();
        let only_in = |node: Node<'a>| uses.iter().all(|it| node.contains(it.site));
        if let Some(next) = self.next().filter(|it| only_in(*it)) {
            if let Some(value) = self.returned(next) {
                return Fix::safe().delete_stmt(self.stmt).replace(value, self.call.clone());
            }
            let check = IfStmt::cast(next).filter(|it| it.init().is_none());
            if let Some(cond) = check.map(|it| it.cond())
                && look::compares_with_nil(self.env.cx, cond, Token::Neq, self.def)
            {
                return Fix::safe().delete_stmt(self.stmt).insert_before(cond, format!("{name} := {}; ", self.call));
            }
        }
        Fix::safe().replace(self.stmt, format!("{name} := {}", self.call))
    }

    /// `err = g.Wait()` for a named result.
    fn result(&self, uses: &[Use<'a>]) -> Fix {
        let later: Vec<Node<'a>> = uses.iter().map(|it| it.site).filter(|it| it.start() > self.stmt.end()).collect();
        match self.next().and_then(|it| self.returned(it)) {
            Some(value) if later.iter().all(|it| value.contains(*it)) => {
                Fix::safe().delete_stmt(self.stmt).replace(value, self.call.clone())
            }
            _ => Fix::safe().replace(self.stmt, format!("{} = {}", self.def.name(), self.call)),
        }
    }

    /// `if err := g.Wait(); err != nil {` in place of `if len(errs) > 0 {`.
    fn slice(&self, slice: &Slice<'a>) -> Result<Fix, Decline> {
        if self.next() != Some(slice.check.node()) {
            return Err("other statements stand between Wait and where the errors are looked at".into());
        }
        let names = ["err", "firstErr", "waitErr"];
        let is_free = |it: &&&str| self.env.cx.workspace().is_unused_in(it, slice.check.node()).is_yes();
        let name = names.iter().find(is_free).ok_or("no name is free for the error")?;
        let cond = slice.check.cond();
        let fix = Fix::safe().delete_stmt(self.stmt).replace(cond, format!("{name} := {}; {name} != nil", self.call));
        Ok(slice.firsts.iter().fold(fix, |fix, it| fix.replace(*it, *name)))
    }

    /// The error from the group in place of the one that is received.
    fn receive(&self, channel: &Channel<'a>) -> Result<Fix, Decline> {
        let mut next = self.next();
        let mut fix = Fix::safe().delete_stmt(self.stmt);
        if let Some(close) = channel.close {
            if next != Some(close) {
                return Err("other statements stand between Wait and close".into());
            }
            fix = fix.delete_stmt(close);
            next = close.next_sibling();
        }
        let read = channel.read;
        let next = next
            .filter(|it| it.contains(read))
            .ok_or("other statements stand between Wait and where the error is received")?;
        if let Some(range) = RangeStmt::cast(next) {
            return Ok(fix.and(self.range(channel, range)?));
        }
        if !channel.only_errors {
            return Err("the first result may be nil, and then an error behind it is not looked at".into());
        }
        if let Some(select) = SelectStmt::cast(next) {
            return Ok(fix.and(self.select(select, read)?));
        }
        if channel.close.is_none() {
            return Err("the channel is not closed, so without an error this waits for ever".into());
        }
        let receive = read.with_parens().parent().map(Node::with_parens).ok_or(SEVERAL)?;
        let parent = receive.parent().ok_or(SEVERAL)?;
        let is_single = match parent.kind() {
            Kind::ReturnStmt => parent == next && parent.children_in(Role::Results).count() == 1,
            Kind::AssignStmt => {
                let is_head =
                    next.kind() == Kind::IfStmt && parent.role() == Role::Init && parent.parent() == Some(next);
                let assign = AssignStmt::cast(parent);
                let is_one = assign
                    .is_some_and(|it| it.lhs().count() == 1 && it.lhs().all(|it| it.unparen().kind() == Kind::Ident));
                is_one && (parent == next || is_head)
            }
            _ => false,
        };
        if is_single { Ok(fix.replace(receive, self.call.clone())) } else { Err(SEVERAL.into()) }
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
    fn range(&self, channel: &Channel<'a>, range: RangeStmt<'a>) -> Result<Fix, Decline> {
        if channel.close.is_none() {
            return Err("the channel is not closed, so this waits for ever".into());
        }
        let key = range.key().filter(|_| range.value().is_none() && range.node().op() == Token::Define);
        let def = key.and_then(|it| self.env.cx.resolve(it).def()).ok_or(SEVERAL)?;
        let file = range.node().file();
        let stmts: Vec<Node<'a>> = look::stmts(range.body()).collect();
        let check = match stmts[..] {
            [only] => IfStmt::cast(only).filter(|it| it.init().is_none() && it.else_().is_none()),
            _ => None,
        };
        let check = check.filter(|it| look::compares_with_nil(self.env.cx, it.cond(), Token::Neq, def));
        let body = match check {
            Some(check) => check.body(),
            None if channel.only_errors => range.body(),
            None => return Err(SEVERAL.into()),
        };
        self.leaves(range.node(), body)?;
        let name = def.name();
        let head = TextRange::new(range.node().start(), body.start());
        let tail = TextRange::new(body.end(), range.node().end());
        let fix = Fix::safe().replace_range(file, head, format!("if {name} := {}; {name} != nil ", self.call));
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
    fn select(&self, select: SelectStmt<'a>, read: Node<'a>) -> Result<Fix, Decline> {
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
            let fix = Fix::safe().replace(select.node(), format!("return {}", self.call));
            return Ok(fix);
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
        let name = def.name();
        let head = TextRange::new(select.node().start(), first.start());
        let tail = TextRange::new(last.end(), select.node().end());
        let fix = Fix::safe().replace_range(file, head, format!("if {name} := {}; {name} != nil {{\n", self.call));
        Ok(fix.replace_range(file, tail, format!("\n}}{default_text}")))
    }
}
