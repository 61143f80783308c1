//! Gives embedded mutexes a name.
//!
//! A mutex that is embedded makes `Lock` and `Unlock` methods of the struct: of its documentation, of its method set, of
//! whatever embeds it. As a field `mu` it is what it was meant to be, a detail. All that got at the mutex by way of the
//! struct has to follow, in all files, and nothing may count on the methods: interfaces do, and so do other packages.

mod generic;
mod sites;
mod values;

use gofix_rule::{
    Cx, Decline, Fix, Group, Level, Meta, Report, Rule,
    semantic::{
        Def, EmbeddedField, EmbeddedUses, Tri,
        types::{Form, Ty},
    },
    syntax::{
        Kind, Node, Role,
        ast::{AstNode, CallExpr, Field, SelectorExpr, StructType, TypeSpec},
    },
};

pub(crate) struct EmbeddedMutex;

static META: Meta = Meta {
    name: "embedded-mutex",
    summary: "give an embedded mutex a name",
    group: Group::Concurrency,
    recommended: true,
    since: None,
    until: None,
    words: &["sync"],
    options: &[],
    docs: include_str!("README.md"),
};

/// The methods that the two mutexes have.
const METHODS: &[&str] = &["Lock", "Unlock", "TryLock", "RLock", "RUnlock", "TryRLock", "RLocker"];

const UNKNOWN_MEMBERS: &str = "what the struct has in it cannot be told, so a new name may hide something";

/// What the field may be called.
const NAMES: [&str; 3] = ["mu", "mutex", "lock"];

impl Rule for EmbeddedMutex {
    fn meta(&self) -> &Meta {
        &META
    }

    fn needs_whole_modules(&self) -> bool {
        true
    }

    fn check(&self, cx: &Cx<'_>, report: &mut Report) {
        for name in ["Mutex", "RWMutex"] {
            for mutex in cx.references("sync", name) {
                let Some(field) = embedding(mutex) else { continue };
                let found = Embedded::new(cx, field, name);
                let message = "the methods of an embedded mutex are methods of the struct";
                report.fix(field.ty(), message, found.and_then(|it| it.advise()));
            }
        }
    }
}

/// The field that embeds a type, or a pointer to it.
fn embedding(ty: Node<'_>) -> Option<Field<'_>> {
    let parent = ty.parent()?;
    let field = if parent.kind() == Kind::StarExpr { parent.parent()? } else { parent };
    let is_of_struct = field.parent().and_then(Node::parent).is_some_and(|it| it.kind() == Kind::StructType);
    Field::cast(field).filter(|it| is_of_struct && it.names().next().is_none())
}

/// A mutex that the declaration of a type embeds.
struct Embedded<'a> {
    cx: Cx<'a>,
    /// `sync.Mutex`
    field: Field<'a>,
    /// Where it is in the struct, and its name there.
    place: EmbeddedField<'a>,
    spec: TypeSpec<'a>,
}

