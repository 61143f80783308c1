//! What a variable, field or parameter is used for.

use std::collections::BTreeSet;

use gofix_semantic::{
    By, Def, DefKind, Sink, Tri, Types, sink_of,
    types::{Denoted, Form, SelectionKind, Ty},
};
use gofix_syntax::{
    Kind, Node, Role,
    ast::{AssignStmt, AstNode, CallExpr, TypeSpec},
};

use super::Interface;
use crate::{Cx, Decline, gap};

/// What a variable, field or parameter of an interface type is used for, in all of the project.
#[derive(Clone, Default, Debug)]
pub struct Demand<'a> {
    /// The methods that are called on it, taken from it, or belong to another interface that it is converted to.
    pub methods: BTreeSet<String>,
    /// Where its values become values of the same interface elsewhere.
    pub onward: Vec<Onward<'a>>,
    /// The identifiers of the variables that have their type from it.
    pub names: Vec<Node<'a>>,
    /// Whether it is converted to another interface that has methods.
    pub converted: bool,
    /// What it is assigned, where that is one expression.
    pub given: Vec<Node<'a>>,
}

/// A place where a value becomes one of the same interface elsewhere.
#[derive(Copy, Clone, Debug)]
pub struct Onward<'a> {
    /// The expression.
    pub at: Node<'a>,
    /// What declares the variable, field or parameter that gets it, where that is known.
    pub slot: Option<Node<'a>>,
    /// How it gets it.
    pub by: By,
}

/// What a variable, field or parameter is used for, whose type is `interface`. Declines if that is not known of all uses, or
/// if the type itself is used for something: its address is taken, say.
pub fn demand_of<'a>(cx: &Cx<'a>, interface: &Interface<'a>, def: Def<'a>) -> Result<Demand<'a>, Decline> {
    if !cx.workspace().project().is_whole() {
        return Err("not all of the module was looked at".into());
    }
    let references = cx.references_of(def);
    if !references.is_complete() {
        return Err(gap::decline(&references.gaps, format!("not all uses of {} are known", def.name())));
    }
    let mut demand = Demand::default();
    for site in references.sites {
        let types = cx.types(site.file().id()).ok_or_else(|| unknown(def))?;
        let by_selector = site.parent().filter(|it| it.kind() == Kind::SelectorExpr && site.role() == Role::Sel);
        let expr = by_selector.unwrap_or(site);
        let sink = sink_of(types, expr);
        if sink == Sink::Written {
            demand.given.extend(value_given(expr));
            continue;
        }
        if def.kind() == DefKind::Field && by_selector.is_none() {
            return Err(unknown(def));
        }
        add(cx, types, interface, def, (expr, sink), &mut demand)?;
    }
    if def.kind() == DefKind::Field {
        demand.given.extend(given_by_place(cx, def));
    }
    Ok(demand)
}

fn unknown(def: Def<'_>) -> Decline {
    Decline::new(format!("what {} is used for is not known everywhere", def.name()))
}

fn add<'a>(
    cx: &Cx<'a>,
    types: &Types<'a>,
    interface: &Interface<'a>,
    def: Def<'a>,
    (expr, sink): (Node<'a>, Sink<'a>),
    demand: &mut Demand<'a>,
) -> Result<(), Decline> {
    let own = interface.ty(types);
    if own == Ty::UNKNOWN || !types.identical(types.type_of(expr), own).is_yes() {
        return Err(unknown(def));
    }
    let refuse = |what: &str| Err(format!("{} {what}", def.name()).into());
    match sink {
        Sink::Dropped | Sink::ComparedWithNil | Sink::Written => {}
        Sink::Selected(selector) => match types.selection(selector).map(|it| it.kind) {
            Some(SelectionKind::InterfaceMethod) => {
                demand.methods.insert(selector.sel().text().to_owned());
            }
            _ => return Err(unknown(def)),
        },
        Sink::Names(ident) => demand.names.push(ident),
        Sink::Into { ty, slot, by } if types.identical(ty, own) == Tri::Yes => {
            demand.onward.push(Onward { at: expr, slot, by });
        }
        Sink::Into { ty, .. } => match methods_asked(cx, types, expr, ty) {
            Some(methods) => {
                demand.converted |= !methods.is_empty();
                demand.methods.extend(methods);
            }
            None => return Err(unknown(def)),
        },
        Sink::Compared => return refuse("is compared with another value"),
        Sink::Addressed => return refuse("has its address taken"),
        Sink::Asserted => {
            return refuse("is asserted to be of another type, so it is needed for more than its methods");
        }
        Sink::Unknown => return Err(unknown(def)),
    }
    Ok(())
}

