//! What the index is compared with, and whether that stays what it is.

use gofix_rule::{
    Cx, Decline,
    flow::{Facts, How, Local},
    semantic::{
        Def, Tri,
        types::{Callee, Form, SelectionKind, Ty},
    },
    syntax::{
        Kind, Node,
        ast::{AstNode, CallExpr, SelectorExpr, UnaryExpr, ValueSpec},
    },
};

use super::header::Header;

/// What to range over: a part of the limit as it is written, and what to put around it.
pub(super) struct Operand<'a> {
    pub(super) before: String,
    pub(super) kept: Node<'a>,
    pub(super) after: &'static str,
}

impl<'a> Operand<'a> {
    fn plain(kept: Node<'a>) -> Operand<'a> {
        Operand { before: String::new(), kept, after: "" }
    }
}

/// What to range over in place of counting up to the limit; `index` is the type of the index.
pub(super) fn operand<'a>(
    cx: &Cx<'a>,
    facts: &Facts<'a>,
    header: &Header<'a>,
    index: Ty,
) -> Result<Operand<'a>, Decline> {
    let limit = header.limit.unparen();
    let is_index =
        |it: Node<'a>| it.as_ident() == Some(header.index.name()) && cx.resolve(it).def() == Some(header.index);
    if [limit].into_iter().chain(limit.descendants()).any(is_index) {
        return Err("the limit depends on the index".into());
    }
    if header.types.const_value(limit).is_some() {
        return constant(cx, header, limit, index);
    }
    match limit.kind() {
        Kind::Ident => variable(cx, facts, header, limit, false).map(|()| Operand::plain(limit)),
        Kind::CallExpr => length(cx, facts, header, limit).map(Operand::plain),
        Kind::SelectorExpr if is_benchmark_count(header, limit) => Err("b.N is for b.Loop to replace".into()),
        Kind::SelectorExpr => Err("the limit is a field, or belongs to another package, and may change".into()),
        _ => Err("the limit is computed anew at each turn".into()),
    }
}

/// A constant limit. Without a type of its own it takes that of the index in a comparison, and its default type where it
/// is ranged over (spec: For statements with range clause). So a conversion says where that is another one.
fn constant<'a>(cx: &Cx<'a>, header: &Header<'a>, limit: Node<'a>, index: Ty) -> Result<Operand<'a>, Decline> {
    let own = cx.const_type(limit).ok_or("the limit may have another type in other builds")?;
    let types = header.types;
    let fits = match types.form(own) {
        Form::Basic(basic) if basic.is_untyped() => types.form(index) == Form::Basic(basic.default_type()),
        Form::Unknown => false,
        // Constants with types are compared with nothing else.
        _ => true,
    };
    if fits {
        return Ok(Operand::plain(limit));
    }
    Ok(Operand { before: format!("{}(", index_type(cx, header, index)?), kept: limit, after: ")" })
}

/// The type of the index as it can be written: in `i := T(0)` it is.
fn index_type<'a>(cx: &Cx<'a>, header: &Header<'a>, index: Ty) -> Result<String, Decline> {
    let zero = header.zero.unparen();
    if let Some(call) = CallExpr::cast(zero)
        && matches!(cx.callee(call), Callee::Conversion(_))
    {
        return Ok(call.fun().text().to_owned());
    }
    match header.types.form(index) {
        Form::Basic(basic) if cx.is_universe(basic.text(), zero) == Tri::Yes => Ok(basic.text().to_owned()),
        _ => Err("the limit needs a conversion, and the type of the index has no plain name here".into()),
    }
}

/// The slice of `len(s)`.
fn length<'a>(cx: &Cx<'a>, facts: &Facts<'a>, header: &Header<'a>, limit: Node<'a>) -> Result<Node<'a>, Decline> {
    const CALL: &str = "the limit is a call, which may have another result at each turn";
    let call = CallExpr::cast(limit).ok_or(CALL)?;
    match cx.callee(call) {
        Callee::Builtin(name) if name == "len" => {}
        Callee::Conversion(_) => return Err("the limit is converted at each turn".into()),
        _ => return Err(CALL.into()),
    }
    let slice = call.args().next().map(Node::unparen).ok_or(CALL)?;
    let types = header.types;
    match types.form(types.underlying(types.type_of(slice))) {
        Form::Slice(_) => {}
        Form::Unknown => return Err("the type of what the limit is the length of is not known".into()),
        _ => return Err("the limit is the length of something that is no slice".into()),
    }
    match slice.kind() {
        Kind::Ident => variable(cx, facts, header, slice, true).map(|()| slice),
        _ => Err("the limit is the length of something that may change".into()),
    }
}

