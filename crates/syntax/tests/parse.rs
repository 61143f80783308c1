//! The parser by example. Its equality with go/parser is the business of `cargo xtask oracle syntax`.

use gofix_syntax::{Kind, Node, SourceFile, Token, ast::*};

fn parse(text: &str) -> SourceFile {
    let file = SourceFile::parse(text);
    assert_eq!(file.errors(), [], "{text}");
    file
}

/// The messages of the errors, each after its line and column.
fn errors(text: &str) -> Vec<String> {
    let file = SourceFile::parse(text);
    let message = |it: &gofix_syntax::SyntaxError| {
        let (line, column) = file.line_col(it.offset);
        format!("{line}:{column}: {}", it.message)
    };
    file.errors().iter().map(message).collect()
}

/// A node as `Kind(child child)`, names and literals as their text.
fn shape(node: Node<'_>) -> String {
    let children: Vec<String> = node.children().map(shape).collect();
    match (node.kind(), children.is_empty()) {
        (Kind::Ident | Kind::BasicLit, _) => node.text().to_owned(),
        (kind, true) => format!("{kind:?}"),
        (kind, false) => format!("{kind:?}({})", children.join(" ")),
    }
}

fn decl_shape(decl: &str) -> String {
    let file = parse(&format!("package p\n{decl}\n"));
    shape(File::cast(file.root()).unwrap().decls().next().unwrap())
}

#[track_caller]
fn expr_is(expr: &str, wanted: &str) {
    assert_eq!(decl_shape(&format!("var _ = {expr}")), format!("GenDecl(ValueSpec(_ {wanted}))"));
}

#[track_caller]
fn type_is(ty: &str, wanted: &str) {
    assert_eq!(decl_shape(&format!("type T {ty}")), format!("GenDecl(TypeSpec(T {wanted}))"));
}

#[test]
fn operators_bind_as_the_specification_says() {
    expr_is("a + b * c", "BinaryExpr(a BinaryExpr(b c))");
    expr_is("a * b + c", "BinaryExpr(BinaryExpr(a b) c)");
    expr_is("a || b && c == d", "BinaryExpr(a BinaryExpr(b BinaryExpr(c d)))");
    expr_is("-a.b(c)[d]", "UnaryExpr(IndexExpr(CallExpr(SelectorExpr(a b) c) d))");
    expr_is("*(*T)(p)", "StarExpr(CallExpr(ParenExpr(StarExpr(T)) p))");
    expr_is("a[1:2:3]", "SliceExpr(a 1 2 3)");
    expr_is("f[int, string](x...)", "CallExpr(IndexListExpr(f int string) x)");
    expr_is("x.(T)", "TypeAssertExpr(x T)");
    expr_is("new(uint64(3))", "CallExpr(new CallExpr(uint64 3))");
    expr_is("T{1, k: {2}}", "CompositeLit(T 1 KeyValueExpr(k CompositeLit(2)))");
    expr_is("func() {}", "FuncLit(FuncType(FieldList) BlockStmt)");
}

#[test]
fn an_arrow_belongs_to_the_channel_type_behind_it() {
    expr_is("<-c", "UnaryExpr(c)");
    let file = parse("package p\nvar _ = (<-chan<- chan int)(nil)\n");
    let types: Vec<ChanType<'_>> = file.nodes().filter_map(ChanType::cast).collect();
    let texts: Vec<&str> = types.iter().map(|it| it.node().text()).collect();
    assert_eq!(texts, ["<-chan<- chan int", "<- chan int"]);
    assert!(types.iter().all(|it| it.can_recv() && !it.can_send()));
}

#[test]
fn type_parameters_and_array_lengths_are_told_apart() {
    type_is("[P any] int", "FieldList(Field(P any)) int");
    type_is("[P *C, Q any] int", "FieldList(Field(P StarExpr(C)) Field(Q any)) int");
    type_is("[P *C|D, Q any] int", "FieldList(Field(P BinaryExpr(StarExpr(C) D)) Field(Q any)) int");
    type_is("[P *struct{}] int", "FieldList(Field(P StarExpr(StructType(FieldList)))) int");
    type_is("[P (C), Q any] int", "FieldList(Field(P ParenExpr(C)) Field(Q any)) int");
    type_is("[P []E] int", "FieldList(Field(P ArrayType(E))) int");
    type_is("[N * 2]int", "ArrayType(BinaryExpr(N 2) int)");
    type_is("[N]int", "ArrayType(N int)");
    type_is("[f(x)]int", "ArrayType(CallExpr(f x) int)");
    type_is("[P any] = map[string]P", "FieldList(Field(P any)) MapType(string P)");
}

