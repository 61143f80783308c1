//! Type expressions to types (spec: Types).

use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{
        ArrayType, AstNode, BinaryExpr, ChanType, FuncType, InterfaceType, MapType, SelectorExpr, StructType, TypeSpec,
        UnaryExpr,
    },
};

use super::{
    basic_lit,
    db::{Db, OBJ_UNKNOWN, ObjKind, entry},
    env::Env,
    name::Sym,
    scope::Meaning,
    ty::{ChanDir, FieldData, IfaceData, List, MethodData, Obj, Pkg, Sig, Ty, TyKind, UNKNOWN_LEN},
};
use crate::keys::embedded_name;

impl<'w> Db<'w> {
    /// The type that an expression denotes; unknown if it denotes none.
    pub(super) fn type_expr(&mut self, env: &mut Env<'w>, node: Node<'w>) -> Ty {
        match node.kind() {
            Kind::Ident => self.type_name(env, node),
            Kind::SelectorExpr => match self.qualified(env, node) {
                Some(obj) => self.plain_type(obj),
                None => Ty::UNKNOWN,
            },
            _ => {
                let ty = self.deeper(|db| db.type_expr_deep(env, node)).unwrap_or(Ty::UNKNOWN);
                // Nothing else tells what literals without a name are.
                if matches!(node.kind(), Kind::InterfaceType | Kind::StructType) {
                    self.note(env, node, ty, entry::TYPE);
                }
                ty
            }
        }
    }

    fn type_expr_deep(&mut self, env: &mut Env<'w>, node: Node<'w>) -> Ty {
        let child = |role: Role| node.child(role);
        match node.kind() {
            Kind::ParenExpr => child(Role::X).map_or(Ty::UNKNOWN, |it| self.type_expr(env, it)),
            Kind::StarExpr => {
                let to = child(Role::X).map_or(Ty::UNKNOWN, |it| self.type_expr(env, it));
                self.make(TyKind::Pointer(to))
            }
            Kind::ArrayType => self.array_type(env, node),
            Kind::MapType => {
                let Some(map) = MapType::cast(node) else { return Ty::UNKNOWN };
                let key = self.type_expr(env, map.key());
                let value = self.type_expr(env, map.value());
                self.make(TyKind::Map(key, value))
            }
            Kind::ChanType => {
                let Some(chan) = ChanType::cast(node) else { return Ty::UNKNOWN };
                let dir = match (chan.can_send(), chan.can_recv()) {
                    (true, false) => ChanDir::Send,
                    (false, true) => ChanDir::Recv,
                    _ => ChanDir::Both,
                };
                let element = self.type_expr(env, chan.value());
                self.make(TyKind::Chan(dir, element))
            }
            Kind::FuncType => {
                let sig = self.signature(env, node);
                self.make(TyKind::Func(sig))
            }
            Kind::StructType => self.struct_type(env, node),
            Kind::InterfaceType => self.interface_type(env, node),
            Kind::IndexExpr | Kind::IndexListExpr => self.instance_type(env, node),
            Kind::BinaryExpr | Kind::UnaryExpr => self.constraint_type(env, node),
            _ => Ty::UNKNOWN,
        }
    }

    fn type_name(&mut self, env: &mut Env<'w>, ident: Node<'w>) -> Ty {
        let name = self.sym(ident.text());
        match self.lookup(env, name, false) {
            Meaning::Obj(obj) => {
                self.note_obj(env, ident, obj);
                self.plain_type(obj)
            }
            _ => Ty::UNKNOWN,
        }
    }

    /// The type that an object without type arguments denotes.
    pub(super) fn plain_type(&mut self, obj: Obj) -> Ty {
        let kind = self.obj(obj).kind;
        match kind {
            ObjKind::TypeParam => self.make(TyKind::TypeParam(obj)),
            ObjKind::Type if self.tparams_of(obj) == List::EMPTY => self.named(obj, List::EMPTY),
            ObjKind::Alias if self.tparams_of(obj) == List::EMPTY => self.alias_target(obj),
            _ => Ty::UNKNOWN,
        }
    }

