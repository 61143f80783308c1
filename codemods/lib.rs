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
//! - *`wg.Add(1); go run(&wg)` to `wg.Go`.* `run` would have to lose its `Done`, and whoever else calls it counts on that.
//! - *`time.After` in a function literal that a loop calls.* Each call leaves a timer behind too, but how often a function
//!   is called is seldom that plain: the rule looks at loops of one function.
//! - *`time.After` beside `case <-s.Stopping():`.* That the call does nothing but return a channel takes a look into its
//!   body, and into every method that it may be.

use gofix_rule::Rule;

mod defer_in_loop;
mod embedded_mutex;
mod errgroup;
mod error_naming;
mod error_string;
mod error_string_compare;
mod error_wrap;
mod error_wrap_verb;
mod errors_as;
mod errors_astype;
mod errors_is;
mod errors_join;
mod ignored_error;
mod interface_narrow;
mod interface_relocation;
mod interface_to_any;
mod ioutil;
mod log_and_return;
mod loop_var;
mod lost_cancel;
mod panic_to_error;
mod range_int;
mod return_concrete;
mod safe_group;
mod server_closed;
mod signal_notify_buffer;
mod ticker_stop;
mod time_after_loop;
mod time_after_sleep;
mod time_tick;
mod typed_nil_return;
mod waitgroup_go;
mod wg_add_in_goroutine;

/// Every rule, in the order in which they are listed to people.
pub static ALL: &[&dyn Rule] = &[
    // Concurrency
    &errgroup::Errgroup,
    &waitgroup_go::WaitgroupGo,
    &wg_add_in_goroutine::WgAddInGoroutine,
    &safe_group::SafeGroup,
    &time_tick::TimeTick,
    &ticker_stop::TickerStop,
    &time_after_loop::TimeAfterLoop,
    &time_after_sleep::TimeAfterSleep,
    &range_int::RangeInt,
    &loop_var::LoopVar,
    &lost_cancel::LostCancel,
    &defer_in_loop::DeferInLoop,
    &signal_notify_buffer::SignalNotifyBuffer,
    &embedded_mutex::EmbeddedMutex,
    // Errors: what compares them first, then what wraps them, then their words
    &server_closed::ServerClosed,
    &errors_is::ErrorsIs,
    &errors_as::ErrorsAs,
    &errors_astype::ErrorsAstype,
    &error_string_compare::ErrorStringCompare,
    &error_wrap_verb::ErrorWrapVerb,
    &typed_nil_return::TypedNilReturn,
    &log_and_return::LogAndReturn,
    &panic_to_error::PanicToError,
    &ignored_error::IgnoredError,
    &error_wrap::ErrorWrap,
    &errors_join::ErrorsJoin,
    &error_string::ErrorString,
    &error_naming::ErrorNaming,
    // Interfaces
    &interface_narrow::InterfaceNarrow,
    &interface_relocation::InterfaceRelocation,
    &return_concrete::ReturnConcrete,
    // Modern
    &interface_to_any::InterfaceToAny,
    &ioutil::Ioutil,
];
