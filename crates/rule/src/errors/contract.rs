//! Interfaces whose callers look at errors as they are.

use gofix_semantic::Tri;
use gofix_syntax::{
    Node,
    ast::{AstNode, FuncDecl},
};

use super::results::receiver_type;
use crate::Cx;

/// What callers of a method do with its error.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Contract {
    /// They pass it on, as far as is known.
    Free,
    /// They compare it, or look at its type.
    Identity,
}

/// Interface by package, and its methods.
type Entry = (&'static str, &'static str, &'static [&'static str]);

/// Callers compare with `io.EOF`, `fs.SkipDir`, `driver.ErrSkip`, or ask for `net.Error` and `*fs.PathError`.
const IDENTITY: &[Entry] = &[
    ("io", "Reader", &["Read"]),
    ("io", "Writer", &["Write"]),
    ("io", "ReaderAt", &["ReadAt"]),
    ("io", "WriterAt", &["WriteAt"]),
    ("io", "ReaderFrom", &["ReadFrom"]),
    ("io", "WriterTo", &["WriteTo"]),
    ("io", "ByteReader", &["ReadByte"]),
    ("io", "ByteScanner", &["ReadByte", "UnreadByte"]),
    ("io", "RuneReader", &["ReadRune"]),
    ("io", "RuneScanner", &["ReadRune", "UnreadRune"]),
    ("io", "ByteWriter", &["WriteByte"]),
    ("io", "StringWriter", &["WriteString"]),
    ("io", "Seeker", &["Seek"]),
    ("io/fs", "FS", &["Open"]),
    ("io/fs", "File", &["Stat", "Read", "Close"]),
    ("io/fs", "ReadDirFS", &["ReadDir"]),
    ("io/fs", "ReadFileFS", &["ReadFile"]),
    ("io/fs", "StatFS", &["Stat"]),
    ("io/fs", "SubFS", &["Sub"]),
    ("io/fs", "GlobFS", &["Glob"]),
    ("io/fs", "ReadDirFile", &["ReadDir", "Stat", "Read", "Close"]),
    ("io/fs", "DirEntry", &["Info"]),
    ("net", "Conn", &["Read", "Write", "Close", "SetDeadline", "SetReadDeadline", "SetWriteDeadline"]),
    ("net", "Listener", &["Accept", "Close"]),
    ("net", "PacketConn", &["ReadFrom", "WriteTo", "Close", "SetDeadline", "SetReadDeadline", "SetWriteDeadline"]),
    ("encoding/xml", "TokenReader", &["Token"]),
    ("crypto", "Signer", &["Sign"]),
    ("crypto", "Decrypter", &["Decrypt"]),
    ("net/http", "RoundTripper", &["RoundTrip"]),
    ("net/http", "Hijacker", &["Hijack"]),
    ("net/http", "File", &["Readdir", "Stat", "Read", "Seek", "Close"]),
    ("net/http", "FileSystem", &["Open"]),
    ("context", "Context", &["Err"]),
    ("mime/multipart", "File", &["Read", "ReadAt", "Seek", "Close"]),
    ("database/sql/driver", "Driver", &["Open"]),
    ("database/sql/driver", "DriverContext", &["OpenConnector"]),
    ("database/sql/driver", "Connector", &["Connect"]),
    ("database/sql/driver", "Pinger", &["Ping"]),
    ("database/sql/driver", "Execer", &["Exec"]),
    ("database/sql/driver", "ExecerContext", &["ExecContext"]),
    ("database/sql/driver", "Queryer", &["Query"]),
    ("database/sql/driver", "QueryerContext", &["QueryContext"]),
    ("database/sql/driver", "Conn", &["Prepare", "Close", "Begin"]),
    ("database/sql/driver", "ConnPrepareContext", &["PrepareContext"]),
    ("database/sql/driver", "ConnBeginTx", &["BeginTx"]),
    ("database/sql/driver", "SessionResetter", &["ResetSession"]),
    ("database/sql/driver", "Result", &["LastInsertId", "RowsAffected"]),
    ("database/sql/driver", "Stmt", &["Close", "Exec", "Query"]),
    ("database/sql/driver", "StmtExecContext", &["ExecContext"]),
    ("database/sql/driver", "StmtQueryContext", &["QueryContext"]),
    ("database/sql/driver", "NamedValueChecker", &["CheckNamedValue"]),
    ("database/sql/driver", "ColumnConverter", &["ColumnConverter"]),
    ("database/sql/driver", "Rows", &["Close", "Next"]),
    ("database/sql/driver", "RowsNextResultSet", &["NextResultSet"]),
    ("database/sql/driver", "Tx", &["Commit", "Rollback"]),
    ("database/sql/driver", "Valuer", &["Value"]),
    ("database/sql/driver", "ValueConverter", &["ConvertValue"]),
];

