//! Types for files of all configurations.

use std::cell::OnceCell;

use gofix_project::{Config, FileConstraints};
use gofix_syntax::{FileId, header};

use crate::{Types, Workspace};

/// The types of a workspace, each file in a configuration that it belongs to: that of the project, or one that satisfies
/// the file's constraints. For one thread; several have one each.
pub struct Typing<'w> {
    ws: &'w Workspace,
    first: Link<'w>,
}

/// A list that only grows, so that what is in it can be lent out.
type Link<'w> = OnceCell<Box<OfConfig<'w>>>;

struct OfConfig<'w> {
    config: Config,
    types: Types<'w>,
    next: Link<'w>,
}

impl<'w> Typing<'w> {
    /// Types of `ws`. Nothing is read yet.
    pub fn new(ws: &'w Workspace) -> Typing<'w> {
        Typing { ws, first: OnceCell::new() }
    }

    /// The types of a file and of all that is built with it. None if there is no configuration that the file belongs to.
    pub fn of(&self, file: FileId) -> Option<&Types<'w>> {
        let config = self.ws.config_of(file)?;
        let mut link = &self.first;
        loop {
            let of_config = link.get_or_init(|| {
                let types = Types::new(self.ws, config.clone());
                Box::new(OfConfig { config: config.clone(), types, next: OnceCell::new() })
            });
            if of_config.config == config {
                return Some(&of_config.types);
            }
            link = &of_config.next;
        }
    }
}

impl Workspace {
    /// The configuration in which to look at a file: that of the project if the file belongs to it, else one like it that
    /// satisfies the file's name and constraints. None if there is no such configuration.
    pub fn config_of(&self, file: FileId) -> Option<Config> {
        let text = self.text(file).ok()?;
        let constraints = FileConstraints::new(self.project().file(file).name(), &header::read(text));
        self.project().config().for_file(&constraints)
    }
}
