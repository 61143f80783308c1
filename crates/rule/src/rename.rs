//! Renaming what a package declares, with all that refers to it.

use gofix_semantic::{Def, DefKind, Gap, Res, is_exported};
use gofix_syntax::{FileId, Kind, Node, Role, TextRange};

use crate::{Cx, Decline, Fix, gap};

/// A new name for a constant, variable, type or function of a package.
#[derive(Clone, Debug)]
pub struct Rename<'a> {
    /// What is renamed, declared at the package level.
    pub def: Def<'a>,
    /// The name that it gets.
    pub to: String,
    /// What is declared under the new name, if it goes in the same change with all that refers to it.
    pub over: Option<Def<'a>>,
    /// Whether names that other modules can see may change.
    pub public: bool,
    /// Whether comments of the package that have the old name as a word get the new one. Others are never touched.
    pub comments: bool,
}

impl<'a> Rename<'a> {
    /// Renames it wherever it is referred to: in all packages, tests, builds and modules. The change is safe for what refers to
    /// the name, but somebody may read it at run time, or expect it.
    ///
    /// ```go
    /// type Store struct{}
    /// …
    /// func NewStore() *Store { return &Store{} }
    /// ```
    ///
    /// to
    ///
    /// ```go
    /// type store struct{}
    /// …
    /// func NewStore() *store { return &store{} }
    /// ```
    ///
    /// # Errors
    /// The new name means something else in a file of the package, its tests and other builds included, be it a declaration
    /// or an import, or where a reference stands; or a reference has to stay as it is: in another package if the new name
    /// is not exported, as an embedded field, in a file that something else writes.
    pub fn fix(&self, cx: &Cx<'a>) -> Result<Fix, Decline> {
        let Rename { def, to, .. } = self;
        let ws = cx.workspace();
        if !def.is_package_level() || matches!(def.kind(), DefKind::Field | DefKind::Method) {
            return Err("it is not declared by the package".into());
        }
        if def.name() == to {
            return Err("it has that name".into());
        }
        if ws.is_exported_outside(*def) && !self.public {
            return Err("other modules may use it".into());
        }
        if is_exported(def.name()) && !ws.project().is_whole() {
            return Err("not all of the module was looked at".into());
        }
        self.is_free(cx)?;
        let found = cx.references_of(*def);
        if let Some(first) = found.gaps.first() {
            return Err(gap::decline(&found.gaps, reason(*first)));
        }
        let mut fix = Fix::safe().replace(def.ident(), to.as_str());
        for site in found.sites {
            self.site(cx, site)?;
            fix = fix.replace(site, to.as_str());
        }
        Ok(if self.comments { self.in_comments(cx, fix) } else { fix })
    }

    /// Declines if the package, or one of its files, has the new name already, or may.
    fn is_free(&self, cx: &Cx<'a>) -> Result<(), Decline> {
        let ws = cx.workspace();
        let goes = |it: Def<'a>| ws.package_of(it.ident().file().id()).declarations(&self.to).0 == [it];
        if !self.over.is_some_and(goes) && !ws.is_free(&self.to, self.def.ident()).is_yes() {
            return Err(format!("{} means something else in the package", self.to).into());
        }
        Ok(())
    }

    /// Declines if a reference cannot get the new name.
    fn site(&self, cx: &Cx<'a>, site: Node<'a>) -> Result<(), Decline> {
        let (ws, to) = (cx.workspace(), &self.to);
        if Def::embedded_field(site).is_some() {
            return Err("a type embeds it, and so has a field of its name".into());
        }
        let is_key = site.role() == Role::Key && cx.resolve(site) != Res::Def(self.def);
        if is_key && site.parent().is_some_and(|it| it.kind() == Kind::KeyValueExpr) {
            return Err("what else refers to it cannot be told".into());
        }
        let home = ws.package_of(self.def.ident().file().id()).id();
        let is_own = ws.package_of(site.file().id()).id() == home;
        let is_qualified = site.role() == Role::Sel && site.parent().is_some_and(|it| it.kind() == Kind::SelectorExpr);
        match (is_own, is_qualified) {
            (true, _) if ws.local(to, site).is_some() => {
                Err(format!("{to} means something else where it is used").into())
            }
            (true, _) => Ok(()),
            (false, _) if !is_exported(to) => Err("another package uses it".into()),
            (false, true) => Ok(()),
            (false, false) => Err("a package imports its names without a qualifier".into()),
        }
    }

    /// The new name in the comments of the package.
    fn in_comments(&self, cx: &Cx<'a>, fix: Fix) -> Fix {
        let ws = cx.workspace();
        let package = ws.package_of(self.def.ident().file().id());
        let is_own = |it: &(FileId, TextRange)| package.files().contains(&it.0);
        ws.comment_mentions(self.def.name()).into_iter().filter(is_own).fold(fix, |fix, (id, range)| {
            match ws.file(id) {
                Some(file) => {
                    let around = file.comments().iter().find(|it| it.start <= range.start && range.end <= it.end);
                    let fix = fix.replace_range(file, range, self.to.as_str());
                    around.copied().into_iter().fold(fix, |fix, it| fix.drops_comments_in(file, it))
                }
                None => fix,
            }
        })
    }
}

/// Why a renaming would not be complete.
fn reason(gap: Gap<'_>) -> &'static str {
    match gap {
        Gap::Linkname(_) => "a go:linkname directive refers to it by name",
        Gap::Assembly(_) | Gap::Cgo(_) => "code that is not Go refers to it by name",
        Gap::Variant(_) | Gap::Varies(_) => "another build has another declaration of that name",
        _ => "what else refers to it cannot be told",
    }
}
