//! Lets an `errgroup.Group` wait for goroutines that report their errors by hand.
//!
//! A WaitGroup, and beside it a channel, a variable or a slice for the errors of which only the first is looked at: that
//! is what `errgroup.Group` is. The tasks return their errors, and `Wait` returns the first of them. So the rewrite is
//! right exactly where all uses of the WaitGroup and of what holds the errors are known, where a task has nothing left to
//! do once it has reported an error, and where nobody looks at more than the first.

mod body;
mod context;
mod declare;
mod deps;
mod fan;
mod limit;
mod look;
mod sink;
mod wait;
mod wakes;

use gofix_rule::{
    Cx, Decline, Fix, Group, Level, Meta, OptionMeta, Report, Rule, Stop, TextRange,
    flow::Facts,
    semantic::{Def, DefKind},
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, CallExpr},
    },
    tasks::{Handover, Method, Place, Task, group_call, is_wait_group},
};

use body::Body;
use fan::Fan;
use sink::Sink;

pub(crate) struct Errgroup;

static META: Meta = Meta {
    name: "errgroup",
    summary: "let an errgroup collect the first error of goroutines",
    group: Group::Concurrency,
    recommended: true,
    since: None,
    until: None,
    words: &["WaitGroup", "Wait"],
    options: &[
        OptionMeta {
            name: "context",
            summary: "cancel the context of the tasks at the first error",
            default: "never",
            values: &["never", "auto"],
        },
        OptionMeta { name: "limit", summary: "run at most so many tasks at a time", default: "", values: &[] },
        OptionMeta {
            name: "min-tasks",
            summary: "leave groups of fewer goroutines alone; one in a loop counts as many",
            default: "2",
            values: &[],
        },
        OptionMeta {
            name: "racy-error",
            summary: "what to do where several goroutines assign one error without a lock",
            default: "report",
            values: &["report", "first"],
        },
        OptionMeta {
            name: "ordered-errors",
            summary: "whether the first error in time may take the place of the first in order",
            default: "keep",
            values: &["keep", "allow"],
        },
        OptionMeta {
            name: "propagate-ignored",
            summary: "return the errors that the tasks only log, or ignore",
            default: "false",
            values: &["false", "true"],
        },
        OptionMeta {
            name: "add-deps",
            summary: "the version of golang.org/x/sync to require where go.mod does not",
            default: "",
            values: &[],
        },
    ],
    docs: include_str!("README.md"),
};

/// What is said of a group; and where go.mod gets a new requirement.
const MESSAGES: [&str; 2] = [
    "an errgroup can wait for these goroutines and keep their first error",
    "an errgroup can wait for these goroutines and keep their first error; run `go mod tidy` afterwards, and `go mod \
     vendor` if there is a vendor directory",
];

impl Rule for Errgroup {
    fn meta(&self) -> &Meta {
        &META
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        let mut known: Option<Facts<'_>> = None;
        for def in cx.nodes().flat_map(declared).filter_map(|it| group_var(cx, it)) {
            if known.as_ref().is_none_or(|it| !it.top().contains(def.ident())) {
                known = cx.facts(def.ident());
            }
            let Some(facts) = &known else { continue };
            match (Env { cx, facts }).advise(def) {
                Ok(fix) => report.fix(def.ident(), MESSAGES[usize::from(deps::is_added(&fix))], Ok(fix)),
                Err(Stop::Decline(reason)) => report.fix(def.ident(), MESSAGES[0], Err(reason)),
                Err(Stop::Note(message)) => report.note(def.ident(), message),
            }
        }
        for wait in cx.all::<CallExpr<'_>>().filter_map(|it| elsewhere(cx, it)) {
            report.fix(wait.0, MESSAGES[0], Err(wait.1));
        }
    }
}

/// The names that a node declares with something that is called WaitGroup: types are only asked for of these.
fn declared(node: Node<'_>) -> Vec<Node<'_>> {
    /// Longer than any expression that makes a WaitGroup.
    const LONG: usize = 80;
    let (names, parts) = match node.kind() {
        Kind::ValueSpec => (Role::Names, [Role::Type, Role::Values]),
        Kind::AssignStmt if node.op() == Token::Define => (Role::Lhs, [Role::Rhs, Role::Rhs]),
        _ => return Vec::new(),
    };
    let is_group = |it: Node<'_>| it.text().len() < LONG && it.text().contains("WaitGroup");
    match parts.into_iter().any(|it| node.children_in(it).any(is_group)) {
        true => node.children_in(names).collect(),
        false => Vec::new(),
    }
}

/// The variable that `ident` declares in a function, if it is a WaitGroup or points to one.
fn group_var<'a>(cx: &Cx<'a>, ident: Node<'a>) -> Option<Def<'a>> {
    let def = cx.resolve(ident).def().filter(|it| it.ident() == ident && it.kind() == DefKind::Var)?;
    (!def.is_package_level() && is_wait_group(cx, ident).is_some()).then_some(def)
}

/// A call of `Wait` of a WaitGroup that is no variable declared in a function, and why that is left alone.
fn elsewhere<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Option<(Node<'a>, Decline)> {
    let wait = group_call(cx, call).filter(|it| it.method == Method::Wait)?;
    let variable = Place::of(cx, wait.group).ok().and_then(|it| it.variable());
    let reason = match variable {
        Some(def) if def.is_package_level() => "the WaitGroup is a variable of the package, so others may use it too",
        Some(def) if def.kind() != DefKind::Var => "the WaitGroup is a parameter, so others use it too",
        Some(_) => return None,
        None => "the WaitGroup is a part of something else, so others may use it too",
    };
    Some((call.node(), reason.into()))
}

/// What questions are asked of.
#[derive(Copy, Clone)]
struct Env<'f, 'a> {
    cx: &'f Cx<'a>,
    facts: &'f Facts<'a>,
}

impl<'a> Env<'_, 'a> {
    /// Rewrites
    ///
    /// ```go
    /// var wg sync.WaitGroup
    /// errc := make(chan error, len(urls))
    /// for _, url := range urls {
    ///     wg.Add(1)
    ///     go func(url string) {
    ///         defer wg.Done()
    ///         if err := fetch(url); err != nil {
    ///             errc <- err
    ///         }
    ///     }(url)
    /// }
    /// wg.Wait()
    /// close(errc)
    /// return <-errc
    /// ```
    ///
    /// to
    ///
    /// ```go
    /// var g errgroup.Group
    /// for _, url := range urls {
    ///     g.Go(func() error {
    ///         return fetch(url)
    ///     })
    /// }
    /// return g.Wait()
    /// ```
    fn advise(self, def: Def<'a>) -> Result<Fix, Stop> {
        let fan = Fan::of(self, def)?;
        let sink = Sink::of(self, &fan)?;
        let semaphore = limit::Semaphore::of(self, &fan);
        let mut plan = Plan { env: self, fan: &fan, sink: &sink, semaphore: semaphore.as_ref() };
        let mut bodies = plan.bodies()?;
        if bodies.iter().any(|it| !it.handover.before().is_empty()) && plan.semaphore.is_some() {
            // Arguments would be evaluated before the group has room.
            plan.semaphore = None;
            bodies = plan.bodies()?;
        }
        plan.fix(&bodies)
    }
}

