//! Lets `sync.WaitGroup` count the goroutines that it starts, with its method `Go`.
//!
//! `wg.Go(f)` adds one, starts a goroutine that calls `f`, and takes the one away when `f` has returned. So it replaces an
//! `Add`, a `go` statement and a `Done` exactly where these three do the same: one `Add` for each goroutine, one `Done` on
//! every path, at the end. The function gets no arguments any more, so variables have to take their place.

use gofix_rule::{
    Cx, Decline, Fix, GoVersion, Group, Level, Meta, Report, Rule,
    flow::Facts,
    semantic::types::{Form, SelectionKind},
    syntax::{
        Kind, Node,
        ast::{AstNode, CallExpr},
    },
    tasks::{Batch, GroupCall, GroupHow, GroupUse, GroupVar, Handover, Method, group_call},
};

pub(crate) struct WaitgroupGo;

static META: Meta = Meta {
    name: "waitgroup-go",
    summary: "start counted goroutines with WaitGroup.Go",
    group: Group::Concurrency,
    recommended: true,
    since: Some(GoVersion::new(1, 25)),
    until: None,
    words: &["Add", "Done", "go"],
    options: &[],
    docs: include_str!("README.md"),
};

impl Rule for WaitgroupGo {
    fn meta(&self) -> &Meta {
        &META
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        let mut known: Option<Facts<'_>> = None;
        for call in cx.all::<CallExpr<'_>>() {
            let Some(add) = group_call(cx, call).filter(|it| it.method == Method::Add) else { continue };
            if known.as_ref().is_none_or(|it| !it.top().contains(call.node())) {
                known = cx.facts(call.node());
            }
            let Some(facts) = &known else { continue };
            report.fix(call.node(), "the WaitGroup can start and count its goroutines itself", use_go(cx, facts, add));
        }
    }
}

/// Rewrites
///
/// ```go
/// wg.Add(1)
/// go func(id int) {
///     defer wg.Done()
///     load(id)
/// }(job.ID)
/// ```
///
/// to
///
/// ```go
/// id := job.ID
/// wg.Go(func() {
///     load(id)
/// })
/// ```
///
/// and the same for the goroutines that a loop or the next statements start, if there are as many as `Add` counts.
fn use_go<'a>(cx: &Cx<'a>, facts: &Facts<'a>, add: GroupCall<'a>) -> Result<Fix, Decline> {
    if is_sync(cx) {
        return Err("this is package sync itself, or tests it".into());
    }
    let batch = Batch::of(cx, facts, add)?;
    has_go(cx, add)?;
    let mut fix = batch.without_add(Fix::new(batch.level()));
    let start = format!("{}.Go", batch.group_text());
    for (task, handover) in batch.tasks.iter().zip(Handover::all(cx, facts, &batch.tasks, &[])?) {
        fix = fix.at_most(level_of_calls(cx, facts, add, handover.calls_before(cx))?);
        fix = task.without_done(task.start_by(fix, &start, ""), &handover);
        fix = handover.edit(fix, task, &[]);
    }
    Ok(fix)
}

/// How sure a fix is that makes the calls in arguments before the WaitGroup counts the goroutine, and not after that: nobody
/// may ask for the count, or change it, in between.
fn level_of_calls<'a>(
    cx: &Cx<'a>,
    facts: &Facts<'a>,
    add: GroupCall<'a>,
    args: impl Iterator<Item = Node<'a>>,
) -> Result<Level, Decline> {
    let group = cx.resolve(add.group.unparen()).def();
    let is_group = |it: Node<'a>| group.is_some() && cx.resolve(it).def() == group;
    let mut level = Level::Safe;
    for arg in args {
        if arg.descendants().any(|it| it.as_ident().is_some() && is_group(it)) {
            return Err("an argument of the goroutine uses the WaitGroup, after Add".into());
        }
        let own = group.and_then(|it| GroupVar::of(cx, facts, it)).and_then(Result::ok);
        if !own.is_some_and(|it| it.uses.iter().all(is_seen)) {
            level = Level::Review;
        }
    }
    Ok(level)
}

/// Whether a use of a WaitGroup is no way to ask for its count from elsewhere.
fn is_seen(it: &GroupUse<'_>) -> bool {
    match it.how {
        GroupHow::Call(call) => it.captures.is_empty() || call.method == Method::Done,
        GroupHow::Passed { call, .. } => call.fun().unparen().kind() == Kind::FuncLit,
        GroupHow::Other => false,
    }
}

/// Whether the package is `sync`, where `Go` may be what is being written, or tests it.
fn is_sync(cx: &Cx<'_>) -> bool {
    let name = cx.package().name();
    name == "sync" && cx.package().import_path().as_deref() == Some("sync")
        || name == "sync_test" && cx.package().is_external_test()
}

/// Declines unless `.Go` behind what is before `.Add` is the method of the WaitGroup: what embeds one may have its own.
fn has_go<'a>(cx: &Cx<'a>, add: GroupCall<'a>) -> Result<(), Decline> {
    const OTHER: &str = "Go is something else here than the method of the WaitGroup";
    let file = add.group.file().id();
    let types = cx.types(file).ok_or(OTHER)?;
    let found = types.member(file, types.type_of(add.group), "Go").ok().flatten().ok_or(OTHER)?;
    let holder = types.form(found.holder);
    let is_group = matches!(holder, Form::Named { path, name, .. } if &*path == "sync" && name == "WaitGroup");
    match is_group && matches!(found.kind, SelectionKind::Method { .. }) {
        true => Ok(()),
        false => Err(OTHER.into()),
    }
}
