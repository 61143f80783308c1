//! Comments by groups, and the nodes they belong to.
//!
//! Two answers, as go/ast has two: the `Doc` and `Comment` fields of its nodes ([`Node::doc`], [`Node::line_comment`]),
//! which few kinds of nodes have, and the association of every group with some node ([`CommentMap`]), which
//! `ast.NewCommentMap` computes. Lines are those of the text: line directives (`//line f.go:1`) are not followed.

use gofix_text::TextRange;

use crate::{
    kind::Kind,
    token::Token,
    tree::{Node, NodeId, SourceFile},
};

/// The comment groups of a file in order, and what each is to the token behind it.
#[derive(Debug)]
pub(crate) struct Groups {
    ranges: Box<[TextRange]>,
    /// Index of the token that follows the group.
    before: Box<[u32]>,
    place: Box<[Place]>,
}

/// What go/parser would keep a group for when it moves on to the next token.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
enum Place {
    /// It follows a token on the token's line, and no token follows on the line where it ends.
    Line,
    /// It ends on the line before the next token.
    Lead,
    Other,
}

impl SourceFile {
    /// The comments by groups, in order: comments with no token and no empty line between them. A comment that follows
    /// a token on the same line is in a group only with those that follow on that line.
    pub fn comment_groups(&self) -> &[TextRange] {
        &self.groups().ranges
    }

    fn groups(&self) -> &Groups {
        self.groups.get_or_init(|| Grouping::new(self).run())
    }

    /// The group of that place before the token with that index.
    fn group_before(&self, token: usize, place: Place) -> Option<TextRange> {
        let groups = self.groups();
        let from = groups.before.partition_point(|&it| (it as usize) < token);
        (from..groups.before.len())
            .take_while(|&it| groups.before[it] as usize == token)
            .find(|&it| groups.place[it] == place)
            .map(|it| groups.ranges[it])
    }

    /// The index of the first token that starts at `offset` or behind it.
    fn token_index(&self, offset: u32) -> usize {
        self.tokens.starts.partition_point(|&it| it < offset)
    }
}

/// The walk over comments that makes groups of them.
struct Grouping<'a> {
    file: &'a SourceFile,
    /// Index of the next comment.
    at: usize,
    ranges: Vec<TextRange>,
    before: Vec<u32>,
    place: Vec<Place>,
}

