//! Programs among the corner cases: what they print does not change.

use gofix::rules;
use gofix::testing::{Run, go};
use gofix_tests::{case_runs, has_go};

#[test]
fn programs_print_the_same_before_and_after() {
    if !has_go("programs print the same before and after") {
        return;
    }
    let runs: Vec<Run> = rules().iter().flat_map(|it| case_runs(*it)).collect();
    let wrong = go::execute(&runs).expect("Go can be run");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
