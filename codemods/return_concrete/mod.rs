//! Returns what a function makes rather than an interface that hides it.
//!
//! Who gets a `*Disk` can use it as any interface that it implements, and needs none of the package's own; who gets a `Store`
//! can only ask for what somebody thought of. The change is one word, and everything else is about what depends on it:
//! [`gofix_rule::result_type`] follows the values through the module.

use gofix_rule::{
    Cx, Decline, Fix, Group, Meta, OptionMeta, Report, Rule,
    result_type::{
        Concrete, ResultType, has_container,
        interface::{self, Interface, Slot},
        is_free,
        returned::{self, Returned},
    },
    semantic::{Def, Required, types::Form},
    syntax::{
        Node,
        ast::{AstNode, FuncDecl},
    },
};

pub(crate) struct ReturnConcrete;

static META: Meta = Meta {
    name: "return-concrete",
    summary: "return the type that a function makes, not an interface of the project that hides it",
    group: Group::Interfaces,
    recommended: true,
    since: None,
    until: None,
    words: &["func", "return"],
    options: &[OptionMeta {
        name: "public-api",
        summary: "whether names that other modules can use may change: module if none does",
        default: "refuse",
        values: &["refuse", "module"],
    }],
    docs: include_str!("README.md"),
};

const MESSAGES: [&str; 1] = ["an interface hides what the function makes"];

impl Rule for ReturnConcrete {
    fn meta(&self) -> &Meta {
        &META
    }

    fn needs_whole_modules(&self) -> bool {
        true
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        for func in cx.all::<FuncDecl<'_>>().filter(|it| it.body().is_some() && !cx.in_test_file(it.node())) {
            for slot in interface::slots(func) {
                let Some(interface) = interface::of(cx, slot.written) else { continue };
                let fix = match is_public(cx, func) {
                    true => Err(PUBLIC.into()),
                    false => returned::returned(cx, func, &slot)
                        .and_then(|it| it.map(|it| fix(cx, func, &slot, &interface, it)).transpose()),
                };
                match fix {
                    Ok(None) => {}
                    Ok(Some(it)) => report.fix(slot.written, MESSAGES[0], Ok(it)),
                    Err(reason) => report.fix(slot.written, MESSAGES[0], Err(reason)),
                }
            }
        }
    }
}

const PUBLIC: &str = "other modules may use it: --set return-concrete.public-api=module if none does";

/// Whether the function has to stay as it is for others.
fn is_public<'a>(cx: &Cx<'a>, func: FuncDecl<'a>) -> bool {
    let def = || cx.resolve(func.name()).def();
    cx.option("public-api") != "module" && def().is_none_or(|it| cx.workspace().is_exported_outside(it))
}

/// Changes the result:
///
/// ```go
/// func NewStore(dir string) Store {
///     return &Disk{dir: dir}
/// }
/// ```
///
/// to
///
/// ```go
/// func NewStore(dir string) *Disk {
///     return &Disk{dir: dir}
/// }
/// ```
fn fix<'a>(
    cx: &Cx<'a>,
    func: FuncDecl<'a>,
    slot: &Slot<'a>,
    interface: &Interface<'a>,
    returned: Returned,
) -> Result<Fix, Decline> {
    if interface.is_generic || func.func_type().type_params().is_some() {
        return Err("the function or the interface is generic".into());
    }
    if interface::is_taken(cx, func, interface.def) {
        return Err("it wraps what it is given of the same interface".into());
    }
    is_free(cx, slot)?;
    let written = written(cx, func, slot.written, &returned.to)?;
    if has_container(func.node()) {
        return Err("a container of dependencies may look at its result type".into());
    }
    if func.recv().is_some() {
        let def = cx.resolve(func.name()).def();
        match def.map(|it| cx.required(it)) {
            Some(Required::No) => {}
            Some(Required::By(_)) => return Err("an interface requires the method".into()),
            _ => return Err("whether an interface requires the method cannot be told".into()),
        }
    }
    let Returned { to, nil_with_error } = returned;
    let public = cx.option("public-api") == "module";
    let change = ResultType { func, index: slot.index, to, written, nil_with_error, public };
    Ok(change.fix(cx)?.relies_on(func.node()))
}

/// How the type is written as a result of the function.
fn written<'a>(cx: &Cx<'a>, func: FuncDecl<'a>, at: Node<'a>, to: &Concrete) -> Result<String, Decline> {
    let is_exported = |name: &str| name.starts_with(char::is_uppercase);
    if is_exported(func.name().text()) && !is_exported(&to.name) {
        return Err("its type is not exported, and the function is".into());
    }
    let star = if to.pointer { "*" } else { "" };
    let ws = cx.workspace();
    if cx.package().import_path().as_deref() == Some(&*to.path) || is_own(cx, func, to) {
        let hidden = ws.local(&to.name, at).is_some();
        let declared: Vec<Def<'a>> = cx.package().declarations(&to.name).0;
        return match declared[..] {
            [_] if !hidden => Ok(format!("{star}{}", to.name)),
            _ => Err("what its type is depends on the build".into()),
        };
    }
    if !is_imported(cx, at, &to.path) {
        return Err("its type is of a package that the file does not import".into());
    }
    Ok(format!("{star}{}", cx.import(at, &to.path)?.name(&to.name)?))
}

/// Whether a type is one of the package, though that has no import path.
fn is_own<'a>(cx: &Cx<'a>, func: FuncDecl<'a>, to: &Concrete) -> bool {
    let Some(types) = cx.types(func.node().file().id()) else { return false };
    let declared = cx.package().declarations(&to.name).0;
    declared.iter().any(|it| match types.form(types.declared_type(it.ident())) {
        Form::Named { path, .. } => path == to.path,
        _ => false,
    })
}

fn is_imported<'a>(cx: &Cx<'a>, at: Node<'a>, path: &str) -> bool {
    cx.workspace().imports(at.file().id()).any(|it| it.path == path)
}
