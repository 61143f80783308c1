use gofix_project::GoVersion;

use crate::{Cx, Report};

/// A codemod: recognises one shape of code and knows how to rewrite it.
pub trait Rule: Send + Sync {
    /// What is known of the rule before it runs.
    fn meta(&self) -> &Meta;

    /// Reports every place in one package where the rule has something to say. Called once for each package that has a
    /// file with all of [`Meta::words`].
    fn check(&self, cx: &Cx<'_>, report: &mut Report);

    /// Whether the rule asks for [`Cx::error_flow`], which is then found out before any rule runs.
    fn needs_error_flow(&self) -> bool {
        false
    }

    /// The names of rules whose fixes can take away a reason for which this one leaves code alone, wherever in the module
    /// that is. Once they have made some, all files are looked at again by this rule.
    fn unlocked_by(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether the rule has to know all uses of what it changes: then the other packages of the modules, and those of nested
    /// ones, are there too, whatever the patterns select. Who asks for the flow of errors has to.
    fn needs_whole_modules(&self) -> bool {
        self.needs_error_flow()
    }
}

/// What is known of a rule before it runs.
#[derive(Clone, Debug)]
pub struct Meta {
    /// As typed after `--rule`; its folder has the same name, with underscores.
    pub name: &'static str,
    /// One line for lists of rules: what the fix does, without a full stop.
    pub summary: &'static str,
    /// Which table of the catalogue lists it.
    pub group: Group,
    /// Whether it runs when no rule is named.
    pub recommended: bool,
    /// The Go version that the rewritten code needs. Files of an older version are never touched.
    pub since: Option<GoVersion>,
    /// The Go version from which on the rewrite is no longer needed. In files of that version or later the rule runs
    /// only when it is named itself.
    pub until: Option<GoVersion>,
    /// Words of which each occurs in every file in which the rule can have something to say, not as a part of a longer
    /// word.
    pub words: &'static [&'static str],
    /// What `--set RULE.KEY=VALUE` can change.
    pub options: &'static [OptionMeta],
    /// The README of the rule, which is also its first test.
    pub docs: &'static str,
}

/// One option of a rule.
#[derive(Clone, Debug)]
pub struct OptionMeta {
    /// The key in `--set RULE.KEY=VALUE`, with dashes.
    pub name: &'static str,
    /// What it does, in one line.
    pub summary: &'static str,
    /// The value when it is not set.
    pub default: &'static str,
    /// The values it may have; any, if empty.
    pub values: &'static [&'static str],
}

/// The tables of the catalogue.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Group {
    /// Goroutines, timers, locks and contexts.
    Concurrency,
    /// Making, wrapping and comparing errors.
    Errors,
    /// Interfaces, and where they are declared.
    Interfaces,
    /// Spellings that a later Go version or library made better.
    Modern,
    /// Rules of the user's own.
    Custom,
}

impl Group {
    /// The name that selects the recommended rules of the group.
    pub fn name(self) -> &'static str {
        match self {
            Group::Concurrency => "concurrency",
            Group::Errors => "errors",
            Group::Interfaces => "interfaces",
            Group::Modern => "modern",
            Group::Custom => "custom",
        }
    }
}
