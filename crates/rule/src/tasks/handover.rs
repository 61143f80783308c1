//! What becomes of the parameters of a function literal when nothing calls it with arguments any more.

use gofix_semantic::{Def, DefKind, types::Ty};
use gofix_syntax::{
    Kind, Node, Role, TextRange, Token,
    ast::{AstNode, Field, FuncDecl},
};

use super::{
    args::{has_call, is_call, is_narrower_channel, takes_type_from_context, uses_channel},
    count::{Task, is_argument_of_go},
    names::can_declare,
    same::Place,
};
use crate::{
    Cx, Decline, Fix, Level,
    flow::{Facts, How, Use},
    stmt::list_element,
};

/// How a task gets what it was given as arguments.
///
/// ```text
///     go func(i int, u User, at time.Time, left int) {     at := time.Now()
///         for ; left > 0; left-- {                         wg.Go(func() {
///             visit(i, u, at)                        ->        left := left
///         }                                                    for ; left > 0; left-- {
///     }(i, user, time.Now(), left)                                 visit(i, user, at)
/// ```
///
/// Arguments are evaluated when the `go` statement is run, by the goroutine that runs it (spec: Go statements). So a
/// variable that does not change afterwards may stand for the parameter; everything else becomes a variable before.
#[derive(Clone, Debug, Default)]
pub struct Handover<'a> {
    before: Vec<Line<'a>>,
    inside: Vec<String>,
    renames: Vec<(Node<'a>, String)>,
    /// Arguments that are evaluated before the statement.
    moved: Vec<Node<'a>>,
    /// Whether an argument that is no call comes before one that is: then the specification leaves open which of the two
    /// is evaluated first (spec: Order of evaluation), and the new lines do not.
    settles_order: bool,
}

/// A statement that declares what a parameter was.
#[derive(Clone, Debug)]
enum Line<'a> {
    /// `name := value`
    Define { name: String, value: Node<'a> },
    /// Anything else.
    Text(String),
}

impl<'a> Handover<'a> {
    /// How `task`, which a `go` statement starts, gets its arguments. `gone` are places where parameters are mentioned
    /// that will not be there any more, besides the call of `Done`.
    ///
    /// # Errors
    /// There is a parameter for which that cannot be told.
    pub fn of(cx: &Cx<'a>, facts: &Facts<'a>, task: &Task<'a>, gone: &[TextRange]) -> Result<Handover<'a>, Decline> {
        Handover::new(cx, facts, task, gone, &[])
    }

    /// The same for several tasks that one fix rewrites: their new variables get different names.
    ///
    /// # Errors
    /// As for one.
    pub fn all(
        cx: &Cx<'a>,
        facts: &Facts<'a>,
        tasks: &[Task<'a>],
        gone: &[TextRange],
    ) -> Result<Vec<Handover<'a>>, Decline> {
        let (mut all, mut taken) = (Vec::with_capacity(tasks.len()), Vec::new());
        for task in tasks {
            let block = task.stmt.parent();
            let names: Vec<String> =
                taken.iter().filter(|(it, _)| *it == block).map(|(_, it): &(_, String)| it.clone()).collect();
            let handover = Handover::new(cx, facts, task, gone, &names)?;
            taken.extend(handover.before.iter().filter_map(Line::declared).map(|it| (block, it.to_owned())));
            all.push(handover);
        }
        Ok(all)
    }

    /// `taken`: names that the block of the task has already.
    fn new(
        cx: &Cx<'a>,
        facts: &Facts<'a>,
        task: &Task<'a>,
        gone: &[TextRange],
        taken: &[String],
    ) -> Result<Handover<'a>, Decline> {
        let mut handover = Handover::default();
        if task.end.is_none() {
            return Ok(handover);
        }
        let params = params(task)?;
        let args: Vec<Node<'a>> = task.call.args().collect();
        if params.len() != args.len() || task.call.has_ellipsis() {
            return Err("the arguments and parameters of the goroutine do not pair up".into());
        }
        let mut gone = gone.to_vec();
        gone.extend(task.end.iter().map(|it| it.stmt.range()));
        let mut plan = Plan { cx, facts, task, gone: &gone, taken, args: &args, handover: &mut handover };
        for (at, param) in params.iter().enumerate() {
            plan.hand_over(*param, at)?;
        }
        Ok(handover)
    }