/// A library calls the method and hands its error on: of some it finds out that what it was given has it.
const FREE: &[Entry] = &[
    ("encoding/json", "Marshaler", &["MarshalJSON"]),
    ("encoding/json", "Unmarshaler", &["UnmarshalJSON"]),
    ("encoding", "TextMarshaler", &["MarshalText"]),
    ("encoding", "TextUnmarshaler", &["UnmarshalText"]),
    ("encoding", "BinaryMarshaler", &["MarshalBinary"]),
    ("encoding", "BinaryUnmarshaler", &["UnmarshalBinary"]),
    ("encoding/xml", "Marshaler", &["MarshalXML"]),
    ("encoding/xml", "Unmarshaler", &["UnmarshalXML"]),
    ("encoding/xml", "MarshalerAttr", &["MarshalXMLAttr"]),
    ("encoding/xml", "UnmarshalerAttr", &["UnmarshalXMLAttr"]),
    ("encoding/gob", "GobEncoder", &["GobEncode"]),
    ("encoding/gob", "GobDecoder", &["GobDecode"]),
    ("net/http", "ResponseWriter", &["FlushError", "SetReadDeadline", "SetWriteDeadline", "EnableFullDuplex", "Push"]),
    ("flag", "Value", &["Set"]),
    ("database/sql", "Scanner", &["Scan"]),
    ("fmt", "Scanner", &["Scan"]),
    ("io", "Closer", &["Close"]),
    ("log/slog", "Handler", &["Handle"]),
];

/// What is expected of the errors of a method that `func` declares, if its receiver type has the methods of one of these
/// interfaces. What cannot be told counts as if it had. `more` names interfaces besides, as `path.Name`.
pub fn contract<'a>(cx: &Cx<'a>, func: Node<'a>, more: &[&str]) -> Option<(Contract, String)> {
    let decl = FuncDecl::cast(func)?;
    let method = decl.name().text();
    let of_table = |table: &'static [Entry], contract| {
        let named = table.iter().filter(|it| it.2.contains(&method));
        let mut named = named.filter(|it| is_implemented(cx, decl, it.0, it.1) != Tri::No);
        named.next().map(|it| (contract, format!("{}.{}", it.0, it.1)))
    };
    let own = || {
        let split = more.iter().filter_map(|it| it.trim().rsplit_once('.'));
        let mut found = split.filter(|it| is_implemented(cx, decl, it.0, it.1).is_yes());
        found.next().map(|it| (Contract::Identity, format!("{}.{}", it.0, it.1)))
    };
    of_table(IDENTITY, Contract::Identity).or_else(own).or_else(|| of_table(FREE, Contract::Free))
}

/// Whether the type that a method belongs to, or the pointer to it, implements the interface.
fn is_implemented<'a>(cx: &Cx<'a>, method: FuncDecl<'a>, path: &str, name: &str) -> Tri {
    let file = method.node().file().id();
    let Some(types) = cx.types(file) else { return Tri::Unknown };
    let interface = types.named_type(file, path, name);
    if method.recv().is_none() {
        return Tri::No;
    }
    let ty = receiver_type(cx, method);
    if interface == gofix_semantic::types::Ty::UNKNOWN || ty == gofix_semantic::types::Ty::UNKNOWN {
        return Tri::Unknown;
    }
    match types.implements(ty, interface) {
        Tri::No => types.implements(types.pointer_to(ty), interface),
        found => found,
    }
}
