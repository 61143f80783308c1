//! Constants that are the same in every build.
//!
//! Types are those of one build configuration. What is declared in a file without constraints is declared there in every
//! build, and no other file can declare it too; so a constant whose value comes from such files alone is the same
//! everywhere, unless the size of a word counts. For its type that does not count.

use std::collections::HashMap;

use gofix_project::FileConstraints;
use gofix_syntax::{
    Kind, Node, Role, SourceFile, Token,
    ast::{AstNode, CallExpr},
    header,
};

use crate::{
    Types, Typing,
    types::{Basic, Callee, Form, ObjectKind, Ty, Value},
};

/// How many declarations are looked at for one answer.
const MAX_DECLS: usize = 200;

impl<'w> Typing<'w> {
    /// The value of a constant expression, if it has that value in every build that the file belongs to. None if it is not
    /// constant, or if that cannot be told: a constant on the way is declared in a file with build constraints, or sizes of
    /// words count (`^x`, package `unsafe`).
    pub fn const_value_everywhere(&self, expr: Node<'w>) -> Option<Value> {
        let types = self.of(expr.file().id())?;
        let value = types.const_value(expr)?;
        self.is_declared_everywhere(types, expr, idents).then_some(value)
    }

    /// The type that a constant expression has by itself, before its surroundings give it one, if it has that type in
    /// every build that the file belongs to: an untyped one as long as nothing in it has a type. Its value may differ. None
    /// if it is not constant, or if that cannot be told.
    pub fn const_type_everywhere(&self, expr: Node<'w>) -> Option<Ty> {
        let types = self.of(expr.file().id())?;
        types.const_value(expr)?;
        self.is_declared_everywhere(types, expr, type_idents).then(|| own_type(types, expr))
    }

    /// Whether all that `expr` names, as far as `idents` tells, is declared in the same way in every build that the file
    /// belongs to.
    fn is_declared_everywhere(
        &self,
        types: &Types<'w>,
        expr: Node<'w>,
        idents: impl Fn(Node<'w>) -> Option<Vec<Node<'w>>>,
    ) -> bool {
        let mut seen: Vec<Node<'w>> = Vec::new();
        let mut open = vec![expr];
        while let Some(part) = open.pop() {
            let Some(idents) = idents(part) else { return false };
            for ident in idents {
                let Some(decl) = self.declaration(types, ident, expr.file()) else { return false };
                if let Some(decl) = decl.filter(|it| !seen.contains(it)) {
                    seen.push(decl);
                    open.push(decl);
                }
            }
            if seen.len() > MAX_DECLS {
                return false;
            }
        }
        true
    }

    /// The declaration of the constant that an identifier denotes, all of a group; `Some(None)` if what it denotes is the
    /// same without one. None if it may differ between the builds that the file `home` belongs to.
    fn declaration(&self, types: &Types<'w>, ident: Node<'w>, home: &SourceFile) -> Option<Option<Node<'w>>> {
        let Some(object) = types.object_of(ident) else {
            // The name of a package has no meaning by itself; that of a member is asked about.
            return (ident.parent()?.kind() == Kind::SelectorExpr && Some(ident) == ident.parent()?.children().next())
                .then_some(None);
        };
        let is_same = |it: Node<'w>| std::ptr::eq(it.file(), home) || !self.is_constrained(it.file());
        match (object.kind, object.ident) {
            (ObjectKind::Const | ObjectKind::Type | ObjectKind::Alias, None) if object.path.is_empty() => Some(None),
            (ObjectKind::Builtin | ObjectKind::Nil, None) if &*object.path != "unsafe" => Some(None),
            (ObjectKind::Const, Some(ident)) if is_same(ident) => {
                Some(ident.ancestors().find(|it| it.kind() == Kind::GenDecl))
            }
            (ObjectKind::Type | ObjectKind::Alias, Some(ident)) if is_same(ident) => Some(None),
            _ => None,
        }
    }

    /// Whether a file is left out of some builds: its name or its constraints say so. It may be a file outside the project.
    pub fn is_constrained(&self, file: &SourceFile) -> bool {
        let ws = self.workspace();
        let is_free = |it: &FileConstraints| *it == FileConstraints::default();
        if let Some(constraints) = ws.deps().constraints(file.id()) {
            return !is_free(constraints);
        }
        let entry = ws.project().files().get(file.id().0 as usize);
        entry.is_none_or(|it| {
            let constraints = FileConstraints::new(it.name(), &header::read(file.text()));
            !constraints.always_match(ws.project().go_version(it.dir))
        })
    }
}

