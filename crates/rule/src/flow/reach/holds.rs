//! Which types can hold on to a value.

use gofix_semantic::{
    Types,
    types::{Basic, Form, Ty},
};
use gofix_syntax::Node;

use super::Reach;

/// How deep types are looked into.
const DEPTH: u32 = 8;

/// How an expression got at what it may hold.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// It is a part of the value: a field, an element, the result of a method.
    Part,
    /// A function made it of the value, or it is anything else.
    Made,
}

impl<'a> Reach<'a> {
    /// Whether an expression can hold on to the value, as far as its type tells.
    pub(super) fn can_hold(&self, expr: Node<'a>, step: Step) -> bool {
        let Some(types) = self.cx.types(expr.file().id()) else { return true };
        let ty = types.type_of(expr);
        let path = self.cx.workspace().package_of(self.func.file().id()).import_path();
        let held = Held { types, own: path.as_deref(), names: self.names, parts: self.parts && step == Step::Part };
        held.in_type(ty, DEPTH)
    }

    /// Whether an expression is a function value.
    pub(super) fn is_func_value(&self, expr: Node<'a>) -> bool {
        let Some(types) = self.cx.types(expr.file().id()) else { return false };
        matches!(types.form(types.underlying(types.type_of(expr))), Form::Func { .. })
    }

    /// Whether the value of a variable is the variable itself, without anything in between: no other variable shares it.
    pub(super) fn is_value_type(&self, ident: Node<'a>) -> bool {
        let Some(types) = self.cx.types(ident.file().id()) else { return false };
        let form = types.form(types.underlying(types.type_of(ident)));
        matches!(form, Form::Struct(_) | Form::Array(..))
    }
}

struct Held<'t, 'a> {
    types: &'t Types<'a>,
    /// The import path of the package that asks.
    own: Option<&'t str>,
    names: bool,
    parts: bool,
}

impl Held<'_, '_> {
    fn in_type(&self, ty: Ty, depth: u32) -> bool {
        if depth == 0 || ty == Ty::UNKNOWN {
            return true;
        }
        match self.types.form(ty) {
            Form::Basic(Basic::Uintptr | Basic::UnsafePointer) => true,
            Form::Basic(Basic::Bool | Basic::UntypedBool | Basic::UntypedNil) => false,
            Form::Basic(_) => self.names,
            // An error tells what happened; that it may hold more is nobody's business.
            Form::Named { .. } if self.types.is_error_type(ty) => false,
            Form::Named { path, name, .. } if &*path == "time" && name == "Time" => self.names,
            Form::Named { .. } => self.in_underlying(ty, depth),
            Form::Pointer(to) => self.parts || self.in_record(to, depth - 1),
            Form::Slice(_) | Form::Map(..) if self.parts => true,
            Form::Slice(element) | Form::Array(element, _) => self.in_type(element, depth - 1),
            Form::Map(key, value) => self.in_type(key, depth - 1) || self.in_type(value, depth - 1),
            Form::Struct(fields) => fields.iter().any(|it| self.in_type(it.ty, depth - 1)),
            Form::Tuple(types) => types.iter().any(|it| self.in_type(*it, depth - 1)),
            Form::Unknown | Form::Chan { .. } | Form::Func { .. } | Form::Interface(_) | Form::TypeParam(_) => true,
        }
    }

    fn in_underlying(&self, ty: Ty, depth: u32) -> bool {
        let underlying = self.types.underlying(ty);
        underlying == ty || self.in_type(underlying, depth - 1)
    }

    /// The same for what a pointer points to: a record all of whose fields can be seen. What hides some of them may stand
    /// for anything, such as an open file.
    fn in_record(&self, ty: Ty, depth: u32) -> bool {
        let is_own = match self.types.form(ty) {
            Form::Named { path, .. } => Some(&*path) == self.own,
            _ => true,
        };
        let is_seen = |name: &str| is_own || name.chars().next().is_some_and(char::is_uppercase);
        match self.types.form(self.types.underlying(ty)) {
            Form::Struct(fields) => fields.iter().any(|it| !is_seen(&it.name)) || self.in_type(ty, depth),
            _ => self.in_type(ty, depth),
        }
    }
}
