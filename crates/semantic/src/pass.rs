//! The one forward pass over a file that finds out what its names mean (spec: Declarations and scope).
//!
//! Nodes come in the order of the text, and every subtree is a run of ids. So a scope, or a declaration that takes
//! effect only later (`x := x`), is an [`Event`] at a known id, and events fire in the reverse order of their making:
//! a stack of them is all the state there is, however deep the tree.

use std::{collections::HashMap, hash::BuildHasherDefault};

use gofix_syntax::{
    Kind, Node, NodeId, Role, SourceFile, Token,
    ast::{AstNode, FuncType},
};

use crate::{
    names::{FileNames, Local, NameHasher, code, hash_name},
    resolve::is_qualifier,
};

/// Finds the names of a file.
pub(crate) fn names_of(file: &SourceFile) -> FileNames {
    let mut pass = Pass::new(file);
    for node in file.nodes() {
        pass.fire(index(node));
        pass.visit(node);
    }
    pass.fire(usize::MAX);
    pass.locals.sort_unstable_by_key(|it| (it.hash, it.ident, it.from));
    pass.qualifiers.sort_unstable();
    FileNames {
        table: pass.table,
        defs: pass.defs.into(),
        locals: pass.locals.into(),
        qualifiers: pass.qualifiers.into(),
    }
}

fn index(node: Node<'_>) -> usize {
    node.id().index()
}

/// The index behind the last descendant.
fn end(node: Node<'_>) -> usize {
    index(node) + 1 + node.descendants().len()
}

/// A name of this file.
type Sym = usize;
/// An index into the declarations.
type DefIndex = u32;

#[derive(Copy, Clone)]
struct Binding {
    def: DefIndex,
    sym: Sym,
    /// Serial number of its scope.
    scope: u32,
    /// The binding that it hides, as in `Pass::seen`.
    hides: u32,
}

#[derive(Copy, Clone)]
enum Event<'a> {
    /// A scope ends.
    Close,
    /// A function ends: its labels are known.
    CloseLabels,
    /// The scope of a declaration begins.
    Declare { ident: Node<'a>, def: DefIndex },
    /// The body of a function begins.
    Enter { ty: FuncType<'a> },
}

struct Scope<'a> {
    node: Node<'a>,
    serial: u32,
    first_binding: usize,
}

