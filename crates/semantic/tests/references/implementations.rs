use gofix_semantic::{Implementation, Implements, Tri, Typing};

use crate::support::{definition, workspace};

const FILES: &[(&str, &str)] = &[
    (
        "a/a.go",
        "package a

type Stringer/*=stringer*/ interface{ String() string }

type Both/*=both*/ interface {
	Stringer
	private()
}

type Any interface{}

type Getter/*=getter*/[T any] interface{ Get() T }

type V/*=v*/ struct{}

func (V) String() string { return \"\" }
func (V) private()       {}

type P/*=p*/ struct{ n int }

func (*P) String() string { return \"\" }

type Promoted struct{ *P }

type Wrong struct{}

func (Wrong) String() int { return 0 }

type List/*=list*/[T any] []T

func (List[T]) String() string { return \"\" }
func (List[T]) Get() T         { panic(0) }

type Box[T any] struct{}

func (Box[T]) String() T { panic(0) }
",
    ),
    (
        "b/b.go",
        "package b\n\nimport \"m/a\"\n\ntype W struct{ a.V }\n\ntype N struct{}\n\nfunc (N) String() string { return \"\" }\nfunc (N) private() {}\n",
    ),
    ("b/b_windows.go", "package b\n\ntype Win struct{}\n\nfunc (*Win) String() string { return \"\" }\n"),
    ("b/b_test.go", "package b\n\ntype Fake struct{}\n\nfunc (Fake) String() string { return \"\" }\n"),
    ("c/c.go", "package c\n\nimport \"far/away\"\n\ntype U struct{ away.T }\n"),
];

fn names(found: &[Implementation<'_>]) -> Vec<String> {
    found.iter().map(|it| format!("{} {:?}", it.def.name(), it.how)).collect()
}

#[test]
fn of_interfaces_and_of_types() {
    let ws = workspace(FILES);
    let typing = Typing::new(&ws);
    let stringer = definition(&ws, "stringer");
    let found = typing.implementations(stringer);
    let expected = [
        "Both Value",
        "V Value",
        "P Pointer",
        "Promoted Value",
        "List Value",
        "Box Unknown",
        "W Value",
        "N Value",
        "Fake Value",
        "Win Pointer",
        "U Unknown",
    ];
    assert_eq!(names(&found), expected);
    assert_eq!(ws.implementations(stringer), found);
    // Methods that are not exported are those of one package.
    assert_eq!(names(&typing.implementations(definition(&ws, "both"))), ["V Value", "W Value", "U Unknown"]);
    assert_eq!(names(&typing.interfaces_of(definition(&ws, "v"))), ["Stringer Value", "Both Value"]);
    assert_eq!(names(&typing.interfaces_of(definition(&ws, "list"))), ["Stringer Value", "Getter Unknown"]);
    assert_eq!(typing.implements(definition(&ws, "v"), definition(&ws, "getter")), Implements::No);
    assert_eq!(typing.implements_named(definition(&ws, "p"), "m/a", "Stringer"), Implements::Pointer);
    assert_eq!(typing.implements_named(definition(&ws, "p"), "", "error"), Implements::No);
    assert_eq!(typing.implements_named(definition(&ws, "p"), "far/away", "I"), Implements::Unknown);
}

#[test]
fn names_of_members() {
    let ws = workspace(&[
        (
            "a/a.go",
            "package a

type T/*=t*/ struct {
	field
	inner
}

type field struct{}

type inner struct{ deep int }

func (*T) Method() {}

type I/*=i*/ interface{ M() }

type J interface {
	I
	Own()
}
",
        ),
        (
            "b/b.go",
            "package b\n\nimport \"m/a\"\n\ntype Outer struct{ Mid }\n\ntype Mid struct{ *a.T }\n\nfunc (Outer) Taken() {}\n",
        ),
    ]);
    let typing = Typing::new(&ws);
    let free = |mark: &str, name: &str| typing.is_member_free(definition(&ws, mark), name);
    assert_eq!(
        ["Method", "field", "deep", "Taken", "New"].map(|it| free("t", it)),
        [Tri::No, Tri::No, Tri::No, Tri::No, Tri::Yes]
    );
    // What embeds the interface is not told from what has the same methods.
    assert_eq!(["M", "Own", "Other"].map(|it| free("i", it)), [Tri::No, Tri::Unknown, Tri::Yes]);
    // Of a name that is not exported other packages have another one, whatever they have in their types.
    let ws = workspace(&[
        ("a/a.go", "package a\n\ntype T/*=t*/ struct{ n int }\n\ntype Own struct {\n\tT\n\ttaken int\n}\n"),
        ("b/b.go", "package b\n\nimport \"far/away\"\n\ntype B struct {\n\taway.X\n\tmu int\n}\n"),
    ]);
    let typing = Typing::new(&ws);
    let free = |name: &str| typing.is_member_free(definition(&ws, "t"), name);
    assert_eq!(["mu", "taken", "n", "Mu"].map(free), [Tri::Yes, Tri::No, Tri::No, Tri::Unknown]);
    let ws = workspace(&[("c.go", "package c\n\nimport \"far/away\"\n\ntype Loose/*=loose*/ struct{ away.X }\n")]);
    assert_eq!(Typing::new(&ws).is_member_free(definition(&ws, "loose"), "x"), Tri::Unknown);
}

#[test]
fn names_of_members_elsewhere() {
    // Tests declare methods, too, and so do files of other builds, whose embedded types have others.
    let ws = workspace(&[
        (
            "a/a.go",
            "package a\n\ntype T/*=t*/ struct {\n\tplat\n\tbase\n}\n\ntype base struct{}\n\ntype other struct{}\n",
        ),
        (
            "a/a_test.go",
            "package a\n\nfunc (*T) own() {}\n\nfunc (base) promoted() {}\n\nfunc (other) apart() {}\n\nfunc free() {}\n",
        ),
        ("a/p_linux.go", "package a\n\ntype plat struct{}\n"),
        ("a/p_windows.go", "package a\n\ntype plat struct{ deep int }\n\nfunc (T) built() {}\n"),
    ]);
    let typing = Typing::new(&ws);
    let free = |name: &str| typing.is_member_free(definition(&ws, "t"), name);
    assert_eq!(["own", "promoted", "deep", "built"].map(free), [Tri::No; 4]);
    assert_eq!(["apart", "free", "mu"].map(free), [Tri::Yes; 3]);
}
