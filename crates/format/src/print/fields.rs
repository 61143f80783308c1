//! The fields of structs and the members of interfaces.

use gofix_syntax::{
    Node, Role, Token,
    ast::{self, AstNode},
};

use super::{Printer, Space, list::List};

/// Up to this size, the only field of a struct, or member of an interface, stands in one line with the braces.
const SHORT: u32 = 30;

impl<'a> Printer<'a> {
    /// The braces of a struct or an interface, and what is between them.
    pub(super) fn field_block(&mut self, fields: Option<Node<'a>>, is_struct: bool) {
        let Some(fields) = fields else { return };
        let (open, close) = (fields.start(), fields.end() - 1);
        let list: Vec<_> = fields.children().filter_map(ast::Field::cast).collect();
        let has_comments = self.comment_before(close);
        if !has_comments && self.line(open) == self.line(close) {
            match list[..] {
                [] => {
                    self.at(open);
                    self.token(Token::LBrace);
                    self.at(close);
                    return self.token(Token::RBrace);
                }
                [field] if self.is_short(field) => return self.one_line_block(field, open, close, is_struct),
                _ => {}
            }
        }
        self.blank();
        self.at(open);
        self.token(Token::LBrace);
        self.space(Space::Indent);
        if has_comments || !list.is_empty() {
            self.space(Space::Break);
        }
        let column = if list.len() == 1 { Space::Blank } else { Space::Column };
        let mark = self.new_mark();
        for (i, field) in list.iter().enumerate() {
            if i > 0 {
                let line = self.line(field.node().start());
                let spans_lines = self.spans_lines(mark);
                self.linebreak(line, 1, None, spans_lines);
            }
            self.comment_of_node(field.node().doc());
            self.mark(mark);
            if is_struct {
                self.struct_field(*field, column);
            } else {
                self.member(*field);
                self.comment_of_node(field.node().line_comment());
            }
            if self.out.is_over() {
                return;
            }
        }
        self.drop_mark(mark);
        self.space(Space::Unindent);
        self.space(Space::Break);
        self.at(close);
        self.token(Token::RBrace);
    }

    fn struct_field(&mut self, field: ast::Field<'a>, column: Space) {
        let names: Vec<_> = field.names().collect();
        let mut columns_left = 2;
        if !names.is_empty() {
            self.expr_list(&names, List { indents: false, ..List::OPEN });
            self.space(column);
            columns_left = 1;
        }
        self.expr(field.ty());
        if let Some(tag) = field.tag() {
            if !names.is_empty() && column == Space::Column {
                self.space(column);
            }
            self.space(column);
            self.expr(tag);
            columns_left = 0;
        }
        if let Some(comment) = field.node().line_comment() {
            (0..columns_left).for_each(|_| self.space(column));
            self.comment_of_node(Some(comment));
        }
    }

    /// A method, an embedded interface or a union.
    fn member(&mut self, field: ast::Field<'a>) {
        match field.names().next() {
            Some(name) => {
                self.expr(name);
                self.signature(field.ty());
            }
            None => self.expr(field.ty()),
        }
    }

    fn is_short(&mut self, field: ast::Field<'a>) -> bool {
        if field.tag().is_some() || field.node().line_comment().is_some() {
            return false;
        }
        // However long the names are, gofmt counts one byte for them.
        let names = u32::from(field.names().next().is_some());
        self.size(field.ty(), SHORT).is_some_and(|it| names + it <= SHORT)
    }

    fn one_line_block(&mut self, field: ast::Field<'a>, open: u32, close: u32, is_struct: bool) {
        self.at(open);
        self.token(Token::LBrace);
        self.blank();
        if is_struct {
            let mut has_names = false;
            for name in field.node().children_in(Role::Names) {
                if std::mem::replace(&mut has_names, true) {
                    self.token(Token::Comma);
                    self.blank();
                }
                self.expr(name);
            }
            if has_names {
                self.blank();
            }
            self.expr(field.ty());
        } else {
            self.member(field);
        }
        self.blank();
        self.at(close);
        self.token(Token::RBrace);
    }
}
