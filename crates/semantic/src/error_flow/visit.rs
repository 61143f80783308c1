//! One file: its functions, and how errors flow in them.

use gofix_syntax::{
    FileId, Kind, Node, Role, SourceFile,
    ast::{AstNode, CallExpr, FuncDecl, TypeSpec},
};

use super::{
    index::Index,
    locals::{Locals, Var},
    look::{Look, Use},
    place::{Place, Seen, Slot, Way},
    shape::{Part, Shapes},
    sites::place_of_func,
    summary::{Edge, Func, Map, NONE, Summary},
};
use crate::{
    Workspace,
    flow::callee::never_returns,
    types::{Denoted, Form, Ty},
};

/// Where a value is before it flows on.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub(super) struct Src {
    pub(super) place: Place,
    pub(super) slot: Slot,
    pub(super) seen: Seen,
    pub(super) way: Way,
    /// Whether it is copied: where it gets to shares nothing with where it was.
    pub(super) copied: bool,
}

impl Src {
    pub(super) fn at(place: Place) -> Src {
        Src { place, slot: Slot::VALUE, seen: Seen::Value, way: Way::Plain, copied: false }
    }

    /// What is further in.
    pub(super) fn then(self, slot: Slot) -> Option<Src> {
        Some(Src { slot: self.slot.then(slot)?, ..self })
    }

    /// At least that much is hidden.
    pub(super) fn hidden(self, seen: Seen) -> Src {
        Src { seen: self.seen.max(seen), ..self }
    }
}

/// Looks at one file.
pub(super) struct Visitor<'v, 'w> {
    pub(super) ws: &'w Workspace,
    pub(super) shapes: &'v Shapes<'v, 'w>,
    pub(super) index: &'v Index,
    pub(super) file: &'w SourceFile,
    pub(super) out: Summary,
    /// By node: the function that it is in.
    owners: Vec<u32>,
    pub(super) locals: Locals<'w>,
    /// By type: the method set of an interface, hashed.
    pub(super) sets: Map<Ty, (u64, super::summary::Methods)>,
    pub(super) depth: u32,
    /// Whether errors may be made texts in the file.
    pub(super) has_texts: bool,
    /// The function that is looked at.
    pub(super) current: u32,
}

impl<'v, 'w> Visitor<'v, 'w> {
    pub(super) fn new(
        ws: &'w Workspace,
        shapes: &'v Shapes<'v, 'w>,
        index: &'v Index,
        file: &'w SourceFile,
    ) -> Visitor<'v, 'w> {
        Visitor {
            ws,
            shapes,
            index,
            file,
            out: Summary::default(),
            owners: vec![NONE; file.node_count()],
            locals: Locals::default(),
            sets: Map::default(),
            depth: 0,
            has_texts: file.text().contains(".Error") || file.text().contains("Sprint"),
            current: NONE,
        }
    }

    pub(super) fn run(mut self) -> Summary {
        self.find_funcs();
        self.out.types = self.declared_types();
        self.declared_structs();
        self.exported();
        self.asked_for();
        self.log_sinks();
        self.examples();
        for decl in self.file.root().children_in(Role::Decls) {
            if decl.kind() == Kind::BadDecl {
                continue;
            }
            let shapes = self.shapes;
            self.locals = Locals::of(shapes, decl, &|call| may_stop(call) && stops(shapes, call));
            self.link_variables();
            for node in decl.descendants() {
                self.visit(node);
            }
        }
        self.out.finish();
        self.out
    }

    // Functions

    fn find_funcs(&mut self) {
        for node in self.file.nodes().filter(|it| matches!(it.kind(), Kind::FuncDecl | Kind::FuncLit)) {
            let Some(ty) = node.child(Role::Type) else { continue };
            let outer = self.owners[node.id().index()];
            let name = match FuncDecl::cast(node) {
                Some(decl) => name_of(decl),
                None if outer == NONE => "a function literal".to_owned(),
                None => match &*self.out.funcs[outer as usize].name {
                    it if it.starts_with("a literal in ") => it.to_owned(),
                    it => format!("a literal in {it}"),
                },
            };
            let func = Func {
                place: place_of_func(self.index, node),
                name: name.into(),
                errors: self.error_results(node),
                receiver: FuncDecl::cast(node).and_then(receiver).map(Place::decl),
                params: params(ty).map(|it| it.filter(|it| it.text() != "_").map(Place::decl)).collect(),
            };
            let ix = self.out.funcs.len() as u32;
            self.out.funcs.push(func);
            let from = node.id().index();
            self.owners[from..=from + node.descendants().len()].fill(ix);
        }
    }

