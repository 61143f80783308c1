//! One `return` of an error: what speaks against wrapping it, in the order in which the page lists it.

use gofix_rule::{
    Cx, Decline, Fix, Level,
    errors::{self, Confidence, Message, Messages, ResultSlot, Wrapped},
    flow::{self, Facts, NonNil, Origin},
    semantic::{Def, Tri},
    syntax::{
        Node,
        ast::{AstNode, CallExpr, ReturnStmt},
    },
};

use super::{callee, consumers, deferred, guards, imports, level, settings::Settings, tail};

/// What to do about a place.
pub(super) enum Advice {
    Fix(Result<Fix, Decline>),
    Note(String),
}

/// A `return` whose last value may be an error as it came.
pub(super) struct Site<'a, 'r> {
    pub(super) cx: Cx<'a>,
    pub(super) facts: &'r Facts<'a>,
    pub(super) settings: &'r Settings,
    pub(super) stmt: ReturnStmt<'a>,
    /// The function that returns: a `FuncDecl` or `FuncLit`.
    pub(super) func: Node<'a>,
    /// Its results.
    pub(super) results: Vec<ResultSlot<'a>>,
    /// The returned variable. None: the `return` is naked, or it returns what a call does.
    pub(super) err: Option<(Node<'a>, Def<'a>)>,
    /// The call whose results are returned, where such are asked for.
    tail: Option<CallExpr<'a>>,
}

impl<'a, 'r> Site<'a, 'r> {
    /// None if this returns no variable as an error, and no call that is asked for.
    pub(super) fn new(
        cx: &Cx<'a>,
        facts: &'r Facts<'a>,
        settings: &'r Settings,
        stmt: ReturnStmt<'a>,
    ) -> Option<Site<'a, 'r>> {
        let func = flow::enclosing_func(stmt.node())?;
        let results = errors::results(cx, func);
        let last = results.last()?;
        let is_errorlike = match last.is_error(cx) {
            Tri::No => last.implements_error(cx) != Tri::No,
            _ => true,
        };
        let values: Vec<_> = stmt.results().collect();
        let tail = if settings.tail_calls && is_errorlike { tail::of(cx, stmt) } else { None };
        let err = match values.last() {
            None => None,
            Some(_) if tail.is_some() => None,
            Some(_) if values.len() != results.len() => return None,
            Some(value) => {
                let ident = value.unparen();
                let def = ident.as_ident().and_then(|_| cx.resolve(ident).def());
                Some((ident, def.filter(|it| it.is_variable() && !it.is_package_level())?))
            }
        };
        is_errorlike.then_some(Site { cx: *cx, facts, settings, stmt, func, results, err, tail })
    }

