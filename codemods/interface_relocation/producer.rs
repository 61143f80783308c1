//! What becomes of the package that declares the interface.

use gofix_rule::{
    Cx, Decline, Fix, TextRange, lines,
    rename::Rename,
    result_type::{ResultType, has_container, interface as results, is_free, returned},
    semantic::{Def, Required, is_exported},
    slots::Interface,
    syntax::{
        Kind, Node, Role,
        ast::{AstNode, FuncDecl},
        header,
    },
};

use super::{docs, reasons::Reasons, uses::Uses};

/// A type that stood behind the interface.
#[derive(Clone)]
pub(super) struct Made<'a> {
    /// What declares it.
    pub(super) def: Def<'a>,
    pub(super) pointer: bool,
    /// A function that others can call returns it.
    pub(super) seen: bool,
}

/// What the functions that return the interface return in truth.
pub(super) fn made<'a>(
    cx: &Cx<'a>,
    interface: &Interface<'a>,
    uses: &Uses<'a>,
    reasons: &mut Reasons<'a>,
) -> Vec<(Made<'a>, ResultType<'a>)> {
    let results = uses.results.iter();
    let of = |it: &(FuncDecl<'a>, Node<'a>)| (concrete(cx, interface, it.0, it.1), it.0.name());
    results.map(of).filter_map(|(it, at)| reasons.note(it, Some(at))).collect()
}

/// Returns what is made as what it is, and deletes the interface and what is said of it.
pub(super) fn change<'a>(
    cx: &Cx<'a>,
    interface: &Interface<'a>,
    uses: &Uses<'a>,
    made: Vec<(Made<'a>, ResultType<'a>)>,
    implementations: &[Def<'a>],
    reasons: &mut Reasons<'a>,
) -> Fix {
    let mut hidden: Vec<Def<'a>> =
        made.iter().filter(|it| it.0.seen && !it.0.def.is_exported()).map(|it| it.0.def).collect();
    hidden.dedup();
    let renamed = match hidden[..] {
        [] => None,
        [only] => Some(only),
        _ => {
            reasons.add("its functions return several types that are not exported", Some(hidden[0].ident()));
            None
        }
    };
    let mut fix = Fix::review();
    for (made, result) in made {
        let name = if renamed == Some(made.def) { interface.name() } else { made.def.name() };
        let written = format!("{}{name}", if made.pointer { "*" } else { "" });
        let of = |it: Decline| Decline::new(format!("{}: {it}", result.func.name().text()));
        let changed = ResultType { written, ..result.clone() }.fix(cx).map_err(of);
        fix = reasons.note(changed, Some(result.func.name())).into_iter().fold(fix, Fix::and);
    }
    fix = fix.delete_specs(uses.asserts.iter().copied().chain([interface.spec().node()]));
    for ty in implementations {
        fix = document_methods(cx, interface, ty.name(), fix);
    }
    let Some(def) = renamed else { return fix };
    let renamed = rename(cx, interface, def);
    match reasons.note(renamed, Some(def.ident())) {
        Some(renamed) => document_type(interface, def, fix).and_outside(renamed),
        None => fix,
    }
}

/// Adds the line that tells users of an interface to declare their own.
pub(super) fn deprecate(interface: &Interface<'_>) -> Fix {
    let node = docs::documented(interface.spec().node());
    let above = docs::above(node);
    if above.iter().any(|it| it.contains("Deprecated:")) {
        return Fix::review();
    }
    let gap = if above.is_empty() { "" } else { "//\n" };
    let text = format!("{gap}// Deprecated: declare the methods you need beside their use.\n");
    Fix::review().replace_range(node.file(), TextRange::empty(lines::line_start(node.file(), node.start())), text)
}