    /// The lines to stand before the statement that starts the task.
    pub fn before(&self) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut copies: Vec<(&str, &str)> = Vec::new();
        let flush = |copies: &mut Vec<(&str, &str)>, lines: &mut Vec<String>| {
            if !copies.is_empty() {
                let (names, values): (Vec<&str>, Vec<&str>) = copies.drain(..).unzip();
                lines.push(format!("{} := {}", names.join(", "), values.join(", ")));
            }
        };
        for line in &self.before {
            match line {
                Line::Define { name, value } if value.as_ident().is_some() => copies.push((name, value.text())),
                Line::Define { name, value } => {
                    flush(&mut copies, &mut lines);
                    lines.push(format!("{name} := {}", value.text()));
                }
                Line::Text(text) => {
                    flush(&mut copies, &mut lines);
                    lines.push(text.clone());
                }
            }
        }
        flush(&mut copies, &mut lines);
        lines
    }

    /// The arguments that are evaluated before the statement, and that call functions or receive from channels.
    pub fn calls_before(&self, cx: &Cx<'a>) -> impl Iterator<Item = Node<'a>> {
        self.moved.iter().copied().filter(|it| has_call(cx, *it))
    }

    /// The lines to stand first in the function literal.
    pub fn inside(&self) -> &[String] {
        &self.inside
    }

    /// The identifiers in the function literal that get another name, in order of the parameters.
    pub fn renames(&self) -> &[(Node<'a>, String)] {
        &self.renames
    }

    /// The text of `node`, a part of the function literal, with the new names.
    pub fn text(&self, node: Node<'a>) -> String {
        let mut renames: Vec<_> = self.renames.iter().filter(|(it, _)| node.contains(*it)).collect();
        renames.sort_by_key(|(it, _)| it.start());
        let (mut text, mut at) = (String::new(), node.start());
        for (ident, name) in renames {
            text.push_str(&node.file().text()[at as usize..ident.start() as usize]);
            text.push_str(name);
            at = ident.end();
        }
        text.push_str(&node.file().text()[at as usize..node.end() as usize]);
        text
    }

    /// The edits that put the lines before the task's statement, and use the new names everywhere but in the ranges
    /// `except`. They need review if they evaluate arguments in an order that was open.
    pub fn edit(&self, fix: Fix, task: &Task<'a>, except: &[TextRange]) -> Fix {
        let file = task.stmt.file();
        let mut fix = if self.settles_order { fix.at_most(Level::Review) } else { fix };
        let before = self.before();
        if !before.is_empty() {
            fix = fix.insert_before_stmt(task.stmt, before);
        }
        for arg in &self.moved {
            fix = fix.drops_comments_in(file, arg.range());
        }
        for (ident, name) in &self.renames {
            if !except.iter().any(|it| it.contains(ident.range())) {
                fix = fix.replace(*ident, name.clone());
            }
        }
        fix
    }
}

const MORE_THAN_DONE: &str = "the goroutine gets the WaitGroup as an argument, and uses it for more than Done";

/// A parameter: its name, if it has one, and its type.
#[derive(Copy, Clone)]
struct Param<'a> {
    ident: Option<Node<'a>>,
    ty: Node<'a>,
}

fn params<'a>(task: &Task<'a>) -> Result<Vec<Param<'a>>, Decline> {
    let list = task.literal.func_type().params();
    let mut params = Vec::new();
    for field in list.children_in(Role::List).filter_map(Field::cast) {
        let (field, ty) = (field.node(), field.ty());
        if ty.kind() == Kind::Ellipsis {
            return Err("the function literal is variadic".into());
        }
        let names: Vec<_> = field.children_in(Role::Names).collect();
        if names.is_empty() {
            params.push(Param { ident: None, ty });
        }
        let named = |it: Node<'a>| Param { ident: Some(it).filter(|it| it.text() != "_"), ty };
        params.extend(names.into_iter().map(named));
    }
    Ok(params)
}

struct Plan<'p, 'a> {
    cx: &'p Cx<'a>,
    facts: &'p Facts<'a>,
    task: &'p Task<'a>,
    gone: &'p [TextRange],
    taken: &'p [String],
    args: &'p [Node<'a>],
    handover: &'p mut Handover<'a>,
}

