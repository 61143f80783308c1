//! What an expression is while it is looked at, and the final types of untyped ones (spec: Constants, Assignability).

use gofix_syntax::{Kind, Node, Role, Token};

use super::{
    db::{Builtin, Db, entry},
    env::Env,
    ty::{Basic, Obj, Ty, TyKind},
    value::{Value, round},
};

#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    Unknown,
    NoValue,
    Builtin(Builtin),
    Type,
    /// A generic type without type arguments.
    Generic(Obj),
    Const,
    /// Addressable.
    Var,
    /// Assignable, not addressable.
    MapIndex,
    Value,
    Nil,
}

#[derive(Clone, Debug)]
pub(super) struct Operand {
    pub(super) mode: Mode,
    pub(super) ty: Ty,
    pub(super) value: Value,
}

impl Operand {
    pub(super) const UNKNOWN: Operand = Operand { mode: Mode::Unknown, ty: Ty::UNKNOWN, value: Value::Unknown };

    pub(super) fn new(mode: Mode, ty: Ty) -> Operand {
        Operand { mode, ty, value: Value::Unknown }
    }

    /// A value that is no variable; unknown if its type is.
    pub(super) fn value(ty: Ty) -> Operand {
        Operand::new(if ty == Ty::UNKNOWN { Mode::Unknown } else { Mode::Value }, ty)
    }

    pub(super) fn constant(ty: Ty, value: Value) -> Operand {
        Operand { mode: Mode::Const, ty, value }
    }

    pub(super) fn is_const(&self) -> bool {
        self.mode == Mode::Const
    }

    pub(super) fn is_unknown(&self) -> bool {
        self.mode == Mode::Unknown
    }
}

impl<'w> Db<'w> {
    /// The basic type that underlies `ty`.
    pub(super) fn basic(&mut self, ty: Ty) -> Option<Basic> {
        let under = self.underlying(ty);
        match self.kind(under) {
            TyKind::Basic(basic) => Some(basic),
            _ => None,
        }
    }

    pub(super) fn is_untyped(&self, ty: Ty) -> bool {
        matches!(self.kind(ty), TyKind::Basic(basic) if basic.is_untyped())
    }

    pub(super) fn default_type(&mut self, ty: Ty) -> Ty {
        match self.kind(ty) {
            TyKind::Basic(basic) => self.make(TyKind::Basic(basic.default_type())),
            _ => ty,
        }
    }

    /// Gives an untyped operand its default type.
    pub(super) fn assign_default(&mut self, env: &mut Env<'w>, node: Node<'w>, operand: &mut Operand) {
        if self.is_untyped(operand.ty) && operand.mode != Mode::Nil {
            let ty = self.default_type(operand.ty);
            self.convert_untyped(env, node, operand, ty);
        }
    }

    /// An operand is assigned to something of type `target`: an untyped one takes that type, or its own default if
    /// that is an interface; a generic function gets its type arguments.
    pub(super) fn assign(&mut self, env: &mut Env<'w>, node: Node<'w>, operand: &mut Operand, target: Ty) {
        if operand.mode == Mode::Nil {
            if target != Ty::UNKNOWN {
                self.note(env, node, target, 0);
            }
            operand.ty = target;
            return;
        }
        if !self.is_untyped(operand.ty) {
            if let TyKind::Func(sig) = self.kind(operand.ty)
                && sig.tparams != super::ty::List::EMPTY
            {
                self.reverse_infer(env, node, operand, target);
            }
            return;
        }
        let under = self.underlying(target);
        let ty = match self.kind(under) {
            TyKind::Unknown => return,
            TyKind::Interface(_) => self.default_type(operand.ty),
            TyKind::Basic(_) | TyKind::TypeParam(_) => target,
            // Not valid Go.
            _ => return,
        };
        self.convert_untyped(env, node, operand, ty);
    }

    /// Gives an untyped operand a type, and all that it is made of.
    pub(super) fn convert_untyped(&mut self, env: &mut Env<'w>, node: Node<'w>, operand: &mut Operand, ty: Ty) {
        if operand.mode == Mode::Unknown || !self.is_untyped(operand.ty) {
            return;
        }
        if operand.is_const() {
            match self.kind(ty) {
                // A constant that becomes a type parameter's value is none any more.
                TyKind::TypeParam(_) => {
                    operand.mode = Mode::Value;
                    operand.value = Value::Unknown;
                }
                _ => operand.value = self.represent(&operand.value, ty),
            }
        }
        operand.ty = ty;
        if env.record {
            self.update(env, node, ty);
            if operand.is_const() {
                self.note_value(env, node, &operand.value.clone());
            }
        }
    }

