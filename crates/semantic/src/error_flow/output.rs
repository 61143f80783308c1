//! Texts of errors that are written: to the standard streams, to logs, and to writers that anybody may read them from.
//!
//! What is logged or printed is for people. It is looked at where code gets it back: where a log is given a writer that is
//! no file, or a test replaces a standard stream. A test sees what is written by the packages that its own one needs; other
//! code is taken to see all.

use std::collections::HashSet;

use gofix_project::DirId;
use gofix_syntax::{
    Kind, Node, Role, Token,
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
use crate::{
    import::specs,
    types::{Callee, Form, ObjectKind, Ty},
};

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
        let is_made = matches!(callee, Callee::Func { path, name } if &**path == "fmt" && !name.starts_with("Print"));
        if is_made && nodes.first().is_none_or(|it| self.stream(*it).is_none()) {
            self.fields_of_args(call, Look::Lost(Loss::Kept));
        }
        let Some(output) = self.output(call, callee, receiver, &nodes) else { return };
        // Also behind a pointer.
        let texts = nodes.iter().map(|it| match it.unparen() {
            it if it.kind() == Kind::UnaryExpr && it.op() == Token::And => it.child(Role::X).unwrap_or(it),
            it => it,
        });
        let texts: Vec<Node<'w>> = texts.filter(|it| is_text(self.shapes.types(), *it)).collect();
        let mut from: Vec<Src> = texts.into_iter().flat_map(|it| self.text_sources(it)).collect();
        let types = self.shapes.types();
        let has_results = !matches!(types.form(types.type_of(call.node())), Form::Tuple(it) if it.is_empty());
        let callee_prints =
            known::prints_any(callee) || (known::effect(callee, &nodes) == Effect::Unknown && !has_results);
        if callee_prints {
            from.extend(args.iter().filter(|it| !values(&it.parts).is_empty()).flat_map(|it| &it.from));
        }
        match output {
            Output::Shared(it) => self.write_to(it, &from),
            Output::Anywhere => self.look(&from, Look::Lost(Loss::Kept), call.node(), &short(call.node().text())),
        }
    }

    /// Lets the texts of errors flow into what a logger writes.
    pub(super) fn logged(&mut self, path: &str, from: &[Src]) {
        logs(path).into_iter().for_each(|it| self.write_to(it, from));
    }

    fn write_to(&mut self, output: Shared, from: &[Src]) {
        let own = self.ws.project().file(self.file.id()).dir;
        for dir in [Some(own), None] {
            let to = Src { way: Way::Loose, seen: Seen::Text, ..Src::at(output.place(dir)) };
            self.flow(from, to, VALUE);
        }
    }

    /// Where a call writes what it is given; none if it writes nothing, or that is followed otherwise.
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
        let effect = known::effect(callee, args);
        Some(match (path, name) {
            ("fmt", _) if name.starts_with("Append") || (name.contains("rint") && self.is_counted(call)) => {
                Output::Anywhere
            }
            ("fmt", _) if known::prints(callee) => Output::Shared(Shared::Stream("Stdout")),
            ("fmt", _) if name.starts_with("Fprint") => to(args.first().copied()),
            ("io", "WriteString") => to(args.first().copied()),
            // Somebody may recover from it.
            ("log", _) if name.starts_with("Panic") => Output::Anywhere,
            ("log", _) if receiver.is_some() => Output::Shared(Shared::Log("log")),
            _ if known::logger(path).is_some() => Output::Shared(logs(path).into_iter().next()?),
            _ if name.starts_with("Write") => to(receiver.filter(|_| !self.is_counted(call))),
            ("errors" | "fmt" | "strings" | "bytes" | "testing", _) if receiver.is_none() || path == "testing" => {
                return None;
            }
            _ if matches!(effect, Effect::Looks(Look::Text | Look::TextPart | Look::Compared | Look::DeepCompared)) => {
                return None;
            }
            // Followed by way of what is returned.
            _ if self.shapes.types().type_of(call.node()) == Ty::STRING => return None,
            _ if !self.ws.is_std(path) && (effect != Effect::Unknown || self.makes_error(call)) => return None,
            _ => Output::Anywhere,
        })
    }

    /// Whether a function outside returns an error and nothing else: that may be made of what it was given.
    fn makes_error(&self, call: CallExpr<'w>) -> bool {
        self.shapes.is_error(self.shapes.types().type_of(call.node()))
    }

    /// Whether somebody looks at how much was written.
    fn is_counted(&self, call: CallExpr<'w>) -> bool {
        let outer = call.node().with_parens();
        let first = outer.parent().and_then(|it| it.child(Role::Lhs).or_else(|| it.child(Role::Names)));
        let has_value = matches!(self.shapes.types().form(self.shapes.types().type_of(call.node())), Form::Tuple(_));
        let is_dropped =
            matches!(outer.role(), Role::X) && outer.parent().is_some_and(|it| it.kind() == Kind::ExprStmt);
        let in_stmt = outer.parent().is_none_or(|it| matches!(it.kind(), Kind::GoStmt | Kind::DeferStmt));
        has_value && !is_dropped && !in_stmt && first.is_none_or(|it| it.as_ident() != Some("_"))
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
        let in_test = self.ws.project().file(self.file.id()).is_test();
        let is_stream = |it: Node<'w>| match self.stream(it) {
            // Examples compare it.
            Some(Shared::Stream(name)) => !in_test || name != "Stdout" || !self.file.text().contains("Output:"),
            _ => false,
        };
        let gets = |it: Node<'w>| !is_stream(it) && self.is_writer(it);
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

    /// Notes the examples of a test, whose output is compared, whoever prints it.
    pub(super) fn examples(&mut self) {
        if !self.ws.project().file(self.file.id()).is_test() {
            return;
        }
        // A test that runs itself, or a program as a script says, sees what is printed. What is logged has the time in it.
        let text = self.file.text();
        let runs_itself = (text.contains("os.Args") || text.contains("os.Executable")) && text.contains("Output()");
        if runs_itself || specs(self.file).any(|it| it.import_path().ends_with("/testscript")) {
            let streams = [Shared::Stream("Stdout"), Shared::Stream("Stderr")];
            self.read_back(&streams, Look::Lost(Loss::Kept), self.file.root(), "a test that runs the program");
        }
        let decls = self.file.root().children_in(Role::Decls);
        let examples: Vec<Node<'w>> = decls.filter(|it| self.in_example(*it)).collect();
        for func in examples {
            self.read_back(&[Shared::Stream("Stdout")], Look::Lost(Loss::Kept), func, "the output of an example");
        }
    }

    /// What is logged keeps its value, which handlers and hooks can ask for.
    fn attributes(&mut self, call: CallExpr<'w>, callee: &Callee, args: &[Arg<'w>]) {
        let (Callee::Func { path, name } | Callee::Method { path, name, .. }) = callee else { return };
        let Some(logger) = known::logger(path) else { return };
        let at = Src { way: Way::Loose, ..Src::at(Place::logged_value(logger)) };
        args.iter().for_each(|it| self.flow(&it.from, at, values(&it.parts)));
        if logger == "log/slog" && name == "String" {
            self.look(&[at], Look::Lost(Loss::Kept), call.node(), &short(call.node().text()));
        }
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
