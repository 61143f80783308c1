//! The arguments of a task.

use std::{path::PathBuf, str::FromStr};

use crate::Result;

/// Switches, options with a value, and the rest.
#[derive(Debug)]
pub(crate) struct Flags {
    switches: Vec<String>,
    options: Vec<(String, String)>,
    /// What is no flag.
    pub(crate) paths: Vec<PathBuf>,
}

impl Flags {
    /// Sorts `args`; a flag that is in neither list is an error.
    pub(crate) fn parse(args: &[String], switches: &[&str], options: &[&str]) -> Result<Flags> {
        let mut flags = Flags { switches: Vec::new(), options: Vec::new(), paths: Vec::new() };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            if switches.contains(&arg.as_str()) {
                flags.switches.push(arg.clone());
            } else if options.contains(&arg.as_str()) {
                let value = args.next().ok_or_else(|| format!("{arg} needs a value"))?;
                flags.options.push((arg.clone(), value.clone()));
            } else if arg.starts_with('-') {
                return Err(format!("unknown flag {arg}"));
            } else {
                flags.paths.push(PathBuf::from(arg));
            }
        }
        Ok(flags)
    }

    /// Whether a switch is given.
    pub(crate) fn has(&self, switch: &str) -> bool {
        self.switches.iter().any(|it| it == switch)
    }

    /// The value of an option, if it is given.
    pub(crate) fn get<T: FromStr>(&self, option: &str) -> Result<Option<T>> {
        let value = self.options.iter().rev().find(|(name, _)| name == option);
        value.map(|(_, it)| it.parse().map_err(|_| format!("{option} {it}: not a value of that option"))).transpose()
    }

    /// The paths, of which there must be one at least.
    pub(crate) fn some_paths(&self) -> Result<&[PathBuf]> {
        if self.paths.is_empty() { Err("name a directory".to_owned()) } else { Ok(&self.paths) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &[&str]) -> Result<Flags> {
        let args: Vec<String> = args.iter().map(|&it| it.to_owned()).collect();
        Flags::parse(&args, &["--build"], &["--sample"])
    }

    #[test]
    fn flags_and_paths_come_in_any_order() {
        let flags = parse(&["a", "--sample", "3", "--build", "b"]).unwrap();
        assert!(flags.has("--build"));
        assert_eq!(flags.get("--sample"), Ok(Some(3)));
        assert_eq!(flags.paths, ["a", "b"].map(PathBuf::from));
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(parse(&["--bild"]).unwrap_err(), "unknown flag --bild");
        assert_eq!(parse(&["--sample"]).unwrap_err(), "--sample needs a value");
        assert!(parse(&["--sample", "x"]).unwrap().get::<usize>("--sample").is_err());
    }
}
