//! The one type behind the interface, where that is to take its place.

use std::collections::HashMap;

use gofix_rule::{
    Cx, Decline, FileId,
    semantic::{
        By, Def, Implements, Sink, is_exported, may_be_value, sink_of,
        types::{Form, Ty, Types},
    },
    slots::{Interface, func_of_param},
    syntax::{
        Kind, Node, Role, Token,
        ast::{AstNode, TypeSpec},
    },
};

use super::{producer::Made, reasons::Reasons, uses::Named};

/// A type to which pointers are all that is in values of the interface.
pub(super) struct Only<'a> {
    pub(super) def: Def<'a>,
    /// Its name, as it will be.
    pub(super) name: String,
}

/// The one type: what all functions make that return the interface, or without any the only one that implements it.
pub(super) fn only_type<'a>(
    cx: &Cx<'a>,
    interface: &Interface<'a>,
    made: &[Made<'a>],
    implementations: &[Def<'a>],
) -> Result<Only<'a>, Decline> {
    let first = made.first().map(|it| it.def).or(implementations.first().copied());
    let is_only = |it: &Def<'a>| {
        implementations.iter().all(|other| other == it) && made.iter().all(|other| other.pointer && other.def == *it)
    };
    let def = first.filter(is_only).ok_or("there is no one type behind it")?;
    let renamed = made.iter().any(|it| it.seen) && !def.is_exported();
    let name = if renamed { interface.name() } else { def.name() };
    if !is_exported(name) {
        return Err(format!("{name} is not exported").into());
    }
    let declares_type = cx.package().declarations(def.name()).0 == [def];
    let plain = TypeSpec::cast(def.node()).is_some_and(|it| it.type_params().is_none());
    match declares_type && plain {
        true => Ok(Only { def, name: name.to_owned() }),
        false => Err("the type behind it is generic, or not the same in all builds".into()),
    }
}

/// Whether no other type of the project implements the interface, doubles included. Interfaces do not count.
pub(super) fn is_without_double<'a>(cx: &Cx<'a>, interface: &Interface<'a>, only: Def<'a>) -> Result<(), Decline> {
    let is_interface =
        |it: Def<'a>| TypeSpec::cast(it.node()).is_some_and(|it| it.ty().unparen().kind() == Kind::InterfaceType);
    let mut others = cx.implementations(interface.def()).into_iter().filter(|it| it.def != only);
    match others.any(|it| it.how != Implements::No && !is_interface(it.def)) {
        true => Err("other types implement it, too".into()),
        false => Ok(()),
    }
}

/// The places of the interface that get the type instead.
pub(super) struct Places<'p, 'a> {
    interface: &'p Interface<'a>,
    only: Def<'a>,
    slots: Vec<Node<'a>>,
    /// Names of which a file has one that gives a value to one of them, if not by way of what is known there.
    words: Vec<&'a str>,
    /// For each type, whether its values may get there and cannot any more then.
    known: HashMap<(FileId, Ty), bool>,
}