impl<'a> Embedded<'a> {
    fn new(cx: &Cx<'a>, field: Field<'a>, name: &'static str) -> Result<Embedded<'a>, Decline> {
        if field.ty().kind() == Kind::StarExpr {
            return Err("it is a pointer, so others may have the same mutex".into());
        }
        if field.tag().is_some() {
            return Err("the field has a tag, so something finds it by reflection".into());
        }
        let ty = field.node().ancestors().find_map(StructType::cast);
        let spec = ty.and_then(|it| it.node().with_parens().parent()).and_then(TypeSpec::cast);
        let (ty, spec) = ty.zip(spec.filter(|it| !it.is_alias())).ok_or("the struct type has no name")?;
        if spec.type_params().is_some() {
            return Err("the type is generic".into());
        }
        let def = Def::of(spec.name()).filter(|it| it.is_package_level());
        let def = def.ok_or("the type is declared in a function")?;
        let is_before = |it: &Node<'a>| *it != field.node();
        let before = ty.fields().children_in(Role::List).take_while(is_before);
        let index = before.map(|it| it.children_in(Role::Names).count().max(1)).sum::<usize>();
        Ok(Embedded { cx: *cx, field, place: EmbeddedField { of: def, index: index as u32, name }, spec })
    }

    /// Rewrites
    ///
    /// ```go
    /// type counter struct {
    ///     sync.Mutex
    ///     n int
    /// }
    ///
    /// func (c *counter) inc() {
    ///     c.Lock()
    ///     defer c.Unlock()
    ///     c.n++
    /// }
    /// ```
    ///
    /// to
    ///
    /// ```go
    /// type counter struct {
    ///     mu sync.Mutex
    ///     n  int
    /// }
    ///
    /// func (c *counter) inc() {
    ///     c.mu.Lock()
    ///     defer c.mu.Unlock()
    ///     c.n++
    /// }
    /// ```
    fn advise(&self) -> Result<Fix, Decline> {
        let (cx, def) = (&self.cx, self.place.of);
        let references = cx.references_of(def);
        if references.exported {
            return Err("the struct is exported, and other modules may lock it".into());
        }
        if !references.is_complete() {
            return Err("what else refers to the struct cannot be told".into());
        }
        let given = sites::check(self, &references)?;
        let uses = self.uses()?;
        let is_exposed = def.is_exported() || sites::is_exposed(self, &references);
        self.check_others()?;
        values::check(self, is_exposed, given)?;
        let free = NAMES.map(|it| cx.is_member_free(def, it));
        let name =
            free.iter().position(|it| it.is_yes()).map(|it| NAMES[it]).ok_or(match free.contains(&Tri::Unknown) {
                true => UNKNOWN_MEMBERS,
                false => "mu, mutex and lock are all names of something else in the struct",
            })?;
        let level = if is_exposed { Level::Review } else { Level::Safe };
        let mut fix = Fix::new(level).insert_before(self.field.ty(), format!("{name} ")).relies_on(self.spec.node());
        for selector in uses.promoted {
            fix = fix.insert_before(selector.sel(), format!("{name}."));
        }
        for ident in uses.direct {
            fix = fix.replace(ident, name);
        }
        Ok(fix)
    }

    /// Declines if another embedded field has a method of that name, too: without those of the mutex it is the one of the
    /// struct (Go spec: Struct types).
    fn check_others(&self) -> Result<(), Decline> {
        let id = self.field.node().file().id();
        let types = self.cx.types(id).ok_or(UNKNOWN_MEMBERS)?;
        let own = types.underlying(types.declared_type(self.place.of.ident()));
        let Form::Struct(fields) = types.form(own) else { return Err(UNKNOWN_MEMBERS.into()) };
        let methods = if self.place.name == "Mutex" { &METHODS[..3] } else { METHODS };
        let others = fields.into_iter().enumerate().filter(|it| it.1.embedded && it.0 as u32 != self.place.index);
        for (index, field) in others {
            if self.is_mutex_to_rename(index as u32) {
                continue;
            }
            for name in methods {
                match types.member(id, field.ty, name) {
                    Ok(None) => {}
                    Ok(Some(_)) => return Err(format!("another embedded type has {name}, too").into()),
                    Err(_) => return Err(UNKNOWN_MEMBERS.into()),
                }
            }
        }
        Ok(())
    }

    /// Whether a field is another mutex that gets a name as well.
    fn is_mutex_to_rename(&self, index: u32) -> bool {
        ["Mutex", "RWMutex"].into_iter().any(|name| {
            let fields = self.cx.references("sync", name).filter_map(embedding);
            let mut others = fields.filter_map(|it| Embedded::new(&self.cx, it, name).ok());
            others.any(|it| it.place.of == self.place.of && it.place.index == index && it.uses().is_ok())
        })
    }

    /// Where the mutex and its methods are used, which must be where the new name can be written.
    fn uses(&self) -> Result<EmbeddedUses<'a>, Decline> {
        let cx = &self.cx;
        let uses = cx.embedded_uses(self.place, METHODS);
        if !uses.gaps.is_empty() {
            return Err("what else locks the struct cannot be told".into());
        }
        if !uses.through.is_empty() {
            return Err(sites::EMBEDDED.into());
        }
        let own = cx.package().id();
        let promoted = uses.promoted.iter().map(|it| it.node());
        if promoted.chain(uses.direct.iter().copied()).any(|it| cx.workspace().package_of(it.file().id()).id() != own) {
            return Err("another package locks it".into());
        }
        match uses.promoted.iter().find(|it| !self.is_called(**it)) {
            Some(selector) => Err(format!("{} is used as a value", selector.sel().text()).into()),
            None => Ok(uses),
        }
    }

    /// Whether a method is called on a value, rather than taken from one or from a type.
    fn is_called(&self, selector: SelectorExpr<'a>) -> bool {
        let node = selector.node();
        let call = node.with_parens().parent().and_then(CallExpr::cast);
        let types = self.cx.types(node.file().id());
        let of_type = types.is_none_or(|it| it.denoted_type(selector.x()) != Ty::UNKNOWN);
        call.is_some_and(|it| it.fun().unparen() == node) && !of_type
    }
}
