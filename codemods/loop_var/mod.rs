use gofix_rule::{Cx, Group, Meta, Report, Rule};
pub(crate) struct LoopVar;
static META: Meta = Meta {
    name: "loop-var",
    summary: "copy loop variables that are captured, where turns share them; drop such copies where they do not",
    group: Group::Concurrency,
    recommended: true,
    since: None,
    until: None,
    words: &["for"],
    options: &[],
    docs: include_str!("README.md"),
};
impl Rule for LoopVar {
    fn meta(&self) -> &Meta { &META }
    fn check(&self, _cx: &Cx<'_>, _report: &mut Report) {}
}