impl<'p, 'a> Places<'p, 'a> {
    pub(super) fn new<'n>(
        interface: &'p Interface<'a>,
        only: &Only<'a>,
        named: impl Iterator<Item = &'n Named<'a>>,
    ) -> Places<'p, 'a>
    where
        'a: 'n,
    {
        let defs: Vec<Def<'a>> = named.flat_map(|it| it.slots.iter().copied()).collect();
        let slots = defs.iter().map(|it| it.ident()).collect();
        let words = defs.iter().map(|it| func_of_param(*it).map_or(it.name(), |it| it.name().text())).collect();
        Places { interface, only: only.def, slots, words, known: HashMap::new() }
    }

    /// Adds why values of another type may get to one of the places, in one of these files.
    pub(super) fn check(&mut self, cx: &Cx<'a>, files: impl Iterator<Item = FileId>, reasons: &mut Reasons<'a>) {
        for (file, id) in files.filter_map(|it| Some((cx.workspace().file(it)?, it))) {
            let Some(types) = cx.types(id) else { continue };
            let is_near = self.words.iter().any(|it| file.text().contains(it));
            // What is called, selected from or assigned to goes nowhere.
            let stays = |it: Node<'a>| matches!(it.role(), Role::Fun | Role::X | Role::Lhs);
            for expr in file.nodes().filter(|it| may_be_value(*it) && !stays(*it)) {
                let strange = match types.form(types.type_of(expr)) {
                    Form::Tuple(parts) => self.spread(types, expr, &parts),
                    _ => self.value(types, expr, is_near),
                };
                if strange {
                    reasons.add("a value of another type gets where it is used, or may", Some(expr));
                }
                if self.is_converted(types, expr) {
                    reasons.add("other interfaces are made of it, in which a nil pointer is not nil", Some(expr));
                }
            }
        }
    }

    fn value(&mut self, types: &Types<'a>, expr: Node<'a>, is_near: bool) -> bool {
        let ty = types.type_of(expr);
        if types.denoted_type(expr) != Ty::UNKNOWN || (ty != Ty::UNKNOWN && !self.is_other(types, expr, ty)) {
            return false;
        }
        match sink_of(types, expr) {
            Sink::Into { ty: to, slot, by } => {
                let own = self.interface.ty(types);
                let may_be = own == Ty::UNKNOWN || !types.identical(to, own).is_no();
                may_be && slot.map_or(by == By::Argument || by == By::Element, |it| self.slots.contains(&it))
            }
            // What is assigned along with other things; `var _ I = x` is none.
            Sink::Unknown if is_near && ty != Ty::UNKNOWN => {
                let to = expr.with_parens().parent();
                to.is_none_or(|it| it.kind() != Kind::ValueSpec && it.kind() != Kind::SelectorExpr)
            }
            _ => false,
        }
    }

    /// Whether a value of one of the places becomes one of another interface.
    fn is_converted(&self, types: &Types<'a>, expr: Node<'a>) -> bool {
        let own = self.interface.ty(types);
        let is_own = |ty: Ty| own != Ty::UNKNOWN && types.identical(ty, own).is_yes();
        is_own(types.type_of(expr))
            && types.denoted_type(expr) == Ty::UNKNOWN
            && matches!(sink_of(types, expr), Sink::Into { ty, .. } if !is_own(ty))
    }

    /// Whether values of the type may be ones of the interface, and are not all pointers to the type.
    fn is_other(&mut self, types: &Types<'a>, at: Node<'a>, ty: Ty) -> bool {
        let (own, only) = (self.interface.ty(types), self.only.ident());
        *self.known.entry((at.file().id(), ty)).or_insert_with(|| {
            let only = types.pointer_to(types.declared_type(only));
            let is = |it: Ty| it != Ty::UNKNOWN && types.identical(ty, it).is_yes();
            !is(own) && !is(only) && (own == Ty::UNKNOWN || !types.implements(ty, own).is_no())
        })
    }

    /// The results of a call that are assigned, returned or passed on together.
    fn spread(&mut self, types: &Types<'a>, call: Node<'a>, parts: &[Ty]) -> bool {
        let others: Vec<usize> = (0..parts.len()).filter(|it| self.is_other(types, call, parts[*it])).collect();
        let outer = call.with_parens();
        let Some(parent) = outer.parent().filter(|_| !others.is_empty()) else { return false };
        let to_place = |target: Option<Node<'a>>| {
            let own = self.interface.ty(types);
            target.is_none_or(|it| it.text() != "_" && !types.identical(types.type_of(it), own).is_no())
        };
        match parent.kind() {
            Kind::AssignStmt if parent.op() == Token::Define => false,
            Kind::AssignStmt => others.iter().any(|it| to_place(parent.children_in(Role::Lhs).nth(*it))),
            Kind::ValueSpec => parent.child(Role::Type).is_some(),
            Kind::CallExpr => true,
            _ => false,
        }
    }
}

/// `*p.T` for `p.I`, `*T` for `I`: a type as it is written, and what it becomes.
pub(super) fn pointer<'a>(ty: Node<'a>, only: &Only<'a>) -> (Node<'a>, String) {
    let qualifier = ty.unparen().child(Role::X).map_or(String::new(), |it| format!("{}.", it.text()));
    (ty, format!("*{qualifier}{}", only.name))
}
