//! Where an expression stands: which names it sees, and whether what is found out is noted down.

use gofix_syntax::Node;

use super::{
    db::{Db, FileIx, OBJ_UNKNOWN, ObjData, ObjKind, State, Tables, entry},
    name::Sym,
    scope::Meaning,
    ty::{List, Obj, Pkg, Ty},
    value::Value,
};

pub(super) struct Env<'w> {
    pub(super) file: FileIx,
    pub(super) pkg: Pkg,
    /// The package whose tests the file belongs to.
    pub(super) view: Pkg,
    /// Innermost last.
    pub(super) locals: Vec<(Sym, Obj)>,
    pub(super) iota: Option<u32>,
    pub(super) record: bool,
    /// Of the function around.
    pub(super) results: List,
    /// Where the innermost block begins among the names.
    pub(super) block: usize,
    /// Bodies of function literals, to be looked at later.
    pub(super) delayed: Option<Vec<Node<'w>>>,
}

impl<'w> Env<'w> {
    /// What was declared since `mark` goes out of scope.
    pub(super) fn leave(&mut self, mark: usize) {
        self.locals.truncate(mark);
    }

    pub(super) fn mark(&self) -> usize {
        self.locals.len()
    }

    pub(super) fn bind(&mut self, name: Sym, obj: Obj) {
        if name != Sym::BLANK {
            self.locals.push((name, obj));
        }
    }
}

impl<'w> Db<'w> {
    /// The view from the package level of a file.
    pub(super) fn env(&self, file: FileIx) -> Env<'w> {
        Env {
            file,
            pkg: self.file(file).pkg,
            view: self.tests_of(file),
            locals: Vec::new(),
            iota: None,
            record: false,
            results: List::EMPTY,
            block: 0,
            delayed: None,
        }
    }

    pub(super) fn lookup(&mut self, env: &Env<'w>, name: Sym, qualifier: bool) -> Meaning {
        match env.locals.iter().rev().find(|it| it.0 == name) {
            Some(found) => Meaning::Obj(found.1),
            None => self.lookup_outer(env.file, name, qualifier),
        }
    }

    /// Declares a local variable.
    pub(super) fn declare_local(&mut self, env: &mut Env<'w>, ident: Node<'w>, ty: Ty) -> Obj {
        let name = self.sym(ident.text());
        let mut data = ObjData::new(ObjKind::Var, name, env.pkg, env.file, Some(ident), None);
        (data.ty, data.ty_state, data.local, data.tparams_state) = (ty, State::Done, true, State::Done);
        let obj = self.add_obj(data);
        env.bind(name, obj);
        self.note_obj(env, ident, obj);
        self.note(env, ident, ty, 0);
        obj
    }

    fn tables(&mut self, file: FileIx) -> &mut Tables {
        let data = &mut self.files[file.0 as usize];
        let nodes = data.file.node_count();
        data.tables.get_or_insert_with(|| {
            Box::new(Tables { types: vec![0; nodes], objs: vec![0; nodes], ..Tables::default() })
        })
    }

    /// Notes the type of an expression.
    pub(super) fn note(&mut self, env: &Env<'w>, node: Node<'w>, ty: Ty, bits: u32) {
        if env.record {
            self.tables(env.file).types[node.id().index()] = ty.0 | bits | entry::SEEN;
        }
    }

    /// The type noted for an expression.
    pub(super) fn noted(&self, env: &Env<'w>, node: Node<'w>) -> Option<(Ty, u32)> {
        let noted = *self.file(env.file).tables.as_ref()?.types.get(node.id().index())?;
        (noted != 0).then_some((Ty(noted & entry::TY), noted))
    }

    pub(super) fn note_value(&mut self, env: &Env<'w>, node: Node<'w>, value: &Value) {
        if env.record && value.is_known() {
            self.tables(env.file).values.insert(node.id().index() as u32, value.clone());
        }
    }

    /// Notes what an identifier denotes.
    pub(super) fn note_obj(&mut self, env: &Env<'w>, ident: Node<'w>, obj: Obj) {
        if env.record && obj != OBJ_UNKNOWN {
            self.tables(env.file).objs[ident.id().index()] = obj.0 + 1;
        }
    }

    pub(super) fn note_selection(&mut self, env: &Env<'w>, node: Node<'w>, found: &std::rc::Rc<super::find::Found>) {
        if env.record {
            self.tables(env.file).selections.insert(node.id().index() as u32, std::rc::Rc::clone(found));
        }
    }
}
