//! A matrix for drawing: Graphviz.

use super::{END, Matrix, START};
use crate::error::Result;
use crate::memory::Text;
use std::fmt::Write;

/// A microsecond count as a short duration: `45s`, `12m`, `3.4h`, `2.1d`.
fn short(micros: f64) -> String {
    let minutes = micros / crate::time::MICROS_PER_MINUTE;
    match minutes {
        m if m < 1.0 => format!("{:.0}s", m * 60.0),
        m if m < 100.0 => format!("{m:.0}m"),
        m if m < 48.0 * 60.0 => format!("{:.1}h", m / 60.0),
        m => format!("{:.1}d", m / 1440.0),
    }
}

fn quoted(name: &str) -> String {
    let mut text = String::from('"');
    for c in name.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            '\n' => text.push_str("\\n"),
            c if c.is_control() => text.push(' '),
            c => text.push(c),
        }
    }
    text.push('"');
    text
}

/// The graph in Graphviz's language DOT: a box an activity with its visits, an arrow a transition with
/// its count and mean time, business time where there is any. Transitions rarer than `least` of their
/// case count are left out.
///
/// # Errors
/// 53200 where there is no memory.
pub fn dot(m: &Matrix, least: u64) -> Result<String> {
    let mut text = Text::default();
    match write(m, least, &mut text) {
        Ok(()) => Ok(text.0),
        Err(_) => Err(text.none()),
    }
}

fn write(m: &Matrix, least: u64, text: &mut Text) -> std::fmt::Result {
    text.write_str("digraph transitions {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n")?;
    // Numbers as names, so that no activity can take the place of the artificial ones.
    writeln!(
        text,
        "  s [label={}, shape=circle];\n  e [label={}, shape=doublecircle];",
        quoted(START),
        quoted(END)
    )?;
    for (i, a) in m.activities.iter().enumerate() {
        let label = quoted(&format!("{}\n{}", a.name, a.visits));
        writeln!(text, "  n{i} [label={label}];")?;
    }
    let most = m.edges.iter().map(|e| e.n).max().unwrap_or(1) as f64;
    let width = |n: u64| 1.0 + 4.0 * n as f64 / most;
    for (i, a) in m.activities.iter().enumerate() {
        if a.starts >= least.max(1) {
            writeln!(text, "  s -> n{i} [label=\"{}\", style=dashed];", a.starts)?;
        }
        for e in m.leaving(i).iter().filter(|e| e.n >= least) {
            let time = if m.business { &e.open } else { &e.wall };
            let mean = time
                .mean()
                .map_or(String::new(), |t| format!("\\n{}", short(t)));
            writeln!(
                text,
                "  n{i} -> n{} [label=\"{}{mean}\", penwidth={:.1}];",
                e.to,
                e.n,
                width(e.n)
            )?;
        }
        if a.ends >= least.max(1) {
            writeln!(text, "  n{i} -> e [label=\"{}\", style=dashed];", a.ends)?;
        }
    }
    text.write_str("}\n")
}
