//! Types for files of all configurations.

use std::{
    cell::{OnceCell, RefCell},
    collections::HashMap,
};

use gofix_project::{Config, FileConstraints};
use gofix_syntax::{FileId, header};

use crate::{Types, Workspace, types::Ty};

/// The types of a workspace, each file in a configuration that it belongs to: that of the project, or one that satisfies
/// the file's constraints. For one thread; several have one each.
pub struct Typing<'w> {
    ws: &'w Workspace,
    first: Link<'w>,
}

/// A list that only grows, so that what is in it can be lent out.
type Link<'w> = OnceCell<Box<OfConfig<'w>>>;

pub(crate) struct OfConfig<'w> {
    config: Config,
    pub(crate) types: Types<'w>,
    /// What is known of the names of a type's methods: see [`Types::method_bits`].
    pub(crate) method_bits: RefCell<HashMap<Ty, Option<u64>>>,
    next: Link<'w>,
}

impl<'w> Typing<'w> {
    /// Types of `ws`. Nothing is read yet.
    pub fn new(ws: &'w Workspace) -> Typing<'w> {
        Typing { ws, first: OnceCell::new() }
    }

    /// The types of a file and of all that is built with it. None if there is no configuration that the file belongs to.
    pub fn of(&self, file: FileId) -> Option<&Types<'w>> {
        Some(&self.build_of(file)?.types)
    }

    /// The snapshot.
    pub fn workspace(&self) -> &'w Workspace {
        self.ws
    }

    pub(crate) fn build_of(&self, file: FileId) -> Option<&OfConfig<'w>> {
        Some(self.build(self.ws.config_of(file)?))
    }

    /// The builds of two files, and whether both belong to one of them. In the order of the files, each once.
    pub(crate) fn builds_of(&self, file: FileId, other: FileId) -> (Vec<&OfConfig<'w>>, bool) {
        let mut builds: Vec<&OfConfig<'w>> = Vec::new();
        for build in [file, other].into_iter().filter_map(|it| self.build_of(it)) {
            if !builds.iter().any(|it| std::ptr::eq(*it, build)) {
                builds.push(build);
            }
        }
        let both = |it: &&OfConfig<'w>| it.types.has_file(file) && it.types.has_file(other);
        let meet = builds.iter().any(both);
        (builds, meet)
    }

    fn build(&self, config: Config) -> &OfConfig<'w> {
        let mut link = &self.first;
        loop {
            let of_config = link.get_or_init(|| {
                let types = Types::new(self.ws, config.clone());
                let (config, next) = (config.clone(), OnceCell::new());
                Box::new(OfConfig { config, types, method_bits: RefCell::default(), next })
            });
            if of_config.config == config {
                return of_config;
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
