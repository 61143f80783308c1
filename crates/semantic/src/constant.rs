//! Constant integers and durations, as far as names reach (spec: Constants, Constant expressions, Iota).

use std::cell::Cell;

use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, BinaryExpr, CallExpr, GenDecl, UnaryExpr, ValueSpec},
};

use crate::{Def, DefKind, Res, Workspace, literal};

/// The value of a constant expression.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct ConstValue {
    /// The integer; nanoseconds for a duration.
    pub value: i128,
    /// Whether the type of the expression is `time.Duration`.
    pub is_duration: bool,
}

/// How deep expressions and chains of constants are followed.
const MAX_DEPTH: u32 = 200;
/// How many expressions are looked at for one answer.
const MAX_STEPS: u32 = 10_000;

impl Workspace {
    /// The value of an integer constant expression: literals, constants of the package and their `iota`, arithmetic,
    /// conversions, and the durations of package `time`. Types whose declaration lies in another package, `time.Duration`
    /// aside, floating-point arithmetic with a fraction, and sizes that depend on the platform give `None`, as does
    /// whatever is not constant or does not compile.
    pub fn const_value(&self, expr: Node<'_>) -> Option<ConstValue> {
        let eval = Eval { ws: self, steps: Cell::new(0) };
        let typed = eval.expr(expr, None, 0)?;
        Some(ConstValue { value: typed.value, is_duration: typed.ty == Ty::Duration })
    }
}

/// What is known of the type of a constant.
#[derive(Copy, Clone, PartialEq, Debug)]
enum Ty<'a> {
    /// An untyped integer or rune constant.
    Untyped,
    /// An untyped floating-point constant, whose value is an integer.
    UntypedFloat,
    Basic(Basic),
    /// `time.Duration`.
    Duration,
    /// A type of this package, and what underlies it.
    Named(Def<'a>, Basic),
}

/// A predeclared integer type.
#[derive(Copy, Clone, PartialEq, Debug)]
struct Basic {
    /// Size in bits, the larger of the possible ones.
    bits: u32,
    signed: bool,
    /// Whether the size depends on the platform.
    varies: bool,
}

impl Basic {
    const INT64: Basic = Basic { bits: 64, signed: true, varies: false };

    fn named(name: &str) -> Option<Basic> {
        let (bits, signed, varies) = match name {
            "int" => (64, true, true),
            "uint" | "uintptr" => (64, false, true),
            "int8" => (8, true, false),
            "int16" => (16, true, false),
            "int32" | "rune" => (32, true, false),
            "int64" => (64, true, false),
            "uint8" | "byte" => (8, false, false),
            "uint16" => (16, false, false),
            "uint32" => (32, false, false),
            "uint64" => (64, false, false),
            _ => return None,
        };
        Some(Basic { bits, signed, varies })
    }

    fn holds(self, value: i128) -> bool {
        let span = 1_i128 << (self.bits - u32::from(self.signed));
        let least = if self.signed { -span } else { 0 };
        least <= value && value < span
    }
}

#[derive(Copy, Clone, Debug)]
struct Typed<'a> {
    value: i128,
    ty: Ty<'a>,
}

impl<'a> Typed<'a> {
    /// The value, if the type can represent it (spec: Representability).
    fn checked(value: i128, ty: Ty<'a>) -> Option<Typed<'a>> {
        let fits = ty.basic().is_none_or(|it| it.holds(value));
        fits.then_some(Typed { value, ty })
    }
}

impl<'a> Ty<'a> {
    fn basic(self) -> Option<Basic> {
        match self {
            Ty::Untyped | Ty::UntypedFloat => None,
            Ty::Basic(basic) | Ty::Named(_, basic) => Some(basic),
            Ty::Duration => Some(Basic::INT64),
        }
    }

