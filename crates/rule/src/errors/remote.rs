//! Functions that answer calls from other processes.

use gofix_semantic::{
    is_exported,
    types::{Form, Ty},
};
use gofix_syntax::{
    Node,
    ast::{AstNode, FuncDecl},
};

use super::results::signature;
use crate::Cx;

/// Whether the function answers calls from other processes by gRPC: `Get(context.Context, *pb.Request) (*pb.Response, error)`,
/// or a method that is given a stream.
pub fn is_remote<'a>(cx: &Cx<'a>, func: Node<'a>) -> bool {
    let Some(decl) = FuncDecl::cast(func).filter(|it| it.recv().is_some() && is_exported(it.name().text())) else {
        return false;
    };
    let Some((params, results)) = signature(cx, decl.node()) else { return true };
    let types: Vec<_> = params.iter().map(|it| named(cx, decl, *it)).collect();
    let is_message = |it: &Option<(String, String, bool)>| it.as_ref().is_some_and(|it| it.2);
    let result = results.first().and_then(|it| named(cx, decl, *it));
    match &types[..] {
        [Some((path, name, _)), request] if path == "context" && name == "Context" => {
            is_message(request) && is_message(&result)
        }
        [.., Some((_, name, _))] => name.ends_with("Server") && name.contains('_') || name.ends_with("StreamingServer"),
        _ => false,
    }
}

/// Package and name of a type or of what it points to, and whether it is a message of a generated protocol.
fn named<'a>(cx: &Cx<'a>, of: FuncDecl<'a>, found: Ty) -> Option<(String, String, bool)> {
    let types = cx.types(of.node().file().id())?;
    let (target, pointer) = match types.form(found) {
        Form::Pointer(to) => (to, found),
        _ => (found, found),
    };
    let Form::Named { path, name, .. } = types.form(target) else { return None };
    let is_message = || {
        let methods = if pointer == Ty::UNKNOWN { None } else { types.method_set(pointer) };
        methods.is_some_and(|it| it.iter().any(|it| it.name == "ProtoReflect" || it.name == "ProtoMessage"))
    };
    Some((path.to_string(), name, is_message()))
}