    /// Which results of a function are of type `error`, or of another error type.
    fn error_results(&self, func: Node<'w>) -> Vec<usize> {
        let types = self.shapes.types();
        let signature = types.type_of(func.child(Role::Name).unwrap_or(func));
        let Form::Func { results, .. } = types.form(signature) else { return Vec::new() };
        let is_error = |it: Ty| types.is_error_type(it) || self.shapes.is_error(it);
        results.into_iter().enumerate().filter(|it| is_error(it.1)).map(|it| it.0).collect()
    }

    pub(super) fn owner(&self, node: Node<'w>) -> u32 {
        self.owners.get(node.id().index()).copied().unwrap_or(NONE)
    }

    /// The function around a node, or none.
    pub(super) fn func_place(&self, node: Node<'w>) -> Option<Place> {
        self.out.funcs.get(self.owner(node) as usize).map(|it| it.place)
    }

    // The graph

    pub(super) fn spot(&mut self, place: Place, slot: Slot) -> u32 {
        let (owners, id) = (&self.owners, self.file.id());
        let owner = |place: Place| match place.at() {
            Some((file, node)) if file == id => owners.get(node as usize).copied().unwrap_or(NONE),
            _ => NONE,
        };
        self.out.spot(place, slot, owner)
    }

    /// Lets the value at `from`, whose type has the slot `part`, flow on to `to`.
    pub(super) fn edge(&mut self, from: Src, to: Src, part: Part) {
        let (Some(a), Some(b)) = (from.then(part.slot), to.then(part.slot)) else { return };
        let way = if part.slot == Slot::VALUE { from.way.max(to.way) } else { Way::Loose };
        let seen = from.seen.max(to.seen);
        let (a, b) = (self.spot(a.place, a.slot), self.spot(b.place, b.slot));
        if a == b {
            return;
        }
        let (first, second) = if part.slot.is_backward() { (b, a) } else { (a, b) };
        let func = self.current;
        self.out.edges.push(Edge { from: first, to: second, seen, way, func });
        if part.shared && seen == Seen::Value && !from.copied {
            self.out.spots[a as usize].shared = true;
            self.out.spots[b as usize].shared = true;
            let back = if way == Way::Plain { way } else { Way::Loose };
            self.out.edges.push(Edge { from: second, to: first, seen, way: back, func });
        }
    }

    pub(super) fn flow(&mut self, from: &[Src], to: Src, parts: &[Part]) {
        for &src in from {
            for &part in parts {
                self.edge(src, to, part);
            }
        }
    }

    /// Notes that something looks at the values.
    pub(super) fn look(&mut self, at: &[Src], look: Look, node: Node<'w>, what: &str) {
        if at.is_empty() {
            return;
        }
        let ix = self.out.uses.len() as u32;
        let func = self.owner(node);
        self.out.uses.push(Use { look, file: self.file.id(), range: node.range(), func, what: what.into() });
        for src in at {
            let spot = self.spot(src.place, src.slot);
            self.out.used.push((spot, ix, src.seen));
        }
    }

    // Variables

    /// Lets all assignments of variables that are captured flow together.
    fn link_variables(&mut self) {
        for ix in 0..self.locals.vars.len() {
            let var = &self.locals.vars[ix];
            if let Some(place) = self.converted_receiver(var.decl) {
                let (parts, decl) = (var.parts.clone(), var.decl);
                self.current = self.owner(decl);
                self.flow(&[Src { way: Way::Loose, ..Src::at(place) }], Src::at(Place::decl(decl)), &parts);
            }
            let var = &self.locals.vars[ix];
            if !var.is_captured && !var.is_addressed {
                continue;
            }
            let (parts, defs) = (var.parts.clone(), var.defs.clone());
            let (shared, foreign) = (Src::at(Place::shared(var.decl)), Src::at(Place::foreign(var.decl)));
            let by_literals = var.is_written_by_literals();
            let own: Vec<bool> = defs.iter().map(|it| var.is_own(it.1)).collect();
            self.current = self.owner(var.decl);
            if by_literals {
                self.flow(&[foreign], shared, &parts);
            }
            for ((def, _), own) in defs.into_iter().zip(own) {
                let to = if own { shared } else { foreign };
                self.current = self.owner(def);
                self.flow(&[Src::at(Place::decl(def))], to, &parts);
            }
        }
    }

