//! The command line, as people and scripts meet it: the real program in a directory of its own. What it prints is in
//! `snapshots/cli`.

mod disk_full;
mod files;
mod fmt;
mod interrupted;
mod odd_files;
mod output;
mod patterns;
mod stdin;
mod support;
mod usage;
mod verify;
mod why;
