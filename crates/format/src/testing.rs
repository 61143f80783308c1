//! gofmt itself, to compare with.

use std::{
    io::Write,
    process::{Command, Stdio},
    sync::Once,
};

/// What gofmt (`GOFIX_GOFMT`, else the one on the path) prints for a valid file; `None`, and a word about it, without
/// gofmt.
pub(crate) fn gofmt(text: &str) -> Option<String> {
    static ABSENT: Once = Once::new();
    let gofmt = std::env::var("GOFIX_GOFMT").unwrap_or_else(|_| "gofmt".to_owned());
    let Ok(mut child) = Command::new(gofmt).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn() else {
        ABSENT.call_once(|| eprintln!("no gofmt in GOFIX_GOFMT or on the path: not compared with it"));
        return None;
    };
    child.stdin.take().expect("piped").write_all(text.as_bytes()).expect("gofmt reads");
    let output = child.wait_with_output().expect("gofmt ends");
    assert!(output.status.success(), "gofmt rejects:\n{text}");
    Some(String::from_utf8(output.stdout).expect("UTF-8"))
}