    /// The object that `pkg.Name` denotes, if it is one.
    pub(super) fn qualified(&mut self, env: &mut Env<'w>, node: Node<'w>) -> Option<Obj> {
        let selector = SelectorExpr::cast(node)?;
        let (x, sel) = (selector.x(), selector.sel());
        let name = self.sym(x.as_ident()?);
        let Meaning::Package(pkg) = self.lookup(env, name, true) else { return None };
        let member = self.sym(sel.text());
        let found = self.member(env, pkg, member)?;
        self.note_obj(env, sel, found);
        Some(found)
    }

    /// What a package exports as `name`.
    pub(super) fn member(&mut self, env: &Env<'w>, pkg: Pkg, name: Sym) -> Option<Obj> {
        if pkg == super::db::PKG_UNSAFE {
            return self.unsafe_scope.get(&name).copied();
        }
        if pkg == super::db::PKG_C {
            return None;
        }
        self.lookup_in(pkg, name, env.view, super::db::FileIx::NONE).filter(|it| *it != OBJ_UNKNOWN)
    }

    fn array_type(&mut self, env: &mut Env<'w>, node: Node<'w>) -> Ty {
        let Some(array) = ArrayType::cast(node) else { return Ty::UNKNOWN };
        let element = self.type_expr(env, array.elt());
        match array.len() {
            None => self.make(TyKind::Slice(element)),
            Some(len) => {
                let len = self.array_len(env, len);
                self.make(TyKind::Array(element, len))
            }
        }
    }

    fn array_len(&mut self, env: &mut Env<'w>, len: Node<'w>) -> u64 {
        if len.kind() == Kind::Ellipsis {
            return UNKNOWN_LEN;
        }
        let mut operand = self.expr(env, len, None);
        self.default_int(env, len, &mut operand);
        operand.value.as_i64().and_then(|it| u64::try_from(it).ok()).unwrap_or(UNKNOWN_LEN)
    }

    /// The signature that a `FuncType` node writes, without type parameters.
    pub(super) fn signature(&mut self, env: &mut Env<'w>, node: Node<'w>) -> Sig {
        let Some(func) = FuncType::cast(node) else {
            return Sig { tparams: List::EMPTY, params: List::EMPTY, results: List::EMPTY, variadic: false };
        };
        let (params, variadic) = self.field_types(env, func.params());
        let results = func.results().map_or(List::EMPTY, |it| self.field_types(env, it).0);
        Sig { tparams: List::EMPTY, params, results, variadic }
    }

    /// The types in a list of parameters or results, one for each name, and whether the last is variadic.
    fn field_types(&mut self, env: &mut Env<'w>, list: Node<'w>) -> (List, bool) {
        let mut types = smallvec();
        let mut variadic = false;
        for field in list.children_in(Role::List) {
            let Some(ty) = field.child(Role::Type) else { continue };
            let written = match ty.kind() {
                Kind::Ellipsis => {
                    variadic = true;
                    let element = ty.child(Role::Elt).map_or(Ty::UNKNOWN, |it| self.type_expr(env, it));
                    self.make(TyKind::Slice(element))
                }
                _ => self.type_expr(env, ty),
            };
            let mut names = 0;
            for name in field.children_in(Role::Names) {
                self.note(env, name, written, 0);
                names += 1;
            }
            types.extend(std::iter::repeat_n(written, names.max(1)));
        }
        (self.list(&types), variadic)
    }