    /// Notes the final type of an untyped expression, and of its untyped parts.
    fn update(&mut self, env: &Env<'w>, node: Node<'w>, ty: Ty) {
        let mut pending = vec![node];
        while let Some(node) = pending.pop() {
            let Some((old, bits)) = self.noted(env, node) else { continue };
            if !self.is_untyped(old) {
                continue;
            }
            self.note(env, node, ty, bits & entry::CONST);
            let child = |role: Role| node.child(role);
            match node.kind() {
                Kind::ParenExpr | Kind::UnaryExpr => pending.extend(child(Role::X)),
                Kind::BinaryExpr => match node.op() {
                    Token::Eql | Token::Neq | Token::Lss | Token::Leq | Token::Gtr | Token::Geq => {}
                    Token::Shl | Token::Shr => pending.extend(child(Role::X)),
                    _ => pending.extend([child(Role::X), child(Role::Y)].into_iter().flatten()),
                },
                _ => {}
            }
        }
    }

    /// An index, a length: an untyped constant becomes an `int`.
    pub(super) fn default_int(&mut self, env: &mut Env<'w>, node: Node<'w>, operand: &mut Operand) {
        if self.is_untyped(operand.ty) && operand.mode != Mode::Nil {
            self.convert_untyped(env, node, operand, Ty::INT);
        }
    }

    /// A value as one of type `ty`, rounded where its type rounds (spec: Representability). Unknown if it is none.
    pub(super) fn represent(&mut self, value: &Value, ty: Ty) -> Value {
        let Some(basic) = self.basic(ty) else { return Value::Unknown };
        self.represent_basic(value, basic)
    }

    pub(super) fn represent_basic(&self, value: &Value, basic: Basic) -> Value {
        match value {
            Value::Unknown => return Value::Unknown,
            Value::Bool(_) if basic.is_boolean() => return value.clone(),
            Value::Str(_) if basic.is_string() => return value.clone(),
            Value::Bool(_) | Value::Str(_) => return Value::Unknown,
            _ => {}
        }
        if basic.is_untyped() {
            return value.clone();
        }
        if basic.is_integer() {
            return if self.fits(value, basic) { value.clone() } else { Value::Unknown };
        }
        let (mantissa, exponent) = match basic {
            Basic::Float32 | Basic::Complex64 => (24, 128),
            Basic::Float64 | Basic::Complex128 => (53, 1024),
            _ => return Value::Unknown,
        };
        if basic.is_float() {
            // Small integers are exact.
            if matches!(value, Value::Int(it) if it.unsigned_abs() < 1 << 24) {
                return value.clone();
            }
            let rounded = value.as_ratio().and_then(|it| round(&it, mantissa, exponent));
            return rounded.map_or(Value::Unknown, Value::ratio);
        }
        let rounded = value.as_complex().and_then(|(re, im)| {
            Some(Value::complex(round(&re, mantissa, exponent)?, round(&im, mantissa, exponent)?))
        });
        rounded.unwrap_or(Value::Unknown)
    }

    fn fits(&self, value: &Value, basic: Basic) -> bool {
        let bits = self.bits(basic);
        match value {
            Value::Int(it) if basic.is_unsigned() => *it >= 0 && (bits == 64 || *it < 1 << bits),
            Value::Int(it) => bits == 64 || (-(1i64 << (bits - 1))..1i64 << (bits - 1)).contains(it),
            Value::Big(it) => {
                basic.is_unsigned() && bits == 64 && it.sign() == num_bigint::Sign::Plus && it.bits() <= 64
            }
            _ => false,
        }
    }

    /// The size of an integer type in bits.
    pub(super) fn bits(&self, basic: Basic) -> u32 {
        match basic {
            Basic::Int8 | Basic::Uint8 => 8,
            Basic::Int16 | Basic::Uint16 => 16,
            Basic::Int32 | Basic::Uint32 => 32,
            Basic::Int | Basic::Uint | Basic::Uintptr => 8 * self.word_size() as u32,
            _ => 64,
        }
    }
}