/// What a function returns for the interface.
fn concrete<'a>(
    cx: &Cx<'a>,
    interface: &Interface<'a>,
    func: FuncDecl<'a>,
    written: Node<'a>,
) -> Result<(Made<'a>, ResultType<'a>), Decline> {
    let of = |what: &str| Decline::new(format!("{}: {what}", func.name().text()));
    let slot =
        results::slots(func).into_iter().find(|it| it.written == written).ok_or_else(|| of("it has no such result"))?;
    if results::is_taken(cx, func, interface.def()) {
        return Err(of("it wraps what it is given of the same interface"));
    }
    is_free(cx, &slot).map_err(|it| of(&it.0))?;
    if has_container(func.node()) {
        return Err(of("a container of dependencies may look at its result type"));
    }
    let def = Def::of(func.name()).filter(|_| func.recv().is_some());
    if def.is_some_and(|it| cx.required(it) != Required::No) {
        return Err(of("an interface may ask for the method"));
    }
    let returned =
        returned::returned(cx, func, &slot).map_err(|it| of(&it.0))?.ok_or_else(|| of("it never returns"))?;
    let declared = cx.package().declarations(&returned.to.name).0;
    let is_own = cx.package().import_path().as_deref() == Some(&*returned.to.path);
    let [def] = declared[..] else { return Err(of("it returns a type that is declared elsewhere")) };
    if !is_own {
        return Err(of("it returns a type that is declared elsewhere"));
    }
    let made = Made { def, pointer: returned.to.pointer, seen: is_exported(func.name().text()) };
    let (to, nil_with_error) = (returned.to, returned.nil_with_error);
    Ok((made, ResultType { func, index: slot.index, to, written: String::new(), nil_with_error, public: true }))
}

/// Gives the type, which is not exported, the name of the interface.
fn rename<'a>(cx: &Cx<'a>, interface: &Interface<'a>, def: Def<'a>) -> Result<Fix, Decline> {
    let (name, to) = (def.name(), interface.name());
    if name.to_lowercase() != to.to_lowercase() && !cx.is_set("export-types") {
        return Err(
            format!("{name} is not exported: --set interface-relocation.export-types=true calls it {to}").into()
        );
    }
    let over = Some(interface.def());
    let renamed = Rename { def, to: to.to_owned(), over, public: true, comments: false }.fix(cx);
    renamed.map_err(|it| format!("{name} cannot be called {to}: {it}").into())
}

/// Gives a type the comment of the interface whose name it takes, before what its own one says.
fn document_type<'a>(interface: &Interface<'a>, def: Def<'a>, fix: Fix) -> Fix {
    let node = docs::documented(def.node());
    let (file, doc) = (node.file(), docs::above(docs::documented(interface.spec().node())));
    let (own, directives) = docs::parts(node);
    if own.first().is_some_and(|it| it.starts_with("/*")) {
        return fix;
    }
    let mut lines = docs::joined(&doc, &own, def.name(), interface);
    let gap = if lines.is_empty() || directives.is_empty() { None } else { Some("//".to_owned()) };
    lines.extend(gap.into_iter().chain(directives.iter().map(|it| (*it).to_owned())));
    let range = TextRange::new(lines::lead(node), lines::line_start(file, node.start()));
    let text: String = lines.iter().map(|it| format!("{it}\n")).collect();
    if text.trim() == file.text()[range.to_usize()].trim() {
        return fix;
    }
    fix.drops_comments_in(file, range).replace_range(file, range, text)
}

/// Gives the methods of a type the comments that the interface had for them, where they have none.
fn document_methods<'a>(cx: &Cx<'a>, interface: &Interface<'a>, ty: &str, fix: Fix) -> Fix {
    let comments = docs::of_methods(interface);
    let files = cx.package().files().iter().filter_map(|it| cx.workspace().file(*it));
    let files = files.filter(|it| !header::read(it.text()).generated);
    let funcs = files.flat_map(|it| it.root().children_in(Role::Decls)).filter_map(FuncDecl::cast);
    let mut fix = fix;
    for func in funcs.filter(|it| receiver(*it) == Some(ty) && !docs::has_comment(it.node())) {
        if let Some((_, lines)) = comments.iter().find(|it| it.0 == func.name().text()) {
            let text: String = lines.iter().map(|it| format!("{it}\n")).collect();
            fix = fix.insert_before(func.node(), text);
        }
    }
    fix
}

/// The name of the type that a method is declared for.
fn receiver(func: FuncDecl<'_>) -> Option<&str> {
    let mut ty = func.recv()?.child(Role::List)?.child(Role::Type)?.unparen();
    while ty.kind() == Kind::StarExpr {
        ty = ty.child(Role::X)?.unparen();
    }
    ty.as_ident()
}