impl<'a> Plan<'_, 'a> {
    fn hand_over(&mut self, param: Param<'a>, at: usize) -> Result<(), Decline> {
        let arg = self.args[at];
        let def = param.ident.and_then(|it| self.cx.resolve(it).def());
        let Some(def) = def else { return self.discard(arg) };
        let local = self.facts.local(def).filter(|it| it.is_complete());
        let local = local.ok_or_else(|| format!("how the goroutine uses {} cannot be told", def.name()))?;
        let uses: Vec<&Use<'a>> = local.uses.iter().filter(|it| !self.is_gone(it.site)).collect();
        if self.is_group(def) {
            match uses.is_empty() {
                // What starts the task evaluates it.
                true => return Ok(()),
                false if arg.unparen().kind() != Kind::Ident => return Err(MORE_THAN_DONE.into()),
                false => {}
            }
        }
        if uses.is_empty() {
            return self.discard(arg);
        }
        // A variable that is only assigned counts as unused, and a parameter does not.
        if uses.iter().all(|it| matches!(it.how, How::Assigned(_))) {
            return Err(format!("the goroutine assigns its parameter {}, and does not read it", def.name()).into());
        }
        let changes = uses.iter().any(|it| local.may_change(it));
        match self.stand_in(param, arg, &uses) {
            Some(name) if changes && self.is_visible(&name, def) => {
                self.handover.inside.push(format!("{} := {name}", def.name()));
            }
            Some(_) if changes => return self.declare_before(param, at, &uses),
            Some(name) if self.means_same(arg, &name, &uses) => self.rename(def, &name, &uses),
            _ => return self.declare_before(param, at, &uses),
        }
        Ok(())
    }

    fn is_gone(&self, site: Node<'a>) -> bool {
        self.gone.iter().any(|it| it.contains(site.range()))
    }

    /// The name of the variable that is the argument, if it does not change any more, and has the parameter's type.
    fn stand_in(&self, param: Param<'a>, arg: Node<'a>, uses: &[&Use<'a>]) -> Option<String> {
        let arg = arg.unparen();
        let def = self.cx.resolve(arg).def()?;
        let types = self.cx.types(arg.file().id())?;
        let (from, to) = (types.type_of(arg), types.type_of(param.ident?));
        let is_same_type = to != Ty::UNKNOWN && types.identical(from, to).is_yes();
        let is_same_type =
            is_same_type || is_narrower_channel(types, from, to) && uses.iter().all(|it| uses_channel(it));
        let is_fixed = match def.kind() {
            DefKind::Func => !is_generic(def),
            _ => is_settled(self.cx, self.facts, def, self.task.stmt),
        };
        (is_same_type && is_fixed).then(|| def.name().to_owned())
    }

    /// Whether `name` means the argument wherever the parameter is used.
    fn means_same(&self, arg: Node<'a>, name: &str, uses: &[&Use<'a>]) -> bool {
        let Some(def) = self.cx.resolve(arg.unparen()).def() else { return false };
        let own = |it: &Use<'a>| self.cx.resolve(it.site).def().is_some_and(|it| it.name() == name);
        let means = |it: &Use<'a>| match self.cx.workspace().local(name, it.site) {
            Some(found) => found == def,
            None => def.is_package_level(),
        };
        uses.iter().all(|it| own(it) || means(it))
    }

    /// `name` for the parameter.
    fn rename(&mut self, def: Def<'a>, name: &str, uses: &[&Use<'a>]) {
        if def.name() != name {
            self.handover.renames.extend(uses.iter().map(|it| (it.site, name.to_owned())));
        }
    }

    /// Whether `name` means in the function literal what it means around it: no parameter but `own` is called so.
    fn is_visible(&self, name: &str, own: Def<'a>) -> bool {
        let params = self.task.literal.func_type().params();
        params.descendants().all(|it| it.as_ident() != Some(name) || it.role() != Role::Names || it == own.ident())
    }

    /// The names that the statement mentions which starts the task.
    fn names_of_group(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let end = self.task.end.as_ref();
        let place = end.and_then(|it| Place::of(self.cx, it.call.group).ok());
        let place = place.and_then(|it| it.for_caller(self.cx, self.task.call).ok());
        place.map(|it| it.names().collect::<Vec<_>>()).unwrap_or_default().into_iter()
    }

    /// Whether `def` is the parameter by which the task gets its WaitGroup.
    fn is_group(&self, def: Def<'a>) -> bool {
        let end = self.task.end.as_ref();
        let place = end.and_then(|it| Place::of(self.cx, it.call.group).ok());
        place.and_then(|it| it.variable()) == Some(def)
    }

    /// `param := arg` before the statement.
    fn declare_before(&mut self, param: Param<'a>, at: usize, uses: &[&Use<'a>]) -> Result<(), Decline> {
        let Some(ident) = param.ident else { return Ok(()) };
        let arg = self.args[at];
        let stmt = self.task.stmt;
        if list_element(stmt) != Some(stmt) {
            return Err("the go statement has a label".into());
        }
        let is_ours = |it: Node<'a>| {
            it == ident || uses.iter().any(|of| of.site == it) || self.args[..=at].iter().any(|arg| arg.contains(it))
        };
        let wanted = ident.text();
        let is_taken = |name: &str| {
            let earlier = self.handover.before.iter().filter_map(Line::declared);
            self.taken.iter().any(|it| it == name)
                || self.names_of_group().any(|it| it == name)
                || earlier.into_iter().any(|it| it == name)
        };
        let name = match !is_taken(wanted) && can_declare(self.cx, wanted, stmt, is_ours) {
            true => wanted.to_owned(),
            false => {
                let numbered: Vec<String> =
                    (2..=99).map(|it| format!("{wanted}{it}")).filter(|it| !is_taken(it)).collect();
                let numbered: Vec<&str> = numbered.iter().map(String::as_str).collect();
                self.cx.fresh_name(&numbered, stmt)?
            }
        };
        if name != wanted {
            self.handover.renames.extend(uses.iter().map(|it| (it.site, name.clone())));
        }
        let mut later = self.args[at + 1..].iter();
        self.handover.settles_order |= self.reads(arg) && later.any(|it| has_call(self.cx, *it));
        self.handover.moved.push(arg);
        self.handover.before.push(match self.has_type_of(arg, ident) {
            true => Line::Define { name, value: arg },
            false if self.cx.resolve(arg.unparen()).is_universe("nil") => {
                Line::Text(format!("var {name} {}", param.ty.text()))
            }
            false => Line::Text(format!("var {name} {} = {}", param.ty.text(), arg.text())),
        });
        Ok(())
    }

    /// Whether `x := arg` gives `x` the type of the parameter. Where that is not known, the type has to be written.
    fn has_type_of(&self, arg: Node<'a>, param: Node<'a>) -> bool {
        let Some(types) = self.cx.types(arg.file().id()) else { return false };
        let (from, to) = (types.type_of(arg), types.type_of(param));
        let is_known = from != Ty::UNKNOWN && to != Ty::UNKNOWN;
        is_known && types.identical(from, to).is_yes() && !takes_type_from_context(self.cx, arg, types.form(to))
    }

    /// Whether evaluating an argument reads what a call in another one may change, but for what it passes to calls of its
    /// own: calls are made in order (spec: Order of evaluation).
    fn reads(&self, arg: Node<'a>) -> bool {
        let is_apart = |it: Node<'a>| it.kind() == Kind::FuncLit || is_call(self.cx, it);
        let changes = |it: Node<'a>| match it.kind() {
            Kind::IndexExpr | Kind::SliceExpr | Kind::StarExpr | Kind::TypeAssertExpr => true,
            Kind::SelectorExpr => self.cx.const_value(it).is_none(),
            Kind::Ident => self
                .cx
                .resolve(it)
                .def()
                .is_some_and(|def| def.is_variable() && !is_settled(self.cx, self.facts, def, self.task.stmt)),
            _ => false,
        };
        !is_apart(arg) && [arg].into_iter().chain(arg.descendants_skipping(is_apart)).any(changes)
    }

    /// Nothing, or `_ = arg` before the statement, for a parameter that nobody reads.
    fn discard(&mut self, arg: Node<'a>) -> Result<(), Decline> {
        if self.is_free_of_effects(arg) {
            return Ok(());
        }
        self.handover.moved.push(arg);
        self.handover.before.push(Line::Text(format!("_ = {}", arg.text())));
        Ok(())
    }

    /// Whether nobody notices if an argument is not evaluated: and if a variable in it is not used here, it is used
    /// elsewhere, as it has to be (spec: Variable declarations).
    fn is_free_of_effects(&self, arg: Node<'a>) -> bool {
        let mut inner = arg.unparen();
        if inner.kind() == Kind::UnaryExpr && inner.op() == Token::And {
            inner = inner.child(Role::X).map_or(inner, Node::unparen);
        }
        match inner.kind() {
            Kind::BasicLit => true,
            Kind::Ident => {
                let Some(def) = self.cx.resolve(inner).def() else { return true };
                let Some(local) = self.facts.local(def) else { return true };
                let elsewhere = |it: &Use<'a>| !matches!(it.how, How::Assigned(_)) && !is_argument_of_go(it.site);
                def.kind() != DefKind::Var || local.uses.iter().any(elsewhere)
            }
            _ => false,
        }
    }
}

impl Line<'_> {
    /// The variable that the line declares, if it does.
    fn declared(&self) -> Option<&str> {
        match self {
            Line::Define { name, .. } => Some(name),
            Line::Text(text) => text.strip_prefix("var ").and_then(|it| it.split(' ').next()),
        }
    }
}

/// Whether the variable `def` keeps its value from `point` on, by proof, however long; see
/// [`Local::is_assigned_after`](crate::flow::Local::is_assigned_after). Only variables of functions do.
pub fn is_settled<'a>(cx: &Cx<'a>, facts: &Facts<'a>, def: Def<'a>, point: Node<'a>) -> bool {
    if !def.is_variable() || def.is_package_level() {
        return false;
    }
    let settled = facts.local(def).and_then(|local| {
        let graph = facts.graph(local.home)?;
        Some(local.is_assigned_after(cx, &graph, point).is_no())
    });
    settled.unwrap_or(false)
}

fn is_generic(def: Def<'_>) -> bool {
    let decl = def.ident().parent().and_then(FuncDecl::cast);
    decl.is_none_or(|it| it.func_type().type_params().is_some())
}