    /// The type of an operation on both.
    fn join(self, other: Ty<'a>) -> Option<Ty<'a>> {
        match (self, other) {
            (a, b) if a == b => Some(a),
            (a, Ty::Untyped) => Some(a),
            (Ty::Untyped, b) => Some(b),
            (a, Ty::UntypedFloat) => Some(a),
            (Ty::UntypedFloat, b) => Some(b),
            _ => None,
        }
    }
}

struct Eval<'a> {
    ws: &'a Workspace,
    steps: Cell<u32>,
}

impl<'a> Eval<'a> {
    fn expr(&self, expr: Node<'a>, iota: Option<usize>, depth: u32) -> Option<Typed<'a>> {
        self.steps.set(self.steps.get() + 1);
        if depth > MAX_DEPTH || self.steps.get() > MAX_STEPS {
            return None;
        }
        match expr.kind() {
            Kind::ParenExpr => self.expr(expr.child(Role::X)?, iota, depth + 1),
            Kind::BasicLit => basic_lit(expr),
            Kind::Ident | Kind::SelectorExpr => self.name(expr, iota, depth),
            Kind::UnaryExpr => self.unary(UnaryExpr::cast(expr)?, iota, depth),
            Kind::BinaryExpr => self.binary(BinaryExpr::cast(expr)?, iota, depth),
            Kind::CallExpr => self.conversion(CallExpr::cast(expr)?, iota, depth),
            _ => None,
        }
    }

    fn name(&self, expr: Node<'a>, iota: Option<usize>, depth: u32) -> Option<Typed<'a>> {
        match self.ws.resolve_expr(expr) {
            Res::Universe("iota") => Some(Typed { value: iota? as i128, ty: Ty::Untyped }),
            Res::External { path, name } => external(path, name),
            Res::Def(def) if def.kind() == DefKind::Const => self.constant(def, depth),
            _ => None,
        }
    }

    /// The value of a declared constant. A spec without values repeats the type and values of the last one that has
    /// them (spec: Constant declarations).
    fn constant(&self, def: Def<'a>, depth: u32) -> Option<Typed<'a>> {
        let own = ValueSpec::cast(def.node())?;
        let position = own.names().position(|it| it == def.ident())?;
        let group = GenDecl::cast(own.node().parent()?)?;
        let mut source = None;
        let mut iota = None;
        for (i, spec) in group.specs().enumerate() {
            let spec = ValueSpec::cast(spec)?;
            if spec.values().next().is_some() || spec.ty().is_some() {
                source = Some(spec);
            }
            if spec.node() == own.node() {
                iota = Some(i);
                break;
            }
        }
        let source = source?;
        let value = self.expr(source.values().nth(position)?, iota, depth + 1)?;
        match source.ty() {
            None => Some(value),
            Some(ty) => {
                let ty = self.ty(ty, depth)?;
                (value.ty == ty || matches!(value.ty, Ty::Untyped | Ty::UntypedFloat)).then_some(())?;
                Typed::checked(value.value, ty)
            }
        }
    }

    /// The integer type that an expression denotes.
    fn ty(&self, expr: Node<'a>, depth: u32) -> Option<Ty<'a>> {
        self.steps.set(self.steps.get() + 1);
        if depth > MAX_DEPTH || self.steps.get() > MAX_STEPS {
            return None;
        }
        match self.ws.resolve_expr(expr) {
            Res::Universe(name) => Basic::named(name).map(Ty::Basic),
            Res::External { path: "time", name: "Duration" } => Some(Ty::Duration),
            Res::Def(def) if def.kind() == DefKind::Type => {
                let spec = gofix_syntax::ast::TypeSpec::cast(def.node())?;
                let inner = self.ty(spec.ty(), depth + 1).filter(|_| spec.type_params().is_none())?;
                if spec.is_alias() { Some(inner) } else { Some(Ty::Named(def, inner.basic()?)) }
            }
            _ => None,
        }
    }

    fn unary(&self, expr: UnaryExpr<'a>, iota: Option<usize>, depth: u32) -> Option<Typed<'a>> {
        let x = self.expr(expr.x(), iota, depth + 1)?;
        match expr.node().op() {
            Token::Add => Some(x),
            Token::Sub => Typed::checked(x.value.checked_neg()?, x.ty),
            Token::Xor if x.ty != Ty::UntypedFloat => match x.ty.basic() {
                Some(basic) if !basic.signed && basic.varies => None,
                Some(basic) if !basic.signed => Typed::checked(!x.value & ((1 << basic.bits) - 1), x.ty),
                _ => Typed::checked(!x.value, x.ty),
            },
            _ => None,
        }
    }

    fn binary(&self, expr: BinaryExpr<'a>, iota: Option<usize>, depth: u32) -> Option<Typed<'a>> {
        let x = self.expr(expr.x(), iota, depth + 1)?;
        let y = self.expr(expr.y(), iota, depth + 1)?;
        let op = expr.node().op();
        if let Token::Shl | Token::Shr = op {
            return shift(op, x, y.value);
        }
        let ty = x.ty.join(y.ty)?;
        let (a, b) = (x.value, y.value);
        let float = ty == Ty::UntypedFloat;
        let value = match op {
            Token::Add => a.checked_add(b),
            Token::Sub => a.checked_sub(b),
            Token::Mul => a.checked_mul(b),
            Token::Quo if float => a.checked_rem(b).filter(|&it| it == 0).and_then(|_| a.checked_div(b)),
            Token::Quo => a.checked_div(b),
            Token::Rem if !float => a.checked_rem(b),
            Token::And if !float => Some(a & b),
            Token::Or if !float => Some(a | b),
            Token::Xor if !float => Some(a ^ b),
            Token::AndNot if !float => Some(a & !b),
            _ => None,
        };
        Typed::checked(value?, ty)
    }

    /// `int64(x)`, `time.Duration(x)`, `Level(x)`.
    fn conversion(&self, call: CallExpr<'a>, iota: Option<usize>, depth: u32) -> Option<Typed<'a>> {
        let mut args = call.args();
        let (arg, None) = (args.next()?, args.next()) else { return None };
        let ty = self.ty(call.fun(), depth)?;
        Typed::checked(self.expr(arg, iota, depth + 1)?.value, ty)
    }
}

/// The result has the type of the left operand; an untyped one becomes an integer.
fn shift<'a>(op: Token, x: Typed<'a>, count: i128) -> Option<Typed<'a>> {
    let count = u32::try_from(count).ok()?;
    let ty = if x.ty == Ty::UntypedFloat { Ty::Untyped } else { x.ty };
    let value = match op {
        Token::Shl if x.value == 0 => 0,
        Token::Shl => x.value.checked_mul(1_i128.checked_shl(count).filter(|it| *it > 0)?)?,
        _ => x.value >> count.min(127),
    };
    Typed::checked(value, ty)
}

fn basic_lit<'a>(lit: Node<'a>) -> Option<Typed<'a>> {
    let (value, ty) = match lit.op() {
        Token::Int => (literal::integer(lit.text())?, Ty::Untyped),
        Token::Char => (literal::rune(lit.text())?, Ty::Untyped),
        Token::Float => (literal::integral_float(lit.text())?, Ty::UntypedFloat),
        _ => return None,
    };
    Some(Typed { value, ty })
}

/// Constants of the standard library that durations and limits are made of.
fn external<'a>(path: &str, name: &str) -> Option<Typed<'a>> {
    let nanoseconds = |value| Some(Typed { value, ty: Ty::Duration });
    let limit = |value| Some(Typed { value, ty: Ty::Untyped });
    match (path, name) {
        ("time", "Nanosecond") => nanoseconds(1),
        ("time", "Microsecond") => nanoseconds(1_000),
        ("time", "Millisecond") => nanoseconds(1_000_000),
        ("time", "Second") => nanoseconds(1_000_000_000),
        ("time", "Minute") => nanoseconds(60_000_000_000),
        ("time", "Hour") => nanoseconds(3_600_000_000_000),
        ("math", "MaxInt8") => limit(i8::MAX.into()),
        ("math", "MinInt8") => limit(i8::MIN.into()),
        ("math", "MaxInt16") => limit(i16::MAX.into()),
        ("math", "MinInt16") => limit(i16::MIN.into()),
        ("math", "MaxInt32") => limit(i32::MAX.into()),
        ("math", "MinInt32") => limit(i32::MIN.into()),
        ("math", "MaxInt64") => limit(i64::MAX.into()),
        ("math", "MinInt64") => limit(i64::MIN.into()),
        ("math", "MaxUint8") => limit(u8::MAX.into()),
        ("math", "MaxUint16") => limit(u16::MAX.into()),
        ("math", "MaxUint32") => limit(u32::MAX.into()),
        ("math", "MaxUint64") => limit(u64::MAX.into()),
        _ => None,
    }
}
