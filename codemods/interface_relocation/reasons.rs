//! Why an interface stays where it is: all reasons, each with the places that it is met at.

use gofix_rule::{Cx, Decline, syntax::Node};

/// So many places of one reason are named.
const MAX_PLACES: usize = 3;

/// Reasons, in the order in which they were met.
#[derive(Clone, Default)]
pub(super) struct Reasons<'a> {
    met: Vec<(Decline, Vec<Node<'a>>)>,
}

impl<'a> Reasons<'a> {
    /// Adds a reason, and where it is met.
    pub(super) fn add(&mut self, reason: impl Into<Decline>, at: Option<Node<'a>>) {
        let reason = reason.into();
        match self.met.iter_mut().find(|it| it.0 == reason) {
            Some((_, places)) => places.extend(at),
            None => self.met.push((reason, at.into_iter().collect())),
        }
    }

    /// What a step comes to; its reason, if it has none, is kept, and belongs to that place.
    pub(super) fn note<T>(&mut self, result: Result<T, Decline>, at: Option<Node<'a>>) -> Option<T> {
        result.map_err(|reason| self.add(reason, at)).ok()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.met.is_empty()
    }

    /// All reasons and those of others, each once.
    pub(super) fn and(mut self, others: Reasons<'a>) -> Reasons<'a> {
        for (reason, places) in others.met {
            match self.met.iter_mut().find(|it| it.0 == reason) {
                Some(own) => own.1.extend(places),
                None => self.met.push((reason, places)),
            }
        }
        self
    }

    /// One sentence of all of them.
    pub(super) fn sentence(&self, cx: &Cx<'a>) -> String {
        let one = |(reason, at): &(Decline, Vec<Node<'a>>)| match places(cx, at) {
            Some(places) => format!("{reason} ({places})"),
            None => reason.to_string(),
        };
        self.met.iter().map(one).collect::<Vec<_>>().join("; ")
    }
}

/// `kv/kv.go:12, kv/all.go:3 and 2 more`
fn places<'a>(cx: &Cx<'a>, at: &[Node<'a>]) -> Option<String> {
    let lines = at.iter().map(|it| (it.file().id(), it.file().line_col(it.start()).0));
    name_places(cx, lines.collect())
}

/// The same for lines of files.
pub(super) fn name_places(cx: &Cx<'_>, mut lines: Vec<(gofix_rule::FileId, u32)>) -> Option<String> {
    lines.sort_unstable();
    lines.dedup();
    let path = |id| cx.workspace().project().file(id).path.as_str();
    let named: Vec<String> = lines.iter().take(MAX_PLACES).map(|it| format!("{}:{}", path(it.0), it.1)).collect();
    match (named.is_empty(), lines.len() - named.len()) {
        (true, _) => None,
        (false, 0) => Some(named.join(", ")),
        (false, more) => Some(format!("{} and {more} more", named.join(", "))),
    }
}