impl<'a> Grouping<'a> {
    fn new(file: &'a SourceFile) -> Grouping<'a> {
        Grouping { file, at: 0, ranges: Vec::new(), before: Vec::new(), place: Vec::new() }
    }

    fn run(mut self) -> Groups {
        while let Some(comment) = self.file.comments.get(self.at) {
            self.between_tokens(self.file.token_index(comment.start));
        }
        Groups { ranges: self.ranges.into(), before: self.before.into(), place: self.place.into() }
    }

    /// Takes the comments before the token `next`, of which there is one at least.
    fn between_tokens(&mut self, next: usize) {
        let tokens = &self.file.tokens;
        // A line end in a comment can act as a semicolon: the comment is before that token, though it ends behind it.
        let bound = tokens.starts.get(next).copied().unwrap_or(u32::MAX);
        let next_line = self.file.line(bound.min(self.file.text.len() as u32));
        // Where the token before starts, not where it ends: this is what go/parser compares.
        let prev_line = next.checked_sub(1).map(|it| self.file.line(tokens.starts[it]));
        if prev_line == Some(self.file.line(self.file.comments[self.at].start)) {
            let end_line = self.group(next, bound, 0);
            let token = tokens.kinds.get(next).copied().unwrap_or(Token::Eof);
            let last_on_line = self.peek(bound).map_or(next_line, |it| self.file.line(it.start)) != end_line;
            if last_on_line || matches!(token, Token::Semicolon | Token::Newline | Token::Eof) {
                self.set_place(Place::Line);
            }
        }
        let mut end_line = None;
        while self.peek(bound).is_some() {
            end_line = Some(self.group(next, bound, 1));
        }
        if end_line.is_some_and(|it| it + 1 == next_line) {
            self.set_place(Place::Lead);
        }
    }

    /// The next comment, if it starts before `bound`.
    fn peek(&self, bound: u32) -> Option<TextRange> {
        self.file.comments.get(self.at).copied().filter(|it| it.start < bound)
    }

    /// Takes comments that start at most `lines` behind the line where the one before ends; that line of the last one.
    fn group(&mut self, next: usize, bound: u32, lines: u32) -> u32 {
        let first = self.file.comments[self.at];
        let (mut range, mut end_line) = (first, self.file.line(first.start));
        while let Some(comment) = self.peek(bound) {
            if self.file.line(comment.start) > end_line + lines {
                break;
            }
            range = range.cover(comment);
            end_line = self.file.line(comment.end);
            self.at += 1;
        }
        self.ranges.push(range);
        self.before.push(next as u32);
        self.place.push(Place::Other);
        end_line
    }

    fn set_place(&mut self, place: Place) {
        if let Some(last) = self.place.last_mut() {
            *last = place;
        }
    }
}

impl Node<'_> {
    /// The comment group that documents the node: the `Doc` field of go/ast's `File`, `GenDecl`, `FuncDecl`,
    /// `ImportSpec`, `ValueSpec`, `TypeSpec` and of a `Field` in a struct or interface. A spec of a declaration without
    /// parentheses has none: its declaration has.
    pub fn doc(self) -> Option<TextRange> {
        let has_doc = match self.kind() {
            Kind::File | Kind::GenDecl | Kind::FuncDecl => true,
            Kind::ImportSpec | Kind::ValueSpec | Kind::TypeSpec => {
                let decl = self.parent().and_then(crate::ast::AstNode::cast);
                decl.is_some_and(crate::ast::GenDecl::is_group)
            }
            Kind::Field => match self.fields_of() {
                Some(Kind::StructType) => true,
                // Union elements that start with an operator or a type literal get none in go/parser.
                Some(Kind::InterfaceType) => self.file().token_from(self.start()).0 == Token::Ident,
                _ => false,
            },
            _ => false,
        };
        let file = self.file();
        has_doc.then(|| file.group_before(file.token_index(self.start()), Place::Lead))?
    }

    /// The comment group that ends the node's line: the `Comment` field of go/ast's `ImportSpec`, `ValueSpec`,
    /// `TypeSpec` and of a `Field` in a struct or interface. Other nodes have none; see [`CommentMap`] for those.
    pub fn line_comment(self) -> Option<TextRange> {
        match self.kind() {
            Kind::ImportSpec | Kind::ValueSpec | Kind::TypeSpec => {}
            Kind::Field if self.fields_of().is_some() => {}
            _ => return None,
        }
        let file = self.file();
        let next = file.token_index(self.end());
        match file.tokens.kinds.get(next)? {
            Token::Newline => file.group_before(next, Place::Line),
            Token::Semicolon => file.group_before(next + 1, Place::Line),
            _ => None,
        }
    }

    /// The kind of the struct or interface that a field is of.
    fn fields_of(self) -> Option<Kind> {
        let kind = self.parent()?.parent()?.kind();
        matches!(kind, Kind::StructType | Kind::InterfaceType).then_some(kind)
    }
}

/// Which node each comment group of a file belongs to, as go/ast's `NewCommentMap` associates them. A group belongs to
/// the largest node (declarations, specs, fields and statements first) that ends on the line where the group starts, or
/// on the line before while an empty line follows the group; otherwise to the node that starts next, or to the last one
/// if none does.
#[derive(Debug)]
pub struct CommentMap {
    nodes: Box<[NodeId]>,
    /// The groups, ordered by node.
    by_node: Box<[u32]>,
}

impl CommentMap {
    /// The association for all groups of `file`.
    pub fn new(file: &SourceFile) -> CommentMap {
        let nodes = associate(file);
        let mut by_node: Box<[u32]> = (0..nodes.len() as u32).collect();
        by_node.sort_by_key(|&it| nodes[it as usize]);
        CommentMap { nodes, by_node }
    }

