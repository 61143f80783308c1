//! The result of a task, which has to have a name.

use gofix_rule::{
    Cx, Decline, Fix,
    semantic::Res,
    syntax::{Kind, Node, Role, ast::FuncLit},
};

/// What the task returns.
pub(super) struct Named<'a> {
    /// Where the result type stands, and whether it is named already.
    result: Node<'a>,
    is_named: bool,
    name: String,
}

impl Named<'_> {
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// `func() error` to `func() (err error)`.
    pub(super) fn edit(&self, fix: Fix) -> Fix {
        match self.is_named {
            true => fix,
            false => {
                fix.replace(self.result, format!("({} {})", self.name, self.result.text().trim_matches(['(', ')'])))
            }
        }
    }
}

/// The name of the result, or one for it.
pub(super) fn of_result<'a>(cx: &Cx<'a>, literal: FuncLit<'a>) -> Result<Named<'a>, Decline> {
    let result = literal.func_type().results().ok_or("the task returns nothing")?;
    let mut names = result.descendants().filter(|it| it.role() == Role::Names);
    if let Some(name) = names.next() {
        return match name.text() {
            "err" if !is_declared_inside(literal, "err") => {
                Ok(Named { result, is_named: true, name: "err".to_owned() })
            }
            "err" => Err("something in the task hides its result err".into()),
            other => Err(format!("the result of the task is called {other}").into()),
        };
    }
    // The name of a result is visible in all of the task.
    let name = ["err", "panicErr", "taskErr"].into_iter().find(|it| is_free(cx, literal, it));
    let name = name.ok_or("no name is free for the result of the task")?.to_owned();
    Ok(Named { result, is_named: false, name })
}

/// Whether the outermost block of the task declares the name. What is declared further inside does not matter: the deferred
/// function stands in front of it.
fn is_declared_inside(literal: FuncLit<'_>, name: &str) -> bool {
    let mut statements = literal.body().children();
    statements.any(|it| {
        it.kind() == Kind::DeclStmt && it.descendants().any(|it| it.role() == Role::Names && it.text() == name)
    })
}

/// Whether a result of the task may be called `name`: wherever the task uses the name, it means something that an inner
/// block of the task declares.
fn is_free<'a>(cx: &Cx<'a>, literal: FuncLit<'a>, name: &str) -> bool {
    let body = literal.body();
    let is_inner = |it: Node<'a>| match cx.resolve(it) {
        Res::Def(def) => {
            let at = def.ident();
            let block = at.ancestors().find(|it| is_scope(*it));
            body.contains(at) && block.is_some_and(|it| it != body)
        }
        _ => false,
    };
    body.descendants().filter(|it| it.as_ident() == Some(name) && it.role() != Role::Sel).all(is_inner)
}

/// Whether a node opens a scope for what is declared directly in it (spec: Blocks).
fn is_scope(node: Node<'_>) -> bool {
    use Kind::{BlockStmt, CaseClause, CommClause, ForStmt, FuncLit, IfStmt, RangeStmt, SwitchStmt, TypeSwitchStmt};
    matches!(
        node.kind(),
        BlockStmt | CaseClause | CommClause | ForStmt | FuncLit | IfStmt | RangeStmt | SwitchStmt | TypeSwitchStmt
    )
}
