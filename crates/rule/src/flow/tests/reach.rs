//! How far values get.

use super::support::Code;
use crate::flow::{Escape, Reach, Way};

const HEAD: &str = "package p\n\nimport (\n\t\"bufio\"\n\t\"bytes\"\n\t\"context\"\n\t\"io\"\n\t\"os\"\n\t\"os/exec\"\n\t\"slices\"\n\t\"testing\"\n\t\"time\"\n)\n\n";

fn code(text: &str) -> Code {
    Code::of_version(26, &format!("{HEAD}{text}\n"))
}

/// The ways in which the variable at `/*v*/` gets out of the first function, `f`.
fn of_func(text: &str) -> Vec<Way> {
    let code = code(text);
    let escapes = Reach::new(&code.cx(), code.func()).escapes([code.def("v")]);
    escapes.into_iter().map(|it| it.way).collect()
}

/// The same for the block at `/*region*/`.
fn of_block(text: &str, set: impl for<'a> Fn(Reach<'a>) -> Reach<'a>) -> Vec<Way> {
    let code = code(text);
    let escapes = set(Reach::new(&code.cx(), code.at("region"))).escapes([code.def("v")]);
    escapes.into_iter().map(|it| it.way).collect()
}

#[track_caller]
fn check(body: &str, ways: &[Way]) {
    let rest = "var global any\n\nvar known map[int]any\n\ntype shared struct {\n*box\nm map[int]any\nown box\n}\n\ntype box struct{ r io.Reader; n int; p *int }\n\nfunc keep(r io.Reader) { global = r }\nfunc look(r io.Reader) {}\nfunc pass(r io.Reader) io.Reader { return r }\nfunc size(r io.Reader) int { return 0 }\nfunc call(f func()) { f() }\nfunc retain(f func()) { global = f }\n";
    let params = "c chan io.Reader, out *box, w io.Writer, unknown func(any) any, t *testing.T";
    let text =
        format!("func f({params}) (res any, err error) {{\n/*v*/v := io.Reader(nil)\n{body}\nreturn\n}}\n\n{rest}");
    assert_eq!(of_func(&text), ways, "{body}");
}

#[test]
fn values_leave_a_function() {
    check("return v, nil", &[Way::Returned]);
    check("return box{r: v}, nil", &[Way::Returned]);
    check("return (io.LimitReader(v, 1)), nil", &[Way::Returned]);
    check("x := []any{1, v}\nreturn x[0], nil", &[Way::Returned]);
    check("res = v", &[Way::Returned]);
    check("global = v", &[Way::Stored]);
    check("out.r = v", &[Way::Stored]);
    check("*out = box{r: v}", &[Way::Stored]);
    check("b := shared{m: known}\nb.m[1] = v", &[Way::Stored]);
    check("b := shared{box: out}\nb.r = v", &[Way::Stored]);
    check("b := shared{box: out}\nb.box.r = v", &[Way::Stored]);
    check("c <- v", &[Way::Sent]);
    check("go look(v)", &[Way::Started]);
    check("go func() { look(v) }()", &[Way::Started]);
    check("return func() { look(v) }, nil", &[Way::Returned]);
    check("unknown(func() { look(v) })", &[Way::Captured]);
    check("return func() any { return v }(), nil", &[Way::Returned]);
    check("for _, it := range []io.Reader{v} {\nreturn it, nil\n}", &[Way::Returned]);
    check("switch it := any(v).(type) {\ncase io.Reader:\nreturn it, nil\n}", &[Way::Returned]);
    check("d := make([]io.Reader, 1)\ncopy(d, []io.Reader{v})\nreturn d, nil", &[Way::Returned]);
    check("m := v.Read\nreturn m, nil", &[Way::Returned]);
}