    fn struct_type(&mut self, env: &mut Env<'w>, node: Node<'w>) -> Ty {
        let Some(structure) = StructType::cast(node) else { return Ty::UNKNOWN };
        let mut fields = Vec::new();
        for field in structure.fields().children_in(Role::List) {
            let Some(written) = field.child(Role::Type) else { continue };
            let ty = self.type_expr(env, written);
            let tag = field.child(Role::Tag).and_then(|it| basic_lit::string(it.text()));
            let tag = tag.filter(|it| !it.is_empty()).map(|it| self.names.sym(&it));
            let mut add = |db: &mut Self, name: &str, embedded: bool| {
                let name = db.sym(name);
                let pkg = db.private_to(name, env.pkg);
                fields.push(FieldData { name, pkg, ty, embedded, tag });
            };
            let mut names = field.children_in(Role::Names).peekable();
            if names.peek().is_none()
                && let Some(name) = embedded_name(written)
            {
                add(self, name.text(), true);
            }
            for name in names {
                add(self, name.text(), false);
            }
        }
        self.store.structure(fields)
    }

    fn interface_type(&mut self, env: &mut Env<'w>, node: Node<'w>) -> Ty {
        let Some(interface) = InterfaceType::cast(node) else { return Ty::UNKNOWN };
        let mut data = IfaceData::default();
        let mut embedded = Vec::new();
        for field in interface.methods().children_in(Role::List) {
            let Some(ty) = field.child(Role::Type) else { continue };
            let mut names = field.children_in(Role::Names).peekable();
            if names.peek().is_none() {
                embedded.push(ty);
            }
            for name in names {
                let name = self.sym(name.text());
                let pkg = self.private_to(name, env.pkg);
                let sig = self.type_expr(env, ty);
                if !data.methods.iter().any(|it| (it.name, it.pkg) == (name, pkg)) {
                    data.methods.push(MethodData { name, pkg, sig });
                }
            }
        }
        let mut origins: Vec<(Sym, Option<Ty>)> = data.methods.iter().map(|it| (it.name, None)).collect();
        for node in embedded {
            let ty = self.embed(env, &mut data, node);
            let new = data.methods.iter().skip(origins.len()).map(|it| (it.name, Some(ty)));
            origins.extend(new);
        }
        let ty = self.store.interface(data);
        // What a declared type is made of is looked up there.
        let declared = node.with_parens().parent().and_then(TypeSpec::cast).is_some_and(|it| !it.is_alias());
        for (name, origin) in origins.into_iter().filter(|_| !declared) {
            self.note_origin(ty, name, Some(origin));
        }
        ty
    }

    /// Notes where an interface literal has a method from.
    pub(super) fn note_origin(&mut self, ty: Ty, name: Sym, origin: Option<Option<Ty>>) {
        let noted = self.origins.entry((ty, name)).or_insert(origin);
        if *noted != origin {
            *noted = None;
        }
    }

    /// `~T`, `A | B` where a constraint is expected.
    fn constraint_type(&mut self, env: &mut Env<'w>, node: Node<'w>) -> Ty {
        let is_constraint = match node.kind() {
            Kind::BinaryExpr => node.op() == Token::Or,
            _ => node.op() == Token::Tilde,
        };
        if !is_constraint {
            return Ty::UNKNOWN;
        }
        let mut data = IfaceData::default();
        self.embed(env, &mut data, node);
        self.store.interface(data)
    }

    /// Adds an element of an interface that is no method; returns its type, if it has one.
    fn embed(&mut self, env: &mut Env<'w>, data: &mut IfaceData, node: Node<'w>) -> Ty {
        let terms = match node.unparen() {
            it if matches!(it.kind(), Kind::BinaryExpr | Kind::UnaryExpr) => it,
            _ => {
                let ty = self.type_expr(env, node);
                self.embed_type(data, ty);
                return ty;
            }
        };
        // A union: the operands of `|`, leftmost innermost.
        let mut operands = Vec::new();
        let mut rest = terms;
        while let Some(union) = BinaryExpr::cast(rest).filter(|_| rest.op() == Token::Or) {
            operands.push(union.y());
            rest = union.x();
        }
        operands.push(rest);
        let mut union = Some(Vec::new());
        for operand in operands {
            let (tilde, operand) = match UnaryExpr::cast(operand).filter(|_| operand.op() == Token::Tilde) {
                Some(unary) => (true, unary.x()),
                None => (false, operand),
            };
            let ty = self.type_expr(env, operand);
            let under = self.underlying(ty);
            match (self.kind(under), &mut union) {
                (TyKind::Unknown, _) => data.unknown = true,
                (TyKind::Interface(id), union) if !tilde => {
                    let of = std::rc::Rc::clone(self.store.iface(id));
                    data.unknown |= of.unknown;
                    match (&of.terms, union) {
                        (Some(terms), Some(union)) => union.extend(terms.iter().copied()),
                        (None, union) => *union = None,
                        _ => {}
                    }
                }
                (_, Some(union)) => union.push((tilde, ty)),
                (_, None) => {}
            }
        }
        let own = data.terms.take();
        data.terms = self.intersect(own, union);
        Ty::UNKNOWN
    }

