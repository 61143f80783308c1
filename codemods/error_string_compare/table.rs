//! Errors of the standard library, by their texts.

use gofix_rule::GoVersion;

use super::compared::How;

/// An error of the standard library.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) text: &'static str,
    pub(super) path: &'static str,
    pub(super) name: &'static str,
    /// The version of Go that brought it.
    pub(super) since: Option<GoVersion>,
    /// Whether the text is the whole text of other errors too, or a part of it.
    is_common: bool,
}

const fn known(text: &'static str, path: &'static str, name: &'static str) -> Known {
    Known { text, path, name, since: None, is_common: false }
}

const GO_1_16: Option<GoVersion> = Some(GoVersion::new(1, 16));

static KNOWN: &[Known] = &[
    Known { since: GO_1_16, ..known("use of closed network connection", "net", "ErrClosed") },
    known("http: Server closed", "net/http", "ErrServerClosed"),
    known("context canceled", "context", "Canceled"),
    known("context deadline exceeded", "context", "DeadlineExceeded"),
    Known { is_common: true, ..known("EOF", "io", "EOF") },
    known("unexpected EOF", "io", "ErrUnexpectedEOF"),
    known("io: read/write on closed pipe", "io", "ErrClosedPipe"),
    known("bufio.Scanner: token too long", "bufio", "ErrTooLong"),
    known("sql: no rows in result set", "database/sql", "ErrNoRows"),
    known("file already closed", "os", "ErrClosed"),
    Known { since: GO_1_16, ..known("no such file or directory", "io/fs", "ErrNotExist") },
    Known { since: GO_1_16, ..known("file exists", "io/fs", "ErrExist") },
    Known { since: GO_1_16, ..known("permission denied", "io/fs", "ErrPermission") },
    known("connection refused", "syscall", "ECONNREFUSED"),
    known("connection reset by peer", "syscall", "ECONNRESET"),
    known("broken pipe", "syscall", "EPIPE"),
    known("no space left on device", "syscall", "ENOSPC"),
    known("device or resource busy", "syscall", "EBUSY"),
    known("exec format error", "syscall", "ENOEXEC"),
];

/// The entry for an error.
pub(super) fn by_name(path: &str, name: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|it| it.path == path && it.name == name)
}

/// The error that has a text, if one that is compared with it in this way is no other.
pub(super) fn by_text(text: &str, how: How) -> Option<&'static Known> {
    KNOWN.iter().find(|it| it.text == text && (!it.is_common || how == How::Whole))
}
