//! Statements.

use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{self, AstNode},
};

use super::{Printer, Space, list::List, on_enough_stack};

impl<'a> Printer<'a> {
    /// `is_last`: the closing brace of the block comes next.
    pub(super) fn stmt(&mut self, node: Node<'a>, is_last: bool) {
        if self.out.is_over() {
            return;
        }
        self.at(node.start());
        on_enough_stack(|| match node.kind() {
            Kind::ForStmt
            | Kind::RangeStmt
            | Kind::IfStmt
            | Kind::SwitchStmt
            | Kind::TypeSwitchStmt
            | Kind::SelectStmt
            | Kind::CaseClause
            | Kind::CommClause
            | Kind::BlockStmt
            | Kind::LabeledStmt => {
                self.compound_stmt(node, is_last);
            }
            _ => self.simple_stmt(node),
        });
    }

    fn compound_stmt(&mut self, node: Node<'a>, is_last: bool) {
        match node.kind() {
            Kind::LabeledStmt => ast::LabeledStmt::cast(node).into_iter().for_each(|it| self.labeled(it, is_last)),
            Kind::BlockStmt => self.block(node, true),
            Kind::IfStmt => ast::IfStmt::cast(node).into_iter().for_each(|it| self.if_stmt(it, is_last)),
            Kind::CaseClause | Kind::CommClause => self.clause(node, is_last),
            Kind::SwitchStmt => {
                self.token(Token::Switch);
                self.control_clause(node.child(Role::Init), node.child(Role::Tag), None);
                self.body(node, false);
            }
            Kind::TypeSwitchStmt => {
                self.token(Token::Switch);
                if let Some(init) = node.child(Role::Init) {
                    self.blank();
                    self.stmt(init, false);
                    self.token(Token::Semicolon);
                }
                self.blank();
                node.child(Role::Assign).into_iter().for_each(|it| self.stmt(it, false));
                self.blank();
                self.body(node, false);
            }
            Kind::SelectStmt => ast::SelectStmt::cast(node).into_iter().for_each(|it| self.select(it)),
            Kind::ForStmt => {
                self.token(Token::For);
                self.control_clause(node.child(Role::Init), node.child(Role::Cond), Some(node.child(Role::Post)));
                self.body(node, true);
            }
            _ => ast::RangeStmt::cast(node).into_iter().for_each(|it| self.range(it)),
        }
    }

    fn simple_stmt(&mut self, node: Node<'a>) {
        match node.kind() {
            Kind::DeclStmt => node.child(Role::Decl).into_iter().for_each(|it| self.decl(it)),
            Kind::ExprStmt => node.child(Role::X).into_iter().for_each(|it| self.expr(it)),
            Kind::SendStmt => ast::SendStmt::cast(node).into_iter().for_each(|it| self.send(it)),
            Kind::IncDecStmt => {
                let Some(x) = node.child(Role::X) else { return };
                self.expr_at(x, 0, 2);
                self.at(self.token_from(x.end()));
                self.token(node.op());
            }
            Kind::AssignStmt => self.assign(node),
            Kind::GoStmt | Kind::DeferStmt => {
                self.token(if node.kind() == Kind::GoStmt { Token::Go } else { Token::Defer });
                self.blank();
                node.child(Role::Call).into_iter().for_each(|it| self.expr(it));
            }
            Kind::ReturnStmt => self.return_stmt(node),
            Kind::BranchStmt => {
                self.token(node.op());
                if let Some(label) = node.child(Role::Label) {
                    self.blank();
                    self.expr(label);
                }
            }
            _ => {}
        }
    }

