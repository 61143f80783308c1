//! Types for files of all configurations.

use std::{
    cell::{OnceCell, RefCell},
    collections::HashMap,
    rc::Rc,
    sync::atomic::{AtomicUsize, Ordering},
};

use gofix_project::{Config, FileConstraints};
use gofix_syntax::{FileId, header};

use crate::{Types, Workspace, types::Ty};

/// The types of a workspace, each file in a configuration that it belongs to: that of the project, or one that satisfies
/// the file's constraints. For one thread; several have one each.
pub struct Typing<'w> {
    ws: &'w Workspace,
    first: Link<'w>,
    /// The configuration of each file that was asked about.
    configs: RefCell<HashMap<FileId, Option<Rc<Config>>>>,
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
        Typing { ws, first: OnceCell::new(), configs: RefCell::default() }
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
        let known = self.configs.borrow().get(&file).cloned();
        let config = known.unwrap_or_else(|| {
            let config = self.ws.config_of(file).map(Rc::new);
            self.configs.borrow_mut().insert(file, config.clone());
            config
        });
        Some(self.build(&*config?))
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

    fn build(&self, config: &Config) -> &OfConfig<'w> {
        let mut link = &self.first;
        loop {
            let of_config = link.get_or_init(|| {
                let types = Types::new(self.ws, config.clone());
                let (config, next) = (config.clone(), OnceCell::new());
                Box::new(OfConfig { config, types, method_bits: RefCell::default(), next })
            });
            if of_config.config == *config {
                return of_config;
            }
            link = &of_config.next;
        }
    }
}

impl Typing<'_> {
    /// The import paths that were looked for and not found.
    pub fn missing(&self) -> Vec<String> {
        let links = std::iter::successors(self.first.get(), |it| it.next.get());
        links.flat_map(|it| it.types.missing()).collect()
    }
}

impl Workspace {
    /// Calls `work` with each number below `count` on all threads, each of which has types of its own. The results are in
    /// order.
    pub(crate) fn on_all_threads<'w, R: Send>(
        &'w self,
        count: usize,
        work: impl Fn(&Typing<'w>, usize) -> R + Sync,
    ) -> Vec<R> {
        let next = AtomicUsize::new(0);
        let of_threads = rayon::broadcast(|_| {
            let typing = Typing::new(self);
            let numbers = std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)).filter(|it| *it < count));
            numbers.map(|it| (it, work(&typing, it))).collect::<Vec<_>>()
        });
        let mut results: Vec<(usize, R)> = of_threads.into_iter().flatten().collect();
        results.sort_by_key(|it| it.0);
        results.into_iter().map(|it| it.1).collect()
    }

    /// The configuration in which to look at a file: that of the project if the file belongs to it, else one like it that
    /// satisfies the file's name and constraints. None if there is no such configuration.
    pub fn config_of(&self, file: FileId) -> Option<Config> {
        let text = self.text(file).ok()?;
        let constraints = FileConstraints::new(self.project().file(file).name(), &header::read(text));
        self.project().config().for_file(&constraints)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use gofix_project::{LoadOptions, MemoryFiles, Project};
    use gofix_syntax::{Kind, ast, ast::AstNode};

    use super::*;

    /// The types of the right sides of assignments in `a.go` and then of other files, each file as it is looked at.
    fn types(files: &[(&str, &str)]) -> Vec<String> {
        let memory = MemoryFiles::new(files.iter().map(|(path, text)| (*path, text.as_bytes().to_vec())));
        let mut options = LoadOptions { cwd: "/m".into(), ..LoadOptions::default() };
        options.config.goos = "linux".to_owned();
        options.config.goarch = "amd64".to_owned();
        let project = Project::load(Arc::new(memory), &options).expect("a project");
        let ws = Workspace::new(Arc::new(project));
        let typing = Typing::new(&ws);
        let mut found = Vec::new();
        for id in ws.project().files().iter().enumerate().map(|(i, _)| FileId(i as u32)) {
            let (Some(file), Some(types)) = (ws.file(id), typing.of(id)) else { continue };
            for assign in file.nodes().filter(|it| it.kind() == Kind::AssignStmt).filter_map(ast::AssignStmt::cast) {
                let spelled = assign.rhs().map(|it| types.spell(types.type_of(it)).unwrap_or_else(|| "?".to_owned()));
                found.push(spelled.collect::<Vec<_>>().join(", "));
            }
        }
        found
    }

    #[test]
    fn the_standard_library_is_known_without_go() {
        let text = "package m\n\nimport (\n\t\"net/http\"\n\t\"os\"\n\t\"time\"\n\n\t\"example.com/missing\"\n)\n\nfunc f() {\n\ta := time.Tick(time.Second)\n\tb, err := http.Get(\"\")\n\tc := b.Body.Close()\n\td := os.Getpid() + 1\n\te := missing.F()\n\t_, _, _, _, _, _ = a, err, c, d, e, b.Header[\"x\"]\n}\n";
        assert_eq!(
            types(&[("/m/go.mod", "module m\n\ngo 1.24\n"), ("/m/a.go", text)]),
            [
                "<-chan(time.Time)",
                "(*net/http.Response, error)",
                "error",
                "int",
                "?",
                "<-chan(time.Time), error, error, int, ?, []string"
            ]
        );
    }

    #[test]
    fn files_of_other_platforms_are_looked_at_there() {
        let found = types(&[
            ("/m/go.mod", "module m\n\ngo 1.24\n"),
            ("/m/a.go", "package m\n\nfunc f() {\n\ta := g()\n\t_ = a\n}\n"),
            ("/m/g_linux.go", "package m\n\nfunc g() int { return 1 }\n"),
            (
                "/m/g_windows.go",
                "package m\n\nimport \"syscall\"\n\nfunc g() string {\n\tb := syscall.Handle(1)\n\t_ = b\n\tc := f\n\t_ = c\n\treturn \"\"\n}\n",
            ),
        ]);
        assert_eq!(found, ["int", "int", "syscall.Handle", "syscall.Handle", "func() ()", "func() ()"]);
    }
}
