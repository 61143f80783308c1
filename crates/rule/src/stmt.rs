//! Inserting and deleting statements: lines, semicolons and comments. Indentation is the engine's business.

use gofix_syntax::{Kind, Node, Role, TextRange, Token};
use gofix_text::Edit;

use crate::{
    Decline, flow,
    lines::{ends_line, line_start, next_line, starts_line, tail, tail_from},
};

/// The statement of a statement list that `stmt` is, its label included.
pub(crate) fn list_element(stmt: Node<'_>) -> Option<Node<'_>> {
    let mut at = stmt;
    while let Some(labeled) = at.parent().filter(|it| it.kind() == Kind::LabeledStmt) {
        at = labeled;
    }
    let owner = at.parent()?;
    let in_list = match owner.kind() {
        Kind::BlockStmt => at.role() == Role::List,
        Kind::CaseClause | Kind::CommClause => at.role() == Role::Body,
        _ => false,
    };
    let is_clause = matches!(at.kind(), Kind::CaseClause | Kind::CommClause);
    (in_list && at.kind().is_stmt() && !is_clause).then_some(at)
}

fn element(stmt: Node<'_>) -> Result<(Node<'_>, Node<'_>), Decline> {
    list_element(stmt)
        .and_then(|it| Some((it, it.parent()?)))
        .ok_or_else(|| Decline::from("the statement is part of another one"))
}

/// The edits that put `lines` before `stmt`.
pub(crate) fn insert_before<S: AsRef<str>>(
    stmt: Node<'_>,
    lines: impl IntoIterator<Item = S>,
) -> Result<Vec<Edit>, Decline> {
    let (stmt, owner) = element(stmt)?;
    no_goto_over(stmt, stmt.start())?;
    let mut edits = opened_up(owner)?;
    let text: String = lines.into_iter().map(|it| format!("{}\n", it.as_ref())).collect();
    // The first of the lines would take over the indentation, and that of a label is its own.
    let is_label = stmt.kind() == Kind::LabeledStmt && starts_line(stmt);
    let at = if is_label { line_start(stmt.file(), stmt.start()) } else { stmt.start() };
    edits.push(Edit::insert(at, text));
    Ok(edits)
}

/// The edits that put `lines` behind `stmt`.
pub(crate) fn insert_after<S: AsRef<str>>(
    stmt: Node<'_>,
    lines: impl IntoIterator<Item = S>,
) -> Result<Vec<Edit>, Decline> {
    let (stmt, owner) = element(stmt)?;
    no_goto_over(stmt, stmt.end())?;
    let mut edits = opened_up(owner)?;
    let tail = tail(stmt);
    let at = if ends_line(stmt.file(), tail.end) { tail.end } else { stmt.end() };
    let text: String = lines.into_iter().map(|it| format!("\n{}", it.as_ref())).collect();
    edits.push(Edit::insert(at, text));
    Ok(edits)
}

/// The edits that put `lines` first in the statement list that is `owner`, a block or a clause.
pub(crate) fn insert_first<S: AsRef<str>>(
    owner: Node<'_>,
    lines: impl IntoIterator<Item = S>,
) -> Result<Vec<Edit>, Decline> {
    if !matches!(owner.kind(), Kind::BlockStmt | Kind::CaseClause | Kind::CommClause) {
        return Err(Decline::from("this is no list of statements"));
    }
    let opener = opener_end(owner);
    let tail = tail_from(owner.file(), opener);
    let is_alone = ends_line(owner.file(), tail.end);
    let mut text: String = lines.into_iter().map(|it| format!("\n{}", it.as_ref())).collect();
    if !is_alone && owner.kind() != Kind::BlockStmt && flow::stmts(owner).next().is_none() {
        // The next clause is on the same line.
        text.push('\n');
    }
    let mut edits = vec![Edit::insert(if is_alone { tail.end } else { opener }, text)];
    edits.extend(opened_up(owner)?);
    Ok(edits)
}

/// Deletes `stmt`: the edit, and the comments that go with it.
pub(crate) fn delete(stmt: Node<'_>) -> Result<(Edit, Vec<TextRange>), Decline> {
    let (stmt, owner) = element(stmt)?;
    if stmt.kind() == Kind::LabeledStmt {
        return Err(Decline::from("the statement has a label"));
    }
    let file = stmt.file();
    let end = tail(stmt).end;
    if starts_line(stmt) && ends_line(file, end) {
        let lines = TextRange::new(line_start(file, stmt.start()), next_line(file, end));
        return Ok((Edit::delete(lines), file.comments_in(TextRange::new(stmt.start(), end)).to_vec()));
    }
    Ok((Edit::delete(shared_line(stmt, owner)), file.comments_in(stmt.range()).to_vec()))
}

/// What to delete of a line that `stmt` shares with other code.
///
/// ```text
///     { a; stmt; b }  ->  { a; b }      { stmt; b }  ->  { b }      { stmt }  ->  {}
/// ```
fn shared_line(stmt: Node<'_>, owner: Node<'_>) -> TextRange {
    let same_line = |a: u32, b: u32| !stmt.file().text()[a as usize..b as usize].contains('\n');
    let previous = flow::stmts(owner).take_while(|it| it.id() < stmt.id()).last();
    let before = previous.map_or(opener_end(owner), Node::end);
    let next = stmt.next_sibling().filter(|it| same_line(stmt.end(), it.start()));
    match (next, closer_start(owner)) {
        (Some(next), _) => TextRange::new(stmt.start(), next.start()),
        (None, Some(close)) if previous.is_none() && same_line(before, close) => TextRange::new(before, close),
        _ if same_line(before, stmt.start()) => TextRange::new(before, stmt.end()),
        _ if ends_line(stmt.file(), stmt.end()) => {
            let line = &stmt.file().text()[..stmt.start() as usize];
            TextRange::new(line.trim_end_matches([' ', '\t']).len() as u32, stmt.end())
        }
        _ => stmt.range(),
    }
}

/// Declines if a `goto` leads from before `offset` to a label behind it, which it must not over a declaration
/// (spec: Goto statements).
fn no_goto_over(stmt: Node<'_>, offset: u32) -> Result<(), Decline> {
    match flow::gotos(stmt).any(|(goto, label)| goto.start() < offset && offset <= label.start()) {
        true => Err(Decline::from("a goto jumps over this place")),
        false => Ok(()),
    }
}

/// Offset behind the `{` of a block, or the `:` of a clause.
fn opener_end(owner: Node<'_>) -> u32 {
    if owner.kind() == Kind::BlockStmt {
        return owner.start() + 1;
    }
    let head = owner.children().take_while(|it| it.role() != Role::Body).last().map_or(owner.start(), Node::end);
    let rest = TextRange::new(head, owner.end().max(head));
    let colon = owner.file().tokens_in(rest).find(|(token, _)| *token == Token::Colon);
    colon.map_or(head, |(_, range)| range.end)
}

/// Offset of the `}` of a block.
fn closer_start(owner: Node<'_>) -> Option<u32> {
    (owner.kind() == Kind::BlockStmt && owner.text().ends_with('}') && owner.text().len() > 1).then(|| owner.end() - 1)
}

/// The edits that put each statement of a list on a line of its own where several are on one line, or one shares the line
/// of the brace or colon. No edit if every statement has its line already.
fn opened_up(owner: Node<'_>) -> Result<Vec<Edit>, Decline> {
    let mut edits = Vec::new();
    let mut gap = |from: u32, to: u32| -> Result<(), Decline> {
        let text = &owner.file().text()[from as usize..to as usize];
        if text.contains('\n') {
            return Ok(());
        }
        if !text.trim_matches([' ', '\t', ';']).is_empty() {
            return Err(Decline::from("a comment stands between the statements of one line"));
        }
        edits.push(Edit::replace(TextRange::new(from, to), "\n"));
        Ok(())
    };
    let mut from = opener_end(owner);
    for stmt in flow::stmts(owner) {
        gap(from, stmt.start())?;
        // A label with nothing behind it ends at the brace.
        from = stmt.file().token_before(stmt.end()).map_or(stmt.end(), |(_, token)| token.end);
    }
    if let Some(close) = closer_start(owner) {
        gap(from, close)?;
    }
    Ok(edits)
}
