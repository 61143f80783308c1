//! Questions to the graph.

use std::{cmp::Reverse, collections::BinaryHeap, fmt::Write};

use gofix_syntax::{
    FileId, Kind, Node, Role, TextRange, Token,
    ast::{AstNode, FuncDecl},
};

use super::{
    index::Index,
    join::{Joined, join},
    look::{Look, Loss, Use},
    place::{Place, Seen, Slot, Way},
    summary::{Map, NONE, Summary},
};
use crate::{Workspace, import::specs};

/// The flow of errors through a project.
pub struct ErrorFlow {
    joined: Joined,
    index: Index,
    /// By node: where its edges begin, and those of the uses of it.
    edges_at: Vec<u32>,
    used_at: Vec<u32>,
    /// By use: whether it is in a test.
    in_test: Vec<bool>,
    unknown: Vec<FileId>,
    /// By function: which of its results are errors, in some build.
    errors: Map<Place, Vec<usize>>,
    /// By use: the line, counted from 1.
    lines: Vec<u32>,
}

/// Something that looks at an error, or a place where it is lost sight of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Consumer {
    /// How.
    pub look: Look,
    /// What is left to be seen of the error there.
    pub seen: Seen,
    /// As a reader would say it: `err == io.EOF`.
    pub what: String,
    /// Where.
    pub file: FileId,
    /// Where in the file.
    pub range: TextRange,
    /// The line, counted from 1.
    pub line: u32,
    /// Whether it is in a test file, or in another one that imports `testing` to help tests.
    pub in_test: bool,
    /// How often the error gets from one function to another on the shortest way there.
    pub hops: u32,
    /// The functions on that way, the one with the consumer last; not the one that was asked about.
    pub via: Vec<String>,
}

impl Consumer {
    /// Whether wrapping the error would change what the consumer does: it looks at the error itself, or at its whole text.
    pub fn minds_wrapping(&self) -> bool {
        self.look.is_identity() || self.look.is_text()
    }

    /// Whether it sees through wrapping.
    pub fn sees_through(&self) -> bool {
        self.look == Look::Unwrapped
    }

    /// As a reason: `consumed by err == io.EOF at x.go:12 via f, g`.
    pub fn sentence(&self, ws: &Workspace) -> String {
        let path = &ws.project().file(self.file).path;
        let mut sentence = match self.look {
            Look::Lost(_) => format!("lost sight of at {}", self.what),
            _ => format!("consumed by {}", self.what),
        };
        let _ = write!(sentence, " at {path}:{}", self.line);
        if !self.via.is_empty() {
            let _ = write!(sentence, " via {}", self.via.join(", "));
        }
        sentence
    }
}

/// How large a flow is.
#[derive(Copy, Clone, Default, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "plain")]
pub struct Counts {
    pub functions: usize,
    pub nodes: usize,
    pub edges: usize,
    pub uses: usize,
}

/// What is known of a value on its way.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
struct State {
    node: u32,
    seen: Seen,
    /// It came in as an argument, so it goes out only where that call is.
    is_inside: bool,
}

impl ErrorFlow {
    pub(super) fn new(ws: &Workspace, index: Index, parts: Vec<Summary>) -> ErrorFlow {
        let is_unknown = |it: &FileId| {
            let is_whole = ws.file(*it).is_some_and(|it| it.errors().is_empty());
            !is_whole || ws.config_of(*it).is_none()
        };
        let unknown: Vec<FileId> = ws.own_files().into_iter().filter(is_unknown).collect();
        let mut joined = join(parts);
        let mut words = linked(ws);
        words.extend(words_of(ws, &unknown));
        if !words.is_empty() {
            joined.lose(|name| words.get(name).map(|(file, range)| lost_in(ws, *file, *range)));
        }
        let count = joined.spots.len();
        let edges_at = starts(count, joined.edges.iter().map(|it| it.from));
        let used_at = starts(count, joined.used.iter().map(|it| it.0));
        let mut tests: Map<FileId, bool> = Map::default();
        let in_test =
            joined.uses.iter().map(|it| *tests.entry(it.file).or_insert_with(|| is_test(ws, it.file))).collect();
        let line = |it: &Use| ws.file(it.file).map_or(0, |file| file.line(it.range.start) + 1);
        let lines = joined.uses.iter().map(line).collect();
        let mut errors: Map<Place, Vec<usize>> = Map::default();
        for func in &joined.funcs {
            errors.entry(func.place).or_default().extend(&func.errors);
        }
        ErrorFlow { joined, index, edges_at, used_at, in_test, unknown, errors, lines }
    }

