//! Asks names and types about one place.

use gofix_rule::semantic::{
    Def, DefKind, Res, Types, Typing, Workspace,
    types::{Callee, Form, Object, ObjectKind, Selection, SelectionKind, Ty, Value},
};
use gofix_rule::syntax::{
    Kind, Node, Role, SourceFile, Token,
    ast::{AstNode, CallExpr, GenDecl, ImportSpec, KeyValueExpr, SelectorExpr, TypeSpec},
};

use super::reason::{Blame, Reason};
use super::token::Found;
use super::{Confidence, Meaning, Spot, WhyPlace, shortened};
use crate::session::Session;

/// Whom to ask about a file.
pub(super) struct Asker<'w> {
    session: &'w Session,
    pub(super) ws: &'w Workspace,
    types: Option<&'w Types<'w>>,
    pub(super) file: &'w SourceFile,
}

impl<'w> Asker<'w> {
    pub(super) fn new(
        session: &'w Session,
        ws: &'w Workspace,
        typing: &'w Typing<'w>,
        file: &'w SourceFile,
    ) -> Asker<'w> {
        Asker { session, ws, types: typing.of(file.id()), file }
    }

    pub(super) fn types(&self) -> Option<&'w Types<'w>> {
        self.types
    }

    /// All that is known of what stands at a place.
    pub(super) fn place(&self, found: Found<'w>) -> WhyPlace {
        let text = &self.file.text()[found.range.to_usize()];
        let mut place = WhyPlace {
            spot: self.spot(self.file, found.range.start),
            kind: found.kind,
            text: shortened(text),
            node: found.node.map(|it| format!("{:?}", it.kind())),
            expression: None,
            meaning: None,
            ty: None,
            value: None,
            callee: None,
            confidence: Confidence::Syntactic,
            reasons: Vec::new(),
        };
        if let Some(node) = found.node {
            self.describe(&mut place, node);
        }
        place
    }

    fn describe(&self, place: &mut WhyPlace, node: Node<'w>) {
        let is_name = place.kind == "identifier";
        if is_name || node.role() == Role::Path {
            place.meaning = self.meaning(node);
        }
        let expr = expression(node);
        let call = expr.and_then(call_of);
        let around = call.map(CallExpr::node).or(expr).filter(|it| it.range() != node.range());
        place.expression = around.filter(|_| is_name).map(|it| shortened(it.text()));
        if let Some(expr) = expr {
            place.ty = self.spell(expr);
            place.value = self.value(expr);
        }
        let callee = call.and_then(|it| Some((self.types?.callee(it), it)));
        place.callee = callee.as_ref().and_then(|it| self.called(&it.0));
        let is_external = matches!(callee, Some((Callee::External { .. }, _)));
        place.confidence = confidence(place, is_external);
        let is_broken = node.kind() == Kind::BadDecl;
        let missing_import = self.imported(node).and_then(|path| Blame::of_import(self, path));
        if let Some(reason) = missing_import {
            place.confidence = Confidence::Identity;
            place.reasons = vec![reason];
        } else if is_broken || (expr.is_some_and(is_asked_for) && lacks_type(place)) {
            self.blame(place, expr.unwrap_or(node));
        }
    }

    fn blame(&self, place: &mut WhyPlace, node: Node<'w>) {
        if self.types.is_some() && self.is_generic(node) {
            place.ty = Some("generic type".to_owned());
            place.confidence = Confidence::Typed;
            return;
        }
        let reasons = Blame::of(self, node);
        // Nothing is noted of the types in some declarations, but of the names in them.
        let declares = self.ws.resolve(node).def().is_some_and(|it| it.ident() == node);
        if reasons != [Reason::Unexplained] || (place.kind == "identifier" && !declares) {
            place.reasons = reasons;
        }
    }

    // Types

    /// The type of an expression, or that it denotes.
    pub(super) fn type_of(&self, expr: Node<'w>) -> Ty {
        let Some(types) = self.types else { return Ty::UNKNOWN };
        let noted = |node| match types.type_of(node) {
            Ty::UNKNOWN => types.denoted_type(node),
            ty => ty,
        };
        match noted(expr) {
            Ty::UNKNOWN => {}
            ty => return ty,
        }
        if let Some(found) = self.selection(expr) {
            return found.ty;
        }
        match self.declared_type(expr) {
            Ty::UNKNOWN => {}
            ty => return ty,
        }
        // Fields and parameters without a body have the type that is written, local constants also that of the value.
        let written = declared_by(expr).and_then(|it| it.child(Role::Type).or_else(|| own_value(expr)));
        written.map_or(Ty::UNKNOWN, noted)
    }

    /// The type of an expression in canonical form; of a generic function without its type parameters.
    pub(super) fn spell(&self, expr: Node<'w>) -> Option<String> {
        let types = self.types?;
        let ty = self.type_of(expr);
        if let Some(text) = types.spell(ty) {
            return Some(text);
        }
        let Form::Func { params, results, .. } = types.form(ty) else { return None };
        let spell = |list: Vec<Ty>| list.into_iter().map(|it| types.spell(it)).collect::<Option<Vec<String>>>();
        Some(format!("generic func({}) ({})", spell(params)?.join(", "), spell(results)?.join(", ")))
    }

    /// The type that a name in a declaration means, where nothing is noted of it: a defined type, or that of a field or a method
    /// in the declaration of one.
    fn declared_type(&self, expr: Node<'w>) -> Ty {
        let Some(types) = self.types else { return Ty::UNKNOWN };
        let from = self.file.id();
        let sel = SelectorExpr::cast(expr).map_or(expr, SelectorExpr::sel);
        match self.object(sel) {
            Some(it) if matches!(it.kind, ObjectKind::Type | ObjectKind::Alias) && !it.local => {
                return types.named_type(from, &it.path, &it.name);
            }
            _ => {}
        }
        let holder = expr.ancestors().nth(3).and_then(TypeSpec::cast).filter(|_| expr.role() == Role::Names);
        let holder = holder.and_then(|it| self.object(it.name())).filter(|it| !it.local);
        let ty = holder.map_or(Ty::UNKNOWN, |it| types.named_type(from, &it.path, &it.name));
        let found = expr.as_ident().and_then(|name| types.member(from, ty, name).ok()?);
        found.map_or(Ty::UNKNOWN, |it| it.ty)
    }

    /// Whether a name is that of a type with type parameters, which is no type itself.
    fn is_generic(&self, expr: Node<'w>) -> bool {
        let sel = SelectorExpr::cast(expr).map_or(expr, SelectorExpr::sel);
        let declared = self.object(sel).and_then(|it| it.ident).or_else(|| Some(self.ws.resolve(sel).def()?.ident()));
        let spec = declared.and_then(|it| it.parent()).and_then(TypeSpec::cast);
        spec.is_some_and(|it| it.type_params().is_some())
    }

    fn value(&self, expr: Node<'w>) -> Option<String> {
        let types = self.types?;
        let value = types.const_value(expr).or_else(|| types.const_value(own_value(expr)?));
        let text = match value {
            Some(value) => value_text(&value, self.type_of(expr))?,
            None => types.spell_const(expr)?.split_once(" = ")?.1.to_owned(),
        };
        Some(shortened(&text))
    }

    fn called(&self, callee: &Callee) -> Option<String> {
        Some(match callee {
            Callee::Func { path, name } => format!("function {path}.{name}"),
            Callee::Method { path, receiver, name, pointer: true } => format!("method (*{path}.{receiver}).{name}"),
            Callee::Method { path, receiver, name, .. } => format!("method {path}.{receiver}.{name}"),
            Callee::InterfaceMethod { interface: Some((path, ty)), name } => {
                let dot = if path.is_empty() { "" } else { "." };
                format!("method of interface {path}{dot}{ty}: {name}")
            }
            Callee::InterfaceMethod { interface: None, name } => format!("method of an interface: {name}"),
            Callee::External { path, name } => format!("{name} of {path}, which was not found"),
            Callee::FuncValue => "value of function type".to_owned(),
            Callee::Conversion(ty) => format!("conversion to {}", self.types?.spell(*ty)?),
            Callee::Builtin(name) => format!("built-in {name}"),
            Callee::Unknown => return None,
        })
    }

    /// The identifier that declares a type, if it is a defined one of the project.
    pub(super) fn declaration_of_type(&self, ty: Ty) -> Option<Node<'w>> {
        let types = self.types?;
        let Form::Named { path, name, .. } = types.form(deref(types, ty)) else { return None };
        let of_type = |it: &Object<'w>| *it.path == *path && it.name == name;
        let idents = self.file.nodes().filter(|it| it.kind() == Kind::Ident && it.text() == name);
        let used = idents.filter_map(|it| types.object_of(it)).find(of_type).and_then(|it| it.ident);
        used.or_else(|| {
            let package = self.ws.package_of(self.file.id());
            let own = package.import_path().is_some_and(|it| it == *path);
            own.then(|| package.declarations(&name).0.first().map(|it| it.ident())).flatten()
        })
    }

    // Names

    /// What types know a name to denote.
    pub(super) fn object(&self, ident: Node<'w>) -> Option<Object<'w>> {
        self.types?.object_of(ident)
    }

    /// Whether a node is of a file of the project.
    pub(super) fn is_own(&self, node: Node<'_>) -> bool {
        (node.file().id().0 as usize) < self.ws.project().files().len()
    }

    /// Whether types found the package of an import of the file, wherever that was.
    pub(super) fn is_found(&self, path: &str) -> bool {
        let selectors = self.file.nodes().filter_map(SelectorExpr::cast);
        let mut of_path = selectors
            .filter(|it| matches!(self.ws.resolve_expr(it.x()), Res::Package { path: found, .. } if found == path));
        of_path.any(|it| self.object(it.sel()).is_some_and(|it| it.kind != ObjectKind::External))
    }

    /// The field or method that an expression selects, or the field that a key of a composite literal names.
    fn selection(&self, expr: Node<'w>) -> Option<Selection<'w>> {
        let types = self.types?;
        if let Some(selector) = SelectorExpr::cast(expr) {
            return types.selection(selector);
        }
        let pair = expr.parent().and_then(KeyValueExpr::cast).filter(|it| it.key() == expr)?;
        let literal = pair.node().parent().filter(|it| it.kind() == Kind::CompositeLit)?;
        let ty = deref(types, types.type_of(literal));
        let Form::Struct(_) = types.form(types.underlying(ty)) else { return None };
        types.member(self.file.id(), ty, expr.as_ident()?).ok()?
    }

    fn meaning(&self, node: Node<'w>) -> Option<Meaning> {
        if let Some(spec) = node.parent().and_then(ImportSpec::cast) {
            return Some(plain("package", spec.import_path()));
        }
        if node.parent().is_some_and(|it| it.kind() == Kind::File) && node.role() == Role::Name {
            return Some(plain("package", self.own_path(node)));
        }
        match node.text() {
            "_" => return Some(plain("blank", "_")),
            "init" if node.role() == Role::Name => return Some(plain("initializer", "init")),
            _ => {}
        }
        let selector = node.parent().and_then(SelectorExpr::cast).filter(|it| it.sel() == node);
        let selected_from = selector.map_or(node, SelectorExpr::node);
        if let Some(found) = self.selection(selected_from) {
            return self.member_meaning(selected_from, &found);
        }
        match self.ws.resolve(node) {
            Res::Def(def) => Some(self.def_meaning(def)),
            Res::Package { path, .. } => Some(plain("package", path)),
            Res::Universe(name) => Some(plain("predeclared", name)),
            Res::External { path, name } => Some(self.object_meaning(node).unwrap_or_else(|| {
                // Of its declaration nothing is known.
                plain("name", format!("{path}.{name}"))
            })),
            Res::Unknown => self.object_meaning(node),
        }
    }

    /// The path of the package that a node denotes or imports.
    fn imported(&self, node: Node<'w>) -> Option<&'w str> {
        match node.parent().and_then(ImportSpec::cast) {
            Some(spec) => Some(spec.import_path()),
            None => match self.ws.resolve(node) {
                Res::Package { path, .. } => Some(path),
                _ => None,
            },
        }
    }

    /// The import path of the file's package, or its name.
    fn own_path(&self, node: Node<'w>) -> String {
        let path = self.ws.package_of(self.file.id()).import_path();
        path.unwrap_or_else(|| node.text().to_owned())
    }

    fn def_meaning(&self, def: Def<'w>) -> Meaning {
        let package = self.ws.package_of(def.ident().file().id());
        let name = match package.import_path() {
            Some(path) if def.is_package_level() => format!("{path}.{}", def.name()),
            _ => def.name().to_owned(),
        };
        let receiver = def.node().child(Role::Recv).filter(|_| def.kind() == DefKind::Method);
        let holder = receiver.and_then(|it| it.child(Role::List)?.child(Role::Type));
        Meaning {
            kind: def_word(def.kind()),
            name,
            holder: holder.and_then(|it| self.spell(it)),
            through: Vec::new(),
            declared: Some(self.spot_of(def.ident())),
        }
    }

    fn object_meaning(&self, ident: Node<'w>) -> Option<Meaning> {
        let Object { kind, path, name, ident, local } = self.object(ident)?;
        let kind = match kind {
            ObjectKind::Const => "constant",
            ObjectKind::Var => "variable",
            ObjectKind::Type => "type",
            ObjectKind::Alias => "alias",
            ObjectKind::Func => "function",
            ObjectKind::Method => "method",
            ObjectKind::TypeParam => "type parameter",
            ObjectKind::External => "name",
            ObjectKind::Builtin | ObjectKind::Nil => "predeclared",
        };
        let kind = if path.is_empty() && ident.is_none() { "predeclared" } else { kind };
        let is_qualified = !local && !path.is_empty() && !matches!(kind, "method" | "type parameter");
        let name = if is_qualified { format!("{path}.{name}") } else { name };
        Some(Meaning { declared: ident.map(|it| self.spot_of(it)), ..plain(kind, name) })
    }

    fn member_meaning(&self, expr: Node<'w>, found: &Selection<'w>) -> Option<Meaning> {
        let types = self.types?;
        let holder = types.spell(found.holder);
        let (kind, holder) = match found.kind {
            SelectionKind::Field(_) => ("field", holder),
            SelectionKind::Method { pointer: true } => ("method", holder.map(|it| format!("*{it}"))),
            SelectionKind::Method { pointer: false } => ("method", holder),
            SelectionKind::InterfaceMethod => ("interface method", holder),
        };
        let from = SelectorExpr::cast(expr).map(|it| self.type_of(it.x()));
        let through = from.map(|it| embedded_names(types, it, &found.path)).unwrap_or_default();
        let name = SelectorExpr::cast(expr).map_or(expr.text(), |it| it.sel().text()).to_owned();
        let declared = found.declaration.map(|it| self.spot_of(it));
        Some(Meaning { kind, name, holder, through, declared })
    }

    // Places

    pub(super) fn spot(&self, file: &SourceFile, offset: u32) -> Spot {
        let (line, column) = file.line_col(offset);
        Spot { path: self.session.shown(&self.ws.project().file(file.id()).path), line, column }
    }

    /// Where a declaring identifier is, also in files outside the project.
    pub(super) fn spot_of(&self, ident: Node<'_>) -> Spot {
        match self.is_own(ident) {
            true => self.spot(ident.file(), ident.start()),
            false => self.spot_outside(ident),
        }
    }

    /// Types read files outside the project without bodies of functions, so the place has to be found in the whole text:
    /// at the same distance from the start of the same declaration.
    fn spot_outside(&self, ident: Node<'_>) -> Spot {
        let path = self.ws.outside_path(ident.file().id()).unwrap_or_default();
        let bytes = self.ws.project().source().read(&path).ok();
        let whole = bytes.and_then(|it| String::from_utf8(it).ok()).map(SourceFile::parse);
        let (line, column) = whole.and_then(|it| same_place(ident, &it)).unwrap_or_else(|| {
            let (file, start) = (ident.file(), ident.start());
            file.line_col(start)
        });
        let root = self.ws.project().root();
        let below = path.strip_prefix(root).ok().and_then(|it| it.to_str());
        let path = below.map_or_else(|| path.display().to_string(), |it| self.session.shown(it));
        Spot { path, line, column }
    }
}

fn same_place(ident: Node<'_>, whole: &SourceFile) -> Option<(u32, u32)> {
    let decl = ident.ancestors().find(|it| it.role() == Role::Decls)?;
    let index = ident.file().root().children_in(Role::Decls).position(|it| it == decl)?;
    let twin = whole.root().children_in(Role::Decls).nth(index)?;
    let offset = twin.start() + (ident.start() - decl.start());
    let is_same = whole.text().get(offset as usize..)?.starts_with(ident.text());
    is_same.then(|| whole.line_col(offset))
}

/// The expression that a node is about: a selector for the name in it. None for what is no expression.
fn expression(node: Node<'_>) -> Option<Node<'_>> {
    match node.parent().and_then(SelectorExpr::cast) {
        Some(selector) if selector.sel() == node => Some(selector.node()),
        _ => Some(node).filter(|it| it.kind().is_expr()),
    }
}

/// The field or the spec that declares an identifier with others.
fn declared_by(ident: Node<'_>) -> Option<Node<'_>> {
    ident.parent().filter(|it| ident.role() == Role::Names && matches!(it.kind(), Kind::Field | Kind::ValueSpec))
}

/// The value of a constant in its declaration.
fn own_value(ident: Node<'_>) -> Option<Node<'_>> {
    let spec = declared_by(ident)?;
    let is_const = spec.parent().and_then(GenDecl::cast).is_some_and(|it| it.tok() == Token::Const);
    let index = spec.children_in(Role::Names).position(|it| it == ident)?;
    spec.children_in(Role::Values).nth(index).filter(|_| is_const)
}

/// The call that an expression is, or whose function it is.
fn call_of(expr: Node<'_>) -> Option<CallExpr<'_>> {
    let mut fun = expr;
    while let Some(parent) = fun.parent() {
        let is_part = match parent.kind() {
            Kind::ParenExpr => true,
            Kind::IndexExpr | Kind::IndexListExpr => fun.role() == Role::X,
            _ => false,
        };
        if !is_part {
            break;
        }
        fun = parent;
    }
    let around = fun.parent().and_then(CallExpr::cast).filter(|it| it.fun() == fun);
    around.or_else(|| CallExpr::cast(expr))
}

/// Whether it should have a type: names of packages, labels and the like do not.
fn is_asked_for(expr: Node<'_>) -> bool {
    !matches!(expr.role(), Role::Path | Role::Label) && expr.parent().is_some_and(|it| it.kind() != Kind::File)
}

/// Whether what stands there should have a type, and none is known.
fn lacks_type(place: &WhyPlace) -> bool {
    place.ty.is_none() && !place.meaning.as_ref().is_some_and(has_no_type)
}

/// Whether a name is of a kind that need not have a type.
fn has_no_type(meaning: &Meaning) -> bool {
    matches!(meaning.kind, "package" | "label" | "blank" | "initializer" | "predeclared" | "type parameter")
}

fn confidence(place: &WhyPlace, is_external: bool) -> Confidence {
    let meaning = place.meaning.as_ref();
    let has_no_type = meaning.is_some_and(has_no_type);
    let is_callee_known = place.callee.is_some() && !is_external;
    match () {
        () if place.ty.is_some() || has_no_type || is_callee_known => Confidence::Typed,
        () if meaning.is_some() || is_external => Confidence::Identity,
        () => Confidence::Syntactic,
    }
}

fn plain(kind: &'static str, name: impl Into<String>) -> Meaning {
    Meaning { kind, name: name.into(), ..Meaning::default() }
}

fn def_word(kind: DefKind) -> &'static str {
    match kind {
        DefKind::Const => "constant",
        DefKind::Var => "variable",
        DefKind::Param => "parameter",
        DefKind::Result => "result",
        DefKind::Receiver => "receiver",
        DefKind::TypeParam => "type parameter",
        DefKind::Type => "type",
        DefKind::Func => "function",
        DefKind::Method => "method",
        DefKind::Field => "field",
        DefKind::Label => "label",
    }
}

fn deref(types: &Types<'_>, ty: Ty) -> Ty {
    match types.form(ty) {
        Form::Pointer(to) => to,
        _ => ty,
    }
}

/// The names of the embedded fields on a way through a type.
fn embedded_names(types: &Types<'_>, ty: Ty, path: &[u32]) -> Vec<String> {
    let mut ty = ty;
    let mut names = Vec::new();
    for index in path {
        let under = types.underlying(deref(types, ty));
        let Form::Struct(fields) = types.form(deref(types, under)) else { break };
        let Some(field) = fields.get(*index as usize) else { break };
        names.push(field.name.clone());
        ty = field.ty;
    }
    names
}

fn value_text(value: &Value, ty: Ty) -> Option<String> {
    let number = match value {
        Value::Unknown => return None,
        Value::Bool(value) => return Some(value.to_string()),
        Value::Str(bytes) => return Some(format!("{:?}", String::from_utf8_lossy(bytes))),
        Value::Int(value) => value.to_string(),
        Value::Big(value) => value.to_string(),
        Value::Ratio(value) => {
            let part = |digits: String| digits.parse::<f64>().ok();
            let decimal = part(value.numer().to_string())? / part(value.denom().to_string())?;
            format!("{value} ({decimal:?})")
        }
        Value::Complex(parts) => format!("{} + {}i", parts.0, parts.1),
    };
    let char = value.as_i64().filter(|_| ty == Ty::UNTYPED_RUNE).and_then(|it| char::from_u32(it.try_into().ok()?));
    Some(char.map_or(number.clone(), |it| format!("{number} ({it:?})")))
}
