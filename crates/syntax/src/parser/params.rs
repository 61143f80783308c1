//! Parameter lists (spec: Function types, Type parameter declarations).
//!
//! In `(a, b` nobody knows yet whether these are names or types. So behind every entry a place is kept for a `Field`,
//! and when the list has ended the places are filled: behind each type, or behind each entry if no entry has a name.

use super::{Parsed, Parser};
use crate::{
    builder::Mark,
    kind::{Kind, Role},
    token::Token,
};

/// One entry of a parameter list as it stands in the text.
struct Entry {
    start: u32,
    end: u32,
    /// Nodes it has.
    size: u32,
    /// Where its first node is: the name, if it has one.
    first: usize,
    /// Where the root of its type is, if it has a type.
    ty: Option<usize>,
    named: bool,
    is_variadic: bool,
    /// The place kept behind it.
    place: usize,
}

impl Parser<'_> {
    /// Parameters or results in parentheses.
    pub(super) fn parameters(&mut self, role: Role) -> Parsed {
        let (mark, start) = (self.mark(), self.expect(Token::LParen)?);
        if self.tok != Token::RParen {
            self.parameter_list(None, Token::RParen, role != Role::Results)?;
        }
        self.expect(Token::RParen)?;
        self.field_list(mark, start, role);
        Ok(())
    }

    pub(super) fn type_parameters(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.expect(Token::LBrack)?);
        if self.tok == Token::RBrack {
            return self.stop(start, "empty type parameter list");
        }
        self.parameter_list(None, Token::RBrack, false)?;
        self.expect(Token::RBrack)?;
        self.field_list(mark, start, Role::TypeParams);
        Ok(())
    }

    /// The entries up to `closing`. `begun` is the first one, if part of it was parsed already.
    pub(super) fn parameter_list(&mut self, begun: Option<Begun>, closing: Token, variadic_ok: bool) -> Parsed {
        let is_type_params = closing == Token::RBrack;
        let mut entries: Vec<Entry> = Vec::new();
        let mut begun = begun;
        while begun.is_some() || (self.tok != closing && self.tok != Token::Eof) {
            let entry = self.parameter(begun.take(), is_type_params)?;
            entries.push(entry);
            if !self.list_goes_on(closing, "parameter list")? {
                break;
            }
        }
        self.parameter_fields(&entries, is_type_params)?;
        self.check_variadic(&entries, variadic_ok)
    }

    fn parameter(&mut self, begun: Option<Begun>, is_type_params: bool) -> Parsed<Entry> {
        let (mark, start, first, typed) = match begun {
            Some(it) => (it.mark, it.start, it.first, it.typed),
            None => (self.mark(), self.start(), self.out.slots.len(), false),
        };
        let has_begun = self.out.since(mark) > 0;
        let mut entry = Entry { start, end: 0, size: 0, first, ty: None, named: false, is_variadic: false, place: 0 };
        if typed {
            // A name and the start of its constraint.
            entry.named = true;
            let constraint = Mark::behind(mark, 1);
            self.type_elem(constraint, self.out.slots[self.out.last_index()].start)?;
        } else if has_begun || self.tok == Token::Ident {
            if !has_begun {
                self.ident(Role::None)?;
            }
            self.parameter_behind_name(mark, start, is_type_params, &mut entry)?;
        } else if is_type_params && self.tok == Token::Tilde {
            self.type_elem(mark, start)?;
        } else if self.tok == Token::Ellipsis {
            self.variadic_type()?;
            entry.is_variadic = true;
        } else if self.try_ty()? {
            if is_type_params {
                self.type_elem(mark, start)?;
            }
        } else {
            return self.expected("')'");
        }
        entry.end = self.out.last().end;
        entry.size = self.out.since(mark);
        let is_bare_name = entry.size == 1 && self.out.last().kind == Kind::Ident;
        entry.ty = (!is_bare_name).then(|| self.out.last_index());
        entry.place = self.out.reserve();
        Ok(entry)
    }

    /// What follows a name that was pushed since `mark`: nothing, its type, or the rest of the type that it starts.
    fn parameter_behind_name(&mut self, mark: Mark, start: u32, is_type_params: bool, entry: &mut Entry) -> Parsed {
        let (constraint, at) = (self.mark(), self.start());
        match self.tok {
            Token::Ident
            | Token::Mul
            | Token::Arrow
            | Token::Func
            | Token::Chan
            | Token::Map
            | Token::Struct
            | Token::Interface
            | Token::LParen => {
                self.ty(Role::None)?;
                entry.named = true;
            }
            Token::LBrack => entry.named = self.array_or_instance(mark, start)?,
            Token::Ellipsis => {
                self.variadic_type()?;
                (entry.named, entry.is_variadic) = (true, true);
                return Ok(());
            }
            Token::Period => self.rest_of_named_type(mark, start)?,
            Token::Tilde if is_type_params => {
                self.type_elem(constraint, at)?;
                entry.named = true;
                return Ok(());
            }
            Token::Or if is_type_params => return self.type_elem(mark, start),
            _ => return Ok(()),
        }
        if is_type_params && self.tok == Token::Or {
            let (mark, start) = if entry.named { (constraint, at) } else { (mark, start) };
            self.type_elem(mark, start)?;
        }
        Ok(())
    }

    fn variadic_type(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.next();
        self.ty(Role::Elt)?;
        self.finish_with_child(mark, Kind::Ellipsis, start);
        Ok(())
    }

    /// Fills the places behind the entries, and says what their nodes are to the fields.
    fn parameter_fields(&mut self, entries: &[Entry], is_type_params: bool) -> Parsed {
        let named = entries.iter().filter(|it| it.named).count();
        if named == 0 {
            if is_type_params && let Some(first) = entries.first() {
                return self.stop(first.start, "missing type constraint or type parameter name");
            }
            for entry in entries {
                self.out.slots[entry.ty.unwrap_or(entry.first)].role = Role::Type;
                self.out.fill(entry.place, Kind::Field, entry.start, entry.end, entry.size + 1);
            }
            return Ok(());
        }
        let (mut start, mut size) = (None, 0);
        for entry in entries {
            let Some(ty) = entry.ty.filter(|_| entry.named) else {
                if entry.ty.is_some() {
                    return self.stop(entry.start, "missing parameter name");
                }
                self.out.slots[entry.first].role = Role::Names;
                start = start.or(Some(entry.start));
                size += entry.size;
                continue;
            };
            self.out.slots[entry.first].role = Role::Names;
            self.out.slots[ty].role = Role::Type;
            let start = start.take().unwrap_or(entry.start);
            self.out.fill(entry.place, Kind::Field, start, entry.end, size + entry.size + 1);
            size = 0;
        }
        match start {
            Some(at) => {
                self.stop(at, if is_type_params { "missing type constraint" } else { "missing parameter type" })
            }
            None => Ok(()),
        }
    }

    fn check_variadic(&mut self, entries: &[Entry], variadic_ok: bool) -> Parsed {
        let last = entries.len().saturating_sub(1);
        // In `a, b ...T` both have that type, and `a` is not the last.
        let shares_type = |i: usize| entries[i].named && i > 0 && !entries[i - 1].named;
        let is_wrong = |i: usize| !variadic_ok || i != last || shares_type(i);
        match entries.iter().enumerate().find(|(i, it)| it.is_variadic && is_wrong(*i)) {
            Some((_, entry)) if variadic_ok => self.stop(entry.start, "can only use ... with final parameter"),
            Some((_, entry)) => self.stop(entry.start, "invalid use of ..."),
            None => Ok(()),
        }
    }
}

/// The start of a type parameter list that was first taken for an array length.
pub(super) struct Begun {
    pub(super) mark: Mark,
    pub(super) start: u32,
    /// Place of the name.
    pub(super) first: usize,
    /// Whether the start of the constraint was pushed behind the name.
    pub(super) typed: bool,
}

#[cfg(test)]
mod tests {
    use crate::SourceFile;

    #[test]
    fn only_the_last_parameter_is_variadic() {
        let is_valid = |params: &str| SourceFile::parse(format!("package p\nfunc f({params})\n")).errors().is_empty();
        for params in ["...T", "a ...T", "a, b T, c ...T", "T, ...U"] {
            assert!(is_valid(params), "{params}");
        }
        for params in ["a, b ...T", "a ...T, b T", "...T, U", "a T, b, c ...U"] {
            assert!(!is_valid(params), "{params}");
        }
    }
}