    /// The node to which the group with that index in [`SourceFile::comment_groups`] belongs.
    pub fn node_of(&self, group: usize) -> NodeId {
        self.nodes[group]
    }

    /// The groups that belong to a node, as indices into [`SourceFile::comment_groups`], in order.
    pub fn groups_of(&self, node: NodeId) -> impl ExactSizeIterator<Item = usize> + '_ {
        let node_at = |it: &u32| self.nodes[*it as usize];
        let from = self.by_node.partition_point(|it| node_at(it) < node);
        let len = self.by_node[from..].partition_point(|it| node_at(it) == node);
        self.by_node[from..from + len].iter().map(|&it| it as usize)
    }
}

/// The node of each comment group, in one walk over nodes and groups side by side.
fn associate(file: &SourceFile) -> Box<[NodeId]> {
    let groups = file.comment_groups();
    let mut nodes: Vec<NodeId> = Vec::with_capacity(groups.len());
    // The node before, the last important one that ended, and the important ones that have not ended.
    let (mut prev, mut ended, mut open) = (None, None, Vec::<Node<'_>>::new());
    for node in file.nodes() {
        while let Some(&group) = groups.get(nodes.len())
            && group.end <= node.start()
        {
            ended = close(&mut open, group.start).or(ended);
            let next_line = file.line(node.start());
            let behind = |it: Option<Node<'_>>| it.is_some_and(|it| trails(file, group, it, next_line));
            let owner = if behind(ended) { ended } else { prev.filter(|_| behind(prev)) };
            nodes.push(owner.unwrap_or(node).id());
        }
        prev = Some(node);
        if is_important(node.kind()) {
            close(&mut open, node.start());
            open.push(node);
        }
        if nodes.len() == groups.len() {
            break;
        }
    }
    for &group in &groups[nodes.len()..] {
        ended = close(&mut open, group.start).or(ended);
        let owner = ended.filter(|&it| trails(file, group, it, u32::MAX)).or(prev);
        nodes.push(owner.unwrap_or(file.root()).id());
    }
    nodes.into()
}

/// Ends the nodes that end at `offset` or before; the outermost of them.
fn close<'a>(open: &mut Vec<Node<'a>>, offset: u32) -> Option<Node<'a>> {
    let mut outermost = None;
    while let Some(&node) = open.last().filter(|it| it.end() <= offset) {
        outermost = Some(node);
        open.pop();
    }
    outermost
}

/// Whether `group` starts on the line where `node` ends, or on the next while an empty line follows the group.
fn trails(file: &SourceFile, group: TextRange, node: Node<'_>, next_line: u32) -> bool {
    let (end, start) = (file.line(node.end()), file.line(group.start));
    end == start || end + 1 == start && file.line(group.end) + 1 < next_line
}

