use gofix_semantic::{Doubt, Required, Requirer, Typing};
use gofix_syntax::ast::AstNode;

use crate::support::{definition, places, workspace};

const FILES: &[(&str, &str)] = &[
    (
        "a/a.go",
        "package a

// New makes one. See New.
func New/*=new*/() *T { return &T{} }

func Of[E any](e E) E { return e }

type T struct{}

func (t *T) M/*=m*/() {}

type U struct{ *T }

var table = map[string]func() *T{\"New\": New}

func init() {
	defer (New)()
	New().M()
	f := Of[int]
	_, _ = f, Of(1)
	(*T).M(New())
	g := U{}.M
	g()
}
",
    ),
    ("b/b_test.go", "package b_test\n\nimport p \"m/a\"\n\nvar u = p.U{T: p.New()}\n\nfunc init() { go u.M() }\n"),
    ("b/b_windows.go", "package b\n\nimport . \"m/a\"\n\nvar t, n = New(), New\n"),
];

#[test]
fn calls_and_values() {
    let ws = workspace(FILES);
    let typing = Typing::new(&ws);
    let uses = |mark: &str| {
        let def = definition(&ws, mark);
        let found = typing.func_uses(def);
        assert!(found.is_complete() && found.exported, "{mark}: {:?}", found.gaps);
        let on_threads = ws.func_uses_of(&[def]);
        assert_eq!((&on_threads[0].calls, &on_threads[0].values), (&found.calls, &found.values));
        let calls: Vec<_> = found.calls.iter().map(|it| it.node().text()).collect();
        (calls, places(&ws, &found.values))
    };
    let (calls, values) = uses("new");
    assert_eq!(calls, ["(New)()", "New()", "New()", "p.New()", "New()"]);
    assert_eq!(values, ["a/a.go:14:41", "b/b_windows.go:5:19"]);
    assert_eq!(uses("m"), (vec!["New().M()", "u.M()"], vec!["a/a.go:21:7".to_owned(), "a/a.go:22:11".to_owned()]));
}

#[test]
fn words_in_comments() {
    let ws = workspace(FILES);
    let found: Vec<u32> = ws.comment_mentions("New").into_iter().map(|it| it.1.start).collect();
    assert_eq!(found, [14, 33]);
}

fn required(files: &[(&str, &str)], mark: &str) -> String {
    let ws = workspace(files);
    let def = definition(&ws, mark);
    let found = Typing::new(&ws).required(def);
    assert_eq!(ws.required_of(&[def]), std::slice::from_ref(&found));
    match found {
        Required::By(Requirer::Own(node)) => format!("by {}", places(&ws, &[node])[0]),
        Required::By(Requirer::Outside { path, name }) => format!("by {path}.{name}"),
        Required::No => "no".to_owned(),
        Required::Unknown(Doubt::Own(node)) => format!("maybe by {}", places(&ws, &[node])[0]),
        Required::Unknown(doubt) => format!("{doubt:?}"),
    }
}

#[test]
fn methods_that_interfaces_require() {
    let files = &[
        (
            "a/a.go",
            "package a

import (
	\"fmt\"
	\"io\"
)

type Store interface{ Get(k string) Item }

type Item interface{ fmt.Stringer }

type T struct{}

func (T) Get/*=get*/(k string) Item { return nil }
func (T) String/*=string*/() string { return \"\" }
func (*T) Close/*=close*/() error { return nil }
func (*T) Close2/*=close2*/() error { return nil }
func (*T) Name/*=name*/() Item { return nil }
func (*T) hidden/*=hidden*/() {}
func (*T) Unwrap/*=unwrap*/() error { return nil }
func (*T) Less/*=less*/(a, b int) bool { return false }

func f(x any) {
	_ = x.(interface{ hidden() })
	_ = io.EOF
}

type S struct{}

func (S) Less/*=lessToo*/(a, b int) bool { return false }

type sorted struct {
	S
	T2
}

type T2 struct{}

func (T2) Len() int      { return 0 }
func (T2) Swap(a, b int) {}

type G[E any] interface{ Next() E }

func (S) Next/*=next*/() Item { return nil }
func (T) Next() (Item, error) { return nil, nil }
",
        ),
        ("b/b.go", "package b\n\nimport \"sort\"\n\nvar _ = sort.Ints\n"),
    ];
    let asked = |mark: &str| required(files, mark);
    assert_eq!(asked("get"), "by a/a.go:8:12");
    assert_eq!(asked("string"), "by fmt.Stringer");
    assert_eq!(asked("close"), "by io.Closer");
    assert_eq!(asked("close2"), "no");
    assert_eq!(asked("name"), "no");
    assert_eq!(asked("hidden"), "by a/a.go:24:9");
    assert!(asked("unwrap").starts_with("Outside"), "{}", asked("unwrap"));
    assert_eq!(asked("less"), "no");
    assert_eq!(asked("lessToo"), "by sort.Interface");
    assert_eq!(asked("next"), "maybe by a/a.go:42:15");
}

#[test]
fn what_cannot_be_told() {
    let files = &[
        (
            "a/a.go",
            "package a\n\nimport \"far/away\"\n\ntype T struct{}\n\nfunc (T) Get/*=a*/() away.X { panic(0) }\nfunc (T) get/*=b*/() away.X { panic(0) }\n",
        ),
        ("c/c.go", "package c\n\ntype U struct{}\n\nfunc (U) Get/*=c*/() int { return 1 }\n"),
    ];
    assert_eq!(required(files, "a"), "Missing(\"far/away\")");
    assert_eq!(required(files, "b"), "no");
    assert_eq!(required(files, "c"), "Missing(\"far/away\")");
}