#[test]
fn values_stay_in_a_function() {
    check("look(v)\nif v == nil {\nreturn 1, nil\n}", &[]);
    check("b, err := io.ReadAll(v)\nreturn b, err", &[]);
    check("b := box{r: v}\nreturn b.n, nil", &[]);
    check("b := &box{}\nb.r = v\nreturn b.p, nil", &[]);
    check("func() { look(v) }()\ndefer look(v)\ndefer func() { look(v) }()", &[]);
    check("b := shared{}\nb.own.r = v\nreturn b.n, nil", &[]);
    check("_ = v", &[]);
    check("return unknown(1), nil", &[]);
    check("var s []io.Reader\ns = append(s, v)\nreturn len(s), nil", &[]);
    check("return slices.ContainsFunc([]int{1}, func(int) bool { return v == nil }), nil", &[]);
}

#[test]
fn callees_are_looked_at() {
    check("keep(v)", &[Way::Kept]);
    check("return pass(v), nil", &[Way::Returned]);
    check("return size(v), nil", &[]);
    check("call(func() { look(v) })", &[]);
    check("retain(func() { look(v) })", &[Way::Kept]);
    check("b := &box{r: v}\nunknown(b)\nreturn nil, nil", &[]);
    check("var b bufio.Reader\nb.Reset(v)\nreturn &b, nil", &[Way::Returned]);
    check("t.Run(\"a\", func(*testing.T) { look(v) })", &[Way::Subtest]);
    check("time.AfterFunc(1, func() { look(v) })", &[Way::Kept]);
    check("cmd := &exec.Cmd{Stdin: v}\ncmd.Start()", &[Way::Kept]);
    check("cmd := &exec.Cmd{Stdin: v}\nreturn nil, cmd.Run()", &[]);
}

#[test]
fn what_happens_before_does_not_count() {
    let text = "func f(/*v*/ctx context.Context, use func(context.Context)) {\n\tgo use(ctx)\n\tdefer func() { use(ctx) }()\n\t/*set*/ctx, _ = context.WithCancel(ctx)\n\tuse(ctx)\n}\n";
    let code = code(text);
    let stmt = code.cx().stmt(code.ident("set")).expect("a statement");
    let def = code.nodes().find(|it| it.as_ident() == Some("ctx")).expect("the parameter");
    let def = code.cx().resolve(def).def().expect("a declaration");
    let ways = |escapes: Vec<Escape<'_>>| escapes.into_iter().map(|it| it.way).collect::<Vec<_>>();
    let cx = code.cx();
    assert_eq!(ways(Reach::new(&cx, code.func()).escapes([def])), [Way::Started]);
    assert_eq!(ways(Reach::new(&cx, code.func()).since(stmt).escapes([def])), [Way::Deferred]);
}

#[test]
fn blocks_are_left_by_variables_around_them() {
    let stored = "func f(names []string) {\n\tvar last *os.File\n\tfor range names /*region*/{\n\t\t/*v*/v := &os.File{}\n\t\tlast = v\n\t}\n\t_ = last\n}\n";
    assert_eq!(of_block(stored, |it| it), [Way::Stored]);
    let inside = stored.replace("last = v", "other := v\n_ = other");
    assert_eq!(of_block(&inside, |it| it), []);
    let name = stored.replace("*os.File\n", "string\n").replace("last = v", "last = v.Name()");
    assert_eq!(of_block(&name, |it| it), []);
    assert_eq!(of_block(&name, |it| it.through_names()), [Way::Stored]);
    let part = stored.replace("*os.File\n", "[]byte\n").replace("&os.File{}", "&bytes.Buffer{}");
    let part = part.replace("last = v", "last = v.Bytes()");
    assert_eq!(of_block(&part, |it| it), []);
    assert_eq!(of_block(&part, |it| it.through_parts()), [Way::Stored]);
    let copied = part.replace("last = v.Bytes()", "last = append(last, v.Bytes()...)");
    assert_eq!(of_block(&copied, |it| it.through_parts()), []);
}
