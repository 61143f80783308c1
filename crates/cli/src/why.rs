//! The command `why`.

use std::io::{self, BufWriter, Write, stdout};

use gofix::{FileKind, Files, Meaning, Position, Reason, Spot, Why, WhyFile, WhyPlace};
use serde::Serialize;

use crate::args::{Format, WhyArgs};
use crate::term::{Styles, Term, escape};
use crate::{Failure, Status, input, written};

/// The version of the format for programs.
const SCHEMA: u32 = 1;

/// Prints what is known at a place.
pub(crate) fn why(args: &WhyArgs, term: &Term) -> Result<Status, Failure> {
    let disk = input::disk();
    check_file(&*disk, &args.place)?;
    let session = input::load_place(args, disk)?;
    let why = session.why(&args.place).map_err(|error| error.to_string())?;
    let mut out = BufWriter::new(stdout().lock());
    let result = match args.format {
        Format::Text => print(&mut out, &why, &term.out),
        Format::Json => print_json(&mut out, &why),
    };
    written(result.and_then(|()| out.flush()))?;
    Ok(Status::Clean)
}

/// Whether the place can be one of a Go file, before a whole project is looked at.
fn check_file(disk: &dyn Files, place: &Position) -> Result<(), String> {
    let path = &place.path;
    let here = std::env::current_dir().unwrap_or_default().join(path);
    match disk.kind(&here) {
        None => Err(format!("{path}: there is no such file")),
        Some(FileKind::Dir) => Err(format!("{path}: a directory; name a file in it")),
        Some(_) if !path.ends_with(".go") => Err(format!("{path}: not a Go file")),
        Some(_) => Ok(()),
    }
}

/// For people: a block for each place, a line for each thing that is known.
fn print(out: &mut impl Write, why: &Why, styles: &Styles) -> io::Result<()> {
    for place in &why.places {
        print_place(out, place, styles)?;
    }
    print_file(out, &why.file, styles)
}

fn print_place(out: &mut impl Write, place: &WhyPlace, styles: &Styles) -> io::Result<()> {
    let bold = styles.bold;
    write!(out, "{bold}{}:{bold:#} {}", escape(&place.spot.to_string()), place.kind)?;
    if !place.text.is_empty() {
        write!(out, " {}", escape(&place.text))?;
    }
    match (&place.expression, &place.node) {
        (Some(expression), _) => write!(out, " in {}", escape(expression))?,
        (None, Some(node)) if !matches!(&**node, "Ident" | "BasicLit") => write!(out, " of a {node}")?,
        _ => {}
    }
    writeln!(out)?;
    let row = |out: &mut _, name, value: Option<String>| row(out, styles, name, value);
    row(out, "means", place.meaning.as_ref().map(meaning))?;
    row(out, "declared", place.meaning.as_ref().and_then(|it| it.declared.as_ref()).map(Spot::to_string))?;
    row(out, "type", place.ty.clone())?;
    row(out, "value", place.value.clone())?;
    row(out, "calls", place.callee.clone())?;
    if place.node.is_some() {
        row(out, "known", Some(place.confidence.text().to_owned()))?;
    }
    for reason in &place.reasons {
        row(out, "because", Some(reason.to_string()))?;
    }
    Ok(())
}

fn row(out: &mut impl Write, styles: &Styles, name: &str, value: Option<String>) -> io::Result<()> {
    let dim = styles.dim;
    match value {
        Some(value) => writeln!(out, "  {dim}{name:<9}{dim:#}{}", escape(&value)),
        None => Ok(()),
    }
}

fn meaning(meaning: &Meaning) -> String {
    let mut text = format!("{} {}", meaning.kind, meaning.name);
    if let Some(holder) = &meaning.holder {
        text += &format!(" of {holder}");
    }
    if !meaning.through.is_empty() {
        text += &format!(", through the embedded {}", meaning.through.join("."));
    }
    text
}

fn print_file(out: &mut impl Write, file: &WhyFile, styles: &Styles) -> io::Result<()> {
    let package = file.import_path.clone().unwrap_or_else(|| format!("{}, in no module", file.package));
    let build = match &file.build {
        None => "belongs to no build".to_owned(),
        Some(build) => {
            let mut text = format!("looked at as {}/{}", build.goos, build.goarch);
            if !build.tags.is_empty() {
                text += &format!(" with the tags {}", build.tags.join(", "));
            }
            text += if build.cgo { "" } else { " without cgo" };
            text + if build.is_other { ", since it does not belong to the usual build" } else { "" }
        }
    };
    let generated = if file.generated { "; generated" } else { "" };
    let version = format!("Go {} ({})", file.go_version, file.go_version_from);
    row(out, styles, "file", Some(format!("package {package}; {version}; {build}{generated}")))
}

