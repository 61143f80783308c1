//! Function bodies: one pass forward, with the names in scope on a stack (spec: Statements, Declarations and scope).

use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AssignStmt, AstNode, CaseClause, ForStmt, GenDecl, IfStmt, RangeStmt, SendStmt, SwitchStmt, TypeSwitchStmt},
};

use super::{
    db::Db,
    env::Env,
    operand::{Mode, Operand},
    ty::{List, Sig, Ty, TyKind},
};

impl<'w> Db<'w> {
    /// The body of a function with this type and signature.
    pub(super) fn func_body(&mut self, env: &mut Env<'w>, ty: Node<'w>, body: Node<'w>, sig: Sig) {
        let mark = env.mark();
        self.bind_fields(env, ty.child(Role::Params), sig.params);
        self.bind_fields(env, ty.child(Role::Results), sig.results);
        let around = (std::mem::replace(&mut env.results, sig.results), std::mem::replace(&mut env.block, mark));
        self.stmts(env, body.children());
        (env.results, env.block) = around;
        env.leave(mark);
    }

    fn bind_fields(&mut self, env: &mut Env<'w>, list: Option<Node<'w>>, types: List) {
        let types = self.items(types);
        let mut types = types.iter().copied();
        for field in list.into_iter().flat_map(|it| it.children_in(Role::List)) {
            let mut names = field.children_in(Role::Names).peekable();
            if names.peek().is_none() {
                types.next();
            }
            for name in names {
                self.declare_local(env, name, types.next().unwrap_or(Ty::UNKNOWN));
            }
        }
    }

    fn stmts(&mut self, env: &mut Env<'w>, stmts: impl Iterator<Item = Node<'w>>) {
        for stmt in stmts {
            self.stmt(env, stmt);
        }
    }

    /// Statements in a block of their own.
    fn block(&mut self, env: &mut Env<'w>, stmts: impl Iterator<Item = Node<'w>>) {
        self.scoped(env, |db, env| db.stmts(env, stmts));
    }

