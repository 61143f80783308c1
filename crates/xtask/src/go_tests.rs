//! What `go test -json` prints.

use std::collections::BTreeMap;

use serde_json::Value;

/// The tests that ran, as `PACKAGE TEST`, and whether each passed. A package that does not build, or that ends without
/// naming a test, counts as a test that failed.
pub(crate) fn results(output: &str) -> BTreeMap<String, bool> {
    let mut results = BTreeMap::new();
    for event in output.lines().filter_map(|it| serde_json::from_str::<Value>(it).ok()) {
        let text = |key: &str| event.get(key).and_then(Value::as_str).unwrap_or_default();
        let passed = match text("Action") {
            "pass" => true,
            "fail" => false,
            _ => continue,
        };
        let (package, test) = (text("Package"), text("Test"));
        if !test.is_empty() || !passed {
            results.insert(format!("{package} {test}").trim().to_owned(), passed);
        }
    }
    results
}

/// The package of a test.
pub(crate) fn package(test: &str) -> &str {
    test.split_once(' ').map_or(test, |it| it.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_and_packages() {
        let output = "{\"Action\":\"run\",\"Package\":\"p\",\"Test\":\"A\"}\n{\"Action\":\"pass\",\"Package\":\"p\",\"Test\":\"A\"}\n\
                      {\"Action\":\"fail\",\"Package\":\"p\",\"Test\":\"B/c\"}\n{\"Action\":\"pass\",\"Package\":\"p\"}\nnoise\n\
                      {\"Action\":\"fail\",\"Package\":\"q\"}\n";
        let expected = [("p A", true), ("p B/c", false), ("q", false)];
        assert_eq!(results(output), expected.map(|(test, passed)| (test.to_owned(), passed)).into());
        assert_eq!(package("p B/c"), "p");
    }
}
