//! A context that the first error cancels.

use gofix_rule::{
    Cx, Decline, Fix, TextRange,
    flow::{How, LitUse},
    semantic::{
        Def,
        types::{Form, Ty, Types},
    },
    syntax::{
        Node,
        ast::{AstNode, CallExpr},
    },
    tasks::is_settled,
};

use super::{Env, Rewritten, fan::Fan, look};

/// The context of the group, derived from another one. Only the tasks use it: it is cancelled once `Wait` returns.
pub(super) struct Context<'a> {
    pub(super) name: String,
    def: Def<'a>,
    sites: Vec<Node<'a>>,
}

impl Context<'_> {
    /// The context that it is derived from.
    pub(super) fn parent(&self) -> &str {
        self.def.name()
    }

    /// The tasks use it in place of the other one.
    pub(super) fn edit(&self, fix: Fix, gone: &[TextRange]) -> Fix {
        let stays = |it: &&Node<'_>| !gone.iter().any(|range| range.contains(it.range()));
        self.sites.iter().filter(stays).fold(fix, |fix, it| fix.replace(*it, self.name.clone()))
    }
}

/// The context for the group, if it is asked for and the tasks use one in such a way that it may be cancelled.
///
/// # Errors
/// No name is free for it.
pub(super) fn choose<'a>(
    env: Env<'_, 'a>,
    fan: &Fan<'a>,
    bodies: &[Rewritten<'a>],
) -> Result<Option<Context<'a>>, Decline> {
    if env.cx.option("context") != "auto" {
        return Ok(None);
    }
    let decl = fan.var.declared.stmt();
    let Some((def, sites)) = used_context(env, fan, bodies) else { return Ok(None) };
    let is_visible = def.ident().start() < decl.start() && env.cx.workspace().local(def.name(), decl) == Some(def);
    if !is_visible || !is_settled(env.cx, env.facts, def, decl) {
        return Ok(None);
    }
    let name = env.cx.fresh_name(&["gctx", "groupCtx"], decl)?;
    Ok(Some(Context { name, def, sites }))
}

/// The one context from around that the tasks use, and where. None if what they do with it may outlive them.
fn used_context<'a>(env: Env<'_, 'a>, fan: &Fan<'a>, bodies: &[Rewritten<'a>]) -> Option<(Def<'a>, Vec<Node<'a>>)> {
    let mut found: Option<(Def<'a>, Vec<Node<'a>>)> = None;
    for (task, rewritten) in fan.tasks.iter().zip(bodies) {
        let literal = task.literal.node();
        let args = task.call.args().filter(|_| task.end.is_some());
        if args.into_iter().any(|it| look::named(env.cx, it, "context", "Context"))
            || !rewritten.handover.renames().is_empty()
        {
            return None;
        }
        let idents = literal.descendants().filter(|it| it.as_ident().is_some());
        for ident in idents {
            let Some(def) = env.cx.resolve(ident).def().filter(|it| it.is_variable() && it.ident() != ident) else {
                continue;
            };
            if literal.contains(def.ident()) || !look::named(env.cx, ident, "context", "Context") {
                continue;
            }
            match &mut found {
                Some((known, _)) if *known != def => return None,
                Some((_, sites)) => sites.push(ident),
                None => found = Some((def, vec![ident])),
            }
        }
    }
    let (def, sites) = found?;
    let local = env.facts.local(def)?;
    let in_tasks = local.uses.iter().filter(|it| sites.contains(&it.site));
    let all_fine = in_tasks.into_iter().all(|it| {
        let stays = it.captures.iter().skip(1).all(|it| matches!(it.becomes, LitUse::Called(_)));
        let used = match it.how {
            How::Passed { call, .. } => keeps_nothing(env.cx, call),
            How::MethodCalled(_) => true,
            _ => false,
        };
        stays && used
    });
    all_fine.then_some((def, sites))
}

/// Whether what a call returns has nothing to do with its context any more: errors, numbers, strings, and what is made of
/// these. Bodies, rows, streams, commands and other contexts do.
fn keeps_nothing<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> bool {
    let Some(types) = cx.types(call.node().file().id()) else { return false };
    let is_go = call.node().parent().is_some_and(|it| it.kind() == gofix_rule::syntax::Kind::GoStmt);
    let ty = types.type_of(call.node());
    let results = match types.form(ty) {
        Form::Tuple(results) => results,
        _ => vec![ty],
    };
    !is_go && results.into_iter().all(|it| is_plain(types, it, 0))
}

fn is_plain(types: &Types<'_>, ty: Ty, depth: usize) -> bool {
    const DEEP: usize = 4;
    if ty == Ty::UNKNOWN || depth > DEEP {
        return false;
    }
    let inner = |it: Ty| is_plain(types, it, depth + 1);
    match types.form(types.underlying(ty)) {
        _ if types.is_error_type(ty) => true,
        Form::Basic(_) => true,
        Form::Slice(of) | Form::Array(of, _) => inner(of),
        Form::Map(key, of) => inner(key) && inner(of),
        Form::Pointer(of) => inner(of),
        Form::Struct(fields) => fields.iter().all(|it| inner(it.ty)),
        _ => false,
    }
}
