//! Words with which people start texts of errors.

/// Whether `word`, with a capital letter in front, is a word of plain English, and no name.
pub fn is_word(word: &str) -> bool {
    let mut chars = word.chars();
    let is_capital = chars.next().is_some_and(|it| it.is_ascii_uppercase());
    let word = word.to_ascii_lowercase();
    // `I` and `A` are handled by the list; a capital inside is a name.
    is_capital && chars.all(|it| it.is_ascii_lowercase() || it == '\'') && WORDS.binary_search(&word.as_str()).is_ok()
}

/// In order. Verbs that are names of methods of HTTP or SQL in capitals are told by their other letters.
#[rustfmt::skip]
static WORDS: &[&str] = &[
    "a", "aborted", "aborting", "access", "additional", "all", "already", "an", "another", "any", "argument", "arguments",
    "array", "at", "attempt", "attempted", "attempting", "authentication", "authorization",
    "backup", "bad", "binary", "block", "body", "both", "broken", "buffer", "build", "building", "but", "by",
    "cache", "call", "called", "calling", "can", "can't", "cannot", "certificate", "channel", "check", "checking", "checksum",
    "cipher", "client", "closed", "closing", "cluster", "column", "command", "config", "configuration", "conflict",
    "conflicting", "connect", "connecting", "connection", "container", "content", "context", "copy", "copying", "corrupt",
    "corrupted", "could", "couldn't", "create", "created", "creating", "current",
    "data", "database", "deadline", "decode", "decoding", "default", "delete", "deleted", "deleting", "destination", "device",
    "didn't", "different", "directory", "disk", "do", "does", "doesn't", "don't", "duplicate", "duplicated", "during",
    "each", "either", "element", "empty", "encode", "encoding", "encountered", "entry", "env", "environment", "error", "errors",
    "exactly", "exceeded", "exec", "executing", "execution", "existing", "exit", "expected", "expecting", "expired",
    "extra",
    "fail", "failed", "failing", "failure", "fatal", "fetch", "fetching", "field", "file", "filesystem", "filter", "finding",
    "flag", "flags", "for", "forbidden", "format", "found", "from", "function",
    "get", "getting", "given", "got", "group",
    "handler", "handling", "has", "hash", "header", "host",
    "if", "ignoring", "illegal", "image", "impossible", "in", "incompatible", "incomplete", "inconsistent", "incorrect", "index",
    "init", "initial", "initializing", "input", "insufficient", "interface", "internal", "interrupted", "invalid", "is", "it",
    "item",
    "job",
    "key", "keys",
    "label", "labels", "length", "line", "link", "list", "listing", "load", "loading", "lock", "log", "lookup",
    "malformed", "map", "max", "maximum", "memory", "message", "metadata", "method", "minimum", "mismatch", "missing", "mode",
    "module", "more", "mount", "mounting", "multiple", "must",
    "name", "need", "needs", "negative", "neither", "nested", "network", "never", "new", "nil", "no", "node", "none", "not",
    "nothing", "null", "number",
    "object", "of", "offset", "on", "one", "only", "opening", "operation", "option", "options", "out", "output", "overflow",
    "package", "parameter", "parent", "parse", "parsing", "password", "path", "pattern", "permission", "please", "plugin", "port",
    "prefix", "problem", "process", "processing", "protocol", "provided", "pulling", "pushing",
    "query", "queue",
    "range", "rate", "read", "reading", "received", "record", "recursive", "refusing", "rejected", "remote", "removing", "renaming",
    "request", "requested", "required", "requires", "reset", "resource", "response", "result", "retrieving", "row", "rule",
    "running",
    "schema", "secret", "section", "sending", "server", "service", "session", "setting", "shutdown", "signature", "size",
    "snapshot", "socket", "some", "something", "source", "starting", "state", "status", "stopping", "storage", "store", "stream",
    "string", "subject", "syntax", "system",
    "table", "tag", "target", "task", "template", "test", "that", "the", "there", "this", "time", "timed", "timeout", "timestamp",
    "to", "token", "too", "transaction", "tried", "truncated", "trying", "two", "type",
    "unable", "unauthorized", "unavailable", "undefined", "unexpected", "unhandled", "uninitialized", "unique", "unknown",
    "unmarshaling", "unmarshalling", "unmatched", "unreachable", "unrecognised", "unrecognized", "unsupported", "unterminated",
    "update", "updating", "upload", "uploading", "use", "user", "using",
    "validating", "validation", "value", "values", "variable", "verification", "verifying", "version", "volume",
    "waiting", "was", "we", "when", "while", "with", "without", "write", "writing", "wrong",
    "you", "your",
    "zero",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_in_order() {
        assert!(WORDS.is_sorted());
        assert!(is_word("Failed") && is_word("Can't") && is_word("A"));
        assert!(!is_word("EOF") && !is_word("failed") && !is_word("GetUser") && !is_word("Docker"));
    }
}
