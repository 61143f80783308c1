//! Go's own syntax, exactly: text to tokens, comments and a flat tree with go/ast's structure.
//!
//! Parsing never fails. A file with syntax errors is parsed declaration by declaration: a broken one becomes a childless
//! `BadDecl` and one [`SyntaxError`]; the others are as good as in a valid file. There are no semantics here.

pub mod ast;
mod builder;
mod comments;
mod directive;
pub mod header;
mod kind;
mod lexer;
mod literal;
mod parser;
mod token;
mod tree;

pub use comments::CommentMap;
pub use kind::{Kind, Role};
pub use token::Token;
pub use tree::{Node, NodeId, SourceFile, SyntaxError};

pub use gofix_text::{FileId, TextRange};
