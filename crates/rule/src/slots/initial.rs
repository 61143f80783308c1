//! What packages do when a program starts, and which of them import which (Go spec: Package initialization).
//!
//! An import links a package into the program, with all that it imports, and has it initialized first. Without the import
//! the program may lack what they do, or do it in another order, unless they do nothing.

use std::collections::{BTreeMap, BTreeSet};

use gofix_project::FileConstraints;
use gofix_semantic::{DefKind, Package, Res, Workspace};
use gofix_syntax::{
    FileId, Kind, Node, Role, SourceFile, Token,
    ast::{AstNode, CallExpr, FuncDecl, GenDecl, ValueSpec},
    header,
};

/// Packages of the standard library that do nothing when they are imported that anything else can see, and import no others.
/// What is not here may register something: hashes, image formats, handlers; `net/http` brings hashes along.
#[rustfmt::skip]
static QUIET: [&str; 91] = [
    "archive/tar", "archive/zip", "bufio", "bytes", "cmp", "compress/bzip2", "compress/flate", "compress/gzip", "compress/lzw",
    "compress/zlib", "container/heap", "container/list", "container/ring", "context", "embed", "encoding", "encoding/ascii85",
    "encoding/base32", "encoding/base64", "encoding/binary", "encoding/csv", "encoding/gob", "encoding/hex", "encoding/json",
    "encoding/pem", "encoding/xml", "errors", "flag", "fmt", "go/ast", "go/format", "go/parser", "go/scanner", "go/token",
    "hash", "hash/adler32", "hash/crc32", "hash/crc64", "hash/fnv", "html", "html/template", "io", "io/fs", "io/ioutil",
    "iter", "log", "log/slog", "maps", "math", "math/big", "math/bits", "math/cmplx", "math/rand", "math/rand/v2", "mime",
    "mime/quotedprintable", "net", "net/mail", "net/netip", "net/textproto", "net/url", "os", "os/exec", "os/signal",
    "os/user", "path", "path/filepath", "reflect", "regexp", "regexp/syntax", "runtime", "runtime/debug", "slices", "sort",
    "strconv", "strings", "structs", "sync", "sync/atomic", "syscall", "text/scanner",
    "text/tabwriter", "text/template", "text/template/parse", "time", "unicode", "unicode/utf16", "unicode/utf8", "unique",
    "unsafe", "weak",
];

/// Functions of the standard library that only make a value, and types that conversions name.
static MAKERS: [(&str, &str); 13] = [
    ("context", "Background"),
    ("context", "TODO"),
    ("errors", "New"),
    ("math/big", "NewInt"),
    ("os", "Getenv"),
    ("reflect", "TypeFor"),
    ("reflect", "TypeOf"),
    ("regexp", "MustCompile"),
    ("strings", "NewReplacer"),
    ("sync", "NewCond"),
    ("time", "Duration"),
    ("fmt", "Errorf"),
    ("fmt", "Sprintf"),
];

/// What the packages of a project import, and which do something when a program starts.
pub(super) struct Initialization {
    /// The imports in any build, of tests aside.
    imports: BTreeMap<String, BTreeSet<String>>,
    /// Those in every build.
    sure: BTreeMap<String, BTreeSet<String>>,
    /// The packages that act, or of which that is not known. Commands do so after all others, and are not among them.
    acts: BTreeSet<String>,
}

impl Initialization {
    pub(super) fn new(ws: &Workspace) -> Initialization {
        let mut all = Initialization { imports: BTreeMap::new(), sure: BTreeMap::new(), acts: BTreeSet::new() };
        for id in (0..ws.project().files().len() as u32).map(FileId) {
            let entry = ws.project().file(id);
            if !entry.in_vendor() && !entry.is_test() {
                all.add(ws, id);
            }
        }
        all
    }

