//! Expressions (spec: Expressions).

use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, FuncLit, SelectorExpr, TypeAssertExpr},
};

use super::{
    basic_lit::literal,
    core::Core,
    db::{Db, OBJ_UNKNOWN, ObjKind, PKG_C, entry},
    env::Env,
    find::FoundKind,
    operand::{Mode, Operand},
    scope::Meaning,
    ty::{List, Obj, Sig, Ty, TyKind},
    value::Value,
};

impl<'w> Db<'w> {
    /// What an expression is. `hint` is the type of a composite literal that has none of its own.
    pub(super) fn expr(&mut self, env: &mut Env<'w>, node: Node<'w>, hint: Option<Ty>) -> Operand {
        let operand = match node.kind() {
            Kind::Ident => self.ident(env, node),
            Kind::BasicLit => {
                let (ty, value) = literal(node.op(), node.text());
                Operand::constant(ty, value)
            }
            _ => self.deeper(|db| db.expr_deep(env, node, hint)).unwrap_or(Operand::UNKNOWN),
        };
        if env.record {
            let bits = match operand.mode {
                Mode::Type | Mode::Generic(_) => entry::TYPE,
                Mode::Const => entry::CONST,
                Mode::Builtin(_) => entry::BUILTIN,
                _ => 0,
            };
            self.note(env, node, operand.ty, bits);
            if operand.mode == Mode::Const && node.kind() != Kind::BasicLit {
                self.note_value(env, node, &operand.value);
            }
        }
        operand
    }

    fn expr_deep(&mut self, env: &mut Env<'w>, node: Node<'w>, hint: Option<Ty>) -> Operand {
        let x = || node.child(Role::X);
        match node.kind() {
            Kind::ParenExpr => match x() {
                Some(inner) => self.expr(env, inner, hint),
                None => Operand::UNKNOWN,
            },
            Kind::SelectorExpr => self.selector(env, node),
            Kind::CallExpr => self.call(env, node),
            Kind::UnaryExpr => self.unary(env, node),
            Kind::BinaryExpr => self.binary(env, node),
            Kind::StarExpr => self.star(env, node),
            Kind::IndexExpr | Kind::IndexListExpr => self.index(env, node),
            Kind::SliceExpr => self.slice(env, node),
            Kind::TypeAssertExpr => {
                let Some(assertion) = TypeAssertExpr::cast(node) else { return Operand::UNKNOWN };
                self.expr(env, assertion.x(), None);
                match assertion.ty() {
                    Some(ty) => Operand::value(self.type_expr(env, ty)),
                    None => Operand::UNKNOWN,
                }
            }
            Kind::CompositeLit => self.composite(env, node, hint),
            Kind::FuncLit => self.func_lit(env, node),
            Kind::ArrayType
            | Kind::StructType
            | Kind::FuncType
            | Kind::InterfaceType
            | Kind::MapType
            | Kind::ChanType => self.type_operand(env, node),
            _ => Operand::UNKNOWN,
        }
    }

    fn type_operand(&mut self, env: &mut Env<'w>, node: Node<'w>) -> Operand {
        let ty = self.type_expr(env, node);
        Operand::new(Mode::Type, ty)
    }

    fn ident(&mut self, env: &mut Env<'w>, node: Node<'w>) -> Operand {
        let text = node.text();
        if text == "_" {
            return Operand::UNKNOWN;
        }
        let name = self.sym(text);
        match self.lookup(env, name, false) {
            Meaning::Obj(obj) => {
                self.note_obj(env, node, obj);
                if name == self.common.iota && self.obj(obj).pkg == super::db::PKG_UNIVERSE {
                    let value = env.iota.map_or(Value::Unknown, |it| Value::Int(i64::from(it)));
                    return Operand::constant(Ty::UNTYPED_INT, value);
                }
                self.obj_operand(obj)
            }
            _ => Operand::UNKNOWN,
        }
    }

    pub(super) fn obj_operand(&mut self, obj: Obj) -> Operand {
        if obj == OBJ_UNKNOWN {
            return Operand::UNKNOWN;
        }
        let kind = self.obj(obj).kind;
        match kind {
            ObjKind::Const => {
                let ty = self.obj_type(obj);
                let value = self.values.get(&obj).cloned().unwrap_or(Value::Unknown);
                if ty == Ty::UNKNOWN { Operand::UNKNOWN } else { Operand::constant(ty, value) }
            }
            ObjKind::Var => {
                let ty = self.obj_type(obj);
                if ty == Ty::UNKNOWN { Operand::UNKNOWN } else { Operand::new(Mode::Var, ty) }
            }
            ObjKind::Func => Operand::value(self.obj_type(obj)),
            ObjKind::Type | ObjKind::Alias if self.tparams_of(obj) != List::EMPTY => {
                Operand::new(Mode::Generic(obj), Ty::UNKNOWN)
            }
            ObjKind::Type | ObjKind::Alias | ObjKind::TypeParam => Operand::new(Mode::Type, self.plain_type(obj)),
            ObjKind::Builtin(builtin) => Operand::new(Mode::Builtin(builtin), Ty::UNKNOWN),
            ObjKind::Nil => Operand::new(Mode::Nil, Ty::UNTYPED_NIL),
            ObjKind::Method | ObjKind::External | ObjKind::Unknown => Operand::UNKNOWN,
        }
    }