/// For programs. What is here is a contract, as that of `check`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema: u32,
    file: JsonFile<'a>,
    places: Vec<JsonPlace<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonFile<'a> {
    path: &'a str,
    package: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    import_path: Option<&'a str>,
    go_version: &'a str,
    go_version_from: &'a str,
    generated: bool,
    /// None: the file belongs to no build.
    #[serde(skip_serializing_if = "Option::is_none")]
    build: Option<JsonBuild<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonBuild<'a> {
    goos: &'a str,
    goarch: &'a str,
    tags: &'a [String],
    cgo: bool,
    /// Whether it is another build than that of the run.
    is_other: bool,
}

#[derive(Serialize)]
struct JsonSpot<'a> {
    path: &'a str,
    /// From 1.
    line: u32,
    /// In bytes, from 1.
    column: u32,
}

#[derive(Serialize)]
struct JsonPlace<'a> {
    #[serde(flatten)]
    spot: JsonSpot<'a>,
    kind: &'a str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    node: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expression: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meaning: Option<JsonMeaning<'a>>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    ty: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callee: Option<&'a str>,
    /// One of syntactic, identity, typed.
    confidence: &'a str,
    reasons: Vec<JsonReason<'a>>,
}

#[derive(Serialize)]
struct JsonMeaning<'a> {
    kind: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    through: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    declared: Option<JsonSpot<'a>>,
}

#[derive(Serialize)]
struct JsonReason<'a> {
    why: &'static str,
    message: String,
    /// Of a syntax error, and of what it depends on.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<JsonSpot<'a>>,
    /// The path of a package that was not found.
    #[serde(skip_serializing_if = "Option::is_none")]
    import: Option<&'a str>,
    /// Where it was looked for.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    sought: &'a [String],
}

impl<'a> From<&'a Spot> for JsonSpot<'a> {
    fn from(spot: &'a Spot) -> JsonSpot<'a> {
        JsonSpot { path: &spot.path, line: spot.line, column: spot.column }
    }
}

fn print_json(out: &mut impl Write, why: &Why) -> io::Result<()> {
    let document =
        Document { schema: SCHEMA, file: json_file(&why.file), places: why.places.iter().map(json_place).collect() };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn json_file(file: &WhyFile) -> JsonFile<'_> {
    JsonFile {
        path: &file.path,
        package: &file.package,
        import_path: file.import_path.as_deref(),
        go_version: &file.go_version,
        go_version_from: file.go_version_from,
        generated: file.generated,
        build: file.build.as_ref().map(|it| JsonBuild {
            goos: &it.goos,
            goarch: &it.goarch,
            tags: &it.tags,
            cgo: it.cgo,
            is_other: it.is_other,
        }),
    }
}

fn json_place(place: &WhyPlace) -> JsonPlace<'_> {
    JsonPlace {
        spot: (&place.spot).into(),
        kind: place.kind,
        text: &place.text,
        node: place.node.as_deref(),
        expression: place.expression.as_deref(),
        meaning: place.meaning.as_ref().map(|it| JsonMeaning {
            kind: it.kind,
            name: &it.name,
            holder: it.holder.as_deref(),
            through: &it.through,
            declared: it.declared.as_ref().map(JsonSpot::from),
        }),
        ty: place.ty.as_deref(),
        value: place.value.as_deref(),
        callee: place.callee.as_deref(),
        confidence: place.confidence.text(),
        reasons: place.reasons.iter().map(json_reason).collect(),
    }
}

fn json_reason(reason: &Reason) -> JsonReason<'_> {
    let (at, import, sought) = match reason {
        Reason::SyntaxError { at, .. } | Reason::DependsOn { at, .. } => (Some(at.into()), None, &[][..]),
        Reason::ImportNotFound { import, sought } => (None, Some(&**import), &**sought),
        _ => (None, None, &[][..]),
    };
    JsonReason { why: reason.word(), message: reason.to_string(), at, import, sought }
}