/// The type of a constant expression by itself (spec: Constant expressions); unknown if it cannot be told.
fn own_type<'w>(types: &Types<'w>, expr: Node<'w>) -> Ty {
    let mut known: HashMap<_, Ty> = HashMap::new();
    for node in expr.descendants().rev().chain([expr]) {
        let of = |role| node.child(role).and_then(|it| known.get(&it.id()).copied()).unwrap_or(Ty::UNKNOWN);
        let ty = match (node.kind(), node.op()) {
            (Kind::BasicLit, Token::Int) => Ty::UNTYPED_INT,
            (Kind::BasicLit, Token::Char) => Ty::UNTYPED_RUNE,
            (Kind::BasicLit, Token::Float) => Ty::UNTYPED_FLOAT,
            (Kind::BasicLit, Token::Imag) => Ty::UNTYPED_COMPLEX,
            (Kind::Ident, _) => types.type_of_object(node),
            (Kind::SelectorExpr, _) => of(Role::Sel),
            (Kind::ParenExpr | Kind::UnaryExpr, _) => of(Role::X),
            // A shift of an untyped constant is an integer.
            (Kind::BinaryExpr, Token::Shl | Token::Shr) => match of(Role::X) {
                Ty::UNTYPED_FLOAT | Ty::UNTYPED_COMPLEX => Ty::UNTYPED_INT,
                other => other,
            },
            (Kind::BinaryExpr, _) => of_both(types, of(Role::X), of(Role::Y)),
            (Kind::CallExpr, _) => match CallExpr::cast(node).map(|it| types.callee(it)) {
                Some(Callee::Conversion(ty)) => ty,
                Some(Callee::Builtin(name)) if matches!(&*name, "len" | "cap") => Ty::INT,
                Some(Callee::Builtin(name)) if name.starts_with("unsafe.") => Ty::UINTPTR,
                _ => Ty::UNKNOWN,
            },
            _ => continue,
        };
        known.insert(node.id(), ty);
    }
    known.get(&expr.id()).copied().unwrap_or(Ty::UNKNOWN)
}

/// The type of an arithmetic operation on constants: that of the operand that has one, else the greater kind.
fn of_both(types: &Types<'_>, x: Ty, y: Ty) -> Ty {
    let untyped = |it: Ty| match types.form(it) {
        Form::Basic(basic) if basic.is_untyped() => Some(basic),
        _ => None,
    };
    match (untyped(x), untyped(y)) {
        _ if x == Ty::UNKNOWN || y == Ty::UNKNOWN => Ty::UNKNOWN,
        (None, _) => x,
        (_, None) => y,
        (Some(a), Some(b)) if a.max(b) <= Basic::UntypedComplex => {
            if a >= b {
                x
            } else {
                y
            }
        }
        _ => Ty::UNKNOWN,
    }
}

/// The identifiers that decide the type of a part of a constant. What `len`, `cap` and functions of `unsafe` are given, and
/// what is converted, does not.
fn type_idents(part: Node<'_>) -> Option<Vec<Node<'_>>> {
    let is_argument = |it: Node<'_>| it.role() == Role::Args;
    let is_of_unsafe = |it: Node<'_>| {
        it.parent().is_some_and(|it| it.kind() == Kind::SelectorExpr && it.text().starts_with("unsafe."))
    };
    let nodes = std::iter::once(part).chain(part.descendants_skipping(is_argument));
    let is_use = |it: &Node<'_>| {
        it.kind() == Kind::Ident
            && !matches!(it.role(), Role::Names | Role::Args)
            && it.text() != "_"
            && !is_of_unsafe(*it)
    };
    Some(nodes.filter(is_use).collect())
}

/// The identifiers of a part of a constant's value, but for those that it declares and the types of declarations, which
/// the value has to fit anyway. None if the size of words counts.
fn idents(part: Node<'_>) -> Option<Vec<Node<'_>>> {
    let is_type = |it: Node<'_>| it.role() == Role::Type && it.parent().is_some_and(|it| it.kind() == Kind::ValueSpec);
    let nodes: Vec<Node<'_>> = std::iter::once(part).chain(part.descendants_skipping(is_type)).collect();
    let is_complement = |it: &Node<'_>| it.kind() == Kind::UnaryExpr && it.op() == Token::Xor;
    if nodes.iter().any(is_complement) {
        return None;
    }
    let is_use =
        |it: &Node<'_>| it.kind() == Kind::Ident && it.role() != Role::Names && it.text() != "_" && !is_type(*it);
    Some(nodes.into_iter().filter(is_use).collect())
}