    fn selector(&mut self, env: &mut Env<'w>, node: Node<'w>) -> Operand {
        let Some(selector) = SelectorExpr::cast(node) else { return Operand::UNKNOWN };
        let (x, sel) = (selector.x(), selector.sel());
        let name = self.sym(sel.text());
        if x.kind() == Kind::Ident {
            let qualifier = self.sym(x.text());
            if let Meaning::Package(pkg) = self.lookup(env, qualifier, true) {
                if pkg == PKG_C {
                    return Operand::UNKNOWN;
                }
                return match self.member(env, pkg, name) {
                    Some(obj) => {
                        self.note_obj(env, sel, obj);
                        self.obj_operand(obj)
                    }
                    None => Operand::UNKNOWN,
                };
            }
        }
        let operand = self.expr(env, x, None);
        if operand.ty == Ty::UNKNOWN
            || matches!(operand.mode, Mode::Unknown | Mode::NoValue | Mode::Builtin(_) | Mode::Nil)
        {
            return Operand::UNKNOWN;
        }
        let Some(found) = self.find(operand.ty, name, env.pkg, env.view) else { return Operand::UNKNOWN };
        if found.kind == FoundKind::Unknown || found.ty == Ty::UNKNOWN {
            return Operand::UNKNOWN;
        }
        self.note_selection(env, node, &found);
        if let FoundKind::Method(method) = found.kind {
            self.note_obj(env, sel, method);
        }
        match (operand.mode, found.kind) {
            (Mode::Type, FoundKind::Field(_)) => Operand::UNKNOWN,
            (Mode::Type, _) => Operand::value(self.method_expr(operand.ty, found.ty)),
            (mode, FoundKind::Field(_)) => {
                let mode = if mode == Mode::Var || found.indirect { Mode::Var } else { Mode::Value };
                Operand::new(mode, found.ty)
            }
            _ => Operand::value(found.ty),
        }
    }

    /// The type of `T.m`: the receiver becomes the first parameter.
    fn method_expr(&mut self, receiver: Ty, sig: Ty) -> Ty {
        let TyKind::Func(sig) = self.kind(sig) else { return Ty::UNKNOWN };
        let mut params = vec![receiver];
        params.extend(self.items(sig.params).iter());
        let params = self.list(&params);
        self.make(TyKind::Func(Sig { params, ..sig }))
    }

    fn star(&mut self, env: &mut Env<'w>, node: Node<'w>) -> Operand {
        let Some(x) = node.child(Role::X) else { return Operand::UNKNOWN };
        let operand = self.expr(env, x, None);
        match operand.mode {
            Mode::Type => Operand::new(Mode::Type, self.pointer(operand.ty)),
            Mode::Unknown | Mode::Nil | Mode::Generic(_) => Operand::UNKNOWN,
            _ => {
                let core = self.core_type(operand.ty);
                match self.kind(core) {
                    TyKind::Pointer(to) if to != Ty::UNKNOWN => Operand::new(Mode::Var, to),
                    _ => Operand::UNKNOWN,
                }
            }
        }
    }

    fn unary(&mut self, env: &mut Env<'w>, node: Node<'w>) -> Operand {
        let Some(x) = node.child(Role::X) else { return Operand::UNKNOWN };
        let op = node.op();
        let mut operand = self.expr(env, x, None);
        match op {
            Token::And => match operand.mode {
                Mode::Unknown | Mode::Type | Mode::NoValue | Mode::Const | Mode::Nil => Operand::UNKNOWN,
                _ => Operand::value(self.pointer(operand.ty)),
            },
            Token::Arrow => match self.core(operand.ty) {
                Core::One(core) => match self.kind(core) {
                    TyKind::Chan(_, element) => Operand::value(element),
                    _ => Operand::UNKNOWN,
                },
                _ => Operand::UNKNOWN,
            },
            Token::Tilde => self.type_operand(env, node),
            _ => {
                if operand.is_const() {
                    let basic = self.basic(operand.ty);
                    let bits = basic.filter(|it| it.is_unsigned()).map(|it| self.bits(it));
                    let value = Value::unary(op, &operand.value, bits);
                    operand.value = self.represent(&value, operand.ty);
                    return operand;
                }
                match operand.mode {
                    Mode::Unknown | Mode::Type | Mode::Nil | Mode::NoValue => Operand::UNKNOWN,
                    _ => Operand::value(operand.ty),
                }
            }
        }
    }

    fn func_lit(&mut self, env: &mut Env<'w>, node: Node<'w>) -> Operand {
        let Some(lit) = FuncLit::cast(node) else { return Operand::UNKNOWN };
        let sig = self.signature(env, lit.ty());
        let ty = self.make(TyKind::Func(sig));
        match &mut env.delayed {
            Some(delayed) => delayed.push(node),
            None if env.record => self.func_body(env, lit.ty(), lit.body(), sig),
            None => {}
        }
        Operand::value(ty)
    }
}
