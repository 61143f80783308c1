//! What this process has used.

/// The most memory that this process had, as Linux says it.
pub(crate) fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|it| it.starts_with("VmHWM")).unwrap_or("no word about memory");
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The time that this process has had the processors, as Linux says it, in ticks of a hundredth of a second; 0 elsewhere.
pub(crate) fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name of the program, which is in parentheses, utime and stime are the 12th and 13th field.
    let fields = stat.rsplit_once(')').map_or("", |it| it.1).split_whitespace();
    fields.skip(11).take(2).filter_map(|it| it.parse::<f64>().ok()).sum::<f64>() / 100.0
}