#[test]
fn parameters_share_types() {
    let shape = decl_shape("func (r *R[K]) f[T any](a, b int, c ...string) (x, y error)");
    let wanted = "FuncDecl(FieldList(Field(r StarExpr(IndexExpr(R K)))) f FuncType(FieldList(Field(T any)) \
                  FieldList(Field(a b int) Field(c Ellipsis(string))) FieldList(Field(x y error))))";
    assert_eq!(shape, wanted);
    assert_eq!(
        decl_shape("func f(int, p.T, []T) T"),
        "FuncDecl(f FuncType(FieldList(Field(int) Field(SelectorExpr(p T)) Field(ArrayType(T))) FieldList(Field(T))))"
    );
}

#[test]
fn headers_of_control_clauses_end_at_a_brace() {
    let body = |stmt: &str| decl_shape(&format!("func f() {{\n{stmt}\n}}"));
    let in_func = |wanted: &str| format!("FuncDecl(f FuncType(FieldList) BlockStmt({wanted}))");
    assert_eq!(body("if x == (T{}) {}"), in_func("IfStmt(BinaryExpr(x ParenExpr(CompositeLit(T))) BlockStmt)"));
    assert_eq!(body("for x := range y {}"), in_func("RangeStmt(x y BlockStmt)"));
    assert_eq!(body("for range 3 {}"), in_func("RangeStmt(3 BlockStmt)"));
    assert_eq!(body("for ; ; i++ {}"), in_func("ForStmt(IncDecStmt(i) BlockStmt)"));
    assert_eq!(body("if x := f(); x {} else {}"), in_func("IfStmt(AssignStmt(x CallExpr(f)) x BlockStmt BlockStmt)"));
    assert_eq!(body("if ; x {}"), in_func("IfStmt(x BlockStmt)"));
    assert_eq!(
        body("switch a := b; c := a.(type) {\ncase nil:\n}"),
        in_func("TypeSwitchStmt(AssignStmt(a b) AssignStmt(c TypeAssertExpr(a)) BlockStmt(CaseClause(nil)))")
    );
    assert_eq!(body("L:"), in_func("LabeledStmt(L EmptyStmt)"));
}

