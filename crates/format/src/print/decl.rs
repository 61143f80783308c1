//! Declarations.

use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{self, AstNode},
};

use super::{Printer, Space, list::List, literal};

impl<'a> Printer<'a> {
    /// The package clause of a file.
    pub(crate) fn package_clause(&mut self, name: Node<'a>) {
        self.at(self.file.root().start());
        self.token(Token::Package);
        self.blank();
        self.expr(name);
    }

    /// Top-level declarations that follow each other.
    pub(crate) fn decls(&mut self, decls: impl IntoIterator<Item = Node<'a>>) {
        let mut previous = Token::Illegal;
        for decl in decls {
            let token = if decl.kind() == Kind::FuncDecl { Token::Func } else { decl.op() };
            if !self.out.is_empty() {
                let is_apart = previous != token || decl.doc().is_some();
                let (first, last) = (self.line(decl.start()), self.line(decl.end()));
                self.linebreak(first, if is_apart { 2 } else { 1 }, None, token == Token::Func && first < last);
            }
            self.decl(decl);
            previous = token;
        }
    }

    /// A line end, as that behind the last declaration.
    pub(crate) fn end_line(&mut self) {
        self.space(Space::Newline);
    }

    pub(super) fn decl(&mut self, decl: Node<'a>) {
        match decl.kind() {
            Kind::FuncDecl => ast::FuncDecl::cast(decl).into_iter().for_each(|it| self.func_decl(it)),
            _ => ast::GenDecl::cast(decl).into_iter().for_each(|it| self.gen_decl(it)),
        }
    }

    fn gen_decl(&mut self, decl: ast::GenDecl<'a>) {
        let node = decl.node();
        self.comment_of_node(node.doc());
        self.at(node.start());
        self.token(decl.tok());
        self.blank();
        if !decl.is_group() {
            return decl.specs().for_each(|it| self.spec(it, Space::Blank, true));
        }
        self.at(self.token_from(node.start() + decl.tok().text().len() as u32));
        self.token(Token::LParen);
        let specs: Vec<_> = decl.specs().collect();
        if !specs.is_empty() {
            self.space(Space::Indent);
            self.space(Space::Break);
            self.specs(decl.tok(), &specs);
            self.space(Space::Unindent);
            self.space(Space::Break);
        }
        self.at(node.end() - 1);
        self.token(Token::RParen);
    }

    fn specs(&mut self, token: Token, specs: &[Node<'a>]) {
        let has_columns = specs.len() > 1 && matches!(token, Token::Const | Token::Var);
        let keeps_type = if has_columns { with_type_column(specs) } else { Vec::new() };
        let mark = self.new_mark();
        for (i, spec) in specs.iter().enumerate() {
            if i > 0 {
                let spans_lines = self.spans_lines(mark);
                self.linebreak(self.line(spec.start()), 1, None, spans_lines);
            }
            self.mark(mark);
            match ast::ValueSpec::cast(*spec) {
                Some(spec) if has_columns => self.value_spec(spec, keeps_type[i]),
                _ => self.spec(*spec, if specs.len() == 1 { Space::Blank } else { Space::Column }, false),
            }
            if self.out.is_over() {
                return;
            }
        }
        self.drop_mark(mark);
    }

    /// A constant or variable of a group: names, type, values and comment stand in columns.
    fn value_spec(&mut self, spec: ast::ValueSpec<'a>, keeps_type: bool) {
        self.comment_of_node(spec.node().doc());
        let names: Vec<_> = spec.names().collect();
        let values: Vec<_> = spec.values().collect();
        self.expr_list(&names, List { indents: false, ..List::OPEN });
        let mut columns_left = 3;
        if spec.ty().is_some() || keeps_type {
            self.space(Space::Column);
            columns_left -= 1;
        }
        if let Some(ty) = spec.ty() {
            self.expr(ty);
        }
        if !values.is_empty() {
            self.space(Space::Column);
            self.token(Token::Assign);
            self.blank();
            self.expr_list(&values, List::OPEN);
            columns_left -= 1;
        }
        if let Some(comment) = spec.node().line_comment() {
            (0..columns_left).for_each(|_| self.space(Space::Column));
            self.comment_of_node(Some(comment));
        }
    }

    /// A spec on its own, or of a group without columns but that of the types. `indents`: names on new lines do.
    fn spec(&mut self, spec: Node<'a>, column: Space, indents: bool) {
        self.comment_of_node(spec.doc());
        match spec.kind() {
            Kind::ImportSpec => {
                if let Some(name) = spec.child(Role::Name) {
                    self.expr(name);
                    self.blank();
                }
                if let Some(path) = spec.child(Role::Path) {
                    self.at(path.start());
                    self.literal(&literal::import_path(path), path.op());
                }
            }
            Kind::ValueSpec => {
                let names: Vec<_> = spec.children_in(Role::Names).collect();
                let values: Vec<_> = spec.children_in(Role::Values).collect();
                self.expr_list(&names, List { indents, ..List::OPEN });
                if let Some(ty) = spec.child(Role::Type) {
                    self.blank();
                    self.expr(ty);
                }
                if !values.is_empty() {
                    self.blank();
                    self.token(Token::Assign);
                    self.blank();
                    self.expr_list(&values, List::OPEN);
                }
            }
            _ => ast::TypeSpec::cast(spec).into_iter().for_each(|it| self.type_spec(it, column)),
        }
        self.comment_of_node(spec.line_comment());
    }

    fn type_spec(&mut self, spec: ast::TypeSpec<'a>, column: Space) {
        self.expr(spec.name());
        if let Some(params) = spec.type_params() {
            self.parameters(params, true);
        }
        self.space(column);
        if spec.is_alias() {
            self.token(Token::Assign);
            self.blank();
        }
        self.expr(spec.ty());
    }
}

/// For each spec of a group, whether its type has a column even where it has no type: in a run of specs with values, as
/// soon as one of them has a type.
fn with_type_column(specs: &[Node<'_>]) -> Vec<bool> {
    let has = |spec: &Node<'_>, role| spec.child(role).is_some();
    let mut keeps = Vec::with_capacity(specs.len());
    while keeps.len() < specs.len() {
        let rest = &specs[keeps.len()..];
        let run = rest.iter().take_while(|it| has(it, Role::Values)).count();
        let has_type = rest[..run].iter().any(|it| has(it, Role::Type));
        keeps.resize(keeps.len() + run, has_type);
        if run < rest.len() {
            keeps.push(false);
        }
    }
    keeps
}
