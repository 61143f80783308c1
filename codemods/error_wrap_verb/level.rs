//! Who sees that an error is wrapped.

use gofix_rule::{
    Cx, Decline, Level,
    errors::contract,
    flow::enclosing_func,
    semantic::error_flow::{Consumer, Look, Loss},
    syntax::{
        Kind,
        ast::{AstNode, CallExpr},
    },
};

/// What to do.
pub(super) enum Verdict {
    Fix(Level),
    /// Somebody asks for particular errors: the sentence.
    Note(String),
}

/// Within so many steps a consumer is what the error is made for.
const NEAR: u32 = 4;

/// Farther than this nobody is looked for.
const FAR: u32 = 24;

/// What those who get the error that `call` makes would see of what it wraps.
pub(super) fn verdict<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Result<Verdict, Decline> {
    let found = consumers(cx, call);
    let asks = |it: &&Consumer| it.sees_through() && !it.in_test && it.hops <= NEAR;
    if let Some(first) = found.iter().find(asks) {
        return Ok(Verdict::Note(first.sentence(cx.workspace())));
    }
    let is_exported = found.iter().any(|it| it.look == Look::Lost(Loss::Exported));
    let exported = cx.option("exported");
    if is_exported && exported == "skip" {
        return Err("other modules can call the function".into());
    }
    let is_seen = |it: &Consumer| match it.look {
        // What compares the new error may be made to look at what it wraps, in the same run.
        it if it.is_identity() => true,
        Look::Unwrapped => true,
        Look::Lost(Loss::Exported) => exported != "safe",
        // The text stays what it is.
        Look::Lost(Loss::Kept) => false,
        Look::Lost(_) => true,
        _ => false,
    };
    let unknown = cx.error_flow().unknown_files();
    let is_unknown = cx.package().files().iter().any(|it| unknown.contains(it));
    // Who calls a method of theirs hands its error on, or asks for particular ones.
    let func = enclosing_func(call.node());
    let is_called_back = func.is_some_and(|it| contract(cx, it, &[]).is_some());
    let is_whole = cx.workspace().project().is_whole();
    let is_safe = is_whole && !is_unknown && !is_called_back && !found.iter().any(is_seen);
    Ok(Verdict::Fix(if is_safe { Level::Safe } else { Level::Review }))
}

fn consumers<'a>(cx: &Cx<'a>, call: CallExpr<'a>) -> Vec<Consumer> {
    let flow = cx.error_flow();
    let found = flow.consumers_of_call(call.node(), FAR);
    let returned = call.node().with_parens().parent().is_some_and(|it| it.kind() == Kind::ReturnStmt);
    let func = enclosing_func(call.node()).filter(|_| found.is_empty() && returned);
    func.and_then(|it| flow.consumers(it, FAR)).unwrap_or(found)
}