    fn add(&mut self, ws: &Workspace, id: FileId) {
        let (project, package) = (ws.project(), ws.package_of(id));
        let Some(path) = path_of(package) else { return };
        let entry = project.file(id);
        let file = ws.file(id).filter(|it| it.errors().is_empty());
        if package.name() != "main" && file.is_none_or(|it| it.root().children_in(Role::Decls).any(|it| acts(ws, it))) {
            self.acts.insert(path.clone());
        }
        let always = |it: &SourceFile| {
            FileConstraints::new(entry.name(), &header::read(it.text())).always_match(project.go_version(entry.dir))
        };
        let always = file.is_some_and(always);
        for import in ws.imports(id) {
            let dir = project.resolve_import(entry.dir, import.path).and_then(|it| project.find_dir(&it));
            let own = dir.filter(|it| !project.dir(*it).in_vendor()).and_then(|it| project.import_path(it));
            if own.is_none() {
                if ws.is_std(import.path) && QUIET.contains(&import.path) {
                    continue;
                }
                self.acts.insert(import.path.to_owned());
            }
            let to = own.unwrap_or_else(|| import.path.to_owned());
            if always {
                self.sure.entry(path.clone()).or_default().insert(to.clone());
            }
            self.imports.entry(path.clone()).or_default().insert(to);
        }
    }

    /// Whether a package may do something when it is imported, or what it imports.
    pub(super) fn may_act(&self, package: Package<'_>) -> bool {
        path_of(package).is_none_or(|it| reached(&self.imports, it).iter().any(|it| self.acts.contains(it)))
    }

    /// Whether a program may lose something that `consumer` has by way of `producer` only. What acts it has to import
    /// itself: whatever else leads there may go by another fix.
    pub(super) fn is_lost(&self, consumer: Package<'_>, producer: Package<'_>) -> bool {
        let (Some(from), Some(to)) = (path_of(consumer), path_of(producer)) else { return true };
        let stays = |it: &String| *it != to && self.sure.get(&from).is_some_and(|sure| sure.contains(it));
        reached(&self.imports, to.clone()).iter().any(|it| self.acts.contains(it) && !stays(it))
    }

    /// Whether a program of the project may lack a package that acts, once `consumers` do not import `producer` any more.
    pub(super) fn is_unlinked(&self, consumers: &[Package<'_>], producer: Package<'_>) -> bool {
        let from: Vec<String> = consumers.iter().filter_map(|it| path_of(*it)).collect();
        let Some(to) = path_of(producer).filter(|_| from.len() == consumers.len()) else {
            return !consumers.is_empty();
        };
        let mut left = self.sure.clone();
        for path in &from {
            left.entry(path.clone()).or_default().remove(&to);
        }
        let mut acting = reached(&self.imports, to.clone());
        acting.retain(|it| self.acts.contains(it));
        let mut above: BTreeSet<String> = from.into_iter().flat_map(|it| self.importers(it)).collect();
        above.retain(|it| it.ends_with(COMMAND));
        above.into_iter().any(|program| {
            let linked = reached(&left, program);
            !linked.contains(&to) && !acting.is_subset(&linked)
        })
    }

    /// Whether packages may be initialized in another order once `consumer` imports less that does nothing: it, and what
    /// imports it, may come earlier then, so what acts of these must come before or after all else that acts anyway.
    pub(super) fn is_reordered(&self, consumer: Package<'_>) -> bool {
        let Some(path) = path_of(consumer) else { return true };
        let earlier = self.importers(path);
        earlier.iter().filter(|it| self.acts.contains(*it)).any(|it| {
            let before = reached(&self.sure, it.clone());
            let is_fixed = |other: &String| before.contains(other) || reached(&self.sure, other.clone()).contains(it);
            !self.acts.iter().all(is_fixed)
        })
    }

    /// A package and all that import it, maybe by way of others.
    pub(super) fn importers(&self, path: String) -> BTreeSet<String> {
        let mut all = BTreeSet::from([path.clone()]);
        let mut open = vec![path];
        while let Some(path) = open.pop() {
            let from = self.imports.iter().filter(|it| it.1.contains(&path)).map(|it| it.0);
            open.extend(from.filter(|it| all.insert((*it).clone())).cloned());
        }
        all
    }
}

/// What marks commands.
const COMMAND: &str = " main";

/// What stands for a package: its path, with a mark for commands, which may share a directory with another package.
pub(super) fn path_of(package: Package<'_>) -> Option<String> {
    let path = package.import_path()?;
    Some(if package.name() == "main" { path + COMMAND } else { path })
}

fn reached(imports: &BTreeMap<String, BTreeSet<String>>, from: String) -> BTreeSet<String> {
    let mut all = BTreeSet::from([from.clone()]);
    let mut open = vec![from];
    while let Some(path) = open.pop() {
        let to = imports.get(&path).into_iter().flatten();
        open.extend(to.filter(|it| all.insert((*it).clone())).cloned());
    }
    all
}

/// Whether a declaration may do something when the program starts.
fn acts<'a>(ws: &'a Workspace, decl: Node<'a>) -> bool {
    if let Some(func) = FuncDecl::cast(decl) {
        return func.recv().is_none() && func.name().text() == "init";
    }
    let specs = GenDecl::cast(decl).into_iter().flat_map(|it| it.specs()).filter_map(ValueSpec::cast);
    specs.flat_map(|it| it.values()).any(|it| {
        let parts = it.descendants_skipping(|it| it.kind() == Kind::FuncLit);
        it.kind() != Kind::FuncLit && std::iter::once(it).chain(parts).any(|it| does_more(ws, it))
    })
}