    fn scoped(&mut self, env: &mut Env<'w>, work: impl FnOnce(&mut Self, &mut Env<'w>)) {
        let mark = env.mark();
        let around = std::mem::replace(&mut env.block, mark);
        work(self, env);
        env.block = around;
        env.leave(mark);
    }

    fn stmt(&mut self, env: &mut Env<'w>, stmt: Node<'w>) {
        let mut stmt = stmt;
        while stmt.kind() == Kind::LabeledStmt {
            let Some(inner) = stmt.child(Role::Stmt) else { return };
            stmt = inner;
        }
        match stmt.kind() {
            Kind::ExprStmt => {
                if let Some(x) = stmt.child(Role::X) {
                    self.expr(env, x, None);
                }
            }
            Kind::AssignStmt => self.assign_stmt(env, stmt),
            Kind::ReturnStmt => self.return_stmt(env, stmt),
            Kind::EmptyStmt | Kind::BranchStmt => {}
            _ => {
                self.deeper(|db| db.stmt_deep(env, stmt));
            }
        }
    }

    fn stmt_deep(&mut self, env: &mut Env<'w>, stmt: Node<'w>) {
        match stmt.kind() {
            Kind::BlockStmt => self.block(env, stmt.children()),
            Kind::DeclStmt => {
                if let Some(decl) = stmt.child(Role::Decl).and_then(GenDecl::cast) {
                    self.local_decl(env, decl);
                }
            }
            Kind::SendStmt => {
                let Some(send) = SendStmt::cast(stmt) else { return };
                let chan = self.expr(env, send.chan(), None);
                let core = self.core_type(chan.ty);
                let element = match self.kind(core) {
                    TyKind::Chan(_, element) => element,
                    _ => Ty::UNKNOWN,
                };
                self.assigned(env, send.value(), element);
            }
            Kind::IncDecStmt => {
                if let Some(x) = stmt.child(Role::X) {
                    self.expr(env, x, None);
                }
            }
            Kind::GoStmt | Kind::DeferStmt => {
                if let Some(call) = stmt.child(Role::Call) {
                    self.expr(env, call, None);
                }
            }
            Kind::IfStmt => self.scoped(env, |db, env| db.if_stmt(env, stmt)),
            Kind::ForStmt => self.scoped(env, |db, env| {
                let Some(it) = ForStmt::cast(stmt) else { return };
                it.init().into_iter().for_each(|it| db.stmt(env, it));
                if let Some(cond) = it.cond() {
                    db.expr(env, cond, None);
                }
                it.post().into_iter().for_each(|it| db.stmt(env, it));
                db.block(env, it.body().children());
            }),
            Kind::RangeStmt => self.scoped(env, |db, env| db.range_stmt(env, stmt)),
            Kind::SwitchStmt => self.scoped(env, |db, env| db.switch_stmt(env, stmt)),
            Kind::TypeSwitchStmt => self.scoped(env, |db, env| db.type_switch(env, stmt)),
            Kind::SelectStmt => {
                let clauses = stmt.child(Role::Body).into_iter().flat_map(|it| it.children());
                for clause in clauses {
                    self.scoped(env, |db, env| {
                        clause.child(Role::Comm).into_iter().for_each(|it| db.stmt(env, it));
                        db.stmts(env, clause.children_in(Role::Body));
                    });
                }
            }
            _ => {}
        }
    }

    /// An `if` and all that follow its `else`.
    fn if_stmt(&mut self, env: &mut Env<'w>, stmt: Node<'w>) {
        let mut next = IfStmt::cast(stmt);
        while let Some(it) = next {
            it.init().into_iter().for_each(|it| self.stmt(env, it));
            self.expr(env, it.cond(), None);
            self.block(env, it.body().children());
            // The names of an `if` can be seen in what follows its `else`.
            env.block = env.mark();
            next = it.else_().and_then(IfStmt::cast);
            if next.is_none() {
                it.else_().into_iter().for_each(|it| self.stmt(env, it));
            }
        }
    }

    fn switch_stmt(&mut self, env: &mut Env<'w>, stmt: Node<'w>) {
        let Some(switch) = SwitchStmt::cast(stmt) else { return };
        switch.init().into_iter().for_each(|it| self.stmt(env, it));
        let mut tag = match switch.tag() {
            Some(tag) => {
                let mut operand = self.expr(env, tag, None);
                self.assign_default(env, tag, &mut operand);
                operand
            }
            None => Operand::value(Ty::BOOL),
        };
        if tag.is_const() {
            tag.mode = Mode::Value;
        }
        for clause in switch.body().children().filter_map(CaseClause::cast) {
            for value in clause.list() {
                self.assigned_case(env, value, &tag);
            }
            self.block(env, clause.body());
        }
    }

    /// A value of a `case` is compared with the tag.
    fn assigned_case(&mut self, env: &mut Env<'w>, value: Node<'w>, tag: &Operand) {
        let mut operand = self.expr(env, value, None);
        if !tag.is_unknown() {
            self.assign(env, value, &mut operand, tag.ty);
        }
    }

    fn type_switch(&mut self, env: &mut Env<'w>, stmt: Node<'w>) {
        let Some(switch) = TypeSwitchStmt::cast(stmt) else { return };
        switch.init().into_iter().for_each(|it| self.stmt(env, it));
        let assign = switch.assign();
        let (symbol, guard) = match AssignStmt::cast(assign) {
            Some(it) => (it.lhs().next(), it.rhs().next()),
            None => (None, assign.child(Role::X)),
        };
        let x = guard.and_then(|it| it.unparen().child(Role::X));
        let ty = x.map_or(Ty::UNKNOWN, |it| self.expr(env, it, None).ty);
        for clause in switch.body().children().filter_map(CaseClause::cast) {
            let mut single = None;
            let mut count = 0;
            for case in clause.list() {
                let of_case = self.expr(env, case, None);
                single = Some(if of_case.mode == Mode::Nil { ty } else { of_case.ty });
                count += 1;
            }
            let of_symbol = single.filter(|_| count == 1).unwrap_or(ty);
            self.scoped(env, |db, env| {
                if let Some(symbol) = symbol {
                    let record = std::mem::replace(&mut env.record, false);
                    db.declare_local(env, symbol, of_symbol);
                    env.record = record;
                }
                db.stmts(env, clause.body());
            });
        }
    }

    fn range_stmt(&mut self, env: &mut Env<'w>, stmt: Node<'w>) {
        let Some(range) = RangeStmt::cast(stmt) else { return };
        let mut x = self.expr(env, range.x(), None);
        let define = stmt.op() == Token::Define;
        let targets = [range.key(), range.value()];
        if self.is_untyped(x.ty) && x.mode != Mode::Nil {
            // An untyped number has the type of the variable, if there is one already.
            let of_target = match targets[0] {
                Some(key) if !define && key.as_ident() != Some("_") => {
                    Some(self.expr_quiet(env, key).ty).filter(|_| self.basic(x.ty).is_some_and(|it| it.is_numeric()))
                }
                _ => None,
            };
            match of_target {
                Some(ty) => self.assign(env, range.x(), &mut x, ty),
                None => self.assign_default(env, range.x(), &mut x),
            }
        }
        let types = self.range_types(x.ty);
        if !define {
            for target in targets.into_iter().flatten().filter(|it| it.as_ident() != Some("_")) {
                self.expr(env, target, None);
            }
        } else {
            for (target, ty) in targets.into_iter().zip(types) {
                if let Some(ident) = target.filter(|it| it.kind() == Kind::Ident) {
                    self.declare_local(env, ident, ty);
                }
            }
        }
        self.block(env, range.body().children());
    }

    /// What a `range` clause yields (spec: For statements with range clause).
    fn range_types(&mut self, ty: Ty) -> [Ty; 2] {
        const U: Ty = Ty::UNKNOWN;
        let core = self.core_bytes(ty);
        match self.kind(core) {
            TyKind::Basic(basic) if basic.is_string() => [Ty::INT, Ty::INT32],
            TyKind::Basic(basic) if basic.is_integer() => [ty, U],
            TyKind::Slice(element) | TyKind::Array(element, _) => [Ty::INT, element],
            TyKind::Pointer(to) => {
                let under = self.underlying(to);
                match self.kind(under) {
                    TyKind::Array(element, _) => [Ty::INT, element],
                    _ => [U, U],
                }
            }
            TyKind::Map(key, value) => [key, value],
            TyKind::Chan(_, element) => [element, U],
            TyKind::Func(sig) => {
                let params = self.items(sig.params);
                let yields = params.first().map_or(U, |it| self.core_type(*it));
                let TyKind::Func(sig) = self.kind(yields) else { return [U, U] };
                let params = self.items(sig.params);
                [params.first().copied().unwrap_or(U), params.get(1).copied().unwrap_or(U)]
            }
            _ => [U, U],
        }
    }

    fn return_stmt(&mut self, env: &mut Env<'w>, stmt: Node<'w>) {
        let results = self.items(env.results);
        let values: Vec<Node<'w>> = stmt.children_in(Role::Results).collect();
        let spread = values.len() == 1 && results.len() > 1;
        for (index, value) in values.into_iter().enumerate() {
            let ty = results.get(index).copied().filter(|_| !spread);
            self.assigned(env, value, ty.unwrap_or(Ty::UNKNOWN));
        }
    }

    fn assign_stmt(&mut self, env: &mut Env<'w>, stmt: Node<'w>) {
        let Some(assign) = AssignStmt::cast(stmt) else { return };
        let lhs: Vec<Node<'w>> = assign.lhs().collect();
        let rhs: Vec<Node<'w>> = assign.rhs().collect();
        match stmt.op() {
            Token::Define => self.define(env, &lhs, &rhs),
            Token::Assign => {
                let types: Vec<Option<Ty>> = lhs.iter().map(|it| self.target(env, *it)).collect();
                if lhs.len() > 1 && rhs.len() == 1 {
                    self.unpacked(env, rhs[0], lhs.len());
                    return;
                }
                for (value, ty) in rhs.iter().zip(types) {
                    match ty {
                        Some(ty) => self.assigned(env, *value, ty),
                        None => {
                            let mut operand = self.expr(env, *value, None);
                            self.assign_default(env, *value, &mut operand);
                        }
                    }
                }
            }
            op => {
                let ([x], [y]) = (&lhs[..], &rhs[..]) else { return };
                let left = self.expr(env, *x, None);
                let mut right = self.expr(env, *y, None);
                if matches!(op, Token::ShlAssign | Token::ShrAssign) {
                    if self.is_untyped(right.ty) {
                        self.convert_untyped(env, *y, &mut right, Ty::UINT);
                    }
                } else {
                    self.assign(env, *y, &mut right, left.ty);
                }
            }
        }
    }

    /// The type of what is assigned to; None for the blank identifier.
    fn target(&mut self, env: &mut Env<'w>, node: Node<'w>) -> Option<Ty> {
        if node.unparen().as_ident() == Some("_") {
            return None;
        }
        Some(self.expr(env, node, None).ty)
    }

    fn define(&mut self, env: &mut Env<'w>, lhs: &[Node<'w>], rhs: &[Node<'w>]) {
        // What is declared in this block already is assigned to.
        let mut old = Vec::with_capacity(lhs.len());
        for ident in lhs {
            let name = self.sym(ident.text());
            let found = env.locals[env.block.min(env.locals.len())..].iter().rev().find(|it| it.0 == name);
            old.push(found.map(|it| it.1));
        }
        let types = if lhs.len() > 1 && rhs.len() == 1 {
            self.unpacked(env, rhs[0], lhs.len())
        } else {
            let mut types = Vec::with_capacity(rhs.len());
            for (index, value) in rhs.iter().enumerate() {
                let mut operand = self.expr(env, *value, None);
                match old.get(index).copied().flatten() {
                    Some(obj) => {
                        let ty = self.obj_type(obj);
                        self.assign(env, *value, &mut operand, ty);
                    }
                    None => self.assign_default(env, *value, &mut operand),
                }
                let ty = operand.ty;
                types.push(if self.is_plain_value(&operand) { ty } else { Ty::UNKNOWN });
            }
            types
        };
        for (index, ident) in lhs.iter().enumerate().filter(|it| it.1.kind() == Kind::Ident) {
            match old[index] {
                Some(obj) => {
                    let ty = self.obj_type(obj);
                    self.note_obj(env, *ident, obj);
                    self.note(env, *ident, ty, 0);
                }
                None => {
                    self.declare_local(env, *ident, types.get(index).copied().unwrap_or(Ty::UNKNOWN));
                }
            }
        }
    }

    pub(super) fn is_plain_value(&self, operand: &Operand) -> bool {
        let generic = matches!(self.kind(operand.ty), TyKind::Func(sig) if sig.tparams != List::EMPTY);
        matches!(operand.mode, Mode::Const | Mode::Var | Mode::MapIndex | Mode::Value)
            && !generic
            && !matches!(self.kind(operand.ty), TyKind::Tuple(_))
    }

    /// The types of the `n` values of one expression: a call, or one with a second value that says whether it holds.
    pub(super) fn unpacked(&mut self, env: &mut Env<'w>, value: Node<'w>, n: usize) -> Vec<Ty> {
        let operand = self.expr(env, value, None);
        if let TyKind::Tuple(types) = self.kind(operand.ty) {
            return self.items(types).to_vec();
        }
        let inner = value.unparen();
        let holds = match inner.kind() {
            Kind::IndexExpr => operand.mode == Mode::MapIndex,
            Kind::TypeAssertExpr => true,
            Kind::UnaryExpr => inner.op() == Token::Arrow,
            _ => false,
        };
        match holds && n == 2 {
            true => vec![operand.ty, Ty::BOOL],
            // Of an unknown map the second value is a bool as well, but a generic function is no map.
            false if n == 2 && inner.kind() == Kind::IndexExpr => vec![Ty::UNKNOWN, Ty::BOOL],
            false => Vec::new(),
        }
    }
}
