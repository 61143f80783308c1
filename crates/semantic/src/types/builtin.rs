//! Calls of predeclared functions and of those of `unsafe` (spec: Built-in functions, Package unsafe).

use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, CallExpr, SelectorExpr},
};

use super::{
    db::{Builtin, Db},
    env::Env,
    find::FoundKind,
    operand::{Mode, Operand},
    ty::{Basic, List, Ty, TyKind, UNKNOWN_LEN},
    value::Value,
};

impl<'w> Db<'w> {
    pub(super) fn builtin(&mut self, env: &mut Env<'w>, call: CallExpr<'w>, builtin: Builtin) -> Operand {
        let args: Vec<Node<'w>> = call.args().collect();
        let none = Operand::new(Mode::NoValue, self.make(TyKind::Tuple(List::EMPTY)));
        match builtin {
            Builtin::Make => return self.make_call(env, &args),
            Builtin::New => return self.new_call(env, &args),
            Builtin::Offsetof => return self.offsetof(env, &args),
            Builtin::Min | Builtin::Max => return self.min_max(env, &args, builtin == Builtin::Min),
            _ => {}
        }
        let mut passed = self.passed(env, call);
        let Some(first) = passed.first().map(|it| it.operand.clone()) else {
            let any = self.common.any;
            return if builtin == Builtin::Recover { Operand::value(any) } else { none };
        };
        let mut assign = |db: &mut Self, env: &mut Env<'w>, from: usize, ty: Ty| {
            for arg in passed.iter_mut().skip(from) {
                if let Some(node) = arg.node {
                    db.assign(env, node, &mut arg.operand, ty);
                }
            }
        };
        match builtin {
            Builtin::Append => {
                let core = self.core_type(first.ty);
                if let TyKind::Slice(element) = self.kind(core) {
                    assign(self, env, 1, if call.has_ellipsis() { core } else { element });
                }
                if first.mode == Mode::Nil { Operand::UNKNOWN } else { Operand::value(first.ty) }
            }
            Builtin::Len | Builtin::Cap => self.len_call(env, args.first().copied(), &first),
            Builtin::Copy => {
                self.assign_all_default(env, &mut passed);
                Operand::value(Ty::INT)
            }
            Builtin::Delete => {
                let core = self.core_type(first.ty);
                if let TyKind::Map(key, _) = self.kind(core) {
                    assign(self, env, 1, key);
                }
                none
            }
            Builtin::Panic => {
                let any = self.common.any;
                assign(self, env, 0, any);
                none
            }
            Builtin::Print | Builtin::Println => {
                self.assign_all_default(env, &mut passed);
                none
            }
            Builtin::Clear | Builtin::Close => none,
            Builtin::Complex => self.complex_call(env, passed),
            Builtin::Real | Builtin::Imag => self.part_call(first, builtin == Builtin::Real),
            Builtin::Recover => Operand::UNKNOWN,
            Builtin::Add => {
                assign(self, env, 1, Ty::INT);
                Operand::value(Ty::UNSAFE_POINTER)
            }
            Builtin::Slice => {
                assign(self, env, 1, Ty::INT);
                let core = self.core_type(first.ty);
                match self.kind(core) {
                    TyKind::Pointer(to) => Operand::value(self.make(TyKind::Slice(to))),
                    _ => Operand::UNKNOWN,
                }
            }
            Builtin::SliceData => {
                let core = self.core_type(first.ty);
                match self.kind(core) {
                    TyKind::Slice(element) => Operand::value(self.pointer(element)),
                    _ => Operand::UNKNOWN,
                }
            }
            Builtin::String => {
                assign(self, env, 1, Ty::INT);
                Operand::value(Ty::STRING)
            }
            Builtin::StringData => {
                self.assign_all_default(env, &mut passed);
                Operand::value(self.pointer(Ty::UINT8))
            }
            Builtin::Sizeof | Builtin::Alignof => {
                self.assign_all_default(env, &mut passed);
                let ty = passed.first().map_or(Ty::UNKNOWN, |it| it.operand.ty);
                self.size_operand(ty, builtin == Builtin::Sizeof)
            }
            Builtin::Make | Builtin::New | Builtin::Offsetof | Builtin::Min | Builtin::Max => Operand::UNKNOWN,
        }
    }

    fn assign_all_default(&mut self, env: &mut Env<'w>, passed: &mut [super::call::Passed<'w>]) {
        for arg in passed {
            if let Some(node) = arg.node {
                self.assign_default(env, node, &mut arg.operand);
            }
        }
    }

    fn make_call(&mut self, env: &mut Env<'w>, args: &[Node<'w>]) -> Operand {
        let Some((ty, sizes)) = args.split_first() else { return Operand::UNKNOWN };
        let made = self.expr(env, *ty, None);
        for size in sizes {
            let mut operand = self.expr(env, *size, None);
            self.default_int(env, *size, &mut operand);
        }
        if made.mode == Mode::Type { Operand::value(made.ty) } else { Operand::UNKNOWN }
    }

    /// `new(T)`, and from Go 1.26 `new(x)`.
    fn new_call(&mut self, env: &mut Env<'w>, args: &[Node<'w>]) -> Operand {
        let [arg] = args else { return Operand::UNKNOWN };
        let mut operand = self.expr(env, *arg, None);
        match operand.mode {
            Mode::Type => {}
            Mode::Unknown | Mode::Nil | Mode::NoValue | Mode::Generic(_) | Mode::Builtin(_) => return Operand::UNKNOWN,
            _ => self.assign_default(env, *arg, &mut operand),
        }
        Operand::value(self.pointer(operand.ty))
    }

    fn len_call(&mut self, env: &mut Env<'w>, arg: Option<Node<'w>>, x: &Operand) -> Operand {
        if x.is_const()
            && let Some(bytes) = x.value.as_bytes()
        {
            return Operand::constant(Ty::INT, Value::Int(bytes.len() as i64));
        }
        if x.is_const() {
            return Operand::constant(Ty::INT, Value::Unknown);
        }
        let mut under = self.underlying(x.ty);
        if let TyKind::Pointer(to) = self.kind(under) {
            under = self.underlying(to);
        }
        match (self.kind(under), arg) {
            (TyKind::Array(_, len), Some(arg)) if !self.calls_or_receives(env, arg) => {
                let len = if len == UNKNOWN_LEN { None } else { i64::try_from(len).ok() };
                Operand::constant(Ty::INT, len.map_or(Value::Unknown, Value::Int))
            }
            _ => Operand::value(Ty::INT),
        }
    }

    /// Whether evaluating an expression calls a function or receives from a channel.
    fn calls_or_receives(&mut self, env: &mut Env<'w>, expr: Node<'w>) -> bool {
        let inner = std::iter::once(expr).chain(expr.descendants_skipping(|it| it.kind() == Kind::FuncLit));
        let nodes: Vec<Node<'w>> = inner.collect();
        nodes.into_iter().any(|it| match it.kind() {
            Kind::UnaryExpr => it.op() == Token::Arrow,
            Kind::CallExpr => {
                let fun = it.child(Role::Fun).map(|it| self.expr_quiet(env, it).mode);
                fun != Some(Mode::Type) && !self.expr_quiet(env, it).is_const()
            }
            _ => false,
        })
    }

    fn complex_call(&mut self, env: &mut Env<'w>, passed: Vec<super::call::Passed<'w>>) -> Operand {
        let mut passed = passed.into_iter();
        let (Some(a), Some(b)) = (passed.next(), passed.next()) else { return Operand::UNKNOWN };
        let (mut x, mut y) = (a.operand, b.operand);
        if let (Some(left), Some(right)) = (a.node, b.node) {
            match (self.is_untyped(x.ty), self.is_untyped(y.ty)) {
                (true, true) if x.is_const() && y.is_const() => {}
                (true, true) => {
                    self.convert_untyped(env, left, &mut x, Ty::FLOAT64);
                    self.convert_untyped(env, right, &mut y, Ty::FLOAT64);
                }
                _ => self.match_types(env, left, &mut x, right, &mut y),
            }
        }
        let ty = match self.basic(x.ty) {
            Some(Basic::Float32) => Ty::COMPLEX64,
            Some(Basic::Float64) => Ty::COMPLEX128,
            Some(basic) if basic.is_untyped() && basic.is_numeric() => Ty::UNTYPED_COMPLEX,
            _ => return Operand::UNKNOWN,
        };
        if !x.is_const() || !y.is_const() {
            return Operand::value(ty);
        }
        let value = match (x.value.as_ratio(), y.value.as_ratio()) {
            (Some(re), Some(im)) => Value::complex(re, im),
            _ => Value::Unknown,
        };
        Operand::constant(ty, self.represent(&value, ty))
    }

    fn part_call(&mut self, x: Operand, real: bool) -> Operand {
        let ty = match self.basic(x.ty) {
            Some(Basic::Complex64) => Ty::FLOAT32,
            Some(Basic::Complex128) => Ty::FLOAT64,
            Some(basic) if basic.is_untyped() && basic.is_numeric() => Ty::UNTYPED_FLOAT,
            _ => return Operand::UNKNOWN,
        };
        if !x.is_const() {
            return Operand::value(ty);
        }
        let part = x.value.as_complex().map(|it| if real { it.0 } else { it.1 });
        Operand::constant(ty, part.map_or(Value::Unknown, Value::ratio))
    }

    fn min_max(&mut self, env: &mut Env<'w>, args: &[Node<'w>], min: bool) -> Operand {
        let Some((first, rest)) = args.split_first() else { return Operand::UNKNOWN };
        let mut x = self.expr(env, *first, None);
        for &arg in rest {
            let mut y = self.expr(env, arg, None);
            self.match_types(env, *first, &mut x, arg, &mut y);
            if x.is_unknown() || y.is_unknown() {
                x = Operand::UNKNOWN;
                continue;
            }
            if x.ty != y.ty {
                return Operand::UNKNOWN;
            }
            if x.is_const() && y.is_const() {
                let less = Value::compare(if min { Token::Lss } else { Token::Gtr }, &y.value, &x.value);
                match less.as_bool() {
                    Some(true) => x.value = y.value,
                    Some(false) => {}
                    None => x.value = Value::Unknown,
                }
            } else {
                x = Operand::value(x.ty);
            }
        }
        if x.is_unknown() || matches!(x.mode, Mode::Type | Mode::Nil) {
            return Operand::UNKNOWN;
        }
        if !x.is_const() {
            for &arg in args {
                let mut untyped = Operand::new(Mode::Value, self.noted(env, arg).map_or(Ty::UNKNOWN, |it| it.0));
                self.convert_untyped(env, arg, &mut untyped, x.ty);
            }
            return Operand::value(x.ty);
        }
        x
    }

    /// The size of a type, a constant unless it depends on type parameters.
    fn size_operand(&mut self, ty: Ty, size: bool) -> Operand {
        let under = self.underlying(ty);
        if self.has_tparam(under) {
            // Some such types have a fixed size all the same: go/types' `hasVarSize` says which.
            return match self.has_variable_size(ty) {
                Some(true) => Operand::value(Ty::UINTPTR),
                Some(false) => Operand::constant(Ty::UINTPTR, self.size_value(ty, size)),
                None => Operand::UNKNOWN,
            };
        }
        let value = self.size_value(ty, size);
        Operand::constant(Ty::UINTPTR, value)
    }

    fn size_value(&mut self, ty: Ty, size: bool) -> Value {
        let bytes = if size { self.size_of(ty) } else { self.align_of(ty) };
        bytes.map_or(Value::Unknown, Value::Int)
    }

    fn has_variable_size(&mut self, ty: Ty) -> Option<bool> {
        let under = self.underlying(ty);
        match self.kind(under) {
            TyKind::Unknown => None,
            TyKind::TypeParam(_) => Some(true),
            TyKind::Array(element, _) => self.has_variable_size(element),
            TyKind::Struct(id) => {
                let mut variable = Some(false);
                for field in self.fields(id).iter() {
                    match self.deeper(|db| db.has_variable_size(field.ty)).flatten() {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => variable = None,
                    }
                }
                variable
            }
            _ => Some(false),
        }
    }

    fn offsetof(&mut self, env: &mut Env<'w>, args: &[Node<'w>]) -> Operand {
        let Some(selector) = args.first().and_then(|it| SelectorExpr::cast(it.unparen())) else {
            return Operand::UNKNOWN;
        };
        self.expr(env, args[0], None);
        let base = self.expr_quiet(env, selector.x());
        let name = self.sym(selector.sel().text());
        let mut ty = base.ty;
        let under = self.underlying(ty);
        if let TyKind::Pointer(to) = self.kind(under) {
            ty = to;
        }
        let found = if ty == Ty::UNKNOWN { None } else { self.find(ty, name, env.pkg, env.view) };
        let Some(found) = found else { return Operand::UNKNOWN };
        let FoundKind::Field(last) = found.kind else { return Operand::UNKNOWN };
        if self.has_variable_size(ty) != Some(false) {
            return if self.has_tparam(ty) {
                Operand::value(Ty::UINTPTR)
            } else {
                Operand::constant(Ty::UINTPTR, Value::Unknown)
            };
        }
        let mut offset = Some(0i64);
        for index in found.path.iter().copied().chain([last]) {
            let under = self.underlying(ty);
            let TyKind::Struct(id) = self.kind(under) else { return Operand::UNKNOWN };
            let at = self.offset_of(id, index as usize);
            offset = offset.zip(at).and_then(|(a, b)| a.checked_add(b));
            ty = self.fields(id).get(index as usize).map_or(Ty::UNKNOWN, |it| it.ty);
        }
        Operand::constant(Ty::UINTPTR, offset.map_or(Value::Unknown, Value::Int))
    }
}