    /// How large it is.
    pub fn counts(&self) -> Counts {
        let Joined { funcs, spots, edges, uses, .. } = &self.joined;
        Counts { functions: funcs.len(), nodes: spots.len(), edges: edges.len(), uses: uses.len() }
    }

    /// The files of which not all is known: they cannot be read, belong to no build, or have declarations that are broken.
    /// What they do with errors is not in the flow.
    pub fn unknown_files(&self) -> &[FileId] {
        &self.unknown
    }

    /// All places that look at errors: how, and whether in a test.
    pub fn looks(&self) -> impl Iterator<Item = (Look, bool)> + '_ {
        self.joined.uses.iter().zip(&self.in_test).map(|(it, in_test)| (it.look, *in_test))
    }

    /// What looks at the errors that a function returns, a `FuncDecl` or a `FuncLit`, within `max_hops` steps from one
    /// function to another: in order of steps, file and text. None if nothing is known of the function.
    pub fn consumers(&self, func: Node<'_>, max_hops: u32) -> Option<Vec<Consumer>> {
        let place = match FuncDecl::cast(func) {
            Some(decl) => self.index.place(decl.name()),
            None if func.kind() == Kind::FuncLit => Place::decl(func),
            None => return None,
        };
        let errors = self.errors.get(&place)?;
        let mut starts: Vec<u32> = errors.iter().filter_map(|it| self.joined.find(place, Slot::result(*it))).collect();
        // What deferred literals see.
        let results = func.child(Role::Type).and_then(|it| it.child(Role::Results));
        let named = results.into_iter().flat_map(Node::descendants).filter(|it| it.role() == Role::Names);
        starts.extend(named.filter_map(|it| self.joined.find(Place::shared(it), Slot::VALUE)));
        Some(self.forward(&starts, max_hops))
    }

    /// What looks at the errors that a call returns which is made of its arguments, or comes from outside: `fmt.Errorf`,
    /// say.
    pub fn consumers_of_call(&self, call: Node<'_>, max_hops: u32) -> Vec<Consumer> {
        // An error is the last result.
        let last = (0..8).rev().find_map(|it| self.joined.find(Place::call(call), Slot::result(it)));
        self.forward(last.as_slice(), max_hops)
    }

    /// What looks at a variable that holds errors, where its value has got to, whatever is left of it to be seen: a
    /// comparison may see an error that wraps it, and so not find it. A consumer that sees both the value and an error
    /// that wraps it is there for each. The variable is declared at the package level by an identifier.
    pub fn consumers_of_var(&self, ident: Node<'_>, max_hops: u32) -> Vec<Consumer> {
        let start = self.joined.find(self.index.place(ident), Slot::VALUE);
        self.search(start.as_slice(), max_hops, true)
    }

    /// The same for a variable of a package outside the project, such as `io.EOF`.
    pub fn consumers_of_var_outside(&self, path: &str, name: &str, max_hops: u32) -> Vec<Consumer> {
        let start = self.joined.find(Place::variable_outside(path, name), Slot::VALUE);
        self.search(start.as_slice(), max_hops, true)
    }

    fn forward(&self, starts: &[u32], max_hops: u32) -> Vec<Consumer> {
        self.search(starts, max_hops, false)
    }

    /// What looks at values on their ways from `starts`. `of_var`: those at the start are left out, and those that see
    /// too little are not.
    fn search(&self, starts: &[u32], max_hops: u32, of_var: bool) -> Vec<Consumer> {
        let mut best: Map<State, u32> = Map::default();
        let mut from: Map<State, (State, u32)> = Map::default();
        let mut open = BinaryHeap::new();
        for &node in starts {
            let state = State { node, seen: Seen::Value, is_inside: false };
            best.insert(state, 0);
            open.push(Reverse((0, state)));
        }
        let mut found: Map<(u32, Seen), (u32, State)> = Map::default();
        while let Some(Reverse((hops, state))) = open.pop() {
            if best.get(&state).is_some_and(|it| *it < hops) {
                continue;
            }
            if !of_var || !starts.contains(&state.node) {
                self.note_uses(state, hops, max_hops, of_var, &mut found);
            }
            for at in self.edges_at[state.node as usize]..self.edges_at[state.node as usize + 1] {
                let Some((next, cost)) = self.step(state, at as usize) else { continue };
                let hops = hops + cost;
                if hops <= max_hops && best.get(&next).is_none_or(|it| hops < *it) {
                    best.insert(next, hops);
                    from.insert(next, (state, at));
                    open.push(Reverse((hops, next)));
                }
            }
        }
        self.consumers_at(found, &from, of_var)
    }

    /// Where an edge leads, and how many functions further that is.
    fn step(&self, state: State, edge: usize) -> Option<(State, u32)> {
        let edge = self.joined.edges[edge];
        let owners = &self.joined.owners;
        let (a, b) = (owners[edge.from as usize], owners[edge.to as usize]);
        let stays = a == b && a != NONE;
        let leaves = self.joined.spots[edge.from as usize].1.is_result()
            && self.joined.funcs.get(a as usize).is_some_and(|it| it.place == self.joined.spots[edge.from as usize].0);
        let is_inside = match edge.way {
            Way::Plain | Way::Loose if stays => state.is_inside,
            Way::Result | Way::Loose if state.is_inside && leaves => return None,
            Way::Argument => true,
            _ => false,
        };
        let cost = match edge.way {
            Way::Plain => a != b && b != NONE,
            Way::Argument | Way::Result => true,
            Way::Loose => !stays,
        };
        let cost = u32::from(cost);
        Some((State { node: edge.to, seen: state.seen.max(edge.seen), is_inside }, cost))
    }

    fn note_uses(&self, state: State, hops: u32, max_hops: u32, all: bool, found: &mut Map<(u32, Seen), (u32, State)>) {
        for at in self.used_at[state.node as usize]..self.used_at[state.node as usize + 1] {
            let (_, ix, hides) = self.joined.used[at as usize];
            let seen = state.seen.max(hides);
            let it = &self.joined.uses[ix as usize];
            // What a call returns may be looked at where it is called.
            let hops = hops
                + u32::from(
                    it.func != self.joined.owners[state.node as usize] && it.look != Look::Lost(Loss::Exported),
                );
            if (seen > it.look.limit() && !all) || hops > max_hops {
                continue;
            }
            let known = found.entry((ix, seen)).or_insert((hops, state));
            if hops < known.0 {
                *known = (hops, state);
            }
        }
    }

    /// `all`: once for each way in which it is seen, rather than for the one in which most is.
    fn consumers_at(
        &self,
        found: Map<(u32, Seen), (u32, State)>,
        from: &Map<State, (State, u32)>,
        all: bool,
    ) -> Vec<Consumer> {
        let mut first: Map<(u32, Option<Seen>), (Seen, u32, State)> = Map::default();
        for ((ix, seen), (hops, state)) in found {
            let known = first.entry((ix, all.then_some(seen))).or_insert((seen, hops, state));
            if seen < known.0 {
                *known = (seen, hops, state);
            }
        }
        let mut order: Vec<_> = first.into_iter().map(|((ix, _), it)| (ix, it)).collect();
        order.sort_unstable_by_key(|(ix, (seen, hops, _))| {
            let it = &self.joined.uses[*ix as usize];
            (*hops, it.file, it.range.start, it.range.end, it.look, *ix, *seen)
        });
        let consumer = |(ix, (seen, hops, state)): (u32, (Seen, u32, State))| {
            let it = &self.joined.uses[ix as usize];
            Consumer {
                look: it.look,
                seen,
                what: it.what.to_string(),
                file: it.file,
                range: it.range,
                line: self.lines[ix as usize],
                in_test: self.in_test[ix as usize],
                hops,
                via: self.via(state, it.func, from),
            }
        };
        order.into_iter().map(consumer).collect()
    }

    /// The names of the functions on the way to a state and to its use in `last`, but for the one where it begins.
    fn via(&self, state: State, last: u32, from: &Map<State, (State, u32)>) -> Vec<String> {
        let mut funcs = vec![last];
        let mut at = state;
        loop {
            funcs.push(self.joined.owners[at.node as usize]);
            let Some(&(before, edge)) = from.get(&at) else { break };
            funcs.push(self.joined.edges[edge as usize].func);
            at = before;
        }
        funcs.retain(|it| *it != NONE);
        funcs.dedup();
        let first = self.joined.owners[at.node as usize];
        if funcs.last() == Some(&first) {
            funcs.pop();
        }
        funcs.reverse();
        funcs.into_iter().map(|it| self.joined.funcs[it as usize].name.to_string()).collect()
    }
}