struct Pass<'a> {
    table: Box<[u32]>,
    defs: Vec<NodeId>,
    locals: Vec<Local>,
    qualifiers: Vec<(u32, NodeId)>,
    syms: HashMap<&'a str, Sym, BuildHasherDefault<NameHasher>>,
    /// For each name the innermost binding in effect: its index + 1, or 0.
    seen: Vec<u32>,
    /// Whether the name is among the qualifiers.
    qualifies: Vec<bool>,
    bindings: Vec<Binding>,
    scopes: Vec<Scope<'a>>,
    scopes_opened: u32,
    events: Vec<(usize, Event<'a>)>,
    /// Labels declared and used, of all functions around; `functions` says where those of each begin.
    labels: Vec<(&'a str, DefIndex)>,
    label_uses: Vec<Node<'a>>,
    functions: Vec<(usize, usize)>,
}

impl<'a> Pass<'a> {
    fn new(file: &'a SourceFile) -> Pass<'a> {
        Pass {
            table: vec![code::UNSEEN; file.node_count()].into(),
            defs: Vec::new(),
            locals: Vec::new(),
            qualifiers: Vec::new(),
            syms: HashMap::default(),
            seen: Vec::new(),
            qualifies: Vec::new(),
            bindings: Vec::new(),
            scopes: Vec::new(),
            scopes_opened: 0,
            events: Vec::new(),
            labels: Vec::new(),
            label_uses: Vec::new(),
            functions: Vec::new(),
        }
    }

    /// Lets everything happen that is due before the node `at`.
    fn fire(&mut self, at: usize) {
        while let Some(&(due, event)) = self.events.last()
            && due <= at
        {
            self.events.pop();
            match event {
                Event::Close => self.close(),
                Event::CloseLabels => self.close_labels(),
                Event::Declare { ident, def } => self.declare(ident, def, due),
                Event::Enter { ty } => self.enter(ty, due),
            }
        }
    }

    fn visit(&mut self, node: Node<'a>) {
        match node.kind() {
            Kind::Ident => self.ident(node),
            Kind::SelectorExpr => self.set(end(node) - 1, code::SELECTED),
            Kind::BlockStmt => self.block(node),
            Kind::IfStmt | Kind::ForStmt | Kind::SwitchStmt | Kind::CommClause => self.open(node),
            Kind::TypeSwitchStmt => self.type_switch(node),
            Kind::CaseClause => self.case_clause(node),
            Kind::RangeStmt => self.range(node),
            Kind::AssignStmt if node.op() == Token::Define => self.define(node),
            Kind::FuncDecl => self.func_decl(node),
            Kind::FuncLit => self.open_function(node),
            Kind::FuncType => self.func_type(node),
            Kind::Field => self.field(node),
            Kind::ValueSpec => self.value_spec(node),
            Kind::TypeSpec => self.type_spec(node),
            Kind::File => self.set_child(node, Role::Name, code::NOTHING),
            Kind::ImportSpec => self.set_child(node, Role::Name, code::IMPORT),
            Kind::LabeledStmt => self.label(node),
            Kind::BranchStmt => self.branch(node),
            Kind::KeyValueExpr => self.key_value(node),
            _ => {}
        }
    }

    fn set(&mut self, index: usize, entry: u32) {
        self.table[index] = entry;
    }

    fn set_child(&mut self, node: Node<'a>, role: Role, entry: u32) {
        if let Some(child) = node.child(role) {
            self.set(index(child), entry);
        }
    }

    // Names and scopes

    fn sym(&mut self, name: &'a str) -> Sym {
        let next = self.seen.len();
        let sym = *self.syms.entry(name).or_insert(next);
        if sym == next {
            self.seen.push(0);
            self.qualifies.push(false);
        }
        sym
    }

    /// Makes `ident` a declaring identifier, not in effect yet. `None` for the blank identifier, which declares nothing.
    fn define_ident(&mut self, ident: Node<'a>) -> Option<DefIndex> {
        if ident.text() == "_" {
            self.set(index(ident), code::NOTHING);
            return None;
        }
        let def = self.defs.len() as DefIndex;
        self.defs.push(ident.id());
        self.set(index(ident), def + code::FIRST_DEF);
        Some(def)
    }

    /// Makes `ident` a declaring identifier whose scope begins before the node `from`.
    fn define_from(&mut self, ident: Node<'a>, from: usize) {
        if let Some(def) = self.define_ident(ident) {
            self.events.push((from, Event::Declare { ident, def }));
        }
    }

    /// The declaration of the innermost scope becomes visible, from the node `from` on.
    fn declare(&mut self, ident: Node<'a>, def: DefIndex, from: usize) {
        let Some(scope) = self.scopes.last() else { return };
        let (node, serial) = (scope.node, scope.serial);
        let (name, sym) = (ident.text(), self.sym(ident.text()));
        self.bindings.push(Binding { def, sym, scope: serial, hides: self.seen[sym] });
        self.seen[sym] = self.bindings.len() as u32;
        self.locals.push(Local {
            hash: hash_name(name),
            ident: self.defs[def as usize],
            scope: node.id(),
            from: from as u32,
        });
    }

    fn binding(&mut self, name: &'a str) -> Option<Binding> {
        let sym = self.sym(name);
        let at = self.seen[sym].checked_sub(1)?;
        Some(self.bindings[at as usize])
    }

    /// What an identifier that is used means here.
    fn lookup(&mut self, name: &'a str) -> u32 {
        match self.binding(name) {
            Some(binding) => binding.def + code::FIRST_DEF,
            None => code::OUTER,
        }
    }

    fn open(&mut self, node: Node<'a>) {
        self.scopes_opened += 1;
        self.scopes.push(Scope { node, serial: self.scopes_opened, first_binding: self.bindings.len() });
        self.events.push((end(node), Event::Close));
    }

    fn close(&mut self) {
        let Some(scope) = self.scopes.pop() else { return };
        for binding in self.bindings.drain(scope.first_binding..).rev() {
            self.seen[binding.sym] = binding.hides;
        }
    }

    fn ident(&mut self, node: Node<'a>) {
        if self.table[index(node)] != code::UNSEEN {
            return;
        }
        let name = node.text();
        let entry = if name == "_" { code::NOTHING } else { self.lookup(name) };
        self.set(index(node), entry);
        if entry == code::OUTER && is_qualifier(node) {
            let sym = self.sym(name);
            if !std::mem::replace(&mut self.qualifies[sym], true) {
                self.qualifiers.push((hash_name(name), node.id()));
            }
        }
    }

    // Functions

    fn open_function(&mut self, node: Node<'a>) {
        self.open(node);
        self.functions.push((self.labels.len(), self.label_uses.len()));
        self.events.push((end(node), Event::CloseLabels));
    }

    fn func_decl(&mut self, node: Node<'a>) {
        self.open_function(node);
        if let Some(name) = node.child(Role::Name) {
            self.define_ident(name);
        }
        let receiver = node.child(Role::Recv).and_then(|it| it.child(Role::List));
        if let Some(ty) = receiver.and_then(|it| it.child(Role::Type)) {
            self.receiver_type_params(ty);
        }
    }

    /// Declares `K` and `V` of `func (r *T[K, V]) m()`.
    fn receiver_type_params(&mut self, ty: Node<'a>) {
        let mut base = ty;
        while let Kind::ParenExpr | Kind::StarExpr = base.kind() {
            let Some(inner) = base.child(Role::X) else { return };
            base = inner;
        }
        if let Kind::IndexExpr | Kind::IndexListExpr = base.kind() {
            let params = base.children().filter(|it| matches!(it.role(), Role::Index | Role::Indices));
            let from = index(base) + 1 + base.child(Role::X).map_or(0, |it| 1 + it.descendants().len());
            self.define_type_params(params.filter(|it| it.kind() == Kind::Ident), from);
        }
    }

    fn define_type_params(&mut self, params: impl Iterator<Item = Node<'a>>, from: usize) {
        for ident in params {
            self.define_from(ident, from);
        }
    }

    fn func_type(&mut self, node: Node<'a>) {
        let Some(ty) = FuncType::cast(node) else { return };
        let parent = node.parent();
        let has_scope = parent.is_some_and(|it| matches!(it.kind(), Kind::FuncDecl | Kind::FuncLit));
        if has_scope && node.next_sibling().is_some_and(|it| it.role() == Role::Body) {
            self.events.push((end(node), Event::Enter { ty }));
        }
        if let Some(params) = ty.type_params() {
            if !has_scope {
                self.open(node);
            }
            self.define_type_params(field_names(params), index(params));
        }
    }

    /// Receiver, parameters and results belong to the function's block and are seen in its body only.
    fn enter(&mut self, ty: FuncType<'a>, from: usize) {
        let receiver = ty.node().parent().and_then(|it| it.child(Role::Recv));
        for list in receiver.into_iter().chain([ty.params()]).chain(ty.results()) {
            for ident in field_names(list) {
                let entry = self.table[index(ident)];
                if let Some(def) = entry.checked_sub(code::FIRST_DEF) {
                    self.declare(ident, def, from);
                }
            }
        }
    }

    /// Names of parameters, fields and methods. Type parameters have been defined with their list.
    fn field(&mut self, node: Node<'a>) {
        for ident in node.children_in(Role::Names) {
            if self.table[index(ident)] == code::UNSEEN {
                self.define_ident(ident);
            }
        }
    }

    // Declarations

    fn value_spec(&mut self, node: Node<'a>) {
        let local = !self.scopes.is_empty();
        for ident in node.children_in(Role::Names) {
            if local {
                self.define_from(ident, end(node));
            } else {
                self.define_ident(ident);
            }
        }
    }

    /// The scope of a type begins at its name, that of its type parameters behind it.
    fn type_spec(&mut self, node: Node<'a>) {
        let local = !self.scopes.is_empty();
        if let Some(name) = node.child(Role::Name)
            && let Some(def) = self.define_ident(name)
            && local
        {
            self.declare(name, def, index(name));
        }
        if let Some(params) = node.child(Role::TypeParams) {
            self.open(node);
            self.define_type_params(field_names(params), index(params));
        }
    }

    /// `a, b := ...`: a name that this very scope has is assigned to, others are new, seen behind the statement.
    fn define(&mut self, node: Node<'a>) {
        if node.role() == Role::Assign {
            return;
        }
        for ident in node.children_in(Role::Lhs).filter(|it| it.kind() == Kind::Ident) {
            let scope = self.scopes.last().map(|it| it.serial);
            match self.binding(ident.text()) {
                Some(binding) if Some(binding.scope) == scope => self.set(index(ident), binding.def + code::FIRST_DEF),
                _ => self.define_from(ident, end(node)),
            }
        }
    }

    // Statements

    /// The block of a function shares the function's scope; those of switches hold nothing but clauses.
    fn block(&mut self, node: Node<'a>) {
        use Kind::*;
        let shared = |it: Node<'a>| {
            matches!(it.kind(), FuncDecl | FuncLit | SwitchStmt | TypeSwitchStmt | SelectStmt)
                && node.role() == Role::Body
        };
        if !node.parent().is_some_and(shared) {
            self.open(node);
        }
    }

    /// `for k, v := range x {`: `x` does not see `k` and `v`.
    fn range(&mut self, node: Node<'a>) {
        self.open(node);
        let Some(body) = node.child(Role::Body).filter(|_| node.op() == Token::Define) else { return };
        let vars = node.children().filter(|it| matches!(it.role(), Role::Key | Role::Value));
        for ident in vars.filter(|it| it.kind() == Kind::Ident) {
            self.define_from(ident, index(body));
        }
    }

    /// `switch x := y.(type)`: `x` belongs to each clause.
    fn type_switch(&mut self, node: Node<'a>) {
        self.open(node);
        if let Some(symbol) = switch_symbol(node) {
            self.define_ident(symbol);
        }
    }

    fn case_clause(&mut self, node: Node<'a>) {
        self.open(node);
        let Some(symbol) = node.parent().and_then(|it| it.parent()).and_then(switch_symbol) else { return };
        if let Some(def) = self.table[index(symbol)].checked_sub(code::FIRST_DEF)
            && let Some(first) = node.child(Role::Body)
        {
            self.events.push((index(first), Event::Declare { ident: symbol, def }));
        }
    }

    fn label(&mut self, node: Node<'a>) {
        if let Some(ident) = node.child(Role::Label)
            && let Some(def) = self.define_ident(ident)
        {
            self.labels.push((ident.text(), def));
        }
    }

    fn branch(&mut self, node: Node<'a>) {
        if let Some(ident) = node.child(Role::Label) {
            self.set(index(ident), code::NOTHING);
            self.label_uses.push(ident);
        }
    }

    /// Labels are seen in all of their function, before their declaration too, but not in functions inside it.
    fn close_labels(&mut self) {
        let Some((first_label, first_use)) = self.functions.pop() else { return };
        let labels = self.labels.drain(first_label..).rev().collect::<HashMap<_, _, BuildHasherDefault<NameHasher>>>();
        for ident in self.label_uses.drain(first_use..) {
            if let Some(def) = labels.get(ident.text()) {
                self.table[index(ident)] = def + code::FIRST_DEF;
            }
        }
    }

    // Expressions

    /// A key of a map, array or slice literal is an expression; that of a struct literal is a field.
    fn key_value(&mut self, node: Node<'a>) {
        let Some(key) = node.child(Role::Key).filter(|it| it.kind() == Kind::Ident && it.text() != "_") else { return };
        let first = node.parent().and_then(|it| it.children().next());
        let listed = |it: Node<'a>| it.role() == Role::Type && matches!(it.kind(), Kind::ArrayType | Kind::MapType);
        if !first.is_some_and(listed) {
            let entry = self.lookup(key.text()) | code::KEY;
            self.set(index(key), entry);
        }
    }
}

/// The names in a list of fields.
fn field_names<'a>(list: Node<'a>) -> impl Iterator<Item = Node<'a>> {
    list.children_in(Role::List).flat_map(|it| it.children_in(Role::Names))
}

/// The `x` of `switch x := y.(type)`.
pub(crate) fn switch_symbol<'a>(node: Node<'a>) -> Option<Node<'a>> {
    if node.kind() != Kind::TypeSwitchStmt {
        return None;
    }
    let assign = node.child(Role::Assign).filter(|it| it.kind() == Kind::AssignStmt && it.op() == Token::Define)?;
    assign.child(Role::Lhs).filter(|it| it.kind() == Kind::Ident)
}