/// Whether an expression may do more than make a value, its parts aside.
fn does_more<'a>(ws: &'a Workspace, expr: Node<'a>) -> bool {
    match expr.kind() {
        Kind::UnaryExpr => expr.op() == Token::Arrow,
        Kind::TypeAssertExpr => true,
        Kind::CallExpr => CallExpr::cast(expr).is_none_or(|it| !makes(ws, it)),
        _ => false,
    }
}

/// Whether nobody else has the array of a slice, so that `append` may write to it: it is a literal, or made by a call that is
/// looked at for itself.
fn is_fresh(slice: Node<'_>) -> bool {
    let slice = slice.unparen();
    match CallExpr::cast(slice) {
        Some(call) => {
            let fun = call.fun().unparen();
            let is_nil = call.args().all(|it| it.unparen().as_ident() == Some("nil"));
            fun.as_ident() == Some("append") || fun.as_ident() == Some("make") || is_nil
        }
        None => slice.kind() == Kind::CompositeLit,
    }
}

/// Whether a call is a conversion, or only makes a value of its arguments.
fn makes<'a>(ws: &'a Workspace, call: CallExpr<'a>) -> bool {
    let fun = call.fun().unparen();
    let fun = if fun.kind() == Kind::IndexExpr { fun.child(Role::X).unwrap_or(fun) } else { fun };
    if matches!(fun.kind(), Kind::ArrayType | Kind::MapType | Kind::ChanType | Kind::InterfaceType | Kind::FuncType) {
        return true;
    }
    // `(*T)(nil)`
    if let Some(to) = fun.child(Role::X).filter(|_| fun.kind() == Kind::StarExpr) {
        return matches!(ws.resolve_expr(to), Res::Def(def) if def.kind() == DefKind::Type);
    }
    match ws.resolve_expr(fun) {
        Res::Universe("append") => call.args().next().is_some_and(is_fresh),
        Res::Universe(name) => {
            !matches!(name, "panic" | "print" | "println" | "close" | "copy" | "delete" | "clear" | "recover")
        }
        Res::Def(def) => def.kind() == DefKind::Type,
        // Values that are formatted may have methods for that.
        Res::External { path: "fmt", name } => {
            MAKERS.contains(&("fmt", name)) && call.args().all(|it| it.kind() == Kind::BasicLit)
        }
        Res::External { path, name } => path == "unsafe" || MAKERS.contains(&(path, name)),
        _ => false,
    }
}