    /// Where values come from that are converted to the type of a receiver, which may be called through an interface.
    fn converted_receiver(&self, decl: Node<'w>) -> Option<Place> {
        let list = decl.parent()?.parent()?;
        if list.role() != Role::Recv {
            return None;
        }
        let types = self.shapes.types();
        let ty = match types.form(types.type_of(decl)) {
            Form::Pointer(to) => types.form(to),
            form => form,
        };
        match ty {
            Form::Named { path, name, .. } => Some(Place::converted_to(&path, &name)),
            _ => None,
        }
    }

    /// What is known of the variable that an identifier denotes.
    pub(super) fn var(&self, ident: Node<'w>) -> Option<&Var<'w>> {
        self.locals.var(ident)
    }

    // Types

    fn declared_types(&mut self) -> Vec<super::summary::Type> {
        let specs: Vec<TypeSpec<'w>> = self.file.nodes().filter_map(TypeSpec::cast).collect();
        let plain: Vec<TypeSpec<'w>> =
            specs.into_iter().filter(|it| !it.is_alias() && self.owner(it.node()) == NONE).collect();
        plain.into_iter().filter_map(|it| self.declared_methods(it.name())).collect()
    }
}

/// The parameters of a function type, each with its name if it has one.
pub(super) fn params(ty: Node<'_>) -> impl Iterator<Item = Option<Node<'_>>> {
    names(ty.child(Role::Params))
}

/// The results, each with its name if it has one.
pub(super) fn results(ty: Node<'_>) -> impl Iterator<Item = Option<Node<'_>>> {
    names(ty.child(Role::Results))
}

fn names(list: Option<Node<'_>>) -> impl Iterator<Item = Option<Node<'_>>> {
    let fields = list.into_iter().flat_map(|it| it.children_in(Role::List));
    fields.flat_map(|field| {
        let mut names: Vec<_> = field.children_in(Role::Names).map(Some).collect();
        if names.is_empty() {
            names.push(None);
        }
        names
    })
}

/// The variable of a method's receiver.
fn receiver(decl: FuncDecl<'_>) -> Option<Node<'_>> {
    names(decl.recv()).next()?.filter(|it| it.text() != "_")
}

/// The name of a function, with that of its receiver's type in front.
fn name_of(decl: FuncDecl<'_>) -> String {
    let receiver =
        decl.recv().and_then(|it| it.descendants().filter(|it| it.role() != Role::Names).find_map(Node::as_ident));
    match receiver {
        Some(receiver) => format!("{receiver}.{}", decl.name().text()),
        None => decl.name().text().to_owned(),
    }
}

/// Whether the name of what is called leaves it possible that the call never returns.
fn may_stop(call: Node<'_>) -> bool {
    let name = call.child(Role::Fun).map(|it| it.child(Role::Sel).unwrap_or(it).text()).unwrap_or_default();
    ["Exit", "Goexit", "Fatal", "Panic", "panic", "FailNow", "Skip"].iter().any(|it| name.starts_with(it))
}

fn stops<'w>(shapes: &Shapes<'_, 'w>, call: Node<'w>) -> bool {
    CallExpr::cast(call).is_some_and(|it| never_returns(&shapes.types().callee(it)).is_yes())
}

/// What an identifier denotes, if it is declared in a file of the project.
pub(super) fn declared<'w>(ws: &Workspace, denoted: Denoted<'w>) -> Option<Node<'w>> {
    match denoted {
        Denoted::Declared(ident) if is_inside(ws, ident.file().id()) => Some(ident),
        _ => None,
    }
}

fn is_inside(ws: &Workspace, file: FileId) -> bool {
    ws.project().files().get(file.0 as usize).is_some_and(|it| !it.in_vendor())
}