/// The kinds that comments rather belong to than to the parts of such nodes.
fn is_important(kind: Kind) -> bool {
    let is_part = matches!(kind, Kind::File | Kind::Field | Kind::ImportSpec | Kind::ValueSpec | Kind::TypeSpec);
    is_part || matches!(kind, Kind::GenDecl | Kind::FuncDecl | Kind::BadDecl) || kind.is_stmt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `doc` and `line_comment` of all nodes that have any, and the owner of each group, as lines of text.
    fn listing(text: &str) -> Vec<String> {
        let file = SourceFile::parse(text);
        assert_eq!(file.errors(), []);
        let short = |it: TextRange| file.text()[it.to_usize()].replace('\n', "|");
        let mut out = Vec::new();
        for node in file.nodes() {
            out.extend(node.doc().map(|it| format!("{:?} doc {}", node.kind(), short(it))));
            out.extend(node.line_comment().map(|it| format!("{:?} line {}", node.kind(), short(it))));
        }
        let map = CommentMap::new(&file);
        for (i, &group) in file.comment_groups().iter().enumerate() {
            let owner = file.node(map.node_of(i));
            assert!(map.groups_of(owner.id()).any(|it| it == i));
            out.push(format!("{} -> {:?} {}", short(group), owner.kind(), short(owner.range())));
        }
        out
    }

    #[test]
    fn comments_of_a_declaration_and_its_specs() {
        let text = "package p\n\n// A\n// B\nconst (\n\t// C\n\tx = 1 // D\n\t// E\n\n\ty = 2 /* F */ // G\n)\n";
        assert_eq!(
            listing(text),
            [
                "GenDecl doc // A|// B",
                "ValueSpec doc // C",
                "ValueSpec line // D",
                "ValueSpec line /* F */ // G",
                "// A|// B -> GenDecl const (|\t// C|\tx = 1 // D|\t// E||\ty = 2 /* F */ // G|)",
                "// C -> ValueSpec x = 1",
                "// D -> ValueSpec x = 1",
                "// E -> ValueSpec x = 1",
                "/* F */ // G -> ValueSpec y = 2",
            ]
        );
    }

    #[test]
    fn a_spec_without_parentheses_leaves_the_doc_to_its_declaration() {
        let text = "package p\n\n// A\ntype T struct {\n\t// B\n\ta int // C\n\t*U // D\n}\n";
        assert_eq!(listing(text)[..4], ["GenDecl doc // A", "Field doc // B", "Field line // C", "Field line // D"]);
    }

    #[test]
    fn an_explicit_semicolon_takes_the_comment_behind_it() {
        let text = "package p\n\nvar x int; // A\n\nvar y int /* B */; var z int\n";
        assert_eq!(listing(text)[..1], ["ValueSpec line // A"]);
    }

    #[test]
    fn fields_of_an_interface_but_not_parameters() {
        let text = "package p\n\ntype I interface {\n\t// A\n\tf(\n\t\t// B\n\t\tx int, // C\n\t) // D\n\t// E\n\t~int // F\n}\n";
        assert_eq!(listing(text)[..3], ["Field doc // A", "Field line // D", "Field line // F"]);
    }

    #[test]
    fn a_general_comment_over_a_line_end_is_before_the_semicolon() {
        let text = "package p\n\nvar x int /* A\n*/\n\nvar y int\n";
        assert_eq!(listing(text), ["ValueSpec line /* A|*/", "/* A|*/ -> GenDecl var x int"]);
    }

    #[test]
    fn comments_of_statements() {
        let text =
            "package p\n\nfunc f() {\n\tg() // A\n\t// B\n\n\t// C\n\n\t// D\n\th(1, /* E */ 2)\n\t// F\n}\n\n// G\n";
        assert_eq!(
            listing(text),
            [
                "// A -> ExprStmt g()",
                "// B -> ExprStmt g()",
                "// C -> ExprStmt h(1, /* E */ 2)",
                "// D -> ExprStmt h(1, /* E */ 2)",
                "/* E */ -> BasicLit 1",
                "// F -> ExprStmt h(1, /* E */ 2)",
                "// G -> BasicLit 2",
            ]
        );
    }

    #[test]
    fn groups_end_at_empty_lines_and_tokens() {
        let file = SourceFile::parse("// A\n\n/* B\n */ // C\n// D\r\npackage p // E\n// F\n");
        let texts: Vec<&str> = file.comment_groups().iter().map(|it| &file.text()[it.to_usize()]).collect();
        assert_eq!(texts, ["// A", "/* B\n */ // C\n// D", "// E", "// F"]);
        assert_eq!(file.root().doc(), Some(file.comment_groups()[1]));
    }

    #[test]
    fn a_text_without_a_declaration_has_comments_too() {
        for text in ["// A", "/* A", "", "package p // A", "func // A\n/* B"] {
            let file = SourceFile::parse(text);
            let map = CommentMap::new(&file);
            let owned: usize = file.nodes().map(|it| map.groups_of(it.id()).len()).sum();
            assert_eq!(owned, file.comment_groups().len());
        }
    }
}
