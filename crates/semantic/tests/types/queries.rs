use gofix_semantic::{
    Tri, Types, Workspace,
    types::{Basic, Callee, Form, SelectionKind, Ty},
};
use gofix_syntax::{
    Kind, Node,
    ast::{AstNode, CallExpr, SelectorExpr},
};

use crate::support::{id, types, workspace};

const TEXT: &str = "package p
type I interface { Read(b []byte) (int, error) }
type J interface { I; String() string }
type V struct{ n int }
func (V) Read(b []byte) (int, error) { return 0, nil }
type P struct{ V }
func (*P) String() string { return \"\" }
type F struct{ f func(); I }
type Fd int
type Bidi chan int
type Any[T any] struct{ t T }
type Conf struct { a bool; b int64; c bool }
var e error
var x = 1 + 2*3
var y = P{}.V.n
func call(p *P, j J, f func()) { p.Read(nil); p.String(); j.Read(nil); f(); Fd(1); len(\"\"); call(p, j, f) }
";

struct Facts<'w> {
    ws: &'w Workspace,
    types: Types<'w>,
}

impl<'w> Facts<'w> {
    fn named(&self, name: &str) -> Ty {
        let ty = self.types.named_type(id(self.ws, "p.go"), "m", name);
        assert_ne!(ty, Ty::UNKNOWN, "{name}");
        ty
    }

    fn nodes(&self) -> impl Iterator<Item = Node<'w>> {
        self.ws.file(id(self.ws, "p.go")).unwrap().nodes()
    }
}

fn with_facts(test: impl FnOnce(Facts<'_>)) {
    let ws = workspace(&[("p.go", TEXT)]);
    test(Facts { types: types(&ws), ws: &ws });
}

#[test]
fn implementing() {
    with_facts(|it| {
        let implements = |ty, iface| it.types.implements(ty, it.named(iface));
        let pointer = |name| it.types.pointer_to(it.named(name));
        assert_eq!(implements(it.named("V"), "I"), Tri::Yes);
        assert_eq!(implements(it.named("P"), "J"), Tri::No);
        assert_eq!(implements(pointer("P"), "J"), Tri::Yes);
        assert_eq!(implements(it.named("J"), "I"), Tri::Yes);
        assert_eq!(implements(it.named("I"), "J"), Tri::No);
        assert_eq!(implements(pointer("I"), "I"), Tri::No);
        assert_eq!(implements(it.named("F"), "I"), Tri::Yes);
        assert_eq!(implements(it.named("V"), "Fd"), Tri::No);
        assert_eq!(implements(Ty::UNKNOWN, "I"), Tri::Unknown);
    });
}

#[test]
fn assigning_and_comparing() {
    with_facts(|it| {
        let assignable = |from, to| it.types.assignable_to(from, to);
        let any = it.types.underlying(it.types.error_type());
        assert_eq!(assignable(it.named("V"), it.named("I")), Tri::Yes);
        assert_eq!(assignable(it.types.error_type(), any), Tri::Yes);
        assert_eq!(assignable(it.named("Fd"), Ty::INT), Tri::No);
        assert_eq!(assignable(Ty::UNTYPED_NIL, it.named("I")), Tri::Yes);
        assert_eq!(assignable(Ty::UNTYPED_NIL, Ty::INT), Tri::No);
        assert_eq!(assignable(Ty::UNTYPED_BOOL, Ty::BOOL), Tri::Yes);
        assert_eq!(assignable(Ty::UNTYPED_INT, Ty::UINT8), Tri::Unknown);
        assert_eq!(assignable(it.types.underlying(it.named("Bidi")), it.named("Bidi")), Tri::Yes);
        assert_eq!(assignable(Ty::UNKNOWN, Ty::INT), Tri::Unknown);
        assert_eq!(it.types.identical(Ty::UNKNOWN, Ty::UNKNOWN), Tri::Unknown);
        assert_eq!(it.types.comparable(it.named("V")), Tri::Yes);
        assert_eq!(it.types.comparable(it.named("F")), Tri::No);
    });
}

#[test]
fn methods_sizes_and_forms() {
    with_facts(|it| {
        let names = |ty| {
            let methods = it.types.method_set(ty).unwrap();
            methods.into_iter().map(|it| it.name).collect::<Vec<_>>()
        };
        assert_eq!(names(it.named("P")), ["Read"]);
        assert_eq!(names(it.types.pointer_to(it.named("P"))), ["Read", "String"]);
        assert_eq!(names(it.named("J")), ["Read", "String"]);
        let conf = it.named("Conf");
        assert_eq!((it.types.size_of(conf), it.types.align_of(conf)), (Some(24), Some(8)));
        assert_eq!(it.types.offsets(conf), Some(vec![0, 8, 16]));
        assert_eq!(it.types.form(it.types.underlying(it.named("Fd"))), Form::Basic(Basic::Int));
        assert!(matches!(it.types.form(conf), Form::Named { path, name, .. } if &*path == "m" && name == "Conf"));
        assert!(matches!(it.types.form(it.types.underlying(conf)), Form::Struct(fields) if fields.len() == 3));
        let e = it.nodes().find(|it| it.as_ident() == Some("e")).unwrap();
        assert!(it.types.is_error_type(it.types.type_of(e)));
    });
}

#[test]
fn callees_and_selections() {
    with_facts(|it| {
        let calls: Vec<_> = it.nodes().filter_map(CallExpr::cast).map(|call| it.types.callee(call)).collect();
        let method = |receiver: &str, name: &str, pointer| Callee::Method {
            path: "m".into(),
            receiver: receiver.to_owned(),
            name: name.to_owned(),
            pointer,
        };
        let expected = [
            method("V", "Read", false),
            method("P", "String", true),
            Callee::InterfaceMethod { interface: Some(("m".into(), "I".to_owned())), name: "Read".to_owned() },
            Callee::FuncValue,
            Callee::Conversion(it.named("Fd")),
            Callee::Builtin("len".to_owned()),
            Callee::Func { path: "m".into(), name: "call".to_owned() },
        ];
        assert_eq!(calls, expected);
        let selector = it.nodes().filter_map(SelectorExpr::cast).find(|it| it.sel().text() == "n").unwrap();
        let selection = it.types.selection(selector).unwrap();
        assert_eq!(selection.kind, SelectionKind::Field(0));
        assert_eq!(selection.declaration.map(|it| it.parent().map(Node::text)), Some(Some("n int")));
        let promoted = it.nodes().filter_map(SelectorExpr::cast).find(|it| it.node().text() == "p.Read").unwrap();
        let selection = it.types.selection(promoted).unwrap();
        assert_eq!((selection.path, selection.indirect), (vec![0], true));
        let sum = it.nodes().find(|it| it.kind() == Kind::BinaryExpr).unwrap();
        assert_eq!(it.types.const_value(sum).and_then(|it| it.as_i64()), Some(7));
        let missing = it.types.member(id(it.ws, "p.go"), it.named("P"), "nope");
        assert_eq!(missing.map(|it| it.is_none()), Ok(true));
    });
}
