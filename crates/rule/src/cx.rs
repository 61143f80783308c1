use std::collections::BTreeMap;

use gofix_project::{Config, FileConstraints, GoVersion};
use gofix_semantic::{
    Def, EmbeddedField, EmbeddedUses, ErrorFlow, FuncUses, Implementation, Implements, ImportName, Package, References,
    Required, Res, Tri, Types, Typing, Uses, Workspace,
    types::{Callee, Form, Ty, Value},
};
use gofix_syntax::{
    FileId, Kind, Node, Role, SourceFile,
    ast::{AstNode, CallExpr, FuncDecl, FuncLit, SelectorExpr},
    header,
};

use crate::{
    Decline, Import, Meta,
    flow::{self, Facts, Flow, Graph, Local, LoopEnds},
    import, stmt,
};

/// The options of one rule as set for a run.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Options(BTreeMap<String, String>);

impl Options {
    /// No option set: all have their defaults.
    pub fn new() -> Options {
        Options::default()
    }

    /// Sets `key` to `value`.
    ///
    /// # Errors
    /// A sentence for the user if the rule has no such option, or the option no such value.
    pub fn set(&mut self, meta: &Meta, key: &str, value: &str) -> Result<(), String> {
        let Some(option) = meta.options.iter().find(|it| it.name == key) else {
            let known: Vec<&str> = meta.options.iter().map(|it| it.name).collect();
            let hint = if known.is_empty() { "it has none".to_owned() } else { format!("it has {}", known.join(", ")) };
            return Err(format!("{} has no option {key}: {hint}", meta.name));
        };
        if !option.values.is_empty() && !option.values.contains(&value) {
            return Err(format!("{}.{key} cannot be {value}: it is one of {}", meta.name, option.values.join(", ")));
        }
        self.0.insert(key.to_owned(), value.to_owned());
        Ok(())
    }

    /// What `key` is set to, if it is.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }
}

/// Everything a rule may ask about the program, seen from one package. Immutable, and cheap to copy.
#[derive(Copy, Clone)]
pub struct Cx<'a> {
    ws: &'a Workspace,
    typing: &'a Typing<'a>,
    package: Package<'a>,
    files: &'a [FileId],
    meta: &'a Meta,
    options: &'a Options,
}

