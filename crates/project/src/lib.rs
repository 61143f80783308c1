//! Files, modules and packages of Go, without running Go.
//!
//! [`Project::load`] finds the Go files that package patterns mean and reads nothing but go.mod and go.work files.
//! Contents, and where an import leads, are looked up when they are asked for. All access goes through [`Files`], which
//! is the disk or memory; writes are all or none.

mod constraint;
mod dependency;
mod disk;
mod env;
mod error;
mod files;
mod go_check;
mod gomod;
mod left_out;
mod load;
mod memory;
mod module;
mod overlay;
mod pattern;
mod platform;
mod project;
mod resolve;
mod variant;
mod vendor;
mod version;
mod walk;
mod write;

pub use constraint::{Config, Constraint, ConstraintError, FileConstraints};
pub use dependency::{Dependency, Unmet};
pub use error::{FileAction, FileCause, FileError};
pub use files::{DirItem, DiskFiles, FileKind, Files};
pub use go_check::{GoCheck, GoCheckError, GoVerb};
pub use gomod::{GoMod, GoWork, ModProblem, Replace, Require};
pub use left_out::LeftOut;
pub use load::{LoadError, LoadOptions};
pub use memory::MemoryFiles;
pub use module::{Module, ModuleId};
pub use overlay::OverlayFiles;
pub use project::{DirEntry, DirId, FileEntry, Project};
pub use resolve::Sought;
pub use vendor::{Vendor, VendoredModule};
pub use version::{BadVersion, GoVersion};
pub use write::{FileWrite, Interrupted, LeftAlone, Recovered, Recovery, Unrestored, WriteError, WriteReport};
