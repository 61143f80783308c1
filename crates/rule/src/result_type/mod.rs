//! Changing the type of a function's result from an interface to a type that implements it, with all that depends on it.
//!
//! Where the result goes to a place with a type of its own, an interface, it is converted there as it was before. What
//! changes are the variables that take their types from it, and what takes its type from those ([`follow`]). And a nil
//! interface becomes a nil pointer, which is not nil any more once it is in another interface; so a function that returns
//! nil beside an error can change only where nobody looks at the value then ([`checked`]).

mod checked;
mod everywhere;
mod follow;
pub mod interface;
mod lasting;
mod non_nil;
mod passed;
pub mod returned;

use std::rc::Rc;

use gofix_semantic::{
    Types,
    types::{Form, Ty},
};
use gofix_syntax::{
    FileId, Node,
    ast::{AstNode, CallExpr, FuncDecl},
};

use crate::{Cx, Decline, Fix, errors::results, gap};
pub use everywhere::is_same_everywhere;
use follow::Follow;
pub use interface::{has_container, is_free};

/// A defined type without type parameters, or a pointer to it: what a function is to return.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Concrete {
    /// The import path of the package that declares it.
    pub path: Rc<str>,
    /// Its name there.
    pub name: String,
    /// Whether it is a pointer to that.
    pub pointer: bool,
}

impl Concrete {
    /// What `ty` is, if it is such a type.
    pub fn of(types: &Types<'_>, ty: Ty) -> Option<Concrete> {
        let (named, pointer) = match types.form(ty) {
            Form::Pointer(to) => (to, true),
            _ => (ty, false),
        };
        match types.form(named) {
            Form::Named { path, name, args } if args.is_empty() => Some(Concrete { path, name, pointer }),
            _ => None,
        }
    }

    /// The type as files that are built with `from` know it; unknown if they do not.
    pub fn ty(&self, types: &Types<'_>, from: FileId) -> Ty {
        match types.named_type(from, &self.path, &self.name) {
            Ty::UNKNOWN => Ty::UNKNOWN,
            named if self.pointer => types.pointer_to(named),
            named => named,
        }
    }
}

/// A new type for one of the results of a function.
#[derive(Clone, Debug)]
pub struct ResultType<'a> {
    /// The function or method.
    pub func: FuncDecl<'a>,
    /// Which of its results it is, counted from 0.
    pub index: usize,
    /// The type that it gets.
    pub to: Concrete,
    /// How that is written there.
    pub written: String,
    /// Whether the function may return nil for it beside an error, its last result, that is not nil.
    pub nil_with_error: bool,
    /// Whether what other modules can see may change.
    pub public: bool,
}

impl<'a> ResultType<'a> {
    /// Gives the result its new type, and drops the assertions to that type which become needless.
    ///
    /// ```go
    /// func NewStore() Store { … }
    /// …
    /// s := NewStore()
    /// warm(s.(*Disk))
    /// ```
    ///
    /// to
    ///
    /// ```go
    /// func NewStore() *Disk { … }
    /// …
    /// s := NewStore()
    /// warm(s)
    /// ```
    ///
    /// # Errors
    /// Something would not compile any more, would mean something else, or cannot be told.
    pub fn fix(&self, cx: &Cx<'a>) -> Result<Fix, Decline> {
        let slots = results(cx, self.func.node());
        let slot = slots.get(self.index).ok_or("it has no such result")?;
        let def = cx.resolve(self.func.name()).def().ok_or("what it declares cannot be told")?;
        if !cx.workspace().project().is_whole() {
            return Err("not all of the module was looked at".into());
        }
        let uses = cx.func_uses(def);
        if uses.exported && !self.public {
            return Err("other modules may use it".into());
        }
        if !uses.values.is_empty() {
            return Err("it is used as a value".into());
        }
        if !uses.is_complete() {
            return Err(gap::decline(&uses.gaps, "what else refers to it cannot be told"));
        }
        let module = |node: Node<'a>| {
            let project = cx.workspace().project();
            project.dir(project.file(node.file().id()).dir).module
        };
        let mut follow = Follow::new(cx, self);
        for call in uses.calls {
            if module(call.node()) != module(self.func.node()) {
                return Err("another module calls it".into());
            }
            self.call(cx, call, slots.len(), &mut follow)?;
        }
        Ok(follow.edits(Fix::review().replace(slot.written, &*self.written)))
    }

    fn call(
        &self,
        cx: &Cx<'a>,
        call: CallExpr<'a>,
        results: usize,
        follow: &mut Follow<'_, 'a>,
    ) -> Result<(), Decline> {
        let checked = if self.nil_with_error { Some(checked::call(cx, call, self.index, results)?) } else { None };
        match results {
            1 => follow.value(call.node())?,
            _ => follow.tuple(call.node(), self.index)?,
        }
        match checked {
            Some(checked) => checked.holds(cx),
            None => Ok(()),
        }
    }
}