#[test]
fn nodes_know_their_place() {
    let file = parse("package p\n\nfunc (r T) m(x int) {\n\tgo f(x)\n}\n");
    for node in file.nodes() {
        for child in node.children() {
            assert_eq!(child.parent(), Some(node));
            assert!(node.contains(child) && !child.contains(node));
        }
        let below = node.descendants().count();
        assert_eq!(below, node.children().map(|it| it.descendants().count() + 1).sum::<usize>());
    }
    let call = file.nodes().find_map(CallExpr::cast).unwrap();
    assert_eq!(call.node().ancestor::<FuncDecl<'_>>().unwrap().name().text(), "m");
    assert_eq!(&file.text()[call.parens().to_usize()], "(x)");
}

#[test]
fn line_ends_act_as_semicolons_where_go_says_so() {
    let file = parse("package p // c\n\nvar x = 1 /* c\n */\n");
    let newlines: Vec<u32> =
        file.tokens_in(file.root().range()).filter(|it| it.0 == Token::Newline).map(|it| it.1.start).collect();
    assert_eq!(newlines, [14]);
    // The comment holds the line end.
    assert_eq!(errors("package p\nvar x = 1 /* c\n */ + 0\n"), ["3:5: expected declaration, found '+'"]);
    assert_eq!(errors("package p\nvar x = 1 /* c */ + 0\n"), [""; 0]);
}

#[test]
fn numbers_and_quotes_are_checked() {
    for good in ["0x1p-2", "0b1_0", "0o17", "017.5", "089i", "1_000", "'\\u00e9'", "'\\''", "\"\\x41\"", ".5e3"] {
        parse(&format!("package p\nvar _ = {good}\n"));
    }
    for bad in
        ["0x", "0b2", "08", "1__0", "1_", "0x1.0", "1e", "'ab'", "''", "'\\q'", "\"\\400\"", "\"a\n", "'\\ud800'"]
    {
        assert_eq!(errors(&format!("package p\nvar _ = {bad}\n")).len(), 1, "{bad}");
    }
}

#[test]
fn a_broken_declaration_leaves_the_others_whole() {
    let text = "package p\n\nfunc a() {\n\tx := (1 +\n}\n\nfunc b() { y() }\n\nvar z = \"open\n\nfunc c() { if x {\n}\n\nfunc d() {}\n";
    let wanted =
        ["5:1: expected operand, found '}'", "9:9: string literal not terminated", "14:1: expected '}', found 'func'"];
    assert_eq!(errors(text), wanted);
    let file = SourceFile::parse(text);
    let names: Vec<&str> = file.nodes().filter_map(FuncDecl::cast).map(|it| it.name().text()).collect();
    assert_eq!(names, ["b", "d"]);
    assert_eq!(file.nodes().filter(|it| it.kind() == Kind::BadDecl).count(), 3);
}

#[test]
fn what_an_open_raw_string_swallows_is_no_declaration() {
    let file = SourceFile::parse("package p\n\nvar x = `\n\nfunc a() {}\n");
    assert_eq!(file.nodes().filter(|it| it.kind() == Kind::FuncDecl).count(), 0);
    assert_eq!(file.errors().len(), 1);
}

#[test]
fn keywords_at_line_start_inside_a_function_start_nothing() {
    let file = SourceFile::parse("package p\n\nfunc a() {\nvar any int\nvar x interface{}\n\n)\n}\n");
    assert_eq!(file.nodes().filter(|it| it.kind() == Kind::ValueSpec).count(), 0);
}

#[test]
fn text_that_is_not_go_is_said_to_be() {
    assert_eq!(errors(""), ["1:1: expected 'package', found end of file"]);
    assert_eq!(errors("hello"), ["1:1: expected 'package', found hello"]);
    assert_eq!(errors("package p\0"), ["1:10: illegal character NUL"]);
    assert_eq!(errors("package p // \u{feff}"), ["1:14: illegal byte order mark"]);
    assert_eq!(errors("\u{feff}package p"), [""; 0]);
    assert_eq!(errors("package p\nvar x = 1\nimport \"a\"\n"), ["3:1: imports must appear before other declarations"]);
}

/// go/parser's limit on nesting is 100,000 levels; how many a construct takes is go/parser's as well.
#[test]
fn nesting_is_limited_where_go_parser_limits_it() {
    let accepts = |text: String| SourceFile::parse(format!("package p\n{text}\n")).errors().is_empty();
    let around = |open: &str, inner: &str, close: &str, n: usize| {
        let (open, close) = (open.repeat(n), close.repeat(n));
        format!("{open}{inner}{close}")
    };
    let expr = |open, inner, close, n| accepts(format!("var x = {}", around(open, inner, close, n)));
    let ty = |open, inner, close, n| accepts(format!("var x {}", around(open, inner, close, n)));
    let stmt = |open, inner, close, n| accepts(format!("func f() {{{}}}", around(open, inner, close, n)));
    type Accepts<'a> = (&'a str, usize, &'a dyn Fn(usize) -> bool);
    // How many turns go/parser takes, as it was asked.
    let constructs: [Accepts<'_>; 9] = [
        ("parentheses", 99_998, &|n| expr("(", "1", ")", n)),
        ("calls", 49_999, &|n| expr("f(", "1", ")", n)),
        ("binary chains", 99_998, &|n| expr("", "1", "+1", n)),
        ("selectors", 99_998, &|n| expr("", "a", ".b", n)),
        ("composite literals", 33_332, &|n| expr("T{", "1", "}", n)),
        ("types", 99_999, &|n| ty("[]", "int", "", n)),
        ("function types", 99_999, &|n| ty("func(", "int", ")", n)),
        ("blocks", 100_000, &|n| stmt("{", "", "}", n)),
        ("else-ifs", 99_996, &|n| stmt("", "if a {}", " else if a {}", n)),
    ];
    for (name, most, accepts) in constructs {
        assert!(accepts(most), "{most} {name}");
        assert!(!accepts(most + 1), "{most} and one {name}");
        assert!(!accepts(1_000_000), "a million {name}");
    }
}