/// What is known once it is sure that there is something to do.
struct Plan<'p, 'f, 'a> {
    env: Env<'f, 'a>,
    fan: &'p Fan<'a>,
    sink: &'p Sink<'a>,
    semaphore: Option<&'p limit::Semaphore<'a>>,
}

/// A task, and how it is rewritten.
struct Rewritten<'a> {
    body: Body<'a>,
    handover: Handover<'a>,
}

impl<'a> Plan<'_, '_, 'a> {
    fn bodies(&self) -> Result<Vec<Rewritten<'a>>, Decline> {
        let of = |(at, task): (usize, &Task<'a>)| {
            let release = self.semaphore.map(|it| it.releases[at]);
            let body = Body::of(self.env, task, &self.sink.units[at], release)?;
            let handover = Handover::of(self.env.cx, self.env.facts, task, &body.gone)?;
            Ok(Rewritten { body, handover })
        };
        self.fan.tasks.iter().enumerate().map(of).collect()
    }

    fn fix(&self, bodies: &[Rewritten<'a>]) -> Result<Fix, Stop> {
        let Env { cx, facts } = self.env;
        let at = self.fan.var.declared.stmt();
        let group = self.group_name(at)?;
        let errgroup = cx.import(at, deps::ERRGROUP.1)?;
        let wait = wait::rewrite(self.env, self.fan, self.sink, &group)?;
        let context = context::choose(self.env, self.fan, bodies)?;
        let limit = limit::choose(cx, self.semaphore)?;
        let own_limit = limit.is_some() && self.semaphore.is_none();

        let mut fix = Fix::new(self.fan.level.min(self.sink.level)).imports(&errgroup).and(wait);
        if cx.option("context") == "auto" || own_limit {
            fix = fix.at_most(Level::Review);
        }
        fix = self.fan.batches.iter().fold(fix, |fix, it| it.without_add(fix));
        let mut gone: Vec<TextRange> = Vec::new();
        for (task, it) in self.fan.tasks.iter().zip(bodies) {
            fix = task.start_by(fix, &format!("{group}.Go"), it.body.results());
            fix = it.handover.edit(task.without_done(fix, &it.handover), task, &it.body.gone);
            fix = it.body.edit(fix).at_most(it.body.level);
            gone.extend(&it.body.gone);
        }
        if let Some(context) = &context {
            fix = context.edit(fix, &gone);
        }
        if let Some(semaphore) = self.semaphore {
            fix = semaphore.acquires.iter().fold(fix, |fix, it| fix.delete_stmt(*it));
        }
        let head = declare::Head { group: &group, errgroup: &errgroup, context: context.as_ref(), limit };
        let unused = self.unused(&gone);
        gone.extend(self.fan.batches.iter().map(|it| it.stmt.range()));
        fix = declare::without_orphans(self.env, fix, self.fan, &unused, gone)?;
        fix = declare::edit(self.env, fix, self.fan, &head, &unused)?;
        fix = deps::edit(cx, fix, at, head.limit.is_some())?;
        Ok(fix.relies_on(facts.top()))
    }

    /// A name for the group: that of the WaitGroup if it is one that people give to groups.
    fn group_name(&self, at: Node<'a>) -> Result<String, Decline> {
        const NAMES: &[&str] = &["g", "eg", "grp", "group"];
        match self.fan.var.def.name() {
            it if NAMES.contains(&it) => Ok(it.to_owned()),
            _ => self.env.cx.fresh_name(NAMES, at),
        }
    }

    /// The variables that lose all their uses: what holds the errors, and what guards that.
    fn unused(&self, gone: &[TextRange]) -> Vec<Def<'a>> {
        let mut unused: Vec<Def<'a>> = Vec::new();
        if !self.sink.is_result() {
            unused.extend(self.sink.def);
        }
        for guard in &self.sink.guards {
            let Some(local) = self.env.facts.local(*guard) else { continue };
            let is_gone = |site: Node<'a>| gone.iter().any(|it| it.contains(site.range()));
            if local.unsure.is_empty() && local.uses.iter().all(|it| is_gone(it.site)) {
                unused.push(*guard);
            }
        }
        unused.extend(self.semaphore.map(|it| it.def));
        unused
    }
}
