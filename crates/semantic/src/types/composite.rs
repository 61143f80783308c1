//! Composite literals (spec: Composite literals).

use gofix_syntax::{
    Kind, Node,
    ast::{ArrayType, AstNode, CompositeLit, KeyValueExpr},
};

use super::{
    db::Db,
    env::Env,
    operand::Operand,
    ty::{StructId, Ty, TyKind, UNKNOWN_LEN},
};

impl<'w> Db<'w> {
    pub(super) fn composite(&mut self, env: &mut Env<'w>, node: Node<'w>, hint: Option<Ty>) -> Operand {
        let Some(lit) = CompositeLit::cast(node) else { return Operand::UNKNOWN };
        let open =
            lit.ty().and_then(ArrayType::cast).filter(|it| it.len().is_some_and(|it| it.kind() == Kind::Ellipsis));
        let ty = match (lit.ty(), open) {
            (_, Some(array)) => {
                let element = self.type_expr(env, array.elt());
                let len = self.elements(env, lit, element);
                let ty = self.make(TyKind::Array(element, len));
                return Operand::value(ty);
            }
            (Some(ty), None) => self.type_expr(env, ty),
            (None, None) => hint.unwrap_or(Ty::UNKNOWN),
        };
        // Of an elided `&T`, what is made is a T.
        let mut core = self.core_type(ty);
        if lit.ty().is_none()
            && let TyKind::Pointer(to) = self.kind(core)
        {
            core = self.core_type(to);
        }
        // Declarations need no more than the type.
        if env.record || env.delayed.is_none() {
            match self.kind(core) {
                TyKind::Struct(id) => self.struct_values(env, lit, id),
                TyKind::Slice(element) | TyKind::Array(element, _) => {
                    self.elements(env, lit, element);
                }
                TyKind::Map(key, value) => self.entries(env, lit, key, value),
                _ => {
                    for element in lit.elts() {
                        self.stray_element(env, element);
                    }
                }
            }
        }
        Operand::value(ty)
    }

    /// An element of a literal of unknown type: what can be said of its parts.
    fn stray_element(&mut self, env: &mut Env<'w>, element: Node<'w>) {
        match KeyValueExpr::cast(element) {
            Some(pair) => {
                // An identifier may be a field, so nothing is noted of it.
                if pair.key().kind() != Kind::Ident {
                    self.expr(env, pair.key(), None);
                }
                self.expr(env, pair.value(), None);
            }
            None => {
                self.expr(env, element, None);
            }
        }
    }

    fn struct_values(&mut self, env: &mut Env<'w>, lit: CompositeLit<'w>, id: StructId) {
        let fields = self.fields(id);
        for (index, element) in lit.elts().enumerate() {
            let (ty, value) = match KeyValueExpr::cast(element) {
                Some(pair) => {
                    let name = self.sym(pair.key().text());
                    let field = fields.iter().find(|it| it.name == name);
                    (field.map(|it| it.ty), pair.value())
                }
                None => (fields.get(index).map(|it| it.ty), element),
            };
            self.assigned(env, value, ty.unwrap_or(Ty::UNKNOWN));
        }
    }

    /// An expression that is assigned to something of type `ty`.
    pub(super) fn assigned(&mut self, env: &mut Env<'w>, value: Node<'w>, ty: Ty) {
        let mut operand = self.expr(env, value, Some(ty));
        self.assign(env, value, &mut operand, ty);
    }

    /// The elements of an array or slice; how many there are.
    fn elements(&mut self, env: &mut Env<'w>, lit: CompositeLit<'w>, ty: Ty) -> u64 {
        let (mut next, mut len, mut known) = (0u64, 0u64, true);
        let quiet = !env.record && env.delayed.is_some();
        for element in lit.elts() {
            let value = match KeyValueExpr::cast(element) {
                Some(pair) => {
                    let mut key = self.expr(env, pair.key(), None);
                    self.default_int(env, pair.key(), &mut key);
                    match key.value.as_i64().and_then(|it| u64::try_from(it).ok()) {
                        Some(index) => next = index,
                        None => known = false,
                    }
                    pair.value()
                }
                None => element,
            };
            if !quiet {
                self.assigned(env, value, ty);
            }
            next = next.saturating_add(1);
            len = len.max(next);
        }
        if known { len } else { UNKNOWN_LEN }
    }

    fn entries(&mut self, env: &mut Env<'w>, lit: CompositeLit<'w>, key: Ty, value: Ty) {
        for element in lit.elts() {
            match KeyValueExpr::cast(element) {
                Some(pair) => {
                    self.assigned(env, pair.key(), key);
                    self.assigned(env, pair.value(), value);
                }
                None => self.assigned(env, element, value),
            }
        }
    }
}
