use std::error::Error;
use std::fmt;

use gofix_rule::{Meta, Options, Rule};

/// Which rules run, and how their options are set.
#[derive(Clone)]
pub struct Choice<'r> {
    known: Vec<&'r dyn Rule>,
    chosen: Vec<Chosen<'r>>,
}

/// One rule that runs.
#[derive(Clone)]
pub struct Chosen<'r> {
    /// The rule.
    pub rule: &'r dyn Rule,
    /// Whether it was named itself, so that it runs also where its page says that it is no longer needed
    /// ([`Meta::until`]).
    pub named: bool,
    /// Its options.
    pub options: Options,
}

impl<'r> Choice<'r> {
    /// The recommended rules among `known`.
    pub fn recommended(known: &[&'r dyn Rule]) -> Choice<'r> {
        let chosen = |rule: &&'r dyn Rule| Chosen { rule: *rule, named: false, options: Options::new() };
        let recommended = known.iter().filter(|rule| rule.meta().recommended);
        Choice { known: known.to_vec(), chosen: recommended.map(chosen).collect() }
    }

    /// The rules among `known` with these names. The name of a group stands for the recommended rules of the group. The
    /// order of the names does not matter: rules run in the order of `known`.
    ///
    /// # Errors
    /// A name is neither a rule's nor a group's, or a group has no recommended rule.
    pub fn named<S: AsRef<str>>(
        known: &[&'r dyn Rule],
        names: impl IntoIterator<Item = S>,
    ) -> Result<Choice<'r>, ChoiceError> {
        let mut named = vec![None; known.len()];
        for name in names {
            let name = name.as_ref();
            if let Some(at) = known.iter().position(|rule| rule.meta().name == name) {
                named[at] = Some(true);
                continue;
            }
            let mut group = (0..known.len()).filter(|&at| known[at].meta().group.name() == name).peekable();
            if group.peek().is_none() {
                return Err(ChoiceError::unknown_rule(name, known));
            }
            let mut empty = true;
            for at in group.filter(|&at| known[at].meta().recommended) {
                named[at].get_or_insert(false);
                empty = false;
            }
            if empty {
                return Err(ChoiceError::EmptyGroup { name: name.to_owned() });
            }
        }
        let chosen = known
            .iter()
            .zip(named)
            .filter_map(|(rule, named)| named.map(|named| Chosen { rule: *rule, named, options: Options::new() }));
        Ok(Choice { known: known.to_vec(), chosen: chosen.collect() })
    }

    /// Sets an option of a chosen rule, as in `--set RULE.KEY=VALUE`.
    ///
    /// # Errors
    /// The setting has another form, the rule is not known or not chosen, or it has no such option or value.
    pub fn set(&mut self, setting: &str) -> Result<(), ChoiceError> {
        let parts = setting.split_once('=').and_then(|(place, value)| Some((place.split_once('.')?, value)));
        let Some(((name, key), value)) = parts else {
            return Err(ChoiceError::BadSetting { setting: setting.to_owned() });
        };
        let Some(chosen) = self.chosen.iter_mut().find(|it| it.rule.meta().name == name) else {
            return Err(match self.known.iter().any(|rule| rule.meta().name == name) {
                true => ChoiceError::NotChosen { name: name.to_owned() },
                false => ChoiceError::unknown_rule(name, &self.known),
            });
        };
        let meta = chosen.rule.meta();
        let suggestion = || closest(key, meta.options.iter().map(|option| option.name)).filter(|it| it != key);
        let set = chosen.options.set(meta, key, value);
        set.map_err(|problem| ChoiceError::BadOption { problem, suggestion: suggestion() })
    }

    /// The rules that run, in order.
    pub fn chosen(&self) -> &[Chosen<'r>] {
        &self.chosen
    }

    /// Whether a chosen rule wants the files to be loaded with
    /// [`LoadOptions::whole_modules`](crate::LoadOptions::whole_modules).
    pub fn needs_whole_modules(&self) -> bool {
        self.chosen.iter().any(|it| it.rule.needs_whole_modules())
    }

    /// All rules from which was chosen.
    pub fn known(&self) -> &[&'r dyn Rule] {
        &self.known
    }
}

impl fmt::Debug for Choice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.chosen.iter().map(|it| it.rule.meta().name)).finish()
    }
}

/// Why rules cannot be chosen like that.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ChoiceError {
    /// There is neither a rule nor a group of that name.
    UnknownRule {
        /// The name.
        name: String,
        /// A name that could be meant.
        suggestion: Option<String>,
    },
    /// All rules of the group have to be named themselves.
    EmptyGroup {
        /// The group.
        name: String,
    },
    /// A setting is not of the form `RULE.KEY=VALUE`.
    BadSetting {
        /// The setting.
        setting: String,
    },
    /// An option of a rule that does not run is set.
    NotChosen {
        /// The rule.
        name: String,
    },
    /// The rule has no such option, or the option no such value.
    BadOption {
        /// What is wrong.
        problem: String,
        /// An option that could be meant.
        suggestion: Option<String>,
    },
}

impl ChoiceError {
    fn unknown_rule(name: &str, known: &[&dyn Rule]) -> ChoiceError {
        ChoiceError::UnknownRule { name: name.to_owned(), suggestion: suggest_rule(known, name) }
    }
}

