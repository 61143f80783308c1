//! Which types can carry errors, and where in them.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use crate::{
    Tri, Types,
    types::{Form, Ty},
};

use super::place::Slot;

/// A slot of a type.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) struct Part {
    pub(super) slot: Slot,
    /// Whether copies of the value share what is in the slot: channels, slices, maps, pointers.
    pub(super) shared: bool,
}

const VALUE: Part = Part { slot: Slot::VALUE, shared: false };
const BOX: Part = Part { slot: Slot::VALUE, shared: true };

/// Types that are made of more types than that are not looked at further.
const MAX_DEPTH: u32 = 10;

/// The slots of types of one configuration.
pub(super) struct Shapes<'t, 'w> {
    types: &'t Types<'w>,
    known: RefCell<HashMap<Ty, Rc<[Part]>>>,
}

impl<'t, 'w> Shapes<'t, 'w> {
    pub(super) fn new(types: &'t Types<'w>) -> Shapes<'t, 'w> {
        Shapes { types, known: RefCell::default() }
    }

    pub(super) fn types(&self) -> &'t Types<'w> {
        self.types
    }

    /// The slots of a type. A type that is not known may be an error.
    pub(super) fn of(&self, ty: Ty) -> Rc<[Part]> {
        if let Some(known) = self.known.borrow().get(&ty) {
            return Rc::clone(known);
        }
        let mut parts = Vec::new();
        self.collect(ty, 0, &mut parts);
        let parts: Rc<[Part]> = parts.into();
        self.known.borrow_mut().insert(ty, Rc::clone(&parts));
        parts
    }

    /// Whether a value of the type may be an error, or hold some.
    pub(super) fn has_value(&self, ty: Ty) -> bool {
        self.of(ty).iter().any(|it| it.slot == Slot::VALUE)
    }

    /// Whether a value of the type may be an error of any type: its type is an interface, or not known.
    pub(super) fn is_open(&self, ty: Ty) -> bool {
        let under = self.types.underlying(ty);
        let is_interface = matches!(self.types.form(under), Form::Interface(_) | Form::TypeParam(_) | Form::Unknown);
        is_interface && self.has_value(ty)
    }

    /// Whether a type, or a pointer to it, is an error type.
    pub(super) fn is_error(&self, ty: Ty) -> bool {
        let error = self.types.error_type();
        ty != Ty::UNKNOWN
            && (self.types.implements(ty, error) == Tri::Yes
                || self.types.implements(self.types.pointer_to(ty), error) == Tri::Yes)
    }

    fn collect(&self, ty: Ty, depth: u32, parts: &mut Vec<Part>) {
        if ty == Ty::UNKNOWN {
            return add(parts, VALUE);
        }
        if depth > MAX_DEPTH {
            return;
        }
        match self.types.form(ty) {
            Form::Unknown => add(parts, VALUE),
            Form::Named { path, name, .. } => match self.types.form(self.types.underlying(ty)) {
                _ if is_box(&path, &name) => add(parts, BOX),
                Form::Interface(_) => self.collect(self.types.underlying(ty), depth + 1, parts),
                _ if self.is_error(ty) => add(parts, VALUE),
                Form::Struct(_) => {}
                _ => self.collect(self.types.underlying(ty), depth + 1, parts),
            },
            Form::Interface(methods) => {
                if methods.is_empty() || methods.iter().any(|it| matches!(&*it.name, "Error" | "Unwrap")) {
                    add(parts, VALUE);
                }
            }
            Form::TypeParam(_) => add(parts, VALUE),
            Form::Pointer(to) if self.is_defined_error(to) => add(parts, VALUE),
            Form::Pointer(to) | Form::Slice(to) | Form::Array(to, _) | Form::Chan { element: to, .. } => {
                self.inner(to, depth, parts);
            }
            Form::Map(key, value) => {
                self.inner(key, depth, parts);
                self.inner(value, depth, parts);
            }
            Form::Func { params, results, .. } => {
                for (index, &param) in params.iter().enumerate() {
                    self.step(Slot::param(index), param, depth, parts);
                }
                for (index, &result) in results.iter().enumerate() {
                    self.step(Slot::result(index), result, depth, parts);
                }
            }
            Form::Basic(_) | Form::Struct(_) | Form::Tuple(_) => {}
        }
    }

    fn is_defined_error(&self, ty: Ty) -> bool {
        let is_interface = |it: Ty| matches!(self.types.form(self.types.underlying(it)), Form::Interface(_));
        match self.types.form(ty) {
            Form::Named { path, name, .. } => !is_box(&path, &name) && !is_interface(ty) && self.is_error(ty),
            _ => false,
        }
    }

    /// What is behind a reference.
    fn inner(&self, ty: Ty, depth: u32, parts: &mut Vec<Part>) {
        let mut inner = Vec::new();
        self.collect(ty, depth + 1, &mut inner);
        inner.into_iter().for_each(|it| add(parts, Part { shared: true, ..it }));
    }

    fn step(&self, first: Slot, ty: Ty, depth: u32, parts: &mut Vec<Part>) {
        let mut inner = Vec::new();
        self.collect(ty, depth + 2, &mut inner);
        for part in inner {
            if let Some(slot) = first.then(part.slot) {
                add(parts, Part { slot, ..part });
            }
        }
    }
}

fn add(parts: &mut Vec<Part>, part: Part) {
    match parts.iter_mut().find(|it| it.slot == part.slot) {
        Some(known) => known.shared |= part.shared,
        None => parts.push(part),
    }
}

/// Whether a type outside keeps what its methods are given, and hands it out again.
fn is_box(path: &str, name: &str) -> bool {
    match path {
        "sync/atomic" => matches!(name, "Value" | "Pointer"),
        "sync" => matches!(name, "Map" | "Pool"),
        "container/list" => matches!(name, "List" | "Element"),
        "container/ring" => name == "Ring",
        _ => {
            (path.ends_with("/errgroup") || path.ends_with("/multierror") || path.ends_with("-multierror")) && {
                matches!(name, "Group" | "Error" | "MultiError")
            }
        }
    }
}
