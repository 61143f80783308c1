//! The built-in codemods, one folder each.
//!
//! A folder holds the page of the rule, which is also its first test (`README.md`), the rule (`mod.rs`), and its corner
//! cases (`cases/*.txtar`). Adding a rule is a folder and two lines in this file; so is taking one away.
//!
//! # Left out, and why
//!
//! - *`interface{ any }` and other interfaces that embed `any` alone, to `any`.* The two are identical, but nobody writes
//!   the first by habit, so it was written for a reason.
//! - *`ioutil.ReadDir` where sizes or times of files are read.* `os.ReadDir` does not look them up; what to do when a
//!   file vanishes before one asks for them is for a person to say.
//! - *`for { <-time.After(d); … }` to a ticker.* A ticker does not wait for the work in between.
//! - *`x := <-time.After(d)` to `time.Sleep(d)` and `time.Now()`.* The two times differ when the program was late.
//! - *Calls of `(*time.Ticker).Stop` for tickers made by `time.NewTicker`.* That is another rule's work: there, who owns
//!   the ticker is not plain.

use gofix_rule::Rule;

mod error_wrap;
mod interface_to_any;
mod ioutil;
mod time_after_sleep;
mod time_tick;

/// Every rule, in the order in which they are listed to people.
pub static ALL: &[&dyn Rule] = &[
    // Concurrency
    &time_tick::TimeTick,
    &time_after_sleep::TimeAfterSleep,
    // Errors
    &error_wrap::ErrorWrap,
    // Modern
    &interface_to_any::InterfaceToAny,
    &ioutil::Ioutil,
];
