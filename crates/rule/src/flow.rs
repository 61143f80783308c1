//! What control flow can do within one function, as far as syntax tells.
//!
//! Which calls never return is for the caller to say ([`Cx::never_returns`](crate::Cx::never_returns) knows the built-in
//! `panic`, `os.Exit` and their like); everything else is read off the statements. All walks are iterative, so depth
//! is no danger.

use std::collections::HashMap;

use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AstNode, CallExpr, CaseClause, CommClause, DeferStmt, ExprStmt, ForStmt, GoStmt, LabeledStmt},
};

/// The function whose code `node` is: the nearest `FuncDecl` or `FuncLit` above it. None outside of functions.
pub fn enclosing_func(node: Node<'_>) -> Option<Node<'_>> {
    node.ancestors().find(|it| is_func(*it))
}

fn is_func(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::FuncDecl | Kind::FuncLit)
}

/// The loops of its function that repeat `node`, the innermost first: those whose body, condition or post statement
/// holds it. What a loop evaluates once (`init`, the operand of `range`) is not repeated by it.
pub fn enclosing_loops(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let mut child = node;
    node.ancestors().take_while(|it| !is_func(*it)).filter(move |parent| {
        let role = std::mem::replace(&mut child, *parent).role();
        match parent.kind() {
            Kind::ForStmt => role != Role::Init,
            Kind::RangeStmt => role != Role::X,
            _ => false,
        }
    })
}

/// Whether `node` can run more than once in one call of its function: a loop repeats it, or a `goto` behind it leads to
/// a label before it.
pub fn in_loop(node: Node<'_>) -> bool {
    enclosing_loops(node).next().is_some()
        || gotos(node).any(|(goto, label)| label.start() <= node.start() && node.start() < goto.start())
}

/// The `goto` statements of the function around `node`, each with the labeled statement that it leads to.
pub(crate) fn gotos(node: Node<'_>) -> impl Iterator<Item = (Node<'_>, Node<'_>)> {
    let func = if is_func(node) { Some(node) } else { enclosing_func(node) };
    let body = func.and_then(|it| it.child(Role::Body));
    own(body).filter(|it| it.kind() == Kind::BranchStmt && it.op() == Token::Goto).filter_map(move |goto| {
        let name = goto.child(Role::Label)?.text();
        Some((goto, own(body).find(|it| label_of(*it) == Some(name))?))
    })
}

/// The nodes below `body` that are of the same function.
fn own<'a>(body: Option<Node<'a>>) -> impl Iterator<Item = Node<'a>> {
    body.into_iter().flat_map(|it| it.descendants_skipping(|inner| inner.kind() == Kind::FuncLit))
}

fn label_of(node: Node<'_>) -> Option<&str> {
    LabeledStmt::cast(node).map(|it| it.label().text())
}

/// Where a `BranchStmt` leads (spec: Break, Continue, Goto statements): the loop, switch or select that `break` leaves or
/// `continue` continues, the labeled statement of a `goto`. None for `fallthrough`, for other nodes, and where there is
/// no such statement.
pub fn branch_target(branch: Node<'_>) -> Option<Node<'_>> {
    if branch.kind() != Kind::BranchStmt {
        return None;
    }
    let label = branch.child(Role::Label).map(Node::text);
    let mut around = branch.ancestors().take_while(|it| !is_func(*it));
    match (branch.op(), label) {
        (Token::Break, None) => around.find(|it| is_breakable(*it)),
        (Token::Continue, None) => around.find(|it| is_loop(*it)),
        (Token::Break | Token::Continue, Some(name)) => {
            let labeled = around.find(|it| label_of(*it) == Some(name))?;
            labeled.child(Role::Stmt)
        }
        (Token::Goto, Some(_)) => gotos(branch).find(|(goto, _)| *goto == branch).map(|(_, label)| label),
        _ => None,
    }
}

fn is_loop(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::ForStmt | Kind::RangeStmt)
}

fn is_breakable(node: Node<'_>) -> bool {
    is_loop(node) || matches!(node.kind(), Kind::SwitchStmt | Kind::TypeSwitchStmt | Kind::SelectStmt)
}

/// Whether a loop has no way of its own to end: a `for` without condition. Statements in its body may leave it all the
/// same, see [`exits`].
pub fn endless(node: Node<'_>) -> bool {
    ForStmt::cast(node).is_some_and(|it| it.cond().is_none())
}

/// How control leaves a loop from within its body.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum ExitKind {
    /// A `return`.
    Return,
    /// A `break` of this loop, or of a statement around it.
    Break,
    /// A `continue` of a loop around it.
    Continue,
    /// A `goto` to a label outside.
    Goto,
    /// A call that never returns, such as `panic`.
    NoReturn,
}

