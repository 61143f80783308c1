//! The flow of error values through the module: from what a function returns to all that look at it.
//!
//! A graph. Its nodes are slots of places (`place`): what a variable holds as one assignment leaves it, fields, results
//! and parameters of functions, what channels, slices and maps hold. Its edges are how values get from one to the other.
//! Each file is looked at in parallel and gives a summary of plain data (`summary`); `join` makes one graph of them,
//! in which methods of interfaces are linked with all that implement them, and functions that hand back their arguments
//! with their calls. A question goes forward from a node, knowing what it can still see of the error ([`Seen`]), and
//! coming out of a function only where it went in.
//!
//! All builds count: a file is looked at in a configuration that it belongs to, and what several builds declare is one.
//!
//! More edges than there are in any run are no harm but to precision. Where there may be too few, a [`Look::Lost`] says
//! so. Not followed, and not said: reflection, `unsafe`, and errors that are put into values of interface types other than
//! `error` and `any`.

mod call;
mod chain;
mod context;
mod expr;
mod index;
mod indirect;
mod join;
mod known;
mod locals;
mod look;
mod output;
mod outside;
mod place;
mod query;
mod shape;
mod sites;
mod stmt;
mod structs;
mod summary;
mod text;
mod through;
mod visit;

pub use known::logger;
pub use look::{Look, Loss};
pub use place::Seen;
pub use query::{Consumer, Counts, ErrorFlow};

use gofix_syntax::FileId;

use crate::{Typing, Workspace};
use index::Index;
use shape::Shapes;
use summary::Summary;
use visit::Visitor;

impl Workspace {
    /// The flow of errors through all of the project's own files, found out on all threads when first asked for. Not to be
    /// asked for by work that itself runs on all threads; see [`Workspace::error_flow`].
    pub fn make_error_flow(&self) -> &ErrorFlow {
        self.error_flow_cell().get_or_init(|| {
            let files = self.own_files();
            let index = Index::new(self, &files);
            let parts = self.on_all_threads(files.len(), |typing, it| summary(self, typing, &index, files[it]));
            ErrorFlow::new(self, index, parts.into_iter().flatten().collect())
        })
    }

    /// The flow of errors through all of the project's own files; found out by this thread alone if it was not yet.
    pub fn error_flow(&self) -> &ErrorFlow {
        self.error_flow_cell().get_or_init(|| {
            let files = self.own_files();
            let index = Index::new(self, &files);
            let typing = Typing::new(self);
            let parts = files.into_iter().filter_map(|it| summary(self, &typing, &index, it)).collect();
            ErrorFlow::new(self, index, parts)
        })
    }
}

/// The part of one file; none if it cannot be read or belongs to no build.
fn summary<'w>(ws: &'w Workspace, typing: &Typing<'w>, index: &Index, file: FileId) -> Option<Summary> {
    let types = typing.of(file)?;
    let file = ws.file(file)?;
    let shapes = Shapes::new(types);
    Some(Visitor::new(ws, &shapes, index, file).run())
}
