//! Texts of errors that are written: to the standard streams, to logs, and to writers that anybody may read them from.
//!
//! What is logged or printed is for people. It is looked at where code gets it back: where a log is given a writer that is
//! no file, or a test replaces a standard stream. A test sees what is written by the packages that its own one needs; other
//! code is taken to see all.

use std::collections::HashSet;

use gofix_project::DirId;
use gofix_syntax::{
    Kind, Node, Role,
    ast::{AstNode, CallExpr, FuncDecl, SelectorExpr},
};

use super::{
    call::{Arg, short, values},
    expr::VALUE,
    known::{self, Effect},
    look::{Look, Loss},
    place::{Place, Seen, Slot, Way},
    query::is_test,
    text::is_text,
    visit::{Src, Visitor},
};
use crate::types::{Callee, Form, ObjectKind, Ty};

/// Something that all code writes to.
#[derive(Copy, Clone)]
enum Shared {
    Stream(&'static str),
    /// By the path of its package.
    Log(&'static str),
}

impl Shared {
    /// What the code in a directory writes there, or all code.
    fn place(self, dir: Option<DirId>) -> Place {
        match self {
            Shared::Stream(name) => Place::written("stream", name, dir),
            Shared::Log(path) => Place::written("log", path, dir),
        }
    }
}

/// Where a call of a function outside writes what it is given.
enum Output {
    Shared(Shared),
    /// To where anybody may read it.
    Anywhere,
}

/// The logs of a logger's package: what its functions write to, and what its methods do.
fn logs(path: &str) -> Vec<Shared> {
    match known::logger(path) {
        // What the functions of `log` write goes where `log/slog` says.
        Some("log" | "log/slog") => vec![Shared::Log("log/slog"), Shared::Log("log")],
        Some(other) => vec![Shared::Log(other)],
        None => Vec::new(),
    }
}

impl<'w> Visitor<'_, 'w> {
    /// Notes what a call of a function outside writes of errors, and where somebody may read that.
    pub(super) fn written(
        &mut self,
        call: CallExpr<'w>,
        callee: &Callee,
        receiver: Option<Node<'w>>,
        args: &[Arg<'w>],
    ) {
        self.redirected(call, callee);
        let nodes: Vec<Node<'w>> = call.args().collect();
        self.attributes(call, callee, args);
        let Some(output) = self.output(call, callee, receiver, &nodes) else { return };
        let texts: Vec<Node<'w>> = nodes.into_iter().filter(|it| is_text(self.shapes.types(), *it)).collect();
        let mut from: Vec<Src> = texts.into_iter().flat_map(|it| self.text_sources(it)).collect();
        from.extend(args.iter().filter(|it| !values(&it.parts).is_empty()).flat_map(|it| &it.from));
        match output {
            Output::Shared(it) => {
                let own = self.ws.project().file(self.file.id()).dir;
                for dir in [Some(own), None] {
                    let to = Src { way: Way::Loose, seen: Seen::Text, ..Src::at(it.place(dir)) };
                    self.flow(&from, to, VALUE);
                }
            }
            Output::Anywhere => self.look(&from, Look::Lost(Loss::Kept), call.node(), &short(call.node().text())),
        }
    }

    fn output(
        &self,
        call: CallExpr<'w>,
        callee: &Callee,
        receiver: Option<Node<'w>>,
        args: &[Node<'w>],
    ) -> Option<Output> {
        let (path, name) = match callee {
            Callee::Func { path, name } | Callee::External { path, name } | Callee::Method { path, name, .. } => {
                (&**path, &**name)
            }
            _ => return None,
        };
        let to = |writer: Option<Node<'w>>| match writer.and_then(|it| self.stream(it)) {
            Some(stream) => Output::Shared(stream),
            None => Output::Anywhere,
        };
        Some(match (path, name) {
            ("fmt", _) if known::prints(callee) => Output::Shared(Shared::Stream("Stdout")),
            ("fmt", _) if name.starts_with("Fprint") => to(args.first().copied()),
            ("fmt", _) if name.starts_with("Append") => Output::Anywhere,
            ("io", "WriteString") => to(args.first().copied()),
            _ if name.starts_with("Write") && known::logger(path).is_none() => to(receiver),
            ("log", _) if receiver.is_some() => Output::Shared(Shared::Log("log")),
            _ if known::logger(path).is_some() => Output::Shared(logs(path).into_iter().next()?),
            _ if known::effect(callee, args) != Effect::Unknown || self.hands_on(call) => return None,
            _ => Output::Anywhere,
        })
    }

    /// Whether what a call returns may hold the text that it was given.
    fn hands_on(&self, call: CallExpr<'w>) -> bool {
        let types = self.shapes.types();
        let ty = types.type_of(call.node());
        let results = match types.form(ty) {
            Form::Tuple(results) => results,
            _ => vec![ty],
        };
        results.into_iter().any(|it| it == Ty::STRING || self.shapes.has_value(it))
    }

    /// Which of the standard streams it is, or what drops all.
    fn stream(&self, writer: Node<'w>) -> Option<Shared> {
        let selector = SelectorExpr::cast(writer.unparen())?;
        let object = self.shapes.types().object_of(selector.sel()).filter(|it| it.kind == ObjectKind::Var)?;
        match (&*object.path, &*object.name) {
            ("os", "Stdout") => Some(Shared::Stream("Stdout")),
            ("os", "Stderr") => Some(Shared::Stream("Stderr")),
            ("io", "Discard") => Some(Shared::Stream("Discard")),
            _ => None,
        }
    }

    /// Notes that what is written to some outputs is read by code of this file.
    fn read_back(&mut self, outputs: &[Shared], look: Look, node: Node<'w>, what: &str) {
        let dirs = self.seen_dirs();
        let spots = outputs.iter().flat_map(|it| dirs.iter().map(|dir| Src::at(it.place(*dir))));
        let spots: Vec<Src> = spots.collect();
        self.look(&spots, look, node, what);
    }

    /// The directories whose code runs where this file's does; none for all.
    fn seen_dirs(&self) -> Vec<Option<DirId>> {
        let project = self.ws.project();
        let own = project.file(self.file.id());
        if !own.is_test() {
            return vec![None];
        }
        let mut seen = HashSet::from([own.dir]);
        let mut open = vec![own.dir];
        while let Some(dir) = open.pop() {
            let files = project.dir(dir).file_ids().filter(|it| dir == own.dir || !project.file(*it).is_test());
            for path in files.flat_map(|it| self.ws.imports(it)).map(|it| it.path) {
                let next = project.resolve_import(dir, path).and_then(|it| project.find_dir(&it));
                open.extend(next.filter(|it| seen.insert(*it)));
            }
        }
        seen.into_iter().map(Some).collect()
    }

    /// Notes that a log is given something that gets what is logged, other than a file.
    fn redirected(&mut self, call: CallExpr<'w>, callee: &Callee) {
        let (Callee::Func { path, name } | Callee::External { path, name } | Callee::Method { path, name, .. }) =
            callee
        else {
            return;
        };
        // Loggers that keep what is logged.
        let is_observer = ["/hooks/test", "/zaptest/observer"].iter().any(|it| path.ends_with(it));
        let gets = |it: Node<'w>| self.stream(it).is_none() && self.is_writer(it);
        if known::logger(path).is_some() && (is_observer || call.args().any(gets)) {
            // The functions of package `log` log to where its default logger does.
            let is_new = &**path == "log" && name == "New";
            let logs: Vec<Shared> = logs(path).into_iter().skip(usize::from(is_new)).collect();
            self.read_back(&logs, Look::Lost(Loss::Kept), call.node(), &short(call.node().text()));
        }
    }

    /// Whether something can be written to and read again.
    fn is_writer(&self, arg: Node<'w>) -> bool {
        let types = self.shapes.types();
        let ty = types.type_of(arg);
        let form = match types.form(ty) {
            Form::Pointer(to) => types.form(to),
            form => form,
        };
        let of_logger = matches!(&form, Form::Named { path, .. } if known::logger(path).is_some());
        let is_file = matches!(&form, Form::Named { path, name, .. } if &**path == "os" && &**name == "File");
        let in_test = is_test(self.ws, self.file.id());
        if ty == Ty::UNKNOWN || of_logger || (is_file && !in_test) {
            return false;
        }
        types.member(self.file.id(), ty, "Write").ok().flatten().is_some()
    }

    /// Notes methods that loggers call with what is logged: `Handle` of a `slog.Handler`, `Fire` of a hook. Of tests they are
    /// taken to look at all of it, elsewhere at errors if they ask for the types of values.
    pub(super) fn log_sinks(&mut self) {
        const METHODS: &[&str] = &["Handle", "Fire", "Write", "Format", "OnWrite", "EncodeEntry", "Run"];
        let decls: Vec<FuncDecl<'w>> = self.file.root().children_in(Role::Decls).filter_map(FuncDecl::cast).collect();
        for decl in decls.into_iter().filter(|it| it.recv().is_some() && METHODS.contains(&it.name().text())) {
            let types = self.shapes.types();
            let Form::Func { params, .. } = types.form(types.type_of(decl.name())) else { continue };
            let logger = params.into_iter().find_map(|it| {
                let form = match types.form(it) {
                    Form::Pointer(to) => types.form(to),
                    form => form,
                };
                match form {
                    Form::Named { path, .. } => known::logger(&path),
                    _ => None,
                }
            });
            let Some(logger) = logger else { continue };
            let what = decl.name().text();
            if is_test(self.ws, self.file.id()) {
                self.read_back(&logs(logger), Look::Lost(Loss::Kept), decl.name(), what);
            } else if decl.node().descendants().any(|it| it.kind() == Kind::TypeAssertExpr) {
                let values = Src::at(Place::logged_value(logger));
                self.look(&[values], Look::Lost(Loss::Asked), decl.name(), what);
            }
        }
    }

    /// What is logged keeps its value, which handlers and hooks can ask for.
    fn attributes(&mut self, call: CallExpr<'w>, callee: &Callee, args: &[Arg<'w>]) {
        let (Callee::Func { path, name } | Callee::Method { path, name, .. }) = callee else { return };
        let Some(logger) = known::logger(path) else { return };
        let at = Src { way: Way::Loose, ..Src::at(Place::logged_value(logger)) };
        args.iter().for_each(|it| self.flow(&it.from, at, values(&it.parts)));
        if logger == "log/slog" && name == "Any" {
            let result = Src::at(Place::call(call.node())).then(Slot::result(0));
            result.into_iter().for_each(|it| self.flow(&[at], it, VALUE));
        }
    }

    /// Notes that `os.Stdout` or `os.Stderr` is replaced: by a test, or by what `os.Pipe` makes.
    pub(super) fn stream_replaced(&mut self, target: Node<'w>) {
        let Some(stream) = self.stream(target) else { return };
        let types = self.shapes.types();
        let is_pipe = |it: CallExpr<'w>| matches!(types.callee(it), Callee::Func { path, name } if &*path == "os" && &*name == "Pipe");
        let decl = target.ancestors().find(|it| it.kind() == Kind::FuncDecl);
        let has_pipe = || decl.into_iter().flat_map(Node::descendants).filter_map(CallExpr::cast).any(is_pipe);
        if is_test(self.ws, self.file.id()) || has_pipe() {
            let what = format!("another {}", short(target.text()));
            self.read_back(&[stream], Look::Lost(Loss::Kept), target, &what);
        }
    }
}