/// A statement in the body of a loop that leaves the loop.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub struct Exit<'a> {
    /// The statement.
    pub stmt: Node<'a>,
    /// How it leaves.
    pub kind: ExitKind,
}

/// The statements in the body of `repeated` (a `ForStmt` or `RangeStmt`) that leave it, in order. Statements of function
/// literals inside do not.
pub fn exits<'a>(repeated: Node<'a>, never_returns: impl Fn(CallExpr<'a>) -> bool) -> Vec<Exit<'a>> {
    let leaves = |it: Node<'a>| match it.kind() {
        Kind::ReturnStmt => Some(ExitKind::Return),
        Kind::ExprStmt => call_of(it).filter(|call| never_returns(*call)).map(|_| ExitKind::NoReturn),
        Kind::BranchStmt => {
            let target = branch_target(it)?;
            let inside = repeated.contains(target) && target != repeated;
            match it.op() {
                Token::Break if !inside => Some(ExitKind::Break),
                Token::Continue if !inside && target != repeated => Some(ExitKind::Continue),
                Token::Goto if !inside => Some(ExitKind::Goto),
                _ => None,
            }
        }
        _ => None,
    };
    own(repeated.child(Role::Body)).filter_map(|stmt| Some(Exit { stmt, kind: leaves(stmt)? })).collect()
}