    /// Where the finding is.
    pub(super) fn place(&self) -> Node<'a> {
        self.err.map(|it| it.0).or(self.tail.map(CallExpr::node)).unwrap_or(self.stmt.node())
    }

    /// Rewrites
    ///
    /// ```go
    /// return nil, err
    /// ```
    ///
    /// to
    ///
    /// ```go
    /// return nil, fmt.Errorf("read config file: %w", err)
    /// ```
    pub(super) fn advise(&self, messages: &mut Messages<'a, '_>, known: &mut consumers::Kept) -> Advice {
        if let Some(call) = self.tail {
            return tail::advise(self, call, messages, known).unwrap_or_else(|reason| Advice::Fix(Err(reason)));
        }
        let (err, call) = match self.origin() {
            Ok(found) => found,
            Err(Refusal::Declined(reason)) => return Advice::Fix(Err(reason)),
            Err(Refusal::Reported(why)) => return Advice::Note(why.to_owned()),
        };
        self.wrapped(err, call, messages, known).unwrap_or_else(|reason| Advice::Fix(Err(reason)))
    }

    /// The error, and the call that it comes from.
    fn origin(&self) -> Result<(Node<'a>, CallExpr<'a>), Refusal> {
        let (err, def) = self.err.ok_or("a naked return does not say what it returns")?;
        self.is_plain(err)?;
        let non_nil = self.facts.non_nil(err);
        if non_nil == NonNil::Unknown {
            return Err(format!("{} may be nil here", err.text()).into());
        }
        let origins = self.facts.origins(err).unwrap_or_default();
        let since = match origins[..] {
            [Origin::Call { call, .. }] => call.node().start(),
            _ => self.func.start(),
        };
        if non_nil == NonNil::Matched || guards::is_pinned(&self.cx, err, def, self.func, since) {
            return Err(
                format!("this is where {} is a particular error, which callers may look for", err.text()).into()
            );
        }
        match origins[..] {
            [only] => self.one_origin(only).map(|call| (err, call)),
            [] => Err(format!("where {} comes from is not known", err.text()).into()),
            _ if origins.iter().any(|it| matches!(it, Origin::Unknown(_) | Origin::Captured)) => {
                Err(format!("where {} comes from is not known", err.text()).into())
            }
            _ => {
                Err(Refusal::Reported("it comes from one of several calls, so each has to be wrapped where it is made"))
            }
        }
    }

    /// Both the result and the variable are of the type `error`.
    fn is_plain(&self, err: Node<'a>) -> Result<(), Decline> {
        self.returns_error()?;
        match self.cx.is_error(err) {
            Tri::No => Err(format!("{} is of a type of its own", err.text()).into()),
            Tri::Unknown => Err(format!("the type of {} is not known", err.text()).into()),
            Tri::Yes => Ok(()),
        }
    }

    /// The last result is of the type `error`.
    pub(super) fn returns_error(&self) -> Result<(), Decline> {
        match self.results.last().map_or(Tri::Unknown, |it| it.is_error(&self.cx)) {
            Tri::No => Err("the result is of a type of its own, which a wrapped error does not have".into()),
            Tri::Unknown => Err("the type of the result is not known".into()),
            Tri::Yes => Ok(()),
        }
    }

    fn one_origin(&self, origin: Origin<'a>) -> Result<CallExpr<'a>, Refusal> {
        let reason = match origin {
            Origin::Call { call, .. } if callee::creates(&self.cx, call) => {
                "the error is made here, with words of its own"
            }
            Origin::Call { call, .. } => return Ok(call),
            Origin::Made(_) | Origin::Named(_) => "the error is made here, with words of its own",
            Origin::Parameter | Origin::Captured => {
                "the error was given to this function: it is not an operation of its own that failed"
            }
            Origin::Ranged(_) | Origin::Switched(_) | Origin::Zero | Origin::Variable(_) | Origin::Other(_) => {
                "the error does not come from a call directly"
            }
            Origin::Received(_) => "the error was received from a channel: what failed is known to who sent it",
            Origin::Unknown(_) => "something else may assign the error in between",
        };
        Err(reason.into())
    }

    fn wrapped(
        &self,
        err: Node<'a>,
        call: CallExpr<'a>,
        messages: &mut Messages<'a, '_>,
        known: &mut consumers::Kept,
    ) -> Result<Advice, Decline> {
        let worded = self.worded(err, err.text(), call, messages, known)?;
        Ok(match worded {
            Ok(it) => Advice::Fix(Ok(it.wrapped.replace(Fix::safe(), err).at_most(it.level))),
            Err(note) => Advice::Note(note),
        })
    }

    /// `err`, an error of `call`, as it is to be returned at `at`; or why that is only reported.
    pub(super) fn worded(
        &self,
        at: Node<'a>,
        err: &str,
        call: CallExpr<'a>,
        messages: &mut Messages<'a, '_>,
        known: &mut consumers::Kept,
    ) -> Result<Result<Worded<'a>, String>, Decline> {
        let contract = level::contract(self)?;
        let called = callee::allowed(&self.cx, call)?;
        deferred::check(self)?;
        guards::is_not_forbidden(self.stmt.node(), self.func)?;
        callee::in_scope(&self.cx, &called, call, self.settings)?;
        let flow = known.of(self, call)?;
        let message = messages.write(call, at)?;
        if message.confidence < self.settings.min_confidence {
            let called = call.fun().text().lines().next().unwrap_or_default();
            let note = format!("no good words for it were found in {called}");
            return Ok(Err(note));
        }
        let wrapped = messages.wrap(&message, err, at)?;
        imports::check(&self.cx, &wrapped.import)?;
        let unwraps = imports::unwraps(&self.cx, at, &wrapped.by);
        let is_sure = message.confidence >= Confidence::Medium && unwraps.is_yes();
        if unwraps.is_no() {
            return Err("errors.Is would not find what this package has wrapped".into());
        }
        let level = level::level(self, call, contract, flow)?;
        Ok(Ok(Worded { message, wrapped, level: if is_sure { level } else { Level::Review } }))
    }
}

/// An error with its words.
pub(super) struct Worded<'a> {
    pub(super) message: Message,
    pub(super) wrapped: Wrapped<'a>,
    pub(super) level: Level,
}

/// Why nothing is rewritten.
pub(super) enum Refusal {
    Declined(Decline),
    Reported(&'static str),
}

impl From<Decline> for Refusal {
    fn from(reason: Decline) -> Refusal {
        Refusal::Declined(reason)
    }
}

impl From<&'static str> for Refusal {
    fn from(reason: &'static str) -> Refusal {
        Refusal::Declined(reason.into())
    }
}

impl From<String> for Refusal {
    fn from(reason: String) -> Refusal {
        Refusal::Declined(reason.into())
    }
}