/// The methods of the interface that a value is converted to, if they are the same in every build.
fn methods_asked<'a>(cx: &Cx<'a>, types: &Types<'a>, expr: Node<'a>, ty: Ty) -> Option<Vec<String>> {
    let Form::Interface(methods) = types.form(types.underlying(ty)) else { return None };
    if types.identical(ty, ty) != Tri::Yes || methods.iter().any(|it| it.private_to.is_some()) {
        return None;
    }
    let same = is_same_everywhere(cx, types, expr, ty) && callee_is_same_everywhere(cx, types, expr);
    same.then(|| methods.into_iter().map(|it| it.name).collect())
}

/// Whether a named type is declared in the same way in all builds that the file of `expr` belongs to.
fn is_same_everywhere<'a>(cx: &Cx<'a>, types: &Types<'a>, expr: Node<'a>, ty: Ty) -> bool {
    let Form::Named { path, name, .. } = types.form(ty) else { return true };
    let ws = cx.workspace();
    let project = ws.project();
    let from = project.file(expr.file().id()).dir;
    let Some(dir) = project.resolve_import(from, &path).and_then(|it| project.find_dir(&it)) else { return true };
    let Some(file) = project.dir(dir).file_ids().find(|it| !project.file(*it).is_test()) else { return true };
    match &ws.package_of(file).declarations(&name).0[..] {
        [only] => only.ident().file().id() == expr.file().id() || !cx.is_constrained(only.ident().file()),
        _ => false,
    }
}

/// Whether the function that `expr` is passed to, if it is an argument, is declared in the same way in all builds.
fn callee_is_same_everywhere<'a>(cx: &Cx<'a>, types: &Types<'a>, expr: Node<'a>) -> bool {
    let call = expr.with_parens().parent().and_then(CallExpr::cast).filter(|_| expr.with_parens().role() == Role::Args);
    let Some(fun) = call.map(|it| it.fun().unparen()) else { return true };
    match types.denoted(fun.child(Role::Sel).unwrap_or(fun)) {
        Denoted::Declared(ident) => {
            let outside = cx.workspace().project().files().get(ident.file().id().0 as usize).is_none();
            outside || ident.file().id() == expr.file().id() || !cx.is_constrained(ident.file())
        }
        _ => true,
    }
}

/// The value that is assigned to `target`, or that a key of a composite literal gets.
fn value_given(target: Node<'_>) -> Option<Node<'_>> {
    let target = target.with_parens();
    let parent = target.parent()?;
    if parent.kind() == Kind::KeyValueExpr {
        return parent.child(Role::Value);
    }
    let stmt = AssignStmt::cast(parent)?;
    let index = stmt.lhs().position(|it| it == target)?;
    stmt.rhs().nth(index).filter(|_| stmt.lhs().count() == stmt.rhs().count())
}

/// What composite literals without keys give to a field, where they say of which type they are.
fn given_by_place<'a>(cx: &Cx<'a>, field: Def<'a>) -> Vec<Node<'a>> {
    let fields = field.node().parent();
    let literal = fields.and_then(Node::parent).filter(|it| it.kind() == Kind::StructType);
    let spec = literal.and_then(|it| it.with_parens().parent()).and_then(TypeSpec::cast);
    let Some((fields, ty)) = fields.zip(spec.and_then(|it| Def::of(it.name()))) else { return Vec::new() };
    let mut index = 0;
    for it in fields.children_in(Role::List) {
        if let Some(at) = it.children_in(Role::Names).position(|it| it == field.ident()) {
            index += at;
            break;
        }
        index += it.children_in(Role::Names).count().max(1);
    }
    let typed = cx.references_of(ty).sites.into_iter().filter_map(|site| {
        let named = site.parent().filter(|it| it.kind() == Kind::SelectorExpr && site.role() == Role::Sel);
        let ty = named.unwrap_or(site);
        ty.parent().filter(|it| it.kind() == Kind::CompositeLit && ty.role() == Role::Type)
    });
    let values = typed.filter_map(|it| it.children_in(Role::Elts).nth(index));
    values.filter(|it| it.kind() != Kind::KeyValueExpr).collect()
}