    /// Adds all of an embedded interface, or a type as the only one of the type set.
    pub(super) fn embed_type(&mut self, data: &mut IfaceData, ty: Ty) {
        let under = self.underlying(ty);
        match self.kind(under) {
            TyKind::Unknown | TyKind::TypeParam(_) => data.unknown = true,
            TyKind::Interface(id) => {
                let of = std::rc::Rc::clone(self.store.iface(id));
                for method in &of.methods {
                    if !data.methods.iter().any(|it| (it.name, it.pkg) == (method.name, method.pkg)) {
                        data.methods.push(method.clone());
                    }
                }
                data.comparable |= of.comparable;
                data.unknown |= of.unknown;
                let own = data.terms.take();
                data.terms = self.intersect(own, of.terms.clone());
            }
            _ => {
                let own = data.terms.take();
                data.terms = self.intersect(own, Some(vec![(false, ty)]));
            }
        }
    }

    /// The types in both sets; None is all.
    fn intersect(&mut self, a: Option<Vec<(bool, Ty)>>, b: Option<Vec<(bool, Ty)>>) -> Option<Vec<(bool, Ty)>> {
        let (a, b) = match (a, b) {
            (None, other) | (other, None) => return other,
            (Some(a), Some(b)) => (a, b),
        };
        let mut both = Vec::new();
        for &(tilde_a, x) in &a {
            for &(tilde_b, y) in &b {
                if x == y {
                    both.push((tilde_a && tilde_b, x));
                } else if tilde_a && !tilde_b && self.underlying(y) == self.underlying(x) {
                    both.push((false, y));
                } else if tilde_b && !tilde_a && self.underlying(x) == self.underlying(y) {
                    both.push((false, x));
                }
            }
        }
        Some(both)
    }

    fn instance_type(&mut self, env: &mut Env<'w>, node: Node<'w>) -> Ty {
        let Some(generic) = node.child(Role::X) else { return Ty::UNKNOWN };
        let Some(obj) = self.generic_type(env, generic) else { return Ty::UNKNOWN };
        let args: Vec<Ty> = type_args(node).map(|it| self.type_expr(env, it)).collect();
        self.instantiate(obj, &args)
    }

    /// The generic type that an expression names.
    pub(super) fn generic_type(&mut self, env: &mut Env<'w>, node: Node<'w>) -> Option<Obj> {
        let node = node.unparen();
        let obj = match node.kind() {
            Kind::Ident => {
                let name = self.sym(node.text());
                match self.lookup(env, name, false) {
                    Meaning::Obj(obj) => {
                        self.note_obj(env, node, obj);
                        obj
                    }
                    _ => return None,
                }
            }
            Kind::SelectorExpr => self.qualified(env, node)?,
            _ => return None,
        };
        matches!(self.obj(obj).kind, ObjKind::Type | ObjKind::Alias).then_some(obj)
    }
}

/// The indices of an index expression.
pub(super) fn type_args<'w>(node: Node<'w>) -> impl Iterator<Item = Node<'w>> {
    node.children().filter(|it| matches!(it.role(), Role::Index | Role::Indices))
}

fn smallvec() -> Vec<Ty> {
    Vec::with_capacity(4)
}