/// The names in files that are not understood, each with a place.
fn words_of<'w>(ws: &'w Workspace, files: &[FileId]) -> std::collections::HashMap<&'w str, (FileId, TextRange)> {
    let mut words = std::collections::HashMap::new();
    for id in files {
        let Some(file) = ws.file(*id) else { continue };
        let whole = TextRange::new(0, file.text().len() as u32);
        // Of a broken file, the declarations that are whole are in the flow.
        let is_whole = |it: &Node<'_>| it.kind() != Kind::BadDecl;
        let mut known: Vec<TextRange> = Vec::new();
        if ws.config_of(*id).is_some() {
            known.extend(file.root().children_in(Role::Decls).filter(is_whole).map(Node::range));
        }
        let is_known = |range: TextRange| known.iter().any(|it| it.contains(range));
        for (_, range) in file.tokens_in(whole).filter(|it| it.0 == Token::Ident && !is_known(it.1)) {
            words.entry(&file.text()[range.to_usize()]).or_insert((*id, range));
        }
    }
    words
}

/// The functions that `//go:linkname` gives other names to, or calls by theirs.
fn linked(ws: &Workspace) -> std::collections::HashMap<&str, (FileId, TextRange)> {
    let files = ws.own_files().into_iter().filter_map(|it| Some((it, ws.file(it)?)));
    let with_any = files.filter(|it| it.1.text().contains("go:linkname"));
    let directives = with_any.flat_map(|(id, file)| {
        let comments = file.comments().iter().map(move |it| (&file.text()[it.to_usize()], *it));
        comments.filter_map(move |(text, at)| Some((text.strip_prefix("//go:linkname ")?, id, at)))
    });
    directives
        .flat_map(|(text, id, at)| {
            text.split_whitespace().map(move |it| (it.rsplit('.').next().unwrap_or(it), (id, at)))
        })
        .collect()
}

/// That an error is lost in a file.
fn lost_in(ws: &Workspace, file: FileId, range: TextRange) -> Use {
    let what = format!("{}, which is not understood", ws.project().file(file).path);
    Use { look: Look::Lost(Loss::Unknown), file, range, func: NONE, what: what.into() }
}

/// Whether a file is one of tests, or helps them.
pub(super) fn is_test(ws: &Workspace, file: FileId) -> bool {
    let imports = || ws.file(file).is_some_and(|it| specs(it).any(|it| it.import_path() == "testing"));
    ws.project().file(file).is_test() || imports()
}

/// Where the items of each key begin; the items are in order of their keys.
fn starts(count: usize, keys: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut at = vec![0; count + 1];
    keys.for_each(|it| at[it as usize + 1] += 1);
    for i in 0..count {
        at[i + 1] += at[i];
    }
    at
}

impl std::fmt::Debug for ErrorFlow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ErrorFlow({:?})", self.counts())
    }
}
