//! Binary expressions (spec: Operators).

use gofix_syntax::{Kind, Node, Role, Token};

use super::{
    db::{Db, entry},
    env::Env,
    operand::{Mode, Operand},
    ty::{Basic, Ty, TyKind},
    value::Value,
};

impl<'w> Db<'w> {
    /// `x op y`. Long chains lean to the left, so that side is gone down in a loop.
    pub(super) fn binary(&mut self, env: &mut Env<'w>, node: Node<'w>) -> Operand {
        let mut spine = vec![node];
        let mut x = node.child(Role::X);
        while let Some(inner) = x.filter(|it| it.kind() == Kind::BinaryExpr) {
            spine.push(inner);
            x = inner.child(Role::X);
        }
        let Some(mut left) = x else { return Operand::UNKNOWN };
        let mut operand = self.expr(env, left, None);
        while let Some(node) = spine.pop() {
            operand = match node.child(Role::Y) {
                Some(y) => self.binary_step(env, node, left, operand, y),
                None => Operand::UNKNOWN,
            };
            left = node;
            if !spine.is_empty() && env.record {
                let bits = if operand.is_const() { entry::CONST } else { 0 };
                self.note(env, node, operand.ty, bits);
                if operand.is_const() {
                    self.note_value(env, node, &operand.value);
                }
            }
        }
        operand
    }

    fn binary_step(
        &mut self,
        env: &mut Env<'w>,
        node: Node<'w>,
        left: Node<'w>,
        x: Operand,
        right: Node<'w>,
    ) -> Operand {
        let op = node.op();
        let mut x = x;
        let mut y = self.expr(env, right, None);
        if matches!(op, Token::Shl | Token::Shr) {
            return self.shift(env, op, x, right, y);
        }
        let comparison = matches!(op, Token::Eql | Token::Neq | Token::Lss | Token::Leq | Token::Gtr | Token::Geq);
        self.match_types(env, left, &mut x, right, &mut y);
        if comparison {
            return self.comparison(env, op, left, x, right, y);
        }
        if x.is_unknown() || y.is_unknown() {
            // Both have the same type, unless one is untyped.
            let known = if x.is_unknown() { y } else { x };
            return if known.is_unknown() || self.is_untyped(known.ty) {
                Operand::UNKNOWN
            } else {
                Operand::value(known.ty)
            };
        }
        if x.ty != y.ty || matches!(x.mode, Mode::Type | Mode::NoValue | Mode::Builtin(_) | Mode::Nil) {
            return Operand::UNKNOWN;
        }
        if x.is_const() && y.is_const() {
            let integer = self.basic(x.ty).is_some_and(Basic::is_integer);
            let value = Value::binary(op, &x.value, &y.value, integer);
            return Operand::constant(x.ty, self.represent(&value, x.ty));
        }
        Operand::value(x.ty)
    }

    /// Gives two operands the same type, if one of them is untyped or both are.
    pub(super) fn match_types(
        &mut self,
        env: &mut Env<'w>,
        left: Node<'w>,
        x: &mut Operand,
        right: Node<'w>,
        y: &mut Operand,
    ) {
        let untyped = |db: &Self, it: &Operand| db.is_untyped(it.ty);
        match (untyped(self, x), untyped(self, y)) {
            (false, false) => {}
            (true, true) => {
                if x.mode == Mode::Nil || y.mode == Mode::Nil {
                    return;
                }
                if let (Some(a), Some(b)) = (self.basic(x.ty), self.basic(y.ty))
                    && a.is_numeric()
                    && b.is_numeric()
                {
                    let ty = self.make(TyKind::Basic(a.max(b)));
                    for (node, operand) in [(left, x), (right, y)] {
                        if operand.ty != ty {
                            operand.ty = ty;
                            self.retype_untyped(env, node, ty);
                        }
                    }
                }
            }
            (true, false) if !y.is_unknown() => self.assign(env, left, x, y.ty),
            (false, true) if !x.is_unknown() => self.assign(env, right, y, x.ty),
            _ => {}
        }
    }

    /// Notes that an untyped expression is of another untyped kind.
    fn retype_untyped(&mut self, env: &Env<'w>, node: Node<'w>, ty: Ty) {
        if let Some((old, bits)) = self.noted(env, node)
            && self.is_untyped(old)
        {
            self.note(env, node, ty, bits & entry::CONST);
        }
    }

    fn comparison(
        &mut self,
        env: &mut Env<'w>,
        op: Token,
        left: Node<'w>,
        x: Operand,
        right: Node<'w>,
        y: Operand,
    ) -> Operand {
        let (mut x, mut y) = (x, y);
        if x.is_const() && y.is_const() && !x.is_unknown() && !y.is_unknown() {
            // The operands keep their kinds.
            return Operand::constant(Ty::UNTYPED_BOOL, Value::compare(op, &x.value, &y.value));
        }
        // What is left untyped gets its default type.
        self.assign_default(env, left, &mut x);
        self.assign_default(env, right, &mut y);
        Operand::value(Ty::UNTYPED_BOOL)
    }

    fn shift(&mut self, env: &mut Env<'w>, op: Token, x: Operand, right: Node<'w>, y: Operand) -> Operand {
        let (mut x, mut y) = (x, y);
        if x.is_unknown() || matches!(x.mode, Mode::Type | Mode::Nil) {
            return Operand::UNKNOWN;
        }
        let count = y.value.clone();
        let count_is_const = y.is_const();
        if self.is_untyped(y.ty) && y.mode != Mode::Nil {
            self.convert_untyped(env, right, &mut y, Ty::UINT);
        }
        if !x.is_const() {
            return Operand::value(x.ty);
        }
        if count_is_const {
            if self.is_untyped(x.ty) && !self.basic(x.ty).is_some_and(Basic::is_integer) {
                x.ty = Ty::UNTYPED_INT;
            }
            let value = if x.value.is_integer() { Value::shift(op, &x.value, &count) } else { Value::Unknown };
            x.value = self.represent(&value, x.ty);
            return x;
        }
        if y.is_unknown() {
            // Whether the shift is a constant one cannot be told; its type only if that does not matter.
            return if self.is_untyped(x.ty) { Operand::UNKNOWN } else { Operand::value(x.ty) };
        }
        // An untyped constant takes the type that it would have without the shift.
        Operand::value(x.ty)
    }
}