impl<'a> Cx<'a> {
    /// The view of a rule with that `meta` and those `options` on `package`, of which it looks at `files`.
    pub fn new(
        ws: &'a Workspace,
        typing: &'a Typing<'a>,
        package: Package<'a>,
        files: &'a [FileId],
        meta: &'a Meta,
        options: &'a Options,
    ) -> Cx<'a> {
        Cx { ws, typing, package, files, meta, options }
    }

    // Where to look

    /// The snapshot of the whole program.
    pub fn workspace(&self) -> &'a Workspace {
        self.ws
    }

    /// The package.
    pub fn package(&self) -> Package<'a> {
        self.package
    }

    /// The files of the package in which the rule can have something to say: they have all its words, and a Go version for
    /// which it is made. Whether they may be edited is not the rule's business.
    pub fn files(&self) -> impl Iterator<Item = &'a SourceFile> + use<'a> {
        let ws = self.ws;
        self.files.iter().filter_map(move |it| ws.file(*it))
    }

    /// Every node of these files, in order.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'a>> + use<'a> {
        self.files().flat_map(|it| it.nodes())
    }

    /// Every node of one kind in these files, as typed view, in order.
    pub fn all<T: AstNode<'a>>(&self) -> impl Iterator<Item = T> + use<'a, T> {
        self.nodes().filter_map(T::cast)
    }

    /// The calls in these files of the function `name` of the package imported as `path`, however it was imported.
    pub fn calls(&self, path: &'a str, name: &'a str) -> impl Iterator<Item = CallExpr<'a>> + use<'a> {
        let ws = self.ws;
        self.files.iter().flat_map(move |it| ws.calls(*it, path, name))
    }

    /// The expressions in these files that denote `name` of the package imported as `path`: `pkg.Name`, or `Name` after a
    /// dot import.
    pub fn references(&self, path: &'a str, name: &'a str) -> impl Iterator<Item = Node<'a>> + use<'a> {
        let ws = self.ws;
        self.files.iter().flat_map(move |it| ws.references(*it, path, name))
    }

    // What names mean

    /// What an identifier denotes.
    pub fn resolve(&self, ident: Node<'a>) -> Res<'a> {
        self.ws.resolve(ident)
    }

    /// What an expression denotes if it is a name, maybe a qualified one.
    pub fn resolve_expr(&self, expr: Node<'a>) -> Res<'a> {
        self.ws.resolve_expr(expr)
    }

    /// Where a definition is used.
    pub fn uses(&self, def: Def<'a>) -> Uses<'a> {
        self.ws.uses(def)
    }

    /// Whether `name` at `at` means what is predeclared under that name.
    pub fn is_universe(&self, name: &str, at: Node<'a>) -> Tri {
        self.ws.is_universe(name, at)
    }

    /// Whether `call` is one of the predeclared function `name`, by proof.
    pub fn is_builtin_call(&self, call: CallExpr<'a>, name: &str) -> bool {
        let fun = call.fun().unparen();
        fun.as_ident() == Some(name) && self.resolve(fun).is_universe(name)
    }

    // Types

    /// What is known of types in a file; more than the other questions here can tell. None if the file belongs to no
    /// build at all. Answers are true of one configuration that the file belongs to: in a build for another platform, a name
    /// that is declared in a file with constraints may mean something else. Types of files of different configurations have
    /// nothing to do with each other.
    pub fn types(&self, file: FileId) -> Option<&'a Types<'a>> {
        self.typing.of(file)
    }

    /// The type of an expression.
    pub fn type_of(&self, expr: Node<'a>) -> Ty {
        self.types(expr.file().id()).map_or(Ty::UNKNOWN, |it| it.type_of(expr))
    }

    /// The value of a constant expression, if it is the same in every build that the file belongs to.
    pub fn const_value(&self, expr: Node<'a>) -> Option<Value> {
        self.typing.const_value_everywhere(expr)
    }

    /// The type that a constant expression has by itself, before its surroundings give it one, if it has that type in every
    /// build that the file belongs to: an untyped one as long as nothing in it has a type. None if it is not constant, or
    /// if that cannot be told; unknown if its type cannot.
    pub fn const_type(&self, expr: Node<'a>) -> Option<Ty> {
        self.typing.const_type_everywhere(expr)
    }

    /// The references of a definition in all of the workspace, and why there may be others.
    pub fn references_of(&self, def: Def<'a>) -> References<'a> {
        self.typing.references(def)
    }

    /// How a type implements an interface, both declared at the package level of the project.
    pub fn implements(&self, ty: Def<'a>, interface: Def<'a>) -> Implements {
        self.typing.implements(ty, interface)
    }

    /// The types that the project's own files declare at the package level and that implement an interface, or may. All of
    /// them are looked at, which takes its time.
    pub fn implementations(&self, interface: Def<'a>) -> Vec<Implementation<'a>> {
        self.typing.implementations(interface)
    }

    /// Where an embedded field, or one of its `members`, is selected, in all of the workspace.
    pub fn embedded_uses(&self, field: EmbeddedField<'a>, members: &[&str]) -> EmbeddedUses<'a> {
        self.typing.embedded_uses(field, members)
    }

    /// Whether some file asserts that a value in an interface has one of these methods, in a way that a type may pass.
    pub fn asserts_methods(&self, of: Def<'a>, names: &[&str]) -> bool {
        self.typing.asserts_methods(of, names)
    }

    /// Whether a type can get another field of that name, so that no selector changes its meaning.
    pub fn is_member_free(&self, ty: Def<'a>, name: &str) -> Tri {
        self.typing.is_member_free(ty, name)
    }

    /// Whether a file is left out of some builds.
    pub fn is_constrained(&self, file: &SourceFile) -> bool {
        self.typing.is_constrained(file)
    }

    /// All that is done with a function or method in all of the workspace: what calls it, what uses it as a value.
    pub fn func_uses(&self, func: Def<'a>) -> FuncUses<'a> {
        self.typing.func_uses(func)
    }

    /// Whether an interface, of the workspace or of a package that it imports, requires a method, so that its signature
    /// cannot change.
    pub fn required(&self, method: Def<'a>) -> Required<'a> {
        self.typing.required(method)
    }

    /// What a call calls.
    pub fn callee(&self, call: CallExpr<'a>) -> Callee {
        self.types(call.node().file().id()).map_or(Callee::Unknown, |it| it.callee(call))
    }

    /// Whether the type of an expression is exactly `error`.
    pub fn is_error(&self, expr: Node<'a>) -> Tri {
        let Some(types) = self.types(expr.file().id()) else { return Tri::Unknown };
        match types.type_of(expr) {
            Ty::UNKNOWN => Tri::Unknown,
            ty => types.is_error_type(ty).into(),
        }
    }

    /// How errors flow through the whole module, tests included: what looks at those that a function returns. For rules
    /// that say so by [`Rule::needs_error_flow`](crate::Rule::needs_error_flow).
    pub fn error_flow(&self) -> &'a ErrorFlow {
        self.ws.error_flow()
    }

    // Names that are free

    /// A name for a new local before the statement around `at`: the first of `wanted` that is free, else the first with a
    /// number.
    pub fn fresh_name(&self, wanted: &[&str], at: Node<'a>) -> Result<String, Decline> {
        let name = self.ws.fresh_name(wanted, at);
        name.ok_or_else(|| Decline::new(format!("no name like {} is free here", wanted.first().unwrap_or(&"x"))))
    }

    /// How to refer to the package `path` at `at`: by the name under which the file imports it, or by a new import under a
    /// free name. Pass the result to [`Fix::imports`](crate::Fix::imports).
    pub fn import(&self, at: Node<'a>, path: &str) -> Result<Import<'a>, Decline> {
        import::find(self.ws, at, path)
    }

    /// The same for text that comes from another place, `from`: a new import is written as it is written there, if that is
    /// possible.
    pub fn import_as(&self, at: Node<'a>, path: &str, from: Node<'a>) -> Result<Import<'a>, Decline> {
        let mut imports = self.ws.imports(from.file().id());
        let named = |it: &gofix_semantic::Import<'_>| matches!(it.how, ImportName::Explicit | ImportName::Known);
        match imports.find(|it| it.path == path && named(it)) {
            Some(it) => import::find_as(self.ws, at, path, (it.name, it.how == ImportName::Explicit)),
            None => self.import(at, path),
        }
    }

    /// Another name of the package that `of`, a reference such as `time.Tick`, takes its name from, written in the same
    /// way: with the same qualifier, or bare after a dot import. Declines if the bare name means something else there.
    pub fn sibling_name(&self, of: Node<'a>, name: &str) -> Result<String, Decline> {
        if let Some(selector) = SelectorExpr::cast(of) {
            return Ok(format!("{}.{name}", selector.x().text()));
        }
        let is_hidden = self.ws.local(name, of).is_some() || self.package.declarations(name).1 != Tri::No;
        if is_hidden { Err(Decline::new(format!("{name} means something else here"))) } else { Ok(name.to_owned()) }
    }

    /// The Go version of a file: from go.mod's `go` line, and the file's own `//go:build go1.N`.
    pub fn go_version(&self, file: &SourceFile) -> GoVersion {
        let project = self.ws.project();
        let name = project.file(file.id()).name();
        project.file_version(file.id(), &FileConstraints::new(name, &header::read(file.text())))
    }

    /// Whether a file belongs to a build for the operating system `goos`, as far as its name and its constraints say.
    pub fn is_built_on(&self, file: &SourceFile, goos: &str) -> bool {
        let name = self.ws.project().file(file.id()).name();
        let config = Config { goos: goos.to_owned(), goarch: "amd64".to_owned(), ..Config::default() };
        FileConstraints::new(name, &header::read(file.text())).matches(&config)
    }

    /// The Go version of the module of a file, whatever the file itself says: the runtime of a program goes by that. A
    /// program may have a main module of a later version than this, but not of an earlier one.
    pub fn module_version(&self, file: &SourceFile) -> GoVersion {
        let project = self.ws.project();
        project.go_version(project.file(file.id()).dir)
    }

    /// Whether the package is the external test of a package called `name`.
    pub fn is_external_test_of(&self, name: &str) -> bool {
        self.package.is_external_test() && self.package.name().strip_suffix("_test") == Some(name)
    }

    // Options

    /// The value of one of the rule's options: as set, or its default. Empty if the rule has no such option.
    pub fn option(&self, name: &str) -> &'a str {
        let default = self.meta.options.iter().find(|it| it.name == name).map_or("", |it| it.default);
        self.options.get(name).unwrap_or(default)
    }

    /// Whether an option that is `true` or `false` is true.
    pub fn is_set(&self, name: &str) -> bool {
        self.option(name) == "true"
    }

    // Statements and functions

    /// The statement of a statement list that holds `node`, its label included. None outside of functions.
    pub fn stmt(&self, node: Node<'a>) -> Option<Node<'a>> {
        [node].into_iter().chain(node.ancestors()).find_map(stmt::list_element)
    }

    /// The function around `node`: a `FuncDecl` or a `FuncLit`.
    pub fn func(&self, node: Node<'a>) -> Option<Node<'a>> {
        flow::enclosing_func(node)
    }

    /// The body of a `FuncDecl` or `FuncLit`; a function of another language has none.
    pub fn body(&self, func: Node<'a>) -> Option<Node<'a>> {
        FuncDecl::cast(func).and_then(FuncDecl::body).or_else(|| FuncLit::cast(func).map(FuncLit::body))
    }

    /// Whether `node` can run more than once in one call of its function.
    pub fn in_loop(&self, node: Node<'a>) -> bool {
        flow::in_loop(node)
    }

    /// Whether calling a method on a variable may take its address, so that the method can write to it. No is a proof.
    pub fn is_addressed_by_methods(&self, def: Def<'a>) -> Tri {
        let Some(types) = self.types(def.ident().file().id()) else { return Tri::Unknown };
        let ty = types.type_of(def.ident());
        match (types.form(ty), types.form(types.underlying(ty))) {
            (_, Form::Pointer(_) | Form::Interface(_)) => Tri::No,
            // Types without a name have no methods, but for those of what a struct embeds; elements may.
            (Form::Slice(_) | Form::Map(..) | Form::Chan { .. } | Form::Func { .. }, _) => Tri::No,
            _ => Tri::Unknown,
        }
    }

    /// Whether nothing behind `call` runs, by proof: it calls the built-in `panic`, `os.Exit`, `runtime.Goexit`,
    /// `log.Fatal`, `t.Fatal` or one of their like. A call not known to be one may be one.
    pub fn never_returns(&self, call: CallExpr<'a>) -> bool {
        flow::never_returns(&self.callee(call)).is_yes()
    }

    /// The control flow graph of the body of `func`. None for a function without body.
    pub fn graph(&self, func: Node<'a>) -> Option<Graph<'a>> {
        Some(Graph::new(self.body(func)?, |call| self.never_returns(call)))
    }

    /// What control flow can do in the body of `func`; `never_ends` tells loops that end only by a statement that leaves
    /// them, besides `for` without a condition. None for a function without body.
    pub fn flow(&self, func: Node<'a>, never_ends: impl Fn(Node<'a>) -> bool) -> Option<Flow<'a>> {
        Some(Flow::new(self.body(func)?, |call| self.never_returns(call), never_ends))
    }

    /// How control can get out of a loop in the body that `graph` is of.
    pub fn loop_ends(&self, repeated: Node<'a>, graph: &Graph<'a>) -> LoopEnds<'a> {
        LoopEnds::new(repeated, graph, |call| self.never_returns(call))
    }

    /// The facts of the outermost function around `node`, for a rule that asks more than one question about its
    /// variables. None outside of functions.
    pub fn facts(&self, node: Node<'a>) -> Option<Facts<'a>> {
        Facts::new(self, node)
    }

    /// All uses of a variable of a function. None for anything else.
    pub fn local(&self, def: Def<'a>) -> Option<Local<'a>> {
        Local::new(self, def)
    }

    /// Whether `stmt` is a terminating statement (spec: Terminating statements).
    pub fn terminates(&self, stmt: Node<'a>) -> bool {
        flow::terminates(stmt, |call| self.is_builtin_call(call, "panic"))
    }

    /// The statements that leave the loop `repeated`, in order.
    pub fn exits(&self, repeated: Node<'a>) -> Vec<flow::Exit<'a>> {
        flow::exits(repeated, |call| self.never_returns(call))
    }

    /// Whether `node` runs in a test, benchmark or example: its file is a test file.
    pub fn in_test_file(&self, node: Node<'a>) -> bool {
        self.ws.project().file(node.file().id()).is_test()
    }

    /// The declaration at the top level of the file that holds `node`.
    pub fn top_decl(&self, node: Node<'a>) -> Option<Node<'a>> {
        [node]
            .into_iter()
            .chain(node.ancestors())
            .find(|it| it.role() == Role::Decls && matches!(it.kind(), Kind::FuncDecl | Kind::GenDecl | Kind::BadDecl))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Group, OptionMeta};

    #[test]
    fn options_are_checked_when_set() {
        static OPTIONS: [OptionMeta; 2] = [
            OptionMeta { name: "scope", summary: "where", default: "all", values: &["all", "some"] },
            OptionMeta { name: "local-name", summary: "what", default: "x", values: &[] },
        ];
        let meta = Meta {
            name: "r",
            summary: "",
            group: Group::Custom,
            recommended: false,
            since: None,
            until: None,
            words: &[],
            options: &OPTIONS,
            docs: "",
        };
        let mut options = Options::new();
        assert_eq!(options.set(&meta, "scope", "some"), Ok(()));
        assert_eq!(options.set(&meta, "local-name", "whatever"), Ok(()));
        assert_eq!((options.get("scope"), options.get("local-name")), (Some("some"), Some("whatever")));
        let error = options.set(&meta, "scope", "none").unwrap_err();
        assert_eq!(error, "r.scope cannot be none: it is one of all, some");
        let error = options.set(&meta, "scop", "all").unwrap_err();
        assert_eq!(error, "r has no option scop: it has scope, local-name");
    }
}