    /// The statements of a block or a clause.
    pub(super) fn stmt_list(&mut self, stmts: &[Node<'a>], indents: bool, ends_block: bool) {
        if indents {
            self.space(Space::Indent);
        }
        let mark = self.new_mark();
        // gofmt leaves out empty statements, yet counts them among those that may be the last.
        for (i, stmt) in stmts.iter().filter(|it| it.kind() != Kind::EmptyStmt).enumerate() {
            if !self.out.is_empty() {
                let line = self.line(stmt.start());
                let ends_columns = i == 0 || !indents || self.spans_lines(mark);
                self.linebreak(line, 1, None, ends_columns);
            }
            self.mark(mark);
            self.stmt(*stmt, ends_block && i + 1 == stmts.len());
            if self.out.is_over() {
                return;
            }
            // A label stands on a line of its own and does not make its statement span lines.
            let mut inner = ast::LabeledStmt::cast(*stmt);
            while let Some(labeled) = inner {
                self.marks[mark] += 1;
                inner = ast::LabeledStmt::cast(labeled.stmt());
            }
        }
        self.drop_mark(mark);
        if indents {
            self.space(Space::Unindent);
        }
    }

    pub(super) fn block(&mut self, block: Node<'a>, indents: bool) {
        let close = block.end() - 1;
        self.at(block.start());
        self.token(Token::LBrace);
        let stmts: Vec<_> = block.children().collect();
        self.stmt_list(&stmts, indents, true);
        self.linebreak(self.line(close), 1, None, true);
        self.at(close);
        self.token(Token::RBrace);
    }

    fn body(&mut self, node: Node<'a>, indents: bool) {
        node.child(Role::Body).into_iter().for_each(|it| self.block(it, indents));
    }

    /// What stands between a keyword and the block; `post` is there for `for` only.
    fn control_clause(&mut self, init: Option<Node<'a>>, cond: Option<Node<'a>>, post: Option<Option<Node<'a>>>) {
        self.blank();
        let is_for = post.is_some();
        let post = post.flatten();
        let mut needs_blank = cond.is_some();
        if init.is_none() && post.is_none() {
            cond.into_iter().for_each(|it| self.expr(stripped(it)));
        } else {
            init.into_iter().for_each(|it| self.stmt(it, false));
            self.token(Token::Semicolon);
            self.blank();
            cond.into_iter().for_each(|it| self.expr(stripped(it)));
            if is_for {
                self.token(Token::Semicolon);
                self.blank();
                post.into_iter().for_each(|it| self.stmt(it, false));
                needs_blank = post.is_some();
            }
        }
        if needs_blank {
            self.blank();
        }
    }

    fn labeled(&mut self, labeled: ast::LabeledStmt<'a>, is_last: bool) {
        self.space(Space::Unindent);
        self.expr(labeled.label());
        self.at(self.token_from(labeled.label().end()));
        self.token(Token::Colon);
        self.space(Space::Indent);
        let stmt = labeled.stmt();
        if stmt.kind() != Kind::EmptyStmt {
            self.linebreak(self.line(stmt.start()), 1, None, true);
        } else if !is_last {
            self.space(Space::Newline);
            self.at(stmt.start());
            return self.token(Token::Semicolon);
        }
        self.stmt(stmt, is_last);
    }

    fn if_stmt(&mut self, stmt: ast::IfStmt<'a>, is_last: bool) {
        self.token(Token::If);
        self.control_clause(stmt.init(), Some(stmt.cond()), None);
        self.block(stmt.body(), true);
        if let Some(branch) = stmt.else_() {
            self.blank();
            self.token(Token::Else);
            self.blank();
            self.stmt(branch, is_last);
        }
    }

    fn clause(&mut self, clause: Node<'a>, is_last: bool) {
        let mut colon = clause.start() + "default".len() as u32;
        let list: Vec<_> = clause.children_in(Role::List).collect();
        if let Some(last) = list.last() {
            colon = last.end();
            let colon = self.token_from(colon);
            self.token(Token::Case);
            self.blank();
            let list_mode = List { may_end_with_comma: false, ..List::between(clause.start(), colon) };
            self.expr_list(&list, list_mode);
        } else if let Some(comm) = clause.child(Role::Comm) {
            colon = comm.end();
            self.token(Token::Case);
            self.blank();
            self.stmt(comm, false);
        } else {
            self.token(Token::Default);
        }
        self.at(self.token_from(colon));
        self.token(Token::Colon);
        let stmts: Vec<_> = clause.children_in(Role::Body).collect();
        self.stmt_list(&stmts, true, is_last);
    }

    fn select(&mut self, select: ast::SelectStmt<'a>) {
        self.token(Token::Select);
        self.blank();
        let body = select.body();
        let close = body.end() - 1;
        if body.children().next().is_some() || self.comment_before(close) {
            return self.block(body, false);
        }
        self.at(body.start());
        self.token(Token::LBrace);
        self.at(close);
        self.token(Token::RBrace);
    }

    fn range(&mut self, range: ast::RangeStmt<'a>) {
        self.token(Token::For);
        self.blank();
        if let Some(key) = range.key() {
            self.expr(key);
            if let Some(value) = range.value() {
                self.at(value.start());
                self.token(Token::Comma);
                self.blank();
                self.expr(value);
            }
            self.blank();
            self.at(self.token_from(range.value().unwrap_or(key).end()));
            self.token(range.node().op());
            self.blank();
        }
        self.token(Token::Range);
        self.blank();
        self.expr(stripped(range.x()));
        self.blank();
        self.block(range.body(), true);
    }

    fn send(&mut self, send: ast::SendStmt<'a>) {
        self.expr(send.chan());
        self.blank();
        self.at(self.token_from(send.chan().end()));
        self.token(Token::Arrow);
        self.blank();
        self.expr(send.value());
    }

    fn assign(&mut self, node: Node<'a>) {
        let lhs: Vec<_> = node.children_in(Role::Lhs).collect();
        let rhs: Vec<_> = node.children_in(Role::Rhs).collect();
        let Some(last) = lhs.last() else { return };
        let depth = if lhs.len() > 1 && rhs.len() > 1 { 2 } else { 1 };
        let op = self.token_from(last.end());
        let list = List { depth, ..List::OPEN };
        self.expr_list(&lhs, List { before: Some(node.start()), behind: Some(op), ..list });
        self.blank();
        self.at(op);
        self.token(node.op());
        self.blank();
        self.expr_list(&rhs, List { before: Some(op), ..list });
    }

    fn return_stmt(&mut self, node: Node<'a>) {
        self.token(Token::Return);
        let results: Vec<_> = node.children().collect();
        if results.is_empty() {
            return;
        }
        self.blank();
        if self.is_indented(&results) {
            self.space(Space::Indent);
            self.expr_list(&results, List { indents: false, ..List::OPEN });
            self.space(Space::Unindent);
        } else {
            self.expr_list(&results, List::OPEN);
        }
    }

    /// Whether results are indented as a whole: one starts a line, or several span lines, composite literals aside.
    fn is_indented(&self, results: &[Node<'a>]) -> bool {
        let ([first, _, ..], Some(last)) = (results, results.last()) else { return false };
        let mut line = self.line(first.start());
        if line >= self.line(last.end()) {
            return false;
        }
        let mut spanning = 0;
        for result in results {
            let (start, end) = (self.line(result.start()), self.line(result.end()));
            if line < start {
                return true;
            }
            spanning += u32::from(start < end && !is_composite(*result));
            line = end;
        }
        spanning > 1
    }
}

/// Whether it is a composite literal, or the address of one.
fn is_composite(node: Node<'_>) -> bool {
    let node = node.unparen();
    let x = node.child(Role::X).map(Node::unparen);
    node.kind() == Kind::CompositeLit
        || node.kind() == Kind::UnaryExpr
            && node.op() == Token::And
            && x.is_some_and(|it| it.kind() == Kind::CompositeLit)
}

/// The expression without parentheses around it, unless a composite literal needs them in the header of a statement.
fn stripped(node: Node<'_>) -> Node<'_> {
    let mut node = node;
    while let Some(paren) = ast::ParenExpr::cast(node) {
        let stops = |it: Node<'_>| matches!(it.kind(), Kind::ParenExpr | Kind::CompositeLit);
        let x = paren.x();
        let exposed = if stops(x) { vec![x] } else { exposed_in(x, stops) };
        let needs_parens =
            |it: &Node<'_>| it.kind() == Kind::CompositeLit && it.child(Role::Type).is_some_and(is_type_name);
        if exposed.iter().any(needs_parens) {
            return node;
        }
        node = x;
    }
    node
}

/// The nodes below `node` at which to stop, and not what is below those.
fn exposed_in<'a>(node: Node<'a>, stops: impl Fn(Node<'a>) -> bool) -> Vec<Node<'a>> {
    let mut found = Vec::new();
    let mut open: Vec<Node<'a>> = node.children().collect();
    while let Some(node) = open.pop() {
        if stops(node) {
            found.push(node);
        } else {
            open.extend(node.children());
        }
    }
    found
}

fn is_type_name(node: Node<'_>) -> bool {
    let mut node = node;
    loop {
        match (node.kind(), node.child(Role::X)) {
            (Kind::Ident, _) => return true,
            (Kind::SelectorExpr, Some(x)) => node = x,
            _ => return false,
        }
    }
}