impl fmt::Display for ChoiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let did_you_mean = |f: &mut fmt::Formatter<'_>, suggestion: &Option<String>| match suggestion {
            Some(suggestion) => write!(f, "; did you mean {suggestion}?"),
            None => Ok(()),
        };
        match self {
            ChoiceError::UnknownRule { name, suggestion } => {
                write!(f, "there is no rule named {name}")?;
                did_you_mean(f, suggestion)
            }
            ChoiceError::EmptyGroup { name } => {
                write!(f, "no rule of the group {name} is recommended; name the rules themselves")
            }
            ChoiceError::BadSetting { setting } => write!(f, "{setting} is no setting; write RULE.KEY=VALUE"),
            ChoiceError::NotChosen { name } => write!(f, "{name} is not among the rules that run; name it as well"),
            ChoiceError::BadOption { problem, suggestion } => {
                f.write_str(problem)?;
                did_you_mean(f, suggestion)
            }
        }
    }
}

impl Error for ChoiceError {}

/// The rule or group that `name` could be meant for: one with a similar spelling, or with `name` as one of its words.
pub fn suggest_rule(known: &[&dyn Rule], name: &str) -> Option<String> {
    let metas = || known.iter().map(|rule| rule.meta());
    closest(name, metas().map(|meta: &Meta| meta.name).chain(metas().map(|meta| meta.group.name())))
}

/// The most similar of the candidates, if it is similar at all. Of several, the first.
fn closest<'a>(name: &str, candidates: impl Iterator<Item = &'a str> + Clone) -> Option<String> {
    let name = name.to_lowercase().replace('_', "-");
    // Longer texts are no misspelt names, and comparing takes quadratic time.
    if name.len() > 64 {
        return None;
    }
    let distance = |candidate: &&str| strsim::damerau_levenshtein(&name, candidate);
    let best = candidates.clone().min_by_key(distance)?;
    if distance(&best) <= 1 + best.len().min(name.len()) / 4 {
        return Some(best.to_owned());
    }
    let has_word = |candidate: &&str| name.len() > 2 && candidate.split('-').any(|word| word == name);
    candidates.into_iter().find(has_word).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use gofix_rule::{Cx, Group, OptionMeta, Report};

    struct Fake(Meta);

    impl Rule for Fake {
        fn meta(&self) -> &Meta {
            &self.0
        }

        fn check(&self, _: &Cx<'_>, _: &mut Report) {}
    }

    const OPTIONS: &[OptionMeta] = &[OptionMeta {
        name: "endless",
        summary: "loops without end, too",
        default: "false",
        values: &["true", "false"],
    }];

    fn fake(name: &'static str, group: Group, recommended: bool) -> Fake {
        let (since, until, words, docs) = (None, None, &["x"], "");
        Fake(Meta { name, summary: "do it", group, recommended, since, until, words, options: OPTIONS, docs })
    }

    /// The names of the rules that were chosen, with `!` behind those that were named.
    fn names(choice: &Choice<'_>) -> Vec<String> {
        let name = |it: &Chosen<'_>| format!("{}{}", it.rule.meta().name, if it.named { "!" } else { "" });
        choice.chosen().iter().map(name).collect()
    }

    #[test]
    fn rules_are_chosen_by_name_or_group() {
        let rules = [
            fake("time-tick", Group::Concurrency, true),
            fake("safe-group", Group::Concurrency, false),
            fake("ioutil", Group::Modern, true),
            fake("own", Group::Custom, false),
        ];
        let known: Vec<&dyn Rule> = rules.iter().map(|rule| rule as &dyn Rule).collect();
        let chosen =
            |list: &[&str]| Choice::named(&known, list).map(|choice| names(&choice)).map_err(|e| e.to_string());
        assert_eq!(names(&Choice::recommended(&known)), ["time-tick", "ioutil"]);
        assert_eq!(chosen(&["ioutil", "time-tick"]).unwrap(), ["time-tick!", "ioutil!"]);
        assert_eq!(chosen(&["concurrency"]).unwrap(), ["time-tick"]);
        assert_eq!(chosen(&["time-tick", "concurrency", "safe-group"]).unwrap(), ["time-tick!", "safe-group!"]);
        assert_eq!(
            chosen(&["custom"]).unwrap_err(),
            "no rule of the group custom is recommended; name the rules themselves"
        );
        for (wrong, suggestion) in [
            ("tiem-tick", "; did you mean time-tick?"),
            ("time_tick", "; did you mean time-tick?"),
            ("TimeTick", "; did you mean time-tick?"),
            ("tick", "; did you mean time-tick?"),
            ("concurency", "; did you mean concurrency?"),
            ("errors-is", ""),
            ("", ""),
        ] {
            assert_eq!(chosen(&[wrong]).unwrap_err(), format!("there is no rule named {wrong}{suggestion}"));
        }
    }

    #[test]
    fn options_are_checked_when_set() {
        let rules = [fake("time-tick", Group::Concurrency, true), fake("own", Group::Custom, false)];
        let known: Vec<&dyn Rule> = rules.iter().map(|rule| rule as &dyn Rule).collect();
        let mut choice = Choice::recommended(&known);
        choice.set("time-tick.endless=true").unwrap();
        assert_eq!(choice.chosen()[0].options.get("endless"), Some("true"));
        for (setting, message) in [
            ("time-tick.endless", "time-tick.endless is no setting; write RULE.KEY=VALUE"),
            ("endless=true", "endless=true is no setting; write RULE.KEY=VALUE"),
            ("time-tik.endless=true", "there is no rule named time-tik; did you mean time-tick?"),
            ("own.endless=true", "own is not among the rules that run; name it as well"),
            ("time-tick.endles=true", "time-tick has no option endles: it has endless; did you mean endless?"),
            ("time-tick.endless=yes", "time-tick.endless cannot be yes: it is one of true, false"),
        ] {
            assert_eq!(choice.set(setting).unwrap_err().to_string(), message);
        }
    }
}