/// Declines unless the variable `ident` stays what it is while the loop runs; of a slice, unless its length does.
fn variable<'a>(
    cx: &Cx<'a>,
    facts: &Facts<'a>,
    header: &Header<'a>,
    ident: Node<'a>,
    slice: bool,
) -> Result<(), Decline> {
    let def = cx.resolve(ident).def().filter(|it| it.is_variable());
    let def = def.ok_or("what the limit is cannot be told")?;
    if def.is_package_level() {
        return package_variable(cx, def, slice);
    }
    let local = facts.local(def).ok_or("what the limit is cannot be told")?;
    match is_stable(cx, facts, header, &local, slice) {
        true => Ok(()),
        false => Err("the limit may be assigned while the loop runs".into()),
    }
}

/// Whether nothing can assign a local variable while the loop runs: nobody does, or only the function of the loop itself,
/// outside of the loop.
fn is_stable<'a>(cx: &Cx<'a>, facts: &Facts<'a>, header: &Header<'a>, local: &Local<'a>, slice: bool) -> bool {
    let stmt = header.stmt.node();
    let at_home = cx.func(stmt) == Some(local.home);
    let mut writes = local.uses.iter().filter(|it| changes(cx, it.site, it.how, slice));
    let elsewhere = |how: How<'a>, site: Node<'a>| matches!(how, How::Assigned(_)) && !stmt.contains(site);
    if writes.clone().all(|it| at_home && it.captures.is_empty() && elsewhere(it.how, it.site)) {
        return true;
    }
    let graph = facts.graph(local.home).filter(|_| !at_home && writes.all(|it| matches!(it.how, How::Assigned(_))));
    // The uses that hand out addresses were just found to be none, whatever this has to say about elements.
    graph.is_some_and(|it| local.is_assigned_after(cx, &it, stmt) == Tri::No)
}

/// Declines unless nobody assigns the variable of the package.
fn package_variable<'a>(cx: &Cx<'a>, def: Def<'a>, slice: bool) -> Result<(), Decline> {
    if def.is_exported() {
        return Err("the limit is an exported variable, which other packages may assign".into());
    }
    let found = cx.references_of(def);
    if !found.is_complete() || ValueSpec::cast(def.node()).is_none() {
        return Err("whether anything assigns the limit cannot be told".into());
    }
    match found.sites.iter().any(|it| changes(cx, *it, gofix_rule::flow::how(cx, *it), slice)) {
        true => Err("the limit is a variable of the package that is assigned".into()),
        false => Ok(()),
    }
}

/// Whether a use of a variable may change it, then or later. Of a slice only the length counts: its elements may change,
/// and their addresses be taken.
pub(super) fn changes<'a>(cx: &Cx<'a>, site: Node<'a>, how: How<'a>, slice: bool) -> bool {
    let is_whole = |it: Node<'a>| it.unparen() == site;
    match how {
        How::Assigned(_) | How::Other => true,
        How::PartAssigned(_) | How::Sliced(_) => !slice,
        How::AddressTaken(it) => !slice || UnaryExpr::cast(it).is_none_or(|it| is_whole(it.x())),
        How::MethodCalled(call) => {
            let selector = SelectorExpr::cast(call.fun().unparen());
            selector.is_none_or(|it| (!slice || is_whole(it.x())) && takes_address(cx, it))
        }
        How::Selected(it) => {
            let selector = SelectorExpr::cast(it);
            selector.is_none_or(|it| (!slice || is_whole(it.x())) && takes_address(cx, it))
        }
        _ => false,
    }
}

/// Whether `x.f` may take the address of `x`: not for fields and methods that have a copy for a receiver.
fn takes_address<'a>(cx: &Cx<'a>, selector: SelectorExpr<'a>) -> bool {
    let types = cx.types(selector.node().file().id());
    let kind = types.and_then(|it| it.selection(selector)).map(|it| it.kind);
    !matches!(kind, Some(SelectionKind::Field(_) | SelectionKind::Method { pointer: false }))
}

/// Whether it is the count of turns of a benchmark.
fn is_benchmark_count<'a>(header: &Header<'a>, limit: Node<'a>) -> bool {
    let Some(selector) = SelectorExpr::cast(limit).filter(|it| it.sel().text() == "N") else { return false };
    let holder = header.types.selection(selector).map(|it| header.types.form(it.holder));
    matches!(holder, Some(Form::Named { path, name, .. }) if &*path == "testing" && name == "B")
}