/// The call that an expression statement makes.
fn call_of(stmt: Node<'_>) -> Option<CallExpr<'_>> {
    CallExpr::cast(ExprStmt::cast(stmt)?.x().unparen())
}

/// What becomes of a function literal where it stands.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum LitUse<'a> {
    /// It is called in place, and runs before what follows.
    Called(CallExpr<'a>),
    /// A `go` statement starts it.
    Go(GoStmt<'a>),
    /// A `defer` statement calls it when the function around it returns.
    Deferred(DeferStmt<'a>),
    /// It is a value: stored, passed on or returned; when it runs is not known.
    Value,
}

/// How the function literal `lit` is used.
pub fn literal_use(lit: Node<'_>) -> LitUse<'_> {
    let mut outer = lit;
    while let Some(paren) = outer.parent().filter(|it| it.kind() == Kind::ParenExpr) {
        outer = paren;
    }
    let Some(call) = outer.parent().and_then(CallExpr::cast).filter(|_| outer.role() == Role::Fun) else {
        return LitUse::Value;
    };
    let Some(parent) = call.node().parent() else { return LitUse::Called(call) };
    if let Some(go) = GoStmt::cast(parent) {
        LitUse::Go(go)
    } else if let Some(defer) = DeferStmt::cast(parent) {
        LitUse::Deferred(defer)
    } else {
        LitUse::Called(call)
    }
}

/// The `go` statement whose function literal holds `node`, with only literals called in place in between: `node` runs on
/// the goroutine that this statement starts.
pub fn in_go_stmt(node: Node<'_>) -> Option<GoStmt<'_>> {
    let mut at = node;
    loop {
        at = enclosing_func(at)?;
        match (at.kind() == Kind::FuncLit).then(|| literal_use(at))? {
            LitUse::Go(go) => return Some(go),
            LitUse::Called(_) => {}
            LitUse::Deferred(_) | LitUse::Value => return None,
        }
    }
}

/// The statements of a statement list, which is a block, a `case` or a `select` clause. Empty for other nodes.
pub fn stmts(owner: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let role = match owner.kind() {
        Kind::BlockStmt => Some(Role::List),
        Kind::CaseClause | Kind::CommClause => Some(Role::Body),
        _ => None,
    };
    owner.children().filter(move |it| Some(it.role()) == role)
}

/// Whether `stmt` is a terminating statement (spec: Terminating statements; go/types' `isTerminating`). `is_panic` tells
/// calls of the built-in `panic`.
pub fn terminates<'a>(stmt: Node<'a>, is_panic: impl Fn(CallExpr<'a>) -> bool) -> bool {
    let marks = Marks::of(stmt);
    let mut ends = vec![false; marks.len];
    for node in stmt.descendants().rev().chain([stmt]) {
        let done = |it: Node<'_>| ends[marks.at(it)];
        let list_done = || stmts(node).filter(|it| it.kind() != Kind::EmptyStmt).last().map(|it| (it, done(it)));
        let clauses = || node.child(Role::Body).into_iter().flat_map(stmts);
        let unbroken = !marks.broken[marks.at(node)];
        ends[marks.at(node)] = match node.kind() {
            Kind::ReturnStmt => true,
            Kind::BranchStmt => node.op() == Token::Goto,
            Kind::ExprStmt => call_of(node).is_some_and(&is_panic),
            Kind::BlockStmt | Kind::CommClause => list_done().is_some_and(|(_, done)| done),
            Kind::CaseClause => list_done().is_some_and(|(last, done)| done || last.op() == Token::Fallthrough),
            Kind::IfStmt => [Role::Body, Role::Else].into_iter().all(|it| node.child(it).is_some_and(done)),
            Kind::ForStmt => unbroken && endless(node),
            Kind::SwitchStmt | Kind::TypeSwitchStmt => unbroken && clauses().any(is_default) && clauses().all(done),
            Kind::SelectStmt => unbroken && clauses().all(done),
            Kind::LabeledStmt => node.child(Role::Stmt).is_some_and(done),
            _ => false,
        };
    }
    ends[marks.at(stmt)]
}

fn is_default(clause: Node<'_>) -> bool {
    CaseClause::cast(clause).is_some_and(CaseClause::is_default)
        || CommClause::cast(clause).is_some_and(CommClause::is_default)
}

/// What branch statements say of the statements in one subtree.
struct Marks {
    base: usize,
    len: usize,
    /// Statements that a `break` refers to.
    broken: Vec<bool>,
    /// Labeled statements that a `goto` refers to.
    jumped_to: Vec<bool>,
}

impl Marks {
    fn of(top: Node<'_>) -> Marks {
        let len = top.descendants().len() + 1;
        let mut marks = Marks { base: top.id().index(), len, broken: vec![false; len], jumped_to: vec![false; len] };
        // What a branch statement can refer to, and the literals that keep it from referring to more.
        let mut around: Vec<Node<'_>> = Vec::new();
        let mut literals: Vec<Node<'_>> = Vec::new();
        let (mut labels, mut gotos) = (HashMap::new(), Vec::new());
        for node in [top].into_iter().chain(top.descendants()) {
            while around.pop_if(|it| !it.contains(node)).is_some() {}
            while literals.pop_if(|it| !it.contains(node)).is_some() {}
            let literal = literals.last().map(|it| it.id());
            let label = (node.kind() == Kind::BranchStmt).then(|| node.child(Role::Label).map(Node::text));
            match (label, node.op()) {
                (Some(label), Token::Break) => {
                    if let Some(target) = broken_by(label, &around) {
                        let at = marks.at(target);
                        marks.broken[at] = true;
                    }
                }
                (Some(Some(label)), Token::Goto) => gotos.push((literal, label)),
                _ => {}
            }
            if let Some(name) = label_of(node) {
                labels.insert((literal, name), node);
            }
            if node.kind() == Kind::FuncLit {
                literals.push(node);
            }
            if is_breakable(node) || matches!(node.kind(), Kind::LabeledStmt | Kind::FuncLit) {
                around.push(node);
            }
        }
        for target in gotos.iter().filter_map(|it| labels.get(it)) {
            let at = marks.at(*target);
            marks.jumped_to[at] = true;
        }
        marks
    }

    fn at(&self, node: Node<'_>) -> usize {
        node.id().index() - self.base
    }
}

/// The statement that a `break` refers to, of those around it, the innermost last.
fn broken_by<'a>(label: Option<&str>, around: &[Node<'a>]) -> Option<Node<'a>> {
    let mut around = around.iter().rev().take_while(|it| it.kind() != Kind::FuncLit);
    match label {
        None => around.find(|it| is_breakable(**it)).copied(),
        Some(_) => around.find(|it| label_of(**it) == label)?.child(Role::Stmt),
    }
}

/// Which statements of a function body control can reach and get past. Conditions are taken to go either way, so a
/// statement said to be unreachable is; one said to be reachable may not be.
pub struct Flow<'a> {
    body: Node<'a>,
    base: usize,
    completes: Vec<bool>,
    reachable: Vec<bool>,
}

impl<'a> Flow<'a> {
    /// The flow in `body`, a block. `never_returns` tells calls behind which nothing runs; `never_ends` tells loops that
    /// end only by a statement that leaves them, besides `for` without a condition.
    pub fn new(
        body: Node<'a>,
        never_returns: impl Fn(CallExpr<'a>) -> bool,
        never_ends: impl Fn(Node<'a>) -> bool,
    ) -> Flow<'a> {
        let marks = Marks::of(body);
        let mut completes = vec![true; marks.len];
        for node in body.descendants().rev().chain([body]) {
            let done = |it: Node<'_>| completes[marks.at(it)];
            let clauses = || node.child(Role::Body).into_iter().flat_map(stmts);
            let broken = marks.broken[marks.at(node)];
            completes[marks.at(node)] = match node.kind() {
                Kind::ReturnStmt | Kind::BranchStmt => false,
                Kind::ExprStmt => !call_of(node).is_some_and(&never_returns),
                Kind::BlockStmt | Kind::CaseClause | Kind::CommClause => {
                    stmts(node).fold(true, |alive, it| (alive || marks.jumped_to[marks.at(it)]) && done(it))
                }
                Kind::IfStmt => [Role::Body, Role::Else].into_iter().any(|it| node.child(it).is_none_or(done)),
                Kind::ForStmt | Kind::RangeStmt => broken || !(endless(node) || never_ends(node)),
                Kind::SwitchStmt | Kind::TypeSwitchStmt => broken || !clauses().any(is_default) || clauses().any(done),
                Kind::SelectStmt => broken || clauses().any(done),
                Kind::LabeledStmt => node.child(Role::Stmt).is_none_or(done),
                _ => true,
            };
        }
        let mut reachable = vec![false; marks.len];
        reachable[0] = true;
        for node in [body].into_iter().chain(body.descendants()) {
            let mut alive = reachable[marks.at(node)];
            let in_order = stmts(node).next().is_some() && !is_clause_list(node);
            for child in node.children() {
                let at = marks.at(child);
                reachable[at] = alive || marks.jumped_to[at];
                if in_order && child.kind().is_stmt() {
                    alive = reachable[at] && completes[at];
                }
            }
        }
        Flow { body, base: marks.base, completes, reachable }
    }

    /// Whether control can get to `node`, which must be in the body. What is in a function literal counts as reached when
    /// the literal is.
    pub fn is_reachable(&self, node: Node<'a>) -> bool {
        self.get(&self.reachable, node)
    }

    /// Whether control can get from the start of `stmt` to what follows it.
    pub fn can_complete(&self, stmt: Node<'a>) -> bool {
        self.get(&self.completes, stmt)
    }

    /// Whether the function can return: by a `return` that can be reached, or at the end of its body. A function that
    /// cannot may still panic.
    pub fn can_return(&self) -> bool {
        self.can_complete(self.body)
            || own(Some(self.body)).any(|it| it.kind() == Kind::ReturnStmt && self.is_reachable(it))
    }

    fn get(&self, of: &[bool], node: Node<'a>) -> bool {
        node.id().index().checked_sub(self.base).and_then(|at| of.get(at)).copied().unwrap_or(true)
    }
}

/// Whether the statements of `block` are clauses, of which one is chosen, rather than statements in order.
fn is_clause_list(block: Node<'_>) -> bool {
    stmts(block).any(|it| matches!(it.kind(), Kind::CaseClause | Kind::CommClause))
}

#[cfg(test)]
mod tests {
    use super::*;
    use gofix_syntax::SourceFile;

    fn parse(body: &str) -> SourceFile {
        let file = SourceFile::parse(format!("package p\n\nfunc f() {{\n{body}\n}}\n"));
        assert_eq!(file.errors(), [], "{body}");
        file
    }

    fn named(call: CallExpr<'_>, name: &str) -> bool {
        call.fun().unparen().text() == name
    }

    fn body(file: &SourceFile) -> Node<'_> {
        file.nodes().find(|it| it.kind() == Kind::BlockStmt).expect("a body")
    }

    fn ends(text: &str) -> bool {
        let file = parse(text);
        terminates(body(&file), |call| named(call, "panic"))
    }

    #[test]
    fn terminating_statements() {
        let yes = [
            "return",
            "a(); goto L",
            "panic(1)",
            "(panic)(1)",
            "{ return }",
            "return;;",
            "if a { return } else { panic(1) }",
            "if a { return } else if b { return } else { return }",
            "for { }",
            "for { if a { continue }; for { break } }",
            "for { select { default: break } }",
            "L: for { }",
            "switch a { case 1: return; default: panic(1) }",
            "switch a { case 1: fallthrough; default: return }",
            "switch a.(type) { case int: return; default: return }",
            "select { case <-a: return; default: return }",
            "select { }",
            "for { func() { for { break } }() }",
        ];
        let no = [
            "",
            "a()",
            "if a { return }",
            "if a { return } else { }",
            "for a { }",
            "for range a { }",
            "for { break }",
            "L: for { for { break L } }",
            "switch a { case 1: return }",
            "switch a { case 1: break; default: return }",
            "switch a { case 1: ; default: return }",
            "select { case <-a: break }",
            "select { case <-a: }",
            "func() { return }()",
            "break_()",
            "for { if a { break } }",
        ];
        for it in yes {
            assert!(ends(it), "{it}");
        }
        for it in no {
            assert!(!ends(it), "{it}");
        }
    }

    fn can_return(text: &str) -> bool {
        let file = parse(text);
        let flow = Flow::new(body(&file), |call| named(call, "panic"), |it| it.kind() == Kind::RangeStmt);
        flow.can_return()
    }

    #[test]
    fn whether_a_function_can_return() {
        for it in [
            "a()",
            "for range a { return }",
            "for range a { break }",
            "for { if a { break } }",
            "for { select { case <-a: return } }",
            "L: for { for { break L } }",
            "for { goto L }\nL:",
            "if a { panic(1) }",
            "switch a { case 1: panic(1) }",
            "for a { }",
            "defer func() { return }()",
            "for { switch { case a: return } }",
        ] {
            assert!(can_return(it), "{it}");
        }
        for it in [
            "for range a { }",
            "for range a { }; return",
            "for { }",
            "for { a() }; return",
            "for { func() { return }() }",
            "for { select { case <-a: break; default: continue } }",
            "L: a(); goto L",
            "panic(1)",
            "select { }",
            "panic(1); return",
            "for range a { if b { continue }; panic(1); return }",
            "switch a { case 1: panic(1); default: for { } }",
            "for range a { panic(1) }",
        ] {
            assert!(!can_return(it), "{it}");
        }
    }

    #[test]
    fn how_a_loop_is_left() {
        let file = parse(
            "O: for { for x := range c {\n\
             return; break; continue; break O; continue O; goto L; goto M; panic(1); M: a()\n\
             select { case <-d: break; default: for { break; continue } }\n\
             func() { return }()\n\
             } }\nL:",
        );
        let inner = file.nodes().find(|it| it.kind() == Kind::RangeStmt).expect("a loop");
        let found: Vec<(&str, ExitKind)> =
            exits(inner, |call| named(call, "panic")).iter().map(|it| (it.stmt.text(), it.kind)).collect();
        use ExitKind::*;
        assert_eq!(
            found,
            [
                ("return", Return),
                ("break", Break),
                ("break O", Break),
                ("continue O", Continue),
                ("goto L", Goto),
                ("panic(1)", NoReturn)
            ]
        );
    }

    fn call<'a>(file: &'a SourceFile, name: &str) -> Node<'a> {
        file.nodes().find(|it| CallExpr::cast(*it).is_some_and(|call| named(call, name))).expect("a call")
    }

    #[test]
    fn what_loops_repeat() {
        for (text, repeated) in [
            ("x()", false),
            ("for { x() }", true),
            ("for x() { }", true),
            ("for x(); ; { }", false),
            ("for ; ; x() { }", true),
            ("for range x() { }", false),
            ("for range y { for range x() { } }", true),
            ("for { func() { x() }() }", false),
            ("L: x(); goto L", true),
            ("goto L; x(); L:", false),
            ("x(); L: goto L", false),
        ] {
            let file = parse(text);
            assert_eq!(in_loop(call(&file, "x")), repeated, "{text}");
        }
    }

    #[test]
    fn what_becomes_of_literals() {
        for (text, on_goroutine) in [
            ("go func() { x() }()", true),
            ("go (func() { x() })()", true),
            ("go func() { func() { x() }() }()", true),
            ("go func() { defer func() { x() }() }()", false),
            ("f(func() { x() })", false),
            ("go x()", false),
            ("x()", false),
        ] {
            let file = parse(text);
            assert_eq!(in_go_stmt(call(&file, "x")).is_some(), on_goroutine, "{text}");
        }
    }

    #[test]
    fn reached_and_completed() {
        let file = parse("if a { return }; b()\nfor { }\nc(); L: d()\ngoto L");
        let flow = Flow::new(body(&file), |_| false, |_| false);
        assert!(flow.is_reachable(call(&file, "b")));
        assert!(!flow.is_reachable(call(&file, "c")));
        assert!(flow.is_reachable(call(&file, "d")), "a goto leads there");
        let endless = stmts(body(&file)).nth(2).expect("three statements");
        assert!(!flow.can_complete(endless));
    }

    #[test]
    fn deep_nesting_is_walked_without_recursion() {
        let depth = 20_000;
        let file = parse(&format!("{}return{}", "{".repeat(depth), "}".repeat(depth)));
        assert!(terminates(body(&file), |_| false));
        let file = parse(&format!("{}break{}", "for {".repeat(depth), "; break }".repeat(depth)));
        assert!(!terminates(body(&file), |_| false));
    }
}
