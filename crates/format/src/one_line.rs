//! What gofmt writes in one line only as long as it is short: function bodies, structs and interfaces.

use gofix_syntax::{
    Kind, Node, Role, TextRange,
    ast::{self, AstNode},
};

use crate::{exprs::text_size, marks::spans_lines};

/// Up to this size in bytes, a function stands in one line with its body.
const SHORT_FUNC: usize = 100;

/// Up to this size, the only field of a struct, or member of an interface, stands in one line with the braces.
const SHORT_MEMBER: usize = 30;

/// A place that is not as gofmt would write it and that padding does not mend.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct NotClean {
    /// The place, in the text after the edits.
    pub range: TextRange,
    /// Why.
    pub reason: Reason,
}

/// Why padding is not enough.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Reason {
    /// A function in one line has become too long for that: gofmt would break its body into lines.
    LongFunc,
    /// A struct or interface in one line has become too long for that.
    LongType,
    /// Indentation follows the width of text in another line, as in a chain of calls with comments.
    Indentation,
}

/// Whether gofmt would break this node, which stands in one line, into several.
pub(crate) fn too_long(node: Node<'_>) -> Option<Reason> {
    match node.kind() {
        Kind::FuncDecl | Kind::FuncLit => {
            let body = node.child(Role::Body)?;
            let header = header_end(node)?;
            let file = node.file();
            let is_in_one_line = !spans_lines(body) && file.line(node.start()) == file.line(header);
            // gofmt counts one byte more for a declaration than for a literal.
            let extra = usize::from(node.kind() == Kind::FuncDecl);
            let size = (header - node.start()) as usize + extra + body_size(body);
            (is_in_one_line && size > SHORT_FUNC).then_some(Reason::LongFunc)
        }
        Kind::StructType | Kind::InterfaceType => {
            let members = node.children().next()?;
            let has_comments = !node.file().comments_in(members.range()).is_empty();
            if spans_lines(members) || has_comments {
                return None;
            }
            let member = ast::Field::cast(members.children().next()?)?;
            (member_size(member, node.kind()) > SHORT_MEMBER).then_some(Reason::LongType)
        }
        _ => None,
    }
}

/// Where the signature of a function ends.
fn header_end(func: Node<'_>) -> Option<u32> {
    let parts = func.children().filter(|it| it.role() != Role::Body);
    parts.map(|it| it.end()).max()
}

/// The statements with `; ` between them, and the comments. More than five statements never stand in one line.
fn body_size(body: Node<'_>) -> usize {
    let comments = body.file().comments_in(body.range());
    if comments.len() > SHORT_FUNC || body.children().nth(5).is_some() {
        return SHORT_FUNC + 1;
    }
    let stmts: usize = body.children().map(|it| text_size(it) + 2).sum();
    stmts.saturating_sub(2) + comments.iter().map(|it| it.len() as usize).sum::<usize>()
}

fn member_size(member: ast::Field<'_>, kind: Kind) -> usize {
    let is_named = member.names().next().is_some();
    let ty = text_size(member.ty());
    // However long the names of a field are, gofmt counts one byte for them, but "func" for a method.
    match kind {
        Kind::InterfaceType if is_named => ty + "func".len() + 1,
        _ => ty + usize::from(is_named),
    }
}
