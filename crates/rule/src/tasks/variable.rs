//! Local variables that are WaitGroups.

use gofix_semantic::{Def, DefKind};
use gofix_syntax::{
    Kind, Node, Role, Token,
    ast::{AssignStmt, AstNode, CallExpr, CompositeLit, GenDecl, ValueSpec},
};

use super::group::{GroupCall, group_call, is_wait_group};
use crate::{
    Cx, Decline,
    flow::{Capture, Facts, How, Place},
    stmt::list_element,
};

/// A local variable that holds a WaitGroup of its own, or the only pointer to it.
#[derive(Clone, Debug)]
pub struct GroupVar<'a> {
    /// The variable.
    pub def: Def<'a>,
    /// How it is declared.
    pub declared: Declared<'a>,
    /// Whether it is a pointer.
    pub is_pointer: bool,
    /// The function whose call makes it.
    pub home: Node<'a>,
    /// All its uses, in order of the text.
    pub uses: Vec<GroupUse<'a>>,
}

/// How a WaitGroup is declared.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Declared<'a> {
    /// `var wg sync.WaitGroup`, or with a value that is an empty WaitGroup.
    Var {
        /// The statement.
        stmt: Node<'a>,
        /// What declares it.
        spec: ValueSpec<'a>,
    },
    /// The same as one of several in a `var (…)` block.
    InBlock {
        /// The statement.
        stmt: Node<'a>,
        /// What declares it.
        spec: ValueSpec<'a>,
    },
    /// `wg := sync.WaitGroup{}`, `&sync.WaitGroup{}` or `new(sync.WaitGroup)`.
    Define {
        /// The statement.
        stmt: Node<'a>,
    },
}

impl<'a> Declared<'a> {
    /// The statement that declares.
    pub fn stmt(self) -> Node<'a> {
        match self {
            Declared::Var { stmt, .. } | Declared::InBlock { stmt, .. } | Declared::Define { stmt } => stmt,
        }
    }
}

/// One use of a WaitGroup variable.
#[derive(Clone, Debug)]
pub struct GroupUse<'a> {
    /// The identifier.
    pub site: Node<'a>,
    /// What is done there.
    pub how: GroupHow<'a>,
    /// The function literals between the variable's function and the use, the outermost first.
    pub captures: Vec<Capture<'a>>,
}

/// What is done with a WaitGroup variable.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum GroupHow<'a> {
    /// `Add`, `Done`, `Wait` or `Go` is called.
    Call(GroupCall<'a>),
    /// It is passed on to this call: `f(&wg)`, `f(wg)`.
    Passed {
        /// The call; of a `go` statement, perhaps.
        call: CallExpr<'a>,
        /// Which argument, counted from 0.
        index: usize,
    },
    /// Anything else: it is stored, returned, assigned, or a method value is made of it.
    Other,
}

impl<'a> GroupVar<'a> {
    /// The WaitGroup that `def` declares. None if it is no local variable of that type.
    ///
    /// # Errors
    /// It is one, but not one of its own, or not all its uses are known.
    pub fn of(cx: &Cx<'a>, facts: &Facts<'a>, def: Def<'a>) -> Option<Result<GroupVar<'a>, Decline>> {
        let is_pointer = is_wait_group(cx, def.ident())?;
        let local = facts.local(def)?;
        Some(declared(cx, def).and_then(|declared| {
            if !local.unsure.is_empty() {
                return Err("whether these are all uses of the WaitGroup cannot be told".into());
            }
            let use_of = |it: &crate::flow::Use<'a>| GroupUse {
                site: it.site,
                how: group_how(cx, it.how, it.site),
                captures: it.captures.clone(),
            };
            let uses = local.uses.iter().map(use_of).collect();
            Ok(GroupVar { def, declared, is_pointer, home: local.home, uses })
        }))
    }

    /// The calls of one of its methods, in order.
    pub fn calls(&self) -> impl Iterator<Item = (&GroupUse<'a>, GroupCall<'a>)> {
        self.uses.iter().filter_map(|it| if let GroupHow::Call(call) = it.how { Some((it, call)) } else { None })
    }
}

fn declared<'a>(cx: &Cx<'a>, def: Def<'a>) -> Result<Declared<'a>, Decline> {
    const OTHERS: &str = "the WaitGroup is declared together with other variables";
    let node = def.node();
    if matches!(def.kind(), DefKind::Param | DefKind::Result | DefKind::Receiver) {
        return Err("the WaitGroup is a parameter".into());
    }
    if let Some(spec) = ValueSpec::cast(node) {
        let decl = node.parent().and_then(GenDecl::cast);
        let stmt = decl.and_then(|it| it.node().parent()).ok_or("the WaitGroup is a variable of the package")?;
        if spec.names().count() != 1 {
            return Err(OTHERS.into());
        }
        let is_own = match spec.values().next() {
            None => is_wait_group(cx, def.ident()) == Some(false),
            Some(value) => is_new(cx, value),
        };
        return match decl.is_some_and(|it| it.specs().count() > 1) {
            _ if !is_own => Err("the WaitGroup is made elsewhere".into()),
            true => Ok(Declared::InBlock { stmt, spec }),
            false => Ok(Declared::Var { stmt, spec }),
        };
    }
    let assign = AssignStmt::cast(node).ok_or("the WaitGroup is made elsewhere")?;
    let value = assign.rhs().next().filter(|_| assign.lhs().count() == 1 && assign.rhs().count() == 1).ok_or(OTHERS)?;
    let stmt = list_element(node).ok_or("the head of a statement declares the WaitGroup")?;
    if is_new(cx, value) { Ok(Declared::Define { stmt }) } else { Err("the WaitGroup is made elsewhere".into()) }
}

/// Whether `expr` makes a WaitGroup: `sync.WaitGroup{}`, `&sync.WaitGroup{}`, `new(sync.WaitGroup)`.
fn is_new<'a>(cx: &Cx<'a>, expr: Node<'a>) -> bool {
    let mut expr = expr.unparen();
    if expr.kind() == Kind::UnaryExpr && expr.op() == Token::And {
        expr = expr.child(Role::X).map_or(expr, Node::unparen);
    }
    let made = CallExpr::cast(expr).is_some_and(|it| cx.is_builtin_call(it, "new"));
    let literal = CompositeLit::cast(expr).is_some_and(|it| it.elts().next().is_none());
    (made || literal) && is_wait_group(cx, expr).is_some()
}

fn group_how<'a>(cx: &Cx<'a>, how: How<'a>, site: Node<'a>) -> GroupHow<'a> {
    match how {
        How::MethodCalled(call) => {
            let call = group_call(cx, call).filter(|it| it.group.unparen() == site);
            call.map_or(GroupHow::Other, GroupHow::Call)
        }
        How::Passed { call, index } => GroupHow::Passed { call, index },
        How::AddressTaken(address) => {
            let outer = address.with_parens();
            let parent = outer.parent();
            let called = parent.filter(|_| outer.role() == Role::X).and_then(|it| it.with_parens().parent());
            if let Some(call) = called.and_then(CallExpr::cast).and_then(|it| group_call(cx, it))
                && call.group.unparen() == address
            {
                return GroupHow::Call(call);
            }
            let call = parent.filter(|_| outer.role() == Role::Args).and_then(CallExpr::cast);
            call.map_or(GroupHow::Other, |call| {
                let index = call.args().take_while(|it| it.id() < outer.id()).count();
                GroupHow::Passed { call, index }
            })
        }
        How::Stored(Place::Blank) | How::Read => GroupHow::Other,
        _ => GroupHow::Other,
    }
}
